//! Owns the two machines behind one face; it must use only what their crates publish, each as a chain uses it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use commons_vm::{EntryPoint, Gas, LoadError, Vm, VmConfig};
use cosmwasm_std::Checksum;
use cosmwasm_vm::testing::{MockApi, mock_env};
use cosmwasm_vm::{Backend, Cache, CacheOptions, Instance, InstanceOptions, Size, VmError};

use crate::bridge::Bridge;
use crate::chain::{Answers, Chain};
use crate::observation::{Failure, Observation};
use crate::store::{Records, Store, Trace};

/// A call to a contract.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which export. Queries may only read, all others may write: cosmwasm-vm publishes no other combination.
    pub entry: EntryPoint,
    /// The arguments, in the order of [`EntryPoint::parameters`]; a migration may leave the last one out.
    pub args: Vec<Vec<u8>>,
    /// Gas that the call may use.
    pub gas_limit: u64,
}

/// A contract that both machines have accepted.
pub struct Contract {
    /// The file's name.
    pub name: String,
    pub(crate) ours: commons_vm::Code,
    pub(crate) theirs: Checksum,
}

impl Contract {
    /// The entry points that the file exports.
    #[must_use]
    pub fn entry_points(&self) -> &BTreeSet<EntryPoint> {
        &self.ours.analysis().entry_points
    }
}

/// The environment of the published mocks, for a contract at `address`.
#[must_use]
pub fn env(address: &str) -> Vec<u8> {
    let mut env = mock_env();
    env.contract.address = cosmwasm_std::Addr::unchecked(address);
    cosmwasm_vm::to_vec(&env).unwrap()
}

/// One of the two machines. Clones share it.
#[derive(Clone)]
pub enum Machine {
    /// commons-vm.
    Ours(Rc<Ours>),
    /// cosmwasm-vm.
    Theirs(Rc<Theirs>),
}

impl Machine {
    /// Runs one call in a fresh instance on a copy of `records`.
    #[must_use]
    pub fn run(
        &self,
        contract: &Contract,
        call: &Call,
        records: &Records,
        chain: &Rc<dyn Chain>,
    ) -> Observation {
        let trace = Trace::default();
        let store = Store::new(records, Rc::clone(&trace));
        let answers = Answers::new(Rc::clone(chain), self.clone(), Rc::clone(&trace));
        let debug = Lines::default();
        let backend = Backend {
            api: chain.api(),
            storage: store.clone(),
            querier: answers,
        };
        let (outcome, gas_used, gas_external) = match self {
            Machine::Ours(ours) => ours.run(contract, call, backend, &debug),
            Machine::Theirs(theirs) => theirs.run(contract, call, backend, &debug),
        };
        Observation {
            outcome,
            gas_used,
            gas_external,
            records: store.records(),
            debug: debug.take(),
            trace: trace.take(),
        }
    }
}

/// What both machines are given for one call.
type Surroundings = Backend<MockApi, Store, Answers>;
type Lines = Rc<RefCell<Vec<String>>>;
/// The outcome, all gas, and the gas that the chain had counted itself.
type Ran = (Result<Vec<u8>, Failure>, u64, u64);

/// commons-vm.
pub struct Ours {
    vm: Vm,
}

impl Ours {
    /// A machine with these settings.
    #[must_use]
    pub fn new(config: VmConfig) -> Self {
        let vm = Vm::new(config).expect("the machine starts");
        Self { vm }
    }

    /// Checks and compiles.
    pub fn load(&self, wasm: &[u8]) -> Result<commons_vm::Code, LoadError> {
        self.vm.load(wasm)
    }

    fn run(&self, contract: &Contract, call: &Call, backend: Surroundings, debug: &Lines) -> Ran {
        let lines = Rc::clone(debug);
        let backend = Bridge {
            backend,
            debug: Box::new(move |line| lines.borrow_mut().push(line.to_owned())),
        };
        let args: Vec<&[u8]> = call.args.iter().map(Vec::as_slice).collect();
        let read_only = call.entry == EntryPoint::Query;
        let report = self
            .vm
            .call(
                &contract.ours,
                call.entry,
                &args,
                Box::new(backend),
                Gas(call.gas_limit),
                read_only,
            )
            .expect("the host is sound");
        let outcome = report.outcome.map_err(Failure::from);
        (outcome, report.gas_used.0, report.gas_external.0)
    }
}

/// cosmwasm-vm, with its cache on disk and its codes pinned.
pub struct Theirs {
    cache: Cache<MockApi, Store, Answers>,
    _folder: tempfile::TempDir,
}

const MIB: u64 = 1024 * 1024;

impl Theirs {
    /// A machine with the same limits and capabilities.
    #[must_use]
    #[allow(unsafe_code, reason = "its constructor is marked so")]
    pub fn new(config: &VmConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mebi = |bytes: u64| Size::mebi(usize::try_from(bytes / MIB).unwrap());
        let capabilities: Vec<&str> = config.capabilities.iter().map(String::as_str).collect();
        let options = CacheOptions::new(
            folder.path(),
            cosmwasm_vm::capabilities_from_csv(&capabilities.join(",")),
            Size::mebi(512),
            mebi(config.memory_limit_bytes),
        );
        // SAFETY: the cache asks that nobody else writes into its folder, and the folder is fresh and ours alone.
        let cache = unsafe { Cache::new(options) }.expect("the other machine starts");
        Self {
            cache,
            _folder: folder,
        }
    }

    /// Checks, compiles, keeps and pins.
    pub fn load(&self, wasm: &[u8]) -> Result<Checksum, VmError> {
        let checksum = self.cache.store_code(wasm, true, true)?;
        self.cache.pin(&checksum)?;
        Ok(checksum)
    }

    fn run(&self, contract: &Contract, call: &Call, backend: Surroundings, debug: &Lines) -> Ran {
        let gas_limit = call.gas_limit;
        let options = InstanceOptions { gas_limit };
        let mut instance = match self.cache.get_instance(&contract.theirs, backend, options) {
            Ok(instance) => instance,
            Err(error) => return (Err(error.into()), 0, 0),
        };
        let lines = Rc::clone(debug);
        instance.set_debug_handler(move |line, _| lines.borrow_mut().push(line.to_owned()));
        let outcome = enter(&mut instance, call).map_err(Failure::from);
        let report = instance.create_gas_report();
        let gas_used = gas_limit - report.remaining;
        let external = report.used_externally;
        let _backend = instance.recycle().expect("a backend comes back");
        (outcome, gas_used, external)
    }
}

type Running = Instance<MockApi, Store, Answers>;

fn enter(instance: &mut Running, call: &Call) -> Result<Vec<u8>, VmError> {
    use cosmwasm_vm as vm;
    let args: Vec<&[u8]> = call.args.iter().map(Vec::as_slice).collect();
    match (call.entry, args.as_slice()) {
        (EntryPoint::Instantiate, [env, info, msg]) => {
            vm::call_instantiate_raw(instance, env, info, msg)
        }
        (EntryPoint::Execute, [env, info, msg]) => vm::call_execute_raw(instance, env, info, msg),
        (EntryPoint::Migrate, [env, msg, info]) => {
            vm::call_migrate_with_info_raw(instance, env, msg, info)
        }
        (EntryPoint::Migrate, [env, msg]) => vm::call_migrate_raw(instance, env, msg),
        (entry, [env, msg]) => enter_with_message(entry)(instance, env, msg),
        (entry, args) => panic!("{entry} does not take {} arguments", args.len()),
    }
}

type Enter = fn(&mut Running, &[u8], &[u8]) -> Result<Vec<u8>, VmError>;

/// The way into an entry point that takes an environment and a message.
fn enter_with_message(entry: EntryPoint) -> Enter {
    use cosmwasm_vm as vm;
    match entry {
        EntryPoint::Query => vm::call_query_raw,
        EntryPoint::Sudo => vm::call_sudo_raw,
        EntryPoint::Reply => vm::call_reply_raw,
        EntryPoint::IbcChannelOpen => vm::call_ibc_channel_open_raw,
        EntryPoint::IbcChannelConnect => vm::call_ibc_channel_connect_raw,
        EntryPoint::IbcChannelClose => vm::call_ibc_channel_close_raw,
        EntryPoint::IbcPacketReceive => vm::call_ibc_packet_receive_raw,
        EntryPoint::IbcPacketAck => vm::call_ibc_packet_ack_raw,
        EntryPoint::IbcPacketTimeout => vm::call_ibc_packet_timeout_raw,
        EntryPoint::IbcSourceCallback => vm::call_ibc_source_callback_raw,
        EntryPoint::IbcDestinationCallback => vm::call_ibc_destination_callback_raw,
        EntryPoint::Ibc2PacketReceive => vm::call_ibc2_packet_receive_raw,
        EntryPoint::Ibc2PacketAck => vm::call_ibc2_packet_ack_raw,
        EntryPoint::Ibc2PacketTimeout => vm::call_ibc2_packet_timeout_raw,
        EntryPoint::Ibc2PacketSend => vm::call_ibc2_packet_send_raw,
        EntryPoint::Instantiate | EntryPoint::Execute | EntryPoint::Migrate => {
            panic!("{entry} takes three arguments")
        }
    }
}
