//! Questions to the module `auth`: accounts, and the chain's prefix.

use commons_ledger::StateRead as _;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    AddressBytesToStringRequest, AddressBytesToStringResponse, AddressStringToBytesRequest,
    AddressStringToBytesResponse, BaseAccount, Bech32PrefixRequest, Bech32PrefixResponse, Params,
    QueryAccountInfoRequest, QueryAccountInfoResponse, QueryAccountRequest, QueryAccountResponse,
    QueryAccountsRequest, QueryAccountsResponse, QueryParamsRequest, QueryParamsResponse,
};
use prost::Message as _;

use super::{Answer, Asked, QueryFailure, ask, page};
use crate::keys;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "Account" => ask(asked, request, one),
        "AccountInfo" => ask(asked, request, info),
        "Accounts" => ask(asked, request, all),
        "Params" => ask(asked, request, params),
        "Bech32Prefix" => ask(asked, request, prefix),
        "AddressBytesToString" => ask(asked, request, to_text),
        "AddressStringToBytes" => ask(asked, request, to_bytes),
        _ => None,
    }
}

fn find(asked: &Asked<'_>, address: &str) -> Result<Any, QueryFailure> {
    if address.is_empty() {
        return Err(QueryFailure::invalid("Address cannot be empty"));
    }
    let bytes = asked
        .address(address)
        .map_err(|reason| other_prefix(&reason).unwrap_or_else(|| QueryFailure::plain(reason)))?;
    let stored = asked.view.state().get(&keys::account(&bytes))?;
    let stored =
        stored.ok_or_else(|| QueryFailure::not_found(format!("account {address} not found")))?;
    Any::decode(stored.as_slice()).map_err(|error| QueryFailure::unknown(error.to_string()))
}

/// This module's own words for an address of another chain.
fn other_prefix(reason: &str) -> Option<QueryFailure> {
    let prefixes = reason.strip_prefix("invalid Bech32 prefix; expected ")?;
    let (expected, got) = prefixes.split_once(", got ")?;
    Some(QueryFailure::registered(format!(
        "hrp does not match bech32 prefix: expected '{expected}' got '{got}': internal logic error"
    )))
}

fn one(
    asked: &Asked<'_>,
    request: QueryAccountRequest,
) -> Result<QueryAccountResponse, QueryFailure> {
    let account = Some(find(asked, &request.address)?);
    Ok(QueryAccountResponse { account })
}

fn info(
    asked: &Asked<'_>,
    request: QueryAccountInfoRequest,
) -> Result<QueryAccountInfoResponse, QueryFailure> {
    let account = find(asked, &request.address)?;
    let info = BaseAccount::decode(account.value.as_slice());
    let info = info.map_err(|error| QueryFailure::unknown(error.to_string()))?;
    Ok(QueryAccountInfoResponse { info: Some(info) })
}

fn all(
    asked: &Asked<'_>,
    request: QueryAccountsRequest,
) -> Result<QueryAccountsResponse, QueryFailure> {
    let page = page::lenient(asked, &keys::accounts(), request.pagination)?;
    let accounts = page.entries.iter();
    Ok(QueryAccountsResponse {
        accounts: accounts
            .filter_map(|(_, value)| Any::decode(value.as_slice()).ok())
            .collect(),
        pagination: Some(page.response),
    })
}

/// The limits and prices that the ante handler works with.
fn params(_: &Asked<'_>, _: QueryParamsRequest) -> Result<QueryParamsResponse, QueryFailure> {
    Ok(QueryParamsResponse {
        params: Some(Params {
            max_memo_characters: 256,
            tx_sig_limit: 7,
            tx_size_cost_per_byte: 10,
            sig_verify_cost_ed25519: 590,
            sig_verify_cost_secp256k1: 1_000,
        }),
    })
}

fn prefix(asked: &Asked<'_>, _: Bech32PrefixRequest) -> Result<Bech32PrefixResponse, QueryFailure> {
    Ok(Bech32PrefixResponse {
        bech32_prefix: asked.view.genesis().address_prefix.clone(),
    })
}

fn to_text(
    asked: &Asked<'_>,
    request: AddressBytesToStringRequest,
) -> Result<AddressBytesToStringResponse, QueryFailure> {
    if request.address_bytes.is_empty() {
        return Err(QueryFailure::invalid("empty address bytes is not allowed"));
    }
    let address_string = asked.view.ledger().address_text(&request.address_bytes);
    let wrong = || QueryFailure::plain("address length must be 20 or 32 bytes: invalid address");
    Ok(AddressBytesToStringResponse {
        address_string: address_string.ok_or_else(wrong)?,
    })
}

fn to_bytes(
    asked: &Asked<'_>,
    request: AddressStringToBytesRequest,
) -> Result<AddressStringToBytesResponse, QueryFailure> {
    let address_bytes = asked.address(&request.address_string);
    Ok(AddressStringToBytesResponse {
        address_bytes: address_bytes.map_err(QueryFailure::plain)?,
    })
}
