use commons_common::id::TrustId;
use commons_common::text::Name;
use commons_registry::RegistryError;

use crate::support::{Registry, charter};

/// C7: a name is taken in every spelling with the same letters and digits.
#[test]
fn a_name_is_taken_in_every_spelling() {
    let mut registry = Registry::new();
    registry.found(charter("Valley Water 2")).unwrap();
    for spelling in [
        "Valley Water 2",
        "valley water 2",
        "VALLEY WATER 2",
        "ValleyWater2",
        "Valley-Water_2",
        "V.a.l.l.e.y Water (2)!",
    ] {
        let refused = registry.found(charter(spelling)).unwrap_err();
        assert!(
            matches!(refused, RegistryError::NameTaken { holder: TrustId(1) }),
            "{spelling}"
        );
    }
    registry.found(charter("Valley Water 20")).unwrap();
}

/// C7: letters that look alike never reach the registry: a name is printable ASCII.
#[test]
fn names_beyond_ascii_are_no_names() {
    for spelling in [
        "V\u{430}lley",
        "Va\u{200b}lley",
        "Valle\u{301}y",
        "Valley\n",
    ] {
        let json = cosmwasm_std::to_json_vec(spelling).unwrap();
        assert!(cosmwasm_std::from_json::<String>(&json).is_ok());
        assert!(cosmwasm_std::from_json::<Name>(&json).is_err());
    }
}

#[test]
fn a_trust_is_found_by_any_spelling() {
    let mut registry = Registry::new();
    registry.found(charter("Valley Water")).unwrap();
    let found = registry.by_name("VALLEY-water").unwrap();
    assert_eq!(found.id, TrustId(1));
    assert_eq!(found.name.as_str(), "Valley Water");
    assert_eq!(registry.by_name("Valley"), None);
}

/// A charter that is refused takes no name.
#[test]
fn a_refused_founding_takes_no_name() {
    let mut registry = Registry::new();
    let mut broken = charter("Valley");
    broken.trustees.truncate(2);
    registry.found(broken).unwrap_err();
    assert_eq!(registry.by_name("Valley"), None);
    registry.found(charter("Valley")).unwrap();
}
