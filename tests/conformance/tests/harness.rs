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
use commons_conformance::{
    Compared, Dice, Effort, Excuse, Failure, Scene, Session, Stand, Step, Table, info, missing,
    sweep, usual_env, vary,
};
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

/// A difference in outcome may be excused; one in gas only by an excuse that is about gas too.
#[test]
fn an_excuse_covers_gas_only_if_it_says_so() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::imports());
    let session = Session::new(&mut stand, &contract);
    let list = List::default().say(b"ok");
    let scene = session.scene(EntryPoint::Query, vec![usual_env(), list.bytes()]);
    stand.play_excused(&scene, |_| panic!("nothing differs, nothing is excused"));
    let pair = stand.pair.clone();
    let compared = || {
        let Scene {
            contract,
            call,
            records,
            chain,
        } = &scene;
        pair.call(contract, call, records, chain)
    };
    let mut other_outcome = compared();
    other_outcome.ours.outcome = Ok(b"other".to_vec());
    let excuse = Excuse {
        reason: "a reason",
        times: 1,
        gas: false,
    };
    stand.tally(&scene, &other_outcome, |_| Some(excuse));
    assert_eq!(stand.findings.len(), 0);
    let mut other_gas = compared();
    other_gas.ours.gas_used += 1;
    stand.tally(&scene, &other_gas, |_| Some(excuse));
    assert_eq!(stand.findings.len(), 1);
    assert!(
        stand.findings[0].contains("gas: ours"),
        "{}",
        stand.findings[0]
    );
    let row = &stand.rows["probe"];
    assert_eq!(
        (row.ends().calls(), row.outcome_equal, row.excused),
        (3, 2, 1)
    );
    assert_eq!((row.gas_equal, row.without_gas), (2, 0));
    assert_eq!(row.exceptions["a reason"], 1);
}

/// That a contract runs out of stack in one machine and fails in both is no difference; that it goes on in one is.
#[test]
fn a_stack_may_end_only_where_both_fail() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::imports());
    let session = Session::new(&mut stand, &contract);
    let list = List::default().say(b"ok");
    let scene = session.scene(EntryPoint::Query, vec![usual_env(), list.bytes()]);
    let plain = stand.play(&scene);
    let mut with = |ours: Result<Vec<u8>, Failure>, theirs: Result<Vec<u8>, Failure>| {
        let (mut a, mut b) = (plain.ours.clone(), plain.theirs.clone());
        (a.outcome, b.outcome) = (ours, theirs);
        let found = stand.findings.len();
        let compared = Compared { ours: a, theirs: b };
        stand.tally(&scene, &compared, |_| None);
        stand.findings.len() - found
    };
    let exhausted = || Err(Failure::StackExhausted);
    assert_eq!(with(exhausted(), exhausted()), 0);
    assert_eq!(with(Err(Failure::OutOfGas), exhausted()), 0);
    assert_eq!(with(exhausted(), Err(Failure::OutOfGas)), 0);
    assert_eq!(with(Err(Failure::Depth), Err(Failure::OutOfGas)), 1);
    assert_eq!(with(exhausted(), Ok(Vec::new())), 1);
    assert_eq!(with(Ok(Vec::new()), exhausted()), 1);
    assert_eq!(stand.rows["probe"].without_gas, 3);
}

/// A run counts only if every file is there, none was called too seldom, and no file has the exception of another.
#[test]
fn a_run_that_compared_too_little_does_not_count() {
    let mut stand = Stand::default();
    let nothing = missing(&stand, Effort::QUICK);
    for file in [
        "hackatom.wasm",
        "cw20-base",
        "trust.wasm",
        "probes/traps.wat",
    ] {
        let line = format!("{file}: not loaded");
        assert!(nothing.contains(&line), "{file}: {nothing:?}");
    }
    assert!(nothing.contains(&"corrupted.wasm: not loaded".to_owned()));
    assert!(!Table::of(&stand, Effort::QUICK).is_sound());
    let contract = stand.load("hackatom.wasm", &probe::imports());
    let mut session = Session::new(&mut stand, &contract);
    execute(&mut session, &List::default());
    let line = format!("hackatom.wasm: 1 calls, at least {}", Effort::QUICK.least);
    assert!(missing(&stand, Effort::QUICK).contains(&line));
    let row = stand.rows.get_mut("hackatom.wasm").unwrap();
    row.exceptions.insert("a reason", 1);
    row.gas_equal = 0;
    let lines = missing(&stand, Effort::QUICK);
    for line in [
        "hackatom.wasm: may not have the exception \"a reason\"",
        "hackatom.wasm: not all gas is equal",
    ] {
        assert!(lines.contains(&line.to_owned()), "{lines:?}");
    }
}

/// A difference, or an entry point that never failed, makes a run that does not count.
#[test]
fn a_finding_or_a_gap_is_a_complaint() {
    let mut stand = Stand::default();
    let contract = stand.load("probe", &probe::traps());
    let mut session = Session::new(&mut stand, &contract);
    session.tell(EntryPoint::Query, [33, 0, 0, 0, 0]);
    stand.findings.push("something".to_owned());
    let complaints = Table::of_part(&stand).complaints();
    assert_eq!(
        complaints,
        [
            "DIFFERENT something",
            "NOT CALLED BOTH WAYS probe: execute",
            "NOT CALLED BOTH WAYS probe: query",
        ]
    );
    let page = Table::of_part(&stand).markdown();
    assert!(page.contains("This run does not count"));
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
