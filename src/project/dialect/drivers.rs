//! The drivers that a build names: the server that a program speaks to.

use super::{Decision, from_tool};
use crate::error::Result;
use crate::project::discover::{Listing, ancestors};
use crate::project::tree::{Tree, file_name, join};

/// A part of a dependency's name, and the server whose driver it is.
type Driver = (&'static str, &'static str);

const JAVA: &[Driver] = &[
    ("org.postgresql", "postgresql"),
    ("r2dbc-postgresql", "postgresql"),
    ("com.h2database", "h2"),
    ("org.hsqldb", "hsqldb"),
    ("org.apache.derby", "derby"),
    ("mysql-connector", "mysql"),
    ("org.mariadb", "mariadb"),
    ("sqlite-jdbc", "sqlite"),
    ("com.microsoft.sqlserver", "sqlserver"),
    ("com.oracle.database", "oracle"),
    ("com.oracle.ojdbc", "oracle"),
    ("com.ibm.db2", "db2"),
    ("clickhouse-jdbc", "clickhouse"),
    ("org.firebirdsql", "firebird"),
];

const GO: &[Driver] = &[
    ("github.com/lib/pq", "postgres"),
    ("github.com/jackc/pgx", "postgres"),
    ("github.com/go-sql-driver/mysql", "mysql"),
    ("github.com/mattn/go-sqlite3", "sqlite"),
    ("modernc.org/sqlite", "sqlite"),
    ("github.com/microsoft/go-mssqldb", "sqlserver"),
    ("github.com/denisenkom/go-mssqldb", "sqlserver"),
    ("github.com/sijms/go-ora", "oracle"),
    ("github.com/godror/godror", "oracle"),
    ("github.com/clickhouse/clickhouse-go", "clickhouse"),
    // The framework runs the database itself, and knows no other.
    ("encore.dev v", "postgres"),
];

const NODE: &[Driver] = &[
    ("\"pg\"", "postgres"),
    ("\"postgres\"", "postgres"),
    ("\"mysql\"", "mysql"),
    ("\"mysql2\"", "mysql"),
    ("\"better-sqlite3\"", "sqlite"),
    ("\"sqlite3\"", "sqlite"),
    ("\"@libsql/client\"", "sqlite"),
    ("\"mssql\"", "sqlserver"),
    ("\"tedious\"", "sqlserver"),
    ("\"oracledb\"", "oracle"),
    ("\"encore.dev\"", "postgres"),
];

/// Servers that live in the program, mostly for tests: beside another driver they say nothing.
const EMBEDDED: &[&str] = &["h2", "hsqldb", "derby"];

/// The one server that a Java program above the folder is built or configured for, tests apart.
pub(super) fn of_java(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
) -> Result<Option<Decision>> {
    let mut servers = Servers::default();
    for above in ancestors(folder) {
        for name in [
            "pom.xml",
            "build.gradle",
            "build.gradle.kts",
            "application.properties",
            "application.yml",
            "application.yaml",
            "liquibase.properties",
        ] {
            let path = join(above, name);
            let Some(bytes) = read(tree, listing, &path)? else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes);
            match name {
                "pom.xml" => {
                    for block in text.split("<dependency>").skip(1) {
                        let block = block.split("</dependency>").next().unwrap_or_default();
                        if !block
                            .replace(char::is_whitespace, "")
                            .contains("<scope>test</scope>")
                        {
                            servers.add(JAVA, block, &path);
                        }
                    }
                }
                "build.gradle" | "build.gradle.kts" => {
                    let code = text
                        .lines()
                        .map(str::trim)
                        .filter(|line| !line.starts_with("test") && !line.starts_with("//"));
                    code.for_each(|line| servers.add(JAVA, line, &path));
                }
                // With a mode it plays another server.
                _ => text
                    .split("jdbc:")
                    .skip(1)
                    .filter(|url| !url.lines().next().unwrap_or_default().contains("MODE="))
                    .filter_map(|url| url.split(':').next())
                    .filter(|name| from_tool(name, "").is_some())
                    .for_each(|name| servers.push(name, &path)),
            }
        }
    }
    Ok(servers.one())
}

/// The one server that a Go or Node program above the folder has a driver for.
pub(super) fn in_use(tree: &dyn Tree, listing: &Listing, folder: &str) -> Result<Option<Decision>> {
    for above in ancestors(folder) {
        let mut servers = Servers::default();
        for (name, drivers) in [("go.mod", GO), ("package.json", NODE)] {
            let path = join(above, name);
            if let Some(bytes) = read(tree, listing, &path)? {
                let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
                servers.add(drivers, &text, &path);
            }
        }
        if !servers.found.is_empty() {
            return Ok(servers.one());
        }
    }
    Ok(None)
}

fn read(tree: &dyn Tree, listing: &Listing, path: &str) -> Result<Option<Vec<u8>>> {
    if listing.has(path) {
        tree.read(path)
    } else {
        Ok(None)
    }
}

/// The servers whose drivers were met, each with the file that names it.
#[derive(Debug, Default)]
struct Servers {
    found: Vec<Decision>,
    names: Vec<String>,
}

impl Servers {
    fn add(&mut self, drivers: &[Driver], text: &str, path: &str) {
        for (part, server) in drivers {
            if text.contains(part) {
                self.push(server, path);
            }
        }
    }

    fn push(&mut self, server: &str, path: &str) {
        let from = format!("the driver in `{}`", file_name(path));
        if let Some(decision) = from_tool(server, from)
            && !self.found.iter().any(|known| is_same(known, &decision))
        {
            self.found.push(decision);
            self.names.push(server.to_owned());
        }
    }

    /// The one that is left without the embedded ones; all of these if there is no other.
    fn one(self) -> Option<Decision> {
        let serious = |name: &str| !EMBEDDED.contains(&name);
        let any = self.names.iter().any(|name| serious(name));
        let mut left = self.found.into_iter().zip(&self.names);
        let mut left = left.by_ref().filter(|(_, name)| !any || serious(name));
        match (left.next(), left.next()) {
            (Some((decision, _)), None) => Some(decision),
            _ => None,
        }
    }
}

/// Whether two decisions name one server, whatever led to them.
fn is_same(one: &Decision, other: &Decision) -> bool {
    match (one, other) {
        (Decision::Known(one, _), Decision::Known(other, _)) => one == other,
        (one, other) => one == other,
    }
}
