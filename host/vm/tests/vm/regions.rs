//! W8: regions as a hostile contract may describe them.

use commons_vm::{CallError, Gas, RegionError};

use crate::support::chain::MockChain;
use crate::support::json::address;
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

const READ: &str = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
/// Bytes of the test contracts' memory.
const MEMORY: u32 = 131_072;

/// Reads with a key region of these three numbers at `pointer`.
fn read_at(pointer: u32, offset: u32, capacity: u32, length: u32) -> CallError {
    let body = format!(
        "(i32.store (i32.const {pointer}) (i32.const {offset}))
        (i32.store offset=4 (i32.const {pointer}) (i32.const {capacity}))
        (i32.store offset=8 (i32.const {pointer}) (i32.const {length}))
        (call $answer (call $read (i32.const {pointer})))"
    );
    let report = execute(&executing(READ, 0, &body), &[], MockChain::default(), LIMIT);
    match report.outcome {
        Ok(_) => panic!("the region was accepted"),
        Err(error) => error,
    }
}

fn region(error: RegionError) -> CallError {
    CallError::Region(error)
}

#[test]
fn a_pointer_without_twelve_bytes_behind_it_is_refused() {
    for pointer in [MEMORY - 11, MEMORY, u32::MAX - 11, u32::MAX] {
        let body = format!("(call $answer (call $read (i32.const {pointer})))");
        let report = execute(&executing(READ, 0, &body), &[], MockChain::default(), LIMIT);
        assert_eq!(
            failure(&report),
            region(RegionError::Dereference { pointer })
        );
    }
}

#[test]
fn an_odd_pointer_is_as_good_as_an_even_one() {
    let body = "(i32.store (i32.const 101) (i32.const 2000))
        (call $answer (call $read (i32.const 101)))";
    let report = execute(&executing(READ, 0, body), &[], MockChain::default(), LIMIT);
    assert_eq!(number(&report), 0);
}

#[test]
fn impossible_regions_are_refused_by_name() {
    assert_eq!(read_at(64, 0, 1, 1), region(RegionError::ZeroOffset));
    assert_eq!(
        read_at(64, 1, 4, 5),
        region(RegionError::LengthExceedsCapacity {
            length: 5,
            capacity: 4
        })
    );
    assert_eq!(
        read_at(64, u32::MAX, 1, 1),
        region(RegionError::OutOfAddressSpace {
            offset: u32::MAX,
            capacity: 1
        })
    );
    assert_eq!(
        read_at(64, MEMORY - 1, 2, 2),
        region(RegionError::Access {
            offset: MEMORY - 1,
            length: 2
        })
    );
    assert_eq!(
        read_at(64, 100, 65_537, 65_537),
        region(RegionError::TooLong {
            length: 65_537,
            limit: 65_536
        })
    );
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
fn a_result_longer_than_its_region_is_refused() {
    let import =
        r#"(import "env" "addr_canonicalize" (func $canonical (param i32 i32) (result i32)))"#;
    let body = "(call $answer (call $canonical (local.get 0) (call $allocate (i32.const 31))))";
    let human = address("creator");
    let report = execute(
        &executing(import, 1, body),
        &[human.as_bytes()],
        MockChain::default(),
        LIMIT,
    );
    let error = RegionError::TooSmall {
        capacity: 31,
        required: 32,
    };
    assert_eq!(failure(&report), region(error));
}

#[test]
fn an_unusable_result_pointer_is_refused() {
    let report = execute(
        &executing("", 0, "(i32.const 0)"),
        &[],
        MockChain::default(),
        LIMIT,
    );
    assert_eq!(failure(&report), region(RegionError::ZeroOffset));
}
