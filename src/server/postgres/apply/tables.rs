//! `CREATE TABLE`, and renames of whole tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::lookup::TEMPORARY;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Column, Knowledge, Partition, QName, Rejection, Table, TableKind};
use crate::source::Span;
use crate::sql::change::{
    ConstraintDef, ConstraintKind, CreateTable, Ident, Like, ObjectName, PartitionBy, Persistence,
    Query,
};

/// The first version of PostgreSQL in which a partition has the identity columns of its parent.
pub(crate) const PARTITIONS_HAVE_IDENTITY: u16 = 17;

impl Apply<'_> {
    pub(crate) fn create_table(&mut self, create: &CreateTable) -> Outcome {
        let mut name = self.place(&create.name)?;
        if create.persistence == Persistence::Temporary {
            TEMPORARY.clone_into(&mut name.schema);
        }
        let known = self
            .catalog
            .tables
            .get(&name)
            .is_some_and(|table| table.origin.made.is_some());
        if create.if_not_exists
            && (known || self.catalog.relation_kind(&name).is_some() && !self.is_stub(&name))
        {
            return Ok(());
        }
        if create.if_not_exists && self.is_stub(&name) {
            // It was there before the history started; what it looks like is still not known.
            return Ok(());
        }
        self.refuse_taken(&name, create.name.span())?;
        self.refuse_type_name(&name, &create.name)?;
        let kind = if create.partition_by.is_some() {
            TableKind::Partitioned
        } else {
            TableKind::Ordinary
        };
        let mut table = Table {
            name: name.clone(),
            kind,
            persistence: create.persistence,
            options: create.options.clone(),
            origin: self.origin(),
            partition_by: create.partition_by.clone(),
            ..Table::default()
        };
        self.inherit_columns(&mut table, create)?;
        for like in &create.like {
            self.like_columns(&mut table, like)?;
        }
        let mut known: BTreeSet<String> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for definition in &create.columns {
            self.refuse_system_name(definition)?;
            let column = self.build_column(definition);
            if !known.insert(column.name.clone())
                && let Some(at) = self.catalog.column_at(&table, &column.name)
            {
                let merged = table.partition_of.is_some() || !table.inherits.is_empty();
                if !merged {
                    let message = format!("column `{}` is listed twice", column.name);
                    self.rejections.push(Rejection::new(
                        sqlstate::DUPLICATE_COLUMN,
                        definition.name.span,
                        message,
                    ));
                    continue;
                }
                let inherited = &mut table.columns[at];
                inherited.not_null |= column.not_null;
                if column.default.is_some() {
                    inherited.default = column.default;
                }
                continue;
            }
            table.columns.push(column);
        }
        if let Some(query) = &create.query {
            self.read(query)?;
            let yielded = self.yields_of(query, &[])?;
            // Names before `AS` are those of the outputs.
            let named = query.output.iter().map_while(|one| one.name.clone());
            let listed: Vec<Ident> = named.collect();
            self.refuse_same_names(&listed, yielded.as_deref().unwrap_or_default(), query)?;
            self.columns_of_query(&mut table, query);
        }
        self.catalog.tables.insert(name.clone(), Arc::new(table));
        for definition in &create.columns {
            self.make_sequence(&name, definition);
        }
        for column in &create.columns {
            if let Some(generated) = &column.generated {
                let outcome = self.refuse_generated(&generated.expr, &name, &column.data_type);
                self.record(outcome);
            }
        }
        if let Some(partition) = &create.partition_by {
            self.check_partition_keys(&name, partition, create.name.span())?;
        }
        self.add_parents_keys(&name, create)?;
        self.add_constraints(&name, create);
        for index in &create.indexes {
            let outcome = self.add_index(&name, index);
            self.record(outcome);
        }
        Ok(())
    }

    fn is_stub(&self, name: &QName) -> bool {
        self.catalog
            .tables
            .get(name)
            .is_some_and(|table| table.origin.made.is_none())
    }

    fn refuse_type_name(&self, qname: &QName, name: &ObjectName) -> Outcome {
        let found = self.catalog.enums.get(qname).map(|found| found.origin);
        let Some(origin) =
            found.or_else(|| self.catalog.domains.get(qname).map(|found| found.origin))
        else {
            return Ok(());
        };
        let message = format!("table `{name}` cannot be made: a type of that name exists");
        Err(
            Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span(), message)
                .because(origin.made, "made here"),
        )
    }

    /// Constraints of a new table in the order in which the server makes them: checks, primary key,
    /// uniques, foreign keys.
    fn add_constraints(&mut self, table: &QName, create: &CreateTable) {
        let inline = create.columns.iter().flat_map(|column| {
            column
                .constraints
                .iter()
                .map(move |constraint| (constraint, Some(&column.name)))
        });
        let all: Vec<(&ConstraintDef, Option<&Ident>)> = inline
            .chain(
                create
                    .constraints
                    .iter()
                    .map(|constraint| (constraint, None)),
            )
            .collect();
        for rank in 0..=3 {
            for &(constraint, column) in all
                .iter()
                .filter(|(constraint, _)| making_rank(&constraint.kind) == rank)
            {
                let outcome = self.add_constraint(table, constraint, column, true);
                self.record(outcome);
            }
        }
    }

    /// The keys of a partitioned table are columns of its own, and one where it goes by a list.
    fn check_partition_keys(
        &mut self,
        table: &QName,
        PartitionBy { method, keys, .. }: &PartitionBy,
        span: Span,
    ) -> Outcome {
        for column in keys.iter().flat_map(|key| &key.columns) {
            self.need_column(table, column)?;
        }
        if method != "list" || keys.len() < 2 {
            return Ok(());
        }
        let message = "a table is partitioned by a list of the values of one column only";
        Err(Rejection::new(
            sqlstate::INVALID_OBJECT_DEFINITION,
            span,
            message,
        ))
    }

    /// Columns that a partition or an inheriting table has from its parents.
    fn inherit_columns(&mut self, table: &mut Table, create: &CreateTable) -> Outcome {
        let parents = create
            .partition_of
            .iter()
            .map(|(parent, _)| parent)
            .chain(&create.inherits);
        for parent_name in parents {
            let Some(parent_key) = self.need_table(parent_name)? else {
                continue;
            };
            let parent = Arc::clone(&self.catalog.tables[&parent_key]);
            if !parent.knowledge.is_exact() {
                table.knowledge = parent.knowledge.clone();
            }
            let identity = create.partition_of.is_some()
                && self.catalog.versions.postgres >= PARTITIONS_HAVE_IDENTITY;
            for column in &parent.columns {
                if table.column(&column.name).is_none() {
                    let identity = column.identity.filter(|_| identity);
                    table.columns.push(Column {
                        origin: self.origin(),
                        identity,
                        ..column.clone()
                    });
                }
            }
            for check in parent.checks.iter().filter(|check| !check.no_inherit) {
                if table.checks.iter().all(|own| own.name != check.name) {
                    table.checks.push(check.clone());
                }
            }
            match create.partition_of.as_ref() {
                Some((of, bound)) if std::ptr::eq(of, parent_name) => {
                    if parent.partition_by.is_none() && parent.knowledge.is_exact() {
                        let message = format!("table `{parent_name}` is not partitioned");
                        return Err(Rejection::new(
                            sqlstate::INVALID_OBJECT_DEFINITION,
                            parent_name.span(),
                            message,
                        )
                        .because(parent.origin.made, "made here"));
                    }
                    self.refuse_bound(&parent_key, &parent, bound, &create.name)?;
                    table.partition_of = Some(Partition {
                        parent: parent_key,
                        bound: bound.sql.clone(),
                    });
                }
                _ => {
                    self.refuse_parent(&parent_key, parent_name)?;
                    table.inherits.push(parent_key);
                }
            }
        }
        Ok(())
    }

    /// `LIKE`: columns with types and NOT NULL; the rest by `INCLUDING`.
    fn like_columns(&mut self, table: &mut Table, like: &Like) -> Outcome {
        if let Some(view) = self.catalog.find_view(&like.table)
            && self.catalog.find_table(&like.table).is_none()
        {
            self.like_view(table, &view);
            return Ok(());
        }
        let Some(model) = self.need_table(&like.table)? else {
            return Ok(());
        };
        let model = Arc::clone(&self.catalog.tables[&model]);
        if !model.knowledge.is_exact() {
            table.knowledge = model.knowledge.clone();
        }
        for column in &model.columns {
            let mut copy = Column {
                origin: self.origin(),
                ..column.clone()
            };
            if !includes(like, "DEFAULTS") {
                copy.default = None;
            }
            if !includes(like, "GENERATED") {
                copy.generated = None;
            }
            if !includes(like, "IDENTITY") {
                copy.identity = None;
            }
            if !includes(like, "COMMENTS") {
                copy.comment = None;
            }
            table.columns.push(copy);
        }
        if includes(like, "CONSTRAINTS") {
            table.checks.extend(model.checks.iter().cloned());
        }
        Ok(())
    }

    /// The columns of a view, by name and type.
    fn like_view(&self, table: &mut Table, view: &QName) {
        let view = self.catalog.views.get(view);
        let Some(view) = view.filter(|it| it.knowledge.is_exact() && !it.columns.is_empty()) else {
            table.knowledge = Knowledge::Unknown("its columns are those of a view".to_owned());
            return;
        };
        for (at, name) in view.columns.iter().enumerate() {
            let data_type = view.column_types.get(at).cloned().flatten();
            let knowledge = match data_type {
                Some(_) => Knowledge::Exact,
                None => Knowledge::Unknown("its type comes from a query".to_owned()),
            };
            table.columns.push(Column {
                name: name.clone(),
                data_type: data_type.unwrap_or_default(),
                knowledge,
                origin: self.origin(),
                ..Column::default()
            });
        }
    }

    /// Keys and indexes that `LIKE … INCLUDING INDEXES` and `PARTITION OF` copy, under names of
    /// their own, and foreign keys that a partition has from its parent.
    fn add_parents_keys(&mut self, name: &QName, create: &CreateTable) -> Outcome {
        for like in &create.like {
            if self.catalog.find_table(&like.table).is_none() {
                continue;
            }
            let Some(model_name) = self.need_table(&like.table)? else {
                continue;
            };
            let model = Arc::clone(&self.catalog.tables[&model_name]);
            if includes(like, "IDENTITY") {
                for column in model
                    .columns
                    .iter()
                    .filter(|column| column.identity.is_some())
                {
                    self.add_owned_sequence(name, &column.name, true);
                }
            }
            if includes(like, "INDEXES") {
                self.copy_indexes(name, &model);
            }
        }
        let parent = self
            .catalog
            .tables
            .get(name)
            .and_then(|table| table.partition_of.clone());
        if let Some(Partition { parent, .. }) = parent
            && let Some(parent) = self.catalog.tables.get(&parent).cloned()
        {
            self.copy_indexes(name, &parent);
            self.copy_foreign_keys(name, &parent);
        }
        Ok(())
    }

    /// `AS SELECT`: names and types of the result, as far as the query says.
    fn columns_of_query(&mut self, table: &mut Table, query: &Query) {
        let Some(names) = self.catalog.output_of(query) else {
            table.knowledge = Knowledge::Unknown("its columns come from a query".to_owned());
            return;
        };
        // A list of names before `AS` renames the query's columns; those come as columns without a
        // type.
        let listed: Vec<String> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        table.columns.clear();
        for (at, output) in names.into_iter().enumerate() {
            let known = output.data_type.is_some();
            table.columns.push(Column {
                name: listed.get(at).cloned().unwrap_or(output.name),
                data_type: output.data_type.unwrap_or_default(),
                origin: self.origin(),
                knowledge: if known {
                    Knowledge::Exact
                } else {
                    Knowledge::Unknown("its type comes from a query".to_owned())
                },
                ..Column::default()
            });
        }
    }

    pub(crate) fn rename_table(&mut self, from: &ObjectName, to: &ObjectName) -> Outcome {
        let Some(old) = self.need_table(from)? else {
            return Ok(());
        };
        let new = match &to.schema {
            Some(_) => self.catalog.qualify(to),
            None => QName::new(old.schema.clone(), self.catalog.keep(&to.name.value)),
        };
        self.refuse_taken(&new, to.span())?;
        self.move_table(&old, &new);
        let how = format!("renamed to `{}` here", self.catalog.shown(&new));
        self.gone(old, None, &how);
        Ok(())
    }

    /// `ALTER TABLE … SET SCHEMA`.
    pub(crate) fn set_table_schema(&mut self, table: &QName, schema: &Ident) -> Outcome {
        self.need_schema(schema)?;
        let new = QName::new(schema.value.clone(), table.name.clone());
        if new == *table {
            return Ok(());
        }
        self.refuse_taken(&new, schema.span)?;
        self.move_table(table, &new);
        let how = format!("moved to schema `{}` here", schema.value);
        self.gone(table.clone(), None, &how);
        Ok(())
    }
}

/// When the server makes a constraint of a new table.
fn making_rank(kind: &ConstraintKind) -> u8 {
    match kind {
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => 0,
        ConstraintKind::PrimaryKey { .. } => 1,
        ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. } => 2,
        ConstraintKind::ForeignKey(_) => 3,
    }
}

fn includes(like: &Like, what: &str) -> bool {
    like.including
        .iter()
        .any(|word| word == "ALL" || word == what)
}
