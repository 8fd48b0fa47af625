//! W2 and W5: how long hostile contracts keep a machine busy. Ours alone: what an upload costs until it is refused, what dear
//! uploads cost that are not, and how soon what never ends runs out of gas.

use std::rc::Rc;
use std::time::Instant;

use commons_conformance::{Bridge, Records};
use commons_tests::table::{Line, Spread};
use commons_vm::{CallError, EntryPoint, Gas, LoadError, Reject, Vm, VmConfig};
use cosmwasm_vm::Backend;
use cosmwasm_vm::testing::MockApi;

use crate::neighbour::Asked;
use crate::storage::Kept;

/// The machine's gas that row W5 of the list of attacks speaks of.
const GAS: u64 = 1_000_000_000;
/// All the gas of a usual block, 100 million of the chain's, each 140,000 of the machine's.
const BLOCK: u64 = 100_000_000 * 140_000;

const PARTS: &str = r#"(memory (export "memory") 1)
    (func (export "interface_version_8"))
    (func (export "allocate") (param i32) (result i32) (i32.const 0))
    (func (export "deallocate") (param i32))
    (data (i32.const 64) "\00\04\00\00")"#;

/// Uploads that take long to refuse, or to compile.
pub fn uploads(quick: bool) -> Vec<Line> {
    let runs = if quick { 3 } else { 9 };
    // Compiled anew every time.
    let config = VmConfig::builder().max_instances(1).cache_memory_bytes(0);
    let vm = Vm::new(config.build().expect("sound settings")).expect("the machine starts");
    vec![refused(&vm, runs), dearest(&vm, runs)]
}

fn refused(vm: &Vm, runs: usize) -> Line {
    let wasm = contract("", &targets(700_000, ""));
    let times = (0..runs).map(|_| {
        let (verdict, time) = timed(|| vm.load(&wasm).map(drop));
        let Err(LoadError::Reject(Reject::Limit { what, .. })) = verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!(what, "targets of a br_table");
        time
    });
    line(
        "W2.refused",
        "an upload that takes long to refuse",
        ("ms", times.collect()),
        format!(
            "a br_table of 700,000 targets that carry a hundred values each, {} bytes; from the bytes to the refusal; {runs} runs",
            wasm.len()
        ),
    )
}

/// Of several kinds of contracts, each as large as the limits let it be, the one that takes longest to compile.
fn dearest(vm: &Vm, runs: usize) -> Line {
    let compiled = |wasm: &[u8]| {
        let (verdict, time) = timed(|| vm.load(wasm).map(drop));
        verdict.expect("what is accepted compiles");
        time
    };
    let mut all = Vec::new();
    for (name, most, text) in kinds() {
        let (size, wasm) = largest(vm, most, &*text);
        let time = compiled(&wasm);
        eprintln!("W2: {size} {name}, {} bytes: {time:.0} ms", wasm.len());
        all.push((time, name, size, wasm));
    }
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    let once: Vec<String> = all
        .iter()
        .map(|(time, name, size, _)| format!("{size} {name} {time:.0}"))
        .collect();
    let (_, name, size, wasm) = all.first().expect("there are some kinds");
    line(
        "W2.accepted",
        "check and compile the dearest of seven kinds of uploads, as large as it is accepted",
        ("ms", (0..runs).map(|_| compiled(wasm)).collect()),
        format!(
            "{size} {name}, {} bytes, on all threads; {runs} runs. Each kind once, in ms: {}",
            wasm.len(),
            once.join(", ")
        ),
    )
}

/// The text of so many of something.
type Grown = Box<dyn Fn(usize) -> String>;

/// What was dear to compile: its name, how much of it is refused, and its text.
fn kinds() -> Vec<(&'static str, usize, Grown)> {
    let within = |one: &'static str| -> Grown {
        Box::new(move |count| format!("(func {})", one.repeat(count)))
    };
    let locals = "i32 ".repeat(100);
    let across = format!("(func (local {locals}) (loop ");
    vec![
        ("loops in one function", 20_000, within("loop end ")),
        (
            "functions of 100 loops",
            2_000,
            Box::new(|count| format!("(func {})", "loop end ".repeat(100)).repeat(count)),
        ),
        ("calls in one function", 40_000, within("(call 0) ")),
        (
            "choices in one function",
            40_000,
            within("(if (i32.const 0) (then) (else)) "),
        ),
        (
            "branches in a loop with 100 locals",
            60_000,
            Box::new(move |count| {
                let branch = "(br_if 0 (local.tee 0 (local.get 1))) ";
                format!("{across}{}))", branch.repeat(count))
            }),
        ),
        (
            "functions of 64 loops inside each other, 100 values each",
            30,
            Box::new(|count| {
                let values = "i32.const 0 ".repeat(100);
                let open = "loop (type $wide) ".repeat(64);
                let close = "end ".repeat(64);
                format!("(func {values} {open} unreachable {close})").repeat(count)
            }),
        ),
        (
            "functions with a br_table of 4,000 targets and 100 locals",
            7,
            Box::new(move |count| targets(4_000, &format!("(local {locals})")).repeat(count)),
        ),
    ]
}

/// A loop that takes a hundred values, and a table of targets that all are its beginning.
fn targets(count: usize, locals: &str) -> String {
    format!(
        "(func {locals} {} (loop (type $wide) (br_table {} (i32.const 0)) unreachable))",
        "(i32.const 0) ".repeat(100),
        "0 ".repeat(count)
    )
}

/// The largest contract of a kind that is accepted, and how much of the kind is in it.
fn largest(vm: &Vm, most: usize, text: &dyn Fn(usize) -> String) -> (usize, Vec<u8>) {
    let made = |count| contract("", &text(count));
    let (mut accepted, mut refused) = (1, most);
    assert!(vm.analyze(&made(most)).is_err(), "{most} are too many");
    while refused - accepted > 1 {
        let middle = usize::midpoint(accepted, refused);
        match vm.analyze(&made(middle)) {
            Ok(_) => accepted = middle,
            Err(_) => refused = middle,
        }
    }
    (accepted, made(accepted))
}

/// What never ends.
pub fn endless(quick: bool) -> Vec<Line> {
    let config = VmConfig::builder().max_instances(1);
    let vm = Vm::new(config.build().expect("sound settings")).expect("the machine starts");
    let debug = r#"(import "env" "debug" (func $call (param i32)))"#;
    let read = r#"(import "env" "db_read" (func $call (param i32) (result i32)))"#;
    let (loops, blocks) = if quick { (7, 1) } else { (31, 5) };
    let free = "a chain that answers at once and takes no gas";
    [
        ("loop", "an endless loop", "", "", GAS, loops),
        (
            "debug",
            "an endless loop of an import, with an empty text",
            debug,
            "(call $call (i32.const 64))",
            GAS,
            loops,
        ),
        (
            "read",
            "an endless loop of db_read, an empty key that is not there",
            read,
            "(drop (call $call (i32.const 64)))",
            GAS,
            loops,
        ),
        ("block", "an endless loop", "", "", BLOCK, blocks),
    ]
    .map(|(part, name, imports, body, limit, runs)| {
        let execute =
            format!(r#"(func (export "execute") (result i32) (loop {body} (br 0)) unreachable)"#);
        let wasm = contract(imports, &execute);
        eprintln!("W5.{part}: {runs} runs");
        let times = (0..=runs).map(|_| ends(&vm, &wasm, Gas(limit)));
        // The first is a warm-up, and compiles.
        line(
            &format!("W5.{part}"),
            &format!("{name}, until it is out of {limit} gas"),
            ("us", times.skip(1).map(|time| time * 1e3).collect()),
            format!("compiled and in memory; {free}; {runs} runs"),
        )
    })
    .into()
}

/// Time until it is out of gas.
fn ends(vm: &Vm, wasm: &[u8], limit: Gas) -> f64 {
    let code = vm.load(wasm).expect("it is a contract");
    let backend = Box::new(Bridge {
        backend: Backend {
            api: MockApi::default(),
            storage: Kept::of(&Records::new()),
            querier: Asked(Rc::new(|_, _| panic!("nothing is asked"))),
        },
        debug: Box::new(|_| {}),
    });
    let execute = EntryPoint::Execute;
    let (report, time) = timed(|| vm.call(&code, execute, &[], backend, limit, false));
    let report = report.expect("the host is sound");
    assert_eq!(report.outcome, Err(CallError::OutOfGas));
    assert_eq!(report.gas_used, limit);
    time
}

fn contract(imports: &str, rest: &str) -> Vec<u8> {
    let wide = format!("(type $wide (func (param {})))", "i32 ".repeat(100));
    let text = format!("(module {imports} {wide} {PARTS} {rest})");
    wat::parse_str(text).expect("the text is wasm")
}

/// What was done, and its time in milliseconds.
#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed().as_secs_f64() * 1e3)
}

fn line(id: &str, name: &str, (unit, times): (&str, Vec<f64>), inputs: String) -> Line {
    Line {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: unit.to_owned(),
        ours: Spread::of(times),
        peer: None,
        ratio: None,
        ratio_is: None,
        pairs: None,
        inputs,
    }
}
