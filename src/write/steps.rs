//! Changes in steps: what blocks readers and writers when it is one statement, as migrations of
//! which none does.
//!
//! Each server's own way is in its file. A step is drafted on the schema that the one before it
//! leaves, and its way back comes from the same two schemas.

pub(crate) mod direct;
mod names;
pub(crate) mod target;

pub use crate::catalog::ColumnName;
pub use names::{column, table};

use std::collections::HashSet;
use std::sync::Arc;

use super::reverse::reverse;
use super::{DraftScript, MigrationDraft, PastStatements, statement};
use crate::catalog::{Catalog, Column, QName, Table, Texts};
use crate::drift::{RepairStep, run, statements};
use crate::project::MigrationSet;
use crate::project::runner::Wrap;
use crate::server::on_server;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::canonical::quote_name;

/// The one change that a person asked for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A column that takes no nulls any more; `fill` is what rows get that have none.
    NotNull {
        /// The column that is to be NOT NULL.
        column: ColumnName,
        /// What rows get that have no value, as SQL.
        fill: Option<String>,
    },
    /// A column that is not there yet.
    AddColumn(NewColumn),
    /// An index that is not there yet.
    AddIndex(NewIndex),
    /// A unique constraint that is not there yet.
    AddUnique {
        /// The table that gets it.
        table: QName,
        /// The columns that no two rows may share.
        columns: Vec<String>,
    },
    /// A foreign key that is not there yet.
    AddForeignKey {
        /// The column that refers.
        column: ColumnName,
        /// The column that is referred to.
        to: ColumnName,
        /// What happens to a row when the one that it refers to is deleted, as SQL.
        on_delete: Option<String>,
    },
    /// A column that goes.
    DropColumn {
        /// The column that goes.
        column: ColumnName,
    },
    /// A column with another name.
    Rename {
        /// The column under the name that it has.
        column: ColumnName,
        /// The name that it gets.
        to: String,
        /// In one statement: all code changes at the same moment.
        at_once: bool,
    },
    /// A column of another type.
    ChangeType {
        /// The column whose type changes.
        column: ColumnName,
        /// The type that it gets, as SQL.
        data_type: String,
        /// What its values become.
        using: Option<String>,
        /// In one statement, which writes the table again while nobody uses it.
        at_once: bool,
    },
}

/// A column that somebody wants.
#[derive(Clone, Debug)]
pub struct NewColumn {
    /// Its table.
    pub table: QName,
    /// Its name.
    pub name: String,
    /// Its type, as in SQL.
    pub data_type: String,
    /// Whether it takes no nulls.
    pub not_null: bool,
    /// An expression.
    pub default: Option<String>,
}

impl NewColumn {
    /// The end of its definition, of what is wanted.
    pub(crate) fn clauses(&self) -> String {
        let default = self.default.as_ref();
        let default = default.map(|default| format!(" DEFAULT {default}"));
        let not_null = if self.not_null { " NOT NULL" } else { "" };
        format!("{not_null}{}", default.unwrap_or_default())
    }
}

/// An index that somebody wants.
#[derive(Clone, Debug)]
pub struct NewIndex {
    /// Its table.
    pub table: QName,
    /// What is indexed.
    pub columns: Vec<String>,
    /// Its name; `None` for the usual one.
    pub name: Option<String>,
    /// Whether each value is there once.
    pub unique: bool,
}

impl NewIndex {
    /// The index of a unique constraint.
    pub(crate) fn of_constraint(ground: Ground, table: &QName, columns: &[String]) -> Self {
        let runner = ground.set.runner;
        let own = runner.unique_name(ground.set, &table.name, columns);
        Self {
            table: table.clone(),
            columns: columns.to_vec(),
            name: Some(own.unwrap_or_else(|| format!("{}_{}_key", table.name, columns.join("_")))),
            unique: true,
        }
    }

    /// What `CREATE` makes.
    pub(crate) fn words(&self) -> &'static str {
        if self.unique { "UNIQUE INDEX" } else { "INDEX" }
    }
}

/// What steps are drafted on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The schema that the migrations make.
    pub catalog: &'a Catalog,
    /// Where it is written.
    pub texts: &'a Texts,
    /// The migrations.
    pub set: &'a MigrationSet,
    /// What they say before the change.
    pub past: &'a PastStatements<'a>,
}

/// One step of a wish, before its way back is known.
#[derive(Debug, Default)]
pub(crate) struct DraftStage {
    pub(crate) name: String,
    pub(crate) remarks: Vec<String>,
    pub(crate) steps: Vec<RepairStep>,
    /// What takes it back, where the schemas before and after it do not say all of that: values that
    /// another column has, texts that only a step before this one has. Empty otherwise.
    pub(crate) back: DraftScript,
    /// Whether no transaction may hold it.
    pub(crate) alone: bool,
}

impl DraftStage {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    pub(crate) fn sql(mut self, dialect: Dialect, text: String) -> Self {
        self.steps.push(statement(text, dialect));
        self
    }

    pub(crate) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }
}

/// The migrations that fulfil a wish. The error is a reason for people. Call it where the stack is
/// deep: see [`crate::sql::on_big_stack`].
pub fn drafts(ground: Ground, wish: &Wish) -> Result<Vec<MigrationDraft>, String> {
    let stages = on_server!(ground.catalog.dialect => steps::stages(ground, wish))?;
    drafted(ground, stages).map(|(drafts, _)| drafts)
}

/// Migrations of these stages, each with its way back, and the schema after them.
pub(crate) fn drafted(
    ground: Ground,
    stages: Vec<DraftStage>,
) -> Result<(Vec<MigrationDraft>, Catalog), String> {
    if stages.iter().all(|stage| stage.steps.is_empty()) {
        return Err(
            "to the server that is what it is already, so there is nothing to write".to_owned(),
        );
    }
    let several = stages.len() > 1;
    let mut now = ground.catalog.clone();
    let mut drafts = Vec::new();
    for (number, mut stage) in stages.into_iter().enumerate() {
        let (after, refused) = run(&now, &stage.steps);
        if let Some(why) = refused.first() {
            return Err(why.clone());
        }
        if let Some(why) = broken(&now, &after) {
            return Err(format!("{why}: change or drop it first"));
        }
        let up = statements(&now, &stage.steps);
        let mut back = if stage.back.steps.is_empty() {
            reverse(&now, &after, ground.texts, &up).script
        } else {
            stage.back
        };
        let (up, down) = (&mut stage.steps, &mut back.steps);
        ground.past.say_again((up, &after), (down, &now));
        now = after;
        let mut remarks = stage.remarks;
        if several && ground.wrap() == Wrap::Pending && number == 0 {
            remarks.push(
                "release each of these migrations by itself: in one go they run in one transaction, which keeps all locks to its end"
                    .to_owned(),
            );
        }
        drafts.push(MigrationDraft {
            name: stage.name,
            up: DraftScript {
                remarks,
                steps: stage.steps,
            },
            down: back,
            alone: stage.alone,
        });
    }
    Ok((drafts, now))
}

/// A view or a trigger that the server can no longer read after a change. It may say so only when the
/// view is used.
fn broken(before: &Catalog, after: &Catalog) -> Option<String> {
    let changed = after.tables.iter().filter(|(name, table)| {
        let old = before.tables.get(name);
        old.is_none_or(|old| !Arc::ptr_eq(old, table))
    });
    let mut known = HashSet::new();
    for (name, _) in changed {
        known.extend(
            before
                .unreadable(name, Span::default())
                .into_iter()
                .map(|why| why.message),
        );
        let mut now = after.unreadable(name, Span::default()).into_iter();
        if let Some(why) = now.find(|why| !known.contains(&why.message)) {
            return Some(why.message);
        }
    }
    None
}

impl Ground<'_> {
    /// The transaction that the runner opens.
    pub(crate) fn wrap(&self) -> Wrap {
        self.set.sending.wrap
    }

    /// A free name for a foreign key: the generator's, or else `usual`.
    pub(crate) fn foreign_key_name(
        &self,
        of: &ColumnName,
        to: &ColumnName,
        usual: String,
    ) -> Result<String, String> {
        let (from, to) = ([&*of.table.name, &*of.name], [&*to.table.name, &*to.name]);
        let own = self.set.runner.foreign_key_name(self.set, from, to);
        self.free(&own.unwrap_or(usual))
    }

    pub(crate) fn quoted(&self, name: &str) -> String {
        quote_name(name, self.catalog.dialect)
    }

    pub(crate) fn table_name(&self, name: &QName) -> String {
        match name.other_schema().filter(|schema| !schema.is_empty()) {
            Some(schema) => format!("{}.{}", self.quoted(schema), self.quoted(&name.name)),
            None => self.quoted(&name.name),
        }
    }

    pub(crate) fn table(&self, name: &QName) -> Result<&Table, String> {
        let found = self.catalog.tables.get(name).map(|table| &**table);
        found.ok_or_else(|| format!("there is no table `{}`", self.catalog.shown(name)))
    }

    /// Why a server would not take a statement; `None` where it would.
    pub(crate) fn refused(&self, sql: &str) -> Option<String> {
        let step = statement(sql, self.catalog.dialect);
        let (_, refused) = run(self.catalog, std::slice::from_ref(&step));
        refused.into_iter().next()
    }

    pub(crate) fn column(&self, of: &ColumnName) -> Result<&Column, String> {
        let table = self.table(&of.table)?;
        table.column(&of.name).ok_or_else(|| {
            format!(
                "`{}` has no column `{}`",
                self.catalog.shown(&of.table),
                of.name
            )
        })
    }

    /// A column that takes nulls so far.
    pub(crate) fn nullable(&self, of: &ColumnName) -> Result<&Column, String> {
        let column = self.column(of)?;
        if column.not_null {
            return Err(format!("`{}.{}` takes no nulls already", of.table, of.name));
        }
        Ok(column)
    }

    /// Whether a column may be added: its name is free, and old rows have a value for it.
    pub(crate) fn takes(&self, column: &NewColumn) -> Result<(), String> {
        let NewColumn { table, name, .. } = column;
        self.no_column(table, name)?;
        if column.not_null && column.default.is_none() {
            return Err(format!(
                "existing rows of `{table}` would have no value for `{name}`: give one with `--default`, or leave `--not-null` to `driftlint not-null`"
            ));
        }
        Ok(())
    }

    /// Whether a column may get this name.
    pub(crate) fn no_column(&self, table: &QName, name: &str) -> Result<(), String> {
        match self.table(table)?.column(name) {
            Some(_) => Err(format!("`{table}` has a column `{name}` already")),
            None => Ok(()),
        }
    }

    /// The name of a new index.
    pub(crate) fn index_name(&self, index: &NewIndex) -> Result<String, String> {
        match &index.name {
            Some(name) => self.free(name),
            None => self.free(&format!(
                "{}_{}_idx",
                index.table.name,
                index.columns.join("_")
            )),
        }
    }

    /// A name for a new part of a table that nothing has.
    pub(crate) fn free(&self, name: &str) -> Result<String, String> {
        let longest = self.catalog.dialect.longest_name();
        if name.len() > longest {
            return Err(format!(
                "the name `{name}` would be longer than the {longest} bytes that the server takes: give one with `--name`"
            ));
        }
        let taken = self.catalog.tables.values().any(|table| {
            table.name.name == name
                || table.index(name).is_some()
                || table.check(name).is_some()
                || table.foreign_key(name).is_some()
                || table.keys().any(|key| key.name == name)
        });
        if taken {
            return Err(format!(
                "`{name}` is there already: give another name with `--name`"
            ));
        }
        Ok(name.to_owned())
    }

    /// The names of some columns, which must be there.
    pub(crate) fn columns(&self, table: &QName, columns: &[String]) -> Result<String, String> {
        let found = self.table(table)?;
        let names: Vec<String> = columns
            .iter()
            .map(|name| match found.column(name) {
                Some(_) => Ok(self.quoted(name)),
                None => Err(format!(
                    "`{}` has no column `{name}`",
                    self.catalog.shown(table)
                )),
            })
            .collect::<Result<_, String>>()?;
        Ok(names.join(", "))
    }
}
