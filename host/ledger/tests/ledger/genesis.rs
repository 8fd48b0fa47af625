//! The state before the first block.

use crate::support::{CHAIN, Chain, Person, START, ledger_with_prefix};
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount, Reject};

fn genesis(accounts: Vec<GenesisAccount>) -> Genesis {
    Genesis {
        chain_id: CHAIN.to_owned(),
        time: START,
        address_prefix: "commons".to_owned(),
        accounts,
        params: ChainParams::default(),
    }
}

fn account(person: &Person, balance: Vec<Coin>) -> GenesisAccount {
    GenesisAccount {
        address: person.address.clone(),
        balance,
    }
}

#[test]
fn accounts_are_numbered_from_zero_and_hold_what_the_genesis_says() {
    let chain = Chain::new();
    let of = |person: &Person| {
        chain
            .ledger
            .account(&chain.state, &person.address)
            .unwrap()
            .unwrap()
    };
    assert_eq!((of(&chain.anna).number, of(&chain.bert).number), (0, 1));
    assert_eq!(chain.balance(&chain.anna.address, "utoken"), 1_000_000);
    assert_eq!(chain.balance(&chain.bert.address, "uother"), 0);
}

#[test]
fn a_genesis_survives_its_json_form() {
    let genesis = genesis(vec![account(
        &Person::new(1),
        vec![Coin::new(u128::MAX, "utoken")],
    )]);
    let json = serde_json::to_string(&genesis).unwrap();
    assert!(json.contains(r#""amount":"340282366920938463463374607431768211455""#));
    assert!(json.contains(r#""time":"1700000000000000000""#));
    assert_eq!(serde_json::from_str::<Genesis>(&json).unwrap(), genesis);
}

#[test]
fn a_malformed_genesis_is_refused_by_name() {
    let ledger = ledger_with_prefix("commons");
    let (anna, bert) = (Person::new(1), Person::new(2));
    let coins = |list: &[(u128, &str)]| list.iter().map(|(a, d)| Coin::new(*a, *d)).collect();
    let twice = genesis(vec![account(&anna, vec![]), account(&anna, vec![])]);
    assert_eq!(
        ledger.init(&twice),
        Err(Reject::DuplicateAccount(anna.address.clone()))
    );
    for bad in [
        coins(&[(1, "utoken"), (1, "uother")]),
        coins(&[(0, "utoken")]),
        coins(&[(1, "u")]),
    ] {
        let result = ledger.init(&genesis(vec![account(&anna, bad)]));
        assert!(matches!(result, Err(Reject::Coins { .. })), "{result:?}");
    }
    let much: Vec<Coin> = coins(&[(u128::MAX, "utoken")]);
    let flood = genesis(vec![account(&anna, much.clone()), account(&bert, much)]);
    assert_eq!(
        ledger.init(&flood),
        Err(Reject::Supply("utoken".to_owned()))
    );
    let mut upper = genesis(vec![account(&anna, vec![])]);
    upper.accounts[0].address = upper.accounts[0].address.to_uppercase();
    assert!(matches!(ledger.init(&upper), Err(Reject::Address { .. })));
    let mut nameless = genesis(vec![]);
    nameless.chain_id.clear();
    assert_eq!(ledger.init(&nameless), Err(Reject::ChainId(0)));
    let mut foreign = genesis(vec![]);
    foreign.address_prefix = "cosmos".to_owned();
    assert!(matches!(ledger.init(&foreign), Err(Reject::Prefix { .. })));
}
