//! What an onlooker knows of placements: when which coins moved, and what was read. Computes each book by itself.

use std::collections::BTreeMap;

use commons_common::trust::{Authorisation, ExecuteMsg, Placement, QueryMsg};
use cosmwasm_std::Addr;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::step::{CUSTODIANS, Sent};
use crate::support::{PERIOD, Value, World, addr, name};

/// One placement: every move, and the book.
#[derive(Default)]
struct Holding {
    book: u128,
    /// When, placed, book returned.
    moves: Vec<(u64, u128, u128)>,
}

impl Holding {
    fn worth(&self, reading: &Value) -> u128 {
        let since = self
            .moves
            .iter()
            .filter(|(at, ..)| *at >= reading.opened_at);
        let (placed, returned) = since.fold((0, 0), |(p, r), (_, more, less)| (p + more, r + less));
        reading
            .value
            .saturating_add(placed)
            .saturating_sub(returned)
    }
}

/// Placements by number.
#[derive(Default)]
pub struct Placed(BTreeMap<u64, Holding>);

fn reading<'a>(world: &'a World, custodian: &Addr) -> Option<&'a Value> {
    let known = CUSTODIANS.into_iter().find(|c| addr(c) == *custodian)?;
    world.siblings.values.get(&name(known))
}

fn values(reading: Option<&Value>, period: u64, began: u64) -> bool {
    reading.is_some_and(|reading| reading.period >= period && reading.opened_at >= began)
}

impl Placed {
    /// A message that was accepted.
    pub fn sees(
        &mut self,
        before: &World,
        sent: &Sent,
        after: &World,
    ) -> Result<(), TestCaseError> {
        let placements = after.placements();
        match &sent.msg {
            ExecuteMsg::Place {
                authorisation,
                amount,
            } => {
                let act: Option<Authorisation> = before.ask(QueryMsg::Authorisation {
                    proposal: *authorisation,
                });
                let act = act.unwrap();
                prop_assert!(before.time < act.until.0, "R38: the act has ended");
                self.sees_disclosed(before, &placements)?;
                let to = placements.iter().find(|p| p.custodian == act.custodian);
                let holding = self.0.entry(to.unwrap().id.get()).or_default();
                let stale = reading(before, &act.custodian).is_some_and(|read| !read.fresh);
                prop_assert!(holding.book == 0 || !stale, "R34: a stale value");
                holding.book += amount.u128();
                holding.moves.push((before.time, amount.u128(), 0));
            }
            ExecuteMsg::Return { placement, book } => {
                let holding = self.0.get_mut(&placement.get()).unwrap();
                holding.book -= book.u128();
                holding.moves.push((before.time, 0, book.u128()));
            }
            ExecuteMsg::Revalue { placement } => {
                let of = placements.iter().find(|p| p.id == *placement).unwrap();
                let holding = self.0.get_mut(&placement.get()).unwrap();
                let worth = holding.worth(reading(before, &of.custodian).unwrap());
                prop_assert!(worth < holding.book, "R3: a gain is nothing until realised");
                holding.book = worth;
            }
            ExecuteMsg::ClosePeriod {} => self.sees_close(before, after, &placements)?,
            _ => {}
        }
        for placement in placements {
            let holding = &self.0[&placement.id.get()];
            prop_assert_eq!(placement.book.u128(), holding.book, "{:?}", sent.msg);
        }
        Ok(())
    }

    /// R4: every book on the reading that counts; unvalued only after a further period, and only then.
    fn sees_close(
        &mut self,
        before: &World,
        after: &World,
        placements: &[Placement],
    ) -> Result<(), TestCaseError> {
        let (period, closes_from) = before.open_period();
        let mut unvalued = false;
        for placement in placements {
            let holding = self.0.get_mut(&placement.id.get()).unwrap();
            if holding.book == 0 {
                continue;
            }
            let read = reading(before, &placement.custodian);
            unvalued |= !values(read, period.get(), closes_from.0 - PERIOD);
            if let Some(read) = read {
                holding.book = holding.book.min(holding.worth(read));
            }
        }
        prop_assert_eq!(after.period(period.get()).unwrap().unvalued, unvalued);
        prop_assert!(!unvalued || before.time >= closes_from.0 + PERIOD, "R4");
        Ok(())
    }

    /// R34: what was placed while the last period has every value it closed without.
    fn sees_disclosed(
        &self,
        before: &World,
        placements: &[Placement],
    ) -> Result<(), TestCaseError> {
        let (open, closes_from) = before.open_period();
        let last = open.get() - 1;
        if !before.period(last).is_some_and(|report| report.unvalued) {
            return Ok(());
        }
        for placement in placements {
            let held = self.0.get(&placement.id.get()).is_some_and(|h| h.book > 0);
            let read = reading(before, &placement.custodian);
            let valued = values(read, last, closes_from.0 - 2 * PERIOD);
            prop_assert!(!held || valued, "R34: a value is missing");
        }
        Ok(())
    }
}
