//! The second reader: re-derives every ledger, declaration and tally of a trust from the journalled messages alone. Shares
//! no rule code with the contracts, never runs them and never asks them: replay catches a wrong host, only this catches a
//! wrong contract. It uses their message types, because that is what a message is.
//!
//! [`families`] finds the trusts in a chain's successful calls, [`SecondReader`] follows one of them, and [`compare`] lays
//! what it found beside what the contracts answer. The first thing that differs is a [`Difference`]: a sentence.

mod appropriation;
mod assembly;
mod attest;
mod chain;
mod close;
mod compare;
mod difference;
mod dividend;
mod family;
mod history;
mod index;
mod json;
mod ledger;
mod number;
mod placement;
mod purse;
mod roll;
mod signature;
mod step;
mod survey;
mod trust;

use commons_common::{
    assembly as assembly_msg, roll as roll_msg, survey as survey_msg, trust as trust_msg,
};
use cosmwasm_std::Coin;
use serde::de::DeserializeOwned;

pub use chain::Chain;
pub use compare::{Answers, Now, compare};
pub use difference::{Difference, Objection};
pub use family::{Family, families};
pub use ledger::Ledger;
pub use purse::Purses;
pub use step::{Call, Entry, Step};

use assembly::Assembly;
use difference::require;
use roll::Roll;
use survey::Survey;
use trust::{Siblings, Trust};

/// Signatures that the second reader checked, by kind of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Ballots.
    pub ballot: u64,
    /// Proofs of possession.
    pub possession: u64,
    /// Rotations of a key, two each.
    pub rotation: u64,
}

impl Signatures {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.ballot
            .saturating_add(self.possession)
            .saturating_add(self.rotation)
    }
}

/// One contract of the family: its second reading and its journal, once instantiated.
#[derive(Clone, Debug)]
struct Read<T> {
    model: T,
    journal: Chain,
}

/// Follows the contracts of one trust through everything they executed.
#[derive(Clone, Debug)]
pub struct SecondReader {
    chain_id: String,
    family: Family,
    roll: Option<Read<Roll>>,
    assembly: Option<Read<Assembly>>,
    survey: Option<Read<Survey>>,
    trust: Option<Read<Trust>>,
    /// Coins that came to the trust's address before the trust was there.
    early: Vec<Coin>,
    last: (u64, u64),
}

impl SecondReader {
    /// Before the first message of the family.
    #[must_use]
    pub fn new(chain_id: &str, family: Family) -> Self {
        Self {
            chain_id: chain_id.to_owned(),
            family,
            roll: None,
            assembly: None,
            survey: None,
            trust: None,
            early: Vec::new(),
            last: (0, 0),
        }
    }

    /// Reads a whole history.
    ///
    /// # Errors
    /// The first message that a contract accepted and the second reader refuses.
    pub fn read(chain_id: &str, family: &Family, steps: &[Step]) -> Result<Self, Difference> {
        let mut reader = Self::new(chain_id, family.clone());
        steps.iter().try_for_each(|step| reader.step(step))?;
        Ok(reader)
    }

    /// Follows one step; what concerns other contracts changes nothing.
    ///
    /// # Errors
    /// What a contract accepted and the second reader refuses; the reading is of no use from then on.
    pub fn step(&mut self, step: &Step) -> Result<(), Difference> {
        match step {
            Step::Transfer { to, coins } => self.transfer(to, coins),
            Step::Call(call) => self.call(call),
        }
    }

    fn transfer(&mut self, to: &str, coins: &[Coin]) -> Result<(), Difference> {
        if *to != self.family.trust {
            return Ok(());
        }
        let Some(trust) = self.trust.as_mut() else {
            self.early.extend_from_slice(coins);
            return Ok(());
        };
        let call = Call {
            contract: to.to_owned(),
            entry: Entry::Execute,
            sender: String::new(),
            funds: coins.to_vec(),
            msg: Vec::new(),
            height: self.last.0,
            time: self.last.1,
            transaction: 0,
        };
        let received = trust
            .model
            .coins(&call.funds)
            .and_then(|coins| trust.model.receive(coins));
        received.map_err(|reason| self.accepted(&call, "trust", reason))
    }

    fn call(&mut self, call: &Call) -> Result<(), Difference> {
        let (role, result) = if call.contract == self.family.roll {
            ("roll", self.call_roll(call))
        } else if call.contract == self.family.assembly {
            ("assembly", self.call_assembly(call))
        } else if call.contract == self.family.survey {
            ("survey", self.call_survey(call))
        } else if call.contract == self.family.trust {
            ("trust", self.call_trust(call))
        } else {
            return Ok(());
        };
        self.last = (call.height, call.time);
        result.map_err(|reason| self.accepted(call, role, reason))
    }

    fn accepted(&self, call: &Call, contract: &'static str, reason: Objection) -> Difference {
        Difference::Accepted {
            trust: self.family.name.clone(),
            height: call.height,
            transaction: call.transaction,
            contract,
            message: message_name(call),
            reason,
        }
    }

    fn call_roll(&mut self, call: &Call) -> Result<(), Objection> {
        match call.entry {
            Entry::Instantiate => {
                let msg: roll_msg::InstantiateMsg = parse(call)?;
                let journal = self.begin(call, &msg)?;
                let model = Roll::new(&self.chain_id, call, msg);
                begin_once(&mut self.roll, model, journal)
            }
            Entry::Execute => {
                let msg: roll_msg::ExecuteMsg = parse(call)?;
                if let Some(assembly) = &self.assembly {
                    assembly.model.require_act_for(&msg, call.time)?;
                }
                let roll = born(&mut self.roll)?;
                roll.journal.append(call, &msg)?;
                roll.model.execute(call, msg)
            }
        }
    }

    fn call_assembly(&mut self, call: &Call) -> Result<(), Objection> {
        match call.entry {
            Entry::Instantiate => {
                let msg: assembly_msg::InstantiateMsg = parse(call)?;
                let journal = self.begin(call, &msg)?;
                let model = Assembly::new(&self.chain_id, call, msg);
                begin_once(&mut self.assembly, model, journal)
            }
            Entry::Execute => {
                let msg: assembly_msg::ExecuteMsg = parse(call)?;
                let assembly = born(&mut self.assembly)?;
                let roll = born(&mut self.roll)?;
                assembly.journal.append(call, &msg)?;
                assembly
                    .model
                    .execute(call, msg, &roll.model, &assembly.journal.head)
            }
        }
    }

    fn call_survey(&mut self, call: &Call) -> Result<(), Objection> {
        match call.entry {
            Entry::Instantiate => {
                let msg: survey_msg::InstantiateMsg = parse(call)?;
                let journal = self.begin(call, &msg)?;
                begin_once(&mut self.survey, Survey::new(msg), journal)
            }
            Entry::Execute => {
                let msg: survey_msg::ExecuteMsg = parse(call)?;
                let survey = born(&mut self.survey)?;
                survey.journal.append(call, &msg)?;
                survey.model.execute(call, msg)
            }
        }
    }

    fn call_trust(&mut self, call: &Call) -> Result<(), Objection> {
        match call.entry {
            Entry::Instantiate => {
                let msg: trust_msg::InstantiateMsg = parse(call)?;
                let journal = self.begin(call, &msg)?;
                let mut model = Trust::new(msg);
                for funds in [&self.early, &call.funds] {
                    let coins = model.coins(funds)?;
                    model.receive(coins)?;
                }
                begin_once(&mut self.trust, model, journal)
            }
            Entry::Execute => {
                let msg: trust_msg::ExecuteMsg = parse(call)?;
                let siblings = Siblings {
                    roll: &born(&mut self.roll)?.model,
                    survey: &born(&mut self.survey)?.model,
                    assembly: &born(&mut self.assembly)?.model,
                };
                let trust = born(&mut self.trust)?;
                trust.journal.append(call, &msg)?;
                trust.model.execute(call, msg, siblings)
            }
        }
    }

    fn begin(&self, call: &Call, msg: &impl serde::Serialize) -> Result<Chain, Objection> {
        let mut journal = Chain::new(&self.chain_id, &call.contract);
        journal.append(call, msg)?;
        Ok(journal)
    }

    /// The family that is read.
    #[must_use]
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// The ledgers as they stand; none before the trust's first message.
    #[must_use]
    pub fn ledger(&self) -> Option<&Ledger> {
        self.trust.as_ref().map(|trust| &trust.model.ledger)
    }

    /// Closed periods, oldest first.
    #[must_use]
    pub fn periods(&self) -> &[trust_msg::PeriodReport] {
        self.trust
            .as_ref()
            .map_or(&[], |trust| &trust.model.periods)
    }

    /// Declared dividends, oldest first: each with its `n` and `per`.
    #[must_use]
    pub fn declarations(&self) -> &[trust_msg::Declaration] {
        self.trust
            .as_ref()
            .map_or(&[], |trust| &trust.model.declarations)
    }

    /// Proposals, oldest first, each with its tally.
    #[must_use]
    pub fn proposals(&self) -> &[assembly_msg::Proposal] {
        self.assembly
            .as_ref()
            .map_or(&[], |assembly| &assembly.model.proposals)
    }

    /// Persons with a vote, and with a share, at the start of a block.
    #[must_use]
    pub fn counts(&self, height: u64) -> (u64, u64) {
        self.roll
            .as_ref()
            .map_or((0, 0), |roll| roll.model.counts(height))
    }

    /// Signatures checked so far.
    #[must_use]
    pub fn signatures(&self) -> Signatures {
        let of_roll = self
            .roll
            .as_ref()
            .map(|roll| roll.model.signatures)
            .unwrap_or_default();
        let of_assembly = self
            .assembly
            .as_ref()
            .map(|a| a.model.signatures)
            .unwrap_or_default();
        Signatures {
            ballot: of_assembly.ballot,
            ..of_roll
        }
    }

    /// The journals of roll, assembly, survey and trust, as far as they began.
    #[must_use]
    pub fn journals(&self) -> [Option<&Chain>; 4] {
        [
            self.roll.as_ref().map(|read| &read.journal),
            self.assembly.as_ref().map(|read| &read.journal),
            self.survey.as_ref().map(|read| &read.journal),
            self.trust.as_ref().map(|read| &read.journal),
        ]
    }
}

fn parse<T: DeserializeOwned>(call: &Call) -> Result<T, Objection> {
    serde_json::from_slice(&call.msg)
        .map_err(|error| Objection::new(format!("it is no message of this contract: {error}")))
}

fn begin_once<T>(place: &mut Option<Read<T>>, model: T, journal: Chain) -> Result<(), Objection> {
    require(place.is_none(), || "it was instantiated before".to_owned())?;
    *place = Some(Read { model, journal });
    Ok(())
}

fn born<T>(place: &mut Option<Read<T>>) -> Result<&mut Read<T>, Objection> {
    place
        .as_mut()
        .ok_or_else(|| Objection::new("a contract of the trust was not instantiated yet"))
}

/// The name of a message: the one key of its object, as in `close_period`.
fn message_name(call: &Call) -> String {
    if call.entry == Entry::Instantiate {
        return "its instantiation".to_owned();
    }
    let value: Option<serde_json::Value> = serde_json::from_slice(&call.msg).ok();
    let name = value
        .as_ref()
        .and_then(|value| value.as_object()?.keys().next().cloned());
    name.unwrap_or_else(|| "coins".to_owned())
}
