//! `CREATE TABLE AS` and `SELECT INTO` from a table that is in use.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Persistence};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::CreateTable(create) = &reached.change.kind else {
            continue;
        };
        let Some(query) = &create.query else { continue };
        let words: Vec<&str> = crate::sql::code(statement.text(), context.dialect()).collect();
        let without_rows = words
            .windows(2)
            .any(|pair| pair[0].eq_ignore_ascii_case("no") && pair[1].eq_ignore_ascii_case("data"));
        if create.persistence == Persistence::Temporary || without_rows || query.takes_no_row {
            continue;
        }
        let source = query.relations.iter().find(|relation| {
            let table = context.table(relation);
            let made_by_view = context.catalog.find_view(relation).is_some();
            table.map_or(!made_by_view, |table| !context.has_no_rows(table))
        });
        let Some(source) = source else { continue };
        let message = format!(
            "copies rows of `{source}` in one statement, without its keys, defaults and checks"
        );
        let rows = context.rows_of(&context.qualified(source));
        context
            .report(reached.change.span, message)
            .rows(rows)
            .help("`CREATE TABLE … (LIKE …)`, or the whole definition, then copy in batches");
    }
}
