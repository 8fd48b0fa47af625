//! JSON-RPC over HTTP as CometBFT has it: POST to `/`, GET with parameters in the URI, errors of calls with status 200 on POST and 500 on
//! GET. It knows no method.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Map, Value, json};

use crate::cors;
use crate::method::args::Args;
use crate::method::{self, METHODS, RpcError};
use crate::shared::Shared;
use crate::websocket;

/// Longest body of a request, in bytes, as on a real chain.
pub(crate) const MAX_BODY: usize = 1_000_000;
/// Most calls in one body.
const MAX_BATCH: usize = 100;
/// For the whole body of a request to come.
const BODY: Duration = Duration::from_secs(15);

/// All paths of the socket.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", post(from_body).get(list))
        .route("/websocket", get(websocket::upgrade))
        .route("/metrics", get(metrics))
        .fallback(from_uri)
        .layer(from_fn_with_state(Arc::clone(&shared), cors::check))
        .with_state(shared)
}

async fn from_body(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let body = match body(request).await {
        Ok(body) => body,
        Err(reason) => {
            let error = RpcError::request(format!("error reading request body: {reason}"));
            return json_response(StatusCode::BAD_REQUEST, &failure(None, &error));
        }
    };
    if body.is_empty() {
        return list().await;
    }
    match answer(&shared, &body).await {
        Ok(Some(answer)) => json_response(StatusCode::OK, &answer),
        Ok(None) => StatusCode::OK.into_response(),
        Err(error) => json_response(StatusCode::INTERNAL_SERVER_ERROR, &failure(None, &error)),
    }
}

/// The whole body of a request, within bounds of length and time.
pub(crate) async fn body(request: Request) -> Result<Vec<u8>, String> {
    let limited = Limited::new(request.into_body(), MAX_BODY);
    match tokio::time::timeout(BODY, limited.collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err("http: request body too large".to_owned())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it did not come within {} seconds", BODY.as_secs())),
    }
}

/// Answers a text of JSON-RPC: a call, a batch, or nothing if no answer is wanted. The error is for what is no JSON.
pub(crate) async fn answer(shared: &Arc<Shared>, text: &[u8]) -> Result<Option<Value>, RpcError> {
    let value: Value = serde_json::from_slice(text)
        .map_err(|error| RpcError::parse(format!("error unmarshaling request: {error}")))?;
    let Value::Array(values) = value else {
        return match call(value)? {
            Some(call) => Ok(Some(respond(shared, call).await)),
            None => Ok(None),
        };
    };
    // One that is no call spoils them all, as on a real chain.
    let calls: Result<Vec<_>, _> = values.into_iter().map(call).collect();
    let calls = calls?;
    if calls.len() > MAX_BATCH {
        let text = format!(
            "batch of {} calls, at most {MAX_BATCH} are answered",
            calls.len()
        );
        return Ok(Some(failure(None, &RpcError::request(text))));
    }
    let mut answers = Vec::new();
    for call in calls.into_iter().flatten() {
        answers.push(respond(shared, call).await);
    }
    Ok(match answers.len() {
        // A single answer stands for itself, as on a real chain.
        0 | 1 => answers.pop(),
        _ => Some(Value::Array(answers)),
    })
}

/// A call, taken apart.
pub(crate) struct Call {
    pub(crate) id: Value,
    pub(crate) method: String,
    pub(crate) params: Value,
}

/// Takes a call apart; nothing for a notification.
pub(crate) fn call(value: Value) -> Result<Option<Call>, RpcError> {
    let wrong = |what: &str| RpcError::parse(format!("error unmarshaling request: {what}"));
    let Value::Object(mut fields) = value else {
        return Err(wrong("a call is an object"));
    };
    let id = match fields.remove("id") {
        None | Some(Value::Null) => return Ok(None),
        Some(id @ (Value::String(_) | Value::Number(_))) => id,
        Some(_) => return Err(wrong("the id of a call is a text or a number")),
    };
    let method = match fields.remove("method") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(method)) => method,
        Some(_) => return Err(wrong("the method of a call is a text")),
    };
    let params = fields.remove("params").unwrap_or_default();
    Ok(Some(Call { id, method, params }))
}

/// Answers a call.
pub(crate) async fn respond(shared: &Arc<Shared>, call: Call) -> Value {
    let Some(names) = method::names(&call.method) else {
        shared.metrics.called(false);
        return failure(Some(&call.id), &RpcError::method());
    };
    let answer = match Args::json(call.params, names) {
        Ok(args) => method::call(shared, &call.method, args).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(result) => success(&call.id, result),
        Err(error) => failure(Some(&call.id), &error),
    }
}

/// The answer to a call.
pub(crate) fn success(id: &Value, result: Value) -> Value {
    let mut fields = Map::new();
    fields.insert("jsonrpc".to_owned(), "2.0".into());
    fields.insert("id".to_owned(), id.clone());
    fields.insert("result".to_owned(), result);
    Value::Object(fields)
}

/// The answer to a call that is not answered.
pub(crate) fn failure(id: Option<&Value>, error: &RpcError) -> Value {
    let mut fields = Map::new();
    fields.insert("jsonrpc".to_owned(), "2.0".into());
    if let Some(id) = id {
        fields.insert("id".to_owned(), id.clone());
    }
    fields.insert("error".to_owned(), json!(error));
    Value::Object(fields)
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (status, headers, Body::from(value.to_string())).into_response()
}

/// A call by GET: the method is the path, its parameters are the query.
async fn from_uri(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let uri = request.uri().clone();
    let method = uri.path().trim_matches('/');
    let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
    // What changes something is not for links.
    if !is_read || method.starts_with("dev_") || method::names(method).is_none() {
        return (StatusCode::NOT_FOUND, "404 page not found\n").into_response();
    }
    let args = Args::uri(uri.query().unwrap_or_default());
    let id = json!(-1);
    match method::call(&shared, method, args).await {
        Ok(result) => json_response(StatusCode::OK, &success(&id, result)),
        Err(error) => json_response(
            StatusCode::INTERNAL_SERVER_ERROR,
            &failure(Some(&id), &error),
        ),
    }
}

/// What can be asked, for people.
async fn list() -> Response {
    let mut page = String::from("<html><body><br>Available endpoints:<br>");
    for (name, parameters) in METHODS.iter().filter(|(name, _)| !name.starts_with("dev_")) {
        let parameters: Vec<String> = parameters.iter().map(|name| format!("{name}=_")).collect();
        let query = parameters.join("&");
        // Writing to a String cannot fail.
        write!(page, "<a href=\"/{name}?{query}\">/{name}?{query}</a><br>").unwrap_or_default();
    }
    page.push_str("</body></html>\n");
    ([(CONTENT_TYPE, "text/html")], page).into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
    (headers, shared.figures()).into_response()
}
