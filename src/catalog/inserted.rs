//! Rows of literals that a statement certainly puts into a table: nulls where there can be none,
//! and keys that are there.

use std::collections::BTreeSet;

use super::apply::{Apply, Outcome};
use super::depend::as_key;
use super::rejection::sqlstate;
use super::{Catalog, Column, Key, QName, Rejection, SharedMap, Site, Table, TableKind};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::change::tree::{InsertTree, Item, QueryBody, QueryTree, RowsTree, Term};
use crate::sql::change::{Change, ChangeKind, Deferral, Query};

/// Beyond so many keys of one file none are remembered: whoever writes as many has a program do it.
const MOST: usize = 10_000;

/// Keys of the rows that a file certainly put into tables, as long as nothing has run that may have
/// removed them.
#[derive(Clone, Debug, Default)]
pub(crate) struct InsertedRows {
    /// A statement of the file.
    file: Option<Site>,
    keys: SharedMap<RowKey, Site>,
}

/// The values that one row has in the columns of one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey {
    table: QName,
    columns: Vec<String>,
    /// As written: what is written alike is alike.
    values: Vec<String>,
}

/// A row, and where its values go.
struct LiteralRow<'t> {
    /// Positions of the table's columns.
    filled: &'t [usize],
    values: Vec<&'t Term>,
}

impl LiteralRow<'_> {
    /// What the row has in a column; `None` where it says nothing.
    fn value(&self, column: usize) -> Option<&Term> {
        let at = self.filled.iter().position(|filled| *filled == column)?;
        let given = self.values.get(at)?;
        (!matches!(given, Term::Default)).then_some(*given)
    }

    fn span(&self, otherwise: Span) -> Span {
        let spans = self.values.iter().filter_map(|value| value.span());
        spans.reduce(Span::to).unwrap_or(otherwise)
    }
}

impl Catalog {
    /// Forgets the rows of other files, and those that a change may remove.
    pub(crate) fn keep_inserted(&mut self, change: &Change, site: Site) {
        let same = self
            .inserted
            .file
            .is_some_and(|other| (other.migration, other.file) == (site.migration, site.file));
        let keeps = matches!(
            change.kind,
            ChangeKind::Insert { .. }
                | ChangeKind::CreateTable(_)
                | ChangeKind::CreateIndex { .. }
                | ChangeKind::Begin
                | ChangeKind::Commit
        );
        if !keeps || !same {
            self.inserted = InsertedRows {
                file: Some(site),
                ..InsertedRows::default()
            };
        }
    }

    /// Whether nothing of a table's own changes or drops the rows that are put into it.
    fn takes_rows_as_they_are(&self, table: &Table) -> bool {
        table.kind == TableKind::Ordinary
            && table.knowledge.is_exact()
            && !table.uncertain
            && !table.lets_rows_pass
            && table.triggers.is_empty()
            && table.rules.is_empty()
            && self.knowledge.is_exact()
    }
}

impl Apply<'_> {
    /// Refuses rows of literals that certainly do not go into their table, and remembers the keys
    /// of those that do.
    pub(super) fn refuse_rows(&mut self, target: &QName, query: Option<&Query>) -> Outcome {
        let tree = query.and_then(|query| query.tree.get());
        let Some(tree) = tree.filter(|_| !self.variables) else {
            return Ok(());
        };
        let QueryBody::Rows(rows) = &tree.body else {
            return Ok(());
        };
        let RowsTree::Insert(insert) = &**rows else {
            return Ok(());
        };
        let Some(table) = self.catalog.tables.get(target).cloned() else {
            return Ok(());
        };
        if insert.passes_over || !self.catalog.takes_rows_as_they_are(&table) {
            return Ok(());
        }
        let Some(filled) = self.filled_columns(insert, &table) else {
            return Ok(());
        };
        let rows = literal_rows(insert, &filled);
        for row in &rows {
            self.refuse_nulls(&table, row, insert)?;
            on_server!(self.catalog.dialect => apply::refuse_row(&table, |at| row.value(at)))?;
        }
        if insert.conflict.is_none() {
            for row in &rows {
                self.refuse_keys(&table, row, insert.table.span())?;
            }
        }
        Ok(())
    }

    /// The positions of the columns that an `INSERT` gives values for, in its order.
    fn filled_columns(&self, insert: &InsertTree, table: &Table) -> Option<Vec<usize>> {
        if insert.columns.is_empty() {
            let all = table.columns.iter().enumerate();
            return Some(
                all.filter(|(_, one)| {
                    one.generated.is_none() || !self.catalog.dialect.words_can_be_strings()
                })
                .map(|(at, _)| at)
                .collect(),
            );
        }
        insert
            .columns
            .iter()
            .map(|name| self.catalog.column_at(table, &name.value))
            .collect()
    }

    /// Refuses a null where there can be none.
    fn refuse_nulls(&self, table: &Table, row: &LiteralRow<'_>, insert: &InsertTree) -> Outcome {
        // MariaDB asks for no value where `ON DUPLICATE KEY UPDATE` may give one.
        let may_be_given =
            insert.conflict.is_some() && self.catalog.dialect.has_several_databases();
        for (at, column) in table.columns.iter().enumerate() {
            if !self.takes_values_only(table, column) {
                continue;
            }
            let what = match row.value(at) {
                Some(value) if is_null(value) && column.identity.is_none() => "the row has `NULL`",
                None if !may_be_given && self.is_left_empty(table, column) => {
                    "the row has no value"
                }
                _ => continue,
            };
            let message = format!(
                "column `{}` of table `{}` is `NOT NULL`, and {what} for it",
                column.name,
                self.catalog.shown(&table.name)
            );
            let made = table.origin.made;
            return Err(Rejection::new(
                sqlstate::NOT_NULL_VIOLATION,
                row.span(insert.table.span()),
                message,
            )
            .because(column.origin.made.or(made), "the column is made here"));
        }
        Ok(())
    }

    /// Whether a null certainly stays one in a column, and is refused.
    fn takes_values_only(&self, table: &Table, column: &Column) -> bool {
        column.not_null
            && column.knowledge.is_exact()
            && !column.auto_increment
            && column.generated.is_none()
            && !on_server!(self.catalog.dialect => apply::is_row_number(table, &column.name))
            && !on_server!(self.catalog.dialect => apply::replaces_null(&column.data_type))
    }

    /// Whether a column of which a row says nothing certainly has no value.
    fn is_left_empty(&self, table: &Table, column: &Column) -> bool {
        let lenient = self.catalog.settings.get("sql_mode");
        let lenient = lenient.is_some_and(|mode| !mode.to_ascii_uppercase().contains("STRICT"));
        // SQLite numbers such a column, and which server it is may have been guessed.
        let may_be_number = table
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.len() == 1 && key.columns[0] == column.name)
            && column.data_type.name == "integer";
        !lenient
            && !may_be_number
            && !self.catalog.fills_itself(table, column)
            && !on_server!(self.catalog.dialect => apply::has_own_default(&column.data_type))
    }

    /// Refuses a row whose key another one of the file has, and remembers its keys. Several keys may
    /// be on the same columns.
    fn refuse_keys(&mut self, table: &Table, row: &LiteralRow<'_>, place: Span) -> Outcome {
        let indexes: Vec<Key> = table.indexes.iter().filter_map(as_key).collect();
        let keys = table.keys().chain(&indexes);
        let immediate = keys.filter(|key| key.deferral == Deferral::Never);
        let own: BTreeSet<RowKey> = immediate
            .filter_map(|key| {
                let values = self.values_of(table, key, row)?;
                Some(RowKey {
                    table: table.name.clone(),
                    columns: key.columns.clone(),
                    values,
                })
            })
            .collect();
        let inserted = &mut self.catalog.inserted.keys;
        for key in &own {
            if let Some(first) = inserted.get(key).copied() {
                let message = format!(
                    "table `{}` has a row with this value of `{}` already",
                    self.catalog.shown(&table.name),
                    key.columns.join("`, `")
                );
                let code = sqlstate::UNIQUE_VIOLATION;
                let because = Some(first).filter(|first| *first != self.site);
                return Err(Rejection::new(code, row.span(place), message)
                    .because(because, "the row is inserted here"));
            }
        }
        if inserted.len() < MOST {
            inserted.extend(own.into_iter().map(|key| (key, self.site)));
        }
        Ok(())
    }

    /// What a row has in the columns of a key, where all of it is certain.
    fn values_of(&self, table: &Table, key: &Key, row: &LiteralRow<'_>) -> Option<Vec<String>> {
        key.columns
            .iter()
            .map(|name| self.value_of(table, name, row))
            .collect()
    }

    /// What a row has in a column, where that is certain and the same each time.
    fn value_of(&self, table: &Table, name: &str, row: &LiteralRow<'_>) -> Option<String> {
        let at = self.catalog.column_at(table, name)?;
        let column = table.columns.get(at)?;
        let text = match row.value(at)? {
            // `now`, which is another time each time.
            Term::Text(text, _) if !text.contains(|c: char| c.is_ascii_digit()) => {
                let named = column.data_type.name.to_ascii_lowercase();
                let is_time = ["date", "time"].iter().any(|word| named.contains(word));
                (!is_time).then(|| format!("'{text}"))?
            }
            Term::Text(text, _) => format!("'{text}"),
            // MySQL takes 0 for the next number.
            Term::Number(number) if !column.auto_increment => number.clone(),
            _ => return None,
        };
        let certain = column.knowledge.is_exact() && column.identity.is_none();
        certain.then_some(text)
    }
}

fn is_null(value: &Term) -> bool {
    match value {
        Term::Null => true,
        Term::Cast { value, .. } => is_null(value),
        _ => false,
    }
}

/// Whether a term is what it says, and the same for every row.
fn is_literal(term: &Term) -> bool {
    match term {
        Term::Null | Term::Default | Term::Text(..) | Term::Number(_) | Term::Boolean => true,
        Term::Cast { value, .. } => is_literal(value),
        _ => false,
    }
}

/// The rows that an `INSERT` certainly makes; of many the first ones.
fn literal_rows<'t>(insert: &'t InsertTree, filled: &'t [usize]) -> Vec<LiteralRow<'t>> {
    let Some(source) = &insert.source else {
        let values = insert.values.iter().collect();
        return vec![LiteralRow { filled, values }];
    };
    match &source.body {
        QueryBody::Values(rows) if is_bare(source) => rows
            .iter()
            .map(|row| LiteralRow {
                filled,
                values: row.iter().collect(),
            })
            .collect(),
        QueryBody::Select(select) if is_bare(source) => {
            let alone = select.from.is_empty()
                && select.condition.is_none()
                && select.group.is_empty()
                && select.having.is_none();
            let values: Option<Vec<&Term>> = select
                .items
                .iter()
                .map(|item| match item {
                    Item::Value(_, term) if is_literal(term) => Some(term),
                    _ => None,
                })
                .collect();
            let values = values.filter(|_| alone).into_iter();
            values.map(|values| LiteralRow { filled, values }).collect()
        }
        _ => Vec::new(),
    }
}

fn is_bare(query: &QueryTree) -> bool {
    query.ctes.is_empty() && query.limits.is_empty()
}
