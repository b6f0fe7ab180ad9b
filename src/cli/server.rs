//! The flags that say which server migrations are read for; the same in every command that has
//! them.

use clap::Args;

use crate::sql::{Dialect, Release, Versions};
use crate::workspace::Workspace;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct ServerFlags {
    /// Read every migration as this dialect: postgres, mysql, mariadb or sqlite
    #[arg(long, value_name = "DIALECT", value_parser = named)]
    dialect: Option<NamedServer>,
    /// The major version of the PostgreSQL server
    #[arg(long, value_name = "VERSION", value_parser = major)]
    pg_version: Option<u16>,
    /// The release of the MySQL server
    #[arg(long, value_name = "VERSION", value_parser = release)]
    mysql_version: Option<Release>,
    /// The release of the MariaDB server
    #[arg(long, value_name = "VERSION", value_parser = release)]
    mariadb_version: Option<Release>,
    /// The release of the SQLite library
    #[arg(long, value_name = "VERSION", value_parser = release)]
    sqlite_version: Option<Release>,
}

/// A server as the command line names it.
#[derive(Clone, Copy, Debug)]
struct NamedServer {
    dialect: Dialect,
    /// Whether it was called MariaDB, which reads a few statements in another way than MySQL.
    mariadb: bool,
}

impl ServerFlags {
    /// The dialect that every migration is read as, if one was named.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        self.dialect.map(|named| named.dialect)
    }

    /// Lets the flags win over what driftlint.toml says of the server.
    pub(super) fn overrule(&self, workspace: &mut Workspace) {
        let config = &mut workspace.config;
        config.postgres = self.pg_version.or(config.postgres);
        config.mysql = self.mysql_version.or(config.mysql);
        config.mariadb_release = self.mariadb_version.or(config.mariadb_release);
        config.sqlite = self.sqlite_version.or(config.sqlite);
        let mariadb = self.mariadb_version.is_some();
        if mariadb || self.dialect.is_some_and(|named| named.mariadb) {
            config.mariadb = Some(true);
        }
    }
}

fn named(name: &str) -> Result<NamedServer, String> {
    let dialect = Dialect::from_name(name)
        .ok_or_else(|| "expected postgres, mysql, mariadb or sqlite".to_owned())?;
    Ok(NamedServer {
        dialect,
        mariadb: name.eq_ignore_ascii_case("mariadb"),
    })
}

fn major(text: &str) -> Result<u16, String> {
    Versions::postgres_major(text).ok_or_else(|| "expected a major version, such as 16".to_owned())
}

fn release(text: &str) -> Result<Release, String> {
    Release::parse(text).ok_or_else(|| "expected a release, such as 8.0.28".to_owned())
}
