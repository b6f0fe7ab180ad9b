//! What the current statement locks, who waits for it, and how to do it without.

use std::rc::Rc;

use super::{Context, Reported};
use crate::catalog::QName;
use crate::diagnostic::Held;
use crate::lock::{self, Blocks, Effect, Mode, Work};
use crate::project::runner::Wrap;
use crate::sql::change::{Change, ChangeKind, CreateTable, ObjectName, TableAction};
use crate::sql::walk::changes;
use crate::sql::{Statement, Unit};

impl Context<'_> {
    /// What the current statement does to relations that were there before, also inside a block.
    pub fn effects(&self) -> Rc<[Effect]> {
        let found = self.effects.get_or_init(|| {
            let statement = self.run.statements.get(self.index);
            let effects = statement.map(|it| self.effects_of(it));
            effects.unwrap_or_default().into()
        });
        found.clone()
    }

    /// What a statement locks, also where it makes a table that refers to others.
    pub fn waits_of(&self, statement: &Statement) -> Vec<Effect> {
        let mut effects = self.effects_of(statement);
        for reached in changes(&statement.changes) {
            if matches!(&reached.change.kind, ChangeKind::CreateTable(create) if create.query.is_none() && create.partition_of.is_none())
            {
                effects.extend(lock::effects(reached.change, self.catalog));
            }
        }
        effects
    }

    /// What a statement of the migration does. Of another one than the current it is reported as if
    /// it ran now, which is right for its locks, and not always for its work.
    pub fn effects_of(&self, statement: &Statement) -> Vec<Effect> {
        let reached = changes(&statement.changes);
        let made: Vec<QName> = reached
            .iter()
            .filter_map(|it| self.made(it.change))
            .collect();
        reached
            .iter()
            .flat_map(|reached| lock::effects(reached.change, self.catalog))
            .filter(|effect| !made.contains(&effect.target))
            .collect()
    }

    /// The table or view that a change makes, if it does.
    fn made(&self, change: &Change) -> Option<QName> {
        match &change.kind {
            ChangeKind::CreateTable(create) if create.partition_of.is_none() => {
                Some(self.catalog.qualify(&create.name))
            }
            ChangeKind::CreateView { name, .. } => Some(self.catalog.qualify(name)),
            _ => None,
        }
    }

    /// Whether running code may use a relation: this change set did not make it, it is not
    /// temporary, and it may have rows.
    pub fn is_in_use(&self, relation: &QName) -> bool {
        if let Some(table) = self.catalog.tables.get(relation) {
            return !self.has_no_rows(table);
        }
        let view = self.catalog.views.get(relation);
        view.is_none_or(|view| !self.is_new(&view.origin))
    }

    /// Whether the migration has filled a table from a query or a file: rows that nobody counted,
    /// though the table is new.
    pub fn is_loaded(&self, table: &QName) -> bool {
        let mut earlier = self
            .earlier()
            .iter()
            .flat_map(|statement| &statement.changes);
        earlier.any(|change| {
            let into = match &change.kind {
                ChangeKind::Insert { table, query, .. } if !query.relations.is_empty() => table,
                ChangeKind::CopyInto { table, .. } => table,
                ChangeKind::CreateTable(create) if fills(create) => &create.name,
                _ => return false,
            };
            self.catalog.find_table(into).as_ref() == Some(table)
        })
    }

    /// Whether the migration validates a constraint that no migration here shows: it may be what
    /// proves that there is no null.
    pub fn validates_unseen(&self, name: &ObjectName) -> bool {
        let table = self.table(name);
        !table.is_some_and(|table| table.knowledge.is_exact())
            && self.edits_earlier().any(|edit| {
                matches!(edit.action, TableAction::ValidateConstraint { .. })
                    && self.same_object(edit.table, name)
            })
    }

    /// Whether others wait for a relation that is in use, and who.
    pub fn waits(&self, effect: &Effect) -> bool {
        effect
            .locks
            .iter()
            .any(|lock| lock.mode.blocks() >= Blocks::Writes && self.is_in_use(&lock.relation))
    }

    /// The table's name as people write it.
    pub fn shown(&self, relation: &QName) -> String {
        self.catalog.shown(relation)
    }

    /// Reports what waits for a lock, with its mode and for how long it is held.
    pub fn report_lock(&mut self, effect: &Effect, message: String) -> Reported<'_> {
        let strongest = effect.locks.iter().max_by_key(|lock| lock.mode.blocks());
        let mode = effect
            .mode()
            .filter(|mode| mode.blocks() == effect.blocks());
        let mode = mode.or_else(|| strongest.map(|lock| lock.mode));
        let held = mode.map(|mode: Mode| Held {
            mode: mode.to_string(),
            blocks: mode.blocks().name(),
            held: effect.work().held(),
        });
        let rows = self.rows_under(effect);
        self.report(effect.span, message).lock(held).rows(rows)
    }

    /// How many rows the work under a lock is about: those of the largest relation that is read or
    /// written, where all of them are known.
    fn rows_under(&self, effect: &Effect) -> Option<u64> {
        let worked = effect
            .scans
            .iter()
            .chain(&effect.builds)
            .chain(&effect.rewrites);
        let used = worked.filter(|relation| self.is_in_use(relation));
        let rows: Option<Vec<u64>> = used.map(|relation| self.rows_of(relation)).collect();
        rows?
            .into_iter()
            .max()
            .filter(|_| effect.work() > Work::Brief)
    }

    /// How a statement that no transaction may hold is run here, to stand after it in a sentence;
    /// `None` where the runner has no way.
    pub fn outside_transaction(&self) -> Option<String> {
        let runner = self.set.runner;
        let wrapped = self
            .run
            .migration
            .wrap(self.set.sending, self.run.direction)
            != Wrap::Nothing;
        match (wrapped, runner.no_transaction_mark()) {
            (true, Some(mark)) => Some(format!(" in a migration of its own with {mark}")),
            (true, None) => None,
            (false, _) if self.set.sending.unit == Unit::File && self.transaction.open => {
                Some(" as the only statement of a migration".to_owned())
            }
            (false, _) => Some(String::new()),
        }
    }

    /// What to do with a statement that has a form with CONCURRENTLY.
    pub fn concurrently(&self, statement: &str, guard: Option<&str>) -> String {
        match (self.outside_transaction(), guard) {
            (Some(place), _) => format!("use `{statement}`{place}"),
            (None, guard) => format!(
                "{} runs what is pending in one transaction, which `CONCURRENTLY` cannot be in: run `{statement}` by hand before the release, and {} here",
                self.set.runner.name(),
                guard.map_or("leave it out".to_owned(), |guard| format!(
                    "write `{guard}`"
                ))
            ),
        }
    }

    /// When a second step runs in a transaction of its own.
    pub fn second_step(&self) -> &'static str {
        if self.set.sending.wrap == Wrap::Pending {
            "in a later release, since what is pending runs in one transaction"
        } else {
            "in a later migration"
        }
    }

    /// Whether a timeout is set before the current statement.
    pub fn has_timeout(&self, setting: &str) -> bool {
        self.timeout(setting).is_some()
    }

    /// The timeout that is set before the current statement, as written; none where it is 0.
    pub fn timeout(&self, setting: &str) -> Option<String> {
        let mut value = None;
        for change in self
            .earlier()
            .iter()
            .flat_map(|statement| &statement.changes)
        {
            // What a call sets is not looked into.
            if let ChangeKind::Select(query) = &change.kind
                && query
                    .functions
                    .iter()
                    .any(|name| name.ends_with("set_config"))
            {
                value = Some("set".to_owned());
            }
            if let ChangeKind::SetParameter {
                name,
                value: set,
                local,
            } = &change.kind
                && name.eq_ignore_ascii_case(setting)
                && (!*local || self.transaction.open)
            {
                value.clone_from(set);
            }
        }
        let value = value?.trim_matches('\'').to_owned();
        (!matches!(value.as_str(), "0" | "0s" | "0ms")).then_some(value)
    }
}

/// The milliseconds of a timeout: `2s`, `5 min`, or a number of what the server counts in (`unit`, in
/// milliseconds). Settings of PostgreSQL, chapter 20.1.1.
pub(crate) fn milliseconds(text: &str, unit: u64) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|sign: char| !sign.is_ascii_digit());
    let (number, word) = text.split_at(end.unwrap_or(text.len()));
    let factor = match word.trim() {
        "" => unit,
        "us" => return Some(number.parse::<u64>().ok()? / 1000),
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// Whether a table is made with the rows of others.
fn fills(create: &CreateTable) -> bool {
    let query = create.query.as_ref().filter(|query| !query.takes_no_row);
    query.is_some_and(|query| !query.relations.is_empty())
}
