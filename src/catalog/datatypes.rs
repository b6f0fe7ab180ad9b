//! Data types as they are printed, and enums by the columns that hold them.

use crate::server::is_home_schema;
use std::collections::BTreeMap;

use super::{Catalog, Column, Enum, Mention, QName, Table};
use crate::sql::Dialect;
use crate::sql::change::DataType;

/// The type as the server prints it: as PostgreSQL's `format_type` does, without the
/// home schema.
pub fn format_type(data_type: &DataType, dialect: Dialect) -> String {
    match &data_type.schema {
        Some(schema) if is_home_schema(schema) || schema == "pg_catalog" => DataType {
            schema: None,
            ..data_type.clone()
        }
        .sql(dialect),
        _ => data_type.sql(dialect),
    }
}

impl Catalog {
    /// The columns that hold that enum, in arrays and through domains too.
    pub fn columns_of_enum(&self, name: &QName) -> Vec<(&Table, &Column)> {
        let is_it = |data_type: &DataType| {
            self.enum_of(data_type)
                .is_some_and(|found| found.name == *name)
        };
        let domains = self
            .domains
            .iter()
            .filter(|(_, domain)| is_it(&domain.base))
            .map(|(domain, _)| domain);
        let tables: BTreeMap<&QName, &Table> = domains
            .chain([name])
            .flat_map(|name| self.tables.with(Mention::Type(&name.name)))
            .collect();
        let columns = tables
            .into_values()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        columns
            .filter(|(_, column)| is_it(&column.data_type))
            .collect()
    }

    /// The enum that a column's values belong to.
    pub fn enum_of(&self, data_type: &DataType) -> Option<&Enum> {
        let name = self.type_of(data_type)?;
        if let Some(domain) = self.domains.get(&name) {
            return self.enum_of(&domain.base);
        }
        self.enums.get(&name).map(|found| &**found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_the_server_prints_them() {
        let print = |data_type: &DataType| format_type(data_type, Dialect::Postgres);
        let timestamp = DataType {
            args: vec!["3".to_owned()],
            array: true,
            ..DataType::named("timestamp without time zone")
        };
        assert_eq!(print(&timestamp), "timestamp(3) without time zone[]");
        let role = DataType {
            schema: Some("Auth".to_owned()),
            ..DataType::named("Role")
        };
        assert_eq!(print(&role), "\"Auth\".\"Role\"");
        let decimal = DataType {
            args: vec!["10".to_owned(), "2".to_owned()],
            ..DataType::named("numeric")
        };
        assert_eq!(print(&decimal), "numeric(10,2)");
        let labels = DataType {
            args: vec!["a".to_owned(), "it's".to_owned()],
            ..DataType::named("enum")
        };
        assert_eq!(format_type(&labels, Dialect::MySql), "enum('a','it''s')");
    }
}
