//! Which columns can hold a null, and which get a value that no `INSERT` gives them.

use super::{Catalog, Column, Mention, Table};
use crate::server::on_server;
use crate::sql::change::ExprKind;

impl Catalog {
    /// Whether no row of the table can hold a null in the column, `NOT NULL` or not.
    pub fn takes_no_null(&self, table: &Table, column: &Column) -> bool {
        column.not_null || self.is_row_number(table, column)
    }

    /// Whether a row gets a value in the column where its `INSERT` names none.
    pub fn fills_itself(&self, table: &Table, column: &Column) -> bool {
        column
            .default
            .as_ref()
            .is_some_and(|default| !matches!(default.expr.kind, ExprKind::Null))
            || column.identity.is_some()
            || column.generated.is_some()
            || column.auto_increment
            || self.is_row_number(table, column)
            || (column.default.is_none() && self.is_filled_by_domain(column))
    }

    /// Whether the column's type is a domain that has a default.
    fn is_filled_by_domain(&self, column: &Column) -> bool {
        let mut domains = self.domains.with(Mention::Named(&column.data_type.name));
        domains.any(|(_, domain)| {
            domain.name.name == column.data_type.name
                && domain
                    .default
                    .as_ref()
                    .is_some_and(|default| default.kind != ExprKind::Null)
        })
    }

    fn is_row_number(&self, table: &Table, column: &Column) -> bool {
        on_server!(self.dialect => apply::is_row_number(table, &column.name))
    }
}
