//! A default that becomes another one.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{Expr, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let (name, new): (_, Option<&Expr>) = match edit.action {
            TableAction::SetDefault { column, default } => (column, Some(default)),
            TableAction::Modify { from, column, .. } => (from, column.default.as_ref()),
            _ => continue,
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let Some(column) = context.column(table, &name.value) else {
            continue;
        };
        let (Some(old), Some(new)) = (&column.default, new) else {
            continue;
        };
        if context.is_new(&table.origin)
            || context.is_new(&column.origin)
            || old.expr.sql == new.sql
            || old.expr.kind == new.kind && old.expr.kind != crate::sql::change::ExprKind::Other
        {
            continue;
        }
        context
            .report(
                edit.span,
                format!(
                    "the default of `{}.{}` becomes {}, was {}: code that still runs may write the old one itself",
                    edit.table, column.name, new.sql, old.expr.sql
                ),
            )
            .label_site(
                column.origin.changed.or(column.origin.made),
                "the old default was set here",
            )
            .help("let code write the value, or change the default when no code caches it");
    }
}
