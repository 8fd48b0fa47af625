//! Anyone pushes dividends.

use commons_common::id::{DeclarationId, PersonId};
use commons_common::roll::BatchReport;
use commons_common::trust::{ClaimRefusal, ExecuteMsg};
use commons_trust::contract::reply;
use commons_trust::error::TrustError;
use cosmwasm_std::{Binary, Reply, SubMsgResult, from_json};

use crate::support::{CLAIM_WINDOW, Done, World, addr, u};

fn push(world: &mut World, persons: &[u64]) -> Result<Done, TrustError> {
    let msg = ExecuteMsg::ClaimFor {
        declaration: DeclarationId(1),
        persons: persons.iter().copied().map(PersonId).collect(),
    };
    world.send("anyone", 0, &msg)
}

fn report(done: &Done) -> (u32, Vec<(u32, ClaimRefusal)>) {
    let report: BatchReport<ClaimRefusal> = from_json(done.data.as_ref().unwrap()).unwrap();
    let refused = report.refused.into_iter().map(|r| (r.index, r.reason));
    (report.accepted, refused.collect())
}

/// R14: each entry is paid or refused on its own, by index and with its reason.
#[test]
fn entries_are_paid_or_refused_one_by_one() {
    let mut world = World::declared();
    world.siblings.persons.get_mut(&3).unwrap().account = None;
    world.siblings.persons.get_mut(&4).unwrap().shares = 0..1;
    push(&mut world, &[5]).unwrap();
    let done = push(&mut world, &[1, 5, 2, 3, 4, 99, 2]).unwrap();
    let (accepted, refused) = report(&done);
    assert_eq!(accepted, 2);
    assert_eq!(
        refused,
        [
            (1, ClaimRefusal::AlreadyClaimed),
            (3, ClaimRefusal::NoAccount),
            (4, ClaimRefusal::NoShare),
            (5, ClaimRefusal::NoShare),
            (6, ClaimRefusal::AlreadyClaimed),
        ]
    );
    assert_eq!(
        done.sent,
        [(addr("person 1"), 100), (addr("person 2"), 100)]
    );
    assert_eq!(
        (world.declaration(1).claimed, world.ledgers().declared),
        (3, u(700))
    );
}

/// R14: a push that its account cannot receive is undone alone, blocks nobody, and can be claimed later.
#[test]
fn a_push_that_cannot_be_received_stays_claimable() {
    let mut world = World::declared();
    world.blocked.insert(addr("person 2"));
    let done = push(&mut world, &[1, 2, 3]).unwrap();
    assert_eq!(
        done.sent,
        [(addr("person 1"), 100), (addr("person 3"), 100)]
    );
    assert!(done.says("unreceived"));
    assert!(!world.has_claimed(1, 2));
    assert_eq!(
        (world.declaration(1).claimed, world.ledgers().declared),
        (2, u(800))
    );
    world.blocked.clear();
    let claim = ExecuteMsg::Claim {
        declaration: DeclarationId(1),
    };
    world.send("person 2", 0, &claim).unwrap();
    assert_eq!(world.ledgers().declared, u(700));
}

/// 1 to 256 persons a message, and in time.
#[test]
fn batches_are_bounded_and_in_time() {
    let mut world = World::declared();
    for persons in [vec![], vec![1; 257]] {
        let refused = push(&mut world, &persons);
        assert!(matches!(refused, Err(TrustError::BatchSize { .. })));
    }
    let (accepted, refused) = report(&push(&mut world, &[1; 256]).unwrap());
    assert_eq!((accepted, refused.len()), (1, 255));
    world.wait(CLAIM_WINDOW);
    let refused = push(&mut world, &[2]);
    assert!(matches!(refused, Err(TrustError::ClaimsOver { .. })));
}

/// A reply to nothing that was sent changes nothing.
#[test]
fn a_stray_reply_is_refused() {
    let mut world = World::declared();
    for (id, result) in [(2, "failed"), (0, "failed")] {
        let message = Reply {
            id,
            payload: Binary::default(),
            gas_used: 0,
            result: SubMsgResult::Err(result.to_owned()),
        };
        let refused = world.enter(|deps, env| reply(deps, env, message));
        assert!(matches!(refused, Err(TrustError::UnknownReply(_))));
    }
    assert_eq!(world.ledgers().declared, u(1_000));
}
