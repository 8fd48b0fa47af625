//! The purses in which the free part of the operating ledger lies (R5): what an appropriation may draw on, and where what it
//! does not use returns. Owns no ledger; moves nothing between income and purses.

use commons_common::trust::{AppropriationKind, Purses as Answer};
use cosmwasm_std::Uint128;

use super::number::{add, sub};
use super::{Objection, require};

/// Base units by purse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purses {
    /// From income, for maintenance and nothing else.
    pub maintenance: u128,
    /// From income, by share of what is spent.
    pub operating: u128,
    /// Given for running costs.
    pub gifts: u128,
}

impl Purses {
    /// All of it.
    pub(super) fn total(&self) -> Result<u128, Objection> {
        add(add(self.maintenance, self.operating)?, self.gifts)
    }

    /// Takes `amount` for an appropriation, purse by purse: maintenance, operating, gifts. A project leaves maintenance alone,
    /// and maintenance leaves operating alone while the floor is owed anything.
    pub(super) fn draw(
        &mut self,
        amount: u128,
        kind: AppropriationKind,
        wounded: bool,
    ) -> Result<Self, Objection> {
        let project = kind == AppropriationKind::Project;
        let open = Self {
            maintenance: if project { 0 } else { self.maintenance },
            operating: if wounded && !project {
                0
            } else {
                self.operating
            },
            gifts: self.gifts,
        };
        let taken = open.first(amount);
        let reached = taken.total()?;
        require(reached == amount, || {
            format!("{amount} are reserved where {reached} may be drawn on (R5)")
        })?;
        *self = self.less(&taken)?;
        Ok(taken)
    }

    /// Pays `amount` out of what is kept here, in the same order.
    pub(super) fn pay(&mut self, amount: u128) -> Result<(), Objection> {
        let paid = self.first(amount);
        require(paid.total()? == amount, || {
            format!("{amount} are paid out of less")
        })?;
        *self = self.less(&paid)?;
        Ok(())
    }

    /// Takes back what an appropriation kept.
    pub(super) fn take_back(&mut self, kept: &Self) -> Result<(), Objection> {
        self.maintenance = add(self.maintenance, kept.maintenance)?;
        self.operating = add(self.operating, kept.operating)?;
        self.gifts = add(self.gifts, kept.gifts)?;
        Ok(())
    }

    /// The first `amount` of what is here, or everything.
    fn first(&self, amount: u128) -> Self {
        let maintenance = amount.min(self.maintenance);
        let rest = amount.saturating_sub(maintenance);
        let operating = rest.min(self.operating);
        Self {
            maintenance,
            operating,
            gifts: rest.saturating_sub(operating).min(self.gifts),
        }
    }

    fn less(&self, part: &Self) -> Result<Self, Objection> {
        Ok(Self {
            maintenance: sub(
                self.maintenance,
                part.maintenance,
                "the purse for maintenance",
            )?,
            operating: sub(self.operating, part.operating, "the operating purse")?,
            gifts: sub(self.gifts, part.gifts, "the gifts to operating")?,
        })
    }

    /// The form of a trust's answers.
    pub(super) fn to_answer(self) -> Answer {
        Answer {
            operating: Uint128::new(self.operating),
            maintenance: Uint128::new(self.maintenance),
            gifts: Uint128::new(self.gifts),
        }
    }

    /// From the form of a trust's answers.
    pub(super) fn of_answer(answer: Answer) -> Self {
        Self {
            operating: answer.operating.u128(),
            maintenance: answer.maintenance.u128(),
            gifts: answer.gifts.u128(),
        }
    }
}
