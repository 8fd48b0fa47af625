//! The contract of the published tests, in five versions.

use std::collections::BTreeMap;
use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_vm::testing::MOCK_CONTRACT_ADDR;

use crate::chain::{Deployed, Inhabited, World};
use crate::material::published;
use crate::session::{Session, address, succeeded};
use crate::stand::Stand;

pub(super) fn play(stand: &mut Stand) {
    for (name, wasm) in published() {
        if [
            "hackatom.wasm",
            "hackatom_1.0.wasm",
            "hackatom_1.2.wasm",
            "hackatom_1.3.wasm",
        ]
        .contains(&name.as_str())
        {
            version(stand, &name, &wasm);
        }
    }
}

fn version(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    let (verifier, beneficiary) = (address("verifies"), address("benefits"));
    session.execute("verifies", r#"{"release":{"denom":"earth"}}"#);
    session.tell(EntryPoint::Query, r#"{"verifier":{}}"#);
    session.instantiate(r#"{"verifier":"nobody","beneficiary":"nobody"}"#);
    session.instantiate(r#"{}"#);
    session.instantiate("");
    let setup = format!(r#"{{"verifier":"{verifier}","beneficiary":"{beneficiary}"}}"#);
    let begun = session.instantiate(&setup);
    assert!(succeeded(&begun), "{name}: {begun:?}");
    session.tell(EntryPoint::Query, r#"{"verifier":{}}"#);
    session.tell(EntryPoint::Query, r#"{"get_int":{}}"#);
    session.tell(
        EntryPoint::Query,
        format!(r#"{{"other_balance":{{"address":"{verifier}"}}}}"#),
    );
    session.tell(
        EntryPoint::Query,
        r#"{"other_balance":{"address":"nobody"}}"#,
    );
    session.tell(EntryPoint::Query, r#"{"unknown":{}}"#);
    for pages in [0, 1, 48, 600] {
        session.execute(
            "stranger",
            format!(r#"{{"allocate_large_memory":{{"pages":{pages}}}}}"#),
        );
    }
    session.execute("stranger", r#"{"user_errors_in_api_calls":{}}"#);
    session.execute("stranger", r#"{"panic":{}}"#);
    session.execute("stranger", r#"{"message_loop":{}}"#);
    session.execute("stranger", r#"{"release":{"denom":"earth"}}"#);
    session.execute("stranger", r#"{"release":{}}"#);
    session.execute("verifies", r#"{"release":{"denom":"moon"}}"#);
    session.execute("verifies", r#"{"release":{"denom":"earth"}}"#);
    session.execute("verifies", r#"{"release":{}}"#);
    let steal = |amount: &str| {
        let coins = format!(r#"[{{"denom":"earth","amount":"{amount}"}}]"#);
        format!(r#"{{"steal_funds":{{"recipient":"{verifier}","amount":{coins}}}}}"#)
    };
    session.tell(EntryPoint::Sudo, steal("700"));
    session.tell(EntryPoint::Sudo, steal("-700"));
    let other = format!(r#"{{"verifier":"{}"}}"#, address("other"));
    session.migrate(&other);
    session.migrate(r#"{"verifier":"nobody"}"#);
    session.call(
        EntryPoint::Migrate,
        vec![crate::session::usual_env(), other.into_bytes()],
    );
    session.tell(EntryPoint::Query, r#"{"verifier":{}}"#);
    session.tell(EntryPoint::Reply, "{}");
    loops(&mut session);
    recursion(&mut session);
}

/// What ends only for want of gas or of memory. Not kept: a sweep of these would take minutes.
fn loops(session: &mut Session<'_>) {
    session.keeps = false;
    for message in [
        r#"{"cpu_loop":{}}"#,
        r#"{"storage_loop":{}}"#,
        r#"{"memory_loop":{}}"#,
    ] {
        for limit in [19_000_000, 111_111_111, 2_000_000_000] {
            session.limit = limit;
            session.execute("stranger", message);
        }
    }
    session.limit = 100_000_000_000;
    session.execute("stranger", r#"{"memory_loop":{}}"#);
    session.limit = crate::session::USUAL;
}

/// The contract asks itself, through the chain: each level has what gas the one above has left.
fn recursion(session: &mut Session<'_>) {
    let mut world = World::default();
    let itself = Deployed {
        contract: Rc::clone(&session.contract),
        records: (*session.records).clone(),
    };
    world.contracts = BTreeMap::from([(MOCK_CONTRACT_ADDR.to_owned(), itself)]);
    session.chain = Rc::new(Inhabited(Rc::new(world)));
    session.keeps = true;
    for (depth, work) in [(0, 0), (0, 50), (1, 0), (1, 10), (4, 3)] {
        let message = format!(r#"{{"recurse":{{"depth":{depth},"work":{work}}}}}"#);
        session.tell(EntryPoint::Query, message);
    }
    session.keeps = false;
    session.limit = 150_000_000;
    session.tell(EntryPoint::Query, r#"{"recurse":{"depth":20,"work":0}}"#);
    session.limit = crate::session::USUAL;
}
