//! sqlc, which reads a schema to know the types of columns.

pub(crate) mod config;
