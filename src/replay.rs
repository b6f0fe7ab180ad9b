//! A replay: migrations in order, each in the transaction that its runner and its own statements
//! make.
//!
//! How it grows: a statement takes as long as what it names and what depends on that; a migration
//! with a way back is replayed once more, on a copy that shares its catalog. The states on the way
//! are not kept but for one, some migrations back (`past`).

mod ahead;
mod elsewhere;
mod kept;
mod later;
mod lowered;
mod past;
mod rows;
mod set;
mod start;
mod step;
mod transaction;
mod unread;

pub use ahead::AheadThreads;
pub(crate) use ahead::{AheadSet, read_ahead};
pub(crate) use kept::KeptHistory;
pub use kept::KeptReplays;
pub(crate) use lowered::{Lowered, ReadOptions, is_template};
pub use past::Before;
pub(crate) use past::Past;
pub use rows::Rows;
pub(crate) use set::statements_before;
pub use set::{catalog_of, statements_of, texts_of};
pub use step::Step;
pub use transaction::{Transaction, UncommittedLabel, UncommittedType};

use std::collections::{BTreeSet, HashMap};

use crate::catalog::{Catalog, HistoryStart, QName, Rejection, Site, all_outside_only};
use crate::project::MigrationSet;
use crate::project::runner::{Wrap, is_bookkeeping};
use crate::server::questions::ForeignKeySwitch;
use crate::sql::change::{Change, ChangeKind};
use crate::sql::{Dialect, Statement, Understood, Versions};
use crate::tool::Tool;
use later::SetTexts;
use transaction::{ScopeKind, StepScope};

/// A string that reaches the server as one: where in a migration it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SentString {
    file: u32,
    batch: u32,
}

impl SentString {
    fn new(file: u32, statement: &Statement) -> Self {
        Self {
            file,
            batch: statement.batch,
        }
    }
}

/// The schema on its way through a migration set.
#[derive(Clone, Debug)]
pub struct Replay {
    catalog: Catalog,
    transaction: Transaction,
    /// What happened to rows so far.
    rows: Rows,
    /// How the transaction came about, innermost last.
    scopes: Vec<StepScope>,
    /// Whether a `ROLLBACK` is ahead in this step, so that states have to be kept.
    keeps: bool,
    /// The search path before `SET LOCAL`.
    path_before_local: Option<Vec<String>>,
    /// How many statements each string to the server has.
    batches: HashMap<SentString, usize>,
    /// The string that is being run.
    batch: Option<SentString>,
    wrap: Wrap,
    /// The runner, unless a state is gone on from by hand.
    runner: Option<Tool>,
    /// Whether it is known how files reach the server.
    knows_runner: bool,
    /// What the whole set says, where it is one.
    texts: Option<elsewhere::HistoryTexts>,
    number: u32,
    /// See [`Step::first_file`].
    first_file: u32,
    /// How many statements of the step have run.
    ran: usize,
    /// Changes of tables that are made only later.
    early: Vec<(Change, Site)>,
}

impl Replay {
    /// A new database, with what the runner puts there before the first migration.
    pub fn new(dialect: Dialect, versions: Versions, runner: Tool) -> Self {
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
        Self::asking(set, versions, SetTexts::of(set))
    }

    /// The same, which asks these texts what the rest of the set says.
    fn asking(set: &MigrationSet, versions: Versions, texts: SetTexts) -> Self {
        let mut replay = Self::new(set.dialect, versions, set.runner);
        replay.knows_runner = set.sending.certain;
        replay.texts = Some(texts.elsewhere);
        replay.catalog.later = texts.later;
        if let Some(why) = &set.unordered {
            replay.catalog.doubt(why);
        }
        if let Some(why) = set.fragment {
            replay.catalog.doubt(why);
        }
        if let Some(start) = &set.start {
            replay.start_from(start);
        }
        if let Some(external) = &set.external {
            replay
                .catalog
                .add_external(&external.tables, &external.enums);
        }
        replay
    }

    /// A new database of which everything is known: a schema, where a history may start later.
    pub(crate) fn of_schema(dialect: Dialect, versions: Versions) -> Self {
        let mut replay = Self::new(dialect, versions, Tool::Plain);
        replay.catalog.history_start = HistoryStart::Missing;
        replay
    }

    /// Runs a statement that needs tables which are not there, as if they were.
    pub(crate) fn as_if_all_were_there(&mut self, statement: &Statement) -> Vec<Rejection> {
        let before: BTreeSet<QName> = self.catalog.tables.keys().cloned().collect();
        self.catalog.history_start = HistoryStart::Elsewhere;
        let rejections = self.statement(0, statement);
        self.catalog.history_start = HistoryStart::Missing;
        let tables = self.catalog.tables.iter();
        let imagined: Vec<QName> = tables
            .filter(|(name, table)| table.origin.made.is_none() && !before.contains(*name))
            .map(|(name, _)| name.clone())
            .collect();
        for name in imagined {
            self.catalog.tables.remove(&name);
        }
        rejections
    }

    /// Once a table is made, what was done to it too early is done, as it is where the order has
    /// been put right: only that is worth a word.
    fn catch_up(&mut self, change: &Change, site: Site, refused: &[Rejection]) {
        match &change.kind {
            ChangeKind::AlterTable(_) if refused.iter().any(|refusal| refusal.early) => {
                self.early.push((change.clone(), site));
            }
            ChangeKind::CreateTable(create) if !self.early.is_empty() && refused.is_empty() => {
                let made = self.catalog.qualify(&create.name);
                let all = self.early.clone().into_iter();
                let (now, later): (Vec<_>, Vec<_>) = all.partition(|(early, _)| {
                    let ChangeKind::AlterTable(alter) = &early.kind else {
                        return false;
                    };
                    self.catalog.find_table(&alter.table).as_ref() == Some(&made)
                });
                self.early = later;
                for (change, site) in now {
                    self.catalog.apply(&change, site);
                }
            }
            _ => {}
        }
    }

    /// Goes on from a state.
    pub fn from(mut catalog: Catalog) -> Self {
        catalog.is_bookkeeping = is_bookkeeping;
        Self {
            catalog,
            transaction: Transaction::default(),
            rows: Rows::default(),
            scopes: Vec::new(),
            keeps: false,
            path_before_local: None,
            batches: HashMap::new(),
            batch: None,
            wrap: Wrap::Nothing,
            runner: None,
            knows_runner: true,
            texts: None,
            number: 0,
            first_file: 0,
            ran: 0,
            early: Vec::new(),
        }
    }

    /// Has the server not look at foreign keys, as `foreign_key_checks = 0` does; PostgreSQL knows
    /// no such thing, and SQLite never looks.
    pub(crate) fn ignore_foreign_keys(&mut self) {
        if let Some(switch) = self.catalog.dialect.foreign_key_switch() {
            let ForeignKeySwitch { setting, off } = switch;
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

    /// What the statements so far have done to rows.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Goes on with the migrations of another tool. Where its first one makes tables that are there
    /// already, its history is a new one that begins with an empty database.
    fn switch(&mut self, first: &[Statement]) {
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
                        *self = Self::new(dialect, versions, self.runner.unwrap_or(Tool::Plain));
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// Starts a migration. Every migration is written for a session of its own, so settings are
    /// back at their defaults.
    pub fn begin(&mut self, step: &Step) {
        if step.after_switch {
            self.switch(step.statements);
        }
        self.end();
        // Savepoints and transactions keep a copy of the catalog to go back to. Few migrations ever
        // go back, so that we look for a ROLLBACK first.
        self.keeps = step
            .statements
            .iter()
            .flat_map(|statement| &statement.changes)
            .any(|change| matches!(change.kind, ChangeKind::Rollback { .. }));
        self.catalog.later.idle = step.down;
        self.number = step.number;
        self.first_file = step.first_file;
        self.ran = 0;
        self.transaction.first = 0;
        self.wrap = step.wrap;
        self.batches.clear();
        for (file, statement) in step.statements() {
            let sent = SentString::new(file, statement);
            *self.batches.entry(sent).or_default() += 1;
        }
        self.batch = None;
        self.catalog.end_session();
        let unasked = self
            .runner
            .is_some_and(Tool::sees_what_forbids_a_transaction)
            && all_outside_only(step.statements, self.catalog.dialect);
        if step.wrap != Wrap::Nothing && !unasked && self.scopes.is_empty() {
            self.open(ScopeKind::Runner);
        }
    }

    /// Runs all of a migration, whatever the server would refuse of it.
    pub(crate) fn run(&mut self, step: &Step) {
        self.begin(step);
        for (file, statement) in step.statements() {
            self.statement(file, statement);
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

    /// Runs a statement; returns what the server would refuse.
    pub fn statement(&mut self, file: u32, statement: &Statement) -> Vec<Rejection> {
        self.enter(file, statement);
        let site = Site {
            migration: self.number,
            file: self.first_file.saturating_add(file),
            span: statement.span,
        };
        for change in &statement.changes {
            let site = Site {
                span: change.span,
                ..site
            };
            self.rows
                .observe(&self.catalog, change, site, &statement.source);
        }
        let mut rejections = Vec::new();
        // What the statement takes for granted stands last, and is asked first.
        let demands_first = |demands| {
            let changes = statement.changes.iter();
            changes.filter(move |change| matches!(change.kind, ChangeKind::Demand(_)) == demands)
        };
        for change in demands_first(true).chain(demands_first(false)) {
            let found = self.change(
                change,
                Site {
                    span: change.span,
                    ..site
                },
            );
            let stops = matches!(change.kind, ChangeKind::Demand(_)) && !found.is_empty();
            rejections.extend(found);
            if stops {
                break;
            }
        }
        // Where only a part of it is not understood, what it changes is known, and in doubt already.
        if let Understood::Opaque { reason, ddl: true } = &statement.understood
            && statement.changes.is_empty()
        {
            self.unread(statement, reason, site);
        }
        self.ran += 1;
        rejections
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
                    self.transaction.supposed = false;
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
                if let Some(at) = self.savepoint(&name.value) {
                    let scope = self.scopes.get(at).cloned();
                    self.scopes.truncate(at + 1);
                    self.restore(scope);
                }
            }
            ChangeKind::Savepoint(name) => self.open(ScopeKind::Savepoint(name.value.clone())),
            ChangeKind::Release(name) => {
                if let Some(at) = self.savepoint(&name.value) {
                    self.scopes.truncate(at);
                }
            }
            // SQLite takes no notice of it inside of a transaction (measured on 3.40).
            ChangeKind::Pragma { name, .. } if name == "foreign_keys" && self.transaction.open => {}
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
                // MySQL looks at the length of every name before it looks at anything else, and
                // refuses the whole statement: not even its other actions happen (MariaDB 10.11).
                let refused = self.catalog.refused_for_length(change);
                if !refused.is_empty() {
                    return refused;
                }
                // A block is run by a function, which is as good as a transaction block.
                let within = self.transaction.open || matches!(change.kind, ChangeKind::Block(_));
                let refused = within.then(|| self.catalog.refused_in_transaction(change));
                let mut rejections = refused.unwrap_or_default();
                if self.transaction.supposed && !matches!(change.kind, ChangeKind::Block(_)) {
                    for rejection in &mut rejections {
                        rejection.supposed = true;
                    }
                }
                rejections.extend(self.apply(change, site));
                self.remember(change, site);
                return rejections;
            }
        }
        Vec::new()
    }

    /// Where the last savepoint of that name is among the open scopes.
    fn savepoint(&self, name: &str) -> Option<usize> {
        let kind = ScopeKind::Savepoint(name.to_owned());
        self.scopes.iter().rposition(|scope| scope.kind == kind)
    }

    /// Changes the catalog. A table that something else makes is there from the first refusal on.
    fn apply(&mut self, change: &Change, site: Site) -> Vec<Rejection> {
        let mut known_elsewhere = false;
        loop {
            let refused = self.catalog.apply(change, site);
            self.catch_up(change, site, &refused);
            let missing = refused
                .iter()
                .filter_map(|rejection| rejection.missing.as_deref());
            let made: Vec<String> = match &self.texts {
                Some(texts) => missing
                    .filter(|table| texts.show_made_elsewhere(site.migration, table))
                    .map(str::to_owned)
                    .collect(),
                None => Vec::new(),
            };
            if made.is_empty() {
                // A part of the change may have been made before, so that a refusal says nothing.
                return if known_elsewhere { Vec::new() } else { refused };
            }
            let before = self.catalog.tables.len();
            self.catalog.add_external(&made, &[]);
            if self.catalog.tables.len() == before {
                return Vec::new();
            }
            known_elsewhere = true;
        }
    }
}
