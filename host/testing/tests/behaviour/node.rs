//! A test chain does what a node does: the same transactions at the same times give the same results, and the same state.

use commons_ledger::{Coin, Genesis, GenesisAccount, TxResult};
use commons_node::{Node, Vm, VmConfig};
use commons_testing::{DENOM, Done, TestChain};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgInstantiateContract, MsgStoreCode};
use serde_json::json;

use crate::support::{cw20, transfer};

/// A node that begins where `chain` is: with its accounts, by their numbers, and as many blocks, the last with `tx` in it:
/// whether there was a transaction before is a difference of some bytes in the state, which are paid for.
fn node_at(chain: &TestChain, accounts: &[&str], tx: &[u8]) -> Node {
    let faucet = chain.genesis().accounts[0].address.clone();
    let addresses = [faucet.as_str()].into_iter().chain(accounts.to_vec());
    let genesis = Genesis {
        accounts: addresses
            .map(|address| GenesisAccount {
                address: address.to_owned(),
                balance: vec![Coin::new(chain.balance(&address, DENOM), DENOM)],
            })
            .collect(),
        ..chain.genesis().clone()
    };
    let vm = Vm::new(VmConfig::default()).unwrap();
    let mut node = Node::in_memory(vm, &genesis).unwrap();
    for left in (0..chain.height()).rev() {
        let time = chain.time_nanos() - left * 1_000_000_000;
        if left == 0 {
            let block = node.apply(&[tx.to_vec()], time).unwrap();
            assert_eq!(block.results[0].code, 0, "{}", block.results[0].log);
        } else {
            node.make_block(time).unwrap();
        }
    }
    node
}

#[test]
fn node_that_executes_the_same_transactions_comes_to_the_same() {
    let mut chain = TestChain::new();
    let (alice, bob) = (chain.account("alice"), chain.account("bob"));
    let carol = chain.account("carol");
    let start = chain.snapshot();
    let coins = [Coin::new(1, DENOM)];
    let before = chain.send(&carol, &carol.clone(), &coins).unwrap().tx;
    chain.revert(&start);
    let accounts = [alice.address(), bob.address(), carol.address()];
    let mut node = node_at(&chain, &accounts, &before);
    let mut seen: Vec<(Vec<u8>, u64, TxResult)> = Vec::new();
    let mut see = |chain: &TestChain, done: &Done| {
        seen.push((done.tx.clone(), chain.time_nanos(), done.result.clone()));
    };
    let store = MsgStoreCode {
        sender: alice.address().to_owned(),
        wasm_byte_code: cw20(),
        ..MsgStoreCode::default()
    };
    let done = chain.submit(&alice, vec![TestChain::message(&store)]);
    see(&chain, &done.unwrap());
    let begin = json!({ "name": "Token", "symbol": "TOK", "decimals": 6,
        "initial_balances": [{ "address": alice.address(), "amount": "1000" }] });
    let instantiate = MsgInstantiateContract {
        sender: alice.address().to_owned(),
        code_id: 1,
        label: "token".to_owned(),
        msg: serde_json::to_vec(&begin).unwrap(),
        ..MsgInstantiateContract::default()
    };
    let done = chain.submit(&alice, vec![TestChain::message(&instantiate)]);
    let done = done.unwrap();
    let token = done.attribute("instantiate", "_contract_address").unwrap();
    let token = token.to_owned();
    see(&chain, &done);
    let (pay, funds) = (transfer(bob.address(), 10), [Coin::new(2, DENOM)]);
    let done = chain.execute_with(&alice, &token, &pay, &funds).unwrap();
    see(&chain, &done);
    let too_much = transfer(alice.address(), 11);
    let refused = chain.execute(&bob, &token, &too_much).unwrap_err();
    see(&chain, &refused.0);

    for (tx, time, wanted) in seen {
        let block = node.apply(&[tx], time).unwrap();
        assert_eq!(block.results, [wanted]);
    }
    assert_eq!(node.height(), chain.height());
    assert_eq!(node.contract_state(&token).unwrap(), chain.stored(&token));
    assert_eq!(chain.balance(&token, DENOM), 2);
    for address in [alice.address(), bob.address(), &token] {
        let balance = node.balance(address, DENOM).unwrap();
        assert_eq!(balance, chain.balance(&address, DENOM));
    }
}
