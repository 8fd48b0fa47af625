//! I5, I7 and I8 over random sequences of messages and times. (I6 and I9 are about elections.)

use std::collections::BTreeMap;

use commons_common::assembly::{Choice, ProposalStatus, QueryMsg, Tally, VoteInfo};
use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::Order;
use proptest::prelude::*;

use crate::support::{Assembly, account, appropriate, member, set_registrar};

const PERSONS: u64 = 8;
/// Sequences tried: every one of them costs signatures, which only an optimised build makes cheap.
const SEQUENCES: u32 = if cfg!(debug_assertions) { 48 } else { 1_000 };
const STEPS: usize = 50;

#[derive(Clone, Debug)]
enum Step {
    Propose {
        special: bool,
    },
    Vote {
        proposal: u64,
        person: u64,
        choice: Choice,
    },
    Cast {
        proposal: u64,
        ballots: Vec<(u64, Choice, u32, bool)>,
    },
    Rotate {
        person: u64,
    },
    Execute {
        proposal: u64,
    },
    Wait {
        days: u64,
    },
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Yes),
        Just(Choice::Yes),
        Just(Choice::No),
        Just(Choice::Abstain)
    ]
}

fn step() -> impl Strategy<Value = Step> {
    // Proposal 1 is the ratification.
    let (proposal, person) = (2..6u64, 1..=PERSONS);
    let ballot = (person.clone(), choice(), 0..4u32, prop::bool::weighted(0.9));
    prop_oneof![
        2 => any::<bool>().prop_map(|special| Step::Propose { special }),
        4 => (proposal.clone(), person.clone(), choice())
            .prop_map(|(proposal, person, choice)| Step::Vote { proposal, person, choice }),
        4 => (proposal.clone(), prop::collection::vec(ballot, 1..6))
            .prop_map(|(proposal, ballots)| Step::Cast { proposal, ballots }),
        1 => person.prop_map(|person| Step::Rotate { person }),
        3 => proposal.prop_map(|proposal| Step::Execute { proposal }),
        4 => (1..16u64).prop_map(|days| Step::Wait { days }),
    ]
}

/// What must hold of one proposal across time.
#[derive(Default)]
struct History {
    executions: BTreeMap<ProposalId, u32>,
}

impl History {
    fn take(&mut self, assembly: &mut Assembly, step: Step) {
        match step {
            Step::Propose { special } => {
                let act = if special {
                    set_registrar()
                } else {
                    appropriate(&account("payee"), &[1])
                };
                assembly.propose(&member(1), act);
            }
            // A poll that is not open, or not there, refuses; so does a ballot out of order.
            Step::Vote {
                proposal,
                person,
                choice,
            } => {
                drop(assembly.vote(person, ProposalId(proposal), choice));
            }
            Step::Cast { proposal, ballots } => Self::cast(assembly, ProposalId(proposal), ballots),
            Step::Rotate { person } => assembly.rotate(person),
            Step::Execute { proposal } => self.execute(assembly, ProposalId(proposal)),
            Step::Wait { days } => {
                let later = UnixTime(assembly.now().0 + days * 86_400);
                assembly.at(later);
            }
        }
    }

    fn cast(assembly: &mut Assembly, id: ProposalId, ballots: Vec<(u64, Choice, u32, bool)>) {
        if last_proposal(assembly) < id.get() {
            return;
        }
        let ballots = ballots
            .into_iter()
            .map(|(person, choice, sequence, honest)| {
                let mut ballot = assembly.ballot(id, person, choice, sequence);
                if !honest {
                    ballot.sequence += 1;
                }
                ballot
            })
            .collect();
        drop(assembly.try_cast(id, ballots));
    }

    /// I7 and I8: carried out once, inside its window, if at all.
    fn execute(&mut self, assembly: &mut Assembly, id: ProposalId) {
        if assembly.carry_out(id).is_err() {
            return;
        }
        let executions = self.executions.entry(id).or_default();
        *executions += 1;
        assert_eq!(*executions, 1, "executed twice");
        let proposal = assembly.proposal(id);
        let now = assembly.now();
        assert!(
            now >= proposal.closes.after(proposal.rules.delay),
            "executed early"
        );
        assert!(now < proposal.expires, "executed late");
        assert!(proposal.tally.yes > proposal.tally.no);
    }

    fn check(&self, assembly: &Assembly) {
        for id in (2..=last_proposal(assembly)).map(ProposalId) {
            let proposal = assembly.proposal(id);
            assert_eq!(
                recount(assembly, id),
                proposal.tally,
                "I5: the tally is the stored votes"
            );
            let cast = proposal.tally.yes + proposal.tally.no + proposal.tally.abstain;
            assert!(cast <= proposal.electorate);
            let executed = assembly.status(id) == ProposalStatus::Executed;
            assert_eq!(executed, self.executions.contains_key(&id));
        }
    }
}

fn last_proposal(assembly: &Assembly) -> u64 {
    commons_assembly::state::LAST_PROPOSAL
        .load(&assembly.deps.storage)
        .unwrap()
}

/// I5: counts the stored votes again; each person is there once.
fn recount(assembly: &Assembly, id: ProposalId) -> Tally {
    let votes: Vec<VoteInfo> = assembly.query(QueryMsg::ListVotes {
        proposal: id,
        start_after: None,
        limit: None,
    });
    let keys = commons_assembly::state::VOTES.prefix(id.get()).keys(
        &assembly.deps.storage,
        None,
        None,
        Order::Ascending,
    );
    assert!(
        keys.map(Result::unwrap)
            .eq(votes.iter().map(|v| v.person.get()))
    );
    votes.iter().fold(Tally::default(), |mut tally, vote| {
        match vote.choice {
            Choice::Yes => tally.yes += 1,
            Choice::No => tally.no += 1,
            Choice::Abstain => tally.abstain += 1,
        }
        tally
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(SEQUENCES))]

    /// I5, I7, I8: one choice a person; one execution, after the delay and before expiry.
    #[test]
    fn polls_count_once_and_acts_are_executed_once(steps in prop::collection::vec(step(), STEPS)) {
        let mut assembly = Assembly::ratified(PERSONS);
        let mut history = History::default();
        for step in steps {
            history.take(&mut assembly, step);
            history.check(&assembly);
        }
    }
}
