//! What migrations have done to rows, as far as it shows in their text.

mod routine;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::catalog::{Catalog, QName, Site};
use crate::source::Source;
use crate::sql::change::{
    Change, ChangeKind, ColumnDef, ExprKind, ObjectName, RowEffect, RowWrite, TableAction,
};
use crate::sql::walk;
use routine::Routine;

/// Which columns were filled and which tables were emptied, by whom; kept over the whole replay.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    filled: HashMap<QName, HashMap<String, Site>>,
    added: HashMap<QName, HashMap<String, Site>>,
    emptied: HashMap<QName, Site>,
    /// What was put into tables since they were made or emptied.
    seeded: HashMap<QName, Vec<Seed>>,
    /// Tables of which rows were removed that other tables chose.
    thinned: HashMap<QName, Site>,
    /// Text that is computed when it runs, and writes rows.
    computed: Vec<Computed>,
    /// By name in lower case.
    routines: HashMap<String, Arc<Routine>>,
    /// What the triggers of a table do whose bodies are their own (MySQL, SQLite).
    triggers: HashMap<QName, Vec<RowWrite>>,
}

/// Rows that a migration puts into a table.
#[derive(Clone, Debug)]
struct Seed {
    site: Site,
    /// The columns that they give; none where no list says so.
    columns: Vec<String>,
}

/// What a statement has called and fired already: triggers and routines call each other in circles.
#[derive(Debug, Default)]
struct Done {
    routines: HashSet<String>,
    /// Tables, with whether rows of theirs were updated.
    tables: HashSet<(QName, bool)>,
}

/// Text that is computed when it runs.
#[derive(Clone, Debug)]
struct Computed {
    words: Vec<String>,
    /// Whether it names no table, so that it may be about any.
    anywhere: bool,
    site: Site,
}

impl Rows {
    /// The last statement that may have left no null in the column of rows that existed: it wrote
    /// the column, converted it so that nulls are replaced, or removed the rows without a value.
    pub fn filled(&self, table: &QName, column: &str) -> Option<Site> {
        let written = self
            .filled
            .get(table)
            .and_then(|columns| columns.get(column));
        let computed = || {
            let mut latest_first = self.computed.iter().rev();
            let found = latest_first.find(|text| {
                text.anywhere
                    || text
                        .words
                        .iter()
                        .any(|word| word.eq_ignore_ascii_case(column))
            });
            found.map(|text| text.site)
        };
        written
            .or_else(|| self.thinned.get(table))
            .copied()
            .or_else(computed)
    }

    /// The statement that made the column with a value for the rows that existed then, or with a
    /// default for those to come.
    pub fn born_with_value(&self, table: &QName, column: &str) -> Option<Site> {
        self.added.get(table)?.get(column).copied()
    }

    /// The last statement that left the table without rows.
    pub fn emptied(&self, table: &QName) -> Option<Site> {
        self.emptied.get(table).copied()
    }

    /// The last statement that put rows into the table since it was made or emptied.
    pub fn seeded(&self, table: &QName) -> Option<Site> {
        Some(self.seeded.get(table)?.last()?.site)
    }

    /// The last of those that gave its rows nothing for a column.
    pub fn seeded_without(&self, table: &QName, column: &str) -> Option<Site> {
        let gives = |seed: &&Seed| {
            let mut columns = seed.columns.iter();
            seed.columns.is_empty() || columns.any(|name| name.eq_ignore_ascii_case(column))
        };
        let latest_first = self.seeded.get(table)?.iter().rev();
        latest_first
            .filter(|seed| !gives(seed))
            .map(|seed| seed.site)
            .next()
    }

    /// Takes note of what a change in `source` does to rows; `catalog` is the schema before it.
    pub(crate) fn observe(
        &mut self,
        catalog: &Catalog,
        change: &Change,
        site: Site,
        source: &Source,
    ) {
        // What rows were removed or written nobody can tell: only what follows at once rests on it.
        self.thinned
            .retain(|_, thinned| thinned.migration == site.migration);
        self.computed
            .retain(|text| text.site.migration == site.migration);
        let mut done = Done::default();
        for reached in walk::changes(std::slice::from_ref(change)) {
            self.observe_one(catalog, reached.change, site, source);
        }
        let effects = Routine::of(std::slice::from_ref(change));
        self.run(catalog, &effects, site, &mut done);
    }

    fn observe_one(&mut self, catalog: &Catalog, change: &Change, site: Site, source: &Source) {
        match &change.kind {
            ChangeKind::Delete {
                table,
                condition: None,
                ..
            } => {
                let table = resolve(catalog, table);
                self.seeded.remove(&table);
                self.emptied.insert(table, site);
            }
            ChangeKind::Truncate { tables, .. } => {
                for table in tables {
                    self.seeded.remove(&resolve(catalog, table));
                }
                self.emptied
                    .extend(tables.iter().map(|table| (resolve(catalog, table), site)));
            }
            ChangeKind::Insert { table, .. } | ChangeKind::CopyInto { table, .. } => {
                let table = resolve(catalog, table);
                self.emptied.remove(&table);
                if let ChangeKind::Insert { columns, .. } = &change.kind {
                    let names = columns.iter().map(|column| column.value.clone());
                    self.seeded.entry(table.clone()).or_default().push(Seed {
                        site,
                        columns: names.collect(),
                    });
                }
                self.fire(catalog, &table, site, &mut Done::default(), false);
            }
            ChangeKind::RenameTable { from, to } => {
                self.rename(&resolve(catalog, from), &resolve(catalog, to));
            }
            ChangeKind::CreateTable(create) => {
                let table = catalog.qualify(&create.name);
                if !create.if_not_exists {
                    self.seeded.remove(&table);
                }
                for column in &create.columns {
                    self.born(&table, column, site);
                }
            }
            ChangeKind::AlterTable(alter) => {
                let table = resolve(catalog, &alter.table);
                for (action, _) in &alter.actions {
                    self.observe_action(catalog, &table, action, site);
                }
            }
            ChangeKind::CreateFunction {
                name,
                body: Some(body),
                language,
                ..
            } => {
                let routine = Routine::read(source, body.span, language, catalog);
                self.routines
                    .insert(name.name.value.to_lowercase(), Arc::new(routine));
            }
            ChangeKind::CreateTrigger {
                table,
                body: Some(body),
                ..
            } => {
                let writes = self.triggers.entry(resolve(catalog, table)).or_default();
                writes.extend(body.writes.iter().cloned());
            }
            _ => {}
        }
    }

    /// Does to rows what a statement or a routine does.
    fn run(&mut self, catalog: &Catalog, effects: &Routine, site: Site, done: &mut Done) {
        for write in &effects.writes {
            self.write(catalog, write, site, done);
        }
        for words in &effects.computed {
            let is_table = |word: &String| {
                let name = ObjectName::synthetic(word.as_str());
                catalog.find_table(&name).is_some()
            };
            self.computed.push(Computed {
                words: words.clone(),
                anywhere: !words.iter().any(is_table),
                site,
            });
        }
        for name in &effects.calls {
            let itself = name.rsplit('.').next().unwrap_or(name);
            if let Some(routine) = self.routines.get(itself).cloned()
                && done.routines.insert(itself.to_owned())
            {
                self.run(catalog, &routine, site, done);
            }
        }
    }

    fn write(&mut self, catalog: &Catalog, write: &RowWrite, site: Site, done: &mut Done) {
        let table = resolve(catalog, &write.table);
        match &write.effect {
            RowEffect::Settled(column) => self.fill(&table, &column.value, site),
            RowEffect::Nulled(column) => {
                for columns in [self.filled.get_mut(&table), self.added.get_mut(&table)]
                    .into_iter()
                    .flatten()
                {
                    columns.remove(&column.value);
                }
            }
            RowEffect::Thinned => {
                self.thinned.insert(table.clone(), site);
            }
        }
        self.fire(catalog, &table, site, done, true);
    }

    /// Runs the triggers of a table. Of `NEW` only a trigger on `UPDATE` changes rows that exist.
    fn fire(
        &mut self,
        catalog: &Catalog,
        table: &QName,
        site: Site,
        done: &mut Done,
        updates: bool,
    ) {
        if !done.tables.insert((table.clone(), updates)) {
            return;
        }
        for write in self.triggers.get(table).cloned().unwrap_or_default() {
            let own = resolve(catalog, &write.table) == *table;
            if let (RowEffect::Settled(column), true) = (&write.effect, own) {
                if updates {
                    self.fill(table, &column.value, site);
                }
            } else {
                self.write(catalog, &write, site, done);
            }
        }
        let triggers = catalog
            .tables
            .get(table)
            .map(|table| table.triggers.clone());
        for function in triggers
            .into_iter()
            .flatten()
            .filter_map(|trigger| trigger.function)
        {
            let Some(routine) = self.routines.get(&function.name.to_lowercase()).cloned() else {
                continue;
            };
            for column in routine.of_new.iter().filter(|_| updates) {
                self.fill(table, column, site);
            }
            if done.routines.insert(function.name.to_lowercase()) {
                self.run(catalog, &routine, site, done);
            }
        }
    }

    /// A column that comes with a value.
    fn born(&mut self, table: &QName, column: &ColumnDef, site: Site) {
        let valued = column
            .default
            .as_ref()
            .is_some_and(|default| default.kind != ExprKind::Null);
        if valued || column.serial || column.identity.is_some() || column.auto_increment {
            self.added
                .entry(table.clone())
                .or_default()
                .insert(column.name.value.clone(), site);
        }
    }

    fn observe_action(
        &mut self,
        catalog: &Catalog,
        table: &QName,
        action: &TableAction,
        site: Site,
    ) {
        match action {
            TableAction::SetType {
                column,
                using: Some(using),
                ..
            } if using.functions.iter().any(|name| name == "coalesce") => {
                self.fill(table, &column.value, site);
            }
            TableAction::AddColumn { column, .. } => self.born(table, column, site),
            // Rows that come now may hold a null.
            TableAction::DropDefault { column } => {
                if let Some(columns) = self.added.get_mut(table) {
                    columns.remove(&column.value);
                }
            }
            TableAction::RenameColumn { from, to } => {
                let seeds = self.seeded.get_mut(table).into_iter().flatten();
                for column in seeds.flat_map(|seed| &mut seed.columns) {
                    if *column == from.value {
                        column.clone_from(&to.value);
                    }
                }
                for columns in [self.filled.get_mut(table), self.added.get_mut(table)]
                    .into_iter()
                    .flatten()
                {
                    if let Some(site) = columns.remove(&from.value) {
                        columns.insert(to.value.clone(), site);
                    }
                }
            }
            TableAction::DropColumn { name, .. } => {
                for columns in [self.filled.get_mut(table), self.added.get_mut(table)]
                    .into_iter()
                    .flatten()
                {
                    columns.remove(&name.value);
                }
            }
            TableAction::RenameTo(to) => self.rename(table, &beside(catalog, table, to)),
            _ => {}
        }
    }

    fn fill(&mut self, table: &QName, column: &str, site: Site) {
        self.filled
            .entry(table.clone())
            .or_default()
            .insert(column.to_owned(), site);
    }

    fn rename(&mut self, from: &QName, to: &QName) {
        for map in [&mut self.filled, &mut self.added] {
            if let Some(columns) = map.remove(from) {
                map.insert(to.clone(), columns);
            }
        }
        if let Some(seeds) = self.seeded.remove(from) {
            self.seeded.insert(to.clone(), seeds);
        }
        for map in [&mut self.emptied, &mut self.thinned] {
            if let Some(site) = map.remove(from) {
                map.insert(to.clone(), site);
            }
        }
    }
}

/// The table that the server would find by that name, or the one it would make.
fn resolve(catalog: &Catalog, name: &ObjectName) -> QName {
    catalog
        .find_table(name)
        .unwrap_or_else(|| catalog.qualify(name))
}

/// A new name for a table that stays in its schema unless the name says otherwise.
fn beside(catalog: &Catalog, table: &QName, to: &ObjectName) -> QName {
    match &to.schema {
        Some(_) => resolve(catalog, to),
        None => QName::new(table.schema.clone(), to.name.value.clone()),
    }
}
