//! Machines in processes of their own: after a restart, beside each other, without a disk to write on, and over many calls.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use commons_vm::{Checksum, Code, EntryPoint, Gas, Vm, VmConfig};

use crate::support::chain::MockChain;
use crate::support::folder::{answer, answering, entries, environment, files, keeping};
use crate::support::json;
use crate::support::wasm::{contract, executing, published};

const FOLDER: &str = "COMMONS_VM_TEST_FOLDER";

/// A test of this file that is run by another one, in a process of its own, with this folder.
fn task(shell: &[&str], name: &str, folder: &Path) -> Command {
    let program = std::env::current_exe().unwrap();
    let mut words: Vec<String> = shell.iter().map(|word| (*word).to_owned()).collect();
    words.push(program.into_os_string().into_string().unwrap());
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .args(["--ignored", "--nocapture", "--test-threads=1", "--exact"])
        .arg(format!("processes::{name}"))
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn expect_success(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
    assert!(out.contains("1 passed"), "the task was run:\n{out}");
    out
}

fn finish(mut command: Command) -> String {
    expect_success(&command.output().unwrap())
}

fn folder() -> std::path::PathBuf {
    std::env::var_os(FOLDER)
        .expect("run by another test")
        .into()
}

/// Prints what became of one contract.
#[test]
#[ignore = "a task: other tests run it in a process of its own"]
fn task_load_one() {
    let vm = keeping(&folder());
    assert_eq!(answer(&vm, &answering(42)), 42);
    let statistics = vm.cache_statistics();
    println!(
        "compiled {} loaded {} failed {}",
        statistics.compilations, statistics.hits_disk, statistics.disk_failures
    );
}

/// The key of a file is the same in every process of the same program.
#[test]
fn the_next_process_finds_the_code_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let run = || finish(task(&[], "task_load_one", folder.path()));
    assert!(run().contains("compiled 1 loaded 0 failed 0"));
    assert!(run().contains("compiled 0 loaded 1 failed 0"));
}

const ROUNDS: u32 = 20;
const CONTRACTS: u32 = 4;

/// Loads some contracts again and again, and damages or removes a file now and then.
#[test]
#[ignore = "a task: other tests run it in a process of its own"]
fn task_load_and_damage() {
    let folder = folder();
    for round in 0..ROUNDS {
        let vm = keeping(&folder);
        for number in 0..CONTRACTS {
            assert_eq!(answer(&vm, &answering(number)), number);
        }
        assert_eq!(vm.cache_statistics().disk_failures, 0);
        let victim = answering(round % CONTRACTS);
        let victim = environment(&folder).join(Checksum::of(&victim).to_string());
        // Another process may have been faster.
        drop(match round % 3 {
            0 => std::fs::remove_file(victim),
            1 => std::fs::write(victim, b"damaged"),
            _ => Ok(()),
        });
    }
}

#[test]
fn processes_that_share_a_folder_do_not_harm_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        task(&[], "task_load_and_damage", folder.path())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = (0..6).map(|_| start()).collect();
    for child in children {
        expect_success(&child.wait_with_output().unwrap());
    }
    let vm = keeping(folder.path());
    for number in 0..CONTRACTS {
        assert_eq!(answer(&vm, &answering(number)), number);
    }
    let left = files(folder.path());
    assert_eq!(left.len(), 4, "nothing unfinished is left: {left:?}");
}

/// A limit on the size of files stands in for a full disk where nobody may mount one: a write ends halfway.
#[test]
fn w18_a_write_that_ends_halfway_fails_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let limited = ["sh", "-c", r#"trap "" XFSZ; ulimit -f 1; exec "$0" "$@""#];
    let out = finish(task(&limited, "task_load_one", folder.path()));
    assert!(out.contains("compiled 1 loaded 0 failed 1"), "{out}");
    assert!(files(folder.path()).is_empty(), "nothing half is left");
}

/// Runs the task in a mount namespace, after `prepare` has run there with the folder as `$FOLDER`. Nothing if this machine lets
/// nobody mount: said on stderr.
fn mounted(prepare: &str, folder: &Path) -> Option<String> {
    let script = format!(r#"{prepare} && exec "$0" "$@""#);
    for unshare in [&["unshare", "-m"][..], &["unshare", "-rm"]] {
        let probe = Command::new(unshare[0])
            .args(&unshare[1..])
            .args(["sh", "-c", "mount -t tmpfs none /tmp"])
            .output();
        if !probe.is_ok_and(|output| output.status.success()) {
            continue;
        }
        let script = script.replace("$FOLDER", &format!("${FOLDER}"));
        let shell = [unshare, &["sh", "-c", &script]].concat();
        return Some(finish(task(&shell, "task_load_one", folder)));
    }
    eprintln!(
        "SKIPPED: this machine lets nobody mount a file system, so that one case of W18 is not tested here"
    );
    None
}

#[test]
fn w18_a_full_disk_fails_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let small = "mount -t tmpfs -o size=8k,mode=0700 none $FOLDER";
    if let Some(out) = mounted(small, folder.path()) {
        assert!(out.contains("compiled 1 loaded 0 failed 1"), "{out}");
    }
}

#[test]
fn w18_a_read_only_folder_fails_no_call_and_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let read_only = "mount --bind -o ro $FOLDER $FOLDER && mount -o remount,bind,ro $FOLDER";
    if let Some(out) = mounted(read_only, folder.path()) {
        assert!(out.contains("compiled 1 loaded 0 failed 1"), "{out}");
        assert!(entries(folder.path()).is_empty());
        drop(keeping(folder.path()));
        let out = mounted(read_only, folder.path()).unwrap();
        assert!(out.contains("compiled 1 loaded 0 failed 1"), "{out}");
        keeping(folder.path()).load(&answering(42)).unwrap();
        let out = mounted(read_only, folder.path()).unwrap();
        assert!(out.contains("compiled 0 loaded 1 failed 0"), "{out}");
    }
}

/// Pages of memory that this process has, times their size.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<u64>().unwrap() * 1024
}

/// What this process has mapped and opened.
fn mappings_and_files() -> (usize, usize) {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let files = std::fs::read_dir("/proc/self/fd").unwrap();
    (maps.lines().count(), files.count())
}

const INSTANCES: u32 = 10_000;
/// What the allocator may have kept or rounded; one page kept per instance would be 40 MB.
const TOLERANCE: u64 = 2 * 1024 * 1024;

/// One of the calls that are made in turn.
struct Turn {
    code: Code,
    entry: EntryPoint,
    args: Vec<Vec<u8>>,
    succeeds: bool,
}

impl Turn {
    fn call(&self, vm: &Vm) {
        let backend = Box::new(MockChain::default());
        let args: Vec<&[u8]> = self.args.iter().map(Vec::as_slice).collect();
        let limit = Gas(100_000_000);
        let report = vm.call(&self.code, self.entry, &args, backend, limit, false);
        assert_eq!(report.unwrap().outcome.is_ok(), self.succeeds);
    }
}

/// A real contract, one that grows to the limit of memory, one that traps, one that runs out of gas.
fn turns(vm: &Vm) -> [Turn; 4] {
    let turn = |entry, wasm: &[u8], args: &[Vec<u8>], succeeds| Turn {
        code: vm.load(wasm).unwrap(),
        entry,
        args: args.to_vec(),
        succeeds,
    };
    let hackatom = [
        json::env(),
        json::info("creator", 1000),
        json::hackatom_setup(),
    ];
    let growing = "(drop (memory.grow (i32.const 510)))
        (i32.store (i32.const 33554000) (i32.const 1)) (call $answer (i32.const 1))";
    let trapping = r#"(table 100 100 funcref) (elem (i32.const 0) $answer)
        (data (i32.const 1024) "a data segment of its own")
        (func (export "execute") (result i32) unreachable)"#;
    let endless = "(loop (br 0)) unreachable";
    let (begin, execute) = (EntryPoint::Instantiate, EntryPoint::Execute);
    [
        turn(begin, &published("hackatom.wasm"), &hackatom, true),
        turn(execute, &executing("", 0, growing), &[], true),
        turn(execute, &contract("", trapping), &[], false),
        turn(execute, &executing("", 0, endless), &[], false),
    ]
}

fn in_turn(vm: &Vm, turns: &[Turn], calls: u32) {
    for (_, turn) in (0..calls).zip(turns.iter().cycle()) {
        turn.call(vm);
    }
}

#[test]
#[ignore = "a task: other tests run it in a process of its own"]
fn task_many_instances() {
    let vm = Vm::new(VmConfig::default()).unwrap();
    let turns = turns(&vm);
    in_turn(&vm, &turns, INSTANCES / 10);
    let (memory, handles) = (resident_bytes(), mappings_and_files());
    in_turn(&vm, &turns, INSTANCES);
    let (after, handles_after) = (resident_bytes(), mappings_and_files());
    println!("{memory} bytes before, {after} after; {handles:?}, {handles_after:?}");
    assert!(after <= memory + TOLERANCE, "{memory} to {after}");
    assert!(handles_after.0 <= handles.0 + 8 && handles_after.1 <= handles.1);
}

#[test]
fn ten_thousand_instances_leave_memory_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    println!(
        "{}",
        finish(task(&[], "task_many_instances", folder.path()))
    );
}

/// Compiling, dropping and loading the same contracts over and over gives their memory back.
#[test]
#[ignore = "a task: other tests run it in a process of its own"]
fn task_many_codes() {
    let config = VmConfig {
        cache_memory_bytes: 64 * 1024,
        ..crate::support::folder::config(&folder())
    };
    let vm = Vm::new(config).unwrap();
    let contracts: Vec<Vec<u8>> = (0..16).map(answering).collect();
    let load = |rounds: u32| {
        for _ in 0..rounds {
            for (number, wasm) in (0..).zip(&contracts) {
                assert_eq!(answer(&vm, wasm), number);
            }
        }
    };
    load(8);
    let (memory, handles) = (resident_bytes(), mappings_and_files());
    load(100);
    let (after, handles_after) = (resident_bytes(), mappings_and_files());
    let statistics = vm.cache_statistics();
    println!("{memory} bytes before, {after} after; {statistics:?}");
    assert_eq!(statistics.compilations, 16);
    assert!(statistics.hits_disk > 1_000, "{statistics:?}");
    assert!(statistics.recent.bytes <= 64 * 1024);
    assert!(after <= memory + TOLERANCE, "{memory} to {after}");
    assert!(handles_after.0 <= handles.0 + 16 && handles_after.1 <= handles.1);
}

#[test]
fn codes_that_are_dropped_give_their_memory_back() {
    let folder = tempfile::tempdir().unwrap();
    println!("{}", finish(task(&[], "task_many_codes", folder.path())));
}
