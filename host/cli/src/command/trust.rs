//! `commons trust found|show|list`. Founds through the registry and shows what the contracts answer; adds up the ledgers
//! itself, so that the identity line is a check and no copy.

use std::path::Path;

use commons_common::id::PeriodId;
use commons_common::registry::{self, Role, TrustEntry, Verification};
use commons_common::trust::{
    ConfigResponse, Declaration, LedgersResponse, PeriodReport, QueryMsg, StatusResponse,
};
use commons_common::units::UnixTime;
use serde_json::json;

use super::status::life;
use super::{grouped, read, status, write, yes_no};
use crate::args::{HomeArgs, TimeArgs};
use crate::chain::Chain;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::HomeTrust;
use crate::instant::{parse, rfc3339, shown};
use crate::output::{Answer, note};
use crate::{charter_file, contracts, lookup};

/// Runs `trust found`.
pub fn found(file: &Path, home: &HomeArgs, time: &TimeArgs) -> Result<Answer, Failure> {
    let charter = charter_file::read(file)?;
    let time = time.time.as_deref().map(parse).transpose()?;
    let (mut chain, mut record) = write(home)?;
    let name = charter.name.clone();
    let msg = registry::ExecuteMsg::Found {
        charter: Box::new(charter),
        checksums: contracts::expected_built_in(),
    };
    note("signed by the home's relayer: a demonstration key that anyone has");
    let sent = chain.call(&record.relayer(), &record.registry, &msg, time)?;
    let found: Option<TrustEntry> =
        chain.ask(&record.registry, &registry::QueryMsg::ByName { name })?;
    let entry = found
        .ok_or_else(|| Failure::internal("the registry does not know the trust that it founded"))?;
    let address = |role| lookup::address(&entry, role).to_owned();
    record.trusts.push(HomeTrust {
        name: entry.name.to_string(),
        roll: address(Role::Roll),
        assembly: address(Role::Assembly),
        trust: address(Role::Trust),
        survey: address(Role::Survey),
    });
    record.write(&home.home)?;
    let (height, at) = (sent.height, rfc3339(sent.at));
    let text = format!(
        "{} is founded: trust {}, in block {height} at {at}\n{}",
        entry.name,
        entry.id,
        addresses(&entry)
    );
    let body = json!({ "height": height, "time": sent.at, "trust": entry });
    Answer::new("commons/trust-found/1", Exit::Good, body, text)
}

fn addresses(entry: &TrustEntry) -> String {
    let mut text = format!("  charter   {}\n", entry.charter_hash);
    for contract in &entry.contracts {
        text += &format!("  {:<9} {}\n", contract.role.as_str(), contract.address);
    }
    text
}

/// Runs `trust list`.
pub fn list(args: &HomeArgs) -> Result<Answer, Failure> {
    let (chain, home) = read(args)?;
    let (trusts, mut text) = status::list(&chain, &lookup::all(&chain, &home.registry)?)?;
    if trusts.is_empty() {
        text += "no trust is founded yet\n";
    }
    Answer::new(
        "commons/trust-list/1",
        Exit::Good,
        json!({ "trusts": trusts }),
        text,
    )
}

struct Shown {
    trust: TrustEntry,
    verification: Verification,
    time: UnixTime,
    status: StatusResponse,
    denom: String,
    money: LedgersResponse,
    last_period: Option<PeriodReport>,
    last_declaration: Option<Declaration>,
}

/// Runs `trust show`.
pub fn show(wanted: Option<&str>, args: &HomeArgs) -> Result<Answer, Failure> {
    let (chain, home) = read(args)?;
    let trust = lookup::trust(&chain, &home.registry, wanted)?;
    let addr = lookup::address(&trust, Role::Trust).to_owned();
    let config: ConfigResponse = chain.ask(&addr, &QueryMsg::Config {})?;
    let status: StatusResponse = chain.ask(&addr, &QueryMsg::Status {})?;
    let shown = Shown {
        time: chain.now(),
        denom: config.denom,
        money: chain.ask(&addr, &QueryMsg::Ledgers {})?,
        last_period: last_period(&chain, &addr, &status)?,
        last_declaration: last_declaration(&chain, &addr)?,
        verification: chain.ask(&home.registry, &registry::QueryMsg::Verify { addr })?,
        trust,
        status,
    };
    let (holdings, claims) = both_sides(&shown.money);
    let holds = holdings.is_some() && holdings == claims;
    // Sums as strings: they may be larger than what every JSON reader keeps exactly.
    let string = |sum: Option<u128>| sum.map(|sum| sum.to_string());
    let body = json!({
        "trust": shown.trust,
        "verification": shown.verification,
        "time": shown.time,
        "status": shown.status,
        "denom": shown.denom,
        "money": shown.money,
        "identity": { "holdings": string(holdings), "claims": string(claims), "holds": holds },
        "last_period": shown.last_period,
        "last_declaration": shown.last_declaration,
    });
    let text = [head(&shown), ledgers(&shown, holds), last(&shown)].concat();
    Answer::new("commons/trust/1", Exit::of(holds), body, text)
}

/// `B + X` and `(F - L) + I + P + D + O + G`, which I10 says are equal; none where a sum does not fit.
fn both_sides(money: &LedgersResponse) -> (Option<u128>, Option<u128>) {
    let ledgers = &money.ledgers;
    let owed = [
        ledgers.income,
        ledgers.gifts,
        ledgers.declared,
        ledgers.operating,
        money.stray,
    ];
    let holdings = money.balance.checked_add(ledgers.placed);
    let claims = owed
        .iter()
        .try_fold(ledgers.floor.checked_sub(ledgers.loss).ok(), |sum, part| {
            sum.map(|sum| sum.checked_add(*part).ok())
        });
    (
        holdings.ok().map(|sum| sum.u128()),
        claims.flatten().map(|sum| sum.u128()),
    )
}

fn last_period(
    chain: &Chain,
    trust: &str,
    status: &StatusResponse,
) -> Result<Option<PeriodReport>, Failure> {
    match status {
        StatusResponse::Living { period, .. } if period.get() > 1 => {
            let period = PeriodId(period.get() - 1);
            chain.ask(trust, &QueryMsg::Period { period })
        }
        _ => Ok(None),
    }
}

/// Declarations are listed oldest first, so the last is at the end of the last page.
fn last_declaration(chain: &Chain, trust: &str) -> Result<Option<Declaration>, Failure> {
    let mut last: Option<Declaration> = None;
    loop {
        let question = QueryMsg::ListDeclarations {
            start_after: last.as_ref().map(|declaration| declaration.id),
            limit: None,
        };
        let mut page: Vec<Declaration> = chain.ask(trust, &question)?;
        match page.pop() {
            Some(newest) => last = Some(newest),
            None => return Ok(last),
        }
    }
}

fn head(shown: &Shown) -> String {
    let (trust, mark) = (&shown.trust, &shown.verification);
    let founded = self::shown(trust.founded_at, shown.time);
    let mut text = format!(
        "{}: trust {}, founded {founded}\n{}",
        trust.name,
        trust.id,
        addresses(trust)
    );
    for (claim, holds) in [
        ("runs the code it was founded with", mark.code_unchanged),
        ("that code is approved", mark.code_approved),
        ("no contract has an admin", mark.no_admin),
        ("every window is at least R38's", mark.keeps_default_windows),
    ] {
        text += &format!("  {claim}: {}\n", yes_no(holds));
    }
    text + &format!("  {}\n", life(&shown.status, shown.time))
}

fn ledgers(shown: &Shown, holds: bool) -> String {
    let (money, ledgers) = (&shown.money, &shown.money.ledgers);
    let mut text = format!("\nledgers, in {}:\n", shown.denom);
    for (letter, name, amount) in [
        ("F", "floor: principal, for ever", ledgers.floor),
        ("L", "loss of it, not restored yet", ledgers.loss),
        ("S", "proofing owed", ledgers.shortfall),
        ("I", "income: the reserve", ledgers.income),
        ("P", "gifts for the next dividend", ledgers.gifts),
        ("D", "declared and not claimed", ledgers.declared),
        ("O", "operating", ledgers.operating),
        ("X", "placed outside", ledgers.placed),
        ("B", "bank balance", money.balance),
        ("G", "came without a message", money.stray),
    ] {
        text += &format!("  {letter}  {name:<29} {:>28}\n", grouped(amount.u128()));
    }
    let side = |sum: Option<u128>| sum.map_or_else(|| "too large".to_owned(), grouped);
    let (holdings, claims) = both_sides(money);
    let sign = if holds { "=" } else { "is not" };
    text + &format!(
        "  identity: B + X {sign} (F - L) + I + P + D + O + G: {} {sign} {}\n",
        side(holdings),
        side(claims)
    )
}

fn last(shown: &Shown) -> String {
    let mut text = String::new();
    if let Some(report) = &shown.last_period {
        text += &format!(
            "\nlast closed period: {}, at {}: realised {}, proofing {} of {}, restored {}\n",
            report.period,
            self::shown(report.closed_at, shown.time),
            grouped(report.realised.u128()),
            grouped(report.proofing_paid.u128()),
            grouped(report.proofing_due.u128()),
            grouped(report.restored.u128())
        );
    }
    let Some(declaration) = &shown.last_declaration else {
        return text + "no dividend was declared yet\n";
    };
    text + &format!(
        "last dividend: declaration {} of period {}, {} {} to each of {} persons; {} have it; claims until {}\n",
        declaration.id,
        declaration.period,
        grouped(declaration.per.u128()),
        shown.denom,
        grouped(declaration.n.into()),
        grouped(declaration.claimed.into()),
        self::shown(declaration.claim_until, shown.time)
    )
}
