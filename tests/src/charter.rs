//! The charter that the tests found: short windows, every power in use.

use commons_common::charter::{
    Charter, CustodianCharter, DecisionRules, DecisionsCharter, IndexForm, MoneyCharter,
    RegistrarCharter, RollCharter, SpendingRule, SubjectCharter, SubjectKind, TrustKind, Unclaimed,
};
use commons_common::text::{Name, Prose};
use commons_common::units::{Bps, Seconds};
use cosmwasm_std::Uint128;

use crate::cast::address;
use crate::chain::DENOM;

/// Length of a period.
pub const PERIOD: Seconds = Seconds::days(100);
/// From attestation to the vote.
pub const ADMISSION: Seconds = Seconds::days(1);
/// How long an admission is valid.
pub const VALIDITY: Seconds = Seconds::days(350);
/// How long a dividend can be claimed.
pub const CLAIM_WINDOW: Seconds = Seconds::days(90);
/// From the last report needed to the settling.
pub const SURVEY_WINDOW: Seconds = Seconds::days(2);
/// Appropriations up to this are ordinary.
pub const SPECIAL_ABOVE: u128 = 50_000;

/// A name that is one.
#[must_use]
pub fn name(text: &str) -> Name {
    Name::try_from(text.to_owned()).expect("a name")
}

fn prose(text: &str) -> Prose {
    Prose::try_from(text.to_owned()).expect("prose")
}

/// The charter.
#[must_use]
pub fn charter() -> Charter {
    Charter {
        name: name("The Common Meadow"),
        kind: TrustKind::Fund,
        purpose: prose(
            "To hold the meadow for those who come after us,\nand to share what it yields.",
        ),
        licence: prose("CC-BY-SA-4.0"),
        denom: DENOM.to_owned(),
        period: PERIOD,
        classes: vec![name("commoners")],
        roll: roll(),
        decisions: decisions(),
        trustees: (1..=3).map(|n| address(&format!("trustee-{n}"))).collect(),
        term: Seconds::days(3 * 365),
        subjects: subjects(),
        money: money(),
    }
}

fn roll() -> RollCharter {
    let registrar = |n| RegistrarCharter {
        account: address(&format!("registrar-{n}")),
        quota: 300,
    };
    RollCharter {
        registrars: (1..=3).map(registrar).collect(),
        threshold: 2,
        epoch: Seconds::days(30),
        growth_bps: Bps(2_000),
        admission: ADMISSION,
        share_residence: Seconds::days(100),
        validity: VALIDITY,
        renewal: Seconds::days(60),
    }
}

fn decisions() -> DecisionsCharter {
    let short = |rules: DecisionRules| DecisionRules {
        notice: Seconds::days(1),
        vote: Seconds::days(2),
        delay: Seconds::days(1),
        ..rules
    };
    DecisionsCharter {
        ordinary: short(DecisionRules::ordinary()),
        special: short(DecisionRules::special()),
        ratification: short(DecisionRules::ratification()),
        special_above: Uint128::new(SPECIAL_ABOVE),
        expiry: Seconds::days(10),
    }
}

fn subjects() -> Vec<SubjectCharter> {
    let reporters = || (1..=2).map(|n| address(&format!("reporter-{n}"))).collect();
    let subject = |text: &str, kind, unit: &str| SubjectCharter {
        name: name(text),
        kind,
        unit: name(unit),
        reporters: reporters(),
        reports: 2,
        window: SURVEY_WINDOW,
        valid_for: Seconds::days(365),
    };
    vec![
        subject("prices", SubjectKind::Index, "index x 1000"),
        subject("holdings", SubjectKind::Value, DENOM),
        subject("other holdings", SubjectKind::Value, DENOM),
    ]
}

fn money() -> MoneyCharter {
    let custodian = |label: &str, subject: &str| CustodianCharter {
        account: address(label),
        subject: name(subject),
    };
    MoneyCharter {
        index: name("prices"),
        index_form: IndexForm::Ratchet,
        rise_bps: Bps(2_500),
        spending: SpendingRule::AvgRealised {
            bps: Bps(5_000),
            years: 2,
        },
        maintenance_bps: Bps(50),
        operating_bps: Bps(1_000),
        claim_window: CLAIM_WINDOW,
        unclaimed: Unclaimed::Income,
        custodians: vec![
            custodian("custodian", "holdings"),
            custodian("custodian-2", "other holdings"),
        ],
        max_placed_bps: Bps(8_000),
    }
}
