//! JSON as Go's `encoding/json` reads and writes it, which is what contracts get to see and what amino signatures are over; it knows no
//! message.
//!
//! Go escapes `<`, `>`, `&` and the two line separators of Unicode, sorts the keys of a map by their bytes, and holds every number as a
//! float of 64 bits.

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Go refuses what is nested deeper.
const MAX_DEPTH: usize = 10_000;

/// Whether bytes are one JSON value. A loop: no depth of brackets can exhaust the stack.
pub(crate) fn is_valid(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() && depth(bytes) <= MAX_DEPTH
}

/// How deep brackets are nested in JSON that is well formed.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut most) = (0usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// The JSON of a value of ours, escaped as Go does.
pub(crate) fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Go))?;
    Ok(bytes)
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> Vec<u8> {
    // INVARIANT: writing a text to a vector does not fail.
    to_vec(&text).unwrap_or_default()
}

/// Writes as serde_json does, but for the characters that Go escapes besides.
struct Go;

impl Formatter for Go {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, special) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut characters = special.chars();
            if let Some(character) = characters.next() {
                write!(writer, "\\u{:04x}", u32::from(character))?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// What Go makes of JSON when it reads it into an untyped value and writes it again: sorted keys, the last of equal keys, floats.
/// `None` if it is no JSON or a number is out of range.
pub(crate) fn normalised(bytes: &[u8]) -> Option<Vec<u8>> {
    if !is_valid(bytes) {
        return None;
    }
    let mut reader = Reader {
        bytes,
        at: 0,
        nodes: Vec::new(),
        open: Vec::new(),
        key: None,
    };
    let root = reader.value()?;
    Some(render(&reader.nodes, root))
}

/// A value in a flat list, so that neither reading, writing nor dropping a deep one takes stack.
enum Node {
    /// A scalar as it will be written.
    Scalar(Vec<u8>),
    /// Items by their places in the list.
    List(Vec<usize>),
    /// Entries by their places in the list.
    Object(BTreeMap<String, usize>),
}

/// Reads JSON that is known to be well formed.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The lists and objects that are not closed, the innermost last, with the key that each of them stands under.
    open: Vec<(usize, Option<String>)>,
    /// The key of the next value.
    key: Option<String>,
}

impl Reader<'_> {
    /// Reads to the end of the outermost value.
    fn value(&mut self) -> Option<usize> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let node = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                b'[' | b'{' => {
                    self.at += 1;
                    let node = if byte == b'[' {
                        Node::List(Vec::new())
                    } else {
                        Node::Object(BTreeMap::new())
                    };
                    self.nodes.push(node);
                    self.open.push((self.nodes.len() - 1, self.key.take()));
                    continue;
                }
                b']' | b'}' => {
                    self.at += 1;
                    let (node, key) = self.open.pop()?;
                    self.key = key;
                    node
                }
                b'"' => {
                    let text = self.text()?;
                    if self.key.is_none() && self.in_object() {
                        self.key = Some(text);
                        continue;
                    }
                    self.push(quoted(&text))
                }
                b'-' | b'0'..=b'9' => {
                    let number = number(self.word())?;
                    self.push(number)
                }
                _ => {
                    let word = self.word().to_vec();
                    self.push(word)
                }
            };
            if self.close(node) {
                return Some(node);
            }
        }
    }

    fn in_object(&self) -> bool {
        let above = self.open.last().and_then(|(node, _)| self.nodes.get(*node));
        matches!(above, Some(Node::Object(_)))
    }

    fn push(&mut self, scalar: Vec<u8>) -> usize {
        self.nodes.push(Node::Scalar(scalar));
        self.nodes.len() - 1
    }

    /// Puts a complete value where it belongs; true if it is the outermost.
    fn close(&mut self, node: usize) -> bool {
        let Some((above, _)) = self.open.last() else {
            return true;
        };
        match self.nodes.get_mut(*above) {
            Some(Node::List(items)) => items.push(node),
            Some(Node::Object(entries)) => {
                entries.insert(self.key.take().unwrap_or_default(), node);
            }
            _ => {}
        }
        false
    }

    /// A number or a literal.
    fn word(&mut self) -> &[u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| b" \t\n\r,:]}".contains(byte));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += word.len();
        word
    }

    /// A text without its quotes and escapes; what is no Unicode becomes the replacement character.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..)?;
            match *rest.first()? {
                b'"' => {
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => text.push(self.escape()?),
                _ => {
                    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
                    let plain = rest.get(..end)?;
                    self.at += end;
                    push_lossy(&mut text, plain);
                }
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let kind = *self.bytes.get(self.at + 1)?;
        self.at += 2;
        Some(match kind {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit(self.at)?;
                self.at += 4;
                self.character(unit)
            }
            other => char::from(other),
        })
    }

    /// The character of a UTF-16 unit, together with the next escape if that completes it.
    fn character(&mut self, unit: u32) -> char {
        if let Some(character) = char::from_u32(unit) {
            return character;
        }
        let low = match self.bytes.get(self.at..self.at + 2) {
            Some(b"\\u") => self.unit(self.at + 2),
            _ => None,
        };
        match low {
            Some(low @ 0xdc00..=0xdfff) if unit < 0xdc00 => {
                self.at += 6;
                let pair = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => char::REPLACEMENT_CHARACTER,
        }
    }

    fn unit(&self, at: usize) -> Option<u32> {
        let digits = std::str::from_utf8(self.bytes.get(at..at + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Appends bytes; each that belongs to no character becomes a replacement character of its own.
fn push_lossy(text: &mut String, mut bytes: &[u8]) {
    loop {
        let good = match std::str::from_utf8(bytes) {
            Ok(rest) => return text.push_str(rest),
            Err(error) => error.valid_up_to(),
        };
        let (plain, rest) = bytes.split_at(good);
        text.push_str(&String::from_utf8_lossy(plain));
        text.push(char::REPLACEMENT_CHARACTER);
        bytes = rest.get(1..).unwrap_or_default();
    }
}

/// A number as Go writes the nearest float.
fn number(word: &[u8]) -> Option<Vec<u8>> {
    let number: f64 = std::str::from_utf8(word).ok()?.parse().ok()?;
    if !number.is_finite() {
        return None;
    }
    let size = number.abs();
    let text = if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        match text.split_once('e') {
            Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
            _ => text,
        }
    } else {
        format!("{number}")
    };
    Some(text.into_bytes())
}

/// What is still to be written: bytes, or a value by its place.
enum Task<'a> {
    Bytes(&'a [u8]),
    Text(&'a str),
    Value(usize),
}

fn render(nodes: &[Node], root: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut tasks = vec![Task::Value(root)];
    while let Some(task) = tasks.pop() {
        let node = match task {
            Task::Bytes(plain) => {
                bytes.extend_from_slice(plain);
                continue;
            }
            Task::Text(text) => {
                bytes.extend(quoted(text));
                continue;
            }
            Task::Value(at) => nodes.get(at),
        };
        match node {
            Some(Node::Scalar(scalar)) => bytes.extend_from_slice(scalar),
            Some(Node::List(items)) => {
                bytes.push(b'[');
                tasks.push(Task::Bytes(b"]"));
                for (index, item) in items.iter().enumerate().rev() {
                    tasks.push(Task::Value(*item));
                    tasks.extend((index > 0).then_some(Task::Bytes(b",")));
                }
            }
            Some(Node::Object(entries)) => {
                bytes.push(b'{');
                tasks.push(Task::Bytes(b"}"));
                for (index, (key, value)) in entries.iter().enumerate().rev() {
                    tasks.push(Task::Value(*value));
                    tasks.push(Task::Bytes(b":"));
                    tasks.push(Task::Text(key));
                    tasks.extend((index > 0).then_some(Task::Bytes(b",")));
                }
            }
            None => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str) -> String {
        String::from_utf8(normalised(json.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_sorted_at_every_level_and_the_last_of_equal_ones_stands() {
        assert_eq!(
            written(
                " { \"b\" : [ {\"y\":1,\"x\":{}} , [] ], \"a\":null, \"b2\":true, \"a\":false }\n"
            ),
            r#"{"a":false,"b":[{"x":{},"y":1},[]],"b2":true}"#
        );
        assert_eq!(written(r#"{"é":1,"z":2,"Z":3}"#), r#"{"Z":3,"z":2,"é":1}"#);
    }

    #[test]
    fn texts_are_escaped_as_go_does() {
        assert_eq!(
            written(r#"["<a>&\u2028\u2029\/\b\f\n\r\t\u0000\u001f\u007f\"\\é"]"#),
            "[\"\\u003ca\\u003e\\u0026\\u2028\\u2029/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\\\"\\\\é\"]"
        );
        assert_eq!(
            written(r#""\ud83d\ude00\ud83dx\ud83d\u0041\udc00""#),
            "\"😀\u{fffd}x\u{fffd}A\u{fffd}\""
        );
        let invalid = normalised(b"\"a\xff\xe2\x28b\"").unwrap();
        assert_eq!(invalid, "\"a\u{fffd}\u{fffd}(b\"".as_bytes());
    }

    #[test]
    fn numbers_are_floats() {
        for (read, shown) in [
            ("9007199254740993", "9007199254740992"),
            ("1.0", "1"),
            ("-0", "-0"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1e+21"),
            ("123456789012345678901234", "1.2345678901234569e+23"),
            ("0.000001", "0.000001"),
            ("0.00000015", "1.5e-7"),
            ("1E-10", "1e-10"),
            ("0.1", "0.1"),
        ] {
            assert_eq!(written(read), shown);
        }
        assert_eq!(normalised(b"1e400"), None);
    }

    #[test]
    fn depth_is_limited_and_takes_no_stack() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_valid(nested(10_000).as_bytes()));
        assert!(!is_valid(nested(10_001).as_bytes()));
        assert_eq!(written(&nested(10_000)), nested(10_000));
        assert!(is_valid(br#"["[[\"[[\\"]"#));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\"}", "1 2", "'a'", "nul", "\"\u{1}\""] {
            assert_eq!(normalised(text.as_bytes()), None, "{text:?}");
        }
    }
}
