//! Earlier heights: their state, and proofs against the header of the height after.

use commons_ledger::StateRead;
use commons_node::{Node, NodeError};
use commons_store::{StoreError, proof_spec};
use ics23::{HostFunctionsManager, verify_membership, verify_non_membership};

use crate::accounts::{DENOM, account, deploy, execute, genesis, next_block, vm};

/// Key of a balance inside the store `bank`, as the Cosmos SDK has it.
fn balance_key(address: &str) -> Vec<u8> {
    let (_, raw) = bech32::decode(address).unwrap();
    let length = u8::try_from(raw.len()).unwrap();
    [&[0x02, length], raw.as_slice(), DENOM.as_bytes()].concat()
}

/// What a client does that trusts headers alone.
fn accepted(node: &Node, store: &str, key: &[u8], height: u64) -> Option<Vec<u8>> {
    let proof = node.prove(store, key, height).unwrap();
    let header = node.block(height + 1).unwrap().unwrap().header;
    let root = header.app_hash.as_bytes().to_vec();
    let (spec, commitment, full) = (proof_spec(), &proof.commitment, &proof.key);
    assert_eq!(*full, [store.as_bytes(), b"/", key].concat());
    let taken = match &proof.value {
        Some(value) => {
            verify_membership::<HostFunctionsManager>(commitment, &spec, &root, full, value)
        }
        None => verify_non_membership::<HostFunctionsManager>(commitment, &spec, &root, full),
    };
    assert!(taken, "{store} at height {height}");
    proof.value
}

#[test]
fn balances_and_contract_state_are_proved_by_the_header_of_the_next_height() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    let contract = deploy(&mut node);
    let (one, other) = (account(0), account(1));
    let key = balance_key(&other.address);
    for sent in 0..5 {
        node.broadcast(one.send(2 + sent, &other, 10)).unwrap();
        next_block(&mut node);
    }
    node.broadcast(execute(&one, 7, &contract, "{\"new\":1}"))
        .unwrap();
    next_block(&mut node);
    next_block(&mut node);
    let (_, raw) = bech32::decode(&contract).unwrap();
    for height in 0..node.height() {
        let balance = 1_000_000 + 10 * height.saturating_sub(2).min(5);
        let proved = accepted(&node, "bank", &key, height).unwrap();
        assert_eq!(proved, balance.to_string().as_bytes(), "height {height}");
        let full = [b"bank/".as_slice(), &key].concat();
        let state = node.state_at(height).unwrap();
        assert_eq!(state.get(&full).unwrap(), Some(proved), "height {height}");
        let info = accepted(&node, "wasm", &[&[0x02], raw.as_slice()].concat(), height);
        assert_eq!(
            info.is_some(),
            height >= 2,
            "the contract at height {height}"
        );
    }
    for (key, value) in node.contract_state(&contract).unwrap() {
        let inside = [&[0x03], raw.as_slice(), key.as_slice()].concat();
        assert_eq!(
            accepted(&node, "wasm", &inside, node.height() - 1),
            Some(value)
        );
    }
    for height in [node.height() + 1, u64::MAX] {
        let error = node.prove("bank", &key, height).unwrap_err();
        assert!(
            matches!(error, NodeError::Store(StoreError::NotKept { .. })),
            "{error}"
        );
        assert!(node.state_at(height).is_err());
    }
}
