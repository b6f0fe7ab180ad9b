//! Drizzle's journal and chain of snapshots: what `drizzle-kit` and the migrator keep beside the
//! migrations.
//!
//! The migrator reads `meta/_journal.json` and nothing else: it runs the file of each entry whose
//! `when` is later than that of the last migration which the database has recorded. `drizzle-kit
//! generate` compares the schema with the last snapshot and nothing else. Since 1.0 there is no
//! journal: each migration is a folder with its snapshot, and a snapshot names all of its parents.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::OnceLock;

use regex::Regex;

mod broken;
mod head;
mod outside;
mod register;
#[cfg(test)]
mod tests;

pub use broken::Broken;
pub use head::{Head, Snapshot};
pub(crate) use head::{ORIGIN, head};
pub(crate) use register::{copied, first, following, origin, register};

use crate::error::Result;
use crate::project::names::taken_back_by;
use crate::project::tree::{Tree, file_name};
use crate::project::{Extras, MigrationSet};
use crate::source::{Source, Span};
use outside::OutsideNames;

/// The journal and the snapshots of one folder of migrations.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// `meta/_journal.json`; `None` in the layout of 1.0.
    pub source: Option<Source>,
    /// Its entries, in order; the migrator runs them in this order.
    pub entries: Vec<JournalEntry>,
    /// Names of the migrations that are there, without `.sql`, sorted.
    pub files: BTreeSet<String>,
    /// The snapshots, by the number or the folder that names them.
    pub snapshots: Vec<Snapshot>,
    /// All of the last snapshot's file, which the next one follows.
    pub last: Option<Source>,
    /// Numbered files that no entry names: the migrator never runs them.
    pub outside: Vec<Source>,
    /// The same by their names, once an entry without a file has asked.
    names: OnceLock<OutsideNames>,
    /// Files that are named like snapshots and are none.
    pub broken: Vec<Broken>,
    /// The journal, where nobody can read it: nothing else is known then.
    pub unreadable: Option<Broken>,
    /// Whether folders of 1.0 lie beside the journal.
    pub outdated: bool,
}

/// One entry of the journal.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// `idx`: drizzle-kit counts on from the last one. The migrator never looks at it, so an entry
    /// without it is run like any other.
    pub index: Option<i64>,
    /// `when`, in milliseconds since 1970.
    pub when: i64,
    /// `tag`: the migration's name.
    pub tag: String,
    /// Where the tag stands.
    pub span: Span,
    /// The bytes of its `when`.
    pub when_span: Span,
}

/// Whether the name of a folder is that of a migration in the layout of 1.0, which begins with the
/// time to the second.
pub(crate) fn is_folder(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits == 14 && name[digits..].starts_with('_')
}

impl Journal {
    /// The journal of a set, if its tool keeps one. One beside the folders of 1.0 is nobody's: the
    /// old migrator does not know the folders, and the new one stops at the journal.
    pub fn of(set: &MigrationSet) -> Option<&Self> {
        set.extras.get().filter(|journal: &&Self| !journal.outdated)
    }

    /// The journal that lies beside the folders of 1.0, if there is one.
    pub fn beside_folders(set: &MigrationSet) -> Option<&Source> {
        let journal: &Self = set.extras.get()?;
        journal.source.as_ref().filter(|_| journal.outdated)
    }

    /// Reads what lies in `folder`, of which `files` are all files below it. `None` where there is
    /// neither a journal nor a snapshot.
    pub fn read(tree: &dyn Tree, folder: &str, files: &[String]) -> Result<Option<Self>> {
        let inside = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut journal = Self::default();
        let mut folders = false;
        let mut snapshots: Vec<(&str, &String)> = Vec::new();
        for path in files {
            let Some(name) = path.strip_prefix(&inside) else {
                continue;
            };
            let snapshot = match name.split('/').collect::<Vec<_>>().as_slice() {
                ["meta", "_journal.json"] => {
                    let Some(bytes) = tree.read(path)? else {
                        continue;
                    };
                    match self::read(Source::from_bytes(path, bytes)) {
                        Ok(listed) => {
                            journal.entries = listed.entries;
                            journal.source = Some(listed.source);
                        }
                        Err(broken) => {
                            return Ok(Some(Self {
                                unreadable: Some(broken),
                                ..Self::default()
                            }));
                        }
                    }
                    continue;
                }
                ["meta", name] => name.strip_suffix("_snapshot.json"),
                [name, "snapshot.json"] => Some(*name),
                [name, "migration.sql"] => {
                    folders |= is_folder(name);
                    journal.files.insert((*name).to_owned());
                    continue;
                }
                [name] => {
                    journal
                        .files
                        .extend(name.strip_suffix(".sql").map(str::to_owned));
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = snapshot {
                snapshots.push((name, path));
            }
        }
        let last = snapshots.last().map(|&(_, path)| path);
        for (name, path) in snapshots {
            journal.add_snapshot(tree, name, path, Some(path) == last)?;
        }
        journal.outdated = folders && journal.source.is_some();
        if journal.source.is_none() {
            let all: BTreeSet<&String> = files.iter().collect();
            journal
                .files
                .retain(|name| !all.contains(&format!("{inside}{name}.sql")));
        }
        for name in journal.names_outside() {
            let path = format!("{inside}{name}.sql");
            let bytes = tree.read(&path)?.unwrap_or_default();
            journal.outside.push(Source::from_bytes(path, bytes));
        }
        let any =
            journal.source.is_some() || !journal.snapshots.is_empty() || !journal.broken.is_empty();
        Ok(any.then_some(journal))
    }

    /// Reads a snapshot. Most are as they are in every tree of a comparison, and only of the last is
    /// more than its head ever asked for.
    fn add_snapshot(&mut self, tree: &dyn Tree, name: &str, path: &str, last: bool) -> Result<()> {
        let kept = tree.kept(path).filter(|_| !last);
        if let Some(known) = kept.and_then(|kept| kept.downcast::<Snapshot>().ok()) {
            self.snapshots.push((*known).clone());
            return Ok(());
        }
        let Some(bytes) = tree.read(path)? else {
            return Ok(());
        };
        let whole = Source::from_bytes(path, bytes);
        self.last = Some(whole.clone());
        match Snapshot::read(name, whole) {
            Ok(snapshot) => {
                tree.keep(path, Rc::new(snapshot.clone()));
                self.snapshots.push(snapshot);
            }
            Err(broken) => self.broken.push(broken),
        }
        Ok(())
    }

    /// Entries that name a file which is not there: the migrator stops at the first of them.
    pub fn without_file(&self) -> Vec<&JournalEntry> {
        self.entries
            .iter()
            .filter(|entry| !self.files.contains(&entry.tag))
            .collect()
    }

    /// The file that an entry's seems to have become: one that no entry names, with its number or
    /// the rest of its name.
    pub fn renamed(&self, entry: &JournalEntry) -> Option<&Source> {
        if self.files.contains(&entry.tag) {
            return None;
        }
        let names = self.names.get_or_init(|| OutsideNames::of(&self.outside));
        self.outside.get(names.alike(&entry.tag)?)
    }

    fn names_outside(&self) -> Vec<String> {
        if self.source.is_none() {
            return Vec::new();
        }
        let listed: BTreeSet<&str> = self
            .entries
            .iter()
            .map(|entry| entry.tag.as_str())
            .collect();
        // What takes a migration back is the project's own, and no migration that was forgotten.
        let numbered = self.files.iter().filter(|name| {
            number(name).is_some()
                && !listed.contains(name.as_str())
                && !taken_back_by(name).is_some_and(|of| self.files.contains(of))
        });
        numbered.cloned().collect()
    }

    /// Entries whose tag starts with another number than their index, or whose index is that of an
    /// earlier entry.
    pub fn misnumbered(&self) -> Vec<&JournalEntry> {
        let mut seen = BTreeSet::new();
        let wrong = self.entries.iter().filter(|entry| {
            let Some(index) = entry.index else {
                return false;
            };
            let differs = entry.number().is_some_and(|number| number != index);
            !seen.insert(index) || differs
        });
        wrong.collect()
    }

    /// The number that `drizzle-kit generate` takes next, if a migration has it: its snapshot is
    /// overwritten.
    pub fn taken(&self) -> Option<i64> {
        let next = self.entries.last()?.index? + 1;
        self.entries
            .iter()
            .any(|entry| entry.number() == Some(next))
            .then_some(next)
    }

    /// Entries that are not later than one before them, each with that one: a database that has run
    /// the earlier one skips them.
    pub fn out_of_order(&self) -> Vec<(&JournalEntry, &JournalEntry)> {
        let mut latest: Option<&JournalEntry> = None;
        let mut wrong = Vec::new();
        for entry in &self.entries {
            match latest {
                Some(before) if entry.when <= before.when => wrong.push((entry, before)),
                _ => latest = Some(entry),
            }
        }
        wrong
    }

    /// Snapshots with the same parent, the later one first. Since 1.0 that is how branches are
    /// meant to look.
    pub fn forks(&self) -> Vec<(&Snapshot, &Snapshot)> {
        let mut children: BTreeMap<&str, &Snapshot> = BTreeMap::new();
        let mut forks = Vec::new();
        for snapshot in self.snapshots.iter().filter(|_| self.source.is_some()) {
            let Some(parent) = snapshot.head.parents.first() else {
                continue;
            };
            match children.get(parent.as_str()) {
                Some(first) => forks.push((snapshot, *first)),
                None => {
                    children.insert(parent, snapshot);
                }
            }
        }
        forks
    }

    /// Snapshots that follow one which is not there: where each lists everything only those that
    /// nothing follows, for further back in the chain nobody looks.
    pub fn orphans(&self) -> Vec<&Snapshot> {
        let known: BTreeSet<&str> = self
            .snapshots
            .iter()
            .map(|snapshot| snapshot.head.id.as_str())
            .collect();
        let followed: BTreeSet<&str> = self
            .snapshots
            .iter()
            .flat_map(|snapshot| &snapshot.head.parents)
            .map(String::as_str)
            .collect();
        let orphans = self.snapshots.iter().enumerate().filter(|(at, snapshot)| {
            // After a gap the parent is the snapshot that is missing, and nobody can bring it back.
            let follows = self.source.is_none()
                || at.checked_sub(1).is_some_and(|before| {
                    let number = |snapshot: &Snapshot| snapshot.name.parse::<i64>().ok();
                    number(&self.snapshots[before]).map(|number| number + 1) == number(snapshot)
                });
            let looked_at =
                snapshot.is_change() || follows && !followed.contains(snapshot.head.id.as_str());
            let mut parents = snapshot.head.parents.iter();
            looked_at && parents.any(|parent| parent != ORIGIN && !known.contains(parent.as_str()))
        });
        orphans.map(|(_, snapshot)| snapshot).collect()
    }

    /// The snapshots that nothing follows: more than one after branches were merged.
    pub fn leaves(&self) -> Vec<&Snapshot> {
        let followed: BTreeSet<&String> = self
            .snapshots
            .iter()
            .flat_map(|snapshot| &snapshot.head.parents)
            .collect();
        let snapshots = self.snapshots.iter();
        snapshots
            .filter(|snapshot| !followed.contains(&snapshot.head.id))
            .collect()
    }

    /// How many snapshots nothing follows.
    pub fn heads(&self) -> usize {
        self.leaves().len()
    }

    /// Whether the last snapshot alone goes on from the one before it. Of numbered ones, drizzle-kit
    /// 0.31 refuses two that do, and takes no notice of an older one that nothing follows.
    pub(crate) fn last_is_alone(&self) -> bool {
        let Some(last) = self.last_snapshot().filter(|_| self.source.is_some()) else {
            return self.heads() == 1;
        };
        let others = self
            .snapshots
            .iter()
            .filter(|it| it.head.id != last.head.id);
        others.clone().count() + 1 == self.snapshots.len()
            && others
                .flat_map(|other| &other.head.parents)
                .all(|parent| *parent != last.head.id && !last.head.parents.contains(parent))
    }

    /// Whether snapshots say only what they change, as those of 1.0 on PostgreSQL do.
    pub(crate) fn is_linked(&self) -> bool {
        self.source.is_none()
            && !self.snapshots.is_empty()
            && self
                .snapshots
                .iter()
                .all(|snapshot| snapshot.whole.is_some())
    }

    /// Entries after the last snapshot. Those before it do no harm: `drizzle-kit generate` only
    /// looks at the last one.
    pub fn without_snapshot(&self) -> Vec<&JournalEntry> {
        let broken = self
            .broken
            .iter()
            .filter_map(|broken| number(stem(broken.source.path())));
        let named = self
            .snapshots
            .iter()
            .filter_map(|snapshot| snapshot.name.parse::<i64>().ok());
        let last = named.chain(broken).max();
        let Some(last) = last else { return Vec::new() };
        // Snapshots are named as the file is, with a number or a time; the index may have been
        // edited since.
        let with_file = self.entries.iter();
        let with_file = with_file.filter(|entry| self.files.contains(&entry.tag));
        let later = with_file.filter(|entry| {
            let mut numbers = entry.index.into_iter().chain(entry.number()).peekable();
            numbers.peek().is_some() && numbers.all(|number| number > last)
        });
        later.collect()
    }

    /// The snapshot that `drizzle-kit generate` compares the schema with; `None` where the last one
    /// cannot be read.
    pub fn last_snapshot(&self) -> Option<&Snapshot> {
        let last = self.snapshots.last()?;
        self.broken
            .last()
            .is_none_or(|broken| broken.source.path() < last.source.path())
            .then_some(last)
    }
}

/// Reads the journal of a folder for its set.
pub(crate) fn put(
    tree: &dyn Tree,
    folder: &str,
    files: &[String],
    extras: &mut Extras,
) -> Result<()> {
    if let Some(journal) = Journal::read(tree, folder, files)? {
        extras.put(journal);
    }
    Ok(())
}

/// A journal as it is written.
pub(crate) struct ListedJournal {
    pub(crate) source: Source,
    /// `dialect`, in drizzle-kit's own words.
    pub(crate) dialect: Option<String>,
    pub(crate) entries: Vec<JournalEntry>,
}

/// Reads a journal. What the migrator cannot read is no journal, and nothing else is: of an entry
/// it needs `tag` and `when`, as drizzle-orm 0.45's `migrator.js` does.
pub(crate) fn read(source: Source) -> std::result::Result<ListedJournal, Broken> {
    let json: Option<serde_json::Value> = serde_json::from_str(source.text()).ok();
    let entries = json.as_ref().and_then(|json| entries(&source, json));
    let Some(entries) = entries else {
        let lacks = "has no `entries` as drizzle-kit writes them";
        return Err(Broken::new(source, lacks));
    };
    let dialect = json.as_ref().and_then(|json| json.get("dialect")?.as_str());
    Ok(ListedJournal {
        dialect: dialect.map(str::to_owned),
        entries,
        source,
    })
}

/// The entries of a journal; `None` where one of them names no migration.
fn entries(source: &Source, json: &serde_json::Value) -> Option<Vec<JournalEntry>> {
    let listed = json.get("entries")?.as_array()?;
    let (tags, whens) = (
        spans(source, r#""tag"\s*:\s*"[^"]*""#),
        spans(source, r#""when"\s*:\s*\d+"#),
    );
    let place = |spans: &[Span], at: usize| {
        if spans.len() == listed.len() {
            spans[at]
        } else {
            Span::default()
        }
    };
    let entries = listed.iter().enumerate().map(|(at, entry)| {
        Some(JournalEntry {
            index: entry.get("idx").and_then(serde_json::Value::as_i64),
            when: entry
                .get("when")
                .and_then(serde_json::Value::as_i64)
                .unwrap_or_default(),
            tag: entry.get("tag")?.as_str()?.to_owned(),
            span: place(&tags, at),
            when_span: place(&whens, at),
        })
    });
    entries.collect()
}

/// Where a pattern stands, each time.
fn spans(source: &Source, pattern: &str) -> Vec<Span> {
    let found = Regex::new(pattern).map(|pattern| {
        pattern
            .find_iter(source.text())
            .map(|found| Span::new(found.start(), found.end()))
            .collect()
    });
    found.unwrap_or_default()
}

impl JournalEntry {
    /// The number that drizzle-kit counted for it, which its file and its snapshot are named after;
    /// `None` for a time.
    pub fn number(&self) -> Option<i64> {
        let counted = self
            .tag
            .split_once('_')
            .is_some_and(|(prefix, _)| prefix.len() == 4);
        number(&self.tag).filter(|_| counted)
    }
}

/// A file's name without `.sql`.
fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.strip_suffix(".sql").unwrap_or(name)
}

/// The number that a migration's name starts with.
fn number(name: &str) -> Option<i64> {
    name.split_once('_')?.0.parse().ok()
}
