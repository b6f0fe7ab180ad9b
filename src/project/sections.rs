//! The marks that tools read inside a file: where up ends and down begins, and "not in a
//! transaction".

use super::{MigrationPart, NoTransaction};
use crate::diagnostic::Edit;
use crate::source::{Source, Span};
use crate::tool::Tool;

/// What one file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sections {
    /// The bytes that bring the schema forward.
    pub(crate) up: Vec<Span>,
    /// The bytes that take it back; `None` without a mark for it.
    pub(crate) down: Option<Vec<Span>>,
    /// Marks that take it out of the transaction.
    pub(crate) no_transaction: NoTransaction,
}

impl Sections {
    pub(crate) fn up_parts(&self, source: &Source) -> Vec<MigrationPart> {
        parts(&self.up, source)
    }

    pub(crate) fn down_parts(&self, source: &Source) -> Option<Vec<MigrationPart>> {
        self.down.as_ref().map(|spans| parts(spans, source))
    }
}

fn parts(spans: &[Span], source: &Source) -> Vec<MigrationPart> {
    spans
        .iter()
        .map(|&span| MigrationPart {
            source: source.clone(),
            span,
            name: None,
        })
        .collect()
}

/// A line that a tool reads as an instruction.
pub(crate) enum SectionMark {
    Up { no_transaction: bool },
    Down { no_transaction: bool },
    NoTransaction,
}

/// A comment that may be a mark.
pub(crate) struct MarkLine<'a> {
    /// The whole line, with its white space.
    pub(crate) line: &'a str,
    /// What stands after `--`, in lower case and without white space around it.
    pub(crate) comment: &'a str,
    /// Whether it is the first line of the file.
    pub(crate) first: bool,
}

/// An edit that makes a text the first line of a part's file; `None` where a byte order mark stands
/// there, which nobody would read past.
pub(crate) fn at_top(part: &MigrationPart, line: &str) -> Option<Edit> {
    let marked = part.source.text().starts_with('\u{feff}');
    (!marked).then(|| Edit {
        source: part.source.clone(),
        span: Span::new(0, 0),
        text: line.to_owned(),
    })
}

/// An edit that adds a word to the mark that opens a part.
pub(crate) fn on_mark(part: &MigrationPart, word: &str) -> Option<Edit> {
    let before = part.source.text().get(..part.span.start)?;
    let end = before.trim_end_matches(['\r', '\n']).len();
    (end > 0).then(|| Edit {
        source: part.source.clone(),
        span: Span::new(end, end),
        text: format!(" {word}"),
    })
}

/// An edit that makes a file which is not there yet.
pub(crate) fn new_file(path: impl Into<String>, text: impl Into<String>) -> Edit {
    Edit {
        source: Source::new(path, ""),
        span: Span::new(0, 0),
        text: text.into(),
    }
}

/// Splits a file as its runner does. A runner without marks, or a file without them, is all up.
pub(crate) fn sections(runner: Tool, source: &Source) -> Sections {
    let text = source.text();
    let whole = MigrationPart::whole(source.clone()).span;
    let mut found = Sections::default();
    let mut open: Option<(bool, usize)> = None;
    let mut marked = false;
    let mut at = whole.start;
    for line in text[whole.range()].split_inclusive('\n') {
        let next = at + line.len();
        match mark(runner, line, at == whole.start) {
            Some(SectionMark::NoTransaction) => {
                found.no_transaction = NoTransaction {
                    up: true,
                    down: true,
                }
            }
            Some(SectionMark::Up { no_transaction }) => {
                marked = true;
                found.no_transaction.up |= no_transaction;
                close(&mut found, open.replace((true, next)), at);
            }
            Some(SectionMark::Down { no_transaction }) => {
                marked = true;
                found.no_transaction.down |= no_transaction;
                close(&mut found, open.replace((false, next)), at);
                found.down.get_or_insert_default();
            }
            None => {}
        }
        at = next;
    }
    close(&mut found, open, at);
    if !marked {
        found.up.push(whole);
    }
    found
}

fn close(found: &mut Sections, open: Option<(bool, usize)>, end: usize) {
    match open {
        Some((true, start)) => found.up.push(Span::new(start, end)),
        Some((false, start)) => found
            .down
            .get_or_insert_default()
            .push(Span::new(start, end)),
        None => {}
    }
}

/// Whether the file carries the marks of a runner that names do not show.
pub(crate) fn has_marks(runner: Tool, text: &str) -> bool {
    text.lines().any(|line| {
        matches!(
            mark(runner, line, false),
            Some(SectionMark::Up { .. } | SectionMark::Down { .. } | SectionMark::NoTransaction)
        )
    })
}

fn mark(runner: Tool, line: &str, first: bool) -> Option<SectionMark> {
    // Every mark is a comment; most lines are not, and are passed over without another look.
    let comment = line
        .trim_start()
        .strip_prefix("--")?
        .trim()
        .to_ascii_lowercase();
    runner.mark(&MarkLine {
        line,
        comment: &comment,
        first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(runner: Tool, text: &str) -> (String, Option<String>, NoTransaction) {
        let source = Source::new("1.sql", text);
        let found = sections(runner, &source);
        let join = |spans: &[Span]| {
            spans
                .iter()
                .map(|&span| source.slice(span))
                .collect::<String>()
        };
        (
            join(&found.up),
            found.down.as_deref().map(join),
            found.no_transaction,
        )
    }

    #[test]
    fn goose_reads_marks_in_any_case() {
        let text = "-- +goose NO TRANSACTION\r\n-- +goose Up\r\nA;\r\n-- +GOOSE DOWN\r\nB;\r\n";
        let both = NoTransaction {
            up: true,
            down: true,
        };
        assert_eq!(
            shown(Tool::Goose, text),
            ("A;\r\n".into(), Some("B;\r\n".into()), both)
        );
    }

    #[test]
    fn dbmate_takes_each_direction_out_of_its_transaction_by_itself() {
        let text = "\u{feff}-- migrate:up transaction:false\nA;\n-- migrate:down\n";
        let up = NoTransaction {
            up: true,
            down: false,
        };
        assert_eq!(
            shown(Tool::Dbmate, text),
            ("A;\n".into(), Some(String::new()), up)
        );
    }

    #[test]
    fn sql_migrate_may_open_a_section_twice() {
        let text = "-- +migrate Up\nA;\n-- +migrate Down notransaction\nB;\n-- +migrate Up\nC;\n";
        let down = NoTransaction {
            up: false,
            down: true,
        };
        assert_eq!(
            shown(Tool::SqlMigrate, text),
            ("A;\nC;\n".into(), Some("B;\n".into()), down)
        );
    }

    #[test]
    fn node_pg_migrate_and_sqlx_and_atlas() {
        let none = NoTransaction::default();
        let both = NoTransaction {
            up: true,
            down: true,
        };
        assert_eq!(
            shown(
                Tool::NodePgMigrate,
                "-- Up Migration\nA;\n--- down migration\nB;"
            ),
            ("A;\n".into(), Some("B;".into()), none)
        );
        assert_eq!(shown(Tool::Sqlx, "-- no-transaction\nA;").2, both);
        assert_eq!(shown(Tool::Sqlx, "A;\n-- no-transaction\n").2, none);
        assert_eq!(shown(Tool::Atlas, "-- atlas:txmode none\n\nA;").2, both);
    }

    #[test]
    fn a_file_without_marks_is_all_up() {
        assert_eq!(
            shown(Tool::Goose, "A;"),
            ("A;".into(), None, NoTransaction::default())
        );
        assert_eq!(
            shown(Tool::Plain, ""),
            (String::new(), None, NoTransaction::default())
        );
    }
}
