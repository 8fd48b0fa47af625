//! Lists that chance makes: any instruction, any operand, any limit.

use commons_vm::EntryPoint;

use super::{DRAWN, SEED};
use crate::dice::Dice;
use crate::probe;
use crate::probe::list::{List, Operand, UNBOUNDED};
use crate::session::{Session, USUAL, address, info, usual_env};
use crate::stand::Stand;

/// Random lists with random operands and limits.
pub(super) fn play(stand: &mut Stand, lists: u64) {
    let contract = stand.load(DRAWN, &probe::imports());
    let mut dice = Dice::new(SEED, DRAWN);
    let mut session = Session::new(stand, &contract);
    session.keeps = false;
    for _ in 0..lists {
        let mut list = List::default();
        for _ in 0..=dice.below(8) {
            list = list.then(&instruction(&mut dice));
        }
        session.limit = match dice.below(3) {
            0 => dice.below(20_000_000),
            _ => 3_000_000_000,
        };
        let entry = *dice.pick(&EntryPoint::ALL);
        let mut args = vec![usual_env()];
        if entry.parameters()[1] == "info" {
            args.push(info("creator", 0));
        }
        args.push(list.bytes());
        if entry == EntryPoint::Migrate {
            args.push(b"{}".to_vec());
        }
        session.call(entry, args);
    }
    for entry in EntryPoint::ALL {
        let mut args = vec![usual_env(); entry.parameters().len()];
        let message = super::message_of(entry);
        args[message] = List::default().say(b"done").bytes();
        session.limit = USUAL;
        session.call(entry, args.clone());
        args[message] = List::default().abort(b"done").bytes();
        session.call(entry, args);
    }
}

fn instruction(dice: &mut Dice) -> List {
    let new = List::default;
    let small = u32::try_from(dice.below(5)).expect("it is small");
    match dice.below(29) {
        0 | 1 => new().read(operand(dice)),
        2..=4 => new().write(key(dice), operand(dice)),
        5 => new().remove(key(dice)),
        6 | 7 => new().scan(bound(dice), bound(dice), small),
        8 | 9 => new().next(small),
        10 => new().next_key(small),
        11 => new().next_value(small),
        12 => new().validate(operand(dice)),
        13 => new().canonicalize(operand(dice), small * 30),
        14 => new().humanize(operand(dice), small * 30),
        15 => new().k1_verify(operand(dice), operand(dice), operand(dice)),
        16 => new().r1_recover(operand(dice), operand(dice), small),
        17 => new().ed_verify(operand(dice), operand(dice), operand(dice)),
        18 => new().ed_batch(operand(dice), operand(dice), operand(dice)),
        19 => new().add_g1(operand(dice), small * 16),
        20 => new().to_g1(small / 4, operand(dice), operand(dice), small * 16),
        21 => new().debug(operand(dice)),
        22 => new().ask(operand(dice)),
        23 => new().grow(small * 50),
        24 => new().mood(u32::try_from(dice.below(30)).expect("it is small")),
        25 => new().say(operand(dice)),
        26 => new().answer(operand(dice)),
        27 => new().swell(small * 1_000),
        _ => new().k1_recover(operand(dice), operand(dice), small),
    }
}

fn key(dice: &mut Dice) -> Operand {
    let length = dice.index(3);
    Operand::Bytes((0..length).map(|_| b"abc"[dice.index(3)]).collect())
}

fn bound(dice: &mut Dice) -> Operand {
    match dice.below(2) {
        0 => UNBOUNDED,
        _ => key(dice),
    }
}

fn operand(dice: &mut Dice) -> Operand {
    let number = |dice: &mut Dice| {
        let numbers = [
            0,
            1,
            12,
            1024,
            65_536,
            1_179_648,
            33_554_432,
            u32::MAX - 12,
            u32::MAX,
        ];
        *dice.pick(&numbers)
    };
    match dice.below(20) {
        0 => Operand::Pointer(number(dice)),
        1 => Operand::Region(number(dice), number(dice), number(dice)),
        2..=6 => key(dice),
        7 => Operand::from(address("creator")),
        _ => {
            let lengths = [0, 1, 20, 31, 32, 33, 48, 64, 65, 96, 300];
            let length = *dice.pick(&lengths);
            Operand::Bytes(dice.bytes(length))
        }
    }
}
