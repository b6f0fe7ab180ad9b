//! Names of columns.

use super::QName;

/// A column of a table or view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnName {
    /// The table or view that has it.
    pub table: QName,
    /// What it is called there.
    pub name: String,
}

impl ColumnName {
    /// The column of that name.
    pub fn new(table: QName, name: impl Into<String>) -> Self {
        Self {
            table,
            name: name.into(),
        }
    }

    /// Whether it is the column of that name.
    pub(crate) fn is(&self, table: &QName, name: &str) -> bool {
        self.table == *table && self.name == name
    }
}
