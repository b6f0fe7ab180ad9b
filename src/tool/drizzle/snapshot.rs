//! Drizzle's snapshots: `meta/0007_snapshot.json` of versions 5 to 7, and `snapshot.json` of
//! version 9 beside each migration.
//!
//! Written from drizzle-kit 0.31's `serializer/*Schema.ts` and from what drizzle-kit 1.0 writes.

pub(super) mod branches;
mod flat;
pub mod load;
mod nested;

use serde_json::Value as Json;

use super::journal::head;
use super::schema as drizzle;
use super::schema::kit::{Doubt, Kit, KitElement};
use crate::project::tree::file_name;
use crate::schema::{Declared, Language, Place};
use crate::source::{Source, Span};
use crate::sql::Dialect;
use crate::tool::Tool;
use crate::tool::drizzle::schema::kit::KitGenerated;

/// Whether a file is a snapshot, by its name.
pub(crate) fn is_snapshot(path: &str) -> bool {
    let name = file_name(path);
    name == "snapshot.json" || name.ends_with("_snapshot.json")
}

/// The schema that a snapshot describes. The error is a reason for people.
pub fn read(source: &Source) -> Result<Declared, String> {
    let json = parse(source)?;
    let reader = SnapshotReader::new(source, &json)?;
    let kit = match json.get("ddl") {
        Some(Json::Array(entities)) => flat::read(&reader, entities),
        _ if json.get("tables").is_some_and(Json::is_object) => nested::read(&reader, &json),
        _ if json.get("deltas").is_some() => {
            return Err(
                "it says what it changes, and the snapshots that it builds on are not beside it"
                    .to_owned(),
            );
        }
        _ => return Err("the snapshot has neither `tables` nor `ddl`".to_owned()),
    };
    let makes_views = json.get("ddl").is_some() || json.get("views").is_some();
    Ok(Declared {
        makes_views,
        ..drizzle::declare(&kit, Language::snapshot_of(Tool::Drizzle))
    })
}

/// Whether a snapshot only says what it changes; then it is to be read together with those that it
/// follows.
pub fn is_change(source: &Source) -> bool {
    parse(source).is_ok_and(|json| json.get("ddl").is_none() && json.get("deltas").is_some())
}

/// The schema that the snapshots of version 9 describe together, or what it was after `only`. `all`
/// are in the order of their folders.
pub fn read_together(all: &[Source], only: Option<&Source>) -> Result<Declared, String> {
    let shown = only.or(all.last()).ok_or("there is no snapshot")?;
    let reader = SnapshotReader::new(shown, &parse(shown)?)?;
    // One that is no JSON is missed where another builds on it.
    let snapshots: Vec<Json> = all.iter().filter_map(|source| parse(source).ok()).collect();
    let entities = match only.and_then(head) {
        Some(head) => branches::at(&snapshots, &head.id)?,
        None => branches::together(&snapshots)?,
    };
    Ok(drizzle::declare(
        &flat::read(&reader, &entities),
        Language::snapshot_of(Tool::Drizzle),
    ))
}

/// The schema that some entities of version 9 describe. `shown` is where they come from.
pub(super) fn of_entities(shown: &Source, entities: &[Json]) -> Result<Declared, String> {
    let reader = SnapshotReader::new(shown, &parse(shown)?)?;
    Ok(drizzle::declare(
        &flat::read(&reader, entities),
        Language::snapshot_of(Tool::Drizzle),
    ))
}

fn parse(source: &Source) -> Result<Json, String> {
    serde_json::from_str(source.text())
        .map_err(|error| format!("the snapshot is not JSON: {error}"))
}

/// What both layouts share.
struct SnapshotReader<'s> {
    source: &'s Source,
    dialect: Dialect,
}

impl<'s> SnapshotReader<'s> {
    fn new(source: &'s Source, json: &Json) -> Result<Self, String> {
        let dialect = json
            .get("dialect")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let dialect = Dialect::from_name(dialect)
            .ok_or_else(|| format!("the snapshot's dialect `{dialect}` is not supported"))?;
        Ok(Self { source, dialect })
    }

    fn empty(&self) -> Kit {
        Kit {
            dialect: self.dialect,
            enums: Vec::new(),
            sequences: Vec::new(),
            tables: Vec::new(),
            views: Vec::new(),
            open: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// The snapshot as a whole: nobody reads one line of it.
    fn place(&self) -> Place {
        Place {
            source: self.source.clone(),
            span: Span::default(),
        }
    }

    fn doubt(&self, reason: &str) -> Doubt {
        Doubt {
            place: self.place(),
            reason: reason.to_owned(),
        }
    }

    /// A default, which is SQL in a string, or a bare number or boolean.
    fn default(&self, value: Option<&Json>) -> Result<Option<String>, Doubt> {
        match value {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(sql)) => Ok(Some(sql.clone())),
            Some(value @ (Json::Number(_) | Json::Bool(_))) => Ok(Some(value.to_string())),
            Some(_) => Err(self.doubt("the snapshot keeps this default in a form that is no SQL")),
        }
    }

    /// A generation expression: `{ "as": …, "type": "stored" }`.
    fn generated(&self, value: Option<&Json>) -> Option<KitGenerated> {
        let value = value?;
        let expression = value.get("as")?.as_str()?;
        let bare = match self.dialect {
            // The snapshot keeps the parentheses that SQLite asks for.
            Dialect::Sqlite => expression
                .strip_prefix('(')
                .and_then(|inner| inner.strip_suffix(')')),
            _ => None,
        };
        let expression = bare.unwrap_or(expression).to_owned();
        let stored = value
            .get("type")
            .and_then(Json::as_str)
            .is_none_or(|kind| kind != "virtual");
        Some(KitGenerated { expression, stored })
    }

    /// An element of an index: a name, an expression marked as one, or an object that says which.
    fn element(value: &Json, is_expression: impl Fn(&str) -> bool) -> Option<KitElement> {
        if let Some(text) = value.as_str() {
            let expression = is_expression(text);
            return Some(KitElement {
                is_expression: expression,
                ..KitElement::column(text.to_owned())
            });
        }
        let text = value
            .get("expression")
            .or_else(|| value.get("value"))?
            .as_str()?;
        let flag = |key: &str| value.get(key).and_then(Json::as_bool);
        let expression = flag("isExpression").unwrap_or_default();
        let nulls_first = flag("nullsFirst").unwrap_or_else(|| {
            value
                .get("nulls")
                .and_then(Json::as_str)
                .is_some_and(|nulls| nulls == "first")
        });
        // Version 9 keeps `{ "name": …, "default": … }`.
        let opclass = value
            .get("opclass")
            .filter(|class| class.get("default").and_then(Json::as_bool) != Some(true));
        let opclass =
            opclass.and_then(|class| class.as_str().or_else(|| class.get("name")?.as_str()));
        Some(KitElement {
            text: text.to_owned(),
            is_expression: expression,
            descending: flag("asc") == Some(false),
            nulls_first,
            opclass: opclass.map(str::to_owned),
        })
    }
}

fn text(value: &Json, key: &str) -> Option<String> {
    value
        .get(key)?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn flag(value: &Json, key: &str) -> bool {
    value.get(key).and_then(Json::as_bool).unwrap_or_default()
}

fn texts(value: &Json, key: &str) -> Vec<String> {
    let items = value
        .get(key)
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Json::as_str).map(str::to_owned).collect()
}

/// A schema's name, `None` for the default one.
fn schema(value: &Json, key: &str) -> Option<String> {
    text(value, key).filter(|schema| schema != "public")
}
