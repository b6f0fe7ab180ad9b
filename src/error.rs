//! Why driftlint could not do its job. Never a problem in the user's SQL: those are
//! [`Diagnostic`](crate::diagnostic::Diagnostic)s.

use miette::{Diagnostic, NamedSource, SourceSpan};

/// Every way to fail, each with what to do about it. The exit status is 2.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried: "read", "write" or "list".
        action: &'static str,
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },

    /// git could not answer.
    #[error("{message}")]
    Git {
        /// What was asked and what came back.
        message: String,
        /// What a person can do about it.
        #[help]
        help: String,
    },

    /// The configuration is wrong at a place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(Box<ConfigError>),

    /// A database server did not do what was asked.
    #[error("{message}")]
    Database {
        /// What was asked, and what the server said.
        message: String,
        /// What a person can do about it.
        #[help]
        help: Option<String>,
    },

    /// The request makes no sense or there is nothing to judge.
    #[error("{message}")]
    Usage {
        /// What makes no sense, or is not there.
        message: String,
        /// What a person can do about it.
        #[help]
        help: Option<String>,
    },
}

impl Error {
    /// What to do about it, if anything is known.
    pub fn help(&self) -> Option<String> {
        Diagnostic::help(self).map(|help| help.to_string())
    }
}

/// What is wrong in a configuration file, and where.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct ConfigError {
    /// What is wrong with the value or key.
    pub message: String,
    /// What a person can do about it.
    #[help]
    pub help: Option<String>,
    /// The configuration file with its text.
    #[source_code]
    pub text: NamedSource<String>,
    /// The bytes of the value or key.
    #[label]
    pub at: SourceSpan,
}

/// A result whose error ends the run with status 2.
pub type Result<T, E = Error> = std::result::Result<T, E>;
