//! One file for each noun of the command line. A command reads, asks or sends, and answers in both forms; it prints
//! nothing and ends no process.

pub mod ballot;
pub mod charter;
pub mod completions;
pub mod deploy;
pub mod execute;
pub mod key;
pub mod network;
pub mod node;
pub mod proposal;
pub mod query;
pub mod status;
pub mod trust;
pub mod tx;

use crate::args::HomeArgs;
use crate::chain::Chain;
use crate::failure::Failure;
use crate::home::Home;

/// A chain opened for questions, and its home file.
pub fn read(args: &HomeArgs) -> Result<(Chain, Home), Failure> {
    Ok((Chain::read(&args.home)?, Home::read(&args.home)?))
}

/// A chain opened for making blocks, and its home file.
pub fn write(args: &HomeArgs) -> Result<(Chain, Home), Failure> {
    Ok((Chain::write(&args.home)?, Home::read(&args.home)?))
}

/// A whole number in groups of three: `1,234,567`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `yes` or `no`.
pub const fn yes_no(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
