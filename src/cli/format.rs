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
