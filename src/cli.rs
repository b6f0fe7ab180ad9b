//! The command line: the only place that knows standard streams, colour and the environment.

mod baseline;
mod check;
mod drift;
mod explain;
mod hook;
mod init;
mod locks;
mod rules;
mod schema;
mod server;
mod terminal;
mod test_rules;
mod workspace;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::error::{Error, Result};
use crate::report;
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
    /// Write the newest migration of every set into driftlint.toml, so that only later ones report
    Baseline(baseline::Arguments),
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
    let harmless = out.is_terminal().then(|| report::harmless(text));
    let text = harmless.as_deref().unwrap_or(text);
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
    let text = report::harmless(text);
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Runs the command that the arguments ask for.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Status {
    let arguments = match Arguments::try_parse_from(arguments) {
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
    let stderr = Terminal::of_stderr(global.color);
    let session = Session {
        stdout: Terminal::of_stdout(global.color),
        global,
    };
    let outcome = match &command {
        Command::Check(arguments) => check::run(arguments, &session),
        Command::Drift(arguments) => drift::run(arguments, &session),
        Command::Schema(arguments) => schema::run(arguments, &session),
        Command::Locks(arguments) => locks::run(arguments, &session),
        Command::Baseline(arguments) => baseline::run(arguments, &session),
        Command::Explain(arguments) => explain::run(arguments, &session),
        Command::Rules(arguments) => rules::run(arguments, &session),
        Command::TestRules(arguments) => test_rules::run(arguments, &session),
        Command::Init(arguments) => init::run(arguments, &session),
        Command::InstallHook(arguments) => hook::install(arguments, &session),
        Command::UninstallHook(arguments) => hook::uninstall(arguments, &session),
    };
    outcome.unwrap_or_else(|error| {
        note(&stderr.error(&error));
        Status::Error
    })
}
