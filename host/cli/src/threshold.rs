//! What a poll still needs (R38): each threshold as a count of persons, and the least number of further yes votes. Pure
//! arithmetic on what the chain answered; whether a proposal passed, the chain says.

use commons_common::assembly::Tally;
use commons_common::charter::DecisionRules;
use serde::Serialize;

/// One threshold, in votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Threshold {
    /// What is counted, for people.
    pub name: &'static str,
    /// Votes so far.
    pub votes: u64,
    /// Votes needed as things stand.
    pub needed: u64,
    /// Whether that is enough.
    pub met: bool,
}

impl Threshold {
    fn new(name: &'static str, votes: u64, needed: u64) -> Self {
        Self {
            name,
            votes,
            needed,
            met: votes >= needed,
        }
    }
}

/// Votes of any kind.
pub const fn cast(tally: &Tally) -> u64 {
    tally
        .yes
        .saturating_add(tally.no)
        .saturating_add(tally.abstain)
}

/// Every threshold that the rules set.
pub fn thresholds(tally: &Tally, rules: &DecisionRules, electorate: u64) -> Vec<Threshold> {
    let decided = tally.yes.saturating_add(tally.no);
    let majority = rules
        .approval_bps
        .ceil_of_count(decided)
        .max(tally.no.saturating_add(1));
    let mut all = vec![Threshold::new("yes among yes and no", tally.yes, majority)];
    for (name, votes, share) in [
        (
            "turnout, abstentions included",
            cast(tally),
            rules.turnout_bps,
        ),
        (
            "yes of the whole electorate",
            tally.yes,
            rules.yes_of_roll_bps,
        ),
    ] {
        if share.0 > 0 {
            all.push(Threshold::new(name, votes, share.ceil_of_count(electorate)));
        }
    }
    all
}

/// The least number of further yes votes with which it passes; none if not even all who are left can carry it.
pub fn yes_missing(tally: &Tally, rules: &DecisionRules, electorate: u64) -> Option<u64> {
    let passes = |more: u64| {
        let tally = Tally {
            yes: tally.yes.saturating_add(more),
            ..*tally
        };
        thresholds(&tally, rules, electorate).iter().all(|t| t.met)
    };
    let (mut low, mut high) = (0, electorate.saturating_sub(cast(tally)));
    if !passes(high) {
        return None;
    }
    // A further yes never breaks a threshold that is met, so the first count that passes is found by halving.
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tally(yes: u64, no: u64, abstain: u64) -> Tally {
        Tally { yes, no, abstain }
    }

    /// R38, special: 60 % of yes and no, turnout 20 %.
    #[test]
    fn a_special_decision_of_a_thousand_needs_both() {
        let rules = DecisionRules::special();
        assert_eq!(yes_missing(&tally(0, 0, 0), &rules, 1_000), Some(200));
        assert_eq!(yes_missing(&tally(100, 0, 99), &rules, 1_000), Some(1));
        assert_eq!(yes_missing(&tally(100, 100, 0), &rules, 1_000), Some(50));
        assert_eq!(yes_missing(&tally(120, 80, 0), &rules, 1_000), Some(0));
        assert_eq!(yes_missing(&tally(0, 500, 0), &rules, 1_000), None);
    }

    /// More yes than no, whatever the rules say; nobody at all never carries anything.
    #[test]
    fn a_tie_does_not_pass() {
        let rules = DecisionRules::ordinary();
        assert_eq!(yes_missing(&tally(50, 50, 0), &rules, 1_000), Some(1));
        assert_eq!(yes_missing(&tally(0, 0, 10), &rules, 10), None);
        assert_eq!(yes_missing(&tally(0, 0, 0), &rules, 0), None);
    }

    /// Two thirds of the roll, rounded up.
    #[test]
    fn ratification_counts_the_whole_roll() {
        let rules = DecisionRules::ratification();
        assert_eq!(yes_missing(&tally(0, 0, 0), &rules, 1_000), Some(667));
        let all = thresholds(&tally(666, 0, 0), &rules, 1_000);
        assert_eq!(all.iter().filter(|t| !t.met).count(), 1);
    }
}
