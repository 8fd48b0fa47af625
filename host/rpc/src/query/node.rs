//! Questions to the service `cosmos.base.node.v1beta1`: how this node is set up.

use cosmos_sdk_proto::Timestamp;
use cosmos_sdk_proto::cosmos::base::node::v1beta1::{
    ConfigRequest, ConfigResponse, StatusRequest, StatusResponse,
};

use super::{Answer, Asked, QueryFailure, ask};

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "Config" => ask(asked, request, config),
        "Status" => ask(asked, request, status),
        _ => None,
    }
}

fn config(asked: &Asked<'_>, _: ConfigRequest) -> Result<ConfigResponse, QueryFailure> {
    Ok(ConfigResponse {
        minimum_gas_price: asked.shared.minimum_gas_price(),
        pruning_keep_recent: "0".to_owned(),
        pruning_interval: "0".to_owned(),
        ..ConfigResponse::default()
    })
}

fn status(asked: &Asked<'_>, _: StatusRequest) -> Result<StatusResponse, QueryFailure> {
    let height = asked.view.height();
    let validators = asked.view.block(height)?;
    let validators = validators.map(|record| record.header.validators_hash.as_bytes().to_vec());
    let nanos = asked.view.time_nanos();
    Ok(StatusResponse {
        earliest_store_height: asked.view.first_kept()?.0,
        height,
        timestamp: Some(Timestamp {
            seconds: i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX),
            nanos: i32::try_from(nanos % 1_000_000_000).unwrap_or_default(),
        }),
        app_hash: asked.view.root().to_vec(),
        validator_hash: validators.unwrap_or_default(),
    })
}
