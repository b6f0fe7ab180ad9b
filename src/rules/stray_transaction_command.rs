//! `BEGIN`, `COMMIT` and `ROLLBACK` where they end or open a transaction that is not theirs.

use super::{Check, Context};
use crate::project::runner::Wrap;
use crate::sql::Statement;
use crate::sql::change::ChangeKind;

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    let commands = |kind: &ChangeKind| {
        matches!(
            kind,
            ChangeKind::Begin | ChangeKind::Commit | ChangeKind::Rollback { to: None }
        )
    };
    // Looking back at every statement would take time squared on a dump.
    if !statement
        .changes
        .iter()
        .any(|change| commands(&change.kind))
    {
        return;
    }
    let mut state = TransactionState::default();
    for change in context
        .earlier()
        .iter()
        .flat_map(|earlier| &earlier.changes)
    {
        state.step(&change.kind);
    }
    let runner = context.set.runner;
    let wrapped = context
        .run
        .migration
        .wrap(context.set.sending, context.run.direction)
        != Wrap::Nothing;
    for change in &statement.changes {
        let opens = matches!(change.kind, ChangeKind::Begin);
        let ends = matches!(
            change.kind,
            ChangeKind::Commit | ChangeKind::Rollback { to: None }
        );
        if wrapped && (opens || ends) && !state.seen {
            let message = format!(
                "{} runs this migration in a transaction of its own, which this {}",
                runner.name(),
                if ends {
                    "ends"
                } else {
                    "is inside of, and the next COMMIT ends"
                }
            );
            context
                .report(change.span, message)
                .help("leave the transaction to the tool, or take the migration out of it");
        } else if !wrapped && ends && !state.open && !state.strayed {
            context
                .report(
                    change.span,
                    "ends a transaction that nothing in the migration opened",
                )
                .help("write `BEGIN` at the start, or leave this out");
        } else if !wrapped && opens && state.open {
            context
                .report(change.span, context.dialect().second_begin())
                .help("end the first transaction before, or use a SAVEPOINT");
        }
        state.step(&change.kind);
    }
}

/// What the commands so far have done.
#[derive(Default)]
struct TransactionState {
    /// A `BEGIN` of the migration is open.
    open: bool,
    /// Any command was there.
    seen: bool,
    /// One of them had nothing to end.
    strayed: bool,
}

impl TransactionState {
    fn step(&mut self, kind: &ChangeKind) {
        match kind {
            ChangeKind::Begin => {
                self.seen = true;
                self.open = true;
            }
            ChangeKind::Commit | ChangeKind::Rollback { to: None } => {
                self.seen = true;
                self.strayed |= !self.open;
                self.open = false;
            }
            // From then on every statement is in a transaction.
            ChangeKind::SetParameter { name, .. } if name == "autocommit" => self.open = true,
            _ => {}
        }
    }
}
