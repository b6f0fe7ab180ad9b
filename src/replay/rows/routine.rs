//! What a statement or a routine does to rows, with what it calls.

use crate::catalog::Catalog;
use crate::source::{Source, Span};
use crate::sql::change::{Change, ChangeKind, RowWrite};
use crate::sql::{self, walk};

/// Words of statements that change rows.
const VERBS: [&str; 5] = ["update", "delete", "insert", "merge", "truncate"];

/// What something does to rows that exist.
#[derive(Clone, Debug, Default)]
pub(super) struct Routine {
    /// What it writes itself.
    pub(super) writes: Vec<RowWrite>,
    /// Columns of `NEW` that it sets, when a trigger calls it.
    pub(super) of_new: Vec<String>,
    /// Routines that it calls, in lower case, with schema if one was written.
    pub(super) calls: Vec<String>,
    /// The words of text that it computes and that changes rows.
    pub(super) computed: Vec<Vec<String>>,
}

impl Routine {
    /// What changes do, those in blocks too.
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut routine = Self::default();
        for reached in walk::changes(changes) {
            if matches!(
                reached.change.kind,
                ChangeKind::CreateView { .. } | ChangeKind::CreateRule { .. }
            ) {
                continue;
            }
            if let Some(query) = walk::query(reached.change) {
                routine.writes.extend(query.writes.iter().cloned());
                routine.calls.extend(query.functions.iter().cloned());
            }
        }
        let computed = walk::unknown(changes)
            .into_iter()
            .filter(|words| write_rows(words));
        routine.computed = computed.map(<[String]>::to_vec).collect();
        routine
    }

    /// What the routine does whose body stands at a place of its file.
    pub(super) fn read(source: &Source, body: Span, language: &str, catalog: &Catalog) -> Self {
        let (dialect, versions) = (catalog.dialect, catalog.versions);
        let items = sql::routine(source.text(), body, language, dialect, versions);
        let block = sql::change::Block {
            items,
            handlers: Vec::new(),
            fault: None,
            names: None,
        };
        let whole = Change {
            span: body,
            kind: ChangeKind::Block(Box::new(block)),
        };
        Self {
            of_new: assigned_of_new(source.slice(body)),
            ..Self::of(&[whole])
        }
    }
}

/// Whether words of a statement that is only known when it runs hold a verb that writes rows.
fn write_rows(words: &[String]) -> bool {
    words
        .iter()
        .any(|word| VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word)))
}

/// The columns that a body assigns to the new row.
fn assigned_of_new(body: &str) -> Vec<String> {
    let lower = body.to_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices("new.") {
        let fresh = lower[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && before != '_');
        let rest = &lower[at + 4..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let after = rest[end..].trim_start();
        let statement = lower[..at].trim_end();
        let starts = ["begin", "then", "else", "loop", ";"]
            .iter()
            .any(|word| statement.ends_with(word));
        let assigns = after.starts_with(":=") || (starts && after.starts_with('='));
        if fresh && assigns {
            found.push(rest[..end].to_owned());
        }
    }
    found
}
