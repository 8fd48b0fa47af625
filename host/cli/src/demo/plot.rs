//! Line plots as inline SVG: no script, no network, readable in print. Owns scales and axes; knows nothing of trusts.

use std::fmt::Write as _;

const WIDTH: i128 = 860;
const HEIGHT: i128 = 320;
const LEFT: i128 = 70;
const RIGHT: i128 = 20;
const TOP: i128 = 20;
const BOTTOM: i128 = 40;

/// One line.
pub struct Line<'a> {
    /// Name in the legend.
    pub name: &'a str,
    /// CSS colour.
    pub colour: &'a str,
    /// SVG dash pattern; empty for a solid line.
    pub dash: &'a str,
    /// One value a year, none where there is nothing to show.
    pub values: Vec<u128>,
}

/// A plot of `lines` over `years` (one value a year each), `unit` at the axis.
pub fn plot(title: &str, unit: &str, years: &[u16], lines: &[Line<'_>]) -> String {
    let highest = lines
        .iter()
        .flat_map(|l| &l.values)
        .copied()
        .max()
        .unwrap_or(0);
    let step = step(highest);
    let top = (highest / step + 1) * step;
    let mut svg = format!(
        "<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n"
    );
    for tick in 0..=(top / step) {
        let value = tick * step;
        let y = y(value, top);
        push(
            &mut svg,
            &format!(
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" class=\"grid\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6,
                y + 4,
                super::money::grouped(value)
            ),
        );
    }
    for (i, year) in years
        .iter()
        .enumerate()
        .filter(|(_, year)| year.is_multiple_of(5))
    {
        let x = x(i, years.len());
        push(
            &mut svg,
            &format!(
                "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{year}</text>",
                HEIGHT - BOTTOM + 18
            ),
        );
    }
    push(
        &mut svg,
        &format!(
            "<text x=\"{}\" y=\"14\" text-anchor=\"start\">{unit}</text>",
            LEFT + 4
        ),
    );
    for line in lines {
        let points: Vec<String> = line
            .values
            .iter()
            .enumerate()
            .map(|(i, value)| format!("{},{}", x(i, years.len()), y(*value, top)))
            .collect();
        push(
            &mut svg,
            &format!(
                "<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\" points=\"{}\"/>",
                line.colour,
                line.dash,
                points.join(" ")
            ),
        );
    }
    svg.push_str("</svg><ul class=\"legend\">");
    for line in lines {
        push(
            &mut svg,
            &format!(
                "<li><svg viewBox=\"0 0 30 8\" width=\"30\" height=\"8\" aria-hidden=\"true\"><line x1=\"0\" x2=\"30\" y1=\"4\" y2=\"4\" stroke=\"{}\" stroke-width=\"3\" stroke-dasharray=\"{}\"/></svg> {}</li>",
                line.colour, line.dash, line.name
            ),
        );
    }
    svg.push_str("</ul></figure>\n");
    svg
}

fn push(svg: &mut String, element: &str) {
    // Writing to a String cannot fail.
    writeln!(svg, "{element}").unwrap_or_default();
}

/// A round step that gives four to nine lines.
fn step(highest: u128) -> u128 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if highest / (step * factor) < 8 {
                return step * factor;
            }
        }
        step *= 10;
    }
}

fn x(index: usize, count: usize) -> i128 {
    let index = i128::try_from(index).unwrap_or(0);
    let last = i128::try_from(count.saturating_sub(1)).unwrap_or(1).max(1);
    LEFT + (WIDTH - LEFT - RIGHT) * index / last
}

fn y(value: u128, top: u128) -> i128 {
    let height = HEIGHT - TOP - BOTTOM;
    // Both are below 2^100 units divided by a dollar, so the product fits.
    let part =
        i128::try_from(value).unwrap_or(0) * height / i128::try_from(top).unwrap_or(1).max(1);
    HEIGHT - BOTTOM - part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(step(0), 1);
        assert_eq!(step(7), 1);
        assert_eq!(step(66_000_000), 10_000_000);
        assert_eq!(step(2_500), 500);
    }
}
