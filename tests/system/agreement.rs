//! The same life of a trust, natively under cw-multi-test and as wasm on our host: the same contract state byte for byte,
//! after every single transaction.

use commons_tests::native::Native;
use commons_tests::pair::Pair;
use commons_tests::reading::{Reading, replay};
use commons_tests::story;

/// Whatever the hosts, the story ends as its chapters say.
#[test]
fn the_story_plays_natively() {
    let family = story::play::<Native>();
    assert!(family.ledgers().ledgers.floor.u128() > 1_000_000);
}

/// Same heights, times and chain id, one transaction a block. Every key and value of all five contracts is compared
/// after every transaction, carried out or refused, and so are answers and contract events.
#[test]
fn native_and_wasm_agree() {
    let family = story::play::<Pair>();
    let pair = &family.chain;
    let (carried_out, refused) = pair.compared();
    assert!(carried_out > 90, "{carried_out} transactions");
    assert!(refused > 30, "{refused} refusals");
    let differences: Vec<&str> = pair.differences().iter().map(String::as_str).collect();
    assert_eq!(differences, DIFFERENCES);
    let mut reading = Reading::begin(&pair.wasm, &family.registry);
    reading.check(&pair.wasm);
    let compared = replay(&pair.wasm, &family.registry);
    assert!(compared > 20, "{compared} answers are no trust");
}

/// All in which the events of the two hosts differ. None of it comes from a contract or reaches one.
const DIFFERENCES: [&str; 8] = [
    // The SDK numbers the messages of a transaction in their events; cw-multi-test knows no transactions.
    "wasm: attribute msg_index",
    // wasmd sorts the attributes of a submessage's events in place; cw-multi-test leaves them as the contract wrote them.
    "wasm: attributes of a submessage's events sorted by key",
    // The bank of the SDK tells of both sides of a transfer; that of cw-multi-test of the transfer only.
    "wasm: event coin_received",
    "wasm: event coin_spent",
    // The SDK names module and action of each message.
    "wasm: event message",
    // cw-multi-test stores code outside transactions, without events.
    "wasm: event store_code",
    // cw-multi-test tells of a transfer that a message makes, not of coins that come along with a call.
    "wasm: event transfer",
    // Fee, sequence and signature of the transaction.
    "wasm: event tx",
];
