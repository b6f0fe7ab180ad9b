//! `MODIFY` and `CHANGE`: what a new definition makes of the rows.

use crate::catalog::{Column, Table, format_type};
use crate::lock::Cause;
use crate::server::mysql::charset;
use crate::sql::Dialect;
use crate::sql::change::{ColumnDef, DataType};

/// What the change of a column takes.
pub(super) enum ColumnCost {
    /// Only the table's definition changes.
    Instant,
    /// Rows may be written again, and others go on.
    Online,
    /// The table is copied, and who writes waits.
    Copies(Cause),
}

/// From what a column is to its new definition.
pub(super) fn change(from: &Column, to: &ColumnDef, table: &Table, mariadb: bool) -> ColumnCost {
    let stored = |stored: Option<bool>| stored == Some(true);
    let was = from.generated.as_ref().map(|made| made.stored);
    let becomes = to.generated.as_ref().map(|made| made.stored);
    if stored(was) != stored(becomes) {
        return ColumnCost::Copies(Cause::Stored);
    }
    let mut new = without_charset(&to.data_type);
    if mariadb && new.name == "json" {
        new = DataType::named("longtext");
    }
    if charset::has_one(&new) && charset::has_one(&from.data_type) {
        let (one, other) = (
            charset::of_column(from, table),
            charset::of_definition(to, table),
        );
        if one != other {
            return ColumnCost::Copies(Cause::Charset);
        }
    }
    let bytes = longest_character(charset::of_definition(to, table).as_deref(), mariadb);
    let width = TextWidth { bytes, mariadb };
    let type_change = change_of_type(&from.data_type, &new, width);
    match type_change {
        ColumnCost::Instant if from.not_null != (to.not_null == Some(true)) => ColumnCost::Online,
        other => other,
    }
}

/// How long texts are to the server.
#[derive(Clone, Copy)]
struct TextWidth {
    /// Of the longest character.
    bytes: u32,
    mariadb: bool,
}

impl TextWidth {
    /// Whether a column of so many characters is stored like one of more. The length of a value
    /// takes one byte where the column holds up to 255 bytes, and two beyond; MariaDB tells them
    /// apart by the value where a column held no more than 127.
    fn may_grow(self, from: u32, to: u32) -> bool {
        let (old, new) = (from * self.bytes, to * self.bytes);
        from < to && (old > 255 || new <= 255 || (self.mariadb && old <= 127))
    }
}

fn change_of_type(from: &DataType, to: &DataType, width: TextWidth) -> ColumnCost {
    let print = |data_type| format_type(data_type, Dialect::MySql);
    let copies = || ColumnCost::Copies(Cause::Type(print(from), print(to)));
    let (one, other) = (from.name.as_str(), to.name.as_str());
    if one != other || from.modifiers != to.modifiers {
        return copies();
    }
    match one {
        "enum" | "set" => {
            let size = |labels: usize| label_width(one, labels);
            let appended = to.args.starts_with(&from.args);
            if from.args == to.args || appended && size(from.args.len()) == size(to.args.len()) {
                ColumnCost::Instant
            } else {
                ColumnCost::Copies(Cause::Labels)
            }
        }
        "varchar" | "varbinary" => {
            let bytes = if one == "varchar" { width.bytes } else { 1 };
            let width = TextWidth { bytes, ..width };
            match (length(from), length(to)) {
                (Some(old), Some(new)) if old == new => ColumnCost::Instant,
                (Some(old), Some(new)) if width.may_grow(old, new) => ColumnCost::Online,
                (old, new) if old == new => ColumnCost::Instant,
                _ => copies(),
            }
        }
        // The number is how wide it is shown.
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => ColumnCost::Instant,
        _ if from.args == to.args => ColumnCost::Instant,
        _ => copies(),
    }
}

/// Bytes that a value of an ENUM or SET with so many labels takes.
fn label_width(kind: &str, labels: usize) -> usize {
    match (kind, labels) {
        ("enum", 0..=255) | ("set", 0..=8) => 1,
        ("enum", _) | ("set", 9..=16) => 2,
        (_, 17..=24) => 3,
        (_, 25..=32) => 4,
        _ => 8,
    }
}

fn length(data_type: &DataType) -> Option<u32> {
    data_type.args.first()?.parse().ok()
}

fn without_charset(data_type: &DataType) -> DataType {
    let mut plain = data_type.clone();
    plain
        .modifiers
        .retain(|word| !word.starts_with("character set ") && !word.starts_with("collate "));
    plain
}

/// The longest character. MySQL 8 takes utf8mb4 unless it says otherwise, MariaDB 10 latin1.
fn longest_character(charset: Option<&str>, mariadb: bool) -> u32 {
    match charset {
        Some(charset) => charset::bytes_of_a_character(charset).unwrap_or(1),
        None if mariadb => 1,
        None => 4,
    }
}
