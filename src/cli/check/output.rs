//! Where reports go: standard output, files, and the summary of a job.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::str::FromStr;

use clap::ValueEnum;

use super::{Arguments, Session};
use crate::check::{Impact, Report, Scope, impact};
use crate::cli::{note, print};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::report::{self, Format, Look, ReaderFolder, seen_from};
use crate::schema::input::Input;
use crate::sql::on_big_stack;
use crate::workspace::io;

/// What `--format` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// Snippets for people
    Text,
    /// One line each: `path:line:column: severity[rule] message`
    Concise,
    /// For programs; `--json-schema` describes it
    Json,
    /// Workflow commands that annotate a pull request, and the summary of the job
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// A page for a pull request: findings, what the change does to the schema, locks, what cannot
    /// be undone
    Markdown,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Text => Self::Text,
            FormatName::Concise => Self::Concise,
            FormatName::Json => Self::Json,
            FormatName::Github => Self::Github,
            FormatName::Sarif => Self::Sarif,
            FormatName::Gitlab => Self::Gitlab,
            FormatName::Junit => Self::Junit,
            FormatName::Checkstyle => Self::Checkstyle,
            FormatName::Markdown => Self::Markdown,
        }
    }
}

/// `FORMAT=FILE`.
#[derive(Clone, Debug)]
pub(super) struct OutputTarget {
    format: FormatName,
    file: String,
}

impl FromStr for OutputTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or("write FORMAT=FILE, as in sarif=driftlint.sarif")?;
        let format = FormatName::from_str(format, true).map_err(|_| {
            let names = FormatName::value_variants().iter();
            let names = names.filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = names.map(|name| name.get_name().to_owned()).collect();
            format!(
                "there is no format `{format}`; there are {}",
                names.join(", ")
            )
        })?;
        Ok(Self {
            format,
            file: file.to_owned(),
        })
    }
}

/// How files are written, which no terminal shows.
const FILE: Look = Look {
    width: 80,
    color: false,
    unicode: true,
};

/// What was checked, for formats that say what the change does.
pub(super) struct CheckedProject<'a> {
    pub(super) input: &'a Input,
    pub(super) config: &'a Config,
    pub(super) scope: &'a Scope,
    /// Where the person stands who reads what is printed.
    pub(super) reader: &'a ReaderFolder,
}

/// Writes a report wherever it was asked for.
pub(super) fn write(
    report: &Report,
    subject: Option<&CheckedProject>,
    arguments: &Arguments,
    session: &Session,
) -> Result<()> {
    let nothing = report.diagnostics.is_empty() && report.summary.ledger.entries().is_empty();
    let quiet = session.global.quiet || (arguments.hook && nothing);
    let format = Format::from(arguments.format);
    let summary = job_summary(arguments);
    let mut outputs = arguments.output.iter().map(|target| target.format);
    let pages = outputs.any(|name| name == FormatName::Markdown)
        || format == Format::Markdown
        || summary.is_some();
    let impact = match subject {
        Some(it) if pages => on_big_stack(|| impact(&it.input.project, it.config, it.scope)),
        _ => Impact::default(),
    };
    let render = |format: Format, look: Look| match format {
        Format::Markdown => report::markdown(report, &impact),
        format => report::render(report, format, look, quiet),
    };
    for target in &arguments.output {
        to_file(&target.file, &render(target.format.into(), FILE))?;
    }
    if let Some(path) = summary {
        append(&path, &render(Format::Markdown, FILE));
    }
    let look = match arguments.output_file {
        None => session.stdout.look,
        Some(_) => FILE,
    };
    let text = if arguments.statistics {
        report::statistics(report, format, look, quiet)
    } else {
        let people = matches!(format, Format::Text | Format::Concise);
        match subject.filter(|it| people && *it.reader != ReaderFolder::Root) {
            Some(it) => report::render(&seen_from(it.reader, report), format, look, quiet),
            None => render(format, look),
        }
    };
    deliver(arguments, &text)
}

/// Says wherever a program reads that nothing was judged.
pub(super) fn fail(error: &Error, arguments: &Arguments) -> Result<()> {
    let (message, help) = (error.to_string(), error.help());
    let failure = |name: FormatName| report::failure(name.into(), &message, help.as_deref());
    for target in &arguments.output {
        let text = failure(target.format).unwrap_or_else(|| format!("error: {message}\n"));
        to_file(&target.file, &text)?;
    }
    if let (Some(path), Some(text)) = (job_summary(arguments), failure(FormatName::Markdown)) {
        append(&path, &text);
    }
    match failure(arguments.format) {
        Some(text) => deliver(arguments, &text),
        None => Ok(()),
    }
}

/// Where the report of `--format` goes: the file that was named, else standard output.
fn deliver(arguments: &Arguments, text: &str) -> Result<()> {
    match &arguments.output_file {
        None => print(text),
        Some(path) => to_file(path, text),
    }
}

fn to_file(path: &str, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|source| io("write", Path::new(path), source))
}

/// The file whose Markdown GitHub shows on the page of a job. A step that annotates has it written.
fn job_summary(arguments: &Arguments) -> Option<String> {
    let asked = arguments.format == FormatName::Github && arguments.output_file.is_none();
    let path = env::var("GITHUB_STEP_SUMMARY").ok()?;
    (asked && !arguments.statistics && !path.is_empty()).then_some(path)
}

/// Adds to what other steps have written. That it cannot be written changes no verdict.
fn append(path: &str, text: &str) {
    let file = OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
    if let Err(error) = written {
        note(&format!(
            "warning: the job's summary {path} cannot be written: {error}\n"
        ));
    }
}
