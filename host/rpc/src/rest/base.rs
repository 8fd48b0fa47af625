//! Accounts, coins, and the parameters of the chain and of the node, in the SDK's JSON. It reads no state itself.

use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    BaseAccount, Bech32PrefixRequest, Bech32PrefixResponse, QueryAccountInfoRequest,
    QueryAccountInfoResponse, QueryAccountRequest, QueryAccountResponse,
    QueryParamsRequest as AuthParamsRequest, QueryParamsResponse as AuthParamsResponse,
};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{
    QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest, QueryBalanceResponse,
    QueryParamsRequest as BankParamsRequest, QueryParamsResponse as BankParamsResponse,
    QuerySpendableBalancesRequest, QuerySpendableBalancesResponse, QuerySupplyOfRequest,
    QuerySupplyOfResponse, QueryTotalSupplyRequest, QueryTotalSupplyResponse,
};
use cosmos_sdk_proto::cosmos::base::node::v1beta1::{
    ConfigRequest, ConfigResponse, StatusRequest, StatusResponse,
};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::staking::v1beta1::{
    QueryParamsRequest as StakingParamsRequest, QueryParamsResponse as StakingParamsResponse,
};
use serde_json::{Value, json};

use super::{Question, RestError, ask, block, message};
use crate::answer::{base64, base64_or_null};
use crate::query::Asked;

pub(super) fn coin(coin: &Coin) -> Value {
    json!({ "denom": coin.denom, "amount": coin.amount })
}

pub(super) fn coins(list: &[Coin]) -> Value {
    list.iter().map(coin).collect()
}

/// Where the next page begins, and how many entries there are if that was counted.
pub(super) fn page(page: Option<PageResponse>) -> Value {
    let page = page.unwrap_or_default();
    json!({ "next_key": base64_or_null(&page.next_key), "total": page.total.to_string() })
}

pub(super) fn auth(asked: &Asked<'_>, path: &[&str]) -> Result<Value, RestError> {
    match path {
        ["accounts", address] => {
            let address = (*address).to_owned();
            let request = QueryAccountRequest { address };
            let answer: QueryAccountResponse =
                ask(asked, "/cosmos.auth.v1beta1.Query/Account", &request)?;
            Ok(json!({ "account": answer.account.as_ref().map(message::any) }))
        }
        ["account_info", address] => {
            let address = (*address).to_owned();
            let request = QueryAccountInfoRequest { address };
            let answer: QueryAccountInfoResponse =
                ask(asked, "/cosmos.auth.v1beta1.Query/AccountInfo", &request)?;
            Ok(json!({ "info": answer.info.as_ref().map(account) }))
        }
        ["params"] => {
            let path = "/cosmos.auth.v1beta1.Query/Params";
            let answer: AuthParamsResponse = ask(asked, path, &AuthParamsRequest {})?;
            let params = answer.params.unwrap_or_default();
            Ok(json!({ "params": {
                "max_memo_characters": params.max_memo_characters.to_string(),
                "tx_sig_limit": params.tx_sig_limit.to_string(),
                "tx_size_cost_per_byte": params.tx_size_cost_per_byte.to_string(),
                "sig_verify_cost_ed25519": params.sig_verify_cost_ed25519.to_string(),
                "sig_verify_cost_secp256k1": params.sig_verify_cost_secp256k1.to_string(),
            } }))
        }
        ["bech32"] => {
            let path = "/cosmos.auth.v1beta1.Query/Bech32Prefix";
            let answer: Bech32PrefixResponse = ask(asked, path, &Bech32PrefixRequest {})?;
            Ok(json!({ "bech32_prefix": answer.bech32_prefix }))
        }
        _ => Err(RestError::unimplemented()),
    }
}

/// The fields of an account.
pub(super) fn account(account: &BaseAccount) -> Value {
    json!({
        "address": account.address,
        "pub_key": account.pub_key.as_ref().map(message::any),
        "account_number": account.account_number.to_string(),
        "sequence": account.sequence.to_string(),
    })
}

pub(super) fn bank(
    asked: &Asked<'_>,
    path: &[&str],
    question: &Question,
) -> Result<Value, RestError> {
    let denom = || question.parameter("denom");
    match path {
        ["balances", address] => {
            let request = QueryAllBalancesRequest {
                address: (*address).to_owned(),
                pagination: question.page()?,
                ..QueryAllBalancesRequest::default()
            };
            let answer: QueryAllBalancesResponse =
                ask(asked, "/cosmos.bank.v1beta1.Query/AllBalances", &request)?;
            Ok(
                json!({ "balances": coins(&answer.balances), "pagination": page(answer.pagination) }),
            )
        }
        ["spendable_balances", address] => {
            let request = QuerySpendableBalancesRequest {
                address: (*address).to_owned(),
                pagination: question.page()?,
            };
            let path = "/cosmos.bank.v1beta1.Query/SpendableBalances";
            let answer: QuerySpendableBalancesResponse = ask(asked, path, &request)?;
            Ok(
                json!({ "balances": coins(&answer.balances), "pagination": page(answer.pagination) }),
            )
        }
        ["balances", address, "by_denom"] => {
            let request = QueryBalanceRequest {
                address: (*address).to_owned(),
                denom: denom(),
            };
            let answer: QueryBalanceResponse =
                ask(asked, "/cosmos.bank.v1beta1.Query/Balance", &request)?;
            Ok(json!({ "balance": answer.balance.as_ref().map(coin) }))
        }
        ["supply"] => {
            let request = QueryTotalSupplyRequest {
                pagination: question.page()?,
            };
            let answer: QueryTotalSupplyResponse =
                ask(asked, "/cosmos.bank.v1beta1.Query/TotalSupply", &request)?;
            Ok(json!({ "supply": coins(&answer.supply), "pagination": page(answer.pagination) }))
        }
        ["supply", "by_denom"] => {
            let request = QuerySupplyOfRequest { denom: denom() };
            let answer: QuerySupplyOfResponse =
                ask(asked, "/cosmos.bank.v1beta1.Query/SupplyOf", &request)?;
            Ok(json!({ "amount": answer.amount.as_ref().map(coin) }))
        }
        ["params"] => {
            let path = "/cosmos.bank.v1beta1.Query/Params";
            let answer: BankParamsResponse = ask(asked, path, &BankParamsRequest {})?;
            let params = answer.params.unwrap_or_default();
            // Exceptions from the default have a place of their own since SDK 0.47; here the list stays empty.
            Ok(json!({ "params": {
                "send_enabled": [], "default_send_enabled": params.default_send_enabled,
            } }))
        }
        _ => Err(RestError::unimplemented()),
    }
}

pub(super) fn staking(asked: &Asked<'_>, path: &[&str]) -> Result<Value, RestError> {
    let ["params"] = path else {
        return Err(RestError::unimplemented());
    };
    let path = "/cosmos.staking.v1beta1.Query/Params";
    let answer: StakingParamsResponse = ask(asked, path, &StakingParamsRequest {})?;
    let params = answer.params.unwrap_or_default();
    let unbonding = params.unbonding_time.unwrap_or_default();
    Ok(json!({ "params": {
        "unbonding_time": format!("{}s", unbonding.seconds),
        "max_validators": params.max_validators,
        "max_entries": params.max_entries,
        "historical_entries": params.historical_entries,
        "bond_denom": params.bond_denom,
        "min_commission_rate": decimal(&params.min_commission_rate),
    } }))
}

/// A number in units of 10^-18, as the SDK writes it.
fn decimal(units: &str) -> String {
    let padded = format!("{units:0>19}");
    let (whole, part) = padded
        .split_at_checked(padded.len().saturating_sub(18))
        .unwrap_or((&padded, ""));
    format!("{whole}.{part}")
}

pub(super) fn node(asked: &Asked<'_>, path: &[&str]) -> Result<Value, RestError> {
    match path {
        ["config"] => {
            let path = "/cosmos.base.node.v1beta1.Service/Config";
            let answer: ConfigResponse = ask(asked, path, &ConfigRequest {})?;
            Ok(json!({
                "minimum_gas_price": answer.minimum_gas_price,
                "pruning_keep_recent": answer.pruning_keep_recent,
                "pruning_interval": answer.pruning_interval,
                "halt_height": answer.halt_height.to_string(),
            }))
        }
        ["status"] => {
            let path = "/cosmos.base.node.v1beta1.Service/Status";
            let answer: StatusResponse = ask(asked, path, &StatusRequest {})?;
            let time = answer.timestamp.unwrap_or_default();
            Ok(json!({
                "earliest_store_height": answer.earliest_store_height.to_string(),
                "height": answer.height.to_string(),
                "timestamp": block::time(time.seconds, time.nanos),
                "app_hash": base64(&answer.app_hash),
                "validator_hash": base64(&answer.validator_hash),
            }))
        }
        _ => Err(RestError::unimplemented()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_eighteen_places() {
        assert_eq!(decimal("0"), "0.000000000000000000");
        assert_eq!(decimal("50000000000000000"), "0.050000000000000000");
        assert_eq!(decimal("1250000000000000000"), "1.250000000000000000");
    }
}
