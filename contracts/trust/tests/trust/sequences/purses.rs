//! What an onlooker knows of the operating ledger: what lies in which purse, and what is reserved out of which (R5).

use std::collections::BTreeMap;

use commons_common::trust::{
    Appropriation, AppropriationKind, ExecuteMsg, GiftLedger, LedgersResponse, Purses, QueryMsg,
};
use cosmwasm_std::Uint128;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::step::Sent;
use crate::support::World;

/// Maintenance, operating, gifts: the order in which they are used up.
type Parts = [u128; 3];

/// What is free, and what is reserved, by appropriation.
#[derive(Default)]
pub struct Budget {
    free: Parts,
    reserved: BTreeMap<u64, Parts>,
}

/// Takes `amount` out of the purses that are open; what was taken of each, and what was not there.
fn take(purses: &mut Parts, open: [bool; 3], amount: u128) -> (Parts, u128) {
    let mut taken = Parts::default();
    let mut rest = amount;
    for i in 0..3 {
        if open[i] {
            taken[i] = rest.min(purses[i]);
            purses[i] -= taken[i];
            rest -= taken[i];
        }
    }
    (taken, rest)
}

fn same(parts: &Parts, purses: &Purses) -> bool {
    *parts == [purses.maintenance, purses.operating, purses.gifts].map(|purse| purse.u128())
}

impl Budget {
    /// A message that was accepted.
    pub fn sees(
        &mut self,
        before: &World,
        sent: &Sent,
        after: &World,
    ) -> Result<(), TestCaseError> {
        match &sent.msg {
            ExecuteMsg::Contribute {
                to: GiftLedger::Operating,
            } => self.free[2] += sent.amount,
            ExecuteMsg::Appropriate {
                kind, milestones, ..
            } => {
                let ledgers = before.ledgers();
                let whole = (ledgers.loss + ledgers.shortfall).is_zero();
                let open = match kind {
                    AppropriationKind::Project => [false, whole, true],
                    AppropriationKind::Maintenance => [true, whole, true],
                };
                let amount = milestones.iter().map(Uint128::u128).sum();
                let (taken, missing) = take(&mut self.free, open, amount);
                prop_assert_eq!(missing, 0, "R5: drawn on a purse that is shut");
                let number = u64::try_from(self.reserved.len()).unwrap() + 1;
                self.reserved.insert(number, taken);
            }
            ExecuteMsg::Pay { appropriation } => {
                let stored = before.appropriation(*appropriation);
                let amount = stored.milestones[usize::try_from(stored.paid).unwrap()];
                let reserved = self.reserved.get_mut(&appropriation.get()).unwrap();
                let (_, missing) = take(reserved, [true; 3], amount.u128());
                prop_assert_eq!(missing, 0, "R2: paid what was not reserved");
            }
            ExecuteMsg::Withdraw { appropriation } => {
                let reserved = self.reserved.get_mut(&appropriation.get()).unwrap();
                for (free, part) in self.free.iter_mut().zip(std::mem::take(reserved)) {
                    *free += part;
                }
            }
            ExecuteMsg::ClosePeriod {} => {
                let report = after.period(before.open_period().0.get()).unwrap();
                let unspent = self.free[0] + self.free[1];
                prop_assert_eq!(report.budget_returned.u128(), unspent);
                self.free[0] = report.maintenance.u128();
                self.free[1] = report.operating.u128();
            }
            _ => {}
        }
        self.agrees(after)
    }

    fn agrees(&self, world: &World) -> Result<(), TestCaseError> {
        let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
        prop_assert!(same(&self.free, &answer.free), "{:?}", answer.free);
        let all: Vec<Appropriation> = world.ask(QueryMsg::ListAppropriations {
            start_after: None,
            limit: Some(100),
        });
        let mut reserved = 0;
        for one in &all {
            let parts = self.reserved[&one.id.get()];
            prop_assert!(same(&parts, &one.from), "{:?}", one);
            prop_assert_eq!(parts.iter().sum::<u128>(), one.reserved.u128());
            reserved += one.reserved.u128();
        }
        prop_assert_eq!(reserved, answer.reserved.u128());
        prop_assert_eq!(
            reserved + self.free.iter().sum::<u128>(),
            answer.ledgers.operating.u128()
        );
        Ok(())
    }
}
