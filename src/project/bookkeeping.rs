//! What migration tools write into the database of what they applied: which table, the one query
//! that reads it, and what its rows say.
//!
//! Each tool's room says how it does that. What a database holds is given as rows of texts, so that
//! nothing here knows a connection.

pub mod digest;
mod read;

use std::collections::BTreeMap;

pub use read::{BookkeepingTable, FoundTable, find};

use super::version::LateVersion;
use super::{Migration, MigrationSet};

/// How a tool keeps account, in the database, of what it applied.
#[derive(Debug)]
pub struct Bookkeeping {
    /// The columns that its table always has. Four tools call theirs `schema_migrations`: these tell
    /// whose a table is.
    pub columns: &'static [&'static str],
    /// Columns that only some releases of the tool write.
    pub optional: &'static [&'static str],
    /// Columns of bytes, which are read as hexadecimal digits.
    pub bytes: &'static [&'static str],
    /// Columns by which the table is another tool's.
    pub foreign: &'static [&'static str],
    /// The column by which rows come in the order in which they were written, where that matters.
    pub order: Option<&'static str>,
    /// What the rows say. Those that take an earlier one back are not in the answer, nor what they
    /// take back.
    pub read: fn(&[BookkeepingRow]) -> Vec<AppliedRow>,
    /// What a row may call a migration, the key by which the tool compares first; empty where it
    /// records none of it.
    pub keys: fn(&MigrationSet, &Migration) -> Vec<String>,
    /// The checksums that it writes; `None` where it writes none.
    pub checksums: Option<Checksums>,
    /// What it does with a migration that sorts before one which the database has, where the set
    /// decides; [`Tool::late`](crate::tool::Tool::late) otherwise.
    pub late: fn(&MigrationSet) -> Option<LateVersion>,
}

impl Bookkeeping {
    /// A table of versions, and nothing else.
    pub const VERSIONS: Self = Self {
        columns: &["version"],
        optional: &[],
        bytes: &[],
        foreign: &[],
        order: None,
        read: |rows| AppliedRow::all(rows, "version"),
        keys: |_, _| Vec::new(),
        checksums: None,
        late: |_| None,
    };
}

/// The checksums that a tool writes.
#[derive(Clone, Copy, Debug)]
pub struct Checksums {
    /// Those of each migration of a set, in its order.
    pub of: fn(&MigrationSet) -> Vec<KnownChecksums>,
    /// Whether each is over all files up to its own: after the first that differs, the others say
    /// nothing of their files.
    pub chained: bool,
}

/// The checksums under which a migration is known. None at all where they cannot be computed here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownChecksums {
    /// Those of the file as it is, and of what the tool takes for the same.
    pub same: Vec<String>,
    /// Those that the file would have with other line ends.
    pub other_line_ends: Vec<String>,
}

/// A row of a bookkeeping table: the text of each column, or none for NULL. Bytes are written as
/// hexadecimal digits, truth in the server's own way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookkeepingRow(pub BTreeMap<String, Option<String>>);

impl BookkeepingRow {
    /// The text of a column.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    /// The text of a column, where there is any in it.
    pub fn filled(&self, column: &str) -> Option<&str> {
        self.text(column).filter(|text| !text.trim().is_empty())
    }

    /// Whether a column says yes, in any server's way to say that.
    pub fn is_true(&self, column: &str) -> bool {
        self.text(column)
            .is_some_and(|text| matches!(text, "t" | "true" | "TRUE" | "1" | "\u{1}"))
    }

    /// The number in a column; `None` where it holds none.
    pub fn number(&self, column: &str) -> Option<i64> {
        self.text(column)?.trim().parse().ok()
    }
}

/// What a row says of a migration that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliedRow {
    /// What it calls the migration, the key by which the tool compares first.
    pub keys: Vec<String>,
    /// Its name for people.
    pub name: String,
    /// The checksum, as the tool writes it.
    pub checksum: Option<String>,
    /// What went wrong, where it was not brought to its end.
    pub failure: Option<String>,
    /// For how much it stands.
    pub extent: RowExtent,
}

/// For how much a row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowExtent {
    /// Each row is about the migration that it names.
    #[default]
    One,
    /// Its own migration and everything before it.
    UpTo,
    /// Everything up to it, a migration of its own or not: a baseline.
    Baseline,
}

impl AppliedRow {
    /// A migration that was applied.
    pub fn new(key: impl Into<String>) -> Self {
        let key = key.into();
        Self {
            name: key.clone(),
            keys: vec![key],
            ..Self::default()
        }
    }

    /// The row of each number in a column, zeros before it left out.
    pub fn all(rows: &[BookkeepingRow], column: &str) -> Vec<Self> {
        let texts = rows.iter().filter_map(|row| row.text(column));
        texts
            .map(|text| Self {
                name: text.to_owned(),
                keys: vec![plain_number(text).to_owned()],
                ..Self::default()
            })
            .collect()
    }
}

/// A number without the zeros before it; any other text as it is.
pub(crate) fn plain_number(text: &str) -> &str {
    let short = text.trim_start_matches('0');
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (is_number, short) {
        (true, "") => "0",
        (true, short) => short,
        (false, _) => text,
    }
}

/// The first line of what a tool wrote down of a failure, no longer than a line of a terminal.
pub(crate) fn first_line(text: &str) -> String {
    const LENGTH: usize = 160;
    let line = text.trim().lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}
