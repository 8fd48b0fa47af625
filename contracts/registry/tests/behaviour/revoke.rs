use commons_common::registry::{ExecuteMsg, Role};
use commons_registry::RegistryError;

use crate::support::{Registry, addr, charter, checksum, hash};

#[test]
fn only_the_steward_revokes() {
    let mut registry = Registry::new();
    let msg = ExecuteMsg::Revoke {
        role: Role::Roll,
        checksum: hash(&checksum(1)),
    };
    let refused = registry.send(&addr("anyone"), msg).unwrap_err();
    assert!(matches!(refused, RegistryError::NotSteward { .. }));
}

#[test]
fn what_is_not_approved_cannot_be_revoked() {
    let mut registry = Registry::new();
    for (role, code_id) in [(Role::Roll, 2), (Role::Assembly, 1), (Role::Roll, 30)] {
        let refused = registry.revoke(role, code_id).unwrap_err();
        assert!(matches!(refused, RegistryError::NotApproved { .. }));
    }
    registry.revoke(Role::Roll, 1).unwrap();
    let again = registry.revoke(Role::Roll, 1).unwrap_err();
    assert!(matches!(again, RegistryError::NotApproved { .. }));
}

/// Nothing is founded from revoked code; with an older approval left, that one serves.
#[test]
fn revoked_code_founds_nothing() {
    let mut registry = Registry::new();
    registry.approve(Role::Roll, 9).unwrap();
    registry.revoke(Role::Roll, 9).unwrap();
    let trust = registry.founded(charter("Valley"));
    assert_eq!(trust.contracts[0].checksum, hash(&checksum(1)));
    registry.revoke(Role::Roll, 1).unwrap();
    let refused = registry.found(charter("Forest")).unwrap_err();
    assert!(matches!(
        refused,
        RegistryError::NoCode { role: Role::Roll }
    ));
    // The trust that exists stays as it is.
    assert_eq!(registry.trust(1), trust);
}
