//! Contracts for tests: those that the published cosmwasm-vm crate ships, and small ones written here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use commons_vm::{Backend, CallError, CallReport, EntryPoint, Gas, GasBreakdown, Vm};

/// The published crate with the official test contracts.
const PUBLISHED: &str = "cosmwasm-vm-3.0.10";

/// A limit no honest small test reaches.
pub(crate) const LIMIT: Gas = Gas(500_000_000_000);

/// One engine for all tests.
pub(crate) fn vm() -> &'static Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(commons_vm::VmConfig::default()).unwrap())
}

/// An official test contract.
pub(crate) fn published(file: &str) -> Vec<u8> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| find(PUBLISHED).unwrap_or_else(download));
    std::fs::read(folder.join("testdata").join(file)).unwrap()
}

/// The sources of a crate this one depends on, which cargo has unpacked.
pub(crate) fn crate_folder(name: &str) -> PathBuf {
    find(name).unwrap()
}

fn find(name: &str) -> Option<PathBuf> {
    let sources = cargo_home().join("registry/src");
    let registries = std::fs::read_dir(sources).ok()?;
    registries
        .filter_map(|registry| Some(registry.ok()?.path().join(name)))
        .find(|folder| folder.join("testdata").is_dir())
}

/// Has cargo download and unpack the one crate, without building it or anything it needs.
fn download() -> PathBuf {
    eprintln!("{PUBLISHED} is not in cargo's registry folder: fetching it for its test contracts");
    let place = tempfile::tempdir().unwrap();
    let spec = PUBLISHED.replace("vm-", "vm@");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["info", "--quiet", "--registry", "crates-io", &spec])
        .current_dir(place.path())
        .status()
        .unwrap();
    assert!(status.success(), "cargo could not fetch {PUBLISHED}");
    find(PUBLISHED)
        .expect("cargo fetched the crate but its test contracts are not where they were expected")
}

fn cargo_home() -> PathBuf {
    let home = || Path::new(&std::env::var("HOME").unwrap()).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// A contract with two pages, a bump allocator, `$answer` (a number as 4 little-endian bytes in a region) and the text given.
pub(crate) fn contract(imports: &str, rest: &str) -> Vec<u8> {
    module(&format!(
        r#"{imports}
        (memory (export "memory") 2)
        (func (export "interface_version_8"))
        (global $next (mut i32) (i32.const 4096))
        (func $allocate (export "allocate") (param $size i32) (result i32)
            (local $region i32)
            (local.set $region (global.get $next))
            (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
            (i32.store offset=4 (local.get $region) (local.get $size))
            (i32.store offset=8 (local.get $region) (i32.const 0))
            (global.set $next (i32.add (global.get $next) (i32.add (local.get $size) (i32.const 16))))
            (local.get $region))
        (func (export "deallocate") (param i32))
        (func $answer (param $number i32) (result i32)
            (local $region i32)
            (local.set $region (call $allocate (i32.const 4)))
            (i32.store offset=8 (local.get $region) (i32.const 4))
            (i32.store (i32.load (local.get $region)) (local.get $number))
            (local.get $region))
        {rest}"#
    ))
}

/// A contract whose `execute` takes `params` pointers and has this body.
pub(crate) fn executing(imports: &str, params: usize, body: &str) -> Vec<u8> {
    let params = "i32 ".repeat(params);
    contract(
        imports,
        &format!(r#"(func (export "execute") (param {params}) (result i32) {body})"#),
    )
}

/// A module with exactly this text.
pub(crate) fn module(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {text})")).unwrap()
}

/// Calls `execute` with the arguments as they are. Every such call is itemised: whatever is tried, the items add up.
pub(crate) fn execute(
    wasm: &[u8],
    args: &[&[u8]],
    backend: impl Backend + 'static,
    limit: Gas,
) -> CallReport {
    itemized(wasm, args, backend, limit).0
}

/// Like [`execute`], with the items of the bill, which add up to it.
pub(crate) fn itemized(
    wasm: &[u8],
    args: &[&[u8]],
    backend: impl Backend + 'static,
    limit: Gas,
) -> (CallReport, GasBreakdown) {
    let code = vm().load(wasm).unwrap();
    let (entry, backend) = (EntryPoint::Execute, Box::new(backend));
    let (report, gas) = vm()
        .call_itemized(&code, entry, args, backend, limit, false)
        .unwrap();
    assert_eq!(gas.total(), report.gas_used, "{gas:?}");
    (report, gas)
}

/// The error of a call that must fail.
pub(crate) fn failure(report: &CallReport) -> CallError {
    report.outcome.clone().unwrap_err()
}

/// The number a small contract answered.
pub(crate) fn number(report: &CallReport) -> u32 {
    let bytes = report.outcome.clone().unwrap();
    u32::from_le_bytes(bytes.try_into().unwrap())
}

/// The module without its custom sections.
pub(crate) fn without_custom_sections(wasm: &[u8]) -> Vec<u8> {
    let mut out = wasm[..8].to_vec();
    let mut rest = &wasm[8..];
    while let Some((id, after)) = rest.split_first() {
        let mut length = 0_usize;
        let mut digits = 0;
        for (at, byte) in after.iter().enumerate() {
            length |= usize::from(byte & 0x7f) << (7 * at);
            digits = at + 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let end = 1 + digits + length;
        if *id != 0 {
            out.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out
}
