//! A `BEGIN` without a `COMMIT`.

use super::{Check, Context, Run};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::project::runner::Wrap;
use crate::source::{Source, Span};
use crate::sql::change::{Change, ChangeKind};
use crate::sql::edit::after;

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    // The runner's own commit ends it, as a `BEGIN` inside of a transaction opens none.
    if run.migration.wrap(context.set.sending, run.direction) != Wrap::Nothing {
        return;
    }
    let mut open: Option<(Source, Span)> = None;
    for statement in run.statements {
        for change in &statement.changes {
            match command(change) {
                Some(TransactionCommand::Begin) if open.is_none() => {
                    open = Some((statement.source.clone(), change.span));
                }
                Some(TransactionCommand::End) => open = None,
                _ => {}
            }
        }
    }
    if let Some((source, span)) = open {
        let fix = run
            .statements
            .last()
            .map(|last| commit(&last.source, last.span));
        context
            .report_in(
                &source,
                span,
                "opens a transaction that nothing commits: it is rolled back when the connection closes",
            )
            .help("write `COMMIT` at the end")
            .fix(fix);
    }
}

/// The fix that commits after the last statement.
fn commit(source: &Source, last: Span) -> Fix {
    let at = after(source, last);
    let missing = if at == last.end { ";" } else { "" };
    Fix {
        title: "write `COMMIT` at the end".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            source: source.clone(),
            span: Span::new(at, at),
            text: format!("{missing}\nCOMMIT;"),
        }],
    }
}

/// A command about the transaction as a whole.
enum TransactionCommand {
    Begin,
    End,
}

fn command(change: &Change) -> Option<TransactionCommand> {
    match &change.kind {
        ChangeKind::Begin => Some(TransactionCommand::Begin),
        ChangeKind::Commit | ChangeKind::Rollback { to: None } => Some(TransactionCommand::End),
        ChangeKind::Maintenance { name, .. } if name.starts_with("PREPARE TRANSACTION") => {
            Some(TransactionCommand::End)
        }
        _ => None,
    }
}
