//! A second trustee approves.

use commons_common::id::AppropriationId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, addr, hash};

const ONE: AppropriationId = AppropriationId(1);
const APPROVE: ExecuteMsg = ExecuteMsg::Approve { appropriation: ONE };

fn submitted() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[100]);
    world
        .send("paul", 0, &ExecuteMsg::Accept { appropriation: ONE })
        .unwrap();
    let refused = world.send("bert", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::NotSubmitted)));
    let submit = ExecuteMsg::Submit {
        appropriation: ONE,
        evidence_hash: hash(),
    };
    world.send("anna", 0, &submit).unwrap();
    world
}

/// R30: another trustee than the one who submitted, once.
#[test]
fn another_trustee_approves() {
    let mut world = submitted();
    let refused = world.send("anna", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::SameTrustee(_))));
    assert!(world.send("bert", 0, &APPROVE).unwrap().says("approved"));
    let submission = world.appropriation(ONE).submission.unwrap();
    assert_eq!(submission.approved_by, Some(addr("bert")));
    let refused = world.send("cleo", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::AlreadyApproved { .. })));
}

/// R30: in office and without interest, before it lapses.
#[test]
fn an_approval_is_checked() {
    let mut world = submitted();
    let refused = world.send("stranger", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::NotTrustee(_))));
    world
        .siblings
        .interests
        .insert((addr("bert"), addr("paul")));
    let refused = world.send("bert", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::Interested { .. })));
    world.wait(PERIOD);
    let refused = world.send("cleo", 0, &APPROVE);
    assert!(matches!(refused, Err(TrustError::Lapsed(_))));
}
