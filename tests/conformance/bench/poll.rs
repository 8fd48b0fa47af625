//! P1 and P2 with contracts of ours: a vote and a ballot in a poll of a trust with 1,000 persons. The trust is played under
//! cw-multi-test to the point where 999 have voted; what is measured is the assembly's wasm on the storage it then has.

use std::rc::Rc;

use commons_client::keys::AccountKey;
use commons_common::assembly::{Act, Choice, ExecuteMsg, Proposal, QueryMsg};
use commons_common::page::MAX_BATCH;
use commons_common::{roll, units::UnixTime};
use commons_conformance::Records;
use commons_tests::artifact;
use commons_tests::cast::{Person, officer};
use commons_tests::chain::{CHAIN_ID, Chain, PREFIX};
use commons_tests::charter::{ADMISSION, charter};
use commons_tests::family::{Family, begin};
use commons_tests::native::Native;
use cosmwasm_std::testing::mock_env;
use cosmwasm_std::{Addr, Timestamp, to_json_vec};
use cosmwasm_vm::testing::MockApi;
use serde::Serialize;
use serde_json::json;

use crate::compare::{Row, once};
use crate::neighbour::{Neighbour, Other, Written};
use crate::sides::{Contract, Machines, Work};

const PERSONS: u64 = 1_000;

/// A trust whose poll waits for the last vote.
struct Trust {
    family: Family<Native>,
    poll: Proposal,
}

/// A vote, a ballot and a query.
pub fn rows(machines: &Machines) -> Vec<Row> {
    let trust = Trust::play();
    let stage = Stage {
        trust: &trust,
        machines,
        assembly: machines.load("assembly", &artifact::wasm("assembly")),
        roll: machines.load("roll", &artifact::wasm("roll")),
    };
    let (vote, ballot) = (trust.vote(), trust.ballot());
    let proposal = QueryMsg::Proposal {
        proposal: trust.poll.id,
    };
    let proposal = Work::query(trust.env(&trust.family.assembly), json(&proposal));
    let before = "an open poll of 1,000 persons in which 999 have voted";
    let alone = "the roll's answers written down before, at the gas they cost";
    let whole = "the roll's wasm answers the assembly's two questions, in the same machine";
    vec![
        Row {
            name: "warm execute: a direct vote, the assembly alone".to_owned(),
            inputs: format!("assembly.wasm; {before}; {alone}"),
            ..stage.row("P1.vote", vote.clone(), &stage.written(vote.clone()))
        },
        Row {
            name: "warm execute: a direct vote, with the roll that it asks".to_owned(),
            inputs: format!("assembly.wasm and roll.wasm, three instances; {before}; {whole}"),
            ..stage.row("P1.vote+roll", vote, &stage.asked(None))
        },
        Row {
            name: "warm execute: one signed ballot, relayed, the assembly alone".to_owned(),
            inputs: format!(
                "assembly.wasm; {before}; {alone}; both sides verify the same Ed25519 signature with the same library"
            ),
            ..stage.row("P1.ballot", ballot.clone(), &stage.written(ballot))
        },
        Row {
            name: "warm query: a proposal of the assembly".to_owned(),
            inputs: format!("assembly.wasm; {before}"),
            ..stage.row("P2.proposal", proposal, &Neighbour::Nobody)
        },
    ]
}

/// What the rows share.
struct Stage<'a> {
    trust: &'a Trust,
    machines: &'a Machines,
    assembly: Rc<Contract>,
    roll: Rc<Contract>,
}

impl Stage<'_> {
    fn row(&self, id: &str, work: Work, neighbour: &Neighbour) -> Row {
        let address = &self.trust.family.assembly;
        Row {
            records: self.trust.records(address),
            api: api(),
            neighbour: neighbour.clone(),
            ..Row::new(id, self.machines, Rc::clone(&self.assembly), work)
        }
    }

    /// The roll itself; its answers are written down if somebody wants them.
    fn asked(&self, written: Option<Written>) -> Neighbour {
        let address = &self.trust.family.roll;
        Neighbour::Contract(Rc::new(Other {
            contract: Rc::clone(&self.roll),
            env: self.trust.env(address),
            records: self.trust.records(address),
            api: api(),
            written,
        }))
    }

    /// What the roll answers in the course of this work, which must change something.
    fn written(&self, work: Work) -> Neighbour {
        let written = Written::default();
        let row = self.row(
            "the roll's answers",
            work,
            &self.asked(Some(Rc::clone(&written))),
        );
        let (_, _, after) = once(&row);
        assert_ne!(row.records, after, "the vote counts");
        assert!(!written.borrow().is_empty(), "the roll was asked");
        Neighbour::Written(written)
    }
}

impl Trust {
    /// Founds, enrols, proposes, and has everyone but the last person vote by ballot.
    fn play() -> Self {
        let mut charter = charter();
        for registrar in &mut charter.roll.registrars {
            registrar.quota = u32::try_from(PERSONS).expect("a small number");
        }
        let mut family = Family::found(begin::<Native>(PERSONS), charter);
        enrol(&mut family);
        let act = Act::Ratify {
            charter_hash: family.entry.charter_hash.clone(),
        };
        let poll = family.propose("trustee-1", "Ratify the charter", act);
        assert_eq!(poll.electorate, PERSONS, "everyone is on the roll");
        family.chain.wait_until(poll.opens);
        let numbers: Vec<u64> = (1..PERSONS).collect();
        for batch in numbers.chunks(MAX_BATCH) {
            let ballot = |number: &u64| family.ballot(&poll, *number, Choice::Yes, 1);
            let ballots = batch.iter().map(ballot).collect();
            let report = family.relay(&poll, ballots);
            assert_eq!(report.refused, [], "every ballot counts");
        }
        Self { family, poll }
    }

    /// The last person votes from their account.
    fn vote(&self) -> Work {
        let person = self.family.person(PERSONS);
        let account = person.account.as_ref().expect("everyone has an account");
        self.execute(
            account,
            &ExecuteMsg::Vote {
                proposal: self.poll.id,
                choice: Choice::Yes,
            },
        )
    }

    /// Somebody relays the last person's ballot.
    fn ballot(&self) -> Work {
        let ballot = self.family.ballot(&self.poll, PERSONS, Choice::Yes, 1);
        self.execute(
            &officer("relayer"),
            &ExecuteMsg::CastBallots {
                proposal: self.poll.id,
                ballots: vec![ballot],
            },
        )
    }

    fn execute(&self, sender: &AccountKey, msg: &ExecuteMsg) -> Work {
        let sender = sender.address(PREFIX);
        let info = json(&json!({"sender": sender, "funds": []}));
        Work::execute(self.env(&self.family.assembly), info, json(msg))
    }

    /// The next block, as the contract at `address` sees it.
    fn env(&self, address: &str) -> Vec<u8> {
        let chain = &self.family.chain;
        let UnixTime(now) = chain.now();
        let mut env = mock_env();
        env.block.chain_id = CHAIN_ID.to_owned();
        env.block.height = chain.height() + 1;
        env.block.time = Timestamp::from_seconds(now + 1);
        env.contract.address = Addr::unchecked(address);
        json(&env)
    }

    fn records(&self, address: &str) -> Records {
        self.family.chain.dump(address).into_iter().collect()
    }
}

/// Two registrars attest everyone; after the public window all are settled.
fn enrol(family: &mut Family<Native>) {
    let persons: Vec<Person> = (1..=PERSONS).map(Person::new).collect();
    let roll = family.roll.clone();
    for batch in persons.chunks(MAX_BATCH) {
        let attest = roll::ExecuteMsg::Attest {
            persons: batch.iter().map(|p| p.attestation(&roll)).collect(),
        };
        for registrar in ["registrar-1", "registrar-2"] {
            family.run(registrar, &roll, &attest, 0);
        }
    }
    family.wait(ADMISSION);
    family.settle_roll();
    family.persons.extend(persons);
}

fn api() -> MockApi {
    MockApi::default().with_prefix(PREFIX)
}

fn json(value: &impl Serialize) -> Vec<u8> {
    to_json_vec(value).expect("messages are JSON")
}
