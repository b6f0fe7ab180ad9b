//! Drift: do the declared schemas, the generator's snapshot and the migrations of a set tell the
//! same story?
//!
//! Every pair is compared, and each disagreement is reported once: what the schema and the
//! migrations disagree about is reported of that pair, with the snapshot's word on it; of the
//! snapshot alone only what those two agree about, or cannot tell.

mod locate;
mod message;
mod names;
mod policies;
pub(crate) mod repair;
mod script;
mod target;
mod verdict;

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Part, Site, Slot};
use crate::compare::{Difference, Presence, Side, diff};
use crate::diagnostic::{Diagnostic, Label, Object, Severity};
use crate::project::MigrationSet;
use crate::project::tree::file_name;
use crate::schema::load::Schemas;
use crate::schema::{Declared, Place};
use crate::source::{Source, Span};
use crate::tool::{Journal, journal_advice};
use message::Pair;
#[cfg(feature = "server")]
pub(crate) use message::{ObjectNames, names};
pub(crate) use message::{say, subject};
pub(crate) use policies::{is_policy, unmade as unmade_policies};
pub use repair::{Goal, Remarks, Repair, RepairStep, reach, repair};
pub(crate) use repair::{lost_column, run, statements};
pub use script::{comment, cut_at_semicolons, script};
use verdict::SnapshotSide;
pub(crate) use verdict::SnapshotVerdict;

/// The rule about what schema and migrations both have, and not alike.
pub const DIFFERENTLY: &str = "declared-differently";
/// The rule about what no migration makes.
pub const NOT_MIGRATED: &str = "declared-not-migrated";
/// The rule about what only migrations make.
pub const NOT_DECLARED: &str = "migrated-not-declared";
/// The rule under which a snapshot that fell behind is reported.
pub const STALE_SNAPSHOT: &str = "stale-snapshot";

/// The rules about two sources that disagree.
pub const RULES: [&str; 4] = [DIFFERENTLY, NOT_MIGRATED, NOT_DECLARED, STALE_SNAPSHOT];

/// The rule under which names that the server does not take are reported, those that are declared
/// among them.
pub const LONG_NAME: &str = "identifier-too-long";

/// Whether [`drift`] speaks for a rule.
pub fn speaks_for(rule: &str) -> bool {
    RULES.contains(&rule) || rule == LONG_NAME
}

/// One disagreement, ready to be reported.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is said of it.
    pub diagnostic: Diagnostic,
    /// What a migration can close: a difference between a declared schema, by its index, and the
    /// migrations.
    pub gap: Option<(usize, Difference)>,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic,
            gap: None,
        }
    }
}

/// What a set's sources disagree about, one finding for each object, and the declared names that
/// the server does not take. `migrated` is what all of its migrations make.
pub fn drift(set: &MigrationSet, schemas: &Schemas, migrated: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reported: BTreeSet<Slot> = BTreeSet::new();
    let mut confirmed: BTreeSet<Slot> = BTreeSet::new();
    let stale = schemas
        .snapshot
        .as_ref()
        .map(|snapshot| diff(Side::declared(snapshot), Side::migrated(migrated)))
        .unwrap_or_default();
    for (index, declared) in schemas.declared.iter().enumerate() {
        let mut differences = diff(Side::declared(declared), Side::migrated(migrated));
        differences.retain(|difference| !is_the_servers(difference, migrated));
        // The snapshot is one of this schema.
        let snapshot = schemas
            .snapshot
            .as_ref()
            .filter(|snapshot| snapshot.language.tool == declared.language.tool);
        let ungenerated = snapshot
            .map(|snapshot| diff(Side::declared(declared), Side::declared(snapshot)))
            .unwrap_or_default();
        let word = snapshot.map(|_| SnapshotSide::new(&ungenerated, &stale));
        for difference in &differences {
            let verdict = word
                .as_ref()
                .map_or(SnapshotVerdict::Silent, |word| word.on(&difference.slot));
            let mut diagnostic = of_schema(
                set,
                declared,
                schemas.snapshot.as_ref(),
                difference,
                &verdict,
            );
            diagnostic
                .related
                .extend(owner_without(set, migrated, difference));
            let gap = (!is_unexported(declared, difference)).then(|| (index, difference.clone()));
            findings.push(Finding { diagnostic, gap });
        }
        let policies = policies::unmade(set, declared, migrated);
        findings.extend(policies.into_iter().map(Finding::from));
        let Some(snapshot) = snapshot else { continue };
        reported.extend(differences.into_iter().map(|difference| difference.slot));
        confirmed.extend(ungenerated.iter().map(|difference| difference.slot.clone()));
        if is_in_step(set) {
            let elsewhere = |key: &Slot| {
                reported.contains(key) || stale.iter().any(|difference| difference.slot == *key)
            };
            // What the schema and the migrations disagree about is reported already, with the
            // snapshot's word on it. What is left differs between schema and snapshot alone, and
            // that counts only where the snapshot is as new as the migrations.
            let only_here = ungenerated.iter().filter(|difference| {
                !elsewhere(&difference.slot)
                    && !elsewhere(&Slot::table(&difference.slot.owner))
                    && difference.severity == Severity::Error
            });
            findings.extend(
                only_here
                    .map(|difference| of_generate(set, declared, snapshot, difference))
                    .map(Finding::from),
            );
        }
    }
    let long_names = schemas
        .declared
        .iter()
        .flat_map(|declared| names::too_long(set, declared, migrated));
    findings.extend(long_names.map(Finding::from));
    if let Some(snapshot) = &schemas.snapshot {
        // Skip defaults that differ only because the schema's own value is unknown.
        let stale = stale.iter().filter(|difference| {
            !reported.contains(&difference.slot)
                && (difference.severity == Severity::Error || confirmed.contains(&difference.slot))
        });
        findings.extend(
            stale
                .map(|difference| of_stale(set, snapshot, difference))
                .map(Finding::from),
        );
    }
    findings
}

/// Whether the last snapshot was written together with the last migration, so that what it lacks
/// was not generated.
fn is_in_step(set: &MigrationSet) -> bool {
    Journal::of(set).is_some_and(|journal| {
        journal.unreadable.is_none()
            && journal.without_snapshot().is_empty()
            && journal.outside.is_empty()
    })
}

/// What is the same for the same disagreement in another tree: the object, and what both sides say
/// of it.
fn identity(diagnostic: &Diagnostic) -> impl Ord + use<> {
    let object = diagnostic.object.as_ref();
    let said = object.map(|object| {
        (
            object.sides,
            object.kind,
            object.table.clone(),
            object.name.clone(),
            format!("{:?}", object.values),
        )
    });
    // A name that is too long has no object: its message says whose it is.
    let message = object.is_none().then(|| diagnostic.message.clone());
    (diagnostic.rule, said, message)
}

/// Tells what a change has brought from what was there at the base; the objects of the diagnostics
/// remember it. Returns which findings were brought, in order.
pub fn mark_introduced(findings: &mut [Finding], base: &[Finding]) -> Vec<bool> {
    let known: BTreeSet<_> = base
        .iter()
        .map(|finding| identity(&finding.diagnostic))
        .collect();
    let mut marks = Vec::with_capacity(findings.len());
    for Finding { diagnostic, .. } in findings {
        let introduced = !known.contains(&identity(diagnostic));
        if let Some(object) = &mut diagnostic.object {
            object.introduced = Some(introduced);
        }
        marks.push(introduced);
    }
    marks
}

/// A declared schema and the migrations disagree.
fn of_schema(
    set: &MigrationSet,
    declared: &Declared,
    snapshot: Option<&Declared>,
    difference: &Difference,
    verdict: &SnapshotVerdict,
) -> Diagnostic {
    let migrated = difference
        .right_site
        .and_then(|site| place(set, site, &difference.slot));
    let rule = match difference.direction {
        Presence::LeftOnly => NOT_MIGRATED,
        Presence::RightOnly => NOT_DECLARED,
        Presence::Differs => DIFFERENTLY,
    };
    // What only migrations have is nowhere in the schema: its place is where it was made.
    let only_migrated = difference.direction == Presence::RightOnly;
    let declared_place = declared
        .find(&difference.slot)
        .or_else(|| {
            if only_migrated {
                declared.places.values().next()
            } else {
                None
            }
        })
        .map(|place| {
            if declared.language.is_sql() {
                in_sql(place, set, &difference.slot)
            } else {
                place.clone()
            }
        });
    let first = if only_migrated {
        migrated.clone().or(declared_place)
    } else {
        declared_place.or(migrated.clone())
    };
    let mut related = Vec::new();
    if let (Some(place), false) = (migrated, only_migrated) {
        related.push(label(place, "the migrations say it here"));
    }
    if let (Some(place), true) = (
        declared.places.get(&Slot::table(&difference.slot.owner)),
        only_migrated,
    ) {
        related.push(label(
            place.clone(),
            "the schema declares it here, without that",
        ));
    }
    if let (Some(snapshot), SnapshotVerdict::Other(text)) = (snapshot, verdict) {
        let message = format!(
            "and the last snapshot says {}",
            message::say(text.as_deref())
        );
        related.extend(in_snapshot(snapshot, &difference.slot).map(|place| label(place, &message)));
    }
    let help = match outside_journal(set, difference) {
        Some(outside) => outside,
        None if is_unexported(declared, difference) => journal_advice::EXPORT.to_owned(),
        None => message::help(declared.language.tool, difference.direction, verdict),
    };
    let mut diagnostic = diagnostic(set, rule, Pair::Schema, difference, first, related, help);
    if let Some(object) = &mut diagnostic.object {
        object.snapshot = match verdict {
            SnapshotVerdict::Silent => None,
            SnapshotVerdict::LikeDeclared => Some(difference.left.clone()),
            SnapshotVerdict::LikeMigrated => Some(difference.right.clone()),
            SnapshotVerdict::Other(text) => Some(text.clone()),
        };
    }
    diagnostic
}

/// Whether a type that only the migrations have is used by the schema all the same: a generator
/// may know only what is exported, and the server would refuse to drop it.
fn is_unexported(declared: &Declared, difference: &Difference) -> bool {
    let name = &difference.slot.owner.name;
    let tables = declared.catalog.tables.values();
    let mut columns = tables.flat_map(|table| table.columns.iter());
    declared.language.tool.drops_unexported_types()
        && difference.direction == Presence::RightOnly
        && difference.slot.part == Part::Enum
        && columns.any(|column| column.data_type.name == *name)
}

/// What to do where the journal, not the schema, is what went wrong: a file that it does not list,
/// or that is gone.
fn outside_journal(set: &MigrationSet, difference: &Difference) -> Option<String> {
    let journal = Journal::of(set).filter(|_| difference.direction == Presence::LeftOnly)?;
    let missing = journal.without_file();
    let whole = matches!(difference.slot.part, Part::Table | Part::Enum | Part::View);
    let owner = difference.slot.owner.name.as_str();
    let name = if whole {
        owner
    } else {
        difference.name.as_str()
    };
    let speaks = |file: &Source, word: &str| file.text().contains(word);
    let mut outside = journal.outside.iter();
    if let Some(file) = outside.find(|file| speaks(file, owner) && speaks(file, name)) {
        let mut renamed = missing.iter().filter_map(|entry| journal.renamed(entry));
        let is_renamed = renamed.any(|found| found.path() == file.path());
        return Some(journal_advice::list(file_name(file.path()), is_renamed));
    }
    let lost = missing.first().map(|entry| format!("{}.sql", entry.tag));
    lost.map(|file| journal_advice::bring_back(&file))
}

/// Where the migrations make the table or enum that lacks what is declared.
fn owner_without(set: &MigrationSet, migrated: &Catalog, difference: &Difference) -> Option<Label> {
    let owner = &difference.slot.owner;
    let (key, origin, what) = match (migrated.tables.get(owner), migrated.enums.get(owner)) {
        _ if difference.direction != Presence::LeftOnly => return None,
        (Some(table), _) => (Slot::table(owner), &table.origin, "table"),
        (None, Some(kind)) => (Slot::enumeration(owner), &kind.origin, "enum"),
        (None, None) => return None,
    };
    let place = place(set, origin.made?, &key)?;
    Some(label(
        place,
        &format!("the migrations make the {what} here, without that"),
    ))
}

/// The snapshot is not what the migrations make.
fn of_stale(set: &MigrationSet, snapshot: &Declared, difference: &Difference) -> Diagnostic {
    let first = in_snapshot(snapshot, &difference.slot);
    let migrated = difference
        .right_site
        .and_then(|site| place(set, site, &difference.slot));
    let related = migrated
        .map(|place| label(place, "the migrations say it here"))
        .into_iter()
        .collect();
    let forks = Journal::of(set).map(Journal::forks).unwrap_or_default();
    let forked = snapshot.files.iter().any(|file| {
        forks
            .iter()
            .any(|(later, _)| later.source.path() == file.path())
    });
    let help = journal_advice::repair_snapshot(difference.direction, forked);
    diagnostic(
        set,
        STALE_SNAPSHOT,
        Pair::Snapshot,
        difference,
        first,
        related,
        help,
    )
}

/// The snapshot is not what is declared, and the migrations cannot tell who is right.
fn of_generate(
    set: &MigrationSet,
    declared: &Declared,
    snapshot: &Declared,
    difference: &Difference,
) -> Diagnostic {
    let first = declared.find(&difference.slot).cloned();
    let known = in_snapshot(snapshot, &difference.slot);
    let (first, related) = match (first, known) {
        (Some(first), known) => (
            Some(first),
            known.map(|place| label(place, "the last snapshot is this one")),
        ),
        (None, known) => (known, None),
    };
    let related = related.into_iter().collect();
    diagnostic(
        set,
        STALE_SNAPSHOT,
        Pair::Generate,
        difference,
        first,
        related,
        journal_advice::generate_again(),
    )
}

fn diagnostic(
    set: &MigrationSet,
    rule: &'static str,
    pair: Pair,
    difference: &Difference,
    first: Option<Place>,
    related: Vec<Label>,
    help: String,
) -> Diagnostic {
    let Place { source, span } = first.unwrap_or_else(|| nowhere(set));
    let message::ObjectNames { table, name } = message::names(difference);
    let severity = if difference.severity == Severity::Error {
        Severity::Error
    } else {
        Severity::Warning
    };
    let headline = message::headline(pair, difference);
    Diagnostic {
        help: Some(help),
        related,
        object: Some(Object {
            kind: difference.slot.part.kind(),
            table,
            name,
            direction: pair.direction(difference.direction),
            sides: pair.sides(),
            values: [difference.left.clone(), difference.right.clone()],
            snapshot: None,
            introduced: None,
            unmigrated: set.migrations.is_empty().then(|| set.folder.clone()),
        }),
        ..Diagnostic::new(rule, severity, source, span, headline)
    }
}

fn label(place: Place, message: &str) -> Label {
    Label::new(place.source, place.span, message)
}

/// Where a snapshot speaks of an object, or should.
fn in_snapshot(snapshot: &Declared, key: &Slot) -> Option<Place> {
    let source = snapshot.files.first()?;
    Some(Place {
        source: source.clone(),
        span: locate::in_snapshot(source, key),
    })
}

/// Whether it is a relation of the server's own, which a schema describes and nobody makes.
fn is_the_servers(difference: &Difference, migrated: &Catalog) -> bool {
    let prefix = migrated.dialect.own_prefix();
    difference.direction == Presence::LeftOnly
        && matches!(difference.slot.part, Part::Table | Part::View)
        && prefix.is_some_and(|prefix| difference.name.starts_with(prefix))
}

/// The file and bytes of a site, and there of the object.
fn place(set: &MigrationSet, site: Site, key: &Slot) -> Option<Place> {
    let migration = set.migrations.get(usize::try_from(site.migration).ok()?)?;
    let part = migration.up.get(usize::try_from(site.file).ok()?)?;
    Some(in_sql(
        &Place {
            source: part.source.clone(),
            span: site.span,
        },
        set,
        key,
    ))
}

/// The part of a statement that is about an object; all of it where nothing less is.
fn in_sql(place: &Place, set: &MigrationSet, key: &Slot) -> Place {
    let part = locate::in_statement(&place.source, place.span, set.dialect, key);
    Place {
        source: place.source.clone(),
        span: part.unwrap_or(place.span),
    }
}

/// The start of the last migration, for what has no place of its own.
fn nowhere(set: &MigrationSet) -> Place {
    let last = set
        .migrations
        .last()
        .and_then(|migration| migration.up.first());
    let source = last.map_or_else(
        || Source::new(set.folder.clone(), ""),
        |part| part.source.clone(),
    );
    Place {
        source,
        span: Span::default(),
    }
}
