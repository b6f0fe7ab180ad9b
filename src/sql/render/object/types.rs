//! Types and domains, and what `ALTER` does to them.

use crate::sql::change::{ChangeKind, DomainAction, EnumPosition, TypeAction};
use crate::sql::render::{Renderer, drop, if_exists, if_not_exists};

impl Renderer {
    /// `None` for what is neither.
    pub(super) fn types_and_domains(self, kind: &ChangeKind) -> Option<String> {
        Some(match kind {
            ChangeKind::CreateEnum { name, labels } => {
                let labels: Vec<String> = labels
                    .iter()
                    .map(|label| self.string(&label.value))
                    .collect();
                format!(
                    "CREATE TYPE {} AS ENUM ({})",
                    self.name(name),
                    labels.join(", ")
                )
            }
            ChangeKind::CreateType { name, fields } if !fields.is_empty() => {
                let fields = fields.iter().map(|field| {
                    let (name, of) = (&field.name, &field.data_type);
                    format!("{} {}", self.ident(name), self.data_type(of))
                });
                format!(
                    "CREATE TYPE {} AS ({})",
                    self.name(name),
                    fields.collect::<Vec<_>>().join(", ")
                )
            }
            ChangeKind::AddEnumValue {
                name,
                value,
                position,
                if_not_exists: quiet,
            } => {
                let place = match position {
                    EnumPosition::Last => String::new(),
                    EnumPosition::Before(label) => format!(" BEFORE {}", self.string(&label.value)),
                    EnumPosition::After(label) => format!(" AFTER {}", self.string(&label.value)),
                };
                let value = self.string(&value.value);
                format!(
                    "ALTER TYPE {} ADD VALUE {}{value}{place}",
                    self.name(name),
                    if_not_exists(*quiet)
                )
            }
            ChangeKind::RenameEnumValue { name, from, to } => {
                let (from, to) = (self.string(&from.value), self.string(&to.value));
                format!("ALTER TYPE {} RENAME VALUE {from} TO {to}", self.name(name))
            }
            ChangeKind::AlterType { name, action } => {
                format!(
                    "ALTER TYPE {} {}",
                    self.name(name),
                    self.type_action(action)
                )
            }
            ChangeKind::DropType { names, mode } => drop("TYPE", *mode, &self.names(names)),
            ChangeKind::CreateDomain {
                name,
                base,
                not_null,
                default,
                checks,
            } => {
                let mut out = format!(
                    "CREATE DOMAIN {} AS {}",
                    self.name(name),
                    self.data_type(base)
                );
                if let Some(default) = default {
                    out.extend([format!(" DEFAULT {}", default.sql)]);
                }
                out.push_str(if *not_null { " NOT NULL" } else { "" });
                for check in checks {
                    out.extend([format!(" {}", self.constraint(check))]);
                }
                out
            }
            ChangeKind::AlterDomain { name, action } => {
                format!(
                    "ALTER DOMAIN {} {}",
                    self.name(name),
                    self.domain_action(action)
                )
            }
            ChangeKind::DropDomain { names, mode } => drop("DOMAIN", *mode, &self.names(names)),
            _ => return None,
        })
    }

    fn type_action(self, action: &TypeAction) -> String {
        match action {
            TypeAction::RenameTo(to) => format!("RENAME TO {}", self.ident(to)),
            TypeAction::SetSchema(schema) => format!("SET SCHEMA {}", self.ident(schema)),
            TypeAction::AddAttribute(name, of) => {
                format!("ADD ATTRIBUTE {} {}", self.ident(name), self.data_type(of))
            }
            TypeAction::DropAttribute { name, if_exists } => {
                let if_exists = if *if_exists { "IF EXISTS " } else { "" };
                format!("DROP ATTRIBUTE {if_exists}{}", self.ident(name))
            }
            TypeAction::AlterAttribute(name, of) => {
                format!(
                    "ALTER ATTRIBUTE {} SET DATA TYPE {}",
                    self.ident(name),
                    self.data_type(of)
                )
            }
            TypeAction::RenameAttribute(from, to) => {
                format!(
                    "RENAME ATTRIBUTE {} TO {}",
                    self.ident(from),
                    self.ident(to)
                )
            }
        }
    }

    fn domain_action(self, action: &DomainAction) -> String {
        match action {
            DomainAction::SetDefault(expr) => format!("SET DEFAULT {}", expr.sql),
            DomainAction::DropDefault => "DROP DEFAULT".to_owned(),
            DomainAction::SetNotNull => "SET NOT NULL".to_owned(),
            DomainAction::DropNotNull => "DROP NOT NULL".to_owned(),
            DomainAction::AddConstraint {
                constraint,
                not_valid,
            } => {
                let not_valid = if *not_valid && !constraint.not_valid {
                    " NOT VALID"
                } else {
                    ""
                };
                format!("ADD {}{not_valid}", self.constraint(constraint))
            }
            DomainAction::DropConstraint {
                name,
                if_exists: quiet,
            } => {
                format!("DROP CONSTRAINT {}{}", if_exists(*quiet), self.ident(name))
            }
            DomainAction::RenameConstraint { from, to } => {
                format!(
                    "RENAME CONSTRAINT {} TO {}",
                    self.ident(from),
                    self.ident(to)
                )
            }
            DomainAction::ValidateConstraint(name) => {
                format!("VALIDATE CONSTRAINT {}", self.ident(name))
            }
            DomainAction::RenameTo(to) => format!("RENAME TO {}", self.ident(to)),
            DomainAction::SetSchema(schema) => format!("SET SCHEMA {}", self.ident(schema)),
        }
    }
}
