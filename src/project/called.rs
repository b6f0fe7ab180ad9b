//! What a person calls a migration: on the command line (`--at`) and in `baseline`.

use super::{Migration, MigrationSet};

/// Why a name does not say which migration is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unnamed<'a> {
    /// No migration of the set has that name.
    Unknown,
    /// Several have it, as `migration.sql` where each lies in a folder of its own.
    Ambiguous(Vec<&'a str>),
}

impl Migration {
    /// Whether a person would call the migration by that name: its id, its version, or the end of
    /// one of its paths.
    pub fn is_called(&self, name: &str) -> bool {
        self.has_version(name) || self.up.iter().any(|part| is_path(part.source.path(), name))
    }

    /// Whether its id is `name`, or begins with it and then ends a word: `0010` of `0010_init`.
    fn has_version(&self, name: &str) -> bool {
        self.id
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    }
}

impl MigrationSet {
    /// The index of the one migration that a person calls by that name. An exact id wins over
    /// what merely begins with it.
    ///
    /// # Errors
    /// Where no migration has the name, or several have it: taking the first would judge a schema
    /// that nobody asked about.
    pub fn called(&self, name: &str) -> Result<usize, Unnamed<'_>> {
        if let Some(exact) = self.migrations.iter().position(|one| one.id == name) {
            return Ok(exact);
        }
        let found: Vec<usize> = (0..self.migrations.len())
            .filter(|&at| self.migrations[at].is_called(name))
            .collect();
        match found[..] {
            [one] => Ok(one),
            [] => Err(Unnamed::Unknown),
            _ => Err(Unnamed::Ambiguous(
                found
                    .iter()
                    .map(|&at| self.migrations[at].id.as_str())
                    .collect(),
            )),
        }
    }
}

/// Whether a path is `name`, or one of them ends with the other at a folder's boundary: a name may be
/// the path from a folder inside of the project, from one above it, or from the root.
fn is_path(path: &str, name: &str) -> bool {
    let name = name.strip_prefix("./").unwrap_or(name);
    let ends_with = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    };
    ends_with(path, name) || (name.contains('/') && ends_with(name, path))
}
