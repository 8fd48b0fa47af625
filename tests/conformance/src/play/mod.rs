//! Owns the calls that are made: written ones for every file, then sweeps of the gas limit and variations of the messages.

mod crypto;
mod golden;
mod hackatom;
mod ibc;
mod imports;
mod json;
mod others;
mod ours;
mod refused;
mod shapes;
mod small;

use std::cell::RefCell;
use std::rc::Rc;

pub use shapes::{NUMBERED, PAYLOAD, TRAPS};
pub use small::WRITTEN_OUT;

use crate::dice::Dice;
use crate::stand::Stand;
use crate::sweep::sweep;
use crate::vary::vary;

/// The seed of every drawn choice.
pub const SEED: u64 = 20_260_101;

/// How much is drawn, and how much must have been compared in the end. What is written is always played.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Variations of each kept scene.
    pub variations: u64,
    /// Random lists of instructions for the probe of imports.
    pub lists: u64,
    /// Whether kept scenes are swept.
    pub sweeps: bool,
    /// Calls that every file has at least.
    pub least: u64,
    /// Calls of all files together at least.
    pub least_in_all: u64,
}

impl Effort {
    /// What the table is made with.
    pub const WHOLE: Effort = Effort {
        variations: 120,
        lists: 8_000,
        sweeps: true,
        least: 70,
        least_in_all: 100_000,
    };
    /// What is written, and a little that is drawn.
    pub const QUICK: Effort = Effort {
        variations: 2,
        lists: 60,
        sweeps: false,
        least: 50,
        least_in_all: 30_000,
    };
}

type Shared = Rc<RefCell<Stand>>;

/// A part of the suite, by the name under which it can be played alone.
type Part = (&'static str, fn(&Shared, Effort));

const PARTS: [Part; 10] = [
    ("golden", |stand, _| golden::play(&mut stand.borrow_mut())),
    ("refused", |stand, _| refused::play(&mut stand.borrow_mut())),
    ("hackatom", |stand, _| {
        hackatom::play(&mut stand.borrow_mut());
    }),
    ("small", |stand, _| small::play(&mut stand.borrow_mut())),
    ("ibc", |stand, _| ibc::play(&mut stand.borrow_mut())),
    ("crypto", |stand, _| crypto::play(&mut stand.borrow_mut())),
    ("imports", |stand, effort| {
        imports::play(&mut stand.borrow_mut(), effort.lists);
    }),
    ("shapes", |stand, _| shapes::play(&mut stand.borrow_mut())),
    ("others", |stand, _| others::play(stand)),
    ("ours", |stand, _| ours::play(stand)),
];

/// The probes' names in the table.
#[must_use]
pub fn probes() -> Vec<&'static str> {
    let mut names = vec![crypto::NAME];
    names.extend(imports::NAMES);
    names.extend(shapes::NAMES);
    names
}

/// Plays everything, or one part alone. Nothing if there is no such part.
#[must_use]
pub fn play(effort: Effort, only: Option<&str>) -> Option<Stand> {
    let chosen = |name: &str| only.is_none_or(|only| only == name);
    let parts: Vec<&Part> = PARTS.iter().filter(|(name, _)| chosen(name)).collect();
    if parts.is_empty() {
        return None;
    }
    let stand = Shared::default();
    for (name, part) in parts {
        told(name, || part(&stand, effort));
    }
    let stand = Rc::try_unwrap(stand).unwrap_or_else(|_| panic!("every stage is closed"));
    let mut stand = stand.into_inner();
    told("json", || json::play(&mut stand));
    told("sweeps and variations", || again(&mut stand, effort));
    Some(stand)
}

/// Plays a part and tells whoever waits how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "progress is told, nothing depends on it"
)]
fn told(part: &str, play: impl FnOnce()) {
    let began = std::time::Instant::now();
    play();
    eprintln!("{part}: {:.1} s", began.elapsed().as_secs_f64());
}

/// Plays the scenes that were kept again, cut off and varied.
fn again(stand: &mut Stand, effort: Effort) {
    for (number, scene) in stand.kept().into_iter().enumerate() {
        let mut dice = Dice::new(SEED, &format!("{} {number}", scene.contract.name));
        if effort.sweeps {
            sweep(stand, &scene, &mut dice);
        }
        for _ in 0..effort.variations {
            let limit = match dice.below(4) {
                0 => dice.below(VARIED),
                _ => VARIED,
            };
            let Some(message) = scene.message() else {
                continue;
            };
            let message = vary(message, &mut dice);
            stand.play(&scene.with_message(message, limit));
        }
    }
}

/// Gas of a varied call: enough for an honest one, little enough for one that never ends.
const VARIED: u64 = 400_000_000;
