//! What can be decided: the class of each act (R38), its bounds, who gains by it (R30), and the messages that carry it
//! out. Pure: nothing here reads storage, and nothing is fetched when an act is executed (R39).

use commons_common::assembly::{Act, DecisionClass, Proposal, RulesResponse};
use commons_common::charter::{DecisionRules, DecisionsCharter};
use commons_common::units::{Seconds, UnixTime};
use commons_common::{roll, trust};
use cosmwasm_std::{Api, CosmosMsg, StdResult, Uint128, wasm_execute};

use crate::error::ContractError;

/// Milestones of one appropriation at most.
pub const MAX_MILESTONES: usize = 32;

/// How long an appropriation may reserve money, from its proposal: none is tied up for ever for who never comes.
pub const LONGEST_RESERVATION: Seconds = Seconds::days(5 * 365);

/// The class that decides on an act (R38).
///
/// # Errors
/// `Amounts` when the milestones add up beyond what can be counted.
pub fn class(act: &Act, decisions: &DecisionsCharter) -> Result<DecisionClass, ContractError> {
    Ok(match act {
        Act::Ratify { .. } => DecisionClass::Ratification,
        Act::Appropriate { milestones, .. } if total(milestones)? <= decisions.special_above => {
            DecisionClass::Ordinary
        }
        Act::Appropriate { .. } | Act::Place { .. } | Act::SetRegistrar { .. } => {
            DecisionClass::Special
        }
    })
}

/// The windows and thresholds of a class.
#[must_use]
pub const fn rules(class: DecisionClass, decisions: &DecisionsCharter) -> DecisionRules {
    match class {
        DecisionClass::Ordinary => decisions.ordinary,
        DecisionClass::Special => decisions.special,
        DecisionClass::Ratification => decisions.ratification,
    }
}

/// The account that gains by an act; a trustee with an interest in it has no vote on the act (R30).
#[must_use]
pub fn subject(act: &Act) -> Option<&str> {
    match act {
        Act::Appropriate { payee, .. } => Some(payee),
        Act::Place { custodian, .. } => Some(custodian),
        Act::Ratify { .. } | Act::SetRegistrar { .. } => None,
    }
}

/// Whether an act proposed `now` is sound in itself. `expires` is the end of its window of execution.
///
/// # Errors
/// `AnotherCharter`, `Amounts`, `LapsesTooEarly`, `LapsesTooLate`, or an address that is none of this chain.
pub fn check(
    act: &Act,
    rules: &RulesResponse,
    now: UnixTime,
    expires: UnixTime,
    api: &dyn Api,
) -> Result<(), ContractError> {
    match act {
        Act::Ratify { charter_hash } => {
            if *charter_hash != rules.charter_hash {
                return Err(ContractError::AnotherCharter {
                    ours: rules.charter_hash.clone(),
                    named: charter_hash.clone(),
                });
            }
        }
        Act::Appropriate {
            payee,
            milestones,
            lapses_at,
            ..
        } => {
            api.addr_validate(payee)?;
            if !(1..=MAX_MILESTONES).contains(&milestones.len()) {
                return Err(amounts("an appropriation has 1 to 32 milestones"));
            }
            if milestones.iter().any(Uint128::is_zero) {
                return Err(amounts("every milestone pays more than nothing"));
            }
            total(milestones)?;
            if *lapses_at < expires {
                return Err(ContractError::LapsesTooEarly {
                    lapses_at: *lapses_at,
                    expires,
                });
            }
            let latest = now.after(LONGEST_RESERVATION);
            if *lapses_at > latest {
                return Err(ContractError::LapsesTooLate {
                    lapses_at: *lapses_at,
                    latest,
                });
            }
        }
        Act::Place { custodian, max } => {
            api.addr_validate(custodian)?;
            if max.is_zero() {
                return Err(amounts("a placement allows more than nothing"));
            }
        }
        Act::SetRegistrar { account, .. } => {
            api.addr_validate(account)?;
        }
    }
    Ok(())
}

/// The messages that carry out an act. What a sibling refuses undoes the whole execution.
///
/// # Errors
/// Serialisation errors of cosmwasm-std.
pub fn messages(proposal: Proposal, rules: &RulesResponse) -> StdResult<Vec<CosmosMsg>> {
    let to_roll = |msg: &roll::ExecuteMsg| wasm_execute(&rules.roll, msg, vec![]);
    let to_trust = |msg: &trust::ExecuteMsg| wasm_execute(&rules.trust, msg, vec![]);
    let calls = match proposal.act {
        Act::Ratify { .. } => vec![
            to_roll(&roll::ExecuteMsg::Ratify {
                electorate_height: proposal.electorate_height,
            })?,
            to_trust(&trust::ExecuteMsg::Ratify {})?,
        ],
        Act::Appropriate {
            kind,
            payee,
            milestones,
            purpose_hash,
            lapses_at,
        } => vec![to_trust(&trust::ExecuteMsg::Appropriate {
            proposal: proposal.id,
            kind,
            payee,
            milestones,
            purpose_hash,
            lapses_at,
        })?],
        Act::Place { custodian, max } => vec![to_trust(&trust::ExecuteMsg::AuthorisePlacement {
            proposal: proposal.id,
            custodian,
            max,
        })?],
        Act::SetRegistrar { account, quota } => {
            vec![to_roll(&roll::ExecuteMsg::SetRegistrar { account, quota })?]
        }
    };
    Ok(calls.into_iter().map(CosmosMsg::from).collect())
}

fn total(milestones: &[Uint128]) -> Result<Uint128, ContractError> {
    milestones
        .iter()
        .try_fold(Uint128::zero(), |sum, milestone| {
            sum.checked_add(*milestone)
        })
        .map_err(|_| amounts("the milestones add up beyond what can be counted"))
}

const fn amounts(reason: &'static str) -> ContractError {
    ContractError::Amounts { reason }
}
