//! What may be uploaded: files as they come, grown contracts, grown contracts with proposals that must be refused, and grown ones with bytes
//! changed. With `COMMONS_FUZZ_WRITE` naming a folder, the files are written there and nothing else is done with them.

#![no_main]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use arbitrary::Unstructured;
use commons_vm_fuzz::{Contract, Judged, Share, Uploads, Wild};
use libfuzzer_sys::{Corpus, fuzz_target};

static SHARE: Share = Share::new();
/// The longest time that a file took so far, in milliseconds.
static LONGEST: AtomicU64 = AtomicU64::new(500);
/// Files that one machine takes before it is replaced, with all that it keeps.
const FILES: u32 = 500;

thread_local! {
    static MACHINE: RefCell<(Uploads, u32)> = RefCell::default();
}

fuzz_target!(|input: &[u8]| -> Corpus {
    SHARE.input();
    let Some(Ok(wasm)) = file(input) else {
        return Corpus::Reject;
    };
    if let Some(folder) = folder() {
        let name = format!("{:08x}.wasm", input.iter().fold(0, mix));
        std::fs::write(folder.join(name), wasm).expect("the folder can be written to");
        return Corpus::Keep;
    }
    let machine = MACHINE.with_borrow_mut(|(machine, files)| {
        *files += 1;
        if files.is_multiple_of(FILES) {
            *machine = Uploads::default();
        }
        machine.clone()
    });
    let begun = Instant::now();
    let judged = machine.judge(&wasm);
    note(begun, wasm.len());
    if judged >= Judged::Accepted {
        SHARE.accepted();
    }
    if judged == Judged::Entered {
        SHARE.entered();
    }
    Corpus::Keep
});

/// The file that an input stands for.
fn file(input: &[u8]) -> Option<arbitrary::Result<Vec<u8>>> {
    let (kind, rest) = input.split_first()?;
    let mut u = Unstructured::new(rest);
    Some(match (kind, kind % 8) {
        // Wasm begins with a zero: a corpus of contracts needs no wrapping.
        (0, _) => Ok(input.to_vec()),
        (_, 1) => Contract::grow(&mut u, Wild::Proposals).map(|contract| contract.wasm),
        (_, 2 | 3) => damaged(&mut u),
        _ => Contract::grow(&mut u, Wild::No).map(|contract| contract.wasm),
    })
}

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

fn folder() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| std::env::var_os("COMMONS_FUZZ_WRITE").map(PathBuf::from));
    folder.as_ref()
}

/// A hash, only to tell names apart.
fn mix(hash: u32, byte: &u8) -> u32 {
    (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
}

/// Says so when a file took longer than any before.
fn note(begun: Instant, bytes: usize) {
    let taken = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if LONGEST.fetch_max(taken, Ordering::Relaxed) < taken {
        eprintln!("longest so far: {taken} ms for {bytes} bytes");
    }
}
