//! Questions to the module `wasm`: codes, contracts, and what contracts themselves answer.

use commons_ledger::{Checksum, CodeInfo, ContractInfo, StateRead as _};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, AccessType, CodeInfoResponse, ContractCodeHistoryEntry, Model, Params,
    QueryAllContractStateRequest, QueryAllContractStateResponse, QueryBuildAddressRequest,
    QueryBuildAddressResponse, QueryCodeRequest, QueryCodeResponse, QueryCodesRequest,
    QueryCodesResponse, QueryContractHistoryRequest, QueryContractHistoryResponse,
    QueryContractInfoRequest, QueryContractsByCodeRequest, QueryContractsByCodeResponse,
    QueryContractsByCreatorRequest, QueryContractsByCreatorResponse, QueryParamsRequest,
    QueryParamsResponse, QueryPinnedCodesRequest, QueryPinnedCodesResponse,
    QueryRawContractStateRequest, QueryRawContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use prost::Message as _;

use super::{Answer, Asked, QueryFailure, ask, page};
use crate::keys;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "SmartContractState" => ask(asked, request, smart),
        "RawContractState" => ask(asked, request, raw),
        "AllContractState" => ask(asked, request, all_state),
        "ContractInfo" => ask(asked, request, contract),
        "ContractHistory" => ask(asked, request, history),
        "ContractsByCode" => ask(asked, request, by_code),
        "ContractsByCreator" => ask(asked, request, by_creator),
        "Code" => ask(asked, request, code),
        "CodeInfo" => ask(asked, request, code_info),
        "Codes" => ask(asked, request, codes),
        "PinnedCodes" => ask(asked, request, pinned),
        "Params" => ask(asked, request, params),
        "WasmLimitsConfig" => ask(asked, request, limits),
        "BuildAddress" => ask(asked, request, build_address),
        _ => None,
    }
}

/// `QueryContractInfoResponse` with the field for IBC v2 that generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
struct ContractInfoAnswer {
    #[prost(string, tag = "1")]
    address: String,
    #[prost(message, optional, tag = "2")]
    contract_info: Option<ContractInfo>,
}

/// `QueryCodeInfoRequest`, which generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
struct CodeInfoQuestion {
    #[prost(uint64, tag = "1")]
    code_id: u64,
}

/// `QueryCodeInfoResponse`, which generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
struct CodeInfoAnswer {
    #[prost(uint64, tag = "1")]
    code_id: u64,
    #[prost(string, tag = "2")]
    creator: String,
    #[prost(bytes = "vec", tag = "3")]
    checksum: Vec<u8>,
    #[prost(message, optional, tag = "4")]
    instantiate_permission: Option<AccessConfig>,
}

fn address(asked: &Asked<'_>, text: &str) -> Result<Vec<u8>, QueryFailure> {
    asked.address(text).map_err(QueryFailure::plain)
}

/// The bytes of a contract's address, if there is a contract.
fn existing(asked: &Asked<'_>, text: &str) -> Result<(Vec<u8>, ContractInfo), QueryFailure> {
    let bytes = address(asked, text)?;
    let info = asked
        .view
        .ledger()
        .contract_info(asked.view.state(), text)?;
    let missing = || QueryFailure::registered(format!("address {text}: no such contract"));
    Ok((bytes, info.ok_or_else(missing)?))
}

fn smart(
    asked: &Asked<'_>,
    request: QuerySmartContractStateRequest,
) -> Result<QuerySmartContractStateResponse, QueryFailure> {
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&request.query_data).is_ok();
    if !is_json {
        return Err(QueryFailure::invalid("invalid query data"));
    }
    address(asked, &request.address)?;
    let data = asked
        .view
        .query_smart(&request.address, &request.query_data)?;
    Ok(QuerySmartContractStateResponse { data })
}

fn raw(
    asked: &Asked<'_>,
    request: QueryRawContractStateRequest,
) -> Result<QueryRawContractStateResponse, QueryFailure> {
    let (bytes, _) = existing(asked, &request.address)?;
    let key = [keys::contract_state(&bytes), request.query_data].concat();
    let data = asked.view.state().get(&key)?.unwrap_or_default();
    Ok(QueryRawContractStateResponse { data })
}

fn all_state(
    asked: &Asked<'_>,
    request: QueryAllContractStateRequest,
) -> Result<QueryAllContractStateResponse, QueryFailure> {
    let (bytes, _) = existing(asked, &request.address)?;
    let page = page::strict(asked, &keys::contract_state(&bytes), request.pagination)?;
    let models = page.entries.into_iter();
    Ok(QueryAllContractStateResponse {
        models: models.map(|(key, value)| Model { key, value }).collect(),
        pagination: Some(page.response),
    })
}

fn contract(
    asked: &Asked<'_>,
    request: QueryContractInfoRequest,
) -> Result<ContractInfoAnswer, QueryFailure> {
    let (bytes, info) = existing(asked, &request.address)?;
    Ok(ContractInfoAnswer {
        address: asked.text(&bytes),
        contract_info: Some(info),
    })
}

fn history(
    asked: &Asked<'_>,
    request: QueryContractHistoryRequest,
) -> Result<QueryContractHistoryResponse, QueryFailure> {
    let bytes = address(asked, &request.address)?;
    let page = page::strict(asked, &keys::history(&bytes), request.pagination)?;
    let entries = page.entries.iter().map(|(_, value)| {
        ContractCodeHistoryEntry::decode(value.as_slice())
            .map_err(|error| QueryFailure::unknown(error.to_string()))
    });
    Ok(QueryContractHistoryResponse {
        entries: entries.collect::<Result<_, _>>()?,
        pagination: Some(page.response),
    })
}

fn by_code(
    asked: &Asked<'_>,
    request: QueryContractsByCodeRequest,
) -> Result<QueryContractsByCodeResponse, QueryFailure> {
    let code_id = some_code(request.code_id)?;
    let (contracts, pagination) =
        contracts(asked, &keys::contracts_by_code(code_id), request.pagination)?;
    Ok(QueryContractsByCodeResponse {
        contracts,
        pagination,
    })
}

fn by_creator(
    asked: &Asked<'_>,
    request: QueryContractsByCreatorRequest,
) -> Result<QueryContractsByCreatorResponse, QueryFailure> {
    let creator = address(asked, &request.creator_address)?;
    let prefix = keys::contracts_by_creator(&creator);
    let (contract_addresses, pagination) = contracts(asked, &prefix, request.pagination)?;
    Ok(QueryContractsByCreatorResponse {
        contract_addresses,
        pagination,
    })
}

type Listed = (
    Vec<String>,
    Option<cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse>,
);

/// The addresses of an index, each behind a height and a position of 8 bytes.
fn contracts(
    asked: &Asked<'_>,
    prefix: &[u8],
    pagination: Option<PageRequest>,
) -> Result<Listed, QueryFailure> {
    let page = page::strict(asked, prefix, pagination)?;
    let entries = page.entries.iter();
    let addresses = entries.map(|(key, _)| asked.text(key.get(16..).unwrap_or_default()));
    Ok((addresses.collect(), Some(page.response)))
}

fn some_code(code_id: u64) -> Result<u64, QueryFailure> {
    match code_id {
        0 => Err(QueryFailure::registered("code id: invalid")),
        code_id => Ok(code_id),
    }
}

fn stored(asked: &Asked<'_>, code_id: u64) -> Result<CodeInfo, QueryFailure> {
    let code_id = some_code(code_id)?;
    let info = asked.view.ledger().code_info(asked.view.state(), code_id)?;
    info.ok_or_else(|| QueryFailure::registered(format!("code id {code_id}: no such code")))
}

fn shown(code_id: u64, info: CodeInfo) -> CodeInfoResponse {
    CodeInfoResponse {
        code_id,
        creator: info.creator,
        data_hash: info.code_hash,
        instantiate_permission: info.instantiate_config,
    }
}

fn code(asked: &Asked<'_>, request: QueryCodeRequest) -> Result<QueryCodeResponse, QueryFailure> {
    let info = stored(asked, request.code_id)?;
    let checksum = info.code_hash.as_slice().try_into().map(Checksum);
    let bytes = match checksum {
        Ok(checksum) => asked
            .view
            .ledger()
            .code_bytes(asked.view.state(), &checksum)?,
        Err(_) => None,
    };
    let missing = || QueryFailure::unknown("the bytes of the code are missing");
    Ok(QueryCodeResponse {
        code_info: Some(shown(request.code_id, info)),
        data: bytes.ok_or_else(missing)?,
    })
}

fn code_info(asked: &Asked<'_>, request: CodeInfoQuestion) -> Result<CodeInfoAnswer, QueryFailure> {
    let info = stored(asked, request.code_id)?;
    Ok(CodeInfoAnswer {
        code_id: request.code_id,
        creator: info.creator,
        checksum: info.code_hash,
        instantiate_permission: info.instantiate_config,
    })
}

fn codes(
    asked: &Asked<'_>,
    request: QueryCodesRequest,
) -> Result<QueryCodesResponse, QueryFailure> {
    let page = page::strict(asked, &keys::codes(), request.pagination)?;
    let infos = page.entries.iter().map(|(key, value)| {
        let code_id = number(key)?;
        let info = CodeInfo::decode(value.as_slice());
        let info = info.map_err(|error| QueryFailure::unknown(error.to_string()))?;
        Ok(shown(code_id, info))
    });
    Ok(QueryCodesResponse {
        code_infos: infos.collect::<Result<_, QueryFailure>>()?,
        pagination: Some(page.response),
    })
}

fn pinned(
    asked: &Asked<'_>,
    request: QueryPinnedCodesRequest,
) -> Result<QueryPinnedCodesResponse, QueryFailure> {
    let page = page::strict(asked, &keys::pinned(), request.pagination)?;
    let ids = page.entries.iter().map(|(key, _)| number(key));
    Ok(QueryPinnedCodesResponse {
        code_ids: ids.collect::<Result<_, _>>()?,
        pagination: Some(page.response),
    })
}

fn number(key: &[u8]) -> Result<u64, QueryFailure> {
    let bytes = key.try_into();
    let bytes = bytes.map_err(|_| QueryFailure::unknown("a key of the state is damaged"))?;
    Ok(u64::from_be_bytes(bytes))
}

/// Everybody may store and instantiate: there is nobody who could change that.
fn params(_: &Asked<'_>, _: QueryParamsRequest) -> Result<QueryParamsResponse, QueryFailure> {
    Ok(QueryParamsResponse {
        params: Some(Params {
            code_upload_access: Some(AccessConfig {
                permission: AccessType::Everybody.into(),
                addresses: Vec::new(),
            }),
            instantiate_default_permission: AccessType::Everybody.into(),
        }),
    })
}

/// A message without fields, which generated types lack under this name.
#[derive(Clone, PartialEq, prost::Message)]
struct LimitsQuestion {}

/// `QueryWasmLimitsConfigResponse`, which generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
struct LimitsAnswer {
    #[prost(string, tag = "1")]
    config: String,
}

/// No limit differs from what it is by default.
fn limits(_: &Asked<'_>, _: LimitsQuestion) -> Result<LimitsAnswer, QueryFailure> {
    Ok(LimitsAnswer {
        config: "{}".to_owned(),
    })
}

fn build_address(
    asked: &Asked<'_>,
    request: QueryBuildAddressRequest,
) -> Result<QueryBuildAddressResponse, QueryFailure> {
    let checksum = hex::decode(&request.code_hash);
    let checksum =
        checksum.map_err(|error| QueryFailure::invalid(format!("invalid code hash: {error}")))?;
    let checksum = checksum.as_slice().try_into().map(Checksum);
    let checksum = checksum.map_err(|_| QueryFailure::invalid("invalid code hash"))?;
    let creator = address(asked, &request.creator_address)?;
    let salt = hex::decode(&request.salt);
    let salt = salt.map_err(|error| QueryFailure::invalid(format!("invalid salt: {error}")))?;
    if salt.is_empty() || salt.len() > 64 {
        return Err(QueryFailure::invalid("invalid salt: 1 to 64 bytes are"));
    }
    let args = &request.init_args;
    if !args.is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(args).is_err() {
        return Err(QueryFailure::registered("invalid"));
    }
    let ledger = asked.view.ledger();
    let address =
        ledger.predictable_address(&checksum, &asked.text(&creator), &salt, &request.init_args);
    Ok(QueryBuildAddressResponse {
        address: address.unwrap_or_default(),
    })
}
