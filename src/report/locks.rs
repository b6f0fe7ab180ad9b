//! What each statement locks: what the lock table says and, where it ran on a server, what that was
//! seen to do. One report of `locks` and of `verify --trace`.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::markdown::{cell, plain};
use super::{ReaderFolder, harmless, to_json};
use crate::catalog::QName;
use crate::check::Locked;
use crate::lock::{Effect, Measured, Seen};

/// In version 1 of the format.
#[derive(Serialize)]
struct LocksDocument<'a> {
    version: u32,
    statements: Vec<LockRow<'a>>,
}

/// One statement.
#[derive(Debug, Serialize)]
pub struct LockRow<'a> {
    file: &'a str,
    line: usize,
    statement: String,
    in_transaction: bool,
    understood: bool,
    locks: Vec<HeldRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measured: Option<MeasuredRow<'a>>,
}

/// One lock, or the work that several share.
#[derive(Debug, Serialize)]
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

/// What a server was seen to do.
#[derive(Debug, Serialize)]
struct MeasuredRow<'a> {
    server: &'a str,
    /// `everything`, `samples`, `mode` or `time`.
    seen: &'static str,
    took_ms: f64,
    held_ms: f64,
    locks: Vec<TakenRow>,
    rewrites: Vec<String>,
    scans: Vec<String>,
    builds_index: Vec<String>,
    /// Where it differs from `locks`.
    mismatches: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TakenRow {
    relation: String,
    mode: String,
    blocks: &'static str,
    /// An earlier statement of the transaction held as much already.
    earlier: bool,
}

/// The statements as JSON has them.
pub fn lock_rows(locked: &[Locked]) -> Vec<LockRow<'_>> {
    locked.iter().map(row).collect()
}

/// A document of its own.
pub fn locks_json(locked: &[Locked]) -> String {
    to_json(&LocksDocument {
        version: 1,
        statements: lock_rows(locked),
    })
}

fn row(locked: &Locked) -> LockRow<'_> {
    LockRow {
        file: locked.source.path(),
        line: locked.source.position(locked.span.start).line,
        statement: one_line(locked.source.slice(locked.span)),
        in_transaction: locked.in_transaction,
        understood: locked.understood,
        locks: locked
            .effects
            .iter()
            .flat_map(|effect| held(effect, locked))
            .collect(),
        measured: locked.measured.as_ref().map(|measured| MeasuredRow {
            server: &measured.server,
            seen: match measured.seen {
                Seen::Everything => "everything",
                Seen::Samples => "samples",
                Seen::Mode => "mode",
                Seen::Time => "time",
            },
            took_ms: milliseconds(measured.took),
            held_ms: milliseconds(measured.held),
            locks: taken(locked, measured),
            rewrites: names(&measured.rewrites),
            scans: names(&measured.scans),
            builds_index: names(&measured.builds),
            mismatches: locked.mismatches(),
        }),
    }
}

fn held(effect: &Effect, locked: &Locked) -> Vec<HeldRow> {
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
}

/// What the statement took, and what the table says that it takes and others held already.
fn taken(locked: &Locked, measured: &Measured) -> Vec<TakenRow> {
    let earlier = measured.earlier.iter();
    // Of what was locked before, what is said of this statement.
    let earlier = earlier.filter(|lock| {
        let mut said = locked.effects.iter().flat_map(|effect| &effect.locks);
        let mut taken = measured.locks.iter();
        said.any(|said| said.relation == lock.relation)
            && !taken.any(|taken| taken.relation == lock.relation)
    });
    let all = measured
        .locks
        .iter()
        .map(|lock| (lock, false))
        .chain(earlier.map(|lock| (lock, true)));
    all.map(|(lock, earlier)| TakenRow {
        relation: lock.relation.to_string(),
        mode: lock.mode.to_string(),
        blocks: lock.mode.blocks().name(),
        earlier,
    })
    .collect()
}

fn names(relations: &[QName]) -> Vec<String> {
    relations.iter().map(ToString::to_string).collect()
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// As long as people would say.
fn time(milliseconds: f64) -> String {
    if milliseconds >= 1000.0 {
        format!("{:.1} s", milliseconds / 1000.0)
    } else if milliseconds >= 10.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{milliseconds:.1} ms")
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

/// For people, with paths as they are seen from where the reader stands.
pub fn locks_text(locked: &[Locked], reader: &ReaderFolder) -> String {
    let mut out = String::new();
    for row in lock_rows(locked) {
        let file = reader.shown(row.file);
        let _ = writeln!(out, "{file}:{}: {}", row.line, row.statement);
        if !row.understood {
            out.push_str("    not understood\n");
        } else if row.locks.is_empty() {
            out.push_str("    locks nothing that was there before\n");
        }
        for lock in &row.locks {
            let waits = waits(lock.blocks);
            let new = if lock.new { ", a new table" } else { "" };
            let _ = writeln!(
                out,
                "    {} on {}: {waits}, {}{new}",
                lock.mode, lock.relation, lock.held
            );
        }
        if let Some(measured) = &row.measured {
            let _ = writeln!(out, "    {}: {}", measured.server, said(measured));
            for mismatch in &measured.mismatches {
                let _ = writeln!(out, "    differs: {mismatch}");
            }
        }
    }
    harmless(&out)
}

fn waits(blocks: &str) -> String {
    match blocks {
        "nothing" => "blocks nobody".to_owned(),
        blocks => format!("blocks {blocks}"),
    }
}

/// What a server was seen to do, in one line.
fn said(measured: &MeasuredRow) -> String {
    let mut parts = vec![format!("{}, {}", time(measured.took_ms), locks(measured))];
    let mut work = |what: &str, names: &[String]| {
        if !names.is_empty() {
            parts.push(format!("{what} {}", names.join(", ")));
        }
    };
    work("rewrote", &measured.rewrites);
    work("indexed", &measured.builds_index);
    work("scanned", &measured.scans);
    parts.join("; ")
}

fn locks(measured: &MeasuredRow) -> String {
    let all = measured
        .locks
        .iter()
        .map(|lock| {
            let earlier = if lock.earlier { " since before" } else { "" };
            format!("{} on {}{earlier}", lock.mode, lock.relation)
        })
        .collect::<Vec<_>>()
        .join(", ");
    match (measured.seen, all.is_empty()) {
        ("time", _) => "its locks are not seen".to_owned(),
        ("samples", true) => "ended before a lock was seen".to_owned(),
        (_, true) => "locked nothing".to_owned(),
        ("samples", false) => format!("seen from outside: {all}"),
        (_, false) => format!("{all}, held {}", time(measured.held_ms)),
    }
}

/// A table for a pull request.
pub fn locks_markdown(locked: &[Locked]) -> String {
    let rows = lock_rows(locked);
    let is_measured = rows.iter().any(|row| row.measured.is_some());
    let (more, line) = if is_measured {
        (" Measured |", " --- |")
    } else {
        ("", "")
    };
    let mut out = format!(
        "| Where | Statement | Lock | Blocks | Held |{more}\n| --- | --- | --- | --- | --- |{line}\n"
    );
    for row in &rows {
        let statement = row.statement.replace('|', "\\|").replace('`', "");
        let start = format!("| {}:{} | `{statement}`", row.file, row.line);
        let measured = row.measured.as_ref().map(|measured| {
            let differs = measured
                .mismatches
                .iter()
                .map(|it| format!("<br>**differs:** {}", plain(it)));
            format!(
                " {}{} |",
                plain(&said(measured)),
                differs.collect::<String>()
            )
        });
        let measured = measured.unwrap_or_default();
        if row.locks.is_empty() {
            let lock = if row.understood {
                "none"
            } else {
                "not understood"
            };
            let _ = writeln!(out, "{start} | {lock} | | |{measured}");
        }
        for (number, lock) in row.locks.iter().enumerate() {
            let _ = write!(
                out,
                "{start} | {} on {} | {} | {} |",
                lock.mode,
                cell(&lock.relation),
                lock.blocks,
                lock.held
            );
            let _ = match (number, is_measured) {
                (0, _) => writeln!(out, "{measured}"),
                (_, true) => writeln!(out, " |"),
                (_, false) => writeln!(out),
            };
        }
    }
    out
}
