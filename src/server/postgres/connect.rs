//! A client for PostgreSQL that speaks the simple query protocol, as most runners of migrations do.

use std::pin::pin;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::{Either, select};
use tokio::runtime::Runtime;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::ErrorPosition;
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::apply::extensions::brings_type;
use super::functions::is_of_extension;
use super::tls;
use crate::database::{
    Connection, ConnectionFault, DatabaseUrl, Row, ServerError, ServerVersion, is_interrupted,
};
use crate::sql::Versions;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the server is given to hear that a statement is to end.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a waiting client asks whether the user wants it to end.
const GLANCE: Duration = Duration::from_millis(50);

/// Connects. Of the parameters, `sslmode`, `sslrootcert`, `options` and `application_name` mean what
/// they mean to libpq; what ORMs add of their own (`schema`, `connection_limit`) is left alone.
pub(crate) fn open(url: &DatabaseUrl) -> Result<Box<dyn Connection>, ServerError> {
    let mut config = Config::new();
    let user = url.user.clone().or_else(|| std::env::var("USER").ok());
    config
        .user(user.as_deref().unwrap_or("postgres"))
        .host(if url.host.is_empty() {
            "localhost"
        } else {
            &url.host
        })
        .port(url.port.unwrap_or(5432))
        .connect_timeout(CONNECT_TIMEOUT)
        .application_name(url.parameter(&["application_name"]).unwrap_or("driftlint"));
    if !url.database.is_empty() {
        config.dbname(&url.database);
    }
    if let Some(password) = &url.password {
        config.password(password);
    }
    if let Some(options) = url.parameter(&["options"]) {
        config.options(options);
    }
    let mode = url.parameter(&["sslmode"]).unwrap_or("prefer");
    config.ssl_mode(match mode {
        "disable" => SslMode::Disable,
        "prefer" | "allow" => SslMode::Prefer,
        _ => SslMode::Require,
    });
    let verified = matches!(mode, "verify-ca" | "verify-full");
    let tls = tls::connector(verified, url.parameter(&["sslrootcert"])).map_err(refused)?;
    connect(&config, &tls)
}

fn connect(config: &Config, tls: &tls::Connector) -> Result<Box<dyn Connection>, ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| refused(error.to_string()))?;
    let connected = runtime
        .block_on(config.connect(tls.clone()))
        .map_err(|error| ServerError {
            fault: Some(ConnectionFault::Refused),
            ..answer(&error, "")
        })?;
    let (client, connection) = connected;
    // It ends with the client, and what it ends with, the client says too.
    runtime.spawn(async { drop(connection.await) });
    Ok(Box::new(PostgresConnection {
        runtime,
        client,
        tls: tls.clone(),
    }))
}

fn refused(message: String) -> ServerError {
    ServerError {
        message,
        fault: Some(ConnectionFault::Refused),
        ..ServerError::default()
    }
}

/// The number that the server gives of itself.
pub(crate) fn version(connection: &mut dyn Connection) -> Result<ServerVersion, ServerError> {
    let number: u32 = connection
        .value("SHOW server_version_num")?
        .unwrap_or_default()
        .parse()
        .unwrap_or_default();
    let text = connection.value("SHOW server_version")?.unwrap_or_default();
    let versions = Versions::default();
    let major = u16::try_from(number / 10_000)
        .ok()
        .filter(|&major| major > 0);
    Ok(ServerVersion {
        // Debian adds its own.
        label: format!("PostgreSQL {}", text.split(' ').next().unwrap_or_default()),
        versions: Versions {
            postgres: major.unwrap_or(versions.postgres),
            postgres_is_said: true,
            ..versions
        },
    })
}

/// The oldest release that driftlint works with, if this one is older: `pg_attribute.attgenerated`
/// and what else is read of the catalogs came with it.
pub(crate) fn too_old(versions: Versions) -> Option<&'static str> {
    (versions.postgres < 12).then_some("PostgreSQL 12")
}

/// Why a refusal says nothing of the migrations, if it does not: they rest on something that no
/// migration makes, and this server lacks it.
pub(crate) fn lack(error: &ServerError, _: bool) -> Option<String> {
    const SERVER: &str = "it belongs to the whole server; `--url` takes a server that has it";
    const PLATFORM: &str = "an extension has it, which no migration here creates: a platform may";
    let message = error.message.as_str();
    match error.code.as_deref()? {
        "0A000" if message.starts_with("extension ") && message.ends_with("is not available") => {
            Some(extension(message))
        }
        // A control file or a library of an extension.
        "58P01" => Some(extension(message)),
        "42704" if message.starts_with("role ") || message.starts_with("tablespace ") => {
            Some(SERVER.to_owned())
        }
        "3F000" if message.starts_with("schema ") => {
            Some("no migration here makes it: another part of the project may".to_owned())
        }
        // The variables of a client, and the placeholders of tools: `:owner`, `{owner}`.
        "42601"
            if [":", "{"]
                .iter()
                .any(|sign| message.ends_with(&format!("near \"{sign}\""))) =>
        {
            Some("what stands there may be filled in before a server sees it".to_owned())
        }
        "42883" if of_extension(message) => Some(PLATFORM.to_owned()),
        "42704" if type_of_extension(message) => Some(PLATFORM.to_owned()),
        // The system's locales, which another one has.
        "42704" if message.starts_with("collation ") => Some(
            "collations are the system's, unless a migration makes one; `--url` takes a server that has it"
                .to_owned(),
        ),
        _ if message.contains("shared_preload_libraries") => {
            Some("the server is not configured for it; `--url` takes one that is".to_owned())
        }
        _ => None,
    }
}

/// Whether the function that does not exist is one of an extension that PostgreSQL comes with.
fn of_extension(message: &str) -> bool {
    let call = message.strip_prefix("function ").unwrap_or_default();
    let name = call.split('(').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    is_of_extension(name)
}

/// Whether the type that does not exist is one that an extension brings: `type "geometry" does not
/// exist`, `type "public.vector[]" …`.
fn type_of_extension(message: &str) -> bool {
    let name = message.strip_prefix("type \"").unwrap_or_default();
    let name = name.split('"').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    brings_type(name.trim_end_matches("[]"))
}

/// Where an extension is to be had: its name, Debian's package (`N` stands for the release), and an
/// image that has it.
const EXTENSIONS: [(&str, &str, &str); 6] = [
    ("postgis", "postgresql-N-postgis-3", "postgis/postgis"),
    ("vector", "postgresql-N-pgvector", "pgvector/pgvector:pgN"),
    (
        "timescaledb",
        "timescaledb-2-postgresql-N",
        "timescale/timescaledb:latest-pgN",
    ),
    ("pg_cron", "postgresql-N-cron", ""),
    ("pg_partman", "postgresql-N-partman", ""),
    ("citus", "postgresql-N-citus", "citusdata/citus"),
];

/// Those that PostgreSQL comes with, in a package of their own on some systems.
const CONTRIB: [&str; 14] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "unaccent",
    "uuid-ossp",
];

/// That an extension is missing, and where it is to be had.
fn extension(message: &str) -> String {
    let named = message.split('"').nth(1).unwrap_or_default();
    // A library's path ends in its name.
    let file = named.rsplit('/').next().unwrap_or_default();
    let name = file.split('.').next().unwrap_or_default();
    let mut said = "the extension is not installed there".to_owned();
    if let Some((_, package, image)) = EXTENSIONS.iter().find(|(known, ..)| name == *known) {
        said += &format!("; `apt-get install {package}` installs it");
        if !image.is_empty() {
            said += &format!(", the image `{image}` has it");
        }
        said += " (N is the release of the server)";
    } else if CONTRIB.contains(&name) {
        said += "; `apt-get install postgresql-contrib` installs it";
    }
    said + "; `--url` takes a server that has it"
}

/// The statements that begin a transaction which can change nothing. Its limits end with it, so
/// that a pool of connections hands them on to nobody.
pub(crate) fn reading(seconds: u32, _label: &str) -> Vec<String> {
    vec![
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
        format!("SET LOCAL statement_timeout = '{seconds}s'"),
        format!("SET LOCAL lock_timeout = '{seconds}s'"),
    ]
}

struct PostgresConnection {
    runtime: Runtime,
    client: Client,
    /// For the connection by which a statement is cancelled.
    tls: tls::Connector,
}

impl Connection for PostgresConnection {
    fn execute(&mut self, sql: &str) -> Result<(), ServerError> {
        self.run(sql).map(|_| ())
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        self.run(sql)
    }

    fn reset(&mut self) -> Result<(), ServerError> {
        // Without a transaction the first one only warns.
        self.execute("COMMIT")?;
        self.execute("DISCARD ALL")
    }
}

impl PostgresConnection {
    fn run(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        let Self {
            runtime,
            client,
            tls,
        } = self;
        runtime.block_on(async {
            let answered = pin!(simple_query(client, sql));
            match select(answered, pin!(asked_to_end())).await {
                Either::Left((rows, _)) => rows,
                Either::Right(_) => {
                    // The server does not see that nobody waits for it any more, and holds the
                    // database until the statement has ended.
                    let cancelled = client.cancel_token();
                    let cancelled = pin!(cancelled.cancel_query(tls.clone()));
                    let _ = select(cancelled, pin!(tokio::time::sleep(CANCEL_TIMEOUT))).await;
                    Err(ServerError::interrupted())
                }
            }
        })
    }
}

/// Sends a text as one string, and counts the statements of it that were done.
async fn simple_query(client: &Client, sql: &str) -> Result<Vec<Row>, ServerError> {
    let stream = client.simple_query_raw(sql).await;
    let mut stream = pin!(stream.map_err(|error| answer(&error, sql))?);
    let mut rows = Vec::new();
    let mut completed = 0;
    loop {
        match stream.try_next().await {
            Ok(None) => return Ok(rows),
            Ok(Some(SimpleQueryMessage::Row(row))) => {
                rows.push(
                    (0..row.len())
                        .map(|at| row.get(at).map(str::to_owned))
                        .collect(),
                );
            }
            Ok(Some(SimpleQueryMessage::CommandComplete(_))) => completed += 1,
            Ok(Some(_)) => {}
            Err(error) => {
                return Err(ServerError {
                    completed,
                    ..answer(&error, sql)
                });
            }
        }
    }
}

async fn asked_to_end() {
    while !is_interrupted() {
        tokio::time::sleep(GLANCE).await;
    }
}

fn answer(error: &tokio_postgres::Error, sql: &str) -> ServerError {
    let Some(said) = error.as_db_error() else {
        // The client says "db error" or "error connecting to server", and why only below that.
        let mut message = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !message.contains(&cause_text) {
                message += &format!(": {cause_text}");
            }
            source = cause.source();
        }
        return ServerError {
            message,
            fault: Some(ConnectionFault::Lost),
            ..ServerError::default()
        };
    };
    // What ends the session: shutdowns and crashes (57P01 to 57P03), and connections (08).
    let code = said.code().code();
    let lost = code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03");
    // No disk, memory or connections (53), errors of the system below (58000, 58030), a broken
    // database (XX001, XX002).
    let exhausted = code.starts_with("53") || matches!(code, "58000" | "58030" | "XX001" | "XX002");
    ServerError {
        message: said.message().to_owned(),
        code: Some(code.to_owned()),
        detail: said.detail().map(str::to_owned),
        hint: said.hint().map(str::to_owned),
        position: match said.position() {
            // In characters, from one.
            Some(ErrorPosition::Original(at)) => {
                let index = (*at as usize).saturating_sub(1);
                let byte = sql.char_indices().nth(index).map(|(byte, _)| byte);
                byte.and_then(|byte| u32::try_from(byte).ok())
            }
            _ => None,
        },
        completed: 0,
        is_for_now: code == "57P03",
        fault: match (lost, exhausted) {
            (true, _) => Some(ConnectionFault::Lost),
            (_, true) => Some(ConnectionFault::Exhausted),
            _ => None,
        },
    }
}
