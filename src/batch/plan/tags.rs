//! The tags of a row, as the AWS CLI takes them: as JSON, or as its shorthand.

/// Reads the shorthand or JSON. Returns `None` for anything else.
pub(super) fn of_text(text: &str) -> Option<Vec<(String, String)>> {
    if text.trim_start().starts_with('[') {
        let list: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(text).ok()?;
        let texts = |item: serde_json::Map<String, serde_json::Value>| {
            let pair = |(name, value): (String, serde_json::Value)| {
                Some((name, value.as_str()?.to_owned()))
            };
            item.into_iter().map(pair).collect::<Option<Vec<_>>>()
        };
        let list: Option<Vec<_>> = list.into_iter().map(texts).collect();
        return of_list(&list?);
    }
    // A value can have spaces and commas, but not the beginning of the next tag.
    let rest = text.trim().strip_prefix("TagKey=")?;
    rest.split(" TagKey=")
        .map(|tag| {
            let (key, value) = tag.trim_end().split_once(",TagValue=")?;
            Some((key.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Reads a list of objects with the members `TagKey` and `TagValue`.
pub(super) fn of_list(list: &[Vec<(String, String)>]) -> Option<Vec<(String, String)>> {
    let member = |item: &[(String, String)], name: &str| {
        item.iter()
            .find_map(|(member, value)| (member == name).then(|| value.clone()))
    };
    list.iter()
        .map(|item| {
            let tag = (member(item, "TagKey")?, member(item, "TagValue")?);
            (item.len() == 2).then_some(tag)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::of_text;

    #[test]
    fn the_shorthand_and_json_are_the_same_tags() {
        let expected = Some(vec![
            ("a".to_owned(), "1, 2".to_owned()),
            ("b c".to_owned(), String::new()),
        ]);
        for text in [
            "TagKey=a,TagValue=1, 2 TagKey=b c,TagValue=",
            r#"[{"TagKey":"a","TagValue":"1, 2"},{"TagValue":"","TagKey":"b c"}]"#,
        ] {
            assert_eq!(of_text(text), expected, "{text}");
        }
        for text in [
            "",
            "a=b",
            "TagKey=a",
            "[1]",
            r#"[{"TagKey":"a"}]"#,
            r#"[{"TagKey":"a","TagValue":1}]"#,
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }
}
