//! The Prisma schema language, and the database that `prisma migrate` makes of it.
//!
//! The grammar and the mapping are those of Prisma 7; where an older version made something else (join tables before version 6), both
//! are accepted by the comparison.

mod builder;
mod database;
mod default;
mod index;
mod name;
mod parse;
mod relation;
mod syntax;
#[cfg(test)]
mod tests;
mod token;
mod types;

use super::Declared;
use crate::source::Source;
use crate::sql::Dialect;

/// Reads a schema of one or more files. `fallback` is the dialect to assume when the provider is not written out; without either there
/// is no telling what the schema means.
pub fn read(files: &[Source], fallback: Option<Dialect>) -> Option<Declared> {
    let files: Vec<_> = files.iter().map(parse::parse).collect();
    let database = database::database(&files, fallback)?;
    Some(builder::build(&files, database))
}
