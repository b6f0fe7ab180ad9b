//! Declared names that the server does not take.

use super::{LONG_NAME, place};
use crate::catalog::{Catalog, Part, Site, Slot};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::project::MigrationSet;
use crate::schema::{Declared, Language, LongName, Place};
use crate::sql::limit::TooLong;

/// One diagnostic for each.
pub(super) fn too_long(
    set: &MigrationSet,
    declared: &Declared,
    migrated: &Catalog,
) -> Vec<Diagnostic> {
    declared
        .long_names
        .iter()
        .map(|long| diagnostic(set, declared.language, long, migrated))
        .collect()
}

fn diagnostic(
    set: &MigrationSet,
    language: Language,
    long: &LongName,
    migrated: &Catalog,
) -> Diagnostic {
    let found = long
        .key
        .as_ref()
        .and_then(|key| Some((key, name_in(migrated, key)?)));
    let other = found.filter(|(_, (name, _))| {
        TooLong::of(name, migrated.dialect).is_none() && long.clash.is_none()
    });
    let mut related = Vec::new();
    if let Some((key, (name, site))) = other
        && let Some(place) = site.and_then(|site| place(set, site, key))
    {
        let message = format!("the migrations name it `{name}`");
        related.push(Label::new(place.source, place.span, message));
    }
    let Place { source, span } = long.place.clone();
    Diagnostic {
        help: Some(help(language, long, other.map(|(_, (name, _))| name))),
        related,
        ..Diagnostic::new(LONG_NAME, Severity::Error, source, span, message(long))
    }
}

/// The name that the migrations give to what a key stands for, and where.
fn name_in<'a>(migrated: &'a Catalog, key: &Slot) -> Option<(&'a str, Option<Site>)> {
    let table = migrated.tables.get(&key.owner)?;
    match &key.part {
        Part::ForeignKey(columns) => {
            let found = table
                .foreign_keys
                .iter()
                .find(|key| key.columns == *columns)?;
            Some((&found.name, found.origin.made))
        }
        Part::Unique(columns) => {
            // The slot has its columns in order of their names.
            let covers = |mut names: Vec<&String>| {
                names.sort_unstable();
                names.into_iter().eq(columns)
            };
            let mut keys = table.uniques.iter();
            if let Some(key) = keys.find(|key| covers(key.columns.iter().collect())) {
                return Some((&key.name, key.origin.made));
            }
            let mut indexes = table.indexes.iter().filter(|index| index.unique);
            let found = indexes.find(|index| {
                let keys = index.keys.iter();
                covers(keys.filter_map(|key| key.column.as_ref()).collect())
            })?;
            Some((&found.name, found.origin.made))
        }
        _ => None,
    }
}

fn message(long: &LongName) -> String {
    let LongName {
        what, name, length, ..
    } = long;
    let of = match &long.key {
        Some(Slot {
            part: Part::Table | Part::Enum | Part::View,
            ..
        })
        | None => String::new(),
        Some(key) => format!(" of `{}`", key.owner),
    };
    let consequence = match &long.clash {
        Some(other) => format!("which makes it the same as `{other}`"),
        None => "so a migration with it fails".to_owned(),
    };
    format!("the name of {what} `{name}`{of} has {length}, {consequence}")
}

/// What to write instead.
fn help(language: Language, long: &LongName, migrated: Option<&str>) -> String {
    let (name, why) = migrated.map_or(("…", ""), |name| (name, ", as the migrations do"));
    match language.tool.naming(long.what, name) {
        Some(how) => format!("name it explicitly{why}: {how}"),
        None => "give it a shorter name".to_owned(),
    }
}
