//! The patterns that the KMS service model states for texts in a request.

/// A pattern, as AWS writes it in a refusal, and the check that it stands for.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) matches: fn(&str) -> bool,
}

/// `AliasName`.
pub(super) const ALIAS_NAME: Pattern = Pattern {
    text: "^[a-zA-Z0-9:/_-]+$",
    matches: |text| every(text, |c| c.is_ascii_alphanumeric() || ":/_-".contains(c)),
};

/// `Name` of a grant.
pub(super) const GRANT_NAME: Pattern = ALIAS_NAME;

/// `KeyMaterialId`.
pub(super) const KEY_MATERIAL_ID: Pattern = Pattern {
    text: "^[a-f0-9]+$",
    matches: |text| every(text, |c| matches!(c, '0'..='9' | 'a'..='f')),
};

/// `Marker`, which may be empty by its pattern.
pub(super) const MARKER: Pattern = Pattern {
    text: r"[\u0020-\u00FF]*",
    matches: |text| text.chars().all(is_latin_1),
};

/// `Policy`.
pub(super) const POLICY: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
    matches: |text| every(text, |c| matches!(c, '\t' | '\n' | '\r') || is_latin_1(c)),
};

/// `PolicyName`.
pub(super) const POLICY_NAME: Pattern = Pattern {
    text: r"[\w]+",
    matches: |text| every(text, |c| c.is_ascii_alphanumeric() || c == '_'),
};

/// `GranteePrincipal` and `RetiringPrincipal`.
pub(super) const PRINCIPAL: Pattern = Pattern {
    text: r"^[\w+=,.@:/-]+$",
    matches: |text| {
        every(text, |c| {
            c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c)
        })
    },
};

/// `GranteeServicePrincipal` and `RetiringServicePrincipal`: three or more parts, with dots.
pub(super) const SERVICE_PRINCIPAL: Pattern = Pattern {
    text: r"^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$",
    matches: |text| {
        let is_part = |part| every(part, |c| c.is_ascii_alphanumeric() || c == '-');
        text.split('.').count() >= 3 && text.split('.').all(is_part)
    },
};

/// `SourceArn` in the constraints of a grant.
pub(super) const SOURCE_ARN: Pattern = Pattern {
    text: "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$",
    matches: |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let [arn, partition, service, region, account, resource] = parts[..] else {
            return false;
        };
        let is_word = |text: &str| {
            text.chars()
                .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
        };
        arn == "arn"
            && partition.strip_prefix("aws").is_some_and(is_word)
            && !service.is_empty()
            && is_word(service)
            && is_word(region)
            && account.len() == 12
            && every(account, |c| c.is_ascii_digit())
            && !resource.is_empty()
    },
};

/// `ReplicaRegion` and `PrimaryRegion`: two or three words, each followed by a dash, and a number.
pub(super) const REPLICA_REGION: Pattern = Pattern {
    text: r"^([a-z]+-){2,3}\d+$",
    matches: |text| {
        let parts: Vec<&str> = text.split('-').collect();
        let Some((number, words)) = parts.split_last() else {
            return false;
        };
        (2..=3).contains(&words.len())
            && every(number, |c| c.is_ascii_digit())
            && words
                .iter()
                .all(|word| every(word, |c| c.is_ascii_lowercase()))
    },
};

/// Returns whether `text` is not empty and `is_allowed` holds for each of its characters.
fn every(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_allowed)
}

fn is_latin_1(c: char) -> bool {
    (' '..='\u{ff}').contains(&c)
}
