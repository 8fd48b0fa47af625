//! The two machines behind one face, each used through what its crate publishes, as a chain uses it.

use std::rc::Rc;

use commons_conformance::{Bridge, Call};
use commons_vm::{CallError, EntryPoint, Gas, Vm, VmConfig};
use cosmwasm_std::Checksum;
use cosmwasm_vm::testing::MockApi;
use cosmwasm_vm::{Backend, Cache, CacheOptions, Instance, InstanceOptions, Size};

use crate::neighbour::Asked;
use crate::storage::Kept;

/// Gas of one call: more than any of these needs.
pub const LIMIT: u64 = 500_000_000_000;

/// What a contract is given of the chain, on both sides.
pub type Surroundings = Backend<MockApi, Kept, Asked>;

/// What came of one piece of work: the contract's answer, or the machine's words, and all gas.
pub type Ran = (Result<Vec<u8>, String>, u64);

/// A contract that both machines hold compiled, in memory.
pub struct Contract {
    ours: commons_vm::Code,
    theirs: Checksum,
}

/// What is done once.
#[derive(Clone)]
pub enum Work {
    /// A call.
    Call(Call),
    /// A new instance, in which nothing runs, and its end.
    Instance,
}

impl Work {
    /// A message to a contract.
    pub fn execute(env: Vec<u8>, info: Vec<u8>, msg: impl AsRef<[u8]>) -> Self {
        let args = vec![env, info, msg.as_ref().to_vec()];
        Self::call(EntryPoint::Execute, args)
    }

    /// A question to a contract.
    pub fn query(env: Vec<u8>, msg: impl AsRef<[u8]>) -> Self {
        Self::call(EntryPoint::Query, vec![env, msg.as_ref().to_vec()])
    }

    /// Any call.
    pub fn call(entry: EntryPoint, args: Vec<Vec<u8>>) -> Self {
        Self::Call(Call {
            entry,
            args,
            gas_limit: LIMIT,
        })
    }
}

/// A machine.
pub trait Side {
    /// Does it once, in a fresh instance.
    fn run(&self, contract: &Contract, work: &Work, surroundings: Surroundings) -> Ran;
}

/// Both machines, with the same settings.
#[derive(Clone)]
pub struct Machines {
    ours: Rc<Ours>,
    theirs: Rc<Theirs>,
}

impl Machines {
    /// Starts both.
    pub fn start() -> Self {
        let config = VmConfig::default();
        Self {
            theirs: Rc::new(Theirs::start(&config)),
            ours: Rc::new(Ours(Vm::new(config).expect("the machine starts"))),
        }
    }

    /// Checks, compiles and pins a contract on both sides.
    pub fn load(&self, name: &str, wasm: &[u8]) -> Rc<Contract> {
        let ours = self.ours.0.load(wasm);
        let ours = ours.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.ours.0.pin(&ours).expect("it is of this machine");
        let theirs = self.theirs.cache.store_code(wasm, true, true);
        let theirs = theirs.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.theirs.cache.pin(&theirs).expect("it was just stored");
        Rc::new(Contract { ours, theirs })
    }

    /// Ours and theirs.
    pub fn sides(&self) -> [Rc<dyn Side>; 2] {
        [self.ours.clone(), self.theirs.clone()]
    }
}

struct Ours(Vm);

impl Side for Ours {
    fn run(&self, contract: &Contract, work: &Work, surroundings: Surroundings) -> Ran {
        let backend = Box::new(Bridge {
            backend: surroundings,
            debug: Box::new(|_| {}),
        });
        let (entry, args): (_, &[Vec<u8>]) = match work {
            Work::Call(call) => (call.entry, call.args.as_slice()),
            // The public face has no bare instance. A call of an entry point that the contract lacks, without arguments, makes
            // the instance, fills its meter, finds nothing to run, reads the meter and ends the instance: no instruction of the
            // contract runs, which gas of 0 shows.
            Work::Instance => (MISSING, &[]),
        };
        let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
        let read_only = entry == EntryPoint::Query;
        let report = self
            .0
            .call(&contract.ours, entry, &args, backend, Gas(LIMIT), read_only)
            .expect("the host is sound");
        let outcome = match (report.outcome, work) {
            (Err(CallError::MissingExport { .. }), Work::Instance) => Ok(Vec::new()),
            (outcome, _) => outcome.map_err(|error| error.to_string()),
        };
        (outcome, report.gas_used.0)
    }
}

/// An entry point that none of the measured contracts has.
const MISSING: EntryPoint = EntryPoint::Ibc2PacketSend;

struct Theirs {
    cache: Cache<MockApi, Kept, Asked>,
    _folder: tempfile::TempDir,
}

type Running = Instance<MockApi, Kept, Asked>;

const MIB: u64 = 1024 * 1024;

impl Theirs {
    #[allow(unsafe_code, reason = "its constructor is marked so")]
    fn start(config: &VmConfig) -> Self {
        let folder = tempfile::tempdir().expect("a folder for its files");
        let memory = usize::try_from(config.memory_limit_bytes / MIB).expect("a small number");
        let capabilities: Vec<&str> = config.capabilities.iter().map(String::as_str).collect();
        let options = CacheOptions::new(
            folder.path(),
            cosmwasm_vm::capabilities_from_csv(&capabilities.join(",")),
            Size::mebi(512),
            Size::mebi(memory),
        );
        // SAFETY: the cache asks that nobody else writes into its folder, and the folder is fresh and ours alone.
        let cache = unsafe { Cache::new(options) }.expect("the other machine starts");
        Self {
            cache,
            _folder: folder,
        }
    }
}

impl Side for Theirs {
    fn run(&self, contract: &Contract, work: &Work, surroundings: Surroundings) -> Ran {
        let options = InstanceOptions { gas_limit: LIMIT };
        let instance = self
            .cache
            .get_instance(&contract.theirs, surroundings, options);
        let mut instance = instance.expect("the contract is pinned");
        let outcome = match work {
            Work::Call(call) => enter(&mut instance, call),
            Work::Instance => Ok(Vec::new()),
        };
        let gas = LIMIT - instance.get_gas_left();
        drop(instance.recycle().expect("a backend comes back"));
        (outcome, gas)
    }
}

fn enter(instance: &mut Running, call: &Call) -> Result<Vec<u8>, String> {
    let result = match (call.entry, call.args.as_slice()) {
        (EntryPoint::Instantiate, [env, info, msg]) => {
            cosmwasm_vm::call_instantiate_raw(instance, env, info, msg)
        }
        (EntryPoint::Execute, [env, info, msg]) => {
            cosmwasm_vm::call_execute_raw(instance, env, info, msg)
        }
        (EntryPoint::Query, [env, msg]) => cosmwasm_vm::call_query_raw(instance, env, msg),
        (entry, args) => panic!("{entry} with {} arguments is not measured", args.len()),
    };
    result.map_err(|error| error.to_string())
}
