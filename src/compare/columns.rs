//! Columns: existence, type, nullability, default.

use std::collections::HashMap;

use super::same::{ValueSource, describe, filler, same_filler, same_type};
use super::{Comparison, Difference, Presence, Side};
use crate::catalog::{Column, ColumnName, Part, QName, Site, Slot, Table, format_type};
use crate::diagnostic::Severity;
use crate::sql::Dialect;

impl Comparison<'_> {
    pub(super) fn columns<'a>(&mut self, left: &'a Table, right: &'a Table) {
        let by_name = |table: &'a Table| -> HashMap<&'a str, &'a Column> {
            table
                .columns
                .iter()
                .rev()
                .map(|column| (column.name.as_str(), column))
                .collect()
        };
        let (of_left, of_right) = (by_name(left), by_name(right));
        for column in &left.columns {
            match of_right.get(column.name.as_str()).copied() {
                Some(other) => self.column((left, column), (right, other)),
                None if right.knowledge.is_exact() => {
                    self.lone_column(&left.name, column, Presence::LeftOnly);
                }
                None => {}
            }
        }
        for column in &right.columns {
            let known = of_left.contains_key(column.name.as_str());
            if !known && left.knowledge.is_exact() {
                self.lone_column(&right.name, column, Presence::RightOnly);
            }
        }
    }

    fn lone_column(&mut self, table: &QName, column: &Column, direction: Presence) {
        let text = format_type(&column.data_type, self.dialect());
        let key = Slot::column(table, &column.name);
        self.one_sided(key, &column.name, text, direction, column.origin.made);
    }

    fn column(
        &mut self,
        (left_table, left): (&Table, &Column),
        (right_table, right): (&Table, &Column),
    ) {
        if !left.knowledge.is_exact() || !right.knowledge.is_exact() {
            return;
        }
        let both = self.left.capabilities.and(self.right.capabilities);
        let dialect = self.dialect();
        let table = &left_table.name;
        let sites = (latest(left), latest(right));
        let slot = |part: fn(String) -> Part| Slot::new(table, part(left.name.clone()));
        let known = |key: &Slot| self.left.knows(key) && self.right.knows(key);
        let (type_key, null_key, default_key) =
            (slot(Part::Type), slot(Part::Nullable), slot(Part::Default));
        let (type_known, null_known, default_known) =
            (known(&type_key), known(&null_key), known(&default_key));

        let (ours, theirs) = (self.left.capabilities, self.right.capabilities);
        let words = ours.type_words.or(theirs.type_words);
        let words = words.filter(|_| dialect.keeps_types_as_written());
        let same = words.and_then(|same| same(&left.data_type, &right.data_type));
        let same = same.unwrap_or_else(|| same_type(&left.data_type, &right.data_type, dialect));
        if both.types && type_known && !same {
            let texts = [left, right].map(|column| Some(format_type(&column.data_type, dialect)));
            self.differs(type_key, &left.name, texts, Severity::Error, sites);
        }
        let arrays = left.data_type.array || right.data_type.array;
        // A row's number is never NULL, whatever is written.
        let counted =
            is_row_number(left_table, left, dialect) || is_row_number(right_table, right, dialect);
        let unasked =
            is_unasked(self.left, left_table, left) || is_unasked(self.right, right_table, right);
        if null_known
            && !counted
            && !unasked
            && (both.array_nulls || !arrays)
            && left.not_null != right.not_null
        {
            let texts = [left, right]
                .map(|it| Some(if it.not_null { "NOT NULL" } else { "NULL" }.to_owned()));
            self.differs(null_key, &left.name, texts, Severity::Error, sites);
        }
        let fillers = [filler(left, dialect), filler(right, dialect)];
        let generated = fillers
            .iter()
            .any(|it| matches!(it, ValueSource::Generated(_)));
        if both.defaults
            && default_known
            && (both.generated || !generated)
            && !same_filler(fillers[0], fillers[1], dialect)
        {
            let excused = self.is_excused(self.left, (right_table, right), fillers[0], fillers[1])
                || self.is_excused(self.right, (left_table, left), fillers[1], fillers[0]);
            // Without what numbers rows, every insert fails; without a default only those that
            // leave the column out, and other rows are as before.
            let counters = fillers
                .iter()
                .any(|it| matches!(it, ValueSource::Counter | ValueSource::Generated(_)));
            if excused {
                return;
            }
            let severity = if counters {
                Severity::Error
            } else {
                Severity::Warning
            };
            self.differs(
                default_key,
                &left.name,
                fillers.map(describe),
                severity,
                sites,
            );
        } else if dialect.integer_key_is_row_number() && both.autoincrement && default_known {
            self.autoincrement(default_key, left, right, sites);
        }
    }

    /// SQLite counts in an `INTEGER PRIMARY KEY` anyway; `AUTOINCREMENT` keeps it from using the
    /// number of a deleted row again.
    fn autoincrement(
        &mut self,
        key: Slot,
        left: &Column,
        right: &Column,
        sites: (Option<Site>, Option<Site>),
    ) {
        if left.auto_increment != right.auto_increment {
            let texts = [left, right]
                .map(|column| column.auto_increment.then(|| "AUTOINCREMENT".to_owned()));
            self.differs(key, &left.name, texts, Severity::Warning, sites);
        }
    }

    /// Whether a default that only the database has is there on purpose: the client fills the
    /// column, `ADD COLUMN … NOT NULL` needed it for the rows that were there, or the declaration
    /// need not say it.
    #[expect(clippy::unused_self, reason = "it is a question about the comparison")]
    fn is_excused(
        &self,
        side: Side,
        (table, column): (&Table, &Column),
        own: ValueSource,
        other: ValueSource,
    ) -> bool {
        let Some(declared) = side.declared else {
            return false;
        };
        if !matches!(own, ValueSource::Nothing) || !matches!(other, ValueSource::Default(_)) {
            return false;
        }
        let unsaid = side.capabilities.optional_defaults;
        let client = declared
            .client_defaults
            .contains(&ColumnName::new(table.name.clone(), column.name.clone()));
        let backfill = side.capabilities.backfills
            && column.not_null
            && column.origin.made.is_some()
            && column.origin.made != table.origin.made
            && {
                let statement =
                    |site: Option<Site>| site.map(|site| (site.migration, site.file, site.span));
                !within(statement(table.origin.made), statement(column.origin.made))
            };
        unsaid || client || backfill
    }

    /// An object that both sides have and describe in different ways.
    pub(super) fn differs(
        &mut self,
        slot: Slot,
        name: &str,
        [left, right]: [Option<String>; 2],
        severity: Severity,
        (left_site, right_site): (Option<Site>, Option<Site>),
    ) {
        let (name, direction) = (name.to_owned(), Presence::Differs);
        self.found.push(Difference {
            slot,
            name,
            direction,
            left,
            right,
            severity,
            left_site,
            right_site,
        });
    }
}

/// Whether a column is another name of SQLite's row number.
fn is_row_number(table: &Table, column: &Column, dialect: Dialect) -> bool {
    dialect.integer_key_is_row_number()
        && is_alone_key(table, column)
        && column
            .data_type
            .sql(dialect)
            .eq_ignore_ascii_case("integer")
}

fn is_alone_key(table: &Table, column: &Column) -> bool {
    table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns == [column.name.clone()])
}

/// Whether a side leaves open if a column can be NULL. A generator may write no NOT NULL at
/// a primary key of SQLite, and let those stand that it wrote before.
fn is_unasked(side: Side, table: &Table, column: &Column) -> bool {
    side.capabilities.open_key_nulls
        && side.catalog.dialect.integer_key_is_row_number()
        && !column.not_null
        && is_alone_key(table, column)
}

type StatementPlace = Option<(u32, u32, crate::source::Span)>;

/// Whether a place lies inside the statement that made the table.
fn within(table: StatementPlace, column: StatementPlace) -> bool {
    match (table, column) {
        (Some((a, b, outer)), Some((c, d, inner))) => a == c && b == d && outer.contains(inner),
        _ => false,
    }
}

/// The migration that last had to do with a column.
fn latest(column: &Column) -> Option<Site> {
    column.origin.changed.or(column.origin.made)
}
