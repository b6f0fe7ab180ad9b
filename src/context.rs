//! What a rule is given, and how it reports.

mod cascade;
mod edits;
mod fixes;
mod locks;
mod rebuild;
mod reported;
mod set;
mod workflow;

pub use edits::{
    Constrained, Defined, MadeIndex, Rename, TableEdit, added_constraints, defined_columns, edits,
    made_indexes, renames,
};
pub use rebuild::{Copied, Rebuild, WholeCopy};
pub use reported::{Reported, Setting};
pub use set::SetContext;
pub use workflow::WorkflowContext;

use std::cell::OnceCell;
use std::rc::Rc;

use crate::catalog::sizes::Sizes;
use crate::catalog::{Catalog, Enum, Origin, QName, Rejection, Site, Table};
use crate::diagnostic::Diagnostic;
use crate::history::released::{AtBase, Released};
use crate::lock::Effect;
use crate::project::{Direction, Migration, MigrationSet, Project};
use crate::replay::{Before, Rows, Transaction};
use crate::source::{Source, Span};
use crate::sql::change::{DataType, ObjectName, Persistence};
use crate::sql::{Dialect, Statement, Versions};
pub(crate) use locks::milliseconds;
pub(crate) use reported::Reporter;

/// One migration, run in one direction.
#[derive(Debug)]
pub struct Run<'a> {
    /// Its index in the set, in order of application.
    pub number: usize,
    /// With its files, and what its name says.
    pub migration: &'a Migration,
    /// Whether the schema goes forward or back.
    pub direction: Direction,
    /// Every statement of this direction, in order, from all of its files.
    pub statements: &'a [Statement],
    pub(crate) before: &'a Before<'a>,
    /// What a server would have refused so far, with the index of the file in this direction.
    pub rejections: &'a [(u32, Rejection)],
}

impl<'a> Run<'a> {
    /// The schema before the migration's up; what up and then down should lead back to.
    pub fn before(&self) -> &'a Catalog {
        self.before.catalog()
    }

    /// A file of this direction.
    pub fn file(&self, index: u32) -> Option<&Source> {
        self.migration
            .parts(self.direction)
            .get(index as usize)
            .map(|part| &part.source)
    }

    /// The first file of this direction, where whatever concerns the whole migration is reported.
    pub fn source(&self) -> Option<&Source> {
        self.file(0)
    }
}

/// Advice about what happens in the transaction around a string of several statements, where nobody
/// knows what sends it.
pub(crate) fn suppose(advice: String) -> String {
    advice
        + "; that the file is sent as one string is supposed, and `transaction` in `[[migrations]]` says how it is"
}

/// The surroundings of a statement or a migration.
pub struct Context<'a> {
    /// The project that the set belongs to.
    pub project: &'a Project,
    /// The history that the migration belongs to, all of it.
    pub set: &'a MigrationSet,
    /// With its files, and what its name says.
    pub run: &'a Run<'a>,
    /// Index of the current statement in [`Run::statements`]; their number once all have run.
    pub index: usize,
    /// The schema just before the current statement, or after the last one.
    pub catalog: &'a Catalog,
    /// The transaction that the current statement runs in.
    pub transaction: &'a Transaction,
    /// What earlier statements, of this migration and all before it, have done to rows.
    pub rows: &'a Rows,
    /// How many rows tables have, as far as somebody says.
    pub sizes: &'a Sizes,
    /// What the code that is deployed may still name, where the migration is new.
    pub released: Option<Released<'a>>,
    /// Which migrations are one change set with this one, by number.
    pub(crate) batch: &'a dyn Fn(usize) -> bool,
    /// What the current statement locks, once somebody has asked.
    pub(crate) effects: OnceCell<Rc<[Effect]>>,
    pub(crate) reporter: Reporter<'a>,
}

impl<'a> Context<'a> {
    /// The server that the set is for.
    pub fn dialect(&self) -> Dialect {
        self.catalog.dialect
    }

    /// The release of that server, as far as it is known.
    pub fn versions(&self) -> Versions {
        self.catalog.versions
    }

    /// The migration's statements before the current one.
    pub fn earlier(&self) -> &'a [Statement] {
        &self.run.statements[..self.index]
    }

    /// The migration's statements after the current one.
    pub fn later(&self) -> &'a [Statement] {
        self.run
            .statements
            .get(self.index + 1..)
            .unwrap_or_default()
    }

    /// The statements before the current one that run in its transaction; none where there is none.
    pub fn earlier_in_transaction(&self) -> &'a [Statement] {
        if !self.transaction.open {
            return &[];
        }
        &self.run.statements[self.transaction.first.min(self.index)..self.index]
    }

    /// Advice about what a transaction does, with what is supposed of the transaction.
    pub fn supposing(&self, advice: impl Into<String>) -> String {
        let advice = advice.into();
        if self.transaction.supposed {
            suppose(advice)
        } else {
            advice
        }
    }

    /// The table of that name, found as the server would find it.
    pub fn table(&self, name: &ObjectName) -> Option<&'a Table> {
        self.catalog.table(name)
    }

    /// The enum of that name, found as the server would find it.
    pub fn enumeration(&self, name: &ObjectName) -> Option<&'a Enum> {
        self.catalog
            .enums
            .get(&self.catalog.find_enum(name)?)
            .map(|found| &**found)
    }

    /// The enum that a column of this type (an array of it, a domain over it) holds.
    pub fn enum_of(&self, data_type: &DataType) -> Option<&'a Enum> {
        self.catalog.enum_of(data_type)
    }

    /// Whether that place is in the change set that is being judged; see [`Context::is_new`].
    pub fn in_batch(&self, site: Site) -> bool {
        (self.batch)(site.migration as usize)
    }

    /// Whether nobody can have put rows into the table that this change set must keep: the change
    /// set made it or emptied it.
    pub fn has_no_rows(&self, table: &Table) -> bool {
        self.is_new(&table.origin)
            || table.persistence == Persistence::Temporary
            || self
                .rows
                .emptied(&table.name)
                .is_some_and(|site| self.in_batch(site))
    }

    /// What dropping something means for running code, as a clause.
    pub fn still_named(&self, release: AtBase) -> String {
        match release {
            AtBase::Declared { path, base } => {
                format!("code that is deployed may still name it: {path} declares it at {base}")
            }
            AtBase::Unknown | AtBase::Left => "code that still names it fails".to_owned(),
        }
    }

    /// About how many rows a table has, where somebody says.
    pub fn rows_of(&self, table: &QName) -> Option<u64> {
        self.sizes.rows(table)
    }

    /// Whether the object was made by the change set that is being judged: by this migration, or,
    /// when a commit, the index or a range is checked, by any migration that is new in it. Nobody
    /// depends on such an object yet, and it holds no rows that matter.
    pub fn is_new(&self, origin: &Origin) -> bool {
        origin
            .made
            .is_some_and(|site| (self.batch)(site.migration as usize))
    }

    /// Reports a problem at a place in the current statement's file (of the migration's first file,
    /// once all statements have run).
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Reported<'_> {
        let source = match self.run.statements.get(self.index) {
            Some(statement) => statement.source.clone(),
            None => self
                .run
                .source()
                .cloned()
                .unwrap_or_else(|| Source::new(self.run.migration.id.clone(), "")),
        };
        self.reporter.report(source, span, message.into())
    }

    /// Reports a problem at a place in another file, such as that of another statement of the
    /// migration.
    pub fn report_in(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Reported<'_> {
        self.reporter.report(source.clone(), span, message.into())
    }
}
