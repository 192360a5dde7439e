"""Makes good test keys that were tampered with: each is good but for what its file is named after.

They come from the keys in ../fixtures, and are the same each time but for those of OpenSSL's making.
"""

import hashlib
import itertools
import math

from cryptography.hazmat.primitives.asymmetric import ec
from shared import FIXTURES, der, good, integer, oid, openssl, pem, point_of, sequence, tlv, write


def is_prime(number):
    """Miller-Rabin with the first bases: nobody chose these numbers to deceive it."""
    if any(number % small == 0 for small in (2, 3, 5, 7, 11, 13, 17, 19, 23)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 30):
        power = pow(base, odd, number)
        if power not in (1, number - 1) and all(
            pow(power, 2**square, number) != number - 1 for square in range(1, twos)
        ):
            return False
    return True


def next_prime(number, step=2):
    while not is_prime(number):
        number += step
    return number


def of_factors(p, q, e=65537):
    """The members of a key that is consistent, whatever its factors are."""
    d = pow(e, -1, math.lcm(p - 1, q - 1))
    q_inv = pow(q, -1, p) if math.gcd(p, q) == 1 else 1
    return {"n": p * q, "e": e, "d": d, "p": p, "q": q, "dp": d % (p - 1), "dq": d % (q - 1), "qi": q_inv}


def rsa_pem(key):
    return pem("RSA PRIVATE KEY", sequence(integer(0), *(integer(number) for number in key.values())))


def broken_generator_prime(exponent, top):
    """A prime k * M + (65537^exponent mod M), M the product of the primes up to 167."""
    product = math.prod(number for number in range(2, 168) if all(number % d for d in range(2, number)))
    start = (top << (1024 - 32)) // product * product + pow(65537, exponent, product)
    return next_prime(start, product)


def number(name, top):
    """A number of 1024 bits that nobody chose, but for its first byte."""
    digest = hashlib.shake_256(name.encode()).digest(127)
    return int.from_bytes(bytes([top]) + digest, "big") | 1


def near_four_thirds():
    """p / q is as close to 4/3 as a prime allows."""
    q = next_prime(number("q", 0xB8))
    return of_factors(next_prime(4 * q // 3 | 1), q)


def with_common_divisor():
    """p - 1 and q - 1 have a common divisor of 1009 bits."""
    divisor = number("divisor", 0xFE) >> 15 & ~1
    primes = (divisor * factor + 1 for factor in range(3 << 13, 1 << 15))
    p, q = itertools.islice(filter(is_prime, primes), 2)
    return of_factors(p, q)


def small_private_exponent():
    """p - 1 and q - 1 share so much that a private exponent of half the modulus' length exists."""
    # The first number from 2^1020 on for which both are prime and the exponent is so small.
    shared = 2**1020 + 193634
    return of_factors(10 * shared + 1, 14 * shared + 1)


def write_rsa():
    numbers = good("TEST-rsa-2048.pem").private_numbers()
    p, q = numbers.p, numbers.q
    key = of_factors(p, q) | {"d": numbers.d}
    bit = 1 << 512
    for name, changes in {
        "rsa-modulus": {"n": key["n"] ^ bit},
        "rsa-unbalanced-primes": {"p": p << 8 | 1},
        "rsa-even-exponent": {"e": 65536},
        "rsa-long-exponent": {"e": 2**256 + 1},
        "rsa-private-exponent": {"d": key["d"] ^ bit},
        "rsa-crt-exponent": {"dp": key["dp"] ^ bit},
        "rsa-crt-coefficient": {"qi": key["qi"] ^ bit},
    }.items():
        write(f"{name}.pem", rsa_pem(key | changes))
    write("rsa-composite-prime.pem", rsa_pem(of_factors(p, q + 2)))
    write("rsa-equal-primes.pem", rsa_pem(of_factors(p, p)))
    write("rsa-close-primes.pem", rsa_pem(of_factors(next_prime(p + 2), p)))
    write(
        "rsa-roca.pem",
        rsa_pem(of_factors(broken_generator_prime(3, 0xE0000001), broken_generator_prime(5, 0xF0000001))),
    )
    write("rsa-one-roca-prime.pem", rsa_pem(of_factors(broken_generator_prime(3, 0xE0000001), q)))
    write("rsa-prime-ratio.pem", rsa_pem(near_four_thirds()))
    write("rsa-common-divisor.pem", rsa_pem(with_common_divisor()))
    write("rsa-exponent-34-bits.pem", rsa_pem(of_factors(p, q, 2**33 + 17)))
    write("rsa-small-private-exponent.pem", rsa_pem(small_private_exponent()))
    for e in (3, 17):
        factors = [
            next_prime(prime, 2 * e) for prime in (p + (2 - p) % (2 * e) + e, q + (2 - q) % (2 * e) + e)
        ]
        write(f"rsa-exponent-{e}.pem", rsa_pem(of_factors(*factors, e)))
    write("rsa-2056.pem", rsa_pem(of_factors(next_prime((0xC1 << 1020) + 1), next_prime((0xC3 << 1020) + 1))))
    primes = "-pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3"
    write("rsa-three-primes.pem", openssl(f"genpkey -quiet -algorithm RSA {primes}"))
    write("rsa-pss.pem", pem("PRIVATE KEY", pkcs8(sequence(oid("1.2.840.113549.1.1.10")), der(rsa_pem(key)))))


# EC: the key of TEST-p256.pem, with one thing changed.

EC_PUBLIC_KEY, P256, K256 = "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.3.132.0.10"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def pkcs8(algorithm, inner):
    return sequence(integer(0), algorithm, tlv(4, inner))


def sec1(scalar, parameters=None, point=None):
    parts = [integer(1), tlv(4, scalar)]
    parts += [tlv(0xA0, parameters)] if parameters else []
    parts += [tlv(0xA1, tlv(3, b"\0" + point))] if point else []
    return sequence(*parts)


def write_ec():
    key = good("TEST-p256.pem")
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    point, other = point_of(key), point_of(good("TEST-other-p256.pem"))
    algorithm = sequence(oid(EC_PUBLIC_KEY), oid(P256))
    off_curve = point[:-1] + bytes([point[-1] ^ 1])
    for name, inner in {
        "zero": sec1(bytes(32)),
        "order": sec1(ORDER.to_bytes(32, "big")),
        "short-scalar": sec1(scalar[1:], point=point),
        "other-public-key": sec1(scalar, point=other),
        "off-curve": sec1(scalar, point=off_curve),
        "two-curves": sec1(scalar, oid(K256), point),
    }.items():
        write(f"p256-{name}.pem", pem("PRIVATE KEY", pkcs8(algorithm, inner)))
    write("p256-no-curve.pem", pem("EC PRIVATE KEY", sec1(scalar, point=point)))
    write("p256-written-out.pem", openssl("pkey -ec_param_enc explicit -in", str(FIXTURES / "TEST-p256.pem")))
    # CVE-2020-0601: whoever takes another's public key for the base point has the private key 1.
    domain = der(openssl("ecparam -name prime256v1 -param_enc explicit -no_seed"))
    base = point_of(ec.derive_private_key(1, ec.SECP256R1()))
    forged = sequence(oid(EC_PUBLIC_KEY), domain.replace(base, other))
    one = (1).to_bytes(32, "big")
    write("p256-own-base-point.pem", pem("PRIVATE KEY", pkcs8(forged, sec1(one, point=other))))
    for curve in ("secp224r1", "brainpoolP256r1"):
        write(f"{curve}.pem", openssl(f"genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:{curve}"))


write_rsa()
write_ec()
