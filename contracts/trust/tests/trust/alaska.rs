//! Alaska's real figures around the only year of loss: incomes and index of fiscal years 2007 to 2012 (millions;
//! index marks B, incomes A- for 2007 and 2009, A for 2012, else recalled), by the rule that Alaska used.

use commons_common::charter::{IndexForm, SpendingRule};
use commons_common::id::PlacementId;
use commons_common::trust::{ExecuteMsg, GiftLedger, PeriodReport};
use commons_common::units::Bps;

use crate::support::{World, money, u};

/// A million dollars in base units.
const MILLION: u128 = 1_000_000;

/// Principal of about 30 billion, placed whole; each year it comes back with its income and is placed again.
struct Fund {
    world: World,
    year: u64,
}

impl Fund {
    fn new(spending: SpendingRule, reserve: u128) -> Self {
        let mut charter = money();
        charter.index_form = IndexForm::Yearly;
        charter.spending = spending;
        charter.max_placed_bps = Bps(10_000);
        let mut world = World::living(charter);
        world.siblings.index.insert(0, 195_300);
        world.give(GiftLedger::Principal, 30_000 * MILLION);
        world.place("bank", 30_000 * MILLION);
        if reserve > 0 {
            world.give(GiftLedger::Income, reserve);
        }
        Self { world, year: 0 }
    }

    /// One fiscal year: income in tenths of a million, negative for a loss; the index at its end.
    fn year(&mut self, income: i128, index: u128) -> PeriodReport {
        self.year += 1;
        let amount = income.unsigned_abs() * MILLION / 10;
        let book = self.world.placements()[0].book.u128();
        if income < 0 {
            self.world.value("bank", self.year, book - amount);
        } else {
            let msg = ExecuteMsg::Return {
                placement: PlacementId(1),
                book: u(0),
            };
            self.world.send("bank", amount, &msg).unwrap();
            self.world.value("bank", self.year, book);
        }
        self.world.close(index)
    }
}

/// R4, R6: with a reserve, FY2009's loss is borne by income, the dividend goes on by the five-year rule, and the
/// falling index of FY2010 makes proofing 0.
#[test]
fn the_reserve_bears_the_loss_of_2009() {
    let rule = SpendingRule::AvgRealised {
        bps: Bps(1_050),
        years: 5,
    };
    let mut fund = Fund::new(rule, 5_000 * MILLION);
    fund.year(34_281, 201_600);
    fund.year(29_381, 207_342);
    let loss = fund.year(-25_093, 215_303);
    assert_eq!(loss.losses, u(25_093 * MILLION / 10));
    assert_eq!((loss.ledgers.loss, loss.ledgers.shortfall), (u(0), u(0)));
    assert_eq!(loss.rule, u(404_974_500), "10.5 % of 3,856.9 million");
    assert!(loss.declaration.is_some());
    let flat = fund.year(15_902, 214_537);
    assert_eq!((flat.proofing_due, flat.proofing_paid), (u(0), u(0)));
    assert!(flat.declaration.is_some());
    assert_eq!(fund.year(21_430, 218_056).index_from, u(214_537));
}

/// R4, R5, R6: without a reserve the loss of FY2009 is a recorded debt of the principal; income restores it and owed
/// proofing before anyone is paid, and the floor never falls.
#[test]
fn without_a_reserve_nothing_is_paid_until_the_loss_is_restored() {
    let rule = SpendingRule::AvgRealised {
        bps: Bps(10_000),
        years: 1,
    };
    let mut fund = Fund::new(rule, 0);
    assert!(fund.year(34_281, 201_600).declaration.is_some());
    let before = fund.year(29_381, 207_342);
    let loss = fund.year(-25_093, 215_303);
    assert!(loss.ledgers.loss > u(2_500 * MILLION));
    assert!(loss.ledgers.shortfall > u(0) && loss.declaration.is_none());
    assert_eq!(loss.ledgers.floor, before.ledgers.floor);
    let second = fund.year(15_902, 214_537);
    let restored = loss.ledgers.loss - second.ledgers.loss;
    assert_eq!(restored, u(15_902 * MILLION / 10), "all of it restores");
    assert_eq!((second.proofing_due, second.declaration), (u(0), None));
    let third = fund.year(21_430, 218_056);
    assert_eq!((third.ledgers.loss, third.declaration), (u(0), None));
    assert!(third.ledgers.shortfall > u(0));
    let fourth = fund.year(15_680, 224_939);
    assert!(fourth.declaration.is_none());
    assert!(fourth.ledgers.floor > before.ledgers.floor);
}
