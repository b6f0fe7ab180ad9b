//! `@relation`: foreign keys, and the join tables of implicit many-to-many relations.

use super::builder::{Builder, Model};
use super::name::{self, Suffix};
use crate::catalog::{Column, ForeignKey, Index, IndexKey, Origin, Part, QName, Slot, Table};
use crate::sql::change::{self, Deferral, Ident, ReferentialAction};
use crate::tool::prisma::syntax::{
    Arity, Attribute, BlockKind, Field, FieldType, PrismaExpr, PrismaExprKind,
};

impl Builder<'_> {
    /// Adds every foreign key that a model's relations make.
    pub(super) fn foreign_keys(&mut self, model: Model, table: &mut Table) {
        if self.database.emulates_relations {
            return;
        }
        for field in &model.block.fields {
            let FieldType::Named(target) = &field.kind else {
                continue;
            };
            let (Some(target), Some(relation)) = (
                self.models.get(target.as_str()).copied(),
                field.attribute("relation"),
            ) else {
                continue;
            };
            if relation.named("fields").is_none() || target.block.kind == BlockKind::View {
                continue;
            }
            match self.foreign_key(model, target, field, relation) {
                Ok(key) => {
                    let part = Part::ForeignKey(key.columns.clone());
                    self.declared.place(
                        Slot::new(&table.name, part),
                        &model.file.source,
                        field.span,
                    );
                    table.foreign_keys.push(key);
                }
                Err(reason) => self.unknown_table(table, model, relation.span, &reason),
            }
        }
    }

    fn foreign_key(
        &self,
        model: Model,
        target: Model,
        field: &Field,
        relation: &Attribute,
    ) -> Result<ForeignKey, String> {
        let own = fields(model, relation.named("fields"))?;
        let referenced = fields(target, relation.named("references"))?;
        let columns: Vec<String> = own.iter().map(|it| it.column().to_owned()).collect();
        let required =
            own.iter().any(|it| it.arity == Arity::Required) || field.arity == Arity::Required;
        let on_delete = match relation.named("onDelete") {
            Some(action) => action_of(action)?,
            None if required => ReferentialAction::Restrict,
            None => ReferentialAction::SetNull,
        };
        let on_update = relation
            .named("onUpdate")
            .map_or(Ok(ReferentialAction::Cascade), action_of)?;
        let (dialect, table) = (self.database.dialect, model.block.database_name());
        let name = match relation.string("map") {
            Some(name) => name.to_owned(),
            None => name::constraint(dialect, table, &columns, Suffix::ForeignKey),
        };
        Ok(ForeignKey {
            name,
            columns,
            table: self.name_of(target),
            referenced: referenced.iter().map(|it| it.column().to_owned()).collect(),
            on_delete,
            on_update,
            valid: true,
            deferral: Deferral::Never,
            origin: Origin::default(),
        })
    }

    /// Adds the join table of each pair of list fields that no relation fields explain.
    pub(super) fn join_tables(&mut self) {
        let models: Vec<Model> = self
            .models
            .values()
            .copied()
            .filter(|it| it.block.kind == BlockKind::Model)
            .collect();
        for model in models {
            for field in &model.block.fields {
                let FieldType::Named(target) = &field.kind else {
                    continue;
                };
                let Some(&other) = self.models.get(target.as_str()) else {
                    continue;
                };
                if field.arity != Arity::List || other.block.kind != BlockKind::Model {
                    continue;
                }
                // Each relation is seen from both ends; the alphabetically first end makes the
                // table.
                let (first, second) = (&model.block.name.text, &other.block.name.text);
                if first > second || !has_opposite_list(model, other, field) {
                    continue;
                }
                let relation = relation_name(field)
                    .map_or_else(|| format!("{first}To{second}"), str::to_owned);
                self.join_table(&relation, model, other, field);
            }
        }
    }

    fn join_table(&mut self, relation: &str, model: Model, other: Model, field: &Field) {
        let dialect = self.database.dialect;
        let name = QName::new(
            self.name_of(model).schema,
            name::join(dialect, relation, ""),
        );
        if self.declared.catalog.tables.contains_key(&name) {
            return; // A relation of a model with itself has both ends in one model.
        }
        let mut table = Table {
            name: name.clone(),
            ..Table::default()
        };
        for (column, end) in [("A", model), ("B", other)] {
            let Some(id) = id_field(end) else { continue };
            let (data_type, ..) = self.data_type(end, id, &name);
            self.declared
                .place(Slot::column(&name, column), &model.file.source, field.span);
            table.columns.push(Column {
                name: column.to_owned(),
                data_type,
                not_null: true,
                ..Column::default()
            });
            if self.database.emulates_relations {
                continue;
            }
            table.foreign_keys.push(ForeignKey {
                name: name::join(dialect, relation, &format!("_{column}_fkey")),
                columns: vec![column.to_owned()],
                table: self.name_of(end),
                referenced: vec![id.column().to_owned()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::Cascade,
                valid: true,
                deferral: Deferral::Never,
                origin: Origin::default(),
            });
        }
        if dialect.constraints_have_names() {
            let key = name::join(dialect, relation, "_AB_pkey");
            let columns = vec!["A".to_owned(), "B".to_owned()];
            table.primary_key = Some(crate::catalog::Key {
                name: key,
                columns,
                ..crate::catalog::Key::default()
            });
        } else {
            table.indexes.push(join_index(
                name::join(dialect, relation, "_AB_unique"),
                true,
                &["A", "B"],
            ));
        }
        table.indexes.push(join_index(
            name::join(dialect, relation, "_B_index"),
            false,
            &["B"],
        ));
        self.declared
            .place(Slot::table(&name), &model.file.source, field.span);
        self.declared.loose_keys.insert(name.clone());
        self.declared.catalog.tables.insert(name, table.into());
    }
}

fn join_index(name: String, unique: bool, columns: &[&str]) -> Index {
    let keys = columns.iter().map(|column| IndexKey {
        column: Some((*column).to_owned()),
        expr: change::Expr {
            sql: (*column).to_owned(),
            kind: change::ExprKind::Column(Ident::synthetic(*column)),
            columns: vec![Ident::synthetic(*column)],
            ..change::Expr::default()
        },
        ..IndexKey::default()
    });
    Index {
        name,
        method: "btree".to_owned(),
        unique,
        keys: keys.collect(),
        valid: true,
        ..Index::default()
    }
}

fn fields<'a>(model: Model<'a>, list: Option<&PrismaExpr>) -> Result<Vec<&'a Field>, String> {
    let list = list.ok_or("the relation does not say which fields it references")?;
    let found = list.elements().iter().map(|element| {
        let name = element.as_word().ok_or("a field is expected")?;
        let field = model
            .block
            .fields
            .iter()
            .find(|field| field.name.text == name);
        field.ok_or_else(|| format!("model `{}` has no field `{name}`", model.block.name.text))
    });
    found.collect()
}

fn action_of(value: &PrismaExpr) -> Result<ReferentialAction, String> {
    Ok(match value.as_word() {
        Some("NoAction") => ReferentialAction::NoAction,
        Some("Restrict") => ReferentialAction::Restrict,
        Some("Cascade") => ReferentialAction::Cascade,
        Some("SetNull") => ReferentialAction::SetNull,
        Some("SetDefault") => ReferentialAction::SetDefault,
        _ => return Err("the referential action is not known".to_owned()),
    })
}

/// The name given in `@relation("Name")` or `@relation(name: "Name")`.
fn relation_name(field: &Field) -> Option<&str> {
    field
        .attribute("relation")?
        .named_or_first("name")
        .and_then(|it| match &it.kind {
            PrismaExprKind::String(text) => Some(text.as_str()),
            _ => None,
        })
}

fn has_relation_fields(field: &Field) -> bool {
    field
        .attribute("relation")
        .is_some_and(|it| it.named("fields").is_some())
}

/// Whether the other end of a list field is a list as well.
fn has_opposite_list(model: Model, other: Model, field: &Field) -> bool {
    let same = std::ptr::eq(model.block, other.block);
    other.block.fields.iter().any(|opposite| {
        matches!(&opposite.kind, FieldType::Named(target) if *target == model.block.name.text)
            && opposite.arity == Arity::List
            && relation_name(opposite) == relation_name(field)
            && !has_relation_fields(opposite)
            && !(same && opposite.name.text == field.name.text)
    })
}

/// The single field that identifies a model.
fn id_field(model: Model<'_>) -> Option<&Field> {
    let own = model
        .block
        .fields
        .iter()
        .find(|field| field.attribute("id").is_some());
    own.or_else(|| {
        let fields = model
            .block
            .attribute("id")?
            .named_or_first("fields")?
            .elements();
        let name = fields.first().filter(|_| fields.len() == 1)?.as_word()?;
        model
            .block
            .fields
            .iter()
            .find(|field| field.name.text == name)
    })
    .or_else(|| {
        model
            .block
            .fields
            .iter()
            .find(|field| field.attribute("unique").is_some() && field.arity == Arity::Required)
    })
}
