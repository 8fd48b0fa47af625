//! Owns the calls that are made: written ones for every file, then sweeps of the gas limit and variations of the messages.

mod crypto;
mod hackatom;
mod ibc;
mod imports;
mod others;
mod ours;
mod refused;
mod shapes;
mod small;

use std::cell::RefCell;
use std::rc::Rc;

use crate::dice::Dice;
use crate::stand::Stand;
use crate::sweep::sweep;
use crate::vary::vary;

/// The seed of every drawn choice.
pub const SEED: u64 = 20_260_101;

/// How much is drawn. What is written is always played.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Variations of each kept scene.
    pub variations: u64,
    /// Random lists of instructions for the probe of imports.
    pub lists: u64,
    /// Whether kept scenes are swept.
    pub sweeps: bool,
}

impl Effort {
    /// What the table is made with.
    pub const WHOLE: Effort = Effort {
        variations: 24,
        lists: 600,
        sweeps: true,
    };
    /// What is written, and a little that is drawn.
    pub const QUICK: Effort = Effort {
        variations: 2,
        lists: 60,
        sweeps: false,
    };
}

/// Plays everything.
#[must_use]
pub fn all(effort: Effort) -> Stand {
    let mut stand = Stand::default();
    refused::play(&mut stand);
    hackatom::play(&mut stand);
    small::play(&mut stand);
    ibc::play(&mut stand);
    crypto::play(&mut stand);
    imports::play(&mut stand, effort.lists);
    shapes::play(&mut stand);
    let stand = Rc::new(RefCell::new(stand));
    others::play(&stand);
    ours::play(&stand);
    let stand = Rc::try_unwrap(stand).unwrap_or_else(|_| panic!("every stage is closed"));
    let mut stand = stand.into_inner();
    again(&mut stand, effort);
    stand
}

/// Plays the scenes that were kept again, cut off and varied.
fn again(stand: &mut Stand, effort: Effort) {
    for (number, scene) in stand.kept().into_iter().enumerate() {
        let mut dice = Dice::new(SEED, &format!("{} {number}", scene.contract.name));
        if effort.sweeps {
            sweep(stand, &scene, &mut dice);
        }
        for _ in 0..effort.variations {
            let mut other = scene.clone();
            let message = match (other.call.entry, other.call.args.as_mut_slice()) {
                (commons_vm::EntryPoint::Migrate, [_, message, ..]) => message,
                (_, [.., message]) => message,
                (_, []) => continue,
            };
            *message = vary(message, &mut dice);
            other.call.gas_limit = match dice.below(4) {
                0 => dice.below(VARIED),
                _ => VARIED,
            };
            stand.play(&other);
        }
    }
}

/// Gas of a varied call: enough for an honest one, little enough for one that never ends.
const VARIED: u64 = 400_000_000;
