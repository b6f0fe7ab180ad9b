//! Columns of tables that have thousands: found by name without a look at each.

use std::collections::HashMap;

use super::is_exactly;
use crate::catalog::{Column, QName, Table};

/// Columns of many tables by their names. Who asks for one after the other has each table read once:
/// one may have thousands of columns.
#[derive(Default)]
pub(crate) struct ColumnLookup<'a> {
    tables: HashMap<&'a QName, HashMap<&'a str, &'a Column>>,
}

impl<'a> ColumnLookup<'a> {
    /// The column of exactly that name. All tables are those of one catalog.
    pub(crate) fn column(&mut self, table: &'a Table, name: &str) -> Option<&'a Column> {
        let columns = self.tables.entry(&table.name);
        let columns = columns.or_insert_with(|| table.columns_by_name());
        columns.get(name).copied()
    }
}

impl Table {
    /// All columns by their names, for who asks for many: a table may have thousands.
    pub(crate) fn columns_by_name(&self) -> HashMap<&str, &Column> {
        let columns = self.columns.iter();
        columns
            .map(|column| (column.name.as_str(), column))
            .collect()
    }

    /// Takes the column of exactly that name out.
    pub(crate) fn take_column(&mut self, name: &str) -> Option<Column> {
        let mut columns = self.columns.iter();
        let at = columns.rposition(|column| is_exactly(&column.name, name))?;
        Some(self.columns.remove(at))
    }
}
