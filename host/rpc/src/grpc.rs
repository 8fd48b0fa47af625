//! gRPC: frames and status by tonic, every question by the same function as `abci_query`. It knows no question, and one method that is
//! none: sending a transaction.

// A status is what gRPC's own traits have for an error.
#![allow(clippy::result_large_err)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    BroadcastMode, BroadcastTxRequest, BroadcastTxResponse,
};
use prost::Message as _;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::server::{Grpc, UnaryService};
use tonic::{Code, Status};

use crate::chain::Checked;
use crate::query::{self, Asked, Kind, QueryFailure, height};
use crate::shared::Shared;

/// Sends a transaction.
const BROADCAST: &str = "/cosmos.tx.v1beta1.Service/BroadcastTx";
/// The header that names a height, in requests and answers.
const HEIGHT: &str = "x-cosmos-block-height";
/// For a whole call.
const CALL: Duration = Duration::from_secs(60);

/// One function for all methods.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(call).with_state(shared)
}

async fn call(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let method = Method { shared, path };
    let mut grpc = Grpc::new(Raw);
    let answered = tokio::time::timeout(CALL, grpc.unary(method, request)).await;
    match answered {
        Ok(response) => response.map(Body::new),
        Err(_) => Status::deadline_exceeded("the call took too long")
            .into_http::<tonic::body::Body>()
            .map(Body::new),
    }
}

/// Messages as they are: protobuf is read by whom it is for.
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        use prost::bytes::BufMut as _;
        to.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        use prost::bytes::Buf as _;
        let mut bytes = vec![0; from.remaining()];
        from.copy_to_slice(&mut bytes);
        Ok(Some(bytes))
    }
}

/// One method, named by its path.
struct Method {
    shared: Arc<Shared>,
    path: String,
}

type Answer = Result<tonic::Response<Vec<u8>>, Status>;

impl UnaryService<Vec<u8>> for Method {
    type Response = Vec<u8>;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        let (shared, path) = (Arc::clone(&self.shared), self.path.clone());
        Box::pin(async move {
            let answer = answer(&shared, path, request).await;
            shared.metrics.called(answer.is_ok());
            answer
        })
    }
}

async fn answer(shared: &Arc<Shared>, path: String, request: tonic::Request<Vec<u8>>) -> Answer {
    let asked_at = named_height(request.metadata())?;
    let bytes = request.into_inner();
    if path == BROADCAST {
        return broadcast(shared, &bytes).await.map(tonic::Response::new);
    }
    let answered = shared.blocking(move |asked| {
        let refused = |refusal: height::Refusal| Status::unknown(refusal.status());
        let at = height::meant(asked, asked_at).map_err(refused)?;
        let pinned = Asked {
            view: &height::view(asked, at, &path).map_err(refused)?,
            shared: asked.shared,
        };
        let unknown = || QueryFailure::unimplemented(format!("unknown method {path}"));
        let answer = query::answer(&pinned, &path, &bytes);
        let answer = answer
            .unwrap_or_else(|| Err(unknown()))
            .map_err(|failure| status(&failure))?;
        Ok::<_, Status>((answer, at))
    });
    let (answer, at) = answered.await.map_err(Status::internal)??;
    let mut response = tonic::Response::new(answer);
    response.metadata_mut().insert(HEIGHT, at.into());
    Ok(response)
}

/// The height that is asked at; 0 for the last one.
fn named_height(metadata: &MetadataMap) -> Result<i64, Status> {
    let Some(value) = metadata.get(HEIGHT) else {
        return Ok(0);
    };
    let height = value.to_str().ok().and_then(|text| text.parse().ok());
    height.ok_or_else(|| Status::unknown(format!("{HEIGHT} is no height")))
}

fn status(failure: &QueryFailure) -> Status {
    let code = match failure.kind {
        Kind::NotFound => Code::NotFound,
        Kind::InvalidArgument => Code::InvalidArgument,
        Kind::Unimplemented => Code::Unimplemented,
        Kind::Internal => Code::Internal,
        Kind::Unknown | Kind::Registered | Kind::Plain => Code::Unknown,
    };
    Status::new(code, failure.status_text())
}

/// Sends a transaction.
pub(crate) async fn broadcast(shared: &Arc<Shared>, request: &[u8]) -> Result<Vec<u8>, Status> {
    let request = BroadcastTxRequest::decode(request);
    let request = request.map_err(|error| Status::invalid_argument(error.to_string()))?;
    if request.tx_bytes.is_empty() {
        return Err(Status::invalid_argument("invalid empty tx"));
    }
    let hash = commons_node::tx_hash(&request.tx_bytes);
    let checked = match BroadcastMode::try_from(request.mode) {
        Ok(BroadcastMode::Sync) => shared.broadcast(request.tx_bytes).await,
        Ok(BroadcastMode::Async) => shared.drop_off(request.tx_bytes).map(|()| Checked {
            hash,
            code: 0,
            codespace: String::new(),
            log: String::new(),
        }),
        _ => {
            let text = "unsupported return type unspecified; supported types: sync, async";
            return Err(Status::unknown(text));
        }
    };
    let refused = |code| (code, "sdk".to_owned(), String::new());
    let (code, codespace, raw_log) = match checked {
        Ok(checked) => (checked.code, checked.codespace, checked.log),
        // Errors of the mempool that the SDK gives codes of its own, and no text.
        Err(text) if text.contains("tx already exists in cache") => refused(19),
        Err(text) if text.contains("mempool is full") => refused(20),
        Err(text) if text.contains("too large") => refused(21),
        Err(text) => return Err(Status::unavailable(text)),
    };
    let response = TxResponse {
        txhash: hex::encode_upper(hash),
        code,
        codespace,
        raw_log,
        ..TxResponse::default()
    };
    Ok(BroadcastTxResponse {
        tx_response: Some(response),
    }
    .encode_to_vec())
}
