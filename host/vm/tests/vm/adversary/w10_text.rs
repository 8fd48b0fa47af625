//! W10: text that is none, or too much of it, is refused by the import that takes it, and paid for. What is inside (JSON) is the
//! affair of contract and chain: the machine passes it on unread.

use commons_vm::{CallError, CallReport, Gas, RegionError};

use crate::support::chain::MockChain;
use crate::support::import::{self, Param, Replacement, prepared_chain};
use crate::support::wasm::{LIMIT, contract, execute, executing, failure};

fn called(name: &str, text: &[u8]) -> CallReport {
    let import = import::all().into_iter().find(|import| import.name == name);
    let mut import = import.unwrap();
    let Some(Param::Read { sample, .. }) = import.params.first_mut() else {
        panic!("{name} reads nothing");
    };
    *sample = text.to_vec();
    let args = import.args(None);
    let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    execute(&import.caller(), &args, prepared_chain(), LIMIT)
}

/// Shown to the contract where it can act on it, replaced where only people read it.
#[test]
fn text_that_is_no_utf8_is_refused_or_replaced() {
    for bad in [&b"\xff"[..], b"\xed\xa0\x80", b"\xc0\xaf", b"good \xe2\x82"] {
        for name in ["addr_validate", "addr_canonicalize"] {
            let refusal = called(name, bad).outcome.unwrap();
            assert_eq!(refusal, b"Input is not valid UTF-8", "{name}");
        }
        let aborted = failure(&called("abort", bad));
        let shown = String::from_utf8_lossy(bad).into_owned();
        assert_eq!(aborted, CallError::Aborted(shown));
    }
}

/// Ten megabytes are paid for by the byte before they are refused for their length.
#[test]
fn a_text_of_ten_megabytes_is_paid_and_refused() {
    const LENGTH: u32 = 10_000_000;
    for import in import::all() {
        for (index, param) in import.params.iter().enumerate() {
            let Param::Read { max, .. } = param else {
                continue;
            };
            if *max > LENGTH {
                continue;
            }
            let region = Replacement::Region([4096, LENGTH, LENGTH]);
            let args = import.args(Some((index, region)));
            let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
            let report = execute(&import.caller(), &args, prepared_chain(), LIMIT);
            let name = import.name;
            match failure(&report) {
                CallError::Region(RegionError::TooLong { length, limit })
                | CallError::StorageLength { length, limit, .. } => {
                    assert_eq!((length, limit), (LENGTH, *max), "{name}");
                }
                other => panic!("{name}: {other}"),
            }
            assert!(report.gas_used > Gas(520 * u64::from(LENGTH)), "{name}");
        }
    }
}

/// A result is read in one piece of at most 64 MiB, which no memory of 32 MiB holds.
#[test]
fn a_result_beyond_memory_is_refused() {
    let huge = "(i32.store (i32.const 64) (i32.const 4096))
        (i32.store (i32.const 68) (i32.const 0x4000001))
        (i32.store (i32.const 72) (i32.const 0x4000001))
        (i32.const 64)";
    let report = execute(&executing("", 0, huge), &[], MockChain::default(), LIMIT);
    let error = RegionError::TooLong {
        length: 0x400_0001,
        limit: 0x400_0000,
    };
    assert_eq!(failure(&report), CallError::Region(error));
}

/// Brackets to any depth, keys twice, numbers beyond any type: bytes like others, there and back.
#[test]
fn json_passes_unread() {
    let echo = contract(
        "",
        r#"(func (export "execute") (param i32) (result i32)
            (local.get 0))"#,
    );
    let deep = ["[".repeat(20_000), "]".repeat(20_000)].concat();
    let huge = format!(r#"{{"n":{}}}"#, "9".repeat(1_000));
    for json in [deep.as_str(), r#"{"a":1,"a":2}"#, &huge, "no json"] {
        let report = execute(&echo, &[json.as_bytes()], MockChain::default(), LIMIT);
        assert_eq!(report.outcome.as_deref(), Ok(json.as_bytes()));
    }
}
