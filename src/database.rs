//! Real databases: a connection, what a server says of a statement, and the schema that it holds.
//!
//! What is particular to one server stands in its room: `connect` has the client, `introspect` the
//! server's own definitions. These are read as text by the pipeline that reads migrations, so that
//! what a database holds and what migrations make are spelled alike, and what the pipeline does not
//! understand is known.

mod docker;
mod interrupt;
mod temporary;
mod url;
mod watchdog;
mod workplace;

pub use url::DatabaseUrl;
pub use workplace::{OwnDatabase, Workplace};

pub(crate) use docker::Container;
pub(crate) use interrupt::is_interrupted;
pub use interrupt::watch;
pub(crate) use temporary::{Launch, folder_with};
pub use temporary::{WantedServer, unprivileged};

use std::fmt;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::lock::Measured;
use crate::schema::dump;
use crate::server::on_server;
use crate::source::Source;
use crate::sql::{Dialect, Versions, on_big_stack};

/// A row as text; `None` is null.
pub type Row = Vec<Option<String>>;

/// What a server said instead of doing what it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerError {
    /// In the server's words.
    pub message: String,
    /// SQLSTATE; on SQLite, the name of the result code.
    pub code: Option<String>,
    /// What the server adds.
    pub detail: Option<String>,
    /// What the server advises (PostgreSQL's `HINT`).
    pub hint: Option<String>,
    /// Where in the text that was sent, in bytes, if it says so.
    pub position: Option<u32>,
    /// How many statements of that text it had done.
    pub completed: u32,
    /// Why there was no answer, where it is not for the statement.
    pub fault: Option<ConnectionFault>,
    /// Whether the server is about to start, and may answer soon.
    pub is_for_now: bool,
}

/// Why a server does not work for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionFault {
    /// It cannot be reached, or does not let us in.
    Refused,
    /// The connection ended before the answer came.
    Lost,
    /// driftlint does not know so old a release.
    TooOld,
    /// It has no room left, on disk or in memory, or no more connections; or it is broken.
    Exhausted,
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl ServerError {
    /// That the user has asked for the end.
    pub(crate) fn interrupted() -> Self {
        Self {
            message: "interrupted".to_owned(),
            fault: Some(ConnectionFault::Interrupted),
            ..Self::default()
        }
    }

    /// As an error that ends the run.
    pub fn into_error(self, doing: &str) -> Error {
        let help = match self.fault {
            Some(ConnectionFault::Interrupted) => {
                return Error::Database {
                    message: "interrupted; what was made for this run has been taken away".to_owned(),
                    help: None,
                };
            }
            Some(ConnectionFault::Refused) => Some(
                "see that the server runs, and that host, port, user, password and database are right"
                    .to_owned(),
            ),
            Some(ConnectionFault::Lost) => Some("see the server's log for why it ended".to_owned()),
            Some(ConnectionFault::TooOld) => Some(
                "name a newer server, or leave `--url` away for a temporary one".to_owned(),
            ),
            Some(ConnectionFault::Exhausted) => Some(
                "the server cannot go on, whatever the migrations say: give it room on its disk, memory or connections"
                    .to_owned(),
            ),
            None => self.hint.clone(),
        };
        Error::Database {
            message: format!("{doing}: {self}"),
            help,
        }
    }
}

/// The message with code and detail.
impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        if let Some(detail) = &self.detail {
            // Servers end a detail as a sentence, and here the sentence goes on.
            write!(f, "; {}", detail.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

/// How a statement is traced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracing<'a> {
    /// Whether a transaction is open, in which its locks outlast it.
    pub(crate) in_transaction: bool,
    /// Where another session reaches the same database.
    pub(crate) url: &'a DatabaseUrl,
}

/// An open connection, as a server's room makes it.
pub(crate) trait Connection {
    /// Sends a text as one string, as runners do that send whole files.
    fn execute(&mut self, sql: &str) -> Result<(), ServerError>;
    /// Runs one statement, and returns its rows as text.
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, ServerError>;
    /// The first column of the first row.
    fn value(&mut self, sql: &str) -> Result<Option<String>, ServerError> {
        let first = self.query(sql)?.into_iter().next();
        Ok(first.and_then(|row| row.into_iter().next().flatten()))
    }
    /// Ends a transaction that is open, and has every setting as in a new session.
    fn reset(&mut self) -> Result<(), ServerError>;
}

/// What a server is, by its own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVersion {
    /// For people: "PostgreSQL 15.4".
    pub label: String,
    /// What of it changes how statements are read.
    pub versions: Versions,
}

/// A connection to one database.
pub struct DatabaseSession {
    url: DatabaseUrl,
    dialect: Dialect,
    connection: Box<dyn Connection>,
    version: ServerVersion,
}

impl fmt::Debug for DatabaseSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseSession({})", self.version.label)
    }
}

impl DatabaseSession {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or does not let the user in; the message names the
    /// address without its password.
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        Self::connect(url).map_err(|error| error.into_error(&format!("cannot connect to {url}")))
    }

    /// As [`open`](Self::open), for who decides on the server's answer.
    pub(crate) fn connect(url: &DatabaseUrl) -> Result<Self, ServerError> {
        let mut connection = on_server!(url.dialect => connect::open(url))?;
        let version = on_server!(url.dialect => connect::version(connection.as_mut()))?;
        if let Some(oldest) = on_server!(url.dialect => connect::too_old(version.versions)) {
            return Err(ServerError {
                message: format!(
                    "it is {}, and driftlint works with {oldest} and newer",
                    version.label
                ),
                fault: Some(ConnectionFault::TooOld),
                ..ServerError::default()
            });
        }
        Ok(Self {
            url: url.clone(),
            dialect: url.dialect,
            connection,
            version,
        })
    }

    /// Which server it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Which release of it.
    pub fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// Sends a text as one string. Several statements in it are an implicit transaction where the
    /// server has such ([`Dialect::batch_is_transaction`]).
    pub fn execute(&mut self, sql: &str) -> Result<(), ServerError> {
        if is_interrupted() {
            return Err(ServerError::interrupted());
        }
        self.connection.execute(sql)
    }

    /// Runs one statement, and sees what the server does for it. Its locks last until the end of the
    /// transaction, of which nobody knows here: [`Measured::held`] is left to who does.
    pub fn traced(&mut self, sql: &str, in_transaction: bool) -> Result<Measured, ServerError> {
        if is_interrupted() {
            return Err(ServerError::interrupted());
        }
        let tracing = Tracing {
            in_transaction,
            url: &self.url,
        };
        let connection = self.connection.as_mut();
        let measured = on_server!(self.dialect => trace::run(connection, sql, tracing))?;
        Ok(Measured {
            server: self.version.label.clone(),
            ..measured
        })
    }

    /// Runs one statement, and returns its rows as text.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        if is_interrupted() {
            return Err(ServerError::interrupted());
        }
        self.connection.query(sql)
    }

    /// Ends a transaction that is open, and has every setting as in a new session.
    pub fn reset(&mut self) -> Result<(), ServerError> {
        if is_interrupted() {
            return Err(ServerError::interrupted());
        }
        self.connection.reset()
    }

    /// Begins a transaction that sees one state of the database and can change nothing, and in
    /// which no statement takes longer than so many seconds. It ends with the connection.
    pub fn begin_reading(&mut self, seconds: u32) -> Result<(), ServerError> {
        let label = &self.version.label;
        for statement in on_server!(self.dialect => connect::reading(seconds, label)) {
            self.execute(&statement)?;
        }
        Ok(())
    }

    /// The first column of the first row.
    pub fn value(&mut self, sql: &str) -> Result<Option<String>, ServerError> {
        self.connection.value(sql)
    }

    /// The statements that make what the database holds, by the server's own account: what no
    /// extension, and not the server itself, has put there.
    pub fn definitions(&mut self) -> Result<String, ServerError> {
        if is_interrupted() {
            return Err(ServerError::interrupted());
        }
        on_server!(self.dialect => introspect::definitions(self.connection.as_mut()))
    }

    /// What the database holds.
    pub fn introspect(&mut self) -> Result<Introspected, ServerError> {
        let text = self.definitions()?;
        Ok(self.read(text))
    }

    /// Reads definitions that this server has given.
    pub(crate) fn read(&self, text: String) -> Introspected {
        let versions = self.version.versions;
        let source = Source::new("database.sql", text);
        let dialect = self.dialect;
        on_big_stack(|| Introspected::of(source, dialect, versions))
    }
}

/// What a database holds, with the server's definitions that it was read from.
#[derive(Clone, Debug)]
pub struct Introspected {
    /// The schema that the definitions make.
    pub catalog: Catalog,
    /// The definitions; sites in the catalog are places in it.
    pub source: Source,
    /// Definitions that driftlint does not understand, or takes for impossible: its own faults,
    /// since the server has what they define. Each with its line.
    pub unread: Vec<String>,
}

impl Introspected {
    fn of(source: Source, dialect: Dialect, versions: Versions) -> Self {
        let declared = dump::read(std::slice::from_ref(&source), dialect, versions);
        let remarks = declared.broken.iter().chain(&declared.notes);
        // Where views do not follow what they read, one may be left that reads what is gone.
        let unread = remarks
            .filter(|remark| {
                dialect.views_keep_columns()
                    || !is_of_a_view(source.text(), remark.place.span.start)
            })
            .map(|remark| {
                let text = remark.place.source.slice(remark.place.span);
                format!(
                    "{}: {}",
                    remark.message,
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                )
            })
            .collect();
        Self {
            catalog: declared.catalog,
            source,
            unread,
        }
    }
}

/// Whether the definition around a place is a view's.
fn is_of_a_view(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let start = before.rfind("CREATE ").unwrap_or(at);
    before[start..].contains(" VIEW ")
}
