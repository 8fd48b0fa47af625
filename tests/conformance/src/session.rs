//! Owns a contract that is called again and again: its storage goes from one successful call to the next, as on a chain.

use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_vm::testing::{MOCK_CONTRACT_ADDR, MockApi, mock_info};

use crate::chain::{Chain, Inhabited, World};
use crate::machine::{Call, Contract, env};
use crate::observation::Observation;
use crate::stand::{Scene, Stand};
use crate::store::Records;

/// Gas of a call unless the session says otherwise: more than an honest call needs, little enough to wait for.
pub const USUAL: u64 = 2_000_000_000;

/// See the module.
pub struct Session<'a> {
    /// The tally.
    pub stand: &'a mut Stand,
    /// The contract.
    pub contract: Rc<Contract>,
    /// Its storage.
    pub records: Rc<Records>,
    /// The chain around it.
    pub chain: Rc<dyn Chain>,
    /// Gas of each call.
    pub limit: u64,
    /// Whether calls are kept for sweeps and variations.
    pub keeps: bool,
}

/// The address that the published mocks make from a label.
#[must_use]
pub fn address(label: &str) -> String {
    MockApi::default().addr_make(label)
}

/// The environment of the published mocks.
#[must_use]
pub fn usual_env() -> Vec<u8> {
    env(MOCK_CONTRACT_ADDR)
}

/// A sender, by label, who sends this much earth.
#[must_use]
pub fn info(sender: &str, earth: u128) -> Vec<u8> {
    let funds = cosmwasm_std::coins(earth, "earth");
    let funds = if earth == 0 { &[] } else { &funds[..] };
    cosmwasm_vm::to_vec(&mock_info(&address(sender), funds)).expect("the sender is JSON")
}

impl<'a> Session<'a> {
    /// A contract without storage, on a chain where it has some coins and nobody else is.
    pub fn new(stand: &'a mut Stand, contract: &Rc<Contract>) -> Self {
        let mut world = World::default();
        let coins = cosmwasm_std::coins(1_000, "earth");
        world.balances.insert(MOCK_CONTRACT_ADDR.to_owned(), coins);
        Self {
            stand,
            contract: Rc::clone(contract),
            records: Rc::default(),
            chain: Rc::new(Inhabited(Rc::new(world))),
            limit: USUAL,
            keeps: true,
        }
    }

    /// Instantiates, by `creator`, with 1,000 earth.
    pub fn instantiate(&mut self, msg: impl AsRef<[u8]>) -> Observation {
        let args = vec![usual_env(), info("creator", 1_000), msg.as_ref().to_vec()];
        self.call(EntryPoint::Instantiate, args)
    }

    /// Executes, by a sender with 15 earth.
    pub fn execute(&mut self, sender: &str, msg: impl AsRef<[u8]>) -> Observation {
        let args = vec![usual_env(), info(sender, 15), msg.as_ref().to_vec()];
        self.call(EntryPoint::Execute, args)
    }

    /// Calls an entry point that takes a message only.
    pub fn tell(&mut self, entry: EntryPoint, msg: impl AsRef<[u8]>) -> Observation {
        self.call(entry, vec![usual_env(), msg.as_ref().to_vec()])
    }

    /// Migrates, with the information that newer contracts take.
    pub fn migrate(&mut self, msg: impl AsRef<[u8]>) -> Observation {
        let sender = address("creator");
        let info = format!(r#"{{"sender":"{sender}","old_migrate_version":null}}"#);
        let args = vec![usual_env(), msg.as_ref().to_vec(), info.into_bytes()];
        self.call(EntryPoint::Migrate, args)
    }

    /// Calls anything.
    pub fn call(&mut self, entry: EntryPoint, args: Vec<Vec<u8>>) -> Observation {
        let scene = self.scene(entry, args);
        let seen = self.stand.play(&scene).ours;
        if self.keeps {
            self.stand.keep(kind(&scene, &seen), &scene);
        }
        if succeeded(&seen) && entry != EntryPoint::Query {
            self.records = Rc::new(seen.records.clone());
        }
        seen
    }

    /// The call as a scene, not yet played.
    #[must_use]
    pub fn scene(&self, entry: EntryPoint, args: Vec<Vec<u8>>) -> Scene {
        Scene {
            contract: Rc::clone(&self.contract),
            call: Call {
                entry,
                args,
                gas_limit: self.limit,
            },
            records: Rc::clone(&self.records),
            chain: Rc::clone(&self.chain),
        }
    }
}

/// Whether a call took effect.
#[must_use]
pub fn succeeded(seen: &Observation) -> bool {
    matches!(&seen.outcome, Ok(bytes) if !bytes.starts_with(br#"{"error""#))
}

/// What kind of scene this is: calls of one kind are alike enough that a few of them are swept and varied.
#[must_use]
pub fn kind(scene: &Scene, seen: &Observation) -> String {
    let message: serde_json::Value = scene
        .message()
        .and_then(|message| serde_json::from_slice(message).ok())
        .unwrap_or_default();
    let verb = message.as_object().and_then(|map| map.keys().next());
    format!("{} {verb:?} {}", scene.call.entry, succeeded(seen))
}
