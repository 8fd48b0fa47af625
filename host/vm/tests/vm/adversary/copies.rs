//! What crosses the border byte by byte: each byte has its price, nothing is not the same as empty, and no text depends on symbols.

use commons_vm::{CallError, CallReport, Gas};

use crate::support::chain::human;
use crate::support::import::{self, Import, Param, prepared_chain};
use crate::support::wasm::{
    LIMIT, execute, executing, failure, module, number, without_custom_sections,
};

/// Calls an import with its samples on this chain.
fn called(import: &Import, chain: crate::support::chain::MockChain) -> CallReport {
    let args = import.args(None);
    let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    execute(&import.caller(), &args, chain, LIMIT)
}

fn find(name: &str) -> Import {
    let mut imports = import::all().into_iter();
    imports.find(|import| import.name == name).unwrap()
}

/// An import with `length` bytes of nonsense for one of its arguments.
fn with_nonsense(import: &Import, index: usize, length: usize) -> Import {
    let mut import = import.clone();
    if let Param::Read { sample, .. } = &mut import.params[index] {
        *sample = vec![b'x'; length];
    }
    import
}

/// CWA-2025-002: every byte that an import reads costs 115, and what the import makes of it; to get it there costs another 570.
#[test]
fn every_byte_read_has_its_price() {
    for import in import::all() {
        for (index, param) in import.params.iter().enumerate() {
            let Param::Read { per_byte, .. } = param else {
                continue;
            };
            // The last character of the text of an error is all that differs.
            let gas = |length| {
                let report = called(&with_nonsense(&import, index, length), prepared_chain());
                report.gas_used.0
            };
            let name = import.name;
            let mut expected = 19 * (570 + 115 + per_byte);
            if name == "addr_humanize" {
                // The only one whose answer grows with this: 8 characters for 5 bytes, and it is filled in.
                let characters = |length| human(&vec![b'x'; length]).len();
                let more = characters(22) - characters(3);
                expected += 570 * u64::try_from(more).unwrap();
            }
            assert_eq!(gas(22) - gas(3), expected, "{name} {index}");
        }
    }
}

/// Every byte that an import hands over costs 570, and what the chain takes for it; read back as the result, another 115.
#[test]
fn every_byte_returned_has_its_price() {
    let gas = |name: &str, key: usize, value: usize| {
        let import = find(name);
        let chain = prepared_chain();
        let record = (vec![b'j'; key], vec![b'v'; value]);
        {
            let mut state = chain.state.borrow_mut();
            state.storage.clear();
            state
                .storage
                .extend([record, (b"k".to_vec(), vec![b'v'; value])]);
        }
        // The second iterator, opened now, sees the new records.
        let mut chain_of_scan = chain.clone();
        let opened =
            commons_vm::Backend::scan(&mut chain_of_scan, None, None, commons_vm::Order::Ascending);
        assert_eq!(opened.0, Ok(2));
        let mut import = import;
        if let Some(Param::Number(id)) = import.params.first_mut() {
            *id = 2;
        }
        called(&import, chain).gas_used.0
    };
    assert_eq!(
        gas("db_read", 1, 50) - gas("db_read", 1, 0),
        50 * (570 + 115)
    );
    // The chain of the tests takes 1 for every byte of key and value.
    assert_eq!(
        gas("db_next", 1, 50) - gas("db_next", 1, 0),
        50 * (571 + 115)
    );
    assert_eq!(
        gas("db_next", 51, 9) - gas("db_next", 1, 9),
        50 * (571 + 115)
    );
    let key = gas("db_next_key", 51, 9) - gas("db_next_key", 1, 9);
    assert_eq!(key, 50 * (571 + 115));
    let value = gas("db_next_value", 1, 59) - gas("db_next_value", 1, 9);
    assert_eq!(value, 50 * (571 + 115));
    let silent = gas("db_next_key", 1, 59) - gas("db_next_key", 1, 9);
    assert_eq!(silent, 50, "a value that is not handed over is only read");
}

/// The result of the call is read like any other region: 115 a byte, 520 above eight million.
#[test]
fn every_byte_of_the_result_has_its_price() {
    let gas = |length: u32| {
        let body = format!(
            "(drop (memory.grow (i32.const 500)))
            (i32.store (i32.const 64) (i32.const 1024))
            (i32.store (i32.const 68) (i32.const {length}))
            (i32.store (i32.const 72) (i32.const {length}))
            (i32.const 64)"
        );
        let chain = crate::support::chain::MockChain::default();
        let report = execute(&executing("", 0, &body), &[], chain, LIMIT);
        assert_eq!(
            report.outcome.unwrap().len(),
            usize::try_from(length).unwrap()
        );
        report.gas_used.0
    };
    let none = gas(0);
    assert_eq!(gas(1) - none, 115);
    assert_eq!(gas(8_000_000) - none, 115 * 8_000_000);
    assert_eq!(gas(8_000_001) - none, 520 * 8_000_001 - 200_000);
}

/// CWA-2021-001: at the end of a range an iterator answers differently from a record whose key or value is empty.
#[test]
fn an_empty_record_is_not_the_end() {
    let empty = |name: &str| {
        let chain = prepared_chain();
        let mut later = chain.clone();
        chain.state.borrow_mut().storage.clear();
        chain
            .state
            .borrow_mut()
            .storage
            .extend([(Vec::new(), Vec::new())]);
        let opened =
            commons_vm::Backend::scan(&mut later, None, None, commons_vm::Order::Ascending);
        assert_eq!(opened.0, Ok(2));
        let mut import = find(name);
        import.params = vec![Param::Number(2)];
        let present = called(&import, chain.clone());
        let ended = called(&import, chain);
        (present.outcome.unwrap(), ended.outcome.unwrap())
    };
    // Alone, nothing is address 0, which the caller answers as a number.
    for name in ["db_next_key", "db_next_value"] {
        assert_eq!(empty(name), (Vec::new(), vec![0; 4]), "{name}");
    }
    // Together, both are empty at the end: an empty key cannot be told from it, as on the chains.
    assert_eq!(empty("db_next"), (vec![0; 8], vec![0; 8]));
}

/// CWA-2021-001: no bound, an empty bound, and a bound.
#[test]
fn an_empty_bound_is_not_an_open_one() {
    let imports = r#"(import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
        (import "env" "db_next_key" (func $next (param i32) (result i32)))"#;
    let first = |start: &str, end: &str| {
        let body = format!("(call $answer (call $next (call $scan {start} {end} (i32.const 1))))");
        let wasm = executing(imports, 1, &body);
        number(&execute(&wasm, &[b""], prepared_chain(), LIMIT)) != 0
    };
    let (none, empty) = ("(i32.const 0)", "(local.get 0)");
    assert!(first(none, none));
    assert!(first(empty, none), "everything is from the empty key on");
    assert!(!first(none, empty), "nothing is before the empty key");
    assert!(!first(empty, empty));
}

/// CWA-2021-001: an answer of no bytes is an answer, and so is a text of none.
#[test]
fn empty_answers_arrive_as_empty_regions() {
    let empty = |name: &str| {
        let import = with_nonsense(&find(name), 0, 0);
        called(&import, prepared_chain())
    };
    assert_eq!(failure(&empty("abort")), CallError::Aborted(String::new()));
    assert_eq!(empty("addr_validate").outcome.unwrap(), b"Input is empty");
    assert_eq!(number(&empty("debug")), 0);
    assert_eq!(empty("db_read").outcome.unwrap(), [0; 4], "no such record");
}

/// Every import costs 18000 to enter, whatever follows: an unusable argument is not a free call.
#[test]
fn entering_an_import_has_its_price() {
    for import in import::all() {
        let zeros = "(i32.const 0)".repeat(import.params.len());
        let drop = import.returns.value_type().map_or("", |_| "drop");
        let entering = |count: usize| {
            let calls = format!("(call $call {zeros}) {drop} ").repeat(count);
            let wasm = executing(&import.declaration(), 0, &format!("{calls} (i32.const 0)"));
            execute(&wasm, &[], prepared_chain(), LIMIT).gas_used
        };
        let name = import.name;
        let params = u64::try_from(import.params.len()).unwrap();
        let least = 18_000 + 115 * params + 1_610;
        assert!(entering(1) >= Gas(least), "{name}");
    }
}

/// CWA-2021-003: the same code with and without the names that a debugger wants fails with the same bytes and the same gas.
#[test]
fn texts_do_not_depend_on_debug_symbols() {
    let body = r#"(memory (export "memory") 1)
        (func (export "interface_version_8"))
        (func $allocate_with_a_name (export "allocate") (param i32) (result i32) unreachable)
        (func (export "deallocate") (param i32))
        (func $a_name_of_a_function (param $a_name_of_a_local i32) (result i32)
            (i32.div_u (local.get 0) (i32.const 0)))
        (func $recursive (param i32) (result i32) (call $recursive (local.get 0)))
        (func (export "execute") (result i32) (call $a_name_of_a_function (i32.const 7)))
        (func (export "query") (param i32) (result i32) (i32.const 0))
        (func (export "sudo") (result i32) (call $recursive (i32.const 7)))"#;
    let named = module(&format!("$a_name_of_a_module {body}"));
    let names = named.windows(4).filter(|bytes| bytes == b"name").count();
    assert!(names > 1, "the text form keeps its names");
    let plain = without_custom_sections(&named);
    assert!(plain.len() < named.len());
    for (entry, args) in [
        (commons_vm::EntryPoint::Execute, &[][..]),
        (commons_vm::EntryPoint::Query, &[b"any".as_slice()]),
        (commons_vm::EntryPoint::Sudo, &[]),
    ] {
        let [first, second] = [&named, &plain].map(|wasm| {
            let vm = crate::support::wasm::vm();
            let code = vm.load(wasm).unwrap();
            let backend = Box::new(prepared_chain());
            vm.call(&code, entry, args, backend, LIMIT, false).unwrap()
        });
        assert_eq!(first, second);
        assert_eq!(failure(&first).to_string(), failure(&second).to_string());
        assert!(!failure(&first).to_string().contains("a_name"));
    }
}
