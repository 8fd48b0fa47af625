//! Reading what a chain answered to a transaction. Owns the decoding of result data; trusts none of it.

use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContractResponse;
use prost::Message as _;

use crate::ClientError;

/// What each contract call of a transaction answered as `data`, in order of its messages; empty where a message answered
/// none or was no contract call.
///
/// # Errors
/// [`ClientError::Response`] when the bytes are not the protobuf of a transaction's result.
pub fn contract_data(result: &[u8]) -> Result<Vec<Vec<u8>>, ClientError> {
    let decoded = TxMsgData::decode(result).map_err(|e| ClientError::Response(e.to_string()))?;
    decoded
        .msg_responses
        .iter()
        .map(|any| match any.type_url.as_str() {
            "/cosmwasm.wasm.v1.MsgExecuteContractResponse" => {
                MsgExecuteContractResponse::decode(any.value.as_slice())
                    .map(|r| r.data)
                    .map_err(|e| ClientError::Response(e.to_string()))
            }
            _ => Ok(Vec::new()),
        })
        .collect()
}
