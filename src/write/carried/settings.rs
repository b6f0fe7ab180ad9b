//! What is set for how columns are kept: storage, compression, statistics and options. A change of
//! type sets the first two back, and a column that is made again has none of them (PostgreSQL 18).

use std::collections::BTreeMap;

use super::{PastStatements, in_quotes, joined, qualified, unquoted};
use crate::catalog::{Catalog, ColumnName, QName};
use crate::server::postgres::types::is_kept_apart;
use crate::sql::canonical::quote_name;
use crate::sql::change::{ChangeKind, DataType, TableAction};
use crate::sql::render::Quotes;

/// The settings of all columns, by column and by what is set.
#[derive(Debug, Default)]
pub(super) struct ColumnSettings(BTreeMap<ColumnName, BTreeMap<String, String>>);

impl ColumnSettings {
    /// Takes in `ALTER TABLE … ALTER COLUMN … SET`.
    pub(super) fn statement(&mut self, words: &[&str], catalog: &Catalog) {
        let is = |at: usize, word: &str| is_word(words, at, word);
        if !is(0, "ALTER") || !is(1, "TABLE") {
            return;
        }
        let mut at = 2;
        if is(at, "IF") {
            at += 2;
        }
        at += usize::from(is(at, "ONLY"));
        let end = if is(at + 1, ".") { at + 3 } else { at + 1 };
        let path: Vec<usize> = (at..end).collect();
        if end > words.len() {
            return;
        }
        let Some(table) = qualified(words, &path, catalog) else {
            return;
        };
        let mut depth = 0_i32;
        let actions = words[end..].split(|word| {
            depth += i32::from(*word == "(") - i32::from(*word == ")");
            depth == 0 && *word == ","
        });
        for action in actions {
            self.action(action, &table);
        }
    }

    fn action(&mut self, words: &[&str], table: &QName) {
        let is = |at: usize, word: &str| is_word(words, at, word);
        let at = 1 + usize::from(is(1, "COLUMN"));
        if !is(0, "ALTER") || !is(at + 1, "SET") {
            return;
        }
        let (Some(column), Some(what)) = (words.get(at), words.get(at + 2)) else {
            return;
        };
        let what = what.to_ascii_uppercase();
        if ["STORAGE", "COMPRESSION", "STATISTICS", "("].contains(&what.as_str()) {
            let column = ColumnName::new(table.clone(), unquoted(column));
            let text = joined(&words[at + 1..]);
            self.0.entry(column).or_default().insert(what, text);
        }
    }

    /// Follows renames and drops.
    pub(super) fn change(&mut self, kind: &ChangeKind, catalog: &Catalog) {
        let ChangeKind::AlterTable(alter) = kind else {
            return;
        };
        let table = catalog.qualify(&alter.table);
        for (action, _) in &alter.actions {
            match action {
                TableAction::DropColumn { name, .. } => {
                    let gone = ColumnName::new(table.clone(), name.value.clone());
                    self.0.remove(&gone);
                }
                TableAction::RenameColumn { from, to } => {
                    let from = ColumnName::new(table.clone(), from.value.clone());
                    if let Some(set) = self.0.remove(&from) {
                        let to = ColumnName::new(table.clone(), to.value.clone());
                        self.0.insert(to, set);
                    }
                }
                TableAction::RenameTo(to) => {
                    let new = QName::new(table.schema.clone(), to.name.value.clone());
                    for (mut column, set) in std::mem::take(&mut self.0) {
                        if column.table == table {
                            column.table = new.clone();
                        }
                        self.0.insert(column, set);
                    }
                }
                // A change of type sets them back.
                TableAction::SetType { column, .. } => {
                    let column = ColumnName::new(table.clone(), column.value.clone());
                    if let Some(set) = self.0.get_mut(&column) {
                        set.retain(|what, _| !is_of_type(what));
                    }
                }
                _ => {}
            }
        }
    }

    /// The statements that set for a column `to`, of a type, what is set for another of its table.
    fn again(
        &self,
        of: &ColumnName,
        to: &str,
        data_type: &DataType,
        catalog: &Catalog,
    ) -> impl Iterator<Item = (&str, String)> {
        let table = in_quotes(&of.table, catalog.dialect, Quotes::All);
        let column = quote_name(to, catalog.dialect);
        let takes = is_kept_apart(data_type);
        let set = self.0.get(of).into_iter().flatten();
        set.filter(move |(what, _)| takes || !is_of_type(what))
            .map(move |(what, text)| {
                let text = format!("ALTER TABLE {table} ALTER COLUMN {column} {text}");
                (what.as_str(), text)
            })
    }

    /// Those to say again for what a change makes of a column that is there afterwards.
    pub(super) fn changed(&self, kind: &ChangeKind, to: &Catalog) -> Vec<String> {
        let ChangeKind::AlterTable(alter) = kind else {
            return Vec::new();
        };
        let table = to.qualify(&alter.table);
        let mut texts = Vec::new();
        for (action, _) in &alter.actions {
            let (name, is_new) = match action {
                TableAction::SetType { column, .. } => (&column.value, false),
                TableAction::AddColumn { column, .. } => (&column.name.value, true),
                _ => continue,
            };
            let found = to.tables.get(&table).and_then(|table| table.column(name));
            let Some(found) = found else { continue };
            let of = ColumnName::new(table.clone(), name.clone());
            let set = self.again(&of, name, &found.data_type, to);
            let lost = set.filter(|(what, _)| is_new || is_of_type(what));
            texts.extend(lost.map(|(_, text)| text));
        }
        texts
    }
}

fn is_word(words: &[&str], at: usize, word: &str) -> bool {
    words
        .get(at)
        .is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// Whether a change of type sets it back.
fn is_of_type(what: &str) -> bool {
    matches!(what, "STORAGE" | "COMPRESSION")
}

/// Whether a change makes a column, or gives one another type.
pub(super) fn may_change_settings(kind: &ChangeKind) -> bool {
    let ChangeKind::AlterTable(alter) = kind else {
        return false;
    };
    alter.actions.iter().any(|(action, _)| {
        matches!(
            action,
            TableAction::SetType { .. } | TableAction::AddColumn { .. }
        )
    })
}

impl PastStatements<'_> {
    /// The statements that set for a column `to`, of a type, what is set for another of its table.
    pub(crate) fn settings(
        &self,
        of: &ColumnName,
        to: &str,
        data_type: &DataType,
        catalog: &Catalog,
    ) -> Vec<String> {
        let settings = &self.carried(catalog).settings;
        let texts = settings.again(of, to, data_type, catalog);
        texts.map(|(_, text)| text).collect()
    }
}
