//! One file a message. A verb loads, checks, computes, stores and answers; it changes the ledgers in its [`Context`],
//! which the dispatcher stores once they agree with the bank. Never stores the ledgers itself.

mod accept;
mod appropriate;
mod approve;
mod authorise_placement;
mod claim;
mod claim_for;
mod close_period;
mod contribute;
mod instantiate;
mod pay;
mod place;
mod ratify;
mod r#return;
mod revalue;
mod revenue;
mod submit;
mod sweep;
mod sweep_stray;
mod withdraw;

pub use accept::accept;
pub use appropriate::{Request, appropriate};
pub use approve::approve;
pub use authorise_placement::authorise_placement;
pub use claim::claim;
pub use claim_for::{claim_for, unreceived};
pub use close_period::close_period;
pub use contribute::contribute;
pub use instantiate::instantiate;
pub use pay::pay;
pub use place::place;
pub use ratify::ratify;
pub use r#return::take_back;
pub use revalue::revalue;
pub use revenue::revenue;
pub use submit::submit;
pub use sweep::sweep;
pub use sweep_stray::sweep_stray;
pub use withdraw::withdraw;

use commons_common::trust::{Appropriation, ConfigResponse, Ledgers};
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, BankMsg, Coin, DepsMut, Env, StdResult, Storage, Uint128, Uint256};

use crate::error::TrustError;
use crate::{ledger, sibling, state};

/// What a verb works with.
pub struct Context<'a> {
    /// Storage, addresses, queries.
    pub deps: DepsMut<'a>,
    /// Block and own address.
    pub env: &'a Env,
    /// Who sent the message.
    pub sender: &'a Addr,
    /// Coins of the one denomination that came with it, base units.
    pub received: Uint128,
    /// Siblings and rules.
    pub config: &'a ConfigResponse,
    /// The ledgers, to be changed.
    pub ledgers: Ledgers,
}

impl Context<'_> {
    /// Block time.
    pub fn now(&self) -> UnixTime {
        UnixTime::now(self.env)
    }

    /// Own bank balance now: coins that came with the message included, payments of the response not yet gone.
    pub fn balance(&self) -> StdResult<Uint256> {
        ledger::balance(
            self.deps.querier,
            &self.env.contract.address,
            &self.config.denom,
        )
    }

    /// A payment in the one denomination.
    pub fn send(&self, to: &Addr, amount: Uint128) -> BankMsg {
        BankMsg::Send {
            to_address: to.to_string(),
            amount: vec![Coin::new(amount, &self.config.denom)],
        }
    }

    /// Adds to what the open period realised (R3).
    fn realise(&mut self, amount: Uint128) -> Result<(), TrustError> {
        let mut open = state::YIELD.load(self.deps.storage)?;
        ledger::add(&mut open.realised, amount)?;
        Ok(state::YIELD.save(self.deps.storage, &open)?)
    }

    /// Takes a loss (R4) and adds it to what the open period lost.
    fn lose(&mut self, amount: Uint128) -> Result<(), TrustError> {
        ledger::lose(&mut self.ledgers, amount)?;
        let mut open = state::YIELD.load(self.deps.storage)?;
        ledger::add(&mut open.losses, amount)?;
        Ok(state::YIELD.save(self.deps.storage, &open)?)
    }

    /// Only by an executed act.
    fn only_assembly(&self) -> Result<(), TrustError> {
        if *self.sender == self.config.assembly {
            return Ok(());
        }
        Err(TrustError::NotAssembly {
            assembly: self.config.assembly.clone(),
            sender: self.sender.clone(),
        })
    }

    /// Only by a trustee in office without an interest in `subject` (R30). One's own account is an interest without
    /// being declared.
    fn only_trustee(&self, subject: &Addr) -> Result<(), TrustError> {
        let answer = sibling::trustee(self.deps.querier, self.config, self.sender, subject)?;
        if !answer.in_office {
            return Err(TrustError::NotTrustee(self.sender.clone()));
        }
        if answer.interested || self.sender == subject {
            return Err(TrustError::Interested {
                trustee: self.sender.clone(),
                subject: subject.clone(),
            });
        }
        Ok(())
    }

    /// Only before it lapses, and unless it was withdrawn.
    fn only_open(&self, appropriation: &Appropriation) -> Result<(), TrustError> {
        if appropriation.closed {
            return Err(TrustError::Closed);
        }
        if self.now() >= appropriation.lapses_at {
            return Err(TrustError::Lapsed(appropriation.lapses_at));
        }
        Ok(())
    }

    fn storage(&mut self) -> &mut dyn Storage {
        self.deps.storage
    }
}

/// Stores an appropriation under its number.
fn save(ctx: &mut Context<'_>, appropriation: &Appropriation) -> StdResult<()> {
    state::APPROPRIATIONS.save(ctx.storage(), appropriation.id.get(), appropriation)
}
