//! W8: regions as a hostile contract may describe them, in every place of every import: each is refused by name.

use commons_vm::{CallError, CallReport, Gas, RegionError};

use crate::support::chain::MockChain;
use crate::support::import::{self, Import, MEMORY, Param, Replacement, prepared_chain};
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

const READ: &str = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;

/// Calls an import with this in the place of one argument.
fn replaced(import: &Import, index: usize, by: Replacement) -> CallReport {
    let args = import.args(Some((index, by)));
    let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    execute(&import.caller(), &args, prepared_chain(), LIMIT)
}

/// Every import with every place where it takes a region, and the longest it may be there.
fn places() -> Vec<(Import, usize, Param)> {
    let mut places = Vec::new();
    for import in import::all() {
        for (index, param) in import.params.clone().into_iter().enumerate() {
            if !matches!(param, Param::Number(_)) {
                places.push((import.clone(), index, param));
            }
        }
    }
    assert_eq!(places.len(), 44);
    places
}

/// A bound of a range at address 0 is no bound.
fn may_be_absent(import: &Import) -> bool {
    import.name == "db_scan"
}

/// Expects this error in every place; `except` says where it does not apply.
fn refused_everywhere(by: Replacement, error: &RegionError, except: fn(&Import) -> bool) {
    for (import, index, _) in places() {
        if !except(&import) {
            let report = replaced(&import, index, by);
            let expected = CallError::Region(*error);
            assert_eq!(failure(&report), expected, "{} {index}", import.name);
        }
    }
}

fn nowhere(_: &Import) -> bool {
    false
}

/// The samples that the other tests replace do succeed as they are.
#[test]
fn every_import_succeeds_on_good_regions() {
    for import in import::all() {
        let args = import.args(None);
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let report = execute(&import.caller(), &args, prepared_chain(), LIMIT);
        if import.name == "abort" {
            assert_eq!(failure(&report), CallError::Aborted("text".to_owned()));
        } else {
            assert!(report.outcome.is_ok(), "{}: {report:?}", import.name);
        }
        if import.returns == import::Returns::Code && import.name != "db_scan" {
            assert_eq!(number(&report), 0, "{}", import.name);
        }
    }
}

#[test]
fn a_pointer_without_twelve_bytes_behind_it_is_refused() {
    for pointer in [MEMORY - 11, MEMORY, u32::MAX - 11, u32::MAX] {
        let error = RegionError::Dereference { pointer };
        refused_everywhere(Replacement::Pointer(pointer), &error, nowhere);
    }
}

/// Twelve zeros lie there.
#[test]
fn a_pointer_of_zero_is_refused() {
    let zero = Replacement::Pointer(0);
    refused_everywhere(zero, &RegionError::ZeroOffset, may_be_absent);
}

#[test]
fn impossible_regions_are_refused_by_name() {
    let refused = |region, error| refused_everywhere(Replacement::Region(region), &error, nowhere);
    refused([0, 1, 1], RegionError::ZeroOffset);
    let (length, capacity) = (5, 4);
    refused(
        [1, 4, 5],
        RegionError::LengthExceedsCapacity { length, capacity },
    );
    for (offset, capacity) in [(u32::MAX, 1), (2, u32::MAX - 1), (MEMORY, u32::MAX)] {
        let error = RegionError::OutOfAddressSpace { offset, capacity };
        refused([offset, capacity, 1], error);
    }
}

/// What would be read or filled must lie in memory to the last byte.
#[test]
fn regions_beyond_memory_are_refused() {
    for (import, index, param) in places() {
        let length = match param {
            Param::Fill(_) => 96,
            _ => 2,
        };
        let offset = MEMORY - 1;
        let region = Replacement::Region([offset, length, length]);
        let report = replaced(&import, index, region);
        let CallError::Region(RegionError::Access { offset: at, .. }) = failure(&report) else {
            panic!("{} {index}: {report:?}", import.name);
        };
        assert_eq!(at, offset, "{} {index}", import.name);
    }
}

#[test]
fn a_region_longer_than_the_argument_may_be_is_refused() {
    for (import, index, param) in places() {
        let Param::Read { max: limit, .. } = param else {
            continue;
        };
        let length = limit + 1;
        let report = replaced(&import, index, Replacement::Region([1, length, length]));
        let expected = match (import.name, index) {
            ("db_write", 0 | 1) => CallError::StorageLength {
                what: ["Key", "Value"][index],
                length,
                limit,
            },
            _ => CallError::Region(RegionError::TooLong { length, limit }),
        };
        assert_eq!(failure(&report), expected, "{} {index}", import.name);
    }
}

#[test]
fn a_result_longer_than_its_region_is_refused() {
    let sizes = [
        ("addr_canonicalize", 32),
        ("addr_humanize", 47),
        ("bls12_381_aggregate_g1", 48),
        ("bls12_381_aggregate_g2", 96),
        ("bls12_381_hash_to_g1", 48),
        ("bls12_381_hash_to_g2", 96),
    ];
    for (import, index, param) in places() {
        if !matches!(param, Param::Fill(_)) {
            continue;
        }
        let size = sizes.iter().find(|(name, _)| *name == import.name);
        let required = size.unwrap().1;
        let capacity = u32::try_from(required).unwrap() - 1;
        let report = replaced(&import, index, Replacement::Region([512, capacity, 0]));
        let error = RegionError::TooSmall { capacity, required };
        assert_eq!(
            failure(&report),
            CallError::Region(error),
            "{}",
            import.name
        );
        let exact = Replacement::Region([512, capacity + 1, 0]);
        assert!(replaced(&import, index, exact).outcome.is_ok());
    }
}

#[test]
fn an_odd_pointer_is_as_good_as_an_even_one() {
    let body = "(i32.store (i32.const 101) (i32.const 2000))
        (call $answer (call $read (i32.const 101)))";
    let report = execute(&executing(READ, 0, body), &[], MockChain::default(), LIMIT);
    assert_eq!(number(&report), 0);
}

/// The description of a region may lie in the region: read, it is bytes like others; filled, it is written last and stands.
#[test]
fn a_region_may_overlap_its_own_description() {
    let stores = "(i32.store (i32.const 64) (i32.const 64))
        (i32.store (i32.const 68) (i32.const 90))
        (i32.store (i32.const 72) (i32.const 12))";
    let chain = MockChain::default();
    let key = [64_u32, 90, 12].map(u32::to_le_bytes).concat();
    chain.state.borrow_mut().storage.insert(key, vec![9; 3]);
    let read = format!("{stores} (call $read (i32.const 64))");
    let report = execute(&executing(READ, 0, &read), &[], chain, LIMIT);
    assert_eq!(report.outcome.unwrap(), [9; 3]);
    let humanize = r#"(import "env" "addr_humanize" (func $call (param i32 i32) (result i32)))"#;
    let fill = format!("{stores} (drop (call $call (local.get 0) (i32.const 64))) (i32.const 64)");
    let address = [7; 20];
    let report = execute(
        &executing(humanize, 1, &fill),
        &[&address],
        MockChain::default(),
        LIMIT,
    );
    let mut expected = crate::support::chain::human(&address).into_bytes();
    let description = [64, 90, u32::try_from(expected.len()).unwrap()];
    expected[..12].copy_from_slice(&description.map(u32::to_le_bytes).concat());
    assert_eq!(report.outcome.unwrap(), expected);
}

/// Source and destination may be the same region.
#[test]
fn a_result_may_overwrite_its_argument() {
    let humanize = r#"(import "env" "addr_humanize" (func $call (param i32 i32) (result i32)))"#;
    let body = "(i32.store (i32.const 64) (i32.load (local.get 0)))
        (i32.store (i32.const 68) (i32.const 90))
        (i32.store (i32.const 72) (i32.const 20))
        (drop (call $call (i32.const 64) (i32.const 64))) (i32.const 64)";
    let address = [7; 20];
    let report = execute(
        &executing(humanize, 1, body),
        &[&address],
        MockChain::default(),
        LIMIT,
    );
    let expected = crate::support::chain::human(&address).into_bytes();
    assert_eq!(report.outcome.unwrap(), expected);
}

/// CWA-2025-001: an empty region points anywhere in memory, to its very end, and is read as empty; beyond the end it is refused.
#[test]
fn an_empty_region_may_dangle_within_memory_only() {
    for (import, index, param) in places() {
        if !matches!(param, Param::Read { .. }) {
            continue;
        }
        let name = import.name;
        let at_one = replaced(&import, index, Replacement::Region([1, 0, 0]));
        for offset in [2, 4_096, MEMORY - 1, MEMORY] {
            let elsewhere = replaced(&import, index, Replacement::Region([offset, 0, 0]));
            assert_eq!(elsewhere, at_one, "{name} {index} {offset}");
        }
        match &at_one.outcome {
            Ok(_) => {}
            Err(CallError::Aborted(text)) => assert_eq!(text, ""),
            Err(error) => panic!("{name} {index}: {error}"),
        }
        let offset = MEMORY + 1;
        let beyond = replaced(&import, index, Replacement::Region([offset, 0, 0]));
        let error = RegionError::Access { offset, length: 0 };
        assert_eq!(failure(&beyond), CallError::Region(error), "{name} {index}");
    }
}

/// The price of a read is taken before its length is judged.
#[test]
fn a_region_of_four_gigabytes_is_paid_before_it_is_refused() {
    let body = "(i32.store (i32.const 64) (i32.const 1))
        (i32.store (i32.const 68) (i32.const 0xfffffffe))
        (i32.store (i32.const 72) (i32.const 0xfffffffe))
        (call $answer (call $read (i32.const 64)))";
    let wasm = executing(READ, 0, body);
    let rich = execute(&wasm, &[], MockChain::default(), Gas(u64::MAX));
    assert!(matches!(
        failure(&rich),
        CallError::Region(RegionError::TooLong { .. })
    ));
    assert!(rich.gas_used > Gas(520 * 0xffff_fffe));
    let poor = execute(&wasm, &[], MockChain::default(), LIMIT);
    assert_eq!(failure(&poor), CallError::OutOfGas);
}

#[test]
fn an_unusable_result_pointer_is_refused() {
    let report = execute(
        &executing("", 0, "(i32.const 0)"),
        &[],
        MockChain::default(),
        LIMIT,
    );
    let error = CallError::Region(RegionError::ZeroOffset);
    assert_eq!(failure(&report), error);
}
