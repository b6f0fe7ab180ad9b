//! Indexes and the columns of keys.

use super::{Renderer, if_not_exists};
use crate::server::questions::IndexMethodPlace;
use crate::sql::change::{ExprKind, IndexColumn, IndexDef, ObjectName};

impl Renderer {
    pub(super) fn create_index(self, table: &ObjectName, index: &IndexDef) -> String {
        let kind = match (index.unique, index.method.as_deref()) {
            (true, _) => "UNIQUE ",
            (_, Some("fulltext")) => "FULLTEXT ",
            (_, Some("spatial")) => "SPATIAL ",
            _ => "",
        };
        let concurrently = if index.concurrently {
            "CONCURRENTLY "
        } else {
            ""
        };
        let name = index
            .name
            .as_ref()
            .map(|name| format!("{} ", self.ident(name)))
            .unwrap_or_default();
        let only = if index.only { "ONLY " } else { "" };
        let mut out = format!(
            "CREATE {kind}INDEX {concurrently}{}{name}ON {only}{}",
            if_not_exists(index.if_not_exists),
            self.name(table)
        );
        let method = index
            .method
            .as_deref()
            .filter(|method| !matches!(*method, "fulltext" | "spatial"));
        let place = self.dialect.index_method_place();
        if let (Some(method), IndexMethodPlace::BeforeColumns) = (method, place) {
            out.extend([format!(" USING {method}")]);
        }
        out.extend([format!(" ({})", self.keys(&index.columns))]);
        if let (Some(method), IndexMethodPlace::AfterColumns) = (method, place) {
            out.extend([format!(" USING {}", method.to_uppercase())]);
        }
        if !index.include.is_empty() {
            out.extend([format!(" INCLUDE ({})", self.idents(&index.include))]);
        }
        if index.nulls_not_distinct {
            out.push_str(" NULLS NOT DISTINCT");
        }
        if let Some(condition) = &index.condition {
            out.extend([format!(" WHERE {}", condition.sql)]);
        }
        out
    }

    /// MySQL's `KEY` inside a table.
    pub(super) fn inline_index(self, index: &IndexDef) -> String {
        let name = index
            .name
            .as_ref()
            .map(|name| format!(" {}", self.ident(name)))
            .unwrap_or_default();
        let columns = self.keys(&index.columns);
        match index.method.as_deref() {
            _ if index.unique => format!("UNIQUE KEY{name} ({columns})"),
            Some("fulltext") => format!("FULLTEXT KEY{name} ({columns})"),
            Some("spatial") => format!("SPATIAL KEY{name} ({columns})"),
            Some(method) => format!("KEY{name} USING {} ({columns})", method.to_uppercase()),
            None => format!("KEY{name} ({columns})"),
        }
    }

    pub(super) fn keys(self, columns: &[IndexColumn]) -> String {
        columns
            .iter()
            .map(|column| self.key(column))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn key(self, column: &IndexColumn) -> String {
        let mut out = match &column.expr.kind {
            ExprKind::Column(name) if column.expr.casts.is_empty() => self.ident(name),
            ExprKind::Function(_)
                if !self.dialect.index_calls_need_brackets() && column.expr.casts.is_empty() =>
            {
                column.expr.sql.clone()
            }
            _ => self.bracketed(&column.expr),
        };
        if let Some(length) = column.length {
            out.extend([format!("({length})")]);
        }
        if let Some(collation) = &column.collation {
            out.extend([format!(" COLLATE {}", self.word(collation))]);
        }
        if let Some(class) = &column.opclass {
            out.extend([format!(" {class}")]);
        }
        out.push_str(if column.descending { " DESC" } else { "" });
        match column.nulls_first {
            Some(true) => out.push_str(" NULLS FIRST"),
            Some(false) => out.push_str(" NULLS LAST"),
            None => {}
        }
        out
    }
}
