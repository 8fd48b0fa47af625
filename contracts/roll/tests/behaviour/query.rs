use commons_common::id::PersonId;
use commons_common::roll::{
    AdminResponse, HooksResponse, MemberListResponse, MemberResponse, Person, QueryMsg, Standing,
    TotalWeightResponse,
};
use commons_roll::RollError;
use cosmwasm_std::Storage;

use crate::support::{ADMISSION, Applicant, Roll, VALIDITY, account, addr, attestations};

fn weight(roll: &Roll, number: u16, at_height: Option<u64>) -> Option<u64> {
    let response: MemberResponse = roll.ask(QueryMsg::Member {
        addr: account(number).into_string(),
        at_height,
    });
    response.weight
}

fn total(roll: &Roll, at_height: Option<u64>) -> u64 {
    let response: TotalWeightResponse = roll.ask(QueryMsg::TotalWeight { at_height });
    response.weight
}

/// R46, I2, C1: a height answers with the state at its start: what happened in the block itself does not show.
#[test]
fn heights_answer_with_the_state_at_their_start() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..2));
    roll.at(ADMISSION);
    let joined = roll.height();
    roll.settle(10);
    roll.at(VALIDITY);
    let left = roll.height();
    roll.expire(10);
    roll.pass(50);
    let back = roll.height();
    roll.renew(0, &[1]);
    roll.pass(50);

    let expected = [
        (0, 0, false),
        (joined, 0, false),
        (joined + 1, 2, true),
        (left, 2, true),
        (left + 1, 0, false),
        (back, 0, false),
        (back + 1, 1, true),
        (back + 100, 1, true),
    ];
    for (height, active, first_votes) in expected {
        let electorate = roll.electorate(height);
        assert_eq!(electorate.height, height);
        assert_eq!((electorate.active, electorate.sharing), (active, active));
        assert_eq!(total(&roll, Some(height)), active);
        let standing = roll.standing(1, height).unwrap();
        assert_eq!(
            (standing.votes, standing.shares),
            (first_votes, first_votes)
        );
        assert_eq!(weight(&roll, 0, Some(height)), first_votes.then_some(1));
    }
    assert_eq!(total(&roll, None), 1);
    assert_eq!(weight(&roll, 0, None), Some(1));
    assert_eq!(weight(&roll, 1, None), None);
}

/// Change and change back within one block: the block's start still answers.
#[test]
fn several_changes_in_one_block_keep_its_start() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.at(VALIDITY);
    let height = roll.height();
    roll.expire(10);
    roll.renew(0, &[1]);
    roll.pass(1);
    assert_eq!(roll.electorate(height).active, 1);
    assert_eq!(roll.electorate(height + 1).active, 1);
    assert_eq!(weight(&roll, 0, Some(height)), Some(1));
}

/// cw4 2.0.0's raw keys: `total`, and `members` by account with the length before the name.
#[test]
fn raw_keys_are_those_of_cw4() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    let storage = &roll.deps.storage;
    assert_eq!(storage.get(b"total"), Some(b"1".to_vec()));
    let key = [b"\x00\x07members", account(0).as_bytes()].concat();
    assert_eq!(storage.get(&key), Some(b"1".to_vec()));
    let stranger = [b"\x00\x07members", addr("stranger").as_bytes()].concat();
    assert_eq!(storage.get(&stranger), None);
}

#[test]
fn members_are_listed_by_account_in_pages() {
    let mut roll = Roll::new();
    let mut batch = attestations(&roll.env, 0..5);
    let nobody = Applicant {
        account: None,
        ..Applicant::new(9)
    };
    batch.push(nobody.attestation(&roll.env));
    roll.admit(batch);
    roll.at(ADMISSION);
    roll.settle(10);
    let mut expected: Vec<String> = (0..5).map(|n| account(n).into_string()).collect();
    expected.sort();
    let mut listed = Vec::new();
    loop {
        let page: MemberListResponse = roll.ask(QueryMsg::ListMembers {
            start_after: listed.last().cloned(),
            limit: Some(2),
        });
        if page.members.is_empty() {
            break;
        }
        assert!(page.members.len() <= 2);
        assert!(page.members.iter().all(|m| m.weight == 1));
        listed.extend(page.members.into_iter().map(|m| m.addr));
    }
    assert_eq!(listed, expected);
    // Who has no account votes by signed ballot and counts in the total.
    assert_eq!(total(&roll, None), 6);
}

#[test]
fn lists_are_bounded() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..120));
    roll.at(ADMISSION);
    roll.settle(u32::MAX);
    for (limit, expected) in [(None, 30), (Some(u32::MAX), 100)] {
        let page: MemberListResponse = roll.ask(QueryMsg::ListMembers {
            start_after: None,
            limit,
        });
        assert_eq!(page.members.len(), expected);
    }
    let height = roll.height();
    let persons = vec![PersonId(1); 257];
    let refused = roll.ask_err(QueryMsg::Standings { persons, height });
    assert!(matches!(refused, RollError::BatchSize { .. }));
    let persons = (1..=256).map(PersonId).collect();
    let standings: Vec<Option<Standing>> = roll.ask(QueryMsg::Standings { persons, height });
    assert_eq!(standings.len(), 256);
    assert!(standings[119].is_some());
    assert!(standings[120].is_none());
}

#[test]
fn persons_are_found_by_id_and_account() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..1));
    let found: Option<Person> = roll.ask(QueryMsg::PersonOf {
        account: account(0).into_string(),
    });
    assert_eq!(found, Some(roll.person(1)));
    let none: Option<Person> = roll.ask(QueryMsg::PersonOf {
        account: addr("stranger").into_string(),
    });
    assert_eq!(none, None);
    let refused = roll.ask_err(QueryMsg::Person {
        person: PersonId(2),
    });
    assert!(matches!(refused, RollError::NoSuchPerson(PersonId(2))));
    let hooks: HooksResponse = roll.ask(QueryMsg::Hooks {});
    assert_eq!(hooks.hooks, Vec::<String>::new());
    let admin: AdminResponse = roll.ask(QueryMsg::Admin {});
    assert_eq!(admin.admin, None);
}

/// R44: an expiry that is due says so at any height asked: it is about now.
#[test]
fn due_expiries_are_about_now() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    let early = roll.height();
    assert!(!roll.electorate(early).expiries_due);
    roll.at(VALIDITY);
    assert!(roll.electorate(early).expiries_due);
}
