//! The migration that closes the gap: from what the migrations make to what is declared.

mod sqlite;

use std::collections::BTreeSet;

use super::target::target;
use crate::catalog::{Catalog, Column, Difference, Direction, ForeignKey, Index, QName, Side, Table, convert, diff};
use crate::schema::{Declared, Part};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, ColumnDef, ColumnRef, DataType, DropMode, EnumPosition, Expr, ExprKind, Ident,
    ObjectName, TableAction,
};

/// Changes in an order in which a server takes them, and what no change can do.
#[derive(Debug, Default)]
pub struct Repair {
    /// The changes.
    pub changes: Vec<Change>,
    /// What a person has to see to.
    pub remarks: Vec<String>,
}

/// What closes these differences between the migrated schema and the declared one, and no others.
pub fn repair(declared: &Declared, migrated: &Catalog, differences: &[Difference]) -> Repair {
    let mut others = diff(Side::declared(declared), Side::migrated(migrated));
    others.retain(|difference| !differences.contains(difference));
    let target = target(&declared.catalog, migrated, &others);
    let mut steps =
        Steps { from: migrated, to: &target, phases: std::array::from_fn(|_| Vec::new()), remarks: Vec::new() };
    if migrated.dialect == Dialect::Sqlite {
        steps.sqlite(differences);
    } else {
        for difference in differences {
            steps.close(difference);
        }
    }
    Repair { changes: steps.phases.into_iter().flatten().collect(), remarks: steps.remarks }
}

/// When a step may run: what others depend on comes first and goes last.
#[derive(Clone, Copy)]
enum Phase {
    Types,
    DropKeys,
    Tables,
    Columns,
    Indexes,
    ForeignKeys,
    Drops,
}

struct Steps<'a> {
    from: &'a Catalog,
    to: &'a Catalog,
    phases: [Vec<Change>; 7],
    remarks: Vec<String>,
}

impl<'a> Steps<'a> {
    fn push(&mut self, phase: Phase, kind: ChangeKind) {
        let change = Change { span: Span::default(), kind };
        let steps = &mut self.phases[phase as usize];
        if !steps.contains(&change) {
            steps.push(change);
        }
    }

    fn alter(&mut self, phase: Phase, table: &QName, action: TableAction) {
        let table = convert::object_name(table);
        let actions = vec![(action, Span::default())];
        self.push(phase, ChangeKind::AlterTable(Box::new(AlterTable { table, actions, ..AlterTable::default() })));
    }

    fn close(&mut self, difference: &Difference) {
        let owner = &difference.key.owner;
        let (declared, migrated) = (self.to.tables.get(owner), self.from.tables.get(owner));
        match (&difference.key.part, declared, migrated) {
            (Part::Table, Some(table), _) => self.create(table),
            (Part::Table, None, Some(_)) => {
                self.drop_referring(owner);
                let names = vec![convert::object_name(owner)];
                self.push(Phase::Drops, ChangeKind::DropTable { names, mode: DropMode::default(), temporary: false });
            }
            (Part::Enum | Part::EnumValue(_), ..) => self.enumeration(difference),
            (Part::View, ..) => self.view(difference),
            (part, Some(declared), Some(migrated)) => self.part(part, difference.direction, declared, migrated),
            _ => {}
        }
    }

    fn create(&mut self, table: &Table) {
        let definitions = self.definitions(table);
        if !definitions.iter().any(|change| matches!(change.kind, ChangeKind::CreateTable(_))) {
            self.remark(format!("how `{}` is made is more than driftlint keeps: copy it from the schema", table.name));
        }
        for change in definitions {
            let phase = match &change.kind {
                ChangeKind::CreateTable(_) => Phase::Tables,
                ChangeKind::CreateIndex { .. } => Phase::Indexes,
                _ => Phase::ForeignKeys,
            };
            self.push(phase, change.kind);
        }
    }

    /// A table with its keys and indexes, as the project's own tool would write it.
    fn definitions(&self, table: &Table) -> Vec<Change> {
        let mut changes = self.to.table_definitions(table);
        for change in &mut changes {
            if let ChangeKind::CreateTable(create) = &mut change.kind {
                for (definition, column) in create.columns.iter_mut().zip(&table.columns) {
                    if self.is_serial(&table.name, column) {
                        (definition.serial, definition.default) = (true, None);
                    }
                }
            }
        }
        changes
    }

    fn definition(&self, table: &QName, column: &Column) -> ColumnDef {
        let mut definition = convert::column_definition(column, self.to.dialect);
        if self.is_serial(table, column) {
            (definition.serial, definition.default) = (true, None);
        }
        definition
    }

    /// Whether a column takes its values from a sequence of its own.
    fn is_serial(&self, table: &QName, column: &Column) -> bool {
        let owned = |(owner, name): &(QName, String)| owner == table && *name == column.name;
        column.default.is_some()
            && self
                .to
                .sequences
                .values()
                .any(|sequence| !sequence.identity && sequence.owner.as_ref().is_some_and(owned))
    }

    /// Foreign keys of other tables to one that goes.
    fn drop_referring(&mut self, gone: &QName) {
        let tables = self.from.tables.values().filter(|table| table.name != *gone);
        let referring: Vec<(QName, ForeignKey)> = tables
            .flat_map(|table| table.foreign_keys.iter().map(|key| (table.name.clone(), key.clone())))
            .filter(|(_, key)| key.table == *gone)
            .collect();
        for (table, key) in referring {
            self.drop_foreign_key(&table, &key);
        }
    }

    fn part(&mut self, part: &Part, direction: Direction, declared: &'a Table, migrated: &'a Table) {
        let name = &declared.name;
        match part {
            Part::Column(column) if direction == Direction::RightOnly => {
                let action = TableAction::DropColumn {
                    name: Ident::synthetic(column.clone()),
                    if_exists: false,
                    cascade: false,
                };
                self.alter(Phase::Drops, name, action);
            }
            Part::Column(column) => {
                if let Some(column) = find(declared, column) {
                    self.warn_of_rows(name, column);
                    let column = Box::new(self.definition(name, column));
                    self.alter(
                        Phase::Columns,
                        name,
                        TableAction::AddColumn { column, if_not_exists: false, position: None },
                    );
                }
            }
            Part::Type(column) | Part::Nullable(column) | Part::Default(column) => {
                if let (Some(to), Some(from)) = (find(declared, column), find(migrated, column)) {
                    self.warn_of_nulls(name, from, to);
                    self.column(part, name, from, to);
                }
            }
            Part::PrimaryKey => self.primary_key(declared, migrated),
            Part::Unique(columns) => self.unique(columns, direction, declared, migrated),
            Part::ForeignKey(columns) => {
                if direction != Direction::LeftOnly {
                    for key in migrated.foreign_keys.iter().filter(|key| key.columns == *columns) {
                        self.drop_foreign_key(name, key);
                    }
                }
                if direction != Direction::RightOnly {
                    for key in declared.foreign_keys.iter().filter(|key| key.columns == *columns) {
                        let constraint = Box::new(convert::foreign_key_definition(key));
                        self.alter(Phase::ForeignKeys, name, TableAction::AddConstraint(constraint));
                    }
                }
            }
            Part::Index(index) => {
                let of = |table: &'a Table| table.indexes.iter().find(|it| it.name == *index);
                if direction != Direction::LeftOnly
                    && let Some(index) = of(migrated)
                {
                    self.drop_index(name, index);
                }
                if direction != Direction::RightOnly
                    && let Some(index) = of(declared)
                {
                    self.create_index(name, index);
                }
            }
            Part::Check(check) => {
                let ident = Ident::synthetic(check.clone());
                match declared.checks.iter().find(|it| it.name == *check) {
                    Some(check) if direction != Direction::RightOnly => {
                        let constraint = Box::new(convert::check_definition(check));
                        self.alter(Phase::Indexes, name, TableAction::AddConstraint(constraint));
                    }
                    _ => self.alter(
                        Phase::DropKeys,
                        name,
                        TableAction::DropConstraint { name: ident, if_exists: false, cascade: false },
                    ),
                }
            }
            Part::Table | Part::Enum | Part::EnumValue(_) | Part::View => {}
        }
    }

    /// A column without a value for the rows that are there.
    fn warn_of_rows(&mut self, table: &QName, column: &Column) {
        let filled = column.default.is_some()
            || column.generated.is_some()
            || column.identity.is_some()
            || column.auto_increment
            || self.is_serial(table, column);
        if column.not_null && !filled {
            let remark =
                format!("`{table}.{}` is NOT NULL without a default: a table with rows refuses it", column.name);
            self.remark(remark);
        }
    }

    /// Rows that have no value where one is asked for.
    fn warn_of_nulls(&mut self, table: &QName, from: &Column, to: &Column) {
        if to.not_null && !from.not_null {
            self.remark(format!("`{table}.{}` becomes NOT NULL: fill the rows that have no value first", to.name));
        }
    }

    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    fn column(&mut self, part: &Part, table: &QName, from: &Column, to: &Column) {
        let column = Ident::synthetic(to.name.clone());
        if self.to.dialect == Dialect::MySql {
            let definition = Box::new(self.definition(table, to));
            return self.alter(
                Phase::Columns,
                table,
                TableAction::Modify { from: column, column: definition, position: None },
            );
        }
        let generated = |column: &Column| column.generated.is_some() || column.identity.is_some();
        match part {
            Part::Type(_) => {
                if from.default.is_some() {
                    self.alter(Phase::Columns, table, TableAction::DropDefault { column: column.clone() });
                }
                let using = Some(converted(&to.name, &to.data_type));
                let action = TableAction::SetType {
                    column: column.clone(),
                    data_type: to.data_type.clone(),
                    collation: None,
                    using,
                };
                self.alter(Phase::Columns, table, action);
                if from.default.is_some()
                    && let Some(default) = &to.default
                {
                    self.alter(
                        Phase::Columns,
                        table,
                        TableAction::SetDefault { column, default: default.expr.clone() },
                    );
                }
            }
            Part::Nullable(_) if to.not_null => self.alter(Phase::Columns, table, TableAction::SetNotNull { column }),
            Part::Nullable(_) => self.alter(Phase::Columns, table, TableAction::DropNotNull { column }),
            Part::Default(_) if generated(from) || generated(to) => {
                self.remarks.push(format!("`{table}.{}` is generated in another way: add it anew", to.name));
            }
            Part::Default(_) => match &to.default {
                Some(default) => {
                    self.counter(table, to);
                    self.alter(
                        Phase::Columns,
                        table,
                        TableAction::SetDefault { column, default: default.expr.clone() },
                    );
                }
                None => self.alter(Phase::Columns, table, TableAction::DropDefault { column }),
            },
            _ => {}
        }
    }

    /// The sequence that a serial column takes its values from.
    fn counter(&mut self, table: &QName, column: &Column) {
        let owner = Some((table.clone(), column.name.clone()));
        let Some(sequence) = self.to.sequences.values().find(|sequence| sequence.owner == owner) else { return };
        if self.from.sequences.contains_key(&sequence.name) {
            return;
        }
        let relation = Some(convert::object_name(table));
        self.push(
            Phase::Tables,
            ChangeKind::CreateSequence {
                name: convert::object_name(&sequence.name),
                if_not_exists: false,
                data_type: Some(sequence.data_type.clone()),
                owned_by: Some(ColumnRef { relation, column: Ident::synthetic(column.name.clone()) }),
                temporary: false,
            },
        );
    }

    fn primary_key(&mut self, declared: &Table, migrated: &Table) {
        let mysql = self.to.dialect == Dialect::MySql;
        if let Some(key) = &migrated.primary_key {
            let name = Ident::synthetic(key.name.clone());
            let drop = TableAction::DropConstraint { name, if_exists: false, cascade: false };
            let action = if mysql { TableAction::DropPrimaryKey } else { drop };
            self.alter(Phase::DropKeys, &declared.name, action);
        }
        if let Some(key) = &declared.primary_key {
            let constraint = Box::new(convert::key_definition(key, true));
            self.alter(Phase::Indexes, &declared.name, TableAction::AddConstraint(constraint));
        }
    }

    fn unique(&mut self, columns: &[String], direction: Direction, declared: &Table, migrated: &Table) {
        let table = if direction == Direction::RightOnly { migrated } else { declared };
        let sorted = |mut names: Vec<String>| {
            names.sort_unstable();
            names
        };
        let of_index = |index: &Index| {
            sorted(index.keys.iter().map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone())).collect())
        };
        let key = table.uniques.iter().find(|key| sorted(key.columns.clone()) == columns);
        let index = table.indexes.iter().find(|index| index.unique && of_index(index) == columns);
        match (direction, key, index) {
            (Direction::RightOnly, Some(key), _) => {
                let name = Ident::synthetic(key.name.clone());
                let action = TableAction::DropConstraint { name, if_exists: false, cascade: false };
                self.alter(Phase::DropKeys, &table.name, action);
            }
            (Direction::RightOnly, None, Some(index)) => self.drop_index(&table.name, index),
            (_, Some(key), _) => {
                let constraint = Box::new(convert::key_definition(key, false));
                self.alter(Phase::Indexes, &table.name, TableAction::AddConstraint(constraint));
            }
            (_, None, Some(index)) => self.create_index(&table.name, index),
            _ => {}
        }
    }

    fn create_index(&mut self, table: &QName, index: &Index) {
        let mut index = Box::new(convert::index_definition(index, self.to.dialect));
        index.method = index.method.filter(|method| method != "btree");
        self.push(Phase::Indexes, ChangeKind::CreateIndex { table: convert::object_name(table), index });
    }

    fn drop_index(&mut self, table: &QName, index: &Index) {
        let schema =
            (table.schema != "public" && !table.schema.is_empty()).then(|| Ident::synthetic(table.schema.clone()));
        let name = ObjectName { schema, name: Ident::synthetic(index.name.clone()) };
        let on = (self.to.dialect == Dialect::MySql).then(|| convert::object_name(table));
        let mode = DropMode::default();
        self.push(Phase::DropKeys, ChangeKind::DropIndex { names: vec![name], on, concurrently: false, mode });
    }

    fn drop_foreign_key(&mut self, table: &QName, key: &ForeignKey) {
        let name = Ident::synthetic(key.name.clone());
        let action = match self.to.dialect {
            Dialect::MySql => TableAction::DropForeignKey { name },
            _ => TableAction::DropConstraint { name, if_exists: false, cascade: false },
        };
        self.alter(Phase::DropKeys, table, action);
    }

    fn enumeration(&mut self, difference: &Difference) {
        let owner = &difference.key.owner;
        let name = convert::object_name(owner);
        match (&difference.key.part, difference.direction) {
            (Part::Enum, Direction::LeftOnly) => {
                let Some(kind) = self.to.enums.get(owner) else { return };
                let labels = kind.labels.iter().map(|(label, _)| Ident::synthetic(label.clone())).collect();
                self.push(Phase::Types, ChangeKind::CreateEnum { name, labels });
            }
            (Part::Enum, _) => {
                self.push(Phase::Drops, ChangeKind::DropType { names: vec![name], mode: DropMode::default() });
            }
            (Part::EnumValue(label), Direction::LeftOnly) => {
                let Some(kind) = self.to.enums.get(owner) else { return };
                let labels: Vec<&String> = kind.labels.iter().map(|(label, _)| label).collect();
                let at = labels.iter().position(|known| *known == label).unwrap_or_default();
                let known: BTreeSet<&String> =
                    self.from.enums.get(owner).iter().flat_map(|kind| &kind.labels).map(|(label, _)| label).collect();
                // After its neighbour, which is there or was just added; before the first one for a label that leads.
                let position = match (at.checked_sub(1), labels[at + 1..].iter().find(|label| known.contains(*label))) {
                    (_, None) => EnumPosition::Last,
                    (Some(before), Some(_)) => EnumPosition::After(Ident::synthetic(labels[before].clone())),
                    (None, Some(after)) => EnumPosition::Before(Ident::synthetic((*after).clone())),
                };
                let value = Ident::synthetic(label.clone());
                self.push(Phase::Types, ChangeKind::AddEnumValue { name, value, position, if_not_exists: false });
            }
            (Part::EnumValue(label), _) => self.remarks.push(format!(
                "label `{label}` of `{owner}` is not declared, and PostgreSQL cannot drop a label: see `driftlint explain enum-swap-incomplete`"
            )),
            _ => {}
        }
    }

    fn view(&mut self, difference: &Difference) {
        let owner = &difference.key.owner;
        if difference.direction == Direction::RightOnly {
            let materialized = self.from.views.get(owner).is_some_and(|view| view.materialized);
            let names = vec![convert::object_name(owner)];
            self.push(Phase::DropKeys, ChangeKind::DropView { names, materialized, mode: DropMode::default() });
        } else {
            self.remarks
                .push(format!("view `{owner}` is declared, and no migration makes it: write its `CREATE VIEW`"));
        }
    }
}

fn find<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == name)
}

/// `column::type`, for conversions that PostgreSQL does not make by itself.
fn converted(column: &str, data_type: &DataType) -> Expr {
    let quoted = crate::sql::canonical::quote_name(column, Dialect::Postgres);
    Expr { sql: format!("{quoted}::{}", data_type.sql(Dialect::Postgres)), kind: ExprKind::Other, ..Expr::default() }
}
