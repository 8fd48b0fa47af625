//! What a transaction must show before its messages run: signatures, sequence, fee, limits (L1), and what stays if they fail.

use crate::support::{
    CHAIN, Chain, Draft, Person, bank_send, compressed, execute, of_message, shown, store_code,
};
use commons_ledger::{ChainParams, Pending, TxResult};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use k256::ecdsa::Signature;
use prost::Message;

fn payment(chain: &Chain) -> Any {
    bank_send(&chain.anna.address, &chain.bert.address, &[(7, "utoken")])
}

fn draft(chain: &Chain) -> Draft {
    chain.draft(&chain.anna, vec![payment(chain)])
}

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

/// Refused before the messages: no event, no fee, no sequence, no state.
fn refused(chain: &mut Chain, tx: Vec<u8>, expected: (&str, u32)) -> TxResult {
    let before = chain.state.0.clone();
    let result = chain.deliver_one(tx);
    assert_eq!(code(&result), expected, "{}", result.log);
    assert!(result.events.is_empty() && result.data.is_empty() && result.calls.is_empty());
    assert_eq!(chain.state.0, before);
    result
}

const BAD_SIGNATURE: &str = "signature verification failed; please verify account number (0) and chain-id (commons-test-1): (unable to verify single signer signature): unauthorized";

#[test]
fn a_replayed_transaction_is_refused() {
    let mut chain = Chain::new();
    let tx = draft(&chain).sign();
    assert_eq!(chain.deliver_one(tx.clone()).code, 0);
    let result = refused(&mut chain, tx, ("sdk", 32));
    assert_eq!(
        result.log,
        "account sequence mismatch, expected 1, got 0: incorrect account sequence"
    );
}

#[test]
fn the_same_transaction_twice_in_one_block_counts_once() {
    let mut chain = Chain::new();
    let tx = draft(&chain).sign();
    let results = chain.deliver(&[tx.clone(), tx]);
    assert_eq!(results.iter().map(|r| r.code).collect::<Vec<_>>(), [0, 32]);
    assert_eq!(chain.balance(&chain.bert.address, "utoken"), 17);
}

#[test]
fn a_gap_in_the_sequence_is_refused() {
    let mut chain = Chain::new();
    let mut ahead = draft(&chain);
    ahead.auth.signer_infos[0].sequence = 1;
    let result = refused(&mut chain, ahead.sign(), ("sdk", 32));
    assert!(
        result
            .log
            .starts_with("account sequence mismatch, expected 0, got 1")
    );
}

#[test]
fn a_signature_for_another_chain_or_account_number_is_refused() {
    let mut chain = Chain::new();
    let mut foreign = draft(&chain);
    foreign.chain_id = "commons-test-2".to_owned();
    assert_eq!(
        refused(&mut chain, foreign.sign(), ("sdk", 4)).log,
        BAD_SIGNATURE
    );
    let mut misnumbered = draft(&chain);
    misnumbered.account_number = 1;
    assert_eq!(
        refused(&mut chain, misnumbered.sign(), ("sdk", 4)).log,
        BAD_SIGNATURE
    );
}

#[test]
fn w20_a_high_s_signature_is_refused_though_it_verifies_elsewhere() {
    let mut chain = Chain::new();
    let mut raw = draft(&chain).raw();
    let low = Signature::from_slice(&raw.signatures[0]).unwrap();
    let high = Signature::from_scalars(low.r().to_bytes(), (-*low.s()).to_bytes()).unwrap();
    raw.signatures[0] = high.to_vec();
    refused(&mut chain, raw.encode_to_vec(), ("sdk", 4));
    raw.signatures[0] = low.to_vec();
    assert_eq!(chain.deliver_one(raw.encode_to_vec()).code, 0);
}

#[test]
fn malformed_signatures_and_other_sign_modes_are_refused() {
    let mut chain = Chain::new();
    for signature in [vec![0; 64], vec![1; 63], vec![1; 65], vec![0xff; 64]] {
        let mut raw = draft(&chain).raw();
        raw.signatures[0] = signature;
        refused(&mut chain, raw.encode_to_vec(), ("sdk", 4));
    }
    use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
    let mut amino = draft(&chain);
    let mode = Some(Sum::Single(Single { mode: 127 }));
    amino.auth.signer_infos[0].mode_info.as_mut().unwrap().sum = mode;
    refused(&mut chain, amino.sign(), ("sdk", 4));
}

#[test]
fn public_keys_that_are_not_the_signers_compressed_key_are_refused() {
    let mut chain = Chain::new();
    let with_key = |key: Option<Any>| {
        let mut draft = draft(&chain);
        draft.auth.signer_infos[0].public_key = key;
        draft.sign()
    };
    let mut uncompressed = chain.anna.public_key();
    let point = chain.anna.key.verifying_key().to_encoded_point(false);
    uncompressed.value = PubKey {
        key: point.as_bytes().to_vec(),
    }
    .encode_to_vec();
    let cases = [
        with_key(None),
        with_key(Some(Person::new(9).public_key())),
        with_key(Some(uncompressed)),
    ];
    for tx in cases {
        refused(&mut chain, tx, ("sdk", 8));
    }
    let mut short = draft(&chain);
    short.auth.signer_infos[0]
        .public_key
        .as_mut()
        .unwrap()
        .value = PubKey {
        key: compressed(&chain.anna.key)[..32].to_vec(),
    }
    .encode_to_vec();
    refused(&mut chain, short.sign(), ("sdk", 8));
}

#[test]
fn missing_and_surplus_signatures_are_refused() {
    let mut chain = Chain::new();
    let mut none = draft(&chain).raw();
    none.signatures.clear();
    refused(&mut chain, none.encode_to_vec(), ("sdk", 15));
    let mut two = draft(&chain).raw();
    two.signatures.push(two.signatures[0].clone());
    refused(&mut chain, two.encode_to_vec(), ("sdk", 4));
    let mut unnamed = draft(&chain);
    unnamed.auth.signer_infos.clear();
    refused(&mut chain, unnamed.sign(), ("sdk", 4));
}

#[test]
fn a_transaction_of_two_signers_needs_and_takes_both() {
    let mut chain = Chain::new();
    let back = bank_send(&chain.bert.address, &chain.anna.address, &[(10, "utoken")]);
    let mut both = chain.draft(&chain.anna, vec![payment(&chain), back]);
    let bert = chain.draft(&chain.bert, vec![]).auth.signer_infos.remove(0);
    both.auth.signer_infos.push(bert);
    let mut raw = both.raw();
    both.signers.push(chain.bert.clone());
    refused(&mut chain, raw.encode_to_vec(), ("sdk", 4));
    // Each signs with the own account number.
    let mut as_bert = both.clone();
    as_bert.account_number = 1;
    raw.signatures.push(as_bert.raw().signatures[1].clone());
    let result = chain.deliver_one(raw.encode_to_vec());
    assert_eq!(
        (result.code, result.signatures_checked),
        (0, 2),
        "{}",
        result.log
    );
    assert_eq!(
        (chain.sequence(&chain.anna), chain.sequence(&chain.bert)),
        (1, 1)
    );
    assert_eq!(chain.balance(&chain.bert.address, "utoken"), 7);
}

#[test]
fn who_has_no_account_cannot_pay() {
    let mut chain = Chain::new();
    let stranger = Person::new(9);
    let message = bank_send(&stranger.address, &chain.anna.address, &[(1, "utoken")]);
    let tx = chain.draft(&stranger, vec![message]).sign();
    let result = refused(&mut chain, tx, ("sdk", 9));
    let expected = format!(
        "fee payer address: {} does not exist: unknown address",
        stranger.address
    );
    assert_eq!(result.log, expected);
}

#[test]
fn memo_timeout_and_extension_limits_hold_at_their_edges() {
    let mut chain = Chain::new();
    let mut edge = draft(&chain);
    edge.body.memo = "m".repeat(256);
    edge.body.timeout_height = 1;
    assert_eq!(
        chain.deliver_one(edge.sign()).code,
        0,
        "256 bytes, at its last height"
    );
    let mut long = draft(&chain);
    long.body.memo = "m".repeat(257);
    refused(&mut chain, long.sign(), ("sdk", 12));
    let mut late = draft(&chain);
    late.body.timeout_height = 2;
    chain.height = 2;
    refused(&mut chain, late.sign(), ("sdk", 30));
    let mut extended = draft(&chain);
    extended.body.extension_options.push(payment(&chain));
    refused(&mut chain, extended.sign(), ("sdk", 31));
}

#[test]
fn fee_and_sequence_stay_when_the_message_fails() {
    let mut chain = Chain::new();
    let nobody = chain.ledger.classic_address(1, 1);
    let message = execute(&chain.anna.address, &nobody, "{}", &[]);
    let tx = chain
        .draft(&chain.anna, vec![message])
        .with_fee(&[(30, "utoken")]);
    let result = chain.deliver_one(tx.sign());
    assert_eq!(code(&result), ("wasm", 22));
    assert_eq!(
        result.log,
        format!("failed to execute message; message index: 0: address {nobody}: no such contract")
    );
    assert_eq!(chain.sequence(&chain.anna), 1);
    assert_eq!(chain.balance(&chain.anna.address, "utoken"), 999_970);
    let kinds: Vec<&str> = result
        .events
        .iter()
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "coin_spent",
            "coin_received",
            "transfer",
            "message",
            "tx",
            "tx",
            "tx"
        ],
        "only the events of the checks"
    );
    let events = shown(&result.events);
    assert_eq!(
        events[3],
        format!("message{{sender={}}}", chain.anna.address)
    );
    assert_eq!(
        events[4],
        format!("tx{{fee=30utoken,fee_payer={}}}", chain.anna.address)
    );
    assert_eq!(events[5], format!("tx{{acc_seq={}/0}}", chain.anna.address));
    assert!(events[6].starts_with("tx{signature="));
}

#[test]
fn nothing_stays_when_the_fee_cannot_be_paid() {
    let mut chain = Chain::new();
    let tx = draft(&chain).with_fee(&[(1_000_001, "utoken")]).sign();
    let result = refused(&mut chain, tx, ("sdk", 5));
    assert_eq!(
        result.log,
        "spendable balance 1000000utoken is smaller than 1000001utoken: insufficient funds: insufficient funds",
        "the text of the bank, and that of the fee behind it"
    );
    let unsorted = draft(&chain)
        .with_fee(&[(1, "utoken"), (1, "uother")])
        .sign();
    refused(&mut chain, unsorted, ("sdk", 13));
    let mut granted = draft(&chain);
    granted.auth.fee.as_mut().unwrap().granter = chain.bert.address.clone();
    refused(&mut chain, granted.sign(), ("sdk", 38));
}

#[test]
fn all_messages_of_a_transaction_stand_or_fall_together() {
    let mut chain = Chain::new();
    let too_much = bank_send(
        &chain.anna.address,
        &chain.bert.address,
        &[(2_000_000, "utoken")],
    );
    let anna = chain.anna.clone();
    let messages = vec![payment(&chain), too_much];
    let result = chain.send(&anna, messages);
    assert_eq!(code(&result), ("sdk", 5));
    assert!(
        result
            .log
            .starts_with("failed to execute message; message index: 1: ")
    );
    assert_eq!(chain.balance(&chain.bert.address, "utoken"), 10);
    assert_eq!(chain.sequence(&chain.anna), 1);
}

#[test]
fn gas_that_does_not_even_pay_the_checks_is_refused() {
    let mut chain = Chain::new();
    let tx = draft(&chain).with_gas(5_000).sign();
    let result = refused(&mut chain, tx, ("sdk", 11));
    assert_eq!(result.gas_wanted, 5_000);
    assert!(result.gas_used >= 5_000);
    assert!(
        result.log.starts_with("out of gas in location: "),
        "{}",
        result.log
    );
    let expected = format!("gasWanted: 5000, gasUsed: {}: out of gas", result.gas_used);
    assert!(result.log.ends_with(&expected), "{}", result.log);
    let free = draft(&chain).with_gas(0).sign();
    assert_eq!(refused(&mut chain, free, ("sdk", 11)).gas_wanted, 0);
    let greedy = draft(&chain).with_gas(1 << 63).sign();
    refused(&mut chain, greedy.clone(), ("sdk", 41));
    let mut unbounded = Chain::with(ChainParams {
        max_gas: None,
        ..ChainParams::default()
    });
    refused(&mut unbounded, greedy, ("sdk", 18));
}

#[test]
fn out_of_gas_in_a_message_keeps_fee_and_sequence() {
    let mut chain = Chain::new();
    let paying = draft(&chain).with_fee(&[(5, "utoken")]);
    let needed = Chain::new().deliver_one(paying.sign()).gas_used;
    let tx = paying.with_gas(needed - 100).sign();
    let result = chain.deliver_one(tx);
    assert_eq!(code(&result), ("sdk", 11), "{}", result.log);
    assert_eq!(chain.balance(&chain.anna.address, "utoken"), 999_995);
    assert_eq!(chain.balance(&chain.bert.address, "utoken"), 10);
    assert_eq!(chain.sequence(&chain.anna), 1);
}

/// wasm messages are refused on arrival, bank messages in the block.
#[test]
fn malformed_wasm_messages_are_refused_on_arrival() {
    let chain = Chain::new();
    let contract = chain.ledger.classic_address(1, 1);
    let anna = chain.anna.address.as_str();
    let cases = [
        (
            execute(anna, "commons1x", "{}", &[]),
            ("undefined", 1),
            "contract: ",
        ),
        (
            execute(anna, &contract, "", &[]),
            ("wasm", 14),
            "payload msg: invalid",
        ),
        (
            execute(anna, &contract, "{", &[]),
            ("wasm", 14),
            "payload msg: invalid",
        ),
        (
            execute(anna, &contract, "{}", &[(0, "utoken")]),
            ("undefined", 1),
            "funds: coin 0utoken amount is not positive",
        ),
        (
            execute(anna, &contract, "{}", &[(1, "utoken"), (1, "utoken")]),
            ("undefined", 1),
            "funds: duplicate denomination utoken",
        ),
        (
            store_code(anna, vec![]),
            ("sdk", 18),
            "code bytes is required: empty: invalid request",
        ),
        (
            store_code(anna, vec![0; 819_201]),
            ("sdk", 18),
            "code bytes cannot be longer",
        ),
    ];
    for (message, expected, log) in cases {
        let tx = chain.draft(&chain.anna, vec![message]).sign();
        let mut pending = Pending::default();
        let report = chain
            .ledger
            .check_tx(chain.reader(), &mut pending, &chain.block(), &tx)
            .unwrap();
        assert_eq!(
            (report.codespace.as_str(), report.code),
            expected,
            "{}",
            report.log
        );
        assert!(report.log.starts_with(log), "{}", report.log);
    }
}

#[test]
fn w10_deep_brackets_in_a_message_are_no_danger() {
    let mut chain = Chain::new();
    let contract = chain.ledger.classic_address(1, 1);
    // Go reads ten thousand levels, not more.
    for (depth, expected) in [(10_000, 22), (10_001, 14), (100_000, 14)] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let message = execute(&chain.anna.address, &contract, &deep, &[]);
        assert_eq!(code(&chain.by_anna(message)), ("wasm", expected));
    }
}

#[test]
fn several_transactions_of_one_sender_wait_for_one_block() {
    let mut chain = Chain::new();
    let mut pending = Pending::default();
    let txs: Vec<Vec<u8>> = (0..3)
        .map(|sequence| {
            let mut draft = draft(&chain).with_fee(&[(400_000, "utoken")]);
            draft.auth.signer_infos[0].sequence = sequence;
            draft.sign()
        })
        .collect();
    let check = |pending: &mut Pending, tx: &[u8]| {
        chain
            .ledger
            .check_tx(chain.reader(), pending, &chain.block(), tx)
            .unwrap()
    };
    assert_eq!(
        check(&mut pending, &txs[1]).code,
        32,
        "the second alone has a gap before it"
    );
    assert_eq!(check(&mut pending, &txs[0]).code, 0);
    assert_eq!(check(&mut pending, &txs[0]).code, 32, "the same again");
    assert_eq!(check(&mut pending, &txs[1]).code, 0);
    let third = check(&mut pending, &txs[2]);
    assert_eq!(
        (third.codespace.as_str(), third.code),
        ("sdk", 5),
        "fees that wait are spent"
    );
    let codes: Vec<u32> = chain
        .deliver(&txs)
        .iter()
        .map(|result| result.code)
        .collect();
    assert_eq!(codes, [0, 0, 5]);
}

#[test]
fn a_simulation_needs_no_signature_and_changes_nothing() {
    let mut chain = Chain::new();
    let mut draft = draft(&chain).with_gas(0);
    draft.auth.signer_infos[0].public_key = None;
    let mut raw = draft.raw();
    raw.signatures = vec![Vec::new()];
    let simulated = chain
        .ledger
        .simulate(chain.reader(), &chain.block(), &raw.encode_to_vec())
        .unwrap();
    assert_eq!(simulated.code, 0, "{}", simulated.log);
    let real = chain.deliver_one(self::draft(&chain).sign());
    assert_eq!(of_message(&simulated), of_message(&real));
    let difference = simulated.gas_used.abs_diff(real.gas_used);
    // The simulation is not counted among the transactions of a block; that is all.
    assert!(
        difference < 5_000,
        "{} and {}",
        simulated.gas_used,
        real.gas_used
    );
    assert_eq!(real.signatures_checked, 1);
    assert_eq!(simulated.signatures_checked, 0);
}

/// L4: the same block on the same state gives the same results and the same changes.
#[test]
fn a_block_run_twice_gives_the_same() {
    let chain = Chain::new();
    let txs = [draft(&chain).sign(), b"garbage".to_vec()];
    let run = || {
        chain
            .ledger
            .execute_block(chain.reader(), &chain.block(), &txs)
            .unwrap()
    };
    assert_eq!(run(), run());
    assert_eq!(CHAIN, chain.block().chain_id);
}
