//! Enums, domains and composite types.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::{
    any_expr, each_expr, has_type, is_type, may_name_type, rename_label, rename_type_in, set_type,
};
use crate::catalog::{
    Catalog, Composite, Enum, EnumLabel, Function, Knowledge, Mention, Origin, QName, Rejection,
    RenamedLabel, Table, TypeField,
};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::change::{
    DataType, EnumPosition, Expr, FieldDef, Ident, LiteralTarget, ObjectName, TypeAction,
};

impl Apply<'_> {
    /// Refuses a type's name that is taken; tables have types of their names, too.
    pub(crate) fn refuse_taken_type(&self, qname: &QName, name: &ObjectName) -> Outcome {
        let catalog = &self.catalog;
        let origins = [
            catalog
                .enums
                .get(qname)
                .filter(|found| !found.is_stub())
                .map(|found| found.origin),
            catalog.domains.get(qname).map(|found| found.origin),
            catalog.composites.get(qname).map(|found| found.origin),
            catalog
                .tables
                .get(qname)
                .filter(|table| table.origin.made.is_some())
                .map(|found| found.origin),
            catalog.views.get(qname).map(|found| found.origin),
        ];
        let Some(origin) = origins.into_iter().flatten().next() else {
            return Ok(());
        };
        let message = format!("type `{name}` already exists");
        Err(
            Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span(), message)
                .because(origin.made, "made here"),
        )
    }

    pub(crate) fn create_enum(&mut self, name: &ObjectName, labels: &[Ident]) -> Outcome {
        let qname = self.place(name)?;
        self.refuse_taken_type(&qname, name)?;
        let origin = self.origin();
        let mut kept: Vec<EnumLabel> = Vec::new();
        let mut known = BTreeSet::new();
        for label in labels {
            if !known.insert(&label.value) {
                let message = format!("enum label `{}` is listed twice", label.value);
                return Err(Rejection::new(
                    sqlstate::UNIQUE_VIOLATION,
                    label.span,
                    message,
                ));
            }
            refuse_long_label(label)?;
            kept.push(EnumLabel {
                text: label.value.clone(),
                origin,
            });
        }
        let made = Enum {
            name: qname.clone(),
            labels: kept,
            renamed: Vec::new(),
            origin,
            knowledge: Knowledge::Exact,
        };
        self.catalog.enums.insert(qname, Arc::new(made));
        Ok(())
    }

    /// The enum of that name; refused if it certainly does not exist.
    fn need_enum(&mut self, name: &ObjectName) -> Outcome<Option<QName>> {
        if let Some(found) = self.catalog.find_enum(name) {
            return Ok(Some(found));
        }
        if let Some(other) = self.catalog.find_type(name) {
            let message = format!("`{}` is not an enum", self.catalog.shown(&other));
            return Err(Rejection::new(
                sqlstate::WRONG_OBJECT_TYPE,
                name.span(),
                message,
            ));
        }
        if let Some(rejection) = self.missing_type(name) {
            return Err(rejection);
        }
        let qname = self.catalog.qualify(name);
        let made = Enum {
            name: qname.clone(),
            labels: Vec::new(),
            renamed: Vec::new(),
            origin: Origin {
                made: None,
                changed: Some(self.site),
            },
            knowledge: Knowledge::Unknown("the history does not say how it was made".to_owned()),
        };
        self.catalog.enums.insert(qname.clone(), Arc::new(made));
        Ok(Some(qname))
    }

    fn edit_enum(&mut self, name: &QName) -> Option<&mut Enum> {
        let found = Arc::make_mut(self.catalog.enums.get_mut(name)?);
        found.origin.changed = Some(self.site);
        Some(found)
    }

    pub(crate) fn add_enum_value(
        &mut self,
        name: &ObjectName,
        value: &Ident,
        position: &EnumPosition,
        if_not_exists: bool,
    ) -> Outcome {
        let Some(qname) = self.need_enum(name)? else {
            return Ok(());
        };
        refuse_long_label(value)?;
        let origin = self.origin();
        let Some(found) = self.edit_enum(&qname) else {
            return Ok(());
        };
        if let Some(known) = found.labels.iter().find(|label| label.text == value.value) {
            if if_not_exists {
                return Ok(());
            }
            let message = format!("enum label `{}` already exists", value.value);
            return Err(
                Rejection::new(sqlstate::DUPLICATE_OBJECT, value.span, message)
                    .because(known.origin.made, "added here"),
            );
        }
        let at_label = |label: &Ident| {
            found
                .labels
                .iter()
                .position(|other| other.text == label.value)
        };
        let (at, neighbour) = match position {
            EnumPosition::Last => (Some(found.labels.len()), None),
            EnumPosition::Before(label) => (at_label(label), Some(label)),
            EnumPosition::After(label) => (at_label(label).map(|at| at + 1), Some(label)),
        };
        match (at, neighbour) {
            (None, Some(label)) if found.knowledge.is_exact() => Err(unknown_label(label)),
            _ => {
                found.labels.insert(
                    at.unwrap_or(found.labels.len()),
                    EnumLabel {
                        text: value.value.clone(),
                        origin,
                    },
                );
                Ok(())
            }
        }
    }

    pub(crate) fn rename_enum_value(
        &mut self,
        name: &ObjectName,
        from: &Ident,
        to: &Ident,
    ) -> Outcome {
        let Some(qname) = self.need_enum(name)? else {
            return Ok(());
        };
        refuse_long_label(to)?;
        let site = self.site;
        let Some(found) = self.edit_enum(&qname) else {
            return Ok(());
        };
        if let Some(known) = found.labels.iter().find(|label| label.text == to.value) {
            let message = format!("enum label `{}` already exists", to.value);
            return Err(Rejection::new(sqlstate::DUPLICATE_OBJECT, to.span, message)
                .because(known.origin.made, "added here"));
        }
        match found
            .labels
            .iter_mut()
            .find(|label| label.text == from.value)
        {
            Some(label) => to.value.clone_into(&mut label.text),
            None if found.knowledge.is_exact() => return Err(unknown_label(from)),
            None => return Ok(()),
        }
        found.renamed.push(RenamedLabel {
            site,
            from: from.value.clone(),
            to: to.value.clone(),
        });
        let concerned = |table: &Table| {
            let casts = |expr: &Expr| {
                let mut same = expr.literals.iter().filter(|it| it.value == from.value);
                same.any(|literal| match &literal.target {
                    LiteralTarget::Cast(cast) => is_type(cast, &qname),
                    _ => false,
                })
            };
            has_type(table, &qname) || any_expr(table, &casts)
        };
        self.each_table(Mention::Type(&qname.name), concerned, |table| {
            let columns: Vec<String> = table
                .columns
                .iter()
                .filter(|column| is_type(&column.data_type, &qname))
                .map(|column| column.name.clone())
                .collect();
            let mut rename = |expr: &mut Expr| {
                let compares = expr.literals.iter().any(|literal| {
                    literal.value == from.value
                        && match &literal.target {
                            LiteralTarget::Cast(cast) => is_type(cast, &qname),
                            LiteralTarget::Column(_, column) => columns.contains(&column.value),
                            _ => false,
                        }
                });
                if compares {
                    rename_label(expr, &from.value, &to.value);
                }
            };
            each_expr(table, &mut rename);
            for column in &mut table.columns {
                if let Some(default) = &mut column.default
                    && default
                        .literal_type
                        .as_ref()
                        .is_some_and(|literal| is_type(literal, &qname))
                {
                    rename_label(&mut default.expr, &from.value, &to.value);
                }
            }
        });
        Ok(())
    }

    /// Changes every table that `concerned` picks among those that tell a fact. The others stay
    /// shared, so whatever the change would change must tell it and be picked.
    pub(crate) fn each_table(
        &mut self,
        fact: Mention,
        concerned: impl Fn(&Table) -> bool,
        mut change: impl FnMut(&mut Table),
    ) {
        self.catalog.tables.change(fact, concerned, &mut change);
        if cfg!(debug_assertions) && self.catalog.tables.len() < 100 {
            for table in self.catalog.tables.values() {
                let mut copy = (**table).clone();
                change(&mut copy);
                assert!(
                    copy == **table,
                    "the change concerns {} after all",
                    table.name
                );
            }
        }
    }

    pub(crate) fn create_composite(&mut self, name: &ObjectName, fields: &[FieldDef]) -> Outcome {
        let qname = self.place(name)?;
        self.refuse_taken_type(&qname, name)?;
        let mut settled = Vec::new();
        for FieldDef { name, data_type } in fields {
            settled.push(TypeField {
                name: name.value.clone(),
                data_type: self.settle_type(data_type, name.span)?,
            });
        }
        let made = Composite {
            name: qname.clone(),
            fields: settled,
            origin: self.origin(),
        };
        self.catalog.composites.insert(qname, Arc::new(made));
        Ok(())
    }

    pub(crate) fn alter_type(&mut self, name: &ObjectName, action: &TypeAction) -> Outcome {
        let Some(qname) = self.catalog.find_own_type(name) else {
            return self.missing_type(name).map_or(Ok(()), Err);
        };
        match action {
            TypeAction::RenameTo(to) => {
                let target = ObjectName {
                    schema: Some(Ident::synthetic(qname.schema.clone())),
                    name: to.clone(),
                };
                self.move_type(&qname, &target)
            }
            TypeAction::SetSchema(schema) => {
                self.need_schema(schema)?;
                let target = ObjectName {
                    schema: Some(schema.clone()),
                    name: Ident::synthetic(qname.name.clone()),
                };
                self.move_type(&qname, &target)
            }
            TypeAction::AddAttribute(..)
            | TypeAction::DropAttribute { .. }
            | TypeAction::AlterAttribute(..)
            | TypeAction::RenameAttribute(..) => self.alter_composite(&qname, action),
        }
    }

    fn alter_composite(&mut self, name: &QName, action: &TypeAction) -> Outcome {
        let settled = match action {
            TypeAction::AddAttribute(field, data_type)
            | TypeAction::AlterAttribute(field, data_type) => {
                Some(self.settle_type(data_type, field.span)?)
            }
            _ => None,
        };
        if let TypeAction::AlterAttribute(field, _) = action {
            self.refuse_stored(name, field)?;
        }
        let site = self.site;
        let Some(composite) = self.catalog.composites.get_mut(name).map(Arc::make_mut) else {
            return Ok(());
        };
        composite.origin.changed = Some(site);
        let at = |field: &Ident| {
            let mut fields = composite.fields.iter();
            fields.position(|known| known.name == field.value)
        };
        let missing = |field: &Ident| {
            let message = format!(
                "attribute `{}` of type `{}` does not exist",
                field.value, name.name
            );
            Rejection::new(sqlstate::UNDEFINED_COLUMN, field.span, message)
        };
        match action {
            TypeAction::AddAttribute(field, _) if at(field).is_some() => {
                let message = format!(
                    "attribute `{}` of type `{}` already exists",
                    field.value, name.name
                );
                return Err(Rejection::new(
                    sqlstate::DUPLICATE_COLUMN,
                    field.span,
                    message,
                ));
            }
            TypeAction::AddAttribute(field, _) => {
                composite.fields.push(TypeField {
                    name: field.value.clone(),
                    data_type: settled.unwrap_or_default(),
                });
            }
            TypeAction::DropAttribute { name, if_exists } => match at(name) {
                Some(at) => _ = composite.fields.remove(at),
                None if *if_exists => {}
                None => return Err(missing(name)),
            },
            TypeAction::AlterAttribute(field, _) => {
                let at = at(field).ok_or_else(|| missing(field))?;
                composite.fields[at].data_type = settled.unwrap_or_default();
            }
            TypeAction::RenameAttribute(from, to) => {
                let at = at(from).ok_or_else(|| missing(from))?;
                composite.fields[at].name.clone_from(&to.value);
            }
            TypeAction::RenameTo(_) | TypeAction::SetSchema(_) => {}
        }
        Ok(())
    }

    /// Gives a type another name or schema; columns, casts and signatures follow.
    fn move_type(&mut self, from: &QName, target: &ObjectName) -> Outcome {
        let to = self.catalog.qualify(target);
        if to == *from {
            return Ok(());
        }
        self.refuse_taken_type(&to, target)?;
        let site = self.site;
        if let Some(mut found) = self.catalog.enums.remove(from) {
            let moved = Arc::make_mut(&mut found);
            (moved.name, moved.origin.changed) = (to.clone(), Some(site));
            self.catalog.enums.insert(to.clone(), found);
        }
        if let Some(mut found) = self.catalog.domains.remove(from) {
            let moved = Arc::make_mut(&mut found);
            (moved.name, moved.origin.changed) = (to.clone(), Some(site));
            self.catalog.domains.insert(to.clone(), found);
        }
        if let Some(mut found) = self.catalog.composites.remove(from) {
            let moved = Arc::make_mut(&mut found);
            (moved.name, moved.origin.changed) = (to.clone(), Some(site));
            self.catalog.composites.insert(to.clone(), found);
        }
        self.type_moved(from, &to);
        let how = format!("renamed to `{}` here", self.catalog.shown(&to));
        self.gone(from.clone(), None, &how);
        Ok(())
    }

    /// Everything that names a type follows it.
    pub(crate) fn type_moved(&mut self, from: &QName, to: &QName) {
        let follow = |data_type: &mut DataType| {
            if is_type(data_type, from) {
                set_type(data_type, to);
            }
        };
        let concerned = |table: &Table| {
            has_type(table, from) || any_expr(table, &|expr| may_name_type(expr, from))
        };
        self.each_table(Mention::Type(&from.name), concerned, |table| {
            for column in &mut table.columns {
                follow(&mut column.data_type);
                if let Some(default) = &mut column.default {
                    default.literal_type.iter_mut().for_each(follow);
                }
            }
            each_expr(table, &mut |expr| rename_type_in(expr, from, to));
        });
        let fact = Mention::Type(&from.name);
        self.catalog.domains.change(
            fact,
            |domain| is_type(&domain.base, from),
            |domain| follow(&mut domain.base),
        );
        self.catalog.composites.change(
            fact,
            |composite| {
                let mut fields = composite.fields.iter();
                fields.any(|field| is_type(&field.data_type, from))
            },
            |composite| {
                let fields = composite.fields.iter_mut();
                fields.for_each(|field| follow(&mut field.data_type));
            },
        );
        let speaks = |function: &Arc<Function>| {
            let mut types = function.arguments.iter().chain(&function.returns);
            types.any(|data_type| is_type(data_type, from))
        };
        self.catalog.functions.change(
            |overloads| overloads.iter().any(speaks),
            |overloads| {
                for function in overloads.iter_mut().filter(|function| speaks(function)) {
                    let function = Arc::make_mut(function);
                    let types = function.arguments.iter_mut().chain(&mut function.returns);
                    types.for_each(follow);
                }
            },
        );
        self.catalog.views.change(
            Mention::Type(&from.name),
            |view| view.types.iter().any(|data_type| is_type(data_type, from)),
            |view| view.types.iter_mut().for_each(follow),
        );
    }
}

/// A label is a name to the server, but one that it does not cut.
fn refuse_long_label(label: &Ident) -> Outcome {
    if label.value.len() <= POSTGRES_BYTES {
        return Ok(());
    }
    let message = format!(
        "enum label `{}` has {} bytes, and PostgreSQL takes {POSTGRES_BYTES}",
        label.value,
        label.value.len()
    );
    Err(Rejection::new(sqlstate::INVALID_NAME, label.span, message))
}

fn unknown_label(label: &Ident) -> Rejection {
    let message = format!("enum label `{}` does not exist", label.value);
    Rejection::new(sqlstate::INVALID_PARAMETER_VALUE, label.span, message)
}

impl Catalog {
    /// The labels of an enum column, where they are known.
    pub fn labels(&self, data_type: &DataType) -> Option<Vec<&str>> {
        let found = self.enum_of(data_type)?;
        found.knowledge.is_exact().then(|| {
            let labels = found.label_texts().map(String::as_str);
            labels.collect()
        })
    }
}
