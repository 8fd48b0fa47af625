//! Descriptions of chains, prices and coins.

use commons_client::ClientError;
use commons_client::network::{GasPrice, Network, parse_coins};
use serde_json::{Value, json};

/// As the chain registry writes them, with much that is of no interest here.
fn file() -> Value {
    json!({
        "$schema": "../chain.schema.json",
        "chain_name": "somechain",
        "chain_type": "cosmos",
        "status": "live",
        "network_type": "mainnet",
        "chain_id": "some-1",
        "bech32_prefix": "some",
        "slip44": 118,
        "key_algos": ["secp256k1"],
        "fees": {"fee_tokens": [{
            "denom": "usome", "fixed_min_gas_price": 0.0025,
            "low_gas_price": 0.0025, "average_gas_price": 0.025, "high_gas_price": 0.04
        }]},
        "staking": {"staking_tokens": [{"denom": "usome"}]},
        "codebase": {"cosmwasm": {"enabled": true, "version": "0.53"}},
        "apis": {
            "rpc": [{"address": "https://rpc.some.example/", "provider": "x"}, {"address": "tcp://10.0.0.1:26657"},
                    {"address": "http://127.0.0.1:26657", "archive": true}],
            "rest": [{"address": "https://rest.some.example"}]
        },
        "explorers": [{"tx_page": "https://x/${txHash}"}]
    })
}

fn parse(file: &Value) -> Result<Network, ClientError> {
    Network::parse(&file.to_string())
}

#[test]
fn a_chain_of_the_registry_is_read() {
    let network = parse(&file()).unwrap();
    assert_eq!(network.name, "somechain");
    assert_eq!(
        (network.chain_id.as_str(), network.prefix.as_str()),
        ("some-1", "some")
    );
    assert_eq!(network.coin_type, 118);
    assert_eq!(
        network.rpc,
        ["https://rpc.some.example", "http://127.0.0.1:26657"]
    );
    assert_eq!(network.gas_price.unwrap().to_string(), "0.025usome");
}

#[test]
fn what_is_missing_is_lenient_where_nothing_hangs_on_it() {
    let bare = json!({
        "chain_id": "bare-1", "bech32_prefix": "bare",
        "apis": {"rpc": [{"address": "http://h:1"}]}, "slip44": 330
    });
    let network = parse(&bare).unwrap();
    assert_eq!((network.name.as_str(), network.coin_type), ("bare-1", 330));
    assert_eq!(network.gas_price, None);
}

#[test]
fn prices_may_be_floats_strings_or_whole() {
    for (price, expected) in [
        (json!(0.025), "0.025"),
        (json!(1e-5), "0.00001"),
        (json!(1e-18), "0.000000000000000001"),
        (json!(20_000_000_000_u64), "20000000000"),
        (json!("0.1"), "0.1"),
        (json!(0), "0"),
        (json!(0.123_456_789_012_345_68), "0.12345678901234568"),
    ] {
        let mut file = file();
        file["fees"]["fee_tokens"][0]["average_gas_price"] = price;
        let found = parse(&file).unwrap().gas_price.unwrap();
        assert_eq!(found.amount.to_string(), expected);
    }
    let mut negative = file();
    negative["fees"]["fee_tokens"][0]["average_gas_price"] = json!(-1);
    assert_eq!(parse(&negative).unwrap().gas_price, None);
}

#[test]
fn chains_with_keys_of_ethereum_are_refused_with_the_reason() {
    for (field, value, words) in [
        ("slip44", json!(60), "slip44 is 60"),
        ("key_algos", json!(["ethsecp256k1"]), "ethsecp256k1"),
        ("extra_codecs", json!(["injective"]), "injective"),
        ("chain_type", json!("eip155"), "eip155"),
    ] {
        let mut file = file();
        file[field] = value;
        let said = parse(&file).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_file_without_what_is_needed_says_which_field() {
    for (field, value, words) in [
        ("chain_id", Value::Null, "chain_id"),
        ("bech32_prefix", json!(""), "bech32_prefix"),
        ("bech32_prefix", json!("UPPER"), "prefix"),
        ("apis", json!({"rpc": [{"address": "unix:/x"}]}), "apis.rpc"),
    ] {
        let mut file = file();
        file[field] = value;
        let said = parse(&file).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
    for text in ["", "[]", "{", "null", &"[".repeat(100_000)] {
        assert!(matches!(Network::parse(text), Err(ClientError::Network(_))));
    }
}

#[test]
fn fees_are_rounded_up_and_never_zero_coins() {
    let price = GasPrice::parse("0.025uosmo").unwrap();
    assert_eq!(price.fee(200_001).unwrap()[0].to_string(), "5001uosmo");
    assert_eq!(price.fee(1).unwrap()[0].to_string(), "1uosmo");
    assert!(
        GasPrice::parse("0uosmo")
            .unwrap()
            .fee(1)
            .unwrap()
            .is_empty()
    );
    let most = GasPrice::parse("340282366920938463463uosmo").unwrap();
    assert!(matches!(most.fee(u64::MAX), Err(ClientError::Price(_))));
    for wrong in [
        "",
        "0.025",
        "uosmo",
        "1.2.3uosmo",
        "1x",
        "-1uosmo",
        "1u osmo",
    ] {
        assert!(GasPrice::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn coins_are_sorted_and_each_denomination_is_there_once() {
    let coins = parse_coins("7ustake, 5factory/commons1x/gold,1ibc/27394FB0").unwrap();
    let shown: Vec<String> = coins.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["5factory/commons1x/gold", "1ibc/27394FB0", "7ustake"]
    );
    assert!(parse_coins("").unwrap().is_empty());
    for wrong in [
        "5",
        "uusd",
        "0uusd",
        "5uusd,6uusd",
        "5.5uusd",
        "5u",
        "5uu\u{1b}[31m",
        "340282366920938463463374607431768211456uusd",
    ] {
        assert!(parse_coins(wrong).is_err(), "{wrong}");
    }
}
