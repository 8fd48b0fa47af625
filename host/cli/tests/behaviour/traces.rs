//! Where gas went, and what contracts say while they run: `tx trace` and `--debug`.

use std::path::{Path, PathBuf};

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_ledger::{ChainParams, Genesis, GenesisAccount};
use commons_node::{Node, Vm, VmConfig};
use serde_json::Value;

use crate::support::{Home, Run, commons, run};

/// Answers every call with an empty response, and every question with `{}`. Says something when it is executed.
const TALKER: &str = r#"(module
  (import "env" "debug" (func $debug (param i32)))
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 65536))
  (data (i32.const 16) "\40\00\00\00\32\00\00\00\32\00\00\00")
  (data (i32.const 64) "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[]}}")
  (data (i32.const 32) "\00\01\00\00\13\00\00\00\13\00\00\00")
  (data (i32.const 256) "Round 9 done\1b[31m\0a!")
  (func (export "interface_version_8"))
  (func (export "allocate") (param i32) (result i32) (local i32)
    (local.set 1 (global.get $free))
    (global.set $free (i32.add (global.get $free) (i32.add (local.get 0) (i32.const 12))))
    (i32.store (local.get 1) (i32.add (local.get 1) (i32.const 12)))
    (i32.store offset=4 (local.get 1) (local.get 0))
    (i32.store offset=8 (local.get 1) (i32.const 0))
    (local.get 1))
  (func (export "deallocate") (param i32))
  (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 16))
  (func (export "execute") (param i32 i32 i32) (result i32)
    (call $debug (i32.const 32))
    (i32.const 16)))"#;

const SECOND: u64 = 1_000_000_000;

/// A chain of three blocks in a folder: code stored, a contract made, the contract called.
struct Talk {
    dir: tempfile::TempDir,
    contract: String,
}

impl Talk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = AccountKey::derive("traces", "ada");
        let genesis = Genesis {
            chain_id: "talk-1".to_owned(),
            time: 1_767_225_600 * SECOND,
            address_prefix: "commons".to_owned(),
            accounts: vec![GenesisAccount {
                address: key.address("commons"),
                balance: Vec::new(),
            }],
            params: ChainParams::default(),
        };
        let vm = Vm::new(VmConfig::default()).unwrap();
        let mut node = Node::create(vm, dir.path(), &genesis).unwrap();
        let contract = node.ledger().classic_address(1, 1);
        let begin = Message::Instantiate {
            code_id: 1,
            label: "talker".to_owned(),
            msg: b"{}".to_vec(),
            funds: Vec::new(),
            admin: None,
        };
        let call = Message::Execute {
            contract: contract.clone(),
            msg: br#"{"say_it":{}}"#.to_vec(),
            funds: Vec::new(),
        };
        let wasm = wat::parse_str(TALKER).unwrap();
        for message in [Message::StoreCode { wasm }, begin, call] {
            let account = node.account(&key.address("commons")).unwrap().unwrap();
            let context = SignContext {
                chain_id: "talk-1",
                prefix: "commons",
                account_number: account.number,
                sequence: account.sequence,
                gas_limit: 50_000_000,
                fee: Vec::new(),
                memo: "",
            };
            let time = node.time_nanos() + SECOND;
            let block = node
                .apply(&[sign(&[message], &key, context)], time)
                .unwrap();
            assert_eq!(block.results[0].code, 0, "{}", block.results[0].log);
        }
        Self { dir, contract }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = commons();
        command.args(arguments).arg("--home").arg(self.dir.path());
        Run::of(command.output().unwrap())
    }
}

/// The sum of a bill, item by item.
fn sum(vm: &Value) -> u64 {
    let number = |value: &Value| value.as_u64().unwrap();
    let imports = vm["imports"].as_array().unwrap().iter();
    let imports: u64 = imports.map(|import| number(&import["gas"])).sum();
    number(&vm["instructions"]) + number(&vm["arguments"]) + imports
}

fn check(call: &Value) {
    assert_eq!(sum(&call["vm"]), call["vm"]["gas"].as_u64().unwrap());
    call["calls"].as_array().unwrap().iter().for_each(check);
}

#[test]
fn a_transaction_shows_its_calls_and_where_their_gas_went() {
    let talk = Talk::new();
    let document = talk.run(&["tx", "trace", "3/0", "--json"]).expect(0).json();
    assert_eq!(document["schema"], "commons/tx-trace/1");
    assert_eq!(
        (&document["height"], &document["index"]),
        (&3.into(), &0.into())
    );
    let call = &document["calls"][0];
    check(call);
    assert_eq!(call["entry"], "execute");
    assert_eq!(call["contract"], talk.contract.as_str());
    assert_eq!(call["msg"], serde_json::json!({"say_it": {}}));
    let debug = &call["vm"]["imports"][0];
    assert_eq!(
        (&debug["name"], &debug["calls"], &debug["entry"]),
        (&"debug".into(), &1.into(), &18_000.into())
    );
    let gas = |key: &str| document[key].as_u64().unwrap();
    let inside = call["gas"].as_u64().unwrap();
    assert_eq!(gas("gas_used"), gas("gas_outside_calls") + inside);
    let hash = document["hash"].as_str().unwrap();
    let short = hash[..8].to_lowercase();
    let by_hash = talk.run(&["tx", "trace", &short, "--json"]).expect(0);
    assert_eq!(by_hash.json(), document);
    let shown = talk.run(&["tx", "trace", hash]).expect(0).out;
    for words in [
        "block 3, transaction 0 (SayIt to commons1",
        "execute SayIt to commons1",
        "outside of them",
        "instructions",
        "debug ",
    ] {
        assert!(shown.contains(words), "no {words:?} in {shown}");
    }
}

#[test]
fn a_transaction_that_is_not_there_or_not_named_is_said_to_be() {
    let talk = Talk::new();
    talk.run(&["tx", "trace", "3/1"])
        .refused(1, &["no such transaction"]);
    talk.run(&["tx", "trace", "00000000"])
        .refused(1, &["8 digits"]);
    let wrong = talk.run(&["tx", "trace", "nonsense"]).expect(2);
    assert!(wrong.err.contains("HEIGHT/INDEX"), "{}", wrong.err);
    let none: PathBuf = talk.dir.path().join("none.log");
    let none = none.to_str().unwrap();
    run(["tx", "trace", "1/0", "--log", none]).refused(3, &["cannot read"]);
}

/// The last block of the demonstration: calls of trusts, by name, with a question to another contract somewhere.
#[test]
fn contracts_of_trusts_are_called_by_their_names() {
    let home = Home::new();
    let last = home.run(&["status", "--json"]).expect(0).json()["height"].clone();
    let place = format!("{last}/0");
    let document = home
        .run(&["tx", "trace", &place, "--json"])
        .expect(0)
        .json();
    let calls = document["calls"].as_array().unwrap();
    calls.iter().for_each(check);
    let name = calls[0]["name"].as_str().unwrap();
    assert!(name.contains(" of 'Alaska"), "{name}");
    let log = home.path().join("blocks.log");
    let log = Path::new(&log).to_str().unwrap();
    let from_log = run(["tx", "trace", "3/0", "--log", log, "--json"])
        .expect(0)
        .json();
    let from_home = home.run(&["tx", "trace", "3/0", "--json"]).expect(0).json();
    assert_eq!(from_log, from_home);
}

/// What a contract says is printed once for each time it says it, as one line that can do nothing; the answer is untouched.
#[test]
fn what_contracts_say_is_shown_on_stderr_if_asked_for() {
    let talk = Talk::new();
    let quiet = talk.run(&["replay"]).expect(0);
    assert!(!quiet.err.contains("Round 9 done"), "{}", quiet.err);
    let line = format!(r"debug {}: Round 9 done\u{{1b}}[31m\u{{a}}!", talk.contract);
    let once = |run: &Run| {
        let lines = run.err.lines().filter(|said| **said == line);
        assert_eq!(lines.count(), 1, "{}", run.err);
    };
    let loud = talk.run(&["replay", "--debug"]).expect(0);
    once(&loud);
    assert_eq!(quiet.out, loud.out);
    once(&talk.run(&["tx", "trace", "3/0", "--debug"]).expect(0));
}
