//! The same life of a trust, natively under cw-multi-test and as wasm on our host: the same contract state byte for byte,
//! after every single transaction.

use commons_tests::native::Native;
use commons_tests::pair::Pair;
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
    let pair = family.chain;
    let (carried_out, refused) = pair.compared();
    assert!(carried_out > 100, "{carried_out} transactions");
    assert!(refused > 30, "{refused} refusals");
    let differences: Vec<&str> = pair.differences().iter().map(String::as_str).collect();
    assert_eq!(differences, [""; 0]);
}
