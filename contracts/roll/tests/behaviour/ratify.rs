use commons_common::roll::ExecuteMsg;
use commons_roll::RollError;

use crate::support::{ADMISSION, EPOCH, Roll, VALIDITY, addr, attestations, registrar};

#[test]
fn only_the_assembly_ratifies() {
    let mut roll = Roll::new();
    for sender in [registrar(0), addr("anyone"), addr("registry")] {
        let refused = roll
            .send(
                &sender,
                ExecuteMsg::Ratify {
                    electorate_height: 1,
                },
            )
            .unwrap_err();
        assert!(matches!(refused, RollError::NotAssembly { .. }));
    }
}

#[test]
fn ratification_happens_once() {
    let mut roll = Roll::new();
    roll.ratify();
    let refused = roll.ratify_as_of(roll.height()).unwrap_err();
    assert!(matches!(refused, RollError::AlreadyRatified));
}

/// Forty persons with a vote; one epoch may add two to them. Answers with a height at whose start they have it.
fn forty() -> (Roll, u64) {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..40));
    roll.pass(ADMISSION);
    roll.settle(u32::MAX);
    roll.pass(0);
    let height = roll.height();
    (roll, height)
}

/// R43: who votes on the charter is the roll; it cannot be packed while they do.
#[test]
fn a_roll_packed_during_the_poll_is_not_ratified() {
    let (mut roll, height) = forty();
    roll.admit(attestations(&roll.env, 40..43));
    roll.at(3 * EPOCH);
    roll.settle(u32::MAX);
    roll.pass(0);
    let refused = roll.ratify_as_of(height).unwrap_err();
    assert!(matches!(
        refused,
        RollError::GrownSince {
            joined: 3,
            bound: 2
        }
    ));
    // Whoever votes with them may ratify with them.
    roll.ratify_as_of(roll.height()).unwrap();
}

/// R43: attested before the poll and not yet counted in it is joining after it, too.
#[test]
fn a_roll_packed_on_the_eve_of_the_poll_is_not_ratified() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..40));
    roll.pass(ADMISSION);
    roll.settle(40);
    roll.admit(attestations(&roll.env, 40..43));
    roll.pass(ADMISSION);
    // Their window is over; they are settled in the very block of the poll, so they have no vote in it.
    let height = roll.height();
    roll.settle(u32::MAX);
    roll.pass(0);
    let refused = roll.ratify_as_of(height).unwrap_err();
    assert!(matches!(refused, RollError::GrownSince { joined: 3, .. }));
    roll.ratify_as_of(height + 1).unwrap();
}

/// R43: what joined during the poll is part of the growth of the epoch of ratification.
#[test]
fn growth_counts_from_the_poll_on() {
    let (mut roll, height) = forty();
    assert_eq!(roll.admit(attestations(&roll.env, 40..41)), 1);
    roll.pass(10);
    roll.ratify_as_of(height).unwrap();
    assert_eq!(roll.admit(attestations(&roll.env, 50..60)), 1);
    roll.at(EPOCH);
    assert_eq!(roll.admit(attestations(&roll.env, 60..70)), 2);
}

/// R43: who lapsed without ever having a vote is not part of the electorate that a renewal would bring them into.
#[test]
fn persons_held_back_until_they_lapse_do_not_slip_past_the_bound() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..40));
    roll.pass(ADMISSION);
    roll.settle(40);
    roll.admit(attestations(&roll.env, 40..43));
    roll.at(VALIDITY - 1);
    let everyone: Vec<u64> = (1..=40).collect();
    roll.renew(0, &everyone);
    roll.at(2 * VALIDITY - 1);
    roll.expire(u32::MAX);
    roll.settle(u32::MAX);
    roll.pass(0);
    let refused = roll.ratify_as_of(roll.height()).unwrap_err();
    assert!(matches!(refused, RollError::GrownSince { joined: 3, .. }));
}

/// Who lapsed before the poll did not join after it.
#[test]
fn lapsed_persons_do_not_stand_in_the_way() {
    let (mut roll, _) = forty();
    roll.at(VALIDITY - 1);
    roll.renew(0, &[1, 2, 3, 4, 5, 6, 7]);
    roll.at(VALIDITY);
    roll.expire(u32::MAX);
    roll.pass(0);
    roll.ratify_as_of(roll.height()).unwrap();
}
