//! Up, down, up again.

use super::send::{Stop, Trial};
use super::{Verified, take};
use crate::catalog::sqlstate;
use crate::config::Config;
use crate::database::Introspected;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Result;
use crate::project::Direction;
use crate::replay::{Lowered, Replay};
use crate::rules::{self, name};
use crate::source::Span;
use crate::suppress::Suppressions;

/// As many differences as are worth naming in one message.
const SHOWN: usize = 3;

/// Where a migration starts and ends.
pub(super) struct Ends<'a> {
    /// In memory, before it.
    pub(super) before: Replay,
    /// On the server, before it.
    pub(super) held: &'a Introspected,
}

/// Whether the database is where it was before the turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// The schema is what it was before.
    Back,
    /// It has to be made again.
    Astray,
}

/// Goes back over a migration that has just run, and forward again.
pub(super) fn around(
    trial: &mut Trial,
    number: usize,
    ends: Ends,
    config: &Config,
    verified: &mut Verified,
) -> Result<Turned> {
    let down = trial.lowered(number, Direction::Down);
    if down.statements.is_empty() || trial.is_open() {
        return Ok(Turned::Back);
    }
    let after = trial.introspect()?;
    let server = verified.server.clone();
    let mut report = |diagnostic: Diagnostic| {
        if let Some(diagnostic) = wanted(diagnostic, &down, config) {
            verified.diagnostics.push(diagnostic);
        }
    };
    if let Err(stop) = trial.migration(number, Direction::Down)? {
        match stop {
            // Who raises an exception on the way down says that there is none, and means it.
            Stop::Refused(refusal)
                if refusal.error.code.as_deref() == Some(sqlstate::RAISE_EXCEPTION) => {}
            Stop::Refused(refusal) if refusal.doubt.is_some() => {
                take(Stop::Refused(refusal), Direction::Down, &server, verified);
            }
            Stop::Refused(refusal) => report(refusal.diagnostic(Direction::Down, &server)),
            Stop::Untried(_) => return Ok(Turned::Back),
        }
        return Ok(Turned::Astray);
    }
    verified.downs += 1;
    let back = trial.introspect()?;
    let leftovers = back.catalog.leftovers(&ends.held.catalog);
    if !leftovers.is_empty() {
        report(not_inverse(&down, &leftovers, &server));
    }
    trial.replay = ends.before;
    if let Err(stop) = trial.migration(number, Direction::Up)? {
        if leftovers.is_empty() {
            // The schema is as it was, and still the migration does not run again.
            take(stop, Direction::Up, &server, verified);
        }
        return Ok(Turned::Astray);
    }
    let again = trial.introspect()?;
    let same = again.catalog.leftovers(&after.catalog).is_empty()
        && after.catalog.leftovers(&again.catalog).is_empty();
    Ok(if same { Turned::Back } else { Turned::Astray })
}

fn not_inverse(down: &Lowered, leftovers: &[String], server: &str) -> Diagnostic {
    let more = leftovers.len().saturating_sub(SHOWN);
    let mut shown = leftovers[..leftovers.len() - more].join(", ");
    if more > 0 {
        shown += &format!(", and {more} more");
    }
    let source = down.files[0].source.clone();
    let span = down
        .statements
        .first()
        .map_or(Span::default(), |it| it.span);
    let message = format!("on {server}, this down migration does not undo its up: {shown}");
    Diagnostic {
        help: Some(
            "restore what the up changed, or say in a comment why it cannot be restored and allow it"
                .to_owned(),
        ),
        ..Diagnostic::new(name::down_not_inverse, Severity::Warning, source, span, message)
    }
}

/// The diagnostic as the project wants it: its rule may be off, or a comment may allow it.
fn wanted(mut diagnostic: Diagnostic, down: &Lowered, config: &Config) -> Option<Diagnostic> {
    let rule = rules::find(diagnostic.rule)?;
    let path = diagnostic.source.path().to_owned();
    let setting = config.setting(rule, &path)?;
    diagnostic.severity = setting.severity;
    let files = down.files.iter().enumerate();
    for (index, file) in files.filter(|(_, file)| file.source.path() == path) {
        let comments = file.comments.iter().copied();
        let (spans, reason) = (down.spans(index), config.require_reason);
        let mut read = Suppressions::read(&file.source, comments, &spans, reason, &|_| None);
        if read.allow(&diagnostic) {
            return None;
        }
    }
    Some(diagnostic)
}
