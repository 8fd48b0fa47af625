//! What a charter protects less than the rules' own figures do (R38 and the fields' defaults). Such a charter may be
//! founded; its mark says so. Decides nothing.
//!
//! What protects by lasting is weaker when it is shorter, what protects by a bound when the bound is wider. Terms of
//! office and the validity of an admission are the charter's to lengthen (R32, R44).

use super::{
    Charter, DecisionRules, DecisionsCharter, RollCharter, SubjectCharter, default_admission,
    default_epoch, default_expiry, default_growth, default_period, default_renewal, default_rise,
    default_term, default_valid_for, default_window,
};
use crate::units::{Bps, Seconds};

/// A figure of a charter, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A window, a term, a period.
    Span(Seconds),
    /// A threshold or a bound.
    Share(Bps),
    /// Base units.
    Money(u128),
}

/// A field that protects less than its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weaker {
    /// Dotted path of the field; lists by index.
    pub path: String,
    /// What the charter says.
    pub is: Amount,
    /// What the rules have.
    pub default: Amount,
}

/// Collects the weaker fields.
#[derive(Default)]
struct Comparison(Vec<Weaker>);

impl Comparison {
    fn note(&mut self, weaker: bool, path: String, is: Amount, default: Amount) {
        if weaker {
            self.0.push(Weaker { path, is, default });
        }
    }

    fn span_at_least(&mut self, path: impl Into<String>, is: Seconds, default: Seconds) {
        self.note(
            is < default,
            path.into(),
            Amount::Span(is),
            Amount::Span(default),
        );
    }

    fn span_at_most(&mut self, path: impl Into<String>, is: Seconds, default: Seconds) {
        self.note(
            is > default,
            path.into(),
            Amount::Span(is),
            Amount::Span(default),
        );
    }

    fn share_at_least(&mut self, path: impl Into<String>, is: Bps, default: Bps) {
        self.note(
            is < default,
            path.into(),
            Amount::Share(is),
            Amount::Share(default),
        );
    }

    fn share_at_most(&mut self, path: impl Into<String>, is: Bps, default: Bps) {
        self.note(
            is > default,
            path.into(),
            Amount::Share(is),
            Amount::Share(default),
        );
    }

    fn class(&mut self, class: &str, is: &DecisionRules, least: &DecisionRules) {
        let path = |field: &str| format!("decisions.{class}.{field}");
        self.span_at_least(path("notice"), is.notice, least.notice);
        self.span_at_least(path("vote"), is.vote, least.vote);
        self.span_at_least(path("delay"), is.delay, least.delay);
        self.share_at_least(path("approval_bps"), is.approval_bps, least.approval_bps);
        self.share_at_least(path("turnout_bps"), is.turnout_bps, least.turnout_bps);
        self.share_at_least(
            path("yes_of_roll_bps"),
            is.yes_of_roll_bps,
            least.yes_of_roll_bps,
        );
    }

    fn decisions(&mut self, is: &DecisionsCharter) {
        self.class("ordinary", &is.ordinary, &DecisionRules::ordinary());
        self.class("special", &is.special, &DecisionRules::special());
        self.class(
            "ratification",
            &is.ratification,
            &DecisionRules::ratification(),
        );
        let (line, default) = (is.special_above.u128(), 0);
        self.note(
            line > default,
            "decisions.special_above".to_owned(),
            Amount::Money(line),
            Amount::Money(default),
        );
        self.span_at_most("decisions.expiry", is.expiry, default_expiry());
    }

    fn roll(&mut self, is: &RollCharter) {
        self.span_at_least("roll.epoch", is.epoch, default_epoch());
        self.share_at_most("roll.growth_bps", is.growth_bps, default_growth());
        self.span_at_least("roll.admission", is.admission, default_admission());
        self.span_at_least("roll.share_residence", is.share_residence, default_period());
        self.span_at_least("roll.validity", is.validity, default_period());
        self.span_at_least("roll.renewal", is.renewal, default_renewal());
    }

    fn subject(&mut self, i: usize, is: &SubjectCharter) {
        self.span_at_least(format!("subjects.{i}.window"), is.window, default_window());
        let path = format!("subjects.{i}.valid_for");
        self.span_at_most(path, is.valid_for, default_valid_for());
    }
}

impl Charter {
    /// Every field that protects less than the rules' own figure, in the order of the charter.
    #[must_use]
    pub fn weaker_than_default(&self) -> Vec<Weaker> {
        let mut found = Comparison::default();
        found.span_at_least("period", self.period, default_period());
        found.roll(&self.roll);
        found.decisions(&self.decisions);
        found.span_at_least("term", self.term, default_term());
        for (i, subject) in self.subjects.iter().enumerate() {
            found.subject(i, subject);
        }
        found.share_at_least("money.rise_bps", self.money.rise_bps, default_rise());
        let claim_window = self.money.claim_window;
        found.span_at_least("money.claim_window", claim_window, default_period());
        found.0
    }

    /// Whether every window, term, threshold and bound protects at least as much as the rules' own.
    #[must_use]
    pub fn keeps_default_windows(&self) -> bool {
        self.weaker_than_default().is_empty()
    }
}
