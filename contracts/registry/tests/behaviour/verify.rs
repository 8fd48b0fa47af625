use commons_common::id::TrustId;
use commons_common::registry::{QueryMsg, Role, Verification};
use commons_common::units::Seconds;
use commons_registry::RegistryError;

use crate::support::{Registry, addr, charter, checksum};

const GOOD: Verification = Verification {
    trust: TrustId(1),
    code_unchanged: true,
    code_approved: true,
    no_admin: true,
    keeps_default_windows: true,
};

#[test]
fn a_trust_as_founded_is_what_the_mark_promises() {
    let mut registry = Registry::new();
    let trust = registry.founded(charter("Valley"));
    for contract in &trust.contracts {
        assert_eq!(registry.verify(&contract.address), GOOD);
    }
}

/// R37: one contract with an admin, asked about any of its siblings.
#[test]
fn an_admin_anywhere_shows() {
    let mut registry = Registry::new();
    let trust = registry.founded(charter("Valley"));
    for contract in &trust.contracts {
        let key = contract.address.to_string();
        let before = registry.chain.borrow().contracts[&key].clone();
        let with_admin = (before.0, Some(addr("admin")));
        registry
            .chain
            .borrow_mut()
            .contracts
            .insert(key.clone(), with_admin);
        let expected = Verification {
            no_admin: false,
            ..GOOD
        };
        assert_eq!(registry.verify(&trust.contracts[0].address), expected);
        registry.chain.borrow_mut().contracts.insert(key, before);
    }
}

/// R37: other code at the same address, approved or not, is not what was founded.
#[test]
fn changed_code_shows() {
    let mut registry = Registry::new();
    let trust = registry.founded(charter("Valley"));
    registry.approve(Role::Trust, 30).unwrap();
    let key = trust.contracts[3].address.to_string();
    registry
        .chain
        .borrow_mut()
        .contracts
        .insert(key, (30, None));
    let expected = Verification {
        code_unchanged: false,
        ..GOOD
    };
    assert_eq!(registry.verify(&trust.contracts[0].address), expected);
}

#[test]
fn revoked_code_shows() {
    let mut registry = Registry::new();
    let trust = registry.founded(charter("Valley"));
    registry.revoke(Role::Survey, 3).unwrap();
    let expected = Verification {
        code_approved: false,
        ..GOOD
    };
    assert_eq!(registry.verify(&trust.contracts[1].address), expected);
    // The same code stored anew and approved again is the same code.
    registry.chain.borrow_mut().codes.insert(60, checksum(3));
    registry.approve(Role::Survey, 60).unwrap();
    assert_eq!(registry.verify(&trust.contracts[1].address), GOOD);
}

#[test]
fn short_windows_show() {
    let mut registry = Registry::new();
    let mut charter = charter("Valley");
    charter.decisions.ordinary.vote = Seconds(1);
    let trust = registry.founded(charter);
    let expected = Verification {
        keeps_default_windows: false,
        ..GOOD
    };
    assert_eq!(registry.verify(&trust.contracts[2].address), expected);
}

#[test]
fn strangers_have_no_mark() {
    let mut registry = Registry::new();
    registry.founded(charter("Valley"));
    let stranger = addr("stranger").into_string();
    let refused = registry.ask_err(QueryMsg::Verify { addr: stranger });
    assert!(matches!(refused, RegistryError::NotOfATrust(_)));
}
