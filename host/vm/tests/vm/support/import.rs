//! The 24 imports as data: what each reads and writes, an input that succeeds, and what an empty input gets.

use super::chain::MockChain;
use super::json::address;
use super::wasm::contract;
use commons_vm::{Backend, Order};

/// Bytes of the memory of [`super::wasm::contract`].
pub(crate) const MEMORY: u32 = 131_072;

/// RFC 8032, 7.1, test 1 (its message is empty, so that one byte more is another message).
const ED_SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
const ED_KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
/// The generators of both groups of BLS12-381, compressed.
pub(crate) const G1: &str = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
pub(crate) const G2: &str = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";

/// What an import takes in one place.
#[derive(Clone)]
pub(crate) enum Param {
    /// A region it reads.
    Read {
        /// An input with which the import succeeds.
        sample: Vec<u8>,
        /// Bytes it may have at most.
        max: u32,
        /// Gas for each byte beyond the 115 of the copy.
        per_byte: u64,
    },
    /// A region of this capacity that it fills.
    Fill(u32),
    /// A number.
    Number(u32),
}

/// What an import returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    /// Nothing.
    Nothing,
    /// A number: 0 for success.
    Code,
    /// A region, or 0 for none.
    Region,
    /// A region in the low half or a code in the high half.
    RegionOrCode,
}

impl Returns {
    /// The wasm type of the result.
    pub(crate) fn value_type(self) -> Option<&'static str> {
        match self {
            Returns::Nothing => None,
            Returns::Code | Returns::Region => Some("i32"),
            Returns::RegionOrCode => Some("i64"),
        }
    }
}

/// One import.
#[derive(Clone)]
pub(crate) struct Import {
    pub(crate) name: &'static str,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Returns,
}

fn read(sample: &[u8], max: u32) -> Param {
    priced(sample, max, 0)
}

fn priced(sample: &[u8], max: u32, per_byte: u64) -> Param {
    let sample = sample.to_vec();
    Param::Read {
        sample,
        max,
        per_byte,
    }
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// One section: bytes and their length behind them.
pub(crate) fn section(data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [data, &length.to_be_bytes()].concat()
}

/// Every import, in the order of the specification.
pub(crate) fn all() -> Vec<Import> {
    [storage(), addresses(), ecdsa(), ed25519(), bls(), chain()].concat()
}

fn import(name: &'static str, params: Vec<Param>, returns: Returns) -> Import {
    Import {
        name,
        params,
        returns,
    }
}

const KEY: u32 = 64 * 1024;

fn storage() -> Vec<Import> {
    // The chain of the tests charges a byte of key or value 1.
    let next = |name| import(name, vec![Param::Number(1)], Returns::Region);
    vec![
        import("db_read", vec![priced(b"k", KEY, 1)], Returns::Region),
        import(
            "db_write",
            vec![priced(b"k", KEY, 1), priced(b"v", 128 * 1024, 1)],
            Returns::Nothing,
        ),
        import("db_remove", vec![priced(b"k", KEY, 1)], Returns::Nothing),
        import(
            "db_scan",
            vec![read(b"a", KEY), read(b"z", KEY), Param::Number(1)],
            Returns::Code,
        ),
        next("db_next"),
        next("db_next_key"),
        next("db_next_value"),
    ]
}

fn addresses() -> Vec<Import> {
    let human = address("creator");
    let human = || priced(human.as_bytes(), 256, 1_400);
    vec![
        import("addr_validate", vec![human()], Returns::Region),
        import(
            "addr_canonicalize",
            vec![human(), Param::Fill(64)],
            Returns::Region,
        ),
        import(
            "addr_humanize",
            vec![read(&[7; 20], 64), Param::Fill(90)],
            Returns::Region,
        ),
    ]
}

fn ecdsa() -> Vec<Import> {
    let verify = |name, hash, signature, key| {
        import(
            name,
            vec![
                read(&hex(hash), 32),
                read(&hex(signature), 64),
                read(&hex(key), 65),
            ],
            Returns::Code,
        )
    };
    let recover = |name, hash, signature, param| {
        import(
            name,
            vec![
                read(&hex(hash), 32),
                read(&hex(signature), 64),
                Param::Number(param),
            ],
            Returns::RegionOrCode,
        )
    };
    use crate::support::vectors::{K1_HASH, K1_KEY, K1_SIGNATURE, R1_HASH, R1_KEY, R1_SIGNATURE};
    vec![
        verify("secp256k1_verify", K1_HASH, K1_SIGNATURE, K1_KEY),
        recover("secp256k1_recover_pubkey", K1_HASH, K1_SIGNATURE, 0),
        verify("secp256r1_verify", R1_HASH, R1_SIGNATURE, R1_KEY),
        recover("secp256r1_recover_pubkey", R1_HASH, R1_SIGNATURE, 0),
    ]
}

fn ed25519() -> Vec<Import> {
    let (signature, key) = (hex(ED_SIGNATURE), hex(ED_KEY));
    vec![
        import(
            "ed25519_verify",
            vec![read(b"", 128 * 1024), read(&signature, 64), read(&key, 32)],
            Returns::Code,
        ),
        import(
            "ed25519_batch_verify",
            vec![
                read(&section(b""), (128 * 1024 + 4) * 256),
                read(&section(&signature), 68 * 256),
                read(&section(&key), 36 * 256),
            ],
            Returns::Code,
        ),
    ]
}

fn bls() -> Vec<Import> {
    const MIB: u32 = 1024 * 1024;
    let (g1, g2) = (hex(G1), hex(G2));
    let to = |name, size| {
        let message = read(b"message", 5 * MIB);
        let params = vec![
            Param::Number(0),
            message,
            read(b"domain", 5 * 1024),
            Param::Fill(size),
        ];
        import(name, params, Returns::Code)
    };
    vec![
        import(
            "bls12_381_aggregate_g1",
            vec![read(&g1, 2 * MIB), Param::Fill(48)],
            Returns::Code,
        ),
        import(
            "bls12_381_aggregate_g2",
            vec![read(&g2, 2 * MIB), Param::Fill(96)],
            Returns::Code,
        ),
        import(
            "bls12_381_pairing_equality",
            vec![
                read(&g1, 2 * MIB),
                read(&g2, 2 * MIB),
                read(&g1, 48),
                read(&g2, 96),
            ],
            Returns::Code,
        ),
        to("bls12_381_hash_to_g1", 48),
        to("bls12_381_hash_to_g2", 96),
    ]
}

fn chain() -> Vec<Import> {
    const TEXT: u32 = 2 * 1024 * 1024;
    vec![
        import("debug", vec![read(b"text", TEXT)], Returns::Nothing),
        import(
            "abort",
            vec![priced(b"text", TEXT, 1_400)],
            Returns::Nothing,
        ),
        import("query_chain", vec![read(b"{}", 64 * 1024)], Returns::Region),
    ]
}

/// A chain on which every sample succeeds: one record, and an iterator that stands before it.
pub(crate) fn prepared_chain() -> MockChain {
    let mut chain = MockChain::default();
    let record = (b"k".to_vec(), b"v".to_vec());
    chain.state.borrow_mut().storage.extend([record]);
    assert_eq!(chain.scan(None, None, Order::Ascending).0, Ok(1));
    chain
}

impl Import {
    /// The import in text form, callable as `$call`.
    pub(crate) fn declaration(&self) -> String {
        let params = "i32 ".repeat(self.params.len());
        let result = self.returns.value_type();
        let result = result.map_or(String::new(), |result| format!("(result {result})"));
        let name = self.name;
        format!(r#"(import "env" "{name}" (func $call (param {params}) {result}))"#)
    }

    /// The expression that runs [`Self::declaration`] on these and answers with the number or the region it returns.
    fn call(&self, args: &str) -> String {
        let call = format!("(call $call {args})");
        match self.returns {
            Returns::Nothing => format!("{call} (call $answer (i32.const 0))"),
            Returns::Code => format!("(call $answer {call})"),
            Returns::Region => format!("(call $shown (i64.extend_i32_u {call}))"),
            Returns::RegionOrCode => format!("(call $shown {call})"),
        }
    }

    /// A contract whose `execute` calls the import. Its arguments: the number of the parameter to replace (4 bytes; beyond the last for
    /// none), the number to put there (4 bytes), 12 bytes to which `u32::MAX - 1` stands for a pointer, and the samples of [`Self::args`].
    pub(crate) fn caller(&self) -> Vec<u8> {
        let mut args = String::new();
        for (index, param) in self.params.iter().enumerate() {
            let own = match param {
                Param::Read { .. } => format!("(local.get {})", index + 3),
                Param::Fill(capacity) => format!("(call $allocate (i32.const {capacity}))"),
                Param::Number(number) => format!("(i32.const {number})"),
            };
            args += &format!(
                "(if (result i32) (i32.eq (call $number (local.get 0)) (i32.const {index}))
                    (then (call $replacement (local.get 1) (local.get 2))) (else {own}))"
            );
        }
        let count = "i32 ".repeat(self.params.len() + 3);
        let call = self.call(&args);
        contract(
            &self.declaration(),
            &format!(
                r#"(func $number (param i32) (result i32) (i32.load (i32.load (local.get 0))))
                (func $replacement (param i32 i32) (result i32)
                    (if (result i32) (i32.eq (call $number (local.get 0)) (i32.const -2))
                        (then (i32.load (local.get 1))) (else (call $number (local.get 0)))))
                ;; A region as it is; nothing or a code as a number.
                (func $shown (param i64) (result i32)
                    (if (result i32) (i32.wrap_i64 (local.get 0))
                        (then (i32.wrap_i64 (local.get 0)))
                        (else (call $answer (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32)))))))
                (func (export "execute") (param {count}) (result i32) {call})"#
            ),
        )
    }

    /// What [`Self::caller`] is called with.
    pub(crate) fn args(&self, replaced: Option<(usize, Replacement)>) -> Vec<Vec<u8>> {
        let (index, replacement) = replaced.unwrap_or((usize::MAX, Replacement::Pointer(0)));
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let (pointer, region) = match replacement {
            Replacement::Pointer(pointer) => (pointer, [0; 3]),
            Replacement::Region(region) => (u32::MAX - 1, region),
        };
        let region = region.map(u32::to_le_bytes).concat();
        let mut args = vec![
            index.to_le_bytes().to_vec(),
            pointer.to_le_bytes().to_vec(),
            region,
        ];
        args.extend(self.params.iter().map(|param| match param {
            Param::Read { sample, .. } => sample.clone(),
            _ => Vec::new(),
        }));
        args
    }
}

/// What stands in the place of an argument.
#[derive(Clone, Copy)]
pub(crate) enum Replacement {
    /// This number.
    Pointer(u32),
    /// A pointer to a region of this offset, capacity and length.
    Region([u32; 3]),
}
