//! Every import that is not cryptography, through the probe of imports: storage and iterators, addresses, queries, messages,
//! memory, regions that are not what they claim, and an allocator that calls imports itself.

mod broken;
mod drawn;
mod lists;

use std::rc::Rc;

use commons_vm::EntryPoint;

use super::SEED;
use crate::chain::{Deployed, Inhabited, World};
use crate::dice::Dice;
use crate::machine::Contract;
use crate::probe::list::{List, UNBOUNDED};
use crate::probe::{self, MOODS};
use crate::session::{Session, USUAL, address, info, usual_env};
use crate::stand::Stand;
use crate::sweep::sweep;

/// The files' names in the table.
pub(super) const NAMES: [&str; 4] = [NAME, MOODY, BROKEN, DRAWN];
const NAME: &str = "probes/imports.wat";
const MOODY: &str = "probes/imports.wat: moods of the allocator";
const BROKEN: &str = "probes/imports.wat: a chain that fails";
const DRAWN: &str = "probes/imports.wat: drawn lists";

const ASCENDING: u32 = 1;
const DESCENDING: u32 = 2;

pub(super) fn play(stand: &mut Stand, lists: u64) {
    let contract = stand.load(NAME, &probe::imports());
    written(stand, &contract);
    entry_points(stand, &contract);
    nested(stand, &contract);
    moody(stand);
    broken::play(stand);
    drawn::play(stand, lists);
}

fn execute(session: &mut Session<'_>, list: &List) {
    let args = vec![usual_env(), info("creator", 0), list.bytes()];
    session.call(EntryPoint::Execute, args);
}

/// Which argument of an entry point is the message.
fn message_of(entry: EntryPoint) -> usize {
    let mut names = entry.parameters().iter();
    let at = names.position(|name| *name == "msg");
    at.expect("every entry point takes a message")
}

fn written(stand: &mut Stand, contract: &Rc<Contract>) {
    let mut session = Session::new(stand, contract);
    session.keeps = false;
    for list in lists::written() {
        execute(&mut session, &list);
        let scene = session.scene(
            EntryPoint::Execute,
            vec![usual_env(), info("creator", 0), list.bytes()],
        );
        let mut dice = Dice::new(SEED, NAME);
        sweep(session.stand, &scene, &mut dice);
    }
    session.limit = 500_000_000_000;
    for list in lists::at_the_edges() {
        execute(&mut session, &list);
    }
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
