//! The bookkeeping table of a database, and what it means that there is none.

use super::{Arguments, shown_folder};
use crate::catalog::{Catalog, QName};
use crate::database::DatabaseUrl;
use crate::error::{Error, Result};
use crate::project::MigrationSet;
use crate::project::bookkeeping::{BookkeepingTable, FoundTable, find};
use crate::project::tree::Tree;
use crate::tool::Tool;

/// The bookkeeping table of the set's tool; none in a database that is empty.
pub(super) fn of(
    arguments: &Arguments,
    tree: &dyn Tree,
    set: &MigrationSet,
    url: &DatabaseUrl,
    live: &Catalog,
) -> Result<Option<BookkeepingTable>> {
    let tool = set.runner.name();
    if set.runner.bookkeeping_rows().is_none() {
        return Err(Error::Usage {
            message: format!(
                "driftlint does not know where the runner of {} (`{tool}`) keeps what it applied",
                shown_folder(set)
            ),
            help: Some(match find(set, live, &[]) {
                FoundTable::None(others) if !others.is_empty() => {
                    let (other, name) = (others[0].0.name(), &others[0].1);
                    format!(
                        "the database has {name}, which is {other}'s: say `runner = \"{other}\"` under `[[migrations]]` in driftlint.toml"
                    )
                }
                _ => "`runner` under `[[migrations]]` in driftlint.toml names the tool".to_owned(),
            }),
        });
    }
    let names = names(arguments, tree, set, url)?;
    match find(set, live, &names) {
        FoundTable::One(table) => Ok(Some(table)),
        FoundTable::Several(tables) => {
            let tables: Vec<String> = tables.iter().map(QName::to_string).collect();
            Err(Error::Usage {
                message: format!(
                    "{} tables of {url} may be {tool}'s: {}",
                    tables.len(),
                    tables.join(", ")
                ),
                help: Some("`--table` says which of them is".to_owned()),
            })
        }
        FoundTable::None(others) if live.tables.is_empty() && others.is_empty() => Ok(None),
        FoundTable::None(others) => Err(unknown_history(arguments, set, url, &names, &others)),
    }
}

/// The names that the table may have, the likeliest first.
fn names(
    arguments: &Arguments,
    tree: &dyn Tree,
    set: &MigrationSet,
    url: &DatabaseUrl,
) -> Result<Vec<String>> {
    if let Some(name) = &arguments.table {
        return Ok(vec![name.clone()]);
    }
    let usual = set.runner.bookkeeping_names(tree, set)?;
    let schema = url.parameter(&["schema", "currentSchema", "search_path"]);
    Ok(usual
        .iter()
        .filter_map(|name| {
            let schema = schema.filter(|_| !name.contains('.'))?;
            Some(format!("{schema}.{name}"))
        })
        .chain(usual.clone())
        .collect())
}

/// There are tables, and nothing says how they came about.
fn unknown_history(
    arguments: &Arguments,
    set: &MigrationSet,
    url: &DatabaseUrl,
    names: &[String],
    others: &[(Tool, QName)],
) -> Error {
    let tool = set.runner.name();
    let wanted = names.first().map_or("", String::as_str);
    if arguments.table.is_some() {
        return Error::Usage {
            message: format!("{url} has no table {wanted} with the columns that {tool} gives it"),
            help: Some("leave `--table` out for its usual name".to_owned()),
        };
    }
    match others {
        [] => Error::Database {
            message: format!(
                "{tool} has applied nothing to {url}: there are tables, and no {wanted} among them"
            ),
            help: Some(
                "was it made by `push`, or by hand? See `driftlint guide after-push`; `--table` names a table that was given another name"
                    .to_owned(),
            ),
        },
        [(other, name), ..] => Error::Database {
            message: format!(
                "{tool} has applied nothing to {url}: there is no {wanted}, but {name}, which is {}'s",
                other.name()
            ),
            help: Some(format!(
                "name the migrations of that tool, or say `runner = \"{}\"` under `[[migrations]]` in driftlint.toml if it runs these",
                other.name()
            )),
        },
    }
}
