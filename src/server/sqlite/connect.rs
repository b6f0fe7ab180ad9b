//! SQLite itself, compiled into driftlint.

use rusqlite::types::ValueRef;
use rusqlite::{Connection as Client, OpenFlags};

use crate::database::{
    Connection, ConnectionFault, DatabaseUrl, Row, ServerError, ServerVersion, is_interrupted,
};
use crate::sql::{Release, Versions};

/// After how many steps of its machine SQLite asks whether to go on: some milliseconds.
const STEPS: i32 = 100_000;

/// As better-sqlite3, D1 and the drivers of most runners have it.
const SETTINGS: &str = "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF";

/// Opens a file, or a database in memory; a file that is not there is not made.
pub(crate) fn open(url: &DatabaseUrl) -> Result<Box<dyn Connection>, ServerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let refused = |error: &rusqlite::Error| ServerError {
        fault: Some(ConnectionFault::Refused),
        ..answer(error)
    };
    let mut client =
        Client::open_with_flags(&url.database, flags).map_err(|error| refused(&error))?;
    client
        .progress_handler(STEPS, Some(is_interrupted))
        .map_err(|error| refused(&error))?;
    client
        .execute_batch(SETTINGS)
        .map_err(|error| refused(&error))?;
    Ok(Box::new(SqliteConnection { client }))
}

/// Which library is compiled in.
pub(crate) fn version(connection: &mut dyn Connection) -> Result<ServerVersion, ServerError> {
    let text = connection
        .value("SELECT sqlite_version()")?
        .unwrap_or_default();
    let versions = Versions::default();
    Ok(ServerVersion {
        label: format!("SQLite {text}"),
        versions: Versions {
            sqlite: Release::parse(&text).unwrap_or(versions.sqlite),
            ..versions
        },
    })
}

/// What is compiled in is new enough.
pub(crate) fn too_old(_: Versions) -> Option<&'static str> {
    None
}

/// Why a refusal says nothing of the migrations, if it does not: they rest on something that no
/// migration makes, and this server lacks it.
pub(crate) fn lack(error: &ServerError, _: bool) -> Option<String> {
    const REGISTERED: [&str; 3] = [
        "no such function: ",
        "no such module: ",
        "no such collation sequence: ",
    ];
    let registered = REGISTERED.iter().any(|it| error.message.starts_with(it));
    registered.then(|| {
        "an application or extension may register it, which driftlint does not load".to_owned()
    })
}

/// The statements that begin a transaction which can change nothing. SQLite limits the time that a
/// statement waits, and not that which it works.
pub(crate) fn reading(seconds: u32, _label: &str) -> Vec<String> {
    vec![
        format!("PRAGMA busy_timeout = {}", u64::from(seconds) * 1000),
        "PRAGMA query_only = ON".to_owned(),
        "BEGIN".to_owned(),
    ]
}

struct SqliteConnection {
    client: Client,
}

impl Connection for SqliteConnection {
    fn execute(&mut self, sql: &str) -> Result<(), ServerError> {
        self.client
            .execute_batch(sql)
            .map_err(|error| answer(&error))
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        let answered = |error| answer(&error);
        let mut statement = self.client.prepare(sql).map_err(answered)?;
        let columns = statement.column_count();
        let mut rows = statement.query(()).map_err(answered)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(answered)? {
            let values: Result<Row, rusqlite::Error> =
                (0..columns).map(|at| row.get_ref(at).map(text)).collect();
            found.push(values.map_err(answered)?);
        }
        Ok(found)
    }

    fn reset(&mut self) -> Result<(), ServerError> {
        if !self.client.is_autocommit() {
            self.execute("COMMIT")?;
        }
        self.execute(SETTINGS)
    }
}

/// A value as `CAST(… AS TEXT)` has it; a blob as hexadecimal digits.
fn text(value: ValueRef) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

fn answer(error: &rusqlite::Error) -> ServerError {
    use rusqlite::ffi::ErrorCode;
    if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
        return ServerError::interrupted();
    }
    let (message, position) = match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            (msg.clone(), u32::try_from(*offset).ok())
        }
        rusqlite::Error::SqliteFailure(_, Some(message)) => (message.clone(), None),
        other => (other.to_string(), None),
    };
    let exhausted = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
        )
    );
    ServerError {
        message,
        code: error.sqlite_error_code().map(|code| name(code).to_owned()),
        position,
        fault: exhausted.then_some(ConnectionFault::Exhausted),
        ..ServerError::default()
    }
}

/// The name of a result code, as <https://sqlite.org/rescode.html> has it.
fn name(code: rusqlite::ffi::ErrorCode) -> &'static str {
    use rusqlite::ffi::ErrorCode;
    match code {
        ErrorCode::ConstraintViolation => "SQLITE_CONSTRAINT",
        ErrorCode::TypeMismatch => "SQLITE_MISMATCH",
        ErrorCode::DatabaseBusy => "SQLITE_BUSY",
        ErrorCode::DatabaseLocked => "SQLITE_LOCKED",
        ErrorCode::ReadOnly => "SQLITE_READONLY",
        ErrorCode::CannotOpen => "SQLITE_CANTOPEN",
        ErrorCode::DatabaseCorrupt => "SQLITE_CORRUPT",
        ErrorCode::NotADatabase => "SQLITE_NOTADB",
        ErrorCode::DiskFull => "SQLITE_FULL",
        ErrorCode::TooBig => "SQLITE_TOOBIG",
        ErrorCode::PermissionDenied => "SQLITE_PERM",
        ErrorCode::OutOfMemory => "SQLITE_NOMEM",
        _ => "SQLITE_ERROR",
    }
}
