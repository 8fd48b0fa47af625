//! `report.html`: the run on one page with plots. Inline SVG and CSS, no script, no network; every text is escaped.

use std::fmt::Write as _;

use super::figures::{FiscalYear, UNITS_PER_DOLLAR, full_scale_cents};
use super::fiscal::Row;
use super::money::{cents, dollars, grouped};
use super::plot::{Line, plot};
use super::story::Story;
use super::table::MARKS;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1,h2{line-height:1.2}figure{margin:1.5rem 0}figure>svg{display:block;width:100%;height:auto}figcaption{font-weight:600}svg text{font:12px system-ui,sans-serif;fill:#333}\
.grid{stroke:#ddd}.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;font-size:.9rem}\
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.8rem;font-variant-numeric:tabular-nums}th,td{border-bottom:1px solid #ddd;padding:.2rem .5rem;text-align:right;white-space:nowrap}\
td:last-child,th:last-child{text-align:left}pre{white-space:pre-wrap;font-size:.85rem;background:#f6f6f6;padding:.8rem}.no{color:#a00;font-weight:600}.yes{color:#060;font-weight:600}";

/// The whole page.
pub fn page(story: &Story, years: &[FiscalYear]) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<title>Two commons trusts on Alaska's figures</title><style>{STYLE}</style></head><body>\n\
<h1>Two commons trusts on Alaska's figures</h1>\n\
<p>{} persons, fiscal years {} to {}, seed <code>{}</code>. Both trusts got the same money at the same times, over signed transactions into the same contracts. \
(a) spends as Alaska does: 10.5 % of five years' realised income. (b) spends everything it may. \
Money is scaled by persons / 610,768; figures “a head” are brought back to full scale and divided by the persons of that year.</p>\n",
        grouped(story.persons.into()),
        years.first().map_or(0, |y| y.year),
        years.last().map_or(0, |y| y.year),
        escape(&story.seed)
    );
    html.push_str("<h2>What must be seen</h2><ul>\n");
    for check in &story.checks {
        let (class, word) = if check.holds {
            ("yes", "holds")
        } else {
            ("no", "does not hold")
        };
        line(
            &mut html,
            &format!(
                "<li><span class=\"{class}\">{word}</span>: {}</li>",
                escape(&check.claim)
            ),
        );
    }
    html.push_str("</ul>\n");
    plots(&mut html, story, years);
    for (title, rows) in ["(a) as Alaska spends", "(b) spend everything"]
        .iter()
        .zip(&story.rows)
    {
        table(&mut html, title, years, rows, story.persons);
    }
    line(
        &mut html,
        &format!(
            "<h2>Reliability of the figures</h2><pre>{}</pre>",
            escape(MARKS)
        ),
    );
    votes(&mut html, story);
    html.push_str("</body></html>\n");
    html
}

fn plots(html: &mut String, story: &Story, years: &[FiscalYear]) {
    let labels: Vec<u16> = years.iter().map(|y| y.year).collect();
    let [a, b] = &story.rows;
    let thousand = UNITS_PER_DOLLAR * 1_000;
    let floor = |rows: &[Row]| {
        rows.iter()
            .map(|r| r.report.ledgers.floor.u128() / thousand)
            .collect()
    };
    let other = |rows: &[Row]| rows.iter().map(|r| r.other.principal / thousand).collect();
    html.push_str(&plot(
        "The floor: what may never be paid out",
        "thousand dollars, at the demonstration's scale",
        &labels,
        &[
            Line {
                name: "(a) as Alaska spends, our order",
                colour: "#0b5fa5",
                dash: "",
                values: floor(a),
            },
            Line {
                name: "(a) the other order: the same line",
                colour: "#7db5e0",
                dash: "2 6",
                values: other(a),
            },
            Line {
                name: "(b) spend everything, our order",
                colour: "#2a7d2e",
                dash: "8 4",
                values: floor(b),
            },
            Line {
                name: "(b) the other order, computed natively",
                colour: "#b3261e",
                dash: "",
                values: other(b),
            },
        ],
    ));
    let full = |rows: &[Row]| {
        rows.iter()
            .zip(years)
            .map(|(r, y)| {
                full_scale_cents(r.per * u128::from(r.n), story.persons, y.persons.value) / 100
            })
            .collect()
    };
    let paid = years
        .iter()
        .map(|y| u128::from(y.paid_cents.value) / 100)
        .collect();
    html.push_str(&plot(
        "(a) The dividend a head of that year",
        "dollars",
        &labels,
        &[
            Line {
                name: "by the trust's rule, both orders",
                colour: "#0b5fa5",
                dash: "",
                values: full(a),
            },
            Line {
                name: "really paid",
                colour: "#b36b00",
                dash: "6 4",
                values: paid,
            },
        ],
    ));
    html.push_str(&plot(
        "(b) The dividend a person of the demonstration",
        "dollars",
        &labels,
        &[
            Line {
                name: "our order: nothing while proofing or loss is open",
                colour: "#2a7d2e",
                dash: "",
                values: b.iter().map(|r| r.per / UNITS_PER_DOLLAR).collect(),
            },
            Line {
                name: "the other order, computed natively",
                colour: "#b3261e",
                dash: "6 4",
                values: b.iter().map(|r| r.other.per / UNITS_PER_DOLLAR).collect(),
            },
        ],
    ));
}

fn table(html: &mut String, title: &str, years: &[FiscalYear], rows: &[Row], persons: u32) {
    line(
        html,
        &format!(
            "<h2>{title}</h2><p>Dollars of the demonstration, but for the two columns a head. “Other” is the other order, computed natively.</p><div class=\"scroll\"><table><tr>\
<th>FY</th><th>contribution</th><th>income</th><th>loss</th><th>F</th><th>I</th><th>L</th><th>S</th><th>dividend</th><th>a head, rule</th><th>a head, paid</th><th>other: dividend</th><th>other: principal</th><th>marks other than A</th></tr>"
        ),
    );
    for (year, row) in years.iter().zip(rows) {
        let l = &row.report.ledgers;
        let full = full_scale_cents(row.per * u128::from(row.n), persons, year.persons.value);
        let cells = [
            row.year.to_string(),
            dollars(row.contribution),
            dollars(row.income),
            dollars(row.loss),
            dollars(l.floor.u128()),
            dollars(l.income.u128()),
            dollars(l.loss.u128()),
            dollars(l.shortfall.u128()),
            dollars(row.per),
            cents(full),
            cents(year.paid_cents.value.into()),
            dollars(row.other.per),
            dollars(row.other.principal),
            escape(&year.marks()),
        ];
        line(
            html,
            &format!("<tr><td>{}</td></tr>", cells.join("</td><td>")),
        );
    }
    html.push_str("</table></div>\n");
}

fn votes(html: &mut String, story: &Story) {
    let Some(poll) = &story.poll else {
        return;
    };
    line(
        html,
        &format!(
            "<h2>One appropriation</h2><p>{} ballots relayed, {} direct votes: {} yes, {} no, {} abstentions of {} persons. Paid to the payee: ${}.</p><ul>",
            poll.relayed + 1,
            poll.direct,
            poll.tally.yes,
            poll.tally.no,
            poll.tally.abstain,
            poll.electorate,
            dollars(poll.paid)
        ),
    );
    for bad in &poll.refused {
        line(
            html,
            &format!(
                "<li>refused, index {}: {} — {:?}; {}</li>",
                bad.index,
                bad.what,
                bad.reason,
                escape(&bad.explained)
            ),
        );
    }
    html.push_str("</ul><h2>Attempts to break the trust</h2><ul>\n");
    for attack in &story.attacks {
        line(
            html,
            &format!(
                "<li>{} — refused: <code>{}</code></li>",
                escape(&attack.what),
                escape(&attack.refusal.reason)
            ),
        );
    }
    html.push_str("</ul>\n");
}

fn line(html: &mut String, text: &str) {
    // Writing to a String cannot fail.
    writeln!(html, "{text}").unwrap_or_default();
}

/// Text as HTML shows it (U4).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
