//! Published contracts for gas, the environment, floats, and the least that a contract can be.

use commons_vm::EntryPoint;
use serde_json::Value;

use super::SEED;
use crate::dice::Dice;
use crate::material::published;
use crate::observation::Observation;
use crate::pair::Compared;
use crate::session::{Session, USUAL, address, usual_env};
use crate::stand::{Excuse, Stand};

/// The reason under which floaty's conversions of NaNs are counted.
pub const WRITTEN_OUT: &str = "the same payload, written out by floaty_2.0.wasm in digits, of which more cost more: counted in calls";

pub(super) fn play(stand: &mut Stand) {
    for (name, wasm) in published() {
        match name.as_str() {
            "cyberpunk.wasm" | "cyberpunk_rust170.wasm" => cyberpunk(stand, &name, &wasm),
            "floaty.wasm" | "floaty_1.0.wasm" | "floaty_1.2.wasm" => floaty(stand, &name, &wasm),
            "floaty_2.0.wasm" => instructions(stand, &name, &wasm),
            "empty.wasm" => empty(stand, &name, &wasm),
            _ => {}
        }
    }
}

fn cyberpunk(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.instantiate("{}");
    session.instantiate(r#"{"unknown":1}"#);
    session.instantiate("[");
    session.execute("creator", r#"{"mirror_env":{}}"#);
    session.execute("creator", r#"{"panic":{}}"#);
    session.execute("creator", r#"{"unreachable":{}}"#);
    session.execute("creator", r#"{"noop":{}}"#);
    session.execute("creator", r#"{"allocate_large_memory":{"pages":20}}"#);
    session.execute("creator", r#"{"unknown":{}}"#);
    session.tell(EntryPoint::Query, r#"{"mirror_env":{}}"#);
    session.tell(EntryPoint::Query, r#"{"denoms":{}}"#);
    session.tell(EntryPoint::Query, r#"{"denom":{"denom":"earth"}}"#);
    session.tell(EntryPoint::Query, r#"{"unknown":{}}"#);
    session.keeps = false;
    session.limit = 100_000_000_000;
    session.execute("creator", r#"{"argon2":{"mem_cost":256,"time_cost":5}}"#);
    session.execute("creator", r#"{"argon2":{"mem_cost":0,"time_cost":5}}"#);
    session.execute("creator", r#"{"debug":{}}"#);
    for message in [
        r#"{"cpu_loop":{}}"#,
        r#"{"storage_loop":{}}"#,
        r#"{"memory_loop":{}}"#,
        r#"{"debug":{}}"#,
        r#"{"argon2":{"mem_cost":256,"time_cost":5}}"#,
    ] {
        for limit in [15_000_000, 222_222_222, 1_500_000_000] {
            session.limit = limit;
            session.execute("creator", message);
        }
    }
}

fn floaty(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    let (verifier, beneficiary) = (address("verifies"), address("benefits"));
    session.instantiate("[]");
    session.instantiate(format!(
        r#"{{"verifier":"{verifier}","beneficiary":"{beneficiary}"}}"#
    ));
    session.instantiate("{}");
    session.execute("verifies", r#"{"release":{}}"#);
    session.execute("creator", r#"{"release":{}}"#);
    session.execute("creator", r#"{"unknown":{}}"#);
    session.execute("creator", r#"{"punch":{}}"#);
    session.tell(EntryPoint::Query, "{}");
}

/// Every instruction that the contract knows, with the arguments that it draws itself.
fn instructions(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.instantiate("{}");
    session.instantiate("[");
    let known = session.tell(EntryPoint::Query, r#"{"instructions":{}}"#);
    let known = inner(&known).expect("the contract lists its instructions");
    let known = known.as_array().expect("a list");
    assert!(known.len() >= 70, "{} instructions", known.len());
    session.tell(
        EntryPoint::Query,
        r#"{"run":{"instruction":"unknown","args":[]}}"#,
    );
    session.tell(
        EntryPoint::Query,
        r#"{"run":{"instruction":"f32.add","args":[]}}"#,
    );
    session.keeps = false;
    let mut dice = Dice::new(SEED, name);
    for instruction in known {
        for _ in 0..20 {
            let seed = dice.bits();
            let request =
                format!(r#"{{"random_args_for":{{"instruction":{instruction},"seed":{seed}}}}}"#);
            let args = session.tell(EntryPoint::Query, request);
            let args = inner(&args).expect("the contract draws arguments");
            let message = format!(r#"{{"run":{{"instruction":{instruction},"args":{args}}}}}"#);
            let scene = session.scene(EntryPoint::Query, vec![usual_env(), message.into_bytes()]);
            let result = match instruction.as_str() {
                Some("f32.demote_f64") => Some("u32"),
                Some("f64.promote_f32") => Some("u64"),
                _ => None,
            };
            session.stand.play_excused(&scene, |compared| {
                only_nans(compared, result?).then_some(Excuse {
                    reason: WRITTEN_OUT,
                    times: 1,
                    gas: true,
                })
            });
        }
    }
}

/// The JSON that a query answered.
fn inner(seen: &Observation) -> Option<Value> {
    let answer: Value = serde_json::from_slice(seen.outcome.as_ref().ok()?).ok()?;
    let data = cosmwasm_std::Binary::from_base64(answer["ok"].as_str()?).ok()?;
    serde_json::from_slice(&data).ok()
}

/// Whether both answers are NaNs, as bits of this width, and nothing else differs but the gas of writing them.
fn only_nans(compared: &Compared, width: &str) -> bool {
    let is_nan = |seen: &Observation| {
        let value = inner(seen).unwrap_or_default();
        let bits = value.get(width).and_then(Value::as_u64);
        bits.is_some_and(|bits| match width {
            "u32" => u32::try_from(bits).is_ok_and(|bits| f32::from_bits(bits).is_nan()),
            _ => f64::from_bits(bits).is_nan(),
        })
    };
    let (ours, theirs) = (&compared.ours, &compared.theirs);
    let same =
        ours.records == theirs.records && ours.trace == theirs.trace && ours.debug == theirs.debug;
    is_nan(ours) && is_nan(theirs) && same && ours.gas_external == theirs.gas_external
}

/// It has no entry point: every call is in vain.
fn empty(stand: &mut Stand, name: &str, wasm: &[u8]) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.keeps = false;
    for limit in [USUAL, 1_000_000, 300_000, 0] {
        session.limit = limit;
        for entry in EntryPoint::ALL {
            let args = vec![b"{}".to_vec(); entry.parameters().len()];
            session.call(entry, args);
        }
        session.call(EntryPoint::Migrate, vec![b"{}".to_vec(); 2]);
    }
}
