"""Makes files that people take for key material, and files of key material that is not as it should be.

Every passphrase is `TEST passphrase`. The programs draw keys and salts, so they make other files each
time. Made with OpenSSL 3.0, OpenSSH 9.2, GnuPG 2.2, age 1.1, PuTTY 0.78, keytool of OpenJDK 17, Bouncy
Castle 1.72, and Python's `cryptography` 50 and `jwcrypto` 1.6.
"""

import base64
import json
import pathlib
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import mldsa, padding
from jwcrypto import jwe, jwk
from shared import (
    CORE_DATA,
    FIXTURES,
    PASSPHRASE,
    TARGET,
    der,
    good,
    integer,
    oid,
    openssl,
    pem,
    run,
    sequence,
    tlv,
    write,
)


def write_files():
    p256 = FIXTURES / "TEST-p256.pem"
    text, others = p256.read_text(), (FIXTURES / "TEST-other-p256.pem").read_text()
    chain = (FIXTURES / "TEST-p256-chain.pem").read_text()
    write("two-keys.pem", text + others)
    write("among-certificates.pem", text + chain + (FIXTURES / "TEST-p256-certificate.pem").read_text())
    write("other-certificate.pem", others + chain)
    write("request.pem", openssl(f"req -new -subj /CN=TEST -key {p256}"))
    write(
        "dh-parameters.pem",
        openssl("genpkey -quiet -genparam -algorithm DH -pkeyopt dh_paramgen_prime_len:512"),
    )
    write("cut-off.pem", text[: len(text) // 2])
    write("mislabelled.pem", text.replace("PRIVATE KEY", "RSA PRIVATE KEY"))
    write("utf-16.pem", b"\xff\xfe" + text.encode("utf-16-le"))
    write("cut-off.der", openssl(f"pkcs8 -topk8 -nocrypt -outform DER -in {p256}")[:-1])
    write("p256-pk8.hex", (FIXTURES / "TEST-p256.pk8").read_bytes().hex() + "\n")
    write("trailing.der", openssl(f"pkcs8 -topk8 -nocrypt -outform DER -in {p256}") + b"\0" * 8)
    sealed = ["-passout", f"pass:{PASSPHRASE}"]
    write(
        "pkcs12.p12",
        openssl(f"pkcs12 -export -inkey {p256} -in {FIXTURES / 'TEST-p256-certificate.pem'}", *sealed),
    )
    certificate = FIXTURES / "TEST-p256-certificate.pem"
    legacy = ["-provider", "legacy", "-provider", "default"]
    write("pkcs12-no-mac.p12", openssl(f"pkcs12 -export -nomac -inkey {p256} -in {certificate}", *sealed))
    write(
        "pkcs12-rc2.p12",
        openssl(f"pkcs12 -export -keypbe RC2-40-CBC -inkey {p256} -in {certificate}", *sealed, *legacy),
    )
    write("pkcs12-no-key.p12", openssl(f"pkcs12 -export -nokeys -in {certificate}", *sealed))
    damaged = bytearray((TARGET / "TEST-pkcs12.p12").read_bytes())
    # The type of the first safe.
    damaged[damaged.index(oid("1.2.840.113549.1.7.6")) - 4] ^= 1
    write("pkcs12-damaged.p12", bytes(damaged))
    write("p256-des.pem", openssl(f"ec -des -in {p256}", *sealed, *legacy))
    write("p256-encrypted.pem", openssl(f"pkcs8 -topk8 -v2 aes-256-cbc -iter 1000 -in {p256}", *sealed))
    write("proc-type.pem", openssl(f"ec -aes128 -in {p256}", *sealed))
    write("p256-3des.pem", openssl(f"pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {p256}", *sealed))
    write("p256-iterations.pem", openssl(f"pkcs8 -topk8 -v2 aes-256-cbc -iter 10000001 -in {p256}", *sealed))
    scrypt = der(openssl(f"pkcs8 -topk8 -v2 aes-256-cbc -scrypt -in {p256}", *sealed))
    # r = 64 instead of 8 takes 128 MiB, which OpenSSL does not compute either.
    scrypt = scrypt.replace(integer(8) + integer(1), integer(64) + integer(1))
    write("p256-scrypt-memory.pem", pem("ENCRYPTED PRIVATE KEY", scrypt))
    write("passphrase", PASSPHRASE + "\n")
    write("other-passphrase", "another passphrase\n")
    write("no-passphrase", "\n")
    parameters = openssl("genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024")
    for name in ["x25519", "ed448"]:
        write(f"{name}.pem", openssl(f"genpkey -quiet -algorithm {name.upper()}"))
    write("dsa.pem", run("openssl", "genpkey", "-quiet", "-paramfile", "/dev/stdin", stdin=parameters))
    write(
        "mldsa-44.pem",
        mldsa.MLDSA44PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        write_files_of_programs(pathlib.Path(folder), p256)


def write_files_of_programs(folder, p256):
    def made(name):
        return (folder / name).read_bytes()

    def ssh_keygen(name, *options):
        run("ssh-keygen", "-q", "-C", "TEST", "-f", f"{folder}/{name}", *options)
        write(f"{name}.openssh", made(name))

    ssh_keygen("ed25519", "-t", "ed25519", "-N", "")
    write("ed25519.pub", made("ed25519.pub"))
    for name, cipher in [
        ("p256-aes256-ctr", "aes256-ctr"),
        ("p256-chacha20", "chacha20-poly1305@openssh.com"),
    ]:
        key = folder / name
        key.write_text(p256.read_text())
        key.chmod(0o600)
        ssh_keygen(name, "-p", "-P", "", "-N", PASSPHRASE, "-a", "1", "-Z", cipher)
    key = folder / "p256"
    key.write_text(p256.read_text())
    key.chmod(0o600)
    run("ssh-keygen", "-q", "-p", "-N", "", "-f", key)
    run("puttygen", key, "-O", "private", "-o", f"{folder}/ppk")
    write("putty.ppk", made("ppk"))

    quiet = ["gpg", "--homedir", folder, "--batch", "--quiet"]
    run(*quiet, "--passphrase", "", "--quick-generate-key", "TEST", "ed25519")
    write("openpgp.asc", run(*quiet, "--export-secret-keys", "--armor"))
    write("openpgp.gpg", run(*quiet, "--export-secret-keys"))

    identity = run("age-keygen")
    write("age-identity.txt", identity)
    (folder / "identity").write_bytes(identity)
    recipient = run("age-keygen", "-y", f"{folder}/identity").decode().strip()
    write("encrypted.age", run("age", "-r", recipient, p256))

    store = [
        "-keystore",
        f"{folder}/jks",
        "-storetype",
        "JKS",
        "-storepass",
        PASSPHRASE,
        "-keypass",
        PASSPHRASE,
    ]
    run(
        "keytool",
        "-genkeypair",
        "-alias",
        "TEST",
        "-dname",
        "CN=TEST",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        *store,
    )
    write("keystore.jks", made("jks"))
    write("cut-off.jks", made("jks")[:-1])
    for name in ["several.jks", "secrets.jceks"]:
        write(name, (CORE_DATA / f"TEST-{name}").read_bytes())
    write(
        "keystore.dks",
        """\
domain TEST {
    keystore keys
        keystoreType="JKS"
        keystoreURI="file:TEST-keystore.jks";
};
""",
    )
    for store_type in ["BKS", "UBER", "BCFKS"]:
        converted = f"{folder}/{store_type}"
        run(
            "keytool",
            "-importkeystore",
            *("-srckeystore", f"{folder}/jks", "-srcstorepass", PASSPHRASE),
            *("-destkeystore", converted, "-deststoretype", store_type, "-deststorepass", PASSPHRASE),
            *("-providerclass", "org.bouncycastle.jce.provider.BouncyCastleProvider"),
            *("-providerpath", "/usr/share/java/bcprov.jar"),
        )
        write(f"keystore.{store_type.lower()}", made(store_type))


    # Two keys and a secret key.
    for alias, kind in [
        ("web", ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=TEST"]),
        ("db", ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=TEST"]),
        ("data", ["-genseckey", "-keyalg", "AES", "-keysize", "256"]),
    ]:
        run(
            "keytool", *kind, "-alias", alias, "-keystore", f"{folder}/keys.p12",
            "-storetype", "PKCS12", "-storepass", PASSPHRASE,
        )  # fmt: skip
    write("pkcs12-keys.p12", made("keys.p12"))


def write_jwk():
    key = jwk.JWK.from_pem((FIXTURES / "TEST-p256.pem").read_bytes())
    members = key.export_private(as_dict=True)
    members.pop("kid", None)
    octets = json.loads(jwk.JWK.generate(kty="oct", size=256).export_symmetric())

    def without(name):
        return {member: value for member, value in members.items() if member != name}

    for name, document in {
        "set": {"keys": [members, members]},
        "public": without("d"),
        "missing": without("y"),
        "member": members | {"d": members["d"] + "="},
        "other-curve": members | {"crv": "P-192"},
        "okp": json.loads(jwk.JWK.generate(kty="OKP", crv="Ed25519").export_private()),
        "octets": octets,
        "other": {"private_key": members["d"]},
    }.items():
        write(f"{name}.jwk", json.dumps(document))
    write("twice.jwk", json.dumps(members).replace("{", '{"kty": "EC", ', 1))
    write("byte-order-mark.jwk", "\ufeff" + json.dumps(members))
    sealed = jwe.JWE(key.export_private(), {"alg": "PBES2-HS256+A128KW", "enc": "A256GCM"})
    sealed.add_recipient(jwk.JWK.from_password(PASSPHRASE))
    write("sealed.jwe", sealed.serialize(compact=True))


def write_raw():
    key = (FIXTURES / "TEST-symmetric.bin").read_bytes()
    scalar = good("TEST-secp256k1.pem").private_numbers().private_value.to_bytes(32, "big")
    for name, content in {
        "base64": base64.b64encode(key) + b"\n",
        "base64url": base64.urlsafe_b64encode(bytes(byte ^ 0xFB for byte in key)),
        "newline": key + b"\n",
        "cr-lf": key + b"\r\n",
        "byte-order-mark": b"\xef\xbb\xbf" + key,
        "byte-order-mark.hex": b"\xef\xbb\xbf" + key.hex().encode(),
        "utf-16.hex": b"\xff\xfe" + (key.hex() + "\r\n").encode("utf-16-le"),
        "256-bytes": bytes(byte * 7 % 256 for byte in range(256)),
        "129-bytes": bytes(byte * 7 % 256 for byte in range(129)),
        "24-bytes": bytes(byte * 7 % 256 for byte in range(24)),
        "zeros": bytes(32),
        "one-byte": b"\xa5" * 32,
        "scalar": scalar,
        "scalar.hex": b"0x" + scalar.hex().encode() + b"\n",
        "scalar-zero.hex": bytes(32).hex().encode(),
        "scalar-short": scalar[1:],
    }.items():
        write(name if "." in name else f"{name}.bin", content)
    for name, content in {
        "hsm": hsm_export(),
        "hex": key.hex().encode(),
        "base64": base64.b64encode(key),
        "newline": key + b"\n",
        "sec1": (FIXTURES / "TEST-p256-sec1.der").read_bytes(),
        "pem": (FIXTURES / "TEST-p256-sec1.pem").read_bytes(),
        "written-out": der((TARGET / "TEST-p256-written-out.pem").read_bytes()),
        "trailing": (TARGET / "TEST-trailing.der").read_bytes(),
        "random": bytes(byte * 7 % 256 for byte in range(121)),
    }.items():
        (TARGET / f"wrapped-{name}.bin").write_bytes(wrapped(content))
    write("hsm.der", hsm_export())
    # The first test vector of the Web3 Secret Storage Definition.
    write("ethereum.json", ETHEREUM)


def hsm_export():
    """TEST-p256.pem as SoftHSM hands it to AES-KWP: without its public key, and with zeros behind it."""
    scalar = good("TEST-p256.pem").private_numbers().private_value.to_bytes(32, "big")
    algorithm = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
    key = sequence(integer(0), algorithm, tlv(4, sequence(integer(1), tlv(4, scalar))))
    return key + bytes(-len(key) % 8)


def wrapped(content):
    """For TEST-wrapping-4096.pem, which verify opens, with RSAES_OAEP_SHA_256."""
    key = good("TEST-wrapping-4096.pem").public_key()
    return key.encrypt(content, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))


ETHEREUM = """{
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3
}
"""


write_files()
write_jwk()
write_raw()
