//! The harness itself: that it sees differences where there are some, and finds the limits that matter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::rc::Rc;

use commons_conformance::probe;
use commons_conformance::probe::list::List;
use commons_conformance::{Dice, Failure, Session, Stand, Step, info, sweep, usual_env, vary};
use commons_vm::EntryPoint;

fn execute(session: &mut Session<'_>, list: &List) -> commons_conformance::Observation {
    let args = vec![usual_env(), info("creator", 0), list.bytes()];
    session.call(EntryPoint::Execute, args)
}

/// Each part of what is observed, altered in one machine, is a difference.
#[test]
fn every_part_of_an_observation_counts() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::imports());
    let session = Session::new(&mut stand, &contract);
    let list = List::default()
        .write(b"key", b"value")
        .debug(b"text")
        .read(b"key");
    let args = vec![usual_env(), info("creator", 0), list.bytes()];
    let scene = session.scene(EntryPoint::Execute, args);
    let compared = || {
        session
            .stand
            .pair
            .call(&scene.contract, &scene.call, &scene.records, &scene.chain)
    };
    let limit = scene.call.gas_limit;
    let equal = compared();
    assert_eq!(equal.differences(), Vec::<String>::new());
    assert!(equal.same_outcome() && equal.same_gas(limit));
    assert!(equal.ours.trace.len() == 2 && equal.ours.gas_external > 0);
    let outcome = |alter: &dyn Fn(&mut commons_conformance::Observation)| {
        let mut altered = compared();
        alter(&mut altered.ours);
        assert_eq!(altered.differences().len(), 1);
        (altered.same_outcome(), altered.same_gas(limit))
    };
    assert_eq!(outcome(&|o| o.gas_used += 1), (true, false));
    assert_eq!(outcome(&|o| o.gas_external += 1), (true, false));
    assert_eq!(outcome(&|o| o.records.clear()), (false, true));
    assert_eq!(outcome(&|o| o.debug.clear()), (false, true));
    assert_eq!(outcome(&|o| o.trace.truncate(1)), (false, true));
    assert_eq!(outcome(&|o| o.outcome = Err(Failure::Depth)), (false, true));
}

/// A difference is a finding of the stand, and an excuse covers the outcome but never gas.
#[test]
fn an_excuse_never_covers_gas() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::imports());
    let session = Session::new(&mut stand, &contract);
    let list = List::default().say(b"ok");
    let scene = session.scene(EntryPoint::Query, vec![usual_env(), list.bytes()]);
    stand.play_excused(&scene, |_| panic!("nothing differs, nothing is excused"));
    assert!(stand.findings.is_empty());
    let row = &stand.rows["probe"];
    assert_eq!(
        (row.outcome_equal, row.gas_equal, row.ends().succeeded),
        (1, 1, 1)
    );
}

/// A sweep cuts a call off before and behind each of its questions.
#[test]
fn a_sweep_cuts_a_call_off_at_every_question() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::imports());
    let mut session = Session::new(&mut stand, &contract);
    let list = List::default()
        .write(b"a", b"1")
        .read(b"a")
        .remove(b"a")
        .debug(b"end");
    let whole = execute(&mut session, &list);
    assert_eq!(whole.trace.len(), 3);
    let operations: Vec<&str> = whole
        .trace
        .iter()
        .map(|step: &Step| step.operation)
        .collect();
    assert_eq!(operations, ["set", "get", "remove"]);
    let args = vec![usual_env(), info("creator", 0), list.bytes()];
    let scene = session.scene(EntryPoint::Execute, args);
    let before = session.stand.rows["probe"].ends();
    sweep(session.stand, &scene, &mut Dice::new(7, "test"));
    let after = session.stand.rows["probe"].ends();
    assert!(after.out_of_gas - before.out_of_gas >= 8, "{after:?}");
    assert_eq!(
        after.succeeded - before.succeeded,
        2,
        "at the gas used and above"
    );
    assert!(session.stand.findings.is_empty());
}

/// The same seed gives the same variations, and they are not all the same message.
#[test]
fn variations_follow_from_the_seed() {
    let message = br#"{"transfer":{"recipient":"one","amount":"40"}}"#;
    let draw = |seed: u64| {
        let mut dice = Dice::new(seed, "test");
        (0..40)
            .map(|_| vary(message, &mut dice))
            .collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let mut distinct = draw(1);
    distinct.sort();
    distinct.dedup();
    assert!(distinct.len() > 25, "{}", distinct.len());
}

/// A file that one machine takes and the other does not is told apart.
#[test]
fn a_start_function_is_refused_by_ours_alone() {
    let wasm = wat::parse_str(
        r#"(module (memory (export "memory") 1) (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0))
        (func (export "deallocate") (param i32)) (func $start) (start $start))"#,
    );
    let stand = Stand::default();
    let refused = stand.pair.load("start", &wasm.unwrap()).err().unwrap();
    assert!(refused.ours.is_some() && refused.theirs.is_none());
    drop(Rc::new(stand));
}
