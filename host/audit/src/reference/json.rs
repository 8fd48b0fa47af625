//! Where two JSON documents differ. Owns no meaning of what is in them.

use serde_json::Value;

/// The first leaf in which two JSON values differ: its path in words, and both sides.
pub(super) fn first_difference<'a>(
    a: &'a Value,
    b: &'a Value,
) -> Option<(String, Option<&'a Value>, Option<&'a Value>)> {
    let below = |key: String, a: Option<&'a Value>, b: Option<&'a Value>| match (a, b) {
        (Some(a), Some(b)) => first_difference(a, b).map(|(path, a, b)| {
            let path = if path.is_empty() {
                key
            } else {
                format!("{key}.{path}")
            };
            (path, a, b)
        }),
        (None, None) => None,
        (a, b) => Some((key, a, b)),
    };
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => left
            .keys()
            .chain(right.keys().filter(|key| !left.contains_key(*key)))
            .find_map(|key| below(key.clone(), left.get(key), right.get(key))),
        (Value::Array(left), Value::Array(right)) => (0..left.len().max(right.len()))
            .find_map(|n| below(n.to_string(), left.get(n), right.get(n))),
        _ => (a != b).then(|| (String::new(), Some(a), Some(b))),
    }
}

/// A JSON value for people.
pub(super) fn words(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_differing_leaf_is_named_with_its_path() {
        let a = json!({"n": 1, "ledgers": {"floor": "1", "loss": "0"}});
        let b = json!({"n": 1, "ledgers": {"floor": "2", "loss": "0"}});
        let (path, left, right) = first_difference(&a, &b).unwrap();
        assert_eq!(path, "ledgers.floor");
        assert_eq!(
            (words(left), words(right)),
            ("1".to_owned(), "2".to_owned())
        );
        assert!(first_difference(&a, &a).is_none());
    }

    #[test]
    fn a_missing_field_and_a_longer_list_are_differences() {
        let (with, without) = (json!({"a": 1}), json!({}));
        let (path, ..) = first_difference(&with, &without).unwrap();
        assert_eq!(path, "a");
        let (short, long) = (json!([1]), json!([1, 2]));
        let (path, left, _) = first_difference(&short, &long).unwrap();
        assert_eq!((path.as_str(), words(left).as_str()), ("1", "absent"));
    }
}
