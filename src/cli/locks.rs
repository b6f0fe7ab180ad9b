//! `driftlint locks`: what each statement locks, whom that keeps waiting, and for how long.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::{Locked, locks};
use crate::error::Result;
use crate::lock::Effect;
use crate::report::{self, ReaderFolder};
use crate::sql::on_big_stack;
use crate::workspace::Selection;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Tell of these files and folders only
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    server: ServerFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// A table for a pull request
    Markdown,
}

/// In version 1 of the format.
#[derive(Serialize)]
struct LocksDocument<'a> {
    version: u32,
    statements: Vec<LockRow<'a>>,
}

#[derive(Serialize)]
struct LockRow<'a> {
    file: &'a str,
    line: usize,
    statement: String,
    in_transaction: bool,
    understood: bool,
    locks: Vec<HeldRow>,
}

/// One lock, or the work that several share.
#[derive(Serialize)]
struct HeldRow {
    relation: String,
    mode: String,
    blocks: &'static str,
    held: &'static str,
    /// The same migration made the relation.
    new: bool,
    rewrites: bool,
    scans: bool,
    builds_index: bool,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let named: Vec<&str> = arguments.paths.iter().map(String::as_str).collect();
    let mut workspace = workspace::open(session, &named)?;
    arguments.server.overrule(&mut workspace);
    let options = workspace.load_options(arguments.server.dialect());
    let (input, scope) = workspace.read(&Selection::Everything, &options)?;
    workspace.check_sets(&input.project)?;
    let found = on_big_stack(|| locks(&input.project, &workspace.config, &scope));
    let rows: Vec<LockRow> = found.iter().map(row).collect();
    print(&match arguments.format {
        Format::Text => report::harmless(&text(&rows, &workspace.reader)),
        Format::Markdown => markdown(&rows),
        Format::Json => report::to_json(&LocksDocument {
            version: 1,
            statements: rows,
        }),
    })?;
    Ok(Status::Clean)
}

fn row(locked: &Locked) -> LockRow<'_> {
    let of = |effect: &Effect| {
        let locks = effect.locks.iter().map(|lock| HeldRow {
            relation: lock.relation.to_string(),
            mode: lock.mode.to_string(),
            blocks: lock.mode.blocks().name(),
            held: effect.work().held(),
            new: locked.new.contains(&lock.relation),
            rewrites: effect.rewrites.contains(&lock.relation),
            scans: effect.scans.contains(&lock.relation),
            builds_index: effect.builds.contains(&lock.relation),
        });
        locks.collect::<Vec<_>>()
    };
    LockRow {
        file: locked.source.path(),
        line: locked.source.position(locked.span.start).line,
        statement: one_line(locked.source.slice(locked.span)),
        in_transaction: locked.in_transaction,
        understood: locked.understood,
        locks: locked.effects.iter().flat_map(of).collect(),
    }
}

/// The first words of a statement, blanks taken together.
fn one_line(text: &str) -> String {
    const WIDTH: usize = 100;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

fn text(rows: &[LockRow], reader: &ReaderFolder) -> String {
    let mut out = String::new();
    for row in rows {
        let _ = writeln!(
            out,
            "{}:{}: {}",
            reader.shown(row.file),
            row.line,
            row.statement
        );
        if !row.understood {
            out.push_str("    not understood\n");
        } else if row.locks.is_empty() {
            out.push_str("    locks nothing that was there before\n");
        }
        for lock in &row.locks {
            let waits = match lock.blocks {
                "nothing" => "blocks nobody".to_owned(),
                blocks => format!("blocks {blocks}"),
            };
            let new = if lock.new { ", a new table" } else { "" };
            let _ = writeln!(
                out,
                "    {} on {}: {waits}, {}{new}",
                lock.mode, lock.relation, lock.held
            );
        }
    }
    out
}

fn markdown(rows: &[LockRow]) -> String {
    let mut out = String::from(
        "| Where | Statement | Lock | Blocks | Held |\n| --- | --- | --- | --- | --- |\n",
    );
    for row in rows {
        let statement = row.statement.replace('|', "\\|").replace('`', "");
        let place = format!("{}:{}", row.file, row.line);
        if row.locks.is_empty() {
            let lock = if row.understood {
                "none"
            } else {
                "not understood"
            };
            let _ = writeln!(out, "| {place} | `{statement}` | {lock} | | |");
        }
        for lock in &row.locks {
            let _ = writeln!(
                out,
                "| {place} | `{statement}` | {} on `{}` | {} | {} |",
                lock.mode, lock.relation, lock.blocks, lock.held
            );
        }
    }
    out
}
