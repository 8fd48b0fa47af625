//! Addresses against the vectors of wasmd and of the chain's specification.

use crate::support::ledger_with_prefix;
use commons_ledger::Checksum;

#[test]
fn classic_contract_addresses_are_those_of_wasmd() {
    let ledger = ledger_with_prefix("wasm");
    let vectors = [
        (
            1,
            1,
            "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d",
        ),
        (
            1,
            2,
            "wasm1suhgf5svhu4usrurvxzlgn54ksxmn8gljarjtxqnapv8kjnp4nrss5maay",
        ),
        (
            2,
            1,
            "wasm1wug8sewp6cedgkmrmvhl3lf3tulagm9hnvy8p0rppz9yjw0g4wtqhs9hr8",
        ),
        (
            2,
            2,
            "wasm1nc5tatafv6eyq7llkr2gv50ff9e22mnf70qgjlv737ktmt4eswrqr5j2ht",
        ),
        (
            7,
            42,
            "wasm1n7th4uled3kedq5el4jdna6g7wldzs5w04jz2t57h4xrkuxjhu6sxkzpdh",
        ),
    ];
    for (code_id, instance_id, expected) in vectors {
        assert_eq!(ledger.classic_address(code_id, instance_id), expected);
    }
}

#[test]
fn predictable_contract_addresses_are_those_of_wasmd() {
    let ledger = ledger_with_prefix("wasm");
    let checksum = hex::decode("13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5");
    let checksum = Checksum(checksum.unwrap().try_into().unwrap());
    let creator = "wasm1cyyzpxplxdzkeea7kwsydadg87357qna465cff";
    let vectors: [(&[u8], &str); 2] = [
        (
            b"a",
            "wasm1jvhc9rjrhza7axg4ggww8ry6lw2sulgxylsqwwvpwur8w8fsjgpq9ywzml",
        ),
        (
            &[0xaa, 0xbb, 0xcc],
            "wasm1t622pz0t0qcqyxy8s07etyjtsesf42jmrtyz05ewazc6fer2uleqk9njpa",
        ),
    ];
    for (salt, expected) in vectors {
        let address = ledger.predictable_address(&checksum, creator, salt, b"");
        assert_eq!(address.as_deref(), Some(expected));
    }
}

/// BIP-173 data under another prefix, a bad checksum, mixed case (CWA-2022-002) and a length that is no account's.
#[test]
fn what_is_no_address_has_no_predictable_contract() {
    let ledger = ledger_with_prefix("wasm");
    let checksum = Checksum([0; 32]);
    let bad = [
        "cosmos1cyyzpxplxdzkeea7kwsydadg87357qna3zg3tq",
        "wasm1cyyzpxplxdzkeea7kwsydadg87357qna465cfg",
        "wasm1cyyzpxplxdzkeea7kwsydadg87357qnA465cff",
        "wasm1qqqsyqcyq5rqwzqf3953cc",
        "",
        "wasm1",
    ];
    for text in bad {
        assert_eq!(
            ledger.predictable_address(&checksum, text, b"a", b""),
            None,
            "{text}"
        );
    }
}

/// The pair of the Cosmos SDK's tests: the key's hash is known in Bitcoin's form, 1CKZ9Nx4zgds8tU7nJHotKSDr4a9bYJCa3.
#[test]
fn an_account_address_is_the_hash_of_its_key() {
    let key = hex::decode("02950e1cdfcb133d6024109fd489f734eeb4502418e538c28481f22bce276f248c");
    let address = ledger_with_prefix("commons").account_address(&key.unwrap());
    let (prefix, hash) = bech32::decode(&address).unwrap();
    assert_eq!(prefix.as_str(), "commons");
    assert_eq!(
        hex::encode(hash),
        "7c2bb42a8be69791ec763e51f5a49bcd41e82237"
    );
}
