//! The project's own contracts: the whole story of a trust, and a random life after it, with every call of every contract in both
//! machines.

mod replies;

use std::cell::RefCell;
use std::rc::Rc;

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::units::UnixTime;
use commons_tests::chain::{Chain, Outcome, PREFIX, Setup, State};
use commons_tests::native::Native;
use commons_tests::random::{self, Onlooker, Reach};
use commons_tests::{artifact, story};
use cosmwasm_std::{Checksum, Empty};
use cw_multi_test::Contract;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::SEED;
use crate::dice::Dice;
use crate::stage::Doubled;
use crate::stand::Stand;

thread_local! {
    /// The stand of the chains that begin: a chain of the tests begins without being told where to tally.
    static STAND: RefCell<Option<Rc<RefCell<Stand>>>> = const { RefCell::new(None) };
}

pub(super) fn play(stand: &Rc<RefCell<Stand>>) {
    STAND.replace(Some(Rc::clone(stand)));
    drop(story::play::<Both>());
    drawn();
    STAND.replace(None);
    replies::play(&mut stand.borrow_mut());
}

/// Steps of the random life.
const STEPS: usize = 150;

/// A living trust, and steps that chance chooses.
fn drawn() {
    let mut dice = Dice::new(SEED, "a random life");
    let seed = dice.bytes(32);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let life = random::lives(STEPS).new_tree(&mut runner);
    let life = life.expect("a life can be drawn").current();
    let mut family = random::living::<Both>(&life);
    let mut reach = Reach::new();
    Onlooker::new(&family).follow(&mut family, &life, &mut reach);
    assert!(!reach.is_empty(), "some steps take effect");
}

/// A chain under cw-multi-test whose contracts run in both machines.
struct Both(Native);

impl Chain for Both {
    fn begin(setup: &Setup) -> Self {
        Self(Native::begin_with(setup, doubled))
    }

    fn wait_until(&mut self, time: UnixTime) {
        self.0.wait_until(time);
    }

    fn submit(&mut self, signer: &AccountKey, message: Message) -> Outcome {
        self.0.submit(signer, message)
    }

    fn query_bytes(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>, String> {
        self.0.query_bytes(contract, question)
    }

    fn dump(&self, contract: &str) -> State {
        self.0.dump(contract)
    }

    fn balance(&self, address: &str) -> u128 {
        self.0.balance(address)
    }

    fn height(&self) -> u64 {
        self.0.height()
    }

    fn now(&self) -> UnixTime {
        self.0.now()
    }
}

/// One of our contracts in both machines.
fn doubled(wasm: &[u8]) -> Box<dyn Contract<Empty>> {
    let named = |name: &&str| artifact::wasm(name) == wasm;
    let name = artifact::NAMES.into_iter().find(named);
    let name = name.expect("only the project's contracts are stored here");
    let stand = STAND.with_borrow(Clone::clone).expect("a stand is set up");
    let contract = stand.borrow_mut().load(&format!("{name}.wasm"), wasm);
    Box::new(Doubled {
        stand,
        contract,
        checksum: Checksum::generate(wasm),
        api: cosmwasm_vm::testing::MockApi::default().with_prefix(PREFIX),
    })
}
