//! `new Date(…)` of a constant, as defaults may have it.

const DAY: i64 = 86_400_000;

/// The time that a text stands for, in milliseconds since 1970; `None` where it depends on the
/// clock's zone or is no time.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text
        .split_once('T')
        .map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date
        .split('-')
        .map(|part| part.parse::<i64>().ok().filter(|_| part.len() >= 2));
    let (year, month, day) = (
        parts.next()??,
        parts.next().unwrap_or(Some(1))?,
        parts.next().unwrap_or(Some(1))?,
    );
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = time.map_or(Some(0), clock)?;
    Some(days(year, month, day) * DAY + clock)
}

/// `03:04:05.678Z` or with an offset, in milliseconds.
fn clock(text: &str) -> Option<i64> {
    let zone = text.find(['Z', '+', '-'])?;
    let (time, zone) = text.split_at(zone);
    let offset = match zone.split_at(1) {
        ("Z", "") => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    let mut parts = time.split(':');
    let (hours, minutes) = (
        parts.next()?.parse::<i64>().ok()?,
        parts.next()?.parse::<i64>().ok()?,
    );
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let milliseconds = format!("{fraction:0<3}").get(..3)?.parse::<i64>().ok()?;
    let seconds = seconds.parse::<i64>().ok()?;
    parts
        .next()
        .is_none()
        .then_some(((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + milliseconds)
}

/// `toISOString()`.
pub(crate) fn iso(time: i64) -> String {
    let (year, month, day) = date(time.div_euclid(DAY));
    let clock = time.rem_euclid(DAY);
    let (seconds, milliseconds) = (clock / 1000, clock % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}Z")
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years from March on, so that the day of a leap year is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (
        of_year - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, written) in [
            ("1970-01-01", "1970-01-01T00:00:00.000Z"),
            ("2024-02-29T23:59:59.9Z", "2024-02-29T23:59:59.900Z"),
            ("2000-03-01T01:00+02:00", "2000-02-29T23:00:00.000Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("1900-03", "1900-03-01T00:00:00.000Z"),
            ("9999-12-31", "9999-12-31T00:00:00.000Z"),
        ] {
            assert_eq!(parse(text).map(iso).as_deref(), Some(written), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2020-13-01",
            "2020-01-01T00:00",
            "2020-01-01T00:00:00",
            "1-1-1-1",
            "2020-01-01Tx:00Z",
            "1970-01-01T00:00:00.\u{fc}Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
