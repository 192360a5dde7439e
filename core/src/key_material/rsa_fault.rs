//! The faults of an RSA private key.

use core::fmt;

/// The faults of an RSA private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsaFault {
    /// More than two primes.
    MultiPrime,
    /// The modulus is not the product of the primes.
    Modulus,
    /// Equal primes.
    EqualPrimes,
    /// The primes are so close that the modulus can be factored (CVE-2022-26320).
    ClosePrimes,
    /// A prime that is not half as long as the modulus.
    UnbalancedPrimes,
    /// A composite "prime".
    CompositePrime,
    /// The public exponent is even, or not between 3 and 2^256.
    PublicExponent,
    /// The private exponent is not the inverse of the public one.
    PrivateExponent,
    /// A private exponent so small that it can be found (Wiener).
    SmallPrivateExponent,
    /// dP or dQ is not the private exponent modulo p − 1 or q − 1.
    CrtExponent,
    /// qInv is not the inverse of q modulo p.
    CrtCoefficient,
    /// p − 1 and q − 1 have a common divisor above 2^64.
    CommonDivisor,
    /// The ratio of the primes is close to that of two small numbers.
    PrimeRatio,
    /// A prime or the modulus has the structure of a broken generator (ROCA, CVE-2017-15361).
    Roca,
}

impl fmt::Display for RsaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MultiPrime => "more than two primes",
            Self::Modulus => "a modulus that is not the product of the primes",
            Self::EqualPrimes => "two equal primes",
            Self::ClosePrimes => {
                "two primes so close that anybody can compute them (CVE-2022-26320)"
            }
            Self::UnbalancedPrimes => "primes of different lengths",
            Self::CompositePrime => "a factor that is not prime",
            Self::PublicExponent => "a public exponent that is even, below 3 or beyond 256 bits",
            Self::PrivateExponent => "a private exponent that does not match the public exponent",
            Self::SmallPrivateExponent => "a private exponent so small that anybody can compute it",
            Self::CrtExponent => "a CRT exponent (dP or dQ) that does not match the key",
            Self::CrtCoefficient => "a CRT coefficient (qInv) that does not match the key",
            Self::CommonDivisor => {
                "a common divisor of p − 1 and q − 1 so large that anybody can compute the primes"
            }
            Self::PrimeRatio => {
                "primes whose ratio is so close to the ratio of two small numbers that anybody \
                 can compute them"
            }
            Self::Roca => "primes from a broken generator (ROCA, CVE-2017-15361)",
        })
    }
}
