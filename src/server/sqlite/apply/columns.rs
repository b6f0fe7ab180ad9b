//! `CREATE TABLE` of SQLite: columns, rowid keys, keys that are one.

use super::{free_name, put};
use super::{malformed, need_position, no_column};
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::{ClausePlace, is_thrown_away, throws_away_a_part};
use crate::catalog::{
    CheckConstraint, Column, DefaultValue, ForeignKey, Generation, Key, Knowledge, QName,
    Rejection, Table, TableKind,
};
use crate::server::sqlite::names::is_rowid;
use crate::source::Span;
use crate::sql::change::tree::Term;
use crate::sql::change::{
    ColumnDef, ConstraintDef, ConstraintKind, CreateTable, DataType, ExprKind, ForeignKeyDef,
    Ident, IndexColumn, Query,
};

pub(super) fn create_table(apply: &mut Apply<'_>, create: &CreateTable, span: Span) -> Outcome {
    if create.if_not_exists
        && (apply
            .catalog
            .table(&create.name)
            .is_some_and(|table| table.origin.made.is_some())
            || apply.catalog.find_view(&create.name).is_some())
    {
        return Ok(());
    }
    let name = free_name(apply, &create.name)?;
    let mut table = Table {
        name,
        options: create.options.clone(),
        lets_rows_pass: create.lets_rows_pass,
        origin: apply.origin(),
        ..Table::default()
    };
    if table.option("virtual").is_some() {
        table.kind = TableKind::Virtual;
    }
    if let Some(query) = &create.query {
        apply.read(query)?;
        apply.resolve(query)?;
        columns_of_query(apply, &mut table, query);
        put(apply, table);
        return Ok(());
    }
    for column in &create.columns {
        add_column_to(apply, &mut table, column)?;
    }
    let mut autoincrement = create.columns.iter().filter(|column| column.auto_increment);
    for column in &create.columns {
        for constraint in &column.constraints {
            add_constraint(apply, &mut table, constraint, Some(&column.name))?;
        }
    }
    for constraint in &create.constraints {
        add_constraint(apply, &mut table, constraint, None)?;
    }
    let rowid = rowid_column(&table).map(str::to_owned);
    if let Some(column) = autoincrement.find(|column| rowid.as_deref() != Some(&column.name.value))
    {
        return Err(malformed(
            column.name.span,
            "`AUTOINCREMENT` is for an `INTEGER PRIMARY KEY` only".to_owned(),
        ));
    }
    refuse_columns(&table, create)?;
    let without_rowid = table.option("without rowid").is_some();
    if without_rowid && table.primary_key.is_none() {
        return Err(malformed(
            span,
            format!(
                "table `{}` is `WITHOUT ROWID` and has no primary key",
                table.name
            ),
        ));
    }
    for column in &create.columns {
        resolve_column(apply, &table, column)?;
    }
    apply.resolve_checks(&create.constraints, &table)?;
    settle_keys(&mut table);
    put(apply, table);
    Ok(())
}

/// Refuses a type that a `STRICT` table does not take.
pub(super) fn refuse_loose_type(table: &Table, column: &ColumnDef) -> Outcome {
    const STRICT: [&str; 6] = ["int", "integer", "real", "text", "blob", "any"];
    let data_type = &column.data_type;
    let mut known = STRICT.iter();
    let fits =
        data_type.args.is_empty() && known.any(|name| data_type.name.eq_ignore_ascii_case(name));
    if fits || table.option("strict").is_none() {
        return Ok(());
    }
    let message = format!(
        "column `{}` has none of the types of a `STRICT` table",
        column.name.value
    );
    Err(malformed(column.name.span, message))
}

/// Refuses types that a `STRICT` table does not take, and a table of which nobody can write a column.
fn refuse_columns(table: &Table, create: &CreateTable) -> Outcome {
    create
        .columns
        .iter()
        .try_for_each(|column| refuse_loose_type(table, column))?;
    if let (Some(constraint), Some(last)) = (create.constraints.first(), create.columns.last())
        && constraint.span.start < last.name.span.start
    {
        let message = format!(
            "column `{}` stands after a constraint of the table: all columns come first",
            last.name.value
        );
        return Err(Rejection::new(
            sqlstate::SYNTAX_ERROR,
            last.name.span,
            message,
        ));
    }
    let mut columns = create.columns.iter();
    match create.columns.first() {
        Some(first) if columns.all(|column| column.generated.is_some()) => {
            let message = format!("every column of table `{}` is generated", table.name);
            Err(malformed(first.name.span, message))
        }
        _ => Ok(()),
    }
}

/// Names in what a column is made of and checked by.
pub(super) fn resolve_column(apply: &Apply<'_>, table: &Table, column: &ColumnDef) -> Outcome {
    if let Some(default) = &column.default
        && default.tree.get().is_some_and(|tree| is_not_constant(tree))
    {
        let message = format!(
            "the default of column `{}` is not constant",
            column.name.value
        );
        return Err(malformed(default.span, message));
    }
    if let Some(generated) = &column.generated {
        apply.resolve_over(&generated.expr, table, ClausePlace::Generated)?;
    }
    apply.resolve_checks(&column.constraints, table)
}

/// Whether SQLite takes a default for something that depends on a row: a column or a query stands
/// in it. A word alone is a string, unless it stands in parentheses, of which a tree says nothing.
fn is_not_constant(default: &Term) -> bool {
    fn depends(term: &Term) -> bool {
        match term {
            Term::Name(_) | Term::NameOrText(_) | Term::Query(_) => true,
            term => !is_thrown_away(term) && term.parts().any(depends),
        }
    }
    let is_word = match default {
        Term::Name(parts) => parts.len() == 1,
        term => matches!(term, Term::NameOrText(_)),
    };
    !is_word && depends(default)
}

pub(super) fn add_column_to(
    apply: &mut Apply<'_>,
    table: &mut Table,
    definition: &ColumnDef,
) -> Outcome {
    if let Some(at) = super::position(table, &definition.name.value) {
        let message = format!(
            "column `{}` of table `{}` already exists",
            definition.name.value, table.name
        );
        return Err(crate::catalog::Rejection::new(
            super::sqlstate::DUPLICATE_COLUMN,
            definition.name.span,
            message,
        )
        .because(table.columns[at].origin.made, "made here"));
    }
    let column = build_column(apply, definition);
    table.columns.push(column);
    Ok(())
}

/// A column as the definition says, word for word.
pub(super) fn build_column(apply: &Apply<'_>, definition: &ColumnDef) -> Column {
    Column {
        name: definition.name.value.clone(),
        data_type: definition.data_type.clone(),
        not_null: definition.not_null == Some(true),
        default: definition
            .default
            .as_ref()
            .filter(|default| default.kind != ExprKind::Null)
            .map(|default| DefaultValue {
                expr: default.clone(),
                literal_type: None,
            }),
        generated: definition.generated.as_ref().map(|generated| Generation {
            expr: generated.expr.clone(),
            stored: generated.stored,
        }),
        auto_increment: definition.auto_increment,
        collation: definition
            .collation
            .as_ref()
            .map(|name| QName::new("", name.name.value.clone())),
        origin: apply.origin(),
        ..Column::default()
    }
}

/// A constraint, inline if `column` is given.
pub(super) fn add_constraint(
    apply: &mut Apply<'_>,
    table: &mut Table,
    constraint: &ConstraintDef,
    column: Option<&Ident>,
) -> Outcome {
    let name = constraint
        .name
        .as_ref()
        .map(|name| name.value.clone())
        .unwrap_or_default();
    let origin = apply.origin();
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => {
            if table.primary_key.is_some() {
                return Err(malformed(
                    constraint.span,
                    format!("table `{}` has more than one primary key", table.name),
                ));
            }
            let columns = key_columns(table, columns, column, constraint.span)?;
            table.primary_key = Some(Key {
                name,
                columns,
                origin,
                ..Key::default()
            });
        }
        ConstraintKind::Unique { columns, .. } => {
            let columns = key_columns(table, columns, column, constraint.span)?;
            table.uniques.push(Key {
                name,
                columns,
                origin,
                ..Key::default()
            });
        }
        ConstraintKind::ForeignKey(foreign) => {
            build_foreign_key(apply, table, constraint, foreign, column)?;
        }
        ConstraintKind::Check {
            expr, no_inherit, ..
        } => {
            let unread = expr.tree.get().is_some_and(|tree| throws_away_a_part(tree));
            // A quoted name that is no column is a string.
            for used in expr
                .columns
                .iter()
                .filter(|used| !unread && !used.quoted && !is_rowid(&used.value))
            {
                need_position(table, used)?;
            }
            table.checks.push(CheckConstraint {
                name,
                expr: expr.clone(),
                valid: true,
                no_inherit: *no_inherit,
                origin,
            });
        }
        ConstraintKind::NotNull { .. } | ConstraintKind::Exclude { .. } => {}
    }
    Ok(())
}

/// The target is a name; that it exists matters only when rows are written. No columns mean the
/// primary key of whatever has that name.
fn build_foreign_key(
    apply: &Apply<'_>,
    table: &mut Table,
    constraint: &ConstraintDef,
    foreign: &ForeignKeyDef,
    column: Option<&Ident>,
) -> Outcome {
    let written: Vec<&Ident> = if foreign.columns.is_empty() {
        column.into_iter().collect()
    } else {
        foreign.columns.iter().collect()
    };
    let mut columns = Vec::new();
    for name in written {
        let at = need_position(table, name)?;
        columns.push(table.columns[at].name.clone());
    }
    if !foreign.referenced.is_empty() && foreign.referenced.len() != columns.len() {
        let message = "the foreign key does not name as many columns there as here".to_owned();
        return Err(malformed(constraint.span, message));
    }
    table.foreign_keys.push(ForeignKey {
        name: constraint
            .name
            .as_ref()
            .map(|name| name.value.clone())
            .unwrap_or_default(),
        columns,
        // A table that exists is called by its own name, whatever the case written.
        table: apply
            .catalog
            .find_table(&foreign.table)
            .unwrap_or_else(|| QName::new("", foreign.table.name.value.clone())),
        referenced: foreign
            .referenced
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        on_delete: foreign.on_delete,
        on_update: foreign.on_update,
        valid: true,
        deferral: constraint.deferral,
        origin: apply.origin(),
    });
    Ok(())
}

/// `CREATE TABLE … AS`: names, and types by affinity; no constraint and no default comes along.
fn columns_of_query(apply: &Apply<'_>, table: &mut Table, query: &Query) {
    let mut known = true;
    let column = |name: &str, declared: &str| Column {
        name: name.to_owned(),
        data_type: DataType::named(by_affinity(declared)),
        origin: apply.origin(),
        ..Column::default()
    };
    for output in &query.output {
        match (&output.name, &output.from) {
            (None, Some(from)) if from.column.value == "*" => {
                let source = from
                    .relation
                    .as_ref()
                    .and_then(|name| apply.catalog.find_relation(name));
                let names = source.and_then(|name| apply.catalog.relation_columns(&name));
                known &= names.is_some();
                for (at, name) in names.into_iter().flatten().enumerate() {
                    let data_type = apply.catalog.type_behind_star(&output.value, at);
                    table.columns.push(column(
                        name,
                        data_type.as_ref().map_or("", |found| &found.name),
                    ));
                }
            }
            (Some(name), from) => {
                // An expression has no type; a column that is not found is not known.
                let data_type = apply.catalog.type_of_value(&output.value);
                known &= data_type.is_some() || from.is_none();
                table.columns.push(column(
                    &name.value,
                    data_type.as_ref().map_or("", |found| &found.name),
                ));
            }
            _ => known = false,
        }
    }
    if !known || query.output.is_empty() {
        table.knowledge =
            Knowledge::Unknown("it is made of a query whose columns cannot be known".to_owned());
    }
}

/// How `CREATE TABLE … AS` declares a column of that type's affinity
/// (<https://www.sqlite.org/datatype3.html>, 3.1).
fn by_affinity(declared: &str) -> &'static str {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        "INT"
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        "TEXT"
    } else if declared.trim().is_empty() || has(&["BLOB"]) {
        ""
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "REAL"
    } else {
        "NUM"
    }
}

fn key_columns(
    table: &mut Table,
    written: &[IndexColumn],
    inline: Option<&Ident>,
    span: Span,
) -> Outcome<Vec<String>> {
    let mut columns = Vec::new();
    if let Some(name) = inline.filter(|_| written.is_empty()) {
        let at = need_position(table, name)?;
        columns.push(table.columns[at].name.clone());
    }
    for column in written {
        let ExprKind::Column(name) = &column.expr.kind else {
            return Err(malformed(
                span,
                "a primary key or `UNIQUE` takes columns only".to_owned(),
            ));
        };
        match super::position(table, &name.value) {
            Some(at) => columns.push(table.columns[at].name.clone()),
            None => return Err(no_column(table, &name.value, name.span)),
        }
    }
    Ok(columns)
}

/// The column that is another name for the rowid: the only one of the primary key, declared
/// `INTEGER` and nothing else.
pub(crate) fn rowid_column(table: &Table) -> Option<&str> {
    let [only] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let column = table.column(only)?;
    let alias =
        column.data_type.name.eq_ignore_ascii_case("integer") && column.data_type.args.is_empty();
    (alias && table.option("without rowid").is_none()).then_some(only)
}

/// A `UNIQUE` that repeats another one, or a primary key that is no rowid, makes nothing. The
/// primary key of `WITHOUT ROWID` and `STRICT` takes no nulls; that of other tables does.
fn settle_keys(table: &mut Table) {
    let rowid = rowid_column(table).is_some();
    let mut kept: Vec<Vec<String>> = table
        .primary_key
        .iter()
        .filter(|_| !rowid)
        .map(|key| key.columns.clone())
        .collect();
    table.uniques.retain(|key| {
        let new = !kept.contains(&key.columns);
        kept.push(key.columns.clone());
        new
    });
    if !rowid && (table.option("without rowid").is_some() || table.option("strict").is_some()) {
        let key = table
            .primary_key
            .as_ref()
            .map(|key| key.columns.clone())
            .unwrap_or_default();
        table
            .columns
            .iter_mut()
            .filter(|column| key.contains(&column.name))
            .for_each(|column| column.not_null = true);
    }
}
