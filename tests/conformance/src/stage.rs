//! Owns contracts that play together: under cw-multi-test, with every call of every contract run in both machines. The answers of
//! commons-vm are those that count; that they are the same is what the tally says.

use std::cell::RefCell;
use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_std::{
    Binary, Checksum, ContractResult, Deps, DepsMut, Empty, Env, MessageInfo, MigrateInfo, Order,
    QuerierWrapper, Reply, Response, StdError, StdResult, Storage, from_json,
};
use cosmwasm_vm::testing::MockApi;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chain::{Chain, Tape};
use crate::machine::{Call, Contract};
use crate::observation::Observation;
use crate::pair::shortened;
use crate::session::kind;
use crate::stand::{Scene, Stand};
use crate::store::Records;

/// Gas of one call: more than any of these contracts needs.
const LIMIT: u64 = 500_000_000_000;

/// A contract in both machines, as cw-multi-test takes it.
pub struct Doubled {
    /// Where its calls are tallied.
    pub stand: Rc<RefCell<Stand>>,
    /// Its code.
    pub contract: Rc<Contract>,
    /// SHA-256 of its file.
    pub checksum: Checksum,
    /// The addresses of the chain.
    pub api: MockApi,
}

impl Doubled {
    /// Runs a call in both machines, with the chain's answers to whatever the contract asks.
    fn play(&self, call: Call, storage: &dyn Storage, querier: QuerierWrapper<'_>) -> Observation {
        let records: Records = storage.range(None, None, Order::Ascending).collect();
        let tape = Rc::new(Tape::new(self.api));
        let chain: Rc<dyn Chain> = tape.clone();
        let scene = Scene {
            contract: Rc::clone(&self.contract),
            call,
            records: Rc::new(records),
            chain,
        };
        // A question ends the call at which it is asked for the first time; the answer is written down and the call begins anew.
        // Answers may come from contracts on this very stage, so that nothing may be borrowed while one is waited for.
        loop {
            let ours = self.stand.borrow().pair.ours();
            let seen = ours.run(&scene.contract, &scene.call, &scene.records, &scene.chain);
            match tape.unanswered() {
                Some(question) => tape.write(question.clone(), querier.raw_query(&question)),
                None => {
                    let mut stand = self.stand.borrow_mut();
                    stand.keep(kind(&scene, &seen), &scene);
                    return stand.play(&scene).ours;
                }
            }
        }
    }

    /// A call that may write.
    fn act(
        &self,
        entry: EntryPoint,
        args: Vec<Vec<u8>>,
        deps: &mut DepsMut<'_>,
    ) -> StdResult<Response> {
        let call = Call {
            entry,
            args,
            gas_limit: LIMIT,
        };
        let before: Records = deps.storage.range(None, None, Order::Ascending).collect();
        let seen = self.play(call, deps.storage, deps.querier);
        let answer = answer(&seen)?;
        for key in before.keys().filter(|key| !seen.records.contains_key(*key)) {
            deps.storage.remove(key);
        }
        for (key, value) in &seen.records {
            if before.get(key) != Some(value) {
                deps.storage.set(key, value);
            }
        }
        Ok(answer)
    }
}

/// What a contract answered, if it did not refuse.
fn answer<T: DeserializeOwned>(seen: &Observation) -> StdResult<T> {
    match &seen.outcome {
        Ok(bytes) => match from_json::<ContractResult<T>>(bytes) {
            Ok(ContractResult::Ok(answer)) => Ok(answer),
            Ok(ContractResult::Err(refusal)) => Err(StdError::msg(refusal)),
            Err(error) => panic!("{error}: {}", shortened(bytes)),
        },
        Err(failure) => Err(StdError::msg(failure)),
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    cosmwasm_std::to_json_vec(value).expect("the chain's own values are JSON")
}

impl cw_multi_test::Contract<Empty> for Doubled {
    fn instantiate(
        &self,
        mut deps: DepsMut<'_>,
        env: Env,
        info: MessageInfo,
        msg: Vec<u8>,
    ) -> StdResult<Response> {
        let args = vec![json(&env), json(&info), msg];
        self.act(EntryPoint::Instantiate, args, &mut deps)
    }

    fn execute(
        &self,
        mut deps: DepsMut<'_>,
        env: Env,
        info: MessageInfo,
        msg: Vec<u8>,
    ) -> StdResult<Response> {
        let args = vec![json(&env), json(&info), msg];
        self.act(EntryPoint::Execute, args, &mut deps)
    }

    fn query(&self, deps: Deps<'_>, env: Env, msg: Vec<u8>) -> StdResult<Binary> {
        let call = Call {
            entry: EntryPoint::Query,
            args: vec![json(&env), msg],
            gas_limit: LIMIT,
        };
        answer(&self.play(call, deps.storage, deps.querier))
    }

    fn reply(&self, mut deps: DepsMut<'_>, env: Env, msg: Reply) -> StdResult<Response> {
        self.act(EntryPoint::Reply, vec![json(&env), json(&msg)], &mut deps)
    }

    fn sudo(&self, mut deps: DepsMut<'_>, env: Env, msg: Vec<u8>) -> StdResult<Response> {
        self.act(EntryPoint::Sudo, vec![json(&env), msg], &mut deps)
    }

    fn migrate(
        &self,
        mut deps: DepsMut<'_>,
        env: Env,
        msg: Vec<u8>,
        info: MigrateInfo,
    ) -> StdResult<Response> {
        let args = vec![json(&env), msg, json(&info)];
        self.act(EntryPoint::Migrate, args, &mut deps)
    }

    fn checksum(&self) -> Option<Checksum> {
        Some(self.checksum)
    }
}
