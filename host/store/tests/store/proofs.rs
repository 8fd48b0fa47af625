//! Proofs of presence and absence, verified with the crate `ics23`.

use std::collections::BTreeMap;

use commons_store::{Changes, Keep, Proof, Root, Store, StoreError, proof_spec};
use ics23::commitment_proof::Proof as Kind;
use ics23::{
    CommitmentProof, HostFunctionsManager, iavl_spec, tendermint_spec, verify_membership,
    verify_non_membership,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use prost::Message;

use crate::history::keeping;
use crate::support::{
    apply, block_changes, changes, commit_to, create, in_memory, keep, plain_state,
};

/// Whether a verifier that knows only the root accepts this.
fn accepted(proof: &[u8], root: Root, key: &[u8], value: Option<&[u8]>) -> bool {
    let proof = CommitmentProof::decode(proof).unwrap();
    let (spec, root) = (proof_spec(), root.0.to_vec());
    match value {
        Some(value) => verify_membership::<HostFunctionsManager>(&proof, &spec, &root, key, value),
        None => verify_non_membership::<HostFunctionsManager>(&proof, &spec, &root, key),
    }
}

fn prove(store: &Store, height: u64, key: &[u8], expected: Option<&Vec<u8>>) -> Proof {
    let proof = store.prove(height, key).unwrap();
    let root = store.root_at(height).unwrap().unwrap();
    assert_eq!(
        (proof.height, proof.root, proof.value.as_ref()),
        (height, root, expected)
    );
    assert!(
        accepted(&proof.encode(), root, key, proof.value.as_deref()),
        "height {height}, key {}",
        String::from_utf8_lossy(key)
    );
    proof
}

/// Keys that come and go, and some that never were there.
fn keys() -> impl Iterator<Item = Vec<u8>> {
    let slots = (0..101).map(|slot| format!("slot/{slot:03}").into_bytes());
    slots.chain([
        b"counter".to_vec(),
        b"never".to_vec(),
        b"slot/".to_vec(),
        vec![0],
        vec![255; 40],
    ])
}

#[test]
fn keys_are_proved_present_and_absent_at_the_latest_height_and_500_back() {
    let store = keeping(&block_changes(0), Keep::default());
    commit_to(&store, 620);
    for height in [620, 619, 120] {
        let state = plain_state(height);
        let (mut present, mut absent) = (0, 0);
        for key in keys() {
            prove(&store, height, &key, state.get(&key));
            *(if state.contains_key(&key) {
                &mut present
            } else {
                &mut absent
            }) += 1;
        }
        assert!(
            present > 20 && absent > 20,
            "{present} present, {absent} absent"
        );
    }
}

#[test]
fn height_outside_of_the_window_is_refused_with_both_ends() {
    let store = keeping(&block_changes(0), keep(10_000, 500));
    commit_to(&store, 620);
    prove(&store, 120, b"counter", Some(&b"120".to_vec()));
    for height in [0, 119, 621, u64::MAX] {
        let error = store.prove(height, b"counter").unwrap_err();
        assert!(
            matches!(error, StoreError::NotKept { what: "proof", .. }),
            "{error}"
        );
        assert!(
            error.to_string().contains("from height 120 to 620"),
            "{error}"
        );
    }
    // The state itself is kept for longer.
    store.snapshot_at(0).unwrap();
}

#[test]
fn default_window_is_a_thousand_heights() {
    let store = keeping(&block_changes(0), Keep::default());
    commit_to(&store, 1_010);
    assert_eq!(store.first_kept().unwrap(), (0, 10));
    prove(&store, 10, b"counter", Some(&b"10".to_vec()));
    assert!(store.prove(9, b"counter").is_err());
}

#[test]
fn archive_proves_every_height() {
    let store = keeping(&block_changes(0), Keep::ALL);
    commit_to(&store, 80);
    for height in 0..=80 {
        let state = plain_state(height);
        for key in keys().step_by(7) {
            prove(&store, height, &key, state.get(&key));
        }
    }
}

#[test]
fn ledger_that_keeps_its_last_height_alone_proves_that() {
    let store = in_memory(9);
    prove(&store, 9, b"counter", Some(&b"9".to_vec()));
    prove(&store, 9, b"never", None);
    assert!(matches!(
        store.prove(8, b"counter"),
        Err(StoreError::NotKept { .. })
    ));
}

/// A7: wrong key, a key that is the start of another, another value, another height's root, another kind of tree.
#[test]
fn proof_of_something_else_is_not_accepted() {
    let store = keeping(&block_changes(0), Keep::ALL);
    commit_to(&store, 30);
    let root = store.root().unwrap();
    let present = prove(&store, 30, b"counter", Some(&b"30".to_vec())).encode();
    let absent = prove(&store, 30, b"never", None).encode();
    let earlier = store.root_at(29).unwrap().unwrap();
    for (key, value, root) in [
        (b"counter".as_slice(), b"31".as_slice(), root),
        (b"counte", b"30", root),
        (b"counter\0", b"30", root),
        (b"never", b"30", root),
        (b"counter", b"30", earlier),
    ] {
        assert!(!accepted(&present, root, key, Some(value)));
    }
    assert!(!accepted(&present, root, b"counter", None));
    assert!(!accepted(&absent, root, b"never", Some(b"")));
    assert!(!accepted(&absent, earlier, b"never", None));
    assert!(!accepted(&absent, root, b"counter", None));
    let proof = CommitmentProof::decode(present.as_slice()).unwrap();
    for spec in [iavl_spec(), tendermint_spec()] {
        let root = root.0.to_vec();
        let taken =
            verify_membership::<HostFunctionsManager>(&proof, &spec, &root, b"counter", b"30");
        assert!(!taken, "a proof must not pass as one of another tree");
    }
}

/// A7: with any byte of it changed, a proof says nothing else that is accepted.
#[test]
fn altered_proof_is_not_accepted() {
    let store = keeping(&block_changes(0), Keep::LAST);
    commit_to(&store, 5);
    let root = store.root().unwrap();
    for (key, value) in [
        (b"counter".as_slice(), Some(b"5".as_slice())),
        (b"never", None),
    ] {
        let whole = store.prove(5, key).unwrap().encode();
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            let Ok(mut proof) = CommitmentProof::decode(altered.as_slice()) else {
                continue;
            };
            // The key that a proof of absence names is not read by verifiers: they take the one that is asked for.
            if let Some(Kind::Nonexist(between)) = &mut proof.proof {
                between.key = key.to_vec();
            }
            if proof != store.prove(5, key).unwrap().commitment {
                // The crate indexes without looking; a panic is no acceptance.
                let taken = std::panic::catch_unwind(|| accepted(&altered, root, key, value));
                assert!(!taken.unwrap_or(false), "byte {at} of the proof of {key:?}");
            }
        }
    }
}

/// No verifier of ICS-23 takes an empty value, so none is given such a proof.
#[test]
fn empty_value_is_refused_in_words() {
    let store = Store::in_memory(
        "commons-test",
        b"",
        &[(b"a".to_vec(), Some(Vec::new()))].into(),
    );
    let store = store.unwrap();
    for key in [b"a".as_slice(), b"b"] {
        let error = store.prove(0, key).unwrap_err();
        assert!(matches!(error, StoreError::Unprovable(_)), "{error}");
        assert!(error.to_string().contains("empty"), "{error}");
    }
    let nothing = Store::in_memory("commons-test", b"", &Changes::new()).unwrap();
    assert!(matches!(
        nothing.prove(0, b"a"),
        Err(StoreError::Unprovable(_))
    ));
    assert!(matches!(nothing.prove(0, b""), Err(StoreError::EmptyKey)));
}

#[test]
fn opened_for_reading_the_ledger_proves_too() {
    let dir = tempfile::tempdir().unwrap();
    drop(create(dir.path(), 40));
    let store = Store::open_read_only(dir.path()).unwrap();
    prove(&store, 40, b"counter", Some(&b"40".to_vec()));
    prove(&store, 3, b"never", None);
}

/// The only key of a state, and its neighbours.
#[test]
fn single_key_is_proved_and_so_is_the_absence_of_others() {
    let store = Store::in_memory("commons-test", b"", &changes(&[("a", "1")])).unwrap();
    prove(&store, 0, b"a", Some(&b"1".to_vec()));
    for key in [b"b".as_slice(), b"c", b"d", b"e"] {
        prove(&store, 0, key, None);
    }
}

fn block() -> impl Strategy<Value = Changes> {
    let key = vec(0u8..6, 1..3);
    let value = proptest::option::weighted(0.6, vec(any::<u8>(), 1..4));
    btree_map(key, value, 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever came and went, every key is proved at every height as it was.
    #[test]
    fn any_key_of_any_state_is_proved_at_any_height(blocks in vec(block(), 1..6)) {
        let store = keeping(&blocks[0], Keep::ALL);
        let mut states = vec![BTreeMap::<Vec<u8>, Vec<u8>>::new()];
        apply(&mut states[0], &blocks[0]);
        for (height, changes) in (1..).zip(&blocks[1..]) {
            store.commit(height, changes, |_| Vec::new()).unwrap();
            let mut state = states.last().unwrap().clone();
            apply(&mut state, changes);
            states.push(state);
        }
        for (height, state) in (0..).zip(&states) {
            for key in (0u8..6).flat_map(|one| (0u8..7).map(move |two| vec![one, two])) {
                if state.is_empty() {
                    prop_assert!(matches!(store.prove(height, &key), Err(StoreError::Unprovable(_))));
                } else {
                    prove(&store, height, &key, state.get(&key));
                }
            }
        }
    }
}
