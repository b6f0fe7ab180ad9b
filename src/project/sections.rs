//! The marks that tools read inside a file: where up ends and down begins, and "not in a
//! transaction".

use super::runner::Runner;
use super::{NoTransaction, Part};
use crate::source::{Source, Span};

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
    pub(crate) fn up_parts(&self, source: &Source) -> Vec<Part> {
        parts(&self.up, source)
    }

    pub(crate) fn down_parts(&self, source: &Source) -> Option<Vec<Part>> {
        self.down.as_ref().map(|spans| parts(spans, source))
    }
}

fn parts(spans: &[Span], source: &Source) -> Vec<Part> {
    spans
        .iter()
        .map(|&span| Part {
            source: source.clone(),
            span,
        })
        .collect()
}

/// A line that a tool reads as an instruction.
enum Mark {
    Up { no_transaction: bool },
    Down { no_transaction: bool },
    NoTransaction,
}

/// Splits a file as its runner does. A runner without marks, or a file without them, is all up.
pub(crate) fn sections(runner: Runner, source: &Source) -> Sections {
    let text = source.text();
    let whole = Part::whole(source.clone()).span;
    let mut found = Sections::default();
    let mut open: Option<(bool, usize)> = None;
    let mut marked = false;
    let mut at = whole.start;
    for line in text[whole.range()].split_inclusive('\n') {
        let next = at + line.len();
        match mark(runner, line, at == whole.start) {
            Some(Mark::NoTransaction) => {
                found.no_transaction = NoTransaction {
                    up: true,
                    down: true,
                }
            }
            Some(Mark::Up { no_transaction }) => {
                marked = true;
                found.no_transaction.up |= no_transaction;
                close(&mut found, open.replace((true, next)), at);
            }
            Some(Mark::Down { no_transaction }) => {
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

/// Whether the file carries the marks of a runner that cannot be told by names.
pub(crate) fn has_marks(runner: Runner, text: &str) -> bool {
    text.lines().any(|line| {
        matches!(
            mark(runner, line, false),
            Some(Mark::Up { .. } | Mark::Down { .. })
        )
    })
}

fn mark(runner: Runner, line: &str, first: bool) -> Option<Mark> {
    // Every mark is a comment; most lines are not, and are passed over without another look.
    let comment = line
        .trim_start()
        .strip_prefix("--")?
        .trim()
        .to_ascii_lowercase();
    let mut words = comment.split_whitespace();
    match runner {
        Runner::Goose => match (words.next()?, words.next()?, words.next()) {
            ("+goose" | "+micrate", "up", _) => Some(Mark::Up {
                no_transaction: false,
            }),
            ("+goose" | "+micrate", "down", _) => Some(Mark::Down {
                no_transaction: false,
            }),
            ("+goose", "no", Some("transaction")) => Some(Mark::NoTransaction),
            _ => None,
        },
        Runner::Dbmate => {
            let direction = words.next()?.strip_prefix("migrate:")?;
            let no_transaction = words.any(|option| option == "transaction:false");
            match direction {
                "up" => Some(Mark::Up { no_transaction }),
                "down" => Some(Mark::Down { no_transaction }),
                _ => None,
            }
        }
        Runner::SqlMigrate => match (words.next()?, words.next()?) {
            ("+migrate", "up") => Some(Mark::Up {
                no_transaction: words.any(|option| option == "notransaction"),
            }),
            ("+migrate", "down") => Some(Mark::Down {
                no_transaction: words.any(|option| option == "notransaction"),
            }),
            _ => None,
        },
        Runner::NodePgMigrate => {
            let mut words = comment
                .trim_start_matches(['-', ' ', '\t'])
                .split_whitespace();
            match (words.next()?, words.next()?) {
                ("up", "migration") => Some(Mark::Up {
                    no_transaction: false,
                }),
                ("down", "migration") => Some(Mark::Down {
                    no_transaction: false,
                }),
                _ => None,
            }
        }
        // sqlx compares the start of the file with exactly these bytes.
        Runner::Sqlx => {
            (first && line.starts_with("-- no-transaction")).then_some(Mark::NoTransaction)
        }
        Runner::Atlas => (comment == "atlas:txmode none").then_some(Mark::NoTransaction),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(runner: Runner, text: &str) -> (String, Option<String>, NoTransaction) {
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
            shown(Runner::Goose, text),
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
            shown(Runner::Dbmate, text),
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
            shown(Runner::SqlMigrate, text),
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
                Runner::NodePgMigrate,
                "-- Up Migration\nA;\n--- down migration\nB;"
            ),
            ("A;\n".into(), Some("B;".into()), none)
        );
        assert_eq!(shown(Runner::Sqlx, "-- no-transaction\nA;").2, both);
        assert_eq!(shown(Runner::Sqlx, "A;\n-- no-transaction\n").2, none);
        assert_eq!(shown(Runner::Atlas, "-- atlas:txmode none\n\nA;").2, both);
    }

    #[test]
    fn a_file_without_marks_is_all_up() {
        assert_eq!(
            shown(Runner::Goose, "A;"),
            ("A;".into(), None, NoTransaction::default())
        );
        assert_eq!(
            shown(Runner::Plain, ""),
            (String::new(), None, NoTransaction::default())
        );
    }
}
