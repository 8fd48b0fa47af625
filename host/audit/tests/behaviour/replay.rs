//! Replay of an honest log.

use commons_audit::reference::{Entry, Step};
use commons_audit::replay::{Divergence, Options, Progress, run, run_home};
use commons_node::Node;

use crate::chain_log::{Chain, DENOM, address, genesis, played, vm};

#[test]
fn an_honest_log_replays_to_the_same_root() {
    let chain = played();
    let mut seen = Vec::new();
    let mut progress =
        |step: Progress| seen.push((step.height, step.transactions, step.signatures));
    let report = run(chain.log().as_slice(), Options::default(), &mut progress).unwrap();
    assert!(report.is_equal(), "{:?}", report.difference);
    assert_eq!(report.replayed_root, chain.node.root());
    assert_eq!(report.logged_root, chain.node.root());
    assert_eq!(
        (report.blocks, report.transactions, report.failed),
        (6, 7, 1)
    );
    assert_eq!(report.signatures, 7);
    assert_eq!(
        seen,
        [
            (1, 1, 1),
            (2, 3, 3),
            (3, 3, 3),
            (4, 4, 4),
            (5, 5, 5),
            (6, 7, 7)
        ]
    );
    // The replayed chain answers like the first one.
    assert_eq!(
        report.node.balance(&address("ben"), DENOM).unwrap(),
        1_000_000 + 5 + 7 - 3
    );
}

#[test]
fn calls_and_coins_without_a_message_are_kept_in_order() {
    let chain = played();
    let report = run(chain.log().as_slice(), Options::default(), &mut |_| {}).unwrap();
    let told: Vec<String> = report
        .steps
        .iter()
        .map(|step| match step {
            Step::Transfer { to, coins } => format!("{} to {to}", coins[0]),
            Step::Call(call) => {
                let entry = if call.entry == Entry::Instantiate {
                    "begin"
                } else {
                    "call"
                };
                let funds = call
                    .funds
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                format!("{entry} {} {funds} {}", call.height, call.transaction)
            }
        })
        .collect();
    let (ada, ben) = (address("ada"), address("ben"));
    let sent = [
        format!("1000000ucent to {ada}"),
        format!("1000000ucent to {ben}"),
        format!("5ucent to {ben}"),
        format!("7ucent to {ben}"),
    ];
    assert_eq!(told[..4], sent);
    assert_eq!(
        told[4..],
        ["begin 5  0", "call 6 3ucent 0", "call 6 3ucent 1"]
    );
    let nothing = Options { keep_steps: false };
    let report = run(chain.log().as_slice(), nothing, &mut |_| {}).unwrap();
    assert!(report.steps.is_empty() && report.is_equal());
}

#[test]
fn a_home_directory_replays_from_its_own_log_and_is_not_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mut chain = Chain::begin(Node::create(vm(), directory.path(), &genesis()).unwrap());
    chain.play();
    let root = chain.node.root();
    drop(chain);
    let file = directory.path().join("ledger.redb");
    let before = std::fs::read(&file).unwrap();
    let mut last = None;
    let report = run_home(directory.path(), Options::default(), &mut |p| last = p.last).unwrap();
    assert!(report.is_equal());
    assert_eq!((report.replayed_root, last), (root, Some(6)));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// S6: a ledger whose blocks are of format 1, from before they were signed. It was made when gas had other prices: replay reads it, and
/// names the first transaction that would cost something else today.
#[test]
fn a_ledger_of_unsigned_blocks_is_read_and_what_costs_otherwise_today_is_named() {
    let bytes = include_bytes!("../../../node/tests/data/format-1.redb.gz");
    let directory = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(directory.path().join("ledger.redb")).unwrap();
    let mut unpacked = flate2::read::GzDecoder::new(bytes.as_slice());
    std::io::copy(&mut unpacked, &mut file).unwrap();
    let report = run_home(directory.path(), Options::default(), &mut |_| {}).unwrap();
    let Some(Divergence::Outcome {
        transaction,
        logged,
        replayed,
        ..
    }) = report.difference
    else {
        panic!("{:?}", report.difference);
    };
    assert_eq!((transaction.height, transaction.index), (1, 0));
    assert_eq!((logged.code, replayed.code), (0, 0));
    assert_eq!(logged.data, replayed.data);
    assert_ne!(logged.gas_used, replayed.gas_used);
}
