//! Drift of one set: its schemas against what its migrations make, and against the drift that the
//! base had.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use super::{CheckState, Compared, Scope};
use crate::catalog::{Catalog, Knowledge};
use crate::compare::Difference;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::drift::{Finding, drift, mark_introduced};
use crate::project::tree::ending;
use crate::project::{Direction, Migration, MigrationSet, Unjudged};
use crate::replay::{KeptReplays, Lowered, ReadOptions};
use crate::schema::Declared;
use crate::schema::input::SetInput;
use crate::schema::load::{Conflict, Schemas};
use crate::source::Source;
use crate::sql::DIRECTIVE;
use crate::suppress::{self, Suppressions};

/// Compares a set, if its schemas were read. `migrated` tells what its migrations make, and is asked
/// only where there is something to compare. Returns what was reported and a migration can close.
pub(super) fn compare<'a>(
    SetInput { set, schemas }: SetInput,
    migrated: impl FnOnce() -> Cow<'a, Catalog>,
    config: &Config,
    scope: &Scope,
    output: &mut CheckState,
) -> Vec<(usize, Difference)> {
    let Some(schemas) = schemas else {
        return Vec::new();
    };
    output.summary.ledger.extend(schemas.unread.iter().cloned());
    missing(set, schemas, output);
    for Conflict { source, span } in &schemas.conflicts {
        let path = source.path();
        if scope.covers(path) || (scope.changes.is_none() && scope.names_set(set)) {
            output.unmerged(source, *span);
        }
    }
    if schemas.is_empty() {
        return Vec::new();
    }
    if let Some(why) = &set.unordered {
        output.summary.ledger.push(Unjudged::partly(
            folder(set),
            format!("{why}, so nothing was compared"),
        ));
        return Vec::new();
    }
    let migrated = &*migrated();
    let schemas = &*schemas.settled(migrated);
    note(set, schemas, migrated, output);
    read_suppressions(set, schemas, config, scope, output);

    let mut found = drift(set, schemas, migrated);
    let introduced = match &scope.changes {
        Some(_) if found.is_empty() => Vec::new(),
        Some(changes) => {
            let before = changes.base.sets().find(|base| is_same(base.set, set));
            mark_introduced(
                &mut found,
                &before.map_or_else(Vec::new, |base| of_base(base, &changes.base.kept, config)),
            )
        }
        None => vec![true; found.len()],
    };
    let mut silent = Silent {
        set,
        config,
        read: BTreeMap::new(),
        migrations: OnceCell::new(),
    };
    let mut gaps = Vec::new();
    for (Finding { diagnostic, gap }, introduced) in found.into_iter().zip(introduced) {
        if report(&mut silent, scope, diagnostic, introduced, output) {
            gaps.extend(gap);
        }
    }
    gaps
}

/// The drift of a set at the base.
fn of_base(base: SetInput, kept: &KeptReplays, config: &Config) -> Vec<Finding> {
    let Some(schemas) = base.schemas.filter(|_| base.set.unordered.is_none()) else {
        return Vec::new();
    };
    let migrated = kept.catalog_of(base.set, config.versions());
    drift(base.set, &schemas.settled(&migrated), &migrated)
}

/// Whether a set at the base is this one: in the same folder, or with the same schema where the
/// folder was moved.
pub fn is_same(base: &MigrationSet, set: &MigrationSet) -> bool {
    let mut declared = base.declared.iter();
    base.dialect == set.dialect
        && (base.folder == set.folder || declared.any(|declared| set.declares(&declared.path)))
}

/// Why a set has nothing to be compared with, if it has nothing and that is not already said.
pub(super) fn nothing_beside(SetInput { set, schemas }: SetInput) -> Option<Unjudged> {
    let schemas = schemas?;
    if !schemas.is_empty() || !schemas.unread.is_empty() || set.runner.always_has_schema() {
        return None;
    }
    let reason = match (set.declared.first(), set.models.first()) {
        (Some(declared), _) => format!(
            "driftlint does not read {}, so nothing was compared",
            declared.path
        ),
        (None, Some(models)) => format!(
            "driftlint does not read the language of {models}, its `models`, so nothing was compared; `driftlint check \
             --staged` or `--since` reports where they change and no migration does"
        ),
        (None, None) => "no declared schema was found for it, so nothing was compared".to_owned(),
    };
    Some(Unjudged::partly(folder(set), reason))
}

/// What a comparison does not know because its replay left it out: scripts among the migrations, a
/// journal that is not one.
pub(super) fn left_out(set: &MigrationSet) -> Vec<Unjudged> {
    let (scripts, others): (Vec<_>, Vec<_>) = set
        .skipped
        .iter()
        .filter(|file| !file.path.to_ascii_lowercase().ends_with(".sql"))
        .partition(|file| ending(&file.path) != "json");
    let mut all: Vec<Unjudged> = others.into_iter().cloned().collect();
    if let Some(Unjudged { path, reason, .. }) = scripts.first() {
        let reason = match scripts.len() - 1 {
            0 => reason.clone(),
            more => format!("{reason}; so are {more} more"),
        };
        all.push(Unjudged::foreign(path, reason));
    }
    all
}

/// A tool that always has a schema, and here has none that could be found: silence would look like
/// agreement.
fn missing(set: &MigrationSet, schemas: &Schemas, output: &mut CheckState) {
    let unjudged = &mut output.summary.ledger;
    let before = unjudged.len();
    if let Some(config) = &set.config {
        let unmatched = config.unmatched.iter();
        unjudged.extend(unmatched.map(|path| {
            let key = set.runner.schema_setting();
            let reason = format!("its `{key}` names `{path}`, where no file is");
            Unjudged::broken(&config.path, reason)
        }));
        if config.schema.is_empty() && set.declared.is_empty() {
            let reason = "its `schema` could not be read";
            unjudged.push(Unjudged::broken(&config.path, reason));
        }
    }
    if before == unjudged.len()
        && schemas.declared.is_empty()
        && schemas.unread.is_empty()
        && schemas.conflicts.is_empty()
        && set.runner.always_has_schema()
    {
        let compared = if schemas.snapshot.is_some() {
            "only the last snapshot was"
        } else {
            "nothing was"
        };
        let reason = format!(
            "no declared schema was found for it, so {compared} compared with its migrations; `schema` under \
             `[[migrations]]` in driftlint.toml names one"
        );
        unjudged.push(Unjudged::partly(folder(set), reason));
    }
}

/// Takes note of what is compared with what, and of what a comparison cannot say.
fn note(set: &MigrationSet, schemas: &Schemas, migrated: &Catalog, output: &mut CheckState) {
    let sides = schemas.declared.iter().chain(&schemas.snapshot);
    let coverages = schemas.declared.iter().map(|declared| declared.coverage);
    output.summary.compared.push(Compared {
        folder: folder(set),
        with: sides.clone().map(|side| side.language).collect(),
        migrations: set.migrations.len(),
        columns: coverages.clone().map(|coverage| coverage.columns).sum(),
        known: coverages.map(|coverage| coverage.known).sum(),
    });
    for declared in &schemas.declared {
        let notes = declared.notes.iter().cloned();
        output.summary.remarks.extend(notes);
        output.summary.ledger.extend(not_understood(declared));
    }
    output.summary.ledger.extend(incomplete(set, migrated));
    output.summary.ledger.extend(uncertain(set, migrated));
    let unjudged = schemas.declared.iter().filter_map(unjudged_statements);
    output.summary.ledger.extend(unjudged);

    let parts = set.migrations.iter().flat_map(|migration| &migration.up);
    let migrations = parts.map(|part| &part.source);
    let places = sides.flat_map(|side| side.places.values());
    for source in migrations.chain(places.map(|place| &place.source)) {
        if !output.compared.contains(source.path()) {
            output.compared.insert(source.path().to_owned());
        }
    }
}

/// A schema of which a part is unknown. What is broken is already said, place by place.
fn not_understood(declared: &Declared) -> Option<Unjudged> {
    let Knowledge::Unknown(why) = &declared.catalog.knowledge else {
        return None;
    };
    let file = declared
        .files
        .first()
        .filter(|_| declared.broken.is_empty())?;
    let reason = format!(
        "not all of it is understood ({why}), so what only the migrations have is not reported"
    );
    Some(Unjudged::partly(file.path(), reason))
}

/// A history that may lack tables.
fn incomplete(set: &MigrationSet, migrated: &Catalog) -> Option<Unjudged> {
    let Knowledge::Unknown(why) = &migrated.knowledge else {
        return None;
    };
    let reason =
        format!("its history is incomplete ({why}), so tables that it lacks are not reported");
    Some(Unjudged::partly(folder(set), reason))
}

/// Tables that something unread may have changed.
fn uncertain(set: &MigrationSet, migrated: &Catalog) -> Option<Unjudged> {
    let tables = migrated.tables.values();
    let mut uncertain = tables.filter(|table| table.uncertain && !table.bookkeeping);
    let first = uncertain.next()?;
    let name = migrated.shown(&first.name);
    let what = match uncertain.count() {
        0 => format!("`{name}` is"),
        1 => format!("`{name}` and 1 other table are"),
        more => format!("`{name}` and {more} other tables are"),
    };
    let why = first.knowledge.why().unwrap_or_default();
    let reason = format!("{what} not compared: {why}");
    Some(Unjudged::partly(folder(set), reason))
}

/// Statements of a schema in SQL that are not judged.
fn unjudged_statements(declared: &Declared) -> Option<Unjudged> {
    let first = declared
        .notes
        .first()
        .filter(|_| declared.language.is_sql())?;
    let reason = format!(
        "{} of its statements are not judged, the first because {}",
        declared.notes.len(),
        first.message
    );
    Some(Unjudged::partly(first.place.source.path(), reason))
}

/// Reads the comments of schema files that may report.
fn read_suppressions(
    set: &MigrationSet,
    schemas: &Schemas,
    config: &Config,
    scope: &Scope,
    output: &mut CheckState,
) {
    for source in schemas.declared.iter().flat_map(files) {
        let path = source.path();
        if !(scope.covers(path) || (scope.changes.is_none() && scope.names_set(set)))
            || output.suppressions.contains_key(path)
        {
            continue;
        }
        let read = Suppressions::by_line(source, config.require_reason);
        output.suppressions.insert(path.to_owned(), read);
    }
}

/// The files that a schema is declared in, each once.
fn files(declared: &Declared) -> Vec<&Source> {
    let mut files: Vec<&Source> = Vec::new();
    for source in declared
        .files
        .iter()
        .chain(declared.places.values().map(|place| &place.source))
    {
        if !files.iter().any(|file| file.path() == source.path()) {
            files.push(source);
        }
    }
    files
}

/// Reports a diagnostic, unless something speaks against it; whether it did.
fn report(
    silent: &mut Silent,
    scope: &Scope,
    diagnostic: Diagnostic,
    introduced: bool,
    output: &mut CheckState,
) -> bool {
    if !scope.names_set(silent.set) && !scope.names(diagnostic.source.path()) {
        return false;
    }
    output.settle(diagnostic, introduced, scope, |output, diagnostic| {
        is_allowed(silent, diagnostic, output)
    })
}

/// Whether an `[[allow]]` or a comment allows a diagnostic.
fn is_allowed(silent: &mut Silent, diagnostic: &Diagnostic, output: &mut CheckState) -> bool {
    let allow = &silent.config.allow;
    let expected: Vec<usize> = (0..allow.len())
        .filter(|&at| allow[at].covers(diagnostic))
        .collect();
    if !expected.is_empty() {
        output.allowed.extend(expected);
        return true;
    }
    match output.suppressions.get_mut(diagnostic.source.path()) {
        Some(known) => known.allow(diagnostic),
        // The place of a drift finding may be a migration that the changes do not touch, whose
        // comments were not read with the files in scope.
        // Its comments count, and nobody complains about them: the file itself is not judged.
        None => silent.of(&diagnostic.source).allow(diagnostic),
    }
}

/// Complains about each `[[allow]]` that allowed nothing, where everything was compared.
pub(super) fn complain(config: &Config, scope: &Scope, output: &mut CheckState) {
    if scope.changes.is_some() || !scope.paths.is_empty() || output.summary.compared.is_empty() {
        return;
    }
    for (at, allow) in config.allow.iter().enumerate() {
        let idle = !output.allowed.contains(&at) && allow.can_apply(|rule| config.may_run(rule));
        let settings = output.settings.of(allow.source.path());
        let Some(setting) = settings.get(suppress::RULE).filter(|_| idle) else {
            continue;
        };
        let (severity, source) = (setting.severity, allow.source.clone());
        let message = format!(
            "schema and migrations agree about {}, so there is nothing to allow",
            allow.objects.join(", ")
        );
        output.diagnostics.push(Diagnostic {
            help: Some("delete it, so that it hides nothing later".to_owned()),
            ..Diagnostic::new(suppress::RULE, severity, source, allow.span, message)
        });
    }
}

/// The comments of files that do not report.
struct Silent<'a> {
    set: &'a MigrationSet,
    config: &'a Config,
    read: BTreeMap<String, Suppressions>,
    /// Migrations by the paths of their files.
    migrations: OnceCell<HashMap<&'a str, &'a Migration>>,
}

impl Silent<'_> {
    fn of(&mut self, source: &Source) -> &mut Suppressions {
        let known = self
            .read
            .remove(source.path())
            .unwrap_or_else(|| self.read(source));
        self.read.entry(source.path().to_owned()).or_insert(known)
    }

    fn read(&self, source: &Source) -> Suppressions {
        let reason = self.config.require_reason;
        let mut all = Suppressions::read(source, [], &[], reason, &|_| None);
        // Most files have no such comment, and need not be split for that.
        if !source.text().contains(DIRECTIVE) {
            return all;
        }
        let migrations = self.migrations.get_or_init(|| {
            let all = self.set.migrations.iter().rev();
            all.flat_map(|one| one.up.iter().map(move |part| (part.source.path(), one)))
                .collect()
        });
        let Some(migration) = migrations.get(source.path()) else {
            return Suppressions::by_line(source, reason);
        };
        let reading = ReadOptions::of(self.set, self.config.versions());
        let lowered = Lowered::of(migration, Direction::Up, reading);
        let files = lowered
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.source.path() == source.path());
        for (index, file) in files {
            all.merge(Suppressions::read(
                &file.source,
                file.comments.iter().copied(),
                &lowered.spans(index),
                reason,
                &|_| None,
            ));
        }
        all
    }
}

fn folder(set: &MigrationSet) -> String {
    if set.folder.is_empty() {
        ".".to_owned()
    } else {
        set.folder.clone()
    }
}
