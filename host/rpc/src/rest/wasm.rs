//! Contracts and codes in wasmd's JSON. It reads no state itself.

use commons_ledger::ContractInfo;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryCodesRequest, QueryCodesResponse, QueryContractInfoRequest, QueryContractsByCodeRequest,
    QueryContractsByCodeResponse, QueryRawContractStateRequest, QueryRawContractStateResponse,
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use serde_json::{Value, json};

use super::message::{access, inner};
use super::{Question, RestError, ask, base, bytes};
use crate::answer::base64;
use crate::query::Asked;

/// `QueryContractInfoResponse` with the field for IBC v2 that generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
struct ContractAnswer {
    #[prost(string, tag = "1")]
    address: String,
    #[prost(message, optional, tag = "2")]
    contract_info: Option<ContractInfo>,
}

pub(super) fn answer(
    asked: &Asked<'_>,
    path: &[&str],
    question: &Question,
) -> Result<Value, RestError> {
    match path {
        ["contract", address] => contract(asked, address),
        ["contract", address, "smart", query] => {
            let request = QuerySmartContractStateRequest {
                address: (*address).to_owned(),
                query_data: data(query)?,
            };
            let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
            let answer: QuerySmartContractStateResponse = ask(asked, path, &request)?;
            Ok(json!({ "data": inner(&answer.data) }))
        }
        ["contract", address, "raw", key] => {
            let request = QueryRawContractStateRequest {
                address: (*address).to_owned(),
                query_data: data(key)?,
            };
            let path = "/cosmwasm.wasm.v1.Query/RawContractState";
            let answer: QueryRawContractStateResponse = ask(asked, path, &request)?;
            Ok(json!({ "data": base64(&answer.data) }))
        }
        ["code"] => codes(asked, question),
        ["code", id, "contracts"] => {
            let code_id = id.parse().map_err(|_| {
                RestError::invalid(format!(
                    "type mismatch, parameter: code_id, error: strconv.ParseUint: parsing {id:?}: invalid syntax"
                ))
            })?;
            let request = QueryContractsByCodeRequest {
                code_id,
                pagination: question.page()?,
            };
            let path = "/cosmwasm.wasm.v1.Query/ContractsByCode";
            let answer: QueryContractsByCodeResponse = ask(asked, path, &request)?;
            Ok(json!({
                "contracts": answer.contracts, "pagination": base::page(answer.pagination),
            }))
        }
        _ => Err(RestError::unimplemented()),
    }
}

fn data(text: &str) -> Result<Vec<u8>, RestError> {
    bytes(text).map_err(|error| {
        RestError::invalid(format!(
            "type mismatch, parameter: query_data, error: {error}"
        ))
    })
}

fn contract(asked: &Asked<'_>, address: &str) -> Result<Value, RestError> {
    let request = QueryContractInfoRequest {
        address: address.to_owned(),
    };
    let answer: ContractAnswer = ask(asked, "/cosmwasm.wasm.v1.Query/ContractInfo", &request)?;
    let info = answer.contract_info.map(|info| {
        let created = info.created.as_ref().map(|at| {
            json!({
                "block_height": at.block_height.to_string(), "tx_index": at.tx_index.to_string(),
            })
        });
        json!({
            "code_id": info.code_id.to_string(),
            "creator": info.creator,
            "admin": info.admin,
            "label": info.label,
            "created": created,
            "ibc_port_id": info.ibc_port_id,
            "extension": null,
            "ibc2_port_id": info.ibc2_port_id,
        })
    });
    Ok(json!({ "address": answer.address, "contract_info": info }))
}

fn codes(asked: &Asked<'_>, question: &Question) -> Result<Value, RestError> {
    let request = QueryCodesRequest {
        pagination: question.page()?,
    };
    let answer: QueryCodesResponse = ask(asked, "/cosmwasm.wasm.v1.Query/Codes", &request)?;
    let codes = answer.code_infos.iter().map(|code| {
        json!({
            "code_id": code.code_id.to_string(),
            "creator": code.creator,
            "data_hash": hex::encode_upper(&code.data_hash),
            "instantiate_permission": code.instantiate_permission.as_ref().map(access),
        })
    });
    Ok(json!({
        "code_infos": codes.collect::<Vec<_>>(), "pagination": base::page(answer.pagination),
    }))
}
