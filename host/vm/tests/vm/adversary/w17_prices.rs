//! W17: a price near 2^64 saturates to out of gas; it never wraps around to something that can be paid.

use commons_vm::{CallError, CallReport, Gas, GasInfo};

use crate::support::chain::MockChain;
use crate::support::import::{self, Param, Replacement, prepared_chain};
use crate::support::wasm::{LIMIT, execute, executing, failure};

/// Reads from a chain with this price and this much gas.
fn reading(price: GasInfo, limit: Gas) -> CallReport {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let body = "(call $answer (call $read (call $allocate (i32.const 1))))";
    let chain = MockChain::default();
    chain.state.borrow_mut().read_price = price;
    execute(&executing(read, 0, body), &[], chain, limit)
}

/// Inside and outside alike, with any gas to pay from.
#[test]
fn a_price_beyond_64_bits_is_out_of_gas() {
    let half = Gas(u64::MAX / 2 + 1);
    let prices = [
        GasInfo::with_cost(Gas::MAX),
        GasInfo::with_externally_used(Gas::MAX),
        GasInfo {
            cost: half,
            externally_used: half,
        },
        GasInfo {
            cost: Gas::MAX,
            externally_used: Gas::MAX,
        },
    ];
    for price in prices {
        for limit in [LIMIT, Gas(u64::MAX / 2), Gas::MAX] {
            let report = reading(price, limit);
            assert_eq!(failure(&report), CallError::OutOfGas);
            assert_eq!(report.gas_used, limit);
        }
    }
}

/// The longest region there can be, in every place, with all the gas there can be: paid, then refused.
#[test]
fn a_region_of_four_gigabytes_has_its_price() {
    for import in import::all() {
        for (index, param) in import.params.iter().enumerate() {
            if !matches!(param, Param::Read { .. }) {
                continue;
            }
            let region = Replacement::Region([1, u32::MAX - 1, u32::MAX - 1]);
            let args = import.args(Some((index, region)));
            let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
            let wasm = import.caller();
            let rich = execute(&wasm, &args, prepared_chain(), Gas::MAX);
            assert!(rich.gas_used > Gas(520 * 0xffff_fffe), "{}", import.name);
            assert_ne!(failure(&rich), CallError::OutOfGas);
            let poor = execute(&wasm, &args, prepared_chain(), Gas(520 * 0xffff_fffe));
            assert_eq!(failure(&poor), CallError::OutOfGas, "{}", import.name);
        }
    }
}
