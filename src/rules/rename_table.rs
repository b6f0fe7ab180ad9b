//! A table that gets another name, or another schema, under running code.

use super::{Check, Context};
use crate::catalog::QName;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Ident, ObjectName, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for rename in crate::context::renames(statement) {
        let shown = rename.to.to_string();
        moved(rename.from, &shown, rename.span, context);
    }
    for edit in crate::context::edits(statement) {
        if let TableAction::SetSchema(schema) = edit.action {
            let shown = format!("{}.{}", schema.value, edit.table.name.value);
            moved(edit.table, &shown, edit.span, context);
        }
    }
    for reached in changes(&statement.changes) {
        if let ChangeKind::RenameSchema { from, to } = &reached.change.kind {
            schema(from, to, reached.change.span, context);
        }
    }
}

fn moved(from: &ObjectName, to: &str, span: Span, context: &mut Context) {
    let table = context.table(from);
    let known = match table {
        Some(table) => !context.is_new(&table.origin),
        // PostgreSQL renames views, indexes and sequences by the same statement.
        None => {
            context
                .catalog
                .relation_kind(&context.qualified(from))
                .is_none()
                && !context.is_absent(from)
        }
    };
    let name = context.qualified(from);
    if !known || context.name_is_taken_over(&name, span) || took_its_name_back(&name, context) {
        return;
    }
    let made = table.and_then(|table| table.origin.made);
    context
        .report(
            span,
            format!("`{from}` becomes `{to}`, and code that still runs asks for the old name"),
        )
        .label_site(made, "the table was made here")
        .help(format!(
            "leave a view `{from}` in its place, in the same migration, until no code uses that name"
        ));
}

/// Whether the table had another name when the migration began, and this is a step on the way.
fn took_its_name_back(name: &QName, context: &Context) -> bool {
    context.names_here(name).len() > 1
}

fn schema(from: &Ident, to: &Ident, span: Span, context: &mut Context) {
    let origin = context.catalog.schemas.get(&from.value);
    if origin.is_some_and(|origin| context.is_new(origin)) {
        return;
    }
    let made = origin.and_then(|origin| origin.made);
    context
        .report(
            span,
            format!(
                "schema `{}` becomes `{}`, and every name that code writes with the old one fails",
                from.value, to.value
            ),
        )
        .label_site(made, "the schema was made here")
        .help(
            "make the new schema beside it, and move table by table, each with a view in its place",
        );
}
