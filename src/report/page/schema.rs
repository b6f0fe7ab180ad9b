//! A table, and what else a schema holds, in full.

use std::fmt::Write as _;

use super::html::{Html, escape};
use crate::catalog::{
    Catalog, Column, Table, default_text, enum_text, format_type, key_text, signature,
};
use crate::report::effects::Markup as _;
use crate::report::plural;
use crate::sql::change::Identity;

/// A table's columns, keys and indexes; columns that it did not have before are marked.
pub(super) fn table(catalog: &Catalog, table: &Table, before: Option<&Table>) -> String {
    let mut out = format!(
        "<p>{}</p>\n<table class=\"columns\">\n<tbody>\n",
        plural(table.columns.len(), "column")
    );
    for column in &table.columns {
        let old = before.and_then(|before| before.column(&column.name));
        let new = match (before, old) {
            (Some(_), None) => " class=\"new\"",
            (Some(_), Some(old)) if said(catalog, old) != said(catalog, column) => {
                " class=\"changed\""
            }
            _ => "",
        };
        let _ = writeln!(
            out,
            "<tr{new}><th scope=\"row\">{}{}</th>{}</tr>",
            Html.code(&column.name),
            badges(table, &column.name),
            said(catalog, column)
        );
    }
    out.push_str("</tbody>\n</table>\n");
    let lines = lines(catalog, table);
    if !lines.is_empty() {
        out.push_str("<ul>\n");
        for line in lines {
            let _ = writeln!(out, "<li>{line}</li>");
        }
        out.push_str("</ul>\n");
    }
    if let Some(why) = table.knowledge.why() {
        let _ = writeln!(out, "<p>Not known exactly: {}</p>", escape(why));
    }
    out
}

/// A column's type, and what else holds for it, as the last cells of its row.
fn said(catalog: &Catalog, column: &Column) -> String {
    let mut more = Vec::new();
    if column.not_null {
        more.push("not null".to_owned());
    }
    if let Some(default) = &column.default {
        more.push(format!(
            "default {}",
            Html.code(&default_text(catalog, default))
        ));
    }
    match column.identity {
        Some(Identity::Always) => more.push("identity".to_owned()),
        Some(Identity::ByDefault) => more.push("identity by default".to_owned()),
        None => {}
    }
    if let Some(generated) = &column.generated {
        more.push(format!("generated {}", Html.code(&generated.expr.sql)));
    }
    format!(
        "<td>{}</td><td>{}</td>",
        Html.code(&format_type(&column.data_type, catalog.dialect)),
        more.join(", ")
    )
}

/// What a column is part of, as in a diagram.
fn badges(table: &Table, column: &str) -> String {
    let badges = key_labels(table, column);
    badges
        .into_iter()
        .map(|label| format!(" <span class=\"key\">{label}</span>"))
        .collect()
}

/// `PK` and `FK`.
pub(super) fn key_labels(table: &Table, column: &str) -> Vec<&'static str> {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    let primary = table.primary_key.as_ref();
    let mut labels = Vec::new();
    if primary.is_some_and(|key| has(&key.columns)) {
        labels.push("PK");
    }
    if table.foreign_keys.iter().any(|key| has(&key.columns)) {
        labels.push("FK");
    }
    labels
}

/// Keys of several columns, relations, checks, indexes and triggers.
fn lines(catalog: &Catalog, table: &Table) -> Vec<String> {
    let list = |columns: &[String]| Html.code(&columns.join(", "));
    let mut lines = Vec::new();
    if let Some(partition) = &table.partition_of {
        let parent = Html.code(&catalog.shown(&partition.parent));
        lines.push(format!("partition of {parent}"));
    }
    if let Some(key) = table
        .primary_key
        .as_ref()
        .filter(|key| key.columns.len() > 1)
    {
        lines.push(format!("primary key {}", list(&key.columns)));
    }
    for key in &table.uniques {
        lines.push(format!("unique {}", list(&key.columns)));
    }
    for key in &table.foreign_keys {
        let to = format!(
            "{} ({})",
            catalog.shown(&key.table),
            key.referenced.join(", ")
        );
        lines.push(format!("{} → {}", list(&key.columns), Html.code(&to)));
    }
    for check in &table.checks {
        lines.push(format!("check {}", Html.code(&check.expr.sql)));
    }
    for index in &table.indexes {
        let keys: Vec<String> = index.keys.iter().map(key_text).collect();
        let kind = if index.unique {
            "unique index"
        } else {
            "index"
        };
        let condition = match &index.condition {
            Some(condition) => format!(" where {}", Html.code(&condition.sql)),
            None => String::new(),
        };
        let (name, keys) = (Html.code(&index.name), Html.code(&keys.join(", ")));
        lines.push(format!("{kind} {name} on {keys}{condition}"));
    }
    for trigger in &table.triggers {
        lines.push(format!("trigger {}", Html.code(&trigger.name)));
    }
    lines
}

/// What is no table: types, views, functions, extensions. Empty where there is none of it.
pub(super) fn others(catalog: &Catalog) -> String {
    let mut lines = Vec::new();
    for found in catalog.enums.values().filter(|found| !found.is_stub()) {
        lines.push(Html.code(enum_text(catalog, found).trim_end()));
    }
    for domain in catalog.domains.values() {
        let name = Html.code(&catalog.shown(&domain.name));
        let base = format_type(&domain.base, catalog.dialect);
        lines.push(format!("domain {name} {}", Html.code(&base)));
    }
    for view in catalog.views.values() {
        let kind = if view.materialized {
            "materialized view"
        } else {
            "view"
        };
        let name = Html.code(&catalog.shown(&view.name));
        lines.push(format!("{kind} {name}"));
    }
    for function in catalog.functions.values().flatten() {
        let text = signature(catalog, function);
        let text = text.strip_prefix("public.").unwrap_or(&text);
        lines.push(format!("function {}", Html.code(text)));
    }
    for extension in catalog.extensions.keys() {
        lines.push(format!("extension {}", Html.code(extension)));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("<ul><li>{}</li></ul>\n", lines.join("</li>\n<li>"))
}
