//! `BEGIN`, `COMMIT` and `ROLLBACK` where they end or open a transaction that is not theirs.

use super::{Check, Context};
use crate::project::runner::Wrap;
use crate::sql::Statement;
use crate::sql::change::ChangeKind;

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    // Looking back at every statement would take time squared on a dump.
    if !statement
        .changes
        .iter()
        .any(|change| is_command(&change.kind))
    {
        return;
    }
    let mut state = TransactionState::before(context);
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
        } else if !wrapped && ends && !state.open && !state.strayed && !strayed_before(context) {
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

fn is_command(kind: &ChangeKind) -> bool {
    let command = BoundaryCommand::of(kind);
    command.is_some_and(|command| command != BoundaryCommand::SwitchOff)
}

/// What the commands so far have done.
#[derive(Default)]
struct TransactionState {
    /// A `BEGIN` of the migration is open.
    open: bool,
    /// Any command was there.
    seen: bool,
    /// One of this statement had nothing to end.
    strayed: bool,
}

impl TransactionState {
    /// After the statements before this one. The last command says all, so that a dump of many
    /// transactions is not read again for each.
    fn before(context: &Context) -> Self {
        let mut commands = commands_before(context);
        let last = commands.next();
        let seen = |command| command != BoundaryCommand::SwitchOff;
        Self {
            open: last.is_some_and(BoundaryCommand::opens),
            seen: last.is_some_and(seen) || commands.any(seen),
            strayed: false,
        }
    }

    fn step(&mut self, kind: &ChangeKind) {
        match BoundaryCommand::of(kind) {
            Some(BoundaryCommand::Begin) => {
                self.seen = true;
                self.open = true;
            }
            Some(BoundaryCommand::End) => {
                self.seen = true;
                self.strayed |= !self.open;
                self.open = false;
            }
            Some(BoundaryCommand::SwitchOff) => self.open = true,
            None => {}
        }
    }
}

/// What says where transactions begin and end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BoundaryCommand {
    Begin,
    /// `COMMIT` and `ROLLBACK`.
    End,
    /// `SET autocommit = 0`: from then on every statement is in a transaction.
    SwitchOff,
}

impl BoundaryCommand {
    fn of(kind: &ChangeKind) -> Option<Self> {
        match kind {
            ChangeKind::Begin => Some(Self::Begin),
            ChangeKind::Commit | ChangeKind::Rollback { to: None } => Some(Self::End),
            ChangeKind::SetParameter { name, .. } if name == "autocommit" => Some(Self::SwitchOff),
            _ => None,
        }
    }

    fn opens(self) -> bool {
        self != Self::End
    }
}

/// The commands before this statement, the last one first.
fn commands_before<'c>(context: &'c Context) -> impl Iterator<Item = BoundaryCommand> + use<'c> {
    let statements = context.earlier().iter().rev();
    let changes = statements.flat_map(|earlier| earlier.changes.iter().rev());
    changes.filter_map(|change| BoundaryCommand::of(&change.kind))
}

/// Whether a command before this statement had nothing to end. The nearest one is looked for, since
/// those that stray mostly follow each other.
fn strayed_before(context: &Context) -> bool {
    let mut later_ends = false;
    for command in commands_before(context) {
        let ends = command == BoundaryCommand::End;
        if later_ends && ends {
            return true;
        }
        later_ends = ends;
    }
    later_ends
}
