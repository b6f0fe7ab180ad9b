//! The entity-relationship picture: a box for each table, a line for each foreign key.

use std::cmp::Ordering;
use std::fmt::Write as _;

use super::html::{cut, escape};
use super::layout::{Corner, WIDTH};
use super::schema::key_labels;
use crate::catalog::{Catalog, ForeignKey, Table};

/// The height of a box's head, and of each of its rows.
const HEAD: usize = 26;
const ROW: usize = 18;
/// How many rows of keys a box has; the table itself is listed in full elsewhere.
const ROWS: usize = 10;
/// How many letters of a name have room.
const NAME: usize = 28;
const COLUMN: usize = 23;

/// The columns of a table that are drawn: those of its keys.
fn rows(table: &Table) -> Vec<&str> {
    let names = table.columns.iter().map(|column| column.name.as_str());
    names
        .filter(|name| !key_labels(table, name).is_empty())
        .collect()
}

/// How high the box of a table is.
pub(super) fn height(table: &Table) -> usize {
    let rows = rows(table).len();
    HEAD + ROW * rows.min(ROWS) + if rows > ROWS { ROW } else { 0 } + 4
}

/// A table as a box at its corner.
pub(super) fn table_box(catalog: &Catalog, table: &Table, at: Corner) -> String {
    let name = catalog.shown(&table.name);
    let height = height(table);
    let mut out = format!(
        "<title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"4\"/><text class=\"name\" x=\"{}\" y=\"{}\">{}</text>",
        escape(&name),
        at.x,
        at.y,
        at.x + 8,
        at.y + 18,
        escape(&cut(&name, NAME))
    );
    let rows = rows(table);
    for (number, column) in rows.iter().take(ROWS).enumerate() {
        let y = at.y + HEAD + ROW * number + 14;
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{y}\">{}</text><text class=\"keys\" x=\"{}\" y=\"{y}\">{}</text>",
            at.x + 8,
            escape(&cut(column, COLUMN)),
            at.x + WIDTH - 8,
            key_labels(table, column).join(" ")
        );
    }
    if rows.len() > ROWS {
        let y = at.y + HEAD + ROW * ROWS + 14;
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{y}\">{} more</text>",
            at.x + 8,
            rows.len() - ROWS
        );
    }
    out
}

/// A foreign key as a line from the row of its first column to the head of the table that it refers
/// to. `own` is the corner of the table that has it; the script finds the other one by its index.
pub(super) fn line(
    table: &Table,
    key: &ForeignKey,
    own: Corner,
    other: Corner,
    other_index: usize,
) -> String {
    let first = key.columns.first().map(String::as_str).unwrap_or_default();
    let row = rows(table).iter().position(|column| *column == first);
    let row = row.unwrap_or_default().min(ROWS);
    let (y1, y2) = (own.y + HEAD + ROW * row + 9, other.y + 13);
    // From side to side across the gap; within a column, out and back on the right.
    let (x1, x2, c1, c2) = match own.x.cmp(&other.x) {
        Ordering::Greater => {
            let (x1, x2) = (own.x, other.x + WIDTH);
            let bend = ((x1 - x2) / 2).max(30);
            (x1, x2, x1.saturating_sub(bend), x2 + bend)
        }
        Ordering::Less => {
            let (x1, x2) = (own.x + WIDTH, other.x);
            let bend = ((x2 - x1) / 2).max(30);
            (x1, x2, x1 + bend, x2.saturating_sub(bend))
        }
        Ordering::Equal => {
            let x = own.x + WIDTH;
            (x, x, x + 40, x + 40)
        }
    };
    format!("<path data-other=\"{other_index}\" d=\"M{x1} {y1}C{c1} {y1} {c2} {y2} {x2} {y2}\"/>")
}
