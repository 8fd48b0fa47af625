//! P7: the beginning of a trust, to the end of its first poll, on our node as wasm and under cw-multi-test as Rust. Both
//! sides get the same messages, in blocks of one transaction at the same times; what the client does beforehand (keys,
//! attestations) is not measured.

use std::time::{Duration, Instant};

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::assembly::{self, Act, Choice, Proposal, ProposalResponse};
use commons_common::charter::Charter;
use commons_common::page::MAX_BATCH;
use commons_common::registry::{self, Role, TrustEntry};
use commons_common::roll::{self, Attestation};
use commons_tests::cast::{Person, officer};
use commons_tests::chain::{Chain, call};
use commons_tests::charter::{ADMISSION, charter, name};
use commons_tests::family::{approve, begin, registry};
use commons_tests::native::Native;
use commons_tests::wasm::Wasm;

use crate::results::{Line, Peer};
use crate::spread::Spread;

const PERSONS: u64 = 1_000;
/// Parts of the scenario, in order.
const PARTS: [&str; 5] = ["found", "enrol", "propose", "vote", "close"];
const INPUTS: &str = "charter of the system tests; two registrars attest 1,000 persons in batches of 256, the public \
    window, settling; the founding act proposed, 1,000 votes from persons' accounts, executed after its delay. Ours also \
    signs and checks every transaction and commits every block with its state root, in memory; the peer does neither";

/// The scenario's lines: the whole, then its parts.
pub fn measure(quick: bool) -> Vec<Line> {
    let runs = if quick { 1 } else { 7 };
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        eprintln!("P7: run {run} of {runs}");
        ours.push(play(begin::<Wasm>(PERSONS)));
        peers.push(play(begin::<Native>(PERSONS)));
    }
    let whole = |parts: &[Duration; 5]| parts.iter().sum::<Duration>();
    let mut lines = vec![line(
        "P7",
        "found, enrol 1,000, propose, 1,000 votes, close",
        &ours,
        &peers,
        whole,
    )];
    for (index, part) in PARTS.iter().enumerate() {
        let of_part = move |parts: &[Duration; 5]| parts[index];
        lines.push(line(
            &format!("P7.{part}"),
            &format!("of it: {part}"),
            &ours,
            &peers,
            of_part,
        ));
    }
    lines
}

fn line(
    id: &str,
    name: &str,
    ours: &[[Duration; 5]],
    peers: &[[Duration; 5]],
    of: impl Fn(&[Duration; 5]) -> Duration,
) -> Line {
    let spread = |runs: &[[Duration; 5]]| {
        Spread::of(runs.iter().map(|run| of(run).as_secs_f64() * 1e3).collect())
    };
    let (ours, peer) = (spread(ours), spread(peers));
    Line {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: "ms",
        ours,
        ratio: Some(ours.median / peer.median),
        peer: Some(Peer {
            name: "cw-multi-test, contracts as Rust",
            version: "3.0.1",
            spread: peer,
        }),
        inputs: INPUTS.to_owned(),
    }
}

/// A chain, and how long what is asked of it takes.
struct Timed<C> {
    chain: C,
    spent: Duration,
}

impl<C: Chain> Timed<C> {
    /// One transaction, timed; it must take effect.
    fn submit(&mut self, signer: &AccountKey, message: Message) {
        let began = now();
        let outcome = self.chain.submit(signer, message);
        self.spent += began.elapsed();
        outcome.expect("the scenario has no refusals");
    }

    /// Time spent since this was last asked.
    fn lap(&mut self) -> Duration {
        std::mem::take(&mut self.spent)
    }
}

/// Plays the scenario on a fresh chain: how long each part took.
fn play<C: Chain>(mut chain: C) -> [Duration; 5] {
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

fn found<C: Chain>(timed: &mut Timed<C>, registry: &str) -> TrustEntry {
    let charter = Box::new(wide());
    let by_name = registry::QueryMsg::ByName {
        name: charter.name.clone(),
    };
    timed.submit(
        &officer("stranger"),
        call(registry, &registry::ExecuteMsg::Found { charter }, 0),
    );
    let entry: Option<TrustEntry> = timed.chain.query(registry, &by_name);
    entry.expect("the registry knows the trust")
}

fn enrol<C: Chain>(timed: &mut Timed<C>, roll: &str, persons: &[Person]) {
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

fn propose<C: Chain>(timed: &mut Timed<C>, assembly: &str, entry: &TrustEntry) -> Proposal {
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
    assert_eq!(
        u64::from(poll.electorate),
        PERSONS,
        "everyone is on the roll"
    );
    poll
}

fn vote<C: Chain>(timed: &mut Timed<C>, assembly: &str, poll: &Proposal, persons: &[Person]) {
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
