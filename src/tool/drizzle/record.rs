//! drizzle-kit's snapshot, made to say what the migrations lead to.
//!
//! It begins with the last snapshot and changes only what that says differently: the spelling of
//! everything else stays drizzle-kit's own, which it compares letter by letter with the schema.
//! What comes out is read again, and written only where nothing differs any more.

mod flat;
mod folders;
mod footprints;
mod kit;
mod nested;
mod spelled;
mod uncut;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::journal::{Journal, JournalEntry, copied, origin};
use super::snapshot;
use crate::catalog::{Catalog, Part, QName, Slot};
use crate::compare::{Difference, Side, diff};
use crate::diagnostic::Edit;
use crate::project::sections::new_file;
use crate::project::tree::{join, parent};
use crate::project::{Direction, MigrationSet};
use crate::replay::{Lowered, ReadOptions};
use crate::schema::{Declared, ToolTexts};
use crate::source::{Source, Span};
use crate::sql::change::{ChangeKind, ObjectName};
use uncut::WholeNames;

/// The edits after which the last snapshot says what the migrations of a set make; none where the
/// project keeps no snapshots, or they are right. The error is a reason for people.
pub(super) fn record(
    set: &MigrationSet,
    migrated: &Catalog,
    declared: Option<&Declared>,
) -> Result<Vec<Edit>, String> {
    let texts = declared.map_or_else(BTreeMap::new, |declared| spelled::texts(declared, migrated));
    let Some(journal) = Journal::of(set).filter(|journal| !journal.snapshots.is_empty()) else {
        return Ok(Vec::new());
    };
    if journal.source.is_none() {
        return folders::record(set, journal, migrated, &texts);
    }
    let (Some(last), Some(head), true) = (
        &journal.last,
        journal.last_snapshot(),
        journal.last_is_alone(),
    ) else {
        return Err(
            "the snapshots do not follow one from the other; bring them in order first".to_owned(),
        );
    };
    // drizzle-kit looks at the last one only, so that one is enough.
    if let Some(entry) = journal.without_snapshot().last() {
        let path = path_of(journal, entry)
            .ok_or_else(|| format!("nothing tells the number of `{}`", entry.tag))?;
        let text = copied(last, &head.head.id, &entry.tag)
            .ok_or_else(|| format!("{} is no snapshot as drizzle-kit writes it", last.path()))?;
        let source = Source::new(path.clone(), text);
        let text = brought_up(&source, set, migrated, &texts)?;
        let text = text.unwrap_or_else(|| source.text().to_owned());
        return Ok(vec![new_file(path, text)]);
    }
    let text = brought_up(last, set, migrated, &texts)?;
    let edit = text.map(|text| Edit {
        source: last.clone(),
        span: Span::new(0, last.text().len()),
        text,
    });
    Ok(edit.into_iter().collect())
}

/// A snapshot of nothing for the last entry of a journal that has none at all, which [`record`]
/// goes on from.
pub(super) fn begin(set: &MigrationSet) -> Option<Edit> {
    let journal = Journal::of(set)?;
    let keeps_some = !journal.snapshots.is_empty() || !journal.broken.is_empty();
    let last = journal.entries.last().filter(|_| !keeps_some)?;
    Some(new_file(
        path_of(journal, last)?,
        origin(set.dialect, &last.tag)?,
    ))
}

/// How often a snapshot is compared: without its primary key, a column may say something else.
const ROUNDS: usize = 2;

/// Where the snapshot of an entry lies.
fn path_of(journal: &Journal, entry: &JournalEntry) -> Option<String> {
    let folder = parent(journal.source.as_ref()?.path());
    Some(join(folder, &format!("{:04}_snapshot.json", entry.index?)))
}

/// The text of a snapshot that says what the migrations make; `None` where this one does.
fn brought_up(
    source: &Source,
    set: &MigrationSet,
    migrated: &Catalog,
    texts: &BTreeMap<QName, ToolTexts>,
) -> Result<Option<String>, String> {
    let differences = |source: &Source| -> Result<_, String> {
        let read = snapshot::read(source)?;
        Ok(diff(Side::declared(&read), Side::migrated(migrated)))
    };
    let mut json: Json = serde_json::from_str(source.text()).map_err(|error| error.to_string())?;
    if json.get("tables").is_none_or(|tables| !tables.is_object()) {
        return Err(format!("{} holds no tables by their names", source.path()));
    }
    let known = json.clone();
    // In a schema of which a snapshot says nothing yet, a comparison sees no table at all.
    for name in texts.keys() {
        if known["tables"]
            .get(nested::key_of(name, migrated))
            .is_none()
        {
            nested::take(&mut json, migrated, &Slot::new(name, Part::Table))?;
        }
    }
    let mut is_open = false;
    for _ in 0..ROUNDS {
        for difference in differences(&Source::new(source.path(), json.to_string()))? {
            nested::take(&mut json, migrated, &difference.slot)?;
            is_open = true;
        }
    }
    let own = snapshot::read(source)?;
    let unseen = new_uniques(set, migrated).into_iter();
    for slot in unseen.chain(new_identities(&own, migrated)) {
        nested::take(&mut json, migrated, &slot)?;
    }
    if let Some(schemas) = json.get_mut("schemas").and_then(Json::as_object_mut) {
        for dropped in dropped_schemas(set, migrated) {
            schemas.shift_remove(&dropped);
        }
    }
    WholeNames::of(&known, texts, migrated).put_in_tables(&mut json);
    spelled::in_tables(&mut json, &known, texts, migrated);
    if !is_open && json == known {
        return Ok(None);
    }
    let mut text = serde_json::to_string_pretty(&json).map_err(|error| error.to_string())?;
    if source.text().ends_with('\n') {
        text.push('\n');
    }
    let left = differences(&Source::new(source.path(), text.clone()))?;
    match left.first() {
        None => Ok(Some(text)),
        Some(first) => Err(still_open(source, first)),
    }
}

/// The unique constraints that the last migration made. A comparison takes them for unique indexes
/// of the same columns; drizzle-kit does not, and takes an index back that has become a constraint
/// (`ADD CONSTRAINT … UNIQUE USING INDEX`).
fn new_uniques(set: &MigrationSet, migrated: &Catalog) -> Vec<Slot> {
    let last = set.migrations.len().checked_sub(1);
    let mut slots = Vec::new();
    for table in migrated.tables.values() {
        let new = table.uniques.iter().find(|key| {
            let made = key.origin.made.map(|made| made.migration as usize);
            made.is_some() && made == last
        });
        if let Some(key) = new {
            slots.push(Slot::new(&table.name, Part::Unique(key.columns.clone())));
        }
    }
    slots
}

/// What of a change a snapshot gets only from drizzle-kit, which keeps its own words for it.
pub(super) fn unrecorded(change: &ChangeKind) -> Option<String> {
    let names = |kind: &str, names: &[ObjectName]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        Some(format!("{kind} {}", names.join(", ")))
    };
    match change {
        ChangeKind::CreatePolicy { name, table, .. }
        | ChangeKind::AlterPolicy { name, table, .. }
        | ChangeKind::DropPolicy { name, table, .. } => {
            Some(format!("policy `{}` of `{table}`", name.value))
        }
        ChangeKind::CreateSequence { name, .. } | ChangeKind::AlterSequence { name, .. } => {
            names("sequence", std::slice::from_ref(name))
        }
        ChangeKind::DropSequence { names: all, .. } => names("sequence", all),
        ChangeKind::CreateView { name, .. } | ChangeKind::RenameView { from: name, .. } => {
            names("view", std::slice::from_ref(name))
        }
        _ => None,
    }
}

/// The schemas that the last migration dropped.
fn dropped_schemas(set: &MigrationSet, migrated: &Catalog) -> Vec<String> {
    let Some(last) = set.migrations.last() else {
        return Vec::new();
    };
    let reading = ReadOptions::of(set, migrated.versions);
    let lowered = Lowered::of(last, Direction::Up, reading);
    let statements = lowered.statements.iter();
    let changes = statements.flat_map(|statement| &statement.changes);
    let dropped = changes.flat_map(|change| match &change.kind {
        ChangeKind::DropSchema { names, .. } => names.as_slice(),
        _ => &[],
    });
    dropped
        .map(|name| name.value.clone())
        .filter(|name| !migrated.schemas.contains_key(name))
        .collect()
}

/// Columns whose identity is of another kind than in the snapshot, which a comparison with the
/// declared schema does not look at.
fn new_identities(known: &Declared, migrated: &Catalog) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (name, table) in &known.catalog.tables {
        let Some(made) = migrated.tables.get(name) else {
            continue;
        };
        for column in &table.columns {
            let now = made.column(&column.name);
            if now.is_some_and(|now| now.identity != column.identity) {
                slots.push(Slot::new(name, Part::Default(column.name.clone())));
            }
        }
    }
    slots
}

fn still_open(source: &Source, first: &Difference) -> String {
    format!(
        "{} would still differ in {} `{}` of `{}`",
        source.path(),
        first.slot.part.kind().replace('_', " "),
        first.name,
        first.slot.owner
    )
}
