//! Makes text from ledgers and files inert for terminals (U1): what could move the cursor, set a title, open a link or
//! turn the direction of reading is shown as an escape instead. Owns the list of such characters; formats nothing.

use std::fmt::Write as _;

/// Control characters, and invisible ones that reorder or hide text. The line feed is judged by the caller.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Several lines: the line feed stays, everything active becomes `\u{…}`.
pub fn text(text: &str) -> String {
    escape(text, |c| c != '\n' && is_active(c))
}

/// One line: the line feed too becomes an escape, so that no value can begin a line of its own.
pub fn line(text: &str) -> String {
    escape(text, is_active)
}

fn escape(text: &str, active: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if active(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// JSON text: serde escapes what is below the blank, this escapes the rest, inside strings, as JSON does.
pub fn json(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    let mut units = [0; 2];
    for c in document.chars() {
        if c != '\n' && is_active(c) {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                write!(out, "\\u{unit:04x}").unwrap_or_default();
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// As many bytes as before, so that positions in the text stay right: each active character becomes question marks.
pub fn same_length(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && c != '\t' && is_active(c) {
            out.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U1: colour, title, hyperlink, 8-bit control sequence, direction override, zero width.
    const HOSTILE: &str =
        "a\u{1b}[31mb\u{1b}]0;t\u{7}c\u{1b}]8;;http://x\u{9b}2Jd\u{202e}e\u{200b}f\u{e0041}\r";

    #[test]
    fn nothing_active_is_left() {
        for made in [
            text(HOSTILE),
            line(HOSTILE),
            json(HOSTILE),
            same_length(HOSTILE),
        ] {
            assert!(!made.chars().any(is_active), "{made:?}");
            assert!(made.starts_with('a') && made.contains('f'));
        }
        assert_eq!(same_length(HOSTILE).len(), HOSTILE.len());
    }

    #[test]
    fn a_line_feed_stays_in_text_and_not_in_a_line() {
        assert_eq!(text("a\nb"), "a\nb");
        assert_eq!(line("a\nb"), "a\\u{a}b");
    }

    #[test]
    fn json_keeps_its_value() {
        let written = serde_json::to_string(HOSTILE).unwrap_or_default();
        let read: String = serde_json::from_str(&json(&written)).unwrap_or_default();
        assert_eq!(read, HOSTILE);
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(text("Größe 5 € – 地"), "Größe 5 € – 地");
    }
}
