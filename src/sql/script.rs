//! A part of a file to its statements: splits, then understands each piece.

use std::sync::Mutex;

use super::block::PreparedSession;
use super::change::{Change, ChangeKind};
use super::lower::Cx;
use super::merge::marks_in_sql;
use super::parse;
use super::split::{Comment, PieceKind, Problem, split};
use super::template::Marks;
use super::{Dialect, Statement, Understood, Unread, Versions};
use crate::source::{Source, Span};

mod meta;

/// Stack of the thread that walks syntax trees; sqlparser's are as deep as their statement is long,
/// up to the chains that `parse/guard.rs` lets pass. The binary runs on a larger stack anyway; this
/// is for whoever calls the library.
pub(crate) const STACK: usize = 64 << 20;

/// What reaches the server as one string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The whole file: more than one statement is an implicit transaction on PostgreSQL.
    File,
    /// Each statement by itself.
    Statement,
    /// Each piece between `--> statement-breakpoint` lines.
    Breakpoint,
}

/// What a part of a file holds.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Statements in order, psql's `\connect`, `\copy` and `\i` among them.
    pub statements: Vec<Statement>,
    /// Comments in order, those inside statements too, those inside function bodies not.
    pub comments: Vec<Comment>,
    /// Quotes, comments and bodies without an end.
    pub problems: Vec<Problem>,
    /// How the statements were understood.
    pub counts: Counts,
}

/// How statements were understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that sqlparser parsed.
    pub parsed: usize,
    /// Those that our recognisers know.
    pub recognised: usize,
    /// Those that nobody understood.
    pub opaque: usize,
}

impl Counts {
    /// Counts one more statement.
    pub fn add(&mut self, understood: &Understood) {
        match understood {
            Understood::Parsed => self.parsed += 1,
            Understood::Recognised => self.recognised += 1,
            Understood::Opaque { .. } => self.opaque += 1,
        }
    }
}

/// Reads the statements in a part of a file. `unit` is how the runner sends it. Call it inside
/// [`on_big_stack`].
pub fn script(
    source: &Source,
    span: Span,
    dialect: Dialect,
    versions: Versions,
    unit: Unit,
) -> Script {
    source.recall(span, (span, dialect, versions, unit), || {
        read(source, span, dialect, versions, unit)
    })
}

/// Reads the statements that were promised of a part of a file, for the [`script`] that will ask.
/// False once nobody will. Call it inside of [`on_big_stack`], or on a thread with [`STACK`].
pub(crate) fn prepare(
    source: &Source,
    span: Span,
    dialect: Dialect,
    versions: Versions,
    unit: Unit,
) -> bool {
    source.keep_promise(span, (span, dialect, versions, unit), || {
        read(source, span, dialect, versions, unit)
    })
}

fn read(source: &Source, span: Span, dialect: Dialect, versions: Versions, unit: Unit) -> Script {
    // Each statement is tokenised and parsed by itself. sqlparser stops at its first error, so that
    // 2,702 of 19,572 statements of public projects (13.8 %) disappear when whole files are parsed;
    // cut apart first, 362 are left that it does not take, and those harm no neighbour.
    let pieces = split(source.text(), span, dialect, versions, unit);
    let marks = Marks::of(&Cx {
        text: source.text(),
        span,
        dialect,
        versions,
    });
    if let Some(place) = marks_in_sql(source.text(), span, dialect, versions) {
        return Script {
            counts: Counts {
                opaque: 1,
                ..Counts::default()
            },
            statements: vec![unmerged(source, place)],
            comments: pieces.comments,
            problems: Vec::new(),
        };
    }
    let is_template = marks.are_programs();
    let mut session = PreparedSession::default();
    let mut certain = pieces.problems.is_empty()
        && !is_template
        && !is_for_a_client(&source.text()[span.range()]);
    let mut script = Script {
        comments: pieces.comments,
        problems: pieces.problems,
        ..Script::default()
    };
    if is_template {
        // The splitter has read the template's commands as SQL.
        // A quote in a command of the template opens no string.
        script.problems.clear();
    }
    for piece in pieces.list {
        let (changes, mut understood) = match piece.kind {
            PieceKind::Statement => {
                let cx = Cx {
                    text: source.text(),
                    span: piece.span,
                    dialect,
                    versions,
                };
                let template = marks.understand(&cx);
                template
                    .or_else(|| session.follow(&cx))
                    .unwrap_or_else(|| parse::understand(&cx, 0))
            }
            PieceKind::Meta => match meta::command(source.slice(piece.span), piece.span) {
                Some(known) => known,
                None => continue,
            },
            PieceKind::Data | PieceKind::Delimiter | PieceKind::Breakpoint => continue,
        };
        if let Understood::Opaque { reason, .. } = &mut understood {
            match reason {
                // Reports about pieces would be about nothing that a server ever sees.
                _ if is_template => *reason = Unread::TemplateFile,
                Unread::Invalid(fault) if !certain => {
                    *reason = Unread::Parser(fault.kind.message());
                }
                Unread::Invalid(_) => {}
                // What follows may be its other half.
                _ => certain = false,
            }
        }
        script.counts.add(&understood);
        script.statements.push(Statement {
            source: source.clone(),
            span: piece.span,
            changes,
            understood,
            batch: piece.batch,
        });
    }
    script
}

/// A part of a file that git could not merge, as one statement that may do anything: the reports
/// about its pieces would be about nothing that a server ever sees.
fn unmerged(source: &Source, span: Span) -> Statement {
    Statement {
        source: source.clone(),
        span,
        changes: Vec::new(),
        understood: Understood::Opaque {
            reason: Unread::Unmerged,
            ddl: true,
        },
        batch: 0,
    }
}

/// Whether a client cuts the text at lines of its own, as sqlplus and sqlcmd do.
fn is_for_a_client(text: &str) -> bool {
    // Their first letters tell most lines apart.
    let starts = std::iter::once(0);
    let mut starts = starts.chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
    starts.any(|start| {
        let line =
            text[start..].trim_start_matches(|sign: char| sign.is_whitespace() && sign != '\n');
        if !line.starts_with(['/', 'g', 'G', '@']) {
            return false;
        }
        let line = line.lines().next().unwrap_or_default().trim();
        line == "/" || line.eq_ignore_ascii_case("go") || line.starts_with('@')
    })
}

/// Runs work on a thread whose stack is deep enough for any syntax tree that [`script`] makes. One
/// call a run, not one a statement.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = Mutex::new(Some(work));
    let run = || {
        work.lock()
            .ok()
            .and_then(|mut work| work.take())
            .map(|work| work())
    };
    let result = std::thread::scope(|scope| {
        // A stack overflow cannot be caught: it aborts the process. On the 2 MiB of a thread of the
        // standard library, cloning a tree of 1,000 UNIONs or 2,000 ANDs is enough for it.
        let thread = std::thread::Builder::new()
            .name("sql".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Without such a thread this one has to do: ordinary statements need little.
            Err(_) => run(),
        }
    });
    result.expect("the work is taken once, by the thread or, when there is none, here")
}
