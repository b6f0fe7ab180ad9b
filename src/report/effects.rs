//! What a change does to a schema, in words: those of the pull request's page and of the HTML one.

use std::collections::BTreeMap;

use crate::catalog::Part;
use crate::check::{Locked, SchemaChange, SchemaEffect};
use crate::compare::{Difference, Presence};
use crate::lock::{Blocks, Work};

/// How a format marks words in a line. What is given is other people's text: each method makes it
/// harmless for its format.
pub(super) trait Markup {
    /// A name or a piece of SQL.
    fn code(&self, text: &str) -> String;
    /// A word of ours that stands out.
    fn strong(&self, word: &'static str) -> String;
    /// A sentence in which names stand in backquotes.
    fn plain(&self, text: &str) -> String;
}

/// An object, and what happens to its parts where it is not the whole that comes or goes.
pub(super) struct ObjectLines {
    pub(super) line: String,
    pub(super) parts: Vec<String>,
}

/// What got another name, a line each.
pub(super) fn renames(effect: &SchemaEffect, markup: &impl Markup) -> Vec<String> {
    let renames = effect.renames.iter();
    renames
        .map(|pair| {
            let (from, to) = (markup.code(&pair.from), markup.code(&pair.to));
            format!("{} {from} is now {to}", pair.kind)
        })
        .collect()
}

/// What comes, goes or differs, object by object.
pub(super) fn objects(effect: &SchemaEffect, markup: &impl Markup) -> Vec<ObjectLines> {
    let mut owners: BTreeMap<String, Vec<&SchemaChange>> = BTreeMap::new();
    for change in &effect.changes {
        let owner = &change.difference.slot.owner;
        let shown = if owner.is_at_home() {
            owner.name.clone()
        } else {
            owner.to_string()
        };
        owners.entry(shown).or_default().push(change);
    }
    owners
        .into_iter()
        .map(|(owner, changes)| object(&owner, &changes, markup))
        .collect()
}

fn object(owner: &str, changes: &[&SchemaChange], markup: &impl Markup) -> ObjectLines {
    let whole = changes.iter().find(|change| {
        let part = &change.difference.slot.part;
        matches!(part, Part::Table | Part::Enum | Part::View)
    });
    match whole {
        Some(change) => ObjectLines {
            line: of_whole(owner, change, markup),
            parts: Vec::new(),
        },
        None => ObjectLines {
            line: markup.code(owner),
            parts: changes
                .iter()
                .map(|change| part(&change.difference, markup))
                .collect(),
        },
    }
}

/// A table, type or view that comes or goes.
fn of_whole(owner: &str, change: &SchemaChange, markup: &impl Markup) -> String {
    let kind = change.difference.slot.part.kind();
    let verb = match change.difference.direction {
        Presence::LeftOnly => "dropped",
        Presence::RightOnly => "new",
        Presence::Differs => "changed",
    };
    let mut text = format!("{} {} {kind}", markup.code(owner), markup.strong(verb));
    if !change.columns.is_empty() {
        let columns = change.columns.iter().map(|column| markup.code(column));
        text.push_str(": ");
        text.push_str(&columns.collect::<Vec<_>>().join(", "));
    }
    if change.difference.direction == Presence::Differs {
        text.push_str(&sides(&change.difference, markup));
    }
    text
}

/// A part of a table or type that comes, goes or changes.
fn part(difference: &Difference, markup: &impl Markup) -> String {
    let kind = match difference.slot.part.kind() {
        "nullable" => "column",
        "enum_value" => "value",
        kind => kind,
    };
    let kind = kind.replace('_', " ");
    let name = markup.code(&difference.name);
    let said = sides(difference, markup);
    match (difference.direction, &difference.slot.part) {
        (_, Part::Nullable(_)) => {
            let now = difference.right.as_deref().unwrap_or_default();
            format!("column {name} is now {}", markup.plain(now))
        }
        (Presence::Differs, Part::Type(_) | Part::Default(_)) => format!("{kind} of {name}{said}"),
        (Presence::LeftOnly, _) => format!("{} {kind} {name}{said}", markup.strong("dropped")),
        (Presence::RightOnly, _) => format!("{} {kind} {name}{said}", markup.strong("new")),
        (Presence::Differs, _) => format!("{kind} {name}{said}"),
    }
}

/// What was said before and is said now.
fn sides(difference: &Difference, markup: &impl Markup) -> String {
    let other = |side: &Option<String>| {
        side.as_ref()
            .filter(|text| !text.is_empty() && **text != difference.name)
            .map(|text| markup.code(text))
    };
    let differs = difference.direction == Presence::Differs;
    match (other(&difference.left), other(&difference.right)) {
        (Some(before), Some(now)) => format!(": {before} → {now}"),
        (Some(only), None) if differs => format!(": {only} → none"),
        (None, Some(only)) if differs => format!(": none → {only}"),
        (Some(only), None) | (None, Some(only)) => format!(": {only}"),
        (None, None) => String::new(),
    }
}

/// One lock that somebody waits for.
#[derive(PartialEq)]
pub(super) struct Wait {
    /// `path:line`.
    pub(super) place: String,
    pub(super) mode: String,
    pub(super) relation: String,
    pub(super) blocks: Blocks,
    pub(super) work: Work,
}

/// The locks that others wait for, the heaviest and longest first. Those of tables that the same
/// migration made keep nobody waiting.
pub(super) fn waited_for(locked: &[Locked]) -> Vec<Wait> {
    let mut rows: Vec<Wait> = Vec::new();
    for statement in locked {
        let line = statement.source.position(statement.span.start).line;
        for effect in &statement.effects {
            for lock in &effect.locks {
                let blocks = lock.mode.blocks();
                if blocks == Blocks::Nothing || statement.new.contains(&lock.relation) {
                    continue;
                }
                let row = Wait {
                    place: format!("{}:{line}", statement.source.path()),
                    mode: lock.mode.to_string(),
                    relation: lock.relation.to_string(),
                    blocks,
                    work: effect.work(),
                };
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.blocks, row.work)));
    rows
}
