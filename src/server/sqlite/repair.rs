//! SQLite can add a column, and little else: whatever more is needed rebuilds the table.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::rewrite::{each_expr, without_table};
use crate::catalog::{Column, Definition, Part, QName, Site, Subject, Table, View, convert};
use crate::compare::{Difference, Presence};
use crate::drift::repair::{Phase, Steps};
use crate::source::Span;
use crate::sql::canonical::quote_name;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, DropMode, ExprKind, Ident, ObjectName, OutputColumn, Query,
    ReferentialAction, TableAction, ValueType,
};
use crate::sql::{Dialect, Release, Versions};

/// The first release with `DROP COLUMN`.
const DROP_COLUMN: Release = Release::new(3, 35, 0);

/// Whether a generated column can become an ordinary one that keeps its values.
pub(crate) fn drops_expression(stored: bool, _: Versions) -> bool {
    stored
}

/// Plans everything that differs.
pub(crate) fn close(steps: &mut Steps<'_>) {
    steps.sqlite();
}

impl Steps<'_> {
    fn sqlite(&mut self) {
        let differences = self.differences;
        let mut rebuilt: BTreeSet<&QName> = BTreeSet::new();
        for difference in differences {
            let owner = &difference.slot.owner;
            let table = self.to.tables.get(owner);
            let both = table.is_some() && self.from.tables.contains_key(owner);
            let needed = needs_rebuild(difference, table.map(|table| &**table));
            if both && needed && !self.can_be_dropped(difference) {
                rebuilt.insert(owner);
            }
        }
        self.tables();
        for difference in differences
            .iter()
            .filter(|difference| !rebuilt.contains(&difference.slot.owner))
        {
            self.close(difference);
        }
        let dropped =
            |it: &&Difference| it.slot.part == Part::Table && it.direction == Presence::RightOnly;
        let guarded = !rebuilt.is_empty()
            || differences
                .iter()
                .filter(dropped)
                .any(|it| self.is_referred_to(&it.slot.owner));
        if guarded {
            // A drop would otherwise delete, or set to null, what refers to the rows.
            self.push(Phase::ForeignKeys, pragma("OFF"));
            let dropped = differences.iter().filter(dropped).map(|it| &it.slot.owner);
            let gone: BTreeSet<&QName> = dropped.chain(rebuilt.iter().copied()).collect();
            self.warn_of_cascades(&gone);
        }
        for name in &rebuilt {
            if let (Some(declared), Some(migrated)) =
                (self.to.tables.get(*name), self.from.tables.get(*name))
            {
                self.rebuild(declared, migrated);
            }
        }
        if guarded {
            self.push(Phase::NewForeignKeys, pragma("ON"));
        }
        self.readers(&rebuilt);
    }

    /// Whether a difference is a column that can be dropped as it stands, once indexes are gone that
    /// are not wanted either. Views and triggers hold it in ways that only a rebuild loosens.
    fn can_be_dropped(&self, difference: &Difference) -> bool {
        let Part::Column(column) = &difference.slot.part else {
            return false;
        };
        let owner = &difference.slot.owner;
        let (Some(table), Some(wanted)) = (self.from.tables.get(owner), self.to.tables.get(owner))
        else {
            return false;
        };
        let mut views = self.from.views.values();
        if difference.direction != Presence::RightOnly
            || self.from.versions.sqlite < DROP_COLUMN
            || !table.triggers.is_empty()
            || views.any(|view| view.relations.contains(owner))
        {
            return false;
        }
        let mut tried = self.from.clone();
        if let Some(table) = tried.tables.get_mut(owner) {
            Arc::make_mut(table)
                .indexes
                .retain(|index| wanted.indexes.iter().any(|it| it.name == index.name));
        }
        let action = TableAction::DropColumn {
            name: Ident::synthetic(column.as_str()),
            if_exists: false,
            cascade: false,
        };
        let alter = AlterTable {
            table: convert::object_name(owner),
            actions: vec![(action, Span::default())],
            ..AlterTable::default()
        };
        let change = Change {
            kind: ChangeKind::AlterTable(Box::new(alter)),
            span: Span::default(),
        };
        let site = Site {
            migration: 0,
            file: 0,
            span: Span::default(),
        };
        tried.apply(&change, site).is_empty()
    }

    /// Views and triggers that speak of a table that is rebuilt or dropped: a rename looks at all
    /// of them, and finds the table missing.
    fn readers(&mut self, rebuilt: &BTreeSet<&QName>) {
        let of = |direction: Presence, part: &Part| -> BTreeSet<QName> {
            let all = self
                .differences
                .iter()
                .filter(|it| it.slot.part == *part && it.direction == direction);
            all.map(|difference| difference.slot.owner.clone())
                .collect()
        };
        let mut touched = of(Presence::RightOnly, &Part::Table);
        touched.extend(rebuilt.iter().map(|name| (*name).clone()));
        let mut views = of(Presence::RightOnly, &Part::View);
        loop {
            let more: Vec<QName> = self
                .from
                .views
                .iter()
                .filter(|(name, view)| {
                    // One that reads what is not there has every rename refused.
                    let broken = !rebuilt.is_empty() && self.is_broken(view);
                    let mut read = view.relations.iter();
                    let reads = read.any(|name| touched.contains(name) || views.contains(name));
                    !views.contains(*name) && (broken || reads)
                })
                .map(|(name, _)| name.clone())
                .collect();
            if more.is_empty() {
                break;
            }
            views.extend(more);
        }
        if !views.is_empty() || !self.phases[Phase::NewViews as usize].is_empty() {
            self.recreate_views(&views);
            self.triggers_of_views(&views);
        }
        let mut triggers: Vec<Subject> = Vec::new();
        for (name, table) in self
            .from
            .tables
            .iter()
            .filter(|(name, _)| self.to.tables.contains_key(*name))
        {
            let concerned = table.triggers.iter().filter(|it| {
                let mut read = it.relations.iter();
                rebuilt.contains(name)
                    || read.any(|read| touched.contains(read) || views.contains(read))
            });
            triggers.extend(concerned.map(|trigger| Subject::Trigger {
                table: name.clone(),
                name: trigger.name.clone(),
            }));
        }
        for subject in triggers {
            let Subject::Trigger { table, name } = &subject else {
                continue;
            };
            // One that speaks of its own table alone goes with it.
            let found = self.from.tables.get(table).and_then(|it| it.trigger(name));
            let only_own =
                found.is_some_and(|it| it.relations.iter().all(|relation| relation == table));
            let alone = !(rebuilt.contains(table) && only_own);
            let mode = DropMode::default();
            let drop = ChangeKind::DropTrigger {
                name: ObjectName::synthetic(name.clone()),
                table: None,
                mode,
            };
            if alone {
                self.push(Phase::Views, drop);
            }
            let declaring = self.whole.declares.catalog.tables.get(table);
            let declared = declaring.is_some_and(|table| table.trigger(name).is_some());
            let steps = if declared {
                self.declared_texts(&subject)
            } else {
                None
            };
            match steps.or_else(|| self.texts_of(&subject)) {
                Some(steps) => self.push_steps(Phase::NewViews, steps),
                None => self.remark(format!(
                    "trigger `{name}` of `{table}` is dropped with its table: write it again"
                )),
            }
        }
    }

    /// What takes the writes to views goes with them.
    fn triggers_of_views(&mut self, views: &BTreeSet<QName>) {
        let (from, to, whole) = (self.from, self.to, self.whole);
        let declared = &whole.declares.catalog.views;
        for name in views.iter().filter(|name| to.views.contains_key(*name)) {
            let made_by = |view: Option<&Arc<View>>| {
                let text = view.and_then(|view| view.text.as_ref());
                text.map(|text| text.triggers.clone()).unwrap_or_default()
            };
            // On the way back the text is that of the schema it leads to.
            let (side, triggers) = match made_by(declared.get(name)) {
                none if none.is_empty() => (whole.migrates, made_by(from.views.get(name))),
                triggers => (whole.declares, triggers),
            };
            let view = name;
            for (name, site) in &triggers {
                let subject = Subject::Trigger {
                    table: view.clone(),
                    name: name.clone(),
                };
                match side.made_at(subject, *site) {
                    Some(steps) => self.push_steps(Phase::NewViews, steps),
                    None => self.remark(format!(
                        "trigger `{name}` of `{view}` is dropped with its view: write it again"
                    )),
                }
            }
        }
    }

    /// Whether another table refers to one.
    fn is_referred_to(&self, name: &QName) -> bool {
        let mut others = self.from.tables.values().filter(|it| it.name != *name);
        others.any(|table| table.has_key_to(name))
    }

    /// Inside of a transaction SQLite goes on looking at foreign keys, whatever the PRAGMA says.
    fn warn_of_cascades(&mut self, gone: &BTreeSet<&QName>) {
        for name in gone {
            let tables = self
                .from
                .tables
                .values()
                .filter(|table| table.name != **name);
            let referring = tables.filter(|table| {
                let keys = table.foreign_keys.iter();
                let mut keys = keys.filter(|key| key.table == **name);
                keys.any(|key| acts(key.on_delete))
            });
            let tables: Vec<String> = referring.map(|table| format!("`{}`", table.name)).collect();
            if !tables.is_empty() {
                self.in_transaction.push(format!(
                    "in a transaction `PRAGMA foreign_keys` has no effect: to drop `{name}` there deletes or changes the rows of {} that \
                     refer to it, so run this outside of one",
                    tables.join(", ")
                ));
            }
        }
    }

    /// Whether a view reads what is not there.
    fn is_broken(&self, view: &View) -> bool {
        !view.knowledge.is_exact()
            || !view.relations.iter().all(|name| {
                self.from.tables.contains_key(name) || self.from.views.contains_key(name)
            })
            || !view.uses.iter().all(|used| {
                let table = self.from.tables.get(&used.table);
                table.is_none_or(|table| table.column(&used.name).is_some())
            })
    }

    fn rebuild(&mut self, declared: &Table, migrated: &Table) {
        // Made beside the old table and renamed into its place. Renaming the old one out of the way
        // first would take along what refers to it (see <https://sqlite.org/lang_altertable.html>,
        // "Making Other Kinds Of Table Schema Changes").
        let interim = QName::new(
            declared.name.schema.clone(),
            format!("__new_{}", declared.name.name),
        );
        let mut copy = Table {
            name: interim.clone(),
            indexes: Vec::new(),
            ..declared.clone()
        };
        each_expr(&mut copy, &mut |expr| {
            // SQLite knows no `users.age` in a table that is called `__new_users` until it is
            // renamed, and checks that generators write may name their table.
            expr.sql = without_table(&expr.sql, &declared.name.name);
        });
        for definition in self.to.table_definitions(&[&copy]) {
            if let Definition::Change(change) = definition {
                self.push(Phase::Columns, change.kind);
            }
        }
        if migrated.lets_rows_pass {
            self.remark(format!(
                "`ON CONFLICT` of the keys of `{}` is not written again: add what it said",
                migrated.name
            ));
        }
        if counts(declared) && counts(migrated) {
            self.go_on_counting(&migrated.name, &interim);
        }
        for column in &declared.columns {
            match migrated.column(&column.name) {
                Some(known) => self.warn_of_nulls(&declared.name, known, column),
                None => self.warn_of_rows(&declared.name, column),
            }
        }
        let kept = declared
            .columns
            .iter()
            .filter(|column| column.generated.is_none() && migrated.column(&column.name).is_some());
        let columns: Vec<Ident> = kept
            .map(|column| Ident::synthetic(column.name.clone()))
            .collect();
        if columns.is_empty() {
            self.remark(format!(
                "no column of `{}` stays, so its rows are lost",
                declared.name
            ));
        } else {
            let query = Query {
                relations: vec![convert::object_name(&migrated.name)],
                output: named(&columns),
                sql: select(&columns, &migrated.name),
                ..Query::default()
            };
            self.push(
                Phase::Columns,
                ChangeKind::Insert {
                    table: convert::object_name(&interim),
                    columns,
                    query,
                },
            );
        }
        let names = vec![convert::object_name(&migrated.name)];
        self.push(
            Phase::Columns,
            ChangeKind::DropTable {
                names,
                mode: DropMode::default(),
                temporary: false,
            },
        );
        let to = TableAction::RenameTo(ObjectName::synthetic(declared.name.name.clone()));
        self.alter(Phase::Columns, &interim, to);
        for index in &declared.indexes {
            self.create_index(&declared.name, index);
        }
    }
}

impl Steps<'_> {
    /// Has the new table begin where the old one's numbers end: `AUTOINCREMENT` never gives the number
    /// of a row that was deleted again. The rows are copied afterwards, which finds this entry.
    fn go_on_counting(&mut self, from: &QName, to: &QName) {
        let text = |name: &QName| format!("'{}'", name.name.replace('\'', "''"));
        let table = ObjectName::synthetic("sqlite_sequence");
        let columns = vec![Ident::synthetic("name"), Ident::synthetic("seq")];
        let query = Query {
            relations: vec![table.clone()],
            output: named(&columns),
            sql: format!(
                "SELECT {}, \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = {}",
                text(to),
                text(from)
            ),
            ..Query::default()
        };
        self.push(
            Phase::Columns,
            ChangeKind::Insert {
                table,
                columns,
                query,
            },
        );
    }
}

/// The columns of a query that has these names and passes values on.
fn named(columns: &[Ident]) -> Vec<OutputColumn> {
    let output = columns.iter().map(|column| OutputColumn {
        name: Some(column.clone()),
        from: None,
        value: ValueType::Unknown,
    });
    output.collect()
}

/// Whether a table never gives a number again.
fn counts(table: &Table) -> bool {
    table.columns.iter().any(|column| column.auto_increment)
}

fn select(columns: &[Ident], table: &QName) -> String {
    let quote = |name: &str| quote_name(name, Dialect::Sqlite);
    let list: Vec<String> = columns.iter().map(|column| quote(&column.value)).collect();
    format!("SELECT {} FROM {}", list.join(", "), quote(&table.name))
}

fn pragma(value: &str) -> ChangeKind {
    ChangeKind::Pragma {
        name: "foreign_keys".to_owned(),
        value: Some(value.to_owned()),
    }
}

fn needs_rebuild(difference: &Difference, declared: Option<&Table>) -> bool {
    match &difference.slot.part {
        Part::Column(column) if difference.direction == Presence::LeftOnly => declared
            .and_then(|table| table.column(column))
            .is_none_or(|column| !can_be_added(column, declared)),
        Part::Table | Part::Index(_) | Part::View | Part::Enum | Part::EnumValue(_) => false,
        Part::Unique(_) => {
            declared.is_some_and(|table| !table.uniques.is_empty())
                || difference.direction == Presence::RightOnly
        }
        _ => true,
    }
}

/// Whether dropping a row does something to those that refer to it.
fn acts(on_delete: ReferentialAction) -> bool {
    use ReferentialAction::{NoAction, Restrict};
    !matches!(on_delete, NoAction | Restrict)
}

/// What `ADD COLUMN` takes: see <https://sqlite.org/lang_altertable.html#altertabaddcol>.
fn can_be_added(column: &Column, table: Option<&Table>) -> bool {
    let constant = column.default.as_ref().is_some_and(|default| {
        matches!(
            default.expr.kind,
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_)
        )
    });
    let keyed = table.is_some_and(|table| {
        let in_key = |columns: &[String]| columns.contains(&column.name);
        table
            .primary_key
            .as_ref()
            .is_some_and(|key| in_key(&key.columns))
            || table.uniques.iter().any(|key| in_key(&key.columns))
            || table.foreign_keys.iter().any(|key| in_key(&key.columns))
    });
    !keyed
        && column.generated.is_none()
        && (constant || (column.default.is_none() && !column.not_null))
}
