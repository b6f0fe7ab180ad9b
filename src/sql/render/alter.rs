//! `ALTER TABLE`.

use super::column::identity_word;
use super::{Renderer, cascade, if_exists, if_not_exists};
use crate::sql::change::{AlterTable, ColumnPosition, TableAction};

impl Renderer {
    /// `None` when an action has no text. SQLite takes one action at a time, so there it is one
    /// statement for each.
    pub(super) fn alter_table(self, alter: &AlterTable) -> Option<String> {
        let only = if alter.only { "ONLY " } else { "" };
        let head = format!(
            "ALTER TABLE {}{only}{}",
            if_exists(alter.if_exists),
            self.name(&alter.table)
        );
        let actions: Option<Vec<String>> = alter
            .actions
            .iter()
            .map(|(action, _)| self.action(action))
            .collect();
        let actions = actions.filter(|actions| !actions.is_empty())?;
        if self.dialect.alter_takes_one_action() {
            let statements: Vec<String> = actions
                .iter()
                .map(|action| format!("{head} {action}"))
                .collect();
            return Some(statements.join(";\n"));
        }
        Some(format!("{head} {}", actions.join(",\n  ")))
    }

    fn action(self, action: &TableAction) -> Option<String> {
        Some(match action {
            TableAction::AddColumn {
                column,
                if_not_exists: quiet,
                position,
            } => {
                format!(
                    "ADD COLUMN {}{}{}",
                    if_not_exists(*quiet),
                    self.column(column),
                    self.position(position.as_ref())
                )
            }
            TableAction::DropColumn {
                name,
                if_exists: quiet,
                cascade: all,
            } => {
                format!(
                    "DROP COLUMN {}{}{}",
                    if_exists(*quiet),
                    self.ident(name),
                    cascade(*all)
                )
            }
            TableAction::RenameColumn { from, to } => {
                format!("RENAME COLUMN {} TO {}", self.ident(from), self.ident(to))
            }
            TableAction::SetType {
                column,
                data_type,
                collation,
                using,
            } => {
                let mut out = format!(
                    "ALTER COLUMN {} SET DATA TYPE {}",
                    self.ident(column),
                    self.data_type(data_type)
                );
                if let Some(collation) = collation {
                    out.extend([format!(" COLLATE {}", self.name(collation))]);
                }
                if let Some(using) = using {
                    out.extend([format!(" USING {}", using.sql)]);
                }
                out
            }
            TableAction::SetDefault { column, default } => {
                format!(
                    "ALTER COLUMN {} SET DEFAULT {}",
                    self.ident(column),
                    self.default_value(default)
                )
            }
            TableAction::DropDefault { column } => {
                format!("ALTER COLUMN {} DROP DEFAULT", self.ident(column))
            }
            TableAction::SetNotNull { column } => {
                format!("ALTER COLUMN {} SET NOT NULL", self.ident(column))
            }
            TableAction::DropNotNull { column } => {
                format!("ALTER COLUMN {} DROP NOT NULL", self.ident(column))
            }
            TableAction::AddIdentity { column, identity } => {
                format!(
                    "ALTER COLUMN {} ADD GENERATED {} AS IDENTITY",
                    self.ident(column),
                    identity_word(*identity)
                )
            }
            TableAction::SetIdentity { column, identity } => {
                format!(
                    "ALTER COLUMN {} SET GENERATED {}",
                    self.ident(column),
                    identity_word(*identity)
                )
            }
            TableAction::DropIdentity {
                column,
                if_exists: quiet,
            } => {
                let quiet = if *quiet { " IF EXISTS" } else { "" };
                format!("ALTER COLUMN {} DROP IDENTITY{quiet}", self.ident(column))
            }
            TableAction::SetExpression { column, expr } => {
                format!(
                    "ALTER COLUMN {} SET EXPRESSION AS {}",
                    self.ident(column),
                    self.bracketed(expr)
                )
            }
            TableAction::DropExpression {
                column,
                if_exists: quiet,
            } => {
                let quiet = if *quiet { " IF EXISTS" } else { "" };
                format!("ALTER COLUMN {} DROP EXPRESSION{quiet}", self.ident(column))
            }
            TableAction::Modify {
                from,
                column,
                position,
            } => {
                let place = self.position(position.as_ref());
                let definition = self.column(column);
                if self.dialect.redefines_columns() {
                    format!("ALTER COLUMN {} TO {definition}", self.ident(from))
                } else if from.value == column.name.value {
                    format!("MODIFY COLUMN {definition}{place}")
                } else {
                    format!("CHANGE COLUMN {} {definition}{place}", self.ident(from))
                }
            }
            TableAction::AddConstraint(constraint) => {
                format!("ADD {}", self.constraint(constraint))
            }
            TableAction::DropConstraint {
                name,
                if_exists: quiet,
                cascade: all,
            } => {
                format!(
                    "DROP CONSTRAINT {}{}{}",
                    if_exists(*quiet),
                    self.ident(name),
                    cascade(*all)
                )
            }
            TableAction::RenameConstraint { from, to } => {
                format!(
                    "RENAME CONSTRAINT {} TO {}",
                    self.ident(from),
                    self.ident(to)
                )
            }
            TableAction::ValidateConstraint { name } => {
                format!("VALIDATE CONSTRAINT {}", self.ident(name))
            }
            TableAction::AlterConstraint {
                name,
                deferrable,
                initially_deferred,
            } => {
                let mut out = format!("ALTER CONSTRAINT {}", self.ident(name));
                if let Some(yes) = deferrable {
                    out.push_str(if *yes {
                        " DEFERRABLE"
                    } else {
                        " NOT DEFERRABLE"
                    });
                }
                if let Some(yes) = initially_deferred {
                    out.push_str(if *yes {
                        " INITIALLY DEFERRED"
                    } else {
                        " INITIALLY IMMEDIATE"
                    });
                }
                out
            }
            TableAction::DropPrimaryKey => "DROP PRIMARY KEY".to_owned(),
            TableAction::DropForeignKey { name, .. } => {
                format!("DROP FOREIGN KEY {}", self.ident(name))
            }
            TableAction::AddIndex(index) => format!("ADD {}", self.inline_index(index)),
            TableAction::DropIndex {
                name,
                if_exists: quiet,
            } => {
                format!("DROP INDEX {}{}", if_exists(*quiet), self.ident(name))
            }
            TableAction::RenameIndex { from, to } => {
                format!("RENAME INDEX {} TO {}", self.ident(from), self.ident(to))
            }
            TableAction::RenameTo(to) => format!("RENAME TO {}", self.name(to)),
            TableAction::SetSchema(schema) => format!("SET SCHEMA {}", self.ident(schema)),
            TableAction::AttachPartition { partition, bound } => {
                format!("ATTACH PARTITION {} {}", self.name(partition), bound.sql)
            }
            TableAction::DetachPartition {
                partition,
                concurrently,
            } => {
                let concurrently = if *concurrently { " CONCURRENTLY" } else { "" };
                format!("DETACH PARTITION {}{concurrently}", self.name(partition))
            }
            TableAction::Inherit(parent) => format!("INHERIT {}", self.name(parent)),
            TableAction::NoInherit(parent) => format!("NO INHERIT {}", self.name(parent)),
            TableAction::SetLogged(logged) => if *logged {
                "SET LOGGED"
            } else {
                "SET UNLOGGED"
            }
            .to_owned(),
            TableAction::RowSecurity { enable, force } => match (enable, force) {
                (Some(enable), _) => format!(
                    "{} ROW LEVEL SECURITY",
                    if *enable { "ENABLE" } else { "DISABLE" }
                ),
                (None, Some(force)) => format!(
                    "{}FORCE ROW LEVEL SECURITY",
                    if *force { "" } else { "NO " }
                ),
                (None, None) => return None,
            },
            TableAction::Trigger { name, enable } => {
                let name = if matches!(name.to_uppercase().as_str(), "ALL" | "USER") {
                    name.clone()
                } else {
                    self.word(name)
                };
                format!(
                    "{} TRIGGER {name}",
                    if *enable { "ENABLE" } else { "DISABLE" }
                )
            }
            TableAction::Option { name, value } => match name.as_str() {
                "comment" => format!("COMMENT = {}", self.string(value)),
                name => format!("{} = {value}", name.to_uppercase()),
            },
            TableAction::ConvertCharset { charset, collation } => {
                let collation = collation
                    .as_ref()
                    .map(|name| format!(" COLLATE {name}"))
                    .unwrap_or_default();
                format!("CONVERT TO CHARACTER SET {charset}{collation}")
            }
            TableAction::OnlineMode { name, value } => format!("{} = {value}", name.to_uppercase()),
            TableAction::PartitionBy(partitions) => partitions.written.clone()?,
            TableAction::RemovePartitioning => "REMOVE PARTITIONING".to_owned(),
            TableAction::Storage { .. } | TableAction::Inert(_) | TableAction::Unknown(_) => {
                return None;
            }
        })
    }

    fn position(self, position: Option<&ColumnPosition>) -> String {
        match position {
            None => String::new(),
            Some(ColumnPosition::First) => " FIRST".to_owned(),
            Some(ColumnPosition::After(column)) => format!(" AFTER {}", self.ident(column)),
        }
    }
}
