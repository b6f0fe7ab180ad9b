//! The servers: one line each, and a room in which all that is particular to one stands.
//!
//! The rest of the code asks named questions ([`Dialect`]'s methods) and never compares dialects.
//! A new server is a folder and a line in `servers!`; the compiler names what it lacks.

pub(crate) mod mysql;
pub(crate) mod own_function;
pub(crate) mod postgres;
pub mod questions;
pub(crate) mod sqlite;

use questions::{Ddl, Grammar, Lexing, Locking, NameLimit, Naming, Printing, Typing};

/// What a server is called, and what it answers.
#[derive(Debug)]
pub(crate) struct Server {
    /// As written in configuration and JSON.
    name: &'static str,
    /// As its makers write it.
    label: &'static str,
    /// The names that people and tools use, in lower case.
    aliases: &'static [&'static str],
    naming: Naming,
    lexing: Lexing,
    grammar: Grammar,
    typing: Typing,
    ddl: Ddl,
    locking: Locking,
    printing: Printing,
}

/// Makes the enum of the servers, and the way from one to its room.
macro_rules! servers {
    // A macro inside of a macro writes its own `$` by the name of one that it was given.
    ($d:tt $($(#[$doc:meta])* $server:ident = $room:ident,)+) => {
        /// The SQL a server speaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Dialect {
            $($(#[$doc])* $server,)+
        }

        impl Dialect {
            /// Every server, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$server),+];

            #[inline]
            fn server(self) -> &'static Server {
                match self {
                    $(Self::$server => &$room::SERVER,)+
                }
            }
        }

        /// Calls the function of that name in the file of that name in the room of a server:
        /// `on_server!(dialect => types::parse(text))`.
        macro_rules! on_server {
            ($d dialect:expr => $d file:ident::$d function:ident($d($d argument:expr),*)) => {
                match $d dialect {
                    $($crate::server::Dialect::$server => {
                        $crate::server::$room::$d file::$d function($d($d argument),*)
                    })+
                }
            };
        }
    };
}

servers! {
    $
    /// PostgreSQL, and servers that speak it.
    Postgres = postgres,
    /// MySQL and MariaDB.
    MySql = mysql,
    /// SQLite, libSQL and D1.
    Sqlite = sqlite,
}

pub(crate) use on_server;

/// Whether a schema is one that a name need not say: a server's home schema, or none.
pub fn is_home_schema(schema: &str) -> bool {
    Dialect::ALL
        .iter()
        .any(|dialect| dialect.home_schema() == schema)
}

impl Dialect {
    /// As written in configuration and JSON.
    pub fn name(self) -> &'static str {
        self.server().name
    }

    /// As its makers write it.
    pub fn label(self) -> &'static str {
        self.server().label
    }

    /// From the names that people and tools use.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ALL
            .iter()
            .copied()
            .find(|dialect| dialect.server().aliases.contains(&name.as_str()))
    }

    /// How many bytes or characters a name may have.
    pub(crate) fn longest_name(self) -> usize {
        match self.name_limit() {
            NameLimit::Cut { bytes } => bytes,
            NameLimit::Refused { characters } => characters,
            NameLimit::None => usize::MAX,
        }
    }

    /// Whether a name that is too long is cut.
    pub fn cuts_names(self) -> bool {
        matches!(self.name_limit(), NameLimit::Cut { .. })
    }

    /// Whether a name may be too long to be taken, instead of being cut.
    pub fn refuses_long_names(self) -> bool {
        matches!(self.name_limit(), NameLimit::Refused { .. })
    }
}
