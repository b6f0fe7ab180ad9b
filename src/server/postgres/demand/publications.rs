//! What a publication lists: tables, their columns, and a condition for the rows.

use std::collections::BTreeSet;

use sqlparser::tokenizer::Token;

use super::grants::idents;
use crate::sql::change::Demand;
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// `at` stands after `CREATE PUBLICATION`.
pub(super) fn create(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.ident()?;
    if at.take("FOR TABLE") {
        tables(&mut at, demands)?;
    } else if at.take("FOR TABLES IN SCHEMA") {
        schemas(&mut at, demands)?;
    } else if at.take("FOR ALL TABLES") {
        // Each of them.
    } else if at.take("FOR") {
        return None;
    }
    parameters(at, demands)
}

/// `at` stands after `ALTER PUBLICATION`.
pub(super) fn alter(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.ident()?;
    match at.take_any(&[
        "ADD TABLE",
        "SET TABLE",
        "DROP TABLE",
        "ADD TABLES IN SCHEMA",
        "SET TABLES IN SCHEMA",
        "SET",
    ])? {
        "ADD TABLE" | "SET TABLE" => tables(&mut at, demands),
        "DROP TABLE" => {
            at.until(&["WHERE"]);
            if at.sees("WHERE") {
                let message = "a table is taken out without a `WHERE`";
                demands.never("42601", at.span(), message);
            }
            Some(())
        }
        "SET" => options(at.group()?, demands),
        _ => schemas(&mut at, demands),
    }
}

/// `a (columns) WHERE (…), b, TABLES IN SCHEMA c`.
fn tables(at: &mut Cursor, demands: &mut Demands) -> Option<()> {
    let mut conditions = BTreeSet::new();
    loop {
        at.take("TABLE");
        if at.take("TABLES IN SCHEMA") {
            return schemas(at, demands);
        }
        at.take("ONLY");
        let mark = *at;
        let name = at.name()?;
        let written = at.since(mark);
        at.symbol(&Token::Mul);
        let columns = match at.group() {
            Some(group) => idents(group)?,
            None => Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for column in &columns {
            if !seen.insert(&column.value) {
                let message = format!("column `{}` stands in the list twice", column.value);
                demands.never("42710", column.span, message);
            }
        }
        let span = name.span();
        let demand = Demand::Relation {
            name: name.clone(),
            kinds: &["table"],
            columns,
        };
        demands.add(span, demand);
        if at.take("WHERE") {
            let mut condition = at.group()?;
            condition.table = written;
            if !conditions.insert(name.to_string()) {
                let message = format!("table `{name}` has a `WHERE` already");
                demands.never("42710", condition.span(), message);
            }
            let span = condition.span();
            if let Some(expr) = condition.expr() {
                demands.add(span, Demand::Condition { table: name, expr });
            }
        }
        if !at.symbol(&Token::Comma) {
            return Some(());
        }
    }
}

fn schemas(at: &mut Cursor, demands: &mut Demands) -> Option<()> {
    loop {
        if at.take("TABLES IN SCHEMA") {
            continue;
        }
        if at.take("CURRENT_SCHEMA") {
            // Whichever that is.
        } else if at.take("TABLE") {
            return tables(at, demands);
        } else {
            let name = at.ident()?;
            if matches!(name.value.as_str(), "pg_catalog" | "information_schema") {
                let message = format!("schema `{}` is not published", name.value);
                demands.never("22023", name.span, message);
            }
            demands.add(name.span, Demand::Schema(name));
        }
        if !at.symbol(&Token::Comma) {
            return Some(());
        }
    }
}

fn parameters(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if !at.take("WITH") {
        return None;
    }
    options(at.group()?, demands)
}

/// `publish = 'insert, update', publish_via_partition_root = true`.
fn options(group: Cursor, demands: &mut Demands) -> Option<()> {
    for mut option in group.split_commas() {
        let whole = option;
        let name = option.ident()?;
        match name.value.as_str() {
            "publish" => {
                option.equals();
                let list = option.string()?;
                for word in list.split(',').map(str::trim) {
                    if !matches!(word, "" | "insert" | "update" | "delete" | "truncate") {
                        let message = format!("`{word}` cannot be published");
                        demands.never("42601", whole.span(), message);
                    }
                }
            }
            "publish_via_partition_root" | "publish_generated_columns" => {}
            other => {
                let message = format!("`{other}` is no parameter of a publication");
                demands.never("42601", name.span, message);
            }
        }
    }
    Some(())
}
