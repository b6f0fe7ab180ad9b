//! Expressions: every name in them, and their types where those are certain.

use super::place::ClausePlace;
use super::sqlite::is_thrown_away;
use super::width::may_be_row;
use super::{NameResolver, ReachedCall};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
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
        let wide = std::mem::take(&mut self.wide);
        Ok(match term {
            Term::Opaque | Term::Default => Typed::Unknown,
            Term::Null | Term::Text(..) => Typed::Untyped,
            Term::Number(number) => Typed::of(type_of_number(number).map(DataType::named)),
            Term::Boolean => boolean(),
            Term::Word(word) => self.word(word),
            Term::Name(parts) => self.name(parts)?,
            Term::NameOrText(word) => self.look_up(word)?.unwrap_or(Typed::Untyped),
            Term::Cast { value, to } => {
                let from = self.term(value)?;
                let to = self.catalog.resolved(to);
                self.cast(value, &from, &to)?;
                self.note_conversion(&from, &to);
                Typed::Known(to)
            }
            Term::Call(call) => self.call(call)?,
            Term::Operator { op, args } => {
                let types = if may_be_row(args) {
                    self.row_operands(op, args)?
                } else {
                    self.terms(args)?
                };
                self.operator(op, args, &types)?
            }
            Term::Each { op, args } => {
                self.each(op, args)?;
                boolean()
            }
            Term::Truth(parts) => {
                self.wide_terms(parts)?;
                boolean()
            }
            term if self.catalog.dialect.words_can_be_strings() && is_thrown_away(term) => {
                Typed::Unknown
            }
            Term::And(parts) | Term::Logic(parts) => {
                for part in parts {
                    let found = self.term(part)?;
                    self.is_truth(part, &found)?;
                }
                boolean()
            }
            Term::Held { value, against } => {
                self.wide = true;
                let one = self.term(value)?;
                let rows = may_be_row([&**value]);
                for (op, other) in against {
                    let beside = self.beside(value, other, rows)?;
                    let types = [one.clone(), beside];
                    self.held(op, value, other, &types)?;
                }
                boolean()
            }
            Term::OneOf {
                word,
                values,
                others,
            } => {
                let sets = self.sets;
                for other in others {
                    let found = self.term(other)?;
                    if *word == "CASE" {
                        self.is_truth(other, &found)?;
                    }
                }
                let types = self.terms(values)?;
                self.refuse_chosen_rows(word, sets)?;
                self.counted(word, values.len())?;
                self.shared(word, values, &types)?
            }
            Term::Array(elements) => {
                let types = self.terms(elements)?;
                self.shared("ARRAY", elements, &types)?;
                Typed::of(self.catalog.result("array", &types))
            }
            Term::Query(query) => {
                self.refuse_query()?;
                let outputs = self.inner(query)?;
                if !wide {
                    self.refuse_width(&outputs)?;
                }
                match outputs.columns.as_slice() {
                    [only] if !outputs.open => only.data_type.clone(),
                    _ => Typed::Unknown,
                }
            }
            Term::Typed(data_type, parts) => {
                self.wide_terms(parts)?;
                Typed::Known(data_type.clone())
            }
            Term::Row(parts) => {
                if !wide {
                    self.refuse_row(parts)?;
                }
                self.wide_terms(parts)?;
                Typed::Unknown
            }
            Term::Columns { count, value } => {
                self.filled_by(*count, value)?;
                Typed::Unknown
            }
            Term::Parts(parts) => {
                self.wide_terms(parts)?;
                Typed::Unknown
            }
        })
    }

    fn call(&mut self, call: &CallTree) -> Outcome<Typed> {
        let own = call.name.name.value.to_lowercase();
        let name = match &call.name.schema {
            Some(schema) if schema.value != "pg_catalog" => format!("{}.{own}", schema.value),
            _ => own,
        };
        // MySQL's `VALUES(a)` is the value that would have been inserted.
        if name == "values" && self.catalog.dialect.has_several_databases() {
            return self.inserted_value(call).map(|()| Typed::Unknown);
        }
        let is_aggregate = self.is_aggregate(&name, call);
        self.note_call(&name);
        self.refuse_misplaced(call, is_aggregate)?;
        let types = if !call.plain {
            self.wide_terms(&call.args)?
        } else if is_aggregate && !call.over {
            self.terms_in(ClausePlace::Aggregate, &call.args)?
        } else if call.over {
            self.terms_in(ClausePlace::WindowCall, &call.args)?
        } else {
            self.terms(&call.args)?
        };
        match self.beside_arguments(call) {
            // MariaDB looks for what a window is over among the outputs first, as in `GROUP BY`.
            Err(why) if call.over && self.catalog.dialect.has_several_databases() => {
                let of_outputs = why.code == sqlstate::UNDEFINED_COLUMN && self.shows(&call.rest);
                if why.code != sqlstate::AMBIGUOUS_COLUMN && !of_outputs {
                    return Err(why);
                }
            }
            done => done?,
        }
        if let Some(site) = self.site
            && let Some(rejection) = self.catalog.function_made_later(&call.name, site)
        {
            return Err(rejection);
        }
        self.own_arguments(call, &name)?;
        let chosen = self.own_call(call, &name, &types)?;
        let chosen = chosen.map(|chosen| self.yielded(&chosen));
        let result = match chosen {
            Some(known @ Typed::Known(_)) => known,
            _ if (call.plain || name == "count")
                && self.catalog.dialect.expressions_have_types() =>
            {
                Typed::of(self.catalog.result(&name, &types))
            }
            _ => Typed::Unknown,
        };
        self.reached.calls.push(ReachedCall {
            name,
            arguments: types.len(),
        });
        Ok(result)
    }

    fn operator(&mut self, op: &str, args: &[Term], types: &[Typed]) -> Outcome<Typed> {
        self.compared(op, args, types)?;
        let terms: Vec<&Term> = args.iter().collect();
        if let Some(known @ Typed::Known(_)) = self.own_operator(op, &terms, types)? {
            return Ok(known);
        }
        if !self.catalog.dialect.expressions_have_types() {
            return Ok(Typed::Unknown);
        }
        if COMPARISONS.contains(&op) {
            return Ok(boolean());
        }
        Ok(Typed::of(self.catalog.result(op, types)))
    }

    /// A value compared with each element of an array.
    fn each(&mut self, op: &str, args: &[Term]) -> Outcome {
        let types = self.wide_terms(args)?;
        let ([value, list], [one, Typed::Known(of)]) = (args, types.as_slice()) else {
            return Ok(());
        };
        if matches!(list, Term::Query(_)) || !self.looks_at_types() {
            return Ok(());
        }
        let base = self.catalog.base(of);
        if base.array {
            let element = DataType {
                array: false,
                ..base
            };
            if let Term::Text(text, span) = value {
                return self.text_beside(text, *span, &Typed::Known(element));
            }
            let types = [one.clone(), Typed::Known(element)];
            return self.own_operator(op, &[value, list], &types).map(|_| ());
        }
        if base.schema.is_some() || !NO_ARRAYS.contains(&base.name.as_str()) {
            return Ok(());
        }
        let message = format!("`ANY` wants an array, and gets `{}`", self.shown(of));
        let span = list.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::WRONG_OBJECT_TYPE, span, message))
    }

    /// A value held against another.
    fn held(&mut self, op: &str, value: &Term, other: &Term, types: &[Typed; 2]) -> Outcome {
        match (value, other) {
            (Term::Text(text, span), _) if op != "~~" && op != "~~*" => {
                self.text_beside(text, *span, &types[1])?;
            }
            (_, Term::Text(text, span)) if op != "~~" && op != "~~*" => {
                self.text_beside(text, *span, &types[0])?;
            }
            _ => {}
        }
        self.own_operator(op, &[value, other], types).map(|_| ())
    }
}

/// Types that certainly hold one value.
const NO_ARRAYS: [&str; 8] = [
    "bigint",
    "boolean",
    "character varying",
    "date",
    "integer",
    "jsonb",
    "text",
    "uuid",
];

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
