//! Owns the passage from the backend traits of cosmwasm-vm to that of commons-vm; it must change no answer and no price.

use commons_vm::{Gas, Order};
use cosmwasm_vm::{Backend, BackendApi, Querier, Storage};

/// A backend of cosmwasm-vm as one of commons-vm.
pub struct Bridge<A: BackendApi, S: Storage, Q: Querier> {
    /// The backend.
    pub backend: Backend<A, S, Q>,
    /// Takes debug messages.
    pub debug: Box<dyn FnMut(&str)>,
}

impl<A: BackendApi, S: Storage, Q: Querier> commons_vm::Backend for Bridge<A, S, Q> {
    fn get(&mut self, key: &[u8]) -> commons_vm::BackendResult<Option<Vec<u8>>> {
        pass(self.backend.storage.get(key))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> commons_vm::BackendResult<()> {
        pass(self.backend.storage.set(key, value))
    }

    fn remove(&mut self, key: &[u8]) -> commons_vm::BackendResult<()> {
        pass(self.backend.storage.remove(key))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> commons_vm::BackendResult<u32> {
        let order = match order {
            Order::Ascending => cosmwasm_std::Order::Ascending,
            Order::Descending => cosmwasm_std::Order::Descending,
        };
        pass(self.backend.storage.scan(start, end, order))
    }

    fn next(&mut self, iterator: u32) -> commons_vm::BackendResult<Option<(Vec<u8>, Vec<u8>)>> {
        pass(self.backend.storage.next(iterator))
    }

    fn addr_validate(&self, human: &str) -> commons_vm::BackendResult<()> {
        pass(self.backend.api.addr_validate(human))
    }

    fn addr_canonicalize(&self, human: &str) -> commons_vm::BackendResult<Vec<u8>> {
        pass(self.backend.api.addr_canonicalize(human))
    }

    fn addr_humanize(&self, canonical: &[u8]) -> commons_vm::BackendResult<String> {
        pass(self.backend.api.addr_humanize(canonical))
    }

    fn query(&mut self, request: &[u8], gas_limit: Gas) -> commons_vm::BackendResult<Vec<u8>> {
        let (answer, price) = self.backend.querier.query_raw(request, gas_limit.0);
        // The other machine encodes the answer itself, with this function.
        let answer = answer.map(|answer| cosmwasm_vm::to_vec(&answer).expect("an answer is JSON"));
        pass((answer, price))
    }

    fn debug(&mut self, message: &str) {
        (self.debug)(message);
    }
}

fn pass<T>((answer, price): cosmwasm_vm::BackendResult<T>) -> commons_vm::BackendResult<T> {
    let price = commons_vm::GasInfo {
        cost: Gas(price.cost),
        externally_used: Gas(price.externally_used),
    };
    (answer.map_err(pass_error), price)
}

fn pass_error(error: cosmwasm_vm::BackendError) -> commons_vm::BackendError {
    use commons_vm::BackendError as Ours;
    use cosmwasm_vm::BackendError as Theirs;
    match error {
        Theirs::OutOfGas {} => Ours::OutOfGas,
        Theirs::UserErr { msg } => Ours::UserErr(msg),
        Theirs::IteratorDoesNotExist { id } => Ours::IteratorDoesNotExist { id },
        Theirs::BadArgument {} => Ours::BadArgument,
        other => Ours::Unknown(other.to_string()),
    }
}
