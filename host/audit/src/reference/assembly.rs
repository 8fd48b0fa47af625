//! The second reading of an assembly: proposals, tallies from direct and signed ballots, and which acts were carried out.
//! Never asks the assembly itself; asks the second reading of the roll who may vote.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::assembly::{
    Act, Choice, DecisionClass, ExecuteMsg, InstantiateMsg, Proposal, SignedBallot, Tally, VotePath,
};
use commons_common::charter::DecisionRules;
use commons_common::id::{PersonId, ProposalId};
use commons_common::roll::ExecuteMsg as ToRoll;
use commons_common::signed::BallotText;
use commons_common::text::Name;
use commons_common::units::{Hash, Seconds, UnixTime};
use cosmwasm_std::Addr;
use sha2::{Digest, Sha256};

use super::roll::Roll;
use super::signature::signed;
use super::{Call, Objection, Signatures, require};

/// An appropriation lapses so long after its proposal at the latest (R39): five years.
const LONGEST: Seconds = Seconds::days(5 * 365);

/// An assembly, read from its messages.
#[derive(Clone, Debug)]
pub(super) struct Assembly {
    chain_id: String,
    address: String,
    rules: InstantiateMsg,
    seated_at: u64,
    interests: BTreeMap<String, BTreeSet<String>>,
    pub(super) proposals: Vec<Proposal>,
    pub(super) votes: BTreeMap<(ProposalId, PersonId), Vote>,
    pub(super) signatures: Signatures,
}

/// A stored vote: what, how, when.
#[derive(Clone, Debug)]
pub(super) struct Vote {
    pub(super) choice: Choice,
    pub(super) path: VotePath,
    pub(super) at: u64,
    pub(super) height: u64,
}

impl Assembly {
    pub(super) fn new(chain_id: &str, call: &Call, msg: InstantiateMsg) -> Self {
        Self {
            chain_id: chain_id.to_owned(),
            address: call.contract.clone(),
            rules: msg,
            seated_at: call.time,
            interests: BTreeMap::new(),
            proposals: Vec::new(),
            votes: BTreeMap::new(),
            signatures: Signatures::default(),
        }
    }

    /// Follows one message; `head` is the journal's head with it.
    pub(super) fn execute(
        &mut self,
        call: &Call,
        msg: ExecuteMsg,
        roll: &Roll,
        head: &Hash,
    ) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::Propose { title, act } => self.propose(call, (title, act), roll, head),
            ExecuteMsg::Vote { proposal, choice } => self.vote(call, proposal, choice, roll),
            ExecuteMsg::CastBallots { proposal, ballots } => {
                self.require_open(call, proposal)?;
                for ballot in &ballots {
                    self.cast(call, proposal, ballot, roll)?;
                }
                Ok(())
            }
            ExecuteMsg::Execute { proposal } => self.carry_out(call, proposal),
            ExecuteMsg::DeclareInterest { subjects } => {
                require(self.in_office(&call.sender, call.time), || {
                    format!("{} is not a trustee in office", call.sender)
                })?;
                self.interests
                    .entry(call.sender.clone())
                    .or_default()
                    .extend(subjects);
                Ok(())
            }
        }
    }

    /// Whether an account is a trustee within the term.
    pub(super) fn in_office(&self, account: &str, now: u64) -> bool {
        let seated = self.rules.trustees.iter().any(|trustee| trustee == account);
        seated && now < self.seated_at.saturating_add(self.rules.term.0)
    }

    /// Whether a trustee has an interest in an account: declared it, or it is their own.
    pub(super) fn interested(&self, trustee: &str, subject: &str) -> bool {
        let declared = self.interests.get(trustee);
        trustee == subject || declared.is_some_and(|subjects| subjects.contains(subject))
    }

    fn propose(
        &mut self,
        call: &Call,
        (title, act): (Name, Act),
        roll: &Roll,
        head: &Hash,
    ) -> Result<(), Objection> {
        require(!roll.expiries_due(call), || {
            "expiries are waiting".to_owned()
        })?;
        let (class, rules) = self.class_of(&act)?;
        let recused = self.recused(&act, call, roll);
        let (active, _) = roll.counts(call.height);
        let opens = UnixTime(call.time).after(rules.notice);
        let closes = opens.after(rules.vote);
        let executable_from = closes.after(rules.delay);
        let expires = executable_from.after(self.rules.decisions.expiry);
        if let Act::Appropriate { lapses_at, .. } = &act {
            let latest = UnixTime(call.time).after(LONGEST);
            require((expires..=latest).contains(lapses_at), || {
                format!(
                    "the appropriation lapses at {lapses_at}, not between {expires} and {latest}"
                )
            })?;
        }
        let id = u64::try_from(self.proposals.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.proposals.push(Proposal {
            id: ProposalId(id),
            title,
            proposer: Addr::unchecked(&call.sender),
            class,
            rules,
            electorate_height: call.height,
            electorate: active.saturating_sub(u64::try_from(recused.len()).unwrap_or(u64::MAX)),
            recused,
            opens,
            closes,
            executable_from,
            expires,
            poll_hash: poll_hash(&act, call.height, (opens, closes), head)?,
            act,
            tally: Tally::default(),
            executed_at: None,
        });
        Ok(())
    }

    fn class_of(&self, act: &Act) -> Result<(DecisionClass, DecisionRules), Objection> {
        let decisions = &self.rules.decisions;
        let large = match act {
            Act::Ratify { charter_hash } => {
                let same = *charter_hash == self.rules.charter_hash;
                require(same, || {
                    "another charter's hash is to be ratified".to_owned()
                })?;
                return Ok((DecisionClass::Ratification, decisions.ratification));
            }
            Act::Appropriate { milestones, .. } => {
                super::trust::total(milestones)? > decisions.special_above.u128()
            }
            Act::Place { .. } | Act::SetRegistrar { .. } => true,
        };
        Ok(if large {
            (DecisionClass::Special, decisions.special)
        } else {
            (DecisionClass::Ordinary, decisions.ordinary)
        })
    }

    /// Trustees on the roll with an interest in who would gain (R30).
    fn recused(&self, act: &Act, call: &Call, roll: &Roll) -> Vec<PersonId> {
        let trustees = self.rules.trustees.iter();
        let persons: BTreeSet<PersonId> = trustees
            .filter(|trustee| self.has_part_in(act, trustee, call.time))
            .filter_map(|trustee| roll.person_of(trustee))
            .filter(|person| roll.voted(*person, call.height))
            .collect();
        persons.into_iter().collect()
    }

    /// Whether an account is a trustee in office with an interest in who would gain by an act.
    fn has_part_in(&self, act: &Act, account: &str, now: u64) -> bool {
        let gains = match act {
            Act::Appropriate { payee, .. } => payee,
            Act::Place { custodian, .. } => custodian,
            Act::Ratify { .. } | Act::SetRegistrar { .. } => return false,
        };
        self.in_office(account, now) && self.interested(account, gains)
    }

    fn proposal(&self, id: ProposalId) -> Result<&Proposal, Objection> {
        id.get()
            .checked_sub(1)
            .and_then(|index| self.proposals.get(usize::try_from(index).ok()?))
            .ok_or_else(|| Objection::new(format!("there is no proposal {id}")))
    }

    fn proposal_mut(&mut self, id: ProposalId) -> Option<&mut Proposal> {
        let index = usize::try_from(id.get().checked_sub(1)?).ok()?;
        self.proposals.get_mut(index)
    }

    fn require_open(&self, call: &Call, id: ProposalId) -> Result<(), Objection> {
        let poll = self.proposal(id)?;
        require((poll.opens.0..poll.closes.0).contains(&call.time), || {
            format!("the poll is not open at {}", call.time)
        })
    }

    /// On the roll at the poll's height, and neither recused when it was made nor by an interest declared since.
    fn may_vote(&self, call: &Call, poll: &Proposal, id: PersonId, roll: &Roll) -> bool {
        let account = roll.person(id).and_then(|person| person.account.as_deref());
        let part = account.is_some_and(|who| self.has_part_in(&poll.act, who, call.time));
        roll.voted(id, poll.electorate_height) && !poll.recused.contains(&id) && !part
    }

    fn vote(
        &mut self,
        call: &Call,
        id: ProposalId,
        choice: Choice,
        roll: &Roll,
    ) -> Result<(), Objection> {
        self.require_open(call, id)?;
        let person = roll
            .person_of(&call.sender)
            .filter(|person| {
                self.proposal(id)
                    .is_ok_and(|poll| self.may_vote(call, poll, *person, roll))
            })
            .ok_or_else(|| Objection::new(format!("{} has no vote in this poll", call.sender)))?;
        self.store(call, (id, person), choice, VotePath::Direct {});
        Ok(())
    }

    /// Counts one relayed ballot, or refuses it, which changes nothing (R49).
    fn cast(
        &mut self,
        call: &Call,
        id: ProposalId,
        ballot: &SignedBallot,
        roll: &Roll,
    ) -> Result<(), Objection> {
        let poll = self.proposal(id)?;
        let Some(person) = roll.person(ballot.person) else {
            return Ok(());
        };
        let higher = match self.votes.get(&(id, ballot.person)).map(|vote| vote.path) {
            None => true,
            Some(VotePath::Direct {}) => false,
            Some(VotePath::Signed {
                key_epoch,
                sequence,
            }) => (ballot.key_epoch, ballot.sequence) > (key_epoch, sequence),
        };
        let admissible = self.may_vote(call, poll, ballot.person, roll)
            && ballot.key_epoch == person.key_epoch
            && higher;
        let text = BallotText {
            chain_id: &self.chain_id,
            assembly: &self.address,
            proposal: id,
            poll_hash: &poll.poll_hash,
            person: ballot.person,
            choice: ballot.choice,
            key_epoch: ballot.key_epoch,
            sequence: ballot.sequence,
        }
        .text();
        let good = signed(&person.key, &text, &ballot.signature);
        self.signatures.ballot = self.signatures.ballot.saturating_add(1);
        if admissible && good {
            let path = VotePath::Signed {
                key_epoch: ballot.key_epoch,
                sequence: ballot.sequence,
            };
            self.store(call, (id, ballot.person), ballot.choice, path);
        }
        Ok(())
    }

    fn store(&mut self, call: &Call, key: (ProposalId, PersonId), choice: Choice, path: VotePath) {
        let vote = Vote {
            choice,
            path,
            at: call.time,
            height: call.height,
        };
        let before = self.votes.insert(key, vote);
        let Some(poll) = self.proposal_mut(key.0) else {
            return;
        };
        if let Some(before) = before {
            let count = counter(&mut poll.tally, before.choice);
            *count = count.saturating_sub(1);
        }
        let count = counter(&mut poll.tally, choice);
        *count = count.saturating_add(1);
    }

    fn carry_out(&mut self, call: &Call, id: ProposalId) -> Result<(), Objection> {
        let poll = self.proposal(id)?;
        require(poll.executed_at.is_none(), || {
            "the act was carried out before".to_owned()
        })?;
        require(
            (poll.executable_from.0..poll.expires.0).contains(&call.time),
            || format!("the act cannot be carried out at {}", call.time),
        )?;
        require(passed(poll), || {
            let Tally { yes, no, abstain } = poll.tally;
            format!("the poll missed its thresholds with {yes} yes, {no} no, {abstain} abstaining")
        })?;
        if let Some(poll) = self.proposal_mut(id) {
            poll.executed_at = Some(UnixTime(call.time));
        }
        Ok(())
    }

    /// The act of a proposal that was carried out in this very second: what a sibling's call must agree with.
    pub(super) fn carried_out(&self, id: ProposalId, now: u64) -> Result<&Act, Objection> {
        let poll = self.proposal(id)?;
        require(poll.executed_at == Some(UnixTime(now)), || {
            format!("proposal {id} was not carried out")
        })?;
        Ok(&poll.act)
    }

    /// Whether a message to the roll that only the assembly may send follows from an act that was carried out in this very
    /// second.
    pub(super) fn require_act_for(&self, msg: &ToRoll, now: u64) -> Result<(), Objection> {
        let follows = |poll: &&Proposal| match (msg, &poll.act) {
            (ToRoll::Ratify { electorate_height }, Act::Ratify { .. }) => {
                poll.electorate_height == *electorate_height
            }
            (
                ToRoll::SetRegistrar { account, quota },
                Act::SetRegistrar {
                    account: said,
                    quota: number,
                },
            ) => (account, quota) == (said, number),
            _ => false,
        };
        if !matches!(msg, ToRoll::Ratify { .. } | ToRoll::SetRegistrar { .. }) {
            return Ok(());
        }
        let mut now = self
            .proposals
            .iter()
            .filter(|poll| poll.executed_at == Some(UnixTime(now)));
        require(now.any(|poll| follows(&poll)), || {
            "no act of this kind was carried out".to_owned()
        })
    }
}

fn counter(tally: &mut Tally, choice: Choice) -> &mut u64 {
    match choice {
        Choice::Yes => &mut tally.yes,
        Choice::No => &mut tally.no,
        Choice::Abstain => &mut tally.abstain,
    }
}

/// Whether a closed poll passed: yes above no, and each of the three thresholds (R38).
fn passed(poll: &Proposal) -> bool {
    let Tally { yes, no, abstain } = poll.tally;
    let (yes, no, abstain) = (u128::from(yes), u128::from(no), u128::from(abstain));
    let whole = u128::from(poll.electorate);
    // Counts are below 2^64 and basis points below 2^16, so no product reaches 2^128.
    let reaches = |part: u128, bps: u16, of: u128| part * 10_000 >= u128::from(bps) * of;
    yes > no
        && reaches(yes, poll.rules.approval_bps.0, yes + no)
        && reaches(yes + no + abstain, poll.rules.turnout_bps.0, whole)
        && reaches(yes, poll.rules.yes_of_roll_bps.0, whole)
}

/// `sha256("commons/poll/1" ‖ len64(act) ‖ act as JSON ‖ be64(electorate height) ‖ be64(opens) ‖ be64(closes) ‖ head)`.
fn poll_hash(
    act: &Act,
    height: u64,
    (opens, closes): (UnixTime, UnixTime),
    head: &Hash,
) -> Result<Hash, Objection> {
    let json = serde_json::to_vec(act)
        .map_err(|error| Objection::new(format!("the act is not JSON: {error}")))?;
    let mut text = b"commons/poll/1".to_vec();
    text.extend_from_slice(&u64::try_from(json.len()).unwrap_or(u64::MAX).to_be_bytes());
    text.extend_from_slice(&json);
    for number in [height, opens.0, closes.0] {
        text.extend_from_slice(&number.to_be_bytes());
    }
    text.extend_from_slice(&head.0);
    Ok(Hash(Sha256::digest(&text).into()))
}
