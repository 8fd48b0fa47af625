use commons_common::journal::Entry;
use commons_common::roll::{ExecuteMsg, QueryMsg, Registrar};
use commons_roll::RollError;
use cosmwasm_std::coins;
use cosmwasm_std::testing::message_info;

use crate::support::{QUOTA, Roll, addr, instantiate_msg, registrar, rules};

/// C6, R43: rules under which nobody could ever be admitted, or one registrar alone could admit, begin no roll.
#[test]
fn rules_that_lock_or_open_the_roll_are_refused() {
    let mut fewer = rules();
    fewer.registrars.truncate(2);
    let mut alone = rules();
    alone.threshold = 1;
    let mut unreachable = rules();
    unreachable.threshold = 6;
    let mut twice = rules();
    twice.registrars[1] = twice.registrars[0].clone();
    let mut idle = rules();
    idle.registrars[4].quota = 0;
    let mut timeless = rules();
    timeless.epoch.0 = 0;
    let mut stillborn = rules();
    stillborn.validity = stillborn.admission;
    for (rules, path) in [
        (fewer, "roll.registrars"),
        (alone, "roll.threshold"),
        (unreachable, "roll.threshold"),
        (twice, "roll.registrars.1"),
        (idle, "roll.registrars.4.quota"),
        (timeless, "roll.epoch"),
        (stillborn, "roll.validity"),
    ] {
        let refused = Roll::blank().begin(instantiate_msg(rules)).unwrap_err();
        let RollError::Charter(error) = refused else {
            panic!("{refused}");
        };
        assert_eq!(error.path, path);
    }
}

#[test]
fn a_roll_without_classes_is_refused() {
    let mut msg = instantiate_msg(rules());
    msg.classes.clear();
    let refused = Roll::blank().begin(msg).unwrap_err();
    assert!(matches!(refused, RollError::Classes { length: 0 }));
}

/// CWA-2022-002: an address in another case is not silently another address.
#[test]
fn addresses_of_no_chain_are_refused() {
    let mut shouting = instantiate_msg(rules());
    shouting.assembly = shouting.assembly.to_uppercase();
    let mut foreign = instantiate_msg(rules());
    foreign.rules.registrars[0].account = "nobody".to_owned();
    for msg in [shouting, foreign] {
        let refused = Roll::blank().begin(msg).unwrap_err();
        assert!(matches!(refused, RollError::Std(_)), "{refused}");
    }
}

/// R34: the instantiation is entry 1, each message is one more, and the event says so.
#[test]
fn every_message_is_one_entry_of_the_journal() {
    let mut roll = Roll::new();
    let first: Entry = roll.ask(QueryMsg::Journal {});
    assert_eq!(first.n, 1);
    let response = roll
        .send(&addr("anyone"), ExecuteMsg::Settle { limit: 1 })
        .unwrap();
    let second: Entry = roll.ask(QueryMsg::Journal {});
    assert_eq!(second.n, 2);
    assert_ne!(second.head, first.head);
    let event = response.events.last().unwrap();
    assert_eq!(event.ty, "journal");
    let values: Vec<&str> = event.attributes.iter().map(|a| a.value.as_str()).collect();
    assert_eq!(values, ["2".to_owned(), second.head.to_string()]);
}

#[test]
fn version_is_stored_under_cw2() {
    let roll = Roll::new();
    let version = cw2::get_contract_version(&roll.deps.storage).unwrap();
    assert_eq!(version.contract, "crate:commons-roll");
    assert_eq!(version.version, env!("CARGO_PKG_VERSION"));
}

#[test]
fn coins_are_refused() {
    let mut roll = Roll::new();
    let info = message_info(&addr("anyone"), &coins(1, "ucommon"));
    let refused = roll
        .send_with(info, ExecuteMsg::Settle { limit: 1 })
        .unwrap_err();
    assert!(matches!(refused, RollError::FundsSent));
}

#[test]
fn registrars_begin_with_their_quota() {
    let roll = Roll::new();
    let registrars: Vec<Registrar> = roll.ask(QueryMsg::Registrars {});
    assert_eq!(registrars.len(), 5);
    for i in 0..5 {
        let found = registrars.iter().find(|r| r.account == registrar(i));
        assert_eq!(found.map(|r| (r.quota, r.used)), Some((QUOTA, 0)));
    }
}
