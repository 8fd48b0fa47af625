//! CometBFT's JSON-RPC over plain HTTP on this machine: one connection a request. Owns the transport; knows no transaction.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A chain's RPC endpoint.
#[derive(Debug, Clone)]
pub struct Rpc {
    /// Host and port.
    pub address: String,
}

impl Rpc {
    /// The endpoint at `http://HOST:PORT` or `HOST:PORT`.
    #[must_use]
    pub fn new(address: &str) -> Rpc {
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        Rpc {
            address: address.to_owned(),
        }
    }

    /// The whole answer to one request: status line, headers and body apart.
    pub fn send(&self, head: &str, body: &str) -> Result<(String, String), String> {
        let talk = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(&self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            write!(stream, "{head} HTTP/1.0\r\nHost: {}\r\n", self.address)?;
            if !body.is_empty() {
                write!(
                    stream,
                    "Content-Type: application/json\r\nContent-Length: {}\r\n",
                    body.len()
                )?;
            }
            // A server that refuses a body may answer and close before it has read all of it.
            let _answered_early = write!(stream, "\r\n{body}");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            Ok(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = talk().map_err(|error| {
            format!(
                "{}: {error}; is a chain running there (scripts/chain status)?",
                self.address
            )
        })?;
        let (headers, body) = answer
            .split_once("\r\n\r\n")
            .ok_or_else(|| format!("{}: no HTTP answer: {answer:?}", self.address))?;
        Ok((headers.to_owned(), body.to_owned()))
    }

    /// One call by POST: the whole JSON document that came back.
    pub fn post(&self, method: &str, params: &Value) -> Result<Value, String> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let (_, body) = self.send("POST /", &request.to_string())?;
        serde_json::from_str(&body).map_err(|error| format!("{method}: {error}: {body}"))
    }

    /// One call by POST: its result, or the error's text.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, String> {
        let mut answer = self.post(method, params)?;
        match answer.get("error") {
            Some(error) if !error.is_null() => Err(format!("{method}: {error}")),
            _ => Ok(answer["result"].take()),
        }
    }

    /// An ABCI query: the `response` object. `height` 0 is the latest.
    pub fn abci(&self, path: &str, request: &[u8], height: u64) -> Result<Value, String> {
        let params = json!({
            "path": path, "data": hex::encode(request), "height": height.to_string(), "prove": false
        });
        let mut answer = self.call("abci_query", &params)?;
        Ok(answer["response"].take())
    }

    /// The bytes of an ABCI query that must succeed.
    pub fn ask(&self, path: &str, request: &[u8], height: u64) -> Result<Vec<u8>, String> {
        let answer = self.abci(path, request, height)?;
        if answer["code"].as_u64() != Some(0) {
            return Err(format!("{path}: {}", answer["log"]));
        }
        Ok(bytes(&answer["value"]))
    }

    /// Height of the last block.
    pub fn height(&self) -> Result<u64, String> {
        let status = self.call("status", &json!({}))?;
        Ok(number(&status["sync_info"]["latest_block_height"]))
    }

    /// Waits until the last block has this height at least.
    #[allow(
        clippy::disallowed_methods,
        reason = "a chain that stands still ends the wait"
    )]
    pub fn wait_for(&self, height: u64) -> Result<(), String> {
        let began = Instant::now();
        while self.height()? < height {
            if began.elapsed() > Duration::from_secs(30) {
                return Err(format!("block {height} does not come within 30 s"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// A number that the RPC writes as a string, or as a number.
#[must_use]
pub fn number(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.parse().unwrap_or_else(|_| panic!("no number: {text}")),
        Value::Number(number) => number.as_u64().expect("a number from 0"),
        _ => 0,
    }
}

/// Bytes that the RPC writes in base64; none for null.
#[must_use]
pub fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    STANDARD.decode(text).expect("the RPC writes base64")
}
