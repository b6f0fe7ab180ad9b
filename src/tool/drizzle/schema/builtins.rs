//! The parts of the language itself that schemas use: operators, methods of arrays and strings,
//! functions of `Object`.

use std::rc::Rc;

use oxc_ast::ast::{BinaryOperator, CallExpression};

use super::eval::{EvalScope, Evaluator, to_span};
use super::modules::from_json;
use super::strings::{self, clamped, index};
use super::value::{JsValue, MAX_SIZE, ObjectValue, Unknown};

impl<'a> Evaluator<'a, '_> {
    /// `left operator right`.
    pub(super) fn binary(
        left: &JsValue<'a>,
        operator: BinaryOperator,
        right: &JsValue<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        if let JsValue::Unknown(unknown) = left {
            return JsValue::Unknown(unknown.clone());
        }
        if let JsValue::Unknown(unknown) = right {
            return JsValue::Unknown(unknown.clone());
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
                equal.map(JsValue::Bool)
            }
            (BinaryOperator::StrictInequality | BinaryOperator::Inequality, ..) => {
                equal.map(|equal| JsValue::Bool(!equal))
            }
            (BinaryOperator::Addition, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a + b))
            }
            (BinaryOperator::Addition, a, b)
                if matches!(a, JsValue::String(_)) || matches!(b, JsValue::String(_)) =>
            {
                a.to_text()
                    .zip(b.to_text())
                    .map(|(a, b)| JsValue::string(format!("{a}{b}")))
            }
            (BinaryOperator::Subtraction, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a - b))
            }
            (BinaryOperator::Multiplication, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a * b))
            }
            (BinaryOperator::Division, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a / b))
            }
            (BinaryOperator::Remainder, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a % b))
            }
            (BinaryOperator::Exponential, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Number(a.powf(*b)))
            }
            (BinaryOperator::LessThan, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Bool(a < b))
            }
            (BinaryOperator::GreaterThan, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Bool(a > b))
            }
            (BinaryOperator::LessEqualThan, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Bool(a <= b))
            }
            (BinaryOperator::GreaterEqualThan, JsValue::Number(a), JsValue::Number(b)) => {
                Some(JsValue::Bool(a >= b))
            }
            (BinaryOperator::LessThan, JsValue::String(a), JsValue::String(b)) => {
                Some(JsValue::Bool(a.encode_utf16().lt(b.encode_utf16())))
            }
            (BinaryOperator::GreaterThan, JsValue::String(a), JsValue::String(b)) => {
                Some(JsValue::Bool(a.encode_utf16().gt(b.encode_utf16())))
            }
            (BinaryOperator::In, JsValue::String(key), JsValue::Object(object))
                if object.open.is_none() =>
            {
                Some(JsValue::Bool(object.get(key).is_some()))
            }
            _ => None,
        }
        .unwrap_or_else(|| Self::unknown(scope, span, "this operation is not evaluated"))
    }

    /// Calls a callback given to `map` and its relatives.
    fn callback(
        &self,
        callback: Option<&JsValue<'a>>,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match callback {
            Some(callback) => self.apply(callback, arguments, call, scope),
            None => JsValue::Undefined,
        }
    }

    pub(super) fn array_method(
        &self,
        items: &Rc<Vec<JsValue<'a>>>,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no array here has 2^52 elements"
        )]
        let numbered = items
            .iter()
            .enumerate()
            .map(|(index, item)| [item.clone(), JsValue::Number(index as f64)]);
        match name {
            "map" => JsValue::array(
                numbered
                    .map(|pair| self.callback(arguments.first(), &pair, call, scope))
                    .collect(),
            ),
            "flatMap" => {
                let mut flat = Vec::new();
                for pair in numbered {
                    match self.callback(arguments.first(), &pair, call, scope) {
                        JsValue::Array(more) => flat.extend(more.iter().cloned()),
                        other => flat.push(other),
                    }
                }
                JsValue::array(flat)
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
                JsValue::array(kept)
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
                JsValue::Undefined
            }
            "some" | "every" => {
                for pair in numbered {
                    match self
                        .callback(arguments.first(), &pair, call, scope)
                        .truthy()
                    {
                        Some(truthy) if truthy == (name == "some") => return JsValue::Bool(truthy),
                        Some(_) => {}
                        None => return self.not_evaluated(name, call, scope),
                    }
                }
                JsValue::Bool(name == "every")
            }
            "at" => match arguments.first() {
                Some(JsValue::Number(at)) => index(*at, items.len())
                    .and_then(|at| items.get(at))
                    .cloned()
                    .unwrap_or(JsValue::Undefined),
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
                    JsValue::Number(at.map_or(-1.0, |at| at as f64))
                }
                _ => self.not_evaluated(name, call, scope),
            },
            "keys" => JsValue::array(numbered.map(|[_, at]| at).collect()),
            "entries" => JsValue::array(
                numbered
                    .map(|[item, at]| JsValue::array(vec![at, item]))
                    .collect(),
            ),
            "fill" if arguments.len() == 1 => {
                JsValue::array(vec![arguments[0].clone(); items.len()])
            }
            "sort" | "toSorted" if !arguments.is_empty() => {
                let mut sorted: Vec<JsValue<'a>> = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let mut at = sorted.len();
                    while at > 0 {
                        match self.callback(
                            arguments.first(),
                            &[sorted[at - 1].clone(), item.clone()],
                            call,
                            scope,
                        ) {
                            JsValue::Number(order) if order > 0.0 => at -= 1,
                            JsValue::Number(_) => break,
                            _ => return self.not_evaluated(name, call, scope),
                        }
                    }
                    sorted.insert(at, item.clone());
                }
                JsValue::array(sorted)
            }
            "reduce" => {
                let mut items = items.iter();
                let Some(mut total) = arguments.get(1).cloned().or_else(|| items.next().cloned())
                else {
                    return JsValue::Undefined;
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
                        JsValue::Array(more) => all.extend(more.iter().cloned()),
                        JsValue::Unknown(unknown) => return JsValue::Unknown(unknown.clone()),
                        other => all.push(other.clone()),
                    }
                }
                JsValue::array(all)
            }
            "slice" => {
                let at = |place: usize, otherwise: usize| match arguments.get(place) {
                    None | Some(JsValue::Undefined) => Some(otherwise),
                    Some(JsValue::Number(number)) => Some(clamped(*number, items.len())),
                    _ => None,
                };
                match (at(0, 0), at(1, items.len())) {
                    (Some(from), Some(to)) => {
                        JsValue::array(items.get(from..to).unwrap_or_default().to_vec())
                    }
                    _ => self.not_evaluated(name, call, scope),
                }
            }
            "join" => {
                let separator = arguments
                    .first()
                    .and_then(JsValue::to_text)
                    .unwrap_or_else(|| ",".into());
                JsValue::join(items, &separator)
                    .map_or_else(|| self.not_evaluated(name, call, scope), JsValue::string)
            }
            "includes" | "has" => match arguments.first() {
                Some(wanted) if items.iter().all(|item| item.same(wanted).is_some()) => {
                    JsValue::Bool(items.iter().any(|item| item.same(wanted) == Some(true)))
                }
                _ => self.not_evaluated(name, call, scope),
            },
            "flat" => {
                // What is not known may be an array of any length.
                if let Some(unknown) = items.iter().find(|it| matches!(it, JsValue::Unknown(_))) {
                    return unknown.clone();
                }
                let lengths = items.iter().map(|item| match item {
                    JsValue::Array(more) => more.len(),
                    _ => 1,
                });
                if lengths.sum::<usize>() > MAX_SIZE / 16 {
                    return self.not_evaluated(name, call, scope);
                }
                let mut flat = Vec::new();
                for item in items.iter() {
                    match item {
                        JsValue::Array(more) => flat.extend(more.iter().cloned()),
                        other => flat.push(other.clone()),
                    }
                }
                JsValue::array(flat)
            }
            "reverse" | "toReversed" => JsValue::array(items.iter().rev().cloned().collect()),
            "sort" | "toSorted" if arguments.is_empty() => {
                let texts: Option<Vec<_>> =
                    items.iter().map(|item| item.as_str().cloned()).collect();
                match texts {
                    Some(mut texts) => {
                        texts.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
                        JsValue::array(texts.into_iter().map(JsValue::String).collect())
                    }
                    None => self.not_evaluated(name, call, scope),
                }
            }
            "values" => JsValue::Array(items.clone()),
            _ => self.not_evaluated(name, call, scope),
        }
    }

    pub(super) fn global_method(
        &self,
        global: &str,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let first = arguments.first().cloned().unwrap_or(JsValue::Undefined);
        let pair = |key: &Rc<str>, value: &JsValue<'a>| {
            JsValue::array(vec![JsValue::String(key.clone()), value.clone()])
        };
        match (global, name) {
            ("Object", "keys" | "values" | "entries") => match self.as_record(&first) {
                Ok(object) => JsValue::array(
                    object
                        .entries
                        .iter()
                        .map(|(key, value)| match name {
                            "keys" => JsValue::String(key.clone()),
                            "values" => value.clone(),
                            _ => pair(key, value),
                        })
                        .collect(),
                ),
                Err(Some(unknown)) => JsValue::Unknown(unknown),
                Err(None) => self.not_evaluated(&format!("Object.{name}"), call, scope),
            },
            ("Object", "freeze" | "seal") => first,
            ("Object", "fromEntries") => {
                let JsValue::Array(entries) = &first else {
                    return self.not_evaluated(name, call, scope);
                };
                let mut object = ObjectValue::default();
                for entry in entries.iter() {
                    let key = match entry {
                        JsValue::Array(pair) => {
                            pair.first().and_then(JsValue::to_text).zip(pair.get(1))
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
                JsValue::Object(Rc::new(object))
            }
            ("Object", "assign") => {
                let mut object = ObjectValue::default();
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
                JsValue::Object(Rc::new(object))
            }
            ("Array", "from") if matches!(&first, JsValue::Object(_)) => match first
                .property("length")
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked"
                )]
                JsValue::Number(length) if (0.0..1e4).contains(&length) => {
                    let items = Rc::new(vec![JsValue::Undefined; length as usize]);
                    match arguments.get(1) {
                        Some(_) => self.array_method(&items, "map", &arguments[1..], call, scope),
                        None => JsValue::Array(items),
                    }
                }
                _ => self.not_evaluated("Array.from", call, scope),
            },
            ("Array", "of") => JsValue::array(arguments.to_vec()),
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
                (JsValue::Array(items), None) => JsValue::Array(items.clone()),
                (JsValue::Array(items), Some(_)) => {
                    self.array_method(items, "map", &arguments[1..], call, scope)
                }
                _ => self.not_evaluated("Array.from", call, scope),
            },
            ("Array", "isArray") if !matches!(first, JsValue::Unknown(_)) => {
                JsValue::Bool(matches!(first, JsValue::Array(_)))
            }
            ("JSON", "stringify") if arguments.len() == 1 => first.to_json().map_or_else(
                || self.not_evaluated("JSON.stringify", call, scope),
                JsValue::string,
            ),
            _ => self.not_evaluated(&format!("{global}.{name}"), call, scope),
        }
    }

    /// The properties of something that has properties; `Err(None)` for something else.
    fn as_record(&self, value: &JsValue<'a>) -> Result<Rc<ObjectValue<'a>>, Option<Unknown>> {
        match value {
            JsValue::Object(object) => match &object.open {
                Some(unknown) => Err(Some(unknown.clone())),
                None => Ok(object.clone()),
            },
            JsValue::Namespace(module) => Ok(Rc::new(ObjectValue {
                entries: self.namespace(*module),
                open: None,
            })),
            JsValue::Unknown(unknown) => Err(Some(unknown.clone())),
            _ => Err(None),
        }
    }
}
