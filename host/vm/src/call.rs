//! Owns the life of one call: a fresh instance, the arguments in, the result out, the bill. It must never keep anything afterwards.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wasmtime::{AsContextMut, Extern, Instance, Store, StoreLimits, StoreLimitsBuilder, Trap};

use crate::analysis::EntryPoint;
use crate::backend::Backend;
use crate::code::{Build, Code, Running};
use crate::engine::{self, MAX_TABLE_ELEMENTS, STACK_BYTES_PER_CALL};
use crate::error::{CallError, Fault, Stop};
use crate::frame::{First, Frame, Guest, GuestFunction, Host};
use crate::gas::Gas;
use crate::observe::{GasBreakdown, Tally};
use crate::trap::trap_kind;
use crate::vm::Vm;

/// Bytes an entry point may return.
const MAX_RESULT_BYTES: u32 = 64 * 1024 * 1024;

/// The outcome of a call and its price. Equal on every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallReport {
    /// The JSON the contract returned, not decoded (at most 64 MiB), or why there is none.
    pub outcome: Result<Vec<u8>, CallError>,
    /// All gas used, inside and outside; the whole limit when it ran out.
    pub gas_used: Gas,
    /// The part that the chain had already counted on its own meter.
    pub gas_external: Gas,
}

/// A report, and the items of its bill if they were asked for.
type Billed = (CallReport, Option<Box<Tally>>);

/// One call, ready to run.
pub(crate) struct Call<'a> {
    pub(crate) vm: &'a Vm,
    pub(crate) code: &'a Code,
    pub(crate) entry: EntryPoint,
    pub(crate) args: &'a [&'a [u8]],
    pub(crate) gas_limit: Gas,
    pub(crate) read_only: bool,
}

impl Call<'_> {
    /// Runs the call. A panic of the backend is a fault like any other failure of the host.
    pub(crate) fn run(&self, backend: Box<dyn Backend>) -> Result<CallReport, Fault> {
        Ok(self.run_on_stack(backend, false)?.0)
    }

    /// Like [`Self::run`], and says where the gas went.
    pub(crate) fn run_itemized(
        &self,
        backend: Box<dyn Backend>,
    ) -> Result<(CallReport, GasBreakdown), Fault> {
        let (report, tally) = self.run_on_stack(backend, true)?;
        let beyond = match report.outcome {
            Err(CallError::OutOfGas) => self.gas_limit.saturating_sub(self.meter_start()),
            _ => Gas::ZERO,
        };
        Ok((report, tally.unwrap_or_default().close(beyond)))
    }

    fn run_on_stack(&self, backend: Box<dyn Backend>, itemized: bool) -> Result<Billed, Fault> {
        // The engine trusts that the thread has as much stack as the contract may use; few threads do.
        stacker::maybe_grow(STACK_BYTES_PER_CALL, STACK_BYTES_PER_CALL, || {
            catch_unwind(AssertUnwindSafe(|| self.run_in(backend, itemized)))
                .unwrap_or_else(|panic| Err(Fault::panicked("acting for a contract", &*panic)))
        })
    }

    /// Runs in the preferred build and, if that cannot decide the call, again in the exact one.
    fn run_in(&self, backend: Box<dyn Backend>, itemized: bool) -> Result<Billed, Fault> {
        let mut build = self.code.preferred();
        if self.args.is_empty() {
            // Nothing is allocated before the contract runs.
            build = self.vm.exact(self.code)?;
        }
        match self.run_build(build, self.host(build, backend, itemized)) {
            Ok(billed) => Ok(billed),
            Err(Unfinished::Fault(fault)) => Err(fault),
            Err(Unfinished::Undecided(backend)) => {
                let exact = self.vm.exact_from_now(self.code)?;
                let again = self.run_build(exact, self.host(exact, backend, itemized));
                again.map_err(|unfinished| match unfinished {
                    Unfinished::Fault(fault) => fault,
                    Unfinished::Undecided(_) => Fault::new("running the exact build", "undecided"),
                })
            }
        }
    }

    /// The state of one run. A call that runs again in another build is counted anew.
    fn host(&self, build: &Build, backend: Box<dyn Backend>, itemized: bool) -> Host {
        let running = Running::new(self.code, build);
        let mut host = Host::new(running, backend, self.limits(), self.read_only);
        host.tally = itemized.then(Box::default);
        host
    }

    fn run_build(&self, build: &Build, host: Host) -> Result<Billed, Unfinished> {
        let mut store = Store::new(self.vm.engine(), host);
        store.limiter(|host| &mut host.limits);
        let outcome = match self.run_store(&mut store, build) {
            Ok(bytes) => Ok(bytes),
            Err(Stop::Call(error)) => Err(error),
            Err(Stop::Fault(fault)) => return Err(Unfinished::Fault(fault)),
            Err(Stop::Undecided) => return Err(Unfinished::Undecided(store.into_data().backend)),
        };
        let gas_used = match (&outcome, store.data().guest) {
            (Err(CallError::OutOfGas), _) => self.gas_limit,
            (_, Some(_)) => {
                let frame = Frame::new(store.as_context_mut()).map_err(Unfinished::Fault)?;
                self.meter_start().saturating_sub(frame.gas_left())
            }
            (_, None) => Gas::ZERO,
        };
        let report = CallReport {
            outcome,
            gas_used,
            gas_external: store.data().gas_external,
        };
        Ok((report, store.data_mut().tally.take()))
    }

    fn run_store(&self, store: &mut Store<Host>, build: &Build) -> Result<Vec<u8>, Stop> {
        let instance = self.instantiate(store, build)?;
        self.converse(store, build, instance)
    }

    /// Creates the instance with a full meter.
    fn instantiate(&self, store: &mut Store<Host>, build: &Build) -> Result<Instance, Stop> {
        let exports = &build.exports;
        let instance = build.pre.instantiate(&mut *store);
        let instance = instance.map_err(|error| instantiation_failure(&error))?;
        let memory = instance.get_module_export(&mut *store, &exports.memory);
        let memory = memory.and_then(Extern::into_memory);
        let gas = instance.get_module_export(&mut *store, &exports.gas);
        let gas = gas.and_then(Extern::into_global);
        let (Some(memory), Some(gas)) = (memory, gas) else {
            return Err(Fault::new("binding an export", "memory or gas meter").into());
        };
        let allocate = GuestFunction::bind(store, instance, exports.allocate)?;
        store.data_mut().guest = Some(Guest {
            memory,
            gas,
            instance,
            stack: exports.stack,
            allocate,
        });
        Frame::new(store.as_context_mut())?.fill_meter(self.meter_start())?;
        Ok(instance)
    }

    /// Runs the entry point and takes its result.
    fn converse(
        &self,
        store: &mut Store<Host>,
        build: &Build,
        instance: Instance,
    ) -> Result<Vec<u8>, Stop> {
        let exports = &build.exports;
        let deallocate = GuestFunction::bind(store, instance, exports.deallocate)?;
        let entry = exports.entry_point(self.entry);
        let entry = entry
            .map(|entry| GuestFunction::bind(store, instance, entry))
            .transpose()?;
        let first = match exports.first {
            Some(first) => Some(First {
                allocate: GuestFunction::bind(store, instance, first.allocate)?,
                reach: first.reach,
                bytes: first.bytes,
            }),
            None => None,
        };
        Frame::new(store.as_context_mut())?.act(|frame| {
            frame.expect_first(first);
            let result = self.enter_either_form(frame, entry)?;
            let data = frame.read(result, MAX_RESULT_BYTES)?;
            frame.call_for_nothing(deallocate, &[result])?;
            Ok(data)
        })
    }

    /// Enters the entry point; a migrate function of the older form gets its two arguments.
    fn enter_either_form(
        &self,
        frame: &mut Frame<'_>,
        entry: Option<GuestFunction>,
    ) -> Result<u32, Stop> {
        match (self.enter(frame, entry, self.args), self.args) {
            (Err(Stop::Call(CallError::Arity { name, .. })), [env, msg, _])
                if self.entry == EntryPoint::Migrate && name == self.entry.name() =>
            {
                self.enter(frame, entry, &[*env, *msg])
            }
            (other, _) => other,
        }
    }

    fn enter(
        &self,
        frame: &mut Frame<'_>,
        entry: Option<GuestFunction>,
        args: &[&[u8]],
    ) -> Result<u32, Stop> {
        let pointers: Result<Vec<u32>, Stop> = args.iter().map(|arg| frame.send(arg)).collect();
        let pointers = pointers?;
        let entry = entry.ok_or_else(|| CallError::MissingExport {
            name: self.entry.name().to_owned(),
        })?;
        frame.call_for_pointer(entry, &pointers)
    }

    /// The meter is a signed number: nothing can be charged past 2^63 - 1.
    fn meter_start(&self) -> Gas {
        self.gas_limit.min(Gas(i64::MAX.unsigned_abs()))
    }

    fn limits(&self) -> StoreLimits {
        StoreLimitsBuilder::new()
            .memory_size(engine::memory_limit_bytes(self.vm.config()))
            .table_elements(MAX_TABLE_ELEMENTS)
            .instances(1)
            .memories(1)
            .tables(1)
            .build()
    }
}

/// Why a build has no report.
enum Unfinished {
    Fault(Fault),
    /// Another build has to say; the backend was not used.
    Undecided(Box<dyn Backend>),
}

/// Only a segment outside its memory or table is the contract's doing.
fn instantiation_failure(error: &wasmtime::Error) -> Stop {
    match error
        .downcast_ref::<Trap>()
        .and_then(|trap| trap_kind(*trap))
    {
        Some(kind) => CallError::Instantiation(kind.to_string()).into(),
        None => Fault::new("creating an instance", format!("{error:#}")).into(),
    }
}

#[cfg(test)]
#[path = "golden.rs"]
mod golden;

#[cfg(test)]
#[path = "builds.rs"]
mod builds;
