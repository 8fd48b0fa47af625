//! What a contract may be called; it reads no state.
//!
//! wasmd asks Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space. The characters that are none of these
//! stand here as a table of their own, so that no release of a library changes what this ledger accepts. Characters that Unicode has not
//! assigned yet pass here, while Go refuses them until its own tables know them.

use crate::error::{Failure, wasm};
use std::ops::RangeInclusive;

const MAX_LABEL: usize = 128;

/// Format characters (Cf) and those for private use (Co), Unicode 16.
const UNPRINTABLE: [RangeInclusive<char>; 24] = [
    '\u{ad}'..='\u{ad}',
    '\u{600}'..='\u{605}',
    '\u{61c}'..='\u{61c}',
    '\u{6dd}'..='\u{6dd}',
    '\u{70f}'..='\u{70f}',
    '\u{890}'..='\u{891}',
    '\u{8e2}'..='\u{8e2}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{2064}',
    '\u{2066}'..='\u{206f}',
    '\u{e000}'..='\u{f8ff}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{110bd}'..='\u{110bd}',
    '\u{110cd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0001}'..='\u{e0001}',
    '\u{e0020}'..='\u{e007f}',
    '\u{f0000}'..='\u{ffffd}',
    '\u{100000}'..='\u{10fffd}',
];

/// Checks a label: 1 to 128 bytes, printable, no white space at its ends.
pub(super) fn check(text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Err(wasm::EMPTY.because("is required"));
    }
    if text.len() > MAX_LABEL {
        let limit = format!("cannot be longer than {MAX_LABEL} characters");
        return Err(wasm::LIMIT.because(limit));
    }
    if text.trim() != text {
        return Err(wasm::INVALID.because("label must not start/end with whitespaces"));
    }
    if !text.chars().all(is_printable) {
        return Err(wasm::INVALID.because("label must have printable characters only"));
    }
    Ok(())
}

fn is_printable(c: char) -> bool {
    let white = c.is_whitespace() && c != ' ';
    !c.is_control() && !white && !UNPRINTABLE.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::is_printable;

    #[test]
    fn what_cannot_be_seen_is_not_printable() {
        for c in [
            '\u{7}',
            '\u{85}',
            '\u{a0}',
            '\u{ad}',
            '\u{200b}',
            '\u{2028}',
            '\u{feff}',
            '\u{e000}',
            '\u{e0041}',
        ] {
            assert!(!is_printable(c), "{c:?}");
        }
        for c in [' ', 'a', 'ü', '🦀', '\u{301}', '漢', '€', '½'] {
            assert!(is_printable(c), "{c:?}");
        }
    }
}
