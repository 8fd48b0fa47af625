//! Signed ballots, relayed by anyone (R49). The contract builds each text itself; one bad ballot is refused by its index
//! and never blocks the others. Only a poll that is not open refuses the whole batch.
//!
//! Order of the checks, the same for everyone: roll, key epoch, interest, what is stored, signature; then each ballot
//! whose signature holds is stored in the order of the batch, so that two ballots of one person in one batch end as
//! they would in two.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::assembly::{BallotRefusal, SignedBallot, Tally, VoteInfo, VotePath};
use commons_common::id::{PersonId, ProposalId};
use commons_common::page::MAX_BATCH;
use commons_common::proof::{self, Proof};
use commons_common::roll::{BatchReport, Refused, Standing};
use commons_common::signed::BallotText;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Api, DepsMut, Env, Event, Response, StdResult, Storage, to_json_binary};

use super::{interested_trustees, load_open};
use crate::error::ContractError;
use crate::roll::Roll;
use crate::state::{POLLS, Poll, RULES, VOTES};
use crate::{event, tally};

/// Stores every ballot that counts; answers with a report, refusals by index.
///
/// # Errors
/// `BatchSize`, `NoSuchProposal`, `PollNotOpen`, `RollAnswer`. A single ballot is no error.
pub fn run(
    deps: DepsMut<'_>,
    env: &Env,
    id: ProposalId,
    ballots: &[SignedBallot],
) -> Result<Response, ContractError> {
    if !(1..=MAX_BATCH).contains(&ballots.len()) {
        return Err(ContractError::BatchSize {
            length: ballots.len(),
            max: MAX_BATCH,
        });
    }
    let now = UnixTime::now(env);
    let mut poll = load_open(deps.storage, id, now)?;
    let rules = RULES.load(deps.storage)?;
    let persons = ballots.iter().map(|ballot| ballot.person).collect();
    let standings =
        Roll::new(deps.querier, &rules.roll).standings(persons, poll.electorate_height)?;
    let stored = stored_votes(deps.storage, id, ballots)?;

    let open = OpenPoll {
        id,
        poll: &poll,
        interested: interested_trustees(deps.storage, poll.subject.as_ref(), now)?,
        env,
    };
    let eligible = ballots
        .iter()
        .zip(&standings)
        .map(|(ballot, standing)| open.check(ballot, standing.as_ref(), &stored))
        .collect();
    let verified = open.verify(deps.api, ballots, eligible);
    let mut count = Count::new(poll.tally, stored);
    for (ballot, outcome) in ballots.iter().zip(verified) {
        count.add(ballot, outcome, env);
    }

    poll.tally = count.tally;
    for vote in count.changed() {
        VOTES.save(deps.storage, (id.get(), vote.person.get()), vote)?;
    }
    POLLS.save(deps.storage, id.get(), &poll)?;
    count.respond(id, ballots)
}

type Votes = BTreeMap<PersonId, VoteInfo>;

/// The stored votes of everyone in the batch.
fn stored_votes(
    storage: &dyn Storage,
    id: ProposalId,
    ballots: &[SignedBallot],
) -> StdResult<Votes> {
    let mut votes = Votes::new();
    for ballot in ballots {
        if let Some(vote) = VOTES.may_load(storage, (id.get(), ballot.person.get()))? {
            votes.insert(ballot.person, vote);
        }
    }
    Ok(votes)
}

/// Whether a ballot may replace what is stored: higher by (key epoch, sequence), and never a direct vote.
fn check_order(ballot: &SignedBallot, stored: Option<&VoteInfo>) -> Result<(), BallotRefusal> {
    match stored.map(|vote| vote.path) {
        Some(VotePath::Direct {}) => Err(BallotRefusal::VotedDirectly),
        Some(VotePath::Signed {
            key_epoch,
            sequence,
        }) if (ballot.key_epoch, ballot.sequence) <= (key_epoch, sequence) => {
            Err(BallotRefusal::LowerSequence)
        }
        _ => Ok(()),
    }
}

/// One poll while it is open.
struct OpenPoll<'a> {
    id: ProposalId,
    poll: &'a Poll,
    interested: BTreeSet<Addr>,
    env: &'a Env,
}

impl OpenPoll<'_> {
    /// Everything but the signature. Answers with the key to verify with.
    fn check<'s>(
        &self,
        ballot: &SignedBallot,
        standing: Option<&'s Standing>,
        stored: &Votes,
    ) -> Result<&'s Standing, BallotRefusal> {
        let standing = standing
            .filter(|standing| standing.votes)
            .ok_or(BallotRefusal::NotOnRoll)?;
        if ballot.key_epoch != standing.key_epoch {
            return Err(BallotRefusal::WrongKeyEpoch);
        }
        // Also those who declared their interest after the proposal was made.
        let interested = standing
            .account
            .as_ref()
            .is_some_and(|account| self.interested.contains(account));
        if interested || self.poll.recused.contains(&ballot.person) {
            return Err(BallotRefusal::Recused);
        }
        check_order(ballot, stored.get(&ballot.person))?;
        Ok(standing)
    }

    /// All signatures at once; when that fails, each alone.
    fn verify(
        &self,
        api: &dyn Api,
        ballots: &[SignedBallot],
        eligible: Vec<Result<&Standing, BallotRefusal>>,
    ) -> Vec<Result<(), BallotRefusal>> {
        let proofs: Vec<Proof<'_>> = ballots
            .iter()
            .zip(&eligible)
            .filter_map(|(ballot, eligible)| {
                Some(Proof {
                    text: self.text(ballot),
                    signature: &ballot.signature,
                    key: &eligible.as_ref().ok()?.voting_key,
                })
            })
            .collect();
        let mut proven = proof::verify(api, &proofs).into_iter();
        eligible
            .into_iter()
            .map(|eligible| {
                eligible?;
                // INVARIANT: there is one proof for each eligible ballot, in the same order.
                match proven.next() {
                    Some(true) => Ok(()),
                    _ => Err(BallotRefusal::BadSignature),
                }
            })
            .collect()
    }

    fn text(&self, ballot: &SignedBallot) -> String {
        BallotText {
            chain_id: &self.env.block.chain_id,
            assembly: self.env.contract.address.as_str(),
            proposal: self.id,
            poll_hash: &self.poll.poll_hash,
            person: ballot.person,
            choice: ballot.choice,
            key_epoch: ballot.key_epoch,
            sequence: ballot.sequence,
        }
        .text()
    }
}

/// The batch as it is counted, ballot by ballot.
struct Count {
    tally: Tally,
    votes: Votes,
    changed: BTreeSet<PersonId>,
    refused: Vec<Refused<BallotRefusal>>,
    accepted: u32,
    index: u32,
}

impl Count {
    const fn new(tally: Tally, votes: Votes) -> Self {
        Self {
            tally,
            votes,
            changed: BTreeSet::new(),
            refused: Vec::new(),
            accepted: 0,
            index: 0,
        }
    }

    fn add(&mut self, ballot: &SignedBallot, outcome: Result<(), BallotRefusal>, env: &Env) {
        let before = self.votes.get(&ballot.person);
        match outcome.and_then(|()| check_order(ballot, before)) {
            Ok(()) => {
                let before = before.map(|vote| vote.choice);
                self.tally = tally::replace(self.tally, before, ballot.choice);
                self.votes.insert(ballot.person, vote_of(ballot, env));
                self.changed.insert(ballot.person);
                self.accepted += 1;
            }
            Err(reason) => self.refused.push(Refused {
                index: self.index,
                reason,
            }),
        }
        self.index += 1;
    }

    fn changed(&self) -> impl Iterator<Item = &VoteInfo> {
        self.changed
            .iter()
            .filter_map(|person| self.votes.get(person))
    }

    fn respond(self, id: ProposalId, ballots: &[SignedBallot]) -> Result<Response, ContractError> {
        let mut events: Vec<Event> = self
            .refused
            .iter()
            .filter_map(|refused| {
                let ballot = ballots.get(usize::try_from(refused.index).ok()?)?;
                Some(event::ballot_refused(id, ballot.person, refused))
            })
            .collect();
        events.push(event::ballots(
            id,
            &self.tally,
            self.accepted,
            self.refused.len(),
        ));
        let report = BatchReport {
            accepted: self.accepted,
            refused: self.refused,
        };
        Ok(Response::new()
            .add_events(events)
            .set_data(to_json_binary(&report)?))
    }
}

fn vote_of(ballot: &SignedBallot, env: &Env) -> VoteInfo {
    VoteInfo {
        person: ballot.person,
        choice: ballot.choice,
        path: VotePath::Signed {
            key_epoch: ballot.key_epoch,
            sequence: ballot.sequence,
        },
        at: UnixTime::now(env),
        height: env.block.height,
    }
}
