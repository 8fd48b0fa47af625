//! A trust on a small chain: storage, a bank, and siblings that answer from a model. A message that fails leaves
//! nothing behind, as on a real chain.

mod short;
mod siblings;
mod store;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use commons_common::charter::{CustodianCharter, IndexForm, MoneyCharter, SpendingRule, Unclaimed};
use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PersonId, ProposalId};
use commons_common::text::Name;
use commons_common::trust::{
    Appropriation, AppropriationKind, Declaration, ExecuteMsg, GiftLedger, InstantiateMsg, Ledgers,
    LedgersResponse, PeriodReport, Placement, QueryMsg, RevenueSource,
};
use commons_common::units::{Bps, Hash, Seconds, UnixTime};
use commons_trust::contract::{execute, instantiate, query, reply};
use commons_trust::error::TrustError;
use cosmwasm_std::testing::{MockApi, mock_env};
use cosmwasm_std::{
    Addr, BankMsg, Binary, Coin, CosmosMsg, Deps, DepsMut, Empty, Env, Event, MessageInfo,
    QuerierWrapper, Reply, ReplyOn, Response, StdError, SubMsg, SubMsgResult, Timestamp, Uint128,
    coins, from_json,
};
use serde::de::DeserializeOwned;

use siblings::Siblings;
pub use siblings::Value;
use store::Store;

/// The one denomination.
pub const DENOM: &str = "ucommon";
/// Length of a period: a year of 365 days.
pub const PERIOD: u64 = 31_536_000;
/// How long a dividend can be claimed.
pub const CLAIM_WINDOW: u64 = PERIOD / 2;
/// When the world begins.
pub const START: u64 = 1_000_000_000;

/// Base units.
pub const fn u(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

thread_local! {
    static ADDRESSES: RefCell<BTreeMap<String, Addr>> = RefCell::default();
}

/// An address of the test chain. Remembered: making one takes a hash.
pub fn addr(name: &str) -> Addr {
    ADDRESSES.with_borrow_mut(|known| {
        known
            .entry(name.to_owned())
            .or_insert_with(|| MockApi::default().addr_make(name))
            .clone()
    })
}

/// A hash for evidence and purposes.
pub fn hash() -> Hash {
    Hash::of(b"evidence")
}

pub fn name(text: &str) -> Name {
    Name::try_from(text.to_owned()).unwrap()
}

/// What the chain answers to a message that succeeded.
pub struct Done {
    pub events: Vec<Event>,
    pub data: Option<Binary>,
    /// Coins that left, to whom; failed pushes are not among them.
    pub sent: Vec<(Addr, u128)>,
}

impl Done {
    /// Whether an event of that name was emitted.
    pub fn says(&self, event: &str) -> bool {
        self.events.iter().any(|e| e.ty == event)
    }
}

/// The chain.
#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub bank: BTreeMap<Addr, u128>,
    pub siblings: Siblings,
    pub time: u64,
    pub height: u64,
    /// Accounts that cannot receive.
    pub blocked: BTreeSet<Addr>,
}

/// The money charter most tests use: proofing by a ratchet, everything realised in one year may be spent, nothing for
/// maintenance or operating.
pub fn money() -> MoneyCharter {
    MoneyCharter {
        index: name("prices"),
        index_form: IndexForm::Ratchet,
        rise_bps: Bps(2_500),
        spending: SpendingRule::AvgRealised {
            bps: Bps(10_000),
            years: 1,
        },
        maintenance_bps: Bps(0),
        operating_bps: Bps(0),
        claim_window: Seconds(CLAIM_WINDOW),
        unclaimed: Unclaimed::Income,
        custodians: ["bank", "fund"]
            .map(|custodian| CustodianCharter {
                account: addr(custodian).to_string(),
                subject: name(custodian),
            })
            .to_vec(),
        max_placed_bps: Bps(8_000),
    }
}

pub fn terms(money: MoneyCharter) -> InstantiateMsg {
    InstantiateMsg {
        assembly: addr("assembly").to_string(),
        roll: addr("roll").to_string(),
        survey: addr("survey").to_string(),
        charter_hash: Hash::of(b"charter"),
        purpose_hash: Hash::of(b"purpose"),
        denom: DENOM.to_owned(),
        period: Seconds(PERIOD),
        money,
    }
}

impl World {
    /// A chain without a trust: ten persons with a share, four trustees.
    pub fn empty() -> Self {
        Self {
            store: Store::default(),
            bank: BTreeMap::new(),
            siblings: Siblings::new(10),
            time: START,
            height: 100,
            blocked: BTreeSet::new(),
        }
    }

    /// A trust in its founding.
    pub fn founding(money: MoneyCharter) -> Self {
        let mut world = Self::empty();
        world.instantiate(terms(money), &[]).unwrap();
        world
    }

    /// A ratified trust with a base of the index, in its first period.
    pub fn living(money: MoneyCharter) -> Self {
        let mut world = Self::founding(money);
        world.siblings.index.insert(0, 100_000);
        world.act(&ExecuteMsg::Ratify {});
        world
    }

    /// A ratified trust with the usual charter.
    pub fn new() -> Self {
        Self::living(money())
    }

    pub fn instantiate(&mut self, msg: InstantiateMsg, funds: &[Coin]) -> Result<(), TrustError> {
        let info = MessageInfo {
            sender: addr("registry"),
            funds: funds.to_vec(),
        };
        self.enter(|deps, env| instantiate(deps, env, info, msg))?;
        Ok(())
    }

    pub fn env(&self) -> Env {
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(self.time);
        env.block.height = self.height;
        env.contract.address = addr("trust");
        env
    }

    /// Moves time on; a block every five seconds, one at least.
    pub fn wait(&mut self, seconds: u64) {
        self.time += seconds;
        self.height += seconds / 5 + 1;
    }

    /// Coins that the trust holds.
    pub fn held(&self) -> u128 {
        self.bank.get(&addr("trust")).copied().unwrap_or(0)
    }

    /// Sends `amount` base units with a message. Every account has as many coins as it wants to give.
    pub fn send(&mut self, by: &str, amount: u128, msg: &ExecuteMsg) -> Result<Done, TrustError> {
        let funds = if amount == 0 {
            vec![]
        } else {
            coins(amount, DENOM)
        };
        self.send_coins(by, funds, msg)
    }

    pub fn send_coins(
        &mut self,
        by: &str,
        funds: Vec<Coin>,
        msg: &ExecuteMsg,
    ) -> Result<Done, TrustError> {
        let before = self.clone();
        let result = self.try_send(by, funds, msg);
        if result.is_err() {
            *self = before;
        }
        result
    }

    fn try_send(
        &mut self,
        by: &str,
        funds: Vec<Coin>,
        msg: &ExecuteMsg,
    ) -> Result<Done, TrustError> {
        for coin in funds.iter().filter(|coin| coin.denom == DENOM) {
            *self.bank.entry(addr("trust")).or_default() +=
                Uint128::try_from(coin.amount).unwrap().u128();
        }
        let info = MessageInfo {
            sender: addr(by),
            funds,
        };
        let response = self.enter(|deps, env| execute(deps, env, info, msg.clone()))?;
        self.carry_out(response)
    }

    fn carry_out(&mut self, response: Response) -> Result<Done, TrustError> {
        let mut done = Done {
            events: response.events,
            data: response.data,
            sent: vec![],
        };
        for message in response.messages {
            match self.pay(&message) {
                Ok(payment) => done.sent.push(payment),
                Err(error) if message.reply_on == ReplyOn::Error => {
                    let reply_to = Reply {
                        id: message.id,
                        payload: message.payload,
                        gas_used: 0,
                        result: SubMsgResult::Err(error),
                    };
                    let answer = self.enter(|deps, env| reply(deps, env, reply_to))?;
                    assert!(answer.messages.is_empty());
                    done.events.extend(answer.events);
                }
                Err(error) => return Err(StdError::msg(error).into()),
            }
        }
        Ok(done)
    }

    fn pay(&mut self, message: &SubMsg) -> Result<(Addr, u128), String> {
        let CosmosMsg::Bank(BankMsg::Send { to_address, amount }) = &message.msg else {
            panic!("a trust sends nothing but coins");
        };
        let [coin] = amount.as_slice() else {
            panic!("one coin a payment");
        };
        assert_eq!(coin.denom, DENOM);
        let to = Addr::unchecked(to_address);
        if self.blocked.contains(&to) {
            return Err("the account cannot receive".to_owned());
        }
        let amount = Uint128::try_from(coin.amount).unwrap().u128();
        let held = self.bank.get_mut(&addr("trust")).unwrap();
        *held = held.checked_sub(amount).expect("the bank has the coins");
        *self.bank.entry(to.clone()).or_default() += amount;
        Ok((to, amount))
    }

    /// Calls an entry point.
    pub fn enter<R>(&mut self, call: impl FnOnce(DepsMut<'_>, Env) -> R) -> R {
        let env = self.env();
        let querier = siblings::Chain {
            siblings: &self.siblings,
            bank: &self.bank,
        };
        let deps = DepsMut {
            storage: &mut self.store,
            api: &MockApi::default(),
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        call(deps, env)
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(self.try_ask(msg).unwrap()).unwrap()
    }

    pub fn try_ask(&self, msg: QueryMsg) -> Result<Binary, TrustError> {
        let querier = siblings::Chain {
            siblings: &self.siblings,
            bank: &self.bank,
        };
        let deps = Deps {
            storage: &self.store,
            api: &MockApi::default(),
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        query(deps, self.env(), msg)
    }
}
