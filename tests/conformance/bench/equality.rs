//! P5: calls with equal gas. Counts nothing itself: it reads what `scripts/conformance` wrote when it last ran.

use commons_tests::cargo::root;
use commons_tests::table::{Direction, Gap, Line, Peer, Spread};

const ID: &str = "P5";
const TABLE: &str = "tests/conformance/TABLE.md";

/// The line, or why there is none.
pub fn line() -> Result<Line, Gap> {
    let gap = |why: String| Gap {
        id: ID.to_owned(),
        why,
    };
    let text = std::fs::read_to_string(root().join(TABLE))
        .map_err(|error| gap(format!("{TABLE}: {error}; scripts/conformance writes it")))?;
    let [calls, outcome, gas, excepted] =
        sums(&text).ok_or_else(|| gap(format!("{TABLE} has no sums")))?;
    let one = |figure: f64| Spread::of(vec![figure]);
    let direction = Direction::OursOverPeer;
    Ok(Line {
        id: ID.to_owned(),
        name: "conformance: calls with equal gas, of all that were compared".to_owned(),
        unit: "calls".to_owned(),
        ours: one(gas),
        peer: Some(Peer {
            name: "cosmwasm-vm, all calls".to_owned(),
            version: "3.0.10".to_owned(),
            spread: one(calls),
        }),
        ratio: Some(direction.of(gas, calls)),
        ratio_is: Some(direction),
        pairs: None,
        inputs: format!(
            "{TABLE} as scripts/conformance last wrote it, failing calls included; outcome equal in {outcome}; {excepted} under an \
             exception that stands there with its reason"
        ),
    })
}

/// Calls, equal outcomes, equal gas and exceptions, from the row that sums up.
fn sums(text: &str) -> Option<[f64; 4]> {
    let cells = |line: &str| -> Vec<String> {
        let cells = line.split('|').map(|cell| cell.trim().to_owned());
        cells.collect()
    };
    let heading = cells(text.lines().find(|line| line.starts_with("| file |"))?);
    let sums = cells(text.lines().find(|line| line.starts_with("| all |"))?);
    let figure = |name: &str| -> Option<f64> {
        let column = heading.iter().position(|cell| cell == name)?;
        sums.get(column)?.parse().ok()
    };
    Some([
        figure("calls")?,
        figure("outcome equal")?,
        figure("gas equal")?,
        figure("excepted")?,
    ])
}
