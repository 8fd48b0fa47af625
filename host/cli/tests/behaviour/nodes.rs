//! Nodes as people run them: the real binary, with its files, its signals, and a second node beside it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Run, commons, run};

/// Between two looks for an answer.
const PAUSE: Duration = Duration::from_millis(5);
/// Looks that are enough for a machine at work, and never needed in full.
const LOOKS: u32 = 24_000;

/// A folder with a chain in `chain`.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn home(&self) -> String {
        self.path("chain").to_str().unwrap().to_owned()
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Starts a node on the chain, and waits until it answers.
    fn node(&self, options: &[&str]) -> Running {
        self.start(&[&["--home", self.home().as_str()], options].concat())
    }

    fn start(&self, options: &[&str]) -> Running {
        self.run_by(commons(), options)
    }

    /// The same by a program that is given the arguments.
    fn run_by(&self, mut program: Command, options: &[&str]) -> Running {
        let out = self.path("node.json");
        drop(fs::remove_file(&out));
        let child = program
            .args(["node", "--rpc", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
            .args(["--config-out", out.to_str().unwrap()])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running {
            child: Some(child),
            config: Value::Null,
        };
        let mut looks = 0..LOOKS;
        while !out.exists() {
            assert!(looks.next().is_some(), "no answer");
            if running
                .child
                .as_mut()
                .unwrap()
                .try_wait()
                .unwrap()
                .is_some()
            {
                let child = running.child.take().unwrap();
                let ended = Run::of(child.wait_with_output().unwrap());
                panic!("{}", ended.err);
            }
            sleep(PAUSE);
        }
        running.config = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
        running
    }
}

/// A node that runs, ended with the test.
struct Running {
    child: Option<Child>,
    config: Value,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Running {
    fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Sends a signal and waits for the end.
    fn signal(self, name: &str) -> Run {
        let pid = self.pid().to_string();
        let sent = Command::new("/bin/kill")
            .args([name, &pid])
            .status()
            .unwrap();
        assert!(sent.success());
        Run::of(self.into_output())
    }

    /// Waits for the end.
    fn into_output(mut self) -> Output {
        self.child.take().unwrap().wait_with_output().unwrap()
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        self.answer(method, params).unwrap()["result"].clone()
    }

    /// The answer; none if the node has ended.
    fn answer(&self, method: &str, params: &Value) -> Option<Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = body.to_string();
        let rpc = self.config["rpc"].as_str().unwrap();
        let mut stream = TcpStream::connect(rpc.strip_prefix("http://").unwrap()).ok()?;
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (_, body) = answer.split_once("\r\n\r\n")?;
        serde_json::from_str(body).ok()
    }

    fn height(&self) -> u64 {
        let status = self.call("status", &json!({}));
        let height = status["sync_info"]["latest_block_height"].as_str().unwrap();
        height.parse().unwrap()
    }

    /// Makes a block with a transfer.
    fn block(&self) {
        let address = self.config["genesis"]["accounts"][0]["address"]
            .as_str()
            .unwrap();
        let given = self.call(
            "dev_faucet",
            &json!({ "address": address, "amount": "5ustake" }),
        );
        assert!(given["hash"].is_string(), "{given}");
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_node_stops_in_order_on_both_signals_and_goes_on_where_it_was() {
    let place = Place::new();
    let (mut height, mut started) = (1, place.node(&[]));
    for signal in ["-TERM", "-INT", "-TERM"] {
        assert_eq!(started.height(), height);
        started.block();
        height += 1;
        let ended = started.signal(signal).expect(0);
        assert!(ended.out.contains("has stopped"), "{}", ended.out);
        assert!(!place.path("chain/control.sock").exists());
        started = place.node(&[]);
    }
}

#[test]
fn a_second_node_on_a_directory_hears_the_process_id_of_the_first() {
    let place = Place::new();
    let first = place.node(&[]);
    let home = place.home();
    let arguments = ["node", "--home", &home, "--rpc", "127.0.0.1:0"];
    let holder = format!("process {}", first.pid());
    run(arguments).refused(4, &["in use", &holder]);
    run(["node", "check", "--home", &home]).refused(4, &[&holder]);
    assert_eq!(first.height(), 1, "the first one goes on");
}

#[test]
fn a_chain_is_copied_while_its_node_runs_and_the_copy_is_a_chain() {
    let place = Place::new();
    let node = place.node(&[]);
    for _ in 0..3 {
        node.block();
    }
    let (home, copy) = (place.home(), place.text("copy"));
    let backup = ["node", "backup", copy.as_str(), "--home", &home, "--json"];
    let document = run(backup).expect(0).json();
    assert_eq!(document["schema"], "commons/node-backup/1");
    assert_eq!(
        (&document["height"], &document["live"]),
        (&json!(4), &json!(true))
    );
    assert_eq!(mode(&place.path("chain/control.sock")), 0o600);
    // A second copy to the same place is refused, and the node goes on.
    run(backup).refused(4, &["already holds a ledger"]);
    node.block();
    assert_eq!(node.height(), 5);
    drop(node);

    let checked = run(["node", "check", "--home", &copy, "--json"]).expect(0);
    let document = checked.json();
    assert_eq!(
        (
            &document["height"],
            &document["whole"],
            &document["findings"]
        ),
        (&json!(4), &json!(true), &json!([]))
    );
    let node = place.start(&["--home", &copy]);
    assert_eq!(node.height(), 4);
    node.block();
    drop(node);
    // Without a node the copy is made by the command itself.
    let other = place.text("other");
    let document = run(["node", "backup", &other, "--home", &home, "--json"])
        .expect(0)
        .json();
    assert_eq!(document["live"], false);
    run(["node", "backup", &other, "--home", &place.text("none")]).refused(4, &["no ledger"]);
}

#[test]
fn a_check_names_what_is_damaged_and_ends_with_one() {
    let place = Place::new();
    let node = place.node(&[]);
    for _ in 0..3 {
        node.block();
    }
    node.signal("-TERM").expect(0);
    let home = place.home();
    let shown = run(["node", "check", "--home", &home]).expect(0);
    assert!(shown.out.contains("whole:"), "{}", shown.out);
    let before = fs::read(place.path("chain/ledger.redb")).unwrap();
    run(["node", "check", "--home", &home]).expect(0);
    let path = place.path("chain/ledger.redb");
    assert!(
        fs::read(&path).unwrap() == before,
        "looking changes nothing"
    );

    // A balance that somebody wrote over, in every page that has it.
    let needle = b"1000000000000";
    let mut bytes = before.clone();
    let mut changed = 0;
    for at in 0..bytes.len() - needle.len() {
        if &bytes[at..at + needle.len()] == needle {
            bytes[at] = b'2';
            changed += 1;
        }
    }
    assert!(changed > 0);
    fs::write(&path, bytes).unwrap();
    let shown = run(["node", "check", "--home", &home, "--json"]);
    let document = shown.json();
    assert_eq!((shown.code, &document["whole"]), (1, &json!(false)));
    assert_eq!(document["findings"][0]["place"], "pages");
    run(["node", "check", "--home", &place.text("none")]).refused(4, &["no ledger"]);
}

/// A key as CometBFT writes it; the same as in the tests of the node.
fn key_file(path: &Path) {
    drop(commons_node::Signer::create(path, &[7; 32]).unwrap());
}

#[test]
fn a_chain_with_a_key_of_its_own_needs_it_and_a_key_that_others_can_read_is_refused() {
    let place = Place::new();
    let key = place.text("priv_validator_key.json");
    key_file(Path::new(&key));
    let node = place.node(&["--validator-key", &key]);
    let validator = node.config["validator"].clone();
    assert_eq!(validator["development"], false);
    node.block();
    let block = node.call("block", &json!({}));
    assert_eq!(
        block["block"]["header"]["proposer_address"],
        validator["address"]
    );
    assert!(place.path("priv_validator_state.json").exists());
    let holder = format!("process {}", node.pid());
    let home = place.home();
    let with_key = ["node", "--home", &home, "--validator-key", &key];
    run(with_key).refused(4, &[&holder]);
    node.signal("-TERM").expect(0);

    run(["node", "--home", &home, "--rpc", "127.0.0.1:0"]).refused(4, &["give the chain's key"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    run(with_key).refused(3, &["chmod 600"]);
    run(["node", "--validator-key", &key]).expect(2);
}

#[test]
fn the_genesis_that_was_written_gives_the_same_chain_again() {
    let place = Place::new();
    let options = [
        "--chain-id",
        "again-1",
        "--prefix",
        "commons",
        "--denom",
        "ucommon",
        "--denom",
        "uother",
        "--accounts",
        "3",
        "--balance",
        "77",
        "--genesis-time",
        "2026-01-01T00:00:00Z",
        "--max-gas",
        "0",
        "--max-bytes",
        "1000000",
        "--bond-denom",
        "ucommon",
    ];
    let node = place.start(&options);
    let genesis = node.config["genesis"].clone();
    assert_eq!(genesis["chain_id"], "again-1");
    assert_eq!(genesis["accounts"].as_array().unwrap().len(), 3);
    assert_eq!(genesis["accounts"][2]["balance"][1]["amount"], "77");
    let params = node.call("consensus_params", &json!({}))["consensus_params"].clone();
    assert_eq!(
        params["block"],
        json!({ "max_bytes": "1000000", "max_gas": "-1" })
    );
    let first = |node: &Running| {
        let header = node.call("block", &json!({ "height": "1" }))["block"]["header"].clone();
        (header["app_hash"].clone(), header["consensus_hash"].clone())
    };
    let before = first(&node);
    drop(node);
    let file = place.path("genesis.json");
    fs::write(&file, genesis.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let node = place.start(&["--genesis", file, "--minimum-gas-price", "0.5ucommon"]);
    assert_eq!(node.config["genesis"], genesis);
    assert_eq!(first(&node), before);
    assert_eq!(
        node.config["minimum_gas_prices"],
        json!(["0.500000000000000000ucommon"])
    );
    drop(node);
    run(["node", "--genesis", file, "--chain-id", "other-1"]).expect(2);
}

/// A limit on the length of files stands for a disk without room: the system refuses the write that passes it.
#[test]
fn a_full_disk_ends_the_node_with_a_clear_word_and_loses_no_block_that_was_answered() {
    let place = Place::new();
    let node = place.node(&[]);
    node.signal("-TERM").expect(0);
    let length = fs::metadata(place.path("chain/ledger.redb")).unwrap().len();
    let mut limited = Command::new("/bin/sh");
    let script = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
    limited
        .env_clear()
        .env("COMMONS_CACHE", "off")
        .args(["-c", script])
        // In the 512 bytes of POSIX; bash counts 1,024, which is as good.
        .arg((length / 512 + 16).to_string())
        .arg(env!("CARGO_BIN_EXE_commons"));
    let home = place.home();
    let node = place.run_by(limited, &["--home", &home]);
    let address = node.config["genesis"]["accounts"][0]["address"].clone();
    let gift = json!({ "address": address, "amount": "5ustake" });
    let mut answered = 1;
    for _ in 0..20_000 {
        let given = node.answer("dev_faucet", &gift);
        match given
            .as_ref()
            .and_then(|given| given["result"]["height"].as_str())
        {
            Some(height) => answered = height.parse().unwrap(),
            None => break,
        }
    }
    let ended = Run::of(node.into_output());
    ended.refused(4, &["the disk is full", "make room"]);
    let document = run(["node", "check", "--home", &home, "--json"])
        .expect(0)
        .json();
    assert!(
        document["height"].as_u64().unwrap() >= answered,
        "{document}"
    );
    let node = place.node(&[]);
    let height = node.height();
    node.block();
    assert_eq!(node.height(), height + 1);
}

#[test]
fn a_receipt_is_fetched_checked_and_held_against_the_chain() {
    let place = Place::new();
    let node = place.node(&[]);
    let address = node.config["genesis"]["accounts"][0]["address"].clone();
    let gift = json!({ "address": address, "amount": "5ustake" });
    let hash = node.call("dev_faucet", &gift)["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let network = place.text("chain/chain.json");
    let out = place.text("my.receipt");
    let get = [
        "tx",
        "receipt",
        hash.as_str(),
        "--network",
        &network,
        "--out",
        &out,
    ];
    let shown = run(get).expect(0);
    assert!(shown.out.contains("Its signature is good"), "{}", shown.out);
    let other = commons_node::Signer::in_memory(&[7; 32]).unwrap();
    let other = STANDARD.encode(other.validator().key());
    let copy = place.text("other.receipt");
    let pinned = [
        "tx",
        "receipt",
        &hash,
        "--network",
        &network,
        "--out",
        &copy,
        "--validator",
    ];
    run(pinned.iter().chain(&[other.as_str()])).refused(1, &["validator of the chain"]);
    let key = node.config["validator"]["pub_key"].as_str().unwrap();
    run(pinned.iter().chain(&[key])).expect(0);
    let missing = "0".repeat(64);
    run([
        "tx",
        "receipt",
        &missing,
        "--network",
        &network,
        "--out",
        "-",
    ])
    .refused(1, &["no receipt"]);
    // Back to before it, and on without it.
    node.call("dev_revert", &json!({ "height": "1" }));
    node.call("dev_make_block", &json!({}));
    node.call("dev_make_block", &json!({}));
    node.signal("-TERM").expect(0);
    let home = place.home();
    let promised = ["tx", "promised", out.as_str(), "--home", &home, "--json"];
    assert_eq!(run(promised).expect(1).json()["verdict"], "dropped");
    fs::write(
        &out,
        fs::read_to_string(&out).unwrap().replace("\"1\"", "\"2\""),
    )
    .unwrap();
    run(promised).refused(1, &["nobody is bound"]);
}
