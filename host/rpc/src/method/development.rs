//! Methods that only a chain for development has.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::RpcError;
use super::args::Args;
use crate::development::{Back, Wish};
use crate::shared::Shared;

/// Most seconds that may pass at once: a hundred years.
const MOST: i64 = 100 * 366 * 86_400;

pub(super) async fn call(
    shared: &Arc<Shared>,
    method: &str,
    args: &Args,
) -> Result<Value, RpcError> {
    let wish = wish(method, args)?;
    shared.develop(wish).await.map_err(RpcError::internal)
}

fn wish(method: &str, args: &Args) -> Result<Wish, RpcError> {
    let missing = |name: &str| RpcError::params(format!("{name} is missing"));
    match method {
        "dev_make_block" => Ok(Wish::Block),
        "dev_snapshot" => Ok(Wish::Snapshot),
        "dev_pass" => match args.number("seconds")? {
            Some(seconds @ 1..=MOST) => Ok(Wish::Pass(Duration::from_secs(seconds.unsigned_abs()))),
            _ => Err(RpcError::params(format!("seconds are from 1 to {MOST}"))),
        },
        "dev_reach" => {
            let text = args.text("time")?.ok_or_else(|| missing("time"))?;
            let time = OffsetDateTime::parse(&text, &Rfc3339);
            let nanos = time.map(|time| u64::try_from(time.unix_timestamp_nanos()));
            match nanos {
                // So far as nanoseconds in 64 bits and contracts reach, with room for blocks.
                Ok(Ok(nanos)) if nanos < u64::MAX / 2 => Ok(Wish::Reach(nanos)),
                _ => Err(RpcError::params("time is RFC 3339, from 1970 to 2262")),
            }
        }
        "dev_revert" => {
            let back = match (args.number("snapshot")?, args.number("height")?) {
                (Some(number), None) => u64::try_from(number).map(Back::Snapshot),
                (None, Some(height)) => u64::try_from(height).map(Back::Height),
                _ => return Err(RpcError::params("give a snapshot or a height")),
            };
            back.map(Wish::Revert)
                .map_err(|_| RpcError::params("snapshots and heights count from 1"))
        }
        "dev_faucet" => {
            let address = args.text("address")?.ok_or_else(|| missing("address"))?;
            let coin = args.text("amount")?.ok_or_else(|| missing("amount"))?;
            let split = coin
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(coin.len());
            let (amount, denom) = coin.split_at(split);
            let amount = amount
                .parse()
                .map_err(|_| RpcError::params("amount is a number and a denomination"))?;
            let denom = denom.to_owned();
            Ok(Wish::Give {
                address,
                amount,
                denom,
            })
        }
        _ => Err(RpcError::method()),
    }
}
