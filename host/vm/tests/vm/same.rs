//! One list of calls, whose results, gas, storage and messages are the same under all circumstances: freshly compiled, from memory,
//! from disk in a new machine, on one thread and on eight, and in a debug build of the host as in a release build.
//!
//! The last is what [`DIGEST`] is for: both builds must come to it. CONTRIBUTING.md says how the debug build is run.

use std::collections::BTreeMap;
use std::thread;

use commons_vm::{CallReport, Code, EntryPoint, Gas, Vm, VmConfig};
use sha2::{Digest, Sha256};

use crate::support::chain::MockChain;
use crate::support::folder::{files, keeping};
use crate::support::import::{self, Replacement};
use crate::support::json;
use crate::support::wasm::{contract, executing, published};

/// SHA-256 of everything that the list comes to. When a call is added, or what one does is changed on purpose, the test says the
/// new one.
const DIGEST: &str = "c97704927c2a49c04d3384f4f9e62b6b51ba8a2fcebd4fdb7daa1ea76c284216";

const LIMIT: u64 = 2_000_000_000;
const THREADS: usize = 8;

/// What can be seen of one call.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    report: CallReport,
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
    debug: Vec<String>,
}

/// A contract on a chain of its own.
struct Stage<'a> {
    vm: &'a Vm,
    code: Code,
    chain: MockChain,
    seen: Vec<Seen>,
}

impl<'a> Stage<'a> {
    fn new(vm: &'a Vm, wasm: &[u8]) -> Self {
        let code = vm.load(wasm).unwrap();
        let (chain, seen) = (MockChain::default(), Vec::new());
        Self {
            vm,
            code,
            chain,
            seen,
        }
    }

    fn call(&mut self, entry: EntryPoint, args: &[&[u8]], limit: u64) {
        let read_only = entry == EntryPoint::Query;
        let backend = Box::new(self.chain.clone());
        let (code, limit) = (&self.code, Gas(limit));
        let report = self.vm.call(code, entry, args, backend, limit, read_only);
        let state = self.chain.state.borrow();
        self.seen.push(Seen {
            report: report.unwrap(),
            storage: state.storage.clone(),
            debug: state.debug.clone(),
        });
    }

    fn instantiate(&mut self, msg: &[u8], limit: u64) {
        let args: [&[u8]; 3] = [&json::env(), &json::info("creator", 1000), msg];
        self.call(EntryPoint::Instantiate, &args, limit);
    }

    fn execute(&mut self, sender: &str, msg: &str) {
        let args: [&[u8]; 3] = [&json::env(), &json::info(sender, 15), msg.as_bytes()];
        self.call(EntryPoint::Execute, &args, LIMIT);
    }

    /// A question that has an answer: the JSON inside it.
    fn ask(&mut self, msg: &str) -> String {
        self.call(EntryPoint::Query, &[&json::env(), msg.as_bytes()], LIMIT);
        let seen = self.seen.last().unwrap();
        json::query_text(seen.report.outcome.as_ref().unwrap())
    }
}

/// A part of the list: independent of the others, so that threads can begin anywhere.
type Part = fn(&Vm) -> Vec<Seen>;

const PARTS: [Part; 8] = [
    hackatom,
    older_hackatom,
    cyberpunk,
    floats,
    iterators,
    imports,
    recursion,
    traps,
];

fn hackatom(vm: &Vm) -> Vec<Seen> {
    let mut stage = Stage::new(vm, &published("hackatom.wasm"));
    let setup = json::hackatom_setup();
    for limit in [0, 1, 20_000, 9_000_000, 18_034_575, 18_034_576] {
        stage.instantiate(&setup, limit);
    }
    stage.ask(r#"{"verifier":{}}"#);
    stage.execute("creator", r#"{"release":{"denom":"earth"}}"#);
    stage.execute("verifies", r#"{"release":{"denom":"earth"}}"#);
    for msg in [
        r#"{"cpu_loop":{}}"#,
        r#"{"storage_loop":{}}"#,
        r#"{"memory_loop":{}}"#,
        r#"{"allocate_large_memory":{"pages":48}}"#,
        r#"{"allocate_large_memory":{"pages":1600}}"#,
        r#"{"panic":{}}"#,
        r#"{"unknown":{}}"#,
        "[",
    ] {
        stage.execute("creator", msg);
    }
    let args: [&[u8]; 2] = [&json::env(), b"{}"];
    stage.call(EntryPoint::Reply, &args, LIMIT);
    stage.call(EntryPoint::Sudo, &args, LIMIT);
    stage.seen
}

/// A contract that panics without a text.
fn older_hackatom(vm: &Vm) -> Vec<Seen> {
    let mut stage = Stage::new(vm, &published("hackatom_1.0.wasm"));
    stage.instantiate(&json::hackatom_setup(), LIMIT);
    stage.execute("creator", r#"{"panic":{}}"#);
    stage.seen
}

fn cyberpunk(vm: &Vm) -> Vec<Seen> {
    let mut stage = Stage::new(vm, &published("cyberpunk.wasm"));
    stage.instantiate(b"{}", LIMIT);
    for msg in [
        r#"{"argon2":{"mem_cost":32,"time_cost":1}}"#,
        r#"{"mirror_env":{}}"#,
        r#"{"debug":{}}"#,
        r#"{"unreachable":{}}"#,
    ] {
        stage.execute("creator", msg);
    }
    stage.ask(r#"{"mirror_env":{}}"#);
    stage.seen
}

/// Every instruction of floats that the published contract knows, on numbers that it draws.
fn floats(vm: &Vm) -> Vec<Seen> {
    let mut stage = Stage::new(vm, &published("floaty_2.0.wasm"));
    let known: Vec<String> = serde_json::from_str(&stage.ask(r#"{"instructions":{}}"#)).unwrap();
    assert!(known.len() >= 70);
    for instruction in &known {
        for seed in [1, 2, 3] {
            let draw =
                format!(r#"{{"random_args_for":{{"instruction":"{instruction}","seed":{seed}}}}}"#);
            let args = stage.ask(&draw);
            let run = format!(r#"{{"run":{{"instruction":"{instruction}","args":{args}}}}}"#);
            let args: [&[u8]; 2] = [&json::env(), run.as_bytes()];
            stage.call(EntryPoint::Query, &args, LIMIT);
        }
    }
    stage.seen
}

/// Keys and values forwards and backwards, folded to a number; then an iterator that is not there.
fn iterators(vm: &Vm) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (next, order, id) in [
        ("db_next_key", 1, 1),
        ("db_next_value", 1, 1),
        ("db_next_key", 2, 1),
        ("db_next_value", 2, 7),
    ] {
        let imports = format!(
            r#"(import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
            (import "env" "{next}" (func $next (param i32) (result i32)))"#
        );
        let body = format!(
            "(local $region i32) (local $sum i32)
            (drop (call $scan (i32.const 0) (i32.const 0) (i32.const {order})))
            (loop $more
                (local.set $region (call $next (i32.const {id})))
                (if (local.get $region) (then
                    (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))
                        (i32.load8_u (i32.load (local.get $region)))))
                    (br $more))))
            (call $answer (local.get $sum))"
        );
        let mut stage = Stage::new(vm, &executing(&imports, 0, &body));
        let records = (0..40_u8).map(|n| (vec![n], vec![n ^ 0x55; 3]));
        stage.chain.state.borrow_mut().storage.extend(records);
        stage.call(EntryPoint::Execute, &[], LIMIT);
        seen.extend(stage.seen);
    }
    seen
}

/// Every import, with arguments that succeed, and with a first argument that is nowhere; the crypto among them.
fn imports(vm: &Vm) -> Vec<Seen> {
    let mut seen = Vec::new();
    for import in import::all() {
        let mut stage = Stage::new(vm, &import.caller());
        for replaced in [None, Some((0, Replacement::Pointer(0)))] {
            stage.chain = import::prepared_chain();
            let args = import.args(replaced);
            let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
            stage.call(EntryPoint::Execute, &args, LIMIT);
        }
        seen.extend(stage.seen);
    }
    seen
}

/// Exhaustion of the stack: small frames, large frames, and calls through the table.
fn recursion(vm: &Vm) -> Vec<Seen> {
    let wide = "i64 ".repeat(60);
    let passed: String = (0..60).map(|n| format!("(local.get {n})")).collect();
    let contracts = [
        r#"(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))
        (func (export "execute") (result i32) (call $deep))"#
            .to_owned(),
        format!(
            r#"(func $deep (param {wide}) (result i32) (i32.add (i32.const 1) (call $deep {passed})))
            (func (export "execute") (result i32) (call $deep {}))"#,
            "(i64.const 1)".repeat(60)
        ),
        r#"(type $step (func (param f64) (result f64)))
        (table 1 1 funcref) (elem (i32.const 0) $step)
        (func $step (type $step)
            (f64.add (local.get 0) (call_indirect (type $step) (f64.sqrt (local.get 0)) (i32.const 0))))
        (func (export "execute") (result i32) (i32.trunc_sat_f64_s (call $step (f64.const 2))))"#
            .to_owned(),
    ];
    let play = |text: &String| {
        let mut stage = Stage::new(vm, &contract("", text));
        stage.call(EntryPoint::Execute, &[], 500 * LIMIT);
        stage.seen
    };
    contracts.iter().flat_map(play).collect()
}

/// One contract for each way to trap, after some work that is paid for.
fn traps(vm: &Vm) -> Vec<Seen> {
    let bodies = [
        "unreachable",
        "(i32.div_s (i32.const 1) (global.get $zero))",
        "(i32.div_s (i32.const 0x80000000) (i32.sub (global.get $zero) (i32.const 1)))",
        "(i32.trunc_f32_s (f32.const nan))",
        "(i32.load (i32.const -4))",
        "(call_indirect (result i32) (i32.const 0))",
        "(call_indirect (result i32) (i32.const 1))",
        "(call_indirect (result i32) (i32.const 9))",
        "(call $answer (memory.grow (i32.const 10000)))",
    ];
    let play = |body: &&str| {
        let text = format!(
            r#"(table 2 2 funcref) (elem (i32.const 0) $other) (func $other)
            (global $zero (mut i32) (i32.const 0))
            (func (export "execute") (result i32) nop (block) nop {body})"#
        );
        let mut stage = Stage::new(vm, &contract("", &text));
        stage.call(EntryPoint::Execute, &[], LIMIT);
        stage.seen
    };
    bodies.iter().flat_map(play).collect()
}

/// Plays everything, beginning with one of the parts; what was seen is in the order of [`PARTS`].
fn play(vm: &Vm, first: usize) -> Vec<Seen> {
    let mut parts: BTreeMap<usize, Vec<Seen>> = BTreeMap::new();
    for number in 0..PARTS.len() {
        let part = (first + number) % PARTS.len();
        parts.insert(part, PARTS[part](vm));
    }
    parts.into_values().flatten().collect()
}

/// On threads of their own, each beginning elsewhere.
fn play_together(vm: &Vm) -> Vec<Vec<Seen>> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || play(vm, number)))
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Vec<Seen>>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    })
}

/// Everything seen as one number. Lengths and counts stand before what has one.
fn digest(list: &[Seen]) -> String {
    let mut hash = Sha256::new();
    let count = |length: usize| u64::try_from(length).unwrap().to_be_bytes();
    let mut add = |bytes: &[u8]| {
        hash.update(count(bytes.len()));
        hash.update(bytes);
    };
    for Seen {
        report,
        storage,
        debug,
    } in list
    {
        match &report.outcome {
            Ok(bytes) => {
                add(b"ok");
                add(bytes);
            }
            Err(error) => {
                add(b"error");
                add(format!("{error:?}").as_bytes());
            }
        }
        add(&report.gas_used.0.to_be_bytes());
        add(&report.gas_external.0.to_be_bytes());
        add(&count(storage.len()));
        for (key, value) in storage {
            add(key);
            add(value);
        }
        add(&count(debug.len()));
        for line in debug {
            add(line.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}

/// W16: from the compiler, from memory, from disk; alone and among eight; in any build of the host.
#[test]
fn w16_the_same_calls_come_to_the_same_under_all_circumstances() {
    let folder = tempfile::tempdir().unwrap();
    let cold = keeping(folder.path());
    let expected = play(&cold, 0);
    let statistics = cold.cache_statistics();
    assert_eq!(statistics.hits_disk, 0);
    assert!(statistics.compilations > 40, "{statistics:?}");
    let failures = expected.iter().filter(|seen| seen.report.outcome.is_err());
    assert!(failures.count() > 40, "failing calls are among them");

    assert_eq!(play(&cold, 0), expected, "from memory");
    let warm = cold.cache_statistics();
    assert_eq!(warm.compilations, statistics.compilations);

    let restarted = keeping(folder.path());
    assert_eq!(play(&restarted, 0), expected, "from disk");
    let fresh = restarted.cache_statistics();
    let kept = u64::try_from(files(folder.path()).len()).unwrap();
    assert_eq!((fresh.compilations, fresh.hits_disk), (0, kept));

    for list in play_together(&restarted) {
        assert_eq!(list, expected, "on eight threads");
    }
    assert_eq!(digest(&expected), DIGEST);
}

/// W16: eight threads that all find nothing compiled.
#[test]
fn w16_eight_threads_at_once_on_a_new_machine_come_to_the_same() {
    let config = VmConfig {
        max_instances: 8,
        ..VmConfig::default()
    };
    let vm = Vm::new(config).unwrap();
    for list in play_together(&vm) {
        assert_eq!(digest(&list), DIGEST);
    }
}

/// As on a kernel that cannot say which pages were written.
#[test]
fn the_same_calls_come_to_the_same_where_the_kernel_is_not_asked() {
    let config = VmConfig::builder().max_instances(8).pagemap_scan(false);
    let vm = Vm::new(config.build().unwrap()).unwrap();
    assert_eq!(digest(&play(&vm, 0)), DIGEST);
}
