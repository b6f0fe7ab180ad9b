//! Finds out which reader a declared schema needs, and calls it. Call these where the stack is
//! deep: see [`crate::sql::on_big_stack`].

use super::{Declared, Language, Place, dump};
use crate::catalog::Knowledge;
use crate::error::{Error, Result};
use crate::project::runner::Runner;
use crate::project::tree::{Tree, is_under, join, not_text};
use crate::project::{DeclaredKind, MigrationSet, Unjudged};
use crate::replay::catalog_of;
use crate::source::{Source, Span};
use crate::sql::{Dialect, Versions, merge_marks};
use crate::tool::Journal;
use crate::tool::{
    diesel::schema as diesel, drizzle::schema as drizzle, drizzle::snapshot,
    prisma::schema as prisma,
};

/// What stands beside the migrations of a set and should agree with them.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// What people declare, one for each language.
    pub declared: Vec<Declared>,
    /// What the generator remembers.
    pub snapshot: Option<Declared>,
    /// Files that are there and cannot be compared, and why.
    pub unread: Vec<Unjudged>,
    /// Files that hold the marks of an unresolved merge; of the schema nothing is known then.
    pub conflicts: Vec<Conflict>,
}

/// A file that git could not merge.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The file.
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
    declared_of_set(tree, set, versions, &mut schemas)?;
    match snapshot_of_set(tree, set) {
        Ok(snapshot) => schemas.snapshot = snapshot,
        // Broken for the generator too, and no reason to judge nothing else.
        Err(Error::Usage { message, .. }) => {
            schemas.unread.push(Unjudged::partly(&set.folder, message))
        }
        Err(error) => return Err(error),
    }
    // A generator that does not remember views does not make them either.
    if schemas
        .snapshot
        .as_ref()
        .is_some_and(|snapshot| !snapshot.makes_views)
    {
        let drizzle = schemas
            .declared
            .iter_mut()
            .filter(|side| side.language == Language::Drizzle);
        drizzle.for_each(|side| side.makes_views = false);
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
    let mut fits = |side: &Declared| {
        let reason = if side.catalog.dialect != set.dialect {
            let (theirs, ours) = (side.catalog.dialect.name(), set.dialect.name());
            format!(
                "the {} is for {theirs} and the migrations are for {ours}",
                side.language.name()
            )
        } else if set.migrations.is_empty() && side.notes.is_empty() {
            // Before the first table, there is nothing to migrate.
            return true;
        } else if says_nothing(side) {
            let why = side.notes.first().map(|note| {
                let at = note.place.source.position(note.place.span.start);
                format!(
                    " ({}:{}:{}: {})",
                    note.place.source.path(),
                    at.line,
                    at.column,
                    note.message
                )
            });
            format!(
                "driftlint finds no table in it, so it was not compared{}",
                why.unwrap_or_default()
            )
        } else {
            return true;
        };
        let place = side.files.first().map_or(set.folder.as_str(), Source::path);
        unread.push(if side.notes.is_empty() {
            Unjudged::partly(place, reason)
        } else {
            Unjudged::broken(place, reason)
        });
        false
    };
    declared.retain(&mut fits);
    snapshot.take_if(|side| !fits(side));
    Ok(schemas)
}

/// Whether there is nothing to compare. A schema without a table is one that could not be followed,
/// or that nobody has filled yet; only where every word of it is understood does it say that there
/// shall be none.
fn says_nothing(side: &Declared) -> bool {
    let blank = || side.files.iter().all(|file| file.text().trim().is_empty());
    let whole = side.language == Language::Prisma || side.language.is_sql();
    let understood = whole && side.catalog.knowledge.is_exact();
    side.catalog.tables.is_empty() && side.catalog.enums.is_empty() && (!understood || blank())
}

/// The schemas that are declared beside a migration set, one for each language.
fn declared_of_set(
    tree: &dyn Tree,
    set: &MigrationSet,
    versions: Versions,
    schemas: &mut Schemas,
) -> Result<()> {
    let Schemas {
        declared,
        unread,
        conflicts,
        ..
    } = schemas;
    let mut read = |kinds: &[DeclaredKind]| -> Result<Vec<Source>> {
        let paths = set
            .declared
            .iter()
            .filter(|file| kinds.contains(&file.kind))
            .map(|file| &file.path);
        let mut found = Vec::new();
        for path in paths {
            match tree.read(path)? {
                Some(bytes) => {
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
                None => unread.push(Unjudged::broken(
                    path,
                    "it declares the schema, and is not there",
                )),
            }
        }
        Ok(found)
    };
    let prisma = read(&[DeclaredKind::Prisma])?;
    let sql = read(&[DeclaredKind::Sql, DeclaredKind::Dump])?;
    let sqlc = read(&[DeclaredKind::Sqlc])?;
    let diesel = read(&[DeclaredKind::Diesel])?;
    let drizzle = read(&[DeclaredKind::Drizzle])?;
    // Neither version is the schema, and the other files say only a part of it.
    if !conflicts.is_empty() {
        return Ok(());
    }
    if let Some(first) = prisma.first() {
        match prisma::read(&prisma, Some(set.dialect)) {
            Some(mut schema) => {
                if let Some(external) = &set.external {
                    let migrated = || catalog_of(set, versions, set.migrations.len());
                    prisma::leave_out(&mut schema, external, migrated);
                }
                for broken in &schema.broken {
                    let Place { source, span } = &broken.place;
                    let at = source.position(span.start);
                    let what = &broken.message;
                    let reason = format!(
                        "line {}, column {}: {what}, so not all that it declares is known",
                        at.line, at.column
                    );
                    unread.push(Unjudged::broken(source.path(), reason));
                }
                declared.push(Declared {
                    files: prisma,
                    ..schema
                });
            }
            None => unread.push(Unjudged::foreign(
                first.path(),
                "driftlint does not know its `provider`",
            )),
        }
    }
    if !drizzle.is_empty() {
        // The project reads a configuration from its tokens; here it is evaluated, so that imported
        // constants are known.
        let config = set
            .config
            .as_ref()
            .and_then(|config| drizzle::config(tree, &config.path));
        let paths: Vec<String> = drizzle
            .iter()
            .map(|source| source.path().to_owned())
            .collect();
        let schema = drizzle::read(tree, &paths, set.dialect, config.as_ref());
        declared.push(Declared {
            files: drizzle,
            ..schema
        });
    }
    for source in diesel {
        let schema = of_diesel(tree, set, &source, versions)?;
        declared.push(Declared {
            files: vec![source],
            ..schema
        });
    }
    if set.runner == Runner::Rails
        && let Some(dump) = sql.first()
    {
        let reason = "the migrations are Ruby, which driftlint does not read, so it was compared with nothing";
        unread.push(Unjudged::foreign(dump.path(), reason));
    } else if !sql.is_empty() {
        let schema = dump::read(&sql, set.dialect, versions);
        declared.push(Declared {
            files: sql,
            ..schema
        });
    }
    if !sqlc.is_empty() {
        declared.push(of_sqlc(sqlc, set, versions));
    }
    Ok(())
}

/// sqlc's schema, which needs only the tables that queries use.
fn of_sqlc(files: Vec<Source>, set: &MigrationSet, versions: Versions) -> Declared {
    let mut declared = dump::read(&files, set.dialect, versions);
    declared.language = Language::Sqlc;
    let migrated = catalog_of(set, versions, set.migrations.len());
    if declared.catalog.tables.len() * 2 < migrated.tables.len()
        && declared.catalog.knowledge.is_exact()
    {
        let why = "it holds less than half of the tables, so sqlc is shown a part only";
        declared.catalog.knowledge = Knowledge::Unknown(why.to_owned());
    }
    Declared { files, ..declared }
}

/// Diesel's schema, with what `diesel.toml` leaves out of it.
fn of_diesel(
    tree: &dyn Tree,
    set: &MigrationSet,
    source: &Source,
    versions: Versions,
) -> Result<Declared> {
    let path = set
        .related
        .iter()
        .find(|path| path.rsplit('/').next() == Some("diesel.toml"));
    let mut config = diesel::Config::default();
    if let Some(path) = path
        && let Some(text) = tree.read(path)?
    {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = source
            .path()
            .strip_prefix(folder)
            .unwrap_or(source.path())
            .trim_start_matches('/');
        config = diesel::Config::parse(&String::from_utf8_lossy(&text), file);
        if let Some(patch) = &config.patch_file
            && let Some(text) = tree.read(&join(folder, patch.trim_start_matches("./")))?
        {
            config.patch(&String::from_utf8_lossy(&text));
        }
    }
    let mut declared = diesel::read(source, set.dialect, &config);
    if config.filters() {
        let migrated = catalog_of(set, versions, set.migrations.len());
        diesel::leave_out(&mut declared, &config, migrated.tables.keys().cloned());
    }
    Ok(declared)
}

/// The schema that the last snapshot of a migration set describes; `None` where there is no
/// snapshot.
fn snapshot_of_set(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<Declared>> {
    let Some(journal) = Journal::of(set) else {
        return Ok(None);
    };
    let Some(last) = journal.last_snapshot() else {
        return Ok(None);
    };
    let together = journal.source.is_none() && journal.heads() > 1;
    snapshot_of(tree, last.source.path(), together).map(Some)
}

/// The schema that a path stands for: a schema file, a folder of them, a configuration, a project.
pub fn at(tree: &dyn Tree, path: &str, dialect: Option<Dialect>) -> Result<Declared> {
    let mut models: Vec<String> = tree
        .files_under(path)?
        .into_iter()
        .filter(|file| is_model(file))
        .collect();
    if tree.read(path)?.is_some() {
        models = if is_model(path) {
            vec![path.to_owned()]
        } else {
            Vec::new()
        };
    }
    if !models.is_empty()
        && let Some(declared) = prisma::read(&sources(tree, &models)?, dialect)
    {
        return Ok(declared);
    }
    drizzle::read_at(tree, path, dialect).ok_or_else(|| Error::Usage {
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
    let files = tree.files_under(path)?;
    let snapshots = files
        .iter()
        .filter(|file| file.ends_with("snapshot.json") && is_under(file, path));
    let last = snapshots.max().map_or(path, String::as_str);
    snapshot_of(tree, last, last != path)
}

/// The schema that one snapshot describes, with those beside it where they are of the layout of
/// 1.0: `together`, all of them, and else only those that it builds on.
fn snapshot_of(tree: &dyn Tree, path: &str, together: bool) -> Result<Declared> {
    let bytes = tree.read(path)?.ok_or_else(|| Error::Usage {
        message: format!(
            "there is no snapshot at {}",
            if path.is_empty() { "this place" } else { path }
        ),
        help: Some("name a `…_snapshot.json` or the folder that holds it".to_owned()),
    })?;
    let source = Source::from_bytes(path, bytes);
    let beside = path
        .strip_suffix("/snapshot.json")
        .map(|folder| folder.rsplit_once('/').map_or("", |(above, _)| above));
    let read = match beside {
        Some(folder) if together || snapshot::is_change(&source) => {
            let files = tree.files_under(folder)?;
            let depth = path.matches('/').count();
            let paths = files
                .iter()
                .filter(|file| is_under(file, folder) && file.ends_with("/snapshot.json"));
            let mut paths: Vec<String> = paths
                .filter(|file| file.matches('/').count() == depth)
                .cloned()
                .collect();
            paths.sort();
            snapshot::read_together(&sources(tree, &paths)?, (!together).then_some(&source))
        }
        _ => snapshot::read(&source),
    };
    let declared = read.map_err(|reason| Error::Usage {
        message: format!("{path} cannot be read: {reason}"),
        help: Some("driftlint reads Drizzle's snapshots of versions 5, 6, 7 and 9".to_owned()),
    })?;
    Ok(Declared {
        files: vec![source],
        ..declared
    })
}

fn is_model(path: &str) -> bool {
    path.rsplit('.').next() == Some("prisma")
}

fn sources(tree: &dyn Tree, paths: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if let Some(bytes) = tree.read(path)? {
            sources.push(Source::from_bytes(path, bytes));
        }
    }
    Ok(sources)
}
