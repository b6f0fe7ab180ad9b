//! A tree without the files that are too large.
//!
//! A table's rows in a migration are megabytes; what is larger is a dump, and reading it costs some
//! twenty times its size in memory. Many short statements cost most: 100,000 of them are 3 MB of
//! SQL and 300 MB in memory, since all statements of a file are held while it is judged.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Unjudged;
use super::tree::{Tree, ending};
use crate::error::Result;
use crate::source::Source;

/// What a migration or a schema may be large, in bytes, where nothing is configured.
pub const DEFAULT_LIMIT: u64 = 32 << 20;

/// Statements of one file of SQL, at most. A million short ones are 26 MB of SQL, less than the
/// limit for a file's size, and took 2.5 GB.
const MAX_STATEMENTS: usize = 200_000;

/// A file that is smaller, in bytes, has fewer: no statement is shorter than this, with its `;`.
const SHORTEST: usize = 4;

/// Another tree, of which no file is read that is larger than a limit.
pub struct Bounded<'a> {
    below: &'a dyn Tree,
    /// The longest file that is read, in bytes.
    limit: u64,
    /// The files of too many statements that were asked for, and how many.
    crowded: RefCell<BTreeMap<String, usize>>,
}

impl<'a> Bounded<'a> {
    /// Leaves out what is larger than `limit` bytes.
    pub fn new(below: &'a dyn Tree, limit: u64) -> Self {
        Self {
            below,
            limit,
            crowded: RefCell::default(),
        }
    }

    /// Whether a file has too many statements, which is noted. Counted by their ends; a `;` in a
    /// string counts too, which only a file of hundreds of thousands of them can notice.
    fn is_crowded(&self, path: &str, bytes: &[u8]) -> bool {
        if bytes.len() < MAX_STATEMENTS * SHORTEST || ending(path) != "sql" {
            return false;
        }
        let ends = bytes.split(|&byte| byte == b';').count() - 1;
        let crowded = ends > MAX_STATEMENTS;
        if crowded {
            self.crowded.borrow_mut().insert(path.to_owned(), ends);
        }
        crowded
    }
}

impl Tree for Bounded<'_> {
    fn files(&self) -> Result<Vec<String>> {
        self.below.files()
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        // Where the length is not known without reading, it is afterwards.
        let bytes = self.below.read_up_to(path, self.limit)?;
        Ok(bytes.filter(|bytes| {
            u64::try_from(bytes.len()).is_ok_and(|length| length <= self.limit)
                && !self.is_crowded(path, bytes)
        }))
    }

    fn remembered(&self, path: &str) -> Option<Source> {
        self.below.remembered(path)
    }

    fn kept(&self, path: &str) -> Option<Rc<dyn Any>> {
        self.below.kept(path)
    }

    fn keep(&self, path: &str, made: Rc<dyn Any>) {
        self.below.keep(path, made);
    }

    fn id(&self, path: &str) -> Option<String> {
        self.below.id(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.below.length(path)
    }

    fn refusal(&self, path: &str) -> Option<String> {
        let length = self
            .below
            .length(path)
            .filter(|length| *length > self.limit);
        let too_large = length.map(|length| {
            format!(
                "it is {} large, and `max-file-size` is {}",
                in_words(length),
                in_words(self.limit)
            )
        });
        let crowded = self.crowded.borrow().get(path).map(|statements| {
            format!(
                "it has {statements} statements, and {MAX_STATEMENTS} are the most that are read"
            )
        });
        too_large.or(crowded).or_else(|| self.below.refusal(path))
    }

    fn unreadable(&self) -> Vec<Unjudged> {
        self.below.unreadable()
    }

    fn ignores(&self, path: &str) -> bool {
        self.below.ignores(path)
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        self.below.files_under(folder)
    }

    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        self.below.files_in(folder)
    }
}

/// A number of bytes for people: `1 GB`, `33.5 MB`.
fn in_words(bytes: u64) -> String {
    let (unit, size) = match bytes {
        0..1_024 => return format!("{bytes} bytes"),
        1_024..1_048_576 => ("kB", 10),
        1_048_576..1_073_741_824 => ("MB", 20),
        _ => ("GB", 30),
    };
    let tenths = ((bytes >> (size - 7)) * 10) >> 7;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, rest) => format!("{whole}.{rest} {unit}"),
    }
}

/// What `max-file-size` says: a number of bytes, or one with a unit.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let number: u64 = text[..text.len() - digits.len()].parse().ok()?;
    let shift = match digits.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "kb" | "k" => 10,
        "mb" | "m" => 20,
        "gb" | "g" => 30,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tree::Memory;

    #[test]
    fn what_is_larger_is_not_read_and_said() {
        let memory: Memory = [("a.sql", "x".repeat(40)), ("b.sql", "x".to_owned())]
            .into_iter()
            .collect();
        let tree = Bounded::new(&memory, 39);
        assert_eq!(tree.read("a.sql").expect("memory never fails"), None);
        assert!(tree.read("b.sql").expect("memory never fails").is_some());
        let why = tree.refusal("a.sql");
        assert_eq!(
            why.as_deref(),
            Some("it is 40 bytes large, and `max-file-size` is 39 bytes")
        );
        assert_eq!(tree.refusal("b.sql"), None);
    }

    #[test]
    fn too_many_statements_are_not_read_and_said() {
        let many = "SELECT 1;".repeat(MAX_STATEMENTS);
        let memory: Memory = [
            ("a.sql", many.clone() + "SELECT 2;"),
            ("b.sql", many.clone()),
            ("c.ts", many + "SELECT 2;"),
        ]
        .into_iter()
        .collect();
        let tree = Bounded::new(&memory, DEFAULT_LIMIT);
        let is_read = |path: &str| tree.read(path).expect("memory never fails").is_some();
        assert!(!is_read("a.sql") && is_read("b.sql") && is_read("c.ts"));
        let why = tree.refusal("a.sql").expect("a reason");
        assert_eq!(
            why,
            "it has 200001 statements, and 200000 are the most that are read"
        );
        assert_eq!(tree.refusal("b.sql"), None);
    }

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [
            ("32 MB", Some(32 << 20)),
            ("1gb", Some(1 << 30)),
            ("12", Some(12)),
            ("5 kB", Some(5120)),
            ("MB", None),
            ("1 TB", None),
            ("-1", None),
            ("99999999999999999999", None),
            ("18446744073709551615 GB", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
        let words = [32 << 20, 1 << 30, 1_610_612_736, 700].map(in_words);
        assert_eq!(words, ["32 MB", "1 GB", "1.5 GB", "700 bytes"]);
        assert_eq!(in_words(u64::MAX), "17179869183.9 GB");
    }
}
