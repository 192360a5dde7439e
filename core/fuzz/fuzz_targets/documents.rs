//! Fuzzes JSON documents: reading and writing is stable, and every check can be made.

#![no_main]

use byok_core::{
    compatibility::Rules,
    import_parameters::{ImportParameters, TimestampFormat},
    import_request::ImportRequest,
    key_metadata::KeyMetadata,
    parameters_request::ParametersRequest,
    public_key_file,
    report::{RenderedForm, Report},
    timestamp::Timestamp,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(parameters) = ImportParameters::from_json(data) {
        for format in [
            TimestampFormat::Wire,
            TimestampFormat::Iso8601 {
                offset_seconds: -16_200,
            },
        ] {
            let again = ImportParameters::from_json(parameters.to_json(format).as_bytes());
            assert_eq!(again.expect("what was written"), parameters);
        }
    }
    if let Ok(request) = ImportRequest::from_json(data) {
        let again =
            ImportRequest::from_json(request.to_json().as_bytes()).expect("what was written");
        assert_eq!(again, request);
        let now = Timestamp::parse("2026-11-23T12:00:00Z").expect("a time");
        let _ = request.validate(now);
    }
    if let Ok(request) = ParametersRequest::from_json(data) {
        for rules in [Rules::Standard, Rules::China] {
            let _ = request.validate(rules);
        }
    }
    if let Ok(metadata) = KeyMetadata::from_json(data) {
        let written = serde_json::to_vec(&metadata).expect("JSON");
        let again = KeyMetadata::from_json(&written).expect("what was written");
        assert_eq!(again.arn, metadata.arn);
        assert_eq!(again.creation_date, metadata.creation_date);
    }
    if let Ok(report) = Report::from_json(data) {
        let again = Report::from_json(report.to_json().as_bytes()).expect("what was written");
        assert_eq!(again, report);
        let (markdown, html) = (report.to_markdown(), report.to_html());
        for (text, form) in [
            (&markdown, RenderedForm::Markdown),
            (&html, RenderedForm::Html),
        ] {
            let (found, title) = Report::rendered(text.as_bytes()).expect("a report");
            assert_eq!((found, title.kind()), (form, Some(report.contents().kind)));
        }
        // No parsed value starts a new line, or is an element.
        assert_eq!(markdown.matches("\n## ").count(), 14);
        assert_eq!(html.matches("<h2>").count(), 12);
        assert_eq!(html.matches("<script").count(), 0);
    }
    let _ = public_key_file::read(data);
});
