//! Drift: do the declared schema, the generator's snapshot and the migrations of a set tell the same story?

mod message;
mod repair;
mod script;
mod target;

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Difference, Direction, Side, Site, Weight, diff};
use crate::diagnostic::{Confidence, Diagnostic, Label, Object, Severity};
use crate::project::MigrationSet;
use crate::schema::load::Schemas;
use crate::schema::{Declared, Key, Place};
use crate::source::{Source, Span};
pub use repair::{Repair, repair};
pub use script::script;

/// The rule under which a snapshot that fell behind is reported.
pub const STALE_SNAPSHOT: &str = "stale-snapshot";

/// The rules that [`drift`] speaks for.
pub const RULES: [&str; 4] = ["declared-differently", "declared-not-migrated", "migrated-not-declared", STALE_SNAPSHOT];

/// One disagreement, ready to be reported.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is said of it.
    pub diagnostic: Diagnostic,
    /// What a migration can close: a difference between the declared schema and the migrations.
    pub gap: Option<Difference>,
}

/// What a set's sources disagree about: one finding for each object, and one for a snapshot that fell behind.
/// `migrated` is what all of its migrations make.
pub fn drift(set: &MigrationSet, schemas: &Schemas, migrated: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told: BTreeSet<Key> = BTreeSet::new();
    if let Some(declared) = &schemas.declared {
        for difference in diff(Side::declared(declared), Side::migrated(migrated)) {
            told.insert(difference.key.clone());
            findings.push(Finding { diagnostic: diagnostic(set, declared, &difference), gap: Some(difference) });
        }
    }
    if let Some(snapshot) = &schemas.snapshot {
        let mut differences = diff(Side::declared(snapshot), Side::migrated(migrated));
        // What the schema says too is already told.
        differences.retain(|difference| !told.contains(&difference.key) && difference.weight == Weight::Error);
        findings.extend(stale_snapshot(snapshot, &differences).map(|diagnostic| Finding { diagnostic, gap: None }));
    }
    findings
}

/// What is the same for the same disagreement in another tree: the object, and what both sides say of it.
fn identity(diagnostic: &Diagnostic) -> impl Ord + use<> {
    let object = diagnostic.object.as_ref();
    let named = object.map(|object| (object.kind, object.table.clone(), object.name.clone()));
    // A snapshot has no object: its message names them.
    let said = object.map_or_else(|| diagnostic.message.clone(), |object| format!("{:?}", object.values));
    (diagnostic.rule, named, said)
}

/// Tells what a change has brought from what was there at the base; the objects of the diagnostics remember it. Returns which
/// findings were brought, in order.
pub fn mark_introduced(findings: &mut [Finding], base: &[Finding]) -> Vec<bool> {
    let known: BTreeSet<_> = base.iter().map(|finding| identity(&finding.diagnostic)).collect();
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

fn diagnostic(set: &MigrationSet, declared: &Declared, difference: &Difference) -> Diagnostic {
    let declared_place = match difference.direction {
        Direction::RightOnly => declared.find(&difference.key).or_else(|| declared.places.values().next()),
        Direction::LeftOnly | Direction::Differs => declared.find(&difference.key),
    };
    let migrated = difference.right_site.and_then(|site| place(set, site));
    let (rule, direction) = match difference.direction {
        Direction::LeftOnly => ("declared-not-migrated", "declared-not-migrated"),
        Direction::RightOnly => ("migrated-not-declared", "migrated-not-declared"),
        Direction::Differs => ("declared-differently", "differs"),
    };
    // What only migrations have is nowhere in the schema: its place is where it was made.
    let only_migrated = difference.direction == Direction::RightOnly;
    let primary = if only_migrated { migrated.clone() } else { None };
    let primary = primary.or_else(|| declared_place.cloned()).or_else(|| migrated.clone());
    let Place { source, span } = primary.unwrap_or_else(|| nowhere(set));
    let mut related = Vec::new();
    if let (Some(place), false) = (migrated, only_migrated) {
        related.push(Label {
            source: place.source,
            span: place.span,
            message: "the migrations say it here".to_owned(),
        });
    }
    if let (Some(place), true) = (declared.places.get(&Key::table(&difference.key.owner)), only_migrated) {
        let message = "the schema declares it here, without that".to_owned();
        related.push(Label { source: place.source.clone(), span: place.span, message });
    }
    let (table, name) = message::names(difference);
    Diagnostic {
        rule,
        severity: if difference.weight == Weight::Error { Severity::Error } else { Severity::Warning },
        confidence: Confidence::High,
        message: message::headline(difference),
        help: Some(message::help(declared.language, difference.direction)),
        source,
        span,
        related,
        fixes: Vec::new(),
        object: Some(Object {
            kind: difference.kind,
            table,
            name,
            direction: direction.to_owned(),
            sides: ["declared", "migrated"],
            values: [difference.left.clone(), difference.right.clone()],
            introduced: None,
        }),
    }
}

/// One diagnostic for all that a snapshot has missed.
fn stale_snapshot(snapshot: &Declared, differences: &[Difference]) -> Option<Diagnostic> {
    let first = differences.first()?;
    let place = snapshot.find(&first.key).or_else(|| snapshot.places.values().next())?;
    let mut names: Vec<String> = differences.iter().take(3).map(message::headline).collect();
    if differences.len() > names.len() {
        names.push(format!("{} more", differences.len() - names.len()));
    }
    Some(Diagnostic {
        rule: STALE_SNAPSHOT,
        severity: Severity::Error,
        confidence: Confidence::High,
        message: format!("the last snapshot is not what the migrations make: {}", names.join("; ")),
        help: Some(
            "the next generated migration starts from this snapshot; run the generator and keep the SQL that is already there"
                .to_owned(),
        ),
        source: place.source.clone(),
        span: place.span,
        related: Vec::new(),
        fixes: Vec::new(),
        object: None,
    })
}

/// The file and bytes of a site.
fn place(set: &MigrationSet, site: Site) -> Option<Place> {
    let migration = set.migrations.get(usize::try_from(site.migration).ok()?)?;
    let part = migration.up.get(usize::try_from(site.file).ok()?)?;
    Some(Place { source: part.source.clone(), span: site.span })
}

/// The start of the last migration, for what has no place of its own.
fn nowhere(set: &MigrationSet) -> Place {
    let last = set.migrations.last().and_then(|migration| migration.up.first());
    let source = last.map_or_else(|| Source::new(set.folder.clone(), ""), |part| part.source.clone());
    Place { source, span: Span::default() }
}
