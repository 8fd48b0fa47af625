//! The third step: fiscal years 1983 to 2016, played on both trusts at the same times. Each year: contribution, income
//! back from the custodian, placing, reports, settling, closing, dividends pushed to everyone.

use anyhow::{Context, Result, ensure};
use commons_common::assembly::Act;
use commons_common::charter::SpendingRule;
use commons_common::id::{DeclarationId, PeriodId, PersonId, PlacementId, ProposalId};
use commons_common::roll::BatchReport;
use commons_common::text::Name;
use commons_common::trust::{ClaimRefusal, Declaration, GiftLedger, PeriodReport};
use commons_common::units::{Hash, Seconds, UnixTime};
use commons_common::{assembly, survey, trust};
use cosmwasm_std::Uint128;
use serde::Serialize;

use super::cast::{Person, officer};
use super::desk::{Desk, call};
use super::figures::{FiscalYear, scaled};
use super::founding::{BATCH, Family, batch_report, money, propose, relay_yes};
use super::other_order::{OtherOrder, Outcome, Year};
use super::progress::Progress;

/// One year of one trust, and the same year under the other order.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The fiscal year.
    pub year: u16,
    /// Contribution, base units.
    #[serde(serialize_with = "super::money::as_text")]
    pub contribution: u128,
    /// Income, base units.
    #[serde(serialize_with = "super::money::as_text")]
    pub income: u128,
    /// Loss, base units.
    #[serde(serialize_with = "super::money::as_text")]
    pub loss: u128,
    /// What the close did.
    pub report: PeriodReport,
    /// Paid a person, base units; 0 where nothing was declared.
    #[serde(serialize_with = "super::money::as_text")]
    pub per: u128,
    /// Persons with a share.
    pub n: u64,
    /// The other order, computed natively.
    pub other: Outcome,
}

/// For how many periods an act allows placing (R38).
const AUTHORISED_PERIODS: u64 = 5;

/// The act by which both trusts may place their principal, voted and executed in the first two months of a year.
fn authorise_placements(
    desk: &mut Desk,
    families: &mut [Family; 2],
    persons: &[Person],
) -> Result<[ProposalId; 2]> {
    let rules = families[0].charter.decisions.special;
    let voters = persons.len().div_ceil(2);
    let mut acts = Vec::new();
    for family in families.iter_mut() {
        let act = Act::Place {
            custodian: custodian(family)?,
            max: Uint128::MAX,
        };
        acts.push(propose(
            desk,
            family,
            "Place the principal with the custodian",
            act,
        )?);
    }
    desk.wait_until(desk.now().after(rules.notice));
    for (family, act) in families.iter().zip(&acts) {
        relay_yes(desk, family, *act, persons, voters)?;
    }
    desk.wait_until(desk.now().after(rules.vote).after(rules.delay));
    for (family, act) in families.iter().zip(&acts) {
        let execute = assembly::ExecuteMsg::Execute { proposal: *act };
        desk.queue(&officer("deployer"), call(&family.assembly, &execute, 0)?)?;
    }
    desk.block()?;
    <[ProposalId; 2]>::try_from(acts).map_err(|_| anyhow::anyhow!("two trusts, two acts"))
}

fn custodian(family: &Family) -> Result<String> {
    let custodian = family.charter.money.custodians.first();
    Ok(custodian
        .context("the charter names no custodian")?
        .account
        .clone())
}

/// Everything the years need beside the desk.
pub struct Plan<'a> {
    /// Alaska's figures.
    pub years: &'a [FiscalYear],
    /// Everyone on the roll.
    pub persons: &'a [Person],
    /// When period 1 began.
    pub start: UnixTime,
}

/// Plays every year; answers the rows of (a) and of (b).
pub fn play(
    desk: &mut Desk,
    families: &mut [Family; 2],
    plan: &Plan<'_>,
    progress: &Progress,
) -> Result<[Vec<Row>; 2]> {
    let mut rows = [Vec::new(), Vec::new()];
    let mut others = [OtherOrder::default(), OtherOrder::default()];
    let base = plan.years.first().context("no years")?.index.value.0;
    report(desk, families, "price index", PeriodId(0), |_| Ok(base))?;
    let mut acts = None;
    for (period, figures) in (1_u64..).map(PeriodId).zip(plan.years) {
        let acts = match acts {
            Some(acts) if (period.0 - 1) % AUTHORISED_PERIODS != 0 => acts,
            _ => *acts.insert(authorise_placements(desk, families, plan.persons)?),
        };
        let begins = UnixTime(plan.start.0 + (period.0 - 1) * families[0].charter.period.0);
        desk.wait_until(begins.after(Seconds::days(100)));
        let flows = flows(figures, plan.persons.len())?;
        move_money(desk, families, acts, period, &flows)?;
        measure(desk, families, period, figures, flows.loss)?;
        desk.wait_until(begins.after(families[0].charter.period));
        for family in families.iter() {
            desk.queue(
                &officer("deployer"),
                call(&family.trust, &trust::ExecuteMsg::ClosePeriod {}, 0)?,
            )?;
        }
        desk.block()?;
        for ((family, rows), other) in families.iter().zip(&mut rows).zip(&mut others) {
            rows.push(row(desk, family, period, figures, &flows, other, plan)?);
        }
        desk.wait_until(desk.now().after(Seconds::days(1)));
        pay_dividends(desk, families, &rows, plan.persons)?;
        progress.tick();
    }
    Ok(rows)
}

struct Flows {
    contribution: u128,
    income: u128,
    loss: u128,
}

fn flows(figures: &FiscalYear, persons: usize) -> Result<Flows> {
    let persons = u32::try_from(persons)?;
    let income = figures.income.value;
    let size = scaled(income.unsigned_abs(), persons);
    Ok(Flows {
        contribution: scaled(u64::try_from(figures.contribution.value)?, persons),
        income: if income > 0 { size } else { 0 },
        loss: if income < 0 { size } else { 0 },
    })
}

fn move_money(
    desk: &mut Desk,
    families: &[Family; 2],
    acts: [ProposalId; 2],
    period: PeriodId,
    flows: &Flows,
) -> Result<()> {
    for family in families {
        let keeper = custodian_key(family);
        if flows.contribution > 0 {
            let gift = trust::ExecuteMsg::Contribute {
                to: GiftLedger::Principal,
            };
            desk.queue(
                &officer("state"),
                call(&family.trust, &gift, flows.contribution)?,
            )?;
        }
        // What the markets pay the custodian, or take from it.
        if flows.income > 0 {
            let paid = desk.transfer(&keeper, flows.income);
            desk.queue(&officer("markets"), paid)?;
        }
        if flows.loss > 0 {
            let lost = desk.transfer(&officer("markets"), flows.loss);
            desk.queue(&keeper, lost)?;
        }
    }
    desk.block()?;
    // Income comes back before principal goes out, but for the first year, when nothing is placed yet.
    if period.0 == 1 {
        place(desk, families, acts)?;
        bring_back(desk, families, flows)
    } else {
        bring_back(desk, families, flows)?;
        place(desk, families, acts)
    }
}

fn bring_back(desk: &mut Desk, families: &[Family; 2], flows: &Flows) -> Result<()> {
    if flows.income == 0 {
        return Ok(());
    }
    for family in families {
        let back = trust::ExecuteMsg::Return {
            placement: PlacementId(1),
            book: Uint128::zero(),
        };
        desk.queue(
            &custodian_key(family),
            call(&family.trust, &back, flows.income)?,
        )?;
    }
    desk.block()?;
    Ok(())
}

fn place(desk: &mut Desk, families: &[Family; 2], acts: [ProposalId; 2]) -> Result<()> {
    for (family, authorisation) in families.iter().zip(acts) {
        let amount = money(desk, family)?.placeable();
        if amount == 0 {
            continue;
        }
        let place = trust::ExecuteMsg::Place {
            authorisation,
            amount: Uint128::new(amount),
        };
        desk.queue(&officer("trustee-1"), call(&family.trust, &place, 0)?)?;
    }
    desk.block()?;
    Ok(())
}

/// Reports index and value of the year, and settles both once their windows have passed.
fn measure(
    desk: &mut Desk,
    families: &[Family; 2],
    period: PeriodId,
    figures: &FiscalYear,
    loss: u128,
) -> Result<()> {
    report(desk, families, "price index", period, |_| {
        Ok(figures.index.value.1)
    })?;
    report(desk, families, "fund value", period, |placed| {
        placed
            .checked_sub(loss)
            .context("the loss is larger than what is placed")
    })
}

/// Reports one subject on both trusts and settles it after its window. `value` gets what the trust has placed.
fn report(
    desk: &mut Desk,
    families: &[Family; 2],
    subject: &str,
    period: PeriodId,
    value: impl Fn(u128) -> Result<u128>,
) -> Result<()> {
    let subject = Name::try_from(subject.to_owned())?;
    for family in families {
        let value = value(money(desk, family)?.placed)?;
        let report = survey::ExecuteMsg::Report {
            subject: subject.clone(),
            period,
            value: Uint128::new(value),
            evidence_hash: Hash::of(super::figures::TABLE.as_bytes()),
        };
        desk.queue(&officer("reporter"), call(&family.survey, &report, 0)?)?;
    }
    desk.block()?;
    let windows = families
        .iter()
        .flat_map(|f| &f.charter.subjects)
        .map(|s| s.window);
    desk.wait_until(desk.now().after(windows.max().unwrap_or_default()));
    for family in families {
        let settle = survey::ExecuteMsg::Settle {
            subject: subject.clone(),
            period,
        };
        desk.queue(&officer("deployer"), call(&family.survey, &settle, 0)?)?;
    }
    desk.block()?;
    Ok(())
}

fn row(
    desk: &Desk,
    family: &Family,
    period: PeriodId,
    figures: &FiscalYear,
    flows: &Flows,
    other: &mut OtherOrder,
    plan: &Plan<'_>,
) -> Result<Row> {
    let report: Option<PeriodReport> =
        desk.query(&family.trust, &trust::QueryMsg::Period { period })?;
    let report = report.context("the period that was just closed has no report")?;
    let n = u64::try_from(plan.persons.len())?;
    let per = match report.declaration {
        Some(declaration) => {
            let declaration: Declaration =
                desk.query(&family.trust, &trust::QueryMsg::Declaration { declaration })?;
            ensure!(
                declaration.n == n,
                "the declaration counts {} persons, the roll has {n}",
                declaration.n
            );
            declaration.per.u128()
        }
        None => 0,
    };
    let SpendingRule::AvgRealised { bps, years } = family.charter.money.spending;
    let year = Year {
        contribution: flows.contribution,
        income: flows.income,
        loss: flows.loss,
        index: figures.index.value,
        n,
    };
    Ok(Row {
        year: figures.year,
        contribution: flows.contribution,
        income: flows.income,
        loss: flows.loss,
        report,
        per,
        n,
        other: other.close(year, bps.0, years)?,
    })
}

/// Pushes the dividend just declared to everyone. The first person claims the first one of each trust on their own.
fn pay_dividends(
    desk: &mut Desk,
    families: &[Family; 2],
    rows: &[Vec<Row>; 2],
    persons: &[Person],
) -> Result<()> {
    let mut pushed = Vec::new();
    for (family, rows) in families.iter().zip(rows) {
        let Some(declaration) = rows.last().and_then(|r| r.report.declaration) else {
            continue;
        };
        let everyone: Vec<PersonId> = (1..=u64::try_from(persons.len())?).map(PersonId).collect();
        let mut rest = everyone.as_slice();
        if declaration == DeclarationId(1) {
            let first = persons.first().context("nobody is on the roll")?;
            let claim = trust::ExecuteMsg::Claim { declaration };
            desk.queue(&first.account, call(&family.trust, &claim, 0)?)?;
            rest = everyone.get(1..).unwrap_or_default();
            desk.block()?;
        }
        for batch in rest.chunks(BATCH) {
            let push = trust::ExecuteMsg::ClaimFor {
                declaration,
                persons: batch.to_vec(),
            };
            desk.queue(&officer("relayer"), call(&family.trust, &push, 0)?)?;
            pushed.push(batch.len());
        }
    }
    let results = desk.block()?;
    for (result, size) in results.iter().zip(pushed) {
        let report: BatchReport<ClaimRefusal> = batch_report(result)?;
        ensure!(
            usize::try_from(report.accepted)? == size && report.refused.is_empty(),
            "a pushed dividend was refused"
        );
    }
    Ok(())
}

fn custodian_key(family: &Family) -> commons_client::keys::AccountKey {
    officer(&format!("custodian-{}", family.letter))
}

/// The officers' addresses that a charter must name: a charter of other accounts cannot be played.
pub fn check_officers(desk: &Desk, family: &Family) -> Result<()> {
    let expected = desk.address(&custodian_key(family));
    ensure!(
        custodian(family)? == expected,
        "the charter of ({}) names another custodian than the demonstration's {expected}",
        family.letter
    );
    Ok(())
}
