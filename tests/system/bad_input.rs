//! Bad input, from outside: each a clear error with its documented exit code, and nothing changed.

use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};

use commons_client::tx::Message;
use commons_ledger::{Order, StateRead};
use commons_node::{Node, NodeError};
use commons_store::Entries;
use commons_tests::artifact;
use commons_tests::cargo::root;
use commons_tests::cast::officer;
use commons_tests::chain::{Chain, DENOM, PREFIX};
use commons_tests::family;
use commons_tests::wasm::Wasm;
use cosmwasm_std::Coin;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::program::{FINISHED, commons, copy, scratch, text, vm};

/// A line of the example charter, what it becomes, and the exit code: 3 for what is not a charter, 1 for one that the rules
/// refuse.
const BROKEN: [(&str, &str, i32); 5] = [
    ("threshold = 2", "threshold = ", 3),
    ("threshold = 2", "threshold = \"two\"", 3),
    ("threshold = 2", "treshold = 2", 3),
    ("threshold = 2", "threshold = 4", 1),
    ("denom = \"udollar\"", "denom = \"\"", 1),
];

/// Each names the file and the line, to people and to programs; founding from it is refused alike, and the chain of the
/// home stays where it was.
#[test]
fn a_broken_charter_is_refused_by_its_line() {
    let example = fs::read_to_string(root().join("host/cli/charters/as-alaska-spends.toml"))
        .expect("the example");
    let home = copy("broken-charter-home");
    let before = standing(&home);
    for (line, becomes, code) in BROKEN {
        let number = example
            .lines()
            .position(|l| l.starts_with(line))
            .expect("the example has the line")
            + 1;
        let file = scratch_file(
            "broken-charter.toml",
            example.replacen(line, becomes, 1).as_bytes(),
        );
        for command in [
            vec!["charter", "check", text(&file)],
            vec!["trust", "found", text(&file), "--home", text(&home)],
        ] {
            let refused = commons(&command).failed(code);
            assert_eq!(
                refused.number("/error/line"),
                u64::try_from(number).expect("a number"),
                "{becomes}: {refused:?}"
            );
            assert_eq!(refused.text("/error/file"), text(&file));
            let place = format!("broken-charter.toml:{number}:");
            assert!(
                refused.stderr.contains(&place),
                "{place}: {}",
                refused.stderr
            );
        }
        assert_eq!(standing(&home), before, "{becomes}");
    }
}

/// Height and root of a home, as `status` says them.
fn standing(home: &Path) -> (u64, String) {
    let status = commons(&["status", "--home", text(home)]).good();
    (status.number("/height"), status.text("/root").to_owned())
}

fn scratch_file(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("the target folder can be written");
    path
}

/// Cut anywhere, also between two blocks, the log is not taken for a shorter chain.
#[test]
fn a_truncated_block_log_is_refused() {
    let log = scratch_file("whole.log", b"");
    let node = Node::open_read_only(vm(), &FINISHED.0).expect("the finished home opens");
    node.export_log(File::create(&log).expect("a file"))
        .expect("the log is written");
    drop(node);
    let whole = fs::read(&log).expect("the log");
    commons(&["replay", "--log", text(&log)]).good();

    // Into the magic, the header and the genesis; in the middle; the end mark off, and half of it.
    const END_MARK: usize = 1 + 8 + 32;
    for length in [
        0,
        5,
        13,
        200,
        whole.len() / 2,
        whole.len() - END_MARK,
        whole.len() - 20,
    ] {
        let cut = scratch_file("cut.log", &whole[..length]);
        let refused = commons(&["replay", "--log", text(&cut)]).failed(3);
        let why = format!(
            "{} {}",
            refused.text("/error/what"),
            refused.text("/error/why")
        );
        assert!(
            why.contains("cut off") || why.contains("not a block log"),
            "{length} bytes: {why}"
        );
    }
}

/// What is not a contract, and why: not wasm at all, wasm that offers no entry point, half of a contract.
fn no_contracts() -> [(&'static str, Vec<u8>); 3] {
    let mut half = artifact::wasm("registry");
    half.truncate(half.len() / 2);
    [
        ("text", b"this is not wasm".to_vec()),
        ("an empty module", b"\0asm\x01\0\0\0".to_vec()),
        ("half a contract", half),
    ]
}

/// What any transaction changes: its sender's account, and the counter of transactions in a block.
const BOOKS: [&[u8]; 2] = [b"acc/", b"wasm/\x08"];

/// The chain records the refusal and stores nothing; of the whole state only the sender's sequence and the counter of
/// transactions differ.
#[test]
fn wasm_that_is_not_a_contract_is_not_stored() {
    let mut chain: Wasm = family::begin(0);
    let deployer = officer("deployer");
    // An account's first transaction leaves its public key in the state.
    let first = Message::Send {
        to: deployer.address(PREFIX),
        amount: vec![Coin::new(1_u128, DENOM)],
    };
    chain.submit(&deployer, first).expect("a send");
    for (what, wasm) in no_contracts() {
        let before = everything(&chain.node);
        let reason = chain
            .submit(&deployer, Message::StoreCode { wasm })
            .expect_err(what);
        assert!(!reason.is_empty(), "{what}");
        let after = everything(&chain.node);
        let changed = after.iter().filter(|entry| !before.contains(entry));
        let kept_books = changed.map(|(key, _)| BOOKS.iter().any(|book| key.starts_with(book)));
        assert_eq!(before.len(), after.len(), "{what}");
        assert_eq!(kept_books.collect::<Vec<_>>(), [true, true], "{what}");
        assert!(
            chain
                .node
                .code_info(1)
                .expect("the state can be read")
                .is_none()
        );
    }
}

/// The demonstration says which file it is and what the chain says of it.
#[test]
fn a_demonstration_with_a_file_that_is_no_contract_says_so() {
    let folder = scratch("no-contracts");
    fs::create_dir(&folder).expect("a directory");
    for name in artifact::NAMES {
        fs::write(folder.join(format!("{name}.wasm")), artifact::wasm(name)).expect("a file");
    }
    for (what, wasm) in no_contracts() {
        fs::write(folder.join("roll.wasm"), wasm).expect("a file");
        let home = scratch("no-contracts-home");
        let refused = commons(&[
            "demo",
            "alaska",
            "--persons",
            "30",
            "--years",
            "1",
            "--home",
            text(&home),
            "--artifacts",
            text(&folder),
        ])
        .failed(3);
        let why = format!(
            "{} {}",
            refused.text("/error/what"),
            refused.text("/error/why")
        );
        assert!(why.contains("roll.wasm"), "{what}: {why}");
    }
}

/// Everything the chain has in its state.
fn everything(node: &Node) -> Entries {
    let state = node.state().expect("the state can be read");
    state
        .range(&[], None, Order::Ascending, usize::MAX)
        .expect("the state can be read")
}

/// A signed transaction that would pass.
fn honest(chain: &Wasm) -> Vec<u8> {
    let send = Message::Send {
        to: officer("payee").address(PREFIX),
        amount: vec![Coin::new(7_u128, DENOM)],
    };
    chain.signed(&officer("sponsor"), send)
}

/// The node refuses the bytes with a code and a reason, and neither state nor what waits has changed.
fn refuse(chain: &mut Wasm, bytes: Vec<u8>) {
    let (root, height) = (chain.node.root(), chain.node.height());
    match chain.node.broadcast(bytes) {
        Err(NodeError::Refused(refused)) => {
            assert!(refused.code != 0 && !refused.log.is_empty(), "{refused:?}");
        }
        Err(other) => panic!("not a refusal: {other}"),
        Ok(_) => panic!("taken"),
    }
    assert_eq!(
        (chain.node.root(), chain.node.height(), chain.node.waiting()),
        (root, height, 0)
    );
}

/// Random bytes, and an honest transaction with bits flipped or its end cut off. The honest one itself passes.
#[test]
fn a_transaction_of_random_bytes_is_refused() {
    let mut chain: Wasm = family::begin(0);
    let honest = honest(&chain);
    let bytes = proptest::collection::vec(any::<u8>(), 0..2_000);
    let damage = (any::<Index>(), 0_u8..8, any::<Index>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(500));
    let chain_cell = std::cell::RefCell::new(&mut chain);
    runner
        .run(&(bytes, damage), |(bytes, (at, bit, end))| {
            let mut chain = chain_cell.borrow_mut();
            refuse(&mut chain, bytes);
            let mut flipped = honest.clone();
            flipped[at.index(honest.len())] ^= 1 << bit;
            refuse(&mut chain, flipped);
            refuse(&mut chain, honest[..end.index(honest.len())].to_vec());
            Ok(())
        })
        .expect("every one is refused");
    chain.node.broadcast(honest).expect("the honest one passes");
}

/// A proposer may put anything into a block: random bytes there are a failed transaction and change no state.
#[test]
fn random_bytes_in_a_block_change_no_state() {
    let mut chain: Wasm = family::begin(0);
    let before = everything(&chain.node);
    let garbage: Vec<Vec<u8>> = vec![Vec::new(), vec![0xff; 64], honest(&chain)[1..].to_vec()];
    let time = chain.node.time_nanos() + 1_000_000_000;
    let block = chain.node.apply(&garbage, time).expect("a block");
    assert!(
        block.results.iter().all(|result| result.code != 0),
        "{:?}",
        block.results
    );
    assert_eq!(block.results.len(), garbage.len());
    assert_eq!(everything(&chain.node), before);
}
