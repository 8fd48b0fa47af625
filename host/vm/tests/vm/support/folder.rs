//! Machines that keep machine code in a folder, and what is in such a folder.

use std::path::{Path, PathBuf};

use commons_vm::{CallReport, EntryPoint, Vm, VmConfig};

use super::chain::MockChain;
use super::wasm::{LIMIT, executing, number};

/// A machine that keeps machine code in this folder.
pub(crate) fn keeping(folder: &Path) -> Vm {
    Vm::new(config(folder)).unwrap()
}

/// Its settings: a small pool, because tests start many.
pub(crate) fn config(folder: &Path) -> VmConfig {
    VmConfig {
        max_instances: 8,
        cache_dir: Some(folder.to_owned()),
        ..VmConfig::default()
    }
}

/// The folder of the only environment.
pub(crate) fn environment(folder: &Path) -> PathBuf {
    let mut folders = entries(folder);
    assert_eq!(folders.len(), 1, "one environment: {folders:?}");
    folders.remove(0)
}

/// The files of machine code, in the order of their names.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    entries(&environment(folder))
}

/// The paths in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A small contract that answers this number.
pub(crate) fn answering(number: u32) -> Vec<u8> {
    executing("", 0, &format!("(call $answer (i32.const {number}))"))
}

/// Loads a contract and calls `execute` without arguments.
pub(crate) fn run(vm: &Vm, wasm: &[u8]) -> CallReport {
    let code = vm.load(wasm).unwrap();
    let backend = Box::new(MockChain::default());
    vm.call(&code, EntryPoint::Execute, &[], backend, LIMIT, false)
        .unwrap()
}

/// What a contract made by [`answering`] answers.
pub(crate) fn answer(vm: &Vm, wasm: &[u8]) -> u32 {
    number(&run(vm, wasm))
}
