//! What the tests of cosmwasm-vm itself expect of its contracts, number by number: that both machines agree would be little if both
//! were wrong.

use commons_vm::EntryPoint;
use cosmwasm_std::Binary;
use serde_json::Value;

use crate::material::published;
use crate::observation::{Failure, Observation};
use crate::session::{Session, address, succeeded, usual_env};
use crate::stand::Stand;

pub(super) fn play(stand: &mut Stand) {
    for (name, wasm) in published() {
        match name.as_str() {
            "hackatom.wasm" => hackatom(stand, &name, &wasm),
            "cyberpunk.wasm" => cyberpunk(stand, &name, &wasm),
            _ => {}
        }
    }
}

fn hackatom(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.keeps = false;
    let (verifier, beneficiary) = (address("verifies"), address("benefits"));
    let setup = format!(r#"{{"verifier": "{verifier}", "beneficiary": "{beneficiary}"}}"#);
    session.limit = 20_000;
    assert_eq!(session.instantiate(&setup).outcome, Err(Failure::OutOfGas));
    session.limit = 2_000_000_000;
    let begun = session.instantiate(&setup);
    assert_eq!((begun.gas_used, begun.gas_external), (18_034_576, 251));
    let answer = session.tell(EntryPoint::Query, r#"{"verifier":{}}"#);
    let expected = format!(r#"{{"verifier":"{verifier}"}}"#);
    assert_eq!(answered(&answer), expected.as_bytes());
    for message in [
        r#"{"cpu_loop":{}}"#,
        r#"{"storage_loop":{}}"#,
        r#"{"memory_loop":{}}"#,
    ] {
        let seen = session.execute("creator", message);
        assert_eq!(seen.outcome, Err(Failure::OutOfGas), "{message}");
        assert_eq!(seen.gas_used, 2_000_000_000, "{message}");
    }
    let seen = session.execute("creator", r#"{"panic":{}}"#);
    let Err(Failure::Aborted(text)) = &seen.outcome else {
        panic!("{seen:?}");
    };
    assert!(text.contains("This page intentionally faulted"), "{text}");
    let mut grow = |pages: u32| {
        let message = format!(r#"{{"allocate_large_memory":{{"pages":{pages}}}}}"#);
        session.execute("creator", message)
    };
    let before = data(&grow(48));
    assert!([17_u32, 18].contains(&u32::from_be_bytes(before.try_into().unwrap())));
    let refused = grow(1_600).outcome.expect("the contract answers");
    let refused = String::from_utf8(refused).expect("the answer is text");
    assert!(refused.contains("memory.grow failed"), "{refused}");
    let release = session.execute("verifies", r#"{"release":{"denom":"earth"}}"#);
    assert!(succeeded(&release), "{release:?}");
}

fn cyberpunk(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.keeps = false;
    session.limit = 500_000_000_000;
    let hard = r#"{"argon2":{"mem_cost":256,"time_cost":5}}"#;
    let seen = session.execute("creator", hard);
    assert!(succeeded(&seen), "{seen:?}");
    // 8.6e9, a fifth more or less.
    assert!((6_880_000_000..10_320_000_000).contains(&seen.gas_used));
    let seen = session.execute("creator", r#"{"debug":{}}"#);
    let last = seen.debug.iter().rev().find(|line| line.contains("Round"));
    assert_eq!(last.map(String::as_str), Some("Round 9 done"));
    // The contract is older than the hash of the transaction, which it drops.
    let mut env: Value = serde_json::from_slice(&usual_env()).expect("it is JSON");
    let transaction = env["transaction"].as_object_mut().expect("there is one");
    transaction.remove("hash");
    let mirrored = data(&session.execute("creator", r#"{"mirror_env":{}}"#));
    let mirrored: Value = serde_json::from_slice(&mirrored).expect("it is JSON");
    assert_eq!(mirrored, env);
    let mirrored = answered(&session.tell(EntryPoint::Query, r#"{"mirror_env":{}}"#));
    let mirrored: Value = serde_json::from_slice(&mirrored).expect("it is JSON");
    assert_eq!(mirrored, env);
}

/// What a query answered.
fn answered(seen: &Observation) -> Vec<u8> {
    bytes(seen, |answer| &answer["ok"])
}

/// The data of a response.
fn data(seen: &Observation) -> Vec<u8> {
    bytes(seen, |answer| &answer["ok"]["data"])
}

fn bytes(seen: &Observation, field: impl Fn(&Value) -> &Value) -> Vec<u8> {
    let answer = seen.outcome.as_ref().expect("the call returns");
    let answer: Value = serde_json::from_slice(answer).expect("an answer is JSON");
    let text = field(&answer).as_str().expect("data is text");
    Binary::from_base64(text).expect("it is base64").to_vec()
}
