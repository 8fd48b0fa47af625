//! Lists of instructions as written: what each import does when it is used as it should be, and when it is not.

use cosmwasm_vm::testing::MOCK_CONTRACT_ADDR;

use super::{ASCENDING, DESCENDING};
use crate::probe::list::{List, Operand, UNBOUNDED};
use crate::session::address;

const KIB: usize = 1024;

/// Lists that are also cut off at every question.
pub(super) fn written() -> Vec<List> {
    [storage(), iterators(), addresses(), queries(), messages()].concat()
}

/// Lists at the edges of lengths, regions and memory.
pub(super) fn at_the_edges() -> Vec<List> {
    [lengths(), regions(), memory()].concat()
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
