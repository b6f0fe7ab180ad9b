//! Columns that are there before and after, and are not the same.

use std::collections::BTreeMap;

use super::{Phase, Steps};
use crate::catalog::{Column, ColumnName, Part, QName, convert};
use crate::server::on_server;
use crate::server::postgres::types::{cast_cuts, has_collation};
use crate::sql::change::{DataType, Expr, ExprKind, Ident, TableAction};

/// Which part of a column changes.
#[derive(Clone, Copy, Default)]
struct Parts {
    data_type: bool,
    nullable: bool,
    filler: bool,
}

impl Steps<'_> {
    pub(crate) fn changed_columns(&mut self) {
        let mut columns: BTreeMap<ColumnName, Parts> = BTreeMap::new();
        for difference in self.differences {
            let of = |name: &String| ColumnName::new(difference.slot.owner.clone(), name.clone());
            match &difference.slot.part {
                Part::Type(name) => columns.entry(of(name)).or_default().data_type = true,
                Part::Nullable(name) => columns.entry(of(name)).or_default().nullable = true,
                Part::Default(name) => columns.entry(of(name)).or_default().filler = true,
                _ => {}
            }
        }
        for column in self.swapped_columns() {
            if !self.is_inherited(&column.table, &column.name) {
                columns.entry(column).or_default().data_type = true;
            }
        }
        for (ColumnName { table, name }, parts) in columns {
            let (from, to) = (self.from.tables.get(&table), self.to.tables.get(&table));
            let (Some(from), Some(to)) = (
                from.and_then(|it| it.column(&name)),
                to.and_then(|it| it.column(&name)),
            ) else {
                continue;
            };
            self.warn_of_nulls(&table, from, to);
            self.warn_of_loss(&table, from, to);
            if self.is_recreated(from, to, parts.data_type, parts.filler) {
                self.make_anew(&table, to);
            } else if self.to.dialect.modifies_whole_columns() {
                self.modify(&table, to);
            } else {
                self.alter_column(&table, from, to, parts);
            }
        }
    }

    fn warn_of_loss(&mut self, table: &QName, from: &Column, to: &Column) {
        let dialect = self.to.dialect;
        let loss = from.data_type.loss_in(&to.data_type, dialect);
        if let Some(loss) = loss.filter(|_| from.generated.is_none()) {
            self.remark(format!(
                "`{table}.{}` becomes `{}`: {loss}",
                to.name,
                to.data_type.sql(dialect)
            ));
        }
    }

    /// A generated column whose expression or type changes has no values that could be lost.
    pub(crate) fn is_recreated(
        &self,
        from: &Column,
        to: &Column,
        data_type: bool,
        filler: bool,
    ) -> bool {
        let generated = (&from.generated, &to.generated);
        match generated {
            (None, None) => false,
            // PostgreSQL has DROP EXPRESSION since version 13. Before, the column has to be made
            // again.
            // The values stay, and are not computed any more.
            (Some(from), None) => {
                let (stored, versions) = (from.stored, self.to.versions);
                !on_server!(self.to.dialect => repair::drops_expression(stored, versions))
            }
            (None, Some(_)) => filler,
            (Some(_), Some(_)) => data_type || filler,
        }
    }

    /// Drops a column and adds it as it is declared.
    pub(crate) fn make_anew(&mut self, table: &QName, to: &Column) {
        let definition = Box::new(self.definition(table, to));
        self.drop_column(Phase::Generated, table, &to.name);
        let action = TableAction::AddColumn {
            column: definition,
            if_not_exists: false,
            position: None,
        };
        self.alter(Phase::OldColumns, table, action);
        if to.generated.is_some() {
            return;
        }
        self.remark(format!(
            "`{table}.{}` is recreated and loses its values",
            to.name
        ));
    }

    /// MySQL replaces a whole definition. What counts needs its key first, and is distinguished.
    fn modify(&mut self, table: &QName, to: &Column) {
        let mut column = Box::new(self.definition(table, to));
        column.auto_increment = false;
        let from = column.name.clone();
        self.alter(
            Phase::Columns,
            table,
            TableAction::Modify {
                from,
                column,
                position: None,
            },
        );
    }

    fn alter_column(&mut self, table: &QName, from: &Column, to: &Column, parts: Parts) {
        let column = || Ident::synthetic(to.name.clone());
        let filled = parts.filler || parts.data_type;
        if from.identity.is_some() && to.identity.is_none() && filled {
            self.alter(
                Phase::Columns,
                table,
                TableAction::DropIdentity {
                    column: column(),
                    if_exists: false,
                },
            );
        }
        if from.generated.is_some() && to.generated.is_none() {
            self.alter(
                Phase::Generated,
                table,
                TableAction::DropExpression {
                    column: column(),
                    if_exists: false,
                },
            );
        }
        let goes = parts.data_type || to.default.is_none();
        if from.default.is_some() && filled && goes {
            self.alter(
                Phase::Columns,
                table,
                TableAction::DropDefault { column: column() },
            );
        }
        if parts.data_type {
            let using = self.converted(table, from, to);
            let collation = to
                .collation
                .as_ref()
                .filter(|_| has_collation(&to.data_type));
            let collation = collation.map(convert::object_name);
            let action = TableAction::SetType {
                column: column(),
                data_type: to.data_type.clone(),
                collation,
                using,
            };
            self.alter(Phase::Columns, table, action);
        }
        if parts.nullable && to.not_null {
            self.alter(
                Phase::Columns,
                table,
                TableAction::SetNotNull { column: column() },
            );
        } else if parts.nullable {
            self.alter(
                Phase::Columns,
                table,
                TableAction::DropNotNull { column: column() },
            );
        }
        if let Some(identity) = to.identity.filter(|_| from.identity.is_none() && filled) {
            self.alter(
                Phase::Columns,
                table,
                TableAction::AddIdentity {
                    column: column(),
                    identity,
                },
            );
            self.warn_of_numbers(table, to);
        }
        if let Some(default) = to
            .default
            .as_ref()
            .filter(|_| parts.filler || (parts.data_type && from.default.is_some()))
        {
            if self.counter(table, to) {
                self.warn_of_numbers(table, to);
            }
            // A literal is of the new type, and no longer of the one that it was written for.
            let literal = parts.data_type && matches!(default.expr.kind, ExprKind::String(_));
            let definition = convert::column_definition(to, self.to.dialect).default;
            let default = definition
                .filter(|_| !literal)
                .unwrap_or_else(|| default.expr.clone());
            // A function that has a type which is recreated comes later.
            let phase = if self.is_swapped(&to.data_type) && !default.functions.is_empty() {
                Phase::NewKeys
            } else {
                Phase::Columns
            };
            self.alter(
                phase,
                table,
                TableAction::SetDefault {
                    column: column(),
                    default,
                },
            );
        }
    }

    fn warn_of_numbers(&mut self, table: &QName, column: &Column) {
        self.remark(format!(
            "`{table}.{}` counts from 1: set its sequence past the highest value that is there",
            column.name
        ));
    }

    /// What the values become; nothing where an assignment does it, which refuses what a cast would
    /// cut. PostgreSQL casts between some types only; text leads from any to any.
    fn converted(&mut self, table: &QName, from: &Column, to: &Column) -> Option<Expr> {
        let quoted = crate::sql::canonical::quote_name(&to.name, self.to.dialect);
        let cuts = cast_cuts(&from.data_type, &to.data_type);
        if cuts && from.data_type.array == to.data_type.array {
            return None;
        }
        let target = if cuts {
            "text[]".to_owned()
        } else {
            to.data_type.sql(self.to.dialect)
        };
        let swapped = self.is_swapped(&from.data_type);
        let sql = match (from.data_type.array, to.data_type.array) {
            (false, true) if !is_text(&from.data_type) => {
                let element = if has_cast(
                    &from.data_type,
                    &DataType {
                        array: false,
                        ..to.data_type.clone()
                    },
                ) {
                    ""
                } else {
                    "::text"
                };
                format!(
                    "CASE WHEN {quoted} IS NOT NULL THEN ARRAY[{quoted}{element}]::{target} END"
                )
            }
            (a, b) if a == b && !swapped && has_cast(&from.data_type, &to.data_type) => {
                format!("{quoted}::{target}")
            }
            _ => {
                if !swapped {
                    self.remark(format!(
                    "`{table}.{}` becomes `{target}` as text: rows with any other text make the migration fail",
                    to.name
                ));
                }
                format!(
                    "{quoted}::text{}::{target}",
                    if from.data_type.array && to.data_type.array {
                        "[]"
                    } else {
                        ""
                    }
                )
            }
        };
        Some(Expr {
            sql,
            kind: ExprKind::Other,
            ..Expr::default()
        })
    }
}

fn is_text(data_type: &DataType) -> bool {
    !data_type.array
        && ["text", "character varying", "character", "citext", "name"]
            .contains(&data_type.name.as_str())
}

/// Whether PostgreSQL has a cast between two types, as far as it matters: text has one to and from
/// all.
fn has_cast(from: &DataType, to: &DataType) -> bool {
    const FAMILIES: [&[&str]; 6] = [
        &[
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
        ],
        &["integer", "boolean"],
        &[
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
            "timestamp",
        ],
        &[
            "time without time zone",
            "time with time zone",
            "timestamp with time zone",
        ],
        &["json", "jsonb"],
        &["inet", "cidr"],
    ];
    let (a, b) = (from.name.as_str(), to.name.as_str());
    let texts = |it: &DataType| {
        is_text(&DataType {
            array: false,
            ..it.clone()
        })
    };
    (a == b && from.schema == to.schema)
        || texts(from)
        || texts(to)
        || FAMILIES
            .iter()
            .any(|family| family.contains(&a) && family.contains(&b))
}
