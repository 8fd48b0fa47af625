//! The same call in commons-vm and in the machine that chains run: what the contract returns or why it does not, its storage, its questions,
//! its messages and its gas must be equal. Contracts are grown, or the one that obeys its message.
//!
//! The harness is that of `tests/conformance`, file by file: as a whole it would bring the node and the client along.

#![no_main]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "../../../../tests/conformance/src/bridge.rs"]
mod bridge;
#[path = "../../../../tests/conformance/src/chain.rs"]
mod chain;
#[path = "../../../../tests/conformance/src/machine.rs"]
mod machine;
#[path = "../../../../tests/conformance/src/observation.rs"]
mod observation;
#[path = "../../../../tests/conformance/src/pair.rs"]
mod pair;
#[path = "../../../../tests/conformance/src/store.rs"]
mod store;

use std::cell::RefCell;
use std::rc::Rc;

use arbitrary::Unstructured;
use commons_vm::{EntryPoint, LoadError, VmConfig};
use commons_vm_fuzz::{Contract as Grown, Share, Wild, entry_arguments, obedient};
use libfuzzer_sys::{Corpus, fuzz_target};

use chain::{Chain, Inhabited, World};
use machine::{Call, Contract};
use observation::Failure;
use pair::{Compared, Pair};
use store::Records;

static SHARE: Share = Share::new();
/// Contracts that one pair of machines compiles before it is replaced, with all that it keeps.
const CODES: u32 = 300;
/// Gas of the first call.
const LIMITS: [u64; 4] = [10_000_000, 200_000_000, 1_000_000_000, 3_000_000_000];
/// What grown contracts export. No other combination is worth an input.
const ENTRIES: [EntryPoint; 7] = [
    EntryPoint::Execute,
    EntryPoint::Query,
    EntryPoint::Instantiate,
    EntryPoint::Migrate,
    EntryPoint::Sudo,
    EntryPoint::Reply,
    EntryPoint::IbcPacketAck,
];

/// Both machines, with what all inputs share.
struct Stand {
    pair: Pair,
    obedient: Rc<Contract>,
    codes: u32,
    records: Records,
    chain: Rc<dyn Chain>,
}

impl Stand {
    fn new() -> Self {
        let pair = Pair::new(VmConfig {
            max_instances: 2,
            ..VmConfig::default()
        });
        let obedient = pair.load("obedient", &obedient());
        let records = [
            (&b""[..], &b"nameless"[..]),
            (b"k", b""),
            (b"key", b"value"),
        ];
        let records = records.map(|(key, value)| (key.to_vec(), value.to_vec()));
        Self {
            obedient: obedient.expect("the contract is a contract"),
            pair,
            codes: 0,
            records: records.into(),
            chain: Rc::new(Inhabited(Rc::new(World::default()))),
        }
    }

    /// The contract in both machines, if either may have it. What commons-vm takes, a chain must take.
    fn load(&mut self, wasm: &[u8]) -> Option<Rc<Contract>> {
        self.codes += 1;
        if self.codes.is_multiple_of(CODES) {
            *self = Self::new();
        }
        let refused = match self.pair.load("grown", wasm) {
            Ok(contract) => return Some(contract),
            Err(refused) => refused,
        };
        match &refused.ours {
            Some(LoadError::Reject(_)) => None,
            _ => panic!("{refused:?}"),
        }
    }

    /// Runs one call in both machines and holds them to each other. Returns the gas that was used, if the code was entered.
    fn compare(&self, contract: &Contract, call: &Call) -> Option<u64> {
        let compared = self.pair.call(contract, call, &self.records, &self.chain);
        check(&compared, call);
        let entered = !matches!(
            compared.ours.outcome,
            Err(Failure::Instantiation
                | Failure::MissingExport
                | Failure::Arity
                | Failure::Signature)
        );
        entered.then_some(compared.ours.gas_used)
    }
}

/// Exhaustion of the stack is the one failure at which machines may differ: each has its own measure, and stops where it is reached.
fn check(compared: &Compared, call: &Call) {
    let same = compared.same_outcome() && compared.same_gas(call.gas_limit);
    let excused = compared.stack_exhausted();
    assert!(same || excused, "{call:?}: {:?}", compared.differences());
}

thread_local! {
    static STAND: RefCell<Stand> = RefCell::new(Stand::new());
}

fuzz_target!(|input: &[u8]| -> Corpus {
    SHARE.input();
    let Some((kind, rest)) = input.split_first() else {
        return Corpus::Reject;
    };
    let mut u = Unstructured::new(rest);
    let played = if kind % 4 == 0 {
        obeyed(&mut u)
    } else {
        grown(&mut u)
    };
    match played {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject,
    }
});

/// The message comes as it is, behind two bytes that say how it is called.
fn obeyed(u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let (entry, limit, share) = (u.arbitrary::<u8>()?, u.choose(&LIMITS)?, u.arbitrary()?);
    let entry = ENTRIES[usize::from(entry % 2)];
    let mut args = vec![b"{}".to_vec(); entry.parameters().len()];
    if let Some(message) = args.last_mut() {
        *message = u.bytes(u.len())?.to_vec();
    }
    let call = Call {
        entry,
        args,
        gas_limit: *limit,
    };
    STAND.with_borrow(|stand| {
        SHARE.accepted();
        play(stand, &stand.obedient, &call, share);
    });
    Ok(())
}

fn grown(u: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let (entry, limit, share) = (u.choose(&ENTRIES)?, u.choose(&LIMITS)?, u.arbitrary()?);
    let args = entry_arguments(u, entry.parameters().len())?;
    let wasm = Grown::grow(u, Wild::No)?.wasm;
    let call = Call {
        entry: *entry,
        args,
        gas_limit: *limit,
    };
    STAND.with_borrow_mut(|stand| {
        if let Some(contract) = stand.load(&wasm) {
            SHARE.accepted();
            play(stand, &contract, &call, share);
        }
    });
    Ok(())
}

/// Plays a call, then again with some part of the gas that it used: then it ends in the middle.
fn play(stand: &Stand, contract: &Contract, call: &Call, share: u16) {
    let Some(used) = stand.compare(contract, call) else {
        return;
    };
    SHARE.entered();
    let part = u128::from(used) * u128::from(share) / u128::from(u16::MAX);
    let again = Call {
        gas_limit: u64::try_from(part).expect("a part is smaller"),
        ..call.clone()
    };
    stand.compare(contract, &again);
}
