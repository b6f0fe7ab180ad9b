//! A column's type changed to one that has no place for all of its values.

use super::{Check, Context};
use crate::catalog::{Column, Table};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::{DataType, Expr, ExprKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let (name, to) = match edit.action {
            TableAction::SetType {
                column,
                data_type,
                using,
                ..
            } if using.as_ref().is_none_or(converts_nothing) => (column, data_type),
            TableAction::Modify { from, column, .. } if column.generated.is_none() => {
                (from, &column.data_type)
            }
            _ => continue,
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let Some(column) = context.column(table, &name.value) else {
            continue;
        };
        let known = column.knowledge.is_exact()
            && column.generated.is_none()
            && !context.has_no_rows(table)
            && !context.is_new(&column.origin);
        if known && !was_fitted(table, column, context) {
            judge(&edit, column, to, context);
        }
    }
}

/// Whether `USING` is nothing but the column, cast: then the server's own conversion counts. Any
/// other expression says what becomes of values that do not fit.
fn converts_nothing(using: &Expr) -> bool {
    matches!(using.kind, ExprKind::Column(_)) && using.functions.is_empty()
}

/// Whether this change set has written the column before: then its values have been seen to.
fn was_fitted(table: &Table, column: &Column, context: &Context) -> bool {
    context
        .rows
        .filled(&table.name, &column.name)
        .is_some_and(|site| context.in_batch(site))
}

fn judge(edit: &TableEdit, column: &Column, to: &DataType, context: &mut Context) {
    let dialect = context.dialect();
    let loss = column
        .data_type
        .loss_in(to, dialect)
        .or_else(|| other_characters(column, to).then_some("characters that it lacks do not fit"));
    let Some(loss) = loss else {
        return;
    };
    context
        .report(
            edit.span,
            format!(
                "turns `{}.{}` from `{}` into `{}`: {loss}",
                edit.table,
                column.name,
                column.data_type.sql(dialect),
                to.sql(dialect)
            ),
        )
        .label_site(
            column.origin.changed.or(column.origin.made),
            "the column got its type here",
        )
        .help("make sure that no row holds such a value, in the same migration, or fill a new column and switch over");
}

/// Whether MySQL's new definition names a character set that has not all of Unicode, and the column
/// has another one.
fn other_characters(column: &Column, to: &DataType) -> bool {
    let named = |data_type: &DataType| {
        data_type
            .modifiers
            .iter()
            .find_map(|word| word.strip_prefix("character set ").map(str::to_owned))
    };
    let old = column.charset.clone().or_else(|| named(&column.data_type));
    match (old, named(to)) {
        (Some(old), Some(new)) => old != new && new != "utf8mb4",
        (None, Some(new)) => matches!(new.as_str(), "ascii" | "latin1"),
        _ => false,
    }
}
