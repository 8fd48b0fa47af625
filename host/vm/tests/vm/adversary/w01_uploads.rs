//! W1: files that are no contract are refused before anything is compiled, and nothing of them is kept.

use commons_vm::{Checksum, LoadError, Reject};
use proptest::prelude::*;

use crate::support::verdict::too_many;
use crate::support::wasm::{executing, published, vm, without_custom_sections};

/// Loads what must be refused and looks for what it left.
fn refusal(bytes: &[u8]) -> Reject {
    let Err(LoadError::Reject(reject)) = vm().load(bytes) else {
        panic!("accepted, or a fault: {} bytes", bytes.len());
    };
    // Whoever asks for it again is asked for the bytes again.
    let again = vm().load_by_checksum(&Checksum::of(bytes), || Err("not kept"));
    assert_eq!(again.err(), Some("not kept"));
    reject
}

#[test]
fn noise_is_refused_and_leaves_nothing() {
    let header = b"\0asm\x01\0\0\0garbage behind a good header";
    for bytes in [&b""[..], b"\0", header, &[0xa5; 4096]] {
        assert!(matches!(refusal(bytes), Reject::Malformed(_)));
    }
}

/// What may be missing at the end is left out here: data and custom sections.
#[test]
fn a_contract_cut_off_anywhere_is_refused() {
    let whole = without_custom_sections(&executing("", 0, "(call $answer (i32.const 7))"));
    assert!(vm().load(&whole).is_ok());
    for end in 0..whole.len() {
        refusal(&whole[..end]);
    }
}

/// wasmd's limit is 800 KiB. Custom sections count, and nothing in the file is looked at first.
#[test]
fn a_file_of_801_kib_is_refused_by_its_size() {
    let padded = |size: usize| {
        let mut wasm = published("empty.wasm");
        // Id 0, the length in five bytes, an empty name.
        let content = u32::try_from(size - wasm.len() - 6).unwrap();
        wasm.push(0);
        wasm.extend((0..5).map(|at| {
            let bits = u8::try_from((content >> (7 * at)) & 0x7f).unwrap();
            if at == 4 { bits } else { bits | 0x80 }
        }));
        wasm.resize(size, 0);
        wasm
    };
    let limit = 800 * 1024;
    assert!(vm().analyze(&padded(limit)).is_ok());
    let found = u64::try_from(limit).unwrap() + 1;
    let refused = too_many("bytes", found, found - 1);
    assert_eq!(refusal(&padded(limit + 1)), refused);
    let found = 801 * 1024;
    assert_eq!(
        refusal(&[0; 801 * 1024]),
        too_many("bytes", found, 800 * 1024)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No bytes make the check panic, and what it accepts after damage still loads.
    #[test]
    fn damaged_contracts_are_judged_without_panic(at in 0_usize..13_676, to in any::<u8>()) {
        let mut wasm = published("empty.wasm");
        let at = at % wasm.len();
        wasm[at] = to;
        let judged = vm().analyze(&wasm);
        let loaded = vm().load(&wasm);
        prop_assert_eq!(judged.is_ok(), !matches!(loaded, Err(LoadError::Reject(_))));
        prop_assert!(!matches!(loaded, Err(LoadError::Fault(_))));
    }

    #[test]
    fn noise_is_judged_without_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let wasm = [b"\0asm\x01\0\0\0".as_slice(), &tail].concat();
        prop_assert!(vm().analyze(&wasm).is_err());
    }
}
