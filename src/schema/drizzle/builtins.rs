//! The parts of the language itself that schemas use: operators, methods of arrays and strings, functions of `Object`.

use std::rc::Rc;

use oxc_ast::ast::{BinaryOperator, CallExpression};

use super::eval::{Evaluator, Scope, to_span};
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
            BinaryOperator::Equality | BinaryOperator::Inequality if left.is_nullish() || right.is_nullish() => {
                Some(left.is_nullish() && right.is_nullish())
            }
            _ => left.same(right),
        };
        match (operator, left, right) {
            (BinaryOperator::StrictEquality | BinaryOperator::Equality, ..) => equal.map(Value::Bool),
            (BinaryOperator::StrictInequality | BinaryOperator::Inequality, ..) => {
                equal.map(|equal| Value::Bool(!equal))
            }
            (BinaryOperator::Addition, Value::Number(a), Value::Number(b)) => Some(Value::Number(a + b)),
            (BinaryOperator::Addition, a, b) if matches!(a, Value::String(_)) || matches!(b, Value::String(_)) => {
                a.to_text().zip(b.to_text()).map(|(a, b)| Value::string(format!("{a}{b}")))
            }
            (BinaryOperator::Subtraction, Value::Number(a), Value::Number(b)) => Some(Value::Number(a - b)),
            (BinaryOperator::Multiplication, Value::Number(a), Value::Number(b)) => Some(Value::Number(a * b)),
            (BinaryOperator::Division, Value::Number(a), Value::Number(b)) => Some(Value::Number(a / b)),
            (BinaryOperator::Remainder, Value::Number(a), Value::Number(b)) => Some(Value::Number(a % b)),
            (BinaryOperator::Exponential, Value::Number(a), Value::Number(b)) => Some(Value::Number(a.powf(*b))),
            (BinaryOperator::LessThan, Value::Number(a), Value::Number(b)) => Some(Value::Bool(a < b)),
            (BinaryOperator::GreaterThan, Value::Number(a), Value::Number(b)) => Some(Value::Bool(a > b)),
            (BinaryOperator::LessEqualThan, Value::Number(a), Value::Number(b)) => Some(Value::Bool(a <= b)),
            (BinaryOperator::GreaterEqualThan, Value::Number(a), Value::Number(b)) => Some(Value::Bool(a >= b)),
            (BinaryOperator::In, Value::String(key), Value::Object(object)) if object.open.is_none() => {
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
        #[expect(clippy::cast_precision_loss, reason = "no array here has 2^52 elements")]
        let numbered = items.iter().enumerate().map(|(index, item)| [item.clone(), Value::Number(index as f64)]);
        match name {
            "map" => Value::array(numbered.map(|pair| self.callback(arguments.first(), &pair, call, scope)).collect()),
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
                    match self.callback(arguments.first(), &pair, call, scope).truthy() {
                        Some(true) => kept.push(pair[0].clone()),
                        Some(false) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                Value::array(kept)
            }
            "find" => {
                for pair in numbered {
                    match self.callback(arguments.first(), &pair, call, scope).truthy() {
                        Some(true) => return pair[0].clone(),
                        Some(false) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                Value::Undefined
            }
            "reduce" => {
                let mut items = items.iter();
                let Some(mut total) = arguments.get(1).cloned().or_else(|| items.next().cloned()) else {
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
                let at = |index: usize, otherwise: usize| match arguments.get(index) {
                    None | Some(Value::Undefined) => Some(otherwise),
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked not negative")]
                    Some(Value::Number(number)) if *number >= 0.0 => Some((*number as usize).min(items.len())),
                    _ => None,
                };
                match (at(0, 0), at(1, items.len())) {
                    (Some(from), Some(to)) => Value::array(items.get(from..to).unwrap_or_default().to_vec()),
                    _ => self.not_evaluated(name, call, scope),
                }
            }
            "join" => {
                let separator = arguments.first().and_then(Value::to_text).unwrap_or_else(|| ",".into());
                let texts: Option<Vec<_>> = items.iter().map(Value::to_text).collect();
                texts.map_or_else(
                    || self.not_evaluated(name, call, scope),
                    |texts| Value::string(texts.join(&separator)),
                )
            }
            "includes" => match arguments.first() {
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
                let texts: Option<Vec<_>> = items.iter().map(|item| item.as_str().cloned()).collect();
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
        let pair = |key: &Rc<str>, value: &Value<'a>| Value::array(vec![Value::String(key.clone()), value.clone()]);
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
                let Value::Array(entries) = &first else { return self.not_evaluated(name, call, scope) };
                let mut object = Object::default();
                for entry in entries.iter() {
                    let key = match entry {
                        Value::Array(pair) => pair.first().and_then(Value::to_text).zip(pair.get(1)),
                        _ => None,
                    };
                    if let Some((key, value)) = key {
                        object.set(key, value.clone());
                    } else {
                        let reason = "an entry is not a constant";
                        object.open = Some(Unknown::new(scope.source(), to_span(call.span), reason));
                    }
                }
                Value::Object(Rc::new(object))
            }
            ("Object", "assign") => {
                let mut object = Object::default();
                for argument in arguments {
                    match self.as_record(argument) {
                        Ok(other) => {
                            other.entries.iter().for_each(|(key, value)| object.set(key.clone(), value.clone()));
                        }
                        Err(_) => return self.not_evaluated("Object.assign", call, scope),
                    }
                }
                Value::Object(Rc::new(object))
            }
            ("Array", "from") => match (&first, arguments.get(1)) {
                (Value::Array(items), None) => Value::Array(items.clone()),
                (Value::Array(items), Some(_)) => self.array_method(items, "map", &arguments[1..], call, scope),
                _ => self.not_evaluated("Array.from", call, scope),
            },
            ("Array", "isArray") if !matches!(first, Value::Unknown(_)) => {
                Value::Bool(matches!(first, Value::Array(_)))
            }
            ("JSON", "stringify") if arguments.len() == 1 => {
                first.to_json().map_or_else(|| self.not_evaluated("JSON.stringify", call, scope), Value::string)
            }
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
            Value::Namespace(module) => Ok(Rc::new(Object { entries: self.namespace(*module), open: None })),
            Value::Unknown(unknown) => Err(Some(unknown.clone())),
            _ => Err(None),
        }
    }
}

pub(super) fn convert<'a>(name: &str, value: Option<&Value<'a>>) -> Option<Value<'a>> {
    let value = value?;
    Some(match (name, value) {
        ("String", value) => Value::String(value.to_text()?),
        ("Boolean", value) => Value::Bool(value.truthy()?),
        ("Number", Value::Number(number)) => Value::Number(*number),
        ("Number", Value::String(text)) => Value::Number(text.trim().parse().ok()?),
        ("BigInt", Value::Number(_) | Value::String(_) | Value::BigInt(_)) => Value::BigInt(value.to_text()?),
        _ => return None,
    })
}

pub(super) fn string_method<'a>(text: &Rc<str>, name: &str, arguments: &[Value<'a>]) -> Option<Value<'a>> {
    let first = arguments.first().and_then(Value::as_str);
    Some(match name {
        "toLowerCase" => Value::string(text.to_lowercase()),
        "toUpperCase" => Value::string(text.to_uppercase()),
        "trim" => Value::string(text.trim()),
        "toString" => Value::String(text.clone()),
        "concat" => {
            let more: Option<Vec<_>> = arguments.iter().map(Value::to_text).collect();
            Value::string(format!("{text}{}", more?.concat()))
        }
        "startsWith" => Value::Bool(text.starts_with(&**first?)),
        "endsWith" => Value::Bool(text.ends_with(&**first?)),
        "includes" => Value::Bool(text.contains(&**first?)),
        "replace" => Value::string(text.replacen(&**first?, arguments.get(1)?.as_str()?, 1)),
        "replaceAll" => Value::string(text.replace(&**first?, arguments.get(1)?.as_str()?)),
        "split" => Value::array(text.split(&**first?).map(Value::string).collect()),
        _ => return None,
    })
}
