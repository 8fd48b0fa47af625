//! Times for people: RFC 3339 in UTC beside the distance from the chain's own time. Reads no clock: a chain's time is
//! the time of its last block.

use commons_common::units::{Seconds, UnixTime};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::exit::Exit;
use crate::failure::Failure;

/// Nanoseconds in a second.
pub const NANOS: u64 = 1_000_000_000;

/// `2016-07-01T00:00:00Z`; seconds since 1970 where the calendar ends.
pub fn rfc3339(at: UnixTime) -> String {
    i64::try_from(at.0)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{} s after 1970", at.0))
}

/// `2016-07-01T00:00:00Z (in 3 d 4 h)`, by the chain's time `now`.
pub fn shown(at: UnixTime, now: UnixTime) -> String {
    let distance = match at.0.cmp(&now.0) {
        std::cmp::Ordering::Less => format!("{} ago", span(Seconds(now.0 - at.0))),
        std::cmp::Ordering::Equal => "now".to_owned(),
        std::cmp::Ordering::Greater => format!("in {}", span(Seconds(at.0 - now.0))),
    };
    format!("{} ({distance})", rfc3339(at))
}

/// The largest unit and the one below it: `14 d`, `3 d 4 h`, `1 min 5 s`.
pub fn span(length: Seconds) -> String {
    let units = [("d", u64::MAX), ("h", 24), ("min", 60), ("s", 60)];
    let sizes = [86_400, 3_600, 60, 1];
    let parts: Vec<String> = units
        .iter()
        .zip(sizes)
        .map(|((unit, in_next), size)| (unit, length.0 / size % in_next))
        .skip_while(|(_, count)| *count == 0)
        .take(2)
        .filter(|(_, count)| *count > 0)
        .map(|(unit, count)| format!("{count} {unit}"))
        .collect();
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    parts.join(" ")
}

/// A `--time` of the command line, in nanoseconds since 1970.
pub fn parse(text: &str) -> Result<u64, Failure> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|time| u64::try_from(time.unix_timestamp_nanos()).ok())
        .ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("--time {text} is not a time"),
                "block times are RFC 3339, from 1970 on",
                "write it like 2016-07-01T00:00:00Z, or leave it out for one second after the last block",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_twice() {
        let now = UnixTime(1_467_331_200);
        assert_eq!(shown(now, now), "2016-07-01T00:00:00Z (now)");
        assert_eq!(
            shown(now.after(Seconds(3 * 86_400 + 4 * 3_600 + 59)), now),
            "2016-07-04T04:00:59Z (in 3 d 4 h)"
        );
        assert_eq!(
            shown(UnixTime(0), UnixTime(61)),
            "1970-01-01T00:00:00Z (1 min 1 s ago)"
        );
        assert_eq!(
            rfc3339(UnixTime(u64::MAX)),
            "18446744073709551615 s after 1970"
        );
        assert_eq!(span(Seconds(0)), "0 s");
        assert_eq!(span(Seconds(86_400 + 36)), "1 d");
    }

    #[test]
    fn times_are_read_in_any_zone_and_never_before_1970() {
        assert_eq!(parse("1970-01-01T01:00:00+01:00").ok(), Some(0));
        assert_eq!(parse("1970-01-01T00:00:01.5Z").ok(), Some(1_500_000_000));
        for wrong in [
            "",
            "tomorrow",
            "2016-07-01",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
