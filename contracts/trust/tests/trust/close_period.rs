//! The close of a period.

use commons_common::charter::{IndexForm, SpendingRule};
use commons_common::id::{DeclarationId, PeriodId};
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_common::units::{Bps, UnixTime};
use commons_trust::error::TrustError;

use crate::support::{CLAIM_WINDOW, PERIOD, START, World, addr, money, u};

const CLOSE: ExecuteMsg = ExecuteMsg::ClosePeriod {};

/// Steps 1 to 6 on one trust: maintenance, restore, proofing, spending by the rule, operating share, declaration.
#[test]
fn a_close_runs_the_waterfall_in_order() {
    let mut charter = money();
    charter.maintenance_bps = Bps(100);
    charter.operating_bps = Bps(1_000);
    let mut world = World::living(charter);
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world.value("bank", 1, 800);
    world.earn(1_200);
    world.give(GiftLedger::Dividend, 7);
    let report = world.close(105_000);
    assert_eq!((report.realised, report.losses), (u(1_200), u(200)));
    assert_eq!((report.maintenance, report.restored), (u(100), u(0)));
    assert_eq!(
        (report.proofing_due, report.proofing_paid),
        (u(500), u(500))
    );
    assert_eq!((report.rule, report.operating), (u(1_000), u(40)));
    assert_eq!(report.pool, u(367), "360 of 400 left, and 7 given");
    assert_eq!(report.declaration, Some(DeclarationId(1)));
    let ledgers = world.ledgers();
    assert_eq!(report.ledgers, ledgers);
    assert_eq!((ledgers.floor, ledgers.loss), (u(10_500), u(0)));
    assert_eq!((ledgers.operating, ledgers.declared), (u(140), u(360)));
    assert_eq!((ledgers.gifts, ledgers.income), (u(7), u(0)));
    let declaration = world.declaration(1);
    assert_eq!((declaration.n, declaration.per), (10, u(36)));
    assert_eq!(declaration.record_time, UnixTime(world.time));
    assert_eq!(declaration.claim_until, UnixTime(world.time + CLAIM_WINDOW));
    assert_eq!(declaration.height, world.height);
}

/// One close a period, never early; the next begins where the last one ended, and a missed one is closed first.
#[test]
fn a_period_closes_once_and_never_early() {
    let mut world = World::new();
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::PeriodOpen { .. })));
    world.wait(2 * PERIOD + 10);
    for period in 1..=2 {
        world.siblings.index.insert(period, 100_000);
        world.send("anyone", 0, &CLOSE).unwrap();
    }
    assert_eq!(world.open_period().0, PeriodId(3));
    assert_eq!(world.open_period().1.0, world.time + PERIOD - 10);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::PeriodOpen { .. })));
}

/// R6: without a base there is no ratio; the error names the reading that is missing, and until when it is waited for.
#[test]
fn the_first_close_waits_for_a_base() {
    let mut world = World::new();
    world.siblings.index.clear();
    world.siblings.index.insert(1, 100_000);
    world.wait(2 * PERIOD - 1);
    let Err(refused) = world.send("anyone", 0, &CLOSE) else {
        panic!("closed without a base");
    };
    let text = refused.to_string();
    assert!(
        text.contains("\"prices\"") && text.contains("period 0"),
        "{text}"
    );
    assert!(text.contains(&(START + 2 * PERIOD).to_string()), "{text}");
    world.siblings.index.insert(0, 0);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::NoBase { .. })));
    world.siblings.index.insert(0, 100_000);
    world.send("anyone", 0, &CLOSE).unwrap();
    assert!(!world.period(1).unwrap().index_assumed);
}

/// R6: after a further period the index begins with the period's own reading, at both ends, and says so; the next close
/// counts from there.
#[test]
fn without_a_base_the_index_begins_with_the_first_reading() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.siblings.index.clear();
    world.siblings.index.insert(1, 100_000);
    world.wait(2 * PERIOD);
    assert!(
        world
            .send("anyone", 0, &CLOSE)
            .unwrap()
            .says("index_assumed")
    );
    let report = world.period(1).unwrap();
    assert!(report.index_assumed);
    assert_eq!(
        (report.index_from, report.index_to, report.proofing_due),
        (u(100_000), u(100_000), u(0))
    );
    let next = world.close(110_000);
    assert_eq!((next.index_from, next.proofing_due), (u(100_000), u(1_000)));
    assert!(!next.index_assumed);
}

/// R6: with no reading at all a period closes without an index, and the next close looks for a base again: a trust is
/// never blocked for ever.
#[test]
fn without_any_reading_the_next_close_looks_for_a_base_again() {
    for (late, from, due) in [(None, 120_000, 0), (Some(100_000), 100_000, 2_000)] {
        let mut world = World::new();
        world.give(GiftLedger::Principal, 10_000);
        world.earn(100);
        world.siblings.index.clear();
        world.wait(2 * PERIOD);
        world.send("anyone", 0, &CLOSE).unwrap();
        let report = world.period(1).unwrap();
        assert!(report.index_assumed && report.declaration.is_some());
        assert_eq!((report.index_from, report.index_to), (u(0), u(0)));
        world.siblings.index.insert(2, 120_000);
        let refused = world.send("anyone", 0, &CLOSE);
        assert!(matches!(refused, Err(TrustError::NoBase { .. })));
        if let Some(base) = late {
            world.siblings.index.insert(0, base);
        } else {
            world.wait(PERIOD);
        }
        world.send("anyone", 0, &CLOSE).unwrap();
        let report = world.period(2).unwrap();
        assert_eq!(report.index_assumed, late.is_none());
        assert_eq!((report.index_from, report.index_to), (u(from), u(120_000)));
        assert_eq!(report.proofing_due, u(due));
    }
}

/// R10, R44: who shares is settled first: while expiries of the roll are due there is no close, with a value or without.
#[test]
fn expiries_are_worked_off_before_a_close() {
    let mut world = World::new();
    world.earn(1_000);
    world.end_period();
    world.siblings.index.insert(1, 100_000);
    world.siblings.expiries_due = true;
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::ExpiriesDue)));
    world.siblings.expiries_due = false;
    world.send("anyone", 0, &CLOSE).unwrap();
    assert_eq!(world.declaration(1).n, 10);
}

/// R6: without a settled reading a period waits for a further whole period, and then the last ratio is assumed.
#[test]
fn the_last_ratio_is_assumed_after_a_further_period() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.close(110_000);
    world.end_period();
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::NoIndex { .. })));
    world.wait(PERIOD - 1);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::NoIndex { .. })));
    world.wait(1);
    let done = world.send("anyone", 0, &CLOSE).unwrap();
    assert!(done.says("index_assumed"));
    let report = world.period(2).unwrap();
    assert!(report.index_assumed);
    assert_eq!(
        (report.index_from, report.index_to),
        (u(110_000), u(121_000))
    );
    assert_eq!(report.proofing_due, u(1_100));
    world.siblings.index.insert(3, 121_000);
    world.send("anyone", 0, &CLOSE).unwrap();
    assert!(!world.period(3).unwrap().index_assumed);
}

/// R6: before any ratio was used, no change is assumed.
#[test]
fn the_first_close_may_assume_no_change() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.wait(2 * PERIOD);
    world.send("anyone", 0, &CLOSE).unwrap();
    let report = world.period(1).unwrap();
    assert!(report.index_assumed);
    assert_eq!((report.index_to, report.proofing_due), (u(100_000), u(0)));
}

/// R6: a fall and its recovery are not paid twice by a ratchet, and are by two successive averages.
#[test]
fn a_recovery_counts_by_the_form_of_the_index() {
    for (form, paid) in [(IndexForm::Ratchet, 0), (IndexForm::Yearly, 1_111)] {
        let mut charter = money();
        charter.index_form = form;
        let mut world = World::living(charter);
        world.give(GiftLedger::Principal, 10_000);
        assert_eq!(world.close(90_000).proofing_due, u(0));
        assert_eq!(world.close(100_000).proofing_due, u(paid), "{form:?}");
    }
}

/// R6: a forged reading raises the duty by the bound and no further, and the rest follows only if it lasts.
#[test]
fn a_forged_reading_counts_as_far_as_the_bound() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    let report = world.close(100_000_000);
    assert_eq!(report.index_to, u(125_000));
    assert_eq!(
        (report.proofing_due, report.ledgers.shortfall),
        (u(2_500), u(2_500))
    );
    assert_eq!(world.close(110_000).proofing_due, u(0));
}

/// R5, I14: while loss or proofing owed is open, gifts are declared and nothing else, and income restores.
#[test]
fn a_wounded_trust_declares_gifts_only() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 5_000);
    world.value("bank", 1, 3_000);
    world.earn(500);
    world.give(GiftLedger::Dividend, 100);
    let report = world.close(100_000);
    assert_eq!(report.losses, u(2_000));
    assert_eq!(
        (report.ledgers.loss, report.ledgers.income),
        (u(1_500), u(0))
    );
    assert_eq!((report.pool, world.declaration(1).per), (u(100), u(10)));
    world.earn(1_600);
    world.value("bank", 2, 3_000);
    let report = world.close(100_000);
    assert_eq!((report.restored, report.rule), (u(1_500), u(1_600)));
    assert_eq!(
        world.declaration(2).per,
        u(10),
        "what is left after restoring"
    );
}

/// Step 0: a budget is for one period; what of it is neither spent nor reserved goes back to income first.
#[test]
fn an_unspent_budget_returns_to_income() {
    let mut charter = money();
    charter.operating_bps = Bps(5_000);
    let mut world = World::living(charter);
    world.give(GiftLedger::Operating, 30);
    world.earn(1_000);
    world.close(100_000);
    assert_eq!(world.ledgers().operating, u(530));
    world.appropriate(&[200]);
    let report = world.close(100_000);
    assert_eq!(report.budget_returned, u(300));
    assert_eq!(world.ledgers().operating, u(230), "200 reserved, 30 given");
    assert_eq!(
        world.ledgers().income,
        u(300),
        "and it is not realised again"
    );
}

/// R9: the rule looks back over as many periods as it says, losses taken off.
#[test]
fn the_rule_looks_back() {
    let mut charter = money();
    charter.spending = SpendingRule::AvgRealised {
        bps: Bps(1_000),
        years: 3,
    };
    let mut world = World::living(charter);
    let mut rules = vec![];
    for income in [1_000, 2_000, 3_000, 4_000] {
        world.earn(income);
        rules.push(world.close(100_000).rule.u128());
    }
    assert_eq!(rules, [100, 300, 600, 900]);
}

/// R10: fewer persons never means a feast.
#[test]
fn a_shrunken_roll_does_not_feast() {
    let mut world = World::declared();
    let height = world.height;
    for id in 3..=10 {
        world.siblings.persons.get_mut(&id).unwrap().shares = 0..height + 1;
    }
    world.earn(1_000);
    world.close(100_000);
    let declaration = world.declaration(2);
    assert_eq!((declaration.n, declaration.per), (2, u(125)));
    assert_eq!(world.ledgers().income, u(750));
}

/// R10: nobody is there: nothing is declared and everything waits.
#[test]
fn nobody_gets_nothing_and_everything_waits() {
    let mut world = World::new();
    world.siblings.persons.clear();
    world.earn(1_000);
    world.give(GiftLedger::Dividend, 10);
    let report = world.close(100_000);
    assert_eq!(report.declaration, None);
    assert_eq!(
        (world.ledgers().income, world.ledgers().gifts),
        (u(1_000), u(10))
    );
}

/// A close moves no coin (R2).
#[test]
fn a_close_moves_no_coin() {
    let mut world = World::new();
    world.earn(1_000);
    world.end_period();
    world.siblings.index.insert(1, 120_000);
    let done = world.send("anyone", 0, &CLOSE).unwrap();
    assert!(done.sent.is_empty() && done.says("closed") && done.says("journal"));
    assert_eq!(world.bank[&addr("trust")], 1_000);
}
