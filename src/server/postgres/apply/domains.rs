//! Domains.

use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{CheckConstraint, Domain, Mention, QName, Rejection};
use crate::source::Span;
use crate::sql::change::{
    ConstraintDef, ConstraintKind, DataType, DomainAction, Expr, Ident, ObjectName, TypeAction,
};

impl Apply<'_> {
    pub(crate) fn create_domain(
        &mut self,
        name: &ObjectName,
        base: &DataType,
        not_null: bool,
        default: Option<&Expr>,
        checks: &[ConstraintDef],
    ) -> Outcome {
        let qname = self.place(name)?;
        self.refuse_taken_type(&qname, name)?;
        let base = self.settle_type(base, name.span())?;
        let mut made = Domain {
            name: qname.clone(),
            base,
            not_null,
            default: default.cloned(),
            checks: Vec::new(),
            origin: self.origin(),
        };
        if let Some(default) = default {
            self.refuse_default(default, &made.base)?;
        }
        for check in checks {
            if let Some(check) = self.domain_check(&made, check) {
                self.resolve_over_value(&check.expr, &made.base)?;
                made.checks.push(check);
            }
        }
        self.catalog.domains.insert(qname, Arc::new(made));
        Ok(())
    }

    fn domain_check(&self, domain: &Domain, definition: &ConstraintDef) -> Option<CheckConstraint> {
        let ConstraintKind::Check {
            expr, no_inherit, ..
        } = &definition.kind
        else {
            return None;
        };
        let name = definition.name.as_ref().map_or_else(
            || {
                let mut number = 0;
                loop {
                    let label = if number == 0 {
                        "check".to_owned()
                    } else {
                        format!("check{number}")
                    };
                    let name = self
                        .catalog
                        .choose_constraint_name(&domain.name, "", &label);
                    if domain.checks.iter().all(|check| check.name != name) {
                        break name;
                    }
                    number += 1;
                }
            },
            |name| name.value.clone(),
        );
        Some(CheckConstraint {
            name,
            expr: expr.clone(),
            valid: !definition.not_valid,
            no_inherit: *no_inherit,
            origin: self.origin(),
        })
    }

    pub(crate) fn alter_domain(&mut self, name: &ObjectName, action: &DomainAction) -> Outcome {
        let Some(qname) = self.catalog.find_domain(name) else {
            return self.missing_type(name).map_or(Ok(()), Err);
        };
        match action {
            DomainAction::RenameTo(to) => {
                return self.alter_type(name, &TypeAction::RenameTo(to.clone()));
            }
            DomainAction::SetSchema(schema) => {
                return self.alter_type(name, &TypeAction::SetSchema(schema.clone()));
            }
            _ => {}
        }
        let mut domain = (*self.catalog.domains[&qname]).clone();
        domain.origin.changed = Some(self.site);
        let missing = |name: &Ident| {
            let message = format!(
                "constraint `{}` of domain `{}` does not exist",
                name.value, qname.name
            );
            Rejection::new(sqlstate::UNDEFINED_OBJECT, name.span, message)
        };
        let checks_rows = match action {
            DomainAction::AddConstraint { not_valid, .. } => !not_valid,
            DomainAction::SetNotNull => !domain.not_null,
            DomainAction::ValidateConstraint(_) => true,
            _ => false,
        };
        if checks_rows {
            self.refuse_arrays_of(&qname, name.span())?;
        }
        match action {
            DomainAction::SetDefault(expr) => {
                self.refuse_default(expr, &domain.base)?;
                domain.default = Some(expr.clone());
            }
            DomainAction::DropDefault => domain.default = None,
            DomainAction::SetNotNull => domain.not_null = true,
            DomainAction::DropNotNull => domain.not_null = false,
            DomainAction::AddConstraint {
                constraint,
                not_valid,
            } => {
                if let Some(mut check) = self.domain_check(&domain, constraint) {
                    if let Some(old) = domain.checks.iter().find(|old| old.name == check.name) {
                        let message = format!(
                            "constraint `{}` of domain `{}` already exists",
                            check.name, qname.name
                        );
                        let code = sqlstate::DUPLICATE_OBJECT;
                        return Err(Rejection::new(code, name.span(), message)
                            .because(old.origin.made, "made here"));
                    }
                    self.resolve_over_value(&check.expr, &domain.base)?;
                    check.valid = !not_valid;
                    domain.checks.push(check);
                }
            }
            DomainAction::DropConstraint { name, if_exists } => {
                let before = domain.checks.len();
                domain.checks.retain(|check| check.name != name.value);
                if domain.checks.len() == before && !if_exists {
                    return Err(missing(name));
                }
            }
            DomainAction::RenameConstraint { from, to } => {
                let found = domain
                    .checks
                    .iter_mut()
                    .find(|check| check.name == from.value);
                found
                    .ok_or_else(|| missing(from))?
                    .name
                    .clone_from(&to.value);
            }
            DomainAction::ValidateConstraint(name) => {
                let found = domain
                    .checks
                    .iter_mut()
                    .find(|check| check.name == name.value);
                found.ok_or_else(|| missing(name))?.valid = true;
            }
            DomainAction::RenameTo(_) | DomainAction::SetSchema(_) => {}
        }
        self.catalog.domains.insert(qname, Arc::new(domain));
        Ok(())
    }

    /// The server looks at the rows of columns of the domain, and into no array.
    fn refuse_arrays_of(&self, domain: &QName, span: Span) -> Outcome {
        for (table, found) in self.catalog.tables.with(Mention::Type(&domain.name)) {
            let mut columns = found.columns.iter();
            let array = columns.find(|column| {
                column.data_type.array
                    && self.catalog.type_of(&column.data_type).as_ref() == Some(domain)
            });
            if let Some(array) = array {
                let message = format!(
                    "type `{}` cannot be altered: column `{}.{}` uses it",
                    domain.name, table.name, array.name
                );
                return Err(
                    Rejection::new(sqlstate::FEATURE_NOT_SUPPORTED, span, message)
                        .because(array.origin.made, "made here"),
                );
            }
        }
        Ok(())
    }
}
