//! Reading what a chain answered to a transaction. Owns the decoding of result data; trusts none of it.

use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContractResponse, MsgInstantiateContract2Response, MsgInstantiateContractResponse,
    MsgMigrateContractResponse, MsgStoreCodeResponse,
};
use prost::{Message, Name as _};

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

/// What one message of a transaction answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Wasm is stored.
    Stored {
        /// Its number.
        code_id: u64,
        /// SHA-256 of it, uncompressed.
        checksum: Vec<u8>,
    },
    /// A contract was made.
    Made {
        /// Its address.
        address: String,
        /// What it said.
        data: Vec<u8>,
    },
    /// A contract was called, or given another code.
    Called {
        /// What it said.
        data: Vec<u8>,
    },
    /// Nothing that is read here.
    Other,
}

/// What each message of a transaction answered, in their order.
///
/// # Errors
/// [`ClientError::Response`] when the bytes are not the protobuf of a transaction's result.
pub fn answers(result: &[u8]) -> Result<Vec<Answered>, ClientError> {
    let decoded: TxMsgData = read(result)?;
    decoded
        .msg_responses
        .iter()
        .map(|any| {
            let (url, value) = (any.type_url.as_str(), any.value.as_slice());
            if url == MsgStoreCodeResponse::type_url() {
                let stored: MsgStoreCodeResponse = read(value)?;
                return Ok(Answered::Stored {
                    code_id: stored.code_id,
                    checksum: stored.checksum,
                });
            }
            if url == MsgInstantiateContractResponse::type_url()
                || url == MsgInstantiateContract2Response::type_url()
            {
                // Both have the same fields under the same numbers.
                let made: MsgInstantiateContractResponse = read(value)?;
                return Ok(Answered::Made {
                    address: made.address,
                    data: made.data,
                });
            }
            if url == MsgExecuteContractResponse::type_url()
                || url == MsgMigrateContractResponse::type_url()
            {
                let called: MsgExecuteContractResponse = read(value)?;
                return Ok(Answered::Called { data: called.data });
            }
            Ok(Answered::Other)
        })
        .collect()
}

fn read<M: Message + Default>(bytes: &[u8]) -> Result<M, ClientError> {
    M::decode(bytes).map_err(|error| ClientError::Response(error.to_string()))
}
