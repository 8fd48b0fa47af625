//! Counting and status: pure functions of what a proposal stores and of block time (R38). Reads no storage.

use commons_common::assembly::{Choice, Proposal, ProposalStatus, Tally};
use commons_common::charter::DecisionRules;
use commons_common::units::{Bps, UnixTime};

/// The tally when `to` replaces `from` (or is the first vote of its person).
#[must_use]
pub const fn replace(mut tally: Tally, from: Option<Choice>, to: Choice) -> Tally {
    if let Some(from) = from {
        let count = pile(&mut tally, from);
        *count = count.saturating_sub(1);
    }
    let count = pile(&mut tally, to);
    *count = count.saturating_add(1);
    tally
}

const fn pile(tally: &mut Tally, choice: Choice) -> &mut u64 {
    match choice {
        Choice::Yes => &mut tally.yes,
        Choice::No => &mut tally.no,
        Choice::Abstain => &mut tally.abstain,
    }
}

/// Whether the votes carry the act (R38). More yes than no whatever the rules say, so that no vote at all, or
/// abstentions alone, never carry anything; products are compared, nothing is divided.
#[must_use]
pub fn passes(tally: &Tally, rules: &DecisionRules, electorate: u64) -> bool {
    let decided = u128::from(tally.yes) + u128::from(tally.no);
    let cast = decided + u128::from(tally.abstain);
    tally.yes > tally.no
        && reaches(u128::from(tally.yes), rules.approval_bps, decided)
        && reaches(cast, rules.turnout_bps, u128::from(electorate))
        && tally.yes >= rules.yes_of_roll_bps.ceil_of_count(electorate)
}

fn reaches(part: u128, share: Bps, whole: u128) -> bool {
    part * u128::from(Bps::WHOLE.0) >= u128::from(share.0) * whole
}

/// Where a proposal stands at `now`. A boundary second belongs to what begins with it.
#[must_use]
pub fn status(proposal: &Proposal, now: UnixTime) -> ProposalStatus {
    if proposal.executed_at.is_some() {
        ProposalStatus::Executed
    } else if now < proposal.opens {
        ProposalStatus::Notice
    } else if now < proposal.closes {
        ProposalStatus::Open
    } else if !passes(&proposal.tally, &proposal.rules, proposal.electorate) {
        ProposalStatus::Rejected
    } else if now < proposal.executable_from {
        ProposalStatus::Waiting
    } else if now < proposal.expires {
        ProposalStatus::Executable
    } else {
        ProposalStatus::Expired
    }
}
