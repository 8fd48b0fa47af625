//! Whether two runs of the demonstration ended in the same books. Owns which parts of the two documents must be equal: everything but
//! addresses, heights, times of blocks, and words. Plays nothing.

use serde_json::{Map, Value, json};

/// What differs, one line each; none for the same books.
#[must_use]
pub fn differences(one: &Value, other: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", &essence(one), &essence(other), &mut found);
    found
}

/// How many amounts and answers were compared.
#[must_use]
pub fn size(story: &Value) -> usize {
    leaves(&essence(story))
}

/// What does not depend on which chain the story was played on.
fn essence(story: &Value) -> Value {
    let mut rows = story["rows"].clone();
    strip(&mut rows, "closed_at");
    let each = |list: &str, keep: &[&str]| -> Value {
        let items = story[list].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| only(item, keep)).collect()
    };
    let attacks = story["attacks"].as_array().cloned().unwrap_or_default();
    let attacks: Vec<Value> = attacks.iter().map(attack).collect();
    let poll = &story["poll"];
    let refused = poll["refused"].as_array().cloned().unwrap_or_default();
    let refused: Vec<Value> = refused
        .iter()
        .map(|ballot| only(ballot, &["what", "index", "reason"]))
        .collect();
    let counted = [
        "proposal",
        "relayed",
        "direct",
        "tally",
        "electorate",
        "paid",
        "open",
        "friend",
    ];
    json!({
        "seed": story["seed"],
        "persons": story["persons"],
        "transactions": story["transactions"],
        "rows": rows,
        "checks": story["checks"],
        "trusts": each("trusts", &["name", "ledgers"]),
        "verified": story["trusts"].as_array().cloned().unwrap_or_default().iter().map(|t| {
            only(&t["verification"], &["code_unchanged", "code_approved", "no_admin", "keeps_default_windows"])
        }).collect::<Value>(),
        "poll": only(poll, &counted),
        "refused": refused,
        "attacks": attacks,
    })
}

/// A real node refuses bytes that it has had before without asking the application, so that there is no code to compare.
fn attack(attack: &Value) -> Value {
    let what = &attack["what"];
    if what == "a replayed transaction" {
        return json!({ "what": what });
    }
    let refusal = &attack["refusal"];
    json!({
        "what": what,
        "codespace": refusal["codespace"],
        "code": refusal["code"],
        "in a block": !refusal["block"].is_null(),
    })
}

fn only(value: &Value, keep: &[&str]) -> Value {
    keep.iter()
        .map(|name| ((*name).to_owned(), value[*name].clone()))
        .collect::<Map<String, Value>>()
        .into()
}

fn strip(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(name);
            fields.values_mut().for_each(|field| strip(field, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, name)),
        _ => {}
    }
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Null => 0,
        _ => 1,
    }
}

fn compare(at: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) if left.len() == right.len() => {
            for (name, value) in left {
                compare(&format!("{at}/{name}"), value, &other[name.as_str()], found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(&format!("{at}/{index}"), value, other, found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{at}: {one} and {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(floor: &str, closed_at: u64, code: u32) -> Value {
        json!({
            "rows": [[{"year": 1983, "report": {"closed_at": closed_at, "ledgers": {"floor": floor}}}]],
            "trusts": [{"name": "A", "trust": format!("addr{closed_at}"), "ledgers": {"floor": floor}}],
            "attacks": [
                {"what": "a replayed transaction", "refusal": {"code": code, "block": null}},
                {"what": "too early", "refusal": {"code": 5, "codespace": "wasm", "block": closed_at}},
            ],
        })
    }

    #[test]
    fn the_same_books_on_two_chains_are_equal_and_other_books_are_not() {
        let local = story("7", 1, 32);
        assert_eq!(differences(&local, &story("7", 2, 0)), Vec::<String>::new());
        let other = differences(&local, &story("8", 1, 32));
        assert_eq!(
            other,
            [
                "/rows/0/0/report/ledgers/floor: \"7\" and \"8\"",
                "/trusts/0/ledgers/floor: \"7\" and \"8\""
            ]
        );
        assert!(size(&local) >= 8);
    }
}
