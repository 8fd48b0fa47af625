//! Owns the variations of a message: other values, other shapes, other bytes. It must not care what the message means.

use serde_json::Value;

use crate::dice::Dice;

/// A message much like this one: usually still JSON, sometimes not.
#[must_use]
pub fn vary(message: &[u8], dice: &mut Dice) -> Vec<u8> {
    match (dice.below(10), serde_json::from_slice(message)) {
        (0..=6, Ok(mut value)) => {
            for _ in 0..=dice.below(3) {
                change(&mut value, dice);
            }
            serde_json::to_vec(&value).expect("a value is JSON")
        }
        (7, Ok(_)) => nested(message, dice),
        (9, _) => {
            let length = dice.index(64);
            dice.bytes(length)
        }
        _ => corrupted(message, dice),
    }
}

/// Changes one node, chosen by chance.
fn change(value: &mut Value, dice: &mut Dice) {
    let descend = dice.below(4) != 0;
    match value {
        Value::Object(map) if descend && !map.is_empty() => {
            let index = dice.index(map.len());
            let child = map.values_mut().nth(index);
            change(child.expect("the index is inside"), dice);
        }
        Value::Array(items) if descend && !items.is_empty() => {
            let index = dice.index(items.len());
            change(&mut items[index], dice);
        }
        Value::Object(map) => match dice.below(3) {
            0 => {
                map.insert("unknown".to_owned(), leaf(dice));
            }
            1 if !map.is_empty() => {
                let key = map.keys().nth(dice.index(map.len())).cloned();
                map.remove(&key.expect("the index is inside"));
            }
            _ => *value = leaf(dice),
        },
        Value::Array(items) => match dice.below(3) {
            0 => items.push(leaf(dice)),
            1 if !items.is_empty() => {
                let again = items[dice.index(items.len())].clone();
                items.push(again);
            }
            _ => *value = leaf(dice),
        },
        Value::Number(number) => *value = near(number.as_u64().unwrap_or_default(), dice),
        Value::String(text) => *value = other_text(text, dice),
        Value::Null | Value::Bool(_) => *value = leaf(dice),
    }
}

/// A number at an edge, or near this one.
fn near(number: u64, dice: &mut Dice) -> Value {
    let edges = [0, 1, 255, 256, 1 << 31, 1 << 32, u64::MAX];
    match dice.below(4) {
        0 => Value::from(number.wrapping_add(1)),
        1 => Value::from(number.wrapping_sub(1)),
        2 => Value::from(*dice.pick(&edges)),
        _ => Value::from(dice.bits()),
    }
}

/// Another text: numbers become other numbers, the rest is cut, lengthened or altered.
fn other_text(text: &str, dice: &mut Dice) -> Value {
    if let Ok(number) = text.parse::<u128>() {
        let numbers = [
            0,
            1,
            number.wrapping_add(1),
            number.wrapping_sub(1),
            u128::from(u64::MAX),
            u128::MAX,
        ];
        return Value::from(dice.pick(&numbers).to_string());
    }
    match dice.below(5) {
        0 => Value::from(""),
        1 => Value::from(text.to_uppercase()),
        2 => Value::from(format!("{text}{text}")),
        3 => Value::from(text.chars().rev().collect::<String>()),
        _ => Value::from("\u{0}\u{7f}é\u{fffd}"),
    }
}

fn leaf(dice: &mut Dice) -> Value {
    let leaves = [
        Value::Null,
        Value::Bool(true),
        Value::from(-1),
        Value::from(0.5),
        Value::from(u64::MAX),
        Value::from("text"),
        Value::from("340282366920938463463374607431768211456"),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!({"text": [1, 2, {"deep": null}]}),
    ];
    dice.pick(&leaves).clone()
}

/// The message inside brackets around the depth that readers of JSON allow, or with a key twice.
fn nested(message: &[u8], dice: &mut Dice) -> Vec<u8> {
    let depth = *dice.pick(&[2, 120, 126, 127, 128, 129, 400]);
    match dice.below(3) {
        0 => [b"[".repeat(depth), message.to_vec(), b"]".repeat(depth)].concat(),
        1 => [
            br#"{"a":"#.repeat(depth),
            message.to_vec(),
            b"}".repeat(depth),
        ]
        .concat(),
        _ => {
            let inside = message
                .strip_prefix(b"{")
                .and_then(|m| m.strip_suffix(b"}"));
            inside.map_or_else(Vec::new, |inside| {
                [b"{", inside, b",", inside, b"}"].concat()
            })
        }
    }
}

/// The message with bytes changed, cut off or put in.
fn corrupted(message: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = message.to_vec();
    if bytes.is_empty() {
        return dice.bytes(1);
    }
    let at = dice.index(bytes.len());
    match dice.below(3) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes.truncate(at),
        _ => {
            let count = 1 + dice.index(8);
            let more = dice.bytes(count);
            bytes.splice(at..at, more);
        }
    }
    bytes
}
