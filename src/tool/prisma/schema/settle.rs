//! Types, defaults and conditions of indexes as the server keeps them: what `prisma migrate` writes
//! is read as a migration would be.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::{Catalog, Column, DefaultValue, Index, QName, Site, Table};
use crate::source::{Source, Span};
use crate::sql::canonical::quote_name;
use crate::sql::change::{DataType, Expr};
use crate::sql::{self, Unit};

/// Replaces each type, default and condition by what the server makes of it. A text that cannot be
/// read stays as it is.
pub(super) fn settle(catalog: &mut Catalog) {
    let mut bench = Catalog::new(catalog.dialect, catalog.versions);
    bench.enums.clone_from(&catalog.enums);
    bench.extensions.clone_from(&catalog.extensions);
    let bench = Bench {
        bench,
        known: RefCell::default(),
    };
    let dialect = catalog.dialect;
    let settle = |table: &mut Table| {
        let columns = if table.indexes.iter().any(|index| index.condition.is_some()) {
            table.columns.clone()
        } else {
            Vec::new()
        };
        for column in &mut table.columns {
            if dialect.respells_types()
                && let Some(data_type) = bench.data_type(column)
            {
                column.data_type = data_type;
            }
            let Some(DefaultValue { expr, .. }) = &column.default else {
                continue;
            };
            if !expr.functions.iter().any(|name| name == "nextval") {
                column.default = bench
                    .default(column, &expr.sql)
                    .or_else(|| column.default.take());
            }
        }
        for index in &mut table.indexes {
            if let Some(condition) = &index.condition {
                let settled = bench.condition(&columns, index, &condition.sql);
                index.condition = settled.or_else(|| index.condition.take());
            }
        }
    };
    catalog.tables.change_any(|_| true, settle);
}

/// A database in which one statement at a time is tried.
struct Bench {
    bench: Catalog,
    /// What the statements have made: most tables have the same `createdAt`.
    known: RefCell<HashMap<String, Option<Arc<Table>>>>,
}

impl Bench {
    fn data_type(&self, column: &Column) -> Option<DataType> {
        Some(
            self.run(&format!("CREATE TABLE bench ({})", self.column(column)))?
                .columns
                .first()?
                .data_type
                .clone(),
        )
    }

    fn default(&self, column: &Column, sql: &str) -> Option<DefaultValue> {
        // The name says nothing, and many columns of one type have one default.
        let text = format!(
            "CREATE TABLE bench (x {} DEFAULT {sql})",
            column.data_type.sql(self.bench.dialect)
        );
        let made = self.run(&text)?.columns.first()?.default.clone()?;
        Some(DefaultValue {
            expr: Expr {
                span: Span::default(),
                ..made.expr
            },
            ..made
        })
    }

    fn condition(&self, columns: &[Column], index: &Index, sql: &str) -> Option<Expr> {
        let all: Vec<String> = columns.iter().map(|column| self.column(column)).collect();
        let key = index.keys.iter().find_map(|key| key.column.as_deref())?;
        let key = quote_name(key, self.bench.dialect);
        let text = format!(
            "CREATE TABLE bench ({});\nCREATE INDEX i ON bench ({key}) WHERE {sql}",
            all.join(", ")
        );
        let condition = self.run(&text)?.indexes.first()?.condition.clone()?;
        Some(Expr {
            span: Span::default(),
            ..condition
        })
    }

    fn column(&self, column: &Column) -> String {
        let dialect = self.bench.dialect;
        format!(
            "{} {}",
            quote_name(&column.name, dialect),
            column.data_type.sql(dialect)
        )
    }

    /// The table that these statements make.
    fn run(&self, text: &str) -> Option<Arc<Table>> {
        if let Some(known) = self.known.borrow().get(text) {
            return known.clone();
        }
        // A copy shares its maps with the bench, so each text is tried on an empty database for
        // next to nothing.
        let mut bench = self.bench.clone();
        let source = Source::new("bench.sql", text);
        let whole = Span::new(0, text.len());
        let script = sql::script(
            &source,
            whole,
            bench.dialect,
            bench.versions,
            Unit::Statement,
        );
        for statement in &script.statements {
            for change in &statement.changes {
                bench.apply(
                    change,
                    Site {
                        migration: 0,
                        file: 0,
                        span: statement.span,
                    },
                );
            }
        }
        let schema = bench.dialect.home_schema();
        let made = bench.tables.get(&QName::new(schema, "bench")).cloned();
        self.known
            .borrow_mut()
            .insert(text.to_owned(), made.clone());
        made
    }
}
