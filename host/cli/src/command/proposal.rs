//! `commons proposal show`: act, tally beside its thresholds, how far from passing, windows, status. Decides nothing:
//! the status is the assembly's.

use commons_common::assembly::{Act, Proposal, ProposalStatus};
use commons_common::id::ProposalId;
use commons_common::trust::AppropriationKind;
use commons_common::units::UnixTime;
use serde_json::json;

use super::ballot::Poll;
use super::{grouped, read};
use crate::args::HomeArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::{rfc3339, shown};
use crate::lookup;
use crate::output::Answer;
use crate::threshold::{Threshold, cast, thresholds, yes_missing};

struct Shown {
    trust: String,
    time: UnixTime,
    status: ProposalStatus,
    thresholds: Vec<Threshold>,
    passing: bool,
    yes_missing: Option<u64>,
    proposal: Proposal,
}

/// Runs `proposal show`.
pub fn show(number: u64, args: &HomeArgs, trust: Option<&str>) -> Result<Answer, Failure> {
    let (chain, home) = read(args)?;
    let entry = lookup::trust(&chain, &home.registry, trust)?;
    let poll = Poll::load(&chain, entry, ProposalId(number))?;
    let proposal = poll.response.proposal;
    let thresholds = thresholds(&proposal.tally, &proposal.rules, proposal.electorate);
    let shown = Shown {
        trust: poll.trust.name.to_string(),
        time: chain.now(),
        status: poll.response.status,
        passing: thresholds.iter().all(|t| t.met),
        yes_missing: yes_missing(&proposal.tally, &proposal.rules, proposal.electorate),
        thresholds,
        proposal,
    };
    let body = json!({
        "trust": shown.trust,
        "time": shown.time,
        "status": shown.status,
        "thresholds": shown.thresholds,
        "passing": shown.passing,
        "yes_missing": shown.yes_missing,
        "proposal": shown.proposal,
    });
    Answer::new("commons/proposal/1", Exit::Good, body, describe(&shown))
}

fn describe(shown: &Shown) -> String {
    let (proposal, tally) = (&shown.proposal, &shown.proposal.tally);
    let mut text = format!(
        "{}, proposal {}: {}\n  act       {}\n  by        {}\n  status    {}\n\n  votes     {} yes, {} no, {} abstain: {} of {} persons\n",
        shown.trust,
        proposal.id,
        proposal.title,
        act(&proposal.act),
        proposal.proposer,
        status(shown),
        tally.yes,
        tally.no,
        tally.abstain,
        cast(tally),
        proposal.electorate
    );
    for threshold in &shown.thresholds {
        let met = if threshold.met {
            "reached"
        } else {
            "not reached"
        };
        let (name, votes, needed) = (threshold.name, threshold.votes, threshold.needed);
        text += &format!("            {name}: {votes}, needs {needed}: {met}\n");
    }
    text += &format!("  distance  {}\n", distance(shown));
    text += &format!(
        "  roll      as at the start of block {}\n",
        proposal.electorate_height
    );
    for (name, at) in [
        ("opens", proposal.opens),
        ("closes", proposal.closes),
        ("execute", proposal.executable_from),
        ("expires", proposal.expires),
    ] {
        text += &format!("  {name:<9} {}\n", self::shown(at, shown.time));
    }
    text + &format!("  poll-hash {}\n", proposal.poll_hash)
}

fn status(shown: &Shown) -> String {
    match (shown.status, shown.proposal.executed_at) {
        (ProposalStatus::Notice, _) => "announced: the poll is not open yet".to_owned(),
        (ProposalStatus::Open, _) => "open: votes are counted".to_owned(),
        (ProposalStatus::Rejected, _) => {
            "rejected: the poll closed and a threshold was missed".to_owned()
        }
        (ProposalStatus::Waiting, _) => "passed: the delay is running".to_owned(),
        (ProposalStatus::Executable, _) => "passed: anyone can have it executed now".to_owned(),
        (ProposalStatus::Executed, Some(at)) => format!("executed at {}", rfc3339(at)),
        (ProposalStatus::Executed, None) => "executed".to_owned(),
        (ProposalStatus::Expired, _) => {
            "expired: it passed and was not executed in time".to_owned()
        }
    }
}

fn distance(shown: &Shown) -> String {
    let closed = !matches!(shown.status, ProposalStatus::Notice | ProposalStatus::Open);
    match (shown.passing, shown.yes_missing) {
        (true, _) if closed => "it passed".to_owned(),
        (true, _) => "it would pass as things stand".to_owned(),
        (false, _) if closed => "it did not pass".to_owned(),
        (false, Some(missing)) => format!("{missing} more yes would carry it"),
        (false, None) => "it cannot pass any more, even if everyone else says yes".to_owned(),
    }
}

fn act(act: &Act) -> String {
    match act {
        Act::Ratify { charter_hash } => format!("ratify the charter {charter_hash}"),
        Act::Appropriate {
            kind,
            payee,
            milestones,
            lapses_at,
            ..
        } => {
            let total = milestones.iter().fold(0_u128, |sum, milestone| {
                sum.saturating_add(milestone.u128())
            });
            let kind = match kind {
                AppropriationKind::Project => "a project",
                AppropriationKind::Maintenance => "maintenance",
            };
            format!(
                "reserve {} base units for {kind} of {payee}, milestones: {}, until {}",
                grouped(total),
                milestones.len(),
                rfc3339(*lapses_at)
            )
        }
        Act::Place { custodian, max } => {
            format!(
                "allow placing up to {} base units with {custodian}",
                grouped(max.u128())
            )
        }
        Act::SetRegistrar { account, quota } => match quota {
            Some(quota) => format!("let {account} attest up to {quota} persons in an epoch"),
            None => format!("end the registrar's office of {account}"),
        },
    }
}
