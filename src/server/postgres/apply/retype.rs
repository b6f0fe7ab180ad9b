//! `ALTER COLUMN … TYPE`.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::{as_key, index_mentions, mentions};
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::is_type;
use crate::catalog::{Knowledge, Mention, QName, Rejection, Site, Table, format_type};
use crate::server::postgres::apply::columns::named_collation;
use crate::server::postgres::functions::facts::CastContext;
use crate::sql::change::{DataType, Expr, ExprKind, Ident, LiteralTarget, ObjectName};

impl Apply<'_> {
    pub(crate) fn set_type(
        &mut self,
        table: &QName,
        column: &Ident,
        data_type: &DataType,
        collation: Option<&ObjectName>,
        using: Option<&Expr>,
    ) -> Outcome {
        let at = self.need_column(table, column)?;
        let new = self.settle_type(data_type, column.span)?;
        let (Some(at), Some(found)) = (at, self.catalog.tables.get(table).cloned()) else {
            return Ok(());
        };
        let current = &found.columns[at];
        self.refuse_inherited(&found, &current.name, column.span)?;
        self.refuse_users(&found, &current.name, column)?;
        if current.knowledge.is_exact() {
            self.refuse_cast(&found, at, &new, using, column)?;
        }
        self.edit_column(table, column, |column| {
            column.data_type = new.clone();
            column.collation = collation.and_then(named_collation);
            column.knowledge = Knowledge::Exact;
            if let Some(default) = &mut column.default
                && matches!(default.expr.kind, ExprKind::String(_))
                && self_evident(default.literal_type.as_ref(), &new)
            {
                default.literal_type = Some(new.clone());
            }
        })?;
        let name = current.name.clone();
        if let Some(table) = self.edit(table) {
            drop_needless_casts(table, &name, &new);
        }
        let owned: Vec<QName> = self
            .catalog
            .owned_sequences(table, Some(&name))
            .map(|(name, _)| name.clone())
            .collect();
        for sequence in owned {
            if let Some(sequence) = self.catalog.sequences.get_mut(&sequence)
                && sequence.identity
            {
                std::sync::Arc::make_mut(sequence).data_type = new.clone();
            }
        }
        Ok(())
    }

    /// Refuses to change the type of a column that a view, rule, trigger, policy, generated column
    /// or partition key uses.
    fn refuse_users(&self, table: &Table, name: &str, column: &Ident) -> Outcome {
        let refusal = |code, user: String, made: Option<Site>| {
            let message = format!("the type of column `{name}` cannot be changed: {user} uses it");
            Err(Rejection::new(code, column.span, message)
                .because(made, format!("{user} is made here")))
        };
        let mut views = self
            .catalog
            .views
            .with(Mention::Column(&table.name.name, name))
            .map(|(_, view)| view);
        let reader = views.find(|view| {
            let mut uses = view.uses.iter();
            uses.any(|used| used.is(&table.name, name))
        });
        if let Some(view) = reader {
            let kind = if view.materialized {
                "materialized view"
            } else {
                "view"
            };
            let user = format!("{kind} `{}`", self.catalog.shown(&view.name));
            return refusal(sqlstate::FEATURE_NOT_SUPPORTED, user, view.origin.made);
        }
        if let Some(rule) = table
            .rules
            .iter()
            .find(|rule| rule.columns.iter().any(|used| used == name))
        {
            return refusal(
                sqlstate::FEATURE_NOT_SUPPORTED,
                format!("rule `{}`", rule.name),
                rule.origin.made,
            );
        }
        if let Some(other) = table.columns.iter().find(|other| {
            other
                .generated
                .as_ref()
                .is_some_and(|generated| mentions(&generated.expr, name))
        }) {
            let user = format!("generated column `{}`", other.name);
            return refusal(sqlstate::FEATURE_NOT_SUPPORTED, user, other.origin.made);
        }
        if let Some(trigger) = table
            .triggers
            .iter()
            .find(|trigger| trigger.columns.iter().any(|used| used == name))
        {
            let user = format!("trigger `{}`", trigger.name);
            return refusal(sqlstate::FEATURE_NOT_SUPPORTED, user, trigger.origin.made);
        }
        let tables = self
            .catalog
            .tables
            .with(Mention::Column(&table.name.name, name))
            .chain([(&table.name, table)]);
        let mut policies =
            tables.flat_map(|(of, found)| found.policies.iter().map(move |policy| (of, policy)));
        if let Some((_, policy)) = policies.find(|(of, policy)| policy.uses(of, &table.name, name))
        {
            let user = format!("policy `{}`", policy.name);
            return refusal(sqlstate::FEATURE_NOT_SUPPORTED, user, policy.origin.made);
        }
        if let Some(partition) = &table.partition_by
            && partition.keys.iter().any(|key| mentions(key, name))
        {
            let user = "the table's partition key".to_owned();
            return refusal(sqlstate::INVALID_TABLE_DEFINITION, user, table.origin.made);
        }
        Ok(())
    }

    /// Refuses a change whose values, default, checks, indexes or foreign keys cannot follow.
    fn refuse_cast(
        &self,
        table: &Table,
        at: usize,
        new: &DataType,
        using: Option<&Expr>,
        column: &Ident,
    ) -> Outcome {
        let current = &table.columns[at];
        let print = |data_type: &DataType| format_type(data_type, self.catalog.dialect);
        let changed = current.origin.changed;
        match using {
            None if self.catalog.cannot_assign(&current.data_type, new)
                || (current.knowledge.is_exact()
                    && !self.catalog.has_own_conversions()
                    && self.catalog.never_becomes(
                        &current.data_type,
                        new,
                        CastContext::Assignment,
                    )) =>
            {
                let message = format!(
                    "column `{}` cannot be cast automatically from `{}` to `{}`",
                    current.name,
                    print(&current.data_type),
                    print(new)
                );
                return Err(
                    Rejection::new(sqlstate::DATATYPE_MISMATCH, column.span, message)
                        .because(changed, "the column was last changed here"),
                );
            }
            Some(using) if self.enum_without_text(using, current, new) => {
                let message = format!(
                    "type `{}` cannot be cast to `{}`",
                    print(&current.data_type),
                    print(new)
                );
                return Err(Rejection::new("42846", using.span, message)
                    .because(changed, "the column was last changed here"));
            }
            _ => {}
        }
        if let Some(default) = &current.default {
            let from = default.literal_type.as_ref().unwrap_or(&current.data_type);
            let string = matches!(default.expr.kind, ExprKind::String(_));
            let from = if string { from } else { &current.data_type };
            if self.catalog.cannot_assign(from, new) {
                let message = format!(
                    "the default of column `{}` cannot be cast automatically to type `{}`",
                    current.name,
                    print(new)
                );
                return Err(
                    Rejection::new(sqlstate::DATATYPE_MISMATCH, column.span, message)
                        .because(changed, "the column was last changed here"),
                );
            }
        }
        self.refuse_foreign_keys(table, &current.name, new, column)?;
        let old_enum = self
            .catalog
            .enum_of(&current.data_type)
            .map(|found| found.name.clone());
        let Some(old_enum) = old_enum.filter(|name| !is_type(new, name)) else {
            return Ok(());
        };
        let compares = |expr: &Expr| compares_with_label(expr, &current.name, &old_enum);
        let refusal = |what: String, made: Option<Site>| {
            let message = format!(
                "the type of column `{}` cannot be changed: {what} compares it with a label",
                current.name
            );
            Err(
                Rejection::new(sqlstate::UNDEFINED_FUNCTION, column.span, message)
                    .because(made, format!("{what} is made here")),
            )
        };
        if let Some(check) = table.checks.iter().find(|check| compares(&check.expr)) {
            return refusal(format!("check `{}`", check.name), check.origin.made);
        }
        for index in table
            .indexes
            .iter()
            .filter(|index| index_mentions(index, &current.name))
        {
            if index.condition.as_ref().is_some_and(compares) {
                return refusal(format!("index `{}`", index.name), index.origin.made);
            }
        }
        Ok(())
    }

    /// Whether `USING` casts one enum straight to another.
    fn enum_without_text(
        &self,
        using: &Expr,
        current: &crate::catalog::Column,
        new: &DataType,
    ) -> bool {
        let straight = matches!(&using.kind, ExprKind::Column(name) if name.value == current.name);
        let casts_once = using.casts.len() == 1 && is_same(&using.casts[0], new);
        let is_enum =
            |data_type: &DataType| !data_type.array && self.catalog.enum_of(data_type).is_some();
        straight
            && casts_once
            && is_enum(&current.data_type)
            && is_enum(new)
            && self.catalog.cannot_assign(&current.data_type, new)
    }

    /// Foreign keys compare both sides, and are made again at the end of the statement.
    fn refuse_foreign_keys(
        &self,
        table: &Table,
        name: &str,
        new: &DataType,
        column: &Ident,
    ) -> Outcome {
        let refusal = |key: &crate::catalog::ForeignKey| {
            let message = format!(
                "the type of column `{name}` cannot be changed: foreign key `{}` compares it with a column of another type",
                key.name
            );
            Err(
                Rejection::new(sqlstate::DATATYPE_MISMATCH, column.span, message)
                    .because(key.origin.made, "the foreign key is added here"),
            )
        };
        for key in &table.foreign_keys {
            let Some(at) = key.columns.iter().position(|own| own == name) else {
                continue;
            };
            let other = self
                .catalog
                .tables
                .get(&key.table)
                .and_then(|table| table.column(key.referenced.get(at)?));
            if other.is_some_and(|other| {
                other.knowledge.is_exact() && self.catalog.cannot_refer(new, &other.data_type)
            }) {
                return refusal(key);
            }
        }
        let has_key = table
            .keys()
            .any(|key| key.columns.iter().any(|own| own == name))
            || table
                .indexes
                .iter()
                .filter_map(as_key)
                .any(|key| key.columns.iter().any(|own| own == name));
        if !has_key {
            return Ok(());
        }
        for (_, referencing) in self
            .catalog
            .tables
            .with(Mention::Column(&table.name.name, name))
        {
            for key in referencing
                .foreign_keys
                .iter()
                .filter(|key| key.table == table.name)
            {
                let Some(at) = key.referenced.iter().position(|own| own == name) else {
                    continue;
                };
                let other = key.columns.get(at).and_then(|own| referencing.column(own));
                if other.is_some_and(|other| {
                    other.knowledge.is_exact() && self.catalog.cannot_refer(&other.data_type, new)
                }) {
                    return refusal(key);
                }
            }
        }
        Ok(())
    }
}

/// `date(at)` over a column that has become a `date` is the column itself: the server makes its
/// indexes again from what it then resolves.
fn drop_needless_casts(table: &mut Table, column: &str, new: &DataType) {
    for key in table.indexes.iter_mut().flat_map(|index| &mut index.keys) {
        let casts = matches!(&key.expr.kind, ExprKind::Function(name) if *name == new.name);
        let over_it = key.expr.columns.len() == 1 && key.expr.columns[0].value == column;
        if key.column.is_none()
            && casts
            && over_it
            && key.expr.functions.len() == 1
            && key.expr.literals.is_empty()
        {
            let argument = key
                .expr
                .sql
                .split_once('(')
                .map(|(_, rest)| rest.trim_end_matches(')').to_owned());
            key.expr.sql = argument.unwrap_or_else(|| column.to_owned());
            key.expr.kind = ExprKind::Column(key.expr.columns[0].clone());
            key.expr.functions.clear();
            key.column = Some(column.to_owned());
        }
    }
}

/// Whether a literal takes the column's new type along: text in all its spellings does.
fn self_evident(literal: Option<&DataType>, new: &DataType) -> bool {
    let text = |data_type: &DataType| {
        !data_type.array
            && matches!(
                data_type.name.as_str(),
                "text" | "character varying" | "character"
            )
    };
    literal.is_none_or(|literal| text(literal) && text(new) || literal.name == new.name)
}

fn is_same(one: &DataType, other: &DataType) -> bool {
    one.name == other.name && one.array == other.array
}

/// Whether an expression compares a column with a label of its enum, which would be of the old type
/// afterwards.
fn compares_with_label(expr: &Expr, column: &str, old: &QName) -> bool {
    expr.literals.iter().any(|literal| match &literal.target {
        LiteralTarget::Column(_, name) => name.value == column,
        LiteralTarget::Cast(cast) => is_type(cast, old),
        _ => false,
    })
}
