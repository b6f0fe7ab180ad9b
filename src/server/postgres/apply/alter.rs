//! `ALTER TABLE`: its actions in the order in which the server does them.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::ClausePlace;
use crate::catalog::{ColumnName, Generation, Knowledge, QName, Rejection};
use crate::source::Span;
use crate::sql::change::Deferral;
use crate::sql::change::{AlterTable, ConstraintKind, Ident, ObjectName, TableAction};

/// The passes of PostgreSQL's `ATPrepCmd` and `ATParseTransformCmd`, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pass {
    Drop,
    AlterType,
    AddColumn,
    SetExpression,
    ColumnAttributes,
    AddIndex,
    AddOther,
    Misc,
}

fn pass(action: &TableAction) -> Pass {
    use TableAction as Action;
    match action {
        Action::DropColumn { .. }
        | Action::DropConstraint { .. }
        | Action::DropDefault { .. }
        | Action::DropNotNull { .. }
        | Action::DropIdentity { .. }
        | Action::DropExpression { .. } => Pass::Drop,
        Action::SetType { .. } => Pass::AlterType,
        Action::AddColumn { .. } => Pass::AddColumn,
        Action::SetExpression { .. } => Pass::SetExpression,
        Action::SetNotNull { .. } | Action::SetIdentity { .. } => Pass::ColumnAttributes,
        Action::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Exclude { .. } => Pass::AddIndex,
            ConstraintKind::NotNull { .. } => Pass::ColumnAttributes,
            ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_) => Pass::AddOther,
        },
        Action::SetDefault { .. } | Action::AddIdentity { .. } => Pass::AddOther,
        _ => Pass::Misc,
    }
}

impl Apply<'_> {
    pub(crate) fn alter_table(&mut self, alter: &AlterTable) {
        if self.catalog.find_table(&alter.table).is_none() {
            if let Some(view) = self.catalog.find_view(&alter.table) {
                return self.alter_other(&view, alter, Self::alter_view);
            }
            if let Some(sequence) = self.catalog.find_sequence(&alter.table) {
                return self.alter_other(&sequence, alter, Self::alter_sequence_as_table);
            }
            if let Some(index) = self.catalog.find_index(&alter.table) {
                return self.alter_other(&index.name, alter, Self::alter_index_as_table);
            }
            if alter.if_exists {
                return;
            }
        }
        let table = match self.need_table(&alter.table) {
            Ok(Some(table)) => table,
            Ok(None) => return,
            Err(rejection) => return self.rejections.push(rejection),
        };
        if let Err(rejection) = self.resolve_using(&table, alter) {
            return self.rejections.push(rejection);
        }
        let mut actions: Vec<&(TableAction, Span)> = alter.actions.iter().collect();
        actions.sort_by_key(|(action, _)| pass(action));
        // A table that an action renames or moves is under another name for the actions after it.
        let mut table = table;
        self.only = alter.only;
        for (action, span) in actions {
            let outcome = self.alter_action(&table, action, *span);
            match (&outcome, action) {
                (Ok(()), TableAction::RenameTo(to)) => table = self.renamed(&table, to),
                (Ok(()), TableAction::SetSchema(schema)) => {
                    table = QName::new(schema.value.clone(), table.name);
                }
                _ => {}
            }
            self.record(outcome);
        }
    }

    /// Every `USING` is looked at before anything is done.
    fn resolve_using(&self, table: &QName, alter: &AlterTable) -> Outcome {
        let mut actions = alter.actions.iter();
        if actions.any(|(action, _)| matches!(action, TableAction::AddColumn { .. })) {
            return Ok(());
        }
        for (action, _) in &alter.actions {
            if let TableAction::SetType {
                using: Some(using), ..
            } = action
            {
                self.resolve_in(using, table, ClausePlace::Using)?;
            }
        }
        Ok(())
    }

    fn renamed(&self, table: &QName, to: &ObjectName) -> QName {
        match &to.schema {
            Some(_) => self.catalog.qualify(to),
            None => QName::new(table.schema.clone(), self.catalog.keep(&to.name.value)),
        }
    }

    fn alter_other(
        &mut self,
        name: &QName,
        alter: &AlterTable,
        each: fn(&mut Self, &QName, &AlterTable, &TableAction) -> Outcome,
    ) {
        for (action, _) in &alter.actions {
            let outcome = each(self, name, alter, action);
            self.record(outcome);
        }
    }

    /// `ALTER TABLE` on an index: it may be renamed.
    fn alter_index_as_table(
        &mut self,
        _: &QName,
        alter: &AlterTable,
        action: &TableAction,
    ) -> Outcome {
        match action {
            TableAction::RenameTo(to) => self.rename_index(&alter.table, &to.name, alter.if_exists),
            _ => Ok(()),
        }
    }

    /// `ALTER TABLE` on a sequence: it may be renamed and moved.
    fn alter_sequence_as_table(
        &mut self,
        _: &QName,
        alter: &AlterTable,
        action: &TableAction,
    ) -> Outcome {
        match action {
            TableAction::RenameTo(to) => {
                self.alter_sequence(&alter.table, None, Some(&to.name), None, false)
            }
            TableAction::SetSchema(schema) => {
                self.alter_sequence(&alter.table, None, None, Some(schema), false)
            }
            _ => Ok(()),
        }
    }

    /// Does one action to a table, and to its children where they follow.
    pub(crate) fn alter_action(
        &mut self,
        table: &QName,
        action: &TableAction,
        span: Span,
    ) -> Outcome {
        use TableAction as Action;
        match action {
            Action::AddColumn {
                column,
                if_not_exists,
                ..
            } => {
                let before = self
                    .catalog
                    .tables
                    .get(table)
                    .map(|table| table.columns.len());
                let outcome = self.add_column(table, column, *if_not_exists);
                if outcome.is_ok()
                    && self
                        .catalog
                        .tables
                        .get(table)
                        .map(|table| table.columns.len())
                        != before
                {
                    for constraint in &column.constraints {
                        let outcome =
                            self.add_constraint(table, constraint, Some(&column.name), false);
                        self.record(outcome);
                    }
                }
                outcome
            }
            Action::DropColumn {
                name,
                if_exists,
                cascade,
            } => self.drop_column(table, name, *if_exists, *cascade),
            Action::RenameColumn { from, to } => self.rename_column(table, from, to),
            Action::SetType {
                column,
                data_type,
                collation,
                using,
            } => {
                let done =
                    self.set_type(table, column, data_type, collation.as_ref(), using.as_ref());
                let key = ColumnName::new(table.clone(), column.value.clone());
                if done.is_err() {
                    self.catalog.contested.insert(key, ());
                } else {
                    self.catalog.contested.remove(&key);
                }
                done
            }
            Action::SetDefault { column, default } => self.set_default(table, column, default),
            Action::DropDefault { column } => self.drop_default(table, column),
            Action::SetNotNull { column } => {
                self.edit_column(table, column, |column| column.not_null = true)
            }
            Action::DropNotNull { column } => self.drop_not_null(table, column),
            Action::AddIdentity { column, identity } => self.add_identity(table, column, *identity),
            Action::SetIdentity { column, identity } => {
                self.edit_column(table, column, |column| column.identity = Some(*identity))
            }
            Action::DropIdentity { column, if_exists } => {
                self.drop_identity(table, column, *if_exists)
            }
            Action::SetExpression { column, expr } => self.edit_column(table, column, |column| {
                let stored = column
                    .generated
                    .as_ref()
                    .is_none_or(|generated| generated.stored);
                column.generated = Some(Generation {
                    expr: expr.clone(),
                    stored,
                });
            }),
            Action::DropExpression { column, if_exists } => {
                self.drop_expression(table, column, *if_exists)
            }
            Action::AddConstraint(constraint) => {
                self.add_constraint(table, constraint, None, false)
            }
            Action::DropConstraint {
                name,
                if_exists,
                cascade,
            } => self.drop_constraint(table, name, *if_exists, *cascade),
            Action::RenameConstraint { from, to } => self.rename_constraint(table, from, to),
            Action::ValidateConstraint { name } => self.validate_constraint(table, name),
            Action::AlterConstraint {
                name,
                deferrable,
                initially_deferred,
            } => self.alter_constraint(table, name, *deferrable, *initially_deferred),
            Action::AddIndex(index) => self.add_index(table, index),
            Action::RenameTo(to) => {
                let from = ObjectName {
                    schema: Some(Ident::synthetic(table.schema.clone())),
                    name: Ident::synthetic(table.name.clone()),
                };
                self.rename_table(&from, to)
            }
            Action::SetSchema(schema) => self.set_table_schema(table, schema),
            Action::AttachPartition { partition, bound } => {
                self.attach_partition(table, partition, bound)
            }
            Action::DetachPartition { partition, .. } => self.detach_partition(table, partition),
            Action::Inherit(parent) => self.inherit(table, parent),
            Action::NoInherit(parent) => self.no_inherit(table, parent),
            Action::SetLogged(logged) => {
                use crate::sql::change::Persistence::{Permanent, Unlogged};
                if let Some(table) = self.edit(table) {
                    table.persistence = if *logged { Permanent } else { Unlogged };
                }
                Ok(())
            }
            Action::RowSecurity { enable, force } => {
                if let Some(table) = self.edit(table) {
                    let security = &mut table.row_security;
                    security.enabled = enable.unwrap_or(security.enabled);
                    security.forced = force.unwrap_or(security.forced);
                }
                Ok(())
            }
            Action::Trigger { name, .. } => self.toggle_trigger(table, name, span),
            Action::Unknown(what) => {
                if let Some(table) = self.edit(table) {
                    table.knowledge = Knowledge::Unknown(format!("`{what}` was not understood"));
                }
                Ok(())
            }
            // These are MySQL's; its own rules have had them before.
            Action::Modify { .. }
            | Action::DropPrimaryKey
            | Action::DropForeignKey { .. }
            | Action::DropIndex { .. }
            | Action::RenameIndex { .. }
            | Action::Option { .. }
            | Action::ConvertCharset { .. }
            | Action::PartitionBy(_)
            | Action::RemovePartitioning
            | Action::OnlineMode { .. }
            | Action::Storage { .. }
            | Action::Inert(_) => Ok(()),
        }
    }

    fn drop_expression(&mut self, table: &QName, column: &Ident, if_exists: bool) -> Outcome {
        let at = self.need_column(table, column)?;
        let current = self
            .catalog
            .tables
            .get(table)
            .and_then(|table| table.columns.get(at?));
        if let Some(current) = current
            && current.generated.is_none()
            && current.knowledge.is_exact()
            && !if_exists
        {
            let message = format!("column `{}` is not a generated column", current.name);
            return Err(Rejection::new(
                sqlstate::OBJECT_NOT_IN_PREREQUISITE_STATE,
                column.span,
                message,
            ));
        }
        self.edit_column(table, column, |column| column.generated = None)
    }

    fn alter_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        deferrable: Option<bool>,
        initially_deferred: Option<bool>,
    ) -> Outcome {
        let Some(found) = self.edit(table) else {
            return Ok(());
        };
        let Some(key) = found
            .foreign_keys
            .iter_mut()
            .find(|key| key.name == name.value)
        else {
            if !found.knowledge.is_exact() || found.constraint_origin(&name.value).is_some() {
                return Ok(());
            }
            let message = format!(
                "constraint `{}` of table `{}` does not exist",
                name.value, table.name
            );
            return Err(Rejection::new(
                sqlstate::UNDEFINED_OBJECT,
                name.span,
                message,
            ));
        };
        let old = key.deferral;
        key.deferral = if initially_deferred.unwrap_or(old == Deferral::Initially) {
            Deferral::Initially
        } else if deferrable.unwrap_or(old != Deferral::Never) {
            Deferral::Possible
        } else {
            Deferral::Never
        };
        Ok(())
    }
}
