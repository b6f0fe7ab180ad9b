//! `driftlint verify`: do the migrations apply to a real server, and make what they should?

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::format::TextJsonOrMarkdown;
use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::{self, Report};
use crate::config::Selector;
use crate::database::{self, DatabaseUrl, WantedServer, Workplace};
use crate::diagnostic::Severity;
use crate::drift::speaks_for;
use crate::error::{Error, Result};
use crate::history::ChangeSet;
use crate::project::tree::is_under;
use crate::project::worktree::Worktree;
use crate::project::{Migration, MigrationSet, Unjudged};
use crate::report::{self, ReaderFolder};
use crate::rules;
use crate::schema::input::Input;
use crate::source::Source;
use crate::suppress;
use crate::verify::{SampleRows, Verified, VerifyPlan, verify};
use crate::workflow::Workflow;
use crate::workspace::{Selection, Workspace, io};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Migration folders, schema files or projects; every set of the repository if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Try the migrations in a new database on the server of this URL, which is dropped afterwards;
    /// the database that it names stays as it is. Without it, a temporary server is started
    #[arg(
        long,
        value_name = "URL",
        env = "DRIFTLINT_VERIFY_URL",
        hide_env_values = true
    )]
    url: Option<String>,
    /// Start the temporary server in a container, even where the machine has programs of it: of the
    /// image that a compose file names, or of the release in driftlint.toml
    #[arg(long, conflicts_with = "url")]
    docker: bool,
    /// Put rows into the tables before the first migration that this revision does not have
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// How many rows each table gets before the first migration of `--since`, or the first that is
    /// named
    #[arg(
        long,
        value_name = "N",
        default_value_if("since", clap::builder::ArgPredicate::IsPresent, "10")
    )]
    rows: Option<u32>,
    /// A file of statements that make more rows
    #[arg(long, value_name = "FILE")]
    seed: Option<String>,
    /// Record what the server locks, scans, builds and rewrites for each statement, and for how
    /// long, beside what `locks` says; of the migrations that `--since` finds, or that are named.
    /// Ways back are not tried
    #[arg(long)]
    trace: bool,
    /// Do not try the way back of each migration
    #[arg(long)]
    no_down: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextJsonOrMarkdown,
    #[command(flatten)]
    server: ServerFlags,
}

/// What came of a set, in version 1 of the format.
#[derive(Serialize)]
struct VerifiedRow<'a> {
    folder: &'a str,
    server: &'a str,
    migrations: usize,
    applied: usize,
    downs: usize,
    faults: &'a [String],
    /// As `driftlint locks` has them; with `--trace`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<report::LockRow<'a>>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let outcome = verified(arguments, session);
    let format = match arguments.format {
        TextJsonOrMarkdown::Json => Some(report::Format::Json),
        TextJsonOrMarkdown::Markdown => Some(report::Format::Markdown),
        TextJsonOrMarkdown::Text => None,
    };
    if let (Err(error), Some(format)) = (&outcome, format) {
        let help = error.help();
        let failure = report::failure(format, &error.to_string(), help.as_deref());
        print(&failure.unwrap_or_default())?;
    }
    outcome
}

fn verified(arguments: &Arguments, session: &Session) -> Result<Status> {
    database::watch();
    let url = arguments
        .url
        .as_deref()
        .map(DatabaseUrl::parse)
        .transpose()?;
    let mut workspace = workspace::open(session, &arguments.paths)?;
    arguments.server.overrule(&mut workspace);
    // What is declared is compared as `drift` compares it.
    let others = rules::all()
        .iter()
        .filter(|rule| !speaks_for(rule.meta.name) && rule.meta.name != suppress::RULE);
    let every_rule = workspace.config.clone();
    workspace.config.ignore = others.map(|rule| Selector::Rule(rule.meta.name)).collect();
    workspace.here.clear();
    workspace.all = true;
    let options = workspace.load_options(arguments.server.dialect());
    let selection = arguments
        .since
        .as_deref()
        .map_or(Selection::Everything, Selection::Since);
    let (input, mut scope) = workspace.read(&selection, &options)?;
    let changes = scope.changes.take();
    let script = arguments.seed.as_deref().map(script).transpose()?;
    let paths = std::mem::take(&mut scope.paths);
    workspace.check_sets(&input.project)?;
    let sets: Vec<_> = input
        .project
        .sets
        .iter()
        .filter(|set| !set.migrations.is_empty())
        .filter(|set| paths.is_empty() || paths.iter().any(|path| set.belongs(path)))
        .filter(|set| url.as_ref().is_none_or(|url| url.dialect == set.dialect))
        .collect();
    if sets.is_empty() {
        return Err(nothing(url.as_ref(), &input));
    }
    let images = match &url {
        Some(_) => Vec::new(),
        None => images(&workspace, &input),
    };
    let mut all = Vec::new();
    for set in sets {
        let mut workplace = if let Some(url) = &url {
            Workplace::beside(url.clone())
        } else {
            let images = images.iter().map(String::as_str);
            let wanted = WantedServer::of(set.dialect, every_rule.versions(), images);
            Workplace::temporary(&WantedServer {
                in_container: arguments.docker,
                ..wanted
            })?
        };
        let plan = VerifyPlan {
            set,
            server_is_named: url.is_some(),
            config: &every_rule,
            downs: !arguments.no_down && !arguments.trace,
            seed: before_rows(arguments, set, changes.as_ref(), &paths)?.map(|before| SampleRows {
                before,
                rows: arguments.rows.unwrap_or_default(),
                script: script.as_ref(),
            }),
            traced: if arguments.trace {
                asked_about(set, changes.as_ref(), &paths)
            } else {
                BTreeSet::new()
            },
        };
        let mut progress = Progress::new(session, set.migrations.len());
        let tried = verify(&plan, &mut workplace, &mut |done| progress.show(done));
        progress.clear();
        all.push(tried?);
    }
    let mut report = check::compare_declared(&input, &workspace.config, &scope);
    report.diagnostics.retain(|it| it.severity > Severity::Note);
    let status = add(&mut report, &mut all);
    print(&render(
        &report,
        &all,
        arguments.format,
        &workspace.reader,
        session,
    )?)?;
    Ok(status)
}

/// The images from which the project's compose files run databases.
fn images(workspace: &Workspace, input: &Input) -> Vec<String> {
    let disk = Worktree::new(&workspace.root);
    let tree = workspace.bounded(&disk);
    // What cannot be read says nothing.
    let Ok(workflow) = Workflow::read(&tree, &input.project) else {
        return Vec::new();
    };
    let services = workflow
        .composes
        .iter()
        .flat_map(|compose| &compose.services);
    let databases = services.filter(|service| service.is_database());
    databases
        .filter_map(|service| service.image.clone())
        .collect()
}

/// The index of the first migration whose files are all new.
fn first_new(set: &MigrationSet, changes: &ChangeSet) -> usize {
    let found = set.migrations.iter().position(|migration| {
        !migration.up.is_empty() && migration.up.iter().all(|part| changes.adds(part))
    });
    found.unwrap_or(set.migrations.len())
}

/// The migrations that somebody asks about, by their places in the set: those that are new since a
/// revision, those that were named, or all.
fn asked_about(
    set: &MigrationSet,
    changes: Option<&ChangeSet>,
    paths: &[String],
) -> BTreeSet<usize> {
    let named = |migration: &Migration| {
        let mut parts = migration.up.iter();
        parts.any(|part| paths.iter().any(|path| is_under(part.source.path(), path)))
    };
    let some_are_named = set.migrations.iter().any(named);
    let numbered = set.migrations.iter().enumerate();
    numbered
        .filter(|(_, migration)| {
            changes.is_none_or(|changes| migration.up.iter().any(|part| changes.adds(part)))
        })
        .filter(|(_, migration)| !some_are_named || named(migration))
        .map(|(number, _)| number)
        .collect()
}

/// Before which migration rows are put into the tables, if they are.
fn before_rows(
    arguments: &Arguments,
    set: &MigrationSet,
    changes: Option<&ChangeSet>,
    paths: &[String],
) -> Result<Option<usize>> {
    if let Some(changes) = changes {
        return Ok(Some(first_new(set, changes)));
    }
    if arguments.rows.is_none() && arguments.seed.is_none() {
        return Ok(None);
    }
    match asked_about(set, None, paths).first() {
        Some(&first) if first > 0 => Ok(Some(first)),
        _ => Err(Error::Usage {
            message: "nothing says before which migration rows are put into the tables".to_owned(),
            help: Some(
                "give `--since REV`, or name the files of the migrations that are to meet rows"
                    .to_owned(),
            ),
        }),
    }
}

/// A file of statements.
fn script(path: &str) -> Result<Source> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| io("read", Path::new(path), source))?;
    Ok(Source::new(path, text))
}

/// Adds what servers said to what a comparison of schemas has found.
fn add(report: &mut Report, all: &mut [Verified]) -> Status {
    for verified in all.iter_mut() {
        report.diagnostics.append(&mut verified.diagnostics);
        for unjudged in verified.unjudged.drain(..) {
            report.summary.ledger.leave_open(unjudged);
        }
        if !verified.faults.is_empty() {
            let reason = format!(
                "driftlint is wrong about what the migrations make on {}",
                verified.server
            );
            report
                .summary
                .ledger
                .leave_open(Unjudged::broken(&verified.folder, reason));
        }
    }
    if !report.summary.ledger.unanswered().is_empty() {
        return Status::Error;
    }
    match report.worst() {
        Some(Severity::Error) => Status::Failed,
        _ => Status::Clean,
    }
}

fn render(
    report: &Report,
    all: &[Verified],
    format: TextJsonOrMarkdown,
    reader: &ReaderFolder,
    session: &Session,
) -> Result<String> {
    let look = session.stdout.look;
    if format == TextJsonOrMarkdown::Json {
        let rows: Vec<VerifiedRow> = all.iter().map(row).collect();
        return with_rows(
            &report::render(report, report::Format::Json, look, true),
            &rows,
        );
    }
    let quiet = session.global.quiet;
    if format == TextJsonOrMarkdown::Markdown {
        let mut page = report::render(report, report::Format::Markdown, look, quiet);
        for verified in all {
            page += &format!("\n{}", report::harmless(&sentence(verified)));
            if !verified.traced.is_empty() {
                page += &format!("\n{}", report::locks_markdown(&verified.traced));
            }
        }
        return Ok(page);
    }
    let mut text: String = all
        .iter()
        .map(|it| report::locks_text(&it.traced, reader))
        .collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text += &report::render_verified(report, look, quiet);
    for verified in all {
        text += &report::harmless(&faults(verified));
        if !quiet {
            text += &report::harmless(&sentence(verified));
        }
    }
    Ok(text)
}

/// The JSON of a report with one more member.
fn with_rows(report: &str, rows: &[VerifiedRow]) -> Result<String> {
    let unreadable = |error: serde_json::Error| Error::Usage {
        message: format!("the report cannot be written: {error}"),
        help: None,
    };
    let mut value: serde_json::Value = serde_json::from_str(report).map_err(unreadable)?;
    value["verified"] = serde_json::to_value(rows).map_err(unreadable)?;
    Ok(report::to_json(&value))
}

fn row(verified: &Verified) -> VerifiedRow<'_> {
    VerifiedRow {
        folder: &verified.folder,
        server: &verified.server,
        migrations: verified.migrations,
        applied: verified.applied,
        downs: verified.downs,
        faults: &verified.faults,
        statements: report::lock_rows(&verified.traced),
    }
}

/// What can be copied into an issue.
fn faults(verified: &Verified) -> String {
    if verified.faults.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\ndriftlint {} and {} disagree about {}. That is a fault of driftlint; please report it with these lines:\n",
        env!("CARGO_PKG_VERSION"),
        verified.server,
        place(verified)
    );
    for fault in &verified.faults {
        text += &format!("    {fault}\n");
    }
    text.push('\n');
    text
}

fn sentence(verified: &Verified) -> String {
    if verified.server.is_empty() {
        return String::new();
    }
    let downs = match verified.downs {
        0 => String::new(),
        1 => ", 1 way back tried".to_owned(),
        many => format!(", {many} ways back tried"),
    };
    let end = if verified.applied == verified.migrations && verified.faults.is_empty() {
        ", and the schema is what driftlint says"
    } else {
        ""
    };
    format!(
        "{}: {} of {} migrations applied on {}{downs}{end}\n",
        place(verified),
        verified.applied,
        verified.migrations,
        verified.server
    )
}

fn place(verified: &Verified) -> &str {
    if verified.folder.is_empty() {
        "."
    } else {
        &verified.folder
    }
}

/// There is nothing to try: that must not look like success.
fn nothing(url: Option<&DatabaseUrl>, input: &Input) -> Error {
    let other = url.filter(|_| {
        input
            .project
            .sets
            .iter()
            .any(|set| !set.migrations.is_empty())
    });
    Error::Usage {
        message: other.map_or_else(
            || "there are no migrations here that could be tried".to_owned(),
            |url| format!("there are no migrations for {} here", url.dialect.label()),
        ),
        help: Some(
            "`driftlint check --show-files` lists migrations, and for which server they are"
                .to_owned(),
        ),
    }
}

/// A line on a terminal that counts migrations; nothing where nobody watches.
struct Progress {
    total: usize,
    shown: bool,
}

impl Progress {
    fn new(session: &Session, total: usize) -> Self {
        Self {
            total,
            shown: !session.global.quiet && stderr().is_terminal(),
        }
    }

    fn show(&mut self, done: usize) {
        if self.shown {
            // Written past `note`, which takes out what moves the cursor.
            let _ = write!(stderr(), "\r{done}/{} migrations", self.total);
        }
    }

    fn clear(&mut self) {
        if self.shown {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
