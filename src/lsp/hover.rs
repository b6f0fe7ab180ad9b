//! Hover: the schema of a table or column as it stands at this migration, who made it, and what the
//! statement locks.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::documents::Documents;
use super::judge::Judgements;
use super::pointed::{PointedPlace, SchemaObject, named};
use super::protocol::AtPosition;
use super::text::LineStarts;
use crate::catalog::{Catalog, Site, enum_text, table_text};
use crate::check::Locked;
use crate::project::MigrationSet;
use crate::source::Span;

/// The answer to a hover; `None` where there is nothing to say.
pub(super) fn hover(
    documents: &Documents,
    judgements: &Judgements,
    asked: &AtPosition,
) -> Option<Value> {
    let cursor = PointedPlace::at(documents, judgements, asked)?;
    let HoverText { text, span } = in_migration(&cursor).or_else(|| in_schema(&cursor))?;
    let range = LineStarts::of(&cursor.buffer.text).range(span);
    Some(json!({"contents": {"kind": "markdown", "value": text}, "range": range}))
}

/// What is said of what stands at a place.
struct HoverText {
    text: String,
    span: Span,
}

fn in_migration(cursor: &PointedPlace) -> Option<HoverText> {
    let here = cursor.standpoint()?;
    let source = &here.locked.source;
    let find = |catalog| named(source.text(), here.span, cursor.offset, catalog);
    // What the statement makes is there after it, what it drops was there before.
    let mut text = String::new();
    if let Some(object) = find(&here.before) {
        text = described(&object, &here.before, here.set, "before this statement");
    } else if let Some(object) = find(&here.after) {
        text = described(&object, &here.after, here.set, "after this statement");
    }
    let locks = locks(&here.locked);
    if !text.is_empty() && !locks.is_empty() {
        text.push_str("\n---\n\n");
    }
    text += &locks;
    let span = here.span;
    (!text.is_empty()).then_some(HoverText { text, span })
}

fn in_schema(cursor: &PointedPlace) -> Option<HoverText> {
    let declared = cursor.declared()?;
    let catalog = cursor.migrated(declared.set);
    let text = match declared.object(&catalog) {
        _ if declared.is_missing_column(&catalog) => "no migration makes it".to_owned(),
        Some(object) => described(&object, &catalog, declared.set, "after all migrations"),
        None => "no migration makes it".to_owned(),
    };
    Some(HoverText {
        text,
        span: declared.span,
    })
}

/// An object, its schema in a block of code, and the migrations that made and last changed it.
fn described(object: &SchemaObject, catalog: &Catalog, set: &MigrationSet, when: &str) -> String {
    let (kind, name, block) = match object {
        SchemaObject::Table(name) => {
            let table = catalog.tables.get(name);
            let text = table.map(|table| table_text(catalog, table));
            ("table", catalog.shown(name), text)
        }
        SchemaObject::Column(table, column) => {
            let text = catalog.tables.get(table).and_then(|found| {
                let text = table_text(catalog, found);
                let line = text.lines().skip(1).find(|line| {
                    let first = line.split_whitespace().next();
                    first == Some(column.as_str())
                });
                line.map(|line| format!("{}\n", line.trim()))
            });
            ("column", format!("{}.{column}", catalog.shown(table)), text)
        }
        SchemaObject::Enum(name) => {
            let found = catalog.enums.get(name);
            (
                "enum",
                catalog.shown(name),
                found.map(|found| enum_text(catalog, found)),
            )
        }
    };
    let mut text = format!("{kind} **{}**, {when}\n", name.replace('*', "\\*"));
    if let Some(block) = block {
        let _ = write!(text, "\n```text\n{block}```\n");
    }
    let origin = object.origin(catalog).unwrap_or_default();
    match origin.made {
        Some(site) => text += &format!("\nmade by {}", who(set, site)),
        None => text.push_str("\nit was there before the first migration"),
    }
    let changed = origin.changed.filter(|site| origin.made != Some(*site));
    if let Some(site) = changed {
        text += &format!(", last changed by {}", who(set, site));
    }
    text.push('\n');
    text
}

fn who(set: &MigrationSet, site: Site) -> String {
    let number = usize::try_from(site.migration).unwrap_or(usize::MAX);
    match set.migrations.get(number) {
        Some(migration) => format!("`{}`", migration.id),
        None => "the schema that the first migration finds".to_owned(),
    }
}

fn locks(locked: &Locked) -> String {
    let mut text = String::new();
    for effect in &locked.effects {
        for lock in &effect.locks {
            let new = if locked.new.contains(&lock.relation) {
                ", which this migration made"
            } else {
                ""
            };
            let line = format!(
                "* `{}` on `{}`{new}: blocks {}, {}\n",
                lock.mode,
                lock.relation,
                lock.mode.blocks().name(),
                effect.work().held()
            );
            if !text.contains(&line) {
                text += &line;
            }
        }
    }
    if text.is_empty() {
        text
    } else {
        format!("locks\n\n{text}")
    }
}
