//! Every import that is not cryptography, through the probe of imports: storage and iterators, addresses, queries, messages,
//! memory, regions that are not what they claim, and an allocator that calls imports itself.

use std::rc::Rc;

use commons_vm::EntryPoint;
use cosmwasm_vm::testing::MOCK_CONTRACT_ADDR;

use super::SEED;
use crate::chain::{Deployed, Inhabited, World};
use crate::dice::Dice;
use crate::machine::Contract;
use crate::probe::list::{List, Operand, UNBOUNDED};
use crate::probe::{self, MOODS};
use crate::session::{Session, USUAL, address, info, usual_env};
use crate::stand::Stand;
use crate::sweep::sweep;

const NAME: &str = "probes/imports.wat";
const MOODY: &str = "probes/imports.wat: moods of the allocator";
const DRAWN: &str = "probes/imports.wat: drawn lists";

const KIB: usize = 1024;
const ASCENDING: u32 = 1;
const DESCENDING: u32 = 2;

pub(super) fn play(stand: &mut Stand, lists: u64) {
    let contract = stand.load(NAME, &probe::imports());
    written(stand, &contract);
    entry_points(stand, &contract);
    nested(stand, &contract);
    moody(stand);
    drawn(stand, lists);
}

fn execute(session: &mut Session<'_>, list: &List) {
    let args = vec![usual_env(), info("creator", 0), list.bytes()];
    session.call(EntryPoint::Execute, args);
}

fn written(stand: &mut Stand, contract: &Rc<Contract>) {
    let mut session = Session::new(stand, contract);
    session.keeps = false;
    for list in [storage(), iterators(), addresses(), queries(), messages()].concat() {
        execute(&mut session, &list);
        let scene = session.scene(
            EntryPoint::Execute,
            vec![usual_env(), info("creator", 0), list.bytes()],
        );
        let mut dice = Dice::new(SEED, NAME);
        sweep(session.stand, &scene, &mut dice);
    }
    session.limit = 500_000_000_000;
    for list in [lengths(), regions(), memory()].concat() {
        execute(&mut session, &list);
    }
}

/// Absent, empty and full values; overwritten, removed, removed again.
fn storage() -> Vec<List> {
    let new = List::default;
    vec![
        new().read(b"absent"),
        new()
            .write(b"a", b"1")
            .write(b"b", b"2")
            .write(b"c", b"")
            .write(b"", b"no key"),
        new().read(b"a").read(b"c").read(b"").read(b"d"),
        new()
            .write(b"a", b"one")
            .read(b"a")
            .remove(b"a")
            .read(b"a")
            .remove(b"a"),
        new().write([0xff; 3], [0; 3]).read([0xff; 3]),
        new().write(b"a", [7; 5_000]).read(b"a"),
    ]
}

/// Both orders, every kind of bound, every way to go on, the end and beyond it, writes on the way, ids that do not exist.
fn iterators() -> Vec<List> {
    let new = List::default;
    let mut lists = vec![(b'a'..=b'p').fold(new(), |list, key| list.write([key], [key; 3]))];
    let bounds: [(Operand, Operand); 9] = [
        (UNBOUNDED, UNBOUNDED),
        (b"c".into(), UNBOUNDED),
        (UNBOUNDED, b"c".into()),
        (b"c".into(), b"f".into()),
        (b"c".into(), b"c".into()),
        (b"f".into(), b"c".into()),
        (b"".into(), b"".into()),
        (b"".into(), UNBOUNDED),
        (b"cc".into(), [0xff; 20].into()),
    ];
    for (start, end) in &bounds {
        for order in [ASCENDING, DESCENDING] {
            let open = new().scan(start.clone(), end.clone(), order);
            lists.push((0..20).fold(open.clone(), |list, _| list.next(1)));
            lists.push((0..4).fold(open.clone(), |list, _| {
                list.next_key(1).next_value(1).next(1)
            }));
        }
    }
    let open = || new().scan(UNBOUNDED, UNBOUNDED, ASCENDING);
    lists.extend([
        open()
            .next(1)
            .write(b"aa", b"new")
            .remove(b"b")
            .next(1)
            .next(1),
        open().then(&open()).next(1).next(2).next(2).next(1),
        new().next(1),
        new().next_key(0),
        new().next_value(u32::MAX),
        open().next(2),
        new().scan(UNBOUNDED, UNBOUNDED, 0),
        new().scan(UNBOUNDED, UNBOUNDED, 3),
        new().scan(UNBOUNDED, UNBOUNDED, u32::MAX),
    ]);
    lists
}

/// Addresses in every form, and room for the answer that does or does not suffice.
fn addresses() -> Vec<List> {
    let new = List::default;
    let valid = address("creator");
    let upper = valid.to_uppercase();
    let mixed = format!("{}{}", &valid[..10], valid[10..].to_uppercase());
    let texts: [Vec<u8>; 9] = [
        valid.clone().into(),
        upper.into(),
        mixed.into(),
        b"".into(),
        b"short".into(),
        b"osmo186kh7c0k0gh4ww0wh4jqc4yhzu7n7dhswe845d".into(),
        vec![0xff, 0xfe],
        vec![b'a'; 256],
        vec![b'a'; 257],
    ];
    let mut lists: Vec<List> = texts.iter().map(|text| new().validate(text)).collect();
    for text in &texts {
        for room in [90, 64, 32, 31, 0] {
            lists.push(new().canonicalize(text, room));
        }
    }
    for bytes in [
        &[7; 32][..],
        &[7; 20],
        &[7; 54],
        &[7; 64],
        &[7; 65],
        &[7],
        b"",
    ] {
        for room in [90, 67, 66, 0] {
            lists.push(new().humanize(bytes, room));
        }
    }
    lists
}

/// Balances, nonsense, and a query that does not fit.
fn queries() -> Vec<List> {
    let new = List::default;
    let balance =
        format!(r#"{{"bank":{{"balance":{{"address":"{MOCK_CONTRACT_ADDR}","denom":"earth"}}}}}}"#);
    let missing = r#"{"wasm":{"smart":{"contract_addr":"nobody","msg":"e30="}}}"#;
    vec![
        new().ask(&balance),
        new().ask(&balance).ask(&balance).write(b"asked", b"twice"),
        new().ask(missing),
        new().ask(r#"{"wasm":{"raw":{"contract_addr":"nobody","key":"e30="}}}"#),
        new().ask(b"nonsense"),
        new().ask(b""),
        new().ask(vec![b'['; 64 * KIB]),
        new().ask(vec![b'['; 64 * KIB + 1]),
        new().ask(vec![b'['; 100_000]),
    ]
}

/// To the host, and the last one.
fn messages() -> Vec<List> {
    let new = List::default;
    vec![
        new().debug(b"hello").debug(b"").debug([0xff, 0xc0, b'!']),
        new().debug(vec![b'x'; 3_000]),
        new()
            .write(b"before", b"it")
            .abort(b"the end")
            .say(b"never"),
        new().abort(b""),
        new().abort([0xff, 0xc0, b'!']),
        new().abort("Ran out of gas during contract execution"),
        new().say(b"only this").say(b""),
        new(),
        new().mood(0).swell(900_000),
    ]
}

/// The greatest lengths that are read, and one more.
fn lengths() -> Vec<List> {
    let new = List::default;
    let long = |length: usize| vec![b'k'; length];
    let mut lists = Vec::new();
    for extra in [0, 1] {
        lists.extend([
            new().read(long(64 * KIB + extra)),
            new().remove(long(64 * KIB + extra)),
            new().write(long(64 * KIB + extra), b"v"),
            new().write(b"k", long(128 * KIB + extra)).read(b"k"),
            new().scan(long(64 * KIB + extra), UNBOUNDED, ASCENDING),
            new().scan(UNBOUNDED, long(64 * KIB + extra), ASCENDING),
            new().debug(long(2048 * KIB + extra)),
            new().abort(long(2048 * KIB + extra)),
            new().add_g1(long(2048 * KIB + extra), 48),
            new().add_g2(long(2048 * KIB + extra), 96),
            new().pair(long(2048 * KIB + extra), b"", b"", b""),
            new().pair(b"", long(2048 * KIB + extra), b"", b""),
            new().pair(b"", b"", long(48 + extra), b""),
            new().pair(b"", b"", b"", long(96 + extra)),
            new().to_g1(0, long(5 * 1024 * KIB + extra), b"d", 48),
            new().to_g2(0, b"m", long(5 * KIB + extra), 96),
            new().ed_verify(long(128 * KIB + extra), [0; 64], [0; 32]),
            new().ed_batch(b"", long(68 * 256 + extra), b""),
            new().ed_batch(b"", b"", long(36 * 256 + extra)),
            new().ed_batch(long(8_000_000 + extra), b"", b""),
        ]);
    }
    // Above this the price of reading changes; more than the memory has.
    lists.push(new().ed_batch(long(8_500_000), b"", b""));
    lists.push(new().ed_batch(long(24 * 1024 * KIB), b"", b""));
    lists
}

/// Regions that lie: everywhere a region is read, and where one is written.
fn regions() -> Vec<List> {
    let new = List::default;
    let lies = [
        Operand::Pointer(0),
        Operand::Pointer(4),
        Operand::Pointer(1),
        Operand::Pointer(u32::MAX),
        Operand::Pointer(u32::MAX - 11),
        Operand::Pointer(18 * 65_536 - 12),
        Operand::Region(0, 0, 0),
        Operand::Region(0, 10, 5),
        Operand::Region(1024, 4, 5),
        Operand::Region(1024, u32::MAX, 1),
        Operand::Region(1024, u32::MAX - 1024, 1),
        Operand::Region(u32::MAX, 0, 0),
        Operand::Region(u32::MAX, 1, 1),
        Operand::Region(32 * 1024 * 1024, 10, 10),
        Operand::Region(19 * 65_536, 65_536, 65_536),
        Operand::Region(1024, 12, 12),
        Operand::Region(1, 0, 0),
        Operand::Region(u32::MAX - 5, 5, 5),
    ];
    let mut lists = Vec::new();
    for lie in &lies {
        lists.extend([
            new().read(lie.clone()),
            new().write(lie.clone(), b"value"),
            new().write(b"key", lie.clone()),
            new().remove(lie.clone()),
            new().scan(lie.clone(), UNBOUNDED, ASCENDING).next(1),
            new().scan(UNBOUNDED, lie.clone(), DESCENDING).next(1),
            new().validate(lie.clone()),
            new().canonicalize(lie.clone(), 90),
            new().humanize(lie.clone(), 90),
            new().k1_verify(lie.clone(), b"", b""),
            new().r1_recover(b"", lie.clone(), 0),
            new().ed_verify(b"", b"", lie.clone()),
            new().ed_batch(lie.clone(), b"", b""),
            new().add_g1(lie.clone(), 48),
            new().pair(b"", b"", b"", lie.clone()),
            new().to_g2(0, b"", lie.clone(), 96),
            new().debug(lie.clone()),
            new().abort(lie.clone()),
            new().ask(lie.clone()),
            new().say(b"something").answer(lie.clone()),
        ]);
    }
    lists
}

/// To the limit, beyond it, by nothing, by everything.
fn memory() -> Vec<List> {
    let new = List::default;
    vec![
        new().grow(0).grow(1).grow(100),
        new().grow(512 - 19),
        new().grow(512 - 18),
        new().grow(512),
        new().grow(u32::MAX),
        new().grow(65_536).grow(65_535),
        (0..60).fold(new(), |list, _| list.grow(10)),
        new().grow(480).read(b"after").write(b"k", b"v").ask(b"{}"),
    ]
}

/// Every entry point: carries a list out, refuses to write in a query, ends early, and is called in vain.
fn entry_points(stand: &mut Stand, contract: &Rc<Contract>) {
    for entry in EntryPoint::ALL {
        let mut session = Session::new(stand, contract);
        session.keeps = false;
        let mut tell = |list: &List| {
            let mut args = vec![usual_env()];
            if entry.parameters()[1] == "info" {
                args.push(info("creator", 1_000));
            }
            args.push(list.bytes());
            if entry == EntryPoint::Migrate {
                args.push(b"{}".to_vec());
            }
            session.call(entry, args.clone());
            args
        };
        tell(&List::default().say(br#"{"ok":{}}"#));
        tell(&List::default().say(br#"{"error":"no"}"#));
        tell(&List::default().write(b"key", b"value").read(b"key"));
        tell(&List::default().remove(b"key").say(b"removed"));
        tell(&List::default().read(b"key").abort(b"enough"));
        let args = tell(
            &List::default()
                .scan(UNBOUNDED, UNBOUNDED, ASCENDING)
                .next(1)
                .ask(b"{}"),
        );
        let mut dice = Dice::new(SEED, entry.name());
        let scene = session.scene(entry, args);
        sweep(session.stand, &scene, &mut dice);
        if entry == EntryPoint::Migrate {
            // Given as to an older contract: this one takes three.
            session.call(entry, vec![usual_env(), List::default().bytes()]);
        }
    }
}

/// Contracts that ask contracts that ask contracts, in the same machine; the gas of each is the limit of the next.
fn nested(stand: &mut Stand, contract: &Rc<Contract>) {
    let mut world = World::default();
    for label in ["one", "two"] {
        let deployed = Deployed {
            contract: Rc::clone(contract),
            records: [(b"key".to_vec(), label.as_bytes().to_vec())].into(),
        };
        world.contracts.insert(address(label), deployed);
    }
    let question = |label: &str, list: &List| {
        let msg = cosmwasm_std::Binary::new(list.bytes()).to_base64();
        let address = address(label);
        format!(r#"{{"wasm":{{"smart":{{"contract_addr":"{address}","msg":"{msg}"}}}}}}"#)
    };
    // Whoever asks gets an answer only from a probe that says one; the others fail, each at its own depth.
    let plain = List::default().say(br#"{"ok":"e30="}"#);
    let mute = List::default().read(b"key");
    let depth = |times: usize| {
        let ask = |list: List, number: usize| {
            let label = if number.is_multiple_of(2) {
                "one"
            } else {
                "two"
            };
            List::default().ask(question(label, &list))
        };
        (0..times).fold(plain.clone(), ask)
    };
    let raw = |label: &str, key: &str| {
        let address = address(label);
        format!(r#"{{"wasm":{{"raw":{{"contract_addr":"{address}","key":"{key}"}}}}}}"#)
    };
    let lists = [
        List::default().ask(question("one", &plain)),
        List::default()
            .ask(question("one", &mute))
            .ask(question("two", &plain)),
        List::default().ask(question("one", &List::default().write(b"a", b"b"))),
        List::default().ask(question("two", &List::default().abort(b"inner"))),
        List::default().ask(question("three", &plain)),
        List::default()
            .ask(raw("one", "a2V5"))
            .ask(raw("two", "a2V5"))
            .ask(raw("two", "bm9uZQ==")),
        depth(2),
        depth(5),
    ];
    let mut session = Session::new(stand, contract);
    session.chain = Rc::new(Inhabited(Rc::new(world)));
    session.keeps = false;
    for list in &lists {
        execute(&mut session, list);
        let args = vec![usual_env(), info("creator", 0), list.bytes()];
        let scene = session.scene(EntryPoint::Execute, args);
        let mut dice = Dice::new(SEED, "nested");
        sweep(session.stand, &scene, &mut dice);
    }
}

/// The allocator calls imports, from the start or from some point on: arguments and answers are allocated by it.
fn moody(stand: &mut Stand) {
    let after = |mood: u32| {
        List::default()
            .write(b"sheep", b"wool")
            .mood(mood)
            .read(b"sheep")
            .validate(b"nobody")
            .scan(UNBOUNDED, UNBOUNDED, ASCENDING)
            .next(1)
            .ask(b"{}")
    };
    let calm = stand.load(MOODY, &probe::imports());
    for mood in 0..MOODS {
        for contract in [calm.clone(), stand.load(MOODY, &probe::imports_in(mood))] {
            let mut session = Session::new(stand, &contract);
            session.keeps = false;
            session.limit = USUAL / 20;
            for entry in EntryPoint::ALL {
                let third = entry.parameters().len() == 3;
                let args = |list: &List| match entry {
                    EntryPoint::Migrate => vec![usual_env(), list.bytes(), b"{}".to_vec()],
                    _ if third => vec![usual_env(), info("creator", 0), list.bytes()],
                    _ => vec![usual_env(), list.bytes()],
                };
                for list in [after(mood), after(mood).mood(0).say(b"calm again")] {
                    session.call(entry, args(&list));
                }
                session.call(entry, args(&List::default().say(br#"{"ok":{}}"#)));
                session.call(entry, args(&List::default().abort(b"no")));
            }
        }
    }
}

/// Random lists with random operands and limits.
fn drawn(stand: &mut Stand, lists: u64) {
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
        let message = if entry == EntryPoint::Migrate {
            1
        } else {
            args.len() - 1
        };
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
