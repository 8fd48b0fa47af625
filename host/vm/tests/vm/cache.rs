//! Compiled contracts in memory and on disk: found again, made once, and without influence on any outcome.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use commons_vm::{
    CacheStatistics, CallReport, Checksum, Code, EntryPoint, Fault, Gas, Held, LoadError, Reject,
    Vm, VmConfig,
};

use crate::official::set_up_hackatom;
use crate::support::chain::MockChain;
use crate::support::folder::{answer, answering, config, files, keeping, run};
use crate::support::json;
use crate::support::wasm::{contract, executing, published};

const THREADS: usize = 64;

fn with_memory(bytes: u64) -> Vm {
    let config = VmConfig {
        max_instances: 2,
        cache_memory_bytes: bytes,
        ..VmConfig::default()
    };
    Vm::new(config).unwrap()
}

fn unlimited() -> Vm {
    with_memory(u64::MAX)
}

/// Runs the same work on many threads that begin together.
fn together<T: Send + 'static>(work: impl Fn(usize) -> T + Send + Sync + 'static) -> Vec<T> {
    let (work, start) = (Arc::new(work), Arc::new(Barrier::new(THREADS)));
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (work, start) = (Arc::clone(&work), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                work(number)
            })
        })
        .collect();
    let join = |thread: thread::JoinHandle<T>| thread.join().unwrap();
    threads.into_iter().map(join).collect()
}

/// W19: 64 threads that ask for the same new code share one compilation.
#[test]
fn w19_the_same_code_is_compiled_once() {
    let vm = unlimited();
    let wasm = published("hackatom.wasm");
    let asking = vm.clone();
    let codes = together(move |_| asking.load(&wasm).unwrap());
    let first = codes[0].analysis();
    let same = |code: &Code| std::ptr::eq(code.analysis(), first);
    assert!(codes.iter().all(same));
    let statistics = vm.cache_statistics();
    assert_eq!(statistics.compilations, 1);
    assert_eq!(statistics.hits_memory, 63);
    assert_eq!(statistics.recent.codes, 1);
}

/// W19: whoever waits for a code does not fetch its bytes either; different codes do not wait for each other's result.
#[test]
fn w19_the_bytes_are_fetched_once() {
    let vm = unlimited();
    let asking = vm.clone();
    let fetched = together(move |number| {
        let wasm = answering(u32::try_from(number % 4).unwrap());
        let mut fetched = 0;
        let source = || {
            fetched += 1;
            Ok::<_, Fault>(wasm.clone())
        };
        let code = asking.load_by_checksum(&Checksum::of(&wasm), source);
        assert_eq!(
            code.unwrap().unwrap().analysis().checksum,
            Checksum::of(&wasm)
        );
        fetched
    });
    assert_eq!(fetched.iter().sum::<u32>(), 4);
    assert_eq!(vm.cache_statistics().compilations, 4);
}

#[test]
fn a_rejected_code_is_not_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let vm = keeping(folder.path());
    let asking = vm.clone();
    let verdicts = together(move |_| asking.load(b"not wasm").err());
    for verdict in verdicts {
        assert!(matches!(
            verdict,
            Some(LoadError::Reject(Reject::Malformed(_)))
        ));
    }
    assert_eq!(vm.cache_statistics(), CacheStatistics::default());
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_source_that_fails_leaves_the_next_one_its_chance() {
    let vm = unlimited();
    let wasm = answering(42);
    let checksum = Checksum::of(&wasm);
    let broken = vm.load_by_checksum(&checksum, || Err("the store is broken"));
    assert_eq!(broken.err(), Some("the store is broken"));
    let other = vm.load_by_checksum(&checksum, || Ok::<_, Fault>(answering(43)));
    assert!(matches!(other, Ok(Err(LoadError::Fault(_)))));
    assert_eq!(vm.cache_statistics(), CacheStatistics::default());
    let found = vm.load_by_checksum(&checksum, || Ok::<_, Fault>(wasm.clone()));
    assert_eq!(found.unwrap().unwrap().analysis().checksum, checksum);
    let again = vm.load_by_checksum::<Fault>(&checksum, || panic!("it is in memory"));
    assert!(again.unwrap().is_ok());
}

/// A panic of one thread's source is that thread's fault; those that wait for it try for themselves.
#[test]
fn a_panic_harms_only_its_own_load() {
    let vm = unlimited();
    let wasm = answering(42);
    let (begun, waiting) = (Barrier::new(THREADS), Duration::from_millis(50));
    let codes = thread::scope(|scope| {
        let broken = scope.spawn(|| {
            vm.load_by_checksum::<Fault>(&Checksum::of(&wasm), || {
                begun.wait();
                thread::sleep(waiting);
                panic!("this source breaks down")
            })
        });
        let others: Vec<_> = (1..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    begun.wait();
                    vm.load(&wasm).unwrap()
                })
            })
            .collect();
        let Ok(Err(LoadError::Fault(fault))) = broken.join().unwrap() else {
            panic!("the panic must be a fault");
        };
        assert!(fault.to_string().contains("this source breaks down"));
        others
            .into_iter()
            .map(|other| other.join().unwrap())
            .collect::<Vec<Code>>()
    });
    assert_eq!(codes.len(), THREADS - 1);
    assert_eq!(vm.cache_statistics().compilations, 1);
    assert_eq!(answer(&vm, &wasm), 42);
}

/// The bytes that one code takes in memory.
fn size(wasm: &[u8]) -> u64 {
    let vm = unlimited();
    vm.load(wasm).unwrap();
    vm.cache_statistics().recent.bytes
}

#[test]
fn memory_is_limited_by_bytes() {
    let [first, second, third] = [1, 2, 3].map(answering);
    let bytes = size(&first);
    assert!(bytes > 0);
    assert_eq!((bytes, bytes), (size(&second), size(&third)));
    let vm = with_memory(2 * bytes);
    for wasm in [&first, &second, &first, &third, &first] {
        vm.load(wasm).unwrap();
    }
    let statistics = vm.cache_statistics();
    assert_eq!(statistics.compilations, 3);
    assert_eq!((statistics.hits_memory, statistics.evictions), (2, 1));
    assert_eq!(
        statistics.recent,
        Held {
            codes: 2,
            bytes: 2 * bytes
        }
    );
    vm.load(&second).unwrap();
    assert_eq!(
        vm.cache_statistics().compilations,
        4,
        "the second had to go"
    );
}

/// A trap needs a list that is made when it happens and then kept with the code.
#[test]
fn what_a_call_had_made_is_counted_when_the_code_is_loaded_again() {
    let vm = unlimited();
    let traps = executing("", 0, "(drop (i32.load (i32.const -8))) (i32.const 0)");
    let code = vm.load(&traps).unwrap();
    let before = vm.cache_statistics().recent;
    let (entry, backend) = (EntryPoint::Execute, Box::<MockChain>::default());
    let report = vm.call(&code, entry, &[], backend, Gas(1_000_000_000), false);
    assert!(report.unwrap().outcome.is_err());
    vm.load(&traps).unwrap();
    let after = vm.cache_statistics().recent;
    assert_eq!((before.codes, after.codes), (1, 1));
    assert!(after.bytes > before.bytes, "{before:?} {after:?}");
}

#[test]
fn without_memory_everything_still_runs() {
    let vm = with_memory(0);
    assert_eq!(answer(&vm, &answering(1)), 1);
    assert_eq!(answer(&vm, &answering(1)), 1);
    let statistics = vm.cache_statistics();
    assert_eq!(statistics.compilations, 2);
    assert_eq!(statistics.recent, Held::default());
}

#[test]
fn a_pinned_code_stays_whatever_else_comes() {
    let [pinned, other] = [1, 2].map(answering);
    let bytes = size(&pinned);
    let vm = with_memory(bytes);
    let code = vm.load(&pinned).unwrap();
    vm.pin(&code).unwrap();
    for wasm in [&other, &pinned, &other, &answering(3), &pinned] {
        vm.load(wasm).unwrap();
    }
    let statistics = vm.cache_statistics();
    assert_eq!(statistics.hits_pinned, 2);
    assert_eq!(statistics.pinned, Held { codes: 1, bytes });
    vm.unpin(&Checksum::of(&pinned));
    vm.load(&other).unwrap();
    vm.load(&pinned).unwrap();
    let after = vm.cache_statistics();
    assert_eq!(after.pinned, Held::default());
    assert_eq!(after.compilations, statistics.compilations + 2);
}

#[test]
fn a_code_of_another_machine_is_not_pinned() {
    let code = unlimited().load(&answering(1)).unwrap();
    let vm = unlimited();
    assert!(vm.pin(&code).is_err());
    assert_eq!(vm.cache_statistics().pinned, Held::default());
}

#[test]
fn the_next_machine_finds_the_code_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = answering(42);
    let first = keeping(folder.path());
    assert_eq!(answer(&first, &wasm), 42);
    assert_eq!(answer(&first, &wasm), 42);
    let statistics = first.cache_statistics();
    assert_eq!((statistics.compilations, statistics.hits_memory), (1, 1));
    let second = keeping(folder.path());
    assert_eq!(answer(&second, &wasm), 42);
    let statistics = second.cache_statistics();
    assert_eq!((statistics.compilations, statistics.hits_disk), (0, 1));
    let names = files(folder.path());
    let name = names[0].file_name().unwrap().to_str().unwrap();
    assert_eq!(name, Checksum::of(&wasm).to_string());
    assert_eq!(names.len(), 1);
}

/// What decides is never taken from disk: a machine that lacks a capability refuses what another has compiled.
#[test]
fn a_file_on_disk_does_not_replace_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = contract("", r#"(func (export "requires_iterator"))"#);
    keeping(folder.path()).load(&wasm).unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    let mut poorer = config(folder.path());
    poorer.capabilities.remove("iterator");
    let vm = Vm::new(poorer).unwrap();
    assert!(matches!(
        vm.load(&wasm),
        Err(LoadError::Reject(Reject::Capabilities(_)))
    ));
    let richer = keeping(folder.path());
    let analysis = richer.load(&wasm).unwrap().analysis().clone();
    assert_eq!(analysis, richer.analyze(&wasm).unwrap());
    assert_eq!(richer.cache_statistics().hits_disk, 1);
}

/// A machine that keeps nothing on disk writes nothing, and checking alone never does.
#[test]
fn nothing_is_written_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let vm = keeping(folder.path());
    vm.analyze(&answering(1)).unwrap();
    assert!(files(folder.path()).is_empty());
    assert_eq!(VmConfig::default().cache_dir, None);
}

/// Succeeding, trapping and exhausted calls of two contracts.
fn outcomes(vm: &Vm) -> Vec<CallReport> {
    let hackatom = published("hackatom.wasm");
    let trapping = executing("", 0, "nop (block) nop unreachable");
    let mut reports = vec![
        set_up_hackatom(vm, &hackatom, &MockChain::default()),
        run(vm, &trapping),
    ];
    let code = vm.load(&hackatom).unwrap();
    let (env, info) = (json::env(), json::info("creator", 1000));
    let args: [&[u8]; 3] = [&env, &info, &json::hackatom_setup()];
    for limit in [18_034_576, 18_034_575, 9_000_000, 0] {
        let backend = Box::new(MockChain::default());
        let entry = EntryPoint::Instantiate;
        reports.push(
            vm.call(&code, entry, &args, backend, Gas(limit), false)
                .unwrap(),
        );
    }
    reports
}

/// W16: wherever a code comes from, and however many threads use it, results and gas are the same.
#[test]
fn w16_outcomes_do_not_depend_on_where_the_code_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let expected = outcomes(&with_memory(0));
    assert_eq!(expected[0].gas_used, Gas(18_034_576));
    let cold = keeping(folder.path());
    assert_eq!(outcomes(&cold), expected, "compiled and stored");
    assert_eq!(outcomes(&cold), expected, "from memory");
    assert_eq!(cold.cache_statistics().compilations, 2);
    let restarted = keeping(folder.path());
    assert_eq!(outcomes(&restarted), expected, "from disk");
    assert_eq!(restarted.cache_statistics().compilations, 0);
    let again = keeping(folder.path());
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let again = again.clone();
            thread::spawn(move || outcomes(&again))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), expected, "on eight threads");
    }
    let statistics = again.cache_statistics();
    assert_eq!((statistics.compilations, statistics.hits_disk), (0, 2));
}
