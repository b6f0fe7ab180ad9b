//! The snapshots of 1.0: one beside each migration, a list of entities or the changes to those that
//! it follows.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::footprints::footprints;
use super::uncut::WholeNames;
use super::{ROUNDS, dropped_schemas, flat, new_identities, new_uniques, spelled, still_open};
use crate::catalog::{Catalog, Part, QName, Slot};
use crate::compare::{Side, diff};
use crate::diagnostic::Edit;
use crate::project::MigrationSet;
use crate::project::sections::new_file;
use crate::project::tree::{join, parent};
use crate::schema::ToolTexts;
use crate::source::{Source, Span};
use crate::tool::drizzle::journal::{Journal, following};
use crate::tool::drizzle::snapshot::{branches, of_entities};

/// The edits after which the snapshot of the last migration says what all of them make.
pub(super) fn record(
    set: &MigrationSet,
    journal: &Journal,
    migrated: &Catalog,
    texts: &BTreeMap<QName, ToolTexts>,
) -> Result<Vec<Edit>, String> {
    let newest = set.migrations.last().and_then(|last| last.up.last());
    let Some(newest) = newest else {
        return Ok(Vec::new());
    };
    let path = join(parent(newest.source.path()), "snapshot.json");
    let known = journal.snapshots.iter().any(|it| it.source.path() == path);
    let source = if known {
        let last = journal.last.clone().filter(|last| last.path() == path);
        last.ok_or_else(|| format!("{path} is not the last snapshot"))?
    } else {
        let text = following(journal, &path).ok_or_else(|| {
            "the snapshots do not follow one from the other; bring them in order first".to_owned()
        })?;
        Source::new(path.clone(), text)
    };
    let brought_up = brought_up(&source, set, journal, migrated, texts)?;
    if !known {
        let text = brought_up.unwrap_or_else(|| source.text().to_owned());
        return Ok(vec![new_file(path, text)]);
    }
    let edit = brought_up.map(|text| Edit {
        source: source.clone(),
        span: Span::new(0, source.text().len()),
        text,
    });
    Ok(edit.into_iter().collect())
}

/// The text of a snapshot that says what the migrations make; `None` where this one does.
fn brought_up(
    source: &Source,
    set: &MigrationSet,
    journal: &Journal,
    migrated: &Catalog,
    texts: &BTreeMap<QName, ToolTexts>,
) -> Result<Option<String>, String> {
    let parse = |source: &Source| -> Result<Json, String> {
        serde_json::from_str(source.text()).map_err(|error| format!("{}: {error}", source.path()))
    };
    let mut json = parse(source)?;
    let listed = json.get("ddl").and_then(Json::as_array).cloned();
    let (before, now) = if let Some(entities) = listed {
        (None, entities)
    } else {
        let others = journal.snapshots.iter().filter_map(|it| it.whole.as_ref());
        let others = others.filter(|it| it.path() != source.path());
        let mut chain: Vec<Json> = others.map(parse).collect::<Result<_, String>>()?;
        let id = json.get("id").and_then(Json::as_str).unwrap_or_default();
        let mut unchanged = json.clone();
        unchanged["deltas"] = json!([]);
        chain.push(unchanged);
        let before = branches::at(&chain, id)?;
        chain.pop();
        chain.push(json.clone());
        (Some(before), branches::at(&chain, id)?)
    };
    let mut wanted = now.clone();
    // In a schema of which a snapshot says nothing yet, a comparison sees no table at all.
    for name in texts.keys() {
        let known = now
            .iter()
            .any(|row| flat::kind(row) == "tables" && flat::is_named(row, name, "name", migrated));
        if !known {
            flat::take(&mut wanted, migrated, &Slot::new(name, Part::Table))?;
        }
    }
    let mut is_open = false;
    for _ in 0..ROUNDS {
        let declared = of_entities(source, &wanted)?;
        for difference in diff(Side::declared(&declared), Side::migrated(migrated)) {
            flat::take(&mut wanted, migrated, &difference.slot)?;
            is_open = true;
        }
    }
    let own = of_entities(source, &now)?;
    let unseen = new_uniques(set, migrated).into_iter();
    for slot in unseen.chain(new_identities(&own, migrated)) {
        flat::take(&mut wanted, migrated, &slot)?;
    }
    let dropped = dropped_schemas(set, migrated);
    wanted.retain(|row| {
        let name = row.get("name").and_then(Json::as_str);
        flat::kind(row) != "schemas" || name.is_none_or(|name| !dropped.iter().any(|it| it == name))
    });
    WholeNames::of(&json!(now), texts, migrated).put_in_entities(&mut wanted);
    spelled::in_entities(&mut wanted, &now, texts, migrated);
    if !is_open && wanted == now {
        return Ok(None);
    }
    let declared = of_entities(source, &wanted)?;
    let left = diff(Side::declared(&declared), Side::migrated(migrated));
    if let Some(first) = left.first() {
        return Err(still_open(source, first));
    }
    if json.get("footprints").is_some() {
        let before = before.as_deref().unwrap_or_default();
        json["footprints"] = json!(footprints(before, &wanted));
    }
    match before {
        Some(before) => json["deltas"] = Json::Array(branches::deltas(&before, &wanted)),
        None => json["ddl"] = Json::Array(wanted),
    }
    let mut text = serde_json::to_string_pretty(&json).map_err(|error| error.to_string())?;
    if source.text().ends_with('\n') {
        text.push('\n');
    }
    Ok(Some(text))
}
