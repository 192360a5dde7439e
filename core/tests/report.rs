//! A report is complete or invalid, and says the same in JSON, in Markdown and in HTML.

mod common;

use byok_core::{
    error_body::ErrorBody,
    exception::{Exception, Refusal},
    json::JsonError,
    key_spec::{KeySpec, KeyUsage},
    report::{
        Command, Contents, InputFile, RenderedForm, Report, ReportError, ReportKind, ReportTitle,
        Reported, Sha256Digest, Signature,
    },
    verdict::{CheckEntry, VerdictKind},
    verify::CheckResult,
};
use common::{
    is_importable,
    report::{rehearsed, report, wrapped},
};
use serde_json::{Value, json};

const SPEC: KeySpec = KeySpec::EccNistP256;

/// The same as the report of `verify`.
fn verified(contents: Contents) -> Contents {
    let verdict = match contents.kind {
        ReportKind::Emulated => VerdictKind::Accepted,
        ReportKind::ProductionWrap => VerdictKind::Undecided,
    };
    Contents {
        command: Command::Verify,
        verdict,
        ..contents
    }
}

fn refused() -> Contents {
    let mut contents = rehearsed(SPEC);
    contents.verdict = VerdictKind::Refused;
    contents.exception = Some(ErrorBody::from(&Refusal::new(
        Exception::Validation,
        "Invalid encrypted key size.",
    )));
    contents.cause = Some("it does not produce 255 bytes".to_owned());
    contents
        .checks
        .push(CheckEntry::new("Last", CheckResult::Failed));
    contents
}

fn error(document: &Value) -> String {
    Report::from_json(document.to_string().as_bytes())
        .expect_err("no report")
        .to_string()
}

#[test]
fn what_is_written_is_read_again() {
    let mut all: Vec<Contents> = KeySpec::ALL
        .iter()
        .filter(|key_spec| is_importable(**key_spec))
        .flat_map(|key_spec| [rehearsed(*key_spec), wrapped(*key_spec)])
        .collect();
    all.push(refused());
    for contents in all {
        let report = report(contents);
        let json = report.to_json();
        let again = Report::from_json(json.as_bytes()).expect("what was written");
        assert_eq!(again, report);
        assert_eq!(again.to_json(), json, "byte for byte");
        let marked = Report::from_json(format!("\u{feff}{json}").as_bytes());
        assert_eq!(marked, Ok(report));
    }
}

#[test]
fn the_first_member_and_the_title_tell_rehearsal_from_production() {
    for (contents, title) in [
        (rehearsed(SPEC), ReportTitle::EmulatedRehearsal),
        (refused(), ReportTitle::EmulatedRehearsal),
        (verified(rehearsed(SPEC)), ReportTitle::EmulatedVerification),
        (verified(wrapped(SPEC)), ReportTitle::Verification),
        (wrapped(SPEC), ReportTitle::ProductionWrap),
    ] {
        let kind = contents.kind;
        let report = report(contents);
        let first_member = format!("{{\n    \"Kind\": \"{kind}\",\n    \"SchemaVersion\": 1,\n");
        assert!(report.to_json().starts_with(&first_member));
        let (markdown, html) = (report.to_markdown(), report.to_html());
        assert_eq!(markdown.lines().next(), Some(title.as_str()));
        assert!(html.contains(&format!("\n<h1>{title}</h1>\n")), "{html}");
        for (text, form) in [
            (markdown, RenderedForm::Markdown),
            (html, RenderedForm::Html),
        ] {
            assert_eq!(Report::rendered(text.as_bytes()), Some((form, title)));
            assert_eq!(title.kind(), Some(kind));
            let read = Report::from_json(text.as_bytes());
            assert_eq!(read, Err(ReportError::Rendered(form)));
        }
    }
}

#[test]
fn every_member_is_needed_and_none_is_added() {
    let whole: Value = serde_json::from_str(&report(wrapped(SPEC)).to_json()).expect("JSON");
    let pointers = pointers(&whole);
    assert!(pointers.len() > 60, "{pointers:?}");
    for (object, name) in &pointers {
        let mut lacking = whole.clone();
        let members = lacking
            .pointer_mut(object)
            .and_then(Value::as_object_mut)
            .expect("an object");
        members.remove(name).expect("it was there");
        assert_ne!(error(&lacking), "", "without {object}/{name}");
        let mut strange = whole.clone();
        strange.pointer_mut(object).expect("an object")[format!("{name}2")] = json!(1);
        let text = error(&strange);
        assert!(
            text.contains(&format!("unknown field `{name}2`")),
            "{object}/{name}: {text}"
        );
        let mut other_type = whole.clone();
        other_type.pointer_mut(object).expect("an object")[name] = json!([[]]);
        assert_ne!(error(&other_type), "", "{object}/{name} as a list");
    }
}

/// Returns every member of every object: the object's path, and the member's name.
fn pointers(value: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
        if let Value::Object(members) = value {
            for (name, member) in members {
                found.push((place.to_owned(), name.clone()));
                walk(member, &format!("{place}/{name}"), found);
            }
        }
        if let Value::Array(items) = value {
            for (at, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{at}"), found);
            }
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

#[test]
fn values_have_one_way_to_be_written() {
    let whole: Value = serde_json::from_str(&report(wrapped(SPEC)).to_json()).expect("JSON");
    let upper = |text: &Value| json!(text.as_str().expect("a text").to_uppercase());
    for (place, value) in [
        ("/Kind", json!("emulated")),
        ("/Run/Started", json!("2026-11-23T12:00:00.250000+00:00")),
        ("/Run/Started", json!(1_795_435_200)),
        ("/Run/Started", json!("unknown")),
        (
            "/KeyMaterial/Fingerprint",
            upper(&whole["KeyMaterial"]["Fingerprint"]),
        ),
        ("/Outputs/0/Sha256", upper(&whole["Outputs"][0]["Sha256"])),
        ("/Outputs/0/Sha256", json!("ab")),
        ("/Outputs/0/Size", json!(-1)),
        (
            "/Wrapping/ParametersValidTo",
            json!("2026-11-24T12:00:00.25Z"),
        ),
        ("/KmsKey/KeySpec", json!("UNKNOWN")),
        ("/KmsKey/KeySpec", json!(null)),
    ] {
        let mut other = whole.clone();
        *other.pointer_mut(place).expect("it is there") = value;
        assert!(error(&other).starts_with("not a report: "), "{place}");
    }
}

#[test]
fn a_document_of_another_kind_is_told_apart() {
    let json = report(rehearsed(SPEC)).to_json();
    let newer = json.replacen("\"SchemaVersion\": 1", "\"SchemaVersion\": 2", 1);
    assert_eq!(
        Report::from_json(newer.as_bytes()),
        Err(ReportError::SchemaVersion(2))
    );
    for (text, fault) in [
        ("{}".to_owned(), JsonError::Missing("SchemaVersion")),
        (
            "{\"SchemaVersion\": \"1\"}".to_owned(),
            JsonError::WrongType {
                member: "SchemaVersion",
                expected: "a number",
            },
        ),
        (
            json.replacen("\"Command\"", "\"Kind\"", 1),
            JsonError::DuplicateMember {
                line: 4,
                column: 22,
            },
        ),
        (format!("{json}{}", " ".repeat(1 << 20)), JsonError::TooLong),
    ] {
        assert_eq!(
            Report::from_json(text.as_bytes()),
            Err(ReportError::Json(fault))
        );
    }
}

#[test]
fn an_unknown_verdict_has_the_name_of_its_member() {
    let unknown: Result<VerdictKind, _> = "perfect".parse();
    let error = unknown.expect_err("not a verdict").to_string();
    assert_eq!(error, "'perfect' is not a Verdict");
}

/// Makes a report contradict itself, and names the violated rule.
type Fault = (fn(&mut Contents), &'static str);

#[test]
fn what_contradicts_itself_is_no_report() {
    let faults: &[Fault] = &[
        (
            |c| (c.kind, c.verdict) = (ReportKind::ProductionWrap, VerdictKind::Undecided),
            "rehearse is always",
        ),
        (
            |c| (c.kind, c.command) = (ReportKind::ProductionWrap, Command::Verify),
            "only AWS KMS can accept",
        ),
        (
            |c| c.to_fill_in.key_material_id = Some(String::new()),
            "only a report about AWS KMS",
        ),
        (
            |c| c.to_fill_in = ReportKind::ProductionWrap.blanks(),
            "only a report about AWS KMS",
        ),
        (
            |c| c.command = Command::Wrap,
            "only wrap has the verdict wrapped",
        ),
        (
            |c| c.verdict = VerdictKind::Wrapped,
            "only wrap has the verdict wrapped",
        ),
        (
            |c| c.exception = refused().exception,
            "only a refusal has an exception",
        ),
        (
            |c| c.verdict = VerdictKind::Refused,
            "only a refusal has an exception",
        ),
        (
            |c| (c.verdict, c.exception) = (VerdictKind::Refused, refused().exception),
            "a refusal needs a failed check",
        ),
        (|c| c.key_material = None, "accepted material is described"),
        (
            |c| c.kms_key.key_spec = Reported::Known(KeySpec::Rsa2048),
            "accepted material is described",
        ),
        (
            |c| c.kms_key.key_spec = Reported::Unknown,
            "accepted material is described",
        ),
        (
            |c| c.kms_key.account_id = "444455556666".to_owned(),
            "account and Region",
        ),
        (
            |c| c.kms_key.region = "us-east-1".to_owned(),
            "account and Region",
        ),
        (
            |c| c.wrapping.mechanism = Some("CKM_RSA_PKCS".to_owned()),
            "the mechanism",
        ),
        (|c| c.wrapping.mechanism = None, "the mechanism"),
        (
            |c| c.wrapping.wrapping_algorithm = Reported::Unknown,
            "the mechanism",
        ),
        (
            |c| c.wrapping.fingerprint_method = None,
            "a fingerprint must match its method",
        ),
        (
            |c| {
                c.key_material
                    .as_mut()
                    .expect("some")
                    .fingerprint_method
                    .clear();
            },
            "a fingerprint must match its method",
        ),
        (
            |c| c.inputs[1].size = Some(121),
            "a secret file has neither size nor digest",
        ),
        (
            |c| c.inputs[1].sha256 = c.inputs[0].sha256,
            "a secret file has neither size nor digest",
        ),
        (
            |c| c.inputs[0].secret = true,
            "a secret file has neither size nor digest",
        ),
        (
            |c| c.inputs[0].sha256 = None,
            "a secret file has neither size nor digest",
        ),
    ];
    for (number, (spoil, rule)) in faults.iter().enumerate() {
        let mut contents = rehearsed(SPEC);
        spoil(&mut contents);
        match Report::new(contents) {
            Err(ReportError::Contradiction(broken)) => {
                assert!(broken.starts_with(rule), "{broken}");
            }
            other => panic!("fault {number}: {other:?}"),
        }
    }
    let lacks: &[fn(&mut Contents)] = &[
        |c| c.kms_key.arn = Reported::Unknown,
        |c| c.kms_key.key_spec = Reported::Unknown,
        |c| (c.wrapping.wrapping_algorithm, c.wrapping.mechanism) = (Reported::Unknown, None),
        |c| c.wrapping.wrapping_key_spec = Reported::Unknown,
        |c| (c.wrapping.fingerprint, c.wrapping.fingerprint_method) = (Reported::Unknown, None),
        |c| c.import.expiration_model = Reported::Unknown,
        |c| c.import.import_token = None,
        |c| c.import.encrypted_key_material = None,
        |c| c.outputs.clear(),
    ];
    for (number, spoil) in lacks.iter().enumerate() {
        let mut contents = wrapped(SPEC);
        spoil(&mut contents);
        match Report::new(contents) {
            Err(ReportError::Contradiction(rule)) => {
                assert!(rule.starts_with("a wrap names"), "{rule}");
            }
            other => panic!("lack {number}: {other:?}"),
        }
    }
    let mut elsewhere = wrapped(SPEC);
    elsewhere.key_material = None;
    assert!(Report::new(elsewhere).is_ok(), "an HSM may have wrapped it");
}

#[test]
fn a_report_that_was_filled_in_is_still_a_report() {
    let mut contents = wrapped(SPEC);
    contents.to_fill_in.key_material_id = Some("0123456789abcdef".repeat(4));
    contents.to_fill_in.signatures.truncate(1);
    contents.to_fill_in.signatures[0] = Signature {
        name: "A`B".to_owned(),
        role: "witness".to_owned(),
        date: "2026-11-23".to_owned(),
        signature: "(signed)".to_owned(),
    };
    let report = report(contents);
    assert_eq!(
        Report::from_json(report.to_json().as_bytes()).as_ref(),
        Ok(&report)
    );
    let markdown = report.to_markdown();
    assert!(
        markdown.contains(
            "\nName: ``A`B``\\\nRole: `witness`\\\nDate: `2026-11-23`\\\nSignature: `(signed)`\n"
        ),
        "{markdown}"
    );
    assert!(
        markdown.contains("- KeyMaterialId, for symmetric keys: `0123456789abcdef"),
        "{markdown}"
    );
}

/// AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail".
#[test]
fn the_paper_of_a_production_wrap_says_where_cloud_trail_has_each_value() {
    let production = report(wrapped(SPEC)).to_markdown();
    let rehearsal = report(refused()).to_markdown();
    for line in [
        "- CloudTrail eventID of GetParametersForImport: ___",
        "- in CloudTrail: its requestParameters are keyId, wrappingAlgorithm and wrappingKeySpec; its \
         responseElements are null\n",
        "- CloudTrail eventID of ImportKeyMaterial: ___",
        "- in CloudTrail: its requestParameters are keyId and the validTo, expirationModel, importType \
         and keyMaterialDescription of the request\n",
        "- KeyMaterialId, for symmetric keys: ___",
        "- in CloudTrail: keyMaterialId in the responseElements of ImportKeyMaterial\n",
    ] {
        assert!(production.contains(line), "{line}\n{production}");
        assert!(!rehearsal.contains(line), "{line}\n{rehearsal}");
    }
    for page in [production, rehearsal] {
        assert!(page.contains("\n## Signatures\n\nName: ___"), "{page}");
    }
}

#[test]
fn the_paper_says_what_the_document_says() {
    let mut contents = wrapped(SPEC);
    contents.kms_key.key_usage = Reported::Known(KeyUsage::KeyAgreement);
    for contents in [contents, rehearsed(SPEC), refused()] {
        let report = report(contents);
        let markdown = report.to_markdown();
        let document: Value = serde_json::from_str(&report.to_json()).expect("JSON");
        for text in texts(&document) {
            assert!(
                markdown.contains(text),
                "{text:?} is missing in\n{markdown}"
            );
        }
        let html = plain(&report.to_html());
        for text in texts(&document) {
            assert!(html.contains(text), "{text:?} is missing in\n{html}");
        }
        let unknown =
            markdown.contains("\n- KeyUsage: unknown: no description of the key was given\n");
        assert_eq!(
            unknown,
            report.contents().kms_key.key_usage == Reported::Unknown
        );
    }
}

/// Returns every text in a document.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

/// Returns the text of an HTML page, without elements and the style.
fn plain(html: &str) -> String {
    let (_, body) = html.split_once("</style>").expect("a style");
    let mut text = String::new();
    for part in body.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
    ];
    entities
        .iter()
        .fold(text, |text, (entity, c)| text.replace(entity, c))
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[test]
fn the_page_is_bound_to_the_document_and_explains_every_check() {
    for contents in [
        rehearsed(SPEC),
        refused(),
        wrapped(SPEC),
        verified(wrapped(SPEC)),
    ] {
        let report = report(contents);
        let html = report.to_html();
        let json = Sha256Digest::of(report.to_json().as_bytes()).to_string();
        assert!(plain(&html).contains(&format!("SHA-256 of this report in JSON{json} QR ")));
        let unknown = html.contains("This version of byok does not know this check.");
        assert_eq!(unknown, html.contains("<code>Last</code>"), "{html}");
        for forbidden in [
            "<script", "src=", "http://", "https://", "url(", "@import", "<link",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        // Elements that are opened are closed, so nothing swallows what follows.
        for element in [
            "dl", "dt", "dd", "table", "tr", "td", "ul", "li", "p", "code", "span",
        ] {
            let opened = html.matches(&format!("<{element}>")).count()
                + html.matches(&format!("<{element} ")).count();
            let closed = html.matches(&format!("</{element}>")).count();
            assert_eq!(opened, closed, "{element}");
        }
    }
}

#[test]
fn every_digest_has_one_code_and_nothing_else_has_one() {
    let report = report(wrapped(SPEC));
    let document: Value = serde_json::from_str(&report.to_json()).expect("JSON");
    let is_digest = |text: &&str| Sha256Digest::parse(text).is_some();
    let mut digests: Vec<_> = texts(&document).into_iter().filter(is_digest).collect();
    let own = Sha256Digest::of(report.to_json().as_bytes()).to_string();
    digests.push(&own);
    digests.sort_unstable();
    digests.dedup();
    let html = report.to_html();
    let labels = html.split("aria-label=\"QR code of ").skip(1);
    let mut codes: Vec<_> = labels.map(|rest| &rest[..64]).collect();
    codes.sort_unstable();
    assert_eq!(codes, digests);
    assert_eq!(html.matches("<svg ").count(), digests.len());
    for digest in digests {
        let groups: Vec<_> = digest
            .as_bytes()
            .chunks(4)
            .map(|group| format!("<span>{}</span>", String::from_utf8_lossy(group)))
            .collect();
        let groups = groups.concat();
        assert!(
            html.matches(&groups).count() >= 2,
            "{digest}: in the text and by its code"
        );
    }
    // A check value is no digest.
    let symmetric = self::report(rehearsed(KeySpec::SymmetricDefault)).to_html();
    assert!(
        symmetric.contains("<code class=\"hex\">cmac:<span>"),
        "{symmetric}"
    );
}

#[test]
fn no_input_changes_a_page_or_a_terminal() {
    let hostile = "`` x\n# PRODUCTION WRAP\n<b>\u{1b}[2J\u{202e}|_*";
    let mut contents = refused();
    contents.cause = Some(hostile.to_owned());
    contents.notes = vec![hostile.to_owned()];
    contents.overrides = vec![hostile.to_owned()];
    contents.inputs = vec![InputFile::secret(hostile), InputFile::public(hostile, b"")];
    contents.outputs[0].name = hostile.to_owned();
    contents.run.command_line = vec![hostile.to_owned()];
    contents.import.key_material_description = Some(hostile.to_owned());
    contents.to_fill_in.signatures[0].name = hostile.to_owned();
    contents.to_fill_in.host = hostile.to_owned();
    contents.checks[0].name = hostile.to_owned();
    let report = report(contents);
    let span = "``` `` x\\u{a}# PRODUCTION WRAP\\u{a}<b>\\u{1b}[2J\\u{202e}|_* ```";
    let markdown = report.to_markdown();
    assert_eq!(markdown.matches(span).count(), 11, "{markdown}");
    assert_eq!(
        markdown.matches("PRODUCTION WRAP").count(),
        11,
        "{markdown}"
    );
    let html = report.to_html();
    let shown = "`` x\\u{a}# PRODUCTION WRAP\\u{a}&lt;b&gt;\\u{1b}[2J\\u{202e}|_*";
    assert_eq!(
        html.matches("PRODUCTION WRAP").count(),
        html.matches(shown).count()
    );
    assert!(html.matches(shown).count() >= 11, "{html}");
    assert!(!html.contains("<b>\\u") && !html.contains('\u{202e}') && !html.contains('\u{1b}'));
    assert!(
        report
            .to_json()
            .bytes()
            .all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte))
    );
}
