//! What migrations have done to rows, as far as it shows in their text.

mod routine;

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::{Catalog, QName, SharedMap, Site};
use crate::source::Source;
use crate::sql::change::{
    Change, ChangeKind, ColumnDef, ExprKind, ObjectName, RowEffect, RowWrite, TableAction,
};
use crate::sql::walk;
use routine::Routine;

/// Which columns were filled and which tables were emptied, by whom; kept over the whole replay. It
/// grows with the columns that were filled and the ways in which tables were seeded, not with the
/// statements that did so, and copies share it.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    filled: SharedMap<QName, SharedMap<String, Site>>,
    added: SharedMap<QName, SharedMap<String, Site>>,
    emptied: SharedMap<QName, Site>,
    /// The migration that `thinned` and `computed` are of.
    migration: u32,
    /// What was put into tables since they were made or emptied.
    seeded: SharedMap<QName, Vec<Seed>>,
    /// Tables of which rows were removed that other tables chose.
    thinned: SharedMap<QName, Site>,
    /// Text that is computed when it runs, and writes rows.
    computed: Vec<Computed>,
    /// By name in lower case.
    routines: SharedMap<String, Arc<Routine>>,
    /// What the triggers of a table do whose bodies are their own (MySQL, SQLite).
    triggers: SharedMap<QName, Vec<RowWrite>>,
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
        written
            .or_else(|| self.thinned.get(table))
            .copied()
            .or_else(|| self.computed(column))
    }

    /// The last statement of unknown text that may write the column.
    fn computed(&self, column: &str) -> Option<Site> {
        let mut latest_first = self.computed.iter().rev();
        let found = latest_first.find(|text| {
            text.anywhere
                || text
                    .words
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case(column))
        });
        found.map(|text| text.site)
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
        let mut latest_first = self.seeded.get(table)?.iter().rev();
        let seed = latest_first.find(|seed| {
            let mut columns = seed.columns.iter();
            !seed.columns.is_empty() && !columns.any(|name| name.eq_ignore_ascii_case(column))
        })?;
        Some(seed.site)
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
        if self.migration != site.migration {
            self.migration = site.migration;
            self.thinned.clear();
            self.computed.clear();
        }
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
                    self.seed(&table, names.collect(), site);
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
                let writes = self.triggers.get_or_default(&resolve(catalog, table));
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
            self.computed.push(Computed {
                words: words.clone(),
                anywhere: !words.iter().any(|word| {
                    let name = ObjectName::synthetic(word.as_str());
                    catalog.find_table(&name).is_some()
                }),
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
            RowEffect::Thinned | RowEffect::Emptied => {
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
        let triggers = catalog.tables.get(table).map(|table| &table.triggers);
        for function in triggers
            .into_iter()
            .flatten()
            .filter_map(|trigger| trigger.function.as_ref())
        {
            let name = function.name.to_lowercase();
            let Some(routine) = self.routines.get(&name).cloned() else {
                continue;
            };
            for column in routine.of_new.iter().filter(|_| updates) {
                self.fill(table, column, site);
            }
            if done.routines.insert(name) {
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
                .get_or_default(table)
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
                let seeds = self.seeded.get_mut(table);
                let seeds = seeds.into_iter().flatten();
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

    /// Takes note of rows that are put into a table. Of those that give the same columns only the
    /// last are remembered, for nobody asks about others and a history may seed a table for ever.
    fn seed(&mut self, table: &QName, columns: Vec<String>, site: Site) {
        let seeds = self.seeded.get_or_default(table);
        seeds.retain(|seed| seed.columns != columns);
        seeds.push(Seed { site, columns });
    }

    fn fill(&mut self, table: &QName, column: &str, site: Site) {
        self.filled
            .get_or_default(table)
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
