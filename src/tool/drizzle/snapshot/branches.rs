//! What the snapshots of drizzle-kit 1.0 say together.
//!
//! Each migration has one, which names all that it follows. On PostgreSQL only the first lists
//! every entity, and the others say what they change. Where two branches were merged, nothing
//! follows the last snapshot of either, and drizzle-kit goes on from both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::tool::drizzle::journal::ORIGIN;

/// One thing that a snapshot lists.
pub(in crate::tool::drizzle) type Entity = Map<String, Json>;

/// The entities of one state, by what identifies them.
#[derive(Clone, Default)]
struct EntityState(BTreeMap<EntityKey, EntityRow>);

/// What drizzle-kit tells an entity apart by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tool::drizzle) struct EntityKey {
    kind: String,
    /// What identifies it among those of its kind, as JSON.
    identity: String,
}

#[derive(Clone)]
struct EntityRow {
    /// Its place in the list: columns have an order.
    at: usize,
    entity: Entity,
}

impl EntityState {
    fn new(entities: &[Json]) -> Self {
        let entities = entities.iter().filter_map(Json::as_object).enumerate();
        Self(
            entities
                .map(|(at, entity)| {
                    (
                        key(entity),
                        EntityRow {
                            at,
                            entity: entity.clone(),
                        },
                    )
                })
                .collect(),
        )
    }

    fn end(&self) -> usize {
        self.0
            .values()
            .map(|row| row.at + 1)
            .max()
            .unwrap_or_default()
    }

    fn list(self) -> Vec<Json> {
        let mut rows: Vec<EntityRow> = self.0.into_values().collect();
        rows.sort_by_key(|row| row.at);
        rows.into_iter()
            .map(|row| Json::Object(row.entity))
            .collect()
    }

    /// Takes over what `theirs` changed since `base`.
    fn merge(&mut self, base: &Self, theirs: Self) {
        for key in base.0.keys().filter(|key| !theirs.0.contains_key(*key)) {
            self.0.remove(key);
        }
        let end = self.end();
        for (key, row) in theirs.0 {
            if base.0.get(&key).map(|row| &row.entity) != Some(&row.entity) {
                let at = self.0.get(&key).map_or(end + row.at, |ours| ours.at);
                self.0.insert(key, EntityRow { at, ..row });
            }
        }
    }
}

/// The entities after all of the snapshots, which are in the order of their folders. The error is a
/// reason for people.
pub(super) fn together(snapshots: &[Json]) -> Result<Vec<Json>, String> {
    let chain = EntityChain::new(snapshots);
    let followed: BTreeSet<&str> = snapshots.iter().flat_map(parents).collect();
    let leaves = || {
        chain
            .ids
            .iter()
            .filter(|id| !followed.contains(**id))
            .copied()
    };
    let mut histories = leaves().map(|leaf| chain.ancestors(leaf));
    let mut common = histories.next().unwrap_or_default();
    for history in histories {
        common.retain(|id| history.contains(id));
    }
    // The longest history of those that all leaves share.
    let base = common.iter().max_by_key(|id| chain.ancestors(id).len());
    let base = base
        .map(|id| chain.state(id))
        .transpose()?
        .unwrap_or_default();
    let mut merged = base.clone();
    for leaf in leaves() {
        merged.merge(&base, chain.state(leaf)?);
    }
    Ok(merged.list())
}

/// The entities after one of the snapshots.
pub(in crate::tool::drizzle) fn at(snapshots: &[Json], id: &str) -> Result<Vec<Json>, String> {
    EntityChain::new(snapshots).state(id).map(EntityState::list)
}

struct EntityChain<'j> {
    /// In the order of the folders.
    ids: Vec<&'j str>,
    by_id: BTreeMap<&'j str, &'j Json>,
}

impl<'j> EntityChain<'j> {
    fn new(snapshots: &'j [Json]) -> Self {
        let id = |snapshot: &'j Json| {
            snapshot
                .get("id")
                .and_then(Json::as_str)
                .map(|id| (id, snapshot))
        };
        let by_id: Vec<_> = snapshots.iter().filter_map(id).collect();
        Self {
            ids: by_id.iter().map(|(id, _)| *id).collect(),
            by_id: by_id.into_iter().collect(),
        }
    }

    /// A snapshot and all that it follows.
    fn ancestors(&self, id: &str) -> BTreeSet<&'j str> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let Some((id, snapshot)) = self.by_id.get_key_value(id)
                && found.insert(*id)
            {
                open.extend(parents(snapshot));
            }
        }
        found
    }

    /// The entities after a snapshot: those of the last one that lists all, and the changes since.
    fn state(&self, id: &str) -> Result<EntityState, String> {
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = id;
        let mut state = loop {
            let snapshot = self.by_id.get(next).filter(|_| seen.insert(next));
            let snapshot = snapshot
                .ok_or_else(|| format!("it builds on the snapshot {next}, which is not here"))?;
            if let Some(entities) = snapshot.get("ddl").and_then(Json::as_array) {
                break EntityState::new(entities);
            }
            changes.push(*snapshot);
            next = parents(snapshot).next().unwrap_or(ORIGIN);
        };
        for snapshot in changes.into_iter().rev() {
            let mut followed = parents(snapshot);
            let mut known = followed
                .next()
                .map(|first| self.ancestors(first))
                .unwrap_or_default();
            for other in followed {
                let more = self.ancestors(other);
                for id in self
                    .ids
                    .iter()
                    .filter(|id| more.contains(**id) && !known.contains(**id))
                {
                    apply(&mut state, self.by_id[id])?;
                }
                known.extend(more);
            }
            apply(&mut state, snapshot)?;
        }
        Ok(state)
    }
}

/// What leads from some entities to others, in drizzle-kit's words.
pub(in crate::tool::drizzle) fn deltas(before: &[Json], after: &[Json]) -> Vec<Json> {
    let (old, new) = (EntityState::new(before), EntityState::new(after));
    let named = |key: &EntityKey| format!("{}\0{}", key.kind, key.identity);
    let mut deltas = Vec::new();
    for entity in before.iter().filter_map(Json::as_object) {
        let key = key(entity);
        if !new.0.contains_key(&key) {
            deltas.push(json!({"op": "drop", "key": named(&key)}));
        }
    }
    for entity in after.iter().filter_map(Json::as_object) {
        let key = key(entity);
        let Some(EntityRow { entity: known, .. }) = old.0.get(&key) else {
            deltas.push(json!({"op": "create", "row": entity}));
            continue;
        };
        let set: Entity = entity
            .iter()
            .filter(|(field, value)| known.get(*field) != Some(value))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        if !set.is_empty() {
            deltas.push(json!({"op": "alter", "key": named(&key), "set": set}));
        }
    }
    deltas
}

fn parents(snapshot: &Json) -> impl Iterator<Item = &str> {
    snapshot
        .get("prevIds")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
}

/// Makes the changes of one snapshot; one that lists every entity has none.
fn apply(state: &mut EntityState, snapshot: &Json) -> Result<(), String> {
    for change in snapshot
        .get("deltas")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        one(state, change).ok_or_else(|| format!("driftlint does not know the change {change}"))?;
    }
    Ok(())
}

fn one(state: &mut EntityState, change: &Json) -> Option<()> {
    let named = || {
        let (kind, identity) = change.get("key")?.as_str()?.split_once('\0')?;
        let identity: Vec<Json> = serde_json::from_str(identity).ok()?;
        Some(EntityKey {
            kind: kind.to_owned(),
            identity: Json::Array(identity).to_string(),
        })
    };
    match change.get("op")?.as_str()? {
        "create" => {
            let entity = change.get("row")?.as_object()?;
            let at = state.end();
            state.0.entry(key(entity)).or_insert_with(|| EntityRow {
                at,
                entity: entity.clone(),
            });
        }
        "drop" => {
            state.0.remove(&named()?);
        }
        "alter" | "rename" => {
            let set = change.get("set")?.as_object()?;
            if let Some(EntityRow { at, entity: before }) = state.0.remove(&named()?) {
                let mut after = before.clone();
                after.extend(set.clone());
                if key(&before) != key(&after) {
                    rename(state, &before, &after);
                }
                state.0.insert(key(&after), EntityRow { at, entity: after });
            }
        }
        _ => return None,
    }
    Some(())
}

/// Follows an entity that has another name now: nothing but itself is listed in the change.
fn rename(state: &mut EntityState, before: &Entity, after: &Entity) {
    let old = std::mem::take(state);
    for EntityRow { at, mut entity } in old.0.into_values() {
        match kind(before) {
            "schemas" => {
                for field in ["schema", "schemaTo", "typeSchema"] {
                    replace(&mut entity, &[field], before, after, &["name"]);
                }
            }
            "tables" => {
                replace(
                    &mut entity,
                    &["schema", "table"],
                    before,
                    after,
                    &["schema", "name"],
                );
                replace(
                    &mut entity,
                    &["schemaTo", "tableTo"],
                    before,
                    after,
                    &["schema", "name"],
                );
            }
            "enums" => replace(
                &mut entity,
                &["typeSchema", "type"],
                before,
                after,
                &["schema", "name"],
            ),
            "columns" => {
                for (owner, list) in [
                    (["schema", "table"], "columns"),
                    (["schemaTo", "tableTo"], "columnsTo"),
                ] {
                    let ours = owner
                        .iter()
                        .zip(["schema", "table"])
                        .all(|(own, of)| entity.get(*own) == before.get(of));
                    if let Some(columns) = entity
                        .get_mut(list)
                        .and_then(Json::as_array_mut)
                        .filter(|_| ours)
                    {
                        for column in columns {
                            rename_column(column, before, after);
                        }
                    }
                }
            }
            _ => {}
        }
        state.0.insert(key(&entity), EntityRow { at, entity });
    }
}

/// Where the `fields` of an entity are those that `before` has as `names`, gives them what `after`
/// has.
fn replace(entity: &mut Entity, fields: &[&str], before: &Entity, after: &Entity, names: &[&str]) {
    let pairs = || fields.iter().zip(names);
    if pairs()
        .all(|(field, name)| entity.contains_key(*field) && entity.get(*field) == before.get(*name))
    {
        for (field, name) in pairs() {
            entity.insert(
                (*field).to_owned(),
                after.get(*name).cloned().unwrap_or_default(),
            );
        }
    }
}

/// A column in the list of a key or of an index, which also lists expressions.
fn rename_column(column: &mut Json, before: &Entity, after: &Entity) {
    let expression = column
        .get("isExpression")
        .and_then(Json::as_bool)
        .unwrap_or_default();
    let name = match column {
        Json::Object(element) if !expression => element.get_mut("value"),
        name @ Json::String(_) => Some(name),
        _ => None,
    };
    if let Some(name) = name.filter(|name| Some(&**name) == before.get("name")) {
        *name = after.get("name").cloned().unwrap_or_default();
    }
}

fn kind(entity: &Entity) -> &str {
    entity
        .get("entityType")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// What drizzle-kit identifies an entity by.
pub(in crate::tool::drizzle) fn key(entity: &Entity) -> EntityKey {
    let fields: &[&str] = match kind(entity) {
        "schemas" | "roles" => &["name"],
        "privileges" => &["schema", "table", "grantor", "grantee", "type"],
        // An index is named once in a schema of PostgreSQL's, and once in a table of MySQL's.
        "indexes" if entity.contains_key("schema") => &["schema", "name"],
        "tables" | "enums" | "sequences" | "views" => &["schema", "name"],
        _ => &["schema", "table", "name"],
    };
    let identity = fields
        .iter()
        .map(|field| entity.get(*field).cloned().unwrap_or_default())
        .collect();
    EntityKey {
        kind: kind(entity).to_owned(),
        identity: Json::Array(identity).to_string(),
    }
}
