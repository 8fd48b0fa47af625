//! `AuthorisePlacement`: an executed act allows trustees to place principal with a custodian of the charter (R38).

use commons_common::id::ProposalId;
use commons_common::trust::Authorisation;
use commons_common::units::Seconds;
use cosmwasm_std::{Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::{event, state};

/// How many periods an act allows placing, from its execution on (R38).
const AUTHORISED_PERIODS: u64 = 5;

/// The assembly only, once a proposal; for [`AUTHORISED_PERIODS`] from now.
pub fn authorise_placement(
    ctx: &mut Context<'_>,
    proposal: ProposalId,
    custodian: &str,
    max: Uint128,
) -> Result<Response, TrustError> {
    ctx.only_assembly()?;
    let custodian = ctx.deps.api.addr_validate(custodian)?;
    let listed = &ctx.config.money.custodians;
    if !listed.iter().any(|c| c.account == custodian.as_str()) {
        return Err(TrustError::UnknownCustodian(custodian));
    }
    if max.is_zero() {
        return Err(TrustError::ZeroAmount);
    }
    if state::AUTHORISATIONS.has(ctx.deps.storage, proposal.get()) {
        return Err(TrustError::AlreadyAuthorised(proposal.get()));
    }
    let authorisation = Authorisation {
        proposal,
        custodian,
        max,
        used: Uint128::zero(),
        until: ctx.now().after(Seconds(
            ctx.config.period.0.saturating_mul(AUTHORISED_PERIODS),
        )),
    };
    state::AUTHORISATIONS.save(ctx.deps.storage, proposal.get(), &authorisation)?;
    Ok(Response::new().add_event(event::authorised(&authorisation.custodian, max)))
}
