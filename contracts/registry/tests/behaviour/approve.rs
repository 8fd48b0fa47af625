use commons_common::registry::{ApprovedCode, QueryMsg, Role};
use commons_registry::RegistryError;

use crate::support::{Registry, addr, approval, checksum, hash};

/// The steward approves; nobody else does.
#[test]
fn only_the_steward_approves() {
    let mut registry = Registry::empty();
    for sender in ["anyone", "deployer", "developer"] {
        let refused = registry
            .send(&addr(sender), approval(Role::Roll, 1))
            .unwrap_err();
        assert!(matches!(refused, RegistryError::NotSteward { .. }));
    }
    let codes: Vec<ApprovedCode> = registry.ask(QueryMsg::Codes {});
    assert_eq!(codes, []);
}

/// The checksum is the chain's, not the sender's.
#[test]
fn approved_code_carries_the_checksum_of_the_chain() {
    let mut registry = Registry::empty();
    registry.approve(Role::Survey, 7).unwrap();
    let codes: Vec<ApprovedCode> = registry.ask(QueryMsg::Codes {});
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].role, Role::Survey);
    assert_eq!(codes[0].code_id, 7);
    assert_eq!(codes[0].checksum, hash(&checksum(7)));
}

#[test]
fn code_that_is_not_stored_is_refused() {
    let mut registry = Registry::empty();
    let refused = registry.approve(Role::Roll, 41).unwrap_err();
    assert!(matches!(refused, RegistryError::Std(_)));
}

/// C10: the same code twice for a role, under whatever id, is refused; another role is another matter.
#[test]
fn the_same_code_is_approved_once_a_role() {
    let mut registry = Registry::empty();
    registry.chain.borrow_mut().codes.insert(50, checksum(1));
    registry.approve(Role::Roll, 1).unwrap();
    for code_id in [1, 50] {
        let refused = registry.approve(Role::Roll, code_id).unwrap_err();
        assert!(matches!(refused, RegistryError::AlreadyApproved { .. }));
    }
    registry.approve(Role::Trust, 1).unwrap();
}

/// The catalogue stays one bounded answer; revoking makes room.
#[test]
fn a_role_has_16_codes_at_most() {
    let mut registry = Registry::empty();
    for code_id in 1..=16 {
        registry.approve(Role::Roll, code_id).unwrap();
    }
    let refused = registry.approve(Role::Roll, 17).unwrap_err();
    assert!(matches!(
        refused,
        RegistryError::TooManyCodes { max: 16, .. }
    ));
    registry.revoke(Role::Roll, 3).unwrap();
    registry.approve(Role::Roll, 17).unwrap();
    let codes: Vec<ApprovedCode> = registry.ask(QueryMsg::Codes {});
    assert_eq!(codes.len(), 16);
}
