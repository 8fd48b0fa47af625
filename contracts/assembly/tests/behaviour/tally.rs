//! Passing, as pure arithmetic (C3).

use commons_assembly::tally::{passes, replace};
use commons_common::assembly::{Choice, Tally};
use commons_common::charter::DecisionRules;
use commons_common::units::Bps;

fn rules(approval: u16, turnout: u16, of_roll: u16) -> DecisionRules {
    DecisionRules {
        approval_bps: Bps(approval),
        turnout_bps: Bps(turnout),
        yes_of_roll_bps: Bps(of_roll),
        ..DecisionRules::ordinary()
    }
}

fn tally(yes: u64, no: u64, abstain: u64) -> Tally {
    Tally { yes, no, abstain }
}

#[test]
fn yes_must_exceed_no() {
    let rules = rules(0, 0, 0);
    assert!(!passes(&tally(0, 0, 0), &rules, 0));
    assert!(!passes(&tally(0, 0, 9), &rules, 9));
    assert!(!passes(&tally(5, 5, 0), &rules, 10));
    assert!(passes(&tally(6, 5, 0), &rules, 11));
    assert!(passes(&tally(1, 0, 0), &rules, 1));
}

/// R38, special: 60 % to the vote.
#[test]
fn approval_is_met_at_its_edge() {
    let special = DecisionRules::special();
    assert!(passes(&tally(6, 4, 0), &special, 10));
    assert!(!passes(&tally(59, 41, 0), &special, 100));
    assert!(passes(&tally(60, 40, 0), &special, 100));
    // Abstentions are no part of it.
    assert!(passes(&tally(60, 40, 900), &special, 1_000));
    assert!(passes(&tally(3, 0, 0), &rules(10_000, 0, 0), 3));
    assert!(!passes(&tally(3, 1, 0), &rules(10_000, 0, 0), 4));
}

/// R38: 20 % to the vote, abstentions counted.
#[test]
fn turnout_is_met_at_its_edge() {
    let special = DecisionRules::special();
    assert!(!passes(&tally(19, 0, 0), &special, 100));
    assert!(passes(&tally(20, 0, 0), &special, 100));
    assert!(passes(&tally(1, 0, 19), &special, 100));
    assert!(!passes(&tally(20, 0, 0), &special, 101));
    assert!(passes(&tally(2, 1, 0), &rules(5_000, 10_000, 0), 3));
    assert!(!passes(&tally(2, 0, 0), &rules(5_000, 10_000, 0), 3));
}

/// Two thirds of the roll, rounded up: 5 of 7, 6 of 8, 7 of 9 (6,667 basis points of 9 are 6.0003).
#[test]
fn the_founding_vote_counts_the_whole_roll() {
    let founding = DecisionRules::ratification();
    for (electorate, needed) in [(7, 5), (8, 6), (9, 7), (10, 7), (100, 67), (10_000, 6_667)] {
        assert!(!passes(&tally(needed - 1, 0, 0), &founding, electorate));
        assert!(passes(&tally(needed, 0, 0), &founding, electorate));
    }
    assert!(passes(&tally(7, 0, 0), &rules(0, 0, 10_000), 7));
    assert!(!passes(&tally(6, 0, 1), &rules(0, 0, 10_000), 7));
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let most = u64::MAX;
    assert!(passes(
        &tally(most, 0, most),
        &rules(10_000, 10_000, 10_000),
        most
    ));
    assert!(!passes(&tally(most - 1, most, most), &rules(0, 0, 0), most));
}

/// Every tally of up to 8 persons against thresholds by counting: the least number of votes that reaches a share.
#[test]
fn small_rolls_agree_with_counting() {
    let least =
        |share: u16, whole: u64| (0..=whole).find(|n| n * 10_000 >= u64::from(share) * whole);
    for electorate in 0..=8u64 {
        for yes in 0..=electorate {
            for no in 0..=electorate - yes {
                for abstain in 0..=electorate - yes - no {
                    for share in [0, 1, 3_333, 3_334, 5_000, 5_001, 6_667, 9_999, 10_000] {
                        let expected = yes > no
                            && yes >= least(share, yes + no).unwrap()
                            && yes + no + abstain >= least(share, electorate).unwrap()
                            && yes >= least(share, electorate).unwrap();
                        let found = passes(
                            &tally(yes, no, abstain),
                            &rules(share, share, share),
                            electorate,
                        );
                        assert_eq!(
                            found, expected,
                            "{yes} {no} {abstain} of {electorate} at {share}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_replaced_vote_moves_between_the_piles() {
    let counted = replace(tally(1, 1, 1), Some(Choice::Yes), Choice::No);
    assert_eq!(counted, tally(0, 2, 1));
    assert_eq!(replace(counted, None, Choice::Abstain), tally(0, 2, 2));
    assert_eq!(replace(counted, Some(Choice::No), Choice::No), counted);
}
