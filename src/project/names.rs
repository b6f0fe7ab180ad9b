//! What the name of a migration file says: version, direction, dialect.

use std::cmp::Ordering;

use super::Direction;

/// The parts of a file's name, without its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName<'a> {
    /// The leading digits, without a `V` before them; empty if there are none.
    pub(crate) version: &'a str,
    /// Everything that both directions of one migration share.
    pub(crate) stem: &'a str,
    /// The server that a suffix names, as pop's files have it.
    pub(crate) dialect: Option<&'a str>,
    /// Whether it runs in no transaction, as pop's `.autocommit` says.
    pub(crate) autocommit: bool,
    /// What `.up` or `.down` before the ending says.
    pub(crate) direction: Option<Direction>,
}

/// Suffixes that pop reads as a dialect.
const POP_DIALECTS: &[&str] = &[
    "postgres",
    "postgresql",
    "pg",
    "mysql",
    "mariadb",
    "sqlite",
    "sqlite3",
    "cockroach",
    "cockroachdb",
    "crdb",
];

impl<'a> FileName<'a> {
    /// Takes a name apart; the ending `.sql` or `.fizz` is gone already.
    pub(crate) fn parse(name: &'a str) -> Self {
        let mut stem = name;
        let direction = if let Some(rest) = strip_end(stem, ".up") {
            stem = rest;
            Some(Direction::Up)
        } else if let Some(rest) = strip_end(stem, ".down") {
            stem = rest;
            Some(Direction::Down)
        } else {
            None
        };
        let mut autocommit = false;
        if direction.is_some()
            && let Some(rest) = strip_end(stem, ".autocommit")
        {
            stem = rest;
            autocommit = true;
        }
        let mut dialect = None;
        if direction.is_some()
            && let Some((rest, last)) = stem.rsplit_once('.')
            && POP_DIALECTS.contains(&last)
        {
            stem = rest;
            dialect = Some(last);
        }
        Self {
            version: version(stem),
            stem,
            dialect,
            autocommit,
            direction,
        }
    }
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let cut = text.len().checked_sub(end.len())?;
    (text.is_char_boundary(cut) && text[cut..].eq_ignore_ascii_case(end)).then(|| &text[..cut])
}

/// The leading digits of a name, if nothing or a separator follows them: `0001_x`, `V2.y`,
/// `20240101T120000-z`, `3`.
pub(crate) fn version(stem: &str) -> &str {
    let rest = stem.strip_prefix(['V', 'v']).unwrap_or(stem);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let separated = rest[digits..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_ascii_alphabetic() || next == 'T');
    if separated { &rest[..digits] } else { "" }
}

/// Whether a part of a name is a number.
pub(super) fn is_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether tools that number their files would take this one.
pub(crate) fn is_numbered(stem: &str) -> bool {
    !version(stem).is_empty()
}

/// Digits as a number of any length.
pub(crate) fn compare_digits(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// By number, then by bytes.
pub(crate) fn compare_numbered(left: &str, right: &str) -> Ordering {
    compare_digits(version(left), version(right)).then_with(|| left.cmp(right))
}

/// The version that a folder's name starts with: up to the first `_`, without `-`.
pub(crate) fn folder_version(folder: &str) -> String {
    folder
        .split('_')
        .next()
        .unwrap_or_default()
        .replace('-', "")
}

/// What people put after a migration's name in that of the file which takes it back.
const TAKES_BACK: [&str; 9] = [
    "-rollback",
    "_rollback",
    ".rollback",
    "-down",
    "_down",
    ".down",
    "-undo",
    "_undo",
    ".undo",
];

/// The migration that a file takes back, by their names without `.sql`: `0001_a` for
/// `0001_a-rollback`. Ask whether that migration is there, too: `0002_scale_down` may be one itself.
pub(crate) fn taken_back_by(stem: &str) -> Option<&str> {
    let mut endings = TAKES_BACK.iter();
    endings.find_map(|ending| stem.strip_suffix(ending))
}

/// Whether a folder's file for a migration takes it back.
pub(crate) fn is_way_back(file: &str) -> bool {
    matches!(file, "down.sql" | "rollback.sql")
}

/// What is done with a file whose name starts with a letter for it: `V1__name.sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PrefixKind {
    /// `V1__x.sql`: once, by version.
    Versioned,
    /// `U1__x.sql`: takes a version back.
    Undo,
    /// `B1__x.sql`: stands for everything up to its version in an empty database.
    Baseline,
    /// `R__x.sql`: after all versions, whenever it changed, by description.
    Repeatable,
}

/// A name that starts with a letter, a version and two underscores, as runners on the JVM and their
/// heirs want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PrefixedName<'n> {
    pub(crate) kind: PrefixKind,
    /// Empty for a repeatable one.
    pub(crate) version: &'n str,
    pub(crate) description: &'n str,
}

/// The parts of such a name; `None` if it is another one, which these runners ignore.
pub(crate) fn prefixed(stem: &str) -> Option<PrefixedName<'_>> {
    let (head, description) = stem.split_once("__")?;
    let kind = match head.chars().next()? {
        'V' => PrefixKind::Versioned,
        'U' => PrefixKind::Undo,
        'B' => PrefixKind::Baseline,
        'R' if head.len() == 1 => {
            return Some(PrefixedName {
                kind: PrefixKind::Repeatable,
                version: "",
                description,
            });
        }
        _ => return None,
    };
    let version = &head[1..];
    let valid = version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == '_');
    valid.then_some(PrefixedName {
        kind,
        version,
        description,
    })
}

/// Dotted versions: each part as a number, a missing part counts as 0. `_` is a dot.
pub(crate) fn compare_dotted(left: &str, right: &str) -> Ordering {
    let split = |version: &str| {
        version
            .split(['.', '_'])
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (left, right) = (split(left), split(right));
    for at in 0..left.len().max(right.len()) {
        let part = |parts: &[String]| parts.get(at).cloned().unwrap_or_default();
        match compare_digits(&part(&left), &part(&right)) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    Ordering::Equal
}

/// What comes after version and separator in a migration's name.
pub(crate) fn words_of(id: &str) -> &str {
    if let Some((_, rest)) = id.split_once("__").filter(|_| id.starts_with('V')) {
        return rest;
    }
    let after = id.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    after.trim_start_matches(['_', '-', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        let name = FileName::parse("20200101000000_add x.mysql.autocommit.up");
        assert_eq!(
            (name.version, name.stem),
            ("20200101000000", "20200101000000_add x")
        );
        assert_eq!(
            (name.dialect, name.autocommit, name.direction),
            (Some("mysql"), true, Some(Direction::Up))
        );
        let name = FileName::parse("V0001.Initial_Schema.down");
        assert_eq!(
            (name.version, name.stem, name.dialect),
            ("0001", "V0001.Initial_Schema", None)
        );
        assert_eq!(FileName::parse("3").version, "3");
        assert_eq!(FileName::parse("3rd_party").version, "");
        assert_eq!(FileName::parse("é").version, "");
    }

    #[test]
    fn numbers_compare_by_value_at_any_length() {
        assert_eq!(compare_numbered("9_a", "10_a"), Ordering::Less);
        assert_eq!(
            compare_digits("00000000000000000000000000000000000000000001", "1"),
            Ordering::Equal
        );
        assert_eq!(compare_numbered("0010_a", "0010_b"), Ordering::Less);
    }

    #[test]
    fn dotted_versions_have_parts() {
        assert_eq!(compare_dotted("1.9", "1.10"), Ordering::Less);
        assert_eq!(compare_dotted("2", "2.0"), Ordering::Equal);
        assert_eq!(compare_dotted("2_1", "2.1"), Ordering::Equal);
        assert_eq!(
            prefixed("V1_2__add.x"),
            Some(PrefixedName {
                kind: PrefixKind::Versioned,
                version: "1_2",
                description: "add.x"
            })
        );
        assert_eq!(
            prefixed("R__views"),
            Some(PrefixedName {
                kind: PrefixKind::Repeatable,
                version: "",
                description: "views"
            })
        );
        assert_eq!(prefixed("Vx__a"), None);
        assert_eq!(prefixed("Release__a"), None);
    }

    #[test]
    fn folders_drop_dashes() {
        assert_eq!(folder_version("2024-01-02-030405_name-x"), "20240102030405");
        assert_eq!(
            folder_version("00000000000000_initial_setup"),
            "00000000000000"
        );
    }

    #[test]
    fn names_without_their_version() {
        assert_eq!(super::words_of("0003_add_users"), "add_users");
        assert_eq!(super::words_of("2024-01-01-000000_x-y"), "x-y");
        assert_eq!(super::words_of("V3__Add_Users"), "Add_Users");
        assert_eq!(super::words_of("20240101000000_init"), "init");
    }
}
