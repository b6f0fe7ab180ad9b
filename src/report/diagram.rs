//! `driftlint drift --format mermaid`: the tables that disagree, and in what.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog::mermaid_text::{entity, quoted, word};
use crate::check::Report;
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
