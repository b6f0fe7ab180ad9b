//! The parts of the language itself that schemas use: operators, methods of arrays and strings,
//! functions of `Object`.

use std::rc::Rc;

use oxc_ast::ast::{BinaryOperator, CallExpression};

use super::eval::{Evaluator, Scope, to_span};
use super::modules::from_json;
use super::strings::{self, clamped, index};
use super::value::{Object, Unknown, Value};

impl<'a> Evaluator<'a, '_> {
    /// `left operator right`.
    pub(super) fn binary(
        left: &Value<'a>,
        operator: BinaryOperator,
        right: &Value<'a>,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        if let Value::Unknown(unknown) = left {
            return Value::Unknown(unknown.clone());
        }
        if let Value::Unknown(unknown) = right {
            return Value::Unknown(unknown.clone());
        }
        let equal = match operator {
            BinaryOperator::Equality | BinaryOperator::Inequality
                if left.is_nullish() || right.is_nullish() =>
            {
                Some(left.is_nullish() && right.is_nullish())
            }
            _ => left.same(right),
        };
        match (operator, left, right) {
            (BinaryOperator::StrictEquality | BinaryOperator::Equality, ..) => {
                equal.map(Value::Bool)
            }
            (BinaryOperator::StrictInequality | BinaryOperator::Inequality, ..) => {
                equal.map(|equal| Value::Bool(!equal))
            }
            (BinaryOperator::Addition, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a + b))
            }
            (BinaryOperator::Addition, a, b)
                if matches!(a, Value::String(_)) || matches!(b, Value::String(_)) =>
            {
                a.to_text()
                    .zip(b.to_text())
                    .map(|(a, b)| Value::string(format!("{a}{b}")))
            }
            (BinaryOperator::Subtraction, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a - b))
            }
            (BinaryOperator::Multiplication, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a * b))
            }
            (BinaryOperator::Division, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a / b))
            }
            (BinaryOperator::Remainder, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a % b))
            }
            (BinaryOperator::Exponential, Value::Number(a), Value::Number(b)) => {
                Some(Value::Number(a.powf(*b)))
            }
            (BinaryOperator::LessThan, Value::Number(a), Value::Number(b)) => {
                Some(Value::Bool(a < b))
            }
            (BinaryOperator::GreaterThan, Value::Number(a), Value::Number(b)) => {
                Some(Value::Bool(a > b))
            }
            (BinaryOperator::LessEqualThan, Value::Number(a), Value::Number(b)) => {
                Some(Value::Bool(a <= b))
            }
            (BinaryOperator::GreaterEqualThan, Value::Number(a), Value::Number(b)) => {
                Some(Value::Bool(a >= b))
            }
            (BinaryOperator::LessThan, Value::String(a), Value::String(b)) => {
                Some(Value::Bool(a.encode_utf16().lt(b.encode_utf16())))
            }
            (BinaryOperator::GreaterThan, Value::String(a), Value::String(b)) => {
                Some(Value::Bool(a.encode_utf16().gt(b.encode_utf16())))
            }
            (BinaryOperator::In, Value::String(key), Value::Object(object))
                if object.open.is_none() =>
            {
                Some(Value::Bool(object.get(key).is_some()))
            }
            _ => None,
        }
        .unwrap_or_else(|| Self::unknown(scope, span, "this operation is not evaluated"))
    }

    /// Calls a callback given to `map` and its relatives.
    fn callback(
        &self,
        callback: Option<&Value<'a>>,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match callback {
            Some(callback) => self.apply(callback, arguments, call, scope),
            None => Value::Undefined,
        }
    }

    pub(super) fn array_method(
        &self,
        items: &Rc<Vec<Value<'a>>>,
        name: &str,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no array here has 2^52 elements"
        )]
        let numbered = items
            .iter()
            .enumerate()
            .map(|(index, item)| [item.clone(), Value::Number(index as f64)]);
        match name {
            "map" => Value::array(
                numbered
                    .map(|pair| self.callback(arguments.first(), &pair, call, scope))
                    .collect(),
            ),
            "flatMap" => {
                let mut flat = Vec::new();
                for pair in numbered {
                    match self.callback(arguments.first(), &pair, call, scope) {
                        Value::Array(more) => flat.extend(more.iter().cloned()),
                        other => flat.push(other),
                    }
                }
                Value::array(flat)
            }
            "filter" => {
                let mut kept = Vec::new();
                for pair in numbered {
                    match self
                        .callback(arguments.first(), &pair, call, scope)
                        .truthy()
                    {
                        Some(true) => kept.push(pair[0].clone()),
                        Some(false) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                Value::array(kept)
            }
            "find" => {
                for pair in numbered {
                    match self
                        .callback(arguments.first(), &pair, call, scope)
                        .truthy()
                    {
                        Some(true) => return pair[0].clone(),
                        Some(false) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                Value::Undefined
            }
            "some" | "every" => {
                for pair in numbered {
                    match self
                        .callback(arguments.first(), &pair, call, scope)
                        .truthy()
                    {
                        Some(truthy) if truthy == (name == "some") => return Value::Bool(truthy),
                        Some(_) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                Value::Bool(name == "every")
            }
            "at" => match arguments.first() {
                Some(Value::Number(at)) => index(*at, items.len())
                    .and_then(|at| items.get(at))
                    .cloned()
                    .unwrap_or(Value::Undefined),
                _ => self.not_evaluated(name, call, scope),
            },
            "indexOf" => match arguments.first() {
                Some(wanted) if items.iter().all(|item| item.same(wanted).is_some()) => {
                    let at = items
                        .iter()
                        .position(|item| item.same(wanted) == Some(true));
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "no array here has 2^52 elements"
                    )]
                    Value::Number(at.map_or(-1.0, |at| at as f64))
                }
                _ => self.not_evaluated(name, call, scope),
            },
            "keys" => Value::array(numbered.map(|[_, at]| at).collect()),
            "entries" => Value::array(
                numbered
                    .map(|[item, at]| Value::array(vec![at, item]))
                    .collect(),
            ),
            "fill" if arguments.len() == 1 => Value::array(vec![arguments[0].clone(); items.len()]),
            "sort" | "toSorted" if !arguments.is_empty() => {
                let mut sorted: Vec<Value<'a>> = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let mut at = sorted.len();
                    while at > 0 {
                        match self.callback(
                            arguments.first(),
                            &[sorted[at - 1].clone(), item.clone()],
                            call,
                            scope,
                        ) {
                            Value::Number(order) if order > 0.0 => at -= 1,
                            Value::Number(_) => break,
                            _ => return self.not_evaluated(name, call, scope),
                        }
                    }
                    sorted.insert(at, item.clone());
                }
                Value::array(sorted)
            }
            "reduce" => {
                let mut items = items.iter();
                let Some(mut total) = arguments.get(1).cloned().or_else(|| items.next().cloned())
                else {
                    return Value::Undefined;
                };
                for item in items {
                    total = self.callback(arguments.first(), &[total, item.clone()], call, scope);
                }
                total
            }
            "concat" => {
                let mut all = (**items).clone();
                for argument in arguments {
                    match argument {
                        Value::Array(more) => all.extend(more.iter().cloned()),
                        Value::Unknown(unknown) => return Value::Unknown(unknown.clone()),
                        other => all.push(other.clone()),
                    }
                }
                Value::array(all)
            }
            "slice" => {
                let at = |place: usize, otherwise: usize| match arguments.get(place) {
                    None | Some(Value::Undefined) => Some(otherwise),
                    Some(Value::Number(number)) => Some(clamped(*number, items.len())),
                    _ => None,
                };
                match (at(0, 0), at(1, items.len())) {
                    (Some(from), Some(to)) => {
                        Value::array(items.get(from..to).unwrap_or_default().to_vec())
                    }
                    _ => self.not_evaluated(name, call, scope),
                }
            }
            "join" => {
                let separator = arguments
                    .first()
                    .and_then(Value::to_text)
                    .unwrap_or_else(|| ",".into());
                let texts: Option<Vec<_>> = items.iter().map(Value::to_text).collect();
                texts.map_or_else(
                    || self.not_evaluated(name, call, scope),
                    |texts| Value::string(texts.join(&separator)),
                )
            }
            "includes" | "has" => match arguments.first() {
                Some(wanted) if items.iter().all(|item| item.same(wanted).is_some()) => {
                    Value::Bool(items.iter().any(|item| item.same(wanted) == Some(true)))
                }
                _ => self.not_evaluated(name, call, scope),
            },
            "flat" => {
                let mut flat = Vec::new();
                for item in items.iter() {
                    match item {
                        Value::Array(more) => flat.extend(more.iter().cloned()),
                        other => flat.push(other.clone()),
                    }
                }
                Value::array(flat)
            }
            "reverse" | "toReversed" => Value::array(items.iter().rev().cloned().collect()),
            "sort" | "toSorted" if arguments.is_empty() => {
                let texts: Option<Vec<_>> =
                    items.iter().map(|item| item.as_str().cloned()).collect();
                match texts {
                    Some(mut texts) => {
                        texts.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
                        Value::array(texts.into_iter().map(Value::String).collect())
                    }
                    None => self.not_evaluated(name, call, scope),
                }
            }
            "values" => Value::Array(items.clone()),
            _ => self.not_evaluated(name, call, scope),
        }
    }

    pub(super) fn global_method(
        &self,
        global: &str,
        name: &str,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        let pair = |key: &Rc<str>, value: &Value<'a>| {
            Value::array(vec![Value::String(key.clone()), value.clone()])
        };
        match (global, name) {
            ("Object", "keys" | "values" | "entries") => match self.as_record(&first) {
                Ok(object) => Value::array(
                    object
                        .entries
                        .iter()
                        .map(|(key, value)| match name {
                            "keys" => Value::String(key.clone()),
                            "values" => value.clone(),
                            _ => pair(key, value),
                        })
                        .collect(),
                ),
                Err(Some(unknown)) => Value::Unknown(unknown),
                Err(None) => self.not_evaluated(&format!("Object.{name}"), call, scope),
            },
            ("Object", "freeze" | "seal") => first,
            ("Object", "fromEntries") => {
                let Value::Array(entries) = &first else {
                    return self.not_evaluated(name, call, scope);
                };
                let mut object = Object::default();
                for entry in entries.iter() {
                    let key = match entry {
                        Value::Array(pair) => {
                            pair.first().and_then(Value::to_text).zip(pair.get(1))
                        }
                        _ => None,
                    };
                    if let Some((key, value)) = key {
                        object.set(key, value.clone());
                    } else {
                        let reason = "an entry is not a constant";
                        object.open =
                            Some(Unknown::new(scope.source(), to_span(call.span), reason));
                    }
                }
                Value::Object(Rc::new(object))
            }
            ("Object", "assign") => {
                let mut object = Object::default();
                for argument in arguments {
                    match self.as_record(argument) {
                        Ok(other) => {
                            other
                                .entries
                                .iter()
                                .for_each(|(key, value)| object.set(key.clone(), value.clone()));
                        }
                        Err(_) => return self.not_evaluated("Object.assign", call, scope),
                    }
                }
                Value::Object(Rc::new(object))
            }
            ("Array", "from") if matches!(&first, Value::Object(_)) => match first
                .property("length")
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked"
                )]
                Value::Number(length) if (0.0..1e4).contains(&length) => {
                    let items = Rc::new(vec![Value::Undefined; length as usize]);
                    match arguments.get(1) {
                        Some(_) => self.array_method(&items, "map", &arguments[1..], call, scope),
                        None => Value::Array(items),
                    }
                }
                _ => self.not_evaluated("Array.from", call, scope),
            },
            ("Array", "of") => Value::array(arguments.to_vec()),
            ("Math", _) => strings::math(name, arguments)
                .unwrap_or_else(|| self.not_evaluated(&format!("Math.{name}"), call, scope)),
            ("JSON", "parse") => {
                let parsed = first
                    .as_str()
                    .and_then(|text| serde_json::from_str(text).ok());
                parsed.map_or_else(
                    || self.not_evaluated("JSON.parse", call, scope),
                    |json| from_json(&json),
                )
            }
            ("Number", "parseInt" | "parseFloat") => strings::convert(name, arguments.first())
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            ("Array", "from") => match (&first, arguments.get(1)) {
                (Value::Array(items), None) => Value::Array(items.clone()),
                (Value::Array(items), Some(_)) => {
                    self.array_method(items, "map", &arguments[1..], call, scope)
                }
                _ => self.not_evaluated("Array.from", call, scope),
            },
            ("Array", "isArray") if !matches!(first, Value::Unknown(_)) => {
                Value::Bool(matches!(first, Value::Array(_)))
            }
            ("JSON", "stringify") if arguments.len() == 1 => first.to_json().map_or_else(
                || self.not_evaluated("JSON.stringify", call, scope),
                Value::string,
            ),
            _ => self.not_evaluated(&format!("{global}.{name}"), call, scope),
        }
    }

    /// The properties of something that has properties; `Err(None)` for something else.
    fn as_record(&self, value: &Value<'a>) -> Result<Rc<Object<'a>>, Option<Unknown>> {
        match value {
            Value::Object(object) => match &object.open {
                Some(unknown) => Err(Some(unknown.clone())),
                None => Ok(object.clone()),
            },
            Value::Namespace(module) => Ok(Rc::new(Object {
                entries: self.namespace(*module),
                open: None,
            })),
            Value::Unknown(unknown) => Err(Some(unknown.clone())),
            _ => Err(None),
        }
    }
}
