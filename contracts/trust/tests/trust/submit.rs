//! A trustee submits the next milestone.

use commons_common::id::AppropriationId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, addr, hash};

const ONE: AppropriationId = AppropriationId(1);

fn submit() -> ExecuteMsg {
    ExecuteMsg::Submit {
        appropriation: ONE,
        evidence_hash: hash(),
    }
}

fn accepted() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[100]);
    world
        .send("paul", 0, &ExecuteMsg::Accept { appropriation: ONE })
        .unwrap();
    world
}

/// R30: by a trustee, with the hash of the evidence.
#[test]
fn a_trustee_submits() {
    let mut world = accepted();
    assert!(world.send("anna", 0, &submit()).unwrap().says("submitted"));
    let submission = world.appropriation(ONE).submission.unwrap();
    assert_eq!(
        (submission.by, submission.evidence_hash),
        (addr("anna"), hash())
    );
    assert_eq!(submission.approved_by, None);
}

/// An approval is for the evidence that was submitted: it cannot be exchanged under the approver's hands.
#[test]
fn a_submission_is_not_replaced() {
    let mut world = accepted();
    world.send("anna", 0, &submit()).unwrap();
    for again in ["anna", "bert"] {
        let refused = world.send(again, 0, &submit());
        assert!(matches!(refused, Err(TrustError::AlreadySubmitted { .. })));
    }
}

/// R30: by nobody else, nor by a trustee who declared an interest in the payee, nor by the payee.
#[test]
fn only_a_disinterested_trustee_submits() {
    let mut world = accepted();
    let refused = world.send("stranger", 0, &submit());
    assert!(matches!(refused, Err(TrustError::NotTrustee(_))));
    world
        .siblings
        .interests
        .insert((addr("anna"), addr("paul")));
    world.siblings.trustees.insert(addr("paul"));
    for interested in ["anna", "paul"] {
        let refused = world.send(interested, 0, &submit());
        assert!(matches!(refused, Err(TrustError::Interested { .. })));
    }
    world.siblings.trustees.remove(&addr("bert"));
    let refused = world.send("bert", 0, &submit());
    assert!(matches!(refused, Err(TrustError::NotTrustee(_))));
}

/// After the payee accepted, before it lapses, while something is left.
#[test]
fn a_submission_is_in_time() {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[100]);
    let refused = world.send("anna", 0, &submit());
    assert!(matches!(refused, Err(TrustError::NotAccepted { .. })));
    let mut world = accepted();
    world.approved(ONE);
    world
        .send("cleo", 0, &ExecuteMsg::Pay { appropriation: ONE })
        .unwrap();
    let refused = world.send("anna", 0, &submit());
    assert!(matches!(refused, Err(TrustError::AllPaid)));
    let mut world = accepted();
    world.wait(PERIOD);
    let refused = world.send("anna", 0, &submit());
    assert!(matches!(refused, Err(TrustError::Lapsed(_))));
}
