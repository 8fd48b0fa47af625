//! Keys other than one of secp256k1: thresholds of several, secp256r1 and ed25519. A real wasmd took these transactions, and noted their gas.

use crate::support::{Memory, Person, START, ledger_with_prefix};
use commons_ledger::{
    BlockContext, ChainParams, Coin, Genesis, GenesisAccount, Ledger, StateRead, TxResult,
};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use cosmos_sdk_proto::cosmos::crypto::multisig::v1beta1::{CompactBitArray, MultiSignature};
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Multi, Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, ModeInfo, TxRaw};
use prost::Message;
use serde_json::Value;
use std::rc::Rc;

const THRESHOLD: &str = "/cosmos.crypto.multisig.LegacyAminoPubKey";

fn recorded() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/amino/keys-wasmd-0.61.14.json"
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes(vector: &Value) -> Vec<u8> {
    hex::decode(vector["tx"].as_str().unwrap()).unwrap()
}

/// The chain that wasmd ran: the two addresses hold a million each.
struct Chain {
    ledger: Ledger,
    state: Memory,
    height: u64,
}

impl Chain {
    fn new() -> Chain {
        let ledger = ledger_with_prefix("wasm");
        let account = |address: &Value| GenesisAccount {
            address: address.as_str().unwrap().to_owned(),
            balance: vec![Coin::new(1_000_000, "ustake")],
        };
        let recorded = recorded();
        let accounts = recorded["addresses"].as_array().unwrap().iter();
        let genesis = Genesis {
            chain_id: "trust-local-1".to_owned(),
            time: START,
            address_prefix: "wasm".to_owned(),
            accounts: accounts.map(account).collect(),
            params: ChainParams::default(),
        };
        let mut state = Memory::default();
        state.apply(ledger.init(&genesis).unwrap());
        Chain {
            ledger,
            state,
            height: 0,
        }
    }

    fn block(&self) -> BlockContext {
        BlockContext {
            chain_id: "trust-local-1".to_owned(),
            height: self.height + 1,
            time_nanos: START + (self.height + 1) * 1_000_000_000,
        }
    }

    fn reader(&self) -> Rc<dyn StateRead> {
        Rc::new(self.state.clone())
    }

    fn deliver(&mut self, tx: Vec<u8>) -> TxResult {
        let outcome = self
            .ledger
            .execute_block(self.reader(), &self.block(), &[tx])
            .unwrap();
        self.state.apply(outcome.changes);
        self.height += 1;
        outcome.results.into_iter().next().unwrap()
    }

    fn refused(&mut self, tx: Vec<u8>, code: (&str, u32), text: &str) {
        let before = self.state.0.clone();
        let result = self.deliver(tx);
        assert_eq!((result.codespace.as_str(), result.code), code);
        assert!(result.log.contains(text), "{}", result.log);
        assert!(result.events.is_empty() && self.state.0 == before);
    }
}

#[test]
fn what_wasmd_took_from_other_keys_is_taken_at_the_same_price() {
    let mut chain = Chain::new();
    let recorded = recorded();
    let vectors = recorded["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 8);
    for (index, vector) in vectors.iter().enumerate() {
        let result = chain.deliver(bytes(vector));
        let name = &vector["name"];
        assert_eq!(result.code, 0, "{name}: {}", result.log);
        // A transaction of the validator stood in wasmd's first block, so that its counter was there already: 12 bytes to read.
        let counter = if index == 0 { 36 } else { 0 };
        assert_eq!(
            result.gas_used + counter,
            vector["result"]["gas_used"].as_u64().unwrap(),
            "{name}"
        );
        assert_eq!(result.events.len() as u64, vector["result"]["events"]);
        assert_eq!(u64::from(result.signatures_checked), vector["signatures"]);
    }
    let to = recorded["to"].as_str().unwrap();
    let held = chain.ledger.balance(&chain.state, to, "ustake").unwrap();
    assert_eq!(held, 8 * 7);
}

/// The first transaction of the threshold, changed: its key, how it says it was signed, and the signatures.
fn changed(
    change: impl FnOnce(&mut LegacyAminoPubKey, &mut Multi, &mut MultiSignature),
) -> Vec<u8> {
    let mut raw = TxRaw::decode(bytes(&recorded()["vectors"][0]).as_slice()).unwrap();
    let mut auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).unwrap();
    let info = &mut auth.signer_infos[0];
    let any = info.public_key.as_mut().unwrap();
    let mut key = LegacyAminoPubKey::decode(any.value.as_slice()).unwrap();
    let Some(Sum::Multi(multi)) = &mut info.mode_info.as_mut().unwrap().sum else {
        panic!("a threshold signs with several");
    };
    let mut signatures = MultiSignature::decode(raw.signatures[0].as_slice()).unwrap();
    change(&mut key, multi, &mut signatures);
    any.value = key.encode_to_vec();
    raw.auth_info_bytes = auth.encode_to_vec();
    raw.signatures[0] = signatures.encode_to_vec();
    raw.encode_to_vec()
}

fn bits(count: u32, set: u8) -> Option<CompactBitArray> {
    Some(CompactBitArray {
        extra_bits_stored: count,
        elems: vec![set],
    })
}

#[test]
fn too_few_misplaced_and_foreign_signatures_of_a_threshold_are_refused() {
    let mut chain = Chain::new();
    let bad = "signature verification failed; please verify account number (0), sequence (0) and chain-id (trust-local-1): unauthorized";
    let few = changed(|_, multi, signatures| {
        multi.bitarray = bits(3, 0b1000_0000);
        multi.mode_infos.pop();
        signatures.signatures.pop();
    });
    chain.refused(few, ("sdk", 4), bad);
    let swapped = changed(|_, _, signatures| signatures.signatures.reverse());
    chain.refused(swapped, ("sdk", 4), bad);
    let twice =
        changed(|_, _, signatures| signatures.signatures[1] = signatures.signatures[0].clone());
    chain.refused(twice, ("sdk", 4), bad);
    let other_bits = changed(|_, multi, _| {
        let set = multi.bitarray.as_ref().unwrap().elems[0];
        let others = [0b1100_0000, 0b1010_0000, 0b0110_0000];
        let other = others.into_iter().find(|other| *other != set).unwrap();
        multi.bitarray = bits(3, other);
    });
    chain.refused(other_bits, ("sdk", 4), bad);
    let other_size = changed(|_, multi, _| multi.bitarray = bits(4, 0b1100_0000));
    chain.refused(other_size, ("sdk", 4), bad);
    let missing = changed(|_, multi, _| multi.bitarray = bits(3, 0b1110_0000));
    chain.refused(missing, ("sdk", 4), bad);
}

#[test]
fn malformed_thresholds_are_refused() {
    let mut chain = Chain::new();
    let none = changed(|key, _, _| key.threshold = 0);
    chain.refused(none, ("sdk", 8), "pubKey does not match");
    let fewer = changed(|key, _, _| key.threshold = 1);
    chain.refused(fewer, ("sdk", 8), "pubKey does not match");
    let unreachable = changed(|key, _, _| key.threshold = 4);
    chain.refused(unreachable, ("sdk", 8), "pubKey does not match");
    let surplus = changed(|_, multi, _| {
        let single = Sum::Single(Single { mode: 127 });
        multi.mode_infos.push(ModeInfo { sum: Some(single) });
    });
    chain.refused(surplus, ("undefined", 1), "got empty SignatureData");
    let long_bits = changed(|_, multi, _| multi.bitarray = bits(9, 0b1100_0000));
    chain.refused(long_bits, ("undefined", 1), "malformed bit array");
    // A threshold inside a threshold, without end.
    let deep = changed(|key, _, _| {
        for _ in 0..40 {
            let inner = key.encode_to_vec();
            key.public_keys = vec![Any {
                type_url: THRESHOLD.to_owned(),
                value: inner,
            }];
        }
    });
    chain.refused(deep, ("sdk", 2), "nested too deep");
}

#[test]
fn a_signature_with_fields_of_its_own_is_refused() {
    let mut chain = Chain::new();
    let mut raw = TxRaw::decode(changed(|_, _, _| {}).as_slice()).unwrap();
    raw.signatures[0].extend([0x10, 1]);
    let text = "rejecting unrecognized fields found in MultiSignature";
    chain.refused(raw.encode_to_vec(), ("undefined", 1), text);
}

#[test]
fn more_than_seven_keys_are_too_many_however_they_are_nested() {
    let mut chain = Chain::new();
    let eight = changed(|key, _, _| {
        key.public_keys = (10..18)
            .map(|seed| Person::new(seed).public_key())
            .collect();
    });
    // The key is another's; that is found out before the count.
    chain.refused(eight, ("sdk", 8), "pubKey does not match");
    let report = chain.ledger.simulate(
        chain.reader(),
        &chain.block(),
        &changed(|key, _, _| {
            key.public_keys = (10..18)
                .map(|seed| Person::new(seed).public_key())
                .collect();
        }),
    );
    let report = report.unwrap();
    assert_eq!((report.codespace.as_str(), report.code), ("sdk", 14));
    assert!(
        report.log.contains("signatures: 8, limit: 7"),
        "{}",
        report.log
    );
}

#[test]
fn a_threshold_cannot_sign_as_one_key() {
    let mut chain = Chain::new();
    let mut raw = TxRaw::decode(bytes(&recorded()["vectors"][0]).as_slice()).unwrap();
    let mut auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).unwrap();
    let single = Sum::Single(Single { mode: 127 });
    auth.signer_infos[0].mode_info = Some(ModeInfo { sum: Some(single) });
    raw.auth_info_bytes = auth.encode_to_vec();
    let text = "expected *signing.MultiSignatureData, got, *signing.SingleSignatureData";
    chain.refused(raw.encode_to_vec(), ("undefined", 1), text);
}

#[test]
fn a_changed_or_high_signature_of_secp256r1_is_refused() {
    let mut chain = Chain::new();
    let tx = bytes(&recorded()["vectors"][4]);
    let mut raw = TxRaw::decode(tx.as_slice()).unwrap();
    let good = p256::ecdsa::Signature::from_slice(&raw.signatures[0]).unwrap();
    let text = "(unable to verify single signer signature): unauthorized";
    let high =
        p256::ecdsa::Signature::from_scalars(good.r().to_bytes(), (-*good.s()).to_bytes()).unwrap();
    raw.signatures[0] = high.to_vec();
    chain.refused(raw.encode_to_vec(), ("sdk", 4), text);
    raw.signatures[0] = good.to_vec();
    raw.signatures[0][3] ^= 1;
    chain.refused(raw.encode_to_vec(), ("sdk", 4), text);
    assert_eq!(chain.deliver(tx).code, 0);
}

#[test]
fn a_changed_signature_of_ed25519_is_refused() {
    let mut chain = Chain::new();
    let tx = bytes(&recorded()["vectors"][6]);
    let mut raw = TxRaw::decode(tx.as_slice()).unwrap();
    raw.signatures[0][40] ^= 1;
    let text = "(unable to verify single signer signature): unauthorized";
    chain.refused(raw.encode_to_vec(), ("sdk", 4), text);
    assert_eq!(chain.deliver(tx).code, 0);
}
