//! gRPC over a client that frames its messages by hand: the answers are those of `abci_query`.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cosmos_sdk_proto::cosmos::auth::v1beta1::QueryAccountRequest;
use cosmos_sdk_proto::cosmos::bank::v1beta1::QueryTotalSupplyRequest;
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::{
    GetBlockByHeightRequest, GetBlockByHeightResponse, GetLatestBlockRequest,
    GetLatestBlockResponse, GetNodeInfoRequest, GetNodeInfoResponse,
};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    BroadcastMode, BroadcastTxRequest, BroadcastTxResponse, GetTxRequest, GetTxResponse,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::QueryCodesRequest;
use prost::Message as _;

use crate::support::{Served, address, send};

/// Status, height and message of a call.
pub struct Answer {
    pub status: String,
    pub text: String,
    pub height: Option<String>,
    pub message: Vec<u8>,
}

/// Sends bytes as the body of a call, frame included.
pub fn call(to: SocketAddr, path: &str, body: Vec<u8>) -> Answer {
    call_at(to, path, body, None)
}

/// The same with the header that names a height.
pub fn call_at(to: SocketAddr, path: &str, body: Vec<u8>, height: Option<&str>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(to).await.unwrap();
        let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let request = axum::http::Request::post(format!("http://{to}{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        let request = match height {
            Some(height) => request.header("x-cosmos-block-height", height),
            None => request,
        };
        let request = request.body(()).unwrap();
        let (response, mut out) = client.send_request(request, false).unwrap();
        out.send_data(body.into(), true).unwrap();
        let response = response.await.unwrap();
        let head = response.headers().clone();
        let text = |name: &str, of: &axum::http::HeaderMap| {
            of.get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let mut incoming = response.into_body();
        let mut message = Vec::new();
        while let Some(chunk) = incoming.data().await {
            message.extend_from_slice(&chunk.unwrap());
        }
        let trailers = incoming.trailers().await.unwrap().unwrap_or(head.clone());
        Answer {
            status: text("grpc-status", &trailers).unwrap_or_default(),
            text: text("grpc-message", &trailers).unwrap_or_default(),
            height: text("x-cosmos-block-height", &head),
            message,
        }
    })
}

pub fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0][..], &length, message].concat()
}

fn ask<R: prost::Message + Default>(
    served: &Served,
    path: &str,
    request: &impl prost::Message,
) -> R {
    let answer = call(
        served.handle.grpc().unwrap(),
        path,
        framed(&request.encode_to_vec()),
    );
    assert_eq!(answer.status, "0", "{}", answer.text);
    R::decode(&answer.message[5..]).unwrap()
}

#[test]
fn grpc_answers_what_abci_query_does() {
    let served = Served::instant();
    let to = served.handle.grpc().unwrap();
    let same = |path: &str, request: Vec<u8>| {
        let answer = call(to, path, framed(&request));
        let params = serde_json::json!({ "path": path, "data": hex::encode(request) });
        let other = served.good("abci_query", params)["response"].clone();
        let value = STANDARD
            .decode(other["value"].as_str().unwrap_or_default())
            .unwrap();
        assert_eq!(
            (answer.status.as_str(), &answer.message[5..]),
            ("0", value.as_slice()),
            "{path}"
        );
        assert_eq!(answer.height.as_deref(), other["height"].as_str());
    };
    same(
        "/cosmos.auth.v1beta1.Query/Account",
        QueryAccountRequest {
            address: address("anna"),
        }
        .encode_to_vec(),
    );
    same(
        "/cosmos.bank.v1beta1.Query/TotalSupply",
        QueryTotalSupplyRequest::default().encode_to_vec(),
    );
    same(
        "/cosmwasm.wasm.v1.Query/Codes",
        QueryCodesRequest::default().encode_to_vec(),
    );
    let none = QueryAccountRequest {
        address: address("nobody"),
    }
    .encode_to_vec();
    let none = call(to, "/cosmos.auth.v1beta1.Query/Account", framed(&none));
    assert_eq!(none.status, "5");
    // A header says what is no plain character by its number, and so may it say a space.
    let text = none.text.replace("%20", " ");
    assert!(text.contains("not found"), "{text}");
    assert_eq!(call(to, "/no.such.Query/Thing", framed(&[])).status, "12");
}

#[test]
fn a_transaction_goes_its_way_by_grpc_as_cw_orch_sends_it() {
    let served = Served::instant();
    let info: GetNodeInfoResponse = ask(
        &served,
        "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo",
        &GetNodeInfoRequest {},
    );
    assert_eq!(info.default_node_info.unwrap().network, "served-dev");
    let request = BroadcastTxRequest {
        tx_bytes: served.signed("anna", &[send("bert", 5)], 0),
        mode: BroadcastMode::Sync.into(),
    };
    let sent: BroadcastTxResponse =
        ask(&served, "/cosmos.tx.v1beta1.Service/BroadcastTx", &request);
    let sent = sent.tx_response.unwrap();
    assert_eq!(sent.code, 0, "{}", sent.raw_log);
    let again: BroadcastTxResponse =
        ask(&served, "/cosmos.tx.v1beta1.Service/BroadcastTx", &request);
    assert_eq!(again.tx_response.unwrap().code, 19);
    let found: GetTxResponse = ask(
        &served,
        "/cosmos.tx.v1beta1.Service/GetTx",
        &GetTxRequest {
            hash: sent.txhash.clone(),
        },
    );
    let response = found.tx_response.unwrap();
    assert_eq!(
        (response.txhash, response.height, response.code),
        (sent.txhash, 2, 0)
    );
    assert_eq!(
        (response.timestamp.len(), response.timestamp.ends_with('Z')),
        (20, true)
    );
    assert_eq!(found.tx.unwrap().body.unwrap().messages.len(), 1);
}

#[test]
fn blocks_by_grpc_are_blocks_of_tendermint_with_the_hash_they_are_known_by() {
    let served = Served::instant();
    served.submit("anna", &[send("bert", 5)]);
    let service = "/cosmos.base.tendermint.v1beta1.Service";
    let latest: GetLatestBlockResponse = ask(
        &served,
        &format!("{service}/GetLatestBlock"),
        &GetLatestBlockRequest {},
    );
    let two: GetBlockByHeightResponse = ask(
        &served,
        &format!("{service}/GetBlockByHeight"),
        &GetBlockByHeightRequest { height: 2 },
    );
    #[allow(deprecated)]
    let (latest_block, block) = (latest.block.unwrap(), two.block.unwrap());
    assert_eq!(latest_block, block);
    let block = tendermint::Block::try_from(block).unwrap();
    assert_eq!(block.header.hash().as_bytes(), two.block_id.unwrap().hash);
    assert_eq!(block.data.len(), 1);
    let first: GetBlockByHeightResponse = ask(
        &served,
        &format!("{service}/GetBlockByHeight"),
        &GetBlockByHeightRequest { height: 1 },
    );
    #[allow(deprecated)]
    let first = first.block.unwrap();
    assert_eq!(first.header.unwrap().height, 1);
}
