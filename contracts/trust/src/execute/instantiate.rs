//! `Instantiate`: a trust is born bound to its siblings, with terms that cannot be changed.

use std::collections::BTreeSet;

use commons_common::charter::{MoneyCharter, SpendingRule};
use commons_common::trust::{ConfigResponse, InstantiateMsg, Ledgers, Purses};
use commons_common::units::{Bps, Seconds};
use cosmwasm_std::{Api, Env, Storage};

use crate::error::TrustError;
use crate::state::{self, OpenYield};

/// Stores the terms and empty ledgers.
pub fn instantiate(
    storage: &mut dyn Storage,
    api: &dyn Api,
    env: &Env,
    msg: InstantiateMsg,
) -> Result<(), TrustError> {
    let config = ConfigResponse {
        assembly: api.addr_validate(&msg.assembly)?,
        roll: api.addr_validate(&msg.roll)?,
        survey: api.addr_validate(&msg.survey)?,
        charter_hash: msg.charter_hash,
        purpose_hash: msg.purpose_hash,
        denom: msg.denom,
        period: msg.period,
        money: msg.money,
    };
    if config.period < Seconds(1) {
        return Err(TrustError::Terms("period", "lasts a second at least"));
    }
    check_money(&config.money)?;
    for custodian in &config.money.custodians {
        let account = api.addr_validate(&custodian.account)?;
        let own = [
            &env.contract.address,
            &config.assembly,
            &config.roll,
            &config.survey,
        ];
        if own.contains(&&account) {
            return Err(TrustError::Terms(
                "money.custodians",
                "a custodian is an account outside the trust and its siblings",
            ));
        }
    }
    state::CONFIG.save(storage, &config)?;
    state::LEDGERS.save(storage, &Ledgers::default())?;
    state::FREE.save(storage, &Purses::default())?;
    state::YIELD.save(storage, &OpenYield::default())?;
    Ok(())
}

/// The bounds that the ledgers rely on; the registry checks the charter whole.
fn check_money(money: &MoneyCharter) -> Result<(), TrustError> {
    let shares = [
        money.maintenance_bps,
        money.operating_bps,
        money.max_placed_bps,
    ];
    if shares.iter().any(|bps| *bps > Bps::WHOLE) {
        return Err(TrustError::Terms(
            "money",
            "a share is at most 10000 basis points: the whole",
        ));
    }
    let SpendingRule::AvgRealised { years, .. } = money.spending;
    if !(1..=20).contains(&years) {
        return Err(TrustError::Terms(
            "money.spending",
            "the rule looks back 1 to 20 years",
        ));
    }
    let accounts: BTreeSet<_> = money.custodians.iter().map(|c| &c.account).collect();
    let subjects: BTreeSet<_> = money.custodians.iter().map(|c| &c.subject).collect();
    let count = money.custodians.len();
    if count > 8 || accounts.len() != count || subjects.len() != count {
        return Err(TrustError::Terms(
            "money.custodians",
            "at most 8, each with an account and a subject of its own",
        ));
    }
    Ok(())
}
