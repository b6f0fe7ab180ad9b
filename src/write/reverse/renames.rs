//! What a migration renamed, renamed back.
//!
//! A name counts as renamed where the old one was there before and is free afterwards, and the new
//! one was free before and is there afterwards. A table that is rebuilt under its own name, and a
//! type that is swapped, end with the name that they had, and are no renames.

mod follow;

use crate::catalog::{Catalog, QName, Table};
use crate::drift::RepairStep;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, ChangeKind, DataType, Ident, ObjectName, TableAction, TypeAction,
};
use crate::sql::walk;

use super::step;
use crate::catalog::convert::object_name;
use follow::follow;

/// One rename of the migration.
#[derive(Clone, Debug, PartialEq)]
enum RenamedObject {
    Table {
        from: QName,
        to: QName,
    },
    Column {
        table: QName,
        from: String,
        to: String,
    },
    Index {
        from: QName,
        to: QName,
    },
    Type {
        from: QName,
        to: QName,
    },
    Label {
        of: QName,
        from: String,
        to: String,
    },
    Constraint {
        table: QName,
        from: String,
        to: String,
    },
    Function {
        from: QName,
        to: QName,
        arguments: Option<Vec<DataType>>,
    },
    Schema {
        from: String,
        to: String,
    },
    View {
        from: QName,
        to: QName,
        materialized: bool,
    },
}

/// What got another name, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePair {
    /// What kind of object it is: `table`, `column`.
    pub kind: &'static str,
    /// The old name; a column's or label's with that of its table or type.
    pub from: String,
    /// What it is called afterwards.
    pub to: String,
}

/// What some statements rename, and the statements that rename back, the last rename first.
pub fn renamed(
    before: &Catalog,
    after: &Catalog,
    up: &[Statement],
) -> (Vec<NamePair>, Vec<RepairStep>) {
    let found = real(before, after, up);
    let shown = found.iter().map(|one| one.shown(before)).collect();
    (shown, back(before, after, up))
}

/// The renames of some statements, in their order, those that do not last among them.
fn all(after: &Catalog, up: &[Statement]) -> Vec<RenamedObject> {
    let mut found: Vec<RenamedObject> = Vec::new();
    let changes = up
        .iter()
        .flat_map(|statement| walk::changes(&statement.changes));
    for reached in changes {
        for renamed in read(&reached.change.kind, after) {
            follow(&mut found, renamed);
        }
    }
    found
}

/// Those of them that hold.
fn real(before: &Catalog, after: &Catalog, up: &[Statement]) -> Vec<RenamedObject> {
    let found = all(after, up);
    found
        .iter()
        .filter(|renamed| renamed.holds(before, after, &found))
        .cloned()
        .collect()
}

/// The statements that rename back, the last rename first.
pub(super) fn back(before: &Catalog, after: &Catalog, up: &[Statement]) -> Vec<RepairStep> {
    let found = all(after, up);
    let real = real(before, after, up);
    // Columns first: their tables still have the new names.
    let (columns, others): (Vec<_>, Vec<_>) = real.iter().rev().partition(|renamed| {
        matches!(
            renamed,
            RenamedObject::Column { .. } | RenamedObject::Constraint { .. }
        )
    });
    // What lies in a schema is written with the schema's old name from then on.
    let (schemas, others): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|renamed| matches!(renamed, RenamedObject::Schema { .. }));
    let columns = schemas.into_iter().chain(columns);
    let all = columns.into_iter().chain(others);
    all.map(|renamed| step(renamed.undo(before, &found)))
        .collect()
}

/// The old and the new name of the object that a change renames or moves, if it is one with a name of
/// its own.
pub(in crate::write) fn renamed_object(
    kind: &ChangeKind,
    catalog: &Catalog,
) -> Option<(QName, QName)> {
    read(kind, catalog)
        .into_iter()
        .find_map(|renamed| match renamed {
            RenamedObject::Table { from, to }
            | RenamedObject::Index { from, to }
            | RenamedObject::Type { from, to }
            | RenamedObject::View { from, to, .. }
            | RenamedObject::Function { from, to, .. } => Some((from, to)),
            _ => None,
        })
}

/// What a change renames. Names are those that it writes.
fn read(kind: &ChangeKind, catalog: &Catalog) -> Vec<RenamedObject> {
    let beside = |name: &ObjectName, to: &str| {
        let from = catalog.qualify(name);
        let to = QName::new(from.schema.clone(), to);
        (from, to)
    };
    match kind {
        ChangeKind::RenameTable { from, to } => vec![RenamedObject::Table {
            from: catalog.qualify(from),
            to: catalog.qualify(to),
        }],
        ChangeKind::RenameIndex { from, to, .. } => {
            let (from, to) = beside(from, &to.value);
            vec![RenamedObject::Index { from, to }]
        }
        ChangeKind::RenameView {
            from,
            to,
            materialized,
            ..
        } => {
            let (from, to) = beside(from, &to.value);
            vec![RenamedObject::View {
                from,
                to,
                materialized: *materialized,
            }]
        }
        ChangeKind::RenameFunction {
            name,
            arguments,
            to,
        } => {
            let (from, to) = beside(name, &to.value);
            vec![RenamedObject::Function {
                from,
                to,
                arguments: arguments.clone(),
            }]
        }
        ChangeKind::RenameSchema { from, to } => vec![RenamedObject::Schema {
            from: from.value.clone(),
            to: to.value.clone(),
        }],
        ChangeKind::RenameEnumValue { name, from, to } => vec![RenamedObject::Label {
            of: catalog.qualify(name),
            from: from.value.clone(),
            to: to.value.clone(),
        }],
        ChangeKind::AlterType {
            name,
            action: TypeAction::RenameTo(to),
        } => {
            let (from, to) = beside(name, &to.value);
            vec![RenamedObject::Type { from, to }]
        }
        ChangeKind::AlterTable(alter) => {
            let table = catalog.qualify(&alter.table);
            let actions = alter.actions.iter();
            actions
                .filter_map(|(action, _)| of_table(action, &table, catalog))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn of_table(action: &TableAction, table: &QName, catalog: &Catalog) -> Option<RenamedObject> {
    match action {
        TableAction::RenameTo(to) => Some(RenamedObject::Table {
            from: table.clone(),
            to: if to.schema.is_some() {
                catalog.qualify(to)
            } else {
                QName::new(table.schema.clone(), to.name.value.clone())
            },
        }),
        TableAction::SetSchema(schema) => Some(RenamedObject::Table {
            from: table.clone(),
            to: QName::new(schema.value.clone(), table.name.clone()),
        }),
        TableAction::RenameColumn { from, to } => Some(RenamedObject::Column {
            table: table.clone(),
            from: from.value.clone(),
            to: to.value.clone(),
        }),
        TableAction::Modify { from, column, .. } if from.value != column.name.value => {
            Some(RenamedObject::Column {
                table: table.clone(),
                from: from.value.clone(),
                to: column.name.value.clone(),
            })
        }
        TableAction::RenameConstraint { from, to } => Some(RenamedObject::Constraint {
            table: table.clone(),
            from: from.value.clone(),
            to: to.value.clone(),
        }),
        TableAction::RenameIndex { from, to } => Some(RenamedObject::Index {
            from: QName::new(table.schema.clone(), from.value.clone()),
            to: QName::new(table.schema.clone(), to.value.clone()),
        }),
        _ => None,
    }
}

impl RenamedObject {
    fn shown(&self, before: &Catalog) -> NamePair {
        let of = |owner: &QName, name: &str| format!("{}.{name}", before.shown(owner));
        let named = |kind, from: &QName, to: &QName| NamePair {
            kind,
            from: before.shown(from),
            to: before.shown(to),
        };
        match self {
            Self::Table { from, to } => named("table", from, to),
            Self::Index { from, to } => named("index", from, to),
            Self::Type { from, to } => named("type", from, to),
            Self::View { from, to, .. } => named("view", from, to),
            Self::Function { from, to, .. } => named("function", from, to),
            Self::Schema { from, to } => NamePair {
                kind: "schema",
                from: from.clone(),
                to: to.clone(),
            },
            Self::Constraint { table, from, to } => NamePair {
                kind: "constraint",
                from: of(table, from),
                to: to.clone(),
            },
            Self::Column { table, from, to } => NamePair {
                kind: "column",
                from: of(table, from),
                to: to.clone(),
            },
            Self::Label {
                of: owner,
                from,
                to,
            } => NamePair {
                kind: "enum value",
                from: of(owner, from),
                to: to.clone(),
            },
        }
    }

    /// Whether the old name was left for good, and the new one is its own.
    fn holds(&self, before: &Catalog, after: &Catalog, all: &[Self]) -> bool {
        match self {
            Self::Table { from, to } => {
                let there = |catalog: &Catalog, name: &QName| {
                    catalog.tables.contains_key(name)
                        || catalog.views.contains_key(name)
                        || catalog.sequences.contains_key(name)
                };
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::View { from, to, .. } => {
                before.views.contains_key(from)
                    && !before.views.contains_key(to)
                    && after.views.contains_key(to)
                    && !after.views.contains_key(from)
            }
            Self::Index { from, to } => {
                let there = |catalog: &Catalog, name: &QName| {
                    let mut tables = catalog.tables.values();
                    tables.any(|table| table.index(&name.name).is_some())
                };
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::Type { from, to } => {
                let there = |catalog: &Catalog, name: &QName| {
                    catalog.enums.contains_key(name)
                        || catalog.domains.contains_key(name)
                        || catalog.composites.contains_key(name)
                };
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::Label { of, from, to } => {
                let there = |catalog: &Catalog, label: &str| {
                    let found = catalog.enums.get(of);
                    found.is_some_and(|found| found.has_label(label))
                };
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::Function { from, to, .. } => {
                let there = |catalog: &Catalog, name: &QName| catalog.functions.contains_key(name);
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::Schema { from, to } => {
                let there = |catalog: &Catalog, name: &str| catalog.schemas.contains_key(name);
                there(before, from) && !there(before, to) && there(after, to) && !there(after, from)
            }
            Self::Constraint { table, from, to } => {
                let there = |catalog: &Catalog, table: &QName, name: &str| {
                    let found = catalog.tables.get(table);
                    found.is_some_and(|table| table.constraint_origin(name).is_some())
                };
                let (old, new) = (origin(table, all), last(table, all));
                there(before, &old, from)
                    && !there(before, &old, to)
                    && there(after, &new, to)
                    && !there(after, &new, from)
            }
            Self::Column { table, from, to } => {
                let (old, new) = (origin(table, all), last(table, all));
                let has = |table: Option<&std::sync::Arc<Table>>, column: &str| {
                    table.is_some_and(|table| table.column(column).is_some())
                };
                let (was, is) = (before.tables.get(&old), after.tables.get(&new));
                has(was, from) && !has(was, to) && has(is, to) && !has(is, from)
            }
        }
    }

    fn undo(&self, before: &Catalog, all: &[Self]) -> ChangeKind {
        let ident = |name: &str| Ident::synthetic(name);
        let alter = |table: &QName, action: TableAction| {
            ChangeKind::AlterTable(Box::new(AlterTable {
                table: object_name(table),
                actions: vec![(action, Span::default())],
                ..AlterTable::default()
            }))
        };
        match self {
            Self::Table { from, to } if from.schema != to.schema => {
                alter(to, TableAction::SetSchema(ident(&from.schema)))
            }
            Self::Table { from, to } => alter(
                to,
                TableAction::RenameTo(ObjectName::synthetic(from.name.clone())),
            ),
            Self::Column { table, from, to } => alter(
                &now(table, all),
                TableAction::RenameColumn {
                    from: ident(to),
                    to: ident(from),
                },
            ),
            Self::Constraint { table, from, to } => alter(
                &now(table, all),
                TableAction::RenameConstraint {
                    from: ident(to),
                    to: ident(from),
                },
            ),
            Self::Function {
                from,
                to,
                arguments,
            } => ChangeKind::RenameFunction {
                name: object_name(to),
                arguments: arguments.clone(),
                to: ident(&from.name),
            },
            Self::Schema { from, to } => ChangeKind::RenameSchema {
                from: ident(to),
                to: ident(from),
            },
            Self::Index { from, to } if before.dialect.indexes_belong_to_tables() => {
                let mut tables = before.tables.values();
                let table = tables.find(|table| table.index(&from.name).is_some());
                let table = table.map(|table| now(&table.name, all)).unwrap_or_default();
                alter(
                    &table,
                    TableAction::RenameIndex {
                        from: ident(&to.name),
                        to: ident(&from.name),
                    },
                )
            }
            Self::Index { from, to } => ChangeKind::RenameIndex {
                from: object_name(to),
                to: ident(&from.name),
                if_exists: false,
            },
            Self::Type { from, to } => ChangeKind::AlterType {
                name: object_name(to),
                action: TypeAction::RenameTo(ident(&from.name)),
            },
            Self::Label { of, from, to } => ChangeKind::RenameEnumValue {
                name: object_name(of),
                from: ident(to),
                to: ident(from),
            },
            Self::View {
                from,
                to,
                materialized,
            } => ChangeKind::RenameView {
                from: object_name(to),
                to: ident(&from.name),
                materialized: *materialized,
                if_exists: false,
            },
        }
    }
}

/// The name that a table had before the migration.
fn origin(table: &QName, all: &[RenamedObject]) -> QName {
    let found = all.iter().find_map(|renamed| match renamed {
        RenamedObject::Table { from, to } if to == table || from == table => Some(from.clone()),
        _ => None,
    });
    let found = found.unwrap_or_else(|| table.clone());
    let schema = all.iter().find_map(|renamed| match renamed {
        RenamedObject::Schema { from, to } if *to == *found.schema => Some(from.clone()),
        _ => None,
    });
    schema.map_or_else(
        || found.clone(),
        |schema| QName::new(schema, found.name.clone()),
    )
}

/// The name that a table has after it, but for its schema, which is renamed back first.
fn now(table: &QName, all: &[RenamedObject]) -> QName {
    let found = all.iter().find_map(|renamed| match renamed {
        RenamedObject::Table { from, to } if to == table || from == table => Some(to.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| table.clone())
}

/// The name that a table has after it.
fn last(table: &QName, all: &[RenamedObject]) -> QName {
    let found = now(table, all);
    let schema = all.iter().find_map(|renamed| match renamed {
        RenamedObject::Schema { from, to } if *from == *found.schema => Some(to.clone()),
        _ => None,
    });
    schema.map_or_else(
        || found.clone(),
        |schema| QName::new(schema, found.name.clone()),
    )
}
