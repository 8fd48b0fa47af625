//! W5: what never ends uses its limit up, to the unit, and not more.

use commons_vm::{CallError, Gas};

use crate::support::chain::MockChain;
use crate::support::import::{self, Import, prepared_chain};
use crate::support::wasm::{contract, execute, executing, failure};

#[test]
fn an_endless_loop_uses_exactly_the_limit() {
    let wasm = executing("", 0, "(loop (br 0)) unreachable");
    for limit in [0, 1, 1_609, 1_610, 999_999_999] {
        let report = execute(&wasm, &[], MockChain::default(), Gas(limit));
        assert_eq!(failure(&report), CallError::OutOfGas);
        assert_eq!(report.gas_used, Gas(limit));
    }
}

/// A contract that calls the import with good arguments without end.
fn forever(import: &Import) -> Vec<u8> {
    let params = "i32 ".repeat(import.params.len());
    let args: String = import.params.iter().enumerate().map(place).collect();
    let drop = import.returns.value_type().map_or("", |_| "drop");
    contract(
        &import.declaration(),
        &format!(
            r#"(func (export "execute") (param {params}) (result i32) (local $heap i32)
                (local.set $heap (global.get $next))
                (loop
                    ;; What the import allocates is given back.
                    (global.set $next (local.get $heap))
                    (call $call {args}) {drop} (br 0))
                unreachable)"#
        ),
    )
}

fn place((index, param): (usize, &import::Param)) -> String {
    match param {
        import::Param::Number(number) => format!("(i32.const {number})"),
        _ => format!("(local.get {index})"),
    }
}

/// The arguments of [`forever`].
fn arguments(import: &Import) -> Vec<Vec<u8>> {
    let argument = |param: &import::Param| match param {
        import::Param::Read { sample, .. } => sample.clone(),
        import::Param::Fill(capacity) => vec![0; usize::try_from(*capacity).unwrap()],
        import::Param::Number(_) => Vec::new(),
    };
    import.params.iter().map(argument).collect()
}

/// Each import in turn; the keys that are read and written are empty in the end, as cheap as they can be.
#[test]
fn a_loop_of_any_import_uses_exactly_the_limit() {
    let limit = Gas(3_000_000_000);
    for import in import::all() {
        let mut args = arguments(&import);
        if import.name.starts_with("db_") {
            args.iter_mut().for_each(Vec::clear);
        }
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let report = execute(&forever(&import), &args, prepared_chain(), limit);
        if import.name == "abort" {
            let text = CallError::Aborted("text".to_owned());
            assert_eq!(failure(&report), text);
            continue;
        }
        assert_eq!(failure(&report), CallError::OutOfGas, "{}", import.name);
        assert_eq!(report.gas_used, limit, "{}", import.name);
    }
}
