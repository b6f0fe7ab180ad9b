//! Which SQL a set is written in, and what says so.
//!
//! Tools and configuration are certain. What is left is weighed: the name of a folder, the drivers
//! of a build, and the spellings of the SQL itself, which win where they contradict the others.

mod content;
mod drivers;
mod manifests;

pub(crate) use content::DialectEvidence;
pub(crate) use manifests::{Manifest, from_manifests, url_scheme};

use super::discover::{Listing, ancestors, is_vendor};
use super::tree::{Tree, file_name, parent};
use crate::error::Result;
use crate::sql::Dialect;

/// The dialect of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// One of ours, and what says so.
    Known(Dialect, String),
    /// A server driftlint does not know.
    Unsupported(String),
}

/// A dialect by the name that a tool's configuration uses.
pub(crate) fn from_tool(name: &str, from: impl Into<String>) -> Option<Decision> {
    let name = name.to_ascii_lowercase();
    if let Some((_, server)) = OTHERS
        .iter()
        .find(|(names, _)| names.contains(&name.as_str()))
    {
        return Some(Decision::Unsupported((*server).to_owned()));
    }
    Dialect::from_name(&name).map(|dialect| Decision::Known(dialect, from.into()))
}

/// Servers that driftlint does not know, by the names that tools give them.
const OTHERS: &[(&[&str], &str)] = &[
    (&["clickhouse"], "ClickHouse"),
    (&["sqlserver", "mssql", "sql-server"], "SQL Server"),
    (&["oracle"], "Oracle"),
    (&["hsqldb", "hsql"], "HSQLDB"),
    (&["h2"], "H2"),
    (&["derby"], "Derby"),
    (&["db2"], "Db2"),
    (&["firebird"], "Firebird"),
    (&["informix"], "Informix"),
    (&["saphana", "hana"], "SAP HANA"),
    (&["cockroach", "cockroachdb", "crdb"], "CockroachDB"),
    (&["mongodb"], "MongoDB"),
    (&["spanner"], "Spanner"),
    (&["snowflake"], "Snowflake"),
    (&["redshift"], "Redshift"),
    (&["bigquery"], "BigQuery"),
    (&["cassandra"], "Cassandra"),
    (&["duckdb"], "DuckDB"),
    (&["ydb"], "YDB"),
    (&["vertica"], "Vertica"),
    (&["exasol"], "Exasol"),
];

/// Words that stand beside the name of a server in a folder's name without changing what it says.
const NEUTRAL: &[&str] = &[
    "",
    "db",
    "sql",
    "migration",
    "migrations",
    "migrate",
    "schema",
    "schemas",
    "scripts",
    "ddl",
    "flyway",
    "changelog",
    "server",
    "database",
];

/// What the name of a folder says.
struct FolderHint {
    decision: Decision,
    /// Whether the name is that of the server, and of nothing else.
    plain: bool,
}

/// From the nearest folder whose name is a server's.
fn from_folder(folder: &str) -> Option<FolderHint> {
    folder.rsplit('/').find_map(named)
}

fn named(part: &str) -> Option<FolderHint> {
    let from = || format!("the folder's name `{part}`");
    let words = || part.split(['-', '_', '.']);
    if let Some(decision) = from_tool(part, from()) {
        return Some(FolderHint {
            decision,
            plain: true,
        });
    }
    for word in words() {
        let Some(decision) = from_tool(word, from()) else {
            continue;
        };
        let plain = words()
            .all(|other| other == word || NEUTRAL.contains(&other.to_ascii_lowercase().as_str()));
        // An oracle of prices is no server.
        if plain || matches!(&decision, Decision::Known(..)) {
            return Some(FolderHint { decision, plain });
        }
    }
    // `riversqlite` says it, too.
    let end = ["sqlite", "sqlite3", "mysql", "postgres", "postgresql"]
        .iter()
        .find(|name| part.ends_with(**name))?;
    let decision = from_tool(end, from())?;
    Some(FolderHint {
        decision,
        plain: false,
    })
}

/// What nothing but guesses says, weighed: the names of folders, manifests, the SQL.
pub(crate) fn weigh(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
    content: &DialectEvidence,
    manifests: bool,
) -> Result<Decision> {
    let folder_says = from_folder(folder);
    if let Some(FolderHint { decision, plain }) = folder_says {
        let contradicted = match &decision {
            Decision::Known(dialect, _) => !plain && content.contradicts(*dialect),
            Decision::Unsupported(_) => {
                content.is_ours() && !(plain && is_beside_another(listing, folder))
            }
        };
        if !contradicted {
            return Ok(decision);
        }
    }
    if manifests && let Some(decision) = from_manifests(tree, listing, folder)? {
        let contradicted = match &decision {
            Decision::Known(dialect, _) => content.contradicts(*dialect),
            Decision::Unsupported(_) => content.is_ours(),
        };
        if !contradicted {
            return Ok(decision);
        }
    }
    let driver = drivers::in_use(tree, listing, folder)?;
    if let Some(decision) = content.decision() {
        // SQLite takes any word for a type, `jsonb` too: where the SQL speaks for both, the driver
        // says which it is.
        return Ok(driver
            .filter(|server| match (server, &decision) {
                (Decision::Known(one, _), Decision::Known(two, _)) => {
                    one != two && !content.contradicts(*one)
                }
                _ => false,
            })
            .unwrap_or(decision));
    }
    Ok(driver.unwrap_or_else(|| Decision::Known(Dialect::Postgres, DEFAULT.to_owned())))
}

/// Whether a folder that is called after a server lies beside one that is called after another, as
/// Flyway's `{vendor}` has them: then each name means its server, even if the SQL could be ours.
fn is_beside_another(listing: &Listing, folder: &str) -> bool {
    let Some(own) = ancestors(folder).find(|below| is_vendor(file_name(below))) else {
        return false;
    };
    let above = parent(own);
    listing.under(above).iter().any(|path| {
        let rest = path[above.len()..].trim_start_matches('/');
        let other = rest.split_once('/').map(|(first, _)| first);
        other.is_some_and(|other| is_vendor(other) && other != file_name(own))
    })
}

/// What decides the dialect where nothing does.
pub(crate) const DEFAULT: &str = "nothing; the default";

#[cfg(test)]
mod tests {
    use super::*;

    fn known(dialect: Dialect, from: &str) -> Decision {
        Decision::Known(dialect, from.to_owned())
    }

    #[test]
    fn the_nearest_folder_speaks() {
        let says = |folder| from_folder(folder).map(|named| named.decision);
        assert_eq!(
            says("mysql/x/sqlite"),
            Some(known(Dialect::Sqlite, "the folder's name `sqlite`"))
        );
        for (folder, server) in [
            ("db/clickhouse/migrations", "ClickHouse"),
            ("db/hsqldb", "HSQLDB"),
            ("oracle-migrations", "Oracle"),
        ] {
            assert_eq!(says(folder), Some(Decision::Unsupported(server.into())));
        }
        assert_eq!(
            says("riversqlite/main"),
            Some(known(Dialect::Sqlite, "the folder's name `riversqlite`"))
        );
        assert_eq!(says("db/migrations"), None);
        assert_eq!(says("price-oracle/migrations"), None);
    }
}
