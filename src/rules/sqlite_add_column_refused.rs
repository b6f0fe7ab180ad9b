//! The forms of `ADD COLUMN` that SQLite refuses.

use super::{Check, Context};
use crate::context::Defined;
use crate::sql::Statement;
use crate::sql::change::{ConstraintKind, ExprKind};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        if defined.with_table || context.is_absent(defined.table) {
            continue;
        }
        let Some(why) = refusal(&defined, context) else {
            continue;
        };
        context
            .report(
                defined.span,
                format!("SQLite refuses to add `{}`: {why}", defined.column.name.value),
            )
            .help("build a new table with the column, copy the rows, drop the old table and rename the new one");
    }
}

/// Measured on SQLite 3.40.
fn refusal(defined: &Defined, context: &Context) -> Option<&'static str> {
    let column = defined.column;
    let has = |wanted: fn(&ConstraintKind) -> bool| {
        column
            .constraints
            .iter()
            .any(|constraint| wanted(&constraint.kind))
    };
    let default = column
        .default
        .as_ref()
        .filter(|default| default.kind != ExprKind::Null);
    let empty = context
        .table(defined.table)
        .is_some_and(|table| context.has_no_rows(table));
    if has(|kind| matches!(kind, ConstraintKind::PrimaryKey { .. })) {
        Some("a column that is added cannot be the primary key")
    } else if has(|kind| matches!(kind, ConstraintKind::Unique { .. })) {
        Some(
            "a column that is added cannot be UNIQUE; a unique index over it can be made afterwards",
        )
    } else if column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.stored)
    {
        Some("a generated column that is added cannot be STORED, only VIRTUAL")
    } else if default.is_some_and(|default| !is_constant(&default.kind)) && !empty {
        Some("its default is no constant, and the table may have rows")
    } else if default.is_some()
        && has(|kind| matches!(kind, ConstraintKind::ForeignKey(_)))
        && !context.catalog.foreign_keys_are_off()
    {
        Some("a column with REFERENCES can only be added with the default NULL")
    } else if empty
        && column.not_null == Some(true)
        && default.is_none()
        && column.generated.is_none()
    {
        // With rows, `not-null-without-default` speaks of it.
        Some("it is NOT NULL without a default, which is refused even where there are no rows")
    } else {
        None
    }
}

fn is_constant(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_)
    )
}
