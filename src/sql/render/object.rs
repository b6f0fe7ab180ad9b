//! Everything that is neither a table nor an index.

mod types;

use super::{Renderer, cascade, drop, if_exists, if_not_exists};
use crate::sql::change::{ChangeKind, ColumnRef, DataType, Expr, FunctionKind, ObjectName};

impl Renderer {
    /// `None` for what carries no text of its own.
    pub(super) fn object(self, kind: &ChangeKind) -> Option<String> {
        self.namespaces(kind)
            .or_else(|| self.relations(kind))
            .or_else(|| self.views(kind))
            .or_else(|| self.types_and_domains(kind))
            .or_else(|| self.programs(kind))
            .or_else(|| self.session(kind))
    }

    /// Schemas and extensions.
    fn namespaces(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::CreateSchema {
                name,
                if_not_exists: quiet,
            } => {
                format!(
                    "CREATE SCHEMA {}{}",
                    if_not_exists(*quiet),
                    self.ident(name)
                )
            }
            ChangeKind::DropSchema { names, mode } => drop("SCHEMA", *mode, &self.idents(names)),
            ChangeKind::RenameSchema { from, to } => {
                format!(
                    "ALTER SCHEMA {} RENAME TO {}",
                    self.ident(from),
                    self.ident(to)
                )
            }
            ChangeKind::CreateExtension {
                name,
                schema,
                if_not_exists: quiet,
            } => {
                let schema = schema
                    .as_ref()
                    .map(|schema| format!(" WITH SCHEMA {}", self.ident(schema)));
                let name = self.ident(name);
                format!(
                    "CREATE EXTENSION {}{name}{}",
                    if_not_exists(*quiet),
                    schema.unwrap_or_default()
                )
            }
            ChangeKind::DropExtension { names, mode } => {
                drop("EXTENSION", *mode, &self.idents(names))
            }
            _ => return None,
        })
    }

    /// What tables, indexes and sequences have done to them, apart from `ALTER TABLE`.
    fn relations(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::DropTable {
                names,
                mode,
                temporary,
            } => drop(
                if *temporary {
                    "TEMPORARY TABLE"
                } else {
                    "TABLE"
                },
                *mode,
                &self.names(names),
            ),
            ChangeKind::RenameTable { from, to } => {
                format!("RENAME TABLE {} TO {}", self.name(from), self.name(to))
            }
            ChangeKind::Truncate {
                tables,
                cascade: all,
            } => {
                format!("TRUNCATE TABLE {}{}", self.names(tables), cascade(*all))
            }
            ChangeKind::DropIndex {
                names,
                on,
                concurrently,
                mode,
            } => {
                let what = if *concurrently {
                    "INDEX CONCURRENTLY"
                } else {
                    "INDEX"
                };
                let on = on
                    .as_ref()
                    .map(|table| format!(" ON {}", self.name(table)))
                    .unwrap_or_default();
                drop(what, *mode, &format!("{}{on}", self.names(names)))
            }
            ChangeKind::RenameIndex {
                from,
                to,
                if_exists: quiet,
            } => {
                format!(
                    "ALTER INDEX {}{} RENAME TO {}",
                    if_exists(*quiet),
                    self.name(from),
                    self.ident(to)
                )
            }
            ChangeKind::CreateSequence {
                name,
                if_not_exists: quiet,
                data_type,
                owned_by,
                temporary,
            } => {
                let temporary = if *temporary { "TEMPORARY " } else { "" };
                let mut out = format!(
                    "CREATE {temporary}SEQUENCE {}{}",
                    if_not_exists(*quiet),
                    self.name(name)
                );
                if let Some(of) = data_type {
                    out.extend([format!(" AS {}", self.data_type(of))]);
                }
                if let Some(owner) = owned_by {
                    out.extend([format!(" OWNED BY {}", self.column_ref(owner))]);
                }
                out
            }
            ChangeKind::AlterSequence {
                name,
                owned_by,
                rename,
                set_schema,
                if_exists: quiet,
            } => {
                let action = match (owned_by, rename, set_schema) {
                    (_, Some(to), _) => format!("RENAME TO {}", self.ident(to)),
                    (_, None, Some(schema)) => format!("SET SCHEMA {}", self.ident(schema)),
                    (Some(Some(column)), None, None) => {
                        format!("OWNED BY {}", self.column_ref(column))
                    }
                    (Some(None), None, None) => "OWNED BY NONE".to_owned(),
                    (None, None, None) => return None,
                };
                format!(
                    "ALTER SEQUENCE {}{} {action}",
                    if_exists(*quiet),
                    self.name(name)
                )
            }
            ChangeKind::DropSequence { names, mode } => drop("SEQUENCE", *mode, &self.names(names)),
            ChangeKind::AttachIndex { parent, index } => {
                format!(
                    "ALTER INDEX {} ATTACH PARTITION {}",
                    self.name(parent),
                    self.name(index)
                )
            }
            _ => return None,
        })
    }

    /// Views.
    fn views(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::CreateView {
                name,
                columns,
                query,
                or_replace,
                if_not_exists: quiet,
                materialized,
                temporary,
            } if !query.sql.is_empty() => {
                let words = [
                    (*or_replace, "OR REPLACE "),
                    (*temporary, "TEMPORARY "),
                    (*materialized, "MATERIALIZED "),
                ];
                let words: String = words
                    .iter()
                    .filter(|(on, _)| *on)
                    .map(|(_, word)| *word)
                    .collect();
                let columns = if columns.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", self.idents(columns))
                };
                let name = self.name(name);
                format!(
                    "CREATE {words}VIEW {}{name}{columns} AS {}",
                    if_not_exists(*quiet),
                    query.sql
                )
            }
            ChangeKind::DropView {
                names,
                materialized,
                mode,
            } => drop(view_word(*materialized), *mode, &self.names(names)),
            ChangeKind::RenameView {
                from,
                to,
                materialized,
                if_exists: quiet,
            } => {
                let (quiet, from) = (if_exists(*quiet), self.name(from));
                format!(
                    "ALTER {} {quiet}{from} RENAME TO {}",
                    view_word(*materialized),
                    self.ident(to)
                )
            }
            ChangeKind::RenameViewColumn { view, from, to } => {
                format!(
                    "ALTER VIEW {} RENAME COLUMN {} TO {}",
                    self.name(view),
                    self.ident(from),
                    self.ident(to)
                )
            }
            ChangeKind::SetViewSchema {
                view,
                schema,
                materialized,
            } => {
                format!(
                    "ALTER {} {} SET SCHEMA {}",
                    view_word(*materialized),
                    self.name(view),
                    self.ident(schema)
                )
            }
            ChangeKind::RefreshView {
                name,
                concurrently,
                with_data,
            } => {
                let concurrently = if *concurrently { "CONCURRENTLY " } else { "" };
                let data = if *with_data { "" } else { " WITH NO DATA" };
                format!(
                    "REFRESH MATERIALIZED VIEW {concurrently}{}{data}",
                    self.name(name)
                )
            }
            _ => return None,
        })
    }

    /// Functions, and what a table runs or asks: triggers, rules, policies.
    fn programs(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::DropFunction { names, kind, mode } => {
                let names: Vec<String> = names
                    .iter()
                    .map(|(name, args)| self.signature(name, args.as_deref()))
                    .collect();
                drop(function_word(*kind), *mode, &names.join(", "))
            }
            ChangeKind::RenameFunction {
                name,
                arguments,
                to,
            } => {
                format!(
                    "ALTER FUNCTION {} RENAME TO {}",
                    self.signature(name, arguments.as_deref()),
                    self.ident(to)
                )
            }
            ChangeKind::SetFunctionSchema {
                name,
                arguments,
                schema,
            } => {
                let signature = self.signature(name, arguments.as_deref());
                format!(
                    "ALTER FUNCTION {signature} SET SCHEMA {}",
                    self.ident(schema)
                )
            }
            ChangeKind::RenameTrigger { name, table, to } => {
                let (name, to) = (self.ident(name), self.ident(to));
                format!(
                    "ALTER TRIGGER {name} ON {} RENAME TO {to}",
                    self.name(table)
                )
            }
            ChangeKind::DropRule { name, table, mode } => drop(
                "RULE",
                *mode,
                &format!("{} ON {}", self.ident(name), self.name(table)),
            ),
            ChangeKind::AlterPolicy {
                name,
                table,
                rename,
                using,
                with_check,
            } => {
                let head = format!("ALTER POLICY {} ON {}", self.ident(name), self.name(table));
                match (rename, using, with_check) {
                    (Some(to), _, _) => format!("{head} RENAME TO {}", self.ident(to)),
                    // Its roles, of which a change keeps nothing.
                    (None, None, None) => return None,
                    _ => format!("{head}{}", self.policy(using.as_ref(), with_check.as_ref())),
                }
            }
            ChangeKind::DropTrigger { name, table, mode } => {
                let on = table
                    .as_ref()
                    .map(|table| format!(" ON {}", self.name(table)))
                    .unwrap_or_default();
                drop("TRIGGER", *mode, &format!("{}{on}", self.name(name)))
            }
            ChangeKind::DropPolicy { name, table, mode } => drop(
                "POLICY",
                *mode,
                &format!("{} ON {}", self.ident(name), self.name(table)),
            ),
            _ => return None,
        })
    }

    /// Comments and transactions.
    fn session(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::Comment {
                object,
                name,
                column,
                text,
                ..
            } => {
                let column = column
                    .as_ref()
                    .map(|column| format!(".{}", self.ident(column)))
                    .unwrap_or_default();
                let text = text
                    .as_ref()
                    .map_or_else(|| "NULL".to_owned(), |text| self.string(text));
                format!("COMMENT ON {object} {}{column} IS {text}", self.name(name))
            }
            ChangeKind::Begin => "BEGIN".to_owned(),
            ChangeKind::Commit => "COMMIT".to_owned(),
            ChangeKind::Rollback { to: None } => "ROLLBACK".to_owned(),
            ChangeKind::Rollback { to: Some(name) } => {
                format!("ROLLBACK TO SAVEPOINT {}", self.ident(name))
            }
            ChangeKind::Savepoint(name) => format!("SAVEPOINT {}", self.ident(name)),
            ChangeKind::Release(name) => format!("RELEASE SAVEPOINT {}", self.ident(name)),
            _ => return None,
        })
    }

    fn policy(self, using: Option<&Expr>, with_check: Option<&Expr>) -> String {
        let clause = |word: &str, expr: &Expr| format!(" {word} {}", self.bracketed(expr));
        let using = using.map(|expr| clause("USING", expr)).unwrap_or_default();
        using
            + &with_check
                .map(|expr| clause("WITH CHECK", expr))
                .unwrap_or_default()
    }

    fn column_ref(self, column: &ColumnRef) -> String {
        let relation = column
            .relation
            .as_ref()
            .map(|relation| format!("{}.", self.name(relation)))
            .unwrap_or_default();
        format!("{relation}{}", self.ident(&column.column))
    }

    fn signature(self, name: &ObjectName, arguments: Option<&[DataType]>) -> String {
        let arguments = arguments
            .map(|types| format!("({})", self.types(types)))
            .unwrap_or_default();
        format!("{}{arguments}", self.name(name))
    }
}

fn view_word(materialized: bool) -> &'static str {
    if materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    }
}

fn function_word(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Function => "FUNCTION",
        FunctionKind::Procedure => "PROCEDURE",
        FunctionKind::Aggregate => "AGGREGATE",
        FunctionKind::Routine => "ROUTINE",
    }
}
