//! What SQLite and libSQL do with a change, where they differ from PostgreSQL. Measured on SQLite
//! 3.40.
//!
//! SQLite keeps the text of each definition. A reference is a name, which may point at nothing;
//! what a rename rewrites depends on `PRAGMA legacy_alter_table`. That is why the usual rebuild
//! (create a new table, copy, drop the old one, rename the new one) works: the other tables'
//! foreign keys never stop pointing at the old name.

mod alter;
mod columns;
mod foreign;
mod objects;
mod rows;

pub(crate) use rows::{has_own_default, refuse_row, replaces_null};

use columns::rowid_column;

use alter::alter_table;
use columns::create_table;
use objects::{create_index, create_trigger, create_view, drop_index, drop_trigger};

use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::{column_as_text, each_expr};
use crate::catalog::{Catalog, Knowledge, Mention, QName, Rejection, Table};
use crate::server::sqlite::names::is_rowid;
use crate::source::Span;
use crate::sql::change::{Change, ChangeKind, DropMode, Ident, ObjectName, Persistence};

/// Applies a change that SQLite has its own way with; false for the others.
pub(crate) fn apply(apply: &mut Apply<'_>, change: &Change) -> bool {
    let span = change.span;
    foreign::refuse(apply, change);
    let outcome = match &change.kind {
        ChangeKind::CreateTable(create) if create.persistence == Persistence::Temporary => {
            apply.create_temporary_table(&create.name);
            Ok(())
        }
        ChangeKind::CreateTable(create) => create_table(apply, create, span),
        ChangeKind::AlterTable(alter) => alter_table(apply, alter, span),
        ChangeKind::DropTable { names, mode, .. } => {
            each_name(apply, names, |apply, name| drop_table(apply, name, *mode))
        }
        ChangeKind::CreateIndex { table, index } => create_index(apply, table, index),
        ChangeKind::DropIndex { names, mode, .. } => {
            each_name(apply, names, |apply, name| drop_index(apply, name, *mode))
        }
        ChangeKind::CreateView {
            temporary: true, ..
        } => Ok(()),
        ChangeKind::CreateView {
            name,
            columns,
            query,
            if_not_exists,
            ..
        } => create_view(apply, name, columns, query, *if_not_exists),
        ChangeKind::DropView { names, mode, .. } => {
            each_name(apply, names, |apply, name| drop_view(apply, name, *mode))
        }
        ChangeKind::CreateTrigger {
            name,
            table,
            if_not_exists,
            columns,
            when,
            body,
            ..
        } => {
            let (when, body) = (when.as_ref(), body.as_ref());
            create_trigger(apply, name, table, *if_not_exists, columns, when, body)
        }
        ChangeKind::DropTrigger { name, mode, .. } => drop_trigger(apply, name, *mode),
        ChangeKind::Pragma { name, value } => {
            if let Some(value) = value
                && matches!(name.as_str(), "foreign_keys" | "legacy_alter_table")
            {
                apply
                    .catalog
                    .settings
                    .insert(name.clone(), value.to_ascii_lowercase());
            }
            Ok(())
        }
        _ => return false,
    };
    apply.record(outcome);
    true
}

/// The command, if a transaction block forbids it.
pub(crate) fn outside_only(_: &ChangeKind) -> Option<String> {
    None
}

/// The command, if a transaction block forbids it with this schema.
pub(crate) fn outside_only_here(_: &Catalog, _: &ChangeKind) -> Option<String> {
    None
}

impl Catalog {
    fn pragma(&self, name: &str) -> bool {
        let value = self
            .settings
            .get(name)
            .map(|value| value.trim_matches('\''));
        matches!(value, Some("1" | "on" | "true" | "yes"))
    }

    /// Whether foreign keys were switched off, outside of any transaction. Connections of most
    /// programs have them on; without a word of the migration they are taken to be.
    pub fn foreign_keys_are_off(&self) -> bool {
        let value = self.settings.get("foreign_keys");
        value.is_some_and(|value| matches!(value.trim_matches('\''), "0" | "off" | "false" | "no"))
    }

    /// Whether `RENAME TO` changes the name in other tables' foreign keys: always, but in the
    /// legacy mode only while they are enforced.
    fn renames_foreign_keys(&self) -> bool {
        !self.pragma("legacy_alter_table") || self.pragma("foreign_keys")
    }

    /// Whether `ALTER TABLE` changes views and triggers along, and fails when one of them is
    /// broken.
    fn renames_everywhere(&self) -> bool {
        !self.pragma("legacy_alter_table")
    }
}

fn each_name(
    apply: &mut Apply<'_>,
    names: &[ObjectName],
    each: impl Fn(&mut Apply<'_>, &ObjectName) -> Outcome,
) -> Outcome {
    names.iter().try_for_each(|name| each(apply, name))
}

/// The table of that name, and the name under which it is kept; `None` when nothing is known of
/// it.
fn need_table(apply: &mut Apply<'_>, name: &ObjectName) -> Outcome<Option<Table>> {
    let Some(found) = apply.need_table(name)? else {
        return Ok(None);
    };
    Ok(apply
        .catalog
        .tables
        .get(&found)
        .map(|table| table.as_ref().clone()))
}

fn put(apply: &mut Apply<'_>, mut table: Table) {
    read_texts(&mut table);
    table.origin.changed = Some(apply.site);
    apply
        .catalog
        .tables
        .insert(table.name.clone(), Arc::new(table));
}

/// Has a name in double quotes that is no column be the text that it is. SQLite itself writes it in
/// single ones when it rewrites the table, as for `DROP COLUMN` (`sqlite_rename_quotefix`).
fn read_texts(table: &mut Table) {
    if !table.knowledge.is_exact() {
        return;
    }
    let mut texts: Vec<String> = Vec::new();
    each_expr(table, &mut |expr| {
        let quoted = expr.columns.iter().filter(|column| column.quoted);
        texts.extend(quoted.map(|column| column.value.clone()));
    });
    texts.retain(|name| position(table, name).is_none() && !is_rowid(name));
    if texts.is_empty() {
        return;
    }
    each_expr(table, &mut |expr| {
        for name in &texts {
            column_as_text(expr, name);
        }
    });
}

/// Refuses the name of a table, view or index: they share one namespace, in which case does not
/// count.
fn free_name(apply: &mut Apply<'_>, name: &ObjectName) -> Outcome<QName> {
    let local = apply.catalog.local(name);
    let itself = &*local;
    let same = |other: &str| other.eq_ignore_ascii_case(itself);
    let taken = |kind: &str, origin: crate::catalog::Origin| {
        Rejection::new(
            sqlstate::DUPLICATE_TABLE,
            name.span(),
            format!("{kind} `{itself}` already exists"),
        )
        .because(origin.made, "made here")
    };
    let mut tables = apply
        .catalog
        .tables
        .with(Mention::Named(itself))
        .map(|(_, table)| table);
    let table = tables.find(|table| same(&table.name.name));
    if let Some(table) = table {
        if table.origin.made.is_some() {
            return Err(taken("table", table.origin));
        }
        // One that the history only altered: here it is made after all.
        let stub = table.name.clone();
        apply.catalog.tables.remove(&stub);
    }
    let mut views = apply
        .catalog
        .views
        .with(Mention::Named(itself))
        .map(|(_, view)| view);
    if let Some(view) = views.find(|view| same(&view.name.name)) {
        return Err(taken("view", view.origin));
    }
    let mut indexes = apply
        .catalog
        .tables
        .with(Mention::Index(itself))
        .flat_map(|(_, table)| &table.indexes);
    if let Some(index) = indexes.find(|index| same(&index.name)) {
        return Err(taken("index", index.origin));
    }
    Ok(apply.catalog.qualify(name))
}

fn drop_table(apply: &mut Apply<'_>, name: &ObjectName, mode: DropMode) -> Outcome {
    match apply.catalog.find_table(name) {
        Some(table) => {
            apply.catalog.tables.remove(&table);
            apply.gone(table, None, "dropped here");
            Ok(())
        }
        None => match apply.catalog.find_view(name) {
            Some(view) => Err(apply.wrong_kind(name.span(), &view, "a table")),
            None if mode.if_exists => Ok(()),
            None => apply.missing_relation(name, "table"),
        },
    }
}

fn drop_view(apply: &mut Apply<'_>, name: &ObjectName, mode: DropMode) -> Outcome {
    match apply.catalog.find_view(name) {
        Some(view) => {
            apply.catalog.views.remove(&view);
            apply.gone(view, None, "dropped here");
            Ok(())
        }
        None => match apply.catalog.find_table(name) {
            Some(table) => Err(apply.wrong_kind(name.span(), &table, "a view")),
            None if mode.if_exists => Ok(()),
            None => apply.missing_relation(name, "view"),
        },
    }
}

/// Whether a table has a column of that name which no list of its columns shows: the rowid, and
/// what the module of a virtual table adds. A full-text table takes commands through the column of
/// its own name; of other modules we do not know the columns at all.
pub(crate) fn is_hidden(table: &Table, name: &str) -> bool {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    if is_rowid(name) {
        return table.option("without rowid").is_none();
    }
    match table.option("virtual") {
        None => false,
        Some("fts5") => same(&table.name.name) || same("rank"),
        Some("fts3" | "fts4") => {
            // Without a list, FTS4 takes the columns of the table that holds the content.
            let borrowed = table.columns.is_empty();
            borrowed
                || same(&table.name.name)
                || same("docid")
                || table.option("languageid").is_some_and(same)
        }
        Some(_) => true,
    }
}

/// The position of a column; case does not count.
fn position(table: &Table, column: &str) -> Option<usize> {
    table
        .columns
        .iter()
        .position(|found| found.name.eq_ignore_ascii_case(column))
}

/// The position of a column; one that is missing is refused where the table is known, and made up
/// where it is not.
fn need_position(table: &mut Table, column: &Ident) -> Outcome<usize> {
    if let Some(at) = position(table, &column.value) {
        return Ok(at);
    }
    if table.knowledge.is_exact() {
        return Err(no_column(table, &column.value, column.span));
    }
    let knowledge = Knowledge::Unknown("the history does not say how it was made".to_owned());
    table.columns.push(crate::catalog::Column {
        name: column.value.clone(),
        knowledge,
        ..Default::default()
    });
    Ok(table.columns.len() - 1)
}

fn no_column(table: &Table, column: &str, span: Span) -> Rejection {
    let message = format!("column `{column}` of table `{}` does not exist", table.name);
    Rejection::new(sqlstate::UNDEFINED_COLUMN, span, message)
        .because(table.origin.made, "the table is made here")
}

/// Refuses what a table's own definition forbids.
fn malformed(span: Span, message: String) -> Rejection {
    Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, span, message)
}

/// Whether the primary key is an index beside the rows, and shown as one.
pub(crate) fn has_key_beside_rows(table: &Table) -> bool {
    rowid_column(table).is_none()
}

/// Whether a column is another name for the number of its row.
pub(crate) fn is_row_number(table: &Table, column: &str) -> bool {
    rowid_column(table) == Some(column)
}

/// Functions that SQLite has by itself, with its extensions for JSON, dates and mathematics left to
/// their first letters. One that was loaded may do anything, as SpatiaLite's `AddGeometryColumn`
/// does.
const OWN_FUNCTIONS: [&str; 51] = [
    "abs",
    "avg",
    "changes",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cume_dist",
    "dense_rank",
    "first_value",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "lag",
    "last_insert_rowid",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "ntile",
    "nullif",
    "octet_length",
    "printf",
    "quote",
    "random",
    "randomblob",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "total",
    "trim",
    "typeof",
    "upper",
];

/// Whether a function changes no table whose name it is given.
pub(crate) fn changes_no_table(function: &str) -> bool {
    let starts = [
        "json", "sqlite_", "strftime", "date", "time", "julian", "unix", "unicode", "zeroblob",
    ];
    OWN_FUNCTIONS.contains(&function) || starts.iter().any(|start| function.starts_with(start))
}
