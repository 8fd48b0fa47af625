//! Bytes as a request of JSON-RPC, and bytes as protobuf to each method of gRPC, asked of a chain in this process: there is an answer, and it
//! has one form or the other. The first byte of an input says which; 0 to 63 is a method of gRPC, more is JSON.

#![no_main]
#![allow(clippy::expect_used, clippy::panic)]

use std::sync::OnceLock;

use commons_rpc::Handle;
use commons_rpc_fuzz::served;
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Value, json};

const PATHS: [&str; 38] = [
    "/cosmos.auth.v1beta1.Query/Account",
    "/cosmos.auth.v1beta1.Query/AccountInfo",
    "/cosmos.auth.v1beta1.Query/Accounts",
    "/cosmos.auth.v1beta1.Query/AddressBytesToString",
    "/cosmos.auth.v1beta1.Query/AddressStringToBytes",
    "/cosmos.bank.v1beta1.Query/Balance",
    "/cosmos.bank.v1beta1.Query/AllBalances",
    "/cosmos.bank.v1beta1.Query/SpendableBalances",
    "/cosmos.bank.v1beta1.Query/TotalSupply",
    "/cosmos.bank.v1beta1.Query/SupplyOf",
    "/cosmos.bank.v1beta1.Query/DenomMetadata",
    "/cosmos.staking.v1beta1.Query/Params",
    "/cosmos.tx.v1beta1.Service/Simulate",
    "/cosmos.tx.v1beta1.Service/GetTx",
    "/cosmos.tx.v1beta1.Service/GetTxsEvent",
    "/cosmos.tx.v1beta1.Service/TxDecode",
    "/cosmos.tx.v1beta1.Service/TxEncode",
    "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo",
    "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock",
    "/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight",
    "/cosmos.base.tendermint.v1beta1.Service/GetValidatorSetByHeight",
    "/cosmos.base.node.v1beta1.Service/Config",
    "/cosmos.base.node.v1beta1.Service/Status",
    "/cosmwasm.wasm.v1.Query/SmartContractState",
    "/cosmwasm.wasm.v1.Query/RawContractState",
    "/cosmwasm.wasm.v1.Query/AllContractState",
    "/cosmwasm.wasm.v1.Query/ContractInfo",
    "/cosmwasm.wasm.v1.Query/ContractHistory",
    "/cosmwasm.wasm.v1.Query/ContractsByCode",
    "/cosmwasm.wasm.v1.Query/ContractsByCreator",
    "/cosmwasm.wasm.v1.Query/Code",
    "/cosmwasm.wasm.v1.Query/CodeInfo",
    "/cosmwasm.wasm.v1.Query/Codes",
    "/cosmwasm.wasm.v1.Query/PinnedCodes",
    "/cosmwasm.wasm.v1.Query/BuildAddress",
    "/store/bank/key",
    "/store/wasm/subspace",
    "/store/acc/subspace",
];

fn node() -> &'static Handle {
    static NODE: OnceLock<Handle> = OnceLock::new();
    NODE.get_or_init(served)
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((kind, rest)) = input.split_first() else {
        return Corpus::Reject;
    };
    match PATHS.get(usize::from(*kind)) {
        Some(path) => protobuf(path, rest),
        None if *kind < 64 => return Corpus::Reject,
        None => drop(node().answer(rest)),
    }
    Corpus::Keep
});

/// A question of protobuf has an answer of ABCI.
fn protobuf(path: &str, request: &[u8]) {
    let params = json!({ "path": path, "data": hex::encode(request) });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "abci_query", "params": params });
    let answer = node()
        .answer(call.to_string().as_bytes())
        .expect("an answer");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let code = answer.pointer("/result/response/code");
    assert!(code.is_some_and(Value::is_u64), "{answer}");
}
