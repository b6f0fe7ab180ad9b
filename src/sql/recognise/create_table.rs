//! `CREATE TABLE` with an element or a clause that sqlparser rejects: each element is understood by
//! itself.

use super::Cursor;
use super::element::{Element, elements};
use crate::server::on_server;
use crate::sql::change::{
    Change, ChangeKind, ColumnDef, CreateTable, Like, PartitionBound, Persistence, TableOption,
};

/// `at` stands at `CREATE`.
pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    let mut table = CreateTable {
        lets_rows_pass: at.cx.dialect.words_can_be_strings()
            && at.text().to_ascii_uppercase().contains("CONFLICT"),
        ..CreateTable::default()
    };
    at.take("CREATE");
    table.or_replace = at.take("OR REPLACE");
    at.take_any(&["GLOBAL", "LOCAL"]);
    table.persistence = match at.take_any(&["TEMPORARY", "TEMP", "UNLOGGED", "FOREIGN"]) {
        Some("UNLOGGED") => Persistence::Unlogged,
        Some("TEMP" | "TEMPORARY") => Persistence::Temporary,
        _ => Persistence::Permanent,
    };
    if !at.take("TABLE") {
        return None;
    }
    table.if_not_exists = at.take("IF NOT EXISTS");
    let mut names = Vec::new();
    let named = at;
    table.name = at.name()?;
    at.table = at.since(named);
    if at.take("PARTITION OF") {
        let parent = at.name()?;
        if let Some(group) = at.group() {
            // Columns are the parent's; what stands here of them are options, and constraints of
            // this partition.
            for part in group.split_commas() {
                if [
                    "CONSTRAINT",
                    "CHECK",
                    "PRIMARY KEY",
                    "UNIQUE",
                    "FOREIGN KEY",
                    "EXCLUDE",
                ]
                .iter()
                .any(|word| part.sees(word))
                {
                    add_elements(&mut table, part)?;
                }
            }
        }
        let bound = bound(&mut at)?;
        table.partition_of = Some((parent, bound));
    } else if at.take("LIKE") {
        table.like.push(Like {
            table: at.name()?,
            including: vec!["ALL".to_owned()],
        });
    } else if let Some(mut group) = at.group() {
        let mut like = group;
        if at.cx.dialect.like_copies_all() && like.take("LIKE") {
            table.like.push(Like {
                table: like.name()?,
                including: vec!["ALL".to_owned()],
            });
        } else if at.sees("AS") && at.cx.dialect.query_columns_may_be_named() {
            // `CREATE TABLE t (a, b) AS SELECT 1, 2`.
            names = group.names()?;
        } else {
            add_elements(&mut table, group)?;
        }
    }
    while !at.done() {
        on_server!(at.cx.dialect => recognise::table_clause(&mut at, &mut table))?;
    }
    if let Some(query) = &mut table.query {
        for (column, name) in query.output.iter_mut().zip(names) {
            column.name = Some(name.name);
        }
    }
    at.finish(ChangeKind::CreateTable(Box::new(table)))
}

/// `at` stands after `CREATE VIRTUAL TABLE`: the module knows the columns, of which we read those
/// of full-text tables.
pub(crate) fn virtual_table(mut at: Cursor) -> Option<Vec<Change>> {
    let if_not_exists = at.take("IF NOT EXISTS");
    let name = at.name()?;
    if !at.take("USING") {
        return None;
    }
    let module = at.ident()?.value.to_lowercase();
    let arguments = at.group().filter(|group| !group.done());
    let mut table = CreateTable {
        name,
        if_not_exists,
        ..CreateTable::default()
    };
    if module.starts_with("fts") {
        for argument in arguments.into_iter().flat_map(Cursor::split_commas) {
            full_text_argument(&mut table, argument);
        }
    }
    table.options.push(TableOption::new("virtual", module));
    Some(at.whole(ChangeKind::CreateTable(Box::new(table))))
}

/// A column, or an option such as `content='notes'`.
fn full_text_argument(table: &mut CreateTable, mut at: Cursor) {
    let Some(name) = at.ident() else { return };
    if at.equals() {
        let value = at.string().or_else(|| Some(at.ident()?.value));
        let option = name.value.to_lowercase();
        let value = value.unwrap_or_default();
        table.options.push(TableOption::new(option, value));
    } else if !name.value.eq_ignore_ascii_case("tokenize") {
        table.columns.push(ColumnDef {
            name,
            ..ColumnDef::default()
        });
    }
}

fn add_elements(table: &mut CreateTable, group: Cursor) -> Option<()> {
    if group.done() {
        return Some(());
    }
    for part in group.split_commas() {
        for element in elements(part)? {
            match element {
                Element::Column(column) => table.columns.push(*column),
                Element::Constraint(constraint) => table.constraints.push(*constraint),
                Element::Index(index) => table.indexes.push(*index),
                Element::Like(like) => table.like.push(like),
            }
        }
    }
    Some(())
}

/// `FOR VALUES …` or `DEFAULT`.
pub(crate) fn bound(at: &mut Cursor) -> Option<PartitionBound> {
    if at.take("DEFAULT") {
        return Some(PartitionBound {
            sql: "DEFAULT".to_owned(),
        });
    }
    let start = *at;
    if !at.take("FOR VALUES") {
        return None;
    }
    match at.take_any(&["IN", "FROM", "WITH"])? {
        "FROM" => {
            at.group()?;
            at.take("TO").then_some(())?;
            at.group()?;
        }
        _ => {
            at.group()?;
        }
    }
    let span = at.span_of(at.since(start));
    Some(PartitionBound {
        sql: at.cx.slice(span).to_owned(),
    })
}

/// A column definition by itself, as `ADD COLUMN`, `MODIFY` and `CHANGE` hold one.
pub(crate) fn column(at: Cursor) -> Option<Box<crate::sql::change::ColumnDef>> {
    let mut elements = elements(at)?;
    match (elements.pop(), elements.is_empty()) {
        (Some(Element::Column(column)), true) => Some(column),
        _ => None,
    }
}
