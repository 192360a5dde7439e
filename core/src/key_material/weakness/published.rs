//! Keys that are published as examples.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    chance::Rarity,
    kind::{FoundWeakness, Weakness},
};

/// The names of published keys, and a SHA-256 for each: of the bytes of a symmetric key or a seed,
/// of the scalar of an EC key in the full length of its curve, or of the modulus of an RSA key.
///
/// The keys themselves are in `tests/data/TEST-published-keys.txt`. It does not contain published
/// keys that meet another rule, such as 00 01 02 ….
const PUBLISHED: &[(&str, &[&str])] = &[
    // NIST SP 800-38A, F.1.5.
    (
        "the AES-256 key of NIST SP 800-38A",
        &["b93c72b74bc8487d29827005f80d635918f91bc22b14d7ed05714d58f96702dd"],
    ),
    // NIST SP 800-38A, F.1.1; FIPS 197, A.1.
    (
        "the AES-128 key of NIST SP 800-38A",
        &["d4ffb8b77f7d6b26196e9a070e983f6701a4c42dec813d4de1a535d20a7df536"],
    ),
    // McGrew, Viega: The Galois/Counter Mode of Operation, test case 4.
    (
        "a key of the GCM specification",
        &["46f2c12f725921af8755806c96437b84137355b9eee64ec17713898e5acedf31"],
    ),
    // RFC 3686, 6.
    (
        "a key of RFC 3686",
        &[
            "87fa89aadeb6c8a95d9dc89aeafdc5543e2ec4e529731158c4f64b87f0dde519",
            "48f3761b742267b5762fb191e512c554eb973f13aa0358fb9c170410b0fbe59f",
            "675740ebf561470bf7ce143bce0b264a283d75f67712201137bb76864d0c344e",
            "b3d79607bc429ef5f266de3607f150b4e36c9addc05dda877e9421b9ecc9bad9",
            "d9c7cc0613532cfc77ce9c474d1e9f7eb8a3f620ed7c5d8df6dbe905bc0b2865",
            "5f4201a013f2f25f6687783c89bb6fabbad0029ac2f5d1d671f05086e5212a76",
        ],
    ),
    // RFC 8439, A.5.
    (
        "a key of RFC 8439",
        &["b2fc17bf5e95289cefb59ca945471f60dd000eb17a59c23a3deb85a76929a2ce"],
    ),
    // Fernet specification, generate.json.
    (
        "the key of the Fernet specification",
        &["cbeb362f1fa69a6691db592f4529cf6bea1ce089eb132a3350c9081279ff8f34"],
    ),
    // aws-encryption-sdk-test-vectors, keys.json.
    (
        "the AES-256 key of the AWS Encryption SDK test vectors",
        &["949848cd7a466fd87649dbbe258b97225bf259c5342a4f1a9d6ef8249cc08906"],
    ),
    // RFC 7515, A.1 to A.4.
    (
        "a key of RFC 7515",
        &[
            "c8ecc9361a05e285f04c26f9572131a6deab07e9e2b865053c6f75a4d8bd2b32",
            "26d6872d476b20e7eaa7cc894dcbc03f2347e88fb8cb46066642213cacf257d5",
            "cfcef6cfb631f2a350b70a6ab72b20696f65f854aa3649a26b4cc1d2b0f5ce76",
            "3bb8feda21e14c7702cb318369e49edfb43dffda7d0b928d3611f4db316fe436",
        ],
    ),
    // RFC 7516, A.1 to A.3.
    (
        "a key of RFC 7516",
        &[
            "d89fbe834d59519ea134fe0c09515f43bdc02f697cdd2ce5664669061a9a4a73",
            "ead3f45c49f2914788edf91ff59dc081538d141c258175aa835d2807b71446cd",
            "7df6f598d8f385bd68522c724bc9ed483b731af4f65fea03b70da07b16925093",
        ],
    ),
    // RFC 7517, A.2 and C.1.
    (
        "a key of RFC 7517",
        &[
            "43e4b74131385aec85e1f0764d6693ac5e7cc4977f998cc956e1241a818cfd1d",
            "cfd9828d5c4be180a7f4eb8b33725769db37cf9d3e7e71e3522158c39b34537c",
            "3cddc52754c3ed62adfa8db8243e084101b33b92ae29c3d78fcde8d84d0be8c2",
        ],
    ),
    // RFC 7520, 3 to 5.
    (
        "a key of RFC 7520",
        &[
            "97dad269b52abf462721ab8d86217fae13a4e42da07b83cf51ab23ce5c36d7da",
            "91c2c702c0240040ba2a82a55357ac081cbac4b463632d77efa71d25b2c2b2a2",
            "73ec74458059c70cae3f0ade8663fe0da1dc4b114ed8cdac75364140b4458a4c",
            "2cd6f10056d08e10430ad5658b5565056c93fcde047563f7e53a56452467c050",
            "0bd066273cdb6e3a8107eedb9e97a3e38565b45e1636c2aa927a44340f166d12",
            "9824cb1775986a785650f3423593968febf6dec5166a6faf17d34782dd2f6faa",
            "8a68a4ff095fe5dabcadadac2cd50ebcefe473e950f42353c77aedac239e79c3",
            "632632a2769433a7ec53724ccbcc36520b1c853a480690fb9ebe992c73c4dd90",
            "c8b9806cb3780fd9cbb789986daff3bb6aec44a7d09bb4262f7a1c6322189874",
            "dc60a5b74b5e649e5f9559b39933a55b2ba6bbe9a0096d46370e65ecd8f92f1e",
            "0a7fb11a26aa41210e700a94d4229debc32520e3f7ddcacadf33a9c815e12c70",
        ],
    ),
    // RFC 8032, 7.1 and 7.2.
    (
        "a key of RFC 8032",
        &[
            "644d50ab64864c20a12b3c4656d46b4a48f69ef7c47ecdc8415cd28316b22ef5",
            "3d2d9682cdba529682a152f678e25c6c29847bf2588ca4e1b3023c1579f9958d",
            "d8eca0cca720d33bf6d9a3e8057053ff6a4d19a62a9874fa7f7004ea662fb2f9",
            "28024a74943422cca068bb8189df16977c0cd8b322fcdf9c782f59ab6c0aa7e9",
            "918a483206abfc9207f58443b4403c208a687265175377ea43db32a0def92492",
            "7a2e234a94e068cdcdd78be6ba80ef56c8fd23d14b01049bd32a2361886ebe28",
            "f5de17c253b6377b60c9f37062dd00851bec5db5f0c090883f9970a755150574",
        ],
    ),
    // RFC 8410, 10.3.
    (
        "the key of RFC 8410",
        &["8ed51c8438ac38066662578078917561f441fcdf0bc860e6b28a188aca12318b"],
    ),
    // RFC 6979, A.2.5 to A.2.7.
    (
        "a key of RFC 6979",
        &[
            "b70385660302dca892f74cdb6d75f73fd85e7564306616e1910970462f7110f0",
            "37e9ac2b6d795ba472b67cc28423e16ecbf47290de5212815fa2323a3db6885c",
            "aa0e0eb9b302fde2bde2f8302c0f6a52dcaca87fc7387a1cef77ba435f95c301",
        ],
    ),
    // RFC 9500, 2.1 and 2.3.
    (
        "a key of RFC 9500",
        &[
            "d5246bc377541fb76508de53d527eb973a81b755144ab531a6a0b7b4af0e7088",
            "718d4d86179831caf9ff705a08a587e33797bd534b8cbb112c641b1a9964a052",
            "fc3e599c97778c116b717ba4e790335eaba5374128e045b0d881f5efb525dafb",
            "3a7bb1566fa28150277a5de3d1be7157543c7a6bda84b16a217fee2668fb5c76",
            "4c56005aeceaf780e3ace84d747b63bf7c288fcc7eabe5597aa3f34df2136fc2",
        ],
    ),
    // jwt.io, RS256 and ES256.
    (
        "a key of jwt.io's debugger",
        &[
            "2da8a492573f9cd453d9a68d7a24c62b4c2c8bd0c3497283ff438b606f65e0d3",
            "5aea75451f8107db5d69f8f2676de27c55a9f8bb7101c05e3db4d092a5985f4d",
        ],
    ),
    // AWS Cryptographic Material Providers Library, test vectors.
    (
        "an EC key of the AWS cryptographic test vectors",
        &[
            "99a7aaa214dc2d5c650b7eac5ad0dd5a32cbd3b55dbe1c70c911e99ba4ebec66",
            "2c050b1c1d7567b55c9927e9cbb8a9251a5016cf412e107f760714ee1d36ef1f",
            "5f7c1d6db29ab6121186c18ec1d148cd09aa1f6b62cf8ac9cf5a665695c9560b",
            "1b50117e00bd754de47389e11816fb4cda5d2a8e957b2a317ee6ede3f3d551c1",
            "2c56f03b21dc8024609dcea1c2bc509d445a41cd1153992983ef596bfc5c028d",
            "cb790ed730e913b2ffa76c07f0fdde7689771aecbd308cf12451263ab0700df8",
        ],
    ),
    // GB/T 32918.5, A and C; GM/T 0003.5.
    (
        "the private key of GB/T 32918",
        &["9f06ba03e13884c28d8ea85740297e8555896e644ea7df271ad375ef74b9640c"],
    ),
    // Hardhat Network reference; Foundry book: "test test … junk".
    (
        "an account of Hardhat and Anvil",
        &[
            "59891c96881dfbcf7d2ddc270b7813e666694fbbffe8ddd2736bf91c1b0e85d4",
            "bca4c2c0761d850f0c403a699280f70f86ab6659a611ada431019203cd66098f",
            "193ae84c4c9567c25105535802f463f3f8dc420b0ce9a5b57c7931c764e623d6",
            "e25a680eff8baac7b15129a830ecc40211017919d5d32fce8c6b409af753e50f",
            "6718ba8966161cc843e01e8d19f018859e1bcba7f0e8f2c108578b497ac408b7",
            "ac29b3735d1b57180dea890d6321cd27e593723cbe9e227eed8a3fa35945122c",
            "93e372c67f7238faf2dfdc029246b299e88d71937680cbb895fedeb2a262ed19",
            "59ad99d565557cc0968550ed2f5ea5ff5fd1d279324a25d324a531053c9c16a3",
            "2d1831e800ec18fe3e29da2e4357db936efce5b9792d76683d465582f0910db0",
            "25061aad2bb0917814989eb38f95608a744ecb8173fdce329486e8b83086e5f0",
            "ea72a3e7d4937af3e138d48889290ace71d6fa2c9846509efee3ff2483fbc8da",
            "e77b7f2257fe244cec79340345d2044069e5544129acce4947388e67a6b26200",
            "3d10abbc9c3e287bd2c89cd83cf1849b9368352fe9318823bb25cafd0aa23fbd",
            "6503803831c946cdadd00c0116828972f5dcdffa5f2417ea136f75eba8a58859",
            "74f97a55058da1bab0311ae9d2530606fd1aed2612b552886a4163a290633b63",
            "b8acf5d5eb4e7fd0b086cc02be9efbb57ced88c3528e151565341e685753cbee",
            "a9c85ef9ebbbe0685ca5c740e814b69797a557e0bdabd24e7363b2c72fa3f929",
            "c188a572f30c631c29864a510a25759a260e95a52df2f83b89c64436411a5de2",
            "ac70e04ef12b755b829661e0f57bd3349f0f006536b739f154212be4c1a7191f",
            "fd375fcf38ac71dd90e0ff16ae924cd13bd9dd120a8b6135b3e63b87b8ff532f",
        ],
    ),
    // Ganache, option --deterministic: "myth like bonus …".
    (
        "an account of Ganache",
        &[
            "433b2e1dfcf07cc1e3d285105499559efacf6bf15b4c517fee45213e9e1e4018",
            "a5088b88526dfdbec48ef5de7adb6274164d18a166704daf18f8c4f4aecb2618",
            "b3146d642538d2809dac859c969b09a27a651bcaaa4080c2a9c9a9d28f74e2b1",
            "34ec71e14eadf154cdb138050821fd206703cf5794e7923c91261b82b50ff4a5",
            "cf5f090ef5ad175dd734642ea43e8167dd84a25a0820da5922788a686e380e95",
            "0bf58c494765047505db29453fc7670f3db2ec0569a65ceada3a6885ed840fac",
            "3407c1890d719a17f23a247fdc0b1118ceac4cb4f446d0706e9ae74537790087",
            "c065f5ffb9bb9a195ce5b0424fb632f416c2d745f795cb5c06fe91aed17cac24",
            "4a95cb3ba84ec6441755562ec20130c6dd1b5332f39f5b22ca54db4bbcab4f48",
            "7ebf8ed1e0c24a0a425901cd07eb35a983eae17e802f7c0ab148a8cbe2ba091f",
        ],
    ),
    // Truffle Suite documentation: "candy maple cake …".
    (
        "an account of Truffle Develop",
        &[
            "5a801427c8b7be628c8bf3d8f75645ab8b74fe966b95e0d1f1ec61193bdccec7",
            "5683701095df12728836f7ba836c2564831da3603e268729faec85be23d770bd",
            "4998ff08a7813035e34bb18483a549edb8761542a05766da72610eb9cf651b4f",
            "69b8f3f9f4e2873cb8bc59d25457987dc4fa72fb5de42790e2cac96ca5460124",
            "49b7a6a8b8a6392aaf6c0c65eb1d91c5a59c4c54810b1c499c554d10d163bfaa",
            "77b8a0f88a30eba7875035fbdfc6d8457cebbcc965f0cb70cda2873a408efbe2",
            "dfc44dbc519c691c75166765461d7d9c22597a85da9a392eb110725c1b8cb49b",
            "dddb340ae3e6a05f1be8e2f8e065affe874895f694f126da01ad344cfee83402",
            "f810d868d21fd8592334c8dea767a14f821dfd20488806a7743585fc64026e5f",
            "d79f6da7f0e6e3858aa9dfd4d3c881ae08ad5ee4f3cfcb66cdef5a30ffae7189",
        ],
    ),
    // BIP 39, test vectors; BIP 44.
    (
        "an account of the mnemonic \"abandon … about\"",
        &[
            "33aa8c8ae5ac27755e73e19dadcd324ea0d4b5c1e9ce1ace6120702ff57d35f7",
            "a309a11ed30689f00bd153a5243172279955b84cdebcfd263aa68a3e96f4765e",
        ],
    ),
    // go-ethereum, core/*_test.go.
    (
        "a test key of go-ethereum",
        &["3b9d4be212c477d2fafc24397db2ed6ae02db2a963c53864c8716cb5d908b00e"],
    ),
    // web3.js documentation, web3.eth.accounts.
    (
        "an example key of web3.js",
        &["a08d67bdf1e0aa7c8ded78683069218f38be40c399ad8e04c29934f306d7001b"],
    ),
    // Web3 Secret Storage Definition, test vectors.
    (
        "the key of the Web3 Secret Storage test vectors",
        &["9b7d765e34049fc6e1a084042094e7c673ff0ab245e3e80bbe590fbeec6f82da"],
    ),
    // computed: MD5, SHA-2, SHA3-256, SM3, Keccak-256.
    (
        "a hash of no bytes",
        &[
            "32d2ae03b8b636b73de1709b6cf0c3880ae1b548510d4807fc0ad20fa04db4a4",
            "70e01c74bb4c4b3e5b2dc7cba0694f9bc78e220e89e1f133f62c38781ebd1378",
            "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
            "4800fbfc4566eb02d1727a4b1c949ccbc7535c216a0766564c199308631b5dd6",
            "001d686db504e20c792eaa07fe09224a45ff328e24a80072d04d16abc5c2b5d2",
            "a09941949df508620d027c03ac12a3286382e745b9b17c656a98f7b5fb316918",
            "9f3d6c3a3f4f70b6a36c20a21dcd45c4b421718d364e5bd89b44450f8d2e7381",
            "1f22e1c3d29dce0921a51fc348c4d57761f490ad4891a67ab97c0455dfe2c184",
        ],
    ),
    // computed: MD5, SHA-2, SHA3-256, SM3.
    (
        "a hash of a newline",
        &[
            "3bd828b84c3adf541084c2820968d9e291e283fca1617b19fb06edf25c62d89f",
            "6c024e46d7d68813b4385c75a9c1c76d116109f05c5efc7f7b39dfaf0ad21386",
            "9c827201b94019b42f85706bc49c59ff84b5604d11caafb90ab94856c4e1dd7a",
            "fa19cdd4ba3a6abd6e69541adeee704e78b06359447577a59b1794e0b868f387",
            "6756be8f88c7920de114e55256371df1254173dcf1da88d7431ef2027009e2b9",
            "d215aeb43cb701b71e66439cbeba00572544776d0eb104ba7feda53f172eddba",
            "5cd2520eeaf4e5050e97aea75cbe46a9bcddfaaceafcc7b12150ca806e0e2494",
        ],
    ),
];

/// A published key.
///
/// Fewer than 2^7 strings of any length are published here.
pub(super) fn in_bytes(bytes: &[u8]) -> Option<FoundWeakness> {
    let digest: Zeroizing<[u8; 32]> = Zeroizing::new(Sha256::digest(bytes).into());
    let digest = Zeroizing::new(base16ct::lower::encode_string(&*digest));
    let is_this = |(_, digests): &&(&str, &[&str])| digests.contains(&digest.as_str());
    let (name, _) = PUBLISHED.iter().find(is_this)?;
    let bits = u32::try_from(8 * bytes.len()).unwrap_or(u32::MAX);
    let rarity = Rarity::one_in_2_to(bits.saturating_sub(7));
    Some(FoundWeakness::new(Weakness::Published(name), rarity))
}

/// The published keys, each with its name.
#[cfg(test)]
pub(super) fn keys() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let lines = include_str!("../../../tests/data/TEST-published-keys.txt").lines();
    lines.map(|line| {
        let (name, digits) = line.split_once('\t').expect("a name and a key");
        let key = base16ct::lower::decode_vec(digits).expect("hex");
        (name, key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_published_key_is_known_by_its_name_and_none_else() {
        for (name, key) in keys() {
            let found = in_bytes(&key).expect("published");
            assert_eq!(found.weakness, Weakness::Published(name));
            assert!(found.is_refused());
            let mut other = key.clone();
            other[0] ^= 1;
            assert_eq!(in_bytes(&other), None);
        }
        let digests: usize = PUBLISHED.iter().map(|(_, digests)| digests.len()).sum();
        assert_eq!(digests, keys().count());
    }
}
