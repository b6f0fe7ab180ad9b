//! Row-level security, triggers, rules, policies and comments.

use crate::catalog::RowSecurity;
use crate::catalog::Table;
use crate::server::questions::Comments;
use crate::sql::change::{ChangeKind, Ident, TableAction};

use super::{DefinitionList, Subject, object_name};

impl DefinitionList<'_> {
    /// Row-level security, triggers, rules, policies and comments.
    pub(super) fn parts(&mut self, table: &Table) {
        let RowSecurity { enabled, forced } = table.row_security;
        if enabled {
            self.alter(
                &table.name,
                TableAction::RowSecurity {
                    enable: Some(true),
                    force: None,
                },
            );
        }
        if forced {
            self.alter(
                &table.name,
                TableAction::RowSecurity {
                    enable: None,
                    force: Some(true),
                },
            );
        }
        let inherited = self.parent(table).map(|parent| parent.triggers.as_slice());
        let inherited = inherited.unwrap_or_default();
        for trigger in &table.triggers {
            if inherited.iter().any(|other| other.name == trigger.name) {
                continue;
            }
            let subject = Subject::Trigger {
                table: table.name.clone(),
                name: trigger.name.clone(),
            };
            self.text(subject, trigger.origin.changed, None);
        }
        for rule in &table.rules {
            let subject = Subject::Rule {
                table: table.name.clone(),
                name: rule.name.clone(),
            };
            self.text(subject, rule.origin.changed, None);
        }
        for policy in &table.policies {
            let subject = Subject::Policy {
                table: table.name.clone(),
                name: policy.name.clone(),
            };
            self.text(
                subject,
                policy
                    .origin
                    .made
                    .into_iter()
                    .chain(policy.altered.iter().copied()),
                None,
            );
        }
        if self.catalog.dialect.comments() == Comments::Statements {
            self.comments(table);
        }
    }

    pub(super) fn comments(&mut self, table: &Table) {
        let own = table.comment.iter().map(|text| ("TABLE", None, text));
        let columns = table.columns.iter().filter_map(|column| {
            let name = Ident::synthetic(column.name.clone());
            Some(("COLUMN", Some(name), column.comment.as_ref()?))
        });
        for (object, column, text) in own.chain(columns) {
            let text = Some(text.clone());
            let name = object_name(&table.name);
            self.push(ChangeKind::Comment {
                overload: false,
                object: object.to_owned(),
                name,
                column,
                text,
            });
        }
    }
}
