//! JSON as nobody sends it: nested around and far beyond what readers allow, numbers and texts at their edges, keys twice. Sent to
//! every entry point of every contract that reads JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::stand::{Scene, Stand};

/// Gas of one call: enough to read what is sent.
const LIMIT: u64 = 1_000_000_000;

/// Levels of nesting: readers stop at 128, or never.
const DEPTHS: [usize; 8] = [1, 126, 127, 128, 129, 130, 1_000, 20_000];

/// Texts in place of a message.
const TEXTS: [&[u8]; 16] = [
    b"",
    b" ",
    b"null",
    b"0",
    b"-0",
    b"1e400",
    b"18446744073709551616",
    b"\"text\"",
    b"\"\\ud800\"",
    b"\"\\u0000\"",
    b"\xef\xbb\xbf{}",
    b"{\"\":{}}",
    b"{}{}",
    b"{,}",
    b"[1,]",
    b"\xff\xfe",
];

/// One scene of each kept entry point, with every message.
pub(super) fn play(stand: &mut Stand) {
    let mut seen = BTreeSet::new();
    for scene in stand.kept() {
        let key = (scene.contract.name.clone(), scene.call.entry);
        if scene.message().is_some() && seen.insert(key) {
            for message in messages(&scene) {
                stand.play(&scene.with_message(message, LIMIT));
            }
        }
    }
}

fn messages(scene: &Scene) -> Vec<Vec<u8>> {
    let usual = scene.message().unwrap_or_default();
    let parsed: Value = serde_json::from_slice(usual).unwrap_or_default();
    let verb = parsed
        .as_object()
        .and_then(|map| map.keys().next().cloned());
    let verb = verb.unwrap_or_else(|| "verb".to_owned());
    let mut messages: Vec<Vec<u8>> = TEXTS.map(<[u8]>::to_vec).to_vec();
    for depth in DEPTHS {
        messages.push([b"[".repeat(depth), b"]".repeat(depth)].concat());
        messages.push(b"[".repeat(depth));
        let open = format!("{{\"{verb}\":").into_bytes();
        messages.push([open.repeat(depth), b"{}".to_vec(), b"}".repeat(depth)].concat());
        let lists = [b"[".repeat(depth), b"]".repeat(depth)].concat();
        messages.push([&open[..], &lists, b"}"].concat());
    }
    let twice = format!(r#"{{"{verb}":{{}},"{verb}":{{}}}}"#);
    messages.push(twice.into_bytes());
    let long = format!(r#"{{"{verb}":"{}"}}"#, "x".repeat(100_000));
    messages.push(long.into_bytes());
    let digits = format!(r#"{{"{verb}":{}}}"#, "9".repeat(10_000));
    messages.push(digits.into_bytes());
    messages.push([usual, b" "].concat());
    messages.push([usual, b"x"].concat());
    messages.push([&b" ".repeat(50_000)[..], usual].concat());
    messages
}
