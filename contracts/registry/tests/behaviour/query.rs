use commons_common::charter::TrustKind;
use commons_common::id::TrustId;
use commons_common::registry::{ApprovedCode, QueryMsg, Role, TrustEntry};
use commons_registry::RegistryError;

use crate::support::{Registry, charter};

fn list(registry: &Registry, start_after: Option<u64>, limit: Option<u32>) -> Vec<u64> {
    let trusts: Vec<TrustEntry> = registry.ask(QueryMsg::ListTrusts {
        kind: Some(TrustKind::Fund),
        start_after: start_after.map(TrustId),
        limit,
    });
    trusts.iter().map(|t| t.id.get()).collect()
}

/// C7: a list of any length is read in pages, oldest first.
#[test]
fn trusts_are_listed_in_bounded_pages() {
    let mut registry = Registry::new();
    for i in 0..110 {
        registry.found(charter(&format!("Trust {i}"))).unwrap();
    }
    assert_eq!(list(&registry, None, Some(3)), [1, 2, 3]);
    assert_eq!(list(&registry, Some(108), Some(9)), [109, 110]);
    assert_eq!(list(&registry, None, None).len(), 30);
    assert_eq!(list(&registry, None, Some(u32::MAX)).len(), 100);
}

#[test]
fn unknown_trusts_are_an_error() {
    let registry = Registry::new();
    for id in [0, 1] {
        let refused = registry.ask_err(QueryMsg::Trust { trust: TrustId(id) });
        assert!(matches!(refused, RegistryError::NoSuchTrust(_)));
    }
}

#[test]
fn codes_are_listed_by_role_oldest_first() {
    let mut registry = Registry::new();
    registry.approve(Role::Roll, 9).unwrap();
    registry.approve(Role::Roll, 5).unwrap();
    let codes: Vec<ApprovedCode> = registry.ask(QueryMsg::Codes {});
    let roll: Vec<u64> = codes
        .iter()
        .filter(|c| c.role == Role::Roll)
        .map(|c| c.code_id)
        .collect();
    assert_eq!(codes.len(), 6);
    assert_eq!(roll, [1, 9, 5]);
}
