//! `ALTER TABLE` of MySQL and MariaDB: one statement, all or nothing.
//!
//! The server first takes columns away and redefines them, all by the names they had before the
//! statement, then adds columns, drops and renames keys, adds keys, and renames the table last.
//! `DROP INDEX i, ADD INDEX i` works in either order.

use super::resolve_column;
use super::{draft, keep, pointing_at, rename_table};
use std::sync::Arc;

use super::columns::{is_column_check, refuse_default, settled_default};
use super::{Draft, unknown};
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::ColumnRename;
use crate::catalog::{DefaultValue, QName, Rejection, Table};
use crate::server::mysql::charset;
use crate::source::Span;
use crate::sql::change::{ColumnDef, ExprKind, Ident, ObjectName, TableAction, TableOption};

type Actions<'a> = &'a [(TableAction, Span)];

pub(super) fn alter_table(
    apply: &mut Apply<'_>,
    name: &ObjectName,
    actions: Actions<'_>,
    if_exists: bool,
    span: Span,
) -> Outcome {
    if if_exists && apply.catalog.find_table(name).is_none() {
        return Ok(());
    }
    let Some(found) = apply.need_table(name)? else {
        return Ok(());
    };
    let table = apply.catalog.tables[&found].as_ref().clone();
    let old = table.clone();
    let mut draft = draft(apply, table);
    let renamed = alter_columns(apply, &mut draft, actions)?;
    alter_keys(apply, &mut draft, actions)?;
    for (action, _) in actions {
        match action {
            TableAction::AddColumn { column, .. } => {
                resolve_column(apply, &draft.table, column)?;
            }
            TableAction::AddConstraint(constraint) => {
                apply.resolve_checks([&**constraint], &draft.table)?;
            }
            _ => {}
        }
    }
    for (action, _) in actions {
        draft.set_option(action);
    }
    draft.check_auto_increment(span)?;
    draft.refuse_new_keys(span)?;
    if draft.table.columns.is_empty() && !old.columns.is_empty() && old.knowledge.is_exact() {
        let message = format!("table `{found}` would be left without columns");
        return Err(Rejection::new(
            sqlstate::INVALID_TABLE_DEFINITION,
            span,
            message,
        ));
    }
    for ColumnRename { from, to } in &renamed {
        follow_elsewhere(apply, &found, from, to);
    }
    draft.check_foreign_keys(span, apply.catalog)?;
    for column in &old.columns {
        let kept = draft.column(&column.name).is_some()
            || renamed.iter().any(|rename| rename.from == column.name);
        if !kept {
            apply.gone(found.clone(), Some(column.name.clone()), "dropped here");
        }
    }
    keep(apply, draft);
    for (action, _) in actions {
        // `RENAME TABLE` refuses a table's own name; this does not.
        if let TableAction::RenameTo(to) = action
            && to.name.value != found.name
        {
            rename_table(apply, &ObjectName::synthetic(found.name.clone()), to)?;
        }
    }
    Ok(())
}

/// Columns: gone, redefined, added. Returns the new names of those that have one.
fn alter_columns(
    apply: &mut Apply<'_>,
    draft: &mut Draft,
    actions: Actions<'_>,
) -> Outcome<Vec<ColumnRename>> {
    let dropped = Dropped::of(actions, &draft.table);
    for (action, span) in actions {
        if let TableAction::DropColumn {
            name, if_exists, ..
        } = action
            && (!*if_exists || draft.column(&name.value).is_some())
        {
            drop_column(apply, draft, name, *span, &dropped)?;
        }
    }
    let renamed = redefine_columns(apply, draft, actions)?;
    for (action, _) in actions {
        match action {
            TableAction::AddColumn {
                if_not_exists: true,
                column,
                ..
            } if draft.column(&column.name.value).is_some() => {}
            TableAction::AddColumn {
                column, position, ..
            } => draft.add_column(column, position.as_ref())?,
            TableAction::Modify {
                column, position, ..
            } => {
                let at = draft.need_column(&column.name)?;
                draft.place(at, position.as_ref())?;
            }
            _ => {}
        }
    }
    Ok(renamed)
}

/// Redefined columns are found by the names they had before the statement, so that two can swap
/// theirs.
fn redefine_columns(
    apply: &mut Apply<'_>,
    draft: &mut Draft,
    actions: Actions<'_>,
) -> Outcome<Vec<ColumnRename>> {
    let mut redefined = Vec::new();
    for (action, span) in actions {
        match action {
            TableAction::Modify { from, column, .. } => {
                let at = draft.need_column(from)?;
                refuse_type_change(apply, draft, at, column)?;
                redefined.push((at, column.name.value.clone(), Some(column), *span));
            }
            TableAction::RenameColumn { from, to } => {
                redefined.push((draft.need_column(from)?, to.value.clone(), None, *span));
            }
            TableAction::SetDefault { column, default } => {
                let at = draft.need_column(column)?;
                let altered = &draft.table.columns[at];
                if altered.knowledge.is_exact() {
                    refuse_default(default, &altered.data_type, &altered.name)?;
                }
                if altered.not_null && default.kind == ExprKind::Null {
                    let message = format!("column `{}` takes no null", altered.name);
                    let code = sqlstate::INVALID_TEXT_REPRESENTATION;
                    return Err(Rejection::new(code, default.span, message));
                }
                let expr = settled_default(default, &draft.table.columns[at].data_type);
                let value = DefaultValue {
                    expr,
                    literal_type: None,
                };
                draft.table.columns[at].default =
                    Some(value).filter(|_| default.kind != ExprKind::Null);
            }
            TableAction::DropDefault { column } => {
                let at = draft.need_column(column)?;
                draft.table.columns[at].default = None;
            }
            _ => {}
        }
    }
    let mut names: Vec<String> = draft
        .table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let mut renamed = Vec::new();
    for (at, new, definition, _) in &redefined {
        let old = std::mem::replace(&mut names[*at], new.clone());
        if let Some(definition) = definition {
            draft.replace_column(*at, definition)?;
        } else {
            draft.table.columns[*at].name.clone_from(new);
            draft.table.columns[*at].origin.changed = Some(apply.site);
        }
        if old != *new {
            renamed.push(ColumnRename {
                from: old,
                to: new.clone(),
            });
        }
    }
    for (at, new, _, span) in &redefined {
        let twin =
            (0..names.len()).find(|other| other != at && names[*other].eq_ignore_ascii_case(new));
        if let Some(other) = twin {
            let message = format!(
                "column `{new}` of table `{}` already exists",
                draft.table.name
            );
            return Err(Rejection::new(sqlstate::DUPLICATE_COLUMN, *span, message)
                .because(draft.table.columns[other].origin.made, "made here"));
        }
    }
    draft.follow(&renamed);
    draft.keep_keys_not_null();
    Ok(renamed)
}

fn drop_column(
    apply: &mut Apply<'_>,
    draft: &mut Draft,
    name: &Ident,
    span: Span,
    dropped: &Dropped,
) -> Outcome {
    let at = draft.need_column(name)?;
    let column = draft.table.columns[at].name.clone();
    if let Some(key) = draft
        .key_on(&column, apply.catalog)
        .filter(|key| !dropped.keys.contains(&key.name.as_str()))
    {
        let message = format!(
            "column `{column}` cannot be dropped: foreign key `{}` needs it",
            key.name
        );
        return Err(
            Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                .because(key.origin.made, "made here"),
        );
    }
    // Keys that the same statement drops do not hold on to it.
    let among = |names: &[&str], key: &str| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    let going = |key: &str| among(&dropped.keys, key);
    let (leaving, staying): (Vec<_>, Vec<_>) = std::mem::take(&mut draft.table.indexes)
        .into_iter()
        .partition(|index| among(&dropped.indexes, &index.name));
    draft.table.indexes = staying;
    let primary = if going("primary") {
        draft.table.primary_key.take()
    } else {
        None
    };
    let outcome = draft.leave_keys(&column, span);
    draft.table.indexes.extend(leaving);
    draft.table.primary_key = draft.table.primary_key.take().or(primary);
    outcome?;
    let uses = |columns: &[Ident]| {
        columns
            .iter()
            .any(|mentioned| mentioned.value.eq_ignore_ascii_case(&column))
    };
    draft
        .table
        .checks
        .retain(|check| !is_column_check(check, &column));
    let check = draft
        .table
        .checks
        .iter()
        .find(|check| uses(&check.expr.columns) && !going(&check.name));
    // A check that mentions nothing else goes with the column.
    if let Some(check) = check.filter(|check| check.expr.columns.len() > 1) {
        let message = format!(
            "column `{column}` cannot be dropped: check `{}` uses it",
            check.name
        );
        return Err(
            Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                .because(check.origin.made, "made here"),
        );
    }
    draft
        .table
        .checks
        .retain(|check| !uses(&check.expr.columns) || going(&check.name));
    let generated = draft.table.columns.iter().find(|other| {
        other.name != column
            && other
                .generated
                .as_ref()
                .is_some_and(|generated| uses(&generated.expr.columns))
    });
    if let Some(other) = generated {
        let message = format!(
            "column `{column}` cannot be dropped: generated column `{}` uses it",
            other.name
        );
        return Err(
            Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                .because(other.origin.made, "made here"),
        );
    }
    draft.table.columns.remove(at);
    Ok(())
}

/// A column on which a foreign key rests keeps its type.
fn refuse_type_change(
    apply: &Apply<'_>,
    draft: &Draft,
    at: usize,
    definition: &ColumnDef,
) -> Outcome {
    let old = &draft.table.columns[at];
    let from = old.name.as_str();
    let new = draft.build(definition)?;
    let other = old.data_type.name != new.data_type.name
        || old.data_type.modifiers != new.data_type.modifiers;
    if !other || !old.knowledge.is_exact() || !apply.catalog.checks_foreign_keys() {
        return Ok(());
    }
    match draft.key_on(from, apply.catalog) {
        Some(key) => {
            let message = format!(
                "the type of column `{from}` cannot change: foreign key `{}` needs it",
                key.name
            );
            Err(Rejection::new(
                sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                definition.type_span,
                message,
            )
            .because(key.origin.made, "made here"))
        }
        None => Ok(()),
    }
}

/// Keys: gone, renamed, added.
fn alter_keys(apply: &mut Apply<'_>, draft: &mut Draft, actions: Actions<'_>) -> Outcome {
    for (action, span) in actions {
        match action {
            TableAction::DropPrimaryKey => draft.drop_primary_key(*span)?,
            TableAction::DropIndex { name, if_exists } => draft.drop_index(name, *if_exists)?,
            TableAction::DropConstraint {
                name, if_exists, ..
            } => draft.drop_constraint(name, *if_exists)?,
            TableAction::DropForeignKey { name, if_exists } => {
                let found = draft
                    .table
                    .foreign_keys
                    .iter()
                    .position(|key| key.name.eq_ignore_ascii_case(&name.value));
                match found {
                    Some(at) => {
                        draft.table.foreign_keys.remove(at);
                    }
                    None if *if_exists || !draft.table.knowledge.is_exact() => {}
                    None => {
                        return Err(unknown(name.span, "foreign key", &name.value, &draft.table));
                    }
                }
            }
            TableAction::RenameIndex { from, to } => draft.rename_index(from, to)?,
            _ => {}
        }
    }
    for (action, _) in actions {
        match action {
            TableAction::AddColumn { column, .. } | TableAction::Modify { column, .. } => {
                for constraint in &column.constraints {
                    draft.add_constraint(constraint, Some(column), apply.catalog)?;
                }
                if column.serial {
                    draft.add_serial_key(column);
                }
            }
            TableAction::AddIndex(index) => draft.add_index(index)?,
            TableAction::AddConstraint(constraint) => {
                draft.add_constraint(constraint, None, apply.catalog)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Foreign keys of other tables follow a column's new name.
fn follow_elsewhere(apply: &mut Apply<'_>, table: &QName, from: &str, to: &str) {
    for name in pointing_at(apply, table)
        .into_iter()
        .filter(|name| name != table)
    {
        let Some(other) = apply.catalog.tables.get_mut(&name) else {
            continue;
        };
        let keys = Arc::make_mut(other)
            .foreign_keys
            .iter_mut()
            .filter(|key| key.table == *table);
        for column in keys
            .flat_map(|key| &mut key.referenced)
            .filter(|column| column.eq_ignore_ascii_case(from))
        {
            to.clone_into(column);
        }
    }
    apply.gone(
        table.clone(),
        Some(from.to_owned()),
        &format!("renamed to `{to}` here"),
    );
}

impl Draft {
    fn set(&mut self, name: &str, value: &str) {
        self.table.options.retain(|other| other.name != name);
        self.table.options.push(TableOption::new(name, value));
    }

    /// Another default of the table's leaves the columns that are there what they are.
    fn keep_charset(&mut self) {
        let Some(charset) = charset::of_table(&self.table) else {
            return;
        };
        let site = self.site;
        for column in &mut self.table.columns {
            let is_old = column.origin.made != Some(site);
            let names_none = column.charset.is_none() && column.collation.is_none();
            if is_old && names_none && charset::has_one(&column.data_type) {
                column.charset = Some(charset.clone());
            }
        }
    }

    fn set_option(&mut self, action: &TableAction) {
        match action {
            TableAction::Option { name, value } => {
                if matches!(name.as_str(), "charset" | "collate") {
                    self.keep_charset();
                }
                self.set(name, value);
                if name == "comment" {
                    self.table.comment = Some(value.clone());
                }
            }
            TableAction::ConvertCharset { charset, collation } => {
                self.set("charset", charset);
                if let Some(collation) = collation {
                    self.set("collate", collation);
                }
                for column in &mut self.table.columns {
                    column.charset = None;
                    if charset::has_one(&column.data_type) {
                        column.collation = None;
                    }
                }
            }
            TableAction::Unknown(what) => self.unsure(&format!("`{what}` is not understood")),
            other => self.spread(other),
        }
    }
}

/// What a statement drops beside columns.
struct Dropped<'a> {
    /// Keys, indexes and constraints.
    keys: Vec<&'a str>,
    /// The indexes among them. A foreign key's own index stays when only the key is dropped, and
    /// goes with the last of its columns.
    indexes: Vec<&'a str>,
}

impl<'a> Dropped<'a> {
    fn of(actions: Actions<'a>, table: &Table) -> Self {
        let mut dropped = Self {
            keys: Vec::new(),
            indexes: Vec::new(),
        };
        for (action, _) in actions {
            let (name, is_index) = match action {
                TableAction::DropIndex { name, .. } => (name.value.as_str(), true),
                TableAction::DropPrimaryKey => ("PRIMARY", true),
                TableAction::DropForeignKey { name, .. } => (name.value.as_str(), false),
                TableAction::DropConstraint { name, .. } => {
                    let mut foreign = table.foreign_keys.iter();
                    let is_foreign = foreign.any(|key| key.name.eq_ignore_ascii_case(&name.value));
                    (name.value.as_str(), !is_foreign)
                }
                _ => continue,
            };
            dropped.keys.push(name);
            if is_index {
                dropped.indexes.push(name);
            }
        }
        dropped
    }
}
