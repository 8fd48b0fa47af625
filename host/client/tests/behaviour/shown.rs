//! U6: what is shown is what is signed. Everything in the sign bytes is in the text, and what could not be shown is not signed.

use commons_client::ClientError;
use commons_client::keys::AccountKey;
use commons_client::shown::{sign_bytes, tx_raw};
use commons_client::tx::{Document, Message, SignContext, Tx, tx_hash};
use commons_client::tx_file::TxFile;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SignDoc, TxBody};
use cosmwasm_std::coin;
use prost::Message as _;

fn key() -> AccountKey {
    AccountKey::derive("seed", "signer")
}

fn context() -> SignContext<'static> {
    SignContext {
        chain_id: "chain-one-1",
        prefix: "commons",
        account_number: 71,
        sequence: 19,
        gas_limit: 812_345,
        fee: vec![coin(4_242, "uusd")],
        memo: "for the well",
    }
}

fn messages() -> Vec<Message> {
    vec![
        Message::Send {
            to: "commons1payee".into(),
            amount: vec![coin(1_001, "uone"), coin(1_002, "utwo")],
        },
        Message::StoreCode {
            wasm: b"\0asm".to_vec(),
        },
        Message::Instantiate {
            code_id: 6_001,
            label: "a label".into(),
            msg: br#"{"first":1}"#.to_vec(),
            funds: vec![],
            admin: None,
        },
        Message::Instantiate2 {
            code_id: 6_002,
            label: "another".into(),
            msg: br#"{"second":2}"#.to_vec(),
            funds: vec![coin(1_003, "uthree")],
            admin: Some("commons1admin".into()),
            salt: vec![0xab, 0xcd],
        },
        Message::Execute {
            contract: "commons1contract".into(),
            msg: br#"{"close_period":{}}"#.to_vec(),
            funds: vec![coin(1_004, "ufour")],
        },
        Message::Migrate {
            contract: "commons1old".into(),
            code_id: 6_003,
            msg: br#"{"third":3}"#.to_vec(),
        },
        Message::UpdateAdmin {
            contract: "commons1mine".into(),
            admin: "commons1heir".into(),
        },
        Message::ClearAdmin {
            contract: "commons1free".into(),
        },
    ]
}

fn document() -> Document {
    Tx::new(&messages())
        .timeout_height(5_555)
        .document(&key().public_key(), context())
}

#[test]
fn everything_that_is_signed_is_shown() {
    let shown = sign_bytes(&document().sign_bytes()).unwrap();
    let words = [
        "chain-one-1",
        "number 71",
        "sequence  19",
        "812345",
        "4242 uusd",
        "for the well",
        "after block 5555",
        "commons1payee",
        "1001 uone, 1002 utwo",
        "cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f",
        "6001",
        "a label",
        "nobody, for ever",
        r#"{"first":1}"#,
        "6002",
        "another",
        r#"{"second":2}"#,
        "1003 uthree",
        "commons1admin",
        "abcd",
        "commons1contract",
        r#"{"close_period":{}}"#,
        "1004 ufour",
        "commons1old",
        "6003",
        "commons1mine",
        "commons1heir",
        "commons1free",
    ];
    let document = shown.document.to_string().replace("\\\"", "\"");
    for word in words {
        assert!(shown.text.contains(word), "no {word} in {}", shown.text);
        let plain = word
            .trim_start_matches("number ")
            .trim_start_matches("sequence  ");
        let plain = plain.trim_start_matches("after block ");
        assert!(document.contains(plain), "no {plain} in {document}");
    }
    assert_eq!(shown.signer, key().public_key());
    assert_eq!(shown.sequence, 19);
    let sender = key().address("commons");
    assert_eq!(
        shown.text.matches(&sender).count(),
        8,
        "each message names its sender"
    );
}

/// Whatever is changed in what is signed changes what is shown.
#[test]
fn another_document_has_another_text() {
    let plain = sign_bytes(&document().sign_bytes()).unwrap().text;
    let with = |context: SignContext<'_>| {
        let all = messages();
        let made = Tx::new(&all)
            .timeout_height(5_555)
            .document(&key().public_key(), context);
        sign_bytes(&made.sign_bytes()).unwrap().text
    };
    assert_eq!(with(context()), plain);
    for changed in [
        SignContext {
            chain_id: "chain-two-1",
            ..context()
        },
        SignContext {
            prefix: "other",
            ..context()
        },
        SignContext {
            account_number: 72,
            ..context()
        },
        SignContext {
            sequence: 20,
            ..context()
        },
        SignContext {
            gas_limit: 1,
            ..context()
        },
        SignContext {
            fee: vec![],
            ..context()
        },
        SignContext {
            memo: "",
            ..context()
        },
    ] {
        assert_ne!(with(changed), plain);
    }
    for i in 0..messages().len() {
        let mut fewer = messages();
        fewer.remove(i);
        let made = Tx::new(&fewer)
            .timeout_height(5_555)
            .document(&key().public_key(), context());
        assert_ne!(sign_bytes(&made.sign_bytes()).unwrap().text, plain);
    }
}

/// Every byte of the sign bytes flipped, one at a time: refused, or another text. Never the same text over other bytes.
#[test]
fn no_other_bytes_have_the_same_text() {
    let bytes = document().sign_bytes();
    let plain = sign_bytes(&bytes).unwrap().text;
    let (mut refused, mut other) = (0, 0);
    for at in 0..bytes.len() {
        for bit in [1, 0x10, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= bit;
            match sign_bytes(&changed) {
                Err(_) => refused += 1,
                Ok(shown) => {
                    assert_ne!(shown.text, plain, "byte {at}");
                    other += 1;
                }
            }
        }
    }
    assert!(refused > 100 && other > 100, "{refused} {other}");
}

#[test]
fn what_would_not_be_shown_is_refused() {
    let good = document();
    let with_body = |change: &dyn Fn(&mut TxBody)| {
        let mut body = TxBody::decode(&*good.inner().body_bytes).unwrap();
        change(&mut body);
        SignDoc {
            body_bytes: body.encode_to_vec(),
            ..good.inner().clone()
        }
        .encode_to_vec()
    };
    assert!(sign_bytes(&with_body(&|_| {})).is_ok());
    let unknown = with_body(&|body| body.messages[0].type_url = "/cosmos.gov.v1.MsgVote".into());
    // Field 5 of TxBody is `timeout_timestamp`, 4 is `unordered`: of the SDK's later releases.
    for field in [&[0x20, 1][..], &[0x2a, 0], &[0x38, 1]] {
        let mut body = good.inner().body_bytes.clone();
        body.extend_from_slice(field);
        let later = SignDoc {
            body_bytes: body,
            ..good.inner().clone()
        }
        .encode_to_vec();
        assert!(matches!(sign_bytes(&later), Err(ClientError::Document(_))));
    }
    let option = with_body(&|body| {
        let any = body.messages[0].clone();
        body.extension_options.push(any);
    });
    let hidden = with_body(&|body| body.messages[4].value.extend_from_slice(&[0x78, 1]));
    let mut tail = good.sign_bytes();
    tail.extend_from_slice(&[0x78, 1]);
    for bytes in [unknown, option, hidden, tail, Vec::new(), vec![0xff; 40]] {
        assert!(matches!(sign_bytes(&bytes), Err(ClientError::Document(_))));
    }
}

#[test]
fn a_value_cannot_begin_a_line_of_its_own() {
    let hostile = "x\nmessage 9: send coins\n  to  me";
    let messages = [Message::Execute {
        contract: hostile.into(),
        msg: hostile.as_bytes().to_vec(),
        funds: vec![],
    }];
    let context = SignContext {
        memo: hostile,
        ..context()
    };
    let made = Tx::new(&messages).document(&key().public_key(), context);
    let text = sign_bytes(&made.sign_bytes()).unwrap().text;
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("message"))
            .count(),
        1
    );
}

#[test]
fn a_file_is_signed_by_its_signer_only_and_sent_as_it_was_signed() {
    let document = document();
    let file = TxFile::new(&document);
    assert_eq!(file.signed().unwrap(), None);
    let read = TxFile::parse(&file.to_json().unwrap()).unwrap();
    assert_eq!(read, file);
    let stranger = AccountKey::derive("seed", "stranger");
    let refused = read.clone().with_signature(&document.sign(&stranger));
    assert!(matches!(refused, Err(ClientError::BadSignature)));
    let signed = read.with_signature(&document.sign(&key())).unwrap();
    let raw = signed.signed().unwrap().unwrap();
    let all = messages();
    assert_eq!(
        raw,
        Tx::new(&all).timeout_height(5_555).sign(&key(), context())
    );
    let shown = tx_raw(&raw).unwrap();
    assert!(
        sign_bytes(&document.sign_bytes())
            .unwrap()
            .text
            .ends_with(&shown.text)
    );
    assert_eq!(
        tx_hash(b""),
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
    );
    let text = signed.to_json().unwrap();
    for wrong in [
        text.replace("tx/1", "tx/2"),
        text.replace("sign_bytes", "bytes"),
        String::new(),
    ] {
        assert!(matches!(TxFile::parse(&wrong), Err(ClientError::TxFile(_))));
    }
    let mut broken: serde_json::Value = serde_json::from_str(&text).unwrap();
    broken["signature"] = serde_json::json!("AAAA");
    let broken = TxFile::parse(&broken.to_string()).unwrap();
    assert!(matches!(broken.signed(), Err(ClientError::BadSignature)));
}

#[test]
fn what_is_simulated_names_the_key_and_signs_nothing() {
    use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, TxRaw};
    let all = messages();
    let raw = TxRaw::decode(&*Tx::new(&all).unsigned(&key().public_key(), context())).unwrap();
    assert_eq!(raw.signatures, [Vec::<u8>::new()]);
    let auth = AuthInfo::decode(&*raw.auth_info_bytes).unwrap();
    assert!(auth.signer_infos[0].public_key.is_some());
    assert_eq!(auth.signer_infos[0].sequence, 19);
}
