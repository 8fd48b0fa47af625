//! `commons ballot check`: everything that can be said of a ballot file before it is relayed, each as a line that holds
//! or does not. Sends nothing.

use std::path::Path;

use commons_client::ballot_file::{BallotFile, Finding};
use commons_common::assembly::{ProposalStatus, VotePath};
use commons_common::roll::Standing;
use serde::Serialize;
use serde_json::json;

use super::super::read;
use super::{Poll, explain, path_of, read_file, trust_of};
use crate::args::HomeArgs;
use crate::chain::Chain;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::shown;
use crate::output::Answer;

/// One line.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    holds: bool,
    says: String,
}

impl Check {
    fn new(name: &'static str, holds: bool, says: impl Into<String>) -> Self {
        Self {
            name,
            holds,
            says: says.into(),
        }
    }
}

/// Runs `ballot check`.
pub fn run(file: &Path, args: &HomeArgs, trust: Option<&str>) -> Result<Answer, Failure> {
    let ballot = read_file(file)?;
    let (chain, home) = read(args)?;
    let trust = trust_of(&chain, &home.registry, trust, &ballot)?;
    let poll = Poll::load(&chain, trust, ballot.proposal)?;
    let standing = poll.standing_of(&chain, ballot.person)?;
    let finding = standing
        .as_ref()
        .map(|standing| poll.examine(&chain, &ballot, standing));
    let mut checks = vec![signature(finding.as_ref())];
    match &standing {
        Some(standing) => checks.extend(person(&poll, &ballot, standing)),
        None => checks.push(Check::new(
            "person",
            false,
            format!("the roll has no person {}", ballot.person),
        )),
    }
    checks.push(order(&chain, &poll, &ballot)?);
    checks.push(window(&chain, &poll));
    let mismatch = match &finding {
        Some(Finding::OtherText(mismatch)) => Some(mismatch),
        _ => None,
    };
    let counts = checks.iter().all(|check| check.holds);
    let text = describe(&ballot, &checks, counts);
    let body = json!({
        "counts_now": counts,
        "trust": poll.trust.name,
        "ballot": ballot,
        "mismatch": mismatch,
        "checks": checks,
    });
    Answer::new("commons/ballot-check/1", Exit::of(counts), body, text)
}

fn describe(ballot: &BallotFile, checks: &[Check], counts: bool) -> String {
    let mut text = format!(
        "Ballot of person {} on proposal {}: {}\n\n",
        ballot.person, ballot.proposal, ballot.choice
    );
    for check in checks {
        let mark = if check.holds { "ok" } else { "NO" };
        text += &format!("  {mark}  {:<10} {}\n", check.name, check.says);
    }
    text + &format!(
        "\nRelayed now, it would {}be counted.\n",
        if counts { "" } else { "not " }
    )
}

fn signature(finding: Option<&Finding>) -> Check {
    match finding {
        Some(finding) => Check::new("signature", *finding == Finding::Good, explain(finding)),
        None => Check::new(
            "signature",
            false,
            "there is no key on the roll to check it with",
        ),
    }
}

fn person(poll: &Poll, ballot: &BallotFile, standing: &Standing) -> Vec<Check> {
    let proposal = &poll.response.proposal;
    let on_roll = if standing.votes {
        "had a vote when the poll was made"
    } else {
        "had no vote when the poll was made"
    };
    let mut checks = vec![Check::new("person", standing.votes, on_roll)];
    let current = ballot.key_epoch == standing.key_epoch;
    checks.push(Check::new(
        "key epoch",
        current,
        format!(
            "signed for epoch {}, the key on the roll is of epoch {}",
            ballot.key_epoch, standing.key_epoch
        ),
    ));
    if proposal.recused.contains(&ballot.person) {
        let says = "a trustee with a declared interest in the act has no vote on it (R30)";
        checks.push(Check::new("interest", false, says));
    }
    checks
}

fn order(chain: &Chain, poll: &Poll, ballot: &BallotFile) -> Result<Check, Failure> {
    let Some(vote) = poll.vote_of(chain, ballot.person)? else {
        return Ok(Check::new(
            "order",
            true,
            "nothing is counted for this person yet",
        ));
    };
    let (holds, says) = match vote.path {
        VotePath::Direct {} => (
            false,
            "which only another vote from the account can replace",
        ),
        VotePath::Signed {
            key_epoch,
            sequence,
        } if (ballot.key_epoch, ballot.sequence) <= (key_epoch, sequence) => {
            (false, "which this one is not above")
        }
        VotePath::Signed { .. } => (true, "which this one replaces"),
    };
    let says = format!("counted is {}, {}, {says}", vote.choice, path_of(&vote));
    Ok(Check::new("order", holds, says))
}

fn window(chain: &Chain, poll: &Poll) -> Check {
    let (proposal, now) = (&poll.response.proposal, chain.now());
    match poll.response.status {
        ProposalStatus::Notice => Check::new(
            "poll",
            false,
            format!("opens {}", shown(proposal.opens, now)),
        ),
        ProposalStatus::Open => Check::new(
            "poll",
            true,
            format!("open until {}", shown(proposal.closes, now)),
        ),
        _ => Check::new(
            "poll",
            false,
            format!("closed {}", shown(proposal.closes, now)),
        ),
    }
}
