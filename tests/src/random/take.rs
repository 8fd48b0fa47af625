//! Taking a step: time that passes, or transactions that are sent. Judges nothing.

use commons_common::id::PeriodId;
use commons_common::trust::{Declaration, QueryMsg as AskTrust, StatusResponse};
use commons_common::units::{Seconds, UnixTime};

use super::plan::{Planned, plan, poll};
use super::{Step, Until};
use crate::chain::{Chain, Outcome};
use crate::charter::PERIOD;
use crate::family::Family;

/// Takes one step; answers for each transaction which step it was of and what became of it.
pub fn take<C: Chain>(family: &mut Family<C>, step: &Step) -> Vec<(Step, Outcome)> {
    let steps = match step {
        Step::Wait(days) => {
            family.wait(Seconds::days(*days));
            return Vec::new();
        }
        Step::Await(until) => {
            if let Some(time) = time_of(family, *until) {
                family.chain.wait_until(time);
            }
            return Vec::new();
        }
        Step::Together(steps) => steps.as_slice(),
        one => std::slice::from_ref(one),
    };
    let planned: Vec<(Step, Planned)> = steps
        .iter()
        .flat_map(|step| {
            let of_step = move |planned| (step.clone(), planned);
            plan(family, step).into_iter().map(of_step)
        })
        .collect();
    let (steps, transactions): (Vec<Step>, Vec<Planned>) = planned.into_iter().unzip();
    let outcomes = if matches!(step, Step::Together(_)) {
        family.together(transactions)
    } else {
        let one = |planned| family.together(vec![planned]);
        transactions.into_iter().flat_map(one).collect()
    };
    let taken: Vec<(Step, Outcome)> = steps.into_iter().zip(outcomes).collect();
    for (step, outcome) in &taken {
        match (step, outcome) {
            (Step::Rotate(person), Ok(_)) => family.rotated(*person),
            (Step::Stray(_), Err(reason)) => panic!("coins can be sent to anyone: {reason}"),
            _ => {}
        }
    }
    taken
}

/// Whether there is something to wait for.
pub fn awaited<C: Chain>(family: &Family<C>, until: Until) -> bool {
    time_of(family, until).is_some_and(|time| time > family.chain.now())
}

fn time_of<C: Chain>(family: &Family<C>, until: Until) -> Option<UnixTime> {
    let status = family.chain.query(&family.trust, &AskTrust::Status {});
    match until {
        Until::Open => poll(family, 0).map(|poll| poll.proposal.opens),
        Until::Executable => poll(family, 0).map(|poll| poll.proposal.executable_from),
        Until::PeriodOver | Until::GraceOver => match status {
            StatusResponse::Living { closes_from, .. } => Some(match until {
                Until::GraceOver => closes_from.after(PERIOD),
                _ => closes_from,
            }),
            StatusResponse::Founding {} => None,
        },
        Until::ClaimsOver => {
            let all = AskTrust::ListDeclarations {
                start_after: None,
                limit: Some(100),
            };
            let all: Vec<Declaration> = family.chain.query(&family.trust, &all);
            all.last().map(|newest| newest.claim_until)
        }
    }
}

/// The period that is open.
pub fn open_period<C: Chain>(family: &Family<C>) -> PeriodId {
    match family.chain.query(&family.trust, &AskTrust::Status {}) {
        StatusResponse::Living { period, .. } => period,
        StatusResponse::Founding {} => panic!("the trust lives"),
    }
}
