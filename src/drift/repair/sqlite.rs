//! SQLite can add a column, and little else: whatever more is needed rebuilds the table.

use std::collections::BTreeSet;

use super::{Phase, Steps, find};
use crate::catalog::rewrite::{each_expr, without_table};
use crate::catalog::{Column, Difference, Direction, QName, Table, convert};
use crate::schema::Part;
use crate::source::Span;
use crate::sql::change::{
    AlterTable, ChangeKind, DropMode, ExprKind, Ident, ObjectName, OutputColumn, Query, TableAction, ValueType,
};

impl Steps<'_> {
    pub(super) fn sqlite(&mut self, differences: &[Difference]) {
        let mut rebuilt: BTreeSet<&QName> = BTreeSet::new();
        for difference in differences {
            let table = self.to.tables.get(&difference.key.owner);
            if needs_rebuild(difference, table.map(|table| &**table)) && table.is_some() {
                rebuilt.insert(&difference.key.owner);
            }
        }
        for difference in differences.iter().filter(|difference| !rebuilt.contains(&difference.key.owner)) {
            self.close(difference);
        }
        if !rebuilt.is_empty() {
            // A drop would otherwise delete, or set to null, what refers to the rows.
            self.push(Phase::Tables, pragma("OFF"));
        }
        for name in &rebuilt {
            if let (Some(declared), Some(migrated)) = (self.to.tables.get(*name), self.from.tables.get(*name)) {
                self.rebuild(declared, migrated);
            }
        }
        if !rebuilt.is_empty() {
            self.push(Phase::Indexes, pragma("ON"));
        }
    }

    fn rebuild(&mut self, declared: &Table, migrated: &Table) {
        let interim = QName::new(declared.name.schema.clone(), format!("__new_{}", declared.name.name));
        let mut copy = Table { name: interim.clone(), indexes: Vec::new(), ..declared.clone() };
        each_expr(&mut copy, &mut |expr| expr.sql = without_table(&expr.sql, &declared.name.name));
        for change in self.definitions(&copy) {
            self.push(Phase::Tables, change.kind);
        }
        for column in &declared.columns {
            match find(migrated, &column.name) {
                Some(known) => self.warn_of_nulls(&declared.name, known, column),
                None => self.warn_of_rows(&declared.name, column),
            }
        }
        let kept = declared
            .columns
            .iter()
            .filter(|column| column.generated.is_none() && find(migrated, &column.name).is_some());
        let columns: Vec<Ident> = kept.map(|column| Ident::synthetic(column.name.clone())).collect();
        let output = columns.iter().map(|column| OutputColumn {
            name: Some(column.clone()),
            from: None,
            value: ValueType::Unknown,
        });
        let query = Query {
            relations: vec![convert::object_name(&migrated.name)],
            output: output.collect(),
            sql: select(&columns, &migrated.name),
            ..Query::default()
        };
        self.push(Phase::Tables, ChangeKind::Insert { table: convert::object_name(&interim), columns, query });
        let names = vec![convert::object_name(&migrated.name)];
        self.push(Phase::Tables, ChangeKind::DropTable { names, mode: DropMode::default(), temporary: false });
        let actions = vec![(TableAction::RenameTo(ObjectName::synthetic(declared.name.name.clone())), Span::default())];
        let alter = AlterTable { table: convert::object_name(&interim), actions, ..AlterTable::default() };
        self.push(Phase::Tables, ChangeKind::AlterTable(Box::new(alter)));
        for index in &declared.indexes {
            self.create_index(&declared.name, index);
        }
    }
}

fn select(columns: &[Ident], table: &QName) -> String {
    let quote = |name: &str| crate::sql::canonical::quote_name(name, crate::sql::Dialect::Sqlite);
    let list: Vec<String> = columns.iter().map(|column| quote(&column.value)).collect();
    format!("SELECT {} FROM {}", list.join(", "), quote(&table.name))
}

fn pragma(value: &str) -> ChangeKind {
    ChangeKind::Pragma { name: "foreign_keys".to_owned(), value: Some(value.to_owned()) }
}

fn needs_rebuild(difference: &Difference, declared: Option<&Table>) -> bool {
    match &difference.key.part {
        Part::Column(column) if difference.direction == Direction::LeftOnly => {
            declared.and_then(|table| find(table, column)).is_none_or(|column| !can_be_added(column, declared))
        }
        Part::Table | Part::Index(_) | Part::View | Part::Enum | Part::EnumValue(_) => false,
        Part::Unique(_) => {
            declared.is_some_and(|table| !table.uniques.is_empty()) || difference.direction == Direction::RightOnly
        }
        _ => true,
    }
}

/// What `ADD COLUMN` takes: see <https://sqlite.org/lang_altertable.html#altertabaddcol>.
fn can_be_added(column: &Column, table: Option<&Table>) -> bool {
    let constant = column.default.as_ref().is_some_and(|default| {
        matches!(default.expr.kind, ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_))
    });
    let keyed = table.is_some_and(|table| {
        let in_key = |columns: &[String]| columns.contains(&column.name);
        table.primary_key.as_ref().is_some_and(|key| in_key(&key.columns))
            || table.uniques.iter().any(|key| in_key(&key.columns))
            || table.foreign_keys.iter().any(|key| in_key(&key.columns))
    });
    !keyed && column.generated.is_none() && (constant || (column.default.is_none() && !column.not_null))
}
