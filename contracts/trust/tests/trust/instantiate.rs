//! A trust is born with terms that hold together.

use commons_common::charter::SpendingRule;
use commons_common::trust::{ConfigResponse, QueryMsg, StatusResponse};
use commons_common::units::{Bps, Seconds};
use commons_trust::error::TrustError;
use cosmwasm_std::coins;

use crate::support::{DENOM, World, addr, money, terms};

/// The terms are stored as they came, and the trust is in its founding.
#[test]
fn a_trust_knows_its_siblings_and_terms() {
    let world = World::founding(money());
    let config: ConfigResponse = world.ask(QueryMsg::Config {});
    assert_eq!(config.assembly, addr("assembly"));
    assert_eq!(config.roll, addr("roll"));
    assert_eq!(config.survey, addr("survey"));
    assert_eq!((config.denom.as_str(), config.money), (DENOM, money()));
    let status: StatusResponse = world.ask(QueryMsg::Status {});
    assert_eq!(status, StatusResponse::Founding {});
    let info = cw2::get_contract_version(&world.store).unwrap();
    assert_eq!(info.contract, "crate:commons-trust");
}

/// Coins at the founding would belong to no ledger.
#[test]
fn coins_at_the_founding_are_refused() {
    let refused = World::empty().instantiate(terms(money()), &coins(5, DENOM));
    assert!(matches!(refused, Err(TrustError::CoinsUnexpected)));
}

/// Terms that the ledgers could not live with are refused, each by name.
#[test]
fn terms_that_do_not_hold_together_are_refused() {
    let refuse = |msg| match World::empty().instantiate(msg, &[]) {
        Err(TrustError::Terms(field, _)) => field,
        other => panic!("not refused by its terms: {other:?}"),
    };
    let mut short = terms(money());
    short.period = Seconds(0);
    assert_eq!(refuse(short), "period");
    let mut shares = money();
    shares.max_placed_bps = Bps(10_001);
    assert_eq!(refuse(terms(shares)), "money");
    let mut years = money();
    years.spending = SpendingRule::AvgRealised {
        bps: Bps(1),
        years: 0,
    };
    assert_eq!(refuse(terms(years)), "money.spending");
    let mut twice = money();
    twice.custodians[1].account = twice.custodians[0].account.clone();
    assert_eq!(refuse(terms(twice)), "money.custodians");
}

/// R2: a trust is no custodian of its own money, nor is a sibling: what is placed has left.
#[test]
fn a_trust_is_not_its_own_custodian() {
    for own in ["trust", "assembly", "roll", "survey"] {
        let mut inside = money();
        inside.custodians[0].account = addr(own).to_string();
        let refused = World::empty().instantiate(terms(inside), &[]);
        assert!(matches!(
            refused,
            Err(TrustError::Terms("money.custodians", _))
        ));
    }
}

/// An address that is none of this chain is refused.
#[test]
fn a_bad_address_is_refused() {
    let mut msg = terms(money());
    msg.roll = "nowhere".to_owned();
    let refused = World::empty().instantiate(msg, &[]);
    assert!(matches!(refused, Err(TrustError::Std(_))));
}
