//! The files of a migration that comes after all others of its set, named as the others are.

use super::MigrationSet;
use super::moment::ClockTime;
use super::names::{compare_digits, compare_dotted, prefixed, version};
use super::tree::{ending, file_name, join, parent};

/// The files of a migration that is yet to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What the runner will record: version and name.
    pub id: String,
    /// The file that brings the schema forward.
    pub up: String,
    /// The file that takes it back, where those before it have one.
    pub down: Option<String>,
    /// When it is written, where somebody has looked at the clock.
    pub when: Option<ClockTime>,
}

/// The migration after the last one of a set; `None` where nobody can tell how it would be named,
/// or whether it would be the last. `words` are those of its name, between underscores. Names that
/// are times are `now`, or the second after the last one where that is later.
pub fn next(set: &MigrationSet, words: &str, now: Option<ClockTime>) -> Option<Next> {
    let last = set.migrations.last()?;
    if set.unordered.is_some() || !set.unread_last.is_empty() {
        return None;
    }
    let up = last.up.last()?.source.path();
    let down = last.down.as_ref().and_then(|parts| parts.last());
    let name = file_name(up);
    // A folder for each migration.
    if matches!(name, "up.sql" | "migration.sql") {
        let id = named_after(file_name(parent(up)), words, now)?;
        let folder = join(parent(parent(up)), &id);
        return is_last(set, &id).then(|| Next {
            up: join(&folder, name),
            down: down.map(|part| join(&folder, file_name(part.source.path()))),
            id,
            when: now,
        });
    }
    let stem = name.strip_suffix(".sql")?;
    let (stem, suffix) = match stem.strip_suffix(".up") {
        Some(stem) => (stem, ".up.sql"),
        None => (stem, ".sql"),
    };
    let id = named_after(stem, words, now)?;
    let own_down = down
        .map(|part| part.source.path())
        .filter(|path| *path != up);
    let down = match own_down {
        None => None,
        Some(_) if suffix == ".up.sql" => {
            Some(join(parent(up), &format!("{id}.down.{}", ending(up))))
        }
        // `U1__x.sql` beside `V1__x.sql`.
        Some(path) if file_name(path).starts_with('U') && id.starts_with('V') => {
            Some(join(parent(path), &format!("U{}.sql", &id[1..])))
        }
        // `0001_x-rollback.sql` beside `0001_x.sql`.
        Some(path) => {
            let ending = file_name(path).strip_prefix(stem)?;
            Some(join(parent(path), &format!("{id}{ending}")))
        }
    };
    is_last(set, &id).then(|| Next {
        up: join(parent(up), &format!("{id}{suffix}")),
        down,
        id,
        when: now,
    })
}

/// The name that follows one: the next version, the same separator, other words.
fn named_after(name: &str, words: &str, now: Option<ClockTime>) -> Option<String> {
    if let Some(prefixed) = prefixed(name).filter(|name| !name.version.is_empty()) {
        let version = prefixed.version;
        let digits = version.len() - version.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (head, last) = version.split_at(version.len() - digits);
        return Some(format!("V{head}{}__{words}", counted_on(last, now)?));
    }
    // Some write the date with dashes and set the time apart.
    let dashed: String = name.chars().take(17).collect();
    let is_dashed = dashed.len() == 17
        && dashed.char_indices().all(|(at, c)| match at {
            4 | 7 | 10 => c == '-',
            _ => c.is_ascii_digit(),
        });
    if is_dashed {
        let next = later(&dashed.replace('-', ""), now)?;
        let (date, time) = next.split_at(8);
        let date = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
        return Some(format!("{date}-{time}_{words}"));
    }
    let known = version(name);
    let at = name.find(known)?;
    let separator = name[at + known.len()..].chars().next()?;
    if known.is_empty() || !matches!(separator, '_' | '-' | '.') {
        return None;
    }
    let words = if separator == '-' {
        words.replace('_', "-")
    } else {
        words.to_owned()
    };
    Some(format!(
        "{}{}{separator}{words}",
        &name[..at],
        counted_on(known, now)?
    ))
}

/// The next number, as wide as the one before; the next second of a time.
fn counted_on(digits: &str, now: Option<ClockTime>) -> Option<String> {
    if digits.len() == 14 {
        return later(digits, now);
    }
    let number: i64 = digits.parse().ok()?;
    // Seconds or milliseconds since 1970, by their width.
    let clock = match digits.len() {
        10 if number > 1_000_000_000 => now.map(ClockTime::seconds),
        13 if number > 1_000_000_000_000 => now.map(|now| now.millis),
        _ => None,
    };
    let next = number.checked_add(1)?;
    Some(format!(
        "{:0width$}",
        clock.map_or(next, |clock| clock.max(next)),
        width = digits.len()
    ))
}

/// A time after one that is written in fourteen digits: now, unless that one is still to come.
fn later(digits: &str, now: Option<ClockTime>) -> Option<String> {
    match now.map(ClockTime::digits) {
        Some(now) if *now > *digits => Some(now),
        _ => a_second_later(digits),
    }
}

/// A time written in fourteen digits, one second on; `None` at the end of a day.
fn a_second_later(digits: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let (hour, minute, second) = (number(8..10)?, number(10..12)?, number(12..14)?);
    let seconds = hour * 3600 + minute * 60 + second + 1;
    let of_day = seconds < 24 * 3600 && minute < 60 && second < 60;
    of_day.then(|| {
        format!(
            "{}{:02}{:02}{:02}",
            &digits[..8],
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    })
}

/// Whether the new name comes after all migrations of the set, those too that are not read.
fn is_last(set: &MigrationSet, id: &str) -> bool {
    let version_of = |name: &str| match prefixed(name) {
        Some(prefixed) => prefixed.version.to_owned(),
        None => super::names::folder_version(name.strip_prefix(['V', 'v']).unwrap_or(name))
            .chars()
            .take_while(char::is_ascii_digit)
            .collect(),
    };
    let new = version_of(id);
    let later = |name: &str| {
        let known = version_of(name);
        let order = if prefixed(id).is_some() {
            compare_dotted(&known, &new)
        } else {
            compare_digits(&known, &new)
        };
        !known.is_empty() && order != std::cmp::Ordering::Less
    };
    !set.migrations.iter().any(|migration| later(&migration.id))
        && !set.skipped.iter().any(|file| {
            let folder = file_name(parent(&file.path));
            later(file_name(&file.path)) || (parent(&file.path) != set.folder && later(folder))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_name_looks_like_the_last_one() {
        let after = |name| named_after(name, "validate_a", None).unwrap_or_default();
        assert_eq!(after("0009_init"), "0010_validate_a");
        assert_eq!(after("9-init"), "10-validate-a");
        assert_eq!(after("20240229235958_x"), "20240229235959_validate_a");
        assert_eq!(after("20240229235959_x"), "");
        assert_eq!(after("2024-02-29-093059_x"), "2024-02-29-093100_validate_a");
        assert_eq!(after("V1.9__x"), "V1.10__validate_a");
        assert_eq!(after("V0007.Users"), "V0008.validate_a");
        assert_eq!(after("init"), "");
    }

    #[test]
    fn times_are_those_of_the_clock_where_that_is_later() {
        let now = Some(ClockTime {
            millis: 1_709_251_200_000,
        });
        let after = |name| named_after(name, "x", now).unwrap_or_default();
        assert_eq!(after("20240101000000_a"), "20240301000000_x");
        assert_eq!(after("20240301000000_a"), "20240301000001_x");
        assert_eq!(after("0009_a"), "0010_x");
        assert_eq!(after("1700000000000-a"), "1709251200000-x");
    }
}
