use commons_common::journal::Entry;
use commons_common::registry::{ExecuteMsg, InstantiateMsg, QueryMsg, Role};
use commons_registry::RegistryError;
use cosmwasm_std::testing::message_info;
use cosmwasm_std::{Addr, coins};

use crate::support::{Registry, addr, approval, charter};

#[test]
fn the_steward_is_the_one_named() {
    let registry = Registry::empty();
    let steward: Addr = registry.ask(QueryMsg::Steward {});
    assert_eq!(steward, addr("steward"));
}

#[test]
fn a_steward_of_no_chain_is_refused() {
    let steward = addr("steward").as_str().to_uppercase();
    let refused = Registry::blank()
        .begin(InstantiateMsg { steward })
        .unwrap_err();
    assert!(matches!(refused, RegistryError::Std(_)));
}

/// R34: the instantiation is entry 1, each message is one more.
#[test]
fn every_message_is_one_entry_of_the_journal() {
    let mut registry = Registry::empty();
    let first: Entry = registry.ask(QueryMsg::Journal {});
    let response = registry.approve(Role::Roll, 1).unwrap();
    let second: Entry = registry.ask(QueryMsg::Journal {});
    assert_eq!((first.n, second.n), (1, 2));
    let event = response.events.last().unwrap();
    assert_eq!(event.ty, "journal");
    assert_eq!(event.attributes[1].value, second.head.to_string());
    let version = cw2::get_contract_version(&registry.deps.storage).unwrap();
    assert_eq!(version.contract, "crate:commons-registry");
}

#[test]
fn coins_are_refused() {
    let mut registry = Registry::new();
    let found = ExecuteMsg::Found {
        charter: Box::new(charter("Valley")),
        checksums: Vec::new(),
    };
    for msg in [approval(Role::Roll, 9), found] {
        let info = message_info(&addr("steward"), &coins(1, "ucommon"));
        let refused = registry.send_with(info, msg).unwrap_err();
        assert!(matches!(refused, RegistryError::FundsSent));
    }
}
