//! Expressions: every name in them, and their types where those are certain.

use super::NameResolver;
use crate::catalog::apply::Outcome;
use crate::catalog::values::Typed;
use crate::sql::change::DataType;
use crate::sql::change::tree::{CallTree, Term};

impl NameResolver<'_> {
    /// Every term of a list, in order.
    pub(super) fn terms<'t>(
        &mut self,
        terms: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome<Vec<Typed>> {
        terms.into_iter().map(|term| self.term(term)).collect()
    }

    /// One expression.
    pub(super) fn term(&mut self, term: &Term) -> Outcome<Typed> {
        Ok(match term {
            Term::Opaque | Term::Default => Typed::Unknown,
            Term::Null | Term::Text(..) => Typed::Untyped,
            Term::Number(number) => Typed::of(type_of_number(number).map(DataType::named)),
            Term::Boolean => boolean(),
            Term::Name(parts) => self.name(parts)?,
            Term::NameOrText(word) => self.look_up(word)?.unwrap_or(Typed::Untyped),
            Term::Cast { value, to } => {
                let from = self.term(value)?;
                let to = self.catalog.resolved(to);
                self.cast(value, &from, &to)?;
                Typed::Known(to)
            }
            Term::Call(call) => self.call(call)?,
            Term::Operator { op, args } => {
                let types = self.terms(args)?;
                self.compared(op, args, &types)?;
                self.operator(op, &types)
            }
            Term::Truth(parts) => {
                self.terms(parts)?;
                boolean()
            }
            Term::OneOf { values, others } => {
                self.terms(others)?;
                let types = self.terms(values)?;
                self.catalog.common(&types)
            }
            Term::Array(elements) => {
                let types = self.terms(elements)?;
                Typed::of(self.catalog.result("array", &types))
            }
            Term::Query(query) => {
                let outputs = self.query(query)?;
                match outputs.columns.as_slice() {
                    [only] if !outputs.open => only.data_type.clone(),
                    _ => Typed::Unknown,
                }
            }
            Term::Typed(data_type, parts) => {
                self.terms(parts)?;
                Typed::Known(data_type.clone())
            }
            Term::Parts(parts) => {
                self.terms(parts)?;
                Typed::Unknown
            }
        })
    }

    fn call(&mut self, call: &CallTree) -> Outcome<Typed> {
        let types = self.terms(&call.args)?;
        self.terms(&call.rest)?;
        if let Some(site) = self.site
            && let Some(rejection) = self.catalog.function_made_later(&call.name, site)
        {
            return Err(rejection);
        }
        let own = call.name.name.value.to_lowercase();
        let name = match &call.name.schema {
            Some(schema) if schema.value != "pg_catalog" => format!("{}.{own}", schema.value),
            _ => own,
        };
        let result = if call.plain && self.catalog.dialect.expressions_have_types() {
            Typed::of(self.catalog.result(&name, &types))
        } else {
            Typed::Unknown
        };
        self.reached.calls.push((name, types.len()));
        Ok(result)
    }

    fn operator(&self, op: &str, args: &[Typed]) -> Typed {
        if !self.catalog.dialect.expressions_have_types() {
            return Typed::Unknown;
        }
        if COMPARISONS.contains(&op) {
            return boolean();
        }
        Typed::of(self.catalog.result(op, args))
    }
}

/// Operators that say true or false, whatever they compare.
const COMPARISONS: [&str; 19] = [
    "=", "<>", "!=", "<", "<=", ">", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*",
    "&&", "@>", "<@", "@@",
];

fn boolean() -> Typed {
    Typed::Known(DataType::named("boolean"))
}

/// The type that PostgreSQL gives to a number.
fn type_of_number(number: &str) -> Option<&'static str> {
    if number.parse::<i32>().is_ok() {
        Some("integer")
    } else if number.parse::<i64>().is_ok() {
        Some("bigint")
    } else if number.parse::<f64>().is_ok() {
        Some("numeric")
    } else {
        None
    }
}
