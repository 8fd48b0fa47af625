//! JSON-RPC over a websocket, with subscriptions to blocks and transactions. It owns the subscriptions of one connection, and drops a
//! connection that does not keep up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use commons_node::Block;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::answer::base64;
use crate::answer::block::{BlockAnswer, HeaderAnswer};
use crate::answer::tx::{EventJson, ResultJson};
use crate::http::{self, MAX_BODY};
use crate::index::encode;
use crate::index::grammar::{self, Condition};
use crate::method::RpcError;
use crate::method::args::Args;
use crate::shared::{Shared, stopped};

/// Subscriptions of one connection.
const MOST: usize = 5;
/// Between two signs of life that are asked for.
const BEAT: Duration = Duration::from_secs(25);
/// For the other side to take a message.
const READER: Duration = Duration::from_secs(30);

/// Turns a request into a websocket.
pub(crate) async fn upgrade(
    State(shared): State<Arc<Shared>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY)
        .on_upgrade(move |socket| Session::new(shared).run(socket))
}

/// Somebody who wants to hear.
struct Subscription {
    id: Value,
    conditions: Vec<Condition>,
}

struct Session {
    shared: Arc<Shared>,
    /// By the text of the query.
    subscriptions: BTreeMap<String, Subscription>,
}

impl Session {
    fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            subscriptions: BTreeMap::new(),
        }
    }

    /// Works until either side has enough.
    async fn run(mut self, mut socket: WebSocket) {
        let mut feed = self.shared.feed.subscribe();
        let mut stopping = self.shared.stopping.clone();
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent = 0u32;
        loop {
            let out = tokio::select! {
                () = stopped(&mut stopping) => break,
                _ = beat.tick() => {
                    silent = silent.saturating_add(1);
                    if silent > 3 {
                        break;
                    }
                    vec![Message::Ping(Vec::new().into())]
                }
                block = feed.recv() => match block {
                    Ok(block) => self.news(&block),
                    // It did not keep up, or the chain has ended.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                },
                message = socket.recv() => {
                    silent = 0;
                    match message {
                        Some(Ok(Message::Text(text))) => self.hear(text.as_bytes()).await,
                        Some(Ok(Message::Binary(bytes))) => self.hear(&bytes).await,
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    }
                }
            };
            for message in out {
                match timeout(READER, socket.send(message)).await {
                    Ok(Ok(())) => {}
                    _ => return,
                }
            }
        }
    }

    /// Answers one message.
    async fn hear(&mut self, text: &[u8]) -> Vec<Message> {
        let answer = match serde_json::from_slice::<Value>(text) {
            Ok(value @ Value::Object(_)) => match http::call(value) {
                Ok(None) => None,
                Ok(Some(call)) if is_own(&call.method) => Some(self.own(call)),
                Ok(Some(call)) => Some(http::respond(&self.shared, call).await),
                Err(error) => Some(http::failure(None, &error)),
            },
            _ => match http::answer(&self.shared, text).await {
                Ok(answer) => answer,
                Err(error) => Some(http::failure(None, &error)),
            },
        };
        answer.into_iter().map(message).collect()
    }

    /// Calls that only a websocket has.
    fn own(&mut self, call: http::Call) -> Value {
        let query = Args::json(call.params, &["query"]).and_then(|args| args.text("query"));
        let done = query.and_then(|query| {
            let query = query.unwrap_or_default();
            match call.method.as_str() {
                "subscribe" => self.subscribe(query, &call.id),
                "unsubscribe" => match self.subscriptions.remove(&query) {
                    Some(_) => Ok(()),
                    None => Err(RpcError::internal("subscription not found")),
                },
                _ => {
                    self.subscriptions.clear();
                    Ok(())
                }
            }
        });
        self.shared.metrics.called(done.is_ok());
        match done {
            Ok(()) => http::success(&call.id, json!({})),
            Err(error) => http::failure(Some(&call.id), &error),
        }
    }

    fn subscribe(&mut self, query: String, id: &Value) -> Result<(), RpcError> {
        let conditions = grammar::parse(&query);
        let conditions = conditions
            .map_err(|reason| RpcError::internal(format!("failed to parse query: {reason}")))?;
        if self.subscriptions.contains_key(&query) {
            return Err(RpcError::internal("already subscribed"));
        }
        if self.subscriptions.len() >= MOST {
            let text = format!("max_subscriptions_per_client {MOST} reached");
            return Err(RpcError::internal(text));
        }
        let id = id.clone();
        self.subscriptions
            .insert(query, Subscription { id, conditions });
        Ok(())
    }

    /// What those who subscribed hear of a block.
    fn news(&self, block: &Block) -> Vec<Message> {
        if self.subscriptions.is_empty() {
            return Vec::new();
        }
        let mut all = vec![new_block(block), new_header(block)];
        let txs = (0u32..).zip(block.record.txs.iter().zip(&block.results));
        all.extend(txs.map(|(index, (tx, result))| new_tx(block, index, tx, result)));
        let mut messages = Vec::new();
        for event in all {
            for (query, subscription) in &self.subscriptions {
                if event.matches(&subscription.conditions) {
                    let result =
                        json!({ "query": query, "data": event.data, "events": event.events });
                    messages.push(message(http::success(&subscription.id, result)));
                }
            }
        }
        messages
    }
}

fn is_own(method: &str) -> bool {
    matches!(method, "subscribe" | "unsubscribe" | "unsubscribe_all")
}

// By value: the shape that `map` asks for.
#[allow(clippy::needless_pass_by_value)]
fn message(value: Value) -> Message {
    Message::Text(value.to_string().into())
}

/// Something to hear of: what it is, and under which attributes it is found.
struct News {
    data: Value,
    events: BTreeMap<String, Vec<String>>,
}

impl News {
    fn matches(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| {
            let values = self.events.get(&condition.key);
            values.is_some_and(|values| values.iter().any(|value| condition.admits(value)))
        })
    }
}

fn news(kind: &str, value: &Value) -> News {
    News {
        data: json!({ "type": format!("tendermint/event/{kind}"), "value": value }),
        events: BTreeMap::from([("tm.event".to_owned(), vec![kind.to_owned()])]),
    }
}

fn new_block(block: &Block) -> News {
    let shown = json!(BlockAnswer::of(&block.record, &block.last_commit));
    let results: Vec<ResultJson> = block.results.iter().map(|one| encode(one).into()).collect();
    news(
        "NewBlock",
        &json!({
            "block": shown.get("block"),
            "block_id": shown.get("block_id"),
            "result_finalize_block": {
                "events": Vec::<EventJson>::new(),
                "tx_results": results,
                "validator_updates": null,
                "app_hash": base64(&block.record.root),
            },
        }),
    )
}

fn new_header(block: &Block) -> News {
    let header = (&block.record.header).into();
    news("NewBlockHeader", &json!(HeaderAnswer { header }))
}

fn new_tx(block: &Block, index: u32, tx: &[u8], result: &commons_ledger::TxResult) -> News {
    let height = block.record.height().to_string();
    let shown = ResultJson::from(encode(result));
    let value = json!({
        "TxResult": { "height": height, "index": index, "tx": base64(tx), "result": shown },
    });
    let mut news = news("Tx", &value);
    let mut add = |key: String, value: String| news.events.entry(key).or_default().push(value);
    add("tx.hash".to_owned(), hex::encode_upper(result.hash));
    add("tx.height".to_owned(), height);
    for event in &result.events {
        for (key, value) in &event.attributes {
            add(format!("{}.{key}", event.kind), value.clone());
        }
    }
    news
}
