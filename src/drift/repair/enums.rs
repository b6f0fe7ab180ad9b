//! PostgreSQL's enum types: labels can be added, and a type with fewer is recreated.

use crate::server::is_home_schema;
use std::collections::BTreeSet;

use super::{Phase, Steps};
use crate::catalog::{ColumnName, Part, QName, Table, convert};
use crate::compare::{Difference, Presence};
use crate::sql::change::{ChangeKind, DataType, DropMode, EnumPosition, Expr, Ident};

impl Steps<'_> {
    /// A type is recreated if a label goes, or if this migration uses one that comes: a transaction
    /// that adds a label cannot use it.
    pub(crate) fn choose_swaps(&mut self) {
        if !self.to.dialect.types_are_objects() {
            return;
        }
        for difference in self.differences {
            let Part::EnumValue(label) = &difference.slot.part else {
                continue;
            };
            let owner = &difference.slot.owner;
            if difference.direction == Presence::RightOnly || self.uses_label(owner, label) {
                self.swapped.insert(owner.clone());
            }
        }
        self.swap_what_is_over_them();
    }

    /// Whether a default, a check or an index of what is declared speaks of a label.
    fn uses_label(&self, kind: &QName, label: &str) -> bool {
        let mut tables = self.to.tables.values();
        tables.any(|table| speaks_of(table, kind, label))
    }

    /// Whether a type is one that is recreated.
    pub(crate) fn is_swapped(&self, data_type: &DataType) -> bool {
        self.swapped.iter().any(|kind| is_of(data_type, kind))
    }

    /// The columns that are of a type that is recreated, and stay so.
    pub(crate) fn swapped_columns(&self) -> Vec<ColumnName> {
        let of = |data_type: &DataType| self.is_swapped(data_type);
        let tables = self.from.tables.iter();
        let columns =
            tables.flat_map(|(name, table)| table.columns.iter().map(move |column| (name, column)));
        let stay = columns.filter(|(table, column)| {
            let now = self.to.tables.get(*table);
            of(&column.data_type)
                && now
                    .and_then(|table| table.column(&column.name))
                    .is_some_and(|now| of(&now.data_type))
        });
        stay.map(|(table, column)| ColumnName::new(table.clone(), column.name.clone()))
            .collect()
    }

    pub(crate) fn enumeration(&mut self, difference: &Difference) {
        let owner = &difference.slot.owner;
        let name = convert::object_name(owner);
        match (&difference.slot.part, difference.direction) {
            (Part::Enum, Presence::LeftOnly) => {
                let Some(kind) = self.to.enums.get(owner) else {
                    return;
                };
                let labels = kind
                    .label_texts()
                    .map(|label| Ident::synthetic(label.clone()))
                    .collect();
                self.need_schema(&owner.schema);
                self.push(Phase::Types, ChangeKind::CreateEnum { name, labels });
            }
            (Part::Enum, _) => {
                self.push(
                    Phase::OldTypes,
                    ChangeKind::DropType {
                        names: vec![name],
                        mode: DropMode::default(),
                    },
                );
            }
            (Part::EnumValue(label), Presence::LeftOnly) if !self.swapped.contains(owner) => {
                let Some(kind) = self.to.enums.get(owner) else {
                    return;
                };
                let labels: Vec<&String> = kind.label_texts().collect();
                let at = labels
                    .iter()
                    .position(|known| *known == label)
                    .unwrap_or_default();
                let known: BTreeSet<&String> = self
                    .from
                    .enums
                    .get(owner)
                    .iter()
                    .flat_map(|kind| kind.label_texts())
                    .collect();
                // After its neighbour, which is there or was just added; before the first one for a
                // label that leads.
                let position = match (
                    at.checked_sub(1),
                    labels[at + 1..].iter().find(|label| known.contains(*label)),
                ) {
                    (_, None) => EnumPosition::Last,
                    (Some(before), Some(_)) => {
                        EnumPosition::After(Ident::synthetic(labels[before].clone()))
                    }
                    (None, Some(after)) => EnumPosition::Before(Ident::synthetic((*after).clone())),
                };
                let value = Ident::synthetic(label.clone());
                self.push(
                    Phase::Types,
                    ChangeKind::AddEnumValue {
                        name,
                        value,
                        position,
                        if_not_exists: false,
                    },
                );
            }
            _ => {}
        }
    }
}

/// Whether a type is that one, or an array of it.
pub(super) fn is_of(data_type: &DataType, kind: &QName) -> bool {
    let home = kind.is_at_home();
    data_type.name == kind.name
        && data_type.schema.as_ref().map_or(home, |schema| {
            *schema == kind.schema || (home && is_home_schema(schema))
        })
}

/// Whether a default, a check or an index of a table speaks of a label of a type.
fn speaks_of(table: &Table, kind: &QName, label: &str) -> bool {
    let literal = format!("'{}'", label.replace('\'', "''"));
    let says = |expr: &Expr| expr.sql.contains(&literal);
    let of_type = |column: &crate::catalog::Column| is_of(&column.data_type, kind);
    let mentions = |expr: &Expr| {
        table
            .columns
            .iter()
            .any(|column| of_type(column) && crate::catalog::mentions(expr, &column.name))
    };
    table.columns.iter().any(|column| {
        // A label inside of an array literal has no quotes of its own: `'{a,b}'`.
        let default = column.default.as_ref().filter(|_| of_type(column));
        default
            .map(|default| &default.expr)
            .is_some_and(|expr| says(expr) || (column.data_type.array && expr.sql.contains(label)))
    }) || table
        .checks
        .iter()
        .any(|check| says(&check.expr) && mentions(&check.expr))
        || table.indexes.iter().any(|index| {
            let exprs = index
                .keys
                .iter()
                .map(|key| &key.expr)
                .chain(&index.condition);
            exprs.into_iter().any(|expr| says(expr) && mentions(expr))
        })
        || table.columns.iter().any(|column| {
            column.generated.as_ref().is_some_and(|generated| {
                says(&generated.expr) && (of_type(column) || mentions(&generated.expr))
            })
        })
}
