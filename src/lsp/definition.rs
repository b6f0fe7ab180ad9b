//! Go to definition: the statement that made an object, and its declaration.

use serde_json::{Value, json};

use super::diagnostics::{LspLocation, location};
use super::documents::Documents;
use super::judge::Judgements;
use super::pointed::{PointedPlace, SchemaObject, named};
use super::protocol::AtPosition;
use crate::catalog::{Catalog, Site};
use crate::project::MigrationSet;

/// The places that an object comes from, the migration first.
pub(super) fn definition(
    documents: &Documents,
    judgements: &Judgements,
    asked: &AtPosition,
) -> Option<Value> {
    let cursor = PointedPlace::at(documents, judgements, asked)?;
    let places = if let Some(here) = cursor.standpoint() {
        let text = here.locked.source.text();
        let find = |catalog| named(text, here.span, cursor.offset, catalog);
        match (find(&here.before), find(&here.after)) {
            (Some(object), _) => places(&cursor, &object, here.set, &here.before, false),
            (None, Some(object)) => places(&cursor, &object, here.set, &here.after, false),
            (None, None) => Vec::new(),
        }
    } else {
        let declared = cursor.declared()?;
        let catalog = cursor.migrated(declared.set);
        let object = declared.object(&catalog)?;
        places(&cursor, &object, declared.set, &catalog, true)
    };
    (!places.is_empty()).then(|| json!(places))
}

fn places(
    cursor: &PointedPlace,
    object: &SchemaObject,
    set: &MigrationSet,
    catalog: &Catalog,
    stands_in_schema: bool,
) -> Vec<LspLocation> {
    let mut found = Vec::new();
    let made = object.origin(catalog).and_then(|origin| origin.made);
    found.extend(made.and_then(|site| at(cursor, set, site)));
    if stands_in_schema {
        return found;
    }
    let slot = object.slot();
    for beside in cursor.judgement.input.sets() {
        if !std::ptr::eq(beside.set, set) {
            continue;
        }
        let declared = beside.schemas.iter().flat_map(|schemas| &schemas.declared);
        for place in declared.filter_map(|one| one.places.get(&slot)) {
            let place = location(cursor.judgement, &place.source, place.span);
            if !found.contains(&place) {
                found.push(place);
            }
        }
    }
    found
}

/// A place of a set's history.
fn at(cursor: &PointedPlace, set: &MigrationSet, site: Site) -> Option<LspLocation> {
    let migration = set.migrations.get(usize::try_from(site.migration).ok()?)?;
    let part = migration
        .all_parts()
        .nth(usize::try_from(site.file).ok()?)?;
    Some(location(cursor.judgement, &part.source, site.span))
}
