//! Column definitions.

use super::Renderer;
use crate::server::on_server;
use crate::sql::change::{ColumnDef, ExprKind, Identity};

impl Renderer {
    /// A column with everything that belongs to it.
    pub(super) fn column(self, column: &ColumnDef) -> String {
        let mut parts = vec![self.ident(&column.name)];
        let data_type = if column.serial {
            self.serial(column)
        } else {
            self.data_type(&column.data_type)
        };
        if !data_type.is_empty() {
            parts.push(data_type);
        }
        if let Some(collation) = &column.collation {
            parts.push(format!("COLLATE {}", self.name(collation)));
        }
        if let Some(generated) = &column.generated {
            let kept = if generated.stored {
                " STORED"
            } else {
                self.dialect.not_stored_words()
            };
            parts.push(format!(
                "GENERATED ALWAYS AS {}{kept}",
                self.bracketed(&generated.expr)
            ));
        }
        if let Some(default) = &column.default {
            let only_in_brackets = self.dialect.types_without_literal_defaults();
            let name = column.data_type.name.as_str();
            let value = if only_in_brackets.contains(&name) && default.kind != ExprKind::Null {
                self.bracketed(default)
            } else {
                self.default_value(default)
            };
            parts.push(format!("DEFAULT {value}"));
        }
        if let Some(identity) = column.identity {
            parts.push(format!("GENERATED {} AS IDENTITY", identity_word(identity)));
        }
        match column.not_null {
            Some(true) => parts.push("NOT NULL".to_owned()),
            Some(false) => parts.push("NULL".to_owned()),
            None => {}
        }
        let constraints = column
            .constraints
            .iter()
            .map(|constraint| self.inline(constraint));
        parts.extend(constraints);
        if column.auto_increment {
            parts.push(self.dialect.auto_increment_words().to_owned());
        }
        if let Some(value) = &column.on_update {
            parts.push(format!("ON UPDATE {}", value.sql));
        }
        if let Some(text) = &column.comment {
            parts.push(format!("COMMENT {}", self.string(text)));
        }
        parts.join(" ")
    }

    fn serial(self, column: &ColumnDef) -> String {
        on_server!(self.dialect => render::serial(&column.data_type.name)).to_owned()
    }

    /// MySQL and SQLite want brackets around what is neither a literal nor the current time.
    pub(super) fn default_value(self, default: &crate::sql::change::Expr) -> String {
        let bare = match &default.kind {
            ExprKind::Null | ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_) => {
                !default.sql.contains('(')
            }
            ExprKind::Function(name) => {
                name.starts_with("current_")
                    || (self.dialect.prints_now_in_words() && name == "now")
            }
            ExprKind::Column(_) => true,
            ExprKind::Other => !default.sql.contains([' ', '(']),
        };
        if bare || !self.dialect.defaults_need_brackets() {
            default.sql.clone()
        } else {
            self.bracketed(default)
        }
    }
}

pub(super) fn identity_word(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}
