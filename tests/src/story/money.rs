//! Money: gifts, placements, periods, dividends, losses.

use commons_client::tx::Message;
use commons_common::assembly::{Act, ExecuteMsg as Assembly};
use commons_common::id::{DeclarationId, PeriodId, PersonId, PlacementId};
use commons_common::roll::{self, BatchReport};
use commons_common::trust::{
    ClaimRefusal, Declaration, ExecuteMsg as Trust, GiftLedger, PeriodReport, QueryMsg as Ask,
    RevenueSource, StatusResponse,
};
use cosmwasm_std::Uint128;

use super::{TRUSTEE, WITHOUT_ACCOUNT};
use crate::cast::{Person, address, officer};
use crate::chain::{Chain, PREFIX, coins};
use crate::charter::{PERIOD, SURVEY_WINDOW};
use crate::family::{Family, report};

pub fn gifts<C: Chain>(family: &mut Family<C>) {
    let contribute = |to| Trust::Contribute { to };
    family.money("sponsor", &contribute(GiftLedger::Principal), 1_000_000);
    family.money("sponsor", &contribute(GiftLedger::Income), 7_000);
    family.money("sponsor", &contribute(GiftLedger::Dividend), 1_111);
    family.money("sponsor", &contribute(GiftLedger::Operating), 100_000);
    family.no_money("sponsor", &contribute(GiftLedger::Income), 0);
    let renewable = Trust::Revenue {
        source: RevenueSource::Renewable,
    };
    family.no_money("sponsor", &renewable, 5);
    let to = family.trust.clone();
    let stray = Message::Send {
        to,
        amount: coins(77),
    };
    let sent = family.chain.submit(&officer("stranger"), stray);
    sent.expect("coins can be sent to anyone");
    family.check_identity();
    assert_eq!(family.ledgers().stray, Uint128::new(77));
}

pub fn status<C: Chain>(family: &Family<C>) -> StatusResponse {
    family.chain.query(&family.trust, &Ask::Status {})
}

pub fn placement<C: Chain>(family: &mut Family<C>) {
    family.money("stranger", &Trust::SweepStray {}, 0);
    let revenue = |source| Trust::Revenue { source };
    family.money("sponsor", &revenue(RevenueSource::Renewable), 50_000);
    family.money("sponsor", &revenue(RevenueSource::Exhaustible), 20_000);
    family.measure("prices", 0, 100_000);

    let act = Act::Place {
        custodian: address("custodian"),
        max: Uint128::new(600_000),
    };
    let poll = family.decide("Put principal to work", act);
    let place = |amount: u128| Trust::Place {
        authorisation: poll.id,
        amount: Uint128::new(amount),
    };
    let interest = Assembly::DeclareInterest {
        subjects: vec![address("custodian")],
    };
    family.run("trustee-3", &family.assembly.clone(), &interest, 0);
    family.no_money("trustee-3", &place(1), 0);
    family.no_money("stranger", &place(1), 0);
    family.no_money("trustee-2", &place(600_001), 0);
    family.money("trustee-2", &place(400_000), 0);
    family.money("trustee-2", &place(100_000), 0);
    assert_eq!(family.ledgers().ledgers.placed, Uint128::new(500_000));
}

/// Ends a period: index and value measured, then closed by anyone.
fn close<C: Chain>(
    family: &mut Family<C>,
    period: u64,
    index: u128,
    value: Option<u128>,
) -> PeriodReport {
    family.no_money("stranger", &Trust::ClosePeriod {}, 0);
    let StatusResponse::Living { closes_from, .. } = status(family) else {
        panic!("the trust lives");
    };
    family.chain.wait_until(closes_from);
    family.report("prices", period, [index, index - 1]);
    if let Some(value) = value {
        family.report("holdings", period, [value, value + 5]);
    }
    family.wait(SURVEY_WINDOW);
    family.settle("prices", period);
    if value.is_some() {
        family.settle("holdings", period);
    }
    family.settle_roll();
    family.money("stranger", &Trust::ClosePeriod {}, 0);
    let asked = Ask::Period {
        period: PeriodId(period),
    };
    let report: Option<PeriodReport> = family.chain.query(&family.trust, &asked);
    report.expect("a closed period has a report")
}

pub fn first_close<C: Chain>(family: &mut Family<C>) {
    let report = close(family, 1, 102_000, Some(510_000));
    assert_eq!(
        report.index_to,
        Uint128::new(102_000),
        "the higher report protects"
    );
    assert_eq!(
        report.realised,
        Uint128::new(50_000),
        "R3: a gift is not realised income"
    );
    assert!(report.proofing_due > Uint128::zero());
    assert_eq!(report.proofing_due, report.proofing_paid);
    assert_eq!(report.declaration, Some(DeclarationId(1)));
}

fn declaration<C: Chain>(family: &Family<C>, id: u64) -> Declaration {
    let asked = Ask::Declaration {
        declaration: DeclarationId(id),
    };
    family.chain.query(&family.trust, &asked)
}

pub fn dividend<C: Chain>(family: &mut Family<C>) {
    let declared = declaration(family, 1);
    assert_eq!(declared.n, 11);
    let claim = Trust::Claim {
        declaration: DeclarationId(1),
    };
    let account = family.person(1).account.clone().expect("an account");
    let trust = family.trust.clone();
    family
        .attempt(&account, &trust, &claim, 0)
        .expect("a claim");
    family
        .attempt(&account, &trust, &claim, 0)
        .expect_err("I12: once");
    family.no_money("stranger", &claim, 0);
    let push = Trust::ClaimFor {
        declaration: DeclarationId(1),
        persons: [1, 2, 2, WITHOUT_ACCOUNT, 99, TRUSTEE]
            .map(PersonId)
            .to_vec(),
    };
    let receipt = family.money("relayer", &push, 0);
    let refusals: BatchReport<ClaimRefusal> = report(&receipt);
    assert_eq!(refusals.accepted, 2);
    let reasons: Vec<_> = refusals
        .refused
        .iter()
        .map(|r| (r.index, r.reason))
        .collect();
    let expected = [
        (0, ClaimRefusal::AlreadyClaimed),
        (2, ClaimRefusal::AlreadyClaimed),
        (3, ClaimRefusal::NoAccount),
        (4, ClaimRefusal::NoShare),
    ];
    assert_eq!(reasons, expected);
    let paid = declaration(family, 1);
    assert_eq!(paid.claimed, 3);
    let second = Person::new(2).account.expect("an account");
    let second = second.address(PREFIX);
    assert_eq!(Uint128::new(family.chain.balance(&second)), declared.per);
}

pub fn loss<C: Chain>(family: &mut Family<C>) {
    let placement = PlacementId(1);
    let back = |book: u128| Trust::Return {
        placement,
        book: Uint128::new(book),
    };
    family.no_money("stranger", &back(1), 1);
    family.no_money("custodian", &back(500_001), 1);
    family.money("custodian", &back(50_000), 60_000);
    family.money("custodian", &back(50_000), 1_000);
    let before = family.ledgers().ledgers;
    let revalue = Trust::Revalue { placement };
    family.no_money("stranger", &revalue, 0);
    family.measure("holdings", 2, 100_000);
    family.money("stranger", &revalue, 0);
    let after = family.ledgers().ledgers;
    assert_eq!(after.placed, Uint128::new(100_000));
    assert_eq!(
        after.income,
        Uint128::zero(),
        "R4: the reserve bears it first"
    );
    assert_eq!(
        after.loss,
        before.loss + Uint128::new(300_000) - before.income
    );
    assert_eq!(
        after.declared, before.declared,
        "R4: what belongs to others is untouched"
    );
    family.no_money("stranger", &revalue, 0);
}

pub fn second_close<C: Chain>(family: &mut Family<C>) {
    family.money(
        "sponsor",
        &Trust::Revenue {
            source: RevenueSource::Renewable,
        },
        30_000,
    );
    let gift = Trust::Contribute {
        to: GiftLedger::Dividend,
    };
    family.money("sponsor", &gift, 2_222);
    let report = close(family, 2, 101_000, None);
    assert_eq!(
        report.index_to, report.index_from,
        "a falling index counts for nothing"
    );
    assert!(report.restored > Uint128::zero(), "R5: restore first");
    assert_eq!(
        report.declaration,
        Some(DeclarationId(2)),
        "gifts are declared all the same"
    );
    assert_eq!(declaration(family, 2).n, 11);
    let sweep = Trust::Sweep {
        declaration: DeclarationId(1),
    };
    let until = declaration(family, 1).claim_until;
    family.chain.wait_until(until);
    family.money("stranger", &sweep, 0);
    family.no_money("stranger", &sweep, 0);
}

/// Nobody measures anything: the last ratio is assumed, and without a value there is no declaration.
pub fn third_close<C: Chain>(family: &mut Family<C>) {
    family.no_money("stranger", &Trust::ClosePeriod {}, 0);
    family.wait(PERIOD);
    family.wait(PERIOD);
    // Nobody can say who shares while admissions that are over wait to be worked off.
    family.no_money("stranger", &Trust::ClosePeriod {}, 0);
    let expire = roll::ExecuteMsg::ExpireDue { limit: 1_000 };
    family.run("stranger", &family.roll.clone(), &expire, 0);
    family.money("stranger", &Trust::ClosePeriod {}, 0);
    let asked = Ask::Period {
        period: PeriodId(3),
    };
    let report: Option<PeriodReport> = family.chain.query(&family.trust, &asked);
    let report = report.expect("a closed period has a report");
    assert!(report.index_assumed && report.unvalued);
    assert_eq!(report.declaration, None);
}
