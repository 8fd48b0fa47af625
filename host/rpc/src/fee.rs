//! Whether a transaction offers what this node asks for its gas. It is the node's own condition, never a rule of the chain.

use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee, TxRaw};
use prost::Message as _;

use crate::config::GasPrice;

/// Says why a transaction is not taken in, in the words of the SDK; none if it offers enough, or cannot be read: its check says that better.
pub(crate) fn refusal(tx: &[u8], prices: &[GasPrice]) -> Option<String> {
    let asked: Vec<&GasPrice> = prices.iter().filter(|price| price.atto > 0).collect();
    if asked.is_empty() {
        return None;
    }
    let raw = TxRaw::decode(tx).ok()?;
    let fee = AuthInfo::decode(raw.auth_info_bytes.as_slice())
        .ok()?
        .fee
        .unwrap_or_default();
    if asked.iter().any(|price| covers(&fee, price)) {
        return None;
    }
    let list = |texts: Vec<String>| texts.join(",");
    let got = fee.amount.iter();
    let got = got.map(|coin| format!("{}{}", coin.amount, coin.denom));
    let required = asked.iter().map(|price| {
        let amount = price.of(fee.gas_limit);
        amount.map_or_else(
            || format!("more than 2^128{}", price.denom),
            |amount| format!("{amount}{}", price.denom),
        )
    });
    Some(format!(
        "insufficient fees; got: {} required: {}: insufficient fee",
        list(got.collect()),
        list(required.collect())
    ))
}

fn covers(fee: &Fee, price: &GasPrice) -> bool {
    let Some(required) = price.of(fee.gas_limit) else {
        return false;
    };
    let offered = fee.amount.iter().find(|coin| coin.denom == price.denom);
    let offered = offered.and_then(|coin| coin.amount.parse::<u128>().ok());
    offered.is_some_and(|offered| offered >= required)
}
