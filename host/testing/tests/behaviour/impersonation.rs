//! Acting for others: here it works, and nowhere else.

use commons_ledger::{Coin, Genesis, GenesisAccount};
use commons_node::{Node, NodeError, Vm, VmConfig};
use commons_testing::DENOM;
use serde_json::json;

use crate::support::{Token, transfer};

#[test]
fn account_and_contract_are_impersonated() {
    let mut token = Token::begin();
    let keeper = token.keeper();
    let as_alice = token.chain.impersonate(&token.alice);
    assert!(as_alice.is_impersonated() && !token.alice.is_impersonated());
    let give = json!({ "send": { "contract": keeper, "amount": "30", "msg": "e30=" } });
    token
        .chain
        .execute(&as_alice, &token.address, &give)
        .unwrap();
    assert_eq!(token.balance(&keeper), "30");
    let as_keeper = token.chain.impersonate(&keeper);
    let on = transfer(token.bob.address(), 30);
    token
        .chain
        .execute(&as_keeper, &token.address, &on)
        .unwrap();
    assert_eq!(token.balance(token.bob.address()), "30");
    // The key still signs afterwards.
    let own = transfer(token.bob.address(), 1);
    token
        .chain
        .execute(&token.alice, &token.address, &own)
        .unwrap();
}

/// The rules of the contract hold for whoever is impersonated.
#[test]
fn impersonation_gives_no_more_than_the_account_has() {
    let mut token = Token::begin();
    let as_bob = token.chain.impersonate(&token.bob);
    let too_much = transfer(token.alice.address(), 1);
    let refused = token
        .chain
        .execute(&as_bob, &token.address, &too_much)
        .unwrap_err();
    assert_eq!(refused.code(), ("wasm", 5));
    let nobody = token.chain.impersonate(&"nobody");
    let refused = token
        .chain
        .execute(&nobody, &token.address, &too_much)
        .unwrap_err();
    assert_eq!(refused.code().0, "sdk");
}

/// What impersonation made is refused by a node in which the account has the same coins, number and sequence, on arrival
/// and in a block.
#[test]
fn impersonated_transaction_is_refused_by_a_node() {
    let mut token = Token::begin();
    let as_alice = token.chain.impersonate(&token.alice);
    let coins = [Coin::new(5, DENOM)];
    let (by, to) = (as_alice, token.bob.clone());
    let done = token.chain.send(&by, &to, &coins).unwrap();
    let account = |address: &str| GenesisAccount {
        address: address.to_owned(),
        balance: vec![Coin::new(1000, DENOM)],
    };
    let genesis = Genesis {
        accounts: vec![account(token.alice.address()), account(token.bob.address())],
        ..token.chain.genesis().clone()
    };
    let vm = Vm::new(VmConfig::default()).unwrap();
    let mut node = Node::in_memory(vm, &genesis).unwrap();
    match node.broadcast(done.tx.clone()) {
        Err(NodeError::Refused(refused)) => {
            assert_eq!((refused.codespace.as_str(), refused.code), ("sdk", 8));
        }
        other => panic!("not refused: {other:?}"),
    }
    let block = node.apply(&[done.tx], node.time_nanos() + 1).unwrap();
    assert_eq!(block.results[0].code, 8);
    assert_eq!(node.balance(token.bob.address(), DENOM).unwrap(), 1000);
}
