use commons_common::roll::Status;

use crate::support::{ADMISSION, RESIDENCE, Roll, attestations};

/// R43: nobody votes a second before the window is over.
#[test]
fn votes_start_at_the_second_the_window_ends() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..1));
    roll.at(ADMISSION - 1);
    roll.settle(10);
    assert_eq!(roll.person(1).status, Status::Pending);
    assert_eq!(roll.marks(1), (false, false));
    roll.at(ADMISSION);
    roll.settle(10);
    assert_eq!(roll.person(1).status, Status::Active);
    assert_eq!(roll.marks(1), (true, true));
}

/// R46: whoever is not settled does not vote, however long the window has been over.
#[test]
fn nobody_votes_unsettled() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..1));
    roll.at(ADMISSION + 500);
    assert_eq!(roll.marks(1), (false, false));
    assert_eq!(roll.electorate(roll.height() + 1).active, 0);
}

/// R15: the share starts at the second the residence ends.
#[test]
fn shares_start_after_the_residence() {
    let mut roll = Roll::new();
    roll.ratify();
    roll.admit(attestations(&roll.env, 0..1));
    roll.at(ADMISSION);
    roll.settle(10);
    assert_eq!(roll.marks(1), (true, false));
    roll.at(RESIDENCE - 1);
    roll.settle(10);
    assert_eq!(roll.marks(1), (true, false));
    roll.at(RESIDENCE);
    roll.settle(10);
    assert_eq!(roll.marks(1), (true, true));
    let electorate = roll.electorate(roll.height() + 1);
    assert_eq!((electorate.active, electorate.sharing), (1, 1));
}

/// Anyone can work off a queue of any length in pages.
#[test]
fn settling_goes_in_pages_earliest_first() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..3));
    roll.pass(5);
    roll.admit(attestations(&roll.env, 3..6));
    roll.at(ADMISSION + 5);
    for expected in [0, 2, 4, 6, 6] {
        let limit = if expected == 0 { 0 } else { 2 };
        roll.settle(limit);
        assert_eq!(roll.electorate(roll.height() + 1).active, expected);
        assert!((1..=expected).all(|id| roll.person(id).status == Status::Active));
    }
}
