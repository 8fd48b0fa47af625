//! W20: the crypto imports, each with its normal answers and its error codes, and the inputs on which libraries disagree. Vectors: RFC 8032,
//! RFC 9380, an Ethereum transaction and the published CosmWasm tests; whole published sets are in [`super::w20_published`].

use commons_vm::{CallError, Gas};

use crate::support::chain::MockChain;
use crate::support::vectors::{K1_HASH, K1_KEY, K1_SIGNATURE, R1_HASH, R1_KEY, R1_SIGNATURE};
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

/// RFC 8032, 7.1, tests 1 to 3: message, signature, key.
const ED25519: [(&str, &str, &str); 3] = [
    (
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ),
    (
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
];

/// RFC 9380, J.9.1 and J.10.1, the empty message, compressed.
const G1_DOMAIN: &[u8] = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
const G1_POINT: &str = "852926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1";
const G2_DOMAIN: &[u8] = b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";
const G2_POINT: &str = "a5cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a";

pub(super) fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// The same bytes with the last one changed.
fn altered(text: &str) -> Vec<u8> {
    let mut bytes = bytes(text);
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

/// Calls an import that takes a pointer for each argument and returns a number.
pub(super) fn verify(name: &str, args: &[&[u8]]) -> Result<u32, CallError> {
    let count = args.len();
    let params = "i32 ".repeat(count);
    let import = format!(r#"(import "env" "{name}" (func $call (param {params}) (result i32)))"#);
    let locals: String = (0..count).map(|i| format!("(local.get {i})")).collect();
    let body = format!("(call $answer (call $call {locals}))");
    let report = execute(
        &executing(&import, count, &body),
        args,
        MockChain::default(),
        LIMIT,
    );
    match &report.outcome {
        Ok(_) => Ok(number(&report)),
        Err(_) => Err(failure(&report)),
    }
}

/// Calls an import whose last parameter takes a point of `size` bytes; returns the point or the code.
pub(super) fn point(
    name: &str,
    hash: Option<u32>,
    size: u32,
    args: &[&[u8]],
) -> Result<Vec<u8>, u32> {
    let count = args.len() + 1 + usize::from(hash.is_some());
    let params = "i32 ".repeat(count);
    let import = format!(r#"(import "env" "{name}" (func $call (param {params}) (result i32)))"#);
    let hash = hash.map_or(String::new(), |hash| format!("(i32.const {hash})"));
    let locals: String = (0..args.len())
        .map(|i| format!("(local.get {i})"))
        .collect();
    let body = format!(
        "(local $out i32) (local $code i32)
        (local.set $out (call $allocate (i32.const {size})))
        (local.set $code (call $call {hash} {locals} (local.get $out)))
        (if (result i32) (local.get $code)
            (then (call $answer (local.get $code))) (else (local.get $out)))"
    );
    let wasm = executing(&import, args.len(), &body);
    let report = execute(&wasm, args, MockChain::default(), LIMIT);
    match report.outcome.clone().unwrap() {
        point if point.len() == usize::try_from(size).unwrap() => Ok(point),
        _ => Err(number(&report)),
    }
}

#[test]
fn ecdsa_verification_answers_on_both_curves() {
    let curves = [
        ("secp256k1_verify", K1_HASH, K1_SIGNATURE, K1_KEY),
        ("secp256r1_verify", R1_HASH, R1_SIGNATURE, R1_KEY),
    ];
    for (name, hash, signature, key) in curves {
        let (hash, altered_hash) = (bytes(hash), altered(hash));
        let (signature, key) = (bytes(signature), bytes(key));
        assert_eq!(verify(name, &[&hash, &signature, &key]), Ok(0));
        assert_eq!(verify(name, &[&altered_hash, &signature, &key]), Ok(1));
        assert_eq!(verify(name, &[&hash[1..], &signature, &key]), Ok(3));
        assert_eq!(verify(name, &[&hash, &signature[1..], &key]), Ok(4));
        assert_eq!(verify(name, &[&hash, &signature, b""]), Ok(5));
        assert_eq!(verify(name, &[&hash, &signature, &key[1..]]), Ok(5));
        assert_eq!(verify(name, &[&hash, &[0; 64], &key]), Ok(10));
    }
}

/// A signature with s above half the order is accepted: only transactions refuse it.
#[test]
fn a_high_s_is_accepted_by_the_import() {
    // n - s for the signature above.
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let signature = bytes(K1_SIGNATURE);
    let high = subtract(&bytes(order), &signature[32..]);
    let signature = [&signature[..32], &high].concat();
    let args: [&[u8]; 3] = [&bytes(K1_HASH), &signature, &bytes(K1_KEY)];
    assert_eq!(verify("secp256k1_verify", &args), Ok(0));
}

/// Big-endian difference of two numbers of the same length.
fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut digits: Vec<u8> = Vec::new();
    for (a, b) in a.iter().zip(b).rev() {
        let difference = i16::from(*a) - i16::from(*b) - borrow;
        borrow = i16::from(difference < 0);
        digits.push(u8::try_from(difference.rem_euclid(256)).unwrap());
    }
    digits.reverse();
    digits
}

#[test]
fn an_argument_longer_than_it_may_be_ends_the_call() {
    let args: [&[u8]; 3] = [&[0; 33], &bytes(K1_SIGNATURE), &bytes(K1_KEY)];
    let error = verify("secp256k1_verify", &args).unwrap_err();
    assert!(matches!(error, CallError::Region(_)));
}

/// The recovered key, or the code in the high half.
pub(super) fn recover(
    name: &str,
    hash: &[u8],
    signature: &[u8],
    param: u32,
) -> (Result<Vec<u8>, u32>, Gas) {
    let import =
        format!(r#"(import "env" "{name}" (func $call (param i32 i32 i32) (result i64)))"#);
    let body = format!(
        "(local $result i64)
        (local.set $result (call $call (local.get 0) (local.get 1) (i32.const {param})))
        (if (result i32) (i64.eqz (i64.shr_u (local.get $result) (i64.const 32)))
            (then (i32.wrap_i64 (local.get $result)))
            (else (call $answer (i32.wrap_i64 (i64.shr_u (local.get $result) (i64.const 32))))))"
    );
    let args = [hash, signature];
    let report = execute(
        &executing(&import, 2, &body),
        &args,
        MockChain::default(),
        LIMIT,
    );
    let result = match report.outcome.clone().unwrap() {
        key if key.len() == 65 => Ok(key),
        _ => Err(number(&report)),
    };
    (result, report.gas_used)
}

#[test]
fn ecdsa_keys_are_recovered_on_both_curves() {
    let vectors = [
        (
            "secp256k1_recover_pubkey",
            "5ae8317d34d1e595e3fa7247db80c0af4320cce1116de187f8f7e2e099c0d8d0",
            "45c0b7f8c09a9e1f1cea0c25785594427b6bf8f9f878a8af0b1abbb48e16d0920d8becd0c220f67c51217eecfd7184ef0732481c843857e6bc7fc095c4f6b788",
            1,
            "044a071e8a6e10aada2b8cf39fa3b5fb3400b04e99ea8ae64ceea1a977dbeaf5d5f8c8fbd10b71ab14cd561f7df8eb6da50f8a8d81ba564342244d26d1d4211595",
        ),
        (
            "secp256r1_recover_pubkey",
            "12135386c09e0bf6fd5c454a95bcfe9b3edb25c71e455c73a212405694b29002",
            "b53ce4da1aa7c0dc77a1896ab716b921499aed78df725b1504aba1597ba0c64bd7c246dc7ad0e67700c373edcfdd1c0a0495fc954549ad579df6ed1438840851",
            0,
            "040a7dbb8bf50cb605eb2268b081f26d6b08e012f952c4b70a5a1e6e7d46af98bbf26dd7d799930062480849962ccf5004edcfd307c044f4e8f667c9baa834eeae",
        ),
    ];
    for (name, hash, signature, param, key) in vectors {
        let (hash, signature) = (bytes(hash), bytes(signature));
        assert_eq!(recover(name, &hash, &signature, param).0, Ok(bytes(key)));
        assert_ne!(
            recover(name, &hash, &signature, 1 - param).0,
            Ok(bytes(key))
        );
        assert_eq!(recover(name, &hash[1..], &signature, param).0, Err(3));
        assert_eq!(recover(name, &hash, &signature[1..], param).0, Err(4));
        assert_eq!(recover(name, &hash, &signature, 4).0, Err(6));
        assert_eq!(recover(name, &hash, &[0; 64], param).0, Err(10));
    }
}

/// A recovery parameter above 255 is refused before the price of the recovery is taken.
#[test]
fn an_absurd_recovery_parameter_is_cheap() {
    let (hash, signature) = (bytes(K1_HASH), bytes(K1_SIGNATURE));
    let (result, dear) = recover("secp256k1_recover_pubkey", &hash, &signature, 255);
    assert_eq!(result, Err(6));
    let (result, cheap) = recover("secp256k1_recover_pubkey", &hash, &signature, 256);
    assert_eq!(result, Err(6));
    assert_eq!(dear.0 - cheap.0, 194_000_000);
}

#[test]
fn ed25519_answers() {
    for (message, signature, key) in ED25519 {
        let (message, signature, altered) = (bytes(message), bytes(signature), altered(signature));
        let key = bytes(key);
        let name = "ed25519_verify";
        assert_eq!(verify(name, &[&message, &signature, &key]), Ok(0));
        assert_eq!(verify(name, &[&message, &altered, &key]), Ok(1));
        assert_eq!(verify(name, &[b"other", &signature, &key]), Ok(1));
        assert_eq!(verify(name, &[&message, &signature[1..], &key]), Ok(4));
        assert_eq!(verify(name, &[&message, &signature, &key[1..]]), Ok(5));
        assert_eq!(verify(name, &[&message, &signature, b""]), Ok(5));
    }
}

fn sections(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(part);
        joined.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
    }
    joined
}

#[test]
fn an_ed25519_batch_answers() {
    let messages: Vec<_> = ED25519
        .iter()
        .map(|(message, _, _)| bytes(message))
        .collect();
    let signatures: Vec<_> = ED25519
        .iter()
        .map(|(_, signature, _)| bytes(signature))
        .collect();
    let keys: Vec<_> = ED25519.iter().map(|(_, _, key)| bytes(key)).collect();
    let batch = |messages: &[Vec<u8>], signatures: &[Vec<u8>], keys: &[Vec<u8>]| {
        let args = [messages, signatures, keys].map(sections);
        verify("ed25519_batch_verify", &[&args[0], &args[1], &args[2]])
    };
    assert_eq!(batch(&messages, &signatures, &keys), Ok(0));
    assert_eq!(batch(&[], &[], &[]), Ok(0));
    let swapped = [
        signatures[1].clone(),
        signatures[0].clone(),
        signatures[2].clone(),
    ];
    assert_eq!(batch(&messages, &swapped, &keys), Ok(1));
    let one = batch(&messages[1..2], &signatures[1..2], &keys[1..2]);
    assert_eq!(one, Ok(0));
    let same = [signatures[1].clone(), signatures[1].clone()];
    let same_key = [keys[1].clone(), keys[1].clone()];
    assert_eq!(batch(&messages[1..2], &same, &same_key), Ok(0));
    let same_message = [messages[1].clone(), messages[1].clone()];
    assert_eq!(batch(&same_message, &same, &keys[1..2]), Ok(0));
    let short = [
        signatures[0][1..].to_vec(),
        signatures[1].clone(),
        signatures[2].clone(),
    ];
    assert_eq!(batch(&messages, &short, &keys), Ok(4));
    let short = [keys[0][1..].to_vec(), keys[1].clone(), keys[2].clone()];
    assert_eq!(batch(&messages, &signatures, &short), Ok(5));
    assert_eq!(batch(&messages[..2], &signatures, &keys), Ok(7));
    let broken = verify("ed25519_batch_verify", &[b"xyz", b"", b""]);
    assert!(matches!(broken, Err(CallError::Section(_))));
}

#[test]
fn messages_hash_to_points_of_the_published_vectors() {
    let g1 = |hash| point("bls12_381_hash_to_g1", Some(hash), 48, &[b"", G1_DOMAIN]);
    assert_eq!(g1(0), Ok(bytes(G1_POINT)));
    assert_eq!(g1(1), Err(9));
    let g2 = |hash| point("bls12_381_hash_to_g2", Some(hash), 96, &[b"", G2_DOMAIN]);
    assert_eq!(g2(0), Ok(bytes(G2_POINT)));
    assert_eq!(g2(1), Err(9));
}

/// The point on the other side of zero: in compressed form, one bit.
fn negated(text: &str) -> Vec<u8> {
    let mut point = bytes(text);
    point[0] ^= 0x20;
    point
}

#[test]
fn points_are_added() {
    for (name, size, text) in [
        ("bls12_381_aggregate_g1", 48, G1_POINT),
        ("bls12_381_aggregate_g2", 96, G2_POINT),
    ] {
        let add = |points: &[u8]| point(name, None, size, &[points]);
        assert_eq!(add(&bytes(text)), Ok(bytes(text)));
        let mut zero = vec![0; usize::try_from(size).unwrap()];
        zero[0] = 0xc0;
        let opposites = [bytes(text), negated(text)].concat();
        assert_eq!(add(&opposites), Ok(zero.clone()));
        assert_eq!(add(&vec![0xff; zero.len()]), Err(8));
        assert_eq!(add(b""), Err(14));
        assert_eq!(add(&bytes(text)[1..]), Err(15));
    }
}

#[test]
fn pairings_are_compared() {
    let (p, q) = (bytes(G1_POINT), bytes(G2_POINT));
    let equal = |ps: &[u8], qs: &[u8], r: &[u8], s: &[u8]| {
        verify("bls12_381_pairing_equality", &[ps, qs, r, s])
    };
    assert_eq!(equal(&p, &q, &p, &q), Ok(0));
    assert_eq!(equal(&p, &q, &p, &negated(G2_POINT)), Ok(1));
    // e(-p, q) = e(p, -q): the sign moves across.
    assert_eq!(equal(&negated(G1_POINT), &q, &p, &negated(G2_POINT)), Ok(0));
    assert_eq!(equal(&p, &q, &[0xff; 48], &q), Ok(8));
    assert_eq!(equal(&p[1..], &q, &p, &q), Ok(11));
    assert_eq!(equal(&p, &q[1..], &p, &q), Ok(12));
    assert_eq!(equal(&[p.clone(), p.clone()].concat(), &q, &p, &q), Ok(13));
}

/// One changed bit anywhere, in what is signed, the signature or the key, and no import says yes.
#[test]
fn no_mutated_input_is_accepted() {
    let (ed_signature, ed_key) = (ED25519[1].1, ED25519[1].2);
    let vectors = [
        ("secp256k1_verify", [K1_HASH, K1_SIGNATURE, K1_KEY]),
        ("secp256r1_verify", [R1_HASH, R1_SIGNATURE, R1_KEY]),
        ("ed25519_verify", [ED25519[1].0, ed_signature, ed_key]),
    ];
    for (name, parts) in vectors {
        let parts = parts.map(bytes);
        let whole: [&[u8]; 3] = [&parts[0], &parts[1], &parts[2]];
        assert_eq!(verify(name, &whole), Ok(0));
        for part in 0..3 {
            for bit in 0..parts[part].len() * 8 {
                let mut changed = parts[part].clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let mut args = whole;
                args[part] = &changed;
                let answer = verify(name, &args).unwrap();
                assert_ne!(answer, 0, "{name}: bit {bit} of part {part}");
            }
        }
    }
}

/// r and s outside 1 to n - 1 are an error of the signature, not a verdict; compressed keys are as good as whole ones, hybrid ones none.
#[test]
fn ecdsa_inputs_at_the_edges() {
    let k1_order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let r1_order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let curves = [
        ("secp256k1_verify", k1_order, K1_HASH, K1_SIGNATURE, K1_KEY),
        ("secp256r1_verify", r1_order, R1_HASH, R1_SIGNATURE, R1_KEY),
    ];
    for (name, order, hash, signature, key) in curves {
        let (hash, signature, key) = (bytes(hash), bytes(signature), bytes(key));
        let with = |r: &[u8], s: &[u8], key: &[u8]| verify(name, &[&hash, &[r, s].concat(), key]);
        let (r, s) = signature.split_at(32);
        for outside in [&[0; 32][..], &bytes(order), &[0xff; 32]] {
            assert_eq!(with(outside, s, &key), Ok(10), "{name}: r");
            assert_eq!(with(r, outside, &key), Ok(10), "{name}: s");
        }
        let odd = key[64] & 1;
        let compressed = [&[2 + odd], &key[1..33]].concat();
        assert_eq!(with(r, s, &compressed), Ok(0), "{name}");
        let other = [&[3 - odd], &key[1..33]].concat();
        assert_eq!(with(r, s, &other), Ok(1), "{name}: the opposite point");
        for first in [0, 1, 5, 6, 7, 0xff] {
            let odd_one = [&[first], &key[1..]].concat();
            assert_ne!(with(r, s, &odd_one), Ok(0), "{name}: hybrid {first}");
        }
        assert_ne!(with(r, s, &[0]), Ok(0), "{name}: the point at infinity");
        let mut off_curve = key.clone();
        off_curve[64] ^= 1;
        assert_ne!(with(r, s, &off_curve), Ok(0));
    }
}

/// s + the order of the group is the same number to sloppy arithmetic, and no signature to ZIP-215.
#[test]
fn a_non_canonical_s_is_no_signature() {
    let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    for (message, signature, key) in ED25519 {
        let (message, mut signature, key) = (bytes(message), bytes(signature), bytes(key));
        let mut carry = 0;
        for (digit, addend) in signature[32..].iter_mut().zip(bytes(order)) {
            let sum = u16::from(*digit) + u16::from(addend) + carry;
            *digit = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        let answer = verify("ed25519_verify", &[&message, &signature, &key]);
        assert_eq!(answer, Ok(1));
    }
}

/// The eight points of small order in their fourteen encodings, six of them not canonical.
fn small_order_encodings() -> Vec<Vec<u8>> {
    let canonical = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    let other = [
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];
    canonical
        .iter()
        .chain(&other)
        .map(|text| bytes(text))
        .collect()
}

/// ZIP-215: with s = 0, any of these as R and any as key verify any message, one by one and in a batch. It is why a roll refuses them.
#[test]
fn small_order_points_verify_everything() {
    let encodings = small_order_encodings();
    let (mut signatures, mut keys) = (Vec::new(), Vec::new());
    for r in &encodings {
        for key in &encodings {
            let signature = [r.as_slice(), &[0; 32]].concat();
            let answer = verify("ed25519_verify", &[b"anything", &signature, key]);
            assert_eq!(answer, Ok(0), "{} {}", hex::encode(r), hex::encode(key));
            signatures.push(signature);
            keys.push(key.clone());
        }
    }
    let batch = [
        sections(&[b"anything".to_vec()]),
        sections(&signatures),
        sections(&keys),
    ];
    let args: [&[u8]; 3] = [&batch[0], &batch[1], &batch[2]];
    assert_eq!(signatures.len(), 196);
    assert_eq!(verify("ed25519_batch_verify", &args), Ok(0));
    // With any other s they verify nothing.
    let one = [&encodings[2][..], &[1], &[0; 31]].concat();
    let args: [&[u8]; 3] = [b"anything", &one, &encodings[2]];
    assert_eq!(verify("ed25519_verify", &args), Ok(1));
}

/// Zeros are two points of small order and s = 0, and so a signature; to ECDSA they are nothing.
#[test]
fn zeros_are_answered() {
    let ed = verify("ed25519_verify", &[b"text", &[0; 64], &[0; 32]]);
    assert_eq!(ed, Ok(0));
    for name in ["secp256k1_verify", "secp256r1_verify"] {
        let answer = verify(name, &[&[0; 32], &[0; 64], &[0; 65]]);
        assert_eq!(answer, Ok(5), "{name}");
        let (answer, _) = recover(
            &name.replace("verify", "recover_pubkey"),
            &[0; 32],
            &[0; 64],
            0,
        );
        assert_eq!(answer, Err(10), "{name}");
    }
}
