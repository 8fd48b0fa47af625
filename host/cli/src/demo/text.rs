//! The story as people read it on a terminal. Formats only; what holds was decided before.

use serde_json::Value;

use super::figures::{FiscalYear, years};
use super::money::dollars;
use super::story::Story;
use super::table::{MARKS, table};
use super::verdict::{Falsified, Verdict};

/// The whole story.
pub fn text(story: &Story) -> anyhow::Result<String> {
    let all = years()?;
    let played = story.rows.first().map_or(0, Vec::len);
    let years = all.get(..played).unwrap_or(&all);
    let parts = [
        founding(story),
        tables(story, years),
        checks(story),
        poll(story),
        attacks(story),
        story.verdict.as_ref().map(verdict).unwrap_or_default(),
        next(story),
    ];
    Ok(parts.join("\n"))
}

fn founding(story: &Story) -> String {
    let mut out = format!("Registry {} on chain {}\n", story.registry, story.chain_id);
    for trust in &story.trusts {
        let v = &trust.verification;
        out += &format!(
            "  {}\n    trust {}, assembly {}\n    roll  {}, survey   {}\n    verified: code unchanged {}, code approved {}, no admin {}, R38's windows kept {}\n",
            trust.name,
            trust.trust,
            trust.assembly,
            trust.roll,
            trust.survey,
            yes(v.code_unchanged),
            yes(v.code_approved),
            yes(v.no_admin),
            yes(v.keeps_default_windows)
        );
    }
    out + &format!(
        "{} persons on each roll, seed `{}`\n",
        story.persons, story.seed
    )
}

const fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "NO" }
}

fn tables(story: &Story, years: &[FiscalYear]) -> String {
    let titles = [
        "(a) as Alaska spends: 10.5 % of five years' realised income; the trust's own dollars, scaled by persons / 610,768",
        "(b) spend everything: 100 % of one year's realised income",
    ];
    let tables: Vec<String> = titles
        .iter()
        .zip(&story.rows)
        .map(|(title, rows)| table(title, years, rows, story.persons))
        .collect();
    format!("{}\n{MARKS}\n", tables.join("\n"))
}

fn checks(story: &Story) -> String {
    let mut out = String::from("What must be seen\n");
    for check in &story.checks {
        out += &format!(
            "  [{}] {}\n",
            if check.holds { "holds" } else { "FAILS" },
            check.claim
        );
    }
    out
}

fn poll(story: &Story) -> String {
    let Some(poll) = &story.poll else {
        return String::new();
    };
    let mut out = format!(
        "One appropriation (proposal {})\n  {} ballots relayed in batches and {} direct votes: {} yes, {} no, {} abstentions of {} persons\n  executed after its delay, paid in two milestones by three trustees: ${}\n  refused ballots, by index in their batch:\n",
        poll.proposal,
        poll.relayed + 1,
        poll.direct,
        poll.tally.yes,
        poll.tally.no,
        poll.tally.abstain,
        poll.electorate,
        dollars(poll.paid)
    );
    for bad in &poll.refused {
        out += &format!(
            "    {} {}: {:?}; {}\n",
            bad.index, bad.what, bad.reason, bad.explained
        );
    }
    out
}

fn attacks(story: &Story) -> String {
    let mut out = String::from("Tried and refused, nothing lost\n");
    for attack in &story.attacks {
        let place = attack.refusal.block.map_or_else(
            || "at the door".to_owned(),
            |block| format!("in block {block}"),
        );
        out += &format!(
            "  {}\n    {place}, {}/{}: {}\n",
            attack.what, attack.refusal.codespace, attack.refusal.code, attack.refusal.reason
        );
    }
    out
}

fn verdict(verdict: &Verdict) -> String {
    let field = |name: &str| match verdict.replay.document.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "?".to_owned(),
    };
    let signatures = |kind: &str| {
        verdict
            .replay
            .document
            .pointer(&format!("/signatures/{kind}"))
            .map_or_else(|| "?".to_owned(), Value::to_string)
    };
    let mut out = format!(
        "Replayed in a second process, with nothing but the log\n  {} blocks, {} transactions, {} signatures checked ({} of transactions, {} of ballots, {} of possession)\n  final root in the log      {}\n  final root of the replay   {}\n",
        field("blocks"),
        field("transactions"),
        signatures("total"),
        signatures("transactions"),
        signatures("ballots"),
        signatures("possessions"),
        field("logged_root"),
        field("root")
    );
    out += if verdict.replay.exit_code == 0 {
        "  equal; and the second reader derives every ledger of both trusts from the journalled messages alone: equal\n"
    } else {
        "  NOT equal:\n"
    };
    if verdict.replay.exit_code != 0 {
        out += &format!("  {}\n", verdict.replay.sentence());
    }
    out + &falsified("One byte of the log flipped", &verdict.flipped)
        + &falsified(
            "One byte inside a signed transaction flipped, every hash after it sealed again",
            &verdict.resealed,
        )
}

fn falsified(title: &str, falsified: &Falsified) -> String {
    format!(
        "{title}\n  done: {}\n  replay: {}\n",
        falsified.what,
        falsified.finding.sentence()
    )
}

fn next(story: &Story) -> String {
    let Some(home) = &story.home else {
        return format!(
            "{} transactions on {}, the last in block {}\nThe log of this chain is with its validators: there was nothing here to replay.\n",
            story.transactions, story.chain_id, story.height
        );
    };
    let root = story.root.as_deref().unwrap_or("?");
    let name = story.trusts.first().map_or("", |trust| trust.name.as_str());
    let polls = story.poll.as_ref().map_or_else(String::new, |poll| {
        let person = poll.relayed.min(42);
        format!(
            "  commons ballot show --home {home} --trust \"{name}\" --proposal {} --person {person}\n  commons proposal show {} --home {home} --trust \"{name}\"\n",
            poll.proposal, poll.open
        )
    });
    format!(
        "{} blocks, {} transactions, state root {}\nPlots: {home}/report.html\nLook around:\n  commons status --home {home}\n  commons trust show \"{name}\" --home {home}\n{polls}  commons replay --home {home}\n",
        story.height, story.transactions, root
    )
}
