//! One transaction has one encoding (L2): everything else is sdk/2, and leaves no trace.

use crate::support::{Chain, bank_send};
use cosmos_sdk_proto::Any;
use proptest::prelude::*;
use prost::Message;

fn good(chain: &Chain) -> Vec<u8> {
    let message = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
    chain.draft(&chain.anna, vec![message]).sign()
}

fn refused(chain: &mut Chain, tx: Vec<u8>, why: &str) {
    let before = chain.state.0.clone();
    let result = chain.deliver_one(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 2),
        "{why}: {}",
        result.log
    );
    assert!(result.events.is_empty());
    assert_eq!(chain.state.0, before, "{why}");
}

/// A length-delimited field of the wire format, with a length below 128.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2, u8::try_from(value.len()).unwrap()];
    bytes.extend_from_slice(value);
    bytes
}

#[test]
fn a_transaction_in_its_one_encoding_passes() {
    let mut chain = Chain::new();
    let tx = good(&chain);
    let result = chain.deliver_one(tx);
    assert_eq!(result.code, 0, "{}", result.log);
}

#[test]
fn every_truncation_is_refused() {
    let mut chain = Chain::new();
    let tx = good(&chain);
    let before = chain.state.0.clone();
    for length in 0..tx.len() {
        let result = chain.deliver_one(tx[..length].to_vec());
        // Cut between two fields it is well formed, but has no message, no fee or no signature.
        assert!(
            matches!(result.code, 2 | 11 | 15 | 18),
            "{length}: {}",
            result.log
        );
        assert_eq!(chain.state.0, before);
    }
}

#[test]
fn trailing_unknown_and_misordered_fields_are_refused() {
    let mut chain = Chain::new();
    let tx = good(&chain);
    let draft = {
        let message = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
        chain.draft(&chain.anna, vec![message])
    };
    let raw = draft.raw();
    refused(&mut chain, [&tx[..], &[0]].concat(), "a trailing zero");
    refused(
        &mut chain,
        [&tx[..], &field(4, b"x")].concat(),
        "a fourth field",
    );
    refused(
        &mut chain,
        [&tx[..], &field(1, b"")].concat(),
        "a body behind the signatures",
    );
    let mut swapped = Vec::new();
    prost::encoding::bytes::encode(2, &raw.auth_info_bytes, &mut swapped);
    prost::encoding::bytes::encode(1, &raw.body_bytes, &mut swapped);
    prost::encoding::bytes::encode(3, &raw.signatures[0], &mut swapped);
    refused(&mut chain, swapped, "auth info before the body");
    let mut twice = Vec::new();
    prost::encoding::bytes::encode(1, &raw.body_bytes, &mut twice);
    refused(&mut chain, [&twice[..], &tx[..]].concat(), "two bodies");
    // The signature's length, 64, written in two bytes.
    let at = tx.len() - 65;
    assert_eq!(tx[at], 64);
    let long = [&tx[..at], &[0xc0, 0x00], &tx[at + 1..]].concat();
    refused(&mut chain, long, "a length not in its shortest form");
}

#[test]
fn only_non_critical_fields_of_the_body_may_be_unknown() {
    let mut chain = Chain::new();
    let message = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
    let draft = chain.draft(&chain.anna, vec![message]);
    let sign_with = |body: &[u8], auth: &[u8]| {
        let mut raw = draft.raw();
        raw.body_bytes.extend_from_slice(body);
        raw.auth_info_bytes.extend_from_slice(auth);
        resign(&draft, raw)
    };
    // Field 1024 has bit 11 of its number set, field 5 has not.
    let mut tolerated = Vec::new();
    prost::encoding::string::encode(1024, &"note".to_owned(), &mut tolerated);
    refused(
        &mut chain,
        sign_with(&field(5, b"x"), &[]),
        "a critical field in the body",
    );
    refused(
        &mut chain,
        sign_with(&[], &tolerated),
        "any unknown field beside the body",
    );
    refused(
        &mut chain,
        sign_with(&[0x10, 0x01], &[]),
        "a memo that is a number",
    );
    let result = chain.deliver_one(sign_with(&tolerated, &[]));
    assert_eq!(result.code, 0, "{}", result.log);
}

fn resign(
    draft: &crate::support::Draft,
    mut raw: cosmos_sdk_proto::cosmos::tx::v1beta1::TxRaw,
) -> Vec<u8> {
    use k256::ecdsa::signature::Signer;
    let document = cosmos_sdk_proto::cosmos::tx::v1beta1::SignDoc {
        body_bytes: raw.body_bytes.clone(),
        auth_info_bytes: raw.auth_info_bytes.clone(),
        chain_id: draft.chain_id.clone(),
        account_number: draft.account_number,
    };
    let signature: k256::ecdsa::Signature = draft.signers[0].key.sign(&document.encode_to_vec());
    raw.signatures = vec![signature.to_vec()];
    raw.encode_to_vec()
}

#[test]
fn unknown_messages_and_amounts_that_are_no_numbers_are_refused() {
    let mut chain = Chain::new();
    let unknown = Any {
        type_url: "/cosmos.gov.v1.MsgVote".to_owned(),
        value: Vec::new(),
    };
    let tx = chain.draft(&chain.anna, vec![unknown]).sign();
    refused(&mut chain, tx, "a message this chain does not carry out");
    let of_2_to_the_256 = format!("1{}", "0".repeat(78));
    for amount in ["", "-", "1.5", "08", "1 ", &of_2_to_the_256] {
        let tx = sending(&chain, amount);
        refused(&mut chain, tx, amount);
    }
}

/// A transfer to Bert of an amount in any notation.
fn sending(chain: &Chain, amount: &str) -> Vec<u8> {
    let mut message = bank_send(&chain.anna.address, &chain.bert.address, &[]);
    let mut coin = field(1, b"utoken");
    coin.extend(field(2, amount.as_bytes()));
    message.value.extend(field(3, &coin));
    chain.draft(&chain.anna, vec![message]).sign()
}

/// What a real chain reads as a number: Go's notations, up to 256 bits, signed.
#[test]
fn amounts_that_nobody_holds_fail_in_the_block_and_other_notations_pass() {
    let mut chain = Chain::new();
    let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let above_128_bits = "340282366920938463463374607431768211456";
    for (amount, code, text) in [
        ("-1", 10, "-1utoken: invalid coins"),
        ("-0", 10, "0utoken: invalid coins"),
        (largest, 5, "is smaller than 1157"),
        (above_128_bits, 5, "is smaller than 3402"),
    ] {
        let tx = sending(&chain, amount);
        let result = chain.deliver_one(tx);
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", code));
        assert!(result.log.contains(text), "{}", result.log);
        assert!(!result.events.is_empty(), "the checks had passed");
    }
    let before = chain.balance(&chain.bert.address, "utoken");
    for (amount, moved) in [("007", 7), ("010", 8), ("0x10", 16), ("+1", 1), ("1_0", 10)] {
        let tx = sending(&chain, amount);
        let result = chain.deliver_one(tx);
        assert_eq!(result.code, 0, "{amount}: {}", result.log);
        assert!(format!("{:?}", result.events).contains(&format!("{moved}utoken")));
    }
    let after = chain.balance(&chain.bert.address, "utoken");
    assert_eq!(after - before, 7 + 8 + 16 + 1 + 10);
}

#[test]
fn no_message_is_an_invalid_request() {
    let mut chain = Chain::new();
    let tx = chain.draft(&chain.anna, vec![]).sign();
    let result = chain.deliver_one(tx);
    // Without a message nobody has to sign; the body is what is refused.
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 18),
        "{}",
        result.log
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_pass(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut chain = Chain::new();
        let before = chain.state.0.clone();
        let result = chain.deliver_one(bytes);
        prop_assert_ne!(result.code, 0);
        prop_assert_eq!(&chain.state.0, &before);
    }

    #[test]
    fn a_flipped_bit_never_passes(at in 0usize..2000, bit in 0u8..8) {
        let mut chain = Chain::new();
        let mut tx = good(&chain);
        let at = at % tx.len();
        tx[at] ^= 1 << bit;
        let result = chain.deliver_one(tx);
        prop_assert_ne!(result.code, 0, "byte {}", at);
        prop_assert_eq!(chain.balance(&chain.bert.address, "utoken"), 10);
    }
}

/// A draft whose body carries further fields behind its own, signed over the bytes as they are.
fn with_body_fields(chain: &Chain, more: &[u8]) -> Vec<u8> {
    use cosmos_sdk_proto::cosmos::tx::v1beta1::{SignDoc, TxRaw};
    use k256::ecdsa::Signature;
    use k256::ecdsa::signature::Signer;
    let message = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
    let draft = chain.draft(&chain.anna, vec![message]);
    let mut body_bytes = draft.body.encode_to_vec();
    body_bytes.extend_from_slice(more);
    let document = SignDoc {
        body_bytes,
        auth_info_bytes: draft.auth.encode_to_vec(),
        chain_id: draft.chain_id.clone(),
        account_number: draft.account_number,
    };
    let signature: Signature = chain.anna.key.sign(&document.encode_to_vec());
    TxRaw {
        body_bytes: document.body_bytes,
        auth_info_bytes: document.auth_info_bytes,
        signatures: vec![signature.normalize_s().unwrap_or(signature).to_vec()],
    }
    .encode_to_vec()
}

fn timeout(seconds: i64, nanos: i32) -> Vec<u8> {
    let stamp = cosmos_sdk_proto::Timestamp { seconds, nanos };
    field(5, &stamp.encode_to_vec())
}

/// Fields 4 and 5 came with SDK 0.53, and the generated types do not know them.
#[test]
fn the_timeout_of_a_body_is_enforced_to_the_nanosecond() {
    let mut chain = Chain::new();
    let now = i64::try_from(chain.block().time_nanos / 1_000_000_000).unwrap();
    let late = with_body_fields(&chain, &timeout(now - 1, 999_999_999));
    let result = chain.deliver_one(late);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 42));
    assert_eq!(
        result.log,
        "block time: 2023-11-14 22:13:21 +0000 UTC, timeout timestamp: 2023-11-14 22:13:20.999999999 +0000 UTC: tx timeout"
    );
    assert!(result.events.is_empty());
    let now = now + 1;
    for in_time in [
        timeout(now, 0),
        timeout(0, 0),
        timeout(0, 5),
        timeout(-62_135_596_800, 0),
    ] {
        chain = Chain::new();
        chain.height = 1;
        let tx = with_body_fields(&chain, &in_time);
        let result = chain.deliver_one(tx);
        assert_eq!(result.code, 0, "{}", result.log);
    }
}

#[test]
fn a_timeout_that_is_no_moment_is_refused() {
    let mut chain = Chain::new();
    for stamp in [
        timeout(253_402_300_800, 0),
        timeout(1, -1),
        timeout(1, 1_000_000_000),
        timeout(-62_135_596_801, 0),
        vec![5 << 3, 1],
    ] {
        let tx = with_body_fields(&chain, &stamp);
        refused(&mut chain, tx, "a malformed timeout");
    }
}

#[test]
fn unordered_transactions_are_not_enabled() {
    let mut chain = Chain::new();
    let before = chain.state.0.clone();
    let tx = with_body_fields(&chain, &[4 << 3, 1]);
    let result = chain.deliver_one(tx);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 37));
    assert_eq!(
        result.log,
        "unordered transactions are not enabled: feature not supported"
    );
    assert_eq!(chain.state.0, before);
    let ordered = with_body_fields(&chain, &[4 << 3, 0]);
    assert_eq!(chain.deliver_one(ordered).code, 0);
}
