//! Receipts: what is signed, by whom, and what is none.

use commons_ledger::Genesis;
use commons_node::{Node, Receipt, ReceiptError, Signer, TxHash, Validator, tx_hash};
use serde_json::{Value, json};

use crate::accounts::{account, genesis, next_block, node, vm};
use crate::support::START;

/// The vector of `schema/receipt.md`.
const VECTOR: &str = include_str!("../data/receipt.json");

fn vector() -> Value {
    serde_json::from_str(VECTOR).unwrap()
}

/// A chain of no accounts, so that the vector depends on nothing but what it says.
fn empty() -> Node {
    let genesis = Genesis {
        chain_id: "receipt-1".to_owned(),
        accounts: Vec::new(),
        ..genesis()
    };
    Node::in_memory(vm(), &genesis).unwrap()
}

#[test]
fn receipt_of_the_documented_transaction_is_the_vector() {
    let receipt = empty().receipt(TxHash(tx_hash(b"tx")), START).unwrap();
    let text = "commons receipt 1\n\
        chain receipt-1\n\
        transaction 1B5B9CCB3E8D006A5230DE9BDA23FF91EDC794D4F56410560830B418528E446C\n\
        height 0\n\
        block 0000000000000000000000000000000000000000000000000000000000000000\n\
        time 1767225600000000000\n";
    assert_eq!(receipt.sign_bytes(), text.as_bytes());
    let json = receipt.to_json().unwrap();
    if std::env::var_os("COMMONS_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/receipt.json");
        std::fs::write(path, format!("{json:#}\n")).unwrap();
    }
    assert_eq!(json, vector());
    let read = Receipt::parse(VECTOR.as_bytes()).unwrap();
    assert_eq!(read, receipt);
    read.verify(&Validator::development()).unwrap();
}

#[test]
fn receipt_names_the_last_block_and_is_signed_with_the_chain_s_own_key() {
    let signer = Signer::in_memory(&[9; 32]).unwrap();
    let mut node = Node::in_memory_signed(vm(), &genesis(), signer).unwrap();
    next_block(&mut node);
    let hash = node.broadcast(account(0).send(0, &account(1), 1)).unwrap();
    let receipt = node.receipt(hash, node.time_nanos() + 5).unwrap();
    let record = node.block(1).unwrap().unwrap();
    assert_eq!(
        (receipt.height, receipt.block.as_slice()),
        (1, record.block_id().hash.as_bytes())
    );
    receipt.verify(node.validator()).unwrap();
    let other = receipt.verify(&Validator::development()).unwrap_err();
    assert!(matches!(other, ReceiptError::OtherKey { .. }), "{other}");
    let json = receipt.to_json().unwrap().to_string();
    assert_eq!(Receipt::parse(json.as_bytes()).unwrap(), receipt);
}

#[test]
fn node_without_a_key_gives_no_receipt() {
    let node = Node::replaying(vm(), node().origin()).unwrap();
    assert_eq!(node.receipt(TxHash([1; 32]), START), None);
}

/// Each field is under the signature, and has one form.
#[test]
fn receipt_that_was_altered_anywhere_is_refused() {
    let good = vector();
    let other_hash = format!("{}C", &"0".repeat(63));
    let changes = [
        ("chain_id", json!("receipt-2")),
        ("hash", json!(other_hash)),
        ("height", json!("1")),
        ("block", json!(other_hash)),
        ("time", json!("1767225600000000001")),
        ("signature", json!("A".repeat(86) + "==")),
    ];
    for (field, value) in changes {
        let mut altered = good.clone();
        altered[field] = value;
        let error = Receipt::parse(altered.to_string().as_bytes()).unwrap_err();
        assert_eq!(error, ReceiptError::Signature, "{field}");
    }
    let forms = [
        ("schema", json!("commons/receipt/2")),
        ("chain_id", json!("receipt-1\ntransaction 00")),
        ("chain_id", json!("")),
        (
            "hash",
            json!("1b5b9ccb3e8d006a5230de9bda23ff91edc794d4f56410560830b418528e446c"),
        ),
        ("height", json!("00")),
        ("height", json!("+0")),
        ("height", json!(0)),
        ("time", json!("-1")),
        ("signature", json!("AAAA")),
        ("more", json!(1)),
        (
            "validator",
            json!({ "type": "tendermint/PubKeySecp256k1", "value": good["validator"]["value"] }),
        ),
    ];
    for (field, value) in forms {
        let mut altered = good.clone();
        altered[field] = value;
        let error = Receipt::parse(altered.to_string().as_bytes()).unwrap_err();
        assert!(matches!(error, ReceiptError::Form(_)), "{field}: {error}");
    }
    assert!(Receipt::parse(b"").is_err());
}
