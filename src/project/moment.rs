//! A moment, as names of migrations and journals write it.

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime {
    /// Milliseconds since 1970, UTC.
    pub millis: i64,
}

const SECOND: i64 = 1000;
const DAY: i64 = 86_400 * SECOND;

impl ClockTime {
    /// `YYYYMMDDHHMMSS`, in UTC.
    pub fn digits(self) -> String {
        let (day, rest) = (
            self.millis.div_euclid(DAY),
            self.millis.rem_euclid(DAY) / SECOND,
        );
        // The civil calendar in eras of 400 years, which begin in March; from Howard Hinnant's
        // `civil_from_days`.
        let shifted = day + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let (day, month, next) = (
            of_year - (153 * month + 2) / 5 + 1,
            if month < 10 { month + 3 } else { month - 9 },
            i64::from(month >= 10),
        );
        format!(
            "{:04}{month:02}{day:02}{:02}{:02}{:02}",
            era * 400 + year + next,
            rest / 3600,
            rest / 60 % 60,
            rest % 60
        )
    }

    /// The same in whole seconds.
    pub fn seconds(self) -> i64 {
        self.millis.div_euclid(SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        let digits = |millis| ClockTime { millis }.digits();
        assert_eq!(digits(0), "19700101000000");
        assert_eq!(digits(951_782_399_000), "20000228235959");
        assert_eq!(digits(951_782_400_000), "20000229000000");
        assert_eq!(digits(1_709_251_199_999), "20240229235959");
        assert_eq!(digits(4_102_444_800_000), "21000101000000");
    }
}
