//! Which SQL a set is written in, and what says so.

use super::discover::{Listing, ancestors};
use super::tree::{Tree, file_name, join};
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
    if let Some(dialect) = Dialect::from_name(name) {
        return Some(Decision::Known(dialect, from.into()));
    }
    let server = match name.to_ascii_lowercase().as_str() {
        "clickhouse" => "ClickHouse",
        "sqlserver" | "mssql" => "SQL Server",
        "oracle" => "Oracle",
        "mongodb" => "MongoDB",
        "spanner" => "Spanner",
        "snowflake" => "Snowflake",
        "bigquery" => "BigQuery",
        "cassandra" => "Cassandra",
        _ => return None,
    };
    Some(Decision::Unsupported(server.to_owned()))
}

/// From the nearest folder whose name is a dialect's.
pub(crate) fn from_folder(folder: &str) -> Option<Decision> {
    folder.rsplit('/').find_map(|part| {
        let from = || format!("the folder's name `{part}`");
        let mut words = part
            .split(['-', '_', '.'])
            .filter_map(|word| from_tool(word, from()));
        // `riversqlite` says it, too.
        let end = || {
            ["sqlite", "sqlite3", "mysql", "postgres", "postgresql"]
                .iter()
                .find(|name| part.ends_with(**name))
        };
        words.next().or_else(|| from_tool(end()?, from()))
    })
}

/// From configuration files above the folder: `sqlc.yaml`, `Cargo.toml`, `.env`.
pub(crate) fn from_manifests(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
) -> Result<Option<Decision>> {
    for above in ancestors(folder) {
        for (name, read) in READERS {
            let path = join(above, name);
            if listing.has(&path)
                && let Some(bytes) = tree.read(&path)?
                && let Some(said) = read(&String::from_utf8_lossy(&bytes))
                && let Some(decision) = from_tool(&said, format!("`{}`", file_name(&path)))
            {
                return Ok(Some(decision));
            }
        }
    }
    Ok(None)
}

type Reader = fn(&str) -> Option<String>;

const READERS: &[(&str, Reader)] = &[
    ("sqlc.yaml", sqlc_engine),
    ("sqlc.yml", sqlc_engine),
    ("sqlc.json", sqlc_engine),
    ("atlas.hcl", url_scheme),
    ("Cargo.toml", cargo_features),
    (".env", environment),
    (".env.example", environment),
    (".env.sample", environment),
];

/// `engine: postgresql`, as long as all engines of the file agree.
fn sqlc_engine(text: &str) -> Option<String> {
    let mut engines: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.trim()
                .trim_start_matches("- ")
                .trim_start_matches('"')
                .strip_prefix("engine")
        })
        .filter_map(|rest| rest.trim_start_matches('"').trim_start().strip_prefix(':'))
        .map(|value| value.trim().trim_matches(['"', '\'', ',']))
        .collect();
    engines.dedup();
    (engines.len() == 1).then(|| engines[0].to_owned())
}

/// The features of diesel or sqlx, as long as they name one server.
fn cargo_features(text: &str) -> Option<String> {
    let manifest: toml::Table = text.parse().ok()?;
    let tables = [
        manifest.get("dependencies"),
        manifest.get("dev-dependencies"),
        manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("dependencies")),
    ];
    let mut servers: Vec<&str> = Vec::new();
    for name in ["diesel", "diesel-async", "sqlx"] {
        for dependency in tables.iter().flatten().filter_map(|table| table.get(name)) {
            let features = dependency.get("features").and_then(toml::Value::as_array);
            servers.extend(
                features
                    .into_iter()
                    .flatten()
                    .filter_map(toml::Value::as_str)
                    .filter_map(|feature| {
                        ["postgres", "mysql", "sqlite"]
                            .into_iter()
                            .find(|server| feature.starts_with(server))
                    }),
            );
        }
    }
    servers.sort_unstable();
    servers.dedup();
    (servers.len() == 1).then(|| servers[0].to_owned())
}

/// goose's driver, or the scheme of the database's address.
fn environment(text: &str) -> Option<String> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let line = line.trim();
            let (name, value) = line
                .strip_prefix("export ")
                .unwrap_or(line)
                .split_once('=')?;
            (name.trim() == key).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
        })
    };
    value("GOOSE_DRIVER").or_else(|| value("DATABASE_URL").and_then(|url| url_scheme(&url)))
}

fn url_scheme(text: &str) -> Option<String> {
    let before = text.split_once("://")?.0;
    let start = before
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |at| at + 1);
    let scheme = &before[start..];
    from_tool(scheme, "").map(|_| scheme.to_owned())
}

/// Spellings that only one server knows, in lower case.
const TELLING: &[(&str, &[&str])] = &[
    (
        "clickhouse",
        &[
            "mergetree",
            "on cluster",
            "lowcardinality(",
            "engine = null",
            "materialize column",
        ],
    ),
    (
        "sqlserver",
        &[
            "[dbo].",
            "nvarchar(max)",
            "identity(1,1)",
            "\ngo\n",
            "sp_rename",
        ],
    ),
    (
        "mysql",
        &[
            "engine=",
            "engine =",
            "auto_increment",
            " unsigned",
            "character set",
            "modify column",
            "utf8mb4",
            "tinyint(1)",
            "on update current_timestamp",
            "`",
        ],
    ),
    (
        "sqlite",
        &["autoincrement", "pragma ", "without rowid", "sqlite_"],
    ),
    (
        "postgres",
        &[
            "serial",
            "jsonb",
            "$$",
            "timestamptz",
            "timestamp with time zone",
            "plpgsql",
            "create extension",
            "using gin",
            "using btree",
            "bytea",
            "::",
            "create type",
            "concurrently",
            "uuid_generate",
            "gen_random_uuid",
            "tsvector",
            "text[]",
            "timestamp(3)",
            "double precision",
            "public.",
        ],
    ),
];

/// Types that MySQL has and SQLite takes like any word, and PostgreSQL does not know.
const FOREIGN_TYPES: &[&str] = &[
    "blob",
    "mediumblob",
    "longblob",
    "mediumtext",
    "longtext",
    "datetime",
    "tinyint",
    "mediumint",
    "string",
];

/// Whether a word stands where a column's type does: behind a name, before the column's end or what
/// else is said of it.
fn is_type(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].ends_with([' ', '\t']);
        let name = text[..at]
            .trim_end()
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '`' | ']'));
        let rest = &text[at + word.len()..];
        let ends = rest.trim_start().starts_with([',', ')']) || rest.is_empty();
        let said = [
            "not null",
            "null",
            "primary key",
            "unique",
            "default",
            "check",
            "references",
        ];
        let said = rest.starts_with([' ', '\t'])
            && said.iter().any(|next| rest.trim_start().starts_with(next));
        before && name && (ends || said)
    })
}

/// From the SQL itself: the server with the most telling spellings, PostgreSQL when nothing tells.
pub(crate) fn from_content<'a>(texts: impl Iterator<Item = &'a str>) -> Decision {
    let mut scores = [0usize; TELLING.len()];
    for text in texts.take(64) {
        let mut end = text.len().min(16_384);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let code = text[..end]
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"));
        let text = code.collect::<Vec<_>>().join("\n").to_ascii_lowercase();
        for (score, (_, words)) in scores.iter_mut().zip(TELLING) {
            *score += words.iter().filter(|word| text.contains(**word)).count();
        }
        let foreign = FOREIGN_TYPES
            .iter()
            .filter(|name| is_type(&text, name))
            .count();
        for (score, (server, _)) in scores.iter_mut().zip(TELLING) {
            *score += if matches!(*server, "mysql" | "sqlite") {
                foreign
            } else {
                0
            };
        }
    }
    // Foreign servers borrow common words, but nobody borrows theirs.
    let foreign = (0..2).find(|&at| {
        scores[at] > 0 && scores[at] * 2 >= scores[2..].iter().copied().max().unwrap_or(0)
    });
    let best = foreign.or_else(|| {
        (2..TELLING.len())
            .filter(|&at| scores[at] > 0)
            .max_by_key(|&at| (scores[at], at))
    });
    let decided = best.and_then(|at| from_tool(TELLING[at].0, "the migrations' SQL"));
    decided.unwrap_or_else(|| Decision::Known(Dialect::Postgres, "nothing; the default".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(dialect: Dialect, from: &str) -> Decision {
        Decision::Known(dialect, from.to_owned())
    }

    #[test]
    fn the_nearest_folder_speaks() {
        assert_eq!(
            from_folder("mysql/x/sqlite"),
            Some(known(Dialect::Sqlite, "the folder's name `sqlite`"))
        );
        assert_eq!(
            from_folder("db/clickhouse/migrations"),
            Some(Decision::Unsupported("ClickHouse".into()))
        );
        assert_eq!(
            from_folder("riversqlite/main"),
            Some(known(Dialect::Sqlite, "the folder's name `riversqlite`"))
        );
        assert_eq!(from_folder("db/migrations"), None);
    }

    #[test]
    fn sql_speaks_last() {
        let of = |text| from_content(std::iter::once(text));
        assert_eq!(
            of("CREATE TABLE `a` (id INT) ENGINE=InnoDB;"),
            known(Dialect::MySql, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);"),
            known(Dialect::Sqlite, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id BIGSERIAL, b jsonb);"),
            known(Dialect::Postgres, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id UUID) ENGINE = ReplacingMergeTree()"),
            Decision::Unsupported("ClickHouse".into())
        );
        assert_eq!(
            of("-- see `a`\nCREATE TABLE a (id serial);"),
            known(Dialect::Postgres, "the migrations' SQL")
        );
        let blob = "CREATE TABLE a (id string PRIMARY KEY, b BLOB NOT NULL, c timestamp)";
        assert_eq!(of(blob), known(Dialect::Sqlite, "the migrations' SQL"));
        let column = "CREATE TABLE a (datetime timestamptz, string text, blob bytea)";
        assert_eq!(of(column), known(Dialect::Postgres, "the migrations' SQL"));
        assert_eq!(
            of("SELECT 1"),
            known(Dialect::Postgres, "nothing; the default")
        );
    }

    #[test]
    fn configuration_speaks_when_it_is_of_one_mind() {
        assert_eq!(
            sqlc_engine("sql:\n  - engine: \"mysql\"\n    schema: x"),
            Some("mysql".to_owned())
        );
        assert_eq!(sqlc_engine("  - engine: mysql\n  - engine: sqlite"), None);
        assert_eq!(
            environment("A=1\nDATABASE_URL=\"mysql://u@h/d\""),
            Some("mysql".to_owned())
        );
        assert_eq!(environment("DATABASE_URL=file:./dev.db"), None);
        let features = |list: &str| {
            cargo_features(&format!(
                "[dependencies]\nsqlx = {{ version = \"1\", features = {list} }}"
            ))
        };
        assert_eq!(
            features("[\"sqlite\", \"runtime-tokio\"]"),
            Some("sqlite".to_owned())
        );
        assert_eq!(features("[\"sqlite\", \"postgres\"]"), None);
    }
}
