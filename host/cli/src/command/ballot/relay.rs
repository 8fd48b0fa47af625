//! `commons ballot relay`: one batch of one poll, one block, and what became of each ballot. The assembly decides; this
//! adds which line of a text differs where the assembly can only say that a signature is wrong.

use std::path::PathBuf;

use commons_client::ballot_file::BallotFile;
use commons_client::response::contract_data;
use commons_common::assembly::{BallotRefusal, ExecuteMsg};
use commons_common::id::{PersonId, ProposalId};
use commons_common::page::MAX_BATCH;
use commons_common::roll::BatchReport;
use serde::Serialize;
use serde_json::json;

use super::super::write;
use super::{Poll, explain, read_file, trust_of};
use crate::args::{HomeArgs, TimeArgs};
use crate::chain::{Chain, Sent};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::instant::{parse, rfc3339};
use crate::output::{Answer, note};

/// What became of one ballot.
#[derive(Serialize)]
struct Fate {
    file: String,
    person: PersonId,
    counted: bool,
    reason: Option<BallotRefusal>,
    says: String,
}

/// Runs `ballot relay`.
pub fn run(
    files: &[PathBuf],
    home: &HomeArgs,
    trust: Option<&str>,
    time: &TimeArgs,
) -> Result<Answer, Failure> {
    let ballots = files
        .iter()
        .map(|path| read_file(path))
        .collect::<Result<Vec<_>, _>>()?;
    let proposal = one_poll(files, &ballots)?;
    let time = time.time.as_deref().map(parse).transpose()?;
    let (mut chain, home) = write(home)?;
    let first = ballots
        .first()
        .ok_or_else(|| Failure::internal("no ballot was given"))?;
    let trust = trust_of(&chain, &home.registry, trust, first)?;
    let poll = Poll::load(&chain, trust, proposal)?;
    note("signed by the home's relayer: a demonstration key that anyone has");
    let cast = ExecuteMsg::CastBallots {
        proposal,
        ballots: ballots.iter().map(BallotFile::relayed).collect(),
    };
    let sent = chain.call(&home.relayer(), poll.assembly(), &cast, time)?;
    let report = report(&sent)?;
    let mut fates = Vec::new();
    for (index, (path, ballot)) in (0_u32..).zip(files.iter().zip(&ballots)) {
        let reason = report
            .refused
            .iter()
            .find(|refused| refused.index == index)
            .map(|refused| refused.reason);
        fates.push(Fate {
            file: input::name(path),
            person: ballot.person,
            counted: reason.is_none(),
            reason,
            says: says(&chain, &poll, ballot, reason)?,
        });
    }
    answer(&poll, &sent, &fates)
}

/// All ballots of a batch are of one poll.
fn one_poll(files: &[PathBuf], ballots: &[BallotFile]) -> Result<ProposalId, Failure> {
    if ballots.len() > MAX_BATCH {
        return Err(Failure::new(
            Exit::Usage,
            "too many ballots for one batch",
            format!("{} were given, {MAX_BATCH} fit", ballots.len()),
            "relay them in several batches",
        ));
    }
    let proposal = ballots
        .first()
        .map_or(ProposalId(0), |ballot| ballot.proposal);
    match files
        .iter()
        .zip(ballots)
        .find(|(_, ballot)| ballot.proposal != proposal)
    {
        None => Ok(proposal),
        Some((path, ballot)) => Err(Failure::new(
            Exit::Usage,
            "the ballots are not of one poll",
            format!(
                "the first is for proposal {proposal}, {} for proposal {}",
                input::name(path),
                ballot.proposal
            ),
            "relay the ballots of each poll in a batch of their own",
        )),
    }
}

fn report(sent: &Sent) -> Result<BatchReport<BallotRefusal>, Failure> {
    let data = contract_data(&sent.result.data)?;
    let first = data.first().map(Vec::as_slice).unwrap_or_default();
    serde_json::from_slice(first).map_err(Failure::internal)
}

fn says(
    chain: &Chain,
    poll: &Poll,
    ballot: &BallotFile,
    reason: Option<BallotRefusal>,
) -> Result<String, Failure> {
    let Some(reason) = reason else {
        return Ok(format!("counted: {}", ballot.choice));
    };
    let words = match reason {
        BallotRefusal::NotOnRoll => "the person had no vote when the poll was made",
        BallotRefusal::WrongKeyEpoch => "signed for another key epoch than the key on the roll has",
        BallotRefusal::LowerSequence => "a ballot with this or a higher sequence is counted",
        BallotRefusal::VotedDirectly => {
            "the person voted from their account, which only the account can replace"
        }
        BallotRefusal::Recused => "a trustee with a declared interest in the act has no vote on it",
        BallotRefusal::BadSignature => {
            "the signature does not fit the text that the assembly builds"
        }
    };
    let standing = poll.standing_of(chain, ballot.person)?;
    let why = match (reason, &standing) {
        (BallotRefusal::BadSignature, Some(standing)) => {
            format!(": {}", explain(&poll.examine(chain, ballot, standing)))
        }
        _ => String::new(),
    };
    Ok(format!("refused: {words}{why}"))
}

fn answer(poll: &Poll, sent: &Sent, ballots: &[Fate]) -> Result<Answer, Failure> {
    let (counted, all) = (
        ballots.iter().filter(|fate| fate.counted).count(),
        ballots.len(),
    );
    let (proposal, trust) = (poll.response.proposal.id, &poll.trust.name);
    let (height, at) = (sent.height, rfc3339(sent.at));
    let mut text = format!(
        "Block {height} at {at}: {counted} of {all} counted on proposal {proposal} of {trust}\n"
    );
    for (index, fate) in ballots.iter().enumerate() {
        text += &format!(
            "  {index} {}: person {}, {}\n",
            fate.file, fate.person, fate.says
        );
    }
    let body = json!({
        "trust": trust,
        "proposal": proposal,
        "height": height,
        "time": sent.at,
        "counted": counted,
        "ballots": ballots,
    });
    Answer::new(
        "commons/ballot-relay/1",
        Exit::of(counted == all),
        body,
        text,
    )
}
