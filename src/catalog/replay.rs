//! A replay: migrations in order, each in the transaction that its runner and its own statements
//! make.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::absence::Unmade;
use super::lookup::TEMPORARY;
use super::outside::all_outside_only;
use super::{Catalog, Enum, Fact, Knowledge, Origin, QName, Rejection, Site, Table};
use crate::context::Transaction;
use crate::project::runner::{Runner, Wrap};
use crate::project::{External, MigrationSet};
use crate::sql::change::{Change, ChangeKind, Persistence};
use crate::sql::{Dialect, Statement, Understood, Versions, code};

/// One step of a migration set, about to run.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Its index in the set, in order of application.
    pub number: u32,
    /// The transaction that the runner opens around it; [`Wrap::Nothing`] also when the migration's
    /// own mark takes it out.
    pub wrap: Wrap,
    /// Its statements, in order.
    pub statements: &'a [Statement],
    /// For each statement, the index of the file, or part of one, that it stands in.
    pub files: &'a [u32],
}

/// The schema on its way through a migration set.
#[derive(Clone, Debug)]
pub struct Replay {
    catalog: Catalog,
    transaction: Transaction,
    /// How the transaction came about, innermost last.
    scopes: Vec<Scope>,
    /// Whether a `ROLLBACK` is ahead in this step, so that states have to be kept.
    keeps: bool,
    /// The search path before `SET LOCAL`.
    path_before_local: Option<Vec<String>>,
    /// How many statements each string to the server has: (file, batch).
    batches: HashMap<(u32, u32), usize>,
    /// The string that is being run.
    batch: Option<(u32, u32)>,
    wrap: Wrap,
    /// The runner, unless a state is gone on from by hand.
    runner: Option<Runner>,
    number: u32,
}

#[derive(Clone, Debug)]
struct Scope {
    kind: ScopeKind,
    /// The state to go back to, when a `ROLLBACK` is ahead.
    before: Option<Box<(Catalog, Transaction)>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ScopeKind {
    /// The runner's, around the whole migration or all of them.
    Runner,
    /// `BEGIN`.
    Explicit,
    /// Around several statements that reach the server as one string (PostgreSQL).
    Implicit,
    /// `SAVEPOINT name`.
    Savepoint(String),
}

impl Replay {
    /// A new database, with what the runner puts there before the first migration.
    pub fn new(dialect: Dialect, versions: Versions, runner: Runner) -> Self {
        let mut catalog = Catalog::new(dialect, versions);
        for name in runner.bookkeeping() {
            catalog.add_bookkeeping(name);
        }
        Self {
            runner: Some(runner),
            ..Self::from(catalog)
        }
    }

    /// A new database for a set. Where the set is only a fragment, what an earlier one made may be
    /// there too.
    pub fn of(set: &MigrationSet, versions: Versions) -> Self {
        let mut replay = Self::new(set.dialect, versions, set.runner);
        if let Some(why) = &set.unordered {
            replay.catalog.doubt(why);
        }
        if set.is_fragment() {
            replay
                .catalog
                .doubt("its folder holds the migrations of one release only");
        }
        if let Some(external) = &set.external {
            replay.catalog.add_external(external);
        }
        replay
    }

    /// A new database of which everything is told: a schema, where a history may start later.
    pub(crate) fn of_schema(dialect: Dialect, versions: Versions) -> Self {
        let mut replay = Self::new(dialect, versions, Runner::Plain);
        replay.catalog.unmade = Unmade::Missing;
        replay
    }

    /// Runs a statement that needs tables which are not there, as if they were.
    pub(crate) fn as_if_all_were_there(&mut self, statement: &Statement) -> Vec<Rejection> {
        let before: BTreeSet<QName> = self.catalog.tables.keys().cloned().collect();
        self.catalog.unmade = Unmade::Elsewhere;
        let rejections = self.statement(0, statement);
        self.catalog.unmade = Unmade::Missing;
        let made =
            |name: &QName| self.catalog.tables[name].origin.made.is_some() || before.contains(name);
        let imagined: Vec<QName> = self
            .catalog
            .tables
            .keys()
            .filter(|name| !made(name))
            .cloned()
            .collect();
        for name in imagined {
            self.catalog.tables.remove(&name);
        }
        rejections
    }

    /// Goes on from a state.
    pub fn from(catalog: Catalog) -> Self {
        Self {
            catalog,
            transaction: Transaction::default(),
            scopes: Vec::new(),
            keeps: false,
            path_before_local: None,
            batches: HashMap::new(),
            batch: None,
            wrap: Wrap::Nothing,
            runner: None,
            number: 0,
        }
    }

    /// Has the server not look at foreign keys, as `foreign_key_checks = 0` does; PostgreSQL knows
    /// no such thing, and SQLite never looks.
    pub(crate) fn ignore_foreign_keys(&mut self) {
        if let Some((setting, off)) = self.catalog.dialect.foreign_key_switch() {
            self.catalog
                .settings
                .insert(setting.to_owned(), off.to_owned());
        }
    }

    /// The schema as it stands.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The schema, when the replay is over.
    pub fn into_catalog(self) -> Catalog {
        self.catalog
    }

    /// The transaction that the next statement runs in.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Goes on with the migrations of another tool. Where its first one makes tables that are there
    /// already, its history is a new one that begins with an empty database. Returns whether it
    /// does.
    pub fn switch(&mut self, first: &[Statement]) -> bool {
        let mut dropped: Vec<QName> = Vec::new();
        for change in first.iter().flat_map(|statement| &statement.changes) {
            match &change.kind {
                ChangeKind::DropTable { names, .. } => {
                    dropped.extend(
                        names
                            .iter()
                            .filter_map(|name| self.catalog.find_table(name)),
                    );
                }
                ChangeKind::CreateTable(create) if !create.if_not_exists => {
                    let again = self.catalog.qualify(&create.name);
                    if self.catalog.tables.contains_key(&again) && !dropped.contains(&again) {
                        let Catalog {
                            dialect, versions, ..
                        } = self.catalog;
                        *self = Self::new(dialect, versions, self.runner.unwrap_or(Runner::Plain));
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Starts a migration. Every migration is written for a session of its own, so settings are
    /// back at their defaults.
    pub fn begin(&mut self, step: &Step) {
        self.end();
        let rolls_back = |change: &Change| matches!(change.kind, ChangeKind::Rollback { .. });
        self.keeps = step
            .statements
            .iter()
            .flat_map(|statement| &statement.changes)
            .any(rolls_back);
        self.number = step.number;
        self.wrap = step.wrap;
        self.batches.clear();
        for (statement, &file) in step.statements.iter().zip(step.files) {
            *self.batches.entry((file, statement.batch)).or_default() += 1;
        }
        self.batch = None;
        self.catalog.end_session();
        let unasked = self
            .runner
            .is_some_and(Runner::sees_what_forbids_a_transaction)
            && self.catalog.dialect.forbids_in_transactions()
            && all_outside_only(step.statements);
        if step.wrap != Wrap::Nothing && !unasked && self.scopes.is_empty() {
            self.open(ScopeKind::Runner);
        }
    }

    /// Ends a migration. A transaction around everything that is pending stays open.
    pub fn end(&mut self) {
        let pending = self.wrap == Wrap::Pending;
        self.scopes
            .retain(|scope| pending && scope.kind == ScopeKind::Runner);
        if self.scopes.is_empty() {
            self.committed();
        }
    }

    /// Tells the transaction that the statement will run in, before it runs.
    pub fn enter(&mut self, file: u32, statement: &Statement) {
        let batch = (file, statement.batch);
        if self.batch != Some(batch) {
            if self
                .scopes
                .last()
                .is_some_and(|scope| scope.kind == ScopeKind::Implicit)
            {
                self.close();
            }
            self.batch = Some(batch);
        }
        let several = self.batches.get(&batch).is_some_and(|&count| count > 1);
        if several && self.scopes.is_empty() && self.catalog.dialect.batch_is_transaction() {
            self.open(ScopeKind::Implicit);
        }
    }

    /// Runs a statement; returns what the server would refuse.
    pub fn statement(&mut self, file: u32, statement: &Statement) -> Vec<Rejection> {
        self.enter(file, statement);
        let site = Site {
            migration: self.number,
            file,
            span: statement.span,
        };
        let mut rejections = Vec::new();
        for change in &statement.changes {
            rejections.extend(self.change(
                change,
                Site {
                    span: change.span,
                    ..site
                },
            ));
        }
        if let Understood::Opaque { ddl: true, .. } = statement.understood {
            self.unread(statement);
        }
        rejections
    }

    /// A schema change that nobody could read: it may have made anything, and changed what it
    /// names.
    fn unread(&mut self, statement: &Statement) {
        self.catalog
            .doubt("a statement that may change the schema could not be read");
        let words: Vec<&str> = code(statement.text(), self.catalog.dialect).collect();
        let plain = words
            .iter()
            .map(|word| word.trim_matches(['"', '`', '[', ']']));
        self.catalog
            .doubt_words(plain, "a statement about it could not be read");
    }

    fn change(&mut self, change: &Change, site: Site) -> Vec<Rejection> {
        match &change.kind {
            ChangeKind::Begin => {
                // The implicit transaction of a string becomes the explicit one.
                if let Some(scope) = self
                    .scopes
                    .last_mut()
                    .filter(|scope| scope.kind == ScopeKind::Implicit)
                {
                    scope.kind = ScopeKind::Explicit;
                } else if self.scopes.is_empty() {
                    self.open(ScopeKind::Explicit);
                }
            }
            ChangeKind::Commit => {
                self.scopes.clear();
                self.committed();
            }
            ChangeKind::Rollback { to: None } => {
                let scope = if self.scopes.is_empty() {
                    None
                } else {
                    Some(self.scopes.remove(0))
                };
                self.scopes.clear();
                self.restore(scope);
                self.committed();
            }
            ChangeKind::Rollback { to: Some(name) } => {
                let is_it = |scope: &Scope| scope.kind == ScopeKind::Savepoint(name.value.clone());
                if let Some(at) = self.scopes.iter().rposition(is_it) {
                    let scope = self.scopes.get(at).cloned();
                    self.scopes.truncate(at + 1);
                    self.restore(scope);
                }
            }
            ChangeKind::Savepoint(name) => self.open(ScopeKind::Savepoint(name.value.clone())),
            ChangeKind::Release(name) => {
                let is_it = |scope: &Scope| scope.kind == ScopeKind::Savepoint(name.value.clone());
                if let Some(at) = self.scopes.iter().rposition(is_it) {
                    self.scopes.truncate(at);
                }
            }
            ChangeKind::SetParameter { name, local, .. } => {
                if *local
                    && name.eq_ignore_ascii_case("search_path")
                    && self.path_before_local.is_none()
                {
                    self.path_before_local = Some(self.catalog.search_path.clone());
                }
                return self.catalog.apply(change, site);
            }
            _ => {
                let refused = self.catalog.refused_for_length(change);
                if !refused.is_empty() {
                    return refused;
                }
                let refused = self
                    .transaction
                    .open
                    .then(|| self.catalog.refused_in_transaction(change));
                let mut rejections = refused.unwrap_or_default();
                rejections.extend(self.catalog.apply(change, site));
                self.remember(change, site);
                return rejections;
            }
        }
        Vec::new()
    }

    fn open(&mut self, kind: ScopeKind) {
        let before = self
            .keeps
            .then(|| Box::new((self.catalog.clone(), self.transaction.clone())));
        self.scopes.push(Scope { kind, before });
        self.transaction.open = true;
    }

    fn close(&mut self) {
        self.scopes.pop();
        if self.scopes.is_empty() {
            self.committed();
        }
    }

    /// Goes back to the state before a scope. MySQL commits every change of the schema at once, so
    /// there nothing comes back.
    fn restore(&mut self, scope: Option<Scope>) {
        let Some(before) = scope.and_then(|scope| scope.before) else {
            return;
        };
        if !self.catalog.dialect.is_transactional() {
            return;
        }
        (self.catalog, self.transaction) = *before;
    }

    fn committed(&mut self) {
        self.transaction = Transaction::default();
        if let Some(path) = self.path_before_local.take() {
            self.catalog.search_path = path;
        }
    }

    /// Keeps what is not to be used before it is committed.
    fn remember(&mut self, change: &Change, site: Site) {
        if !self.transaction.open {
            return;
        }
        for reached in crate::sql::walk::changes(std::slice::from_ref(change)) {
            match &reached.change.kind {
                ChangeKind::AddEnumValue { name, value, .. } => {
                    let Some(found) = self.catalog.find_enum(name) else {
                        continue;
                    };
                    // With `IF NOT EXISTS` the label may be older.
                    let added = self.catalog.enums[&found]
                        .labels
                        .iter()
                        .any(|(label, origin)| {
                            *label == value.value && origin.made.is_some_and(|made| made == site)
                        });
                    if added {
                        self.transaction
                            .labels
                            .push((found, value.value.clone(), site));
                    }
                }
                ChangeKind::RenameEnumValue { name, from, to } => {
                    let Some(found) = self.catalog.find_enum(name) else {
                        continue;
                    };
                    for (of, label, _) in &mut self.transaction.labels {
                        if *of == found && *label == from.value {
                            to.value.clone_into(label);
                        }
                    }
                }
                ChangeKind::CreateEnum { name, .. } => {
                    if let Some(found) = self.catalog.find_enum(name) {
                        self.transaction.types.push((found, site));
                    }
                }
                ChangeKind::AlterType {
                    name,
                    action: crate::sql::change::TypeAction::RenameTo(to),
                } => {
                    let old = self.catalog.qualify(name);
                    let new = QName::new(old.schema.clone(), to.value.clone());
                    self.type_renamed(&old, &new);
                }
                _ => {}
            }
        }
    }

    fn type_renamed(&mut self, old: &QName, new: &QName) {
        let labels = self.transaction.labels.iter_mut().map(|(name, ..)| name);
        let types = self.transaction.types.iter_mut().map(|(name, _)| name);
        labels
            .chain(types)
            .filter(|name| *name == old)
            .for_each(|name| name.clone_from(new));
    }
}

impl Catalog {
    /// Settings go back to their defaults, temporary objects go.
    fn end_session(&mut self) {
        if self.dialect.has_schemas() {
            self.search_path = vec!["public".to_owned()];
        }
        let temporary = self
            .tables
            .with(Fact::Temporary)
            .filter(|(_, table)| table.persistence == Persistence::Temporary);
        for name in temporary.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.tables.remove(&name);
        }
        let first = QName::new(TEMPORARY, "");
        while let Some((name, _)) = self
            .views
            .range(&first..)
            .next()
            .filter(|(name, _)| name.schema == TEMPORARY)
        {
            let name = name.clone();
            self.views.remove(&name);
        }
        while let Some((name, _)) = self
            .sequences
            .range(&first..)
            .next()
            .filter(|(name, _)| name.schema == TEMPORARY)
        {
            let name = name.clone();
            self.sequences.remove(&name);
        }
    }

    /// What others manage is there before the first migration, and nothing else is known of it.
    fn add_external(&mut self, external: &External) {
        let knowledge = Knowledge::Unknown("it is managed elsewhere".to_owned());
        for name in external
            .tables
            .iter()
            .map(|name| QName::of_text(name, self.dialect))
        {
            self.schemas.entry(name.schema.clone()).or_default();
            let (bookkeeping, knowledge) = (true, knowledge.clone());
            let table = Table {
                name: name.clone(),
                bookkeeping,
                knowledge,
                ..Table::default()
            };
            self.tables.insert(name, Arc::new(table));
        }
        for name in external
            .enums
            .iter()
            .map(|name| QName::of_text(name, self.dialect))
        {
            self.schemas.entry(name.schema.clone()).or_default();
            let made = Enum {
                name: name.clone(),
                labels: Vec::new(),
                renamed: Vec::new(),
                origin: Origin::default(),
                knowledge: knowledge.clone(),
            };
            self.enums.insert(name, Arc::new(made));
        }
    }

    /// A table of the migration tool, of which nothing else is known.
    fn add_bookkeeping(&mut self, name: &str) {
        let name = match name.split_once('.') {
            Some((schema, name)) if self.dialect.has_schemas() => {
                self.schemas.entry(schema.to_owned()).or_default();
                QName::new(schema, name)
            }
            Some((_, name)) => QName::new("", name),
            None if self.dialect.has_schemas() => QName::new("public", name),
            None => QName::new("", name),
        };
        self.add_state_of_tool(name);
    }

    /// A table that some migration tool keeps its state in.
    pub(crate) fn add_state_of_tool(&mut self, name: QName) {
        let table = Table {
            name: name.clone(),
            bookkeeping: true,
            knowledge: Knowledge::Unknown("it belongs to the migration tool".to_owned()),
            ..Table::default()
        };
        self.tables.insert(name, Arc::new(table));
    }
}
