//! `commons ballot sign`: one ballot, signed by one key, into a file. Sends nothing. What is shown is the text that is
//! signed, taken from the very bytes.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use commons_client::ballot_file::BallotFile;
use commons_client::keys::VotingKey;
use commons_common::assembly::{ProposalStatus, VotePath};
use commons_common::id::{PersonId, ProposalId};
use commons_common::roll::Standing;
use commons_common::signed::BallotText;
use serde_json::json;

use super::super::read;
use super::Poll;
use crate::args::SignArgs;
use crate::chain::Chain;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::instant::shown;
use crate::lookup;
use crate::output::{Answer, note, warn};

/// Runs `ballot sign`.
pub fn run(args: &SignArgs) -> Result<Answer, Failure> {
    let (chain, home) = read(&args.poll.home)?;
    let trust = lookup::trust(&chain, &home.registry, args.poll.trust.as_deref())?;
    let poll = Poll::load(&chain, trust, ProposalId(args.poll.proposal))?;
    let person = PersonId(args.person);
    let standing = poll.standing_of(&chain, person)?.ok_or_else(|| {
        Failure::no(
            format!("there is no person {person}"),
            format!("the roll of {} has nobody of this number", poll.trust.name),
            "give the number that the registrar gave",
        )
    })?;
    let key = key_of(args, &home, &standing)?;
    let sequence = sequence(args, &chain, &poll, &standing)?;
    warn_if_closed(&chain, &poll);
    let ballot = BallotFile::sign(
        &key,
        &BallotText {
            chain_id: chain.id(),
            assembly: poll.assembly(),
            proposal: poll.response.proposal.id,
            poll_hash: &poll.response.proposal.poll_hash,
            person,
            choice: args.choice.into(),
            key_epoch: standing.key_epoch,
            sequence,
        },
    );
    deliver(&ballot, &args.out)
}

/// The person's key, which must be the one on the roll.
fn key_of(args: &SignArgs, home: &Home, standing: &Standing) -> Result<VotingKey, Failure> {
    let key = match &args.key {
        Some(path) => VotingKey::read(path)?,
        None => {
            note("this is a demonstration key, derived from the seed in the home: anyone has it");
            home.voting_key(standing.person)?
        }
    };
    if standing.voting_key.as_slice() == key.public() {
        return Ok(key);
    }
    Err(Failure::no(
        format!("this is not the voting key of person {}", standing.person),
        format!(
            "its public key is {}, the roll holds {}",
            hex::encode(key.public()),
            standing.voting_key
        ),
        "use the person's current key; after a rotation that is the new one",
    ))
}

/// The sequence asked for, or one above what is counted.
fn sequence(
    args: &SignArgs,
    chain: &Chain,
    poll: &Poll,
    standing: &Standing,
) -> Result<u32, Failure> {
    let counted = match poll.vote_of(chain, standing.person)?.map(|vote| vote.path) {
        Some(VotePath::Direct {}) => {
            warn(
                "this person voted from their account: only another vote from the account can replace that",
            );
            None
        }
        Some(VotePath::Signed {
            key_epoch,
            sequence,
        }) if key_epoch == standing.key_epoch => Some(sequence),
        _ => None,
    };
    let next = counted.map_or(1, |sequence| sequence.saturating_add(1));
    let chosen = args.sequence.unwrap_or(next);
    if let Some(sequence) = counted.filter(|sequence| chosen <= *sequence) {
        warn(&format!(
            "a ballot with sequence {sequence} is counted: this one, with {chosen}, cannot replace it"
        ));
    }
    Ok(chosen)
}

fn warn_if_closed(chain: &Chain, poll: &Poll) {
    let proposal = &poll.response.proposal;
    match poll.response.status {
        ProposalStatus::Open => {}
        ProposalStatus::Notice => note(&format!(
            "the poll is not open yet; it opens {}",
            shown(proposal.opens, chain.now())
        )),
        _ => warn(&format!(
            "the poll closed {}: this ballot comes too late",
            shown(proposal.closes, chain.now())
        )),
    }
}

/// To a new file, or to stdout, where the file itself is the one document.
fn deliver(ballot: &BallotFile, out: &Path) -> Result<Answer, Failure> {
    let json = ballot.to_json()?;
    if out.as_os_str() == "-" {
        for line in ballot.text.lines() {
            note(line);
        }
        return Ok(Answer {
            exit: Exit::Good,
            document: json.clone(),
            text: json,
        });
    }
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .and_then(|mut file| file.write_all(json.as_bytes()));
    written.map_err(|error| {
        Failure::input(
            format!("cannot write {}", out.display()),
            error.to_string(),
            "choose a new file: an existing one is never replaced",
        )
    })?;
    let text = format!(
        "This text is signed:\n\n{}\nThe ballot is in {}. It counts once it is relayed: commons ballot relay {} --home DIR\n",
        ballot.text,
        out.display(),
        out.display()
    );
    let body = json!({ "file": out.display().to_string(), "ballot": ballot });
    Answer::new("commons/ballot-sign/1", Exit::Good, body, text)
}
