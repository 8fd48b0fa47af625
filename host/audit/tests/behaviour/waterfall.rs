//! The close of a period on figures small enough to be worked out on paper.

use commons_common::charter::{IndexForm, SpendingRule};
use commons_common::id::PlacementId;
use commons_common::roll;
use commons_common::trust::{ExecuteMsg, GiftLedger, RevenueSource};
use commons_common::units::Bps;

use crate::history::{History, PERIOD, VALID_FOR, VALIDITY, account, money, place};

fn earn(history: &mut History, amount: u128) {
    let source = RevenueSource::Renewable;
    history
        .trust("buyer", &ExecuteMsg::Revenue { source }, amount)
        .unwrap();
}

/// R4, R5, R6: a year like FY2009. The reading falls by 150; income 100 bears what it can, 50 stays as loss; a tenth of
/// proofing falls due and cannot be paid; nothing is declared. The year after, 300 of gain restore and proof first.
#[test]
fn a_loss_comes_off_income_first_and_is_restored_before_anything_is_shared() {
    let mut history = History::living(money(), 10, 1_000);
    history.place(1..=10, 1_000);
    earn(&mut history, 100);
    history.index(1, 1_100);
    history.value(1, 850);
    let report = history.close();
    assert_eq!(report.realised.u128(), 100);
    assert_eq!(report.losses.u128(), 150);
    assert_eq!(report.proofing_due.u128(), 100);
    assert_eq!(report.proofing_paid.u128(), 0);
    assert!(report.declaration.is_none());
    let ledger = history.ledger();
    assert_eq!(
        (ledger.floor, ledger.loss, ledger.shortfall),
        (1_000, 50, 100)
    );
    assert_eq!((ledger.income, ledger.placed), (0, 850));

    // Book 100 comes back as 400: gain 300, of which 50 restore at once. Flat index: S stays 100 and is paid; 150 are left.
    history.take_back(100, 400);
    history.index(2, 1_100);
    history.value(2, 750);
    let report = history.close();
    assert_eq!(report.realised.u128(), 300);
    assert_eq!(report.restored.u128(), 0);
    assert_eq!(report.proofing_paid.u128(), 100);
    // Rule: all of the year's 300, of which income holds 150; 15 for each of ten.
    assert_eq!(report.rule.u128(), 300);
    assert_eq!(report.pool.u128(), 150);
    let ledger = history.ledger();
    assert_eq!((ledger.floor, ledger.loss, ledger.shortfall), (1_100, 0, 0));
    assert_eq!(
        (ledger.income, ledger.declared, ledger.placed),
        (0, 150, 750)
    );
    let declaration = &history.reader.declarations()[0];
    assert_eq!((declaration.n, declaration.per.u128()), (10, 15));
}

/// R6: a year like FY2010. Prices fall, proofing is 0; `Yearly` measures the next rise from the lower index.
#[test]
fn falling_prices_proof_nothing_and_yearly_averages_follow_them_down() {
    let mut history = History::living(money(), 10, 1_000);
    history.index(1, 960);
    let report = history.close();
    assert_eq!(
        (report.index_from.u128(), report.index_to.u128()),
        (1_000, 960)
    );
    assert_eq!(report.proofing_due.u128(), 0);
    history.index(2, 1_000);
    let report = history.close();
    // floor(1000 * 40 / 960)
    assert_eq!(report.proofing_due.u128(), 41);
    assert_eq!(history.ledger().shortfall, 41);
}

/// R6: the ratchet counts only above the highest index so far.
#[test]
fn a_ratchet_does_not_pay_a_fall_and_its_recovery_twice() {
    let ratchet = commons_common::charter::MoneyCharter {
        index_form: IndexForm::Ratchet,
        ..money()
    };
    let mut history = History::living(ratchet, 10, 1_000);
    history.index(1, 960);
    assert_eq!(history.close().index_to.u128(), 1_000);
    history.index(2, 1_010);
    assert_eq!(history.close().proofing_due.u128(), 10);
}

/// R6: what stays unpaid is a debt, itself indexed; a rise counts only as far as the charter lets it.
#[test]
fn an_unpaid_proofing_is_indexed_itself_and_a_wild_rise_counts_in_part() {
    let mut history = History::living(money(), 10, 1_000);
    earn(&mut history, 30);
    history.index(1, 1_200);
    let report = history.close();
    // 200 fall due, 30 can be paid.
    assert_eq!(
        (report.proofing_due.u128(), report.proofing_paid.u128()),
        (200, 30)
    );
    assert_eq!(
        (history.ledger().floor, history.ledger().shortfall),
        (1_030, 170)
    );
    history.index(2, 9_000);
    let report = history.close();
    // At most a quarter above 1200: 1500; floor((1030 + 170) * 300 / 1200) = 300.
    assert_eq!(report.index_to.u128(), 1_500);
    assert_eq!(report.proofing_due.u128(), 300);
    assert_eq!(history.ledger().shortfall, 470);
}

/// I14: while shortfall stands, gifts and nothing else are shared.
#[test]
fn gifts_are_declared_even_while_the_floor_is_owed() {
    let mut history = History::living(money(), 10, 1_000);
    history.give(GiftLedger::Dividend, 57);
    history.index(1, 1_100);
    let report = history.close();
    assert_eq!(report.pool.u128(), 57);
    let ledger = history.ledger();
    assert_eq!(
        (ledger.declared, ledger.gifts, ledger.shortfall),
        (50, 7, 100)
    );
}

/// R10: what does not divide stays with the gifts as far as they are in the pool, else in income.
#[test]
fn the_remainder_stays_with_the_gifts_and_then_in_income() {
    let mut history = History::living(money(), 10, 1_000);
    earn(&mut history, 100);
    history.give(GiftLedger::Dividend, 3);
    history.index(1, 1_000);
    assert_eq!(history.close().pool.u128(), 103);
    let ledger = history.ledger();
    assert_eq!((ledger.declared, ledger.gifts, ledger.income), (100, 3, 0));
    earn(&mut history, 104);
    history.index(2, 1_000);
    assert_eq!(history.close().pool.u128(), 107);
    // 7 do not divide: 3 stay with the gifts, 4 in income.
    let ledger = history.ledger();
    assert_eq!((ledger.declared, ledger.gifts, ledger.income), (200, 3, 4));
}

/// R4: a placement that nobody valued makes the close wait for a period, and then leaves it without a dividend, gifts
/// included; nothing more is placed until it is valued (R34).
#[test]
fn an_unvalued_placement_delays_a_close_and_then_leaves_it_without_a_declaration() {
    let mut history = History::living(money(), 10, 1_000);
    history.place(1..=10, 300);
    history.give(GiftLedger::Dividend, 57);
    earn(&mut history, 100);
    history.index(1, 1_000);
    history.wait(PERIOD);
    let refused = history.refused("anyone", &ExecuteMsg::ClosePeriod {}, 0);
    assert!(refused.contains("the close waits"), "{refused}");
    let report = history.close();
    assert!(report.unvalued && report.declaration.is_none());
    assert_eq!((history.ledger().gifts, history.ledger().income), (57, 100));
    let again = history.place_again(1..=10, 300);
    let refused = history.refused("trustee 1", &place(again, 1), 0);
    assert!(refused.contains("no value of period 1"), "{refused}");
    // A reading of the year after does, too.
    history.value(2, 300);
    history.trust("trustee 1", &place(again, 1), 0).unwrap();
}

/// R4: a reading holds for the second in which its window opened; what moved then or later moves with it.
#[test]
fn a_reading_is_carried_on_by_what_moved_since() {
    let mut history = History::living(money(), 10, 1_000);
    let act = history.place(1..=10, 500);
    history.report("holdings", 1, 450);
    history.trust("trustee 1", &place(act, 100), 0).unwrap();
    history.take_back(50, 60);
    history.wait(20);
    history.settle("holdings", 1);
    let revalue = ExecuteMsg::Revalue {
        placement: PlacementId(1),
    };
    history.trust("anyone", &revalue, 0).unwrap();
    // Book 550; worth 450 + 100 - 50. The gain of 10 bears a part of the 50.
    let ledger = history.ledger();
    assert_eq!((ledger.placed, ledger.loss, ledger.income), (500, 40, 0));
    // The same reading takes nothing twice, whatever moves.
    history.take_back(200, 200);
    history.trust("anyone", &revalue, 0).unwrap();
    assert_eq!((history.ledger().placed, history.ledger().loss), (300, 40));
}

/// R4: a move in the very second in which the window opened is not in the reading.
#[test]
fn a_move_in_the_second_of_the_reading_is_since() {
    let mut history = History::living(money(), 10, 1_000);
    let act = history.place(1..=10, 500);
    history.report("holdings", 1, 500);
    let trustee = account("trustee 1");
    history.trust_as(&trustee, &place(act, 100), 0).unwrap();
    history.wait(20);
    history.settle("holdings", 1);
    let revalue = ExecuteMsg::Revalue {
        placement: PlacementId(1),
    };
    history.trust("anyone", &revalue, 0).unwrap();
    assert_eq!((history.ledger().placed, history.ledger().loss), (600, 0));
}

/// R34: nothing more is placed with a custodian whose last value is out of date.
#[test]
fn nothing_is_placed_on_a_stale_value() {
    let mut history = History::living(money(), 10, 1_000);
    history.place(1..=10, 100);
    history.value(1, 100);
    history.wait(VALID_FOR - 1_000);
    let act = history.place_again(1..=10, 100);
    history.wait(800);
    let refused = history.refused("trustee 1", &place(act, 1), 0);
    assert!(refused.contains("out of date"), "{refused}");
    history.value(1_000, 100);
    history.trust("trustee 1", &place(act, 1), 0).unwrap();
}

/// R38: what an act allows to place ends five periods after its execution.
#[test]
fn an_act_to_place_ends_after_five_periods() {
    let mut history = History::living(money(), 10, 1_000);
    let act = history.place(1..=10, 100);
    history.wait(5 * PERIOD - 3);
    history.trust("trustee 1", &place(act, 1), 0).unwrap();
    let refused = history.refused("trustee 1", &place(act, 1), 0);
    assert!(refused.contains("ended at"), "{refused}");
}

/// R6: without a base the first close waits, and begins with what is read then; without that, too, it looks again.
#[test]
fn an_index_without_a_base_begins_with_the_first_reading() {
    let mut history = History::without_base(money(), 10, 1_000);
    history.wait(PERIOD);
    let refused = history.refused("anyone", &ExecuteMsg::ClosePeriod {}, 0);
    assert!(refused.contains("none may be assumed"), "{refused}");
    let ends = |report: commons_common::trust::PeriodReport| {
        let ends = (report.index_from.u128(), report.index_to.u128());
        (ends, report.index_assumed, report.proofing_due.u128())
    };
    assert_eq!(ends(history.close()), ((0, 0), true, 0));
    history.index(2, 1_000);
    history.wait(PERIOD);
    assert_eq!(ends(history.close()), ((1_000, 1_000), true, 0));
    history.index(3, 1_100);
    assert_eq!(ends(history.close()), ((1_000, 1_100), false, 100));
}

/// R44: nobody can say who shares while expiries wait, nor in the block that works them off.
#[test]
fn a_close_waits_for_expiries_and_for_the_block_after_them() {
    let mut history = History::living(money(), 10, 1_000);
    history.index(1, 1_000);
    history.wait(VALIDITY);
    let refused = history.refused("anyone", &ExecuteMsg::ClosePeriod {}, 0);
    assert!(refused.contains("expiries of the roll"), "{refused}");
    history.roll("anyone", &roll::ExecuteMsg::ExpireDue { limit: 1_000 });
    let (reader, trust) = (history.reader.clone(), history.family.trust.clone());
    let close = ExecuteMsg::ClosePeriod {};
    let same_block = history.call(&trust, &account("anyone"), &close, vec![]);
    assert!(same_block.is_err(), "the counts still hold who lapsed");
    history.reader = reader;
    history.trust("anyone", &close, 0).unwrap();
    assert!(history.reader.declarations().is_empty());
}

/// R8: coins that lay at the address before the trust was there are strays from its birth on.
#[test]
fn coins_that_came_before_the_trust_are_strays() {
    let mut history = History::begin_with_coins(money(), 77);
    assert_eq!((history.ledger().balance, history.ledger().stray), (77, 77));
    let trust = history.family.trust.clone();
    history.transfer(&trust, 3);
    history.give(GiftLedger::Principal, 20);
    assert_eq!(
        (history.ledger().balance, history.ledger().stray),
        (100, 80)
    );
}

/// R6: without a reading the period waits one period longer and takes the last ratio.
#[test]
fn a_missing_index_is_assumed_after_a_further_period_only() {
    let mut history = History::living(money(), 10, 1_000);
    history.index(1, 1_100);
    history.close();
    // Period 2 is over, and nobody reported: refused.
    history.wait(1_000);
    let mut impatient = history.reader.clone();
    std::mem::swap(&mut impatient, &mut history.reader);
    let refused = history
        .trust("anyone", &ExecuteMsg::ClosePeriod {}, 0)
        .unwrap_err();
    assert!(
        refused.to_string().contains("none may be assumed"),
        "{refused}"
    );
    history.reader = impatient;
    history.wait(1_000);
    let report = history.close();
    assert!(report.index_assumed);
    // 1100 * 1100 / 1000
    assert_eq!(report.index_to.u128(), 1_210);
}

/// R6: before the first close there is no ratio, and prices are taken to stand; the base must have settled.
#[test]
fn a_first_period_without_a_reading_closes_late_and_proofs_nothing() {
    let mut history = History::living(money(), 10, 1_000);
    history.wait(1_000);
    let report = history.close();
    assert!(report.index_assumed);
    assert_eq!(
        (report.index_to.u128(), report.proofing_due.u128()),
        (1_000, 0)
    );
}

/// R9: the rule sums gross incomes less losses of as many years as it looks back over.
#[test]
fn the_rule_takes_its_share_of_the_last_years() {
    let fifth = commons_common::charter::MoneyCharter {
        spending: SpendingRule::AvgRealised {
            bps: Bps(2_000),
            years: 2,
        },
        operating_bps: Bps(1_000),
        ..money()
    };
    let mut history = History::living(fifth, 10, 1_000);
    let mut rules = Vec::new();
    for (period, income) in [(1, 500), (2, 1_000), (3, 200)] {
        earn(&mut history, income);
        history.index(period, 1_000);
        let report = history.close();
        rules.push((
            report.rule.u128(),
            report.operating.u128(),
            report.pool.u128(),
        ));
    }
    assert_eq!(rules, [(100, 10, 90), (300, 30, 270), (240, 24, 216)]);
    // 500 - 100, + 1000 - 300, + 200 - 240, budgets of 10 and 30 returned, remainders of pools: 0, 0 and 6.
    assert_eq!(history.ledger().income, 400 + 700 - 40 + 40 + 6);
    assert_eq!(history.ledger().operating, 24);
}
