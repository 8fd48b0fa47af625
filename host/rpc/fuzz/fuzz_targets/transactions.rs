//! Bytes as a transaction: the check on arrival and the simulation answer, twice the same, and let nothing pass that nobody signed. With
//! `COMMONS_FUZZ_WRITE` naming a folder, one good transaction of each kind is written there, as a beginning.

#![no_main]
#![allow(clippy::expect_used, clippy::panic)]

use std::sync::OnceLock;

use commons_node::{Node, View};
use commons_rpc_fuzz::{examples, genesis, vm};
use libfuzzer_sys::fuzz_target;

fn chain() -> &'static View {
    static CHAIN: OnceLock<View> = OnceLock::new();
    CHAIN.get_or_init(|| {
        if let Ok(folder) = std::env::var("COMMONS_FUZZ_WRITE") {
            for (name, bytes) in examples() {
                let path = std::path::Path::new(&folder).join(name);
                std::fs::write(path, bytes).expect("the folder can be written to");
            }
        }
        let mut node = Node::in_memory(vm(), &genesis()).expect("a chain");
        node.make_block(genesis().time + 1).expect("a block");
        node.view().expect("a view")
    })
}

fuzz_target!(|input: &[u8]| {
    let chain = chain();
    let checked = chain.check(input).expect("the check works on all bytes");
    // Nobody has signed with this sequence.
    assert_ne!(checked.code, 0, "a transaction passed that nobody signed");
    let again = chain.check(input).expect("the check works on all bytes");
    assert_eq!(checked, again);
    let one = chain
        .simulate(input)
        .expect("the simulation works on all bytes");
    let other = chain
        .simulate(input)
        .expect("the simulation works on all bytes");
    assert_eq!(one, other);
});
