//! A column's type changed to one that has no place for all of its values.

use super::{Check, Context};
use crate::catalog::{Column, Table};
use crate::context::TableEdit;
use crate::server::postgres::types::cast_cuts;
use crate::sql::Statement;
use crate::sql::change::{ColumnDef, DataType, Expr, ExprKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

/// What a column's values become.
struct NewType<'a> {
    data_type: &'a DataType,
    /// The collation that MySQL's new definition names.
    collation: Option<&'a str>,
    /// Whether `USING` casts them.
    cast: bool,
}

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let (name, to) = match edit.action {
            TableAction::SetType {
                column,
                data_type,
                using,
                ..
            } if using.as_ref().is_none_or(converts_nothing) => {
                let to = NewType {
                    data_type,
                    collation: None,
                    cast: using.as_ref().is_some_and(|using| !using.casts.is_empty()),
                };
                (column, to)
            }
            TableAction::Modify { from, column, .. } if column.generated.is_none() => {
                let to = NewType {
                    data_type: &column.data_type,
                    collation: collation_of(column),
                    cast: false,
                };
                (from, to)
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
            judge(&edit, table, column, &to, context);
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

fn judge(edit: &TableEdit, table: &Table, column: &Column, to: &NewType, context: &mut Context) {
    let dialect = context.dialect();
    let loss = column
        .data_type
        .loss_in(to.data_type, dialect)
        .map(|loss| {
            if to.cast && cast_cuts(&column.data_type, to.data_type) {
                "longer values are cut without an error, and refused without `USING`"
            } else {
                loss
            }
        })
        .or_else(|| {
            other_characters(column, to.data_type).then_some("characters that it lacks do not fit")
        })
        .or_else(|| {
            let merges = to
                .collation
                .is_some_and(|new| merges_keys(table, column, new));
            merges.then_some("values that the new collation takes for equal break a unique key")
        });
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
                to.data_type.sql(dialect)
            ),
        )
        .label_site(
            column.origin.changed.or(column.origin.made),
            "the column got its type here",
        )
        .help("make sure that no row holds such a value, in the same migration, or fill a new column and switch over");
}

/// The collation that MySQL's new definition names.
fn collation_of(column: &ColumnDef) -> Option<&str> {
    let mut words = column.data_type.modifiers.iter();
    let named = words.find_map(|word| word.strip_prefix("collate "));
    named.or_else(|| Some(column.collation.as_ref()?.name.value.as_str()))
}

/// Whether a unique key has the column, and the new collation may take values for equal that the old
/// one does not. What differs in any collation differs byte by byte.
fn merges_keys(table: &Table, column: &Column, new: &str) -> bool {
    let old = column
        .collation
        .as_ref()
        .map(|name| name.name.as_str())
        .or_else(|| table.option("collate"));
    let mut indexes = table.indexes.iter().filter(|index| index.unique);
    let is_key = table.keys().any(|key| key.columns.contains(&column.name))
        || indexes.any(|index| {
            let mut keys = index.keys.iter();
            keys.any(|key| key.column.as_deref() == Some(&column.name))
        });
    is_key && !new.ends_with("_bin") && old.is_some_and(|old| !old.eq_ignore_ascii_case(new))
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
