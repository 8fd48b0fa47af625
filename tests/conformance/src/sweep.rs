//! Owns the choice of gas limits at which a call is cut off; it must find every limit at which what the chain sees changes.

use crate::dice::Dice;
use crate::pair::Pair;
use crate::stand::{Scene, Stand};

/// Questions of one call around which limits are placed; of more, so many are drawn.
const QUESTIONS: usize = 24;
/// Limits drawn beside them.
const DRAWN: usize = 12;
/// Gas above which a call is not swept: it would be repeated for minutes.
const DEAREST: u64 = 2_000_000_000;

/// Repeats a call that succeeded with limits around every question it asks the chain, around its end, and with limits drawn.
pub fn sweep(stand: &mut Stand, scene: &Scene, dice: &mut Dice) {
    for limit in limits(&stand.pair, scene, dice) {
        let mut cut = scene.clone();
        cut.call.gas_limit = limit;
        stand.play(&cut);
    }
}

fn limits(pair: &Pair, scene: &Scene, dice: &mut Dice) -> Vec<u64> {
    let seen = |limit: u64| {
        let mut call = scene.call.clone();
        call.gas_limit = limit;
        pair.ours()
            .run(&scene.contract, &call, &scene.records, &scene.chain)
    };
    let whole = seen(scene.call.gas_limit);
    let used = whole.gas_used;
    if used == 0 || used > DEAREST {
        return vec![0, used / 2];
    }
    let mut questions: Vec<usize> = (1..=whole.trace.len()).collect();
    while questions.len() > QUESTIONS {
        questions.swap_remove(dice.index(questions.len()));
    }
    let mut limits = vec![0, 1, used - 1, used, used + 1];
    limits.extend((0..DRAWN).map(|_| dice.below(used)));
    for question in questions {
        let least = least(used, |limit| seen(limit).trace.len() >= question);
        limits.extend([least.saturating_sub(1), least]);
    }
    limits.sort_unstable();
    limits.dedup();
    limits
}

/// The least limit up to `most` that suffices.
fn least(most: u64, suffices: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if suffices(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
