//! `commons ballot show`: whether, when and how a person's vote was counted, in plain words. This is what a person reads
//! after voting; it says what the chain holds, not what was sent.

use commons_common::id::{PersonId, ProposalId};
use serde_json::json;

use super::super::read;
use super::{Poll, path_of};
use crate::args::PollArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::shown;
use crate::lookup;
use crate::output::Answer;

/// Runs `ballot show`.
pub fn run(args: &PollArgs, person: u64) -> Result<Answer, Failure> {
    let (chain, home) = read(&args.home)?;
    let trust = lookup::trust(&chain, &home.registry, args.trust.as_deref())?;
    let poll = Poll::load(&chain, trust, ProposalId(args.proposal))?;
    let person = PersonId(person);
    let vote = poll.vote_of(&chain, person)?;
    let proposal = &poll.response.proposal;
    let about = format!(
        "proposal {} of {}, \"{}\"",
        proposal.id, poll.trust.name, proposal.title
    );
    let text = match &vote {
        Some(vote) => format!(
            "Your vote is recorded in block {}.\n\n  person    {person}\n  choice    {}\n  on        {about}\n  when      {}\n  how       {}\n",
            vote.height,
            vote.choice,
            shown(vote.at, chain.now()),
            path_of(vote)
        ),
        None => format!(
            "No vote of person {person} is recorded on {about}.\nThe poll is open from {} to {}.\n",
            shown(proposal.opens, chain.now()),
            shown(proposal.closes, chain.now())
        ),
    };
    let body = json!({
        "trust": poll.trust.name,
        "proposal": proposal.id,
        "title": proposal.title,
        "person": person,
        "counted": vote.is_some(),
        "vote": vote,
    });
    Answer::new(
        "commons/ballot-show/1",
        Exit::of(vote.is_some()),
        body,
        text,
    )
}
