//! A query of the system catalogs to what it asks whether it exists.

use std::collections::BTreeMap;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArguments, JoinConstraint, JoinOperator, Select, TableFactor,
    UnaryOperator, Value,
};

use super::path;
use crate::source::Span;
use crate::sql::change::{Condition, DataType, Ident, ObjectName};
use crate::sql::lower::Cx;

/// A string literal.
pub(super) struct LiteralText {
    /// What it says.
    pub(super) text: String,
    /// Where it stands.
    pub(super) span: Span,
}

/// What a query selects on: values by column, and the relations it reads.
#[derive(Default)]
struct Lookup {
    relations: Vec<String>,
    equal: BTreeMap<String, LiteralText>,
    unequal: BTreeMap<String, LiteralText>,
}

/// What `EXISTS (SELECT … )` asks, when every part of its `WHERE` is understood.
pub(in crate::sql::block) fn exists(select: &Select, cx: &Cx) -> Option<Condition> {
    let mut lookup = Lookup::default();
    for table in &select.from {
        lookup.relation(&table.relation)?;
        for join in &table.joins {
            lookup.relation(&join.relation)?;
            let (JoinOperator::Join(on) | JoinOperator::Inner(on)) = &join.join_operator else {
                return None;
            };
            match on {
                JoinConstraint::On(on) => lookup.conjunct(on, cx)?,
                JoinConstraint::Using(_) | JoinConstraint::Natural => {}
                JoinConstraint::None => return None,
            }
        }
    }
    if select.having.is_some() {
        return None;
    }
    if let Some(filter) = &select.selection {
        lookup.conjunct(filter, cx)?;
    }
    lookup.answer()
}

/// The expression inside of casts and parentheses.
pub(super) fn without_casts(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => without_casts(expr),
        other => other,
    }
}

/// A string literal, casts looked through.
pub(super) fn string(expr: &Expr, cx: &Cx) -> Option<LiteralText> {
    let Expr::Value(value) = without_casts(expr) else {
        return None;
    };
    let text = match &value.value {
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => text,
        Value::DollarQuotedString(text) => &text.value,
        _ => return None,
    };
    Some(LiteralText {
        text: text.clone(),
        span: cx.span(value.span),
    })
}

impl Lookup {
    fn relation(&mut self, factor: &TableFactor) -> Option<()> {
        let TableFactor::Table {
            name, args: None, ..
        } = factor
        else {
            return None;
        };
        let parts: Vec<_> = name.0.iter().filter_map(|part| part.as_ident()).collect();
        let name = parts.last()?.value.to_ascii_lowercase();
        let schema = parts
            .len()
            .checked_sub(2)
            .and_then(|at| parts.get(at))
            .map(|part| part.value.to_ascii_lowercase());
        let known = match schema.as_deref() {
            Some("information_schema") => format!("information_schema.{name}"),
            Some("pg_catalog") | None if name.starts_with("pg_") => name,
            _ => return None,
        };
        self.relations.push(known);
        Some(())
    }

    /// Takes one part of a filter in; none when it is not understood.
    fn conjunct(&mut self, expr: &Expr, cx: &Cx) -> Option<()> {
        match expr {
            Expr::Nested(inner) => self.conjunct(inner, cx),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.conjunct(left, cx)?;
                self.conjunct(right, cx)
            }
            // `NOT a.attisdropped`, and what says the same.
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            }
            | Expr::IsFalse(expr) => {
                matches!(column(expr)?.as_str(), "attisdropped" | "tgisinternal").then_some(())
            }
            Expr::BinaryOp {
                left,
                op: op @ (BinaryOperator::Eq | BinaryOperator::NotEq | BinaryOperator::Gt),
                right,
            } => self.comparison(left, op, right, cx),
            Expr::InList {
                expr,
                list,
                negated: false,
            } => {
                let [only] = list.as_slice() else {
                    return (column(expr)? == "relkind").then_some(());
                };
                self.comparison(expr, &BinaryOperator::Eq, only, cx)
            }
            _ => None,
        }
    }

    fn comparison(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        cx: &Cx,
    ) -> Option<()> {
        let (Some(name), other) = (match column(left) {
            Some(name) => (Some(name), right),
            None => (column(right), left),
        }) else {
            return None;
        };
        if let Some(value) = string(other, cx) {
            let side = match op {
                BinaryOperator::Eq => &mut self.equal,
                BinaryOperator::NotEq => &mut self.unequal,
                _ => return None,
            };
            return side.insert(name, value).is_none().then_some(());
        }
        // Joins between catalogs, `attnum > 0`, and the schema that is current anyway.
        let harmless = match without_casts(other) {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                column(other).is_some() && *op == BinaryOperator::Eq
            }
            Expr::Value(value) => matches!(
                (&value.value, name.as_str()),
                (Value::Number(..), "attnum")
                    | (Value::Boolean(false), "attisdropped" | "tgisinternal")
            ),
            Expr::Function(function) => {
                let no_arguments = match &function.args {
                    FunctionArguments::None => true,
                    FunctionArguments::List(list) => list.args.is_empty(),
                    FunctionArguments::Subquery(_) => false,
                };
                let function = function.name.to_string().to_ascii_lowercase();
                no_arguments
                    && [
                        "current_schema",
                        "current_database",
                        "current_catalog",
                        "database",
                        "schema",
                    ]
                    .contains(&function.as_str())
            }
            _ => false,
        };
        harmless.then_some(())
    }

    fn take(&mut self, column: &str) -> Option<Ident> {
        let LiteralText { text, span } = self.equal.remove(column)?;
        Some(Ident {
            quoted: true,
            span,
            ..Ident::synthetic(text)
        })
    }

    /// `'public.t'::regclass`, or a table's own columns of name and schema.
    fn table(&mut self, regclass: &str, name: &str) -> Option<ObjectName> {
        if let Some(LiteralText { text, span }) = self.equal.remove(regclass) {
            return Some(path(&text, span));
        }
        let name = self.take(name)?;
        Some(ObjectName {
            schema: self.schema(),
            name,
        })
    }

    fn schema(&mut self) -> Option<Ident> {
        [
            "table_schema",
            "schemaname",
            "nspname",
            "constraint_schema",
            "event_object_schema",
            "trigger_schema",
            "routine_schema",
        ]
        .iter()
        .find_map(|column| self.take(column))
    }

    fn reads(&self, relation: &str) -> bool {
        self.relations.iter().any(|read| {
            read == relation || read.strip_prefix("information_schema.") == Some(relation)
        })
    }

    fn answer(mut self) -> Option<Condition> {
        // The name of the database says nothing.
        for column in ["table_catalog", "constraint_catalog"] {
            self.equal.remove(column);
        }
        let condition = if self.reads("columns") {
            self.column()?
        } else if self.reads("pg_attribute") {
            let column = self.take("attname")?;
            self.kind()?;
            Condition::ColumnExists {
                table: self.table("attrelid", "relname")?,
                column,
            }
        } else if self.reads("pg_enum") {
            let label = self.equal.remove("enumlabel")?;
            Condition::EnumValueExists {
                name: self.table("enumtypid", "typname")?,
                value: label.text,
            }
        } else if self.reads("pg_constraint") {
            let name = self.take("conname")?;
            self.equal.remove("contype");
            let table = self.table("conrelid", "relname");
            Condition::ConstraintExists { table, name }
        } else if self.reads("table_constraints")
            || self.reads("referential_constraints")
            || self.reads("key_column_usage")
        {
            let name = self.take("constraint_name")?;
            self.equal.remove("constraint_type");
            let table = self.table("", "table_name");
            self.schema();
            Condition::ConstraintExists { table, name }
        } else if self.reads("pg_trigger") {
            let name = self.take("tgname")?;
            Condition::TriggerExists {
                table: self.table("tgrelid", "relname"),
                name,
            }
        } else if self.reads("triggers") {
            let name = self.take("trigger_name")?;
            let table = self.table("", "event_object_table");
            self.schema();
            Condition::TriggerExists { table, name }
        } else if self.reads("pg_indexes") {
            let name = self.take("indexname")?;
            self.equal.remove("tablename");
            Condition::IndexExists(ObjectName {
                schema: self.schema(),
                name,
            })
        } else if self.reads("statistics") {
            let name = self.take("index_name")?;
            let table = self.table("", "table_name")?;
            self.take("index_schema");
            Condition::IndexOfTable { table, name }
        } else if self.reads("pg_type") {
            self.equal.remove("typtype");
            Condition::TypeExists(self.table("oid", "typname")?)
        } else if self.reads("pg_class") {
            let index = self.kind()?;
            let name = self.table("oid", "relname")?;
            if index {
                Condition::IndexExists(name)
            } else {
                Condition::TableExists(name)
            }
        } else if self.reads("tables") {
            self.equal.remove("table_type");
            Condition::TableExists(self.table("", "table_name")?)
        } else if self.reads("pg_tables") {
            Condition::TableExists(self.table("", "tablename")?)
        } else if self.reads("pg_matviews") {
            Condition::ViewExists {
                name: self.table("", "matviewname")?,
                materialized: true,
            }
        } else if self.reads("pg_views") {
            Condition::ViewExists {
                name: self.table("", "viewname")?,
                materialized: false,
            }
        } else if self.reads("views") {
            Condition::ViewExists {
                name: self.table("", "table_name")?,
                materialized: false,
            }
        } else if self.reads("pg_extension") {
            Condition::ExtensionExists(self.take("extname")?)
        } else if self.reads("pg_proc") {
            Condition::FunctionExists(self.table("oid", "proname")?)
        } else if self.reads("routines") {
            self.equal.remove("routine_type");
            Condition::FunctionExists(self.table("", "routine_name")?)
        } else if self.reads("pg_namespace") {
            Condition::SchemaExists(self.take("nspname")?)
        } else if self.reads("schemata") {
            Condition::SchemaExists(self.take("schema_name")?)
        } else {
            return None;
        };
        (self.equal.is_empty() && self.unequal.is_empty()).then_some(condition)
    }

    /// Takes `relkind` out: whether it asks for an index; none for a view, a sequence and other
    /// relations that have no question of their own.
    fn kind(&mut self) -> Option<bool> {
        match self
            .equal
            .remove("relkind")
            .as_ref()
            .map(|kind| kind.text.as_str())
        {
            None | Some("r" | "p" | "f") => Some(false),
            Some("i" | "I") => Some(true),
            Some(_) => None,
        }
    }

    /// `information_schema.columns`.
    fn column(&mut self) -> Option<Condition> {
        let column = self.take("column_name")?;
        let table = self.table("", "table_name")?;
        let mut all = Vec::new();
        let types = [
            self.equal.remove("data_type"),
            self.equal.remove("udt_name"),
        ]
        .into_iter()
        .flatten();
        for name in types {
            all.push(Self::typed(&table, &column, &name.text));
        }
        let types = [
            self.unequal.remove("data_type"),
            self.unequal.remove("udt_name"),
        ]
        .into_iter()
        .flatten();
        for name in types {
            let typed = Self::typed(&table, &column, &name.text);
            all.push(Condition::Not(Box::new(typed)));
        }
        if let Some(nullable) = self.equal.remove("is_nullable") {
            let condition = Condition::ColumnNullable {
                table: table.clone(),
                column: column.clone(),
            };
            all.push(if nullable.text.eq_ignore_ascii_case("yes") {
                condition
            } else {
                Condition::Not(Box::new(condition))
            });
        }
        let exists = Condition::ColumnExists { table, column };
        if all.is_empty() {
            return Some(exists);
        }
        all.insert(0, exists);
        Some(Condition::All(all))
    }

    fn typed(table: &ObjectName, column: &Ident, name: &str) -> Condition {
        // `udt_name` has the internal names of built-in types, and `_x` for an array of x.
        let (name, array) = match name.strip_prefix('_') {
            Some(element) => (element, true),
            None => (name, false),
        };
        let name = match name {
            "int2" => "smallint",
            "int4" => "integer",
            "int8" => "bigint",
            "float4" => "real",
            "float8" => "double precision",
            "bool" => "boolean",
            "varchar" => "character varying",
            "bpchar" => "character",
            "timestamp" => "timestamp without time zone",
            "timestamptz" => "timestamp with time zone",
            "time" => "time without time zone",
            "timetz" => "time with time zone",
            other => other,
        };
        let data_type = DataType {
            array,
            ..DataType::named(name)
        };
        Condition::ColumnHasType {
            table: table.clone(),
            column: column.clone(),
            data_type,
        }
    }
}

/// A column's name, whatever qualifies it.
fn column(expr: &Expr) -> Option<String> {
    match without_casts(expr) {
        Expr::Identifier(name) => Some(name.value.to_ascii_lowercase()),
        Expr::CompoundIdentifier(path) => path.last().map(|name| name.value.to_ascii_lowercase()),
        _ => None,
    }
}
