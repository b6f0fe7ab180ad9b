//! driftlint: a schema-drift linter and pre-commit validator for SQL migrations.
//!
//! The declared schema, the generator's snapshot, the migrations and the git history must tell the
//! same story, and every new migration must be safe to run. driftlint proves it from text alone: it
//! replays the migrations into the schema that a server would hold.
//!
//! ```text
//!                 for each set of migrations                          for each set
//! discover ─▶ read ─▶ split ─▶ lower ─▶ ┌ rules: statement, schema before ┐ ─▶ drift ─▶ suppress ─▶ report
//!  project    source    sql      sql    └ replay: apply its changes … next┘    schema    suppress    report
//! ```
//!
//! One vocabulary joins the parts: a statement is lowered to [`Change`](sql::Change)s, rules read
//! changes, a [`Catalog`](catalog::Catalog) is what changes add up to, and a catalog is printed
//! as SQL by rendering the changes that make it.
//!
//! # The modules, in the order of the pipeline
//!
//! * [`cli`] is the only place that knows standard streams, colour and the environment. It loads a
//!   project and a configuration, calls [`check::check`] and prints a report; an [`error::Error`]
//!   means that driftlint could not judge, and ends with status 2.
//! * [`project`] finds sets of migrations and reads them in the order that their tool applies them.
//!   It reads a [`Tree`](project::tree::Tree): the working tree, git's index or a commit, so that
//!   whatever follows sees exactly what is judged. What each tool does with a file is a table in
//!   [`project::runner`]; [`project::git`] is the only user of git.
//! * [`custom`] are the rules that a project writes itself, in the language of [`cel`].
//! * [`config`] is `driftlint.toml` with the command line on top.
//! * [`source`] is a text with a path; every place that driftlint speaks of is a
//!   [`Span`](source::Span) of bytes in one.
//! * [`sql`] turns a text into statements and these into changes. Its splitter owns the places;
//!   sqlparser reads a statement, and where it cannot, or drops what matters, a recogniser reads
//!   tokens. What neither understands is counted, never skipped in silence.
//! * [`catalog`] is the schema as PostgreSQL, MySQL or SQLite would hold it. Changes are applied to
//!   it; it says what the server would refuse, and which statement made an object.
//! * [`replay`] runs a set's migrations against a catalog, each in its transaction, so that the
//!   schema before every statement is known.
//! * [`lock`] says of a change what it locks on the schema before it, whom that keeps waiting, and
//!   for how long.
//! * [`schema`] reads what people and generators declare into a catalog too, and says of each
//!   object where it is declared.
//! * [`compare`] compares two catalogs by meaning; what a declaration language cannot express is
//!   left out.
//! * [`drift`] asks whether the declared schema, the snapshot and the migrations of a set agree.
//! * [`write`](mod@write) puts new migrations into the layout of their project.
//! * [`status`] holds what a tool wrote into a database against the files.
//! * `database` (feature `server`) connects to real servers, and reads into a catalog what they hold.
//! * [`history`] is what a change set does to files, and what a generator's journal says of them.
//! * [`rules`] lists the rules; each is a page under `rules/` and a function that is given a
//!   `Context` (in `context.rs`) and reports.
//! * [`mod@check`] is the pipeline: it replays each set, calls the rules, lets comments
//!   (`suppress.rs`) allow what they name, and sorts the rest.
//! * [`lsp`] answers an editor: the same check over its buffers.
//! * [`diagnostic`] is what comes out, and [`report`] writes it as text, lines, JSON or
//!   annotations.

pub mod catalog;
pub mod cel;
pub mod check;
pub mod cli;
pub mod compare;
pub mod config;
mod context;
pub mod custom;
#[cfg(feature = "server")]
pub mod database;
pub mod diagnostic;
pub mod drift;
pub mod error;
pub mod fix;
pub mod glob;
pub mod history;
pub mod lock;
pub mod lsp;
mod page;
pub mod project;
pub mod replay;
pub mod report;
pub mod rules;
pub mod schema;
pub mod server;
pub mod setup;
pub mod source;
pub mod sql;
pub mod status;
mod suppress;
pub mod tool;
#[cfg(feature = "server")]
pub mod verify;
pub mod workflow;
pub mod workspace;
pub mod write;

pub use check::check;
