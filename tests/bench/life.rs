//! P7: the beginning of a trust, to the end of its first poll, on our node as wasm and under cw-multi-test as Rust. Both
//! sides get the same messages, in blocks of one transaction at the same times; what the client does beforehand (keys,
//! attestations, signing) is not measured.

use std::time::{Duration, Instant};

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::assembly::{self, Act, Choice, Proposal, ProposalResponse};
use commons_common::charter::Charter;
use commons_common::page::MAX_BATCH;
use commons_common::registry::{self, Role, TrustEntry};
use commons_common::roll::{self, Attestation};
use commons_tests::cast::{Person, officer};
use commons_tests::chain::{Chain, Outcome, call};
use commons_tests::charter::{ADMISSION, charter, name};
use commons_tests::family::{approve, begin, registry};
use commons_tests::native::Native;
use commons_tests::table::{Direction, Line, Peer, Spread};
use commons_tests::wasm::Wasm;

const PERSONS: u64 = 1_000;
/// Parts of the scenario, in order.
const PARTS: [&str; 5] = ["found", "enrol", "propose", "vote", "close"];
const INPUTS: &str = "charter of the system tests; two registrars attest 1,000 persons in batches of 256, the public \
    window, settling; the founding act proposed, 1,000 votes from persons' accounts, executed after its delay. Ours also \
    decodes every transaction, checks its signature on arrival and in the block, and commits each block with its state root, \
    in memory; the peer does none of it";

/// How long each part took.
type Parts = [Duration; 5];

/// Runs of both sides.
#[derive(Default)]
struct Runs {
    ours: Vec<Parts>,
    peers: Vec<Parts>,
}

/// The scenario's lines: the whole, then its parts.
pub fn measure(quick: bool) -> Vec<Line> {
    let count = if quick { 1 } else { 7 };
    let mut runs = Runs::default();
    for run in 1..=count {
        eprintln!("P7: run {run} of {count}");
        runs.ours.push(play(begin::<Wasm>(PERSONS)));
        runs.peers.push(play(begin::<Native>(PERSONS)));
    }
    let whole = "found, enrol 1,000, propose, 1,000 votes, close";
    let mut lines = vec![runs.line("P7", whole, INPUTS, |parts| parts.iter().sum())];
    for (index, part) in PARTS.iter().enumerate() {
        let (id, name) = (format!("P7.{part}"), format!("of it: {part}"));
        lines.push(runs.line(&id, &name, "as P7", |parts| parts[index]));
    }
    lines
}

impl Runs {
    fn line(&self, id: &str, name: &str, inputs: &str, of: impl Fn(&Parts) -> Duration) -> Line {
        let spread = |runs: &[Parts]| {
            let times = runs.iter().map(|parts| of(parts).as_secs_f64() * 1e3);
            Spread::of(times.collect())
        };
        let (ours, peer) = (spread(&self.ours), spread(&self.peers));
        let direction = Direction::OursOverPeer;
        Line {
            id: id.to_owned(),
            name: name.to_owned(),
            unit: "ms".to_owned(),
            ours,
            ratio: Some(direction.of(ours.median, peer.median)),
            ratio_is: Some(direction),
            pairs: None,
            peer: Some(Peer {
                name: "cw-multi-test, contracts as Rust".to_owned(),
                version: "3.0.1".to_owned(),
                spread: peer,
            }),
            inputs: inputs.to_owned(),
        }
    }
}

/// A chain, and how long what is asked of it takes.
struct Timed<C> {
    chain: C,
    spent: Duration,
}

/// A chain that takes what a client has made ready.
trait Host: Chain {
    /// A message as the client hands it in.
    type Ready;

    /// The client's part, not timed.
    fn ready(&self, signer: &AccountKey, message: Message) -> Self::Ready;

    /// The chain's part: one block.
    fn carry_out(&mut self, ready: Self::Ready) -> Outcome;
}

impl Host for Wasm {
    type Ready = Vec<u8>;

    fn ready(&self, signer: &AccountKey, message: Message) -> Vec<u8> {
        self.signed(signer, message)
    }

    fn carry_out(&mut self, ready: Vec<u8>) -> Outcome {
        self.deliver(ready)
    }
}

impl Host for Native {
    type Ready = (AccountKey, Message);

    fn ready(&self, signer: &AccountKey, message: Message) -> Self::Ready {
        (signer.clone(), message)
    }

    fn carry_out(&mut self, (signer, message): Self::Ready) -> Outcome {
        self.submit(&signer, message)
    }
}

impl<C: Host> Timed<C> {
    /// One transaction, timed; it must take effect.
    fn submit(&mut self, signer: &AccountKey, message: Message) {
        let ready = self.chain.ready(signer, message);
        let began = now();
        let outcome = self.chain.carry_out(ready);
        self.spent += began.elapsed();
        outcome.expect("the scenario has no refusals");
    }

    /// Time spent since this was last asked.
    fn lap(&mut self) -> Duration {
        std::mem::take(&mut self.spent)
    }
}

/// Plays the scenario on a fresh chain: how long each part took.
fn play<C: Host>(mut chain: C) -> Parts {
    let registry = registry(&mut chain);
    for role in Role::ALL {
        let approved = chain.submit(&officer("steward"), call(&registry, &approve(role), 0));
        approved.expect("the steward approves");
    }
    let persons: Vec<Person> = (1..=PERSONS).map(Person::new).collect();
    let mut timed = Timed {
        chain,
        spent: Duration::ZERO,
    };

    let entry = found(&mut timed, &registry);
    let founded = timed.lap();
    enrol(&mut timed, &contract(&entry, Role::Roll), &persons);
    let enrolled = timed.lap();
    let assembly = contract(&entry, Role::Assembly);
    let poll = propose(&mut timed, &assembly, &entry);
    let proposed = timed.lap();
    vote(&mut timed, &assembly, &poll, &persons);
    let voted = timed.lap();
    timed.chain.wait_until(poll.executable_from);
    let execute = assembly::ExecuteMsg::Execute { proposal: poll.id };
    timed.submit(&officer("stranger"), call(&assembly, &execute, 0));
    [founded, enrolled, proposed, voted, timed.lap()]
}

fn contract(entry: &TrustEntry, role: Role) -> String {
    let found = entry
        .contracts
        .iter()
        .find(|contract| contract.role == role);
    found.expect("a trust has every role").address.to_string()
}

/// The tests' charter, whose registrars may attest everyone at once.
fn wide() -> Charter {
    let mut charter = charter();
    for registrar in &mut charter.roll.registrars {
        registrar.quota = u32::try_from(PERSONS).expect("a small number");
    }
    charter
}

fn found<C: Host>(timed: &mut Timed<C>, registry: &str) -> TrustEntry {
    let charter = Box::new(wide());
    let by_name = registry::QueryMsg::ByName {
        name: charter.name.clone(),
    };
    timed.submit(
        &officer("stranger"),
        call(
            registry,
            &registry::ExecuteMsg::Found {
                charter,
                checksums: Vec::new(),
            },
            0,
        ),
    );
    let entry: Option<TrustEntry> = timed.chain.query(registry, &by_name);
    entry.expect("the registry knows the trust")
}

fn enrol<C: Host>(timed: &mut Timed<C>, roll: &str, persons: &[Person]) {
    let attestations: Vec<Attestation> = persons
        .iter()
        .map(|person| person.attestation(roll))
        .collect();
    for batch in attestations.chunks(MAX_BATCH) {
        for registrar in ["registrar-1", "registrar-2"] {
            let attest = roll::ExecuteMsg::Attest {
                persons: batch.to_vec(),
            };
            timed.submit(&officer(registrar), call(roll, &attest, 0));
        }
    }
    let public = timed.chain.now().after(ADMISSION);
    timed.chain.wait_until(public);
    let everyone = u32::try_from(PERSONS).expect("a small number");
    let settle = roll::ExecuteMsg::Settle { limit: everyone };
    timed.submit(&officer("stranger"), call(roll, &settle, 0));
}

fn propose<C: Host>(timed: &mut Timed<C>, assembly: &str, entry: &TrustEntry) -> Proposal {
    let propose = assembly::ExecuteMsg::Propose {
        title: name("Ratify the charter"),
        act: Act::Ratify {
            charter_hash: entry.charter_hash.clone(),
        },
    };
    timed.submit(&officer("trustee-1"), call(assembly, &propose, 0));
    let newest = assembly::QueryMsg::ReverseProposals {
        start_before: None,
        limit: Some(1),
    };
    let newest: Vec<ProposalResponse> = timed.chain.query(assembly, &newest);
    let poll = newest
        .into_iter()
        .next()
        .expect("what was proposed is there")
        .proposal;
    assert_eq!(poll.electorate, PERSONS, "everyone is on the roll");
    poll
}

fn vote<C: Host>(timed: &mut Timed<C>, assembly: &str, poll: &Proposal, persons: &[Person]) {
    timed.chain.wait_until(poll.opens);
    let vote = assembly::ExecuteMsg::Vote {
        proposal: poll.id,
        choice: Choice::Yes,
    };
    for person in persons {
        let account = person.account.as_ref().expect("everyone has an account");
        timed.submit(account, call(assembly, &vote, 0));
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
