//! I1 to I4 over random sequences of messages, with real keys. `Watch` keeps its own books beside the contract's.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::id::PersonId;
use commons_common::roll::{
    Attestation, ExecuteMsg, MemberListResponse, MemberResponse, Person, QueryMsg, Status,
    TotalWeightResponse,
};
use commons_common::units::Bps;
use commons_roll::contract::query;
use cosmwasm_std::{Addr, from_json};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::support::{
    ADMISSION, Applicant, EPOCH, FOUNDED, RENEWAL, Roll, VALIDITY, addr, registrar, rotation, rules,
};

/// Sequences tried: every one of them costs signatures, which only an optimised build makes cheap.
const SEQUENCES: u32 = if cfg!(debug_assertions) { 64 } else { 1_000 };
const STEPS: usize = 50;
/// Past heights asked about after every message; after the last one, all of them.
const RECENT: usize = 3;
const THRESHOLD: usize = 2;
const SMALL_QUOTA: u32 = 4;
const GROWTH: Bps = Bps(2_000);

#[derive(Clone, Debug)]
enum Step {
    Attest { by: usize, whom: Vec<usize> },
    Settle { limit: u32 },
    Expire { limit: u32 },
    Renew { by: usize, whom: Vec<u64> },
    Rotate { person: u64, to: u16 },
    SetRegistrar { index: usize, quota: Option<u32> },
    Ratify,
    Pass { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..5_usize, vec(0..POOL, 1..8)).prop_map(|(by, whom)| Step::Attest { by, whom }),
        3 => (0..6_u32).prop_map(|limit| Step::Settle { limit }),
        2 => (0..6_u32).prop_map(|limit| Step::Expire { limit }),
        3 => (0..5_usize, vec(0..12_u64, 1..6)).prop_map(|(by, whom)| Step::Renew { by, whom }),
        2 => (1..8_u64, 0..40_u16).prop_map(|(person, to)| Step::Rotate { person, to }),
        1 => (0..6_usize, option::of(1..6_u32))
            .prop_map(|(index, quota)| Step::SetRegistrar { index, quota }),
        1 => Just(Step::Ratify),
        5 => prop_oneof![
            Just(0),
            Just(1),
            Just(ADMISSION),
            Just(EPOCH),
            Just(VALIDITY - RENEWAL),
            Just(VALIDITY),
            0..2 * ADMISSION,
        ]
        .prop_map(|seconds| Step::Pass { seconds }),
    ]
}

const POOL: usize = 24;

/// Applicants that clash: some share a nullifier, some an account, some a key, some have no account.
fn pool() -> Vec<Applicant> {
    (0..24_u16)
        .map(|i| Applicant {
            nullifier: i % 17,
            account: (i % 5 != 4).then_some(i % 19),
            key: i % 21,
            class: u8::from(i % 2 == 1),
        })
        .collect()
}

/// The books of the test.
struct Watch {
    roll: Roll,
    attestations: Vec<Attestation>,
    /// Seed of each person's current key.
    keys: BTreeMap<u64, u16>,
    /// Every key that was ever a person's.
    all_keys: BTreeSet<Vec<u8>>,
    persons: u64,
    /// Who ever had a vote.
    voted: BTreeSet<u64>,
    ratified_with: Option<u64>,
    /// The epoch of ratification, who joined since its poll, and who might.
    ratified_in: Option<(u64, u64, u64)>,
    quotas: BTreeMap<Addr, u32>,
    /// (epoch, registrar) -> highest quota held in it.
    highest_quota: BTreeMap<(u64, Addr), u32>,
    /// Epoch -> most Active persons seen in it.
    most_active: BTreeMap<u64, u64>,
    /// Height -> (active, sharing, who votes, whose window was noted as over) at its start.
    history: BTreeMap<u64, (u64, u64, BTreeSet<u64>, u64)>,
}

impl Watch {
    fn new() -> Self {
        let mut rules = rules();
        rules.growth_bps = GROWTH;
        for registrar in &mut rules.registrars {
            registrar.quota = SMALL_QUOTA;
        }
        let roll = Roll::with(rules);
        let attestations = pool().iter().map(|a| a.attestation(&roll.env)).collect();
        Self {
            roll,
            attestations,
            keys: BTreeMap::new(),
            all_keys: BTreeSet::new(),
            persons: 0,
            voted: BTreeSet::new(),
            ratified_with: None,
            ratified_in: None,
            quotas: (0..5).map(|i| (registrar(i), SMALL_QUOTA)).collect(),
            highest_quota: BTreeMap::new(),
            most_active: BTreeMap::new(),
            history: BTreeMap::new(),
        }
    }

    fn epoch(&self) -> u64 {
        (self.roll.now() - FOUNDED) / EPOCH
    }

    fn note(&mut self) {
        let epoch = self.epoch();
        for (account, quota) in &self.quotas {
            let highest = self
                .highest_quota
                .entry((epoch, account.clone()))
                .or_default();
            *highest = (*highest).max(*quota);
        }
        let active = total(&self.roll, None);
        let most = self.most_active.entry(epoch).or_default();
        *most = (*most).max(active);
    }

    fn take(&mut self, step: Step) {
        self.note();
        match step {
            Step::Attest { by, whom } => {
                let persons = whom.iter().map(|i| self.attestations[*i].clone()).collect();
                // Fails if the registrar was dismissed: then nothing happens.
                let sent = self
                    .roll
                    .send(&registrar(by), ExecuteMsg::Attest { persons });
                assert_eq!(sent.is_ok(), self.quotas.contains_key(&registrar(by)));
            }
            Step::Settle { limit } => self.roll.settle(limit),
            Step::Expire { limit } => self.roll.expire(limit),
            Step::Renew { by, whom } => {
                let persons = whom.into_iter().map(PersonId).collect();
                let sent = self
                    .roll
                    .send(&registrar(by), ExecuteMsg::Renew { persons });
                assert_eq!(sent.is_ok(), self.quotas.contains_key(&registrar(by)));
            }
            Step::Rotate { person, to } => self.rotate(person, to),
            Step::SetRegistrar { index, quota } => self.set_registrar(index, quota),
            Step::Ratify => {
                self.ratify();
            }
            Step::Pass { seconds } => {
                self.remember();
                self.roll.pass(seconds);
            }
        }
        self.note();
        self.learn_new_persons();
    }

    /// As of this block's start, which the books remember.
    fn ratify(&mut self) {
        let height = self.roll.height();
        let known = self.history.get(&height);
        let (voters, counted) = known.map_or((0, 0), |before| (before.0, before.3));
        let joined = self.persons - counted;
        let bound = GROWTH.floor_of_count(voters).max(1);
        let sent = self.roll.ratify_as_of(height);
        let allowed = self.ratified_with.is_none() && joined <= bound;
        assert_eq!(sent.is_ok(), allowed, "R43: {joined} of {bound}");
        if allowed {
            self.ratified_with = Some(self.persons);
            self.ratified_in = Some((self.epoch(), joined, bound));
        }
    }

    fn rotate(&mut self, person: u64, to: u16) {
        let Some(from) = self.keys.get(&person).copied() else {
            return;
        };
        let epoch = self.roll.person(person).key_epoch + 1;
        let msg = rotation(&self.roll.env, person, (from, to), epoch);
        let ExecuteMsg::Rotate { new_key, .. } = &msg else {
            panic!("a rotation");
        };
        let free = self.all_keys.insert(new_key.to_vec());
        let sent = self.roll.send(&addr("relayer"), msg);
        assert_eq!(sent.is_ok(), free, "I1: a key that was ever taken");
        if free {
            self.keys.insert(person, to);
        }
    }

    fn set_registrar(&mut self, index: usize, quota: Option<u32>) {
        let account = registrar(index);
        let msg = ExecuteMsg::SetRegistrar {
            account: account.to_string(),
            quota,
        };
        if self.roll.send(&addr("assembly"), msg).is_err() {
            return;
        }
        match quota {
            Some(quota) => self.quotas.insert(account, quota),
            None => self.quotas.remove(&account),
        };
        assert!(self.quotas.len() >= 3, "C6");
    }

    fn learn_new_persons(&mut self) {
        while let Some(person) = may_person(&self.roll, self.persons + 1) {
            self.persons += 1;
            assert!(self.all_keys.insert(person.voting_key.to_vec()), "I1");
            let seed = self
                .attestations
                .iter()
                .position(|a| a.voting_key == person.voting_key)
                .map(|i| pool()[i].key);
            self.keys.insert(person.id.get(), seed.unwrap());
        }
    }

    /// What the next block must answer for its start.
    fn remember(&mut self) {
        let height = self.roll.height() + 1;
        let persons = self.all_persons();
        let voters: BTreeSet<u64> = active(&persons).map(|p| p.id.get()).collect();
        let sharing = (1..=self.persons)
            .filter(|id| self.roll.marks(*id).1)
            .count();
        let sharing = u64::try_from(sharing).unwrap();
        self.voted.extend(&voters);
        let arrived = u64::try_from(self.voted.len()).unwrap();
        self.history
            .insert(height, (count(&persons), sharing, voters, arrived));
    }

    fn all_persons(&self) -> Vec<Person> {
        (1..=self.persons).map(|id| self.roll.person(id)).collect()
    }

    fn check(&self) {
        let persons = self.all_persons();
        self.check_injective(&persons);
        self.check_total(&persons, RECENT);
        self.check_weight(&persons);
        self.check_admissions(&persons);
    }

    /// I1: accounts, voting keys and nullifiers are injective.
    fn check_injective(&self, persons: &[Person]) {
        let nullifiers: BTreeSet<_> = persons.iter().map(|p| p.nullifier.clone()).collect();
        let keys: BTreeSet<_> = persons.iter().map(|p| p.voting_key.to_vec()).collect();
        let accounts: Vec<_> = persons.iter().filter_map(|p| p.account.clone()).collect();
        let distinct: BTreeSet<_> = accounts.iter().collect();
        assert_eq!(nullifiers.len(), persons.len(), "I1: nullifiers");
        assert_eq!(keys.len(), persons.len(), "I1: keys");
        assert_eq!(distinct.len(), accounts.len(), "I1: accounts");
    }

    /// I2: the total is the number of Active persons, now and at every height.
    fn check_total(&self, persons: &[Person], heights: usize) {
        assert_eq!(total(&self.roll, None), count(persons), "I2: now");
        for person in persons {
            let (votes, shares) = self.roll.marks(person.id.get());
            assert_eq!(votes, person.status == Status::Active, "I2: standing");
            assert!(votes || !shares, "a share without a vote");
        }
        for (height, (active, sharing, voters, _)) in self.history.iter().rev().take(heights) {
            assert_eq!(total(&self.roll, Some(*height)), *active, "I2: at {height}");
            let electorate = self.roll.electorate(*height);
            assert_eq!((electorate.active, electorate.sharing), (*active, *sharing));
            for id in 1..=self.persons {
                let votes = self.roll.standing(id, *height).unwrap().votes;
                assert_eq!(votes, voters.contains(&id), "I2: person {id} at {height}");
            }
        }
    }

    /// I3: the weight of an account is 1 for who is Active, and none for everyone else.
    fn check_weight(&self, persons: &[Person]) {
        for person in persons {
            let Some(account) = &person.account else {
                continue;
            };
            let response: MemberResponse = self.roll.ask(QueryMsg::Member {
                addr: account.to_string(),
                at_height: None,
            });
            let expected = (person.status == Status::Active).then_some(1);
            assert_eq!(response.weight, expected, "I3");
        }
        let page: MemberListResponse = self.roll.ask(QueryMsg::ListMembers {
            start_after: None,
            limit: Some(100),
        });
        let with_account = active(persons).filter(|p| p.account.is_some()).count();
        assert_eq!(page.members.len(), with_account);
        assert!(page.members.iter().all(|m| m.weight == 1), "I3");
    }

    /// I4: admissions of an epoch are at most its quotas' sum / k, and after ratification the growth bound.
    fn check_admissions(&self, persons: &[Person]) {
        let mut admitted: BTreeMap<u64, (usize, u64)> = BTreeMap::new();
        for person in persons {
            let epoch = (person.admitted.0 - FOUNDED) / EPOCH;
            let (all, bounded) = admitted.entry(epoch).or_default();
            *all += 1;
            if self
                .ratified_with
                .is_some_and(|before| person.id.get() > before)
            {
                *bounded += 1;
            }
        }
        for (epoch, (all, bounded)) in admitted {
            let quotas: u32 = self
                .highest_quota
                .iter()
                .filter(|((e, _), _)| *e == epoch)
                .map(|(_, quota)| *quota)
                .sum();
            let quotas = usize::try_from(quotas).unwrap();
            assert!(all * THRESHOLD <= quotas, "I4: quotas of epoch {epoch}");
            let bound = GROWTH.floor_of_count(self.most_active[&epoch]).max(1);
            assert!(bounded <= bound, "I4: growth of epoch {epoch}");
            if let Some((_, joined, bound)) = self.ratified_in.filter(|(e, ..)| *e == epoch) {
                assert!(joined + bounded <= bound, "I4: since the ratifying poll");
            }
        }
    }
}

fn total(roll: &Roll, at_height: Option<u64>) -> u64 {
    let response: TotalWeightResponse = roll.ask(QueryMsg::TotalWeight { at_height });
    response.weight
}

fn may_person(roll: &Roll, id: u64) -> Option<Person> {
    let msg = QueryMsg::Person {
        person: PersonId(id),
    };
    let answer = query(roll.deps.as_ref(), roll.env.clone(), msg).ok()?;
    Some(from_json(answer).unwrap())
}

fn active(persons: &[Person]) -> impl Iterator<Item = &Person> {
    persons.iter().filter(|p| p.status == Status::Active)
}

fn count(persons: &[Person]) -> u64 {
    u64::try_from(active(persons).count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(SEQUENCES))]

    /// I1, I2, I3, I4 after every message of any sequence.
    #[test]
    fn invariants_hold_after_any_sequence(steps in vec(step(), STEPS)) {
        let mut watch = Watch::new();
        for step in steps {
            watch.take(step);
            watch.check();
        }
        watch.check_total(&watch.all_persons(), usize::MAX);
    }
}

/// The random steps reach what they are about: without this the property could pass on empty rolls.
#[test]
fn a_scripted_sequence_reaches_every_status() {
    let mut watch = Watch::new();
    let script = [
        Step::Attest {
            by: 0,
            whom: vec![0, 1, 2, 4],
        },
        Step::Attest {
            by: 1,
            whom: vec![0, 1, 2, 4],
        },
        Step::Pass { seconds: ADMISSION },
        Step::Settle { limit: 3 },
        Step::Rotate { person: 1, to: 39 },
        Step::Pass { seconds: 0 },
        Step::Ratify,
        Step::Pass { seconds: EPOCH },
        Step::Attest {
            by: 2,
            whom: vec![5, 6],
        },
        Step::Attest {
            by: 3,
            whom: vec![5, 6],
        },
        Step::Pass {
            seconds: VALIDITY - EPOCH,
        },
        Step::Expire { limit: 2 },
        Step::Renew {
            by: 4,
            whom: vec![1],
        },
    ];
    for step in script {
        watch.take(step);
        watch.check();
    }
    let statuses: Vec<Status> = watch.all_persons().iter().map(|p| p.status).collect();
    assert_eq!(
        statuses,
        [
            Status::Active,
            Status::Lapsed,
            Status::Active,
            Status::Pending,
            Status::Pending,
        ]
    );
    assert_eq!(watch.roll.person(1).key_epoch, 1);
    assert_eq!(watch.ratified_in, Some((0, 1, 1)));
}
