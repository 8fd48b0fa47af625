//! Steps of a decision: keys, proposals, ballots, votes, execution.

use commons_client::ballot::{sign_ballot, sign_rotation};
use commons_common::assembly::{
    self, Act, BallotRefusal, Choice, Proposal, ProposalResponse, SignedBallot,
};
use commons_common::id::{PersonId, ProposalId};
use commons_common::roll::{self, BatchReport};
use commons_common::signed::{BallotText, RotationText};
use cosmwasm_std::HexBinary;

use super::{Family, report};
use crate::cast::officer;
use crate::chain::{CHAIN_ID, Chain, Outcome};
use crate::charter::name;

impl<C: Chain> Family<C> {
    /// A person replaces their voting key (R45).
    pub fn rotate(&mut self, number: u64) {
        let rotate = self.rotation(number);
        self.run("relayer", &self.roll.clone(), &rotate, 0);
        self.rotated(number);
    }

    /// The message that replaces a person's voting key, signed with the current and with the next one.
    #[must_use]
    pub fn rotation(&self, number: u64) -> roll::ExecuteMsg {
        let person = self.person(number);
        let (old, new) = (
            person.voting_key(person.key_epoch),
            person.voting_key(person.key_epoch + 1),
        );
        let new_key = HexBinary::from(new.public());
        let text = RotationText {
            chain_id: CHAIN_ID,
            roll: &self.roll,
            person: PersonId(number),
            new_key: &new_key,
            key_epoch: person.key_epoch + 1,
        };
        roll::ExecuteMsg::Rotate {
            person: PersonId(number),
            signature: sign_rotation(&old, &text),
            possession: sign_rotation(&new, &text),
            new_key,
        }
    }

    /// Notes that a person's key was replaced.
    pub fn rotated(&mut self, number: u64) {
        for person in &mut self.persons {
            if person.number == number {
                person.key_epoch += 1;
            }
        }
    }

    /// A trustee puts an act to the vote.
    pub fn propose(&mut self, label: &str, title: &str, act: Act) -> Proposal {
        let propose = assembly::ExecuteMsg::Propose {
            title: name(title),
            act,
        };
        self.run(label, &self.assembly.clone(), &propose, 0);
        let newest: Vec<ProposalResponse> = self.chain.query(
            &self.assembly,
            &assembly::QueryMsg::ReverseProposals {
                start_before: None,
                limit: Some(1),
            },
        );
        let newest = newest.into_iter().next();
        newest.expect("what was proposed is there").proposal
    }

    /// A proposal, and where it stands.
    #[must_use]
    pub fn proposal(&self, proposal: ProposalId) -> ProposalResponse {
        self.chain
            .query(&self.assembly, &assembly::QueryMsg::Proposal { proposal })
    }

    /// A ballot signed with the person's current key.
    #[must_use]
    pub fn ballot(
        &self,
        poll: &Proposal,
        number: u64,
        choice: Choice,
        sequence: u32,
    ) -> SignedBallot {
        let person = self.person(number);
        let text = BallotText {
            chain_id: CHAIN_ID,
            assembly: &self.assembly,
            proposal: poll.id,
            poll_hash: &poll.poll_hash,
            person: PersonId(number),
            choice,
            key_epoch: person.key_epoch,
            sequence,
        };
        SignedBallot {
            person: text.person,
            choice,
            key_epoch: text.key_epoch,
            sequence,
            signature: sign_ballot(&person.voting_key(person.key_epoch), &text),
        }
    }

    /// Relays ballots; answers the report.
    pub fn relay(
        &mut self,
        poll: &Proposal,
        ballots: Vec<SignedBallot>,
    ) -> BatchReport<BallotRefusal> {
        let cast = assembly::ExecuteMsg::CastBallots {
            proposal: poll.id,
            ballots,
        };
        report(&self.run("relayer", &self.assembly.clone(), &cast, 0))
    }

    /// A person votes from their account.
    pub fn vote(&mut self, poll: &Proposal, number: u64, choice: Choice) -> Outcome {
        let account = self.person(number).account.clone();
        let vote = assembly::ExecuteMsg::Vote {
            proposal: poll.id,
            choice,
        };
        let account = account.expect("the person has an account");
        self.attempt(&account, &self.assembly.clone(), &vote, 0)
    }

    /// Anyone executes.
    pub fn execute(&mut self, poll: &Proposal) -> Outcome {
        let execute = assembly::ExecuteMsg::Execute { proposal: poll.id };
        self.attempt(&officer("stranger"), &self.assembly.clone(), &execute, 0)
    }

    /// Puts an act to the vote, lets everyone with a vote relay a yes, and executes it at the first second.
    pub fn decide(&mut self, title: &str, act: Act) -> Proposal {
        let poll = self.propose("trustee-1", title, act);
        self.chain.wait_until(poll.opens);
        let ballots = self
            .persons
            .iter()
            .map(|p| self.ballot(&poll, p.number, Choice::Yes, 1))
            .collect();
        self.relay(&poll, ballots);
        self.chain.wait_until(poll.executable_from);
        self.execute(&poll)
            .unwrap_or_else(|error| panic!("{title}: {error}"));
        poll
    }
}
