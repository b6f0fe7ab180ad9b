//! `driftlint drift --format mermaid`: the tables that disagree, and in what; and
//! `driftlint schema --since REV --format mermaid`: those that a change touches, and how.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog::Part;
use crate::catalog::mermaid_text::{entity, quoted, word};
use crate::check::{Impact, Report, SchemaChange};
use crate::compare::Presence;
use crate::diagnostic::Object;

/// A diagram of entities with one line for each difference. GitHub and GitLab draw it in Markdown.
pub(super) fn render(report: &Report) -> String {
    let mut tables: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in report
        .diagnostics
        .iter()
        .filter_map(|it| it.object.as_ref())
    {
        let owner = object.table.as_deref().unwrap_or(&object.name);
        tables.entry(owner).or_default().push(object);
    }
    let mut text = String::from("erDiagram\n");
    for (owner, objects) in tables {
        let _ = writeln!(text, "    {} {{", entity(owner));
        for object in objects {
            let _ = writeln!(text, "        {}", line(object));
        }
        text.push_str("    }\n");
    }
    text
}

/// What is different: its kind or type, its name, and what both sides say.
fn line(object: &Object) -> String {
    let [left, right] = &object.values;
    let kind = match object.kind {
        "column" => left
            .as_ref()
            .or(right.as_ref())
            .map_or("column", String::as_str),
        kind => kind,
    };
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let said = if object.direction == "differs" {
        let [ours, theirs] = object.sides;
        format!("{ours} {}, {theirs} {}", side(left), side(right))
    } else {
        object.direction.replace('-', " ")
    };
    format!(
        "{} {} \"{}\"",
        word(kind),
        word(&object.name),
        quoted(&said)
    )
}

/// What a change does, with one line for each object that comes, goes or differs.
pub(super) fn of_change(impact: &Impact) -> String {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for set in &impact.sets {
        for renamed in &set.effect.renames {
            let said = format!("{}, was {}", renamed.kind, renamed.from);
            let owner = tables.entry(renamed.to.clone()).or_default();
            owner.push(attribute("renamed", &renamed.to, &said));
        }
        for change in &set.effect.changes {
            let owner = &change.difference.slot.owner;
            let shown = if owner.is_at_home() {
                owner.name.clone()
            } else {
                owner.to_string()
            };
            tables.entry(shown).or_default().extend(changed(change));
        }
    }
    let mut text = String::from("erDiagram\n");
    for (owner, lines) in tables {
        let _ = writeln!(text, "    {} {{", entity(&owner));
        for line in lines {
            let _ = writeln!(text, "        {line}");
        }
        text.push_str("    }\n");
    }
    text
}

/// A table that is made lists its columns.
fn changed(change: &SchemaChange) -> Vec<String> {
    let difference = &change.difference;
    let verb = match difference.direction {
        Presence::LeftOnly => "dropped",
        Presence::RightOnly => "new",
        Presence::Differs => "changed",
    };
    if !change.columns.is_empty() {
        let columns = change.columns.iter();
        return columns
            .map(|text| {
                let (name, said) = text.split_once(' ').unwrap_or((text, ""));
                attribute(verb, name, said)
            })
            .collect();
    }
    let kind = difference.slot.part.kind().replace('_', " ");
    let sides: Vec<&str> = [&difference.left, &difference.right]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|side| !side.is_empty() && *side != difference.name)
        .collect();
    let whole = matches!(difference.slot.part, Part::Table | Part::Enum | Part::View);
    let said = if sides.is_empty() || whole {
        kind
    } else {
        format!("{kind}: {}", sides.join(" → "))
    };
    vec![attribute(verb, &difference.name, &said)]
}

fn attribute(verb: &str, name: &str, said: &str) -> String {
    format!("{verb} {} \"{}\"", word(name), quoted(said))
}
