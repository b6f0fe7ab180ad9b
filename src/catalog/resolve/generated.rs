//! Values for columns that the server makes itself.

use super::{Columns, InSight, NameResolver};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Column, Rejection};
use crate::source::Span;
use crate::sql::change::tree::{InsertTree, Item, QueryBody, Term};
use crate::sql::change::{Ident, Identity};

impl NameResolver<'_> {
    /// Refuses an `INSERT` that gives a value for a column that the server makes itself.
    pub(super) fn refuse_made(&self, insert: &InsertTree, target: &InSight) -> Outcome {
        let Columns::Table(table) = &target.columns else {
            return Ok(());
        };
        if insert.passes_over || self.variables || !super::names::is_whole(table) {
            return Ok(());
        }
        let refuse = |at: usize, column: &Column, span: Span| {
            let made = is_made(column, insert.overrides);
            if made && gives(insert, at, self.catalog.dialect.has_several_databases()) {
                Err(refusal(column, span))
            } else {
                Ok(())
            }
        };
        for (at, name) in insert.columns.iter().enumerate() {
            if let Some(found) = self.catalog.column_at(table, &name.value) {
                refuse(at, &table.columns[found], name.span)?;
            }
        }
        // Without a list SQLite counts the other columns only.
        if insert.columns.is_empty() && !self.catalog.dialect.words_can_be_strings() {
            for (at, column) in table.columns.iter().enumerate() {
                refuse(at, column, insert.table.span())?;
            }
        }
        Ok(())
    }

    /// Refuses an assignment to such a column.
    pub(super) fn refuse_assigned(&self, name: &Ident, value: &Term) -> Outcome {
        let Some(target) = self.scopes.last().and_then(|scope| scope.visible.first()) else {
            return Ok(());
        };
        let Columns::Table(table) = &target.columns else {
            return Ok(());
        };
        let Some(at) = self.catalog.column_at(table, &name.value) else {
            return Ok(());
        };
        let column = &table.columns[at];
        if matches!(value, Term::Default) || self.variables || !is_made(column, false) {
            return Ok(());
        }
        Err(refusal(column, name.span))
    }
}

fn refusal(column: &Column, span: Span) -> Rejection {
    let how = if column.generated.is_some() {
        "is generated, and takes no value"
    } else {
        "is `GENERATED ALWAYS AS IDENTITY`, and takes no value without `OVERRIDING SYSTEM VALUE`"
    };
    let message = format!("column `{}` {how}", column.name);
    Rejection::new(sqlstate::GENERATED_ALWAYS, span, message)
        .because(column.origin.made, "the column is made here")
}

fn is_made(column: &Column, overrides: bool) -> bool {
    let always = column
        .identity
        .as_ref()
        .is_some_and(|identity| matches!(identity, Identity::Always));
    column.knowledge.is_exact() && (column.generated.is_some() || (always && !overrides))
}

/// Whether some row has a value at that place, other than `DEFAULT`.
fn gives(insert: &InsertTree, at: usize, by_row: bool) -> bool {
    // MariaDB looks at each row, and takes `NULL`.
    let given = |value: Option<&Term>| {
        value.is_some_and(|it| !(matches!(it, Term::Default) || by_row && matches!(it, Term::Null)))
    };
    let Some(source) = &insert.source else {
        return given(insert.values.get(at));
    };
    match &source.body {
        QueryBody::Values(rows) => rows.iter().any(|row| given(row.get(at))),
        _ if by_row => false,
        QueryBody::Select(select) => {
            let mut items = select.items.iter();
            // A star may be fewer columns than it seems.
            let plain = items.all(|item| matches!(item, Item::Value(..)));
            insert.columns.len() > at || (plain && select.items.len() > at)
        }
        _ => insert.columns.len() > at,
    }
}
