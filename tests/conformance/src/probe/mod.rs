//! Owns contracts written for this suite: small modules that reach what the contracts of others do not. It must hold no
//! expectation; both machines are asked.

pub mod list;
pub mod numbers;
pub mod ways;

const PRELUDE: &str = include_str!("../../probes/prelude.wat");
const IMPORTS: &str = include_str!("../../probes/imports.wat");
const TRAPS: &str = include_str!("../../probes/traps.wat");
const CONTROL: &str = include_str!("../../probes/control.wat");

/// Behaviours of the allocator of the probe [`imports`], beside the plain one: it calls the imports that read, validate, write, ask,
/// speak and abort; it returns nothing, or something outside; it traps; it never ends; it returns too little.
pub const MOODS: u32 = 12;

/// Every import, by instructions in the message.
#[must_use]
pub fn imports() -> Vec<u8> {
    assemble(IMPORTS)
}

/// The same with an allocator that has a mood from the start.
#[must_use]
pub fn imports_in(mood: u32) -> Vec<u8> {
    let calm = "(global $mood (mut i32) (i32.const 0))";
    assert!(
        IMPORTS.contains(calm),
        "the probe has the mood that is replaced"
    );
    let moody = format!("(global $mood (mut i32) (i32.const {mood}))");
    assemble(&IMPORTS.replace(calm, &moody))
}

/// Every trap.
#[must_use]
pub fn traps() -> Vec<u8> {
    assemble(TRAPS)
}

/// Every shape of control flow.
#[must_use]
pub fn control() -> Vec<u8> {
    assemble(CONTROL)
}

/// A module of the suite as bytes.
#[must_use]
pub fn assemble(text: &str) -> Vec<u8> {
    let marker = ";; <prelude>";
    assert!(text.contains(marker), "a probe has a prelude");
    wat::parse_str(text.replace(marker, PRELUDE)).unwrap_or_else(|error| panic!("{error}"))
}
