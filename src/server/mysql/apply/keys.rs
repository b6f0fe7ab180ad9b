//! Keys, indexes and checks of MySQL and MariaDB, with the names that the server makes up.

mod drops;
mod limits;

use super::{Draft, taken};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Catalog, CheckConstraint, Column, Index, IndexKey, Key, Rejection};
use crate::server::mysql::charset;
use crate::source::Span;
use crate::sql::change::{
    ColumnDef, ConstraintDef, ConstraintKind, CreateTable, ExprKind, Ident, IndexColumn, IndexDef,
};

/// One key of `CREATE TABLE`, wherever it stood.
enum WrittenKey<'a> {
    Constraint(&'a ConstraintDef, Option<&'a ColumnDef>),
    Index(&'a IndexDef),
}

impl Draft {
    /// Every key of `CREATE TABLE`, in the order written, which decides the names.
    pub(super) fn add_all_keys(&mut self, create: &CreateTable, catalog: &Catalog) -> Outcome {
        let mut written: Vec<(usize, WrittenKey<'_>)> = Vec::new();
        for column in &create.columns {
            let inline = column.constraints.iter().map(|constraint| {
                (
                    constraint.span.start,
                    WrittenKey::Constraint(constraint, Some(column)),
                )
            });
            written.extend(inline);
        }
        written.extend(create.constraints.iter().map(|constraint| {
            (
                constraint.span.start,
                WrittenKey::Constraint(constraint, None),
            )
        }));
        let start = |index: &IndexDef| {
            index
                .columns
                .first()
                .map_or(usize::MAX, |column| column.expr.span.start)
        };
        written.extend(
            create
                .indexes
                .iter()
                .map(|index| (start(index), WrittenKey::Index(index))),
        );
        written.sort_by_key(|(start, _)| *start);
        // A name that is written out is taken before one is made up, wherever it stands.
        refuse_names(&written)?;
        for (_, key) in &written {
            match key {
                WrittenKey::Constraint(constraint, column) => {
                    self.add_constraint(constraint, *column, catalog)?;
                }
                WrittenKey::Index(index) => self.add_index(index)?,
            }
        }
        for column in create.columns.iter().filter(|column| column.serial) {
            self.add_serial_key(column);
        }
        Ok(())
    }

    /// `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`.
    pub(super) fn add_serial_key(&mut self, column: &ColumnDef) {
        let key = IndexKey {
            column: Some(column.name.value.clone()),
            ..IndexKey::default()
        };
        self.push_index(
            None,
            Index {
                unique: true,
                keys: vec![key],
                ..self.new_index()
            },
        );
    }

    /// A constraint, inline if `column` is given.
    pub(super) fn add_constraint(
        &mut self,
        constraint: &ConstraintDef,
        column: Option<&ColumnDef>,
        catalog: &Catalog,
    ) -> Outcome {
        let span = constraint.span;
        match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => {
                self.add_primary_key(&listed(columns, column), span)
            }
            ConstraintKind::Unique {
                columns,
                index_name,
                ..
            } => {
                let index = IndexDef {
                    name: constraint.name.clone().or_else(|| index_name.clone()),
                    unique: true,
                    columns: listed(columns, column),
                    ..IndexDef::default()
                };
                self.add_index(&index)
            }
            // MySQL reads an inline REFERENCES and forgets it; MariaDB makes the foreign key.
            ConstraintKind::ForeignKey(_) if column.is_some() && !self.mariadb => Ok(()),
            ConstraintKind::ForeignKey(foreign) => {
                let mut foreign = foreign.clone();
                if foreign.columns.is_empty() {
                    foreign
                        .columns
                        .extend(column.map(|column| column.name.clone()));
                }
                self.add_foreign_key(constraint, &foreign, catalog)
            }
            ConstraintKind::Check { .. } => self.add_check(constraint, column),
            ConstraintKind::NotNull { .. } | ConstraintKind::Exclude { .. } => Ok(()),
        }
    }

    fn add_primary_key(&mut self, columns: &[IndexColumn], span: Span) -> Outcome {
        if let Some(key) = &self.table.primary_key {
            let message = format!("table `{}` already has a primary key", self.table.name);
            return Err(
                Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, span, message)
                    .because(key.origin.made, "made here"),
            );
        }
        let mut names = Vec::new();
        for column in columns {
            let ExprKind::Column(name) = &column.expr.kind else {
                continue;
            };
            let at = self.need_column(name)?;
            let column = &mut self.table.columns[at];
            column.not_null = true;
            names.push(column.name.clone());
        }
        self.drop_covered(&names);
        self.table.primary_key = Some(Key {
            columns: names,
            origin: self.origin(),
            ..Key::default()
        });
        Ok(())
    }

    pub(super) fn new_index(&self) -> Index {
        Index {
            method: "btree".to_owned(),
            valid: true,
            origin: self.origin(),
            ..Index::default()
        }
    }

    pub(super) fn add_index(&mut self, definition: &IndexDef) -> Outcome {
        let mut keys = Vec::new();
        for column in &definition.columns {
            let mut key = IndexKey {
                column: None,
                expr: column.expr.clone(),
                descending: column.descending,
                nulls_first: column.descending,
                length: column.length,
                ..IndexKey::default()
            };
            if let ExprKind::Column(name) = &column.expr.kind {
                let at = self.need_column(name)?;
                key.column = Some(self.table.columns[at].name.clone());
            }
            keys.push(key);
        }
        // Where something may have dropped an index of that name, this statement is right and the
        // catalog is not.
        if let Some(name) = definition
            .name
            .as_ref()
            .filter(|_| !self.table.knowledge.is_exact())
        {
            self.table
                .indexes
                .retain(|index| !index.name.eq_ignore_ascii_case(&name.value));
        }
        let names: Vec<String> = keys.iter().map_while(whole_column).collect();
        // The server's own index makes way for a written one on its columns, also of its name.
        if let Some(name) = &definition.name
            && let Some(index) = self.index(&name.value)
            && !(index.implicit && starts_with(&names, &whole_columns(index)))
        {
            return if definition.if_not_exists {
                Ok(())
            } else {
                Err(taken(name.span, "index", &name.value, index.origin.made))
            };
        }
        let name = definition.name.as_ref().map(|name| name.value.clone());
        let method = definition
            .method
            .clone()
            .unwrap_or_else(|| "btree".to_owned());
        // InnoDB makes a B-tree of a hash index.
        let method = if method == "hash" {
            "btree".to_owned()
        } else {
            method
        };
        self.push_index(
            name,
            Index {
                unique: definition.unique,
                keys,
                method,
                ..self.new_index()
            },
        );
        Ok(())
    }

    pub(super) fn index(&self, name: &str) -> Option<&Index> {
        self.table
            .indexes
            .iter()
            .find(|index| index.name.eq_ignore_ascii_case(name))
    }

    /// The first column's name, numbered from 2 when that is taken.
    fn index_name(&self, first: &str) -> String {
        let free = |name: &str| self.index(name).is_none() && !name.eq_ignore_ascii_case("primary");
        if free(first) {
            return first.to_owned();
        }
        (2_u32..=u32::MAX)
            .map(|number| format!("{first}_{number}"))
            .find(|name| free(name))
            .unwrap_or_default()
    }

    /// An index that the server makes for a foreign key makes way for any other that starts with
    /// its columns, then and later.
    pub(super) fn push_index(&mut self, name: Option<String>, index: Index) {
        let columns = whole_columns(&index);
        if index.implicit {
            let primary = self
                .table
                .primary_key
                .as_ref()
                .is_some_and(|key| starts_with(&key.columns, &columns));
            let covered = self.table.indexes.iter().any(|other| {
                let wider = whole_columns(other);
                starts_with(&wider, &columns) && (!other.implicit || wider.len() > columns.len())
            });
            if primary || covered {
                return;
            }
        }
        self.drop_covered(&columns);
        let name = name.unwrap_or_else(|| {
            let first = index.keys.first().and_then(|key| key.column.as_deref());
            self.index_name(first.unwrap_or("functional_index"))
        });
        self.table.indexes.push(Index { name, ..index });
    }

    fn drop_covered(&mut self, columns: &[String]) {
        self.table
            .indexes
            .retain(|index| !index.implicit || !starts_with(columns, &whole_columns(index)));
    }

    /// MariaDB makes a hash of a unique key that is too long for a tree.
    pub(super) fn settle_methods(&mut self) {
        let columns = self.table.columns.iter().filter(|column| {
            column.data_type.name.ends_with("text") || column.data_type.name.ends_with("blob")
        });
        let long: Vec<String> = columns.map(|column| column.name.clone()).collect();
        for index in self.table.indexes.iter_mut().filter(|index| index.unique) {
            let mut whole = index.keys.iter().filter(|key| key.length.is_none());
            let is_long = whole.any(|key| key.column.as_ref().is_some_and(|it| long.contains(it)));
            let hash = self.mariadb && is_long;
            if hash { "hash" } else { "btree" }.clone_into(&mut index.method);
        }
        if self.mariadb {
            self.cut_long_keys();
        }
    }

    /// MariaDB makes a prefix of a text that is too long for an index that is not unique; MySQL
    /// refuses it.
    fn cut_long_keys(&mut self) {
        let limit = |column: &Column| {
            let name = column.data_type.name.as_str();
            let bytes = if name.ends_with("blob") {
                1
            } else if name.ends_with("text") {
                match charset::of_column(column, &self.table) {
                    Some(charset) => charset::bytes_of_a_character(&charset)?,
                    // Today's, where nobody names one.
                    None => 4,
                }
            } else {
                return None;
            };
            Some((column.name.clone(), LONGEST_KEY / bytes))
        };
        let limits: Vec<(String, u32)> = self.table.columns.iter().filter_map(limit).collect();
        let indexes = self.table.indexes.iter_mut();
        for index in indexes.filter(|index| !index.unique && index.method == "btree") {
            // Several that are too long together are refused.
            let [key] = index.keys.as_mut_slice() else {
                continue;
            };
            let limit = limits
                .iter()
                .find(|(name, _)| key.column.as_ref() == Some(name));
            if key.length.is_none() {
                key.length = limit.map(|(_, limit)| *limit);
            }
        }
    }

    fn add_check(&mut self, constraint: &ConstraintDef, column: Option<&ColumnDef>) -> Outcome {
        let ConstraintKind::Check { expr, .. } = &constraint.kind else {
            return Ok(());
        };
        let name = match (&constraint.name, column) {
            (Some(name), _) => {
                if let Some(check) = self
                    .table
                    .checks
                    .iter()
                    .find(|check| check.name.eq_ignore_ascii_case(&name.value))
                {
                    return Err(taken(name.span, "check", &name.value, check.origin.made));
                }
                name.value.clone()
            }
            (None, Some(column)) if self.mariadb => column.name.value.clone(),
            (None, _) => self.check_name(),
        };
        for column in &expr.columns {
            self.need_column(column)?;
        }
        let check = CheckConstraint {
            name,
            expr: expr.clone(),
            valid: true,
            no_inherit: false,
            origin: self.origin(),
        };
        self.table.checks.push(check);
        Ok(())
    }

    /// MariaDB takes the lowest free number, MySQL the one after the highest.
    fn check_name(&self) -> String {
        if self.mariadb {
            let mut names = (1_u32..=u32::MAX).map(|number| format!("CONSTRAINT_{number}"));
            let free = names.find(|name| {
                let mut checks = self.table.checks.iter();
                !checks.any(|check| check.name.eq_ignore_ascii_case(name))
            });
            return free.unwrap_or_default();
        }
        let prefix = format!("{}_chk_", self.table.name.name);
        let numbers = self
            .table
            .checks
            .iter()
            .filter_map(|check| check.name.strip_prefix(&prefix)?.parse::<u32>().ok());
        format!(
            "{prefix}{}",
            numbers.max().map_or(1, |highest| highest.saturating_add(1))
        )
    }
}

/// Two keys of one name.
fn refuse_names(written: &[(usize, WrittenKey<'_>)]) -> Outcome {
    let mut names: Vec<&Ident> = Vec::new();
    for (_, key) in written {
        let name = match key {
            WrittenKey::Index(index) => index.name.as_ref(),
            WrittenKey::Constraint(constraint, _) => match &constraint.kind {
                ConstraintKind::Unique { index_name, .. } => {
                    constraint.name.as_ref().or(index_name.as_ref())
                }
                _ => None,
            },
        };
        let Some(name) = name else { continue };
        if names
            .iter()
            .any(|other| other.value.eq_ignore_ascii_case(&name.value))
        {
            return Err(taken(name.span, "index", &name.value, None));
        }
        names.push(name);
    }
    Ok(())
}

/// The columns of a key: those written, or for an inline one the column itself.
fn listed(columns: &[IndexColumn], inline: Option<&ColumnDef>) -> Vec<IndexColumn> {
    match inline {
        Some(column) if columns.is_empty() => {
            let expr = crate::sql::change::Expr {
                kind: ExprKind::Column(column.name.clone()),
                span: column.name.span,
                ..Default::default()
            };
            vec![IndexColumn {
                expr,
                collation: None,
                opclass: None,
                descending: false,
                nulls_first: None,
                length: None,
            }]
        }
        _ => columns.to_vec(),
    }
}

/// The column of a key that holds all of it.
fn whole_column(key: &IndexKey) -> Option<String> {
    key.column.clone().filter(|_| key.length.is_none())
}

/// How many bytes InnoDB takes into a key.
const LONGEST_KEY: u32 = 3072;

/// The columns that an index holds whole, up to the first prefix or expression.
pub(super) fn whole_columns(index: &Index) -> Vec<String> {
    let whole = index.keys.iter().map_while(whole_column);
    if matches!(index.method.as_str(), "fulltext" | "spatial") {
        Vec::new()
    } else {
        whole.collect()
    }
}

pub(super) fn starts_with(columns: &[String], start: &[String]) -> bool {
    !start.is_empty()
        && columns.len() >= start.len()
        && columns
            .iter()
            .zip(start)
            .all(|(one, other)| one.eq_ignore_ascii_case(other))
}
