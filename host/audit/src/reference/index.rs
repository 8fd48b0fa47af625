//! The index that a close proofs by (R6): from what, to what, and whether anybody measured it. Moves no money.

use commons_common::charter::IndexForm;
use commons_common::id::PeriodId;

use super::number::{add, ratio};
use super::survey::Survey;
use super::trust::Trust;
use super::{Objection, require};

/// The index before, after as far as it counts, and whether it was assumed.
#[derive(Clone, Copy)]
pub(super) struct Index {
    pub(super) from: u128,
    pub(super) to: u128,
    pub(super) assumed: bool,
}

impl Trust {
    pub(super) fn index(
        &self,
        period: PeriodId,
        now: u64,
        survey: &Survey,
    ) -> Result<Index, Objection> {
        let subject = &self.rules.money.index;
        let read = survey.settled(subject, period);
        let ended = self.periods.last().map(|last| last.index_to.u128());
        let ended = ended.filter(|index| *index > 0);
        let base = ended.or_else(|| survey.settled(subject, PeriodId(0)));
        match (base.filter(|index| *index > 0), read) {
            (Some(from), Some(to)) => Ok(Index {
                from,
                to: self.counted(from, to)?,
                assumed: false,
            }),
            (Some(from), None) => {
                self.require_late(period, now)?;
                Ok(Index {
                    from,
                    to: self.last_ratio_of(from)?,
                    assumed: true,
                })
            }
            // Nothing to compare with: what is read now is the base of the next close.
            (None, read) => {
                self.require_late(period, now)?;
                let both = read.unwrap_or(0);
                Ok(Index {
                    from: both,
                    to: both,
                    assumed: true,
                })
            }
        }
    }

    /// What of a reading counts: at most `rise_bps` above the index before, and a ratchet never goes back.
    fn counted(&self, from: u128, reading: u128) -> Result<u128, Objection> {
        let money = &self.rules.money;
        let most = ratio(from, add(10_000, u128::from(money.rise_bps.0))?, 10_000)?;
        let bounded = reading.min(most);
        Ok(match money.index_form {
            IndexForm::Yearly => bounded,
            IndexForm::Ratchet => bounded.max(from),
        })
    }

    /// Prices move as in the last period that ended with an index; if there was none, they are taken to stand.
    fn last_ratio_of(&self, from: u128) -> Result<u128, Objection> {
        let ended = self.periods.last().filter(|last| !last.index_to.is_zero());
        ended.map_or(Ok(from), |last| {
            let to = ratio(from, last.index_to.u128(), last.index_from.u128())?;
            Ok(to.max(1))
        })
    }

    /// Nothing is assumed before one further period has passed.
    fn require_late(&self, period: PeriodId, now: u64) -> Result<(), Objection> {
        let after = self.closes_from(PeriodId(period.get().saturating_add(1)))?;
        require(after <= now, || {
            format!(
                "no index of period {period} or no base has settled, and none may be assumed before {after}"
            )
        })
    }
}
