//! Words that other databases have in these statements, and SQLite has not (checked on 3.40). The
//! statement is done as it is meant all the same, so that only its words are reported.

use crate::catalog::Rejection;
use crate::catalog::apply::Apply;
use crate::catalog::rejection::sqlstate;
use crate::source::Span;
use crate::sql::change::{AlterTable, Change, ChangeKind, ConstraintKind, TableAction};

/// Refuses a statement with words of other databases.
pub(super) fn refuse(apply: &mut Apply<'_>, change: &Change) {
    let refused = match &change.kind {
        ChangeKind::AlterTable(alter) => of_alter(alter, change.span),
        ChangeKind::DropTable { mode, .. } | ChangeKind::DropView { mode, .. } if mode.cascade => {
            Some((change.span, "`CASCADE`"))
        }
        ChangeKind::DropIndex { on: Some(on), .. } => Some((on.span(), "`ON` in `DROP INDEX`")),
        ChangeKind::DropIndex {
            concurrently: true, ..
        } => Some((change.span, "`CONCURRENTLY`")),
        ChangeKind::CreateIndex { index, .. } if index.concurrently => {
            Some((change.span, "`CONCURRENTLY`"))
        }
        _ => None,
    };
    if let Some((span, what)) = refused {
        apply.rejections.push(refusal(span, what));
    }
}

fn refusal(span: Span, what: &str) -> Rejection {
    let message = format!("SQLite does not know {what}: syntax error");
    Rejection::new(sqlstate::SYNTAX_ERROR, span, message)
}

fn of_alter(alter: &AlterTable, whole: Span) -> Option<(Span, &'static str)> {
    if alter.if_exists {
        return Some((whole, "`IF EXISTS` in `ALTER TABLE`"));
    }
    let words = alter.actions.iter().find_map(|(action, span)| {
        let words = of_action(action)?;
        Some((*span, words))
    });
    let several = alter.actions.get(1);
    words.or_else(|| several.map(|(_, span)| (*span, "several actions in one `ALTER TABLE`")))
}

fn of_action(action: &TableAction) -> Option<&'static str> {
    match action {
        TableAction::AddColumn {
            if_not_exists: true,
            ..
        } => Some("`IF NOT EXISTS` in `ADD COLUMN`"),
        TableAction::DropColumn {
            if_exists: true, ..
        } => Some("`IF EXISTS` in `DROP COLUMN`"),
        TableAction::DropColumn { cascade: true, .. } => Some("`CASCADE`"),
        TableAction::SetType { .. } => Some("a change of a column's type"),
        TableAction::SetDefault { .. } | TableAction::DropDefault { .. } => {
            Some("a change of a column's default")
        }
        // Checks can be added from SQLite 3.53 on.
        TableAction::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::ForeignKey(_) => Some("a key that is added to a table"),
            _ => None,
        },
        _ => None,
    }
}
