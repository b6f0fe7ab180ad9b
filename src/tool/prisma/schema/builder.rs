//! Models to tables, enums to types.

use std::collections::BTreeMap;

use super::database::Database;
use super::default::{self, Default, FieldContent};
use super::index;
use super::index::UnreadIndex;
use super::settle;
use super::types::{self, Scalar};
use crate::catalog::{
    self, Column, ColumnName, DefaultValue, EnumLabel, Knowledge, Origin, Part, QName, Sequence,
    Slot, Table,
};
use crate::schema::{Declared, Language, names, value};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::tool::Tool;
use crate::tool::prisma::syntax::{
    Arity, BlockKind, EnumValue, Field, FieldType, File, PrismaBlock,
};

/// A model or view, and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct Model<'a> {
    pub(super) file: &'a File,
    pub(super) block: &'a PrismaBlock,
}

/// The declaration under construction.
pub(super) struct Builder<'a> {
    pub(super) database: Database,
    pub(super) declared: Declared,
    /// Models and views by name.
    pub(super) models: BTreeMap<&'a str, Model<'a>>,
    enums: BTreeMap<&'a str, Model<'a>>,
    composites: Vec<&'a str>,
}

/// Maps every block of a schema.
pub(super) fn build(files: &[File], database: Database) -> Declared {
    let declared = Declared::new(Language::of(Tool::Prisma), database.dialect);
    let mut builder = Builder {
        database,
        declared,
        models: BTreeMap::new(),
        enums: BTreeMap::new(),
        composites: Vec::new(),
    };
    for file in files {
        builder.collect(file);
    }
    builder.extensions();
    for (_, enumeration) in builder.enums.clone() {
        builder.enumeration(enumeration);
    }
    for (_, model) in builder.models.clone() {
        builder.model(model);
    }
    builder.join_tables();
    builder.declared.long_names = names::of_places(&builder.declared);
    settle::settle(&mut builder.declared.catalog);
    builder.declared
}

impl<'a> Builder<'a> {
    fn collect(&mut self, file: &'a File) {
        for mistake in &file.stray {
            self.declared
                .broken(&file.source, mistake.span, mistake.message.clone());
            self.declared.catalog.knowledge = Knowledge::Unknown(mistake.message.clone());
        }
        for block in &file.blocks {
            let name = block.name.text.as_str();
            let again = match block.kind {
                BlockKind::Model | BlockKind::View => self.models.contains_key(name),
                BlockKind::Enum => self.enums.contains_key(name),
                _ => false,
            };
            if again {
                // Prisma refuses it; which of them is meant is not known.
                let message = format!("`{name}` is declared twice");
                self.declared
                    .broken(&file.source, block.name.span, message.clone());
                self.declared.catalog.knowledge = Knowledge::Unknown(message);
            }
            match block.kind {
                BlockKind::Model | BlockKind::View => {
                    self.models.entry(name).or_insert(Model { file, block });
                }
                BlockKind::Enum => {
                    self.enums.entry(name).or_insert(Model { file, block });
                }
                BlockKind::Type => self.composites.push(name),
                BlockKind::Datasource | BlockKind::Generator => {}
            }
        }
    }

    fn extensions(&mut self) {
        self.declared.notes.append(&mut self.database.notes);
        for name in std::mem::take(&mut self.database.extensions) {
            self.declared
                .catalog
                .extensions
                .insert(name, Origin::default());
        }
    }

    /// The table, view or type that a block stands for.
    pub(super) fn name_of(&self, model: Model) -> QName {
        let schema = model
            .block
            .attribute("schema")
            .filter(|_| self.database.dialect.has_schemas());
        let schema = schema
            .and_then(|it| it.named_or_first("name"))
            .and_then(|it| it.as_string());
        QName::new(
            schema.unwrap_or(&self.database.schema),
            model.block.database_name(),
        )
    }

    fn enumeration(&mut self, model: Model) {
        if !self.database.dialect.types_are_objects() {
            return; // MySQL's enums are inline types, SQLite has none.
        }
        let name = self.name_of(model);
        let source = &model.file.source;
        self.declared
            .place(Slot::enumeration(&name), source, model.block.name.span);
        let mut labels = Vec::new();
        for value in &model.block.values {
            self.declared
                .place(Slot::label(&name, value.label()), source, value.name.span);
            labels.push(EnumLabel {
                text: value.label().to_owned(),
                origin: Origin::default(),
            });
        }
        let mut knowledge = Knowledge::Exact;
        for mistake in &model.block.mistakes {
            self.declared
                .broken(source, mistake.span, mistake.message.clone());
            knowledge = Knowledge::Unknown(mistake.message.clone());
        }
        let made = catalog::Enum {
            name: name.clone(),
            labels,
            renamed: Vec::new(),
            origin: Origin::default(),
            knowledge,
        };
        self.declared.catalog.enums.insert(name, made.into());
    }

    fn model(&mut self, model: Model) {
        let name = self.name_of(model);
        if model.block.kind == BlockKind::View {
            self.declared.foreign.insert(name);
            return;
        }
        let source = &model.file.source;
        self.declared
            .place(Slot::table(&name), source, model.block.name.span);
        let mut table = Table {
            name: name.clone(),
            ..Table::default()
        };
        for mistake in &model.block.mistakes {
            self.declared
                .broken(source, mistake.span, mistake.message.clone());
            table.knowledge = Knowledge::Unknown(mistake.message.clone());
        }
        if model.block.attribute("ignore").is_some() {
            self.declared.ignored.insert(Slot::table(&name));
        }
        for field in &model.block.fields {
            if self.is_column(model, field, &mut table) {
                let (column, known) = self.column(model, field, &name);
                self.declared
                    .place(Slot::column(&name, &column.name), source, field.span);
                if field.attribute("ignore").is_some() {
                    let key = Slot::column(&name, &column.name);
                    self.declared.ignored.insert(key);
                }
                self.declared.coverage.columns += 1;
                self.declared.coverage.known += usize::from(known);
                table.columns.push(column);
            }
        }
        self.indexes(model, &mut table);
        self.foreign_keys(model, &mut table);
        self.declared.catalog.tables.insert(name, table.into());
    }

    /// Says that not everything about a table is known.
    pub(super) fn unknown_table(
        &mut self,
        table: &mut Table,
        model: Model,
        span: Span,
        reason: &str,
    ) {
        self.declared.note(&model.file.source, span, reason);
        table.knowledge = Knowledge::Unknown(reason.to_owned());
    }

    fn is_column(&mut self, model: Model, field: &Field, table: &mut Table) -> bool {
        let FieldType::Named(name) = &field.kind else {
            return true;
        };
        if Scalar::from_name(name).is_some() || self.enums.contains_key(name.as_str()) {
            return true;
        }
        if !self.models.contains_key(name.as_str()) {
            let reason = if self.composites.contains(&name.as_str()) {
                format!("`{name}` is a composite type, which no SQL database has")
            } else {
                format!("`{name}` is not declared in the schema")
            };
            self.declared
                .broken(&model.file.source, field.span, reason.clone());
            table.knowledge = Knowledge::Unknown(reason);
        }
        false
    }

    /// A field's column, and whether all of it is known.
    fn column(&mut self, model: Model, field: &Field, table: &QName) -> (Column, bool) {
        let name = field.column().to_owned();
        let (data_type, content, mut known) = self.data_type(model, field, table);
        let mut column = Column {
            not_null: field.arity == Arity::Required,
            name,
            data_type,
            ..Column::default()
        };
        match default::default(self.database.dialect, field, content, &column.data_type) {
            None => {}
            Some(Default::Database(sql)) => column.default = Some(value::written(sql)),
            Some(Default::AutoIncrement) => self.auto_increment(table, &mut column, model, field),
            Some(Default::Client) => {
                self.declared
                    .client_defaults
                    .insert(ColumnName::new(table.clone(), column.name.clone()));
            }
            Some(Default::Unknown(reason)) => {
                let key = Slot::new(table, Part::Default(column.name.clone()));
                self.declared
                    .poison(key, &model.file.source, field.span, reason);
                known = false;
            }
        }
        (column, known)
    }

    pub(super) fn data_type(
        &mut self,
        model: Model,
        field: &Field,
        table: &QName,
    ) -> (DataType, FieldContent<'a>, bool) {
        let name = match &field.kind {
            FieldType::Unsupported(sql) => {
                let data_type = types::unsupported(self.database.dialect, sql, field.arity);
                let known = data_type.is_some();
                if !known {
                    let key = Slot::new(table, Part::Type(field.column().to_owned()));
                    let reason = format!("`{sql}` is not a type that driftlint can read");
                    self.declared
                        .poison(key, &model.file.source, field.span, reason);
                }
                return (
                    data_type.unwrap_or_default(),
                    FieldContent::Unsupported,
                    known,
                );
            }
            FieldType::Named(name) => name,
        };
        let dialect = self.database.dialect;
        if let Some(&enumeration) = self.enums.get(name.as_str()) {
            return (
                self.enum_type(enumeration, field.arity),
                FieldContent::Enum(enumeration.block),
                true,
            );
        }
        let scalar = Scalar::from_name(name).unwrap_or(Scalar::String);
        let prefix = format!("{}.", self.database.name);
        let native = field
            .attributes
            .iter()
            .find(|attribute| attribute.name.starts_with(&prefix));
        let data_type =
            match native.map(|attribute| types::native(dialect, scalar, attribute, field.arity)) {
                None => types::scalar(dialect, scalar, field.arity),
                Some(Ok(data_type)) => data_type,
                Some(Err(reason)) => {
                    let key = Slot::new(table, Part::Type(field.column().to_owned()));
                    self.declared
                        .poison(key, &model.file.source, field.span, reason);
                    return (
                        types::scalar(dialect, scalar, field.arity),
                        FieldContent::Scalar(scalar),
                        false,
                    );
                }
            };
        let data_type = if self.database.cockroach {
            types::cockroach(data_type)
        } else {
            data_type
        };
        (data_type, FieldContent::Scalar(scalar), true)
    }

    fn enum_type(&self, enumeration: Model, arity: Arity) -> DataType {
        match self.database.dialect {
            Dialect::Postgres => {
                let QName { schema, name } = self.name_of(enumeration);
                let schema = Some(schema).filter(|it| it != "public");
                DataType {
                    schema,
                    name,
                    array: arity == Arity::List,
                    ..DataType::default()
                }
            }
            Dialect::MySql => {
                let args = enumeration
                    .block
                    .values
                    .iter()
                    .map(|it: &EnumValue| it.label().to_owned())
                    .collect();
                DataType {
                    name: "enum".to_owned(),
                    args,
                    ..DataType::default()
                }
            }
            Dialect::Sqlite => DataType::named("TEXT"),
        }
    }

    fn auto_increment(&mut self, table: &QName, column: &mut Column, model: Model, field: &Field) {
        if !self.database.dialect.serial_makes_sequence() {
            column.auto_increment = true;
            return;
        }
        if self.database.cockroach {
            let key = Slot::new(table, Part::Default(column.name.clone()));
            let reason = "CockroachDB's `autoincrement()` has no equal in PostgreSQL";
            self.declared
                .poison(key, &model.file.source, field.span, reason);
            return;
        }
        let sequence = QName::new(
            &table.schema,
            value::sequence_name(&table.name, &column.name),
        );
        let expr = value::next_value(&sequence.schema, &sequence.name);
        column.default = Some(DefaultValue {
            expr,
            literal_type: None,
        });
        let made = Sequence {
            name: sequence.clone(),
            data_type: column.data_type.clone(),
            owner: Some(ColumnName::new(table.clone(), column.name.clone())),
            identity: false,
            origin: Origin::default(),
        };
        self.declared
            .catalog
            .sequences
            .insert(sequence, made.into());
    }

    fn indexes(&mut self, model: Model, table: &mut Table) {
        let source = &model.file.source;
        let found = index::indexes(self.database.dialect, model.block);
        for UnreadIndex { span, reason } in found.unknown {
            self.unknown_table(table, model, span, &reason);
        }
        if let Some((key, span)) = found.primary_key {
            self.declared
                .place(Slot::new(&table.name, Part::PrimaryKey), source, span);
            let integer_key =
                self.database.dialect.integer_key_is_row_number() && key.columns.len() == 1;
            for column in table
                .columns
                .iter_mut()
                .filter(|it| key.columns.contains(&it.name))
            {
                column.not_null = true;
                column.auto_increment |=
                    integer_key && column.data_type.name.eq_ignore_ascii_case("integer");
            }
            table.primary_key = Some(key);
        }
        for (index, span) in found.others {
            let columns = index
                .keys
                .iter()
                .filter_map(|key| key.column.clone())
                .collect();
            let part = if index.unique {
                Part::Unique(columns)
            } else {
                Part::Index(index.name.clone())
            };
            self.declared
                .place(Slot::new(&table.name, part), source, span);
            table.indexes.push(index);
        }
    }
}
