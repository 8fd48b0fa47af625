use std::time::Duration;

use commons_testing::TestChain;
use serde_json::{Value, json};

#[test]
fn bob_spends_what_alice_allows_him_until_it_expires() {
    let mut chain = TestChain::new();
    let (alice, bob) = (chain.account("alice"), chain.account("bob"));
    let code = chain.store(&alice, &wasm()).unwrap();
    let begin = json!({ "name": "Token", "symbol": "TOK", "decimals": 6,
        "initial_balances": [{ "address": alice.address(), "amount": "1000" }] });
    let token = chain.instantiate(&alice, code, &begin).unwrap();

    let in_an_hour = (chain.time_nanos() + 3_600_000_000_000).to_string();
    let allow = json!({ "increase_allowance": { "spender": bob.address(), "amount": "20",
        "expires": { "at_time": in_an_hour } } });
    chain.execute(&alice, &token, &allow).unwrap();
    let spend = json!({ "transfer_from": { "owner": alice.address(),
        "recipient": bob.address(), "amount": "10" } });
    let done = chain.execute(&bob, &token, &spend).unwrap();
    println!("{}\n{}", done.trace(), done.diff());

    let before = chain.snapshot();
    chain.advance(Duration::from_secs(3600));
    let refused = chain.execute(&bob, &token, &spend).unwrap_err();
    assert!(refused.log().contains("Allowance is expired"), "{refused}");
    chain.revert(&before);
    chain.execute(&bob, &token, &spend).unwrap();

    let ask = json!({ "balance": { "address": bob.address() } });
    let balance: Value = chain.query(&token, &ask).unwrap();
    assert_eq!(balance["balance"], "20");
    println!("{}", chain.gas_report());
}

/// The wasm under test: yours is `std::fs::read("artifacts/my_contract.wasm")`; here it is cw20-base from crates.io.
fn wasm() -> Vec<u8> {
    commons_tests::peers::built("cw20-base")
}
