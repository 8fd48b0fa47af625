//! The fifth step: tries to break the trust. Each attempt must be refused with its reason, and nothing may be lost:
//! ledgers and balances are compared before and after.

use anyhow::{Context, Result, ensure};
use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_common::id::{AppropriationId, DeclarationId, PlacementId, ProposalId};
use commons_common::trust::{self, AppropriationKind, ExecuteMsg, GiftLedger};
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::Uint128;
use serde::Serialize;

use super::cast::{Person, officer};
use super::chain::Refusal;
use super::desk::{Desk, call};
use super::founding::{Family, money};
use super::poll::submit_and_approve;

/// One attempt and how it was refused.
#[derive(Clone, Debug, Serialize)]
pub struct Attack {
    /// What was tried.
    pub what: String,
    /// How it was refused.
    pub refusal: Refusal,
}

impl Attack {
    /// Tries one message that must be refused and change nothing.
    pub fn attempt(
        desk: &mut Desk,
        family: &Family,
        what: &str,
        key: &AccountKey,
        message: Message,
    ) -> Result<Self> {
        Self::unharmed(desk, family, what, |desk| desk.refused(key, message))
    }

    fn unharmed(
        desk: &mut Desk,
        family: &Family,
        what: &str,
        attempt: impl FnOnce(&mut Desk) -> Result<Refusal>,
    ) -> Result<Self> {
        let before = money(desk, family)?;
        let refusal = attempt(desk).with_context(|| format!("trying {what}"))?;
        ensure!(
            money(desk, family)? == before,
            "the ledgers changed while trying {what}"
        );
        Ok(Self {
            what: what.to_owned(),
            refusal,
        })
    }
}

/// Everything but what belongs into the poll's own time (before its delay, larger than the ledger, late).
pub fn play(
    desk: &mut Desk,
    family: &Family,
    persons: &[Person],
    last: DeclarationId,
    friend: AppropriationId,
) -> Result<Vec<Attack>> {
    let mut attacks = Vec::new();
    let first = persons.first().context("nobody is on the roll")?;
    let again = call(&family.trust, &ExecuteMsg::Claim { declaration: last }, 0)?;
    attacks.push(Attack::attempt(
        desk,
        family,
        "a second claim of one dividend",
        &first.account,
        again,
    )?);
    for (what, signer, message) in on_principal(desk, family, last)? {
        attacks.push(Attack::attempt(desk, family, &what, &signer, message)?);
    }
    attacks.push(replayed(desk, family)?);
    attacks.push(other_chain(desk, family)?);
    attacks.push(own_interest(desk, family, friend)?);
    Ok(attacks)
}

/// A transfer of principal through every message that could carry one, by whoever would try.
fn on_principal(
    desk: &Desk,
    family: &Family,
    last: DeclarationId,
) -> Result<Vec<(String, AccountKey, Message)>> {
    let stranger = || officer("friend");
    let trustee = || officer("trustee-1");
    let me = desk.address(&stranger());
    let all = Uint128::new(1_000_000_000);
    let attempts = [
        (
            "principal placed under an act that does not exist",
            trustee(),
            ExecuteMsg::Place {
                authorisation: ProposalId(9_999),
                amount: all,
            },
        ),
        (
            "principal placed by someone who is no trustee",
            stranger(),
            ExecuteMsg::Place {
                authorisation: ProposalId(2),
                amount: all,
            },
        ),
        (
            "a custodian of one's own, authorised by a trustee alone",
            trustee(),
            ExecuteMsg::AuthorisePlacement {
                proposal: ProposalId(9_999),
                custodian: me.clone(),
                max: all,
            },
        ),
        (
            "principal appropriated by a trustee alone",
            trustee(),
            ExecuteMsg::Appropriate {
                proposal: ProposalId(9_999),
                kind: AppropriationKind::Project,
                payee: me,
                milestones: vec![all],
                purpose_hash: Hash::of(b"nothing"),
                lapses_at: UnixTime(u64::MAX),
            },
        ),
        (
            "a payment on an appropriation that is paid out",
            officer("trustee-3"),
            ExecuteMsg::Pay {
                appropriation: AppropriationId(1),
            },
        ),
        (
            "a return booked by a stranger",
            stranger(),
            ExecuteMsg::Return {
                placement: PlacementId(1),
                book: all,
            },
        ),
        (
            "a dividend swept before its time",
            stranger(),
            ExecuteMsg::Sweep { declaration: last },
        ),
        (
            "a sweep of strays where there are none",
            stranger(),
            ExecuteMsg::SweepStray {},
        ),
        (
            "the appropriation of another withdrawn",
            stranger(),
            ExecuteMsg::Withdraw {
                appropriation: AppropriationId(1),
            },
        ),
        (
            "a period closed before it is over",
            stranger(),
            ExecuteMsg::ClosePeriod {},
        ),
        (
            "the trust ratified a second time",
            trustee(),
            ExecuteMsg::Ratify {},
        ),
    ];
    attempts
        .into_iter()
        .map(|(what, signer, msg)| Ok((what.to_owned(), signer, call(&family.trust, &msg, 0)?)))
        .collect()
}

/// A gift of one base unit, then the same bytes again.
fn replayed(desk: &mut Desk, family: &Family) -> Result<Attack> {
    let gift = trust::ExecuteMsg::Contribute {
        to: GiftLedger::Operating,
    };
    let tx = desk.sign(&officer("sponsor"), &[call(&family.trust, &gift, 1)?])?;
    desk.queue_bytes(tx.clone())?;
    desk.block()?;
    Attack::unharmed(desk, family, "a replayed transaction", |desk| {
        desk.refused_bytes(tx)
    })
}

fn other_chain(desk: &mut Desk, family: &Family) -> Result<Attack> {
    let sponsor = officer("sponsor");
    let account = desk.account(&sponsor)?;
    let prefix = desk.prefix().to_owned();
    let gift = trust::ExecuteMsg::Contribute {
        to: GiftLedger::Operating,
    };
    let tx = sign(
        &[call(&family.trust, &gift, 1)?],
        &sponsor,
        SignContext {
            chain_id: "another-chain-1",
            prefix: &prefix,
            account_number: account.number,
            sequence: account.sequence,
            gas_limit: 1_000_000,
            fee: Vec::new(),
            memo: "",
        },
    );
    Attack::unharmed(
        desk,
        family,
        "a transaction signed for another chain id",
        |desk| desk.refused_bytes(tx),
    )
}

/// Trustee 1 declared an interest in the payee: neither the submission nor the payment is theirs to make (R30).
fn own_interest(desk: &mut Desk, family: &Family, friend: AppropriationId) -> Result<Attack> {
    let accept = trust::ExecuteMsg::Accept {
        appropriation: friend,
    };
    desk.send(&officer("friend"), call(&family.trust, &accept, 0)?)?;
    submit_and_approve(desk, family, friend, ["trustee-2", "trustee-3"], 0)?;
    let pay = call(
        &family.trust,
        &trust::ExecuteMsg::Pay {
            appropriation: friend,
        },
        0,
    )?;
    let what = "a trustee paying a person of their own declared interest";
    Attack::attempt(desk, family, what, &officer("trustee-1"), pay)
}
