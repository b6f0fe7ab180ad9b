//! Names as drizzle-kit has them. PostgreSQL cuts them, and so do the catalogs; drizzle-kit compares
//! the whole ones, and drops a foreign key to make it again where a snapshot has what is left of one.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::catalog::{Catalog, QName};
use crate::schema::ToolTexts;

/// What holds named parts of a table.
const LISTS: [&str; 5] = [
    "indexes",
    "foreignKeys",
    "uniqueConstraints",
    "checkConstraints",
    "compositePrimaryKeys",
];

/// Names that the server cuts, by what it leaves of them.
pub(super) struct WholeNames(BTreeMap<String, String>);

impl WholeNames {
    /// Those of a snapshot, and of the declared schema. Two that are cut to the same are left out.
    pub(super) fn of(
        before: &Json,
        texts: &BTreeMap<QName, ToolTexts>,
        migrated: &Catalog,
    ) -> Self {
        let mut all: Vec<&str> = texts
            .values()
            .flat_map(|texts| texts.names.iter().map(String::as_str))
            .collect();
        names_in(before, &mut all);
        let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
        for name in all {
            let cut = migrated.keep(name);
            if cut != name {
                let known = found
                    .entry(cut.to_owned())
                    .or_insert_with(|| Some(name.to_owned()));
                if known.as_deref() != Some(name) {
                    *known = None;
                }
            }
        }
        let clear = found.into_iter();
        Self(
            clear
                .filter_map(|(cut, whole)| Some((cut, whole?)))
                .collect(),
        )
    }

    /// Puts them into a snapshot in which tables hold their parts.
    pub(super) fn put_in_tables(&self, json: &mut Json) {
        let tables = json.get_mut("tables").and_then(Json::as_object_mut);
        let tables = tables.into_iter().flat_map(Map::values_mut);
        for table in tables {
            for list in LISTS {
                if let Some(parts) = table.get_mut(list).and_then(Json::as_object_mut) {
                    self.put_in_list(parts);
                }
            }
        }
    }

    fn put_in_list(&self, parts: &mut Map<String, Json>) {
        if !parts.keys().any(|name| self.0.contains_key(name)) {
            return;
        }
        *parts = std::mem::take(parts)
            .into_iter()
            .map(|(name, mut part)| match self.0.get(&name) {
                Some(whole) => {
                    self.put_name(&mut part);
                    (whole.clone(), part)
                }
                None => (name, part),
            })
            .collect();
    }

    /// Puts them into a list of entities.
    pub(super) fn put_in_entities(&self, entities: &mut [Json]) {
        entities
            .iter_mut()
            .filter(|entity| entity.get("table").is_some())
            .for_each(|entity| self.put_name(entity));
    }

    fn put_name(&self, part: &mut Json) {
        if let Some(name) = part.get_mut("name")
            && let Some(whole) = name.as_str().and_then(|name| self.0.get(name))
        {
            *name = json!(whole);
        }
    }
}

fn names_in<'j>(json: &'j Json, found: &mut Vec<&'j str>) {
    match json {
        Json::Object(members) => {
            found.extend(members.get("name").and_then(Json::as_str));
            members.values().for_each(|member| names_in(member, found));
        }
        Json::Array(items) => items.iter().for_each(|item| names_in(item, found)),
        _ => {}
    }
}
