//! Time, heights, and the way back.

use std::time::Duration;

use commons_testing::{Coin, DENOM, TestChain};

use crate::support::{Token, transfer};

#[test]
fn each_transaction_is_a_block_and_time_passes_with_it() {
    let mut chain = TestChain::new();
    let (alice, bob) = (chain.account("alice"), chain.account("bob"));
    let (height, time) = (chain.height(), chain.time_nanos());
    let done = chain.send(&alice, &bob, &[Coin::new(1, DENOM)]).unwrap();
    assert_eq!((done.height, chain.height()), (height + 1, height + 1));
    assert_eq!(chain.time_nanos(), time + 5_000_000_000);
    chain.advance(Duration::from_secs(86_400));
    assert_eq!(chain.height(), height + 2);
    chain.advance_blocks(10);
    assert_eq!(chain.height(), height + 12);
    assert_eq!(chain.time_nanos(), time + (5 + 86_400 + 50) * 1_000_000_000);
}

/// State, height, time and sequences, back and forth, as often as wanted.
#[test]
fn snapshot_brings_everything_back() {
    let mut token = Token::begin();
    let start = token.chain.snapshot();
    let (height, time) = (token.chain.height(), token.chain.time_nanos());
    let pay = transfer(token.bob.address(), 10);
    for _ in 0..2 {
        token
            .chain
            .execute(&token.alice, &token.address, &pay)
            .unwrap();
        token.chain.advance(Duration::from_secs(1000));
        let later = token.chain.snapshot();
        assert_eq!(token.balance(token.bob.address()), "10");
        token.chain.revert(&start);
        assert_eq!(token.balance(token.bob.address()), "0");
        assert_eq!(
            (token.chain.height(), token.chain.time_nanos()),
            (height, time)
        );
        token.chain.revert(&later);
        assert_eq!(token.balance(token.bob.address()), "10");
        assert_eq!(token.chain.height(), height + 2);
        token.chain.revert(&start);
    }
}

#[test]
fn account_that_was_named_after_the_snapshot_is_funded_again() {
    let mut chain = TestChain::new();
    let start = chain.snapshot();
    let carol = chain.account("carol");
    let funds = chain.balance(&carol, DENOM);
    chain.revert(&start);
    assert_eq!(chain.balance(&carol, DENOM), 0);
    let again = chain.account("carol");
    assert_eq!(again.address(), carol.address());
    assert_eq!(chain.balance(&carol, DENOM), funds);
}
