//! Columns: made from their definitions, changed, renamed, dropped.

mod defaults;
mod identity;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::Droppable;
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::{each_expr, rename_column};
use crate::catalog::{Column, ColumnName, Generation, Knowledge, Mention, QName, Rejection, Table};
use crate::server::postgres::apply::datatypes::refuse_pseudo_type;
use crate::server::postgres::apply::is_hidden;
use crate::sql::Dialect;
use crate::sql::change::{ColumnDef, DataType, ExprKind, Ident, ObjectName};

impl Apply<'_> {
    /// A column as its definition says, without its constraints and sequence.
    pub(crate) fn build_column(&mut self, definition: &ColumnDef) -> Column {
        let span = if definition.type_span.is_empty() {
            definition.name.span
        } else {
            definition.type_span
        };
        let mut knowledge = Knowledge::Exact;
        let settled = refuse_pseudo_type(&definition.data_type, span)
            .and_then(|()| self.settle_type(&definition.data_type, span));
        let data_type = match settled {
            Ok(data_type) => data_type,
            Err(rejection) => {
                knowledge = Knowledge::Unknown("its type does not exist".to_owned());
                self.rejections.push(rejection);
                definition.data_type.clone()
            }
        };
        let default = definition
            .default
            .as_ref()
            .and_then(|expr| self.default_value(expr, &data_type));
        Column {
            name: self.catalog.keep(&definition.name.value).to_owned(),
            not_null: definition.not_null == Some(true)
                || definition.serial
                || definition.identity.is_some(),
            default,
            identity: definition.identity,
            generated: definition.generated.as_ref().map(|generated| Generation {
                expr: generated.expr.clone(),
                stored: generated.stored,
            }),
            auto_increment: definition.auto_increment,
            on_update: definition.on_update.clone(),
            collation: definition.collation.as_ref().and_then(named_collation),
            charset: None,
            comment: definition.comment.clone(),
            origin: self.origin(),
            knowledge,
            data_type,
        }
    }

    /// Refuses the names of the columns that every table has and no list of them shows.
    pub(crate) fn refuse_system_name(&self, definition: &ColumnDef) -> Outcome {
        let name = self.catalog.keep(&definition.name.value);
        if !is_hidden(&Table::default(), name) {
            return Ok(());
        }
        let message = format!("`{name}` is the name of a column that the server keeps itself");
        Err(Rejection::new(
            sqlstate::DUPLICATE_COLUMN,
            definition.name.span,
            message,
        ))
    }

    /// `ADD COLUMN`, on partitions and inheriting tables, too.
    pub(crate) fn add_column(
        &mut self,
        table: &QName,
        definition: &ColumnDef,
        if_not_exists: bool,
    ) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        if let Some(at) = self.catalog.column_at(found, &definition.name.value) {
            let column = &found.columns[at];
            if if_not_exists || (!column.knowledge.is_exact() && column.origin.made.is_none()) {
                return Ok(());
            }
            let name = &definition.name;
            let message = format!(
                "column `{}` of table `{}` already exists",
                name.value,
                self.catalog.shown(table)
            );
            return Err(
                Rejection::new(sqlstate::DUPLICATE_COLUMN, name.span, message)
                    .because(column.origin.made, "added here"),
            );
        }
        if let Some(of) = &found.partition_of {
            let message = format!(
                "a partition has the columns of `{}`, and none of its own",
                self.catalog.shown(&of.parent)
            );
            let (code, span) = (sqlstate::WRONG_OBJECT_TYPE, definition.name.span);
            return Err(Rejection::new(code, span, message)
                .because(found.origin.made, "the partition is made here"));
        }
        self.refuse_system_name(definition)?;
        let column = self.build_column(definition);
        if let Some(found) = self.edit(table) {
            found.columns.push(column.clone());
        }
        for child in self.catalog.children(table) {
            let has = self.catalog.tables[&child].column(&column.name).is_some();
            if let Some(child) = self.edit(&child).filter(|_| !has) {
                child.columns.push(column.clone());
            }
        }
        self.make_sequence(table, definition);
        match &definition.generated {
            Some(generated) => self.refuse_generated(&generated.expr, table, &column.data_type),
            None => Ok(()),
        }
    }

    pub(crate) fn drop_column(
        &mut self,
        table: &QName,
        name: &Ident,
        if_exists: bool,
        cascade: bool,
    ) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let Some(at) = self.catalog.column_at(found, &name.value) else {
            if if_exists || !found.knowledge.is_exact() {
                return Ok(());
            }
            return Err(self.catalog.unknown_column(found, name));
        };
        let column = found.columns[at].name.clone();
        if let Some(partition) = &found.partition_by
            && partition
                .keys
                .iter()
                .any(|key| crate::catalog::depend::mentions(key, &column))
        {
            let message = format!(
                "column `{column}` cannot be dropped: it is part of the partition key of table `{}`",
                self.catalog.shown(table)
            );
            return Err(
                Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, name.span, message)
                    .because(found.origin.made, "the table is made here"),
            );
        }
        self.refuse_inherited(found, &column, name.span)?;
        let mut targets = vec![Droppable::Column(table.clone(), column.clone())];
        let children = self.catalog.children(table).into_iter();
        targets.extend(children.map(|child| Droppable::Column(child, column.clone())));
        self.drop_objects(&targets, cascade, name.span)
    }

    pub(crate) fn rename_column(&mut self, table: &QName, from: &Ident, to: &Ident) -> Outcome {
        let Some(at) = self.need_column(table, from)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let old = found.columns[at].name.clone();
        let new = self.catalog.keep(&to.value).to_owned();
        self.refuse_inherited(found, &old, from.span)?;
        if is_hidden(found, &new) {
            let message = format!("`{new}` is the name of a column that the server keeps itself");
            let code = sqlstate::DUPLICATE_COLUMN;
            return Err(Rejection::new(code, to.span, message));
        }
        // The column's own name is refused, too.
        if let Some(other) = self.catalog.column_at(found, &new) {
            let message = format!(
                "column `{new}` of table `{}` already exists",
                self.catalog.shown(table)
            );
            return Err(Rejection::new(sqlstate::DUPLICATE_COLUMN, to.span, message)
                .because(found.columns[other].origin.made, "added here"));
        }
        if old == new {
            return Ok(());
        }
        self.column_renamed(table, &old, &new);
        for child in self.catalog.children(table) {
            self.column_renamed(&child, &old, &new);
        }
        self.gone(
            table.clone(),
            Some(old),
            &format!("renamed to `{new}` here"),
        );
        Ok(())
    }

    /// Everything that names a column follows it.
    fn column_renamed(&mut self, name: &QName, old: &str, new: &str) {
        let site = self.site;
        let Some(table) = self.edit(name) else { return };
        let follow = |column: &mut String| {
            if column == old {
                new.clone_into(column);
            }
        };
        for column in table.columns.iter_mut().filter(|column| column.name == old) {
            new.clone_into(&mut column.name);
            column.origin.changed = Some(site);
        }
        for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
            key.columns
                .iter_mut()
                .chain(&mut key.include)
                .for_each(follow);
        }
        table
            .foreign_keys
            .iter_mut()
            .for_each(|key| key.columns.iter_mut().for_each(follow));
        for index in &mut table.indexes {
            index
                .keys
                .iter_mut()
                .filter_map(|key| key.column.as_mut())
                .for_each(follow);
            index.include.iter_mut().for_each(follow);
        }
        table
            .triggers
            .iter_mut()
            .for_each(|trigger| trigger.columns.iter_mut().for_each(follow));
        table
            .policies
            .iter_mut()
            .for_each(|policy| policy.columns.iter_mut().for_each(follow));
        table
            .reaches_mut()
            .for_each(|reached| reached.rename_column(name, old, new));
        table
            .rules
            .iter_mut()
            .for_each(|rule| rule.columns.iter_mut().for_each(follow));
        each_expr(table, &mut |expr| {
            rename_column(expr, old, new, Dialect::Postgres);
        });
        let concerned = |table: &Table| {
            let mut reached = table.reaches();
            table.has_key_to(name) || reached.any(|reached| reached.has_column(name, old))
        };
        let fact = Mention::Column(&name.name, old);
        self.each_table(fact, concerned, |table| {
            let reached = table.reaches_mut();
            reached.for_each(|reached| reached.rename_column(name, old, new));
            for key in table
                .foreign_keys
                .iter_mut()
                .filter(|key| key.table == *name)
            {
                key.referenced.iter_mut().for_each(follow);
            }
        });
        let reads = |used: &ColumnName| used.is(name, old);
        self.catalog.views.change(
            fact,
            |view| view.uses.iter().any(reads),
            |view| {
                view.uses
                    .iter_mut()
                    .filter(|uses| reads(uses))
                    .for_each(|used| new.clone_into(&mut used.name));
            },
        );
        self.catalog.sequences.change(
            Mention::Relation(&name.name),
            |sequence| sequence.owner.as_ref().is_some_and(reads),
            |sequence| sequence.owner = Some(ColumnName::new(name.clone(), new)),
        );
    }

    /// The column, to be changed; it and its table remember who did. Children follow.
    pub(crate) fn edit_column(
        &mut self,
        table: &QName,
        column: &Ident,
        change: impl Fn(&mut Column),
    ) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let site = self.site;
        let Some(found) = self.edit(table) else {
            return Ok(());
        };
        let name = found.columns[at].name.clone();
        change(&mut found.columns[at]);
        found.columns[at].origin.changed = Some(site);
        for child in self.catalog.children(table) {
            let Some(child) = self.edit(&child) else {
                continue;
            };
            child
                .columns
                .iter_mut()
                .filter(|column| column.name == name)
                .for_each(&change);
        }
        Ok(())
    }

    pub(crate) fn drop_not_null(&mut self, table: &QName, column: &Ident) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let name = &found.columns[at].name;
        let refusal = |code, why: &str, origin: crate::catalog::Origin| {
            let message = format!(
                "column `{name}` of table `{}` cannot be made nullable: {why}",
                found.name.name
            );
            Err(Rejection::new(code, column.span, message).because(origin.made, "made here"))
        };
        if let Some(key) = found
            .primary_key
            .as_ref()
            .filter(|key| key.columns.contains(name))
        {
            return refusal(
                sqlstate::INVALID_TABLE_DEFINITION,
                "it is in the primary key",
                key.origin,
            );
        }
        if found.columns[at].identity.is_some() {
            let origin = found.columns[at].origin;
            return refusal(
                sqlstate::OBJECT_NOT_IN_PREREQUISITE_STATE,
                "it is an identity column",
                origin,
            );
        }
        self.edit_column(table, column, |column| column.not_null = false)
    }
}

fn no_default_here(current: &Column, column: &Ident) -> Option<Rejection> {
    let kind = if current.identity.is_some() {
        "an identity column"
    } else if current.generated.is_some() {
        "a generated column"
    } else {
        return None;
    };
    let message = format!(
        "the default of column `{}` cannot be changed: it is {kind}",
        current.name
    );
    Some(
        Rejection::new("42601", column.span, message)
            .because(current.origin.changed, "last changed here"),
    )
}

/// A literal that the server evaluates when it stores it: `'0'` in a number column is `0`, `'f'` in
/// a boolean one `false`.
fn plain_constant(value: &str, data_type: &DataType) -> Option<(ExprKind, String)> {
    if data_type.array {
        return None;
    }
    match data_type.name.as_str() {
        "smallint" | "integer" | "bigint" => {
            let number: i64 = value.trim().parse().ok()?;
            Some((ExprKind::Number(number.to_string()), number.to_string()))
        }
        "boolean" => {
            let truth = match value.trim().to_ascii_lowercase().as_str() {
                "t" | "true" | "y" | "yes" | "on" | "1" => true,
                "f" | "false" | "n" | "no" | "off" | "0" => false,
                _ => return None,
            };
            Some((ExprKind::Boolean(truth), truth.to_string()))
        }
        _ => None,
    }
}

/// The collation that a `COLLATE` names; `None` is the type's own. `pg_catalog` is searched before
/// all other schemas, so its collations need none.
pub(crate) fn named_collation(name: &ObjectName) -> Option<QName> {
    let schema = name.schema.as_ref().map(|schema| schema.value.as_str());
    let schema = match schema {
        None | Some("pg_catalog") => Dialect::Postgres.home_schema(),
        Some(schema) => schema,
    };
    let own = name.name.value == "default";
    (!own).then(|| QName::new(schema, name.name.value.clone()))
}
