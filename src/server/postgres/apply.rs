//! What PostgreSQL does with a change, where servers differ: tables and what belongs to them,
//! types, extensions.

mod alter;
pub(crate) mod columns;
mod constants;
mod constraints;
mod datatypes;
mod domains;
pub(crate) mod extensions;
mod foreign_keys;
mod indexes;
mod keys;
mod methods;
mod names;
mod outside;
mod partitions;
mod retype;
mod tables;
mod truncate;
mod types;

pub(crate) use outside::{outside_only, outside_only_here};

use crate::catalog::Table;
use crate::catalog::apply::{Apply, Outcome};
use crate::sql::change::tree::Term;
use crate::sql::change::{Change, ChangeKind, DataType};

/// Applies a change that PostgreSQL has its own way with; false for the others.
pub(crate) fn apply(apply: &mut Apply<'_>, change: &Change) -> bool {
    let outcome = match &change.kind {
        ChangeKind::CreateExtension {
            name,
            schema,
            if_not_exists,
        } => apply.create_extension(name, schema.as_ref(), *if_not_exists),
        ChangeKind::DropExtension { names, mode } => apply.drop_extensions(names, *mode),
        ChangeKind::CreateTable(create) => apply.create_table(create),
        ChangeKind::AlterTable(alter) => {
            apply.alter_table(alter);
            Ok(())
        }
        ChangeKind::DropTable { names, mode, .. } => apply.drop_tables(names, *mode),
        ChangeKind::RenameTable { from, to } => apply.rename_table(from, to),
        ChangeKind::CreateIndex { table, index } => apply.create_index(table, index),
        ChangeKind::RenameIndex {
            from,
            to,
            if_exists,
        } => apply.rename_index(from, to, *if_exists),
        ChangeKind::AttachIndex { parent, .. } => {
            apply.attach_index(parent);
            Ok(())
        }
        ChangeKind::CreateEnum { name, labels } => apply.create_enum(name, labels),
        ChangeKind::CreateDomain {
            name,
            base,
            not_null,
            default,
            checks,
        } => apply.create_domain(name, base, *not_null, default.as_ref(), checks),
        ChangeKind::Truncate { tables, cascade } => apply.truncate(tables, *cascade),
        ChangeKind::CreateType { name, fields } => apply.create_composite(name, fields),
        ChangeKind::AddEnumValue {
            name,
            value,
            position,
            if_not_exists,
        } => apply.add_enum_value(name, value, position, *if_not_exists),
        ChangeKind::RenameEnumValue { name, from, to } => apply.rename_enum_value(name, from, to),
        ChangeKind::Reindex {
            target,
            name: Some(name),
            ..
        } => apply.reindex(target, name),
        ChangeKind::Maintenance {
            name,
            table: Some(table),
            ..
        } if matches!(
            name.as_str(),
            "VACUUM" | "VACUUM FULL" | "ANALYZE" | "CLUSTER"
        ) =>
        {
            apply.need_tables(std::slice::from_ref(table))
        }
        ChangeKind::AlterType { name, action } => apply.alter_type(name, action),
        ChangeKind::AlterDomain { name, action } => apply.alter_domain(name, action),
        _ => return false,
    };
    apply.record(outcome);
    true
}

/// Whether the primary key is an index beside the rows, and shown as one.
pub(crate) fn has_key_beside_rows(_: &Table) -> bool {
    false
}

/// Whether a table has a column of that name which no list of its columns shows.
pub(crate) fn is_hidden(_: &Table, name: &str) -> bool {
    matches!(
        name,
        "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid"
    )
}

/// Whether a column is another name for the number of its row.
pub(crate) fn is_row_number(_: &Table, _: &str) -> bool {
    false
}

/// Whether a function changes no table whose name it is given.
pub(crate) fn changes_no_table(function: &str) -> bool {
    super::functions::changes_no_table(function)
}

/// Refuses a row for what its table makes of it beside keys and nulls.
pub(crate) fn refuse_row<'t>(_: &Table, _: impl Fn(usize) -> Option<&'t Term>) -> Outcome {
    Ok(())
}

/// Whether a column of that type makes something else of a null.
pub(crate) fn replaces_null(_: &DataType) -> bool {
    false
}

/// Whether a column of that type has a value though nobody gives it one.
pub(crate) fn has_own_default(_: &DataType) -> bool {
    false
}
