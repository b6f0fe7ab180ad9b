//! What the columns of a query's result are called, where they come from and what gives them their
//! types.

mod derived;

use sqlparser::ast::{
    self, AccessExpr, BinaryOperator, Expr as E, FunctionArguments, Subscript, UnaryOperator, Value,
};

use super::walk::{ResolvedColumn, Visible, Walker, argument, bare, string_value};
use super::{data_type, name};
use crate::sql::change::{ColumnRef, DataType, Ident, OutputColumn, ValueType};

/// Parts of an expression's type beyond which nobody looks: common table expressions that use each
/// other twice would double for ever.
const PARTS: usize = 64;

impl Walker<'_, '_> {
    fn postgres(&self) -> bool {
        self.cx.dialect.expressions_have_types()
    }

    /// Name, source and type of an output column whose expression was walked.
    pub(super) fn yields(&self, expr: &ast::Expr, alias: Option<Ident>) -> OutputColumn {
        let from = match bare(expr) {
            E::Identifier(ident) => self.peek(std::slice::from_ref(ident)),
            E::CompoundIdentifier(parts) => self.peek(parts),
            _ => None,
        };
        let name = alias.or_else(|| match self.name_of(expr) {
            None if self.postgres() && is_nameless(bare(expr)) => {
                Some(Ident::synthetic("?column?"))
            }
            name => name,
        });
        OutputColumn {
            name,
            from,
            value: self.value_type(expr),
        }
    }

    /// The name that a column has of its expression, which PostgreSQL looks for in the same places.
    fn name_of(&self, expr: &ast::Expr) -> Option<Ident> {
        let named = |name: &str| Some(Ident::synthetic(name));
        match bare(expr) {
            E::Identifier(ident) => Some(name::ident(ident, self.cx)),
            E::CompoundIdentifier(parts) => parts.last().map(|part| name::ident(part, self.cx)),
            E::Function(function) => Some(name::last(&function.name, self.cx)),
            E::Cast {
                expr,
                data_type: to,
                ..
            } => self.name_of(expr).or_else(|| {
                let to = data_type(to, self.cx);
                self.postgres()
                    .then(|| Ident::synthetic(internal_name(&to.name)))
            }),
            E::Case { else_result, .. } => match else_result.as_deref() {
                Some(result) if self.postgres() && !matches!(bare(result), E::Cast { .. }) => {
                    self.name_of(result).or_else(|| named("case"))
                }
                _ => named("case"),
            },
            _ if !self.postgres() => None,
            E::Collate { expr, .. } => self.name_of(expr),
            E::TypedString(typed) => {
                named(internal_name(&data_type(&typed.data_type, self.cx).name))
            }
            E::Exists { .. } => named("exists"),
            E::Array(_) => named("array"),
            E::Subquery(query) => self
                .scalar_output(query)
                .and_then(|column| column.name.clone()),
            E::CompoundFieldAccess { root, access_chain } => {
                let plain = access_chain
                    .iter()
                    .all(|access| matches!(access, AccessExpr::Subscript(_)));
                self.name_of(root).filter(|_| plain)
            }
            E::AtTimeZone { .. } => named("timezone"),
            E::Position { .. } => named("position"),
            E::Substring { .. } => named("substring"),
            E::Overlay { .. } => named("overlay"),
            E::Ceil { .. } => named("ceil"),
            E::Floor { .. } => named("floor"),
            E::Interval(_) => named("interval"),
            E::Extract { .. } if self.cx.versions.postgres >= 14 => named("extract"),
            E::Extract { .. } => named("date_part"),
            _ => None,
        }
    }

    /// What gives an expression that was walked its type.
    fn value_type(&self, expr: &ast::Expr) -> ValueType {
        let value = match bare(expr) {
            E::Identifier(ident) => self.column_type(std::slice::from_ref(ident)),
            E::CompoundIdentifier(parts) => self.column_type(parts),
            E::Cast { data_type: to, .. } if self.cx.dialect.casts_give_column_types() => {
                ValueType::Exactly(data_type(to, self.cx))
            }
            E::Collate { expr, .. } => self.value_type(expr),
            other if self.postgres() => self.postgres_type(other),
            E::Subquery(query) if self.cx.dialect.subqueries_pass_types() => self
                .scalar_output(query)
                .map_or(ValueType::Unknown, |column| column.value.clone()),
            _ => ValueType::Unknown,
        };
        if parts(&value) > PARTS {
            ValueType::Unknown
        } else {
            value
        }
    }

    fn types<'e>(&self, exprs: impl IntoIterator<Item = &'e ast::Expr>) -> Vec<ValueType> {
        exprs
            .into_iter()
            .map(|expr| self.value_type(expr))
            .collect()
    }

    fn call<'e>(&self, name: &str, exprs: impl IntoIterator<Item = &'e ast::Expr>) -> ValueType {
        ValueType::Call(name.to_owned(), self.types(exprs))
    }

    fn postgres_type(&self, expr: &ast::Expr) -> ValueType {
        match expr {
            E::Value(value) => literal(&value.value),
            E::TypedString(typed) => ValueType::Exactly(data_type(&typed.data_type, self.cx)),
            E::Interval(interval) if interval.leading_field.is_none() => exactly("interval"),
            E::BinaryOp { op, .. } if is_truth(op) => exactly("boolean"),
            E::BinaryOp { left, op, right } => self.call(&op.to_string(), [&**left, &**right]),
            E::UnaryOp {
                op: UnaryOperator::Minus | UnaryOperator::Plus,
                expr,
            } => self.call("-", [&**expr]),
            E::IsTrue(_)
            | E::IsNotTrue(_)
            | E::IsFalse(_)
            | E::IsNotFalse(_)
            | E::IsNull(_)
            | E::IsNotNull(_)
            | E::IsUnknown(_)
            | E::IsNotUnknown(_)
            | E::IsDistinctFrom(..)
            | E::IsNotDistinctFrom(..)
            | E::InList { .. }
            | E::InSubquery { .. }
            | E::Between { .. }
            | E::Like { .. }
            | E::ILike { .. }
            | E::SimilarTo { .. }
            | E::AnyOp { .. }
            | E::AllOp { .. }
            | E::Exists { .. }
            | E::UnaryOp {
                op: UnaryOperator::Not,
                ..
            } => exactly("boolean"),
            E::Case {
                conditions,
                else_result,
                ..
            } => {
                // The server looks at ELSE first, which is NULL where there is none.
                let last = else_result
                    .as_deref()
                    .map_or(ValueType::Untyped, |result| self.value_type(result));
                let results = self.types(conditions.iter().map(|when| &when.result));
                ValueType::Call(
                    "coalesce".to_owned(),
                    std::iter::once(last).chain(results).collect(),
                )
            }
            E::Array(array) => self.call("array", &array.elem),
            E::Subquery(query) => self
                .scalar_output(query)
                .map_or(ValueType::Unknown, |column| column.value.clone()),
            E::CompoundFieldAccess { root, access_chain } => match access_chain.as_slice() {
                [AccessExpr::Subscript(Subscript::Index { .. })] => self.call("[]", [&**root]),
                _ => ValueType::Unknown,
            },
            E::AtTimeZone {
                timestamp,
                time_zone,
            } => self.call("timezone", [&**time_zone, &**timestamp]),
            E::Extract { .. } => self.call("extract", []),
            E::Ceil { expr, .. } => self.call("ceil", [&**expr]),
            E::Floor { expr, .. } => self.call("floor", [&**expr]),
            E::Position { .. } => exactly("integer"),
            E::Substring { expr, .. } | E::Overlay { expr, .. } | E::Trim { expr, .. } => {
                // All of them yield what a part of the value is.
                let parts = vec![self.value_type(expr), exactly("integer")];
                ValueType::Call("substring".to_owned(), parts)
            }
            E::Function(function) => self.function_type(function),
            _ => ValueType::Unknown,
        }
    }

    fn function_type(&self, function: &ast::Function) -> ValueType {
        let name = name::function_name(&function.name, self.cx);
        match &function.args {
            FunctionArguments::None => ValueType::Call(name, Vec::new()),
            // `CURRENT_TIMESTAMP(3)`: the number is part of the type.
            FunctionArguments::List(list)
                if name == "current_timestamp" || name == "localtimestamp" =>
            {
                let digits: Vec<String> = list.args.iter().map(ToString::to_string).collect();
                let zone = if name == "localtimestamp" {
                    "without"
                } else {
                    "with"
                };
                let data_type = DataType::named(format!("timestamp {zone} time zone"));
                ValueType::Exactly(DataType {
                    args: digits,
                    ..data_type
                })
            }
            FunctionArguments::List(list) => {
                self.call(&name, list.args.iter().filter_map(argument))
            }
            FunctionArguments::Subquery(query) if name == "array" => {
                let element = self
                    .scalar_output(query)
                    .map_or(ValueType::Unknown, |column| column.value.clone());
                ValueType::Call("array".to_owned(), vec![element])
            }
            FunctionArguments::Subquery(_) => ValueType::Unknown,
        }
    }

    /// The only column of a subquery that was walked.
    fn scalar_output(&self, query: &ast::Query) -> Option<&OutputColumn> {
        let found = self
            .scalars
            .iter()
            .find(|(walked, _)| std::ptr::eq(*walked, query))?;
        match found.1.as_slice() {
            [only] if only.name.is_some() => Some(only),
            _ => None,
        }
    }

    fn column_type(&self, parts: &[ast::Ident]) -> ValueType {
        let parts: Vec<Ident> = parts
            .iter()
            .map(|part| name::ident(part, self.cx))
            .collect();
        let Some((column, qualifier)) = parts.split_last() else {
            return ValueType::Unknown;
        };
        if let Some(relation) = qualifier.last() {
            let found = self.scopes.iter().rev().flat_map(|scope| &scope.visible);
            let found = found
                .into_iter()
                .find(|seen| self.same(&seen.name, &relation.value));
            let joined = self
                .scopes
                .last()
                .is_some_and(|scope| scope.visible.len() > 1);
            return match (found, self.resolve(&parts)) {
                _ if joined && !self.cx.dialect.queries_keep_defaults() => ValueType::Unknown,
                (Some(found), _) => self.type_in(found, column).unwrap_or_default(),
                (None, ResolvedColumn::Base(column)) => ValueType::Column(column),
                (None, _) => ValueType::Unknown,
            };
        }
        if matches!(self.resolve(&parts), ResolvedColumn::Row) {
            return ValueType::Unknown;
        }
        let Some(scope) = self
            .scopes
            .iter()
            .rev()
            .find(|scope| !scope.visible.is_empty())
        else {
            return ValueType::Unknown;
        };
        let mut found: Vec<ValueType> = scope
            .visible
            .iter()
            .filter_map(|seen| self.type_in(seen, column))
            .collect();
        if !self.cx.dialect.queries_keep_defaults() && scope.visible.len() > 1 {
            // What is joined may be null, and a new column says so.
            return ValueType::Unknown;
        }
        let merged = scope.natural
            || scope
                .merged
                .iter()
                .any(|merged| self.same(merged, &column.value));
        match found.len() {
            0 => ValueType::Unknown,
            1 => found.remove(0),
            _ if merged => ValueType::Call("coalesce".to_owned(), found),
            _ => ValueType::OneOf(found),
        }
    }

    /// The type of a column of a relation; `None` when the relation certainly has none of that
    /// name.
    fn type_in(&self, seen: &Visible, column: &Ident) -> Option<ValueType> {
        if let Some(table) = &seen.table {
            return Some(ValueType::Column(ColumnRef {
                relation: Some(table.clone()),
                column: column.clone(),
            }));
        }
        if let Some(output) = self.output(seen, column) {
            return Some(output.value.clone());
        }
        // Behind a star.
        let later = seen
            .outputs
            .iter()
            .filter(|output| output.name.is_none())
            .map(|output| match &output.from {
                Some(from) => ValueType::Column(ColumnRef {
                    column: column.clone(),
                    ..from.clone()
                }),
                None => ValueType::Unknown,
            });
        let later: Vec<ValueType> = later.collect();
        (!later.is_empty()).then_some(ValueType::OneOf(later))
    }
}

/// The columns of a `UNION`: names of the first query, types of both.
pub(super) fn united(mut one: Vec<OutputColumn>, other: Vec<OutputColumn>) -> Vec<OutputColumn> {
    let alike = one.len() == other.len()
        && one
            .iter()
            .zip(&other)
            .all(|(one, other)| one.name.is_some() == other.name.is_some());
    let mut others = other.into_iter();
    for column in &mut one {
        let first = std::mem::take(&mut column.value);
        if let Some(second) = others.next().filter(|_| alike) {
            column.value = ValueType::Call("coalesce".to_owned(), vec![first, second.value]);
        }
        if parts(&column.value) > PARTS {
            column.value = ValueType::Unknown;
        }
    }
    one
}

/// The columns of a recursive query have the types of its first part.
pub(super) fn first_of_union(outputs: &mut [OutputColumn]) {
    for output in outputs {
        if let ValueType::Call(_, parts) = &mut output.value
            && !parts.is_empty()
        {
            output.value = parts.swap_remove(0);
        }
    }
}

fn exactly(name: &str) -> ValueType {
    ValueType::Exactly(DataType::named(name))
}

fn literal(value: &Value) -> ValueType {
    match value {
        Value::Null => ValueType::Untyped,
        Value::Boolean(_) => exactly("boolean"),
        Value::Number(number, _) => {
            if number.parse::<i32>().is_ok() {
                exactly("integer")
            } else if number.parse::<i64>().is_ok() {
                exactly("bigint")
            } else if number.parse::<f64>().is_ok() {
                exactly("numeric")
            } else {
                ValueType::Unknown
            }
        }
        other if string_value(other).is_some() => ValueType::Untyped,
        _ => ValueType::Unknown,
    }
}

/// Operators whose result is a boolean whatever they compare.
fn is_truth(op: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(
        op,
        Op::Eq
            | Op::NotEq
            | Op::Lt
            | Op::LtEq
            | Op::Gt
            | Op::GtEq
            | Op::And
            | Op::Or
            | Op::PGOverlap
            | Op::PGRegexMatch
            | Op::PGRegexIMatch
            | Op::PGRegexNotMatch
            | Op::PGRegexNotIMatch
            | Op::PGLikeMatch
            | Op::PGILikeMatch
            | Op::PGNotLikeMatch
            | Op::PGNotILikeMatch
            | Op::AtArrow
            | Op::ArrowAt
            | Op::AtAt
    )
}

/// Expressions to which PostgreSQL gives no name.
fn is_nameless(expr: &ast::Expr) -> bool {
    match expr {
        E::Value(value) => !matches!(value.value, Value::Boolean(_)),
        E::BinaryOp { .. }
        | E::UnaryOp { .. }
        | E::IsNull(_)
        | E::IsNotNull(_)
        | E::IsDistinctFrom(..)
        | E::IsNotDistinctFrom(..)
        | E::InList { .. }
        | E::InSubquery { .. }
        | E::Between { .. }
        | E::Like { .. }
        | E::ILike { .. }
        | E::AnyOp { .. }
        | E::AllOp { .. } => true,
        _ => false,
    }
}

/// The name under which the server keeps a type, for its columns without a name.
fn internal_name(name: &str) -> &str {
    match name {
        "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "boolean" => "bool",
        "real" => "float4",
        "double precision" => "float8",
        "character varying" => "varchar",
        "character" => "bpchar",
        "bit varying" => "varbit",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        other => other,
    }
}

fn parts(value: &ValueType) -> usize {
    match value {
        ValueType::OneOf(inner) | ValueType::Call(_, inner) => {
            1 + inner.iter().map(parts).sum::<usize>()
        }
        _ => 1,
    }
}
