//! Moments in the forms that a chain writes them in; it reads no clock.

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;
/// Seconds of year 1 before 1970, which protobuf takes as the first moment (and Go as the zero one).
pub(crate) const FIRST_SECOND: i64 = -62_135_596_800;
/// Seconds of year 10000 after 1970, the first moment that protobuf does not know.
const END_SECOND: i64 = 253_402_300_800;

/// A moment: seconds since 1970, and nanoseconds from 0 to 999,999,999. The order is that of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

/// Year, month and day.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Instant {
    /// A moment of a protobuf `Timestamp`; `None` outside the years 1 to 9999.
    pub(crate) fn new(seconds: i64, nanos: i32) -> Option<Instant> {
        let nanos = u32::try_from(nanos).ok()?;
        let known = (FIRST_SECOND..END_SECOND).contains(&seconds) && u64::from(nanos) < SECOND;
        known.then_some(Instant { seconds, nanos })
    }

    /// A moment of a block.
    pub(crate) fn of_nanos(nanos: u64) -> Instant {
        // INVARIANT: both quotients of a u64 by 10^9 fit: about 1.8 * 10^10, and less than 10^9.
        Instant {
            seconds: i64::try_from(nanos / SECOND).unwrap_or(i64::MAX),
            nanos: u32::try_from(nanos % SECOND).unwrap_or(u32::MAX),
        }
    }

    /// The moment so many nanoseconds later; the last one known if there is none.
    pub(crate) fn after(self, nanos: i128) -> Instant {
        let total = i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanos);
        let total = total.saturating_add(nanos);
        let seconds = total.div_euclid(i128::from(SECOND));
        let nanos = total.rem_euclid(i128::from(SECOND));
        Instant {
            seconds: i64::try_from(seconds).unwrap_or(END_SECOND - 1),
            nanos: u32::try_from(nanos).unwrap_or(0),
        }
    }

    /// `2006-01-02T15:04:05Z`, with as many decimals as it takes (Go's `RFC3339Nano`).
    pub(crate) fn rfc3339(self) -> String {
        format!("{}{}Z", self.to_second('T'), self.decimals())
    }

    /// `2006-01-02T15:04:05.000000000`: 29 bytes that sort as time does (Cosmos SDK `FormatTimeBytes`).
    pub(crate) fn sortable(self) -> String {
        format!("{}.{:09}", self.to_second('T'), self.nanos)
    }

    /// `2006-01-02 15:04:05 +0000 UTC`, as Go shows it to people.
    pub(crate) fn shown(self) -> String {
        format!("{}{} +0000 UTC", self.to_second(' '), self.decimals())
    }

    fn decimals(self) -> String {
        if self.nanos == 0 {
            return String::new();
        }
        let digits = format!("{:09}", self.nanos);
        format!(".{}", digits.trim_end_matches('0'))
    }

    fn to_second(self, between: char) -> String {
        let days = self.seconds.div_euclid(86_400);
        let rest = self.seconds.rem_euclid(86_400);
        let Date { year, month, day } = date(days);
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}")
    }
}

/// The Gregorian date of a day counted from 1970: years begin in March, so that the leap day is the last.
fn date(days: i64) -> Date {
    const CYCLE: i64 = 146_097;
    let shifted = days + 719_468;
    let (cycle, day) = (shifted.div_euclid(CYCLE), shifted.rem_euclid(CYCLE));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    Date {
        year: year + cycle * 400 + i64::from(month <= 2),
        month,
        day: of_year - (153 * from_march + 2) / 5 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seconds: i64, nanos: i32) -> String {
        Instant::new(seconds, nanos).unwrap().rfc3339()
    }

    #[test]
    fn moments_have_the_texts_that_go_gives_them() {
        assert_eq!(shown(FIRST_SECOND, 0), "0001-01-01T00:00:00Z");
        assert_eq!(shown(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(shown(-1, 500_000_000), "1969-12-31T23:59:59.5Z");
        assert_eq!(shown(951_827_696, 0), "2000-02-29T12:34:56Z");
        assert_eq!(shown(1_709_251_199, 1), "2024-02-29T23:59:59.000000001Z");
        assert_eq!(shown(END_SECOND - 1, 0), "9999-12-31T23:59:59Z");
        let moment = Instant::of_nanos(1_700_000_000_120_000_000);
        assert_eq!(moment.sortable(), "2023-11-14T22:13:20.120000000");
        assert_eq!(moment.shown(), "2023-11-14 22:13:20.12 +0000 UTC");
    }

    #[test]
    fn moments_outside_the_years_1_to_9999_do_not_exist() {
        assert_eq!(Instant::new(FIRST_SECOND - 1, 0), None);
        assert_eq!(Instant::new(END_SECOND, 0), None);
        assert_eq!(Instant::new(0, -1), None);
        assert_eq!(Instant::new(0, 1_000_000_000), None);
    }

    #[test]
    fn time_passes_over_the_second() {
        let late = Instant::new(-1, 999_999_999).unwrap();
        assert_eq!(late.after(1), Instant::new(0, 0).unwrap());
        assert_eq!(late.after(1).after(-1), late);
    }
}
