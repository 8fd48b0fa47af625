//! What a block holds, and what a transaction may ask of it: one transaction, free of charge, cannot occupy a node.

use crate::support::{Chain, Draft, PUPPET, bank_send, execute, instantiate, shown};
use commons_ledger::{Admission, ChainParams, DenomMetadata, DenomUnit, TxResult};

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

fn limited(max_gas: u64) -> Chain {
    Chain::with(ChainParams {
        max_gas: Some(max_gas),
        ..ChainParams::default()
    })
}

/// Anna's n-th payment of the block.
fn payment(chain: &Chain, n: u64, gas: u64) -> Draft {
    let message = bank_send(&chain.anna.address, &chain.bert.address, &[(1, "utoken")]);
    let mut draft = chain.draft(&chain.anna, vec![message]).with_gas(gas);
    draft.auth.signer_infos[0].sequence = n;
    draft
}

#[test]
fn a_transaction_may_not_ask_for_more_gas_than_a_block_has() {
    let mut chain = limited(200_000);
    let tx = payment(&chain, 0, 200_001).sign();
    let text = "tx gas limit 200001 exceeds block max gas 200000: invalid gas limit";
    let report = chain.check(&tx);
    assert_eq!(
        (report.codespace.as_str(), report.code, report.log.as_str()),
        ("sdk", 41, text)
    );
    let result = chain.deliver_one(tx.clone());
    assert_eq!((code(&result), result.log.as_str()), (("sdk", 41), text));
    assert_eq!((result.gas_wanted, result.gas_used), (200_001, 0));
    assert_eq!(code(&chain.simulate(&tx)), ("sdk", 41));
    let tx = payment(&chain, 0, 200_000).sign();
    assert_eq!(chain.deliver_one(tx).code, 0);
}

#[test]
fn the_default_limit_is_a_hundred_million() {
    let chain = Chain::new();
    assert_eq!(chain.check(&payment(&chain, 0, 100_000_000).sign()).code, 0);
    assert_eq!(
        chain.check(&payment(&chain, 0, 100_000_001).sign()).code,
        41
    );
    let params = chain.ledger.chain_params(&chain.state).unwrap();
    assert_eq!(params, ChainParams::default());
    assert_eq!(
        (params.max_gas, params.max_bytes),
        (Some(100_000_000), 22_020_096)
    );
}

/// The transaction that passes the limit fails in its messages; those behind it are not run at all.
#[test]
fn a_block_runs_out_of_gas() {
    let mut chain = limited(150_000);
    let txs: Vec<Vec<u8>> = (0..4).map(|n| payment(&chain, n, 140_000).sign()).collect();
    let results = chain.deliver(&txs);
    let codes: Vec<u32> = results.iter().map(|result| result.code).collect();
    assert_eq!(
        codes,
        [0, 0, 11, 11],
        "{:?}",
        results.iter().map(|r| r.gas_used).collect::<Vec<_>>()
    );
    let over = &results[2];
    let expected = format!(
        "out of gas in location: block gas meter; gasWanted: 140000, gasUsed: {}: out of gas",
        over.gas_used
    );
    assert_eq!(over.log, expected);
    assert!(over.data.is_empty() && over.calls.is_empty());
    assert_eq!(
        over.events.len(),
        3,
        "of the checks: {:?}",
        shown(&over.events)
    );
    let none = &results[3];
    assert_eq!(none.log, "no block gas left to run tx: out of gas");
    assert_eq!((none.gas_wanted, none.gas_used), (0, 0));
    assert!(none.events.is_empty());
    assert_eq!(chain.balance(&chain.bert.address, "utoken"), 12);
    // The fee and the sequence of the third stand, the fourth never happened.
    assert_eq!(chain.sequence(&chain.anna), 3);
    let next = payment(&chain, 3, 140_000).sign();
    assert_eq!(
        chain.deliver_one(next).code,
        0,
        "the next block begins at 0"
    );
}

#[test]
fn a_failed_transaction_that_passes_the_limit_fails_for_that() {
    let mut chain = limited(90_000);
    let nobody = chain.ledger.classic_address(1, 1);
    let call = execute(&chain.anna.address, &nobody, "{}", &[]);
    let mut second = chain.draft(&chain.anna, vec![call]).with_gas(80_000);
    second.auth.signer_infos[0].sequence = 1;
    let first = payment(&chain, 0, 80_000).sign();
    let results = chain.deliver(&[first, second.sign()]);
    assert_eq!(results[0].code, 0);
    assert_eq!(code(&results[1]), ("sdk", 11), "{}", results[1].log);
    assert!(results[1].log.contains("block gas meter"));
    assert_eq!(chain.sequence(&chain.anna), 2);
}

/// A loop that never ends costs what a simulation may cost, and no more.
#[test]
fn a_simulation_has_a_limit_of_its_own() {
    let mut chain = Chain::new();
    let code_id = chain.store(crate::support::SPINNER);
    let spinner = chain.instantiate(code_id, "{}");
    let spin = execute(&chain.anna.address, &spinner, "{}", &[]);
    let draft = chain.draft(&chain.anna, vec![spin]).with_gas(0);
    chain.ledger = chain.ledger.clone().with_admission(Admission {
        simulation_gas: Some(300_000),
        ..Admission::default()
    });
    let result = chain.simulate(&draft.sign());
    assert_eq!(code(&result), ("sdk", 11), "{}", result.log);
    assert_eq!(result.gas_wanted, 300_000);
    let payment = payment(&chain, chain.sequence(&chain.anna), 0).sign();
    let result = chain.simulate(&payment);
    assert_eq!(
        (result.code, result.gas_wanted),
        (0, 300_000),
        "{}",
        result.log
    );
}

#[test]
fn parameters_of_the_genesis_are_kept_and_usual_ones_leave_no_trace() {
    let usual = Chain::new();
    assert!(!usual.state.0.keys().any(|key| key.starts_with(b"chain/")));
    let params = ChainParams {
        max_gas: None,
        max_bytes: 1_000_000,
        bond_denom: "utoken".to_owned(),
        denoms: vec![DenomMetadata {
            base: "utoken".to_owned(),
            display: "token".to_owned(),
            denom_units: vec![DenomUnit {
                denom: "utoken".to_owned(),
                ..DenomUnit::default()
            }],
            ..DenomMetadata::default()
        }],
    };
    let chain = Chain::with(params.clone());
    let read = chain.ledger.chain_params(&chain.state).unwrap();
    let denoms = chain.ledger.denoms(chain.reader()).unwrap();
    assert_eq!(ChainParams { denoms, ..read }, params);
    assert_eq!(chain.check(&payment(&chain, 0, 500_000_000).sign()).code, 0);
    let text = serde_json::to_string(&params).unwrap();
    assert_eq!(serde_json::from_str::<ChainParams>(&text).unwrap(), params);
    let supply = chain.ledger.supply(chain.reader()).unwrap();
    assert_eq!(
        supply.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["500uother", "1000010utoken"]
    );
}

/// A contract is created at the gas that the block has used, as on a real chain.
#[test]
fn the_position_of_a_contract_is_the_gas_before_it() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let sequence = chain.sequence(&chain.anna);
    let first = payment(&chain, sequence, 200_000).sign();
    let message = instantiate(&chain.anna.address, code_id, "{}", &[]);
    let mut second = chain.draft(&chain.anna, vec![message]);
    second.auth.signer_infos[0].sequence = sequence + 1;
    let results = chain.deliver(&[first, second.sign()]);
    assert_eq!(results[1].code, 0, "{}", results[1].log);
    let contract = chain.ledger.classic_address(code_id, 1);
    let info = chain.ledger.contract_info(&chain.state, &contract).unwrap();
    assert_eq!(info.unwrap().created.unwrap().tx_index, results[0].gas_used);
}
