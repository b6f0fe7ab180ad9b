//! Where migrations are tried: databases that are made for it, and gone afterwards.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::interrupt::regardless;
use super::temporary::{TemporaryServer, WantedServer};
use super::{DatabaseSession, DatabaseUrl};
use crate::error::{Error, Result};
use crate::server::on_server;

/// A server on which databases may be made.
#[derive(Debug)]
pub struct Workplace {
    /// A database that stays as it is: new ones are made beside it.
    base: DatabaseUrl,
    made: u32,
    /// Ends with this value, where it was started for it.
    _server: Option<TemporaryServer>,
}

impl Workplace {
    /// The server of a database, in which nothing is changed.
    pub fn beside(base: DatabaseUrl) -> Self {
        Self {
            base,
            made: 0,
            _server: None,
        }
    }

    /// A server that is started for this, from programs on the machine or in a container; SQLite
    /// needs none.
    ///
    /// # Errors
    ///
    /// Where there are no programs, or they do not start; the help says how to get them.
    pub fn temporary(wanted: &WantedServer) -> Result<Self> {
        if wanted.dialect.database_is_a_file() {
            return Ok(Self::beside(DatabaseUrl::in_memory(wanted.dialect)));
        }
        let server = TemporaryServer::start(wanted)?;
        Ok(Self {
            base: server.url.clone(),
            made: 0,
            _server: Some(server),
        })
    }

    /// Makes an empty database. It is dropped with the value.
    pub fn database(&mut self) -> Result<OwnDatabase> {
        let dialect = self.base.dialect;
        if dialect.database_is_a_file() {
            // A named file stays untouched too; each session gets a database of its own.
            let url = DatabaseUrl::in_memory(dialect);
            return Ok(OwnDatabase { url, made: None });
        }
        let name = self.name();
        self.make(&name, &on_server!(dialect => host::create(&name)))
    }

    /// Whether the server copies a database in less time than its migrations take.
    pub fn copies(&self) -> bool {
        on_server!(self.base.dialect => host::copy("", "")).is_some()
    }

    /// Makes a database that holds what another one does, to which nobody is connected. It is
    /// dropped with the value.
    pub fn copy(&mut self, from: &OwnDatabase) -> Result<OwnDatabase> {
        let name = self.name();
        let sql = from
            .made
            .as_ref()
            .and_then(|made| on_server!(self.base.dialect => host::copy(&name, &made.name)));
        match sql {
            Some(sql) => self.make(&name, &sql),
            None => self.database(),
        }
    }

    /// A session beside the databases that are made.
    pub fn session(&self) -> Result<DatabaseSession> {
        DatabaseSession::open(&self.base)
    }

    /// A name that nobody has.
    fn name(&mut self) -> String {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = time.unwrap_or_default().subsec_nanos();
        self.made += 1;
        format!("driftlint_{}_{nanos}_{}", std::process::id(), self.made)
    }

    fn make(&self, name: &str, sql: &str) -> Result<OwnDatabase> {
        let dialect = self.base.dialect;
        let mut session = self.session()?;
        // Who stopped waiting here would not know of the database that the server goes on to make.
        regardless(|| session.execute(sql)).map_err(|error| {
            let is_forbidden = error.code.as_deref().is_some_and(|code| {
                on_server!(dialect => host::is_forbidden(code))
            });
            match error.into_error(&format!("cannot create a database beside {}", self.base)) {
                Error::Database { message, .. } if is_forbidden => Error::Database {
                    message,
                    help: Some(
                        "migrations are tried in a database of their own: give the user the right to create one, name another \
                         user in the URL, or leave `--url` away for a temporary server"
                            .to_owned(),
                    ),
                },
                other => other,
            }
        })?;
        let drop = on_server!(dialect => host::drop(name, session.version().versions));
        Ok(OwnDatabase {
            url: self.base.with_database(name),
            made: Some(Made {
                name: name.to_owned(),
                base: self.base.clone(),
                drop,
            }),
        })
    }
}

/// A database that was made to try something in.
#[derive(Debug)]
pub struct OwnDatabase {
    url: DatabaseUrl,
    /// `None` for one that lives in the memory of its session.
    made: Option<Made>,
}

/// How a database goes.
#[derive(Debug)]
struct Made {
    name: String,
    base: DatabaseUrl,
    drop: Vec<String>,
}

impl OwnDatabase {
    /// Opens a connection of its own to it.
    pub fn session(&self) -> Result<DatabaseSession> {
        DatabaseSession::open(&self.url)
    }
}

/// How often something is tried again that may be impossible for a moment.
const TRIES: u32 = 40;

/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Connects to a server that may just be coming up again after it failed.
fn patiently(url: &DatabaseUrl) -> Option<DatabaseSession> {
    for _ in 0..TRIES {
        match DatabaseSession::connect(url) {
            Ok(session) => return Some(session),
            Err(error) if error.is_for_now => std::thread::sleep(PAUSE),
            Err(_) => return None,
        }
    }
    None
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let Some(made) = &self.made else {
            return;
        };
        // Where the server is gone, nobody can drop anything.
        regardless(|| {
            for _ in 0..TRIES {
                let Some(mut session) = patiently(&made.base) else {
                    return;
                };
                let mut statements = made.drop.iter();
                if statements.all(|statement| session.execute(statement).is_ok()) {
                    return;
                }
                // Somebody may still be on the way out of it.
                std::thread::sleep(PAUSE);
            }
        });
    }
}
