//! What several commands print.

use clap::ValueEnum;

/// What `--format` takes where there are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What `--format` takes where a pull request may want it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextJsonOrMarkdown {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}
