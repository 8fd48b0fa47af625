//! SDK gas, access by access: what wasmd v0.61.14 pays for the keys and values that the SDK stores.
//!
//! Each test adds up the accesses that the SDK makes, in its order; the prices are those of `store/types/gas.go`.

#![allow(clippy::cast_possible_truncation, reason = "gas of tests is small")]

use crate::support::{Chain, Draft, Person, any, bank_send, execute};
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use prost::Message;

fn read(key: usize, value: usize) -> usize {
    1_000 + 3 * key + 3 * value
}

fn write(key: usize, value: usize) -> usize {
    2_000 + 30 * key + 30 * value
}

const HAS: usize = 1_000;
const DELETE: usize = 1_000;
/// Parameters: key of a byte, and the protobuf bytes of the defaults.
const AUTH_PARAMS: usize = 1_000 + 3 + 3 * 13;
const BANK_PARAMS: usize = 1_000 + 3 + 3 * 2;
/// `01 ‖ address`.
const ACCOUNT_KEY: usize = 21;
/// `"accountNumber" ‖ number`, and the address as value.
const NUMBER_INDEX: usize = 2_000 + 30 * 21 + 30 * 20;

/// Bytes of a stored account.
fn stored(address: &str, key: bool, number: u64, sequence: u64) -> usize {
    let account = BaseAccount {
        address: address.to_owned(),
        pub_key: key.then(|| Person::new(1).public_key()),
        account_number: number,
        sequence,
    };
    any("/cosmos.auth.v1beta1.BaseAccount", &account)
        .encode_to_vec()
        .len()
}

/// `SetAccount`: the old account for the index by number, that index, the new account.
fn set_account(old: usize, new: usize) -> usize {
    read(ACCOUNT_KEY, old) + DELETE + HAS + NUMBER_INDEX + write(ACCOUNT_KEY, new)
}

/// The ante handler of a transaction without fee and memo, whose signer has a key already.
fn ante(size: usize, counter: usize, account: usize, after: usize, messages: usize) -> usize {
    let count = read(1, counter) + write(1, 12);
    let circuit = messages * HAS;
    let bytes = AUTH_PARAMS + 10 * size;
    let fee_payer = read(ACCOUNT_KEY, account);
    let public_key = read(ACCOUNT_KEY, account);
    let signature_count = AUTH_PARAMS;
    let signature_gas = AUTH_PARAMS + read(ACCOUNT_KEY, account) + 1_000;
    let verification = read(ACCOUNT_KEY, account);
    let sequence = read(ACCOUNT_KEY, account) + set_account(account, after);
    count
        + circuit
        + bytes
        + fee_payer
        + public_key
        + signature_count
        + signature_gas
        + verification
        + sequence
}

/// `02 ‖ length ‖ address ‖ denomination`.
fn balance_key(denom: &str) -> usize {
    1 + 1 + 20 + denom.len()
}

/// A balance that changes: read, index of holders, write.
fn move_balance(denom: &str, old: u128, new: u128) -> usize {
    let index = 1 + denom.len() + 1 + 1 + 20;
    let length = |amount: u128| {
        if amount == 0 {
            0
        } else {
            amount.to_string().len()
        }
    };
    read(balance_key(denom), length(old)) + write(index, 0) + write(balance_key(denom), length(new))
}

fn payment(chain: &Chain, to: &str) -> Draft {
    let message = bank_send(&chain.anna.address, to, &[(7, "utoken")]);
    chain.draft(&chain.anna, vec![message])
}

/// Anna's second transaction: her key is known.
fn warm() -> Chain {
    let mut chain = Chain::new();
    let tx = payment(&chain, &chain.bert.address.clone()).sign();
    assert_eq!(chain.deliver_one(tx).code, 0);
    chain
}

#[test]
fn a_transfer_between_known_accounts_costs_what_its_accesses_cost() {
    let mut chain = warm();
    let bert = chain.bert.address.clone();
    let tx = payment(&chain, &bert).sign();
    let size = tx.len();
    let result = chain.deliver_one(tx);
    assert_eq!(result.code, 0, "{}", result.log);
    let anna = chain.anna.address.clone();
    let (before, after) = (stored(&anna, true, 0, 1), stored(&anna, true, 0, 2));
    let message = HAS // circuit breaker
        + BANK_PARAMS + HAS // is sending enabled?
        + read(ACCOUNT_KEY, after) // locked coins
        + move_balance("utoken", 999_993, 999_986)
        + move_balance("utoken", 17, 24)
        + HAS; // is there an account?
    let expected = ante(size, 12, before, after, 1) + message;
    assert_eq!(result.gas_used, expected as u64);
    // What a real wasmd was seen to take, rounded (its accounts and amounts are longer or shorter by some bytes).
    assert!(
        (50_000..56_000).contains(&result.gas_used),
        "{}",
        result.gas_used
    );
}

#[test]
fn a_transfer_to_a_new_account_pays_for_the_account() {
    let chain = warm();
    let new = Person::new(9).address;
    let bert = chain.bert.address.clone();
    let known = payment(&chain, &bert).sign();
    let known = chain.simulate(&known).gas_used;
    let tx = payment(&chain, &new).sign();
    let unknown = chain.simulate(&tx).gas_used;
    let number = read(1, 8) + write(1, 8);
    let account =
        read(ACCOUNT_KEY, 0) + HAS + NUMBER_INDEX + write(ACCOUNT_KEY, stored(&new, false, 2, 0));
    // Bert's balance was 17, the new account's is nothing.
    let shorter = 3 * 2 + 30;
    assert_eq!(unknown, known + (number + account - shorter) as u64);
    assert!(
        (12_000..15_000).contains(&(unknown - known)),
        "{}",
        unknown - known
    );
}

#[test]
fn the_first_transaction_of_an_account_pays_for_its_key() {
    let mut chain = Chain::new();
    let bert = chain.bert.address.clone();
    let tx = payment(&chain, &bert).sign();
    let first = chain.deliver_one(tx.clone());
    let second = payment(&chain, &bert).sign();
    let size = second.len() - tx.len();
    let second = chain.deliver_one(second);
    let anna = chain.anna.address.clone();
    let (bare, keyed) = (stored(&anna, false, 0, 0), stored(&anna, true, 0, 0));
    // Fee and key read the account without a key; the key is set. A sequence of 0 takes no bytes in the store.
    let more = set_account(bare, keyed);
    let (one, two) = (stored(&anna, true, 0, 1), stored(&anna, true, 0, 2));
    assert_eq!((one, two), (keyed + 2, keyed + 2));
    let reads_before =
        2 * read(ACCOUNT_KEY, bare) + 3 * read(ACCOUNT_KEY, keyed) + set_account(keyed, one);
    let reads_after = 5 * read(ACCOUNT_KEY, one) + set_account(one, two);
    let balances = 3 + 3 * 12; // 1000000 has a digit more than 999993; there was no counter yet.
    let expected =
        second.gas_used as usize + more + reads_before + balances - reads_after - 10 * size - 72;
    assert_eq!(first.gas_used as usize, expected);
}

#[test]
fn a_memo_pays_for_a_look_at_its_limit() {
    let chain = warm();
    let bert = chain.bert.address.clone();
    let plain = payment(&chain, &bert);
    let mut noted = plain.clone();
    noted.body.memo = "m".to_owned();
    let gas = |draft: &Draft| {
        let tx = draft.sign();
        (chain.simulate(&tx).gas_used as usize, tx.len())
    };
    let ((without, size), (with, longer)) = (gas(&plain), gas(&noted));
    assert_eq!(with - without, AUTH_PARAMS + 10 * (longer - size));
}

/// A call: contract and code are read, it is asked whether the code is pinned, the instance is paid, and the machine.
#[test]
fn a_call_pays_for_the_instance_and_for_what_is_kept_about_it() {
    let mut chain = warm();
    let puppet = chain.puppet("{}");
    let nothing = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
    let anna = chain.anna.clone();
    let sequence = chain.sequence(&anna);
    let message = execute(&anna.address, &puppet, nothing, &[]);
    let tx = chain.draft(&anna, vec![message]).sign();
    let size = tx.len();
    let reader = chain.reader();
    let kept = |prefix: &[u8]| {
        let mut entries = chain.state.0.iter();
        let found = entries.find(|(key, _)| key.starts_with(prefix)).unwrap();
        (found.0.len() - "wasm/".len(), found.1.len())
    };
    let (contract, code) = (kept(b"wasm/\x02"), kept(b"wasm/\x01"));
    assert_eq!((contract.0, code.0), (33, 9));
    let trace = chain
        .ledger
        .trace(reader, &chain.block(), &[tx], 0)
        .unwrap()
        .unwrap();
    let call = &trace.calls[0];
    let run = call.run.as_ref().unwrap();
    assert_eq!(trace.result.code, 0, "{}", trace.result.log);
    // Beyond the machine, the answer is read at a unit a byte.
    let loading = read(33, contract.1) + read(9, code.1) + HAS + 60_000;
    let machine = run.gas.0 / 140_000 + nothing.len() as u64;
    assert!(
        call.gas.abs_diff(loading as u64 + machine) <= 1,
        "{} and {loading} + {machine}",
        call.gas
    );
    let before = stored(&anna.address, true, 0, sequence);
    let after = stored(&anna.address, true, 0, sequence + 1);
    let outside = ante(size, 12, before, after, 1) + HAS;
    assert_eq!(trace.result.gas_used, outside as u64 + call.gas);
}
