//! `DROP TABLE` of a table that may hold rows.

use super::{Check, Context};
use crate::catalog::{QName, Table};
use crate::history::released::AtBase;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, DropMode, ObjectName};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

const AGAIN: &str = "alter the table that is there, or copy its rows before";

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let whole = reached.change.span;
        match &reached.change.kind {
            ChangeKind::DropTable {
                names,
                mode,
                temporary: false,
            } => {
                for name in names {
                    let span = if names.len() == 1 { whole } else { name.span() };
                    if loses_rows(name, whole, context) {
                        report(name, *mode, (span, whole), context);
                    }
                }
            }
            ChangeKind::CreateTable(create) if create.or_replace => {
                replaced(&create.name, whole, context);
            }
            _ => {}
        }
    }
}

/// `CREATE OR REPLACE TABLE` of MariaDB's. Where nothing shows that the table was there, it is how a
/// script makes sure that it starts from nothing.
fn replaced(name: &ObjectName, span: Span, context: &mut Context) {
    let Some(table) = context.table(name) else {
        return;
    };
    let made = table.origin.made;
    if loses_rows(name, span, context) {
        context
            .report(
                span,
                format!("drops `{name}` with all its rows before it makes it again, empty"),
            )
            .label_site(made, "the table was made here")
            .help(AGAIN);
    }
}

fn loses_rows(name: &ObjectName, span: Span, context: &Context) -> bool {
    if !context.may_hold_rows(name) {
        return false;
    }
    let Some(table) = context.table(name) else {
        return true;
    };
    if release(table, context) == AtBase::Left {
        return false;
    }
    !(table.kind == crate::catalog::TableKind::Foreign
        || context.is_copied_elsewhere(&table.name)
        // `sqlite-rebuild-loses-rows` speaks of a rebuild that copies nothing.
        || (context.dialect().rebuilds_tables() && context.rebuild(name).is_some())
        || context.is_computed_again(&table.name, span)
        || schema_is_dropped(&table.name, span, context))
}

/// What the schema of the base says of a table.
fn release<'a>(table: &Table, context: &Context<'a>) -> AtBase<'a> {
    let released = context.released;
    released.map_or(AtBase::Unknown, |released| released.table(&table.name))
}

/// Whether the whole schema goes too, which `drop-schema` speaks of.
fn schema_is_dropped(table: &QName, after: Span, context: &Context) -> bool {
    context
        .changes_after(after)
        .any(|reached| match &reached.change.kind {
            ChangeKind::DropSchema { names, .. } => {
                names.iter().any(|name| name.value == table.schema)
            }
            _ => false,
        })
}

fn report(name: &ObjectName, mode: DropMode, (span, whole): (Span, Span), context: &mut Context) {
    let table = context.table(name);
    let made = table.and_then(|table| table.origin.made);
    let again = table.is_some_and(|table| context.name_is_taken_over(&table.name, whole));
    let release = table.map_or(AtBase::Unknown, |table| release(table, context));
    let what = match release {
        _ if again => format!("drops `{name}` with all its rows before it makes it again, empty"),
        AtBase::Declared { .. } => {
            let consequence = context.still_named(release);
            format!("drops `{name}` with all its rows, and {consequence}")
        }
        AtBase::Unknown | AtBase::Left => format!("drops `{name}` with all its rows"),
    };
    let help = if again {
        AGAIN
    } else {
        "first release code that does not use it, rename it out of the way, and drop it in a later release"
    };
    // Without a history, `IF EXISTS` is how a script makes sure that it starts from nothing.
    let guess = table.is_none() && mode.if_exists;
    let reported = context
        .report(span, what)
        .label_site(made, "the table was made here")
        .help(help);
    if guess {
        reported.low_confidence();
    }
}
