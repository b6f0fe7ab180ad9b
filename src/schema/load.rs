//! Finds out which reader a declared schema needs, and calls it. Call these where the stack is
//! deep: see [`crate::sql::on_big_stack`].

use super::{Declared, Note, Place};
use crate::error::{Error, Result};
use crate::project::tree::{Tree, not_text};
use crate::project::{MigrationSet, Unjudged};
use crate::source::{Source, Span};
use crate::sql::{Dialect, Versions, merge_marks};
use crate::tool::{Journal, Tool};

/// What stands beside the migrations of a set and should agree with them.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// What people declare, one for each language.
    pub declared: Vec<Declared>,
    /// What the generator remembers.
    pub snapshot: Option<Declared>,
    /// Files that are there and cannot be compared, and why.
    pub unread: Vec<Unjudged>,
    /// Files of the schema and its configuration that hold the marks of an unresolved merge; of the
    /// schema nothing is known then.
    pub conflicts: Vec<Conflict>,
}

/// A file that git could not merge.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The file with the marks in it.
    pub source: Source,
    /// From the first mark to the last.
    pub span: Span,
}

impl Schemas {
    /// Whether there is nothing to compare migrations with.
    pub fn is_empty(&self) -> bool {
        self.declared.is_empty() && self.snapshot.is_none()
    }
}

/// Reads all that stands beside a migration set.
pub fn beside(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Schemas> {
    let mut schemas = Schemas {
        unread: set.rejected_schemas.clone(),
        ..Schemas::default()
    };
    let given = Beside {
        tree,
        set,
        versions,
    };
    declared_of_set(&given, &mut schemas)?;
    match Tool::snapshot(tree, set) {
        Ok(snapshot) => schemas.snapshot = snapshot,
        // Broken for the generator too, and no reason to judge nothing else.
        Err(Error::Usage { message, .. }) => {
            schemas.unread.push(Unjudged::partly(&set.folder, message));
        }
        Err(error) => return Err(error),
    }
    // A generator that does not remember views does not make them either.
    if let Some(snapshot) = schemas.snapshot.as_ref().filter(|it| !it.makes_views) {
        let tool = snapshot.language.tool;
        let own = schemas.declared.iter_mut();
        own.filter(|side| side.language.tool == tool)
            .for_each(|side| side.makes_views = false);
    }
    let broken = Journal::of(set)
        .into_iter()
        .flat_map(|journal| &journal.broken);
    schemas.unread.extend(
        broken.map(|file| Unjudged::partly(file.source.path(), format!("it {}", file.why))),
    );
    let Schemas {
        declared,
        snapshot,
        unread,
        ..
    } = &mut schemas;
    let mut leave_out = |side: &Declared| {
        let Some(reason) = misfit(side, set) else {
            return false;
        };
        let place = side.files.first().map_or(set.folder.as_str(), Source::path);
        unread.push(if side.notes.is_empty() {
            Unjudged::partly(place, reason)
        } else {
            Unjudged::broken(place, reason)
        });
        true
    };
    declared.retain(|side| !leave_out(side));
    snapshot.take_if(|side| leave_out(side));
    Ok(schemas)
}

/// Why a schema cannot be compared with the migrations; `None` where it can.
fn misfit(side: &Declared, set: &MigrationSet) -> Option<String> {
    if side.catalog.dialect != set.dialect {
        let (theirs, ours) = (side.catalog.dialect.name(), set.dialect.name());
        let language = side.language.name();
        return Some(format!(
            "the {language} is for {theirs} and the migrations are for {ours}"
        ));
    }
    // Before the first table, there is nothing to migrate.
    let is_new = set.migrations.is_empty() && side.notes.is_empty();
    if is_new || !says_nothing(side) {
        return None;
    }
    let why = side.notes.first().map(|note| {
        let place = &note.place;
        let at = place.source.position(place.span.start);
        let (path, line, column) = (place.source.path(), at.line, at.column);
        format!(" ({path}:{line}:{column}: {})", note.message)
    });
    Some(format!(
        "driftlint finds no table in it, so it was not compared{}",
        why.unwrap_or_default()
    ))
}

/// Whether there is nothing to compare. A schema without a table is one that could not be followed,
/// or that nobody has filled yet; only where every word of it is understood does it say that there
/// shall be none.
fn says_nothing(side: &Declared) -> bool {
    let mut files = side.files.iter();
    let understood =
        side.language.tool.understands_every_word() && side.catalog.knowledge.is_exact();
    side.catalog.tables.is_empty()
        && side.catalog.enums.is_empty()
        && (!understood || files.all(|file| file.text().trim().is_empty()))
}

/// What a reader of schemas is given.
pub(crate) struct Beside<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) set: &'a MigrationSet,
    pub(crate) versions: Versions,
}

/// The schemas that are declared beside a migration set, one for each language.
fn declared_of_set(beside: &Beside, schemas: &mut Schemas) -> Result<()> {
    let mut all = Vec::new();
    for tool in Tool::all() {
        let files = files_of(beside, tool, schemas)?;
        if let Some(read) = tool.read_schema()
            && !files.is_empty()
        {
            all.push((read, files));
        }
    }
    for path in beside.set.configuration() {
        let text = beside.tree.read(path)?;
        let source = text.map(|bytes| Source::from_bytes(path, bytes));
        if let Some(source) = source
            && let Some(span) = merge_marks(source.text())
        {
            schemas.conflicts.push(Conflict { source, span });
        }
    }
    // Neither version is the schema, and the other files say only a part of it.
    if !schemas.conflicts.is_empty() {
        return Ok(());
    }
    for (read, files) in all {
        let declared = read(beside, files, &mut schemas.unread)?;
        let broken = declared.iter().flat_map(|side| &side.broken);
        schemas.unread.extend(broken.map(not_a_declaration));
        schemas.declared.extend(declared);
    }
    Ok(())
}

/// The tool refuses a schema with such a text in it, so nobody knows what was meant.
fn not_a_declaration(broken: &Note) -> Unjudged {
    let Place { source, span } = &broken.place;
    let at = source.position(span.start);
    let reason = format!(
        "line {}, column {}: {}, so not all that it declares is known",
        at.line, at.column, broken.message
    );
    Unjudged::broken(source.path(), reason)
}

/// The declared files in the language of a tool.
fn files_of(beside: &Beside, tool: Tool, schemas: &mut Schemas) -> Result<Vec<Source>> {
    let (unread, conflicts) = (&mut schemas.unread, &mut schemas.conflicts);
    let mut found = Vec::new();
    for file in beside.set.declared.iter().filter(|file| file.tool == tool) {
        let path = &file.path;
        let Some(bytes) = beside.tree.read(path)? else {
            let refusal = beside.tree.refusal(path);
            let reason =
                refusal.unwrap_or_else(|| "it declares the schema, and is not there".to_owned());
            unread.push(Unjudged::broken(path, reason));
            continue;
        };
        if let Some(reason) = not_text(&bytes) {
            unread.push(Unjudged::broken(path, reason));
            continue;
        }
        let source = Source::from_bytes(path, bytes);
        if let Some(span) = merge_marks(source.text()) {
            conflicts.push(Conflict { source, span });
            continue;
        }
        if source.damaged() {
            let reason = "it is not UTF-8; what could not be read was taken for `?`";
            unread.push(Unjudged::broken(path, reason));
        }
        found.push(source);
    }
    Ok(found)
}

/// The schema that a path stands for: a schema file, a folder of them, a configuration, a project.
pub fn at(tree: &dyn Tree, path: &str, dialect: Option<Dialect>) -> Result<Declared> {
    Tool::schema_at(tree, path, dialect)?.ok_or_else(|| Error::Usage {
        message: format!(
            "no declared schema is known at {}",
            if path.is_empty() { "this place" } else { path }
        ),
        help: Some(
            "name a schema, its configuration, or a project whose migrations it belongs to"
                .to_owned(),
        ),
    })
}

/// The schema that a snapshot describes; for a folder, what those below it say last.
pub fn snapshot_at(tree: &dyn Tree, path: &str) -> Result<Declared> {
    Tool::snapshot_at(tree, path)?.ok_or_else(|| Error::Usage {
        message: format!("no tool keeps a snapshot at {path}"),
        help: None,
    })
}

/// The files of these that are there.
pub(crate) fn sources(tree: &dyn Tree, paths: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if let Some(bytes) = tree.read(path)? {
            sources.push(Source::from_bytes(path, bytes));
        }
    }
    Ok(sources)
}
