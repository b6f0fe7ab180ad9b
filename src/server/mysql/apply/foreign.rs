//! Foreign keys of MySQL and MariaDB: their names, and the indexes that the server makes for them.

use super::keys::{starts_with, whole_columns};
use super::{Draft, taken};
use crate::catalog::apply::Outcome;
use crate::catalog::later::MadeKind;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{
    Catalog, Column, ForeignKey, Index, IndexKey, Mention, QName, Rejection, Table, format_type,
};
use crate::server::mysql::charset;
use crate::server::mysql::names::CHARACTERS as MYSQL_CHARACTERS;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    ConstraintDef, DataType, Deferral, Expr, ExprKind, ForeignKeyDef, Ident, ReferentialAction,
};

/// The name that the server makes for a foreign key. MariaDB cuts it.
pub(super) fn own_name(table: &str, number: impl std::fmt::Display) -> String {
    format!("{table}_ibfk_{number}")
        .chars()
        .take(MYSQL_CHARACTERS)
        .collect()
}

impl Draft {
    /// A foreign key, and an index for it unless there is one that starts with its columns.
    pub(super) fn add_foreign_key(
        &mut self,
        constraint: &ConstraintDef,
        foreign: &ForeignKeyDef,
        catalog: &Catalog,
    ) -> Outcome {
        let mut columns = Vec::new();
        for column in &foreign.columns {
            let at = self.need_column(column)?;
            columns.push(self.table.columns[at].name.clone());
        }
        let target = catalog
            .find_table(&foreign.table)
            .unwrap_or_else(|| catalog.qualify(&foreign.table));
        let itself = target == self.table.name;
        let referenced = self.check_target(constraint.span, foreign, &columns, itself, catalog)?;
        // Where something may have dropped a key of that name, this statement is right and the
        // catalog is not.
        if let Some(name) = constraint
            .name
            .as_ref()
            .filter(|_| !self.table.knowledge.is_exact())
        {
            self.table
                .foreign_keys
                .retain(|key| !key.name.eq_ignore_ascii_case(&name.value));
        }
        let name = self.foreign_key_name(constraint, catalog)?;
        let index_name = constraint.name.as_ref().or(foreign.index_name.as_ref());
        self.add_implicit_index(index_name, &columns)?;
        self.table.foreign_keys.push(ForeignKey {
            name,
            columns,
            table: target,
            referenced,
            on_delete: foreign.on_delete,
            on_update: foreign.on_update,
            valid: true,
            deferral: Deferral::Never,
            origin: self.origin(),
        });
        Ok(())
    }

    /// Named after the table and numbered after the highest number so far.
    fn foreign_key_name(&self, constraint: &ConstraintDef, catalog: &Catalog) -> Outcome<String> {
        let Some(name) = &constraint.name else {
            let prefix = format!("{}_ibfk_", self.table.name.name);
            let numbers = self
                .table
                .foreign_keys
                .iter()
                .filter_map(|key| key.name.strip_prefix(&prefix)?.parse::<u32>().ok());
            let number = numbers.max().map_or(1, |highest| highest.saturating_add(1));
            return Ok(own_name(&self.table.name.name, number));
        };
        // The names of foreign keys are one namespace for the whole database.
        let others = catalog
            .tables
            .with(Mention::Constraint(&name.value))
            .map(|(_, table)| table);
        let others = others.filter(|table| table.name != self.table.name);
        let mut keys = others
            .flat_map(|table| &table.foreign_keys)
            .chain(&self.table.foreign_keys);
        match keys.find(|key| key.name.eq_ignore_ascii_case(&name.value)) {
            Some(key) => Err(taken(
                name.span,
                "foreign key",
                &name.value,
                key.origin.made,
            )),
            None => Ok(name.value.clone()),
        }
    }

    fn add_implicit_index(&mut self, name: Option<&Ident>, columns: &[String]) -> Outcome {
        if let Some(name) = name
            && let Some(index) = self.index(&name.value)
            && !starts_with(&whole_columns(index), columns)
            && !(index.implicit && starts_with(columns, &whole_columns(index)))
        {
            return Err(taken(name.span, "index", &name.value, index.origin.made));
        }
        let keys = columns.iter().map(|column| IndexKey {
            column: Some(column.clone()),
            expr: Expr {
                sql: column.clone(),
                kind: ExprKind::Column(Ident::synthetic(column.clone())),
                ..Expr::default()
            },
            ..IndexKey::default()
        });
        let index = Index {
            keys: keys.collect(),
            implicit: true,
            ..self.new_index()
        };
        self.push_index(name.map(|name| name.value.clone()), index);
        Ok(())
    }

    /// The referenced columns, after looking whether the server would take the key.
    fn check_target(
        &self,
        span: Span,
        foreign: &ForeignKeyDef,
        columns: &[String],
        itself: bool,
        catalog: &Catalog,
    ) -> Outcome<Vec<String>> {
        let found = if itself {
            Some(&self.table)
        } else {
            catalog.table(&foreign.table)
        };
        if found.is_none()
            && catalog.checks_foreign_keys()
            && let Some(view) = catalog.find_view(&foreign.table)
            && !catalog.is_doubtful_view(&view)
        {
            let message = format!("a foreign key points at `{}`, a view", foreign.table);
            return Err(Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message));
        }
        let Some(target) = found else {
            // Where the history begins elsewhere, so may the table.
            let is_absent = catalog.is_surely_absent(&foreign.table, self.site.migration);
            let name = &foreign.table;
            let later = catalog.made_later(MadeKind::Relation, name, self.site, || is_absent);
            if catalog.checks_foreign_keys() && (is_absent || later.is_some()) {
                let message =
                    format!("a foreign key points at table `{name}`, which does not exist");
                let refused = Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message);
                return Err(match later {
                    Some(making) => refused.before(making),
                    None => refused.of_missing(name.to_string()),
                });
            }
            return Ok(written(foreign));
        };
        let names = referenced(span, foreign, target, catalog)?;
        if !catalog.checks_foreign_keys()
            || !target.knowledge.is_exact()
            || !self.table.knowledge.is_exact()
        {
            return Ok(names);
        }
        if names.is_empty() || names.len() != columns.len() {
            let message = format!(
                "the foreign key does not name as many columns of table `{}` as of its own",
                target.name
            );
            return Err(Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message));
        }
        if target.partition_by.is_some() {
            let message = format!(
                "the foreign key points at table `{}`, which is partitioned",
                target.name
            );
            return Err(refused(span, message, target));
        }
        if !lookups(target).any(|key| starts_with(&key, &names)) {
            let message = format!(
                "no index of table `{}` starts with `{}`, which the foreign key points at",
                target.name,
                names.join("`, `")
            );
            return Err(refused(span, message, target));
        }
        for (own, theirs) in columns.iter().zip(&names) {
            let (own, theirs) = (self.table.column(own), target.column(theirs));
            if let (Some(own), Some(theirs)) = (own, theirs)
                && differ(own, theirs)
            {
                let message = format!(
                    "column `{}` is `{}`, but `{}` of table `{}` is `{}`",
                    own.name,
                    shown(&own.data_type),
                    theirs.name,
                    target.name,
                    shown(&theirs.data_type)
                );
                return Err(refused(span, message, target));
            }
            if let (Some(own), Some(theirs)) = (own, theirs)
                && let (Some(one), Some(other)) =
                    (texts_of(own, &self.table), texts_of(theirs, target))
                && one != other
            {
                let message = format!(
                    "column `{}` is of character set `{one}`, but `{}` of table `{}` is of `{other}`",
                    own.name, theirs.name, target.name
                );
                return Err(refused(span, message, target));
            }
            if let Some(own) = own.filter(|column| {
                let name = column.data_type.name.as_str();
                name.ends_with("text") || name.ends_with("blob")
            }) {
                let message = format!(
                    "column `{}` is `{}`, which no foreign key has",
                    own.name,
                    shown(&own.data_type)
                );
                return Err(refused(span, message, target));
            }
            let nulls =
                [foreign.on_delete, foreign.on_update].contains(&ReferentialAction::SetNull);
            if let Some(own) = own.filter(|column| nulls && column.not_null) {
                let message = format!(
                    "the foreign key sets column `{}` to null, which is `NOT NULL`",
                    own.name
                );
                return Err(Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message));
            }
        }
        Ok(names)
    }

    /// Refuses a state in which a foreign key of this table, or one that points at it, has no
    /// index.
    pub(super) fn check_foreign_keys(&self, span: Span, catalog: &Catalog) -> Outcome {
        if !self.table.knowledge.is_exact() {
            return Ok(());
        }
        let keys: Vec<Vec<String>> = lookups(&self.table).collect();
        let indexed = |columns: &[String]| keys.iter().any(|key| starts_with(key, columns));
        if let Some(key) = self
            .table
            .foreign_keys
            .iter()
            .find(|key| !indexed(&key.columns))
        {
            let message = format!("foreign key `{}` would be left without an index", key.name);
            return Err(
                Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                    .because(key.origin.made, "made here"),
            );
        }
        if !catalog.checks_foreign_keys() {
            return Ok(());
        }
        let name = &self.table.name;
        let others = catalog
            .tables
            .with(Mention::Relation(&name.name))
            .filter(|(other, _)| *other != name);
        let others = others.flat_map(|(_, table)| &table.foreign_keys);
        let mut pointing = others
            .chain(&self.table.foreign_keys)
            .filter(|key| key.table == *name);
        match pointing.find(|key| !indexed(&key.referenced)) {
            Some(key) => {
                let message = format!(
                    "foreign key `{}`, which points at table `{name}`, would be left without an index",
                    key.name
                );
                Err(
                    Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                        .because(key.origin.made, "made here"),
                )
            }
            None => Ok(()),
        }
    }

    /// The foreign key that holds on to a column, of this table or of one that points at it.
    pub(super) fn key_on<'a>(
        &'a self,
        column: &str,
        catalog: &'a Catalog,
    ) -> Option<&'a ForeignKey> {
        let is = |name: &String| name.eq_ignore_ascii_case(column);
        let name: &QName = &self.table.name;
        let others = catalog
            .tables
            .with(Mention::Column(&name.name, column))
            .filter(|(other, _)| *other != name);
        let others = others.flat_map(|(_, table)| &table.foreign_keys);
        let mut pointing = others.filter(|key| key.table == *name && key.referenced.iter().any(is));
        let mut own = self.table.foreign_keys.iter();
        own.find(|key| {
            key.columns.iter().any(is) || (key.table == *name && key.referenced.iter().any(is))
        })
        .or_else(|| pointing.next())
    }
}

fn refused(span: Span, message: String, target: &Table) -> Rejection {
    Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message)
        .because(target.origin.made, "the table is made here")
}

fn written(foreign: &ForeignKeyDef) -> Vec<String> {
    let columns = foreign.referenced.iter();
    columns.map(|column| column.value.clone()).collect()
}

/// The columns that a key points at, as their table spells them. MariaDB takes the primary key where
/// none are written.
fn referenced(
    span: Span,
    foreign: &ForeignKeyDef,
    target: &Table,
    catalog: &Catalog,
) -> Outcome<Vec<String>> {
    let wanted = match &target.primary_key {
        Some(key) if foreign.referenced.is_empty() => key.columns.clone(),
        _ => written(foreign),
    };
    let is_known = target.knowledge.is_exact() && catalog.checks_foreign_keys();
    let mut names = Vec::new();
    for name in wanted {
        let mut columns = target.columns.iter();
        match columns.find(|column| column.name.eq_ignore_ascii_case(&name)) {
            Some(column) => names.push(column.name.clone()),
            None if is_known => {
                let message = format!("column `{name}` of table `{}` does not exist", target.name);
                return Err(refused(span, message, target));
            }
            None => names.push(name),
        }
    }
    Ok(names)
}

/// Whether the server keeps one column from referring to the other for its type.
fn differ(own: &Column, theirs: &Column) -> bool {
    let are_known = own.knowledge.is_exact() && theirs.knowledge.is_exact();
    are_known
        && family(&own.data_type)
            .zip(family(&theirs.data_type))
            .is_some_and(|(own, theirs)| own != theirs)
}

fn shown(data_type: &DataType) -> String {
    format_type(data_type, Dialect::MySql)
}

/// What rows can be found by: InnoDB's indexes end with the columns of the primary key.
fn lookups(table: &Table) -> impl Iterator<Item = Vec<String>> {
    let primary = table.primary_key.as_ref().map(|key| key.columns.clone());
    let end = primary.clone().unwrap_or_default();
    let indexes = table.indexes.iter().map(move |index| {
        let mut columns = whole_columns(index);
        if columns.len() == index.keys.len() {
            let rest: Vec<String> = end
                .iter()
                .filter(|column| !columns.contains(column))
                .cloned()
                .collect();
            columns.extend(rest);
        }
        columns
    });
    primary.into_iter().chain(indexes)
}

/// Kinds of types that a foreign key does not join; lengths of texts do not matter, and of other
/// types InnoDB only compares how they are stored.
fn family(data_type: &DataType) -> Option<StoredFamily<'_>> {
    let unsigned = data_type.modifiers.iter().any(|word| word == "unsigned");
    match data_type.name.as_str() {
        name @ ("tinyint" | "smallint" | "mediumint" | "int" | "bigint") => {
            Some(StoredFamily::Integer { name, unsigned })
        }
        "varchar" | "char" => Some(StoredFamily::Text),
        _ => None,
    }
}

#[derive(PartialEq)]
enum StoredFamily<'t> {
    Integer { name: &'t str, unsigned: bool },
    Text,
}

/// The character set of a column of texts, where it is written.
fn texts_of(column: &Column, table: &Table) -> Option<String> {
    if !matches!(column.data_type.name.as_str(), "varchar" | "char") || !column.knowledge.is_exact()
    {
        return None;
    }
    let written = charset::of_column(column, table)?;
    Some(charset::one_name(&written).to_owned())
}
