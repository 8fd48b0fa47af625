//! Transactions: what is signed, and that the same input gives the same bytes.

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, Tx, sign};
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, SignDoc, TxBody, TxRaw, mode_info};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgStoreCode,
};
use cosmwasm_std::{Coin, coin};
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use prost::Message as _;

fn context(sequence: u64) -> SignContext<'static> {
    SignContext {
        chain_id: "commons-local-1",
        prefix: "commons",
        account_number: 7,
        sequence,
        gas_limit: 500_000,
        fee: vec![coin(3, "uusd")],
        memo: "a note",
    }
}

fn key() -> AccountKey {
    AccountKey::derive("seed", "sponsor")
}

fn every_message() -> Vec<Message> {
    let funds = vec![coin(5, "uusd")];
    vec![
        Message::Send {
            to: "commons1to".into(),
            amount: vec![coin(1, "a"), coin(u128::MAX, "b")],
        },
        Message::StoreCode {
            wasm: vec![0, 97, 115, 109],
        },
        Message::Instantiate {
            code_id: 4,
            label: "registry".into(),
            msg: b"{}".to_vec(),
            funds: funds.clone(),
            admin: None,
        },
        Message::Instantiate2 {
            code_id: 4,
            label: "registry".into(),
            msg: b"{}".to_vec(),
            funds: vec![],
            admin: Some("commons1admin".into()),
            salt: vec![1, 2],
        },
        Message::Execute {
            contract: "commons1contract".into(),
            msg: b"{\"close_period\":{}}".to_vec(),
            funds,
        },
    ]
}

#[test]
fn every_message_carries_the_signer_as_sender_and_its_fields() {
    let raw = TxRaw::decode(&*sign(&every_message(), &key(), context(0))).unwrap();
    let body = TxBody::decode(&*raw.body_bytes).unwrap();
    let sender = key().address("commons");
    let urls: Vec<&str> = body.messages.iter().map(|m| m.type_url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "/cosmos.bank.v1beta1.MsgSend",
            "/cosmwasm.wasm.v1.MsgStoreCode",
            "/cosmwasm.wasm.v1.MsgInstantiateContract",
            "/cosmwasm.wasm.v1.MsgInstantiateContract2",
            "/cosmwasm.wasm.v1.MsgExecuteContract",
        ]
    );
    let value = |i: usize| body.messages[i].value.as_slice();
    let send = MsgSend::decode(value(0)).unwrap();
    assert_eq!(
        (send.from_address.as_str(), send.to_address.as_str()),
        (&*sender, "commons1to")
    );
    assert_eq!(send.amount[1].amount, u128::MAX.to_string());
    let store = MsgStoreCode::decode(value(1)).unwrap();
    assert_eq!(
        (store.sender, store.wasm_byte_code),
        (sender.clone(), vec![0, 97, 115, 109])
    );
    let made = MsgInstantiateContract::decode(value(2)).unwrap();
    assert_eq!(
        (made.sender, made.admin, made.code_id),
        (sender.clone(), String::new(), 4)
    );
    assert_eq!(made.funds[0].denom, "uusd");
    let made = MsgInstantiateContract2::decode(value(3)).unwrap();
    assert_eq!(
        (made.sender, made.salt, made.fix_msg),
        (sender.clone(), vec![1, 2], false)
    );
    assert_eq!(made.admin, "commons1admin");
    let call = MsgExecuteContract::decode(value(4)).unwrap();
    assert_eq!(
        (call.sender, call.contract.as_str()),
        (sender, "commons1contract")
    );
    assert_eq!(call.msg, b"{\"close_period\":{}}");
}

#[test]
fn the_signature_is_over_the_sign_doc_of_the_very_bytes_sent() {
    let raw = TxRaw::decode(&*sign(&every_message(), &key(), context(9))).unwrap();
    let document = SignDoc {
        body_bytes: raw.body_bytes.clone(),
        auth_info_bytes: raw.auth_info_bytes.clone(),
        chain_id: "commons-local-1".into(),
        account_number: 7,
    };
    let signature = Signature::from_slice(&raw.signatures[0]).unwrap();
    assert!(signature.normalize_s().is_none(), "s is in the lower half");
    let public = VerifyingKey::from_sec1_bytes(&key().public()).unwrap();
    public
        .verify(&document.encode_to_vec(), &signature)
        .unwrap();
    let other_chain = SignDoc {
        chain_id: "commons-local-2".into(),
        ..document
    };
    public
        .verify(&other_chain.encode_to_vec(), &signature)
        .unwrap_err();
}

#[test]
fn signer_sequence_gas_fee_and_memo_are_those_of_the_context() {
    let raw = TxRaw::decode(&*sign(&every_message(), &key(), context(9))).unwrap();
    let auth = AuthInfo::decode(&*raw.auth_info_bytes).unwrap();
    assert_eq!(auth.signer_infos.len(), 1);
    assert_eq!(auth.signer_infos[0].sequence, 9);
    let mode = auth.signer_infos[0].mode_info.clone().unwrap().sum.unwrap();
    assert_eq!(mode, mode_info::Sum::Single(mode_info::Single { mode: 1 }));
    let fee = auth.fee.unwrap();
    assert_eq!((fee.gas_limit, fee.payer.as_str()), (500_000, ""));
    assert_eq!(fee.amount[0].amount, "3");
    assert_eq!(TxBody::decode(&*raw.body_bytes).unwrap().memo, "a note");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = sign(&every_message(), &key(), context(1));
    assert_eq!(once, sign(&every_message(), &key(), context(1)));
    assert_ne!(once, sign(&every_message(), &key(), context(2)));
    assert_eq!(once, TxRaw::decode(&*once).unwrap().encode_to_vec());
}

#[test]
fn a_timeout_height_is_part_of_what_is_signed() {
    let messages = [Message::Send {
        to: "commons1to".into(),
        amount: Vec::<Coin>::new(),
    }];
    let bound = Tx::new(&messages)
        .timeout_height(12)
        .sign(&key(), context(0));
    let raw = TxRaw::decode(&*bound).unwrap();
    assert_eq!(TxBody::decode(&*raw.body_bytes).unwrap().timeout_height, 12);
    assert_ne!(bound, sign(&messages, &key(), context(0)));
}
