//! A chain that fails: its addresses do not work, its answers are errors of every kind at every price.

use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_vm::testing::MockApi;
use cosmwasm_vm::{BackendError, GasInfo};

use super::{BROKEN, SEED, execute};
use crate::chain::{Answer, Chain};
use crate::dice::Dice;
use crate::machine::Machine;
use crate::probe;
use crate::probe::list::List;
use crate::session::{Session, info, usual_env};
use crate::stand::Stand;
use crate::sweep::sweep;

/// See the module. The first byte of a question says how it fails, the second at which price.
struct Broken;

/// Prices: nothing, a little inside or outside, all that is left, more than that, more than 64 bits hold together.
const PRICES: u8 = 6;
/// Ways to fail; beyond them there is an answer.
const WAYS: u8 = 6;

impl Chain for Broken {
    fn api(&self) -> MockApi {
        MockApi::new_failing("addresses are out of order")
    }

    fn answer(&self, request: &[u8], gas_limit: u64, _: &Machine) -> Answer {
        let (way, price) = match request {
            [way, price, ..] => (*way, *price),
            _ => (0, 0),
        };
        let price = GasInfo {
            cost: [0, 1_000, 0, 0, gas_limit, u64::MAX][usize::from(price % PRICES)],
            externally_used: [0, 0, 1_000, gas_limit, 1, 1][usize::from(price % PRICES)],
        };
        let error = match way {
            0 => BackendError::unknown("something else"),
            1 => BackendError::user_err("the contract's own fault"),
            2 => BackendError::bad_argument(),
            3 => BackendError::iterator_does_not_exist(7),
            4 => BackendError::foreign_panic(),
            5 => BackendError::InvalidUtf8 {},
            _ => {
                let nothing = cosmwasm_std::Binary::default();
                let answer = cosmwasm_std::ContractResult::Ok(nothing);
                return (Ok(cosmwasm_std::SystemResult::Ok(answer)), price);
            }
        };
        (Err(error), price)
    }
}

pub(super) fn play(stand: &mut Stand) {
    let contract = stand.load(BROKEN, &probe::imports());
    let new = List::default;
    let mut lists = vec![
        new().validate(b"anyone"),
        new().validate(b""),
        new().canonicalize(b"anyone", 64),
        new().humanize([7; 32], 90),
        new().write(b"a", b"b").validate(b"anyone"),
    ];
    for way in 0..=WAYS {
        for price in 0..PRICES {
            lists.push(new().write(b"a", b"b").ask([way, price]).read(b"a"));
        }
    }
    let mut dice = Dice::new(SEED, BROKEN);
    let mut session = Session::new(stand, &contract);
    session.chain = Rc::new(Broken);
    session.keeps = false;
    for list in &lists {
        execute(&mut session, list);
        let args = vec![usual_env(), info("creator", 0), list.bytes()];
        let scene = session.scene(EntryPoint::Execute, args);
        sweep(session.stand, &scene, &mut dice);
    }
    for entry in EntryPoint::ALL {
        for list in [new().ask([WAYS, 1]), new().ask([0, 1])] {
            let mut args = vec![usual_env(); entry.parameters().len()];
            args[super::message_of(entry)] = list.bytes();
            session.call(entry, args);
        }
    }
}
