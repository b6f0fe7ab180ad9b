//! Constraints: added, dropped, renamed, validated.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::Droppable;
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::ClausePlace;
use crate::catalog::{CheckConstraint, Exclusion, QName, Rejection, Table};
use crate::server::postgres::apply::names::{index_columns, joined};
use crate::source::Span;
use crate::sql::canonical::same_expr;
use crate::sql::change::{ConstraintDef, ConstraintKind, Expr, ExprKind, Ident, IndexColumn};

impl Apply<'_> {
    /// Adds a constraint; `column` is the one in whose definition it stands, `new` says that the
    /// table is being created.
    pub(crate) fn add_constraint(
        &mut self,
        table: &QName,
        definition: &ConstraintDef,
        column: Option<&Ident>,
        new: bool,
    ) -> Outcome {
        match &definition.kind {
            ConstraintKind::PrimaryKey {
                columns,
                include,
                using_index,
            } => match using_index {
                Some(index) => self.adopt_index(table, definition, index, true),
                None => self.add_key(
                    table,
                    definition,
                    (columns, include, false),
                    column,
                    true,
                    new,
                ),
            },
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
                using_index,
                ..
            } => match using_index {
                Some(index) => self.adopt_index(table, definition, index, false),
                None => self.add_key(
                    table,
                    definition,
                    (columns, include, *nulls_not_distinct),
                    column,
                    false,
                    new,
                ),
            },
            ConstraintKind::ForeignKey(foreign) => {
                self.add_foreign_key(table, definition, foreign, column)
            }
            ConstraintKind::Check {
                expr, no_inherit, ..
            } => self.add_check(table, definition, expr, *no_inherit),
            ConstraintKind::NotNull { column } => {
                self.edit_column(table, column, |column| column.not_null = true)
            }
            ConstraintKind::Exclude {
                method,
                elements,
                condition,
            } => {
                let columns: Vec<&str> = elements
                    .iter()
                    .map(|(expr, _)| match &expr.kind {
                        ExprKind::Column(column) => column.value.as_str(),
                        ExprKind::Function(name) => name.as_str(),
                        _ => "expr",
                    })
                    .collect();
                let name =
                    self.index_name_for(table, definition.name.as_ref(), &joined(columns), "excl")?;
                let using = method.as_deref().unwrap_or("btree");
                if let Some(found) = self.catalog.tables.get(table) {
                    let mut each = elements.iter();
                    let outcome =
                        each.try_for_each(|(expr, _)| self.refuse_keyed(found, expr, using));
                    self.record(outcome);
                }
                let made = Exclusion {
                    name,
                    method: method.clone().unwrap_or_else(|| "btree".to_owned()),
                    elements: elements.clone(),
                    condition: condition.clone(),
                    origin: self.origin(),
                };
                if let Some(table) = self.edit(table) {
                    table.exclusions.push(made);
                }
                Ok(())
            }
        }
    }

    /// The given name, refused if it is taken, or a free one.
    pub(crate) fn index_name_for(
        &mut self,
        table: &QName,
        name: Option<&Ident>,
        columns: &str,
        label: &str,
    ) -> Outcome<String> {
        let Some(name) = name else {
            return Ok(self
                .catalog
                .choose_relation_name(table, columns, label, true));
        };
        let kept = self.catalog.keep(&name.value).to_owned();
        self.refuse_constraint(table, &kept, name.span)?;
        self.refuse_taken(&QName::new(table.schema.clone(), kept.clone()), name.span)?;
        Ok(kept)
    }

    /// Refuses a constraint's name that the table has already.
    pub(crate) fn refuse_constraint(&self, table: &QName, name: &str, span: Span) -> Outcome {
        let found = self.catalog.tables.get(table);
        let Some(origin) = found.and_then(|found| found.constraint_origin(name)) else {
            return Ok(());
        };
        // The index of a key is refused first, as a relation.
        let key = found.is_some_and(|found| found.keys().any(|key| key.name == name));
        let code = if key {
            sqlstate::DUPLICATE_TABLE
        } else {
            sqlstate::DUPLICATE_OBJECT
        };
        let message = format!(
            "constraint `{name}` on table `{}` already exists",
            self.catalog.shown(table)
        );
        Err(Rejection::new(code, span, message).because(origin.made, "added here"))
    }

    /// The name that was given, or the one that the server chooses.
    pub(crate) fn constraint_name(
        &self,
        table: &QName,
        definition: &ConstraintDef,
        choose: impl FnOnce() -> String,
    ) -> Outcome<String> {
        let Some(name) = &definition.name else {
            return Ok(choose());
        };
        let kept = self.catalog.keep(&name.value).to_owned();
        self.refuse_constraint(table, &kept, name.span)?;
        Ok(kept)
    }

    fn add_check(
        &mut self,
        table: &QName,
        definition: &ConstraintDef,
        expr: &Expr,
        no_inherit: bool,
    ) -> Outcome {
        for column in &expr.columns {
            // Functions and keywords may look like columns; only a table that is known exactly can
            // say.
            self.need_column(table, column)?;
        }
        self.resolve_in(expr, table, ClausePlace::Check)?;
        if definition
            .name
            .as_ref()
            .is_some_and(|name| self.merges_check(table, &name.value, expr))
        {
            return Ok(());
        }
        let name = self.constraint_name(table, definition, || {
            let column = if let [column] = &expr.columns[..] {
                column.value.as_str()
            } else {
                ""
            };
            self.catalog.choose_constraint_name(table, column, "check")
        })?;
        let check = CheckConstraint {
            name,
            expr: expr.clone(),
            valid: !definition.not_valid,
            no_inherit,
            origin: self.origin(),
        };
        for child in if no_inherit {
            Vec::new()
        } else {
            self.catalog.children(table)
        } {
            if let Some(child) = self.edit(&child)
                && child.checks.iter().all(|own| own.name != check.name)
            {
                child.checks.push(check.clone());
            }
        }
        if let Some(table) = self.edit(table) {
            table.checks.push(check);
        }
        Ok(())
    }

    /// Whether a table has inherited that check: PostgreSQL makes one of the two.
    fn merges_check(&self, table: &QName, name: &str, expr: &Expr) -> bool {
        let dialect = self.catalog.dialect;
        let kept = self.catalog.keep(name);
        let has = |table: &crate::catalog::Table| {
            table
                .checks
                .iter()
                .any(|check| check.name == kept && same_expr(&check.expr, expr, dialect))
        };
        let Some(found) = self.catalog.tables.get(table).filter(|found| has(found)) else {
            return false;
        };
        let mut parents = found
            .partition_of
            .iter()
            .map(|partition| &partition.parent)
            .chain(&found.inherits);
        parents.any(|parent| {
            self.catalog
                .tables
                .get(parent)
                .is_some_and(|parent| has(parent))
        })
    }

    pub(crate) fn drop_constraint(
        &mut self,
        table: &QName,
        name: &Ident,
        if_exists: bool,
        cascade: bool,
    ) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let kept = self.catalog.keep(&name.value).to_owned();
        if found.constraint_origin(&kept).is_none() {
            if self.catalog.versions.postgres >= 18
                && let Some(column) = found.not_null_column(&kept)
            {
                return self.drop_not_null(
                    table,
                    &Ident {
                        span: name.span,
                        ..Ident::synthetic(column)
                    },
                );
            }
            if if_exists || !found.knowledge.is_exact() || names_not_null(&kept) {
                return Ok(());
            }
            let message = format!(
                "constraint `{kept}` of table `{}` does not exist",
                self.catalog.shown(table)
            );
            let rejection = Rejection::new(sqlstate::UNDEFINED_OBJECT, name.span, message);
            let index = found.index(&kept);
            return Err(match index {
                Some(index) => {
                    rejection.because(index.origin.made, "an index of that name is made here")
                }
                None => rejection.because(found.origin.made, "the table is made here"),
            });
        }
        let mut targets = vec![Droppable::Constraint(table.clone(), kept.clone())];
        for child in self.catalog.children(table) {
            targets.extend(
                self.catalog
                    .child_constraint(table, &child, &kept)
                    .map(|of| Droppable::Constraint(child, of)),
            );
        }
        self.drop_objects(&targets, cascade, name.span)
    }

    pub(crate) fn rename_constraint(&mut self, table: &QName, from: &Ident, to: &Ident) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let (old, new) = (
            self.catalog.keep(&from.value).to_owned(),
            self.catalog.keep(&to.value).to_owned(),
        );
        if found.constraint_origin(&old).is_none() {
            if !found.knowledge.is_exact() || names_not_null(&old) {
                return Ok(());
            }
            let message = format!(
                "constraint `{old}` of table `{}` does not exist",
                self.catalog.shown(table)
            );
            return Err(
                Rejection::new(sqlstate::UNDEFINED_OBJECT, from.span, message)
                    .because(found.origin.made, "the table is made here"),
            );
        }
        self.refuse_constraint(table, &new, to.span)?;
        if found.index_origin(&old).is_some() {
            self.refuse_taken(&QName::new(table.schema.clone(), new.clone()), to.span)?;
        }
        let children: Vec<_> = self
            .catalog
            .children(table)
            .into_iter()
            .filter(|child| {
                self.catalog.tables[child]
                    .checks
                    .iter()
                    .any(|check| check.name == old)
            })
            .collect();
        for name in std::iter::once(table.clone()).chain(children) {
            if let Some(table) = self.edit(&name) {
                table.rename_constraint(&old, &new);
            }
        }
        Ok(())
    }

    pub(crate) fn validate_constraint(&mut self, table: &QName, name: &Ident) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let kept = self.catalog.keep(&name.value).to_owned();
        if found.constraint_origin(&kept).is_none() {
            if !found.knowledge.is_exact() || names_not_null(&kept) {
                return Ok(());
            }
            let message = format!(
                "constraint `{kept}` of table `{}` does not exist",
                self.catalog.shown(table)
            );
            return Err(Rejection::new(
                sqlstate::UNDEFINED_OBJECT,
                name.span,
                message,
            ));
        }
        if let Some(table) = self.edit(table) {
            table
                .foreign_keys
                .iter_mut()
                .filter(|key| key.name == kept)
                .for_each(|key| key.valid = true);
            table
                .checks
                .iter_mut()
                .filter(|check| check.name == kept)
                .for_each(|check| check.valid = true);
        }
        Ok(())
    }
}

/// Whether PostgreSQL 18 makes up such names for not-null constraints. They outlive the names of
/// the column and table that they are made of, so one that nobody wrote out cannot be distinguished
/// from one that is not there.
fn names_not_null(name: &str) -> bool {
    name.trim_end_matches(|last: char| last.is_ascii_digit())
        .ends_with("_not_null")
}

impl Table {
    /// The column whose NOT NULL constraint has the name that PostgreSQL 18 makes for it.
    fn not_null_column(&self, constraint: &str) -> Option<String> {
        self.columns
            .iter()
            .find(|column| {
                column.not_null
                    && format!("{}_{}_not_null", self.name.name, column.name) == constraint
            })
            .map(|column| column.name.clone())
    }

    /// Takes a constraint off. NOT NULL stays when a primary key goes.
    pub(crate) fn drop_constraint(&mut self, name: &str) {
        if self
            .primary_key
            .as_ref()
            .is_some_and(|key| key.name == name)
        {
            self.primary_key = None;
        }
        self.uniques.retain(|key| key.name != name);
        self.foreign_keys.retain(|key| key.name != name);
        self.checks.retain(|check| check.name != name);
        self.exclusions.retain(|exclusion| exclusion.name != name);
    }

    /// Gives a constraint, and the index that backs it, another name.
    pub(crate) fn rename_constraint(&mut self, old: &str, new: &str) {
        let keys = self
            .primary_key
            .iter_mut()
            .chain(&mut self.uniques)
            .map(|key| &mut key.name);
        let names = keys
            .chain(self.foreign_keys.iter_mut().map(|key| &mut key.name))
            .chain(self.checks.iter_mut().map(|check| &mut check.name))
            .chain(
                self.exclusions
                    .iter_mut()
                    .map(|exclusion| &mut exclusion.name),
            );
        names
            .filter(|name| *name == old)
            .for_each(|name| new.clone_into(name));
    }
}

/// What an index calls its columns, joined; for index names.
pub(crate) fn addition(columns: &[IndexColumn], include: &[Ident]) -> String {
    let names = index_columns(columns, include);
    joined(names.iter().map(String::as_str))
}
