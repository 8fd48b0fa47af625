//! A node that answers as a test wants it to: one connection at a time, on a port of the system's choosing.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use commons_client::rpc::{Bounds, Rpc};
use serde_json::{Value, json};

/// What a request is answered with.
pub enum Reply {
    /// A JSON-RPC result.
    Result(Value),
    /// A JSON-RPC error with these data.
    Error(&'static str),
    /// These bytes as the body, with this status.
    Body(u16, Vec<u8>),
    /// These bytes instead of HTTP.
    Raw(Vec<u8>),
    /// Headers that promise a body which never comes.
    Stall,
    /// The connection is closed at once.
    Close,
}

pub struct FakeNode {
    pub url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl FakeNode {
    pub fn new(mut answer: impl FnMut(&Value) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&mut BufReader::new(&stream)) else {
                    continue;
                };
                seen.lock().unwrap().push(request.clone());
                let id = request["id"].clone();
                match answer(&request) {
                    Reply::Result(result) => {
                        let body = json!({"jsonrpc": "2.0", "id": id, "result": result});
                        send(&mut stream, 200, body.to_string().as_bytes());
                    }
                    Reply::Error(data) => {
                        let error =
                            json!({"code": -32603, "message": "Internal error", "data": data});
                        let body = json!({"jsonrpc": "2.0", "id": id, "error": error});
                        send(&mut stream, 200, body.to_string().as_bytes());
                    }
                    Reply::Body(status, body) => send(&mut stream, status, &body),
                    Reply::Raw(bytes) => drop(stream.write_all(&bytes)),
                    Reply::Stall => {
                        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
                        thread::sleep(Duration::from_secs(3));
                    }
                    Reply::Close => {}
                }
            }
        });
        Self { url, asked }
    }

    /// A client of this node that does not wait long.
    pub fn client(&self) -> Rpc {
        Rpc::new(vec![self.url.clone()], quick())
    }

    /// Methods asked so far.
    pub fn methods(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .map(|request| request["method"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The last request.
    pub fn last(&self) -> Value {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

pub fn quick() -> Bounds {
    Bounds {
        timeout: Duration::from_millis(700),
        bytes: 64 * 1024,
        attempts: 3,
        pause: Duration::from_millis(1),
    }
}

fn read(stream: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn send(stream: &mut impl Write, status: u16, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    drop(
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body)),
    );
}
