//! Which line of a signed text differs. A contract can only say that a signature is wrong; this says why. Compares two
//! texts and verifies nothing.

use serde::{Deserialize, Serialize};

/// The first line in which two texts differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Number of the line, from 1.
    pub line: usize,
    /// The line's key, as in `poll-hash`; the whole line where it has none.
    pub key: String,
    /// The line as expected; empty if there should be none.
    pub expected: String,
    /// The line as given; empty if there is none.
    pub given: String,
}

/// The first line in which `given` differs from `expected`; none if they agree in every byte.
#[must_use]
pub fn explain_mismatch(expected: &str, given: &str) -> Option<Mismatch> {
    if expected == given {
        return None;
    }
    let mut wanted = expected.split('\n');
    let mut found = given.split('\n');
    let mut line = 0;
    // The texts differ, so the lines do before both end.
    loop {
        line += 1;
        let (want, have) = (wanted.next(), found.next());
        if want == have && want.is_some() {
            continue;
        }
        let want = want.unwrap_or_default();
        let have = have.unwrap_or_default();
        let named = if want.is_empty() { have } else { want };
        return Some(Mismatch {
            line,
            key: named
                .split_once(": ")
                .map_or(named, |(key, _)| key)
                .to_owned(),
            expected: want.to_owned(),
            given: have.to_owned(),
        });
    }
}
