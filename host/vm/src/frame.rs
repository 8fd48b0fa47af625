//! Owns the border between host and contract during one call: gas, regions and calls into the guest. Nothing may cross it unpriced.

use wasmtime::{
    AsContextMut, Caller, Extern, Func, Global, Instance, Memory, ModuleExport, Store,
    StoreContextMut, StoreLimits, Trap, Val, WasmBacktrace,
};

use crate::backend::{Backend, BackendError, BackendResult};
use crate::code::{Function, Results, Running, Shape};
use crate::error::{CallError, Fault, RegionError, Stop, TrapKind};
use crate::gas::{Gas, GasInfo};
use crate::imports::Import;
use crate::observe::{Cost, Tally};
use crate::price;
use crate::region::Region;
use crate::trap::trap_kind;

/// The entry point, and `allocate` called by an import of it.
const MAX_DEPTH: u32 = 2;

/// The state of one call, kept in the engine's store.
pub(crate) struct Host {
    running: Running,
    pub(crate) backend: Box<dyn Backend>,
    pub(crate) limits: StoreLimits,
    pub(crate) read_only: bool,
    pub(crate) gas_external: Gas,
    pub(crate) guest: Option<Guest>,
    /// Where the gas goes, if somebody wants to know.
    pub(crate) tally: Option<Box<Tally>>,
    depth: u32,
}

impl Host {
    pub(crate) fn new(
        running: Running,
        backend: Box<dyn Backend>,
        limits: StoreLimits,
        read_only: bool,
    ) -> Self {
        Self {
            running,
            backend,
            limits,
            read_only,
            gas_external: Gas::ZERO,
            guest: None,
            tally: None,
            depth: 0,
        }
    }
}

/// What the host holds of the instance.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    pub(crate) memory: Memory,
    pub(crate) gas: Global,
    pub(crate) instance: Instance,
    pub(crate) stack: ModuleExport,
    pub(crate) allocate: GuestFunction,
}

/// A function of the instance.
#[derive(Clone, Copy)]
pub(crate) struct GuestFunction {
    name: &'static str,
    func: Func,
    shape: Shape,
}

impl GuestFunction {
    /// Takes an export of the instance; it must be the function.
    pub(crate) fn bind(
        store: &mut Store<Host>,
        instance: Instance,
        function: Function,
    ) -> Result<Self, Fault> {
        let Function {
            name,
            export,
            shape,
        } = function;
        let func = instance.get_module_export(&mut *store, &export);
        let func = func.and_then(Extern::into_func);
        let func = func.ok_or_else(|| Fault::new("binding an export", name))?;
        Ok(Self { name, func, shape })
    }
}

/// The first allocation in a build whose memory has grown already.
pub(crate) struct First {
    pub(crate) allocate: GuestFunction,
    pub(crate) reach: ModuleExport,
    /// How far memory must reach afterwards by the contract's own count, in bytes.
    pub(crate) bytes: u64,
}

/// Access to a running instance, from outside a call or from inside an import.
pub(crate) struct Frame<'a> {
    store: StoreContextMut<'a, Host>,
    guest: Guest,
    /// What the meter says, as long as the host is acting: the contract's own counter is behind until the end of [`Self::act`].
    left: Gas,
    /// The import that acts here; none outside of all imports.
    import: Option<Import>,
    first: Option<First>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(store: StoreContextMut<'a, Host>) -> Result<Self, Fault> {
        let guest = store.data().guest;
        let guest = guest.ok_or_else(|| Fault::new("entering an instance", "not set up"))?;
        let mut frame = Self {
            store,
            guest,
            left: Gas::ZERO,
            import: None,
            first: None,
        };
        frame.read_meter();
        Ok(frame)
    }

    /// Acts for an import, which has a price of its own.
    pub(crate) fn import<T>(
        caller: &'a mut Caller<'_, Host>,
        import: Import,
        act: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let mut frame = Self::new(caller.as_context_mut())?;
        frame.import = Some(import);
        frame.act(|frame| {
            frame.charge(GasInfo::with_cost(price::HOST_CALL), Cost::Entry)?;
            act(frame)
        })
    }

    /// Does all that the host wants to do here, then leaves the meter as the contract, or its bill, shall find it.
    pub(crate) fn act<T>(
        mut self,
        act: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let result = act(&mut self);
        self.write_meter()?;
        result
    }

    /// Says that the next allocation is the first, and has a way of its own.
    pub(crate) fn expect_first(&mut self, first: Option<First>) {
        self.first = first;
    }

    pub(crate) fn host(&mut self) -> &mut Host {
        self.store.data_mut()
    }

    pub(crate) fn backend(&mut self) -> &mut dyn Backend {
        self.store.data_mut().backend.as_mut()
    }

    /// The gas the contract may still use; nothing when the meter went below zero.
    pub(crate) fn gas_left(&self) -> Gas {
        self.left
    }

    /// Fills the meter; it counts to 2^63 - 1.
    pub(crate) fn fill_meter(&mut self, gas: Gas) -> Result<(), Fault> {
        self.left = gas;
        self.write_meter()
    }

    fn read_meter(&mut self) {
        let counter = self.guest.gas.get(&mut self.store).i64().unwrap_or(-1);
        let left = Gas(u64::try_from(counter).unwrap_or(0));
        self.left = left;
        if let Some(tally) = &mut self.host().tally {
            tally.enter(left);
        }
    }

    fn write_meter(&mut self) -> Result<(), Fault> {
        let left = self.left;
        if let Some(tally) = &mut self.host().tally {
            tally.leave(left);
        }
        let counter = Val::I64(i64::try_from(left.0).unwrap_or(i64::MAX));
        let set = self.guest.gas.set(&mut self.store, counter);
        set.map_err(|error| Fault::new("setting the gas meter", error.to_string()))
    }

    /// Whether the contract, rather than the host, emptied the meter.
    fn is_exhausted(&mut self) -> bool {
        let counter = self.guest.gas.get(&mut self.store).i64();
        counter.is_some_and(|counter| counter < 0)
    }

    /// Whether the contract called deeper than its stack allows.
    fn is_too_deep(&mut self) -> bool {
        let stack = self.guest.stack;
        self.counter(&stack).is_some_and(|left| left < 0)
    }

    /// What a counter of the instance says.
    fn counter(&mut self, export: &ModuleExport) -> Option<i64> {
        let instance = self.guest.instance;
        let counter = instance.get_module_export(&mut self.store, export);
        let counter = counter.and_then(Extern::into_global)?;
        counter.get(&mut self.store).i64()
    }

    /// Takes the price of work the VM does.
    pub(crate) fn pay(&mut self, cost: Gas) -> Result<(), Stop> {
        self.charge(GasInfo::with_cost(cost), Cost::Work)
    }

    /// Takes both parts of a price; what cannot be paid empties the meter.
    fn charge(&mut self, info: GasInfo, cost: Cost) -> Result<(), Stop> {
        let (import, left) = (self.import, self.left);
        let host = self.host();
        host.gas_external = host.gas_external.saturating_add(info.externally_used);
        if let Some(tally) = &mut host.tally {
            tally.charge(import, cost, info, left);
        }
        let total = info.externally_used.checked_add(info.cost);
        match total {
            Some(total) if total <= self.left => {
                self.left = self.left.saturating_sub(total);
                Ok(())
            }
            _ => {
                self.left = Gas::ZERO;
                Err(CallError::OutOfGas.into())
            }
        }
    }

    /// Takes the price of a backend's answer and opens it.
    pub(crate) fn settle<T>(&mut self, answer: BackendResult<T>) -> Result<T, Stop> {
        let (result, info) = answer;
        self.charge(info, Cost::Backend)?;
        result.map_err(|error| self.refusal(error))
    }

    /// Like [`Self::settle`], for imports that may show a refusal to the contract.
    pub(crate) fn settle_shown<T>(
        &mut self,
        answer: BackendResult<T>,
    ) -> Result<Result<T, String>, Stop> {
        let (result, info) = answer;
        self.charge(info, Cost::Backend)?;
        match result {
            Ok(value) => Ok(Ok(value)),
            Err(BackendError::UserErr(text)) => Ok(Err(text)),
            Err(error) => Err(self.refusal(error)),
        }
    }

    /// What a backend's error does to the call. A chain out of gas takes all that is left.
    fn refusal(&mut self, error: BackendError) -> Stop {
        match error {
            BackendError::OutOfGas => {
                let (import, left) = (self.import, self.left);
                if let Some(tally) = &mut self.host().tally {
                    tally.forfeit(import, left);
                }
                self.left = Gas::ZERO;
                CallError::OutOfGas.into()
            }
            BackendError::Fault(detail) => Fault::new("answering a contract", detail).into(),
            other => CallError::Backend(other.to_string()).into(),
        }
    }

    /// Copies a region's bytes, at most `limit`, out of the contract.
    pub(crate) fn read(&mut self, pointer: u32, limit: u32) -> Result<Vec<u8>, Stop> {
        let memory = self.guest.memory;
        let region = Region::at(memory.data(&self.store), pointer)?;
        self.charge(
            GasInfo::with_cost(price::read_region(region.length)),
            Cost::Region,
        )?;
        Ok(region.copy(memory.data(&self.store), limit)?)
    }

    /// Copies `data` into a region of the contract.
    pub(crate) fn write(&mut self, pointer: u32, data: &[u8]) -> Result<(), Stop> {
        let memory = self.guest.memory;
        let region = Region::at(memory.data(&self.store), pointer)?;
        self.charge(
            GasInfo::with_cost(price::WRITE_REGION.of(data.len())),
            Cost::Region,
        )?;
        Ok(region.fill(memory.data_mut(&mut self.store), pointer, data)?)
    }

    /// Has the contract allocate a region, fills it, and returns its pointer.
    pub(crate) fn send(&mut self, data: &[u8]) -> Result<u32, Stop> {
        let small = RegionError::TooSmall {
            capacity: u32::MAX,
            required: data.len(),
        };
        let length = u32::try_from(data.len()).map_err(|_| small)?;
        let pointer = match self.first.take() {
            Some(first) => self.allocate_first(&first, length)?,
            None => self.call_for_pointer(self.guest.allocate, &[length])?,
        };
        if pointer == 0 {
            return Err(RegionError::ZeroAddress.into());
        }
        self.write(pointer, data)?;
        Ok(pointer)
    }

    /// Allocates in a build whose memory has grown already. If the contract has not asked for all of it by then, the rest of the
    /// call is not this build's to decide.
    fn allocate_first(&mut self, first: &First, length: u32) -> Result<u32, Stop> {
        let outcome = self.call_for_pointer(first.allocate, &[length]);
        let reach = self.counter(&first.reach);
        let has_grown = reach.and_then(|reach| u64::try_from(reach).ok()) == Some(first.bytes);
        match outcome {
            Ok(pointer) if has_grown => Ok(pointer),
            Ok(_) => Err(Stop::Undecided),
            // A trap of the contract's own is what it would be in the exact build.
            Err(_) if reach.is_none_or(|reach| reach < 0) => Err(Stop::Undecided),
            Err(stop) => Err(stop),
        }
    }

    /// Calls a function that must return a pointer.
    pub(crate) fn call_for_pointer(
        &mut self,
        function: GuestFunction,
        args: &[u32],
    ) -> Result<u32, Stop> {
        let result = self.call(function, args)?;
        match result {
            Some(Val::I32(pointer)) => Ok(pointer.cast_unsigned()),
            _ => Err(CallError::Signature {
                name: function.name,
            }
            .into()),
        }
    }

    /// Calls a function that must return nothing.
    pub(crate) fn call_for_nothing(
        &mut self,
        function: GuestFunction,
        args: &[u32],
    ) -> Result<(), Stop> {
        match self.call(function, args)? {
            None => Ok(()),
            Some(_) => Err(CallError::Signature {
                name: function.name,
            }
            .into()),
        }
    }

    /// Calls a function whatever it returns: a wrong result shows only after the work is done and paid, as in CosmWasm.
    fn call(&mut self, function: GuestFunction, args: &[u32]) -> Result<Option<Val>, Stop> {
        let GuestFunction { name, func, shape } = function;
        if shape.params != args.len() {
            let (expected, given) = (shape.params, args.len());
            let arity = CallError::Arity {
                name,
                expected,
                given,
            };
            return Err(arity.into());
        }
        if !shape.params_are_i32 {
            return Err(CallError::Signature { name }.into());
        }
        let depth = self.host().depth.saturating_add(1);
        if depth > MAX_DEPTH {
            return Err(CallError::DepthExceeded.into());
        }
        self.host().depth = depth;
        self.write_meter()?;
        let outcome = run(&mut self.store, func, shape, args);
        let outcome = outcome.map_err(|error| self.classify(error));
        self.read_meter();
        self.host().depth = depth.saturating_sub(1);
        outcome
    }

    /// Takes what a contract owed where it trapped. Elsewhere, also at a trap that stands in its code, it owes nothing.
    fn pay_debts(&mut self, error: &wasmtime::Error) -> Result<(), Fault> {
        match error.downcast_ref::<Trap>() {
            None | Some(Trap::UnreachableCodeReached) => return Ok(()),
            Some(_) => {}
        }
        let trace = error.downcast_ref::<WasmBacktrace>();
        let place = trace.and_then(|trace| trace.frames().first());
        let place = place.and_then(|frame| Some((frame.func_index(), frame.func_offset()?)));
        let (function, offset) =
            place.ok_or_else(|| Fault::new("finding where a contract trapped", "no place"))?;
        let owed = self.host().running.owes(function, offset)?;
        let counter = self.guest.gas.get(&mut self.store).i64().unwrap_or(-1);
        let counter = counter.saturating_sub(i64::try_from(owed.0).unwrap_or(i64::MAX));
        let set = self.guest.gas.set(&mut self.store, Val::I64(counter));
        set.map_err(|error| Fault::new("setting the gas meter", error.to_string()))
    }

    /// Says what ended a call into the guest. An empty meter, or an empty stack, explains every trap.
    fn classify(&mut self, error: wasmtime::Error) -> Stop {
        if let Err(fault) = self.pay_debts(&error) {
            return fault.into();
        }
        if self.is_exhausted() {
            return CallError::OutOfGas.into();
        }
        if self.is_too_deep() {
            return CallError::Trap(TrapKind::StackOverflow).into();
        }
        match error.downcast::<Stop>() {
            Ok(stop) => stop,
            Err(error) => match error
                .downcast_ref::<Trap>()
                .and_then(|trap| trap_kind(*trap))
            {
                Some(kind) => CallError::Trap(kind).into(),
                None => Fault::new("running wasm", format!("{error:#}")).into(),
            },
        }
    }
}

/// Calls a function of the instance; the usual shapes in the engine's fast way.
fn run(
    mut store: &mut StoreContextMut<'_, Host>,
    func: Func,
    shape: Shape,
    args: &[u32],
) -> wasmtime::Result<Option<Val>> {
    let pointer = |pointer: u32| Some(Val::I32(pointer.cast_signed()));
    match (shape.results, args) {
        (Results::I32, &[a]) => func
            .typed::<u32, u32>(&store)?
            .call(&mut store, a)
            .map(pointer),
        (Results::I32, &[a, b]) => func
            .typed::<(u32, u32), u32>(&store)?
            .call(&mut store, (a, b))
            .map(pointer),
        (Results::I32, &[a, b, c]) => func
            .typed::<(u32, u32, u32), u32>(&store)?
            .call(&mut store, (a, b, c))
            .map(pointer),
        (Results::None, &[a]) => func
            .typed::<u32, ()>(&store)?
            .call(&mut store, a)
            .map(|()| None),
        _ => {
            let args: Vec<Val> = args.iter().map(|arg| Val::I32(arg.cast_signed())).collect();
            let mut results = vec![Val::I32(0); usize::from(shape.results != Results::None)];
            func.call(&mut store, &args, &mut results)?;
            Ok(results.pop())
        }
    }
}
