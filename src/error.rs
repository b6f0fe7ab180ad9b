//! Why driftlint could not do its job. Never a problem in the user's SQL: those are
//! [`Diagnostic`](crate::diagnostic::Diagnostic)s.

use miette::{Diagnostic, NamedSource, SourceSpan};

/// Every way to fail, each with what to do about it. The exit status is 2.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// "read", "write", "list".
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
        /// What to do.
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
        /// What to do.
        #[help]
        help: Option<String>,
    },

    /// The request makes no sense or there is nothing to judge.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
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
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[help]
    pub help: Option<String>,
    /// The file.
    #[source_code]
    pub text: NamedSource<String>,
    /// The place.
    #[label]
    pub at: SourceSpan,
}

/// A result whose error ends the run with status 2.
pub type Result<T, E = Error> = std::result::Result<T, E>;
