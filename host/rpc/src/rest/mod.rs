//! The paths of REST that wallets in browsers ask for, as the gateway of a Cosmos SDK chain answers them with `--api.enable=true`. It reads
//! paths, parameters and bodies and writes JSON; every question goes to `query`, every transaction the way of gRPC.
//!
//! # What is served
//!
//! | method | path |
//! |---|---|
//! | GET | `/cosmos/auth/v1beta1/` `accounts/{address}`, `account_info/{address}`, `params`, `bech32` |
//! | GET | `/cosmos/bank/v1beta1/` `balances/{address}`, `balances/{address}/by_denom?denom=`, `spendable_balances/{address}`, `supply`, `supply/by_denom?denom=`, `params` |
//! | GET | `/cosmos/base/tendermint/v1beta1/` `node_info`, `syncing`, `blocks/latest`, `blocks/{height}`, `validatorsets/latest` |
//! | GET | `/cosmos/base/node/v1beta1/` `config`, `status` |
//! | GET | `/cosmos/staking/v1beta1/params` |
//! | GET | `/cosmos/tx/v1beta1/txs/{hash}` |
//! | POST | `/cosmos/tx/v1beta1/simulate` (`tx_bytes`), `/cosmos/tx/v1beta1/txs` (`tx_bytes`, `mode`) |
//! | GET | `/cosmwasm/wasm/v1/` `contract/{address}`, `contract/{address}/smart/{base64}`, `contract/{address}/raw/{base64}`, `code`, `code/{id}/contracts` |
//!
//! Lists take `pagination.key`, `.limit`, `.offset`, `.count_total` and `.reverse`; the header `x-cosmos-block-height` names a height. Anything
//! else is answered with 501, as there. A transaction is sent as `tx_bytes` only, not as JSON.

mod base;
mod block;
mod message;
mod tx;
mod wasm;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use prost::Message;
use serde_json::{Value, json};

use crate::cors;
use crate::http;
use crate::query::{self, Asked, Kind, QueryFailure, height};
use crate::shared::Shared;

/// The header that names a height, in requests and answers.
const HEIGHT: &str = "x-cosmos-block-height";

/// All paths of the socket.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .fallback(call)
        .layer(from_fn_with_state(Arc::clone(&shared), cors::check))
        .with_state(shared)
}

/// Why a request is not answered, as gRPC has it.
#[derive(Debug)]
struct RestError {
    code: u16,
    message: String,
}

impl RestError {
    fn invalid(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: 3, message }
    }

    fn unimplemented() -> Self {
        let message = "Not Implemented".to_owned();
        Self { code: 12, message }
    }

    fn internal(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: 13, message }
    }

    fn status(&self) -> StatusCode {
        match self.code {
            3 => StatusCode::BAD_REQUEST,
            5 => StatusCode::NOT_FOUND,
            12 => StatusCode::NOT_IMPLEMENTED,
            14 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<QueryFailure> for RestError {
    fn from(failure: QueryFailure) -> Self {
        let code = match failure.kind {
            Kind::NotFound => 5,
            Kind::InvalidArgument => 3,
            Kind::Unimplemented => 12,
            Kind::Internal => 13,
            Kind::Unknown | Kind::Registered | Kind::Plain => 2,
        };
        let message = failure.status_text();
        Self { code, message }
    }
}

impl From<tonic::Status> for RestError {
    fn from(status: tonic::Status) -> Self {
        Self {
            code: u16::try_from(i32::from(status.code())).unwrap_or(2),
            message: status.message().to_owned(),
        }
    }
}

/// A request by GET, taken apart.
struct Question {
    path: Vec<String>,
    parameters: BTreeMap<String, String>,
    height: i64,
}

async fn call(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let answer = match request.method().clone() {
        Method::GET | Method::HEAD => match taken_apart(&request) {
            Ok(question) => get(&shared, question).await,
            Err(error) => Err(error),
        },
        Method::POST => post(&shared, request).await.map(|answer| (answer, None)),
        _ => Err(RestError::unimplemented()),
    };
    shared.metrics.called(answer.is_ok());
    let (status, value, height) = match answer {
        Ok((value, height)) => (StatusCode::OK, value, height),
        Err(error) => {
            let value = json!({ "code": error.code, "message": error.message, "details": [] });
            (error.status(), value, None)
        }
    };
    let headers = [(CONTENT_TYPE, "application/json")];
    let mut response = (status, headers, Body::from(value.to_string())).into_response();
    if let Some(height) = height {
        response.headers_mut().insert(HEIGHT, height.into());
    }
    response
}

async fn get(shared: &Arc<Shared>, question: Question) -> Result<(Value, Option<u64>), RestError> {
    let answered = shared.blocking(move |asked| {
        let refused = |refusal: height::Refusal| RestError {
            code: 2,
            message: refusal.status(),
        };
        let at = height::meant(asked, question.height).map_err(refused)?;
        // What is of no module tells of the chain as it stands.
        let pinned = Asked {
            view: &height::view(asked, at, &service(&question.path)).map_err(refused)?,
            shared: asked.shared,
        };
        let answer = answer(&pinned, &question)?;
        Ok((answer, Some(at)))
    });
    answered.await.map_err(RestError::internal)?
}

/// The name of the gRPC service that a path belongs to, so far as heights are concerned.
fn service(path: &[String]) -> String {
    let names: Vec<&str> = path.iter().take(2).map(String::as_str).collect();
    format!("/{}.", names.join("."))
}

fn taken_apart(request: &Request) -> Result<Question, RestError> {
    let uri = request.uri();
    let parts = uri.path().split('/').filter(|part| !part.is_empty());
    // A plus stands for itself in a path.
    let path = parts.map(|part| unescaped(&part.replace('+', "%2B")));
    let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    Ok(Question {
        path: path.collect(),
        parameters: parameters.into_owned().collect(),
        height: named_height(request.headers())?,
    })
}

fn unescaped(text: &str) -> String {
    let escaped = text.replace('=', "%3D").replace('&', "%26");
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    pairs
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

fn named_height(headers: &HeaderMap) -> Result<i64, RestError> {
    let Some(value) = headers.get(HEIGHT) else {
        return Ok(0);
    };
    let height = value.to_str().ok().and_then(|text| text.parse().ok());
    height.ok_or_else(|| RestError::invalid(format!("{HEIGHT} is no height")))
}

/// Answers by the path.
fn answer(asked: &Asked<'_>, question: &Question) -> Result<Value, RestError> {
    let path: Vec<&str> = question.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["cosmos", "auth", "v1beta1", rest @ ..] => base::auth(asked, rest),
        ["cosmos", "bank", "v1beta1", rest @ ..] => base::bank(asked, rest, question),
        ["cosmos", "staking", "v1beta1", rest @ ..] => base::staking(asked, rest),
        ["cosmos", "base", "node", "v1beta1", rest @ ..] => base::node(asked, rest),
        ["cosmos", "base", "tendermint", "v1beta1", rest @ ..] => block::answer(asked, rest),
        ["cosmos", "tx", "v1beta1", "txs", hash] => tx::one(asked, hash),
        ["cosmwasm", "wasm", "v1", rest @ ..] => wasm::answer(asked, rest, question),
        _ => Err(RestError::unimplemented()),
    }
}

async fn post(shared: &Arc<Shared>, request: Request) -> Result<Value, RestError> {
    let path = request.uri().path().to_owned();
    let kind = match path.as_str() {
        "/cosmos/tx/v1beta1/simulate" => tx::Post::Simulate,
        "/cosmos/tx/v1beta1/txs" => tx::Post::Broadcast,
        _ => return Err(RestError::unimplemented()),
    };
    let body = http::body(request).await.map_err(RestError::invalid)?;
    let body = serde_json::from_slice(&body)
        .map_err(|error| RestError::invalid(format!("the body is no JSON: {error}")))?;
    tx::post(shared, kind, &body).await
}

/// Asks a question as gRPC does.
fn ask<R: Message + Default>(
    asked: &Asked<'_>,
    method: &str,
    request: &impl Message,
) -> Result<R, RestError> {
    let answer = query::answer(asked, method, &request.encode_to_vec());
    let answer = answer.ok_or_else(RestError::unimplemented)??;
    R::decode(answer.as_slice()).map_err(|error| RestError::internal(error.to_string()))
}

impl Question {
    fn parameter(&self, name: &str) -> String {
        self.parameters.get(name).cloned().unwrap_or_default()
    }

    /// The page that is asked for.
    fn page(&self) -> Result<Option<PageRequest>, RestError> {
        let number = |name: &str| match self.parameters.get(name) {
            None => Ok(0),
            Some(text) => text.parse().map_err(|_| {
                let text = format!("strconv.ParseUint: parsing {text:?}: invalid syntax");
                RestError::invalid(text)
            }),
        };
        let flag = |name: &str| match self.parameters.get(name).map(String::as_str) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(text) => {
                let text = format!("strconv.ParseBool: parsing {text:?}: invalid syntax");
                Err(RestError::invalid(text))
            }
        };
        let key = match self.parameters.get("pagination.key") {
            None => Vec::new(),
            Some(text) => bytes(text).map_err(RestError::invalid)?,
        };
        Ok(Some(PageRequest {
            key,
            offset: number("pagination.offset")?,
            limit: number("pagination.limit")?,
            count_total: flag("pagination.count_total")?,
            reverse: flag("pagination.reverse")?,
        }))
    }
}

/// Bytes in either form of base64.
fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let read = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    read.map_err(|_| "illegal base64 data at input byte 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_paths_are_unescaped_and_a_plus_stays_one() {
        for (part, read) in [
            ("eyJhIjoxfQ%3D%3D", "eyJhIjoxfQ=="),
            ("a+b", "a+b"),
            ("a%2Bb", "a+b"),
            ("a%26b=c&d", "a&b=c&d"),
            ("plain", "plain"),
        ] {
            assert_eq!(unescaped(&part.replace('+', "%2B")), read, "{part}");
        }
    }

    #[test]
    fn services_of_paths_are_those_that_have_heights() {
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            service(&path("cosmos/bank/v1beta1/supply")),
            "/cosmos.bank."
        );
        assert_eq!(service(&path("cosmwasm/wasm/v1/code")), "/cosmwasm.wasm.");
        assert_eq!(service(&[]), "/.");
    }
}
