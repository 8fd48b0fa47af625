//! One contract, written by hand, that does what its message says: it calls any import with any numbers, writes any numbers into its memory,
//! and has an allocator of any mood. No message makes the host panic or fail, and each does the same twice.

#![no_main]

use std::sync::OnceLock;

use commons_vm_fuzz::{Regions, Share};
use libfuzzer_sys::fuzz_target;

static SHARE: Share = Share::new();
static REGIONS: OnceLock<Regions> = OnceLock::new();

fuzz_target!(|message: &[u8]| {
    SHARE.input();
    SHARE.accepted();
    if REGIONS.get_or_init(Regions::default).obey(message) {
        SHARE.entered();
    }
});
