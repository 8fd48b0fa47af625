use commons_common::id::PersonId;
use commons_common::roll::{ExecuteMsg, RollRefusal, Status};
use commons_common::units::UnixTime;
use commons_roll::RollError;

use crate::support::{
    Applicant, FOUNDED, RENEWAL, RESIDENCE, Roll, VALIDITY, addr, attestations, refusals, registrar,
};

/// R44: the window opens at its second, for any one registrar; the new validity counts from the renewal.
#[test]
fn renewal_window_opens_at_its_second() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY - RENEWAL - 1);
    assert_eq!(refusals(&roll.renew(4, &[1])), [(0, RollRefusal::NotDue)]);
    roll.at(VALIDITY - RENEWAL);
    assert_eq!(roll.renew(4, &[1]).accepted, 1);
    let until = FOUNDED + 2 * VALIDITY - RENEWAL;
    assert_eq!(roll.person(1).valid_until, UnixTime(until));
    assert_eq!(roll.marks(1), (true, true));
    roll.at(VALIDITY);
    assert!(!roll.electorate(roll.height()).expiries_due);
    roll.expire(10);
    assert_eq!(roll.person(1).status, Status::Active);
    roll.at(2 * VALIDITY - RENEWAL);
    roll.expire(10);
    assert_eq!(roll.person(1).status, Status::Lapsed);
}

/// R44: a lapsed person who is renewed votes at once again, and is counted once.
#[test]
fn lapsed_person_is_active_again_at_once() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY);
    roll.expire(10);
    roll.at(VALIDITY + 5_000);
    assert_eq!(roll.renew(2, &[1, 1]).accepted, 1);
    assert_eq!(roll.person(1).status, Status::Active);
    assert_eq!(roll.marks(1), (true, true));
    let electorate = roll.electorate(roll.height() + 1);
    assert_eq!((electorate.active, electorate.sharing), (1, 1));
    assert!(!electorate.expiries_due);
}

/// A due expiry that nobody has worked off does not take the vote from who is renewed before it is.
#[test]
fn renewal_overtakes_an_expiry_that_is_due() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY + 7);
    assert_eq!(roll.renew(0, &[1]).accepted, 1);
    assert!(!roll.electorate(roll.height()).expiries_due);
    roll.expire(10);
    assert_eq!(roll.person(1).status, Status::Active);
    assert_eq!(roll.electorate(roll.height() + 1).active, 1);
}

/// R15, R44: a residence that ended during a lapse gives its share back with the renewal, not before.
#[test]
fn share_that_fell_due_in_a_lapse_starts_with_the_renewal() {
    let mut rules = crate::support::rules();
    rules.share_residence.0 = VALIDITY + RESIDENCE;
    let mut roll = Roll::with(rules);
    roll.ratify();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY);
    roll.expire(10);
    roll.at(VALIDITY + RESIDENCE);
    roll.settle(10);
    assert_eq!(roll.marks(1), (false, false));
    roll.renew(0, &[1]);
    assert_eq!(roll.marks(1), (true, true));
}

/// R15: a renewal shortens no residence.
#[test]
fn renewal_before_the_residence_ends_gives_no_share() {
    let mut rules = crate::support::rules();
    rules.share_residence.0 = VALIDITY + RESIDENCE;
    let mut roll = Roll::with(rules);
    roll.ratify();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY);
    roll.expire(10);
    roll.renew(0, &[1]);
    assert_eq!(roll.marks(1), (true, false));
    roll.at(VALIDITY + RESIDENCE);
    roll.settle(10);
    assert_eq!(roll.marks(1), (true, true));
}

#[test]
fn unknown_persons_are_refused_by_index() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..1));
    roll.at(VALIDITY);
    let report = roll.renew(0, &[0, 1, 2]);
    assert_eq!(report.accepted, 1);
    assert_eq!(
        refusals(&report),
        [
            (0, RollRefusal::NoSuchPerson),
            (2, RollRefusal::NoSuchPerson)
        ]
    );
}

#[test]
fn only_registrars_renew_and_only_whole_batches() {
    let mut roll = Roll::new();
    let persons = vec![PersonId(1)];
    let refused = roll
        .send(&addr("anyone"), ExecuteMsg::Renew { persons })
        .unwrap_err();
    assert!(matches!(refused, RollError::NotRegistrar { .. }));
    for length in [0, 257] {
        let persons = vec![PersonId(1); length];
        let refused = roll
            .send(&registrar(0), ExecuteMsg::Renew { persons })
            .unwrap_err();
        assert!(matches!(refused, RollError::BatchSize { .. }));
    }
}
