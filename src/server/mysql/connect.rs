//! A client for MySQL and MariaDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, Error, OptsBuilder, SslOpts, Value};

use crate::database::{
    Connection, ConnectionFault, DatabaseUrl, Row, ServerError, ServerVersion, is_interrupted,
};
use crate::sql::{Release, Versions};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often is asked whether the user wants a statement to end.
const GLANCE: Duration = Duration::from_millis(50);

/// Connects. Parameters that say how: `socket`, and `ssl-mode` as MySQL's own clients and ORMs
/// (`sslaccept`) spell it; without one, the connection is encrypted if the server offers it.
pub(crate) fn open(url: &DatabaseUrl) -> Result<Box<dyn Connection>, ServerError> {
    let socket = url.parameter(&["socket", "socketPath", "unix_socket"]);
    let host = Some(url.host.as_str()).filter(|host| !host.is_empty());
    let socket = socket.or_else(|| host.filter(|host| host.starts_with('/')));
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(
            host.filter(|_| socket.is_none()).unwrap_or("localhost"),
        ))
        .tcp_port(url.port.unwrap_or(3306))
        .socket(socket)
        .prefer_socket(false)
        .user(url.user.clone())
        .pass(url.password.clone())
        .db_name(Some(url.database.clone()).filter(|name| !name.is_empty()))
        .tcp_connect_timeout(Some(CONNECT_TIMEOUT))
        .stmt_cache_size(0);
    let mode = url.parameter(&["ssl-mode", "ssl_mode", "sslmode", "sslaccept", "ssl"]);
    let mode = mode.unwrap_or_default().to_ascii_lowercase();
    let tls = (socket.is_none()).then(|| tls(&mode, url)).flatten();
    let needed = mode.starts_with("verify")
        || matches!(mode.as_str(), "required" | "require" | "strict" | "true");
    let encrypted = options.clone().ssl_opts(tls.clone());
    let (client, options) = match Conn::new(encrypted.clone()) {
        // Encryption is preferred, and this server has none.
        Err(Error::DriverError(mysql::DriverError::TlsNotSupported))
            if tls.is_some() && !needed =>
        {
            (Conn::new(options.clone()), options)
        }
        other => (other, encrypted),
    };
    let client = client.map_err(|error| ServerError {
        fault: Some(ConnectionFault::Refused),
        ..answer(error)
    })?;
    Ok(Box::new(MySqlConnection {
        _killer: Killer::of(client.connection_id(), options),
        client,
    }))
}

/// How the connection is encrypted; `None` for not at all.
fn tls(mode: &str, url: &DatabaseUrl) -> Option<SslOpts> {
    let options = SslOpts::default();
    let ca = url.parameter(&["ssl-ca", "sslrootcert", "sslcert"]);
    let options = match ca {
        Some(path) => options.with_root_cert_path(Some(std::path::PathBuf::from(path))),
        None => options,
    };
    match mode {
        "disabled" | "disable" | "false" => None,
        "verify_identity" | "verify-full" | "strict" => Some(options),
        "verify_ca" | "verify-ca" => Some(options.with_danger_skip_domain_validation(true)),
        // As with MySQL's own client, to encrypt is not to ask who it is.
        _ => Some(
            options
                .with_danger_accept_invalid_certs(true)
                .with_danger_skip_domain_validation(true),
        ),
    }
}

/// MariaDB says that it is one; MySQL only gives a number.
pub(crate) fn version(connection: &mut dyn Connection) -> Result<ServerVersion, ServerError> {
    let text = connection.value("SELECT VERSION()")?.unwrap_or_default();
    let mariadb = text.to_ascii_lowercase().contains("mariadb");
    // Old clients take a MariaDB for 5.5.5.
    let number = text
        .strip_prefix("5.5.5-")
        .filter(|_| mariadb)
        .unwrap_or(&text);
    let end = number
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(number.len());
    let release = Release::parse(&number[..end]);
    let mut versions = Versions {
        mariadb,
        ..Versions::default()
    };
    let (name, known) = if mariadb {
        ("MariaDB", &mut versions.mariadb_release)
    } else {
        ("MySQL", &mut versions.mysql)
    };
    *known = release.unwrap_or(*known);
    Ok(ServerVersion {
        label: format!("{name} {}", &number[..end]),
        versions,
    })
}

/// The oldest release that driftlint works with, if this one is older.
pub(crate) fn too_old(versions: Versions) -> Option<&'static str> {
    let is_older = |release: Release, major, minor| (release.major, release.minor) < (major, minor);
    if versions.mariadb {
        is_older(versions.mariadb_release, 10, 2).then_some("MariaDB 10.2")
    } else {
        is_older(versions.mysql, 5, 7).then_some("MySQL 5.7")
    }
}

/// Why a refusal says nothing of the migrations, if it does not: they rest on something that no
/// migration makes, and this server lacks it; or it stands in for the other of MySQL and MariaDB,
/// and does not know what is said.
pub(crate) fn lack(error: &ServerError, stands_in: bool) -> Option<String> {
    const OF_SERVER: [&str; 3] = [
        "Unknown storage engine ",
        "The user specified as a definer ",
        "Can't open shared library ",
    ];
    // Syntax, character sets, collations, variables, types, functions. A foreign key at a column is
    // nothing to MySQL and may be impossible to MariaDB (1005), which also wants a value for every
    // column of `INSERT … SELECT` where there is no row (1364).
    const OTHERWISE: [&str; 8] = [
        "1005", "1064", "1115", "1193", "1273", "1305", "1364", "4161",
    ];
    if OF_SERVER.iter().any(|it| error.message.starts_with(it)) {
        return Some(
            "it belongs to the whole server; `--url` takes a server that has it".to_owned(),
        );
    }
    let code = error.code.as_deref().unwrap_or_default();
    let is_otherwise = OTHERWISE.iter().any(|number| code.starts_with(number));
    (stands_in && is_otherwise).then(|| {
        "MySQL and MariaDB differ there, and this is not the one that the migrations are for; `--url` takes one that is, and \
         `--mariadb-version` says that they are for MariaDB"
            .to_owned()
    })
}

/// The statements that begin a transaction which can change nothing. What limits the time of a
/// statement is called otherwise on MariaDB, in seconds.
pub(crate) fn reading(seconds: u32, label: &str) -> Vec<String> {
    let limit = if label.starts_with("MariaDB") {
        format!("SET SESSION max_statement_time = {seconds}")
    } else {
        format!(
            "SET SESSION max_execution_time = {}",
            u64::from(seconds) * 1000
        )
    };
    vec![
        limit,
        format!("SET SESSION lock_wait_timeout = {}", seconds.max(1)),
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ".to_owned(),
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY".to_owned(),
    ]
}

struct MySqlConnection {
    client: Conn,
    _killer: Killer,
}

/// Ends the statement that a connection waits for once somebody presses Ctrl-C: the client itself
/// sits in a read until the server answers. Lives as long as the connection.
struct Killer {
    is_over: Arc<AtomicBool>,
}

impl Killer {
    fn of(connection: u32, options: OptsBuilder) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        // Where there is no thread, Ctrl-C waits for the statement.
        let _ = std::thread::Builder::new().spawn(move || {
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(GLANCE);
                if is_interrupted() && !over.load(Ordering::Relaxed) {
                    if let Ok(mut other) = Conn::new(options) {
                        let _ = other.query_drop(format!("KILL QUERY {connection}"));
                    }
                    return;
                }
            }
        });
        Self { is_over }
    }
}

impl Drop for Killer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

impl Connection for MySqlConnection {
    fn execute(&mut self, sql: &str) -> Result<(), ServerError> {
        self.run(sql).map(|_| ())
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        self.run(sql)
    }

    fn reset(&mut self) -> Result<(), ServerError> {
        self.execute("COMMIT")?;
        self.client.reset().map_err(answer)
    }
}

impl MySqlConnection {
    /// Runs every statement of a text; returns the rows of all of them.
    fn run(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        let mut found = Vec::new();
        let mut completed = 0;
        let failed = |error, completed| ServerError {
            completed,
            ..answer(error)
        };
        let mut results = self
            .client
            .query_iter(sql)
            .map_err(|error| failed(error, 0))?;
        // Every result has to be read before the server says what came of the next statement.
        while let Some(rows) = results.iter() {
            for row in rows {
                let row = row.map_err(|error| failed(error, completed))?;
                found.push(row.unwrap().into_iter().map(text).collect());
            }
            completed += 1;
        }
        Ok(found)
    }
}

/// A value of the text protocol.
fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true)),
    }
}

/// Whether an error is for no statement in particular.
fn fault(code: u16) -> Option<ConnectionFault> {
    match code {
        // The server shuts down, or somebody has killed the connection.
        1053 | 1927 => Some(ConnectionFault::Lost),
        // Disk full, errors of files, no memory, too many connections, a full table.
        3 | 1020..=1021 | 1023 | 1026 | 1030 | 1037..=1038 | 1040..=1041 | 1114 => {
            Some(ConnectionFault::Exhausted)
        }
        _ => None,
    }
}

fn answer(error: Error) -> ServerError {
    if is_interrupted() {
        return ServerError::interrupted();
    }
    match error {
        Error::MySqlError(error) => ServerError {
            fault: fault(error.code),
            code: Some(format!("{}, {}", error.code, error.state)),
            message: error.message,
            ..ServerError::default()
        },
        other => ServerError {
            message: other.to_string(),
            fault: Some(ConnectionFault::Lost),
            ..ServerError::default()
        },
    }
}
