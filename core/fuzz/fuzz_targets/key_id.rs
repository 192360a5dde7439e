//! Fuzzes short texts: a parsed value prints as a text that parses to the same value.

#![no_main]

use std::fmt::{Debug, Display};

use byok_core::{
    fingerprint::Fingerprint,
    key_id::{AccountId, KeyArn, KeyId, KeyIdentifier, Place},
    region::Region,
    timestamp::Timestamp,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let place = Place {
        region: Region::parse("us-east-2").expect("a Region"),
        region_is_explicit: true,
        account_id: AccountId::parse("111122223333").expect("12 digits"),
    };
    match KeyIdentifier::parse(text) {
        Ok(key) => drop(key.resolve(&place)),
        Err(error) => drop(error.refusal().to_string()),
    }
    stays(text, KeyArn::parse);
    stays(text, KeyId::parse);
    stays(text, AccountId::parse);
    stays(text, |text| {
        Some(Region::parse(text).ok()?.as_str().to_owned())
    });
    stays(text, |text| text.parse::<Fingerprint>().ok());
    stays(text, |text| Timestamp::parse(text).ok());
});

fn stays<T: Debug + Display + PartialEq>(text: &str, parse: impl Fn(&str) -> Option<T>) {
    let Some(value) = parse(text) else { return };
    assert_eq!(parse(&value.to_string()), Some(value));
}
