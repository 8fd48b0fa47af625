//! The ledgers of a trust as the second reader keeps them, and what must hold after every message. Owns no rule about when
//! money moves.

use commons_common::trust::Ledgers;
use cosmwasm_std::Uint128;

use super::number::{add, sub};
use super::purse::Purses;
use super::{Objection, require};

/// The ledgers, in base units; the letters are those of the rules' notation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// `F`: contributions to principal and every proofing since.
    pub floor: u128,
    /// `L`: the part of the floor that is gone and not restored.
    pub loss: u128,
    /// `S`: proofing owed and not paid.
    pub shortfall: u128,
    /// `I`: undistributed income.
    pub income: u128,
    /// `P`: gifts for the next dividend.
    pub gifts: u128,
    /// `D`: declared and not claimed.
    pub declared: u128,
    /// `O`: operating, reserved included.
    pub operating: u128,
    /// Of `O`: what is not reserved, by purse.
    pub free: Purses,
    /// Of `O`: reserved for appropriations.
    pub reserved: u128,
    /// `X`: placed outside, at book value.
    pub placed: u128,
    /// `B`: what the bank holds.
    pub balance: u128,
    /// `G`: what came without a message.
    pub stray: u128,
}

impl Ledger {
    /// The identity, the backing line, and the bounds of single ledgers (I10, R2).
    pub(super) fn check(&self) -> Result<(), Objection> {
        let principal = sub(self.floor, self.loss, "the floor")?;
        let owed = self.owed()?;
        let assets = add(self.balance, self.placed)?;
        let claims = add(add(principal, owed)?, self.stray)?;
        require(assets == claims, || {
            format!("bank and placements hold {assets}, the ledgers and strays say {claims}")
        })?;
        require(self.balance >= owed, || {
            format!(
                "the bank holds {}, and {owed} are owed to others",
                self.balance
            )
        })?;
        require(self.placed <= principal, || {
            format!("{} are placed, the principal is {principal}", self.placed)
        })?;
        let purses = add(self.reserved, self.free.total()?)?;
        require(purses == self.operating, || {
            format!(
                "{purses} are reserved or in purses, {} are there for operating",
                self.operating
            )
        })
    }

    /// `I + P + D + O`: what is never placed outside.
    pub(super) fn owed(&self) -> Result<u128, Objection> {
        add(
            add(self.income, self.gifts)?,
            add(self.declared, self.operating)?,
        )
    }

    /// `F - L`.
    pub(super) fn principal(&self) -> Result<u128, Objection> {
        sub(self.floor, self.loss, "the floor")
    }

    /// Takes a loss: from income first, the rest is recorded against the floor (R4).
    pub(super) fn lose(&mut self, amount: u128) -> Result<(), Objection> {
        let borne = amount.min(self.income);
        self.income = sub(self.income, borne, "income")?;
        self.loss = add(self.loss, sub(amount, borne, "the loss")?)?;
        Ok(())
    }

    /// Takes a gain: what is lost is restored first, the rest is income (R4).
    pub(super) fn gain(&mut self, amount: u128) -> Result<(), Objection> {
        let restored = amount.min(self.loss);
        self.loss = sub(self.loss, restored, "the loss")?;
        self.income = add(self.income, sub(amount, restored, "the gain")?)?;
        Ok(())
    }

    /// Whether anything is owed to the floor: `L + S > 0`.
    pub(super) fn wounded(&self) -> bool {
        self.loss > 0 || self.shortfall > 0
    }

    /// The form of a trust's answers.
    #[must_use]
    pub fn to_answer(&self) -> Ledgers {
        Ledgers {
            floor: Uint128::new(self.floor),
            loss: Uint128::new(self.loss),
            shortfall: Uint128::new(self.shortfall),
            income: Uint128::new(self.income),
            gifts: Uint128::new(self.gifts),
            declared: Uint128::new(self.declared),
            operating: Uint128::new(self.operating),
            placed: Uint128::new(self.placed),
        }
    }
}
