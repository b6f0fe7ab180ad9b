//! Diesel: its migrations, and the `schema.rs` that it prints.

pub(crate) mod config;
pub mod schema;
