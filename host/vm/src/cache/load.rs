//! Owns the one unsafe step of the VM: making a module out of stored machine code. It must never see bytes of any other origin.
#![allow(unsafe_code)]

use wasmtime::{Engine, Module};

use super::artifact::{Artifact, Doubt};

/// Turns an artifact into a module, or says why the engine does not want it.
pub(super) fn module(engine: &Engine, artifact: &Artifact) -> Result<Module, Doubt> {
    // SAFETY: the engine asks for the unchanged output of its own `Module::serialize`.
    // - Origin: `Disk::read` is the only maker of artifacts from files. It takes a file only if it belongs to the user of this
    //   process and nobody else may write to it, in a directory of which the same holds; this program writes nothing but
    //   that output there. Whoever can act as that user can also replace this program, so there is nothing left to defend.
    // - Integrity: a hash over code, environment and contract agreed, so the file is whole and is the one that was asked for.
    // - Time of check: hashed and loaded are the same bytes in memory of our own. A file mapped into memory would be faster to
    //   load, but could change after the check.
    // - Versions: the environment names the exact release and settings of the engine; for others it documents a plain error.
    let module = unsafe { Module::deserialize(engine, artifact.code()) };
    module.map_err(|error| Doubt::Engine(format!("{error:#}")))
}
