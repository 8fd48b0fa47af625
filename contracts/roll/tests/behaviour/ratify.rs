use commons_common::roll::ExecuteMsg;
use commons_roll::RollError;

use crate::support::{Roll, addr, registrar};

#[test]
fn only_the_assembly_ratifies() {
    let mut roll = Roll::new();
    for sender in [registrar(0), addr("anyone"), addr("registry")] {
        let refused = roll.send(&sender, ExecuteMsg::Ratify {}).unwrap_err();
        assert!(matches!(refused, RollError::NotAssembly { .. }));
    }
}

#[test]
fn ratification_happens_once() {
    let mut roll = Roll::new();
    roll.ratify();
    let refused = roll
        .send(&addr("assembly"), ExecuteMsg::Ratify {})
        .unwrap_err();
    assert!(matches!(refused, RollError::AlreadyRatified));
}
