//! Appropriations and budgets.

use commons_audit::reference::Purses;
use commons_common::assembly::{Act, ExecuteMsg as Assembly};
use commons_common::charter::MoneyCharter;
use commons_common::id::AppropriationId;
use commons_common::trust::{AppropriationKind, ExecuteMsg, GiftLedger, RevenueSource};
use commons_common::units::{Bps, Hash, UnixTime};
use cosmwasm_std::Uint128;

use crate::history::{History, account, money};

const FIRST: AppropriationId = AppropriationId(1);

fn appropriate(history: &mut History, milestones: &[u128]) -> Result<(), String> {
    reserve(history, AppropriationKind::Project, milestones)
}

fn reserve(
    history: &mut History,
    kind: AppropriationKind,
    milestones: &[u128],
) -> Result<(), String> {
    let milestones: Vec<Uint128> = milestones.iter().copied().map(Uint128::new).collect();
    let payee = account("payee");
    let (purpose_hash, lapses_at) = (Hash::of(b"a bridge"), UnixTime(history.time + 5_000));
    let act = Act::Appropriate {
        kind,
        payee: payee.clone(),
        milestones: milestones.clone(),
        purpose_hash: purpose_hash.clone(),
        lapses_at,
    };
    let proposal = history.decide(act, 1..=10);
    let msg = ExecuteMsg::Appropriate {
        proposal,
        kind,
        payee,
        milestones,
        purpose_hash,
        lapses_at,
    };
    let assembly = history.family.assembly.clone();
    history
        .trust_as(&assembly, &msg, 0)
        .map_err(|difference| difference.to_string())
}

fn act_on(history: &mut History, who: &str, msg: &ExecuteMsg) -> Result<(), String> {
    history
        .trust(who, msg, 0)
        .map_err(|difference| difference.to_string())
}

fn submit() -> ExecuteMsg {
    ExecuteMsg::Submit {
        appropriation: FIRST,
        evidence_hash: Hash::of(b"done"),
    }
}

/// R30: accept, submit, approve, pay; three trustees, none of them interested in the payee.
#[test]
fn a_milestone_is_paid_by_three_trustees() {
    let mut history = History::living(money(), 10, 1_000);
    history.give(GiftLedger::Operating, 100);
    appropriate(&mut history, &[40, 30]).unwrap();
    assert_eq!(history.ledger().reserved, 70);
    act_on(
        &mut history,
        "payee",
        &ExecuteMsg::Accept {
            appropriation: FIRST,
        },
    )
    .unwrap();
    act_on(&mut history, "trustee 1", &submit()).unwrap();
    act_on(
        &mut history,
        "trustee 2",
        &ExecuteMsg::Approve {
            appropriation: FIRST,
        },
    )
    .unwrap();
    let before = history.reader.clone();
    let pay = ExecuteMsg::Pay {
        appropriation: FIRST,
    };
    let same = act_on(&mut history, "trustee 2", &pay).unwrap_err();
    assert!(same.contains("two other trustees"), "{same}");
    history.reader = before;
    let declare = Assembly::DeclareInterest {
        subjects: vec![account("payee")],
    };
    let before = history.reader.clone();
    history.assembly("trustee 3", &declare).unwrap();
    let interested = act_on(&mut history, "trustee 3", &pay).unwrap_err();
    assert!(interested.contains("(R30)"), "{interested}");
    history.reader = before;
    act_on(&mut history, "trustee 3", &pay).unwrap();
    assert_eq!(
        (history.ledger().operating, history.ledger().reserved),
        (60, 30)
    );
    act_on(
        &mut history,
        "payee",
        &ExecuteMsg::Withdraw {
            appropriation: FIRST,
        },
    )
    .unwrap();
    assert_eq!(
        (history.ledger().operating, history.ledger().reserved),
        (60, 0)
    );
}

/// I13: what is reserved cannot be reserved again.
#[test]
fn more_than_the_operating_ledger_is_not_reserved() {
    let mut history = History::living(money(), 10, 1_000);
    history.give(GiftLedger::Operating, 100);
    let refused = appropriate(&mut history, &[101]).unwrap_err();
    assert!(
        refused.contains("101 are reserved where 100 may be drawn on"),
        "{refused}"
    );
}

/// R5: while the floor is owed, no project is begun.
#[test]
fn a_wounded_trust_begins_no_project() {
    let mut history = History::living(money(), 10, 1_000);
    history.give(GiftLedger::Operating, 100);
    history.index(1, 1_100);
    history.close();
    let refused = appropriate(&mut history, &[10]).unwrap_err();
    assert!(refused.contains("(R5)"), "{refused}");
}

/// Step 0: an unspent budget goes back to income, a sponsor's money stays; what is reserved comes off the budget first.
#[test]
fn budgets_are_for_one_period_and_gifts_stay() {
    let upkeep = MoneyCharter {
        maintenance_bps: Bps(500),
        ..money()
    };
    // A period of 1,000 seconds: the yearly twentieth of these is 50 in one.
    let mut history = History::living(upkeep, 10, 31_536_000);
    history.give(GiftLedger::Operating, 20);
    let source = RevenueSource::Renewable;
    history
        .trust("buyer", &ExecuteMsg::Revenue { source }, 100)
        .unwrap();
    history.index(1, 1_000);
    let report = history.close();
    // What is left of income is shared.
    assert_eq!((report.maintenance.u128(), report.pool.u128()), (50, 50));
    reserve(&mut history, AppropriationKind::Maintenance, &[30]).unwrap();
    assert_eq!(history.ledger().free, purses(20, 0, 20));
    history.index(2, 1_000);
    let report = history.close();
    assert_eq!(report.budget_returned.u128(), 20);
    // 70 less 20 returned, and 20 of income for the new year's maintenance.
    assert_eq!(report.maintenance.u128(), 20);
    assert_eq!(
        (history.ledger().operating, history.ledger().reserved),
        (70, 30)
    );
}

fn purses(maintenance: u128, operating: u128, gifts: u128) -> Purses {
    Purses {
        maintenance,
        operating,
        gifts,
    }
}

/// A trust with 50 in the purse for maintenance, 5 in the operating one and 20 given for running costs.
fn three_purses() -> History {
    let upkeep = MoneyCharter {
        maintenance_bps: Bps(500),
        operating_bps: Bps(1_000),
        ..money()
    };
    let mut history = History::living(upkeep, 10, 31_536_000);
    history.give(GiftLedger::Operating, 20);
    let source = RevenueSource::Renewable;
    history
        .trust("buyer", &ExecuteMsg::Revenue { source }, 100)
        .unwrap();
    history.index(1, 1_000);
    history.close();
    assert_eq!(history.ledger().free, purses(50, 5, 20));
    history
}

/// R5: a project never draws on the purse for maintenance; what is withdrawn returns to the purses it came from.
#[test]
fn a_project_leaves_the_purse_for_maintenance_alone() {
    let mut history = three_purses();
    let before = history.reader.clone();
    let refused = appropriate(&mut history, &[26]).unwrap_err();
    assert!(refused.contains("25 may be drawn on (R5)"), "{refused}");
    history.reader = before;
    appropriate(&mut history, &[7]).unwrap();
    assert_eq!(history.ledger().free, purses(50, 0, 18));
    let withdraw = ExecuteMsg::Withdraw {
        appropriation: FIRST,
    };
    act_on(&mut history, "payee", &withdraw).unwrap();
    assert_eq!(history.ledger().free, purses(50, 5, 20));
}

/// R5: maintenance draws on its own purse, on the operating one, on gifts; while the floor is owed anything, the operating
/// purse stays closed to it.
#[test]
fn maintenance_leaves_the_operating_purse_alone_while_the_trust_is_wounded() {
    let mut history = three_purses();
    let before = history.reader.clone();
    reserve(&mut history, AppropriationKind::Maintenance, &[57]).unwrap();
    assert_eq!(history.ledger().free, purses(0, 0, 18));
    history.reader = before;
    history.place(1..=10, 1_000);
    history.value(2, 1);
    let placement = commons_common::id::PlacementId(1);
    act_on(&mut history, "anyone", &ExecuteMsg::Revalue { placement }).unwrap();
    assert!(history.ledger().loss > 0);
    let before = history.reader.clone();
    let refused = reserve(&mut history, AppropriationKind::Maintenance, &[71]).unwrap_err();
    assert!(refused.contains("70 may be drawn on (R5)"), "{refused}");
    history.reader = before;
    reserve(&mut history, AppropriationKind::Maintenance, &[57]).unwrap();
    assert_eq!(history.ledger().free, purses(0, 5, 13));
}
