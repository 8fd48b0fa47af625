//! Owns what a contract sees of the chain around it: addresses, balances, other contracts. It must not know which machine asks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_std::{
    Binary, Coin, ContractResult, QueryRequest, SystemError, SystemResult, WasmQuery, from_json,
};
use cosmwasm_vm::testing::{MockApi, MockQuerier};
use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Querier};
use serde_json::{Value, json};

use crate::machine::{Call, Contract, Machine};
use crate::observation::Failure;
use crate::store::{Records, Trace, note};

/// The answer to a query, and its price.
pub type Answer = BackendResult<SystemResult<ContractResult<Binary>>>;

/// What is around a contract.
pub trait Chain {
    /// Its addresses.
    fn api(&self) -> MockApi {
        MockApi::default()
    }

    /// Answers a contract that runs in `machine` and has `gas_limit` left.
    fn answer(&self, request: &[u8], gas_limit: u64, machine: &Machine) -> Answer;
}

/// The querier of one call.
pub struct Answers {
    chain: Rc<dyn Chain>,
    machine: Machine,
    trace: Trace,
}

impl Answers {
    /// Answers from `chain` for a call in `machine`.
    #[must_use]
    pub fn new(chain: Rc<dyn Chain>, machine: Machine, trace: Trace) -> Self {
        Self {
            chain,
            machine,
            trace,
        }
    }
}

impl Querier for Answers {
    fn query_raw(&self, request: &[u8], gas_limit: u64) -> Answer {
        note(&self.trace, "query", (request, gas_limit));
        self.chain.answer(request, gas_limit, &self.machine)
    }
}

/// A contract that others can ask.
pub struct Deployed {
    /// Its code, in both machines.
    pub contract: Rc<Contract>,
    /// Its storage.
    pub records: Records,
}

/// A chain on which nothing happens: smart and raw queries are answered by its contracts, run in the machine that asks; all others
/// by the published mock querier.
#[derive(Default)]
pub struct World {
    /// Contracts by address.
    pub contracts: BTreeMap<String, Deployed>,
    /// Bank balances by address.
    pub balances: BTreeMap<String, Vec<Coin>>,
}

/// What a contract reads when the contract it asked did not answer; the machines' own words would differ.
const NO_ANSWER: &str = "the queried contract failed";
/// Price of an answer for which nothing runs.
const RAW: GasInfo = GasInfo {
    cost: 0,
    externally_used: 100_000,
};

impl World {
    /// Runs a query of the contract at `address`. Whoever asks pays what it costs.
    fn smart(self: &Rc<Self>, address: &str, msg: &Binary, left: u64, machine: &Machine) -> Answer {
        let Some(deployed) = self.contracts.get(address) else {
            return no_such_contract(address);
        };
        let call = Call {
            entry: EntryPoint::Query,
            args: vec![crate::machine::env(address), msg.to_vec()],
            gas_limit: left,
        };
        let chain: Rc<dyn Chain> = Rc::new(Inhabited(Rc::clone(self)));
        let seen = machine.run(&deployed.contract, &call, &deployed.records, &chain);
        let price = GasInfo::with_externally_used(seen.gas_used);
        let failed = || ContractResult::Err(NO_ANSWER.to_owned());
        let answer = match seen.outcome {
            Ok(bytes) => from_json(bytes).unwrap_or_else(|_| failed()),
            Err(Failure::OutOfGas) => return (Err(BackendError::out_of_gas()), price),
            Err(_) => failed(),
        };
        (Ok(SystemResult::Ok(answer)), price)
    }

    fn raw(&self, address: &str, key: &[u8]) -> Answer {
        let Some(deployed) = self.contracts.get(address) else {
            return no_such_contract(address);
        };
        let value = deployed.records.get(key).cloned().unwrap_or_default();
        (Ok(SystemResult::Ok(ContractResult::Ok(value.into()))), RAW)
    }
}

fn no_such_contract(address: &str) -> Answer {
    let addr = address.to_owned();
    let error = SystemError::NoSuchContract { addr };
    (Ok(SystemResult::Err(error)), RAW)
}

/// A world that can hand itself on to the contracts it runs.
pub struct Inhabited(pub Rc<World>);

impl Chain for Inhabited {
    fn answer(&self, request: &[u8], gas_limit: u64, machine: &Machine) -> Answer {
        let Inhabited(world) = self;
        if let Some(address) = all_balances_of(request) {
            let coins = world.balances.get(&address).cloned().unwrap_or_default();
            let answer = json!({ "amount": coins }).to_string();
            let answer = ContractResult::Ok(answer.into_bytes().into());
            return priced(SystemResult::Ok(answer), gas_limit);
        }
        match from_json::<QueryRequest>(request) {
            Ok(QueryRequest::Wasm(WasmQuery::Smart { contract_addr, msg })) => {
                world.smart(&contract_addr, &msg, gas_limit, machine)
            }
            Ok(QueryRequest::Wasm(WasmQuery::Raw { contract_addr, key })) => {
                world.raw(&contract_addr, &key)
            }
            _ => {
                let balances = world.balances.iter();
                let balances: Vec<(&str, &[Coin])> = balances
                    .map(|(address, coins)| (address.as_str(), coins.as_slice()))
                    .collect();
                MockQuerier::<cosmwasm_std::Empty>::new(&balances).query_raw(request, gas_limit)
            }
        }
    }
}

/// Whose balances a query of CosmWasm 1 asks for, if it is that query: the mocks of CosmWasm 3 do not know it any more.
fn all_balances_of(request: &[u8]) -> Option<String> {
    let request: Value = serde_json::from_slice(request).ok()?;
    let address = request.get("bank")?.get("all_balances")?.get("address")?;
    address.as_str().map(str::to_owned)
}

/// An answer at the price that the published mocks take.
fn priced(answer: SystemResult<ContractResult<Binary>>, gas_limit: u64) -> Answer {
    let length = cosmwasm_vm::to_vec(&answer)
        .expect("an answer is JSON")
        .len();
    let price = 100_000 + 100 * u64::try_from(length).expect("answers are short");
    let price = GasInfo::with_externally_used(price);
    if price.externally_used > gas_limit {
        return (Err(BackendError::out_of_gas()), price);
    }
    (Ok(answer), price)
}

/// Answers that were written down. A question without one ends the call, and the question is remembered.
pub struct Tape {
    api: MockApi,
    answers: RefCell<BTreeMap<Vec<u8>, SystemResult<ContractResult<Binary>>>>,
    unanswered: RefCell<Option<Vec<u8>>>,
}

impl Tape {
    /// An empty tape on a chain with these addresses.
    #[must_use]
    pub fn new(api: MockApi) -> Self {
        Self {
            api,
            answers: RefCell::default(),
            unanswered: RefCell::default(),
        }
    }

    /// The question that ended a call, if one did since the last time this was asked.
    pub fn unanswered(&self) -> Option<Vec<u8>> {
        self.unanswered.take()
    }

    /// Writes an answer down.
    pub fn write(&self, request: Vec<u8>, answer: SystemResult<ContractResult<Binary>>) {
        self.answers.borrow_mut().insert(request, answer);
    }
}

impl Chain for Tape {
    fn api(&self) -> MockApi {
        self.api
    }

    fn answer(&self, request: &[u8], gas_limit: u64, _: &Machine) -> Answer {
        let Some(answer) = self.answers.borrow().get(request).cloned() else {
            self.unanswered.replace(Some(request.to_vec()));
            return (Err(BackendError::unknown("no answer is written down")), RAW);
        };
        priced(answer, gas_limit)
    }
}
