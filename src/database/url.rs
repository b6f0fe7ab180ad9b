//! The address of a database, which never shows its password.

use std::fmt;

use crate::error::{Error, Result};
use crate::sql::Dialect;

/// Where a database is, and who asks. `Debug` and `Display` leave out the password and every
/// parameter, some of which are secrets too.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// Which server speaks there.
    pub dialect: Dialect,
    /// The user, if one is named.
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// A name, an address, or the folder of a socket; empty where nothing is said.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// The name of the database; for one that is a file, its path, or `:memory:`.
    pub(crate) database: String,
    /// What stands after the `?`.
    pub(crate) parameters: Vec<UrlParameter>,
}

/// `name=value` after the `?` of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UrlParameter {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl DatabaseUrl {
    /// The name by which SQLite opens a database that lives in memory alone.
    pub const MEMORY: &str = ":memory:";

    /// Reads `postgres://user:password@host:port/name?sslmode=require`, `mysql://…`, `mariadb://…`,
    /// `sqlite:path`, `file:path`, or the path of a file.
    ///
    /// # Errors
    ///
    /// When it is none of these. The text is not repeated in the message: it may hold a password.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let Some((scheme, rest)) = text
            .split_once(':')
            .filter(|(scheme, _)| scheme.len() > 1 && scheme.chars().all(is_of_a_scheme))
        else {
            return file_server()
                .filter(|_| !text.is_empty())
                .map(|dialect| Self::file(dialect, text))
                .ok_or_else(|| no_url("the URL of the database is empty".to_owned()));
        };
        if scheme.eq_ignore_ascii_case("file") {
            return file_server()
                .map(|dialect| Self::file(dialect, rest))
                .ok_or_else(|| no_url("no server keeps its databases in files".to_owned()));
        }
        let dialect = Dialect::from_name(scheme).ok_or_else(|| {
            no_url(format!(
                "`{scheme}:` is the URL of no database that driftlint knows"
            ))
        })?;
        if dialect.database_is_a_file() {
            return if rest.starts_with("//")
                && !scheme.to_ascii_lowercase().starts_with(dialect.name())
            {
                Err(no_url(format!(
                    "driftlint does not reach databases over `{scheme}:`"
                )))
            } else {
                Ok(Self::file(dialect, rest))
            };
        }
        let rest = rest
            .strip_prefix("//")
            .ok_or_else(|| no_url(format!("`{scheme}:` is not followed by `//`")))?;
        Self::of_server(dialect, rest)
    }

    fn of_server(dialect: Dialect, rest: &str) -> Result<Self> {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A password may hold what it should not, so the last `@` counts.
        let (login, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (user, password) = login
            .split_once(':')
            .map_or((login, None), |(user, password)| (user, Some(password)));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = host_and_port(authority)
            .ok_or_else(|| no_url("the port in the URL of the database is no number".to_owned()))?;
        let mut parameters = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.push(UrlParameter {
                name: decoded(name),
                value: decoded(value),
            });
        }
        let mut url = Self {
            dialect,
            user: Some(decoded(user)).filter(|user| !user.is_empty()),
            password: password.map(decoded),
            host: decoded(host),
            port,
            database: decoded(database),
            parameters,
        };
        // libpq takes the folder of a socket as a parameter, for it does not fit before the path.
        if url.host.is_empty()
            && let Some(host) = url.parameter(&["host"])
        {
            url.host = host.to_owned();
        }
        Ok(url)
    }

    /// A database in a file. What follows a `?` are parameters of whoever opens it, and `//` stands
    /// before some paths.
    fn file(dialect: Dialect, path: &str) -> Self {
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let path = path.strip_prefix("//").unwrap_or(path);
        Self {
            dialect,
            user: None,
            password: None,
            host: String::new(),
            port: None,
            database: decoded(path),
            parameters: Vec::new(),
        }
    }

    /// A database of which only the process knows that opens it.
    pub fn in_memory(dialect: Dialect) -> Self {
        Self::file(dialect, Self::MEMORY)
    }

    /// The name of the database, or the path of its file; may be empty.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Another database beside this one, for the same user.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        Self {
            database: name.to_owned(),
            ..self.clone()
        }
    }

    /// The value of the first parameter of one of those names.
    pub fn parameter(&self, names: &[&str]) -> Option<&str> {
        let found = self.parameters.iter().find(|it| {
            let mut names = names.iter();
            names.any(|name| name.eq_ignore_ascii_case(&it.name))
        });
        found.map(|it| it.value.as_str())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.dialect.name();
        if self.dialect.database_is_a_file() {
            return write!(f, "{scheme}:{}", self.database);
        }
        write!(f, "{scheme}://")?;
        if let Some(user) = &self.user {
            let hidden = if self.password.is_some() { ":***" } else { "" };
            write!(f, "{user}{hidden}@")?;
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", self.database)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// The server whose databases are files.
fn file_server() -> Option<Dialect> {
    let mut all = Dialect::ALL.iter().copied();
    all.find(|dialect| dialect.database_is_a_file())
}

fn is_of_a_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

/// `host:5432`, `[::1]:5432` or a host alone; `None` when the port is no number.
fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => authority
            .find(':')
            .map_or((authority, ""), |at| authority.split_at(at)),
    };
    match rest.strip_prefix(':') {
        Some("") | None => Some((host, None)),
        Some(port) => port.parse().ok().map(|port| (host, Some(port))),
    }
}

/// Takes back percent-encoding; what is none stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes
            .get(at + 1..at + 3)
            .filter(|_| byte == b'%')
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(pair.unwrap_or(byte));
        at += if pair.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn no_url(message: String) -> Error {
    Error::Usage {
        message,
        help: Some(
            "give postgres://user:password@host:5432/name, mysql://…, mariadb://…, sqlite:path or the path of a SQLite file"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> DatabaseUrl {
        DatabaseUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_url_is_taken_apart() {
        let url = read("postgresql://ann:p%40ss@db.example:6432/app?sslmode=require&schema=x");
        assert_eq!(url.user.as_deref(), Some("ann"));
        assert_eq!(url.password.as_deref(), Some("p@ss"));
        assert_eq!((url.host.as_str(), url.port), ("db.example", Some(6432)));
        assert_eq!(url.database(), "app");
        assert_eq!(url.parameter(&["SSLMODE"]), Some("require"));
        let url = read("mysql://root@[::1]:3307/x");
        assert_eq!((url.host.as_str(), url.port), ("::1", Some(3307)));
        assert_eq!(read("postgres:///app?host=/run/sock").host, "/run/sock");
        assert_eq!(read("postgres://%2Frun%2Fsock/app").host, "/run/sock");
    }

    #[test]
    fn files_are_databases() {
        for (text, path) in [
            ("sqlite:dev.db", "dev.db"),
            ("sqlite://dev.db", "dev.db"),
            ("sqlite:///var/dev.db?mode=ro", "/var/dev.db"),
            ("file:./dev.db", "./dev.db"),
            ("data/dev.sqlite3", "data/dev.sqlite3"),
            ("C:\\dev.db", "C:\\dev.db"),
        ] {
            assert_eq!(read(text).database(), path, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        for text in [
            "postgres://ann:secret@host/db",
            "postgres://ann:sec@ret/secret@host/db",
            "mysql://ann@host/db?password=secret&token=secret",
            "sqlite:dev.db?authToken=secret",
        ] {
            let url = read(text);
            assert!(!format!("{url} {url:?}").contains("secret"), "{url}");
        }
        for text in [
            "oracle://ann:secret@host/db",
            "postgres:ann:secret@host",
            "postgres://ann:secret@host:x/db",
            "libsql://secret",
        ] {
            let error = DatabaseUrl::parse(text).expect_err(text).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
