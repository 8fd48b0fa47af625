//! Signatures over amino JSON, as CosmJS makes them.

use crate::support::{Chain, any};
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{BasicAllowance, MsgGrantAllowance};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{TxBody, TxRaw};
use prost::Message;
use serde_json::Value;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/amino/cosmjs-0.32.4.json"
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let read = |vector: &Value| {
        let tx = hex::decode(vector["tx"].as_str().unwrap()).unwrap();
        (vector["name"].as_str().unwrap().to_owned(), tx)
    };
    file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(read)
        .collect()
}

/// A chain on which Bert pays fees for Anna, who signed all vectors.
fn chain() -> Chain {
    let mut chain = Chain::new();
    let grant = MsgGrantAllowance {
        granter: chain.bert.address.clone(),
        grantee: chain.anna.address.clone(),
        allowance: Some(any(
            "/cosmos.feegrant.v1beta1.BasicAllowance",
            &BasicAllowance::default(),
        )),
    };
    let bert = chain.bert.clone();
    let message = any("/cosmos.feegrant.v1beta1.MsgGrantAllowance", &grant);
    let result = chain.send(&bert, vec![message]);
    assert_eq!(result.code, 0, "{}", result.log);
    chain
}

#[test]
fn what_cosmjs_signs_as_amino_json_is_signed() {
    let mut chain = chain();
    let vectors = vectors();
    assert_eq!(vectors.len(), 14);
    for (sequence, (name, tx)) in vectors.into_iter().enumerate() {
        let result = chain.deliver_one(tx);
        // Most messages fail for want of the contract; the signature was good all the same.
        assert_eq!(result.signatures_checked, 1, "{name}: {}", result.log);
        assert_eq!(chain.sequence(&chain.anna), sequence as u64 + 1, "{name}");
    }
}

/// Another memo, and the signature is of something else.
#[test]
fn a_change_behind_the_signature_is_seen() {
    let chain = chain();
    let (_, tx) = vectors().remove(0);
    let mut raw = TxRaw::decode(tx.as_slice()).unwrap();
    let mut body = TxBody::decode(raw.body_bytes.as_slice()).unwrap();
    body.memo = "another".to_owned();
    raw.body_bytes = body.encode_to_vec();
    let report = chain.check(&raw.encode_to_vec());
    assert_eq!((report.codespace.as_str(), report.code), ("sdk", 4));
    assert_eq!(
        report.log,
        "signature verification failed; please verify account number (0), sequence (0) and chain-id (commons-test-1): unauthorized"
    );
    assert_eq!(chain.check(&tx).code, 0);
}

/// The form leaves out fields that it does not know: a body that has some cannot be signed with it.
#[test]
fn a_body_with_fields_that_amino_leaves_out_is_refused() {
    let chain = chain();
    let (_, tx) = vectors().remove(0);
    let mut raw = TxRaw::decode(tx.as_slice()).unwrap();
    let unknown = (1u64 << 10 | 7) << 3;
    prost::encoding::encode_varint(unknown, &mut raw.body_bytes);
    raw.body_bytes.push(1);
    let report = chain.check(&raw.encode_to_vec());
    assert_eq!((report.codespace.as_str(), report.code), ("sdk", 4));
}
