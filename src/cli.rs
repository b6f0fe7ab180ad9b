//! The command line: the only place that knows standard streams, colour and the environment.

mod baseline;
mod check;
mod config;
mod drift;
mod enums;
mod explain;
mod format;
mod guide;
mod help;
mod hook;
mod init;
mod integrate;
mod locks;
mod lsp;
mod new;
mod progress;
mod rebase;
mod report;
mod rollback;
mod rules;
mod schema;
mod server;
mod snapshot;
mod split;
#[cfg(feature = "server")]
mod status;
mod steps;
mod terminal;
mod test_rules;
#[cfg(feature = "server")]
mod url;
#[cfg(feature = "server")]
mod verify;
mod workspace;
mod write;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _, Parser, Subcommand};

use crate::error::{Error, Result};
use crate::report::{harmless, linked};
pub(crate) use terminal::{ColorChoice, Terminal};

/// Lints SQL migrations and finds schema drift, offline.
#[derive(Debug, Parser)]
#[command(
    name = "driftlint",
    version,
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
struct Global {
    /// Read this configuration instead of the nearest driftlint.toml
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        conflicts_with = "no_config",
        help_heading = "Global options"
    )]
    config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, global = true, help_heading = "Global options")]
    no_config: bool,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    color: ColorChoice,
    /// Print diagnostics only, no summary
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
    /// Say on stderr what is being done; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet", help_heading = "Global options")]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check migrations: lint, drift and history
    Check(check::Arguments),
    /// Compare declared schemas with what migrations make
    Drift(drift::Arguments),
    /// Print the schema that driftlint sees
    Schema(schema::Arguments),
    /// Print what each statement locks, and who waits for it
    Locks(locks::Arguments),
    /// Write a page for a browser: the schema at each migration, findings, drift, locks
    Report(report::Arguments),
    /// Try migrations on a real server: up, down, up again, and compare what they make
    #[cfg(feature = "server")]
    Verify(verify::Arguments),
    /// Ask a database what was applied to it, and whether its schema is what that makes
    #[cfg(feature = "server")]
    Status(status::Arguments),
    /// Write the newest migration of every set into driftlint.toml, so that only later ones report
    Baseline(baseline::Arguments),
    /// Ask what shall change, and lead to the command that writes it
    New(new::Arguments),
    /// Give an enum type other labels: the whole of rename, recreate and drop
    Enum(enums::Arguments),
    /// Print or write what takes a migration back
    Rollback(rollback::Arguments),
    /// Put the steps that block nobody in place of a migration that is not merged yet
    Split(split::Arguments),
    /// Have a column take no nulls any more, in steps that block nobody
    NotNull(steps::NotNull),
    /// Add a column, in steps where its default would rewrite the table
    AddColumn(steps::AddColumn),
    /// Add an index while writes go on
    AddIndex(steps::AddIndex),
    /// Add a unique constraint while writes go on
    AddUnique(steps::AddUnique),
    /// Add a foreign key, and validate it in a second step
    AddFk(steps::AddFk),
    /// Drop a column that no schema declares any more
    DropColumn(steps::DropColumn),
    /// Rename a column by expand and contract
    Rename(steps::RenameColumn),
    /// Change the type of a column
    ChangeType(steps::ChangeType),
    /// Put this branch's migrations after those of the branch that it is merged with
    Rebase(rebase::Arguments),
    /// Write the missing or stale snapshot of a hand-written migration
    Snapshot(snapshot::Arguments),
    /// Print a guide: enums, NOT NULL, indexes, rollback, branches, deployment …
    Guide(guide::Arguments),
    /// Explain a rule
    Explain(explain::Arguments),
    /// List every rule
    Rules(rules::Arguments),
    /// Try the rules of driftlint.toml on their own examples
    TestRules(test_rules::Arguments),
    /// Set a project up: configuration, hook and CI job
    Init(init::Arguments),
    /// Let git check what is staged before each commit
    InstallHook(hook::Install),
    /// Take that hook away
    UninstallHook(hook::Uninstall),
    /// Show what is configured, or the schema of driftlint.toml
    Config(config::Arguments),
    /// Serve an editor: the language server protocol on standard streams
    Lsp(lsp::Arguments),
    /// Print what a shell needs to complete commands and flags
    Completions(integrate::Completions),
    /// Print the manual
    Man(integrate::Man),
    /// Print this, or what a command does and takes
    Help(integrate::Help),
    /// Print the release
    Version(integrate::VersionFlags),
}

/// How a run ended, which is what the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing at or above the level that fails a run.
    Clean,
    /// Diagnostics that fail the run.
    Failed,
    /// driftlint could not judge.
    Error,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Clean => 0,
            Status::Failed => 1,
            Status::Error => 2,
        })
    }
}

/// What a command works with: the global options, and where its words go.
struct Session {
    global: Global,
    /// How standard output may be written on.
    stdout: Terminal,
    /// The same of standard error.
    stderr: Terminal,
}

impl Session {
    /// Shows a remark about a declaration on standard error.
    fn remark(&self, remark: &crate::schema::Note) {
        if !self.global.quiet {
            let source = &remark.place.source;
            let at = source.position(remark.place.span.start);
            note(&format!(
                "note: {}:{}:{}: {}\n",
                source.path(),
                at.line,
                at.column,
                remark.message
            ));
        }
    }

    /// Says how many remarks there are beside those that were made.
    fn more_remarks(&self, path: &str, more: usize) {
        if !self.global.quiet {
            note(&format!(
                "note: {path}: {more} more, which `--format json` lists\n"
            ));
        }
    }

    /// Says what is being done, for `-v`.
    fn log(&self, level: u8, message: impl FnOnce() -> String) {
        if self.global.verbose >= level {
            note(&format!("driftlint: {}\n", message()));
        }
    }
}

/// Writes a command's result. A reader that has seen enough is no error.
fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    // Names and SQL are other people's, and a terminal obeys what a file only holds.
    let shown = out.is_terminal().then(|| {
        let text = harmless(text);
        if terminal::shows_links() {
            linked(&text)
        } else {
            text
        }
    });
    let text = shown.as_deref().unwrap_or(text);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Error::Io {
            action: "write",
            path: "standard output".to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Writes to standard error; nothing can be done when that fails.
fn note(text: &str) {
    let text = harmless(text);
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Reads a command line.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let matches = help::command_line().try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
}

/// Runs the command that the arguments ask for.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Status {
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                Status::Error
            } else {
                Status::Clean
            };
        }
    };
    let Arguments { global, command } = arguments;
    let session = Session {
        stdout: Terminal::of_stdout(global.color),
        stderr: Terminal::of_stderr(global.color),
        global,
    };
    command.run(&session).unwrap_or_else(|error| {
        note(&session.stderr.error(&error));
        Status::Error
    })
}

impl Command {
    fn run(&self, session: &Session) -> Result<Status> {
        match self {
            Self::Check(arguments) => check::run(arguments, session),
            Self::Drift(arguments) => drift::run(arguments, session),
            Self::Schema(arguments) => schema::run(arguments, session),
            Self::Locks(arguments) => locks::run(arguments, session),
            Self::Report(arguments) => report::run(arguments, session),
            #[cfg(feature = "server")]
            Self::Verify(arguments) => verify::run(arguments, session),
            #[cfg(feature = "server")]
            Self::Status(arguments) => status::run(arguments, session),
            Self::Baseline(arguments) => baseline::run(arguments, session),
            Self::New(arguments) => {
                let words = new::asked(arguments, session)?;
                let all = std::iter::once("driftlint".to_owned()).chain(words);
                let parsed = parse(all.map(OsString::from)).map_err(|error| Error::Usage {
                    message: error.to_string(),
                    help: None,
                })?;
                parsed.command.run(session)
            }
            Self::Enum(arguments) => enums::run(arguments, session),
            Self::NotNull(arguments) => steps::run(arguments, session),
            Self::AddColumn(arguments) => steps::run(arguments, session),
            Self::AddIndex(arguments) => steps::run(arguments, session),
            Self::AddUnique(arguments) => steps::run(arguments, session),
            Self::AddFk(arguments) => steps::run(arguments, session),
            Self::DropColumn(arguments) => steps::run(arguments, session),
            Self::Rename(arguments) => steps::run(arguments, session),
            Self::ChangeType(arguments) => steps::run(arguments, session),
            Self::Rollback(arguments) => rollback::run(arguments, session),
            Self::Split(arguments) => split::run(arguments, session),
            Self::Rebase(arguments) => rebase::run(arguments, session),
            Self::Snapshot(arguments) => snapshot::run(arguments, session),
            Self::Guide(arguments) => guide::run(arguments, session),
            Self::Explain(arguments) => explain::run(arguments, session),
            Self::Rules(arguments) => rules::run(arguments, session),
            Self::TestRules(arguments) => test_rules::run(arguments, session),
            Self::Init(arguments) => init::run(arguments, session),
            Self::InstallHook(arguments) => hook::install(arguments, session),
            Self::UninstallHook(arguments) => hook::uninstall(arguments, session),
            Self::Config(arguments) => config::run(arguments, session),
            Self::Lsp(arguments) => lsp::run(arguments, session),
            Self::Completions(arguments) => integrate::completions(arguments),
            Self::Man(arguments) => integrate::man(arguments),
            Self::Help(arguments) => integrate::help(arguments, session),
            Self::Version(arguments) => integrate::version(arguments),
        }
    }
}
