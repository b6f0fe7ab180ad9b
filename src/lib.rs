//! driftlint: a schema-drift linter and pre-commit validator for SQL migrations.
//!
//! ```text
//! discover ─▶ read ─▶ split ─▶ lower ─▶ ┌ rules on (statement, catalog before) ┐ ─▶ drift ─▶ suppress ─▶ report
//!  project    source    sql      sql    └ catalog.apply(changes) … next ───────┘   history
//! ```

pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
mod context;
pub mod diagnostic;
pub mod drift;
pub mod error;
mod glob;
pub mod history;
mod page;
pub mod project;
pub mod report;
pub mod rules;
pub mod schema;
pub mod source;
pub mod sql;
mod suppress;

pub use check::check;
