//! The price of wasm, operator by operator, and the behaviour at the limit.

use commons_vm::{BackendError, CallError, Gas, GasInfo, TrapKind, Vm, VmConfig};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, execute, executing, failure, number};

const OPERATOR: u64 = 115;
const ACCOUNTING: u64 = 115 * 14;

/// Gas of a contract that runs `extra` and then answers.
fn cost(locals: usize, extra: &str) -> u64 {
    let locals = "i32 ".repeat(locals);
    let text = format!(
        r#"(func $empty)
        (func (export "execute") (result i32) (local {locals}) {extra} (call $answer (i32.const 7)))"#
    );
    let report = execute(&contract("", &text), &[], MockChain::default(), LIMIT);
    assert_eq!(number(&report), 7);
    report.gas_used.0
}

fn extra_cost(extra: &str) -> u64 {
    cost(0, extra) - cost(0, "")
}

/// Gas price: any operator 115, accounting operators 1610, an `end` only when it is reached from above.
#[test]
fn operators_cost_what_the_schedule_says() {
    assert_eq!(extra_cost("nop nop nop"), 3 * OPERATOR);
    assert_eq!(extra_cost("(block)"), OPERATOR + ACCOUNTING);
    assert_eq!(extra_cost("(loop)"), 2 * ACCOUNTING);
    assert_eq!(extra_cost("(call $empty)"), 2 * ACCOUNTING);
    let skipped = "(if (i32.const 0) (then nop))";
    assert_eq!(extra_cost(skipped), OPERATOR + ACCOUNTING);
    let taken = "(if (i32.const 1) (then nop))";
    assert_eq!(extra_cost(taken), 2 * OPERATOR + 2 * ACCOUNTING);
    let branch = "(block (br 0) nop)";
    assert_eq!(extra_cost(branch), OPERATOR + ACCOUNTING);
    let both = "(if (i32.const 0) (then nop) (else nop nop))";
    assert_eq!(extra_cost(both), 3 * OPERATOR + 2 * ACCOUNTING);
}

/// Gas price: 115 for every declared local from the thirtieth on.
#[test]
fn many_locals_cost_a_surcharge() {
    let without = cost(0, "");
    assert_eq!(cost(29, "") - without, 0);
    assert_eq!(cost(30, "") - without, OPERATOR);
    assert_eq!(cost(40, "") - without, 11 * OPERATOR);
    let first_is_accounting = cost(40, "(loop)") - cost(0, "(loop)");
    assert_eq!(first_is_accounting, 11 * OPERATOR);
}

/// Gas price: operators between the last accounting operator and a trap are free.
#[test]
fn a_trap_keeps_the_exact_gas() {
    let gas = |body: &str| {
        let report = execute(&executing("", 0, body), &[], MockChain::default(), LIMIT);
        assert_eq!(failure(&report), CallError::Trap(TrapKind::Unreachable));
        report.gas_used.0
    };
    assert_eq!(gas("unreachable"), 0);
    assert_eq!(gas("nop nop unreachable"), 0);
    assert_eq!(
        gas("nop (block) nop unreachable"),
        2 * OPERATOR + ACCOUNTING
    );
}

#[test]
fn the_gas_used_is_enough_and_one_less_is_not() {
    let wasm = executing("", 0, "(call $answer (i32.const 7))");
    let used = execute(&wasm, &[], MockChain::default(), LIMIT).gas_used;
    let enough = execute(&wasm, &[], MockChain::default(), used);
    assert_eq!(number(&enough), 7);
    assert_eq!(enough.gas_used, used);
    let short = execute(
        &wasm,
        &[],
        MockChain::default(),
        used.saturating_sub(Gas(1)),
    );
    assert_eq!(failure(&short), CallError::OutOfGas);
}

#[test]
fn the_largest_limit_is_a_limit_like_any_other() {
    let wasm = executing("", 0, "(call $answer (i32.const 7))");
    let usual = execute(&wasm, &[], MockChain::default(), LIMIT);
    let largest = execute(&wasm, &[], MockChain::default(), Gas::MAX);
    assert_eq!(usual, largest);
}

fn reading(state: impl FnOnce(&MockChain)) -> commons_vm::CallReport {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let body = "(call $answer (call $read (call $allocate (i32.const 1))))";
    let chain = MockChain::default();
    state(&chain);
    execute(&executing(read, 0, body), &[], chain, LIMIT)
}

#[test]
fn external_gas_is_counted_inside_the_total() {
    let plain = reading(|_| {});
    let price = GasInfo::with_externally_used(Gas(1_000));
    let dear = reading(|chain| chain.state.borrow_mut().read_price = price);
    assert_eq!(dear.gas_used.0 - plain.gas_used.0, 1_000);
    assert_eq!(dear.gas_external.0 - plain.gas_external.0, 1_000);
}

#[test]
fn a_chain_out_of_gas_ends_the_call_out_of_gas() {
    let report = reading(|chain| {
        chain.state.borrow_mut().broken = Some(BackendError::OutOfGas);
    });
    assert_eq!(failure(&report), CallError::OutOfGas);
    assert_eq!(report.gas_used, LIMIT);
}

/// W16: an engine of its own, and so a compilation of its own, counts the same gas.
#[test]
fn w16_gas_does_not_depend_on_the_compilation() {
    let wasm = crate::support::wasm::published("hackatom.wasm");
    let config = VmConfig {
        max_instances: 2,
        ..VmConfig::default()
    };
    let reports = [(), ()].map(|()| {
        let vm = Vm::new(config.clone()).unwrap();
        crate::official::set_up_hackatom(&vm, &wasm, &MockChain::default())
    });
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0].gas_used, Gas(18_034_576));
}
