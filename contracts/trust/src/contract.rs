//! Dispatches messages and queries of a trust, and checks the ledgers after every message. Contains no rule of its
//! own: see the verbs in `execute` and `query`.
#![expect(
    clippy::needless_pass_by_value,
    reason = "entry points own what the host hands over"
)]

use commons_common::journal;
use commons_common::trust::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_std::{
    BankMsg, Binary, CosmosMsg, Deps, DepsMut, Env, MessageInfo, Reply, Response, Uint128, Uint256,
    entry_point,
};

use crate::error::TrustError;
use crate::execute::{self, Context};
use crate::{event, ledger, query, state};

/// Name under cw2.
pub const CONTRACT_NAME: &str = "crate:commons-trust";
/// Version under cw2.
pub const CONTRACT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins a trust in its founding. Accepts no coins.
///
/// # Errors
/// Terms that do not hold together, invalid addresses, coins sent along.
#[entry_point]
pub fn instantiate(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, TrustError> {
    let entry = journal::begin(deps.storage, &env, &info, &msg)?;
    no_coins(&info)?;
    cw2::set_contract_version(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    execute::instantiate(deps.storage, deps.api, &env, msg)?;
    Ok(Response::new().add_event(event::journal(&entry)))
}

/// Executes one message: appends it to the journal (R34), lets its verb act on the ledgers, stores them and checks
/// them against the bank (I10, R2).
///
/// # Errors
/// What the verb refuses; coins where none are taken or none where some are; `IdentityBroken`.
#[entry_point]
pub fn execute(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, TrustError> {
    let entry = journal::append(deps.storage, &env, &info, &msg)?;
    let config = state::CONFIG.load(deps.storage)?;
    let received = received(&info, &config.denom, &msg)?;
    let mut ctx = Context {
        ledgers: state::LEDGERS.load(deps.storage)?,
        deps: deps.branch(),
        env: &env,
        sender: &info.sender,
        received,
        config: &config,
    };
    if !matches!(msg, ExecuteMsg::Contribute { .. } | ExecuteMsg::Ratify {}) {
        state::life(ctx.deps.storage)?;
    }
    let response = dispatch(&mut ctx, msg)?;
    store(&mut ctx, &response)?;
    Ok(response.add_event(event::journal(&entry)))
}

fn dispatch(ctx: &mut Context<'_>, msg: ExecuteMsg) -> Result<Response, TrustError> {
    match msg {
        ExecuteMsg::Contribute { to } => execute::contribute(ctx, to),
        ExecuteMsg::Revenue { source } => execute::revenue(ctx, source),
        ExecuteMsg::ClosePeriod {} => execute::close_period(ctx),
        ExecuteMsg::Claim { declaration } => execute::claim(ctx, declaration),
        ExecuteMsg::ClaimFor {
            declaration,
            persons,
        } => execute::claim_for(ctx, declaration, persons),
        ExecuteMsg::Sweep { declaration } => execute::sweep(ctx, declaration),
        ExecuteMsg::SweepStray {} => execute::sweep_stray(ctx),
        ExecuteMsg::Place {
            authorisation,
            amount,
        } => execute::place(ctx, authorisation, amount),
        ExecuteMsg::Return { placement, book } => execute::take_back(ctx, placement, book),
        ExecuteMsg::Revalue { placement } => execute::revalue(ctx, placement),
        ExecuteMsg::Accept { appropriation } => execute::accept(ctx, appropriation),
        ExecuteMsg::Submit {
            appropriation,
            evidence_hash,
        } => execute::submit(ctx, appropriation, evidence_hash),
        ExecuteMsg::Approve { appropriation } => execute::approve(ctx, appropriation),
        ExecuteMsg::Pay { appropriation } => execute::pay(ctx, appropriation),
        ExecuteMsg::Withdraw { appropriation } => execute::withdraw(ctx, appropriation),
        ExecuteMsg::Ratify {} => execute::ratify(ctx),
        ExecuteMsg::Appropriate {
            proposal,
            kind,
            payee,
            milestones,
            purpose_hash,
            lapses_at,
        } => execute::appropriate(
            ctx,
            execute::Request {
                proposal,
                kind,
                payee,
                milestones,
                purpose_hash,
                lapses_at,
            },
        ),
        ExecuteMsg::AuthorisePlacement {
            proposal,
            custodian,
            max,
        } => execute::authorise_placement(ctx, proposal, &custodian, max),
    }
}

/// A pushed dividend that its account could not receive stays claimable (R14).
///
/// # Errors
/// A reply that belongs to nothing sent.
#[entry_point]
pub fn reply(mut deps: DepsMut<'_>, env: Env, msg: Reply) -> Result<Response, TrustError> {
    let config = state::CONFIG.load(deps.storage)?;
    let mut ctx = Context {
        ledgers: state::LEDGERS.load(deps.storage)?,
        deps: deps.branch(),
        env: &env,
        sender: &env.contract.address,
        received: Uint128::zero(),
        config: &config,
    };
    let response = execute::unreceived(&mut ctx, &msg)?;
    store(&mut ctx, &response)?;
    Ok(response)
}

/// Answers one query. Changes nothing.
///
/// # Errors
/// What does not exist.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> Result<Binary, TrustError> {
    query::answer(deps, &env, &msg)
}

/// Stores the ledgers once the identity holds for what the bank will hold when the response's payments are out.
fn store(ctx: &mut Context<'_>, response: &Response) -> Result<(), TrustError> {
    let held = ctx.balance()?;
    let left = held
        .checked_sub(outgoing(response))
        .map_err(|_| TrustError::IdentityBroken {
            held: held.to_string(),
            owed: outgoing(response).to_string(),
        })?;
    ledger::stray(&ctx.ledgers, left)?;
    state::LEDGERS.save(ctx.deps.storage, &ctx.ledgers)?;
    Ok(())
}

/// Coins a response sends out. A trust sends bank messages and nothing else, in its one denomination (I13).
fn outgoing(response: &Response) -> Uint256 {
    response
        .messages
        .iter()
        .map(|message| match &message.msg {
            CosmosMsg::Bank(BankMsg::Send { amount, .. }) => {
                amount.iter().map(|coin| coin.amount).sum()
            }
            _ => Uint256::MAX,
        })
        .fold(Uint256::zero(), Uint256::saturating_add)
}

/// Coins that came with the message, in the one denomination.
fn received(info: &MessageInfo, denom: &str, msg: &ExecuteMsg) -> Result<Uint128, TrustError> {
    let (taken, required) = match msg {
        ExecuteMsg::Contribute { .. } | ExecuteMsg::Revenue { .. } => (true, true),
        ExecuteMsg::Return { .. } => (true, false),
        _ => (false, false),
    };
    if !taken {
        no_coins(info)?;
        return Ok(Uint128::zero());
    }
    let expected = || TrustError::CoinsExpected {
        denom: denom.to_owned(),
    };
    match info.funds.as_slice() {
        [] if !required => Ok(Uint128::zero()),
        [coin] if coin.denom == denom && !coin.amount.is_zero() => {
            Uint128::try_from(coin.amount).map_err(|_| commons_math::MathError::Overflow.into())
        }
        _ => Err(expected()),
    }
}

fn no_coins(info: &MessageInfo) -> Result<(), TrustError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(TrustError::CoinsUnexpected)
    }
}
