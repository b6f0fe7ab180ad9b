//! MySQL's `MODIFY` and `CHANGE`, which replace the whole definition: what is not said again is
//! gone.

use super::{Check, Context};
use crate::catalog::{Column, Table};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::{ColumnDef, ConstraintKind, ExprKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::Modify { from, column, .. } = edit.action else {
            continue;
        };
        let Some(table) = context.table(edit.table) else {
            assumed(&edit, column, context);
            continue;
        };
        if context.is_new(&table.origin) {
            continue;
        }
        let Some(old) = context.column(table, &from.value) else {
            continue;
        };
        if !old.knowledge.is_exact() || old.generated.is_some() {
            continue;
        }
        let mut lost = lost(table, old, column);
        if lost.is_empty() || is_modified_again(&edit, column, context) {
            continue;
        }
        lost.dedup();
        let verb = if lost.len() == 1 { "is" } else { "are" };
        let written = if from.value == column.name.value {
            "MODIFY"
        } else {
            "CHANGE"
        };
        context
            .report(
                edit.span,
                format!(
                    "`{written}` replaces the whole definition of `{}.{}`: {} {verb} not said again, so gone",
                    edit.table,
                    from.value,
                    lost.join(", ")
                ),
            )
            .label_site(
                old.origin.changed.or(old.origin.made),
                "the column was defined here",
            )
            .help("say again whatever has to stay");
    }
}

/// A definition of a column that no migration has made: what it had besides is not known.
fn assumed(edit: &TableEdit, column: &ColumnDef, context: &mut Context) {
    if context.is_absent(edit.table) || column.default.is_some() {
        return;
    }
    let nulls = match column.not_null {
        Some(true) => " a null in it stops the migration, or becomes 0 or '' outside strict mode;",
        _ => " NOT NULL, if it had that, is gone;",
    };
    context
        .report(
            edit.span,
            format!(
                "replaces the whole definition of `{}.{}`, which no migration here has made:{nulls} a default, a comment or a character set that is not said again is gone",
                edit.table, column.name.value
            ),
        )
        .low_confidence()
        .help("say again whatever `SHOW CREATE TABLE` says of it");
}

fn lost(table: &Table, old: &Column, new: &ColumnDef) -> Vec<String> {
    let mut lost = Vec::new();
    let in_key = table
        .primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .any(|column| column.eq_ignore_ascii_case(&old.name));
    let own_key = new
        .constraints
        .iter()
        .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    if old.not_null && new.not_null.is_none() && !in_key && !own_key && !new.serial {
        lost.push("NOT NULL".to_owned());
    }
    if let Some(default) = &old.default
        && default.expr.kind != ExprKind::Null
        && new.default.is_none()
        && new.generated.is_none()
        && !new.auto_increment
    {
        lost.push(format!("DEFAULT {}", default.expr.sql));
    }
    if old.auto_increment && !new.auto_increment && !new.serial {
        lost.push("AUTO_INCREMENT".to_owned());
    }
    if old.on_update.is_some() && new.on_update.is_none() {
        lost.push("ON UPDATE CURRENT_TIMESTAMP".to_owned());
    }
    if old.comment.as_ref().is_some_and(|text| !text.is_empty()) && new.comment.is_none() {
        lost.push("COMMENT".to_owned());
    }
    let says = |word: &str| {
        new.data_type
            .modifiers
            .iter()
            .any(|modifier| modifier.starts_with(word))
    };
    if let Some(charset) = &old.charset
        && !says("character set")
        && !says("collate")
        && new.collation.is_none()
        && old.data_type.name == new.data_type.name
    {
        lost.push(format!("CHARACTER SET {charset}"));
    } else if let Some(collation) = &old.collation
        && old.charset.is_none()
        && !says("collate")
        && !says("character set")
        && new.collation.is_none()
        && old.data_type.name == new.data_type.name
    {
        lost.push(format!("COLLATE {collation}"));
    }
    lost
}

/// Whether a later action of the migration defines the column once more, or sets its default.
fn is_modified_again(edit: &TableEdit, column: &ColumnDef, context: &Context) -> bool {
    context.edits_after(edit.span).any(|later| {
        let of = match later.action {
            TableAction::Modify { from, .. } => &from.value,
            TableAction::SetDefault { column, .. } => &column.value,
            TableAction::DropColumn { name, .. } => &name.value,
            _ => return false,
        };
        context.same(of, &column.name.value) && context.same_object(later.table, edit.table)
    })
}
