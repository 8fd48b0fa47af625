//! Where the gas goes: every item has its cause, and whatever the outcome, all items together are the bill.

use std::collections::BTreeMap;

use commons_vm::{
    BackendError, CallError, CallReport, EntryPoint, Gas, GasBreakdown, GasInfo, Import, ImportGas,
};
use proptest::prelude::*;

use crate::support::chain::MockChain;
use crate::support::import::{self, prepared_chain};
use crate::support::json;
use crate::support::wasm::{LIMIT, contract, executing, failure, itemized, published, vm};

const HOST_CALL: Gas = Gas(18_000);

type Storage = BTreeMap<Vec<u8>, Vec<u8>>;

/// A call that can be made again and again, each time on the same state.
struct Play {
    what: &'static str,
    file: &'static str,
    entry: EntryPoint,
    msg: Vec<u8>,
    before: Storage,
    /// More than it uses, or as much as an endless one shall use.
    limit: Gas,
}

impl Play {
    fn args(&self) -> Vec<Vec<u8>> {
        match self.entry {
            EntryPoint::Instantiate => {
                vec![json::env(), json::info("creator", 1000), self.msg.clone()]
            }
            EntryPoint::Execute => vec![json::env(), json::info("verifies", 15), self.msg.clone()],
            _ => vec![json::env(), self.msg.clone()],
        }
    }

    fn chain(&self) -> MockChain {
        let chain = MockChain::default();
        chain.state.borrow_mut().storage = self.before.clone();
        chain
    }

    /// Makes the call twice, once with an onlooker, who must not matter.
    fn run(&self, limit: Gas) -> (CallReport, GasBreakdown) {
        let code = vm().load(&published(self.file)).unwrap();
        let args = self.args();
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let read_only = self.entry == EntryPoint::Query;
        let chain = || Box::new(self.chain());
        let plain = vm()
            .call(&code, self.entry, &args, chain(), limit, read_only)
            .unwrap();
        let (report, gas) = vm()
            .call_itemized(&code, self.entry, &args, chain(), limit, read_only)
            .unwrap();
        assert_eq!(plain, report, "{}", self.what);
        (report, gas)
    }

    fn check(&self, limit: Gas) -> CallReport {
        let (report, gas) = self.run(limit);
        assert_eq!(gas.total(), report.gas_used, "{}: {gas:?}", self.what);
        let external = gas.imports.values().map(|import| import.external);
        let external = external.fold(Gas::ZERO, Gas::saturating_add);
        if report.outcome == Err(CallError::OutOfGas) {
            assert!(external <= report.gas_external, "{}", self.what);
        } else {
            assert_eq!(external, report.gas_external, "{}", self.what);
        }
        report
    }
}

/// What hackatom has stored once it is set up.
fn set_up() -> Storage {
    let chain = MockChain::default();
    crate::official::set_up_hackatom(vm(), &published("hackatom.wasm"), &chain);
    chain.state.take().storage
}

/// Calls of the official contracts that end well, in an error of the contract's, in an abort, in a trap, and never.
fn plays() -> Vec<Play> {
    use EntryPoint::{Execute, Instantiate, Query, Sudo};
    const MUCH: u64 = 100_000_000_000;
    let hackatom = set_up();
    let setup = String::from_utf8(json::hackatom_setup()).unwrap();
    let rows: &[(&str, &str, EntryPoint, &str, u64)] = &[
        (
            "instantiate",
            "hackatom.wasm",
            Instantiate,
            setup.as_str(),
            MUCH,
        ),
        ("not its message", "hackatom.wasm", Instantiate, "{}", MUCH),
        (
            "release",
            "hackatom.wasm",
            Execute,
            r#"{"release":{"denom":"earth"}}"#,
            MUCH,
        ),
        ("panic", "hackatom.wasm", Execute, r#"{"panic":{}}"#, MUCH),
        (
            "old panic",
            "hackatom_1.0.wasm",
            Execute,
            r#"{"panic":{}}"#,
            MUCH,
        ),
        (
            "user errors",
            "hackatom.wasm",
            Execute,
            r#"{"user_errors_in_api_calls":{}}"#,
            MUCH,
        ),
        (
            "cpu loop",
            "hackatom.wasm",
            Execute,
            r#"{"cpu_loop":{}}"#,
            2_000_000_000,
        ),
        (
            "storage loop",
            "hackatom.wasm",
            Execute,
            r#"{"storage_loop":{}}"#,
            2_000_000_000,
        ),
        (
            "memory loop",
            "hackatom.wasm",
            Execute,
            r#"{"memory_loop":{}}"#,
            2_000_000_000,
        ),
        (
            "message loop",
            "hackatom.wasm",
            Execute,
            r#"{"message_loop":{}}"#,
            2_000_000_000,
        ),
        ("no JSON", "hackatom.wasm", Execute, "{", MUCH),
        (
            "steal",
            "hackatom.wasm",
            Sudo,
            r#"{"steal_funds":{"recipient":"x","amount":[]}}"#,
            MUCH,
        ),
        (
            "verifier",
            "hackatom.wasm",
            Query,
            r#"{"verifier":{}}"#,
            MUCH,
        ),
        (
            "other balance",
            "hackatom.wasm",
            Query,
            r#"{"other_balance":{"address":"x"}}"#,
            MUCH,
        ),
        (
            "recurse",
            "hackatom.wasm",
            Query,
            r#"{"recurse":{"depth":2,"work":5}}"#,
            MUCH,
        ),
        (
            "mirror",
            "cyberpunk.wasm",
            Execute,
            r#"{"mirror_env":{}}"#,
            MUCH,
        ),
        ("debug", "cyberpunk.wasm", Execute, r#"{"debug":{}}"#, MUCH),
        ("no entry point", "cyberpunk.wasm", Sudo, "{}", MUCH),
        (
            "floats",
            "floaty_2.0.wasm",
            Query,
            r#"{"instructions":{}}"#,
            MUCH,
        ),
        ("unknown", "floaty_2.0.wasm", Query, r#"{"what":{}}"#, MUCH),
        ("old floats", "floaty_1.0.wasm", Execute, r#"{}"#, MUCH),
    ];
    let plays = rows.iter().map(|&(what, file, entry, msg, limit)| Play {
        what,
        file,
        entry,
        msg: msg.as_bytes().to_vec(),
        before: hackatom.clone(),
        limit: Gas(limit),
    });
    plays.collect()
}

/// Each play with all the gas it wants; together they end in every way that matters.
#[test]
fn the_items_of_every_official_call_are_its_bill() {
    let reports: Vec<CallReport> = plays().iter().map(|play| play.check(play.limit)).collect();
    let some = |wanted: fn(&CallReport) -> bool| reports.iter().any(wanted);
    assert!(some(|report| report.outcome.is_ok()));
    assert!(some(|report| report.outcome == Err(CallError::OutOfGas)));
    assert!(some(|report| matches!(
        report.outcome,
        Err(CallError::Aborted(_))
    )));
    assert!(some(|report| matches!(
        report.outcome,
        Err(CallError::Trap(_))
    )));
    assert!(some(|report| matches!(
        report.outcome,
        Err(CallError::MissingExport { .. })
    )));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// A limit anywhere below what a call uses ends it at another place: in an argument, an instruction, a copy, an import.
    #[test]
    fn the_items_are_the_bill_wherever_the_gas_ends(play in 0_usize..21, share in 0_u64..=10_000) {
        thread_local!(static PLAYS: Vec<Play> = plays());
        PLAYS.with(|plays| {
            assert_eq!(plays.len(), 21);
            let play = &plays[play];
            let (report, _) = play.run(play.limit);
            let limit = u128::from(report.gas_used.0) * u128::from(share) / 10_000;
            play.check(Gas(u64::try_from(limit).unwrap()));
        });
    }
}

/// Each import under its own name, with the price of one entry, and nothing under another.
#[test]
fn every_import_has_an_item_of_its_own() {
    for import in import::all() {
        let args = import.args(None);
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let (_, gas) = itemized(&import.caller(), &args, prepared_chain(), LIMIT);
        let own = Import::ALL
            .into_iter()
            .find(|own| own.name() == import.name);
        let (name, item) = gas.imports.first_key_value().unwrap();
        assert_eq!((Some(*name), gas.imports.len()), (own, 1));
        assert_eq!((item.calls, item.entry), (1, HOST_CALL), "{}", import.name);
    }
}

/// The parts of one read: instructions, the copy of the message, and of the import its entry, two copies and the chain's price.
#[test]
fn the_parts_of_an_item_are_told_apart() {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let wasm = executing(read, 1, "(call $read (local.get 0))");
    let chain = prepared_chain();
    chain.state.borrow_mut().read_price = GasInfo {
        cost: Gas(70),
        externally_used: Gas(5),
    };
    let (report, gas) = itemized(&wasm, &[b"k"], chain, LIMIT);
    assert_eq!(report.outcome.unwrap(), b"v");
    let (written, taken) = (Gas(230_000 + 570), Gas(200_000 + 115));
    assert_eq!(gas.arguments, written.saturating_add(taken));
    let expected = ImportGas {
        calls: 1,
        entry: HOST_CALL,
        regions: written.saturating_add(taken),
        work: Gas::ZERO,
        backend: Gas(70),
        external: Gas(5 + 1),
    };
    assert_eq!(gas.imports, BTreeMap::from([(Import::DbRead, expected)]));
    assert!(gas.operators > Gas::ZERO);
}

#[test]
fn work_of_the_machine_is_told_apart_from_copies() {
    let verify = import::all()
        .into_iter()
        .find(|i| i.name == "ed25519_verify");
    let verify = verify.unwrap();
    let args = verify.args(None);
    let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    let (_, gas) = itemized(&verify.caller(), &args, prepared_chain(), LIMIT);
    assert_eq!(gas.imports[&Import::Ed25519Verify].work, Gas(35_000_000));
}

/// An import that is called by `allocate`, which was called for another import, pays for itself only.
#[test]
fn an_import_inside_another_is_told_apart() {
    let text = r#"
        (import "env" "db_read" (func $read (param i32) (result i32)))
        (import "env" "db_remove" (func $remove (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 64) "\50\00\00\00\01\00\00\00\01\00\00\00")
        (data (i32.const 80) "k")
        (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (call $remove (i32.const 64)) (i32.const 64))
        (func (export "deallocate") (param i32))
        (func (export "execute") (result i32) (call $read (i32.const 64)))"#;
    let wasm = crate::support::wasm::module(text);
    let (report, gas) = itemized(&wasm, &[], prepared_chain(), LIMIT);
    assert_eq!(report.outcome.unwrap(), b"v");
    let copies = |import| gas.imports[&import].regions;
    assert_eq!(copies(Import::DbRead), Gas(200_115 + 230_570));
    assert_eq!(copies(Import::DbRemove), Gas(200_115));
}

/// W17 for the items: prices beyond all gas there is, limits beyond what the meter holds, a chain that is out of gas itself.
#[test]
fn the_items_add_up_where_numbers_end() {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let wasm = executing(read, 0, "(call $read (call $allocate (i32.const 1)))");
    let half = Gas(u64::MAX / 2 + 1);
    let prices = [
        GasInfo::with_cost(Gas::MAX),
        GasInfo::with_externally_used(Gas::MAX),
        GasInfo {
            cost: half,
            externally_used: half,
        },
    ];
    for price in prices {
        for limit in [Gas(1_000_000), LIMIT, Gas(u64::MAX / 2), Gas::MAX] {
            let chain = MockChain::default();
            chain.state.borrow_mut().read_price = price;
            let (report, gas) = itemized(&wasm, &[], chain, limit);
            assert_eq!(failure(&report), CallError::OutOfGas);
            assert_eq!(gas.total(), limit);
            let broken = MockChain::default();
            broken.state.borrow_mut().broken = Some(BackendError::OutOfGas);
            let (report, gas) = itemized(&wasm, &[], broken, limit);
            assert_eq!(failure(&report), CallError::OutOfGas);
            assert_eq!(gas.total(), limit);
            assert!(gas.imports[&Import::DbRead].external > Gas::ZERO);
        }
    }
}

#[test]
fn an_instance_that_cannot_be_made_costs_nothing() {
    let outside = contract("", r#"(data (i32.const 131072) "x")"#);
    let (report, gas) = itemized(&outside, &[], MockChain::default(), LIMIT);
    assert!(matches!(failure(&report), CallError::Instantiation(_)));
    assert_eq!(gas, GasBreakdown::default());
}
