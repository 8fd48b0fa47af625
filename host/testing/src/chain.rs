//! Owns a test chain: its state, its time, and the way of a transaction through the ledger. It never keeps a block.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Duration;

use commons_ledger::{
    BlockContext, Coin, Fault, Genesis, GenesisAccount, Ledger, LedgerConfig, Rehearsal,
    STACK_BYTES, Signatures, StateRead,
};
use commons_vm::{Vm, VmConfig};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;

use crate::account::{Account, Position, any};
use crate::actions::proto;
use crate::diff;
use crate::done::{Done, Refused};
use crate::report::GasReport;
use crate::state::State;

/// Prefix of every address, unless a [`Setup`] says otherwise.
pub const PREFIX: &str = "commons";
/// The denomination that accounts have, unless a [`Setup`] says otherwise.
pub const DENOM: &str = "utest";
/// What an account gets of each denomination when it is first named.
const FUNDS: u128 = 1_000_000_000_000;
/// What the faucet has of each denomination.
const SUPPLY: u128 = 1_000_000_000_000_000_000_000_000_000_000;
/// Gas of one transaction at most; nobody pays for it here, it bounds a mistake.
const GAS_LIMIT: u64 = 100_000_000;
/// 2026-01-01T00:00:00Z in nanoseconds.
const START: u64 = 1_767_225_600_000_000_000;
const FAUCET: &str = "the faucet";

/// What a test chain starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Chain id that contracts see.
    pub chain_id: String,
    /// Prefix of addresses.
    pub prefix: String,
    /// Denominations, each funded.
    pub denoms: Vec<String>,
    /// Time of the start in nanoseconds since 1970.
    pub time_nanos: u64,
    /// Time from block to block.
    pub block_time: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            chain_id: "commons-testing-1".to_owned(),
            prefix: PREFIX.to_owned(),
            denoms: vec![DENOM.to_owned()],
            time_nanos: START,
            block_time: Duration::from_secs(5),
        }
    }
}

/// A chain at one moment: state, height, time, and the accounts that were named. It costs next to nothing.
#[derive(Clone)]
pub struct Snapshot {
    state: State,
    height: u64,
    time_nanos: u64,
    accounts: BTreeMap<String, Account>,
}

/// A chain in memory on which each transaction is a block of its own. See the crate for what it is and is not.
pub struct TestChain {
    pub(crate) ledger: Ledger,
    setup: Setup,
    genesis: Genesis,
    now: Snapshot,
    gas: GasReport,
}

impl Default for TestChain {
    fn default() -> Self {
        Self::new()
    }
}

impl TestChain {
    /// A new chain of the default [`Setup`].
    #[must_use]
    pub fn new() -> Self {
        Self::with(Setup::default())
    }

    /// A new chain. Every chain of a process shares one virtual machine: each contract is compiled once.
    ///
    /// # Panics
    /// If the setup is none that a chain could start from.
    #[must_use]
    pub fn with(setup: Setup) -> Self {
        let ledger = Ledger::new(
            vm(),
            LedgerConfig {
                address_prefix: setup.prefix.clone(),
            },
        );
        let faucet = Account::named(FAUCET, &ledger);
        let mut denoms = setup.denoms.clone();
        denoms.sort();
        let genesis = Genesis {
            chain_id: setup.chain_id.clone(),
            time: setup.time_nanos,
            address_prefix: setup.prefix.clone(),
            accounts: vec![GenesisAccount {
                address: faucet.address().to_owned(),
                balance: denoms
                    .iter()
                    .map(|denom| Coin::new(SUPPLY, denom))
                    .collect(),
            }],
            params: commons_ledger::ChainParams::default(),
        };
        let mut state = State::default();
        state.write(sound(ledger.init(&genesis), "the setup of a test chain"));
        Self {
            ledger,
            now: Snapshot {
                state,
                height: 0,
                time_nanos: setup.time_nanos,
                accounts: BTreeMap::new(),
            },
            setup,
            genesis,
            gas: GasReport::default(),
        }
    }

    /// The account of this name, with funds from its first mention on. One name is one address, in every test.
    pub fn account(&mut self, name: &str) -> Account {
        if let Some(account) = self.now.accounts.get(name) {
            return account.clone();
        }
        let account = Account::named(name, &self.ledger);
        for denom in self.setup.denoms.clone() {
            self.faucet(&account, FUNDS, &denom);
        }
        let accounts = &mut self.now.accounts;
        accounts.insert(name.to_owned(), account.clone());
        account
    }

    /// Gives coins to an address out of nothing but the faucet's purse.
    ///
    /// # Panics
    /// If the address or the denomination is none of this chain.
    pub fn faucet(&mut self, to: &impl AsRef<str>, amount: u128, denom: &str) {
        let faucet = Account::named(FAUCET, &self.ledger);
        let send = MsgSend {
            from_address: faucet.address().to_owned(),
            to_address: to.as_ref().to_owned(),
            amount: proto(&[Coin::new(amount, denom)]),
        };
        sound(self.submit(&faucet, vec![any(&send)]), "the faucet");
    }

    /// Whoever has this address, a contract too, without the key. Only here: the transactions are refused by every node.
    #[must_use]
    pub fn impersonate(&self, address: &impl AsRef<str>) -> Account {
        Account::impersonated(address.as_ref())
    }

    /// Carries out any messages of one signer in one transaction, which is one block.
    ///
    /// # Errors
    /// [`Refused`] if the transaction fails: then nothing changed but the sequence of its signer, and that only if the
    /// checks before the messages passed.
    pub fn submit(&mut self, by: &Account, messages: Vec<Any>) -> Result<Done, Refused> {
        let account = sound(
            self.ledger.account(&self.now.state, by.address()),
            "the state of a test chain",
        );
        let position = Position {
            chain_id: &self.setup.chain_id,
            number: account.map_or(0, |account| account.number),
            sequence: account.map_or(0, |account| account.sequence),
            gas_limit: GAS_LIMIT,
        };
        let tx = by.sign(messages, &position);
        let signatures = if by.is_impersonated() {
            Signatures::Ignored
        } else {
            Signatures::Checked
        };
        let block = self.next_block();
        let (ledger, context, bytes) = (self.ledger.clone(), block.clone(), tx.clone());
        let rehearsal =
            self.on_deep_stack(move |state| ledger.rehearse(state, &context, &bytes, signatures));
        self.keep(&block, tx, sound(rehearsal, "execution"))
    }

    /// Takes what a transaction did into the state.
    fn keep(
        &mut self,
        block: &BlockContext,
        tx: Vec<u8>,
        rehearsal: Rehearsal,
    ) -> Result<Done, Refused> {
        let Rehearsal { trace, changes } = rehearsal;
        let changed = diff::read(&self.now.state, &changes, &self.setup.prefix);
        self.now.state.write(changes);
        self.now.height = block.height;
        self.now.time_nanos = block.time_nanos;
        self.gas.add(&trace.calls);
        let done = Done {
            height: block.height,
            tx,
            result: trace.result,
            calls: trace.calls,
            changes: changed,
        };
        if done.result.code == 0 {
            Ok(done)
        } else {
            Err(Refused(Box::new(done)))
        }
    }

    /// Lets time pass: one block with nothing in it.
    ///
    /// # Panics
    /// If time would pass the year 2554.
    pub fn advance(&mut self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).ok();
        let later = nanos.and_then(|nanos| self.now.time_nanos.checked_add(nanos));
        self.now.time_nanos = sound(later.ok_or(by.as_secs()), "a time so many seconds from now");
        self.now.height = self.now.height.saturating_add(1);
    }

    /// Makes so many blocks with nothing in them.
    pub fn advance_blocks(&mut self, count: u64) {
        for _ in 0..count {
            self.advance(self.setup.block_time);
        }
    }

    /// The chain as it is now, to come back to.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.now.clone()
    }

    /// Goes back to a moment, or forth to one, as often as wanted.
    pub fn revert(&mut self, to: &Snapshot) {
        self.now = to.clone();
    }

    /// What the chain started from: a node that starts from it does the same.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Height of the last block; 0 before the first.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.now.height
    }

    /// Time of the last block in nanoseconds since 1970.
    #[must_use]
    pub fn time_nanos(&self) -> u64 {
        self.now.time_nanos
    }

    /// Gas of every call since the chain began, by contract and message.
    #[must_use]
    pub fn gas_report(&self) -> &GasReport {
        &self.gas
    }

    pub(crate) fn state(&self) -> &State {
        &self.now.state
    }

    /// Where a query is asked: at the last block.
    pub(crate) fn last_block(&self) -> BlockContext {
        BlockContext {
            chain_id: self.setup.chain_id.clone(),
            height: self.now.height,
            time_nanos: self.now.time_nanos,
        }
    }

    fn next_block(&self) -> BlockContext {
        let nanos = u64::try_from(self.setup.block_time.as_nanos()).unwrap_or(u64::MAX);
        BlockContext {
            height: self.now.height.saturating_add(1),
            time_nanos: self.now.time_nanos.saturating_add(nanos.max(1)),
            ..self.last_block()
        }
    }

    /// Runs `work` on the present state, on a thread with the stack that nested contract calls need.
    pub(crate) fn on_deep_stack<T: Send>(
        &self,
        work: impl FnOnce(Rc<dyn StateRead>) -> Result<T, Fault> + Send,
    ) -> Result<T, String> {
        let state = self.now.state.clone();
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            let running = thread.spawn_scoped(scope, move || work(Rc::new(state)));
            let ended = running.map_err(|error| error.to_string())?.join();
            ended
                .map_err(|_| "it broke down".to_owned())?
                .map_err(|fault| fault.to_string())
        })
    }
}

/// What cannot be otherwise unless the test or the host is wrong: a test should stop here.
#[expect(
    clippy::panic,
    reason = "a test that is wrong in itself stops with a sentence"
)]
#[track_caller]
pub(crate) fn sound<T, E: Display>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what} is not possible: {error}"),
    }
}

/// One virtual machine for every chain of a process: starting one reserves much address space.
fn vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| sound(Vm::new(VmConfig::default()), "a virtual machine"))
        .clone()
}
