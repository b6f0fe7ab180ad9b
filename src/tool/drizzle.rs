//! Drizzle: drizzle-kit, its migrator, and schemas in TypeScript.

pub mod config;
pub mod journal;
pub mod schema;
pub mod snapshot;
