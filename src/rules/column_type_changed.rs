//! A column's type changed to one that clients see as another kind of thing.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{DataType, TableAction};
use crate::sql::types::Family;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let (name, to) = match edit.action {
            TableAction::SetType {
                column, data_type, ..
            } => (column, data_type),
            TableAction::Modify { from, column, .. } => (from, &column.data_type),
            _ => continue,
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let Some(column) = context.column(table, &name.value) else {
            continue;
        };
        if !column.knowledge.is_exact()
            || context.is_new(&table.origin)
            || context.is_new(&column.origin)
            || looks_the_same(&column.data_type, to, context)
        {
            continue;
        }
        let dialect = context.dialect();
        context
            .report(
                edit.span,
                format!(
                    "`{}.{}` becomes `{}`, was `{}`: drivers hand another kind of value to code that still runs",
                    edit.table,
                    column.name,
                    to.sql(dialect),
                    column.data_type.sql(dialect)
                ),
            )
            .label_site(
                column.origin.changed.or(column.origin.made),
                "the column got its type here",
            )
            .help("add a column of the new type, write both, move the rows, and drop the old one when no code reads it");
    }
}

/// Whether clients see values of both types as the same kind of thing.
fn looks_the_same(from: &DataType, to: &DataType, context: &Context) -> bool {
    if from.array != to.array {
        return false;
    }
    let dialect = context.dialect();
    let text = |data_type: &DataType| {
        context.enum_of(data_type).is_some() || data_type.family(dialect) == Family::Text
    };
    match (from.family(dialect), to.family(dialect)) {
        _ if text(from) && text(to) => true,
        (Family::Other, Family::Other) => {
            from.name == to.name || is_domain(from, context) || is_domain(to, context)
        }
        (Family::Other, _) => is_domain(from, context),
        (_, Family::Other) => is_domain(to, context),
        // Strings are declared as bytes and back in MySQL without clients that notice.
        (one, other) => {
            one == other
                || dialect.modifies_whole_columns()
                    && matches!(
                        (one, other),
                        (Family::Text, Family::Json) | (Family::Json, Family::Text)
                    )
        }
    }
}

/// Whether a type is a domain or one that nobody made here: what clients see of it is not known.
fn is_domain(data_type: &DataType, context: &Context) -> bool {
    context.catalog.type_of(data_type).is_some() && context.enum_of(data_type).is_none()
        || matches!(data_type.name.as_str(), "inet" | "cidr" | "oid" | "xml")
}
