//! `TRUNCATE … CASCADE` that empties tables it does not name.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::Truncate {
            tables,
            cascade: true,
        } = &reached.change.kind
        else {
            continue;
        };
        let along = context.emptied_along(tables);
        let Some(first) = along.first() else {
            continue;
        };
        let shown: Vec<String> = along
            .iter()
            .map(|table| format!("`{}`", context.catalog.shown(&table.name)))
            .collect();
        let made = first.origin.made;
        context
            .report(
                reached.change.span,
                format!(
                    "CASCADE empties {} too, which foreign keys tie to what is named",
                    shown.join(", ")
                ),
            )
            .label_site(made, "one of them was made here")
            .help("name every table that is to be emptied, and leave CASCADE out");
    }
}
