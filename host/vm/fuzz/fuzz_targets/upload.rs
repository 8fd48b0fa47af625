//! What may be uploaded: files as they come, grown contracts, grown contracts with proposals that must be refused, and grown ones with bytes
//! changed. No file makes the machine panic or fail; what the checks accept compiles, links and can be called, and twice the same.

#![no_main]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use arbitrary::Unstructured;
use commons_vm::{EntryPoint, Gas, LoadError, Vm, VmConfig};
use commons_vm_fuzz::{Contract, Ledger, Share, Wild};
use libfuzzer_sys::{Corpus, fuzz_target};

static SHARE: Share = Share::new();
/// The longest compilation so far, in milliseconds.
static LONGEST: AtomicU64 = AtomicU64::new(500);
const GAS: Gas = Gas(200_000_000);
/// Contracts that one machine compiles before it is replaced, with all that it keeps.
const CODES: u32 = 500;

thread_local! {
    static MACHINE: RefCell<(Vm, u32)> = RefCell::new((machine(), 0));
}

fn machine() -> Vm {
    let config = VmConfig {
        max_instances: 2,
        ..VmConfig::default()
    };
    Vm::new(config).expect("the machine starts")
}

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((kind, rest)) = input.split_first() else {
        return Corpus::Reject;
    };
    let mut u = Unstructured::new(rest);
    let wasm = match kind % 4 {
        // Wasm begins with a zero: a corpus of contracts needs no wrapping.
        0 => Ok(input.to_vec()),
        1 => Contract::grow(&mut u, Wild::No).map(|contract| contract.wasm),
        2 => Contract::grow(&mut u, Wild::Proposals).map(|contract| contract.wasm),
        _ => damaged(&mut u),
    };
    match wasm {
        Ok(wasm) => {
            upload(&wasm);
            Corpus::Keep
        }
        Err(_) => Corpus::Reject,
    }
});

/// A grown contract with up to eight bytes changed.
fn damaged(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let changes: Vec<(u16, u8)> = (0..u.int_in_range(1..=8)?)
        .map(|_| u.arbitrary())
        .collect::<arbitrary::Result<_>>()?;
    let mut wasm = Contract::grow(u, Wild::No)?.wasm;
    for (at, to) in changes {
        let at = usize::from(at) % wasm.len();
        if let Some(byte) = wasm.get_mut(at) {
            *byte = to;
        }
    }
    Ok(wasm)
}

fn upload(wasm: &[u8]) {
    SHARE.input();
    let vm = MACHINE.with_borrow_mut(|(vm, codes)| {
        *codes += 1;
        if codes.is_multiple_of(CODES) {
            *vm = machine();
        }
        vm.clone()
    });
    let judged = vm.analyze(wasm);
    if let Err(reject) = judged {
        let loaded = vm.load(wasm).map(drop);
        assert_eq!(loaded, Err(LoadError::Reject(reject)));
        return;
    }
    SHARE.accepted();
    let begun = Instant::now();
    let code = vm.load(wasm).expect("what the checks accept compiles");
    note(begun, wasm.len());
    assert_eq!(Some(code.analysis()), judged.as_ref().ok());
    for entry in EntryPoint::ALL {
        let call = || {
            let args: [&[u8]; 3] = [b"{}", b"{}", b"{}"];
            let count = 3 - usize::from(!takes_three(entry));
            let backend = Box::new(Ledger::inhabited());
            let args = args.get(..count).unwrap_or_default();
            vm.call(&code, entry, args, backend, GAS, entry == EntryPoint::Query)
                .expect("no contract is a fault of the host")
        };
        let report = call();
        assert!(report.gas_used <= GAS);
        assert_eq!(call(), report);
        if report.gas_used > Gas::ZERO && code.analysis().entry_points.contains(&entry) {
            SHARE.entered();
            break;
        }
    }
}

fn takes_three(entry: EntryPoint) -> bool {
    matches!(
        entry,
        EntryPoint::Instantiate | EntryPoint::Execute | EntryPoint::Migrate
    )
}

/// Says so when a compilation took longer than any before.
fn note(begun: Instant, bytes: usize) {
    let taken = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if LONGEST.fetch_max(taken, Ordering::Relaxed) < taken {
        eprintln!("longest compilation: {taken} ms for {bytes} bytes");
    }
}
