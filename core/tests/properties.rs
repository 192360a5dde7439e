//! Properties of every input: what is wrapped unwraps, what is printed parses, what is not a
//! document is refused, and nothing panics. 256 cases each; `PROPTEST_CASES` sets the number.

mod common;
#[path = "common/seed.rs"]
mod seed;

use std::{fmt::Debug, sync::LazyLock};

use byok_core::{
    blob::Blob,
    compatibility::Rules,
    fingerprint::Fingerprint,
    import_parameters::{ImportParameters, ImportParametersError, TimestampFormat},
    import_request::{ImportOptions, ImportRequest, ImportType},
    import_token::{ImportToken, MIN_LEN},
    json::{self, JsonError, Object},
    key_id::{AccountId, KeyArn, KeyId, KeyIdentifier},
    key_material::{KeyMaterial, ReadOptions},
    key_metadata::{ExpirationModel, KeyMetadata, KeyState, Origin},
    key_record::{KeyRecord, ParameterSet},
    key_spec::{Family, KeySpec},
    parameters_request::ParametersRequest,
    region::Region,
    timestamp::Timestamp,
    wrap::{Payload, wrap},
    wrapping_algorithm::WrappingAlgorithm,
    wrapping_key_spec::WrappingKeySpec,
    wrapping_private_key::WrappingPrivateKey,
    wrapping_public_key::WrappingPublicKey,
};
use common::*;
use jiff::tz::Offset;
use proptest::{
    collection::{hash_map, vec},
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Map, Value, json};

/// Any time from 1970 to the end of the year 9999, with its edges more often.
fn moment() -> impl Strategy<Value = Timestamp> {
    const LATEST: i64 = 253_402_207_200_000;
    let millis = prop_oneof![
        6 => 0..=LATEST,
        1 => 0..=Timestamp::DAY_MILLIS,
        1 => LATEST - 2 * Timestamp::DAY_MILLIS..=LATEST,
    ];
    millis.prop_map(|millis| Timestamp::from_millis(millis).expect("in range"))
}

fn word<T: Copy + Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    select(all)
}

/// Text that breaks careless printers: quotes, controls, bidi characters, other planes.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        vec(
            select(
                &[
                    "\"",
                    "\\",
                    "\u{1b}[2J",
                    "\u{202e}",
                    "\0",
                    "\n",
                    "\u{7f}",
                    "\u{1f511}",
                    "a",
                    "'"
                ][..]
            ),
            0..12
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn key_arn() -> impl Strategy<Value = KeyArn> {
    (
        select(
            &[
                "us-east-1",
                "cn-north-1",
                "us-gov-west-1",
                "eu-central-2",
                "us-isob-east-1",
            ][..],
        ),
        "[0-9]{12}",
        any::<[u8; 16]>(),
        any::<bool>(),
    )
        .prop_map(|(region, account, random, multi_region)| {
            KeyArn::new(
                Region::parse(region).expect("a Region"),
                AccountId::parse(&account).expect("12 digits"),
                KeyId::from_random(random, multi_region),
            )
        })
}

fn public_key() -> impl Strategy<Value = WrappingPublicKey> {
    static KEYS: LazyLock<Vec<WrappingPublicKey>> = LazyLock::new(|| {
        WrappingKeySpec::RSA
            .iter()
            .map(|spec| wrapping_key(*spec).public_key().clone())
            .collect()
    });
    (0..3usize).prop_map(|place| KEYS[place].clone())
}

fn token() -> impl Strategy<Value = ImportToken> {
    vec(any::<u8>(), MIN_LEN..=300)
        .prop_map(|bytes| ImportToken::new(Blob::new(bytes)).expect("18 to 6144 bytes"))
}

fn import_parameters() -> impl Strategy<Value = ImportParameters> {
    (key_arn(), token(), public_key(), moment()).prop_map(
        |(key_arn, import_token, public_key, valid_to)| ImportParameters {
            key_arn,
            import_token,
            public_key,
            parameters_valid_to: Some(valid_to),
        },
    )
}

mod wrapping_and_unwrapping {
    use super::*;

    /// OAEP through `wrap` and `verify`, with raw material of every kind.
    fn raw_material() -> impl Strategy<Value = KeyMaterial> {
        let raw: Vec<(KeySpec, usize)> = KeySpec::ALL
            .iter()
            .filter_map(|key_spec| match key_spec.family() {
                Family::Symmetric => Some((*key_spec, 32)),
                Family::Hmac { len } => Some((*key_spec, len)),
                _ => None,
            })
            .collect();
        select(raw).prop_flat_map(|(key_spec, len)| {
            vec(any::<u8>(), len).prop_map(move |bytes| {
                KeyMaterial::from_import(&secret(&bytes), key_spec, Rules::Standard)
                    .expect("the right length")
                    .material
            })
        })
    }

    proptest! {
        #![proptest_config(seed::config())]

        #[test]
        fn what_verify_finds_is_what_wrap_was_given(
            material in raw_material(),
            algorithm in select(&[WrappingAlgorithm::RsaesOaepSha1, WrappingAlgorithm::RsaesOaepSha256][..]),
            seed: u64,
        ) {
            let parameters = parameters(material.key_spec(), algorithm, WrappingKeySpec::Rsa2048);
            let payload = Payload::Material(&material);
            let request = wrap(&parameters, algorithm, payload, staying(), now(), &mut rng(seed)).expect("wrapped");
            let found = accepted(verified(&request, &store())).material;
            prop_assert_eq!(found.bytes(), material.bytes());
            prop_assert_eq!(found.key_spec(), material.key_spec());
            prop_assert_eq!(found.fingerprint(), material.fingerprint());
        }

        /// Any bytes, whether AWS KMS would accept them or not.
        #[test]
        fn any_bytes_come_back_and_have_the_length_that_was_foretold(
            bytes in vec(any::<u8>(), 1..600),
            algorithm in select(&WrappingAlgorithm::RSA[..]),
            spec in select(&[WrappingKeySpec::Rsa2048, WrappingKeySpec::Rsa3072][..]),
            seed: u64,
        ) {
            static KEYS: LazyLock<[WrappingPrivateKey; 2]> =
                LazyLock::new(|| [WrappingKeySpec::Rsa2048, WrappingKeySpec::Rsa3072].map(wrapping_key));
            let key = &KEYS[usize::from(spec == WrappingKeySpec::Rsa3072)];
            let block = spec.modulus_len().expect("RSA");
            let hash_len = algorithm.oaep_hash().expect("RSA").output_len();
            let wrapped =
                byok_core::wrapping::wrap(&secret(&bytes), algorithm, key.public_key(), &mut rng(seed));
            let expected_len = if algorithm.is_hybrid() {
                Some(block + 8 + bytes.len().div_ceil(8) * 8)
            } else {
                (bytes.len() <= block - 2 * hash_len - 2).then_some(block)
            };
            prop_assert_eq!(wrapped.as_ref().ok().map(Vec::len), expected_len);
            prop_assert_eq!(byok_core::wrapping::wrapped_len(bytes.len(), algorithm, spec), expected_len);
            if let Ok(wrapped) = wrapped {
                prop_assert!(byok_core::wrapping::is_possible_length(wrapped.len(), algorithm, spec));
                let found = byok_core::wrapping::unwrap(&wrapped, algorithm, key, &mut rng(!seed));
                prop_assert_eq!(found, Ok(secret(&bytes)));
            }
        }

        #[test]
        fn a_change_of_any_bit_is_noticed(
            at in any::<Index>(),
            algorithm in select(&WrappingAlgorithm::RSA[..]),
        ) {
            static KEY: LazyLock<WrappingPrivateKey> = LazyLock::new(|| wrapping_key(WrappingKeySpec::Rsa2048));
            let material = material_bytes(KeySpec::Hmac512).0;
            let mut wrapped =
                byok_core::wrapping::wrap(&secret(material), algorithm, KEY.public_key(), &mut rng(1)).expect("fits");
            let bit = at.index(8 * wrapped.len());
            wrapped[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(byok_core::wrapping::unwrap(&wrapped, algorithm, &KEY, &mut rng(2)).is_err());
        }
    }
}

mod printing_and_parsing {
    use super::*;

    fn options() -> impl Strategy<Value = ImportOptions> {
        let word = |words: Vec<&'static str>| {
            option::of(prop_oneof![
                select(words).prop_map(str::to_owned),
                any_text()
            ])
        };
        (
            option::of(moment()),
            word(
                ExpirationModel::ALL
                    .iter()
                    .map(|model| model.as_str())
                    .collect(),
            ),
            word(
                ImportType::ALL
                    .iter()
                    .map(|import_type| import_type.as_str())
                    .collect(),
            ),
            option::of(any_text()),
            option::of(any_text()),
        )
            .prop_map(
                |(valid_to, expiration_model, import_type, description, id)| ImportOptions {
                    valid_to,
                    expiration_model,
                    import_type,
                    key_material_description: description,
                    key_material_id: id,
                },
            )
    }

    fn request() -> impl Strategy<Value = ImportRequest> {
        let blob = || option::of(vec(any::<u8>(), 0..200).prop_map(Blob::new));
        (option::of(any_text()), blob(), blob(), options()).prop_map(
            |(key_id, import_token, encrypted_key_material, options)| ImportRequest {
                key_id,
                import_token,
                encrypted_key_material,
                options,
            },
        )
    }

    /// Members that this version does not know. Numbers are whole or have milliseconds, like the
    /// API's.
    fn other_members() -> impl Strategy<Value = Map<String, Value>> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            moment().prop_map(|moment| json!(moment)),
            any_text().prop_map(Value::String),
        ];
        let value = leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::Array),
                hash_map(any_text(), inner, 0..4).prop_map(|members| members.into_iter().collect()),
            ]
        });
        hash_map(any_text().prop_map(|name| format!("X{name}")), value, 0..4)
            .prop_map(|members| members.into_iter().collect())
    }

    fn key_metadata() -> impl Strategy<Value = KeyMetadata> {
        (
            (
                key_arn(),
                word(KeySpec::ALL),
                moment(),
                any::<bool>(),
                any_text(),
            ),
            (
                word(KeyState::ALL),
                word(Origin::ALL),
                option::of(word(ExpirationModel::ALL)),
            ),
            (option::of(moment()), option::of(moment()), other_members()),
        )
            .prop_map(
                |(
                    (arn, key_spec, created, enabled, description),
                    state,
                    (deletion, valid_to, other),
                )| {
                    let mut key = metadata(arn, key_spec);
                    (key.creation_date, key.enabled, key.description) =
                        (created, enabled, description);
                    (key.key_state, key.origin, key.expiration_model) = state;
                    (key.deletion_date, key.valid_to) = (deletion, valid_to);
                    key.other.extend(other);
                    key
                },
            )
    }

    fn parameter_set() -> impl Strategy<Value = ParameterSet> {
        (
            (moment(), moment()),
            (word(WrappingAlgorithm::ALL), word(WrappingKeySpec::ALL)),
            (any_text(), vec(any::<u8>(), 0..100)),
        )
            .prop_map(
                |(times, (wrapping_algorithm, wrapping_key_spec), (digest, token))| ParameterSet {
                    issued_at: times.0,
                    number: 0,
                    parameters_valid_to: times.1,
                    wrapping_algorithm,
                    wrapping_key_spec,
                    public_key_sha256: digest,
                    import_token: Blob::new(token),
                },
            )
    }

    proptest! {
        #![proptest_config(seed::config())]

        #[test]
        fn import_parameters_read_back(parameters in import_parameters(), quarters in -56i32..=56) {
            let printed = parameters.to_json(TimestampFormat::Wire);
            prop_assert!(printed.is_ascii());
            prop_assert_eq!(ImportParameters::from_json(printed.as_bytes()), Ok(parameters.clone()));
            let named = ImportParameters::key_named_in_json(printed.as_bytes());
            prop_assert_eq!(named, Some(parameters.key_arn.clone()));
            let again = ImportParameters::from_json(printed.as_bytes()).expect("parses");
            prop_assert_eq!(again.to_json(TimestampFormat::Wire), printed);
            // Times that jiff can write with any offset.
            let is_early = parameters.parameters_valid_to.is_some_and(|m| m.as_millis() < 253_402_000_000_000);
            if is_early {
                let format = TimestampFormat::Iso8601 { offset_seconds: 900 * quarters };
                let printed = parameters.to_json(format);
                prop_assert_eq!(ImportParameters::from_json(printed.as_bytes()), Ok(parameters));
            }
        }

        #[test]
        fn import_requests_read_back(request in request()) {
            let printed = request.to_json();
            prop_assert!(printed.is_ascii());
            let parsed = ImportRequest::from_json(printed.as_bytes()).expect("parses");
            prop_assert_eq!(&parsed, &request);
            prop_assert_eq!(parsed.to_json(), printed);
        }

        #[test]
        fn parameters_requests_read_back(
            key_id in option::of(any_text()),
            algorithm in option::of(any_text()),
            spec in option::of(any_text()),
        ) {
            let written =
                json!({"KeyId": key_id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": spec, "Other": [1]});
            let request =
                ParametersRequest { key_id, wrapping_algorithm: algorithm, wrapping_key_spec: spec };
            prop_assert_eq!(ParametersRequest::from_json(json::line(&written).as_bytes()), Ok(request.clone()));
            prop_assert_eq!(ParametersRequest::from_json(json::pretty(&written).as_bytes()), Ok(request));
        }

        #[test]
        fn key_metadata_reads_back_with_and_without_its_outer_member(key in key_metadata()) {
            let bare = json::pretty(&key);
            prop_assert_eq!(KeyMetadata::from_json(bare.as_bytes()), Ok(key.clone()));
            let outer = json::line(&json!({"KeyMetadata": key}));
            prop_assert_eq!(KeyMetadata::from_json(outer.as_bytes()), Ok(key));
        }

        #[test]
        fn key_records_read_back(key in key_metadata(), sets in vec(parameter_set(), 0..20)) {
            let mut record = KeyRecord::new(key);
            let count = sets.len();
            for set in sets.iter().cloned() {
                record.append(set);
            }
            let numbered = sets.into_iter().zip(1..).map(|(set, number)| ParameterSet { number, ..set });
            let last: Vec<_> = numbered.skip(count.saturating_sub(16)).collect();
            prop_assert_eq!(&record.rehearsal.parameter_sets, &last);
            let printed = record.to_json();
            let parsed = KeyRecord::from_json(printed.as_bytes()).expect("parses");
            prop_assert_eq!(parsed.to_json(), printed);
            prop_assert_eq!(parsed, record);
        }

        #[test]
        fn moments_read_back(moment in moment()) {
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
            prop_assert_eq!(Timestamp::parse(&moment.iso8601(0)), Ok(moment));
            prop_assert_eq!(Timestamp::from_epoch_seconds(moment.epoch_seconds()), Ok(moment));
            prop_assert_eq!(Timestamp::parse(&format!("{}", moment.epoch_seconds())), Ok(moment));
            let written = serde_json::to_string(&moment).expect("a number");
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&written).ok(), Some(moment));
        }

        #[test]
        fn key_arns_read_back(arn in key_arn()) {
            prop_assert_eq!(KeyArn::parse(&arn.to_string()), Some(arn.clone()));
            prop_assert_eq!(KeyIdentifier::parse(&arn.to_string()), Ok(KeyIdentifier::Arn(arn.clone())));
            let id = arn.key_id().clone();
            prop_assert_eq!(KeyIdentifier::parse(id.as_str()), Ok(KeyIdentifier::Id(id.clone())));
        }

        #[test]
        fn fingerprints_read_back(digest: [u8; 32], check_value: [u8; 3]) {
            for fingerprint in [
                Fingerprint::Spki(digest),
                Fingerprint::Cmac(check_value),
                Fingerprint::Ecb(check_value),
                Fingerprint::Hmac(check_value),
            ] {
                prop_assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
                prop_assert_eq!(fingerprint.to_string().to_uppercase().parse(), Ok(fingerprint));
            }
        }
    }
}

/// One answer of `GetParametersForImport`, as AWS's clients print it.
mod forms_of_import_parameters {
    use std::fmt::Write as _;

    use super::*;

    /// `repr` of a Python `bytes` object.
    fn python_repr(bytes: &[u8]) -> String {
        let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
            '"'
        } else {
            '\''
        };
        let mut text = format!("b{quote}");
        for byte in bytes {
            match *byte {
                b'\\' => text.push_str("\\\\"),
                b'\n' => text.push_str("\\n"),
                b'\r' => text.push_str("\\r"),
                b'\t' => text.push_str("\\t"),
                byte if char::from(byte) == quote => text.extend(['\\', quote]),
                byte @ b' '..=b'~' => text.push(char::from(byte)),
                byte => write!(text, "\\x{byte:02x}").expect("a String takes all"),
            }
        }
        text.push(quote);
        text
    }

    /// `str` of a Python `datetime` with a time zone, or its `isoformat` with `separator` `T`.
    fn python_time(moment: Timestamp, quarters: i8, separator: char) -> String {
        let offset = Offset::from_seconds(900 * i32::from(quarters)).expect("an offset");
        let local = offset
            .to_datetime(jiff::Timestamp::from_millisecond(moment.as_millis()).expect("in range"));
        let fraction = match moment.as_millis() % 1000 {
            0 => String::new(),
            millis => format!(".{millis:03}000"),
        };
        let sign = if quarters < 0 { '-' } else { '+' };
        let minutes = 15 * i32::from(quarters).abs();
        let (hours, minutes) = (minutes / 60, minutes % 60);
        format!(
            "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}{fraction}{sign}{hours:02}:{minutes:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second()
        )
    }

    #[test]
    fn the_forms_are_those_that_were_seen() {
        let moment = Timestamp::from_millis(1_480_632_737_044).expect("in range");
        assert_eq!(
            python_time(moment, 4, 'T'),
            "2016-12-01T23:52:17.044000+01:00"
        );
        assert_eq!(
            python_time(moment, 0, ' '),
            "2016-12-01 22:52:17.044000+00:00"
        );
        assert_eq!(
            python_time(moment, -18, ' '),
            "2016-12-01 18:22:17.044000-04:30"
        );
        assert_eq!(wire(moment), "1.480632737044E9");
        assert_eq!(cli_v1(moment), "1480632737.044");
        assert_eq!(python_repr(b"0\x82'\"\n\\"), r#"b'0\x82\'"\n\\'"#);
        assert_eq!(python_repr(b"it's"), r#"b"it's""#);
    }

    fn wire(moment: Timestamp) -> String {
        format!("{:E}", moment.epoch_seconds())
    }

    fn cli_v1(moment: Timestamp) -> String {
        format!("{:?}", moment.epoch_seconds())
    }

    proptest! {
        #![proptest_config(seed::config())]

        #[test]
        fn all_mean_the_same(
            mut parameters in import_parameters(),
            millis in 0..253_402_000_000_000i64,
            whole: bool,
            quarters in -56i8..=56,
        ) {
            let millis = if whole { millis / 1000 * 1000 } else { millis };
            let moment = Timestamp::from_millis(millis).expect("in range");
            parameters.parameters_valid_to = Some(moment);
            let (arn, token, key) =
                (parameters.key_arn.to_string(), parameters.import_token.blob(), parameters.public_key.spki());
            let with_time = |time: &str| {
                format!(
                    "{{\"KeyId\": \"{arn}\", \"ImportToken\": \"{}\", \"PublicKey\": \"{}\", \"ParametersValidTo\": \
                     {time}}}",
                    token.to_base64(),
                    key.to_base64()
                )
            };
            let boto3 = json!({
                "KeyId": arn,
                "ImportToken": python_repr(token.as_bytes()),
                "PublicKey": python_repr(key.as_bytes()),
                "ParametersValidTo": python_time(moment, quarters, ' '),
                "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0},
            });
            let on_the_wire = format!(
                "{{\"ImportToken\":\"{}\",\"KeyId\":\"{arn}\",\"ParametersValidTo\":{},\"PublicKey\":\"{}\"}}",
                token.to_base64(),
                wire(moment),
                key.to_base64()
            );
            for (form, document) in [
                ("AWS CLI v1", with_time(&cli_v1(moment))),
                ("AWS CLI v2", with_time(&format!("\"{}\"", python_time(moment, quarters, 'T')))),
                ("boto3", boto3.to_string()),
                ("boto3, not ASCII-escaped", serde_json::to_string_pretty(&boto3).expect("JSON")),
                ("wire", on_the_wire),
                ("a text of epoch seconds", with_time(&format!("\"{}\"", cli_v1(moment)))),
                ("with CRLF", with_time(&cli_v1(moment)).replace(", ", ",\r\n\t") + "\r\n"),
            ] {
                let parsed = ImportParameters::from_json(document.as_bytes());
                prop_assert_eq!(parsed.as_ref(), Ok(&parameters), "{}: {}", form, document);
            }
        }
    }
}

mod what_is_no_document {
    use super::*;

    type Refuse = fn(&[u8]) -> bool;

    /// Every JSON parser, and whether it refuses.
    const PARSERS: [(&str, Refuse); 6] = [
        ("Object", |bytes| Object::parse(bytes).is_err()),
        ("ImportParameters", |bytes| {
            ImportParameters::from_json(bytes).is_err()
        }),
        ("ImportRequest", |bytes| {
            ImportRequest::from_json(bytes).is_err()
        }),
        ("ParametersRequest", |bytes| {
            ParametersRequest::from_json(bytes).is_err()
        }),
        ("KeyMetadata", |bytes| {
            KeyMetadata::from_json(bytes).is_err()
        }),
        ("KeyRecord", |bytes| KeyRecord::from_json(bytes).is_err()),
    ];

    /// A document that all of them accept.
    fn good() -> String {
        let record = record(KeySpec::SymmetricDefault);
        let parameters = parameters(
            KeySpec::SymmetricDefault,
            WrappingAlgorithm::RsaesOaepSha256,
            WrappingKeySpec::Rsa2048,
        );
        let mut document = Map::new();
        for printed in [record.to_json(), parameters.to_json(TimestampFormat::Wire)] {
            let Value::Object(members) = serde_json::from_str(&printed).expect("JSON") else {
                unreachable!()
            };
            document.extend(members);
        }
        json::pretty(&document)
    }

    fn assert_refused(bytes: &[u8], why: &str) {
        for (parser, refuses) in PARSERS {
            assert!(refuses(bytes), "{parser} takes {why}");
        }
    }

    #[test]
    fn the_good_one_is_taken() {
        for (parser, refuses) in PARSERS {
            assert!(!refuses(good().as_bytes()), "{parser}");
        }
    }

    #[test]
    fn encodings_and_what_surrounds_the_object() {
        let good = good();
        let utf16 = |unit_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            good.encode_utf16().flat_map(unit_bytes).collect()
        };
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        for (text, encoding) in [
            (
                [b"\xef\xbb\xbf", good.as_bytes()].concat(),
                "a byte order mark",
            ),
            (little.clone(), "UTF-16LE"),
            (big.clone(), "UTF-16BE"),
            (
                [b"\xff\xfe", &little[..]].concat(),
                "UTF-16LE with its mark",
            ),
            ([b"\xfe\xff", &big[..]].concat(), "UTF-16BE with its mark"),
            (
                [b" \0".as_slice(), &little[..]].concat(),
                "UTF-16 after a space",
            ),
        ] {
            for (parser, refuses) in PARSERS {
                // A request on the wire and a key record are UTF-8.
                let is_strict = ["Object", "KeyRecord"].contains(&parser);
                assert_eq!(refuses(&text), is_strict, "{parser}: {encoding}");
            }
        }
        assert_refused(
            &good
                .chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect::<Vec<u8>>(),
            "UTF-32",
        );
        assert_refused(format!("{good}{good}").as_bytes(), "two documents");
        assert_refused(format!("{good}\0").as_bytes(), "a trailing zero");
        assert_refused(format!("{good},").as_bytes(), "a trailing comma");
        assert_refused(format!("[{good}]").as_bytes(), "an array");
        assert_refused(format!("// a comment\n{good}").as_bytes(), "a comment");
        assert_refused(good.replacen('{', "{,", 1).as_bytes(), "a comma too many");
        assert_refused(
            &[good.as_bytes(), &vec![b' '; json::MAX_LEN]].concat(),
            "more than 1 MiB",
        );
        for bytes in [
            &b""[..],
            b" ",
            b"null",
            b"1",
            b"\"\"",
            b"{",
            b"}",
            b"nul",
            b"\x1b",
        ] {
            assert_refused(bytes, &String::from_utf8_lossy(bytes));
        }
        for len in 1..good.trim_end().len() {
            assert_refused(&good.as_bytes()[..len], &format!("the first {len} bytes"));
        }
        for (at, _) in good.match_indices('"') {
            let mut invalid = good.clone().into_bytes();
            invalid.insert(at + 1, 0xff);
            assert_refused(&invalid, "a text that is no UTF-8");
        }
    }

    #[test]
    fn a_member_that_stands_twice() {
        let good = good();
        let Value::Object(members) = serde_json::from_str(&good).expect("JSON") else {
            unreachable!()
        };
        for (name, value) in &members {
            let twice = good.replacen('{', &format!("{{{}: {value},", json!(name)), 1);
            assert_refused(twice.as_bytes(), &format!("{name} twice"));
            let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
            let disguised = good.replacen('{', &format!("{{\"{escaped}\": null,"), 1);
            assert_refused(disguised.as_bytes(), &format!("{name} twice, once escaped"));
        }
        let inner = good.replacen("\"KeyMetadata\": {", "\"KeyMetadata\": {\"Arn\": null,", 1);
        assert_refused(inner.as_bytes(), "an inner member twice");
        let unknown = good.replacen('{', "{\"Other\": [{\"a\": 1, \"a\": 1}],", 1);
        assert_refused(unknown.as_bytes(), "a member twice where nobody looks");
        let twice = Object::parse(b"{\"a\": 1,\n\"a\": 1}");
        assert!(
            matches!(twice, Err(JsonError::DuplicateMember { line: 2, .. })),
            "{twice:?}"
        );
    }

    #[test]
    fn nesting_that_would_exhaust_the_stack() {
        for depth in [130, 20_000, json::MAX_LEN / 2 - 100] {
            let arrays = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
            assert_refused(arrays.as_bytes(), "deep arrays");
            assert_refused(
                format!("{{\"a\":{}", "[".repeat(depth)).as_bytes(),
                "open arrays",
            );
        }
        for depth in [130, 20_000] {
            let objects = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
            assert_refused(objects.as_bytes(), "deep objects");
        }
        let deep = good().replacen(
            '{',
            &format!("{{\"Other\":{}{},", "[".repeat(500), "]".repeat(500)),
            1,
        );
        assert_refused(deep.as_bytes(), "a deep member that nobody looks at");
    }

    #[test]
    fn members_of_another_kind() {
        let good = good();
        let Value::Object(members) = serde_json::from_str(&good).expect("JSON") else {
            unreachable!()
        };
        let parse = |member: &str, value: Value| {
            let mut changed = members.clone();
            changed.insert(member.to_owned(), value);
            ImportParameters::from_json(json::line(&changed).as_bytes())
        };
        for member in ["KeyId", "ImportToken", "PublicKey", "ParametersValidTo"] {
            let missing = parse(member, Value::Null);
            assert!(
                matches!(missing, Err(ImportParametersError::Json(JsonError::Missing(name))) if name == member),
                "{member}: {missing:?}"
            );
            for value in [
                json!(true),
                json!([]),
                json!({}),
                json!("s3cret\u{1b}"),
                json!([1]),
            ] {
                let error = parse(member, value.clone()).expect_err(member);
                assert!(!error.to_string().contains("s3cret"), "{error}");
            }
        }
        for (member, value) in [
            ("KeyId", json!(1)),
            ("KeyId", json!("1234abcd-12ab-34cd-56ef-1234567890ab")),
            (
                "KeyId",
                json!("arn:aws:kms:us-east-2:111122223333:alias/mine"),
            ),
            ("ImportToken", json!("")),
            ("ImportToken", json!(Blob::new(vec![0; MIN_LEN - 1]))),
            ("ImportToken", json!("b''")),
            ("ImportToken", json!(Blob::new(vec![0; 6145]))),
            ("ImportToken", json!("AAE")),
            ("ImportToken", json!("AA\nE=")),
            ("ImportToken", json!("_-8=")),
            ("PublicKey", json!(Blob::new(vec![0x30; 4097]))),
            ("PublicKey", json!("AAE=")),
            ("ParametersValidTo", json!("")),
            ("ParametersValidTo", json!("2016-12-01T22:52:17")),
            ("ParametersValidTo", json!(-1)),
            ("ParametersValidTo", json!(1e300)),
            ("ParametersValidTo", json!(253_402_300_800u64)),
        ] {
            assert!(parse(member, value.clone()).is_err(), "{member} {value}");
        }
    }
}

mod nothing_panics {
    use super::*;

    /// Valid inputs of each parser, to be damaged.
    static GOOD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        use der::{Decode as _, pem::LineEnding};
        let mut good = vec![];
        let parameters = parameters(
            KeySpec::EccNistP256,
            WrappingAlgorithm::RsaesOaepSha256,
            WrappingKeySpec::Rsa2048,
        );
        good.push(parameters.to_json(TimestampFormat::Wire).into_bytes());
        good.push(
            parameters
                .to_json(TimestampFormat::Iso8601 {
                    offset_seconds: 3600,
                })
                .into_bytes(),
        );
        good.push(request(&parameters, vec![0; 16]).to_json().into_bytes());
        let mut record = record(KeySpec::EccNistP256);
        record.append(ParameterSet::of(
            &contents(
                KeySpec::EccNistP256,
                WrappingAlgorithm::RsaesOaepSha256,
                WrappingKeySpec::Rsa2048,
            ),
            &parameters.import_token,
        ));
        good.push(record.to_json().into_bytes());
        good.push(json::pretty(&record.key_metadata).into_bytes());
        good.push(
            br#"{"KeyId": "k", "WrappingAlgorithm": "SM2PKE", "WrappingKeySpec": "RSA_2048"}"#
                .to_vec(),
        );
        good.push(parameters.import_token.blob().as_bytes().to_vec());
        good.push(parameters.public_key.to_pem().into_bytes());
        good.push(parameters.public_key.spki().as_bytes().to_vec());
        for key_spec in KeySpec::ALL
            .iter()
            .copied()
            .filter(|key_spec| is_importable(*key_spec))
        {
            if matches!(
                key_spec.family(),
                Family::Rsa {
                    modulus_bits: 3072..
                }
            ) {
                continue;
            }
            let (private, public) = material_bytes(key_spec);
            good.push(private.to_vec());
            if let Some(public) = public {
                let info = pkcs8::PrivateKeyInfoRef::from_der(private).expect("PKCS#8");
                good.push(info.private_key.as_bytes().to_vec());
                good.push(public.to_vec());
                let pem = der::pem::encode_string("PRIVATE KEY", LineEnding::CRLF, private)
                    .expect("a label");
                good.push(pem.into_bytes());
            }
        }
        for text in [
            "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "mrk-1234abcd12ab34cd56ef1234567890ab",
            "2016-12-01T22:52:17.044000+00:00",
            "1.480632737044E9",
            "2027-06-17",
            "cmac:377822",
            "ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01:ab:cd:ef:01",
        ] {
            good.push(text.as_bytes().to_vec());
        }
        good
    });

    #[derive(Debug, Clone)]
    enum Spoil {
        Flip(Index, u8),
        Overwrite(Index, u8),
        Insert(Index, Vec<u8>),
        Remove(Index, usize),
        Repeat(Index, usize),
        Truncate(Index),
        LongestLength(Index),
    }

    fn spoil() -> impl Strategy<Value = Spoil> {
        let at = any::<Index>;
        prop_oneof![
            4 => (at(), 0..8u8).prop_map(|(at, bit)| Spoil::Flip(at, bit)),
            3 => (at(), select(&[0, 1, 0x7f, 0x80, 0x84, 0xff, b'"', b'{', b'}', b'\\', b'9', b'-', b'e', b'\n'][..]))
                .prop_map(|(at, byte)| Spoil::Overwrite(at, byte)),
            1 => (at(), vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Spoil::Insert(at, bytes)),
            1 => (at(), 1..40usize).prop_map(|(at, count)| Spoil::Remove(at, count)),
            1 => (at(), 1..40usize).prop_map(|(at, count)| Spoil::Repeat(at, count)),
            1 => at().prop_map(Spoil::Truncate),
            1 => at().prop_map(Spoil::LongestLength),
        ]
    }

    fn spoiled() -> impl Strategy<Value = Vec<u8>> {
        (any::<Index>(), vec(spoil(), 1..4)).prop_map(|(which, spoils)| {
            let mut bytes = which.get(&GOOD).clone();
            for spoil in spoils {
                if bytes.is_empty() {
                    break;
                }
                let len = bytes.len();
                match spoil {
                    Spoil::Flip(at, bit) => bytes[at.index(len)] ^= 1 << bit,
                    Spoil::Overwrite(at, byte) => bytes[at.index(len)] = byte,
                    Spoil::Insert(at, more) => {
                        let at = at.index(len);
                        bytes.splice(at..at, more);
                    }
                    Spoil::Remove(at, count) => {
                        let at = at.index(len);
                        bytes.drain(at..len.min(at + count));
                    }
                    Spoil::Repeat(at, count) => {
                        let at = at.index(len);
                        let part = bytes[at..len.min(at + count)].to_vec();
                        bytes.splice(at..at, part);
                    }
                    Spoil::Truncate(at) => bytes.truncate(at.index(len)),
                    Spoil::LongestLength(at) => {
                        let at = at.index(len);
                        bytes.splice(at..len.min(at + 1), [0x84, 0xff, 0xff, 0xff, 0xff]);
                    }
                }
            }
            bytes
        })
    }

    /// Prints every result too, because an error message must not panic either.
    fn say<T: Debug, E: std::fmt::Display + Debug>(result: &Result<T, E>) {
        let said = match result {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!said.is_empty());
    }

    fn feed_every_parser(bytes: &[u8]) {
        say(&Object::parse(bytes));
        let parameters = ImportParameters::from_json(bytes);
        say(&parameters);
        if let Ok(parameters) = parameters {
            for format in [
                TimestampFormat::Wire,
                TimestampFormat::Iso8601 {
                    offset_seconds: -43_200,
                },
            ] {
                let printed = parameters.to_json(format);
                assert_eq!(
                    ImportParameters::from_json(printed.as_bytes()).as_ref(),
                    Ok(&parameters)
                );
            }
        }
        let request = ImportRequest::from_json(bytes);
        say(&request);
        if let Ok(request) = request {
            say(&request.validate(now()));
            assert_eq!(
                ImportRequest::from_json(request.to_json().as_bytes()).as_ref(),
                Ok(&request)
            );
            assert!(!answer(&verified(&request, &store())).is_empty());
        }
        let asked = ParametersRequest::from_json(bytes);
        say(&asked);
        if let Ok(asked) = asked {
            say(&asked.validate(Rules::Standard));
            say(&asked.validate(Rules::China));
        }
        let described = KeyMetadata::from_json(bytes);
        say(&described);
        if let Ok(described) = described {
            assert!(!json::pretty(&described).is_empty());
        }
        say(&KeyRecord::from_json(bytes));
        feed_key_parsers(bytes);
        feed_text_parsers(&String::from_utf8_lossy(bytes));
    }

    fn feed_key_parsers(bytes: &[u8]) {
        let specs = [
            KeySpec::SymmetricDefault,
            KeySpec::EccNistP256,
            KeySpec::Sm2,
        ]
        .map(Some);
        for key_spec in [None].into_iter().chain(specs) {
            let reading = KeyMaterial::read(
                &secret(bytes),
                &ReadOptions {
                    key_spec,
                    ..ReadOptions::new(Rules::Standard)
                },
            );
            say(&reading);
            if let Ok(reading) = reading {
                // Parsed material is in AWS's form.
                let (spec, taken) = (
                    reading.material.key_spec(),
                    reading.material.bytes().expose(),
                );
                let again = KeyMaterial::from_import(&secret(taken), spec, Rules::Standard)
                    .expect("AWS's form")
                    .material;
                assert_eq!(again.fingerprint(), reading.material.fingerprint());
            }
        }
        for key_spec in [
            KeySpec::SymmetricDefault,
            KeySpec::Hmac512,
            KeySpec::EccSecgP256k1,
            KeySpec::Rsa2048,
        ] {
            say(&KeyMaterial::from_import(
                &secret(bytes),
                key_spec,
                Rules::China,
            ));
        }
        let public_key = WrappingPublicKey::from_der_or_pem(bytes);
        say(&public_key);
        if let Ok(public_key) = public_key {
            let spki = public_key.spki().as_bytes();
            assert_eq!(
                WrappingPublicKey::from_spki_der(spki).as_ref(),
                Ok(&public_key)
            );
            assert_eq!(
                WrappingPublicKey::from_der_or_pem(public_key.to_pem().as_bytes()),
                Ok(public_key)
            );
        }
        say(&WrappingPrivateKey::from_pkcs8(&secret(bytes)));
        if let Some(token) = ImportToken::new(Blob::new(bytes.to_vec())) {
            assert!(!format!("{:?}", token.origin()).is_empty());
            say(&token.open(&root_secret()));
        }
    }

    fn feed_text_parsers(text: &str) {
        let identifier = KeyIdentifier::parse(text);
        match &identifier {
            Ok(KeyIdentifier::Arn(arn)) => assert_eq!(arn.to_string(), text),
            Ok(KeyIdentifier::Id(id)) => assert_eq!(id.to_string(), text),
            Err(error) => assert!(!error.refusal().to_string().is_empty()),
        }
        say(&identifier);
        let moment = Timestamp::parse(text);
        say(&moment);
        if let Ok(moment) = moment {
            assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
        }
        say(&text.parse::<Fingerprint>());
        say(&Region::parse(text));
        say(&text.parse::<KeySpec>());
    }

    #[test]
    fn the_good_inputs_are_good() {
        let takes =
            |parser: &dyn Fn(&[u8]) -> bool| GOOD.iter().filter(|bytes| parser(bytes)).count();
        assert_eq!(
            takes(&|bytes| ImportParameters::from_json(bytes).is_ok()),
            2
        );
        assert_eq!(takes(&|bytes| KeyRecord::from_json(bytes).is_ok()), 1);
        assert_eq!(takes(&|bytes| KeyMetadata::from_json(bytes).is_ok()), 2);
        assert_eq!(
            takes(&|bytes| WrappingPublicKey::from_der_or_pem(bytes).is_ok()),
            3
        );
        assert!(
            takes(
                &|bytes| KeyMaterial::read(&secret(bytes), &ReadOptions::new(Rules::Standard))
                    .is_ok()
            ) >= 10
        );
        assert_eq!(
            takes(&|bytes| {
                ImportToken::new(Blob::new(bytes.to_vec()))
                    .is_some_and(|token| token.open(&root_secret()).is_ok())
            }),
            1
        );
        for bytes in GOOD.iter() {
            feed_every_parser(bytes);
        }
    }

    proptest! {
        #![proptest_config(seed::config())]

        #[test]
        fn on_any_bytes(bytes in vec(any::<u8>(), 0..700)) {
            feed_every_parser(&bytes);
        }

        #[test]
        fn on_any_text(text in any_text()) {
            feed_every_parser(text.as_bytes());
        }

        #[test]
        fn on_good_inputs_that_were_spoiled(bytes in spoiled()) {
            feed_every_parser(&bytes);
        }

        /// Texts from the characters of times, identifiers and fingerprints.
        #[test]
        fn on_texts_that_nearly_are(text in "[-0-9a-fA-FTZ:+. eE/_xkmsarn]{0,60}") {
            feed_text_parsers(&text);
        }

        #[test]
        fn on_der_that_nearly_is(length in select(&[0x81, 0x82, 0x84, 0x80, 0x22][..]), rest in vec(any::<u8>(), 0..300)) {
            feed_key_parsers(&[&[0x30, length], &rest[..]].concat());
        }
    }
}
