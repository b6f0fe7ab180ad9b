//! What MySQL and MariaDB do with a change, where they differ from PostgreSQL.
//!
//! Every statement is all or nothing, but a `ROLLBACK` undoes none: each DDL statement commits.
//! Nothing depends on anything except through foreign keys: a view outlives its tables. Measured on
//! MariaDB 10.11; differences of MySQL 8 after its manual.

mod alter;
mod columns;
mod foreign;
mod keys;
mod options;
mod partitions;
mod truncate;

use crate::catalog::resolve::ClausePlace;
use crate::sql::change::ColumnDef;
use alter::alter_table;
use std::sync::Arc;
use truncate::truncate;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Catalog, Knowledge, Mention, QName, Rejection, Table};
use crate::source::Span;
use crate::sql::change::tree::Term;
use crate::sql::change::{
    Change, ChangeKind, CreateTable, DataType, DropMode, Ident, ObjectName, Persistence,
    TableAction,
};

/// Applies a change that MySQL has its own way with; false for the others.
pub(crate) fn apply(apply: &mut Apply<'_>, change: &Change) -> bool {
    let outcome = match &change.kind {
        ChangeKind::CreateTable(create) => create_table(apply, create, change.span),
        ChangeKind::AlterTable(alter) => alter_table(
            apply,
            &alter.table,
            &alter.actions,
            alter.if_exists,
            change.span,
        ),
        ChangeKind::CreateIndex { table, index } => {
            let action = TableAction::AddIndex(index.clone());
            alter_table(apply, table, &[(action, change.span)], false, change.span)
        }
        ChangeKind::DropIndex {
            names,
            on: Some(table),
            mode,
            ..
        } => {
            let drops = names.iter().map(|name| TableAction::DropIndex {
                name: name.name.clone(),
                if_exists: mode.if_exists,
            });
            let actions: Vec<_> = drops.map(|drop| (drop, change.span)).collect();
            alter_table(apply, table, &actions, false, change.span)
        }
        ChangeKind::RenameTable { from, to } => rename_table(apply, from, to),
        ChangeKind::DropTable {
            temporary: true,
            names,
            ..
        } => {
            apply.drop_temporary_tables(names);
            Ok(())
        }
        ChangeKind::DropTable { names, mode, .. } => {
            drop_tables(apply, names, *mode);
            Ok(())
        }
        ChangeKind::Truncate { tables, .. } => truncate(apply, tables),
        ChangeKind::DropView { names, mode, .. } => drop_views(apply, names, *mode),
        ChangeKind::CreateView {
            name,
            or_replace: true,
            ..
        } => {
            if let Some(view) = apply.catalog.find_view(name) {
                apply.catalog.views.remove(&view);
            }
            return false;
        }
        ChangeKind::SetParameter { name, value, .. } => {
            // Everything else of a session changes no schema.
            if name.eq_ignore_ascii_case("foreign_key_checks") {
                let value = value.clone().unwrap_or_else(|| "1".to_owned());
                apply
                    .catalog
                    .settings
                    .insert("foreign_key_checks".to_owned(), value);
            } else if name.to_ascii_lowercase().ends_with("sql_mode") {
                let value = value.clone().unwrap_or_default();
                let settings = &mut apply.catalog.settings;
                settings.insert("sql_mode".to_owned(), value);
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
    /// Whether the session looks at foreign keys when it makes, changes and drops tables.
    pub(crate) fn checks_foreign_keys(&self) -> bool {
        let value = self
            .settings
            .get("foreign_key_checks")
            .map(|value| value.to_ascii_lowercase());
        !matches!(value.as_deref(), Some("0" | "off" | "false"))
    }
}

/// A copy of a table on which a statement works; it replaces the table when the server takes the
/// whole statement.
#[derive(Debug)]
struct Draft {
    table: Table,
    site: crate::catalog::Site,
    /// MariaDB, where it differs from MySQL.
    mariadb: bool,
    /// Whether a session says itself how strict it is.
    lenient: bool,
}

impl Draft {
    fn origin(&self) -> crate::catalog::Origin {
        crate::catalog::Origin {
            made: Some(self.site),
            changed: Some(self.site),
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.table
            .columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The column's position; one that is missing is refused where the table is known, and made up
    /// where it is not.
    fn need_column(&mut self, name: &Ident) -> Outcome<usize> {
        if let Some(at) = self.column(&name.value) {
            return Ok(at);
        }
        if self.table.knowledge.is_exact() {
            let message = format!(
                "column `{}` of table `{}` does not exist",
                name.value, self.table.name
            );
            return Err(
                Rejection::new(sqlstate::UNDEFINED_COLUMN, name.span, message)
                    .because(self.table.origin.made, "the table is made here"),
            );
        }
        let knowledge = Knowledge::Unknown("the history does not say how it was made".to_owned());
        self.table.columns.push(crate::catalog::Column {
            name: name.value.clone(),
            knowledge,
            ..Default::default()
        });
        Ok(self.table.columns.len() - 1)
    }
}

fn draft(apply: &Apply<'_>, table: Table) -> Draft {
    Draft {
        table,
        site: apply.site,
        mariadb: apply.catalog.versions.mariadb,
        lenient: apply.catalog.settings.contains_key("sql_mode"),
    }
}

fn keep(apply: &mut Apply<'_>, mut draft: Draft) {
    draft.settle_methods();
    draft.table.origin.changed = Some(apply.site);
    apply
        .catalog
        .tables
        .insert(draft.table.name.clone(), Arc::new(draft.table));
}

fn create_table(apply: &mut Apply<'_>, create: &CreateTable, span: Span) -> Outcome {
    let name = apply.catalog.qualify(&create.name);
    if create.persistence == Persistence::Temporary {
        if let Some(query) = &create.query {
            apply.read(query)?;
            apply.resolve(query)?;
        }
        apply.create_temporary_table(&create.name);
        return Ok(());
    }
    let there = apply
        .catalog
        .tables
        .get(&name)
        .is_some_and(|table| table.origin.made.is_some());
    if create.if_not_exists && (there || apply.catalog.find_view(&create.name).is_some()) {
        return Ok(());
    }
    if create.or_replace && apply.catalog.tables.contains_key(&name) {
        let mode = DropMode {
            if_exists: true,
            ..DropMode::default()
        };
        drop_table(apply, &create.name, mode, &[])?;
    }
    apply.refuse_taken(&name, create.name.span())?;
    let mut draft = draft(
        apply,
        Table {
            name,
            options: create.options.clone(),
            origin: apply.origin(),
            ..Table::default()
        },
    );
    draft.table.comment = draft.table.option("comment").map(str::to_owned);
    if let Some(like) = create.like.first() {
        let Some(source) = apply.need_table(&like.table)? else {
            return Ok(());
        };
        draft.copy(&apply.catalog.tables[&source]);
    }
    for column in &create.columns {
        draft.add_column(column, None)?;
    }
    if let Some(query) = &create.query {
        apply.read(query)?;
        let yielded = apply.yields_of(query, &[])?;
        apply.refuse_same_names(&[], yielded.as_deref().unwrap_or_default(), query)?;
        draft.add_columns_of_query(query, apply.catalog);
    }
    draft.add_all_keys(create, apply.catalog)?;
    for column in &create.columns {
        resolve_column(apply, &draft.table, column)?;
    }
    apply.resolve_checks(&create.constraints, &draft.table)?;
    draft.check_auto_increment(span)?;
    draft.table.partition_by.clone_from(&create.partition_by);
    draft.refuse_new_keys(span)?;
    draft.refuse_options(create.name.span())?;
    keep(apply, draft);
    Ok(())
}

/// Names in what a column is made of, filled and checked by.
fn resolve_column(apply: &Apply<'_>, table: &Table, column: &ColumnDef) -> Outcome {
    if let Some(generated) = &column.generated {
        // MariaDB keeps no value of a virtual column, and lets it change.
        let place = if generated.stored || !apply.catalog.versions.mariadb {
            ClausePlace::Generated
        } else {
            ClausePlace::Virtual
        };
        apply.resolve_over(&generated.expr, table, place)?;
    }
    if let Some(default) = &column.default {
        apply.resolve_over(default, table, ClausePlace::Default)?;
    }
    apply.resolve_checks(&column.constraints, table)
}

/// Whether a table has a column of that name which no list of its columns shows.
pub(crate) fn is_hidden(_: &Table, _: &str) -> bool {
    false
}

fn rename_table(apply: &mut Apply<'_>, from: &ObjectName, to: &ObjectName) -> Outcome {
    let Some(found) = apply.catalog.find_table(from) else {
        if let Some(view) = apply.catalog.find_view(from) {
            let new = apply.catalog.qualify(to);
            apply.refuse_taken(&new, to.span())?;
            if let Some(mut kept) = apply.catalog.views.remove(&view) {
                Arc::make_mut(&mut kept).name = new.clone();
                apply.catalog.views.insert(new, kept);
            }
            return Ok(());
        }
        return apply.need_table(from).map(|_| ());
    };
    let new = apply.catalog.qualify(to);
    if new == found {
        return if apply.catalog.versions.mariadb {
            apply.refuse_taken(&new, to.span())
        } else {
            Ok(())
        };
    }
    // A change of case alone is no clash.
    apply.refuse_taken(&new, to.span())?;
    move_table(apply, &found, &new);
    Ok(())
}

/// Foreign keys follow on both sides; those whose name the server made up are renamed too.
fn move_table(apply: &mut Apply<'_>, from: &QName, to: &QName) {
    let Some(mut table) = apply.catalog.tables.remove(from) else {
        return;
    };
    let moved = Arc::make_mut(&mut table);
    moved.name = to.clone();
    moved.origin.changed = Some(apply.site);
    let prefix = format!("{}_ibfk_", from.name);
    for key in &mut moved.foreign_keys {
        if let Some(number) = key.name.strip_prefix(&prefix) {
            key.name = foreign::own_name(&to.name, number);
        }
    }
    apply.catalog.tables.insert(to.clone(), table);
    let pointing: Vec<QName> = pointing_at(apply, from);
    for name in pointing {
        if let Some(table) = apply.catalog.tables.get_mut(&name) {
            for key in Arc::make_mut(table)
                .foreign_keys
                .iter_mut()
                .filter(|key| key.table == *from)
            {
                key.table.clone_from(to);
            }
        }
    }
    apply.gone(from.clone(), None, &format!("renamed to `{to}` here"));
}

/// Tables with a foreign key to that table.
fn pointing_at(apply: &Apply<'_>, table: &QName) -> Vec<QName> {
    let tables = apply.catalog.tables.with(Mention::Relation(&table.name));
    tables
        .filter(|(_, other)| other.has_key_to(table))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Each table by itself: those that the server refuses stay, the others go.
fn drop_tables(apply: &mut Apply<'_>, names: &[ObjectName], mode: DropMode) {
    let together: Vec<QName> = names
        .iter()
        .filter_map(|name| apply.catalog.find_table(name))
        .collect();
    for name in names {
        let outcome = drop_table(apply, name, mode, &together);
        apply.record(outcome);
    }
}

fn drop_table(
    apply: &mut Apply<'_>,
    name: &ObjectName,
    mode: DropMode,
    together: &[QName],
) -> Outcome {
    let Some(table) = apply.catalog.find_table(name) else {
        if let Some(view) = apply.catalog.find_view(name) {
            return if mode.if_exists {
                Ok(())
            } else {
                Err(apply.wrong_kind(name.span(), &view, "a table"))
            };
        }
        return if mode.if_exists {
            Ok(())
        } else {
            apply.missing_relation(name, "table")
        };
    };
    if apply.catalog.checks_foreign_keys() {
        // MariaDB drops one after the other, MySQL all at once.
        let mut pointing = pointing_at(apply, &table);
        pointing.retain(|other| {
            *other != table && (apply.catalog.versions.mariadb || !together.contains(other))
        });
        if let Some(other) = pointing
            .first()
            .and_then(|other| apply.catalog.tables.get(other))
        {
            let key = other.foreign_keys.iter().find(|key| key.table == table);
            let message = format!(
                "table `{table}` cannot be dropped: foreign key `{}` of table `{}` points at it",
                key.map_or("", |key| &key.name),
                other.name
            );
            return Err(Rejection::new(
                sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                name.span(),
                message,
            )
            .because(key.and_then(|key| key.origin.made), "made here"));
        }
    }
    apply.catalog.tables.remove(&table);
    apply.gone(table, None, "dropped here");
    Ok(())
}

fn drop_views(apply: &mut Apply<'_>, names: &[ObjectName], mode: DropMode) -> Outcome {
    for name in names {
        match apply.catalog.find_view(name) {
            Some(view) => {
                apply.catalog.views.remove(&view);
                apply.gone(view, None, "dropped here");
            }
            None if mode.if_exists => {}
            None => match apply.catalog.find_table(name) {
                Some(table) => return Err(apply.wrong_kind(name.span(), &table, "a view")),
                None => apply.missing_relation(name, "view")?,
            },
        }
    }
    Ok(())
}

/// Refuses a name that the table uses already.
fn taken(span: Span, kind: &str, name: &str, made: Option<crate::catalog::Site>) -> Rejection {
    Rejection::new(
        sqlstate::DUPLICATE_OBJECT,
        span,
        format!("{kind} `{name}` already exists"),
    )
    .because(made, "made here")
}

/// Refuses a name that the table does not know.
fn unknown(span: Span, kind: &str, name: &str, table: &Table) -> Rejection {
    let message = format!("{kind} `{name}` of table `{}` does not exist", table.name);
    Rejection::new(sqlstate::UNDEFINED_OBJECT, span, message)
        .because(table.origin.made, "the table is made here")
}

/// Whether the primary key is an index beside the rows, and shown as one.
pub(crate) fn has_key_beside_rows(_: &Table) -> bool {
    false
}

/// Whether a column is another name for the number of its row.
pub(crate) fn is_row_number(_: &Table, _: &str) -> bool {
    false
}

/// Whether a function changes no table whose name it is given: a stored function may run neither
/// DDL nor a prepared text (error 1336 and 1422).
pub(crate) fn changes_no_table(_: &str) -> bool {
    true
}

/// Refuses a row for what its table makes of it beside keys and nulls.
pub(crate) fn refuse_row<'t>(_: &Table, _: impl Fn(usize) -> Option<&'t Term>) -> Outcome {
    Ok(())
}

/// Whether a column of that type makes something else of a null: a `TIMESTAMP` takes the time,
/// unless `explicit_defaults_for_timestamp` is on, as it is by now.
pub(crate) fn replaces_null(data_type: &DataType) -> bool {
    data_type.name.eq_ignore_ascii_case("timestamp")
}

/// Whether a column of that type has a value though nobody gives it one: an `ENUM` has its first.
pub(crate) fn has_own_default(data_type: &DataType) -> bool {
    data_type.name.eq_ignore_ascii_case("enum") || replaces_null(data_type)
}
