//! The commands that write a change in steps: `not-null`, `add-column`, `add-index`, `add-unique`,
//! `add-fk`, `drop-column`, `rename`, `change-type`.

use clap::Args;

use super::server::ServerFlags;
use super::write::{Opened, WriteFlags};
use super::{Session, Status};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::replay::{catalog_of, texts_of};
use crate::sql::on_big_stack;
use crate::write::PastStatements;
use crate::write::steps::{ColumnName, Ground, NewColumn, NewIndex, Wish, column, drafts, table};

/// What all of them have.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The migrations folder or project, where there are several
    #[arg(long = "in", value_name = "PATH")]
    path: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

/// `not-null`.
#[derive(Debug, Args)]
pub(super) struct NotNull {
    /// The column
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    /// What rows get that hold NULL: an SQL expression, such as `0` or `'unknown'`
    #[arg(long, value_name = "EXPRESSION")]
    fill: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// `add-column`.
#[derive(Debug, Args)]
pub(super) struct AddColumn {
    /// The new column
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    /// Its type, as in SQL
    #[arg(value_name = "TYPE")]
    data_type: String,
    /// It takes no nulls
    #[arg(long)]
    not_null: bool,
    /// Its default: an SQL expression, such as `0` or `now()`
    #[arg(long, value_name = "EXPRESSION")]
    default: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// `add-index`.
#[derive(Debug, Args)]
pub(super) struct AddIndex {
    /// The table
    #[arg(value_name = "TABLE")]
    table: String,
    /// What is indexed
    #[arg(value_name = "COLUMN", required = true)]
    columns: Vec<String>,
    /// Each value is there once
    #[arg(long)]
    unique: bool,
    /// The index's name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// `add-unique`.
#[derive(Debug, Args)]
pub(super) struct AddUnique {
    /// The table
    #[arg(value_name = "TABLE")]
    table: String,
    /// The columns that are unique together
    #[arg(value_name = "COLUMN", required = true)]
    columns: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// `add-fk`.
#[derive(Debug, Args)]
pub(super) struct AddFk {
    /// The column that refers
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    /// The column that it refers to
    #[arg(value_name = "TABLE.COLUMN")]
    to: String,
    /// What happens to rows whose other side is deleted: `cascade`, `set null` …
    #[arg(long, value_name = "ACTION")]
    on_delete: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// `drop-column`.
#[derive(Debug, Args)]
pub(super) struct DropColumn {
    /// The column
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    #[command(flatten)]
    common: Common,
}

/// `rename`.
#[derive(Debug, Args)]
pub(super) struct RenameColumn {
    /// The column
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    to: String,
    /// In one statement; all code has to change at the same moment
    #[arg(long)]
    at_once: bool,
    #[command(flatten)]
    common: Common,
}

/// `change-type`.
#[derive(Debug, Args)]
pub(super) struct ChangeType {
    /// The column
    #[arg(value_name = "TABLE.COLUMN")]
    column: String,
    /// Its new type, as in SQL
    #[arg(value_name = "TYPE")]
    data_type: String,
    /// What its values become: an SQL expression
    #[arg(long, value_name = "EXPRESSION")]
    using: Option<String>,
    /// In one statement; a table that has to be written again is locked meanwhile
    #[arg(long)]
    at_once: bool,
    #[command(flatten)]
    common: Common,
}

/// A command that can say what it wishes for.
pub(super) trait StepCommand: Sync {
    /// The wish, with its names looked up.
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String>;
    /// What all commands have.
    fn common(&self) -> &Common;
    /// The column that must not be declared any more.
    fn goes(&self) -> Option<&str> {
        None
    }
}

/// Drafts and writes what a command wishes for.
pub(super) fn run(step: &dyn StepCommand, session: &Session) -> Result<Status> {
    let Common {
        path,
        flags,
        server,
    } = step.common();
    let opened = Opened::new(session, path.as_deref(), server)?;
    let set = opened.set()?;
    let versions = opened.workspace.config.versions();
    let drafted = on_big_stack(|| {
        let catalog = catalog_of(set, versions, set.migrations.len());
        let wish = step.wish(&catalog)?;
        let texts = texts_of(set);
        let ground = Ground {
            catalog: &catalog,
            texts: &texts,
            set,
            past: &PastStatements::before(set, set.migrations.len()),
        };
        if let Some(name) = step.goes() {
            undeclared(&opened, &column(&catalog, name)?)?;
        }
        drafts(ground, &wish)
    });
    let drafted = drafted.map_err(|message| Error::Usage {
        message,
        help: None,
    })?;
    opened.write(&drafted, flags, session)
}

/// A column that a schema still declares is still in use.
fn undeclared(opened: &Opened, of: &ColumnName) -> Result<(), String> {
    let beside = opened.input.sets().find(|beside| {
        beside.set.folder == opened.name.folder && beside.set.dialect == opened.name.dialect
    });
    let schemas = beside.and_then(|beside| beside.schemas);
    for declared in schemas.into_iter().flat_map(|schemas| &schemas.declared) {
        let table = declared.catalog.tables.get(&of.table);
        if table.is_some_and(|table| table.column(&of.name).is_some()) {
            return Err(format!(
                "the {} still declares `{}.{}`: take it out there first, and release that",
                declared.language.name(),
                of.table,
                of.name
            ));
        }
    }
    Ok(())
}

impl StepCommand for NotNull {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::NotNull {
            column: column(catalog, &self.column)?,
            fill: self.fill.clone(),
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for AddColumn {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        let (of, name) = self
            .column
            .rsplit_once('.')
            .ok_or_else(|| format!("`{}` is no column: write TABLE.COLUMN", self.column))?;
        Ok(Wish::AddColumn(NewColumn {
            table: table(catalog, of)?,
            name: name.replace(['"', '`'], ""),
            data_type: self.data_type.clone(),
            not_null: self.not_null,
            default: self.default.clone(),
        }))
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for AddIndex {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::AddIndex(NewIndex {
            table: table(catalog, &self.table)?,
            columns: self.columns.clone(),
            name: self.name.clone(),
            unique: self.unique,
        }))
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for AddUnique {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::AddUnique {
            table: table(catalog, &self.table)?,
            columns: self.columns.clone(),
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for AddFk {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::AddForeignKey {
            column: column(catalog, &self.column)?,
            to: column(catalog, &self.to)?,
            on_delete: self.on_delete.clone(),
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for DropColumn {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::DropColumn {
            column: column(catalog, &self.column)?,
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn goes(&self) -> Option<&str> {
        Some(&self.column)
    }
}

impl StepCommand for RenameColumn {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::Rename {
            column: column(catalog, &self.column)?,
            to: self.to.clone(),
            at_once: self.at_once,
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }
}

impl StepCommand for ChangeType {
    fn wish(&self, catalog: &Catalog) -> Result<Wish, String> {
        Ok(Wish::ChangeType {
            column: column(catalog, &self.column)?,
            data_type: self.data_type.clone(),
            using: self.using.clone(),
            at_once: self.at_once,
        })
    }

    fn common(&self) -> &Common {
        &self.common
    }
}
