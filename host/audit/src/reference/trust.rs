//! The second reading of a trust: its ledgers and everything they are made of. Never asks the trust itself; asks the second
//! readings of its siblings. Placements, closes, dividends and appropriations are in files of those names.

use commons_common::id::{PlacementId, ProposalId};
use commons_common::trust::{
    Appropriation, Authorisation, Declaration, ExecuteMsg, GiftLedger, InstantiateMsg,
    PeriodReport, Placement, RevenueSource,
};
use cosmwasm_std::{Coin, Uint128};
use std::collections::{BTreeMap, BTreeSet};

use commons_common::id::{DeclarationId, PersonId};

use super::assembly::Assembly;
use super::ledger::Ledger;
use super::number::{add, sub};
use super::roll::Roll;
use super::survey::Survey;
use super::{Call, Objection, require};

/// A trust, read from its messages.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    pub(super) rules: InstantiateMsg,
    pub(super) ledger: Ledger,
    pub(super) ratified_at: Option<u64>,
    /// Realised income and losses of the open period (R3, R4).
    pub(super) realised: u128,
    pub(super) losses: u128,
    pub(super) periods: Vec<PeriodReport>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) claims: BTreeSet<(DeclarationId, PersonId)>,
    pub(super) appropriations: Vec<Appropriation>,
    pub(super) placements: BTreeMap<PlacementId, Placement>,
    /// Every move of a placement, in order: when, what was placed, what book value was returned.
    pub(super) moves: BTreeMap<PlacementId, Vec<(u64, u128, u128)>>,
    /// What executed acts allow.
    pub(super) authorisations: BTreeMap<ProposalId, Authorisation>,
}

/// The second readings of a trust's siblings.
#[derive(Clone, Copy)]
pub(super) struct Siblings<'a> {
    pub(super) roll: &'a Roll,
    pub(super) survey: &'a Survey,
    pub(super) assembly: &'a Assembly,
}

impl Trust {
    pub(super) fn new(msg: InstantiateMsg) -> Self {
        Self {
            rules: msg,
            ledger: Ledger::default(),
            ratified_at: None,
            realised: 0,
            losses: 0,
            periods: Vec::new(),
            declarations: Vec::new(),
            claims: BTreeSet::new(),
            appropriations: Vec::new(),
            placements: BTreeMap::new(),
            moves: BTreeMap::new(),
            authorisations: BTreeMap::new(),
        }
    }

    /// Coins of the trust's denomination among some.
    pub(super) fn coins(&self, funds: &[Coin]) -> Result<u128, Objection> {
        let own = funds.iter().filter(|coin| coin.denom == self.rules.denom);
        own.map(|coin| coin.amount).try_fold(0, |sum, amount| {
            Uint128::try_from(amount)
                .map_err(|_| Objection::new("more coins than a ledger can hold"))
                .and_then(|amount| add(sum, amount.u128()))
        })
    }

    /// Coins that come without a message (R8).
    pub(super) fn receive(&mut self, amount: u128) -> Result<(), Objection> {
        self.ledger.balance = add(self.ledger.balance, amount)?;
        self.ledger.stray = add(self.ledger.stray, amount)?;
        Ok(())
    }

    /// Coins on their way out. What the trust sends to itself comes back as a step of its own, without a message.
    pub(super) fn send(&mut self, amount: u128) -> Result<(), Objection> {
        self.ledger.balance = sub(self.ledger.balance, amount, "the bank balance")?;
        Ok(())
    }

    pub(super) fn execute(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        let founding = matches!(msg, ExecuteMsg::Contribute { .. } | ExecuteMsg::Ratify {});
        require(founding || self.ratified_at.is_some(), || {
            "before ratification a trust takes gifts only".to_owned()
        })?;
        let coins = self.coins(&call.funds)?;
        self.ledger.balance = add(self.ledger.balance, coins)?;
        let payable = matches!(
            msg,
            ExecuteMsg::Contribute { .. } | ExecuteMsg::Revenue { .. } | ExecuteMsg::Return { .. }
        );
        require(
            payable == (coins > 0) || matches!(msg, ExecuteMsg::Return { .. }),
            || {
                format!(
                    "{coins} coins came with a message that takes {}",
                    if payable { "some" } else { "none" }
                )
            },
        )?;
        self.dispatch(call, msg, coins, siblings)?;
        self.ledger.check()
    }

    fn dispatch(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        coins: u128,
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::Contribute { to } => self.contribute(to, coins),
            ExecuteMsg::Revenue { source } => self.revenue(source, coins),
            ExecuteMsg::ClosePeriod {} => self.close(call, siblings),
            ExecuteMsg::Claim { declaration } => self.claim(call, declaration, siblings.roll),
            ExecuteMsg::ClaimFor {
                declaration,
                persons,
            } => self.claim_for(call, declaration, &persons, siblings.roll),
            ExecuteMsg::Sweep { declaration } => self.sweep(call, declaration),
            ExecuteMsg::SweepStray {} => {
                let stray = std::mem::take(&mut self.ledger.stray);
                self.ledger.floor = add(self.ledger.floor, stray)?;
                Ok(())
            }
            ExecuteMsg::Ratify {} => self.ratify(call),
            ExecuteMsg::AuthorisePlacement { .. }
            | ExecuteMsg::Place { .. }
            | ExecuteMsg::Return { .. }
            | ExecuteMsg::Revalue { .. } => self.placement(call, msg, coins, siblings),
            other => self.appropriation(call, other, siblings.assembly),
        }
    }

    pub(super) fn require_assembly(&self, call: &Call) -> Result<(), Objection> {
        require(call.sender == self.rules.assembly, || {
            format!("{} is not the assembly", call.sender)
        })
    }

    fn ratify(&mut self, call: &Call) -> Result<(), Objection> {
        self.require_assembly(call)?;
        require(self.ratified_at.is_none(), || {
            "the trust is ratified already".to_owned()
        })?;
        self.ratified_at = Some(call.time);
        Ok(())
    }

    fn contribute(&mut self, to: GiftLedger, coins: u128) -> Result<(), Objection> {
        if to == GiftLedger::Operating {
            self.ledger.free.gifts = add(self.ledger.free.gifts, coins)?;
        }
        let ledger = match to {
            GiftLedger::Principal => &mut self.ledger.floor,
            GiftLedger::Income => &mut self.ledger.income,
            GiftLedger::Dividend => &mut self.ledger.gifts,
            GiftLedger::Operating => &mut self.ledger.operating,
        };
        *ledger = add(*ledger, coins)?;
        Ok(())
    }

    fn revenue(&mut self, source: RevenueSource, coins: u128) -> Result<(), Objection> {
        match source {
            RevenueSource::Renewable => {
                self.ledger.income = add(self.ledger.income, coins)?;
                self.realised = add(self.realised, coins)?;
            }
            RevenueSource::Exhaustible => self.ledger.floor = add(self.ledger.floor, coins)?,
        }
        Ok(())
    }
}

/// The sum of an appropriation's milestones.
pub(super) fn total(milestones: &[Uint128]) -> Result<u128, Objection> {
    milestones
        .iter()
        .try_fold(0, |sum, amount| add(sum, amount.u128()))
}
