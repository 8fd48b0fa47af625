//! One JSON-RPC call over HTTP. Owns bounds in time and size, retries, and what counts as an answer; knows no method. Follows no
//! redirect: a signed transaction goes to the node that was named, or nowhere.

use std::thread::sleep;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::Agent;

use super::error::RpcError;

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Of one call, from connecting to the last byte.
    pub timeout: Duration,
    /// Of one answer. A block of 1 MB with its results has about 4 MB in base64 and JSON.
    pub bytes: u64,
    /// Times a question is asked that fails for a reason which may pass.
    pub attempts: u32,
    /// Before the second attempt; twice as long before each further one.
    pub pause: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(20),
            bytes: 32 << 20,
            attempts: 3,
            pause: Duration::from_millis(250),
        }
    }
}

/// Nodes of one chain, and how they are asked.
#[derive(Debug)]
pub struct Transport {
    agent: Agent,
    endpoints: Vec<String>,
    bounds: Bounds,
}

#[derive(Serialize)]
struct Request<'a, P> {
    jsonrpc: &'static str,
    id: u32,
    method: &'a str,
    params: P,
}

#[derive(Deserialize)]
struct Answer {
    id: Option<Value>,
    result: Option<Value>,
    error: Option<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: Value,
}

/// CometBFT's clients begin at 0; any number would do, since each call has a request of its own.
const ID: u32 = 1;

impl Transport {
    pub fn new(endpoints: Vec<String>, bounds: Bounds) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(bounds.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("commons/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self {
            agent,
            endpoints,
            bounds,
        }
    }

    /// Asks, and asks again where that can help, the next node each time. For questions: what they change, they change once.
    pub fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<T, RpcError> {
        let mut pause = self.bounds.pause;
        let mut endpoints = self.endpoints.iter().cycle();
        let mut left = self.bounds.attempts.max(1);
        loop {
            left -= 1;
            match self.call(endpoints.next(), method, params) {
                Err(error) if error.passes() && left > 0 => {
                    sleep(pause);
                    pause = pause.saturating_mul(2);
                }
                other => return other,
            }
        }
    }

    /// Asks the first node, once.
    pub fn tell<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<T, RpcError> {
        self.call(self.endpoints.first(), method, params)
    }

    fn call<T: DeserializeOwned>(
        &self,
        endpoint: Option<&String>,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<T, RpcError> {
        let endpoint = endpoint.map_or("", String::as_str);
        let place = Place {
            endpoint: without_secrets(endpoint),
            method,
            bounds: self.bounds,
        };
        let request = Request {
            jsonrpc: "2.0",
            id: ID,
            method,
            params,
        };
        let request = serde_json::to_vec(&request).map_err(|e| place.malformed(e.to_string()))?;
        let mut response = self
            .agent
            .post(endpoint)
            .header("Content-Type", "application/json")
            .send(request.as_slice())
            .map_err(|error| place.failed(&error))?;
        let status = response.status().as_u16();
        let body = response
            .body_mut()
            .with_config()
            .limit(self.bounds.bytes)
            .read_to_vec()
            .map_err(|error| place.failed(&error))?;
        place.read(status, &body)
    }
}

/// What is said of a call that failed.
struct Place {
    endpoint: String,
    method: &'static str,
    bounds: Bounds,
}

impl Place {
    fn read<T: DeserializeOwned>(self, status: u16, body: &[u8]) -> Result<T, RpcError> {
        let answer: Answer = match serde_json::from_slice(body) {
            Ok(answer) => answer,
            // A proxy's page, not a node's answer.
            Err(_) if status != 200 => {
                return Err(RpcError::Status {
                    endpoint: self.endpoint,
                    method: self.method,
                    status,
                });
            }
            Err(error) => return Err(self.malformed(error.to_string())),
        };
        if let Some(complaint) = answer.error {
            return Err(RpcError::Refused {
                endpoint: self.endpoint,
                method: self.method,
                why: complaint.text(),
            });
        }
        if answer.id != Some(ID.into()) {
            return Err(self.malformed("it answers another request".to_owned()));
        }
        let Some(result) = answer.result else {
            return Err(self.malformed("it has neither a result nor an error".to_owned()));
        };
        serde_json::from_value(result).map_err(|error| self.malformed(error.to_string()))
    }

    fn malformed(&self, why: String) -> RpcError {
        RpcError::Malformed {
            endpoint: self.endpoint.clone(),
            method: self.method,
            why,
        }
    }

    fn failed(&self, error: &ureq::Error) -> RpcError {
        let (endpoint, method) = (self.endpoint.clone(), self.method);
        match error {
            ureq::Error::Timeout(_) => RpcError::Slow {
                endpoint,
                method,
                seconds: self.bounds.timeout.as_secs(),
            },
            ureq::Error::BodyExceedsLimit(limit) => RpcError::TooLarge {
                endpoint,
                method,
                limit: *limit,
            },
            other => RpcError::Unreachable {
                endpoint,
                why: other.to_string(),
            },
        }
    }
}

impl Complaint {
    /// CometBFT puts the reason into `data`, and a general word into `message`.
    fn text(&self) -> String {
        match &self.data {
            Value::String(data) if !data.is_empty() => {
                format!("{data} ({}, {})", self.message, self.code)
            }
            _ => format!("{} ({})", self.message, self.code),
        }
    }
}

/// An address without the name and password that may stand before its host.
fn without_secrets(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    match host.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}"),
        None => address.to_owned(),
    }
}
