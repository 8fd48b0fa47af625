use commons_common::roll::{MemberResponse, QueryMsg, Status};

use crate::support::{ADMISSION, Applicant, Roll, VALIDITY, account, attestations};

/// R44: valid to the last second, lapsed from the next on; no vote and no share after it.
#[test]
fn validity_ends_at_its_second() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY - 1);
    assert!(!roll.electorate(roll.height()).expiries_due);
    roll.expire(10);
    assert_eq!(roll.marks(1), (true, true));
    roll.at(VALIDITY);
    assert!(roll.electorate(roll.height()).expiries_due);
    roll.expire(10);
    assert_eq!(roll.person(1).status, Status::Lapsed);
    assert_eq!(roll.marks(1), (false, false));
    let electorate = roll.electorate(roll.height() + 1);
    assert_eq!((electorate.active, electorate.sharing), (0, 0));
    let member: MemberResponse = roll.ask(QueryMsg::Member {
        addr: account(0).into_string(),
        at_height: None,
    });
    assert_eq!(member.weight, None);
}

/// R44: expiries are due until the last one is worked off.
#[test]
fn expiries_stay_due_until_all_are_worked_off() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..3));
    roll.at(ADMISSION);
    roll.settle(10);
    roll.at(VALIDITY);
    roll.expire(2);
    assert!(roll.electorate(roll.height()).expiries_due);
    assert_eq!(roll.electorate(roll.height() + 1).active, 1);
    roll.expire(2);
    assert_eq!(roll.electorate(roll.height() + 1).active, 0);
    roll.pass(1);
    assert!(!roll.electorate(roll.height()).expiries_due);
}

/// R44: counts at the start of a block still hold who lapsed in it, so within that block expiries count as due.
#[test]
fn expiries_stay_due_to_the_end_of_the_block_that_works_them_off() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY);
    roll.expire(10);
    let electorate = roll.electorate(roll.height());
    assert_eq!((electorate.active, electorate.expiries_due), (1, true));
    roll.pass(0);
    let electorate = roll.electorate(roll.height());
    assert_eq!((electorate.active, electorate.expiries_due), (0, false));
    // Nothing due: nobody can hold up a proposal with it.
    roll.expire(10);
    assert!(!roll.electorate(roll.height()).expiries_due);
}

/// Who was never settled lapses all the same, and settling late gives no vote.
#[test]
fn a_person_never_settled_lapses_and_stays_lapsed() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..2));
    roll.at(VALIDITY);
    roll.settle(1);
    assert_eq!(roll.person(1).status, Status::Lapsed);
    roll.expire(10);
    assert_eq!(roll.person(2).status, Status::Lapsed);
    roll.settle(10);
    for id in [1, 2] {
        assert_eq!(roll.marks(id), (false, false));
    }
}
