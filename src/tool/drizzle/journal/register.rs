//! What drizzle-kit writes beside a migration that changes no schema of its own, as `generate
//! --custom` does: an entry of the journal, and the last snapshot under another id.

use regex::Regex;
use serde_json::json;

use super::{Journal, JournalEntry, ORIGIN};
use crate::diagnostic::Edit;
use crate::project::MigrationSet;
use crate::project::moment::ClockTime;
use crate::project::next::Next;
use crate::project::sections::new_file;
use crate::project::tree::{join, parent};
use crate::source::{Source, Span};
use crate::sql::Dialect;

/// What drizzle-kit 0.31 calls the form of its journals.
const JOURNAL_VERSION: &str = "7";

/// The first migration of a folder, with a journal that names it and the snapshot of an empty
/// schema, as drizzle-kit 0.31 lays them out.
pub(crate) fn first(set: &MigrationSet, words: &str, now: ClockTime) -> Option<(Next, Vec<Edit>)> {
    let id = format!("0000_{words}");
    let (name, version) = kit_version(set.dialect);
    let journal = json!({
        "version": JOURNAL_VERSION,
        "dialect": name,
        "entries": [
            {"idx": 0, "version": version, "when": now.millis, "tag": id, "breakpoints": true}
        ]
    });
    let meta = join(&set.folder, "meta");
    let edits = vec![
        new_file(
            join(&meta, "_journal.json"),
            serde_json::to_string_pretty(&journal).ok()?,
        ),
        new_file(join(&meta, "0000_snapshot.json"), origin(set.dialect, &id)?),
    ];
    let next = Next {
        up: join(&set.folder, &format!("{id}.sql")),
        down: None,
        id,
        when: Some(now),
    };
    Some((next, edits))
}

/// The snapshot of a schema that holds nothing, the first of its chain.
pub(crate) fn origin(dialect: Dialect, own: &str) -> Option<String> {
    let (name, version) = kit_version(dialect);
    let mut snapshot = json!({
        "id": derived(own),
        "prevId": ORIGIN,
        "version": version,
        "dialect": name,
        "tables": {},
        "views": {},
        "_meta": {"columns": {}, "schemas": {}, "tables": {}}
    });
    let own: &[&str] = match dialect {
        Dialect::Postgres => &["enums", "schemas", "sequences", "roles", "policies"],
        Dialect::MySql => &[],
        Dialect::Sqlite => &["enums"],
    };
    for kind in own {
        snapshot[kind] = json!({});
    }
    serde_json::to_string_pretty(&snapshot).ok()
}

/// How drizzle-kit names a server, and the form of its snapshots for it.
fn kit_version(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::Postgres => ("postgresql", "7"),
        Dialect::MySql => ("mysql", "5"),
        Dialect::Sqlite => ("sqlite", "6"),
    }
}

/// How much later than the last one an entry is, in milliseconds. The migrator runs an entry only
/// if it is later than the last one that the database has recorded, so two at the same moment would
/// be one too many.
const LATER: i64 = 1000;

/// The edits that make a migration known; `None` where the journal or the last snapshot is not as
/// drizzle-kit leaves it.
pub(crate) fn register(set: &MigrationSet, next: &Next) -> Option<Vec<Edit>> {
    let Some(journal) = Journal::of(set) else {
        // A folder without either is run in the order of its names.
        return set.extras.get::<Journal>().is_none().then(Vec::new);
    };
    if journal.unreadable.is_some() || !journal.broken.is_empty() {
        return None;
    }
    let mut edits = Vec::new();
    let path = match (&journal.source, journal.entries.last()) {
        (Some(source), Some(last)) => {
            let index = last.index? + 1;
            edits.push(entry(source, last, index, next, journal)?);
            join(parent(source.path()), &format!("{index:04}_snapshot.json"))
        }
        (Some(_), None) => return None,
        (None, _) => join(parent(&next.up), "snapshot.json"),
    };
    if !journal.snapshots.is_empty() {
        if !journal.without_snapshot().is_empty() {
            return None;
        }
        // Two branches that go on from one snapshot make two others.
        let own = next.when.map_or("", |_| next.id.as_str());
        edits.push(new_file(path, following(journal, own)?));
    }
    Some(edits)
}

/// The snapshot after those that a journal has, before anything changes. `own` tells it apart from
/// another one that follows the same. `None` where nothing can follow them.
pub(crate) fn following(journal: &Journal, own: &str) -> Option<String> {
    let last = journal.last_snapshot()?;
    let id = match own {
        "" => last.head.id.clone(),
        own => format!("{} {own}", last.head.id),
    };
    if journal.is_linked() {
        // After a merge it follows both branches, as drizzle-kit's own would.
        let leaves = journal.leaves();
        let parents: Vec<&str> = leaves.iter().map(|leaf| leaf.head.id.as_str()).collect();
        let made = json!({
            "type": "diff", "version": "9", "dialect": "postgres", "id": derived(&id),
            "prevIds": parents, "footprints": [], "deltas": []
        });
        return serde_json::to_string_pretty(&made).ok();
    }
    let is_alone = journal.last_is_alone();
    copied(
        journal.last.as_ref().filter(|_| is_alone)?,
        &last.head.id,
        &id,
    )
}

/// An entry like the last one, after it.
fn entry(
    source: &Source,
    last: &JournalEntry,
    index: i64,
    next: &Next,
    journal: &Journal,
) -> Option<Edit> {
    let text = source.text();
    let open = text.get(..last.span.start)?.rfind('{')?;
    let close = last.span.end + text.get(last.span.end..)?.find('}')? + 1;
    let latest = journal.entries.iter().map(|entry| entry.when).max()?;
    let now = next.when.map_or(i64::MIN, |when| when.millis);
    let when = now.max(latest + LATER);
    let mut made = text[open..close].to_owned();
    for (pattern, value) in [
        (r#"("idx"\s*:\s*)\d+"#, index.to_string()),
        (r#"("when"\s*:\s*)\d+"#, when.to_string()),
        (r#"("tag"\s*:\s*)"[^"]*""#, format!("\"{}\"", next.id)),
    ] {
        let pattern = Regex::new(pattern).ok()?;
        made = pattern
            .replace(&made, |found: &regex::Captures<'_>| {
                format!("{}{value}", &found[1])
            })
            .into_owned();
    }
    let line = text[..open].rfind('\n').map(|at| &text[at..open]);
    let lead = line.filter(|line| line.trim().is_empty()).unwrap_or("");
    Some(Edit {
        source: source.clone(),
        span: Span::new(close, close),
        text: format!(",{lead}{made}"),
    })
}

/// A snapshot that follows another, with an id that comes from `own`.
pub(crate) fn copied(whole: &Source, id: &str, own: &str) -> Option<String> {
    let patterns = [
        (r#"("id"\s*:\s*)"[^"]*""#, format!("\"{}\"", derived(own))),
        (r#"("prevId"\s*:\s*)"[^"]*""#, format!("\"{id}\"")),
        (r#"("prevIds"\s*:\s*)\[[^\]]*\]"#, format!("[\"{id}\"]")),
    ];
    let mut text = whole.text().to_owned();
    for (pattern, value) in patterns {
        let pattern = Regex::new(pattern).ok()?;
        text = pattern
            .replace(&text, |found: &regex::Captures<'_>| {
                format!("{}{value}", &found[1])
            })
            .into_owned();
    }
    Some(text)
}

/// An id that only this one leads to, in the form of a random UUID: fixes know no chance.
fn derived(id: &str) -> String {
    let hash = |seed: u64| {
        id.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let digits = format!(
        "{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x9e37_79b9_7f4a_7c15)
    );
    format!(
        "{}-{}-4{}-8{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}
