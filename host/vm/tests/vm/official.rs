//! The official test contracts, from the published cosmwasm-vm crate: accepted, refused and run as the reference does.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_vm::{CallError, CallReport, EntryPoint, Gas, Reject, Vm, VmConfig};

use crate::support::chain::MockChain;
use crate::support::json;
use crate::support::wasm::{LIMIT, failure, published, vm};

/// The limit of the published tests.
const USUAL: Gas = Gas(2_000_000_000);

/// Sets hackatom up on a machine.
pub(crate) fn set_up_hackatom(vm: &Vm, wasm: &[u8], chain: &MockChain) -> CallReport {
    let code = vm.load(wasm).unwrap();
    let (env, info, msg) = (
        json::env(),
        json::info("creator", 1000),
        json::hackatom_setup(),
    );
    let backend = Box::new(chain.clone());
    vm.call(
        &code,
        EntryPoint::Instantiate,
        &[&env, &info, &msg],
        backend,
        USUAL,
        false,
    )
    .unwrap()
}

fn execute(file: &str, chain: &MockChain, msg: &str, limit: Gas) -> CallReport {
    let code = vm().load(&published(file)).unwrap();
    let (env, info) = (json::env(), json::info("verifies", 15));
    let backend = Box::new(chain.clone());
    let args: [&[u8]; 3] = [&env, &info, msg.as_bytes()];
    vm().call(&code, EntryPoint::Execute, &args, backend, limit, false)
        .unwrap()
}

fn query(file: &str, chain: &MockChain, msg: &str) -> CallReport {
    let code = vm().load(&published(file)).unwrap();
    let backend = Box::new(chain.clone());
    let args: [&[u8]; 2] = [&json::env(), msg.as_bytes()];
    vm().call(&code, EntryPoint::Query, &args, backend, LIMIT, true)
        .unwrap()
}

#[test]
fn what_the_reference_accepts_is_accepted() {
    for file in [
        "hackatom.wasm",
        "hackatom_1.0.wasm",
        "hackatom_1.2.wasm",
        "hackatom_1.3.wasm",
        "cyberpunk.wasm",
        "cyberpunk_rust170.wasm",
        "floaty.wasm",
        "floaty_1.0.wasm",
        "floaty_1.2.wasm",
        "floaty_2.0.wasm",
        "ibc_reflect.wasm",
        "ibc_reflect_1.0.wasm",
        "ibc_reflect_1.2.wasm",
        "ibc_callbacks.wasm",
        "ibc2.wasm",
        "empty.wasm",
    ] {
        assert!(vm().analyze(&published(file)).is_ok(), "{file}");
    }
}

#[test]
fn what_the_reference_refuses_is_refused_for_the_same_reason() {
    let verdict = |file: &str| vm().analyze(&published(file)).unwrap_err();
    for version in ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"] {
        let file = format!("hackatom_{version}.wasm");
        assert_eq!(verdict(&file), Reject::InterfaceMissing, "{file}");
    }
    for file in [
        "hackatom_0.14.wasm",
        "hackatom_0.15.wasm",
        "hackatom_0.16.wasm",
        "floaty_0.16.wasm",
        "ibc_reflect_0.14.wasm",
        "ibc_reflect_0.15.wasm",
        "ibc_reflect_0.16.wasm",
    ] {
        assert!(
            matches!(verdict(file), Reject::InterfaceUnknown { .. }),
            "{file}"
        );
    }
    assert_eq!(verdict("corrupted.wasm"), Reject::InterfaceMissing);
}

#[test]
fn the_analysis_knows_ibc_contracts_and_capabilities() {
    let ibc = vm().analyze(&published("ibc_reflect.wasm")).unwrap();
    assert!(ibc.has_ibc_entry_points);
    let required = BTreeSet::from(["iterator".to_owned(), "stargate".to_owned()]);
    assert!(ibc.required_capabilities.is_superset(&required));
    let plain = vm().analyze(&published("hackatom.wasm")).unwrap();
    assert!(!plain.has_ibc_entry_points);
    let entry_points = |file: &str| vm().analyze(&published(file)).unwrap().entry_points;
    let without_reply = [
        EntryPoint::Instantiate,
        EntryPoint::Execute,
        EntryPoint::Query,
        EntryPoint::Migrate,
        EntryPoint::Sudo,
    ];
    assert_eq!(plain.entry_points, BTreeSet::from(without_reply));
    assert!(ibc.entry_points.is_superset(&EntryPoint::IBC.into()));
    let callbacks = [
        EntryPoint::IbcSourceCallback,
        EntryPoint::IbcDestinationCallback,
    ];
    assert!(entry_points("ibc_callbacks.wasm").is_superset(&callbacks.into()));
    let second = [
        EntryPoint::Ibc2PacketReceive,
        EntryPoint::Ibc2PacketAck,
        EntryPoint::Ibc2PacketTimeout,
        EntryPoint::Ibc2PacketSend,
    ];
    assert!(entry_points("ibc2.wasm").is_superset(&second.into()));
    let mut config = VmConfig {
        max_instances: 1,
        ..VmConfig::default()
    };
    config.capabilities.remove("stargate");
    let refused = Vm::new(config)
        .unwrap()
        .analyze(&published("ibc_reflect.wasm"));
    let missing = BTreeSet::from(["stargate".to_owned()]);
    assert_eq!(refused, Err(Reject::Capabilities(missing)));
}

/// Published: instantiate costs 18034576 gas, of which 251 outside.
#[test]
fn hackatom_costs_the_published_gas() {
    let chain = MockChain::default();
    let report = set_up_hackatom(vm(), &published("hackatom.wasm"), &chain);
    assert_eq!(report.gas_used, Gas(18_034_576));
    assert_eq!(report.gas_external, Gas(251));
    let answer = query("hackatom.wasm", &chain, r#"{"verifier":{}}"#);
    let answer = json::query_text(&answer.outcome.unwrap());
    assert_eq!(answer, json::hackatom_verifier());
    let release = execute(
        "hackatom.wasm",
        &chain,
        r#"{"release":{"denom":"earth"}}"#,
        USUAL,
    );
    let response: serde_json::Value = serde_json::from_slice(&release.outcome.unwrap()).unwrap();
    assert_eq!(response["ok"]["attributes"][0]["value"], "release");
}

#[test]
fn hackatoms_loops_end_with_no_gas_left() {
    let chain = MockChain::default();
    for msg in [
        r#"{"cpu_loop":{}}"#,
        r#"{"storage_loop":{}}"#,
        r#"{"memory_loop":{}}"#,
    ] {
        let report = execute("hackatom.wasm", &chain, msg, USUAL);
        assert_eq!(failure(&report), CallError::OutOfGas, "{msg}");
        assert_eq!(report.gas_used, USUAL, "{msg}");
    }
    let wasm = published("hackatom.wasm");
    let code = vm().load(&wasm).unwrap();
    let (env, info, msg) = (
        json::env(),
        json::info("creator", 1000),
        json::hackatom_setup(),
    );
    let backend = Box::new(chain);
    let args: [&[u8]; 3] = [&env, &info, &msg];
    let report = vm()
        .call(
            &code,
            EntryPoint::Instantiate,
            &args,
            backend,
            Gas(20_000),
            false,
        )
        .unwrap();
    assert_eq!(failure(&report), CallError::OutOfGas);
}

#[test]
fn hackatoms_panic_is_an_abort_with_its_text() {
    let report = execute(
        "hackatom.wasm",
        &MockChain::default(),
        r#"{"panic":{}}"#,
        USUAL,
    );
    let CallError::Aborted(text) = failure(&report) else {
        panic!("not an abort");
    };
    assert!(text.contains("This page intentionally faulted"));
}

#[test]
fn hackatoms_memory_is_bounded() {
    let grow = |pages: u32| {
        let msg = format!(r#"{{"allocate_large_memory":{{"pages":{pages}}}}}"#);
        execute("hackatom.wasm", &MockChain::default(), &msg, USUAL)
            .outcome
            .unwrap()
    };
    let granted: serde_json::Value = serde_json::from_slice(&grow(48)).unwrap();
    let before = STANDARD
        .decode(granted["ok"]["data"].as_str().unwrap())
        .unwrap();
    // 17 pages at the start, one more for the arguments at most.
    assert!([17, 18].contains(&u32::from_be_bytes(before.try_into().unwrap())));
    let refused = String::from_utf8(grow(1600)).unwrap();
    assert!(refused.contains("memory.grow failed"), "{refused}");
}

/// Published: argon2 with 256 KiB and 5 rounds costs 8.6e9 gas, 20 % more or less. The exact number is the one seen here.
#[test]
fn cyberpunks_argon_costs_the_published_gas() {
    let code = vm().load(&published("cyberpunk.wasm")).unwrap();
    let info = format!(r#"{{"sender":"{}","funds":[]}}"#, json::address("creator"));
    let msg: &[u8] = br#"{"argon2":{"mem_cost":256,"time_cost":5}}"#;
    let args: [&[u8]; 3] = [&json::env_without_hash(), info.as_bytes(), msg];
    let backend = Box::new(MockChain::default());
    let report = vm()
        .call(&code, EntryPoint::Execute, &args, backend, LIMIT, false)
        .unwrap();
    assert!(report.outcome.is_ok());
    assert!((6_880_000_000..10_320_000_000).contains(&report.gas_used.0));
    assert_eq!(report.gas_used, Gas(10_082_745_905));
}

/// The contract is older than the transaction hash, which it drops.
#[test]
fn cyberpunk_sees_the_environment_it_was_given() {
    let chain = MockChain::default();
    let report = execute("cyberpunk.wasm", &chain, r#"{"mirror_env":{}}"#, LIMIT);
    let response: serde_json::Value = serde_json::from_slice(&report.outcome.unwrap()).unwrap();
    let data = response["ok"]["data"].as_str().unwrap();
    assert_eq!(STANDARD.decode(data).unwrap(), json::env_without_hash());
    let answer = query("cyberpunk.wasm", &chain, r#"{"mirror_env":{}}"#);
    let answer = json::query_text(&answer.outcome.unwrap());
    assert_eq!(answer.as_bytes(), json::env_without_hash());
}

#[test]
fn cyberpunks_debug_messages_arrive() {
    let chain = MockChain::default();
    let report = execute("cyberpunk.wasm", &chain, r#"{"debug":{}}"#, LIMIT);
    assert!(report.outcome.is_ok());
    let state = chain.state.borrow();
    assert_eq!(state.debug.len(), 20);
    assert_eq!(state.debug[18], "Round 9 done");
}

/// A call that runs dry halfway has said half of it: messages are delivered while the contract runs, not with its result.
#[test]
fn debug_messages_arrive_while_the_contract_runs() {
    let said = |limit: Gas| {
        let chain = MockChain::default();
        let report = execute("cyberpunk.wasm", &chain, r#"{"debug":{}}"#, limit);
        (report, chain.state.take().debug)
    };
    let (whole, all) = said(LIMIT);
    let (half, some) = said(Gas(whole.gas_used.0 / 2));
    assert_eq!(failure(&half), CallError::OutOfGas);
    assert!((1..all.len()).contains(&some.len()), "{some:?}");
    assert_eq!(some, all[..some.len()]);
}
