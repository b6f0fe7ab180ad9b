//! Tables that come and go, with what they need, and each difference to whoever closes it.

use crate::server::is_home_schema;
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use std::collections::{BTreeMap, BTreeSet};

use super::{Phase, Steps, depth};
use crate::catalog::{
    Column, Definition, Mention, Part, QName, Slot, Subject, Table, TypeField, convert,
};
use crate::compare::{Difference, Presence};
use crate::sql::change::{ChangeKind, ColumnDef, ConstraintDef, DropMode, Ident, TableAction};

impl<'a> Steps<'a> {
    pub(crate) fn close(&mut self, difference: &Difference) {
        let owner = &difference.slot.owner;
        let (declared, migrated) = (self.to.tables.get(owner), self.from.tables.get(owner));
        match (&difference.slot.part, declared, migrated) {
            // Those that come and go are seen to together.
            (Part::Table, ..) => {}
            (Part::Enum | Part::EnumValue(_), ..) => self.enumeration(difference),
            (Part::View, ..) => self.view(difference),
            (part, Some(declared), Some(migrated)) => {
                self.part(part, difference.direction, declared, migrated);
            }
            _ => {}
        }
    }

    /// Makes the tables that are missing and drops those that are too many.
    pub(crate) fn tables(&mut self) {
        let of = |direction: Presence| -> BTreeSet<&QName> {
            let tables = self
                .differences
                .iter()
                .filter(|it| it.slot.part == Part::Table && it.direction == direction);
            tables.map(|difference| &difference.slot.owner).collect()
        };
        let (new, old) = (of(Presence::LeftOnly), of(Presence::RightOnly));
        let to = self.to;
        let new: Vec<&Table> = to
            .tables_in_order()
            .into_iter()
            .filter(|table| new.contains(&table.name))
            .collect();
        self.create(&new);
        let mut old: Vec<&QName> = old
            .into_iter()
            .filter(|name| self.from.tables.contains_key(name))
            .collect();
        // Children before their parents.
        old.sort_by_key(|name| std::cmp::Reverse(depth(self.from, self.from, name)));
        let sqlite = self.to.dialect.rebuilds_tables();
        for name in old.iter().filter(|_| !sqlite) {
            let tables = self.from.tables.with(Mention::Relation(&name.name));
            let tables = tables
                .map(|(_, table)| table)
                .filter(|table| table.name != **name);
            let referring: Vec<(QName, String)> = tables
                .flat_map(|table| {
                    table
                        .foreign_keys
                        .iter()
                        .map(|key| (table.name.clone(), key))
                })
                .filter(|(_, key)| key.table == **name)
                .map(|(table, key)| (table, key.name.clone()))
                .collect();
            for (table, key) in referring {
                self.drop_foreign_key(&table, &key);
            }
        }
        for name in old {
            let names = vec![convert::object_name(name)];
            self.push(
                Phase::Tables,
                ChangeKind::DropTable {
                    names,
                    mode: DropMode::default(),
                    temporary: false,
                },
            );
        }
    }

    fn create(&mut self, tables: &[&Table]) {
        for table in tables {
            for column in &table.columns {
                self.need_type(column);
            }
            self.need_schema(&table.name.schema);
        }
        let by_name = tables.iter().map(|table| (&table.name, *table)).collect();
        for definition in self.to.table_definitions(tables) {
            match definition {
                Definition::Text(object) => match self.texts_of(&object.subject) {
                    Some(steps) => self.push_steps(Phase::NewTables, steps),
                    None => {
                        if let Subject::VirtualTable(name) = &object.subject {
                            let remark = format!(
                                "how `{name}` is made is more than driftlint keeps: copy it from the schema"
                            );
                            self.leave(Slot::table(name), remark);
                        }
                    }
                },
                Definition::Change(change) => self.create_step(change.kind, &by_name),
            }
        }
    }

    fn create_step(&mut self, mut kind: ChangeKind, tables: &BTreeMap<&QName, &Table>) {
        let phase = match &mut kind {
            ChangeKind::CreateTable(create) => {
                let name = self.to.qualify(&create.name);
                let table = tables.get(&name);
                for (definition, column) in create
                    .columns
                    .iter_mut()
                    .zip(table.iter().flat_map(|it| &it.columns))
                {
                    self.as_serial(&name, column, definition);
                }
                Phase::NewTables
            }
            ChangeKind::CreateIndex { index, .. } => {
                index.method = index.method.take().filter(|method| method != "btree");
                Phase::NewKeys
            }
            ChangeKind::AlterTable(alter)
                if matches!(
                    alter.actions.first(),
                    Some((TableAction::AttachPartition { .. }, _))
                ) =>
            {
                Phase::NewKeys
            }
            _ => Phase::NewForeignKeys,
        };
        self.push(phase, kind);
    }

    /// The column's definition, as the project's own tool would write it.
    pub(crate) fn definition(&mut self, table: &QName, column: &Column) -> ColumnDef {
        let mut definition = convert::column_definition(column, self.to.dialect);
        self.as_serial(table, column, &mut definition);
        // MariaDB keeps a check that was written after a column with the column.
        if self.to.versions.mariadb
            && let Some(check) = self
                .to
                .tables
                .get(table)
                .and_then(|it| field_check(it, &column.name))
        {
            let constraint = convert::check_definition(check);
            definition.constraints.push(ConstraintDef {
                name: None,
                ..constraint
            });
        }
        definition
    }

    fn as_serial(&mut self, table: &QName, column: &Column, definition: &mut ColumnDef) {
        if !self.to.dialect.serial_makes_sequence() {
            return;
        }
        if self.is_serial(table, column) {
            (definition.serial, definition.default) = (true, None);
            definition.not_null = None;
            if column.not_null {
                definition.not_null = Some(true);
            } else {
                let column = Ident::synthetic(column.name.clone());
                self.alter(
                    Phase::OldColumns,
                    table,
                    TableAction::DropNotNull { column },
                );
            }
        } else {
            self.counter(table, column);
        }
    }

    /// Whether a column takes its values from a sequence of its own.
    pub(crate) fn is_serial(&self, table: &QName, column: &Column) -> bool {
        let whole = ["smallint", "integer", "bigint"].contains(&column.data_type.name.as_str());
        whole
            && !column.data_type.array
            && column.default.as_ref().is_some_and(|default| {
                let used = self.to.sequences_of(&default.expr);
                let mut plain = used.filter(|(_, sequence)| !sequence.identity);
                plain.any(|(name, sequence)| {
                    let owner = sequence.owner.as_ref();
                    // `serial` gives it this name, cut where it is too long.
                    let usual = format!("{}_{}_seq", table.name, column.name);
                    let is_usual = name.name == usual || usual.len() > POSTGRES_BYTES;
                    is_usual && owner.is_some_and(|owner| owner.is(table, &column.name))
                })
            })
    }

    fn part(&mut self, part: &Part, direction: Presence, declared: &'a Table, migrated: &'a Table) {
        let name = &declared.name;
        match part {
            Part::Column(column) if direction == Presence::RightOnly => {
                let generated = self
                    .old_columns
                    .column(migrated, column)
                    .is_some_and(|column| column.generated.is_some());
                // It goes before what it is generated from.
                self.drop_column(
                    if generated {
                        Phase::Generated
                    } else {
                        Phase::OldColumns
                    },
                    name,
                    column,
                );
            }
            Part::Column(column) => {
                if let Some(column) = self.new_columns.column(declared, column) {
                    self.warn_of_rows(name, column);
                    self.need_type(column);
                    let column = Box::new(self.definition(name, column));
                    let action = TableAction::AddColumn {
                        column,
                        if_not_exists: false,
                        position: None,
                    };
                    self.alter(Phase::Columns, name, action);
                }
            }
            Part::PrimaryKey => self.primary_key(declared, migrated),
            Part::Unique(columns) => self.unique(columns, declared, migrated),
            Part::ForeignKey(columns) => self.foreign_key(columns, declared, migrated),
            Part::Index(index) => {
                let of = |table: &'a Table| table.index(index);
                if direction != Presence::LeftOnly
                    && let Some(index) = of(migrated)
                {
                    self.drop_index(name, index);
                }
                if direction != Presence::RightOnly
                    && let Some(index) = of(declared)
                {
                    self.create_index(name, index);
                }
            }
            Part::Check(check) => {
                if direction != Presence::LeftOnly {
                    self.drop_check(name, check);
                }
                if direction != Presence::RightOnly {
                    self.add_check(declared, check);
                }
            }
            // Columns that change are seen to one by one.
            Part::Type(_)
            | Part::Nullable(_)
            | Part::Default(_)
            | Part::Table
            | Part::Enum
            | Part::EnumValue(_)
            | Part::View => {}
        }
    }

    fn drop_check(&mut self, table: &QName, check: &str) {
        let field = self
            .from
            .tables
            .get(table)
            .is_some_and(|it| field_check(it, check).is_some());
        if !(self.to.versions.mariadb && field) {
            return self.drop_constraint(Phase::Keys, table, check);
        }
        // It goes when the column is written without it.
        if let Some(column) = self
            .from
            .tables
            .get(table)
            .and_then(|table| table.column(check))
            && self.stay(table, std::iter::once(&column.name))
        {
            let definition = Box::new(convert::column_definition(column, self.to.dialect));
            let from = definition.name.clone();
            self.alter(
                Phase::Keys,
                table,
                TableAction::Modify {
                    from,
                    column: definition,
                    position: None,
                },
            );
        }
    }

    fn add_check(&mut self, table: &Table, check: &str) {
        let Some(found) = table.check(check) else {
            return;
        };
        if self.to.versions.mariadb
            && field_check(table, check).is_some()
            && let Some(column) = table.column(check)
        {
            // A new column brings it along.
            if self
                .from
                .tables
                .get(&table.name)
                .is_some_and(|from| from.column(check).is_some())
            {
                let definition = Box::new(self.definition(&table.name, column));
                let from = definition.name.clone();
                let action = TableAction::Modify {
                    from,
                    column: definition,
                    position: None,
                };
                self.alter(Phase::OldColumns, &table.name, action);
            }
            return;
        }
        let constraint = Box::new(convert::added_check(found, self.to.dialect));
        if !constraint.not_valid {
            self.remark(format!(
                "rows of `{}` that do not meet check `{check}` stand in its way",
                table.name
            ));
        }
        self.alter(
            Phase::NewKeys,
            &table.name,
            TableAction::AddConstraint(constraint),
        );
    }

    /// A column without a value for the rows that are there.
    pub(crate) fn warn_of_rows(&mut self, table: &QName, column: &Column) {
        let filled = column.default.is_some()
            || column.generated.is_some()
            || column.identity.is_some()
            || column.auto_increment
            || self.is_serial(table, column);
        if column.not_null && !filled {
            let what = if self.to.dialect.invents_values() {
                "the server invents a value for the rows that are there (0, an empty text), and may refuse it for dates"
            } else {
                "a table with rows refuses it"
            };
            let remark = format!(
                "`{table}.{}` is NOT NULL without a default: {what}",
                column.name
            );
            self.remark(remark);
        }
    }

    /// Rows that have no value where one is asked for.
    pub(crate) fn warn_of_nulls(&mut self, table: &QName, from: &Column, to: &Column) {
        if to.not_null && !from.not_null {
            self.remark(format!(
                "`{table}.{}` becomes NOT NULL: fill the rows that have no value first",
                to.name
            ));
        }
    }

    pub(crate) fn drop_constraint(&mut self, phase: Phase, table: &QName, name: &str) {
        let name = Ident::synthetic(name);
        self.alter(
            phase,
            table,
            TableAction::DropConstraint {
                name,
                if_exists: false,
                cascade: false,
            },
        );
    }

    /// A schema that something new lies in.
    pub(crate) fn need_schema(&mut self, schema: &str) {
        if !is_home_schema(schema)
            && self.to.dialect.has_schemas()
            && !self.from.schemas.contains_key(schema)
        {
            self.push_first(ChangeKind::CreateSchema {
                name: Ident::synthetic(schema),
                if_not_exists: false,
            });
        }
    }

    /// A domain or composite type that a new column is of.
    fn need_type(&mut self, column: &Column) {
        let Some(name) = self.to.type_of(&column.data_type) else {
            return;
        };
        let known =
            self.from.domains.contains_key(&name) || self.from.composites.contains_key(&name);
        if known {
            return;
        }
        if let Some(domain) = self.to.domains.get(&name) {
            self.need_schema(&name.schema);
            let kind = ChangeKind::CreateDomain {
                name: convert::object_name(&name),
                base: domain.base.clone(),
                not_null: domain.not_null,
                default: domain.default.clone(),
                checks: domain
                    .checks
                    .iter()
                    .map(convert::check_definition)
                    .collect(),
            };
            self.push(Phase::Types, kind);
        } else if let Some(composite) = self.to.composites.get(&name) {
            self.need_schema(&name.schema);
            let fields = composite.fields.iter();
            let kind = ChangeKind::CreateType {
                name: convert::object_name(&name),
                fields: fields.map(TypeField::definition).collect(),
            };
            self.push(Phase::Types, kind);
        }
    }

    fn push_first(&mut self, kind: ChangeKind) {
        let step = super::RepairStep { kind, text: None };
        let steps = self.phases[Phase::Types as usize].steps_mut();
        if !steps.contains(&step) {
            steps.insert(0, step);
        }
    }

    /// New AUTO_INCREMENT columns come with their keys in one statement, which numbers the rows
    /// that are there.
    pub(crate) fn add_counted(&mut self, table: &Table, column: &Column) {
        let mut definition = self.definition(&table.name, column);
        definition.auto_increment = true;
        let mut actions = vec![TableAction::AddColumn {
            column: Box::new(definition),
            if_not_exists: false,
            position: None,
        }];
        if let Some(key) = table
            .primary_key
            .as_ref()
            .filter(|key| key.columns.first() == Some(&column.name))
        {
            actions.push(TableAction::AddConstraint(Box::new(
                convert::key_definition(key, true),
            )));
            self.closed.insert(Slot::new(&table.name, Part::PrimaryKey));
            // The one that is there makes room.
            if self
                .from
                .tables
                .get(&table.name)
                .is_some_and(|table| table.primary_key.is_some())
            {
                self.alter(Phase::Keys, &table.name, TableAction::DropPrimaryKey);
            }
        } else if let Some(index) = table.indexes.iter().find(|index| {
            index.keys.first().and_then(|key| key.column.as_ref()) == Some(&column.name)
        }) {
            actions.push(TableAction::AddIndex(Box::new(convert::index_definition(
                index,
                self.to.dialect,
            ))));
            let mut columns: Vec<String> = index
                .keys
                .iter()
                .filter_map(|key| key.column.clone())
                .collect();
            columns.sort_unstable();
            self.closed
                .insert(Slot::new(&table.name, Part::Index(index.name.clone())));
            self.closed
                .insert(Slot::new(&table.name, Part::Unique(columns)));
        }
        self.closed.insert(Slot::column(&table.name, &column.name));
        self.alter_all(Phase::Columns, &table.name, actions);
    }
}

/// The check of one column that MariaDB calls like the column.
fn field_check<'t>(table: &'t Table, column: &str) -> Option<&'t crate::catalog::CheckConstraint> {
    table
        .checks
        .iter()
        .find(|check| check.name == column && table.column(column).is_some())
}
