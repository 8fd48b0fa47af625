//! Who answers a contract's questions. The same on both sides: nobody, answers written down before, or another contract, which
//! then runs in the machine that asks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use commons_conformance::{Answer, Records};
use cosmwasm_std::{Binary, ContractResult, QueryRequest, SystemResult, WasmQuery, from_json};
use cosmwasm_vm::testing::MockApi;
use cosmwasm_vm::{Backend, BackendError, GasInfo, Querier};

use crate::sides::{Contract, Side, Work};
use crate::storage::Kept;

/// Answers one question, for at most so much gas.
pub type Ask = Rc<dyn Fn(&[u8], u64) -> Answer>;

/// The querier of one call.
#[derive(Clone)]
pub struct Asked(pub Ask);

impl Querier for Asked {
    fn query_raw(&self, request: &[u8], gas_limit: u64) -> Answer {
        (self.0)(request, gas_limit)
    }
}

/// An answer, and the gas that it cost.
type Priced = (SystemResult<ContractResult<Binary>>, u64);
/// Answers by question.
pub type Written = Rc<RefCell<BTreeMap<Vec<u8>, Priced>>>;

/// See the module.
#[derive(Clone)]
pub enum Neighbour {
    /// There is none.
    Nobody,
    /// Answers that were written down, at the price they had.
    Written(Written),
    /// A contract.
    Contract(Rc<Other>),
}

/// A contract that can be asked.
pub struct Other {
    /// Its code.
    pub contract: Rc<Contract>,
    /// Its environment.
    pub env: Vec<u8>,
    /// Its storage.
    pub records: Records,
    /// The addresses of its chain.
    pub api: MockApi,
    /// Where its answers are written down, if they are.
    pub written: Option<Written>,
}

impl Neighbour {
    /// The one who answers when `side` asks.
    pub fn ask(&self, side: &Rc<dyn Side>) -> Ask {
        match self {
            Self::Nobody => Rc::new(|_, _| unanswered()),
            Self::Written(written) => {
                let written = Rc::clone(written);
                Rc::new(move |request, _| match written.borrow().get(request) {
                    Some((answer, price)) => (Ok(answer.clone()), external(*price)),
                    None => unanswered(),
                })
            }
            Self::Contract(other) => {
                let (other, side) = (Rc::clone(other), Rc::clone(side));
                let storage = Kept::of(&other.records);
                Rc::new(move |request, _| other.answer(request, &*side, &storage))
            }
        }
    }
}

fn unanswered() -> Answer {
    let error = BackendError::unknown("nobody answers");
    (Err(error), GasInfo::free())
}

fn external(gas: u64) -> GasInfo {
    GasInfo::with_externally_used(gas)
}

impl Other {
    fn answer(&self, request: &[u8], side: &dyn Side, storage: &Kept) -> Answer {
        let request_read = from_json::<QueryRequest>(request);
        let Ok(QueryRequest::Wasm(WasmQuery::Smart { msg, .. })) = request_read else {
            return unanswered();
        };
        let surroundings = Backend {
            api: self.api,
            storage: storage.clone(),
            querier: Asked(Rc::new(|_, _| unanswered())),
        };
        let work = Work::query(self.env.clone(), msg);
        let (outcome, gas) = side.run(&self.contract, &work, surroundings);
        let answer = outcome.expect("the neighbour answers");
        let answer = SystemResult::Ok(from_json(answer).expect("an answer is JSON"));
        if let Some(written) = &self.written {
            let priced = (answer.clone(), gas);
            written.borrow_mut().insert(request.to_vec(), priced);
        }
        (Ok(answer), external(gas))
    }
}
