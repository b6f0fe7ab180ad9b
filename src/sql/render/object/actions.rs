//! What `ALTER TYPE` and `ALTER DOMAIN` do.

use crate::sql::change::{DomainAction, TypeAction};
use crate::sql::render::{Renderer, if_exists};

impl Renderer {
    pub(super) fn type_action(self, action: &TypeAction) -> String {
        match action {
            TypeAction::RenameTo(to) => format!("RENAME TO {}", self.ident(to)),
            TypeAction::SetSchema(schema) => format!("SET SCHEMA {}", self.ident(schema)),
            TypeAction::AddAttribute(name, of) => {
                format!("ADD ATTRIBUTE {} {}", self.ident(name), self.data_type(of))
            }
            TypeAction::DropAttribute(name) => format!("DROP ATTRIBUTE {}", self.ident(name)),
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

    pub(super) fn domain_action(self, action: &DomainAction) -> String {
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
