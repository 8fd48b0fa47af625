//! Names and bytes in a scenario's values: `"@anna"` is what has that name, `"x@{anna}y"` has it inside a text, `{"$base64": V}` is the base64 of
//! a text or of a document, `{"$repeat": [TEXT, N]}` a long text, `{"$call": [CONTRACT, MSG, FUNDS]}` a contract's message to
//! a contract, and `{"$sub": [ID, MESSAGE, REPLY_ON, PLAN OF THE REPLY or null, GAS or null]}` a submessage. It knows no chain.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::message::parse_coins;

/// What has a name: addresses, code ids.
pub type Names = BTreeMap<String, Value>;

/// The value with every name and every construct replaced.
#[must_use]
pub fn expand(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => expand_text(text, names),
        Value::Array(items) => items.iter().map(|item| expand(item, names)).collect(),
        Value::Object(fields) => {
            if let Some((name, argument)) = fields.iter().next()
                && let Some(construct) = name.strip_prefix('$')
            {
                return build(construct, &expand(argument, names));
            }
            let expanded = fields.iter().map(|(key, value)| {
                let key = expand_text(key, names)
                    .as_str()
                    .map_or_else(|| key.clone(), str::to_owned);
                (key, expand(value, names))
            });
            Value::Object(expanded.collect())
        }
        other => other.clone(),
    }
}

fn expand_text(text: &str, names: &Names) -> Value {
    let known = |name: &str| {
        names.get(name).unwrap_or_else(|| {
            panic!(
                "nothing has the name {name:?}; there are {:?}",
                names.keys()
            )
        })
    };
    if let Some(name) = text.strip_prefix('@')
        && !name.starts_with('{')
    {
        return known(name).clone();
    }
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let (name, after) = after.split_once('}').expect("@{ has its }");
        done.push_str(before);
        match known(name) {
            Value::String(text) => done.push_str(text),
            other => done.push_str(&other.to_string()),
        }
        rest = after;
    }
    done.push_str(rest);
    Value::String(done)
}

fn build(construct: &str, argument: &Value) -> Value {
    match construct {
        "base64" => Value::String(base64_of(argument)),
        "repeat" => {
            let count = argument[1].as_u64().and_then(|n| usize::try_from(n).ok());
            let text = argument[0].as_str().expect("$repeat takes a text");
            Value::String(text.repeat(count.expect("$repeat takes a number")))
        }
        "call" => json!({"wasm": {"execute": {
            "contract_addr": argument[0], "msg": base64_of(&argument[1]), "funds": coins(&argument[2])
        }}}),
        "sub" => json!({
            "id": argument[0], "msg": argument[1], "reply_on": argument[2],
            "payload": if argument[3].is_null() { String::new() } else { base64_of(&argument[3]) },
            "gas_limit": argument[4]
        }),
        other => panic!("there is no construct ${other}"),
    }
}

fn base64_of(value: &Value) -> String {
    match value {
        Value::String(text) => STANDARD.encode(text),
        other => STANDARD.encode(other.to_string()),
    }
}

fn coins(text: &Value) -> Value {
    let coins = parse_coins(text.as_str().unwrap_or_default());
    coins
        .into_iter()
        .map(|coin| json!({"denom": coin.denom, "amount": coin.amount}))
        .collect()
}
