//! `DROP SCHEMA … CASCADE`, `DROP DATABASE`, `DROP OWNED`: everything in it goes.

use super::{Check, Context};
use crate::server::is_home_schema;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, DropMode, Ident};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        match &reached.change.kind {
            ChangeKind::DropSchema { names, mode } => {
                for name in names {
                    if !takes_tables(name, *mode, context) {
                        continue;
                    }
                    let what = if context.dialect().has_schemas() {
                        "schema"
                    } else {
                        "database"
                    };
                    context
                        .report(
                            span,
                            format!("drops the {what} `{}` with every table in it", name.value),
                        )
                        .help("move what is still needed first, and drop the tables by name");
                }
            }
            ChangeKind::Maintenance { name, .. } | ChangeKind::Inert(name)
                if name == "DROP DATABASE" =>
            {
                context
                    .report(span, "drops a database with everything in it")
                    .help("a migration that runs everywhere is no place for it: do it by hand");
            }
            ChangeKind::Inert(name) if name == "DROP OWNED" => {
                context
                    .report(span, "drops everything that a role owns in this database")
                    .help("`REASSIGN OWNED` what is still needed first, and drop the rest by name");
            }
            _ => {}
        }
    }
}

/// Whether tables that may hold rows go with the schema. PostgreSQL refuses to drop one that is not
/// empty without CASCADE.
fn takes_tables(name: &Ident, mode: DropMode, context: &Context) -> bool {
    if !context.dialect().has_schemas() {
        return true;
    }
    if !mode.cascade {
        return false;
    }
    let Some(origin) = context.catalog.schemas.get(&name.value) else {
        // Nothing here made it: it was there before, or `IF EXISTS` finds nothing.
        return !mode.if_exists || is_home_schema(&name.value);
    };
    let mut tables = context
        .catalog
        .tables
        .values()
        .filter(|table| table.name.schema == name.value);
    !context.is_new(origin)
        && (tables.any(|table| !context.has_no_rows(table)) || origin.made.is_none())
}
