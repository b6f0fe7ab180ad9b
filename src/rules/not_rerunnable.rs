//! Statements that stand in the way of a second try, where the first one is not undone.

use super::{Check, Context};
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::edit::keyword;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    // Without a statement after it, the migration is done when it is.
    if context.transaction.open
        || context.later().is_empty()
        || context
            .earlier()
            .iter()
            .any(|earlier| once(earlier).is_some())
    {
        return;
    }
    let Some((change, form, at)) = once(statement) else {
        return;
    };
    let plain = context.is_plain(change.span);
    let at = match at {
        RerunPlace::Before(name) => Some(name.start),
        RerunPlace::After(word) => {
            let word = keyword(&statement.source, change.span, context.dialect(), word);
            word.map(|word| word.end + 1)
        }
    };
    let edit = at.and_then(|at| context.edit(Span::new(at, at), format!("{form} ")));
    let fix = context.fix(&format!("write `{form}`"), Applicability::Safe, [edit]);
    context
        .report(
            change.span,
            format!("runs outside of a transaction: when a later statement fails, the second try stops here without `{form}`"),
        )
        .help(format!(
            "write `{form}`, or give what needs no transaction a migration of its own"
        ))
        .fix(fix.filter(|_| plain));
}

/// Where something belongs.
#[derive(Clone, Copy, Debug)]
enum RerunPlace {
    /// Before a name.
    Before(Span),
    /// After a keyword.
    After(&'static str),
}

/// The first change that fails when it is made twice, what would let it pass, and where that
/// belongs.
fn once(statement: &Statement) -> Option<(&Change, &'static str, RerunPlace)> {
    const MAKES: &str = "IF NOT EXISTS";
    const DROPS: &str = "IF EXISTS";
    changes(&statement.changes)
        .into_iter()
        .filter(|reached| !reached.conditional && reached.handlers.is_empty())
        .find_map(|reached| {
            let (form, place) = match &reached.change.kind {
                ChangeKind::CreateTable(create) if !create.if_not_exists => {
                    (MAKES, RerunPlace::Before(create.name.span()))
                }
                // An invalid index is left behind, which `IF NOT EXISTS` would keep.
                ChangeKind::CreateIndex { index, .. }
                    if !index.if_not_exists && !index.concurrently =>
                {
                    (MAKES, RerunPlace::Before(index.name.as_ref()?.span))
                }
                ChangeKind::CreateSchema {
                    if_not_exists: false,
                    ..
                } => (MAKES, RerunPlace::After("SCHEMA")),
                ChangeKind::CreateExtension {
                    if_not_exists: false,
                    ..
                } => (MAKES, RerunPlace::After("EXTENSION")),
                ChangeKind::AddEnumValue {
                    if_not_exists: false,
                    ..
                } => (MAKES, RerunPlace::After("VALUE")),
                ChangeKind::CreateSequence {
                    if_not_exists: false,
                    ..
                } => (MAKES, RerunPlace::After("SEQUENCE")),
                ChangeKind::DropIndex { names, mode, .. }
                | ChangeKind::DropView { names, mode, .. }
                | ChangeKind::DropType { names, mode }
                | ChangeKind::DropSequence { names, mode }
                    if !mode.if_exists =>
                {
                    (DROPS, RerunPlace::Before(names.first()?.span()))
                }
                ChangeKind::AlterTable(alter) => {
                    alter.actions.iter().find_map(|(action, _)| match action {
                        TableAction::AddColumn {
                            column,
                            if_not_exists: false,
                            ..
                        } => Some((MAKES, RerunPlace::Before(column.name.span))),
                        TableAction::DropColumn {
                            name,
                            if_exists: false,
                            ..
                        }
                        | TableAction::DropConstraint {
                            name,
                            if_exists: false,
                            ..
                        } => Some((DROPS, RerunPlace::Before(name.span))),
                        _ => None,
                    })?
                }
                _ => return None,
            };
            Some((reached.change, form, place))
        })
}
