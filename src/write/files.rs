//! The files of a new migration, and what its tool keeps beside them.

use crate::diagnostic::Edit;
use crate::project::moment::ClockTime;
use crate::project::names::{PrefixKind, is_way_back, prefixed, words_of};
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
    let runner = set.runner;
    let (next, mut edits) = if set.migrations.is_empty() {
        runner.first(set, &words(name), now?)?
    } else {
        let next = next::next(set, &words(name), now)?;
        let beside = runner.register(set, &next)?;
        (next, beside)
    };
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
    if text.alone && set.sending.wrap != Wrap::Nothing {
        let marked = taken_out(set, &next, up)?;
        up = marked.text;
        edits.extend(marked.beside);
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
    /// Its name so far.
    pub id: String,
    /// What brings the schema forward, sections and marks included.
    pub up: String,
    /// The file that takes it back.
    pub down: Option<MovedFile>,
    /// What lies beside them: `metadata.toml`, `snapshot.json`, a `.conf`.
    pub beside: Vec<MovedFile>,
}

/// A file that goes with a migration, as it was.
#[derive(Clone, Debug)]
pub struct MovedFile {
    /// Where it lies so far.
    pub path: String,
    /// The text of the whole file.
    pub text: String,
}

/// The edits that put a migration after the last one of a set. `None` where nobody can tell how it
/// would be named.
pub fn moved(set: &MigrationSet, migration: &Moved, now: Option<ClockTime>) -> Option<Vec<Edit>> {
    let next = next::next(set, words_of(&migration.id), now)?;
    let folder = parent(&next.up).to_owned();
    let mut beside = migration.beside.iter();
    let mut edits = if beside.any(|file| set.runner.is_record(&file.path)) {
        Vec::new()
    } else {
        set.runner.register(set, &next)?
    };
    for file in &migration.beside {
        // `V2__x.sql.conf` is named after its migration.
        let name = file_name(&file.path);
        let own = match name.split_once(".sql.") {
            Some((_, ending)) => format!("{}.{ending}", next.up),
            None => join(&folder, name),
        };
        edits.push(new_file(own, file.text.clone()));
    }
    if let Some(down) = &migration.down {
        let path = down_of(&next, &migration.id, &down.path)?;
        edits.push(new_file(path, down.text.clone()));
    }
    edits.push(new_file(next.up, migration.up.clone()));
    Some(edits)
}

/// Where the way back of a migration lies after it, by where it lay when the migration had the name
/// `was`.
fn down_of(next: &Next, was: &str, path: &str) -> Option<String> {
    let name = file_name(path);
    if is_way_back(name) {
        return Some(join(parent(&next.up), name));
    }
    let is_undo = prefixed(name).is_some_and(|name| name.kind == PrefixKind::Undo);
    let own = match name.strip_prefix(was) {
        Some(ending) => format!("{}{ending}", next.id),
        None if is_undo => format!("U{}.sql", next.id.strip_prefix('V')?),
        None => return None,
    };
    Some(join(parent(path), &own))
}

/// A migration that runs outside of the transaction.
struct MarkedText {
    /// With the mark that takes it out, if that stands in it.
    text: String,
    /// The file beside it that takes it out, otherwise.
    beside: Option<Edit>,
}

fn taken_out(set: &MigrationSet, next: &Next, text: String) -> Option<MarkedText> {
    let source = Source::new(next.up.clone(), text.clone());
    let parts = sections(set.runner, &source).up_parts(&source);
    let mark = set.runner.take_out(parts.first()?)?;
    if mark.source.path() != next.up {
        let beside = Some(mark);
        return Some(MarkedText { text, beside });
    }
    let mut marked = text;
    marked.replace_range(mark.span.range(), &mark.text);
    Some(MarkedText {
        text: marked,
        beside: None,
    })
}

/// A name as files have it: small letters and digits between underscores.
fn words(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect()
}
