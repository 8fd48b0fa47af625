//! P14 and P15: a durable block beside the database's own durable commit of the same entries, and proofs beside the tree alone. The state
//! has the keys of a token contract; every run begins with the same ones.

use std::collections::BTreeMap;
use std::time::Instant;

use commons_store::{Beginning, Changes, Keep, Proof, Store, proof_spec};
use commons_tests::table::{Direction, Line, Peer, Spread};
use ics23::{CommitmentProof, HostFunctionsManager, verify_membership, verify_non_membership};
use jmt::storage::{HasPreimage, LeafNode, Node, NodeKey, TreeReader};
use jmt::{KeyHash, OwnedValue, Sha256Jmt};
use prost::Message;
use redb::{Database, TableDefinition};
use sha2::Sha256;

/// Keys in the state under P14, and that a block of 1,000 transactions changes.
const HELD: u64 = 100_000;
const CHANGED: usize = 4_000;
/// Bytes of its record: 1,000 transactions of about 300.
const RECORD: usize = 300_000;
/// Keys in the state under P15, and how many of them are proved.
const PROVED_AMONG: u64 = 1_000_000;
const PROVED: u64 = 1_000;
const REDB: &str = "redb, the same entries in one two-phase commit";

/// The block of 1,000 transactions with and without a past, then the block of one.
pub fn blocks(quick: bool) -> Vec<Line> {
    let runs = if quick { 5 } else { 21 };
    let inputs = "4,000 of 100,000 keys of 50 bytes, values of 45, record of 300 kB; peer: the same keys, values and record, no tree";
    let one = "4 of 100,000 keys, record of 300 bytes; peer: one entry";
    vec![
        durable(
            ("P14", "durable block of 1,000 transactions, past kept"),
            inputs,
            (runs, CHANGED, RECORD),
            Keep::default(),
        ),
        durable(
            ("P14.last", "the same, last height alone"),
            inputs,
            (runs, CHANGED, RECORD),
            Keep::LAST,
        ),
        durable(
            ("P14.one", "durable block of one transaction"),
            one,
            (runs * 5, 4, 300),
            Keep::default(),
        ),
    ]
}

fn durable(
    (id, name): (&str, &str),
    inputs: &str,
    (runs, changed, record): (usize, usize, usize),
    keep: Keep,
) -> Line {
    eprintln!("{id}: {runs} blocks");
    let dir = tempfile::tempdir().expect("a directory");
    let beginning = Beginning {
        chain_id: "bench",
        genesis: b"genesis",
        initial: &state(HELD),
        keep,
    };
    let store = Store::begin(dir.path(), &beginning).expect("a ledger");
    let plain = Plain::begin(&dir.path().join("plain.redb"));
    let mut draw = Draw(1);
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for height in 1..=runs as u64 {
        let changes = changes(&mut draw, changed);
        let written = vec![7; record];
        let began = now();
        store
            .commit(height, &changes, |_| written.clone())
            .expect("a block");
        ours.push(millis(began));
        let entries = if changed > 4 {
            changes
        } else {
            changes.into_iter().take(1).collect()
        };
        let began = now();
        plain.commit(
            &entries,
            (changed > 4).then_some(written.as_slice()),
            height,
        );
        peers.push(millis(began));
    }
    line((id, name, "ms"), inputs, ours, Some((REDB, "4.6.0", peers)))
}

/// The database alone.
struct Plain(Database);

const ENTRIES: TableDefinition<'static, &'static [u8], &'static [u8]> =
    TableDefinition::new("entries");
const RECORDS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("records");

impl Plain {
    fn begin(path: &std::path::Path) -> Self {
        let plain = Self(Database::create(path).expect("a database"));
        plain.commit(&state(HELD), None, 0);
        plain
    }

    fn commit(&self, entries: &Changes, record: Option<&[u8]>, height: u64) {
        let mut write = self.0.begin_write().expect("a transaction");
        // As durable as ours: two phases, and a file that opens at once.
        write.set_quick_repair(true);
        {
            let mut table = write.open_table(ENTRIES).expect("a table");
            for (key, value) in entries {
                table
                    .insert(key.as_slice(), value.as_deref().unwrap_or_default())
                    .expect("an entry");
            }
        }
        if let Some(record) = record {
            let mut table = write.open_table(RECORDS).expect("a table");
            table.insert(height, record).expect("an entry");
        }
        write.commit().expect("a commit");
    }
}

/// Making, verifying and size of proofs, of presence and of absence.
pub fn proofs(quick: bool) -> Vec<Line> {
    let held = if quick {
        PROVED_AMONG / 10
    } else {
        PROVED_AMONG
    };
    eprintln!("P15: a state of {held} keys");
    let initial = state(held);
    let alone = Alone::begin(&initial);
    let beginning = Beginning {
        chain_id: "bench",
        genesis: b"genesis",
        initial: &initial,
        keep: Keep::default(),
    };
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::begin(dir.path(), &beginning).expect("a ledger");
    let root = store.root().expect("a root").0.to_vec();
    let inputs = format!(
        "{held} keys of 50 bytes, values of 45; {PROVED} keys that are there, as many that are not; ours from the file, cache warm, and encoded; the peer's nodes lie in memory"
    );
    let mut draw = Draw(2);
    let mut lines = Vec::new();
    for (what, part) in [("presence", "present"), ("absence", "absent")] {
        let mut measured = Measured::default();
        for _ in 0..PROVED {
            let number = draw.next(held);
            let number = if part == "present" {
                number
            } else {
                number + held
            };
            measured.one(&store, &alone, &root, &key(number));
        }
        let version = "0.12.0";
        let name = format!("proof of {what} made");
        lines.push(line(
            (&format!("P15.make.{part}"), &name, "ms"),
            &inputs,
            measured.made,
            Some(("jmt alone", version, measured.made_alone)),
        ));
        let name = format!("proof of {what} verified");
        lines.push(line(
            (&format!("P15.verify.{part}"), &name, "ms"),
            &inputs,
            measured.verified,
            None,
        ));
        let name = format!("size of a proof of {what}");
        lines.push(line(
            (&format!("P15.size.{part}"), &name, "bytes"),
            &inputs,
            measured.size,
            Some(("jmt alone", version, measured.size_alone)),
        ));
    }
    lines
}

#[derive(Default)]
struct Measured {
    made: Vec<f64>,
    made_alone: Vec<f64>,
    verified: Vec<f64>,
    size: Vec<f64>,
    size_alone: Vec<f64>,
}

impl Measured {
    fn one(&mut self, store: &Store, alone: &Alone, root: &Vec<u8>, key: &[u8]) {
        let began = now();
        let proof = store.prove(0, key).expect("a proof");
        let encoded = proof.encode();
        self.made.push(millis(began));
        let began = now();
        let other = alone.prove(key).encode_to_vec();
        self.made_alone.push(millis(began));
        let began = now();
        assert!(good(&proof, &encoded, root, key), "a verifier accepts it");
        self.verified.push(millis(began));
        self.size.push(length(&encoded));
        self.size_alone.push(length(&other));
    }
}

/// What a client does: decode, verify.
fn good(proof: &Proof, encoded: &[u8], root: &Vec<u8>, key: &[u8]) -> bool {
    let decoded = CommitmentProof::decode(encoded).expect("a proof");
    let spec = proof_spec();
    match &proof.value {
        Some(value) => verify_membership::<HostFunctionsManager>(&decoded, &spec, root, key, value),
        None => verify_non_membership::<HostFunctionsManager>(&decoded, &spec, root, key),
    }
}

/// The tree of the crate with its nodes in memory.
#[derive(Default)]
struct Alone {
    nodes: BTreeMap<NodeKey, Node>,
    values: BTreeMap<KeyHash, (Vec<u8>, OwnedValue)>,
}

impl Alone {
    fn begin(state: &Changes) -> Self {
        let mut alone = Self::default();
        let set: BTreeMap<_, _> = state
            .iter()
            .map(|(key, value)| (KeyHash::with::<Sha256>(key), value.clone()))
            .collect();
        let (_, batch) = Sha256Jmt::new(&alone)
            .put_value_set(set, 0)
            .expect("a tree");
        alone.nodes = batch.node_batch.nodes().clone();
        for (key, value) in state {
            let value = value.clone().unwrap_or_default();
            alone
                .values
                .insert(KeyHash::with::<Sha256>(key), (key.clone(), value));
        }
        alone
    }

    fn prove(&self, key: &[u8]) -> CommitmentProof {
        let tree = Sha256Jmt::new(self);
        tree.get_with_ics23_proof(key.to_vec(), 0)
            .expect("a proof")
            .1
    }
}

impl TreeReader for Alone {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        Ok(self.nodes.get(key).cloned())
    }

    fn get_value_option(&self, _: u64, hash: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        Ok(self.values.get(&hash).map(|(_, value)| value.clone()))
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Ok(None)
    }
}

impl HasPreimage for Alone {
    fn preimage(&self, hash: KeyHash) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.values.get(&hash).map(|(key, _)| key.clone()))
    }
}

fn line(
    (id, name, unit): (&str, &str, &str),
    inputs: &str,
    ours: Vec<f64>,
    peer: Option<(&str, &str, Vec<f64>)>,
) -> Line {
    let direction = Direction::OursOverPeer;
    let pairs = peer.as_ref().map(|(_, _, peers)| {
        let pairs = ours.iter().zip(peers);
        Spread::of(
            pairs
                .map(|(ours, peer)| direction.of(*ours, *peer))
                .collect(),
        )
    });
    let ours = Spread::of(ours);
    let peer = peer.map(|(name, version, runs)| Peer {
        name: name.to_owned(),
        version: version.to_owned(),
        spread: Spread::of(runs),
    });
    Line {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: unit.to_owned(),
        ours,
        ratio: peer
            .as_ref()
            .map(|peer| direction.of(ours.median, peer.spread.median)),
        ratio_is: peer.is_some().then_some(direction),
        pairs,
        peer,
        inputs: inputs.to_owned(),
    }
}

fn state(count: u64) -> Changes {
    (0..count)
        .map(|number| (key(number), Some(value(number))))
        .collect()
}

fn changes(draw: &mut Draw, count: usize) -> Changes {
    let mut changes = Changes::new();
    while changes.len() < count {
        changes.insert(key(draw.next(HELD)), Some(value(draw.next(u64::MAX))));
    }
    changes
}

/// A key of a contract: store, prefix, address, a balance of somebody.
fn key(number: u64) -> Vec<u8> {
    [
        b"wasm/\x03".as_slice(),
        &[7; 32],
        format!("{number:012}").as_bytes(),
    ]
    .concat()
}

fn value(number: u64) -> Vec<u8> {
    format!("{{\"amount\":\"{number:030}\"}}").into_bytes()
}

fn length(bytes: &[u8]) -> f64 {
    f64::from(u32::try_from(bytes.len()).expect("a proof is short"))
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

/// Numbers, the same in every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self, below: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
