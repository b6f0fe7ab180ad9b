//! The files of a new migration, and what its tool keeps beside them.

use crate::diagnostic::Edit;
use crate::project::moment::ClockTime;
use crate::project::next::{self, Next};
use crate::project::runner::Wrap;
use crate::project::sections::{new_file, sections};
use crate::project::tree::{file_name, join, parent};
use crate::project::{MigrationPart, MigrationSet};
use crate::source::Source;

/// What the down of a migration says that has nothing to take back.
const NOTHING_BACK: &str =
    "-- Nothing to take back: the migration before this one is undone by its own down.\n";

/// What the files of a migration hold.
#[derive(Clone, Debug, Default)]
pub struct MigrationText {
    /// The statements that bring the schema forward.
    pub up: String,
    /// Those that take it back; `None` where the migration before it does that.
    pub down: Option<String>,
    /// Whether no transaction may hold it.
    pub alone: bool,
}

/// The edits that give a set one more migration. `None` where nobody can tell how it would be
/// named, whether it would be the last, or how it is taken out of the transaction.
pub fn edits(
    set: &MigrationSet,
    name: &str,
    text: &MigrationText,
    now: Option<ClockTime>,
) -> Option<Vec<Edit>> {
    let next = next::next(set, &words(name), now)?;
    let runner = set.runner;
    let down = match text.down.as_deref() {
        None => NOTHING_BACK,
        // An empty file looks as if somebody forgot it.
        Some(down) if down.trim().is_empty() => "-- Nothing to take back.\n",
        Some(down) => down,
    };
    let mut up = text.up.clone();
    if let Some([open, back]) = runner.sections() {
        up = format!("{open}\n{up}\n{back}\n{down}");
    }
    let mut edits = runner.register(set, &next)?;
    if text.alone && set.sending.wrap != Wrap::Nothing {
        let (marked, beside) = taken_out(set, &next, up)?;
        up = marked;
        edits.extend(beside);
    }
    edits.push(new_file(next.up, up));
    if let Some(path) = next.down {
        edits.push(new_file(path, down));
    }
    Some(edits)
}

/// The edits that give a migration of a set another text; what takes it out of the transaction comes
/// in a second round, since it stands in the same place. `None` where its directions are in several
/// files.
pub fn replaced(set: &MigrationSet, at: usize, text: &MigrationText) -> Option<Vec<Edit>> {
    let migration = set.migrations.get(at)?;
    let [up] = migration.up.as_slice() else {
        return None;
    };
    let edit = |part: &MigrationPart, text: &str| Edit {
        source: part.source.clone(),
        span: part.span,
        text: format!("{}\n", text.trim_end()),
    };
    let mut edits = vec![edit(up, &text.up)];
    if let (Some(down), Some(text)) = (&migration.down, &text.down) {
        let [down] = down.as_slice() else {
            return None;
        };
        edits.push(edit(down, text));
    }
    Some(edits)
}

/// A migration that is there, file by file, to be given another name.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// What comes after number and separator in its name.
    pub words: String,
    /// What brings the schema forward, sections and marks included.
    pub up: String,
    /// The file that takes it back.
    pub down: Option<String>,
    /// What lies beside them, by file name: `metadata.toml`, `snapshot.json`, a `.conf`.
    pub beside: Vec<(String, String)>,
}

/// The edits that put a migration after the last one of a set. `None` where nobody can tell how it
/// would be named.
pub fn moved(set: &MigrationSet, migration: &Moved, now: Option<ClockTime>) -> Option<Vec<Edit>> {
    let next = next::next(set, &migration.words, now)?;
    let folder = parent(&next.up).to_owned();
    let keeps_snapshot = migration
        .beside
        .iter()
        .any(|(name, _)| name == "snapshot.json");
    let mut edits = if keeps_snapshot {
        Vec::new()
    } else {
        set.runner.register(set, &next)?
    };
    for (name, text) in &migration.beside {
        // `V2__x.sql.conf` is named after its migration.
        let own = match name.split_once(".sql.") {
            Some((_, ending)) => format!("{}.{ending}", next.up),
            None => join(&folder, name),
        };
        edits.push(new_file(own, text.clone()));
    }
    if let Some(down) = &migration.down {
        let path = next.down.clone().or_else(|| down_beside(&next.up))?;
        edits.push(new_file(path, down.clone()));
    }
    edits.push(new_file(next.up, migration.up.clone()));
    Some(edits)
}

/// Where the way back of a migration lies, by the name of its way forward.
fn down_beside(up: &str) -> Option<String> {
    let (folder, name) = (parent(up), file_name(up));
    if matches!(name, "up.sql" | "migration.sql") {
        return Some(join(folder, "down.sql"));
    }
    let stem = name.strip_suffix(".up.sql")?;
    Some(join(folder, &format!("{stem}.down.sql")))
}

/// The text of a migration with the mark that takes it out of the transaction, or a file beside it
/// that does.
fn taken_out(set: &MigrationSet, next: &Next, text: String) -> Option<(String, Option<Edit>)> {
    let source = Source::new(next.up.clone(), text.clone());
    let parts = sections(set.runner, &source).up_parts(&source);
    let mark = set.runner.take_out(parts.first()?)?;
    if mark.source.path() != next.up {
        return Some((text, Some(mark)));
    }
    let mut marked = text;
    marked.replace_range(mark.span.range(), &mark.text);
    Some((marked, None))
}

/// A name as files have it: small letters and digits between underscores.
fn words(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}
