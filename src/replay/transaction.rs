//! Which transaction a statement runs in, and what in it is not yet committed.

use super::{Replay, SentString};
use crate::catalog::{Catalog, QName, Site};
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, TypeAction};
use crate::sql::walk::changes;

/// The transaction that a statement runs in, as the runner and the migration itself opened it.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    /// Whether there is one: a `BEGIN`, the runner's, or the implicit one around several statements
    /// in one string.
    pub open: bool,
    /// Whether that is only supposed, since nobody knows what runs the folder: that a file reaches
    /// the server as one string.
    pub supposed: bool,
    /// The index, among the migration's statements, of the first that runs in it.
    pub first: usize,
    /// Enum labels added in it and not yet committed.
    pub labels: Vec<UncommittedLabel>,
    /// Types created in it and not yet committed.
    pub types: Vec<UncommittedType>,
}

/// An enum label that only the transaction has.
#[derive(Clone, Debug)]
pub struct UncommittedLabel {
    /// The enum.
    pub of: QName,
    /// What it says.
    pub text: String,
    /// Where it was added.
    pub site: Site,
}

/// A type that only the transaction has.
#[derive(Clone, Debug)]
pub struct UncommittedType {
    /// Its name.
    pub name: QName,
    /// Where it was created.
    pub site: Site,
}

impl Transaction {
    /// Where a label was added, if that is not committed yet.
    pub fn added_label(&self, name: &QName, label: &str) -> Option<Site> {
        let mut labels = self.labels.iter();
        let found = labels.find(|added| added.of == *name && added.text == label)?;
        Some(found.site)
    }

    /// Where a type was created, if that is not committed yet.
    pub fn created_type(&self, name: &QName) -> Option<Site> {
        let found = self.types.iter().find(|created| created.name == *name)?;
        Some(found.site)
    }
}

/// One `BEGIN`, or what stands for one, and the way back from it.
#[derive(Clone, Debug)]
pub(super) struct StepScope {
    pub(super) kind: ScopeKind,
    /// The state to go back to, when a `ROLLBACK` is ahead.
    before: Option<Box<(Catalog, Transaction)>>,
}

/// What opened a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// The runner's, around the whole migration or all of them.
    Runner,
    /// A `BEGIN` in the migration itself.
    Explicit,
    /// Around several statements that reach the server as one string (PostgreSQL).
    Implicit,
    /// `SAVEPOINT name`.
    Savepoint(String),
}

impl StepScope {
    /// The schema to go back to, where one is kept.
    pub(super) fn before(&mut self) -> Option<&mut Catalog> {
        self.before.as_mut().map(|before| &mut before.0)
    }
}

impl Replay {
    /// Tells the transaction that the statement will run in, before it runs.
    pub fn enter(&mut self, file: u32, statement: &Statement) {
        let batch = SentString::new(file, statement);
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

    /// Whether the transaction that the runner opens is open.
    #[cfg(feature = "server")]
    pub(crate) fn runner_is_open(&self) -> bool {
        self.scopes
            .iter()
            .any(|scope| scope.kind == ScopeKind::Runner)
    }

    /// Ends a transaction around everything that is pending.
    #[cfg(feature = "server")]
    pub(crate) fn commit_pending(&mut self) {
        self.scopes.clear();
        self.committed();
    }

    pub(super) fn open(&mut self, kind: ScopeKind) {
        // Only where a ROLLBACK comes later in this migration: a copy of the catalog shares its
        // maps until either side changes, and the very next statement does.
        let before = self
            .keeps
            .then(|| Box::new((self.catalog.clone(), self.transaction.clone())));
        let written = kind == ScopeKind::Explicit;
        self.scopes.push(StepScope { kind, before });
        if !self.transaction.open {
            self.transaction.first = self.ran;
            self.transaction.supposed = !self.knows_runner;
        }
        self.transaction.supposed &= !written;
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
    pub(super) fn restore(&mut self, scope: Option<StepScope>) {
        let Some(before) = scope.and_then(|scope| scope.before) else {
            return;
        };
        if !self.catalog.dialect.is_transactional() {
            return;
        }
        (self.catalog, self.transaction) = *before;
    }

    pub(super) fn committed(&mut self) {
        self.transaction = Transaction::default();
        if let Some(path) = self.path_before_local.take() {
            self.catalog.search_path = path;
        }
    }

    /// Keeps what is not to be used before it is committed.
    pub(super) fn remember(&mut self, change: &Change, site: Site) {
        if !self.transaction.open {
            return;
        }
        for reached in changes(std::slice::from_ref(change)) {
            match &reached.change.kind {
                ChangeKind::AddEnumValue { name, value, .. } => {
                    let Some(found) = self.catalog.find_enum(name) else {
                        continue;
                    };
                    // With `IF NOT EXISTS` the label may be older.
                    let mut labels = self.catalog.enums[&found].labels.iter();
                    let added =
                        labels.any(|it| it.text == value.value && it.origin.made == Some(site));
                    if added {
                        self.transaction.labels.push(UncommittedLabel {
                            of: found,
                            text: value.value.clone(),
                            site,
                        });
                    }
                }
                // Under its new name the label is as unusable before the commit as under the old
                // one (PostgreSQL 12 to 18), and so it is after a released savepoint.
                ChangeKind::RenameEnumValue { name, from, to } => {
                    let Some(found) = self.catalog.find_enum(name) else {
                        continue;
                    };
                    for label in &mut self.transaction.labels {
                        if label.of == found && label.text == from.value {
                            to.value.clone_into(&mut label.text);
                        }
                    }
                }
                // The labels that CREATE TYPE gives can be used at once. One that ADD VALUE adds to
                // a type of the same transaction can be used at once from PostgreSQL 17 on; 12 to
                // 16 answer 55P04.
                ChangeKind::CreateEnum { name, .. } => {
                    if let Some(found) = self.catalog.find_enum(name) {
                        let created = UncommittedType { name: found, site };
                        self.transaction.types.push(created);
                    }
                }
                ChangeKind::AlterType {
                    name,
                    action: TypeAction::RenameTo(to),
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
        let Transaction { labels, types, .. } = &mut self.transaction;
        let labels = labels.iter_mut().map(|label| &mut label.of);
        let types = types.iter_mut().map(|created| &mut created.name);
        labels
            .chain(types)
            .filter(|name| *name == old)
            .for_each(|name| name.clone_from(new));
    }
}
