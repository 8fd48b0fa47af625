//! P9: from the start of a node's process to its first answer. Warm: a chain is there, its index and its compiled contracts too, and the
//! answer is `status`. Cold: nothing is compiled, and the answer is a contract's. The peer is wasmd on a chain of its own, if
//! `scripts/chain build` made one, until it answers `status` with a block.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use commons_tests::cargo::{finish, programs, root};
use commons_tests::table::{Direction, Line, Peer, Spread};
use cosmos_sdk_proto::cosmwasm::wasm::v1::QuerySmartContractStateRequest;
use prost::Message as _;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(120);
const INPUTS: &str = "a chain on disk that `commons demo alaska --persons 30 --years 2` made, with the index of its transactions; from \
    starting the process to the whole answer of status over HTTP. wasmd: a chain of one validator and a few blocks, 200 ms blocks, \
    until status has a block";
const COLD: &str = "the same chain, an empty folder of compiled contracts; until the registry's contract has answered a query. wasmd \
    compiles what it has in its own cache when it starts, so there is no equal work to hold it against";

/// Both lines; the runs of the two sides follow one another in turn.
pub fn measure(quick: bool) -> Vec<Line> {
    let count = if quick { 3 } else { 15 };
    let folder = tempfile::tempdir().expect("a folder for the chains");
    let ours = Ours::make(folder.path());
    let peer = Wasmd::make(folder.path());
    let (mut warm, mut cold, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for run in 1..=count {
        eprintln!("P9: run {run} of {count}");
        warm.push(ours.warm());
        theirs.extend(peer.as_ref().map(Wasmd::start));
        cold.push(ours.cold(run));
    }
    let pairs: Vec<f64> = warm
        .iter()
        .zip(&theirs)
        .map(|(ours, theirs)| theirs / ours)
        .collect();
    let ours = Spread::of(warm);
    let theirs = (!theirs.is_empty()).then(|| Spread::of(theirs));
    let against = |spread: Spread| Peer {
        name: "wasmd start".to_owned(),
        version: "0.61.14".to_owned(),
        spread,
    };
    vec![
        Line {
            id: "P9".to_owned(),
            name: "node start to first answer, warm".to_owned(),
            unit: "ms".to_owned(),
            ours,
            ratio: theirs.map(|theirs| Direction::PeerOverOurs.of(ours.median, theirs.median)),
            ratio_is: theirs.map(|_| Direction::PeerOverOurs),
            peer: theirs.map(against),
            pairs: (!pairs.is_empty()).then(|| Spread::of(pairs)),
            inputs: INPUTS.to_owned(),
        },
        Line {
            id: "P9.cold".to_owned(),
            name: "node start to a contract's first answer, nothing compiled".to_owned(),
            unit: "ms".to_owned(),
            ours: Spread::of(cold),
            peer: None,
            ratio: None,
            ratio_is: None,
            pairs: None,
            inputs: COLD.to_owned(),
        },
    ]
}

/// Our node and its chain.
struct Ours {
    folder: PathBuf,
    registry: String,
}

impl Ours {
    fn make(folder: &Path) -> Self {
        let home = folder.join("ours");
        let demo = [
            "demo",
            "alaska",
            "--persons",
            "30",
            "--years",
            "2",
            "--home",
        ];
        finish(program(&folder.join("modules")).args(demo).arg(&home));
        let file = std::fs::read(home.join("home.json")).expect("the demonstration's home");
        let file: Value = serde_json::from_slice(&file).expect("JSON");
        let registry = file["registry"].as_str().expect("its registry");
        let ours = Self {
            folder: folder.to_owned(),
            registry: registry.to_owned(),
        };
        // The first start makes the index, and compiles.
        ours.warm();
        ours
    }

    fn warm(&self) -> f64 {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "status" });
        self.start(&self.folder.join("modules"), &body, "latest_block_height")
    }

    fn cold(&self, run: usize) -> f64 {
        let query = QuerySmartContractStateRequest {
            address: self.registry.clone(),
            query_data: br#"{"list_trusts":{}}"#.to_vec(),
        };
        let params = json!({
            "path": "/cosmwasm.wasm.v1.Query/SmartContractState",
            "data": hex::encode(query.encode_to_vec()),
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "abci_query", "params": params });
        let modules = self.folder.join(format!("cold-{run}"));
        self.start(&modules, &body, "\"code\":0")
    }

    fn start(&self, modules: &Path, body: &Value, wanted: &str) -> f64 {
        let rpc = free();
        let mut command = program(modules);
        command
            .args(["node", "--grpc", "127.0.0.1:0", "--rpc", &rpc.to_string()])
            .arg("--home")
            .arg(self.folder.join("ours"));
        timed(&mut command, rpc, body, |answer| answer.contains(wanted))
    }
}

fn program(modules: &Path) -> Command {
    let mut command = Command::new(programs().join("commons"));
    command.env("COMMONS_CACHE", modules);
    command
}

/// A real wasmd and its chain.
struct Wasmd {
    home: PathBuf,
    cache: PathBuf,
}

impl Wasmd {
    /// None if there is none on this machine.
    fn make(folder: &Path) -> Option<Self> {
        let caches = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let caches =
            caches.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        let cache = std::env::var_os("COMMONS_WASMD")
            .map_or_else(|| caches.join("commons-trust/wasmd"), PathBuf::from);
        if !cache.join("bin/wasmd").is_file() {
            eprintln!("P9: no wasmd (scripts/chain build makes one); ours is measured alone");
            return None;
        }
        let home = folder.join("wasmd");
        let port = || free().port().to_string();
        let chain = |arguments: &[&str]| {
            let mut command = Command::new(root().join("scripts/chain"));
            finish(command.args(arguments).arg("--home").arg(&home));
        };
        chain(&[
            "start",
            "--rpc",
            &port(),
            "--p2p",
            &port(),
            "--grpc",
            &port(),
        ]);
        std::thread::sleep(Duration::from_secs(1));
        chain(&["stop"]);
        Some(Self { home, cache })
    }

    fn start(&self) -> f64 {
        let (rpc, p2p, grpc) = (free(), free(), free());
        let mut command = Command::new(self.cache.join("bin/wasmd"));
        command
            .env("LD_LIBRARY_PATH", self.cache.join("bin"))
            .args([
                "start",
                "--minimum-gas-prices",
                "0ustake",
                "--api.enable=false",
            ])
            .args(["--rpc.laddr", &format!("tcp://{rpc}")])
            .args(["--p2p.laddr", &format!("tcp://{p2p}")])
            .args(["--grpc.address", &grpc.to_string()])
            .arg("--home")
            .arg(&self.home);
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "status", "params": {} });
        timed(&mut command, rpc, &body, |answer| {
            let found = answer.split("\"latest_block_height\":").nth(1);
            found.is_some_and(|rest| !rest.trim_start().starts_with("\"0\""))
        })
    }
}

/// A process that is ended with its measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        drop(Command::new("kill").arg(&pid).status());
        drop(self.0.wait());
    }
}

/// Milliseconds from starting the process to the answer that is wanted.
fn timed(
    command: &mut Command,
    rpc: SocketAddr,
    body: &Value,
    wanted: impl Fn(&str) -> bool,
) -> f64 {
    let body = body.to_string();
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let began = now();
    let mut running = Running(
        command
            .stderr(Stdio::null())
            .spawn()
            .expect("the node starts"),
    );
    loop {
        if ask(rpc, &body).is_some_and(|answer| wanted(&answer)) {
            return began.elapsed().as_secs_f64() * 1_000.0;
        }
        assert!(began.elapsed() < PATIENCE, "no answer");
        let ended = running.0.try_wait().expect("the process is ours");
        assert!(ended.is_none(), "the node ended: {command:?}");
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn ask(rpc: SocketAddr, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(rpc).ok()?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// An address that nobody has.
fn free() -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("its address")
}

#[allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn now() -> Instant {
    Instant::now()
}
