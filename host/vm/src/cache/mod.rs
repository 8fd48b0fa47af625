//! Owns the compiled contracts of a process and the folder they outlive it in; it must never decide whether a contract is
//! accepted, what a call does, or what it costs.
//!
//! Where a contract is looked for: among the pinned ones, in memory ([`memory`]), on disk ([`disk`]); else it is compiled, by one
//! thread for all that ask meanwhile. Only machine code is read from disk. The static checks run again on the wasm of every
//! contract that is not in memory: they take milliseconds, and so neither a verdict nor an [`Analysis`](crate::Analysis) can
//! be older than the rules of this program. Any doubt about a file is settled by removing it and compiling.

mod artifact;
mod disk;
mod key;
mod load;
mod memory;
mod owner;
mod statistics;
mod sweep;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::{Engine, Module};

use crate::checksum::Checksum;
use crate::code::{Build, Code};
use crate::config::VmConfig;
use crate::error::{Fault, LoadError, Reject};
use artifact::Doubt;
use disk::{Disk, NoDisk};
use key::Environment;
use memory::{Found, Memory};
use statistics::{add, count};

pub use statistics::{CacheStatistics, Held};

/// The compiled contracts of one VM.
pub(crate) struct Cache {
    state: Mutex<State>,
    disk: Option<Disk>,
}

struct State {
    memory: Memory<Code>,
    flights: BTreeMap<Checksum, Arc<Flight>>,
    statistics: CacheStatistics,
}

/// A contract on its way: whoever holds the lock makes it, the others wait. What is in it when they get the lock is the answer;
/// nothing means that the maker failed for reasons of its own, and the next one tries.
type Flight = Mutex<Option<Result<Code, Reject>>>;

impl Cache {
    /// Opens the folder if one is configured. An unsafe folder is a fault; one that cannot be had is done without.
    pub(crate) fn open(config: &VmConfig, engine: &Engine) -> Result<Self, Fault> {
        let mut cache = Self {
            state: Mutex::new(State {
                memory: Memory::new(config.cache_memory_bytes),
                flights: BTreeMap::new(),
                statistics: CacheStatistics::default(),
            }),
            disk: None,
        };
        if let Some(root) = &config.cache_dir {
            match Disk::open(root, Environment::of(engine)?) {
                Ok(disk) => cache.disk = Some(disk),
                Err(NoDisk::Refused(fault)) => return Err(fault),
                Err(NoDisk::Unavailable(error)) => cache.report(&error),
            }
        }
        Ok(cache)
    }

    /// Finds a contract in memory or has it made, once for all who ask at the same time. A rejection is shared by those who wait,
    /// a fault or a failure of the maker's source is not, and none is remembered. A panic of the maker is a fault.
    ///
    /// `make` must not ask for the same contract.
    pub(crate) fn find_or_make<E>(
        &self,
        checksum: &Checksum,
        make: impl FnOnce() -> Result<Result<Code, LoadError>, E>,
    ) -> Result<Result<Code, LoadError>, E> {
        let flight = match self.find_or_board(checksum) {
            Ok(code) => return Ok(Ok(code)),
            Err(flight) => flight,
        };
        let mut place = lock(&flight);
        if let Some(answer) = &*place {
            if answer.is_ok() {
                count(&mut self.state().statistics.hits_memory);
            }
            return Ok(answer.clone().map_err(LoadError::from));
        }
        let made = catch_unwind(AssertUnwindSafe(make))
            .unwrap_or_else(|panic| Ok(Err(Fault::panicked("loading a contract", &*panic).into())));
        *place = match &made {
            Ok(Ok(code)) => Some(Ok(code.clone())),
            Ok(Err(LoadError::Reject(reject))) => Some(Err(reject.clone())),
            Ok(Err(LoadError::Fault(_))) | Err(_) => None,
        };
        self.land(checksum, &flight, place.as_ref());
        made
    }

    /// A build from disk, linked by `link`. What is doubted is removed, and so is what cannot be linked.
    pub(crate) fn read(
        &self,
        engine: &Engine,
        checksum: &Checksum,
        link: impl FnOnce(&Module) -> Result<Build, Fault>,
    ) -> Option<Build> {
        let disk = self.disk.as_ref()?;
        let doubt = match disk.read(engine, checksum) {
            Ok(None) => return None,
            Ok(Some(module)) => match link(&module) {
                Ok(build) => {
                    count(&mut self.state().statistics.hits_disk);
                    return Some(build);
                }
                Err(fault) => Doubt::Engine(fault.to_string()),
            },
            Err(doubt) => doubt,
        };
        disk.discard(checksum);
        count(&mut self.state().statistics.discarded);
        tracing::warn!(contract = %checksum, "a file of machine code is discarded: {doubt}");
        None
    }

    /// Keeps the machine code of a contract on disk.
    pub(crate) fn write(&self, checksum: &Checksum, module: &Module) {
        let Some(disk) = &self.disk else {
            return;
        };
        let written = match module.serialize() {
            Ok(code) => disk.write(checksum, &code),
            Err(error) => Err(std::io::Error::other(error.to_string())),
        };
        if let Err(error) = written {
            self.report(&error);
        }
    }

    pub(crate) fn count_compilation(&self) {
        count(&mut self.state().statistics.compilations);
    }

    pub(crate) fn pin(&self, code: &Code) {
        let checksum = code.analysis().checksum;
        let bytes = code.held_bytes();
        self.state().memory.pin(checksum, code.clone(), bytes);
    }

    pub(crate) fn unpin(&self, checksum: &Checksum) {
        let mut state = self.state();
        let evicted = state.memory.unpin(checksum);
        add(&mut state.statistics.evictions, evicted);
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        let state = self.state();
        CacheStatistics {
            pinned: state.memory.pinned(),
            recent: state.memory.recent(),
            ..state.statistics
        }
    }

    /// The code if it is in memory, else the flight to wait for or to lead.
    fn find_or_board(&self, checksum: &Checksum) -> Result<Code, Arc<Flight>> {
        let mut state = self.state();
        let code = match state.memory.find(checksum) {
            Some(Found::Pinned(code)) => {
                count(&mut state.statistics.hits_pinned);
                code
            }
            Some(Found::Recent(code)) => {
                count(&mut state.statistics.hits_memory);
                code
            }
            None => return Err(Arc::clone(state.flights.entry(*checksum).or_default())),
        };
        // Calls may have made another build of it meanwhile, or the list of what traps owe.
        let evicted = state.memory.measure(checksum, code.held_bytes());
        add(&mut state.statistics.evictions, evicted);
        Ok(code)
    }

    /// Ends a flight, unless it has no answer and others wait to try for themselves.
    fn land(
        &self,
        checksum: &Checksum,
        flight: &Arc<Flight>,
        answer: Option<&Result<Code, Reject>>,
    ) {
        let mut state = self.state();
        if let Some(Ok(code)) = answer {
            let evicted = state
                .memory
                .insert(*checksum, code.clone(), code.held_bytes());
            add(&mut state.statistics.evictions, evicted);
        }
        // One for the map and one for this thread: nobody can come aboard while the state is locked.
        let is_alone = Arc::strong_count(flight) <= 2;
        if answer.is_some() || is_alone {
            state.flights.remove(checksum);
        }
    }

    /// Counts a failure of the disk, and tells of the first one.
    fn report(&self, error: &std::io::Error) {
        let mut state = self.state();
        if state.statistics.disk_failures == 0 {
            tracing::warn!("compiled contracts cannot be kept on disk: {error}");
        }
        count(&mut state.statistics.disk_failures);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Locks even after a panic elsewhere: whatever a panic leaves behind here is whole, because every change is made at its end.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
