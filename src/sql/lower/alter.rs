//! `ALTER TABLE`.

use sqlparser::ast::{
    self, AlterColumnOperation, AlterTableOperation as Op, MySQLColumnPosition, RenameTableNameKind,
};

use super::element::{self, Elements};
use super::expr::{default_of, expr_in};
use super::index::written;
use super::{Cx, data_type, name};
use crate::source::Span;
use crate::sql::change::{AlterTable, ChangeKind, ColumnPosition, Ident, ObjectName, TableAction};

pub(super) fn table(alter: &ast::AlterTable, cx: &Cx) -> ChangeKind {
    let table = name::object_name(&alter.name, cx);
    let elements = Elements::of(cx);
    let lower = Lower {
        table: written(&table),
        elements: &elements,
        cx,
    };
    let spans_known = elements.len() == alter.operations.len();
    let mut actions = Vec::with_capacity(alter.operations.len());
    for (index, operation) in alter.operations.iter().enumerate() {
        let span = elements
            .span(index)
            .filter(|_| spans_known)
            .unwrap_or(cx.span);
        actions.extend(
            lower
                .actions(operation)
                .into_iter()
                .map(|action| (action, span)),
        );
    }
    ChangeKind::AlterTable(Box::new(AlterTable {
        table,
        if_exists: alter.if_exists,
        only: alter.only,
        actions,
    }))
}

struct Lower<'l, 'a> {
    table: Option<&'l ObjectName>,
    elements: &'l Elements<'a>,
    cx: &'l Cx<'a>,
}

impl Lower<'_, '_> {
    fn ident(&self, ident: &ast::Ident) -> Ident {
        name::ident(ident, self.cx)
    }

    fn actions(&self, operation: &Op) -> Vec<TableAction> {
        if let Op::DropColumn {
            column_names,
            if_exists,
            drop_behavior,
            ..
        } = operation
        {
            let cascade = matches!(drop_behavior, Some(ast::DropBehavior::Cascade));
            return column_names
                .iter()
                .map(|name| TableAction::DropColumn {
                    name: self.ident(name),
                    if_exists: *if_exists,
                    cascade,
                })
                .collect();
        }
        vec![self.action(operation)]
    }

    /// MariaDB's `ADD IF NOT EXISTS a int`, whose words sqlparser reads and forgets.
    fn says_if_not_exists(&self, column: &ast::ColumnDef) -> bool {
        let start = name::ident(&column.name, self.cx).span.start;
        let before = self
            .cx
            .slice(Span::new(self.cx.span.start, start.max(self.cx.span.start)));
        let words = before.split_whitespace().rev().take(3);
        self.cx.dialect.add_may_be_conditional()
            && words
                .map(str::to_ascii_uppercase)
                .eq(["EXISTS", "NOT", "IF"])
    }

    fn action(&self, operation: &Op) -> TableAction {
        match operation {
            Op::AddColumn {
                if_not_exists,
                column_def,
                column_position,
                ..
            } => TableAction::AddColumn {
                column: Box::new(element::column(
                    column_def,
                    self.table,
                    self.elements,
                    self.cx,
                )),
                if_not_exists: *if_not_exists || self.says_if_not_exists(column_def),
                position: self.position(column_position.as_ref()),
            },
            Op::AddConstraint {
                constraint,
                not_valid,
            } => match element::constraint(constraint, self.table, self.elements, self.cx) {
                Some(mut constraint) => {
                    constraint.not_valid = *not_valid;
                    TableAction::AddConstraint(Box::new(constraint))
                }
                None => match element::inline_index(constraint, self.table, self.cx) {
                    Some(index) => TableAction::AddIndex(Box::new(index)),
                    None => TableAction::Unknown(operation.to_string()),
                },
            },
            Op::DropConstraint {
                if_exists,
                name,
                drop_behavior,
            } => TableAction::DropConstraint {
                name: self.ident(name),
                if_exists: *if_exists,
                cascade: matches!(drop_behavior, Some(ast::DropBehavior::Cascade)),
            },
            Op::DropPrimaryKey { .. } => TableAction::DropPrimaryKey,
            Op::DropForeignKey { name, .. } => TableAction::DropForeignKey {
                name: self.ident(name),
                if_exists: false,
            },
            Op::DropIndex { name } => TableAction::DropIndex {
                name: self.ident(name),
                if_exists: false,
            },
            Op::RenameColumn {
                old_column_name,
                new_column_name,
            } => TableAction::RenameColumn {
                from: self.ident(old_column_name),
                to: self.ident(new_column_name),
            },
            Op::RenameTable {
                table_name: RenameTableNameKind::As(to) | RenameTableNameKind::To(to),
            } => TableAction::RenameTo(name::object_name(to, self.cx)),
            Op::RenameConstraint { old_name, new_name } => TableAction::RenameConstraint {
                from: self.ident(old_name),
                to: self.ident(new_name),
            },
            Op::ChangeColumn {
                old_name,
                new_name,
                data_type,
                options,
                column_position,
            } => self.modify(
                self.ident(old_name),
                self.ident(new_name),
                data_type,
                options,
                column_position.as_ref(),
            ),
            Op::ModifyColumn {
                col_name,
                data_type,
                options,
                column_position,
            } => self.modify(
                self.ident(col_name),
                self.ident(col_name),
                data_type,
                options,
                column_position.as_ref(),
            ),
            Op::AlterColumn { column_name, op } => self.alter_column(self.ident(column_name), op),
            Op::ValidateConstraint { name } => TableAction::ValidateConstraint {
                name: self.ident(name),
            },
            Op::EnableRowLevelSecurity => TableAction::RowSecurity {
                enable: Some(true),
                force: None,
            },
            Op::DisableRowLevelSecurity => TableAction::RowSecurity {
                enable: Some(false),
                force: None,
            },
            Op::ForceRowLevelSecurity => TableAction::RowSecurity {
                enable: None,
                force: Some(true),
            },
            Op::NoForceRowLevelSecurity => TableAction::RowSecurity {
                enable: None,
                force: Some(false),
            },
            Op::EnableTrigger { name }
            | Op::EnableAlwaysTrigger { name }
            | Op::EnableReplicaTrigger { name } => TableAction::Trigger {
                name: self.ident(name).value,
                enable: true,
            },
            Op::DisableTrigger { name } => TableAction::Trigger {
                name: self.ident(name).value,
                enable: false,
            },
            Op::SetLogged => TableAction::SetLogged(true),
            Op::SetUnlogged => TableAction::SetLogged(false),
            Op::Algorithm { algorithm, .. } => TableAction::OnlineMode {
                name: "algorithm".to_owned(),
                value: algorithm.to_string().to_uppercase(),
            },
            Op::Lock { lock, .. } => TableAction::OnlineMode {
                name: "lock".to_owned(),
                value: lock.to_string().to_uppercase(),
            },
            Op::AutoIncrement { value, .. } => TableAction::Option {
                name: "auto_increment".to_owned(),
                value: value.to_string(),
            },
            Op::OwnerTo { .. } => TableAction::Inert("OWNER TO".to_owned()),
            Op::ReplicaIdentity { .. } => TableAction::Inert("REPLICA IDENTITY".to_owned()),
            Op::SetOptionsParens { .. } => TableAction::Inert("SET".to_owned()),
            Op::EnableRule { .. } | Op::EnableAlwaysRule { .. } | Op::EnableReplicaRule { .. } => {
                TableAction::Inert("ENABLE RULE".to_owned())
            }
            Op::DisableRule { .. } => TableAction::Inert("DISABLE RULE".to_owned()),
            other => TableAction::Unknown(other.to_string()),
        }
    }

    fn alter_column(&self, column: Ident, op: &AlterColumnOperation) -> TableAction {
        match op {
            AlterColumnOperation::SetNotNull => TableAction::SetNotNull { column },
            AlterColumnOperation::DropNotNull => TableAction::DropNotNull { column },
            AlterColumnOperation::SetDefault { value } => TableAction::SetDefault {
                default: default_of(value, self.table, &column, self.cx),
                column,
            },
            AlterColumnOperation::DropDefault => TableAction::DropDefault { column },
            AlterColumnOperation::SetDataType {
                data_type: to,
                using,
                ..
            } => TableAction::SetType {
                column,
                data_type: data_type(to, self.cx),
                collation: None,
                using: using
                    .as_ref()
                    .map(|expr| expr_in(expr, self.table, self.cx)),
            },
            AlterColumnOperation::AddGenerated { generated_as, .. } => {
                let identity =
                    generated_as.map_or(crate::sql::change::Identity::ByDefault, element::identity);
                TableAction::AddIdentity { column, identity }
            }
        }
    }

    fn modify(
        &self,
        from: Ident,
        name: Ident,
        data_type: &ast::DataType,
        options: &[ast::ColumnOption],
        position: Option<&MySQLColumnPosition>,
    ) -> TableAction {
        let options = options.iter().map(|option| (None, option));
        let column =
            element::column_from(name, data_type, options, self.table, self.elements, self.cx);
        TableAction::Modify {
            from,
            column: Box::new(column),
            position: self.position(position),
        }
    }

    fn position(&self, position: Option<&MySQLColumnPosition>) -> Option<ColumnPosition> {
        Some(match position? {
            MySQLColumnPosition::First => ColumnPosition::First,
            MySQLColumnPosition::After(column) => ColumnPosition::After(self.ident(column)),
        })
    }
}
