//! Questions to the module `bank`: balances and supply. Nothing is ever locked here, so all that is held can be spent.

use commons_ledger::StateRead as _;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{
    Params, QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest,
    QueryBalanceResponse, QueryDenomMetadataRequest, QueryDenomMetadataResponse,
    QueryDenomsMetadataRequest, QueryDenomsMetadataResponse, QueryParamsRequest,
    QueryParamsResponse, QuerySendEnabledRequest, QuerySendEnabledResponse,
    QuerySpendableBalanceByDenomRequest, QuerySpendableBalanceByDenomResponse,
    QuerySpendableBalancesRequest, QuerySpendableBalancesResponse, QuerySupplyOfRequest,
    QuerySupplyOfResponse, QueryTotalSupplyRequest, QueryTotalSupplyResponse,
};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;

use super::{Answer, Asked, QueryFailure, ask, page};
use crate::keys;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "Balance" => ask(asked, request, |asked, request: QueryBalanceRequest| {
            let balance = Some(one(asked, &request.address, &request.denom)?);
            Ok(QueryBalanceResponse { balance })
        }),
        "SpendableBalanceByDenom" => ask(
            asked,
            request,
            |asked, request: QuerySpendableBalanceByDenomRequest| {
                let balance = Some(one(asked, &request.address, &request.denom)?);
                Ok(QuerySpendableBalanceByDenomResponse { balance })
            },
        ),
        "AllBalances" => ask(asked, request, |asked, request: QueryAllBalancesRequest| {
            let (balances, page) = all(asked, &request.address, request.pagination)?;
            let pagination = Some(page);
            Ok(QueryAllBalancesResponse {
                balances,
                pagination,
            })
        }),
        "SpendableBalances" => ask(
            asked,
            request,
            |asked, request: QuerySpendableBalancesRequest| {
                let (balances, page) = all(asked, &request.address, request.pagination)?;
                let pagination = Some(page);
                Ok(QuerySpendableBalancesResponse {
                    balances,
                    pagination,
                })
            },
        ),
        "TotalSupply" => ask(asked, request, total_supply),
        "SupplyOf" => ask(asked, request, supply_of),
        "Params" => ask(asked, request, params),
        "DenomMetadata" => ask(asked, request, metadata),
        "DenomsMetadata" => ask(asked, request, all_metadata),
        "SendEnabled" => ask(asked, request, send_enabled),
        _ => None,
    }
}

fn coin(denom: &str, amount: Option<&[u8]>) -> Coin {
    let amount = amount.map(String::from_utf8_lossy);
    Coin {
        denom: denom.to_owned(),
        amount: amount.map_or_else(|| "0".to_owned(), std::borrow::Cow::into_owned),
    }
}

fn coins(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<Coin> {
    entries
        .iter()
        .map(|(denom, amount)| coin(&String::from_utf8_lossy(denom), Some(amount)))
        .collect()
}

fn holder(asked: &Asked<'_>, address: &str) -> Result<Vec<u8>, QueryFailure> {
    let bytes = asked.address(address);
    bytes.map_err(|reason| QueryFailure::invalid(format!("invalid address: {reason}")))
}

/// The form of a denomination, as the SDK has it.
fn check(denom: &str) -> Result<(), QueryFailure> {
    let mut bytes = denom.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let rest = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"/:._-".contains(&byte));
    if first && rest && (3..=128).contains(&denom.len()) {
        return Ok(());
    }
    Err(QueryFailure::invalid(format!("invalid denom: {denom}")))
}

fn one(asked: &Asked<'_>, address: &str, denom: &str) -> Result<Coin, QueryFailure> {
    check(denom)?;
    let key = [&keys::balances(&holder(asked, address)?), denom.as_bytes()].concat();
    Ok(coin(denom, asked.view.state().get(&key)?.as_deref()))
}

fn all(
    asked: &Asked<'_>,
    address: &str,
    pagination: Option<PageRequest>,
) -> Result<(Vec<Coin>, PageResponse), QueryFailure> {
    let prefix = keys::balances(&holder(asked, address)?);
    let page = page::lenient(asked, &prefix, pagination)?;
    Ok((coins(&page.entries), page.response))
}

fn total_supply(
    asked: &Asked<'_>,
    request: QueryTotalSupplyRequest,
) -> Result<QueryTotalSupplyResponse, QueryFailure> {
    let page = page::lenient(asked, &keys::supply(), request.pagination)?;
    Ok(QueryTotalSupplyResponse {
        supply: coins(&page.entries),
        pagination: Some(page.response),
    })
}

fn supply_of(
    asked: &Asked<'_>,
    request: QuerySupplyOfRequest,
) -> Result<QuerySupplyOfResponse, QueryFailure> {
    check(&request.denom)?;
    let key = [&keys::supply(), request.denom.as_bytes()].concat();
    let amount = coin(&request.denom, asked.view.state().get(&key)?.as_deref());
    Ok(QuerySupplyOfResponse {
        amount: Some(amount),
    })
}

fn params(_: &Asked<'_>, _: QueryParamsRequest) -> Result<QueryParamsResponse, QueryFailure> {
    Ok(QueryParamsResponse {
        params: Some(Params {
            default_send_enabled: true,
            ..Params::default()
        }),
    })
}

/// No denomination has metadata: the genesis has no place for any.
fn metadata(
    _: &Asked<'_>,
    request: QueryDenomMetadataRequest,
) -> Result<QueryDenomMetadataResponse, QueryFailure> {
    let text = format!("client metadata for denom {}", request.denom);
    Err(QueryFailure::not_found(text))
}

fn all_metadata(
    _: &Asked<'_>,
    _: QueryDenomsMetadataRequest,
) -> Result<QueryDenomsMetadataResponse, QueryFailure> {
    Ok(QueryDenomsMetadataResponse {
        metadatas: Vec::new(),
        pagination: Some(PageResponse::default()),
    })
}

/// No denomination is an exception from the default.
fn send_enabled(
    _: &Asked<'_>,
    _: QuerySendEnabledRequest,
) -> Result<QuerySendEnabledResponse, QueryFailure> {
    Ok(QuerySendEnabledResponse {
        send_enabled: Vec::new(),
        pagination: Some(PageResponse::default()),
    })
}
