//! Questions to the module `staking`. There is no staking here: its parameters are those that a real chain begins with, so that wallets
//! know which coin is staked elsewhere.

use cosmos_sdk_proto::cosmos::staking::v1beta1::{Params, QueryParamsRequest, QueryParamsResponse};
use tendermint_proto::google::protobuf::Duration;

use super::{Answer, Asked, QueryFailure, ask};

/// Three weeks, in seconds.
const UNBONDING: i64 = 21 * 86_400;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "Params" => ask(asked, request, params),
        _ => None,
    }
}

fn params(asked: &Asked<'_>, _: QueryParamsRequest) -> Result<QueryParamsResponse, QueryFailure> {
    Ok(QueryParamsResponse {
        params: Some(Params {
            unbonding_time: Some(Duration {
                seconds: UNBONDING,
                nanos: 0,
            }),
            max_validators: 100,
            max_entries: 7,
            historical_entries: 10_000,
            bond_denom: asked.view.genesis().params.bond_denom.clone(),
            min_commission_rate: "0".to_owned(),
        }),
    })
}
