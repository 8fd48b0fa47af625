//! Payments that cannot be received: cw-multi-test's bank pays everyone, so that what a trust does about them is played on its own.

use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_std::{
    BalanceResponse, ContractResult, SystemResult, Uint256, from_json, to_json_binary,
};
use serde_json::{Value, json};

use crate::chain::{Answer, Chain};
use crate::machine::{Call, Machine};
use crate::observation::Observation;
use crate::session::succeeded;
use crate::stand::{Scene, Stand};

/// Every kept call after which a trust wants to know of a payment that failed: the last one fails.
pub(super) fn play(stand: &mut Stand) {
    let mut returned = 0;
    for scene in stand.kept() {
        let pays = scene.contract.name == "trust.wasm" && scene.call.entry == EntryPoint::Execute;
        let Some(paid) = pays.then(|| Paid::by(stand, &scene)).flatten() else {
            continue;
        };
        let failure = json!({"error": "the account cannot receive"});
        let success = json!({"ok": {"events": [], "data": null, "msg_responses": []}});
        let failed = paid.reply(&scene, &paid.id, &failure);
        returned += u64::from(succeeded(&stand.play(&failed).ours));
        stand.keep("reply".to_owned(), &failed);
        stand.play(&paid.reply(&scene, &paid.id, &success));
        stand.play(&paid.reply(&scene, &json!(77), &failure));
    }
    assert!(returned > 0, "no share came back");
}

/// What a call left behind.
struct Paid {
    seen: Observation,
    id: Value,
    payload: Value,
    /// Paid out before the payment that fails.
    before: Uint256,
}

impl Paid {
    fn by(stand: &Stand, scene: &Scene) -> Option<Self> {
        let ours = stand.pair.ours();
        let seen = ours.run(&scene.contract, &scene.call, &scene.records, &scene.chain);
        let answer: Value = serde_json::from_slice(seen.outcome.as_ref().ok()?).ok()?;
        let messages = answer["ok"]["messages"].as_array()?;
        let watched = |message: &&Value| message["reply_on"] == "error";
        let (last, others) = messages
            .iter()
            .filter(watched)
            .collect::<Vec<_>>()
            .split_last()
            .map(|(last, others)| {
                (
                    (*last).clone(),
                    others.iter().map(|message| amount(message)).sum(),
                )
            })?;
        Some(Self {
            seen,
            id: last["id"].clone(),
            payload: last["payload"].clone(),
            before: others,
        })
    }

    fn reply(&self, scene: &Scene, id: &Value, result: &Value) -> Scene {
        let env = scene.call.args[0].clone();
        let payload = &self.payload;
        let reply = json!({"id": id, "payload": payload, "gas_used": 0, "result": result});
        Scene {
            contract: Rc::clone(&scene.contract),
            call: Call {
                entry: EntryPoint::Reply,
                args: vec![env, reply.to_string().into_bytes()],
                gas_limit: scene.call.gas_limit,
            },
            records: Rc::new(self.seen.records.clone()),
            chain: Rc::new(Poorer {
                chain: Rc::clone(&scene.chain),
                by: self.before,
            }),
        }
    }
}

fn amount(message: &Value) -> Uint256 {
    let amount = message["msg"]["bank"]["send"]["amount"][0]["amount"].as_str();
    let amount = amount.expect("what is watched is a payment");
    amount.parse().expect("an amount is a number")
}

/// A chain on which the contract has paid this much more.
struct Poorer {
    chain: Rc<dyn Chain>,
    by: Uint256,
}

impl Chain for Poorer {
    fn api(&self) -> cosmwasm_vm::testing::MockApi {
        self.chain.api()
    }

    fn answer(&self, request: &[u8], gas_limit: u64, machine: &Machine) -> Answer {
        let (answer, price) = self.chain.answer(request, gas_limit, machine);
        let answer = answer.map(|answer| match answer {
            SystemResult::Ok(ContractResult::Ok(data)) => {
                let data = match from_json::<BalanceResponse>(&data) {
                    Ok(mut balance) => {
                        balance.amount.amount -= self.by;
                        to_json_binary(&balance).expect("a balance is JSON")
                    }
                    Err(_) => data,
                };
                SystemResult::Ok(ContractResult::Ok(data))
            }
            other => other,
        });
        (answer, price)
    }
}
