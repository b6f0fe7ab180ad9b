//! The value of a tree.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::parse::{Comprehension, Each, Node};
use super::value::whole;
use super::{CelError, CelValue, STEPS};

/// The variables of an expression.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, CelValue>);

impl Variables {
    /// These variables.
    pub fn new<K: Into<String>>(variables: impl IntoIterator<Item = (K, CelValue)>) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }
}

pub(super) fn value(node: &Node, scope: &Variables) -> Result<CelValue, CelError> {
    let run = Evaluation {
        scope,
        left: Cell::new(STEPS),
    };
    run.value(node, &Locals::None)
}

/// The variables of comprehensions, the innermost first.
enum Locals<'a> {
    None,
    One(&'a str, CelValue, &'a Locals<'a>),
}

struct Evaluation<'a> {
    scope: &'a Variables,
    /// How many steps are left.
    left: Cell<u32>,
}

impl Evaluation<'_> {
    fn spend(&self, steps: usize) -> Result<(), CelError> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let left = self.left.get().checked_sub(steps);
        let left =
            left.ok_or_else(|| CelError::new(format!("it takes more than {STEPS} steps")))?;
        self.left.set(left);
        Ok(())
    }

    fn value(&self, node: &Node, locals: &Locals) -> Result<CelValue, CelError> {
        self.spend(1)?;
        let of = |node: &Node| self.value(node, locals);
        match node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Name(name) => self.variable(name, locals),
            Node::List(nodes) => {
                let values: Result<Vec<CelValue>, CelError> = nodes.iter().map(of).collect();
                Ok(CelValue::List(Arc::new(values?)))
            }
            Node::Map(pairs) => {
                let mut fields = BTreeMap::new();
                for (key, node) in pairs {
                    let CelValue::String(key) = of(key)? else {
                        return Err(CelError::new("the key of a map must be a string"));
                    };
                    fields.insert(key.to_string(), of(node)?);
                }
                Ok(CelValue::Map(Arc::new(fields)))
            }
            Node::Field(node, name) => field(&of(node)?, name)?
                .ok_or_else(|| CelError::new(format!("there is no `{name}`"))),
            Node::Has(node, name) => Ok(CelValue::Bool(field(&of(node)?, name)?.is_some())),
            Node::Index(node, index) => element(&of(node)?, &of(index)?),
            Node::Not(node) => Ok(CelValue::Bool(!truth(of(node)?)?)),
            Node::Minus(node) => match of(node)? {
                CelValue::Int(int) => int.checked_neg().map(CelValue::Int).ok_or_else(too_large),
                CelValue::Double(double) => Ok(CelValue::Double(-double)),
                other => Err(CelError::new(format!("`-` takes no {}", other.kind()))),
            },
            Node::Binary(sign @ ("&&" | "||"), one, other) => {
                self.logic(*sign == "||", one, other, locals)
            }
            Node::Binary(sign, one, other) => self.binary(sign, &of(one)?, &of(other)?),
            Node::If(test, one, other) => {
                if truth(of(test)?)? {
                    of(one)
                } else {
                    of(other)
                }
            }
            Node::Call(name, arguments) => {
                let values: Result<Vec<CelValue>, CelError> = arguments.iter().map(of).collect();
                self.call(name, &values?)
            }
            Node::Matches(node, pattern) => match of(node)? {
                CelValue::String(text) => {
                    self.spend(text.len() / 16)?;
                    Ok(CelValue::Bool(pattern.is_match(&text)))
                }
                other => Err(CelError::new(format!(
                    "`matches` takes no {}",
                    other.kind()
                ))),
            },
            Node::Each(each) => self.each(each, locals),
        }
    }

    fn variable(&self, name: &str, locals: &Locals) -> Result<CelValue, CelError> {
        let mut at = locals;
        while let Locals::One(own, value, next) = at {
            if *own == name {
                return Ok(value.clone());
            }
            at = next;
        }
        let known = self.scope.0.get(name).cloned();
        known.ok_or_else(|| CelError::new(format!("there is no `{name}`")))
    }

    /// What one side decides is decided, even where the other has no value.
    fn logic(
        &self,
        any: bool,
        one: &Node,
        other: &Node,
        locals: &Locals,
    ) -> Result<CelValue, CelError> {
        let side = |node: &Node| self.value(node, locals).and_then(truth);
        let first = side(one);
        if first == Ok(any) {
            return Ok(CelValue::Bool(any));
        }
        let second = side(other)?;
        if second == any {
            return Ok(CelValue::Bool(any));
        }
        first.map(CelValue::Bool)
    }

    fn binary(&self, sign: &str, one: &CelValue, other: &CelValue) -> Result<CelValue, CelError> {
        let wrong = || {
            let kinds = format!("{} and {}", one.kind(), other.kind());
            CelError::new(format!("`{sign}` takes no {kinds}"))
        };
        match sign {
            "==" => return Ok(CelValue::Bool(one.equals(other))),
            "!=" => return Ok(CelValue::Bool(!one.equals(other))),
            "in" => {
                return match (one, other) {
                    (_, CelValue::List(list)) => {
                        self.spend(list.len())?;
                        Ok(CelValue::Bool(list.iter().any(|known| known.equals(one))))
                    }
                    (CelValue::String(key), CelValue::Map(fields)) => {
                        Ok(CelValue::Bool(fields.contains_key(&**key)))
                    }
                    _ => Err(wrong()),
                };
            }
            "<" | "<=" | ">" | ">=" => {
                let order = order(one, other).ok_or_else(wrong)?;
                return Ok(CelValue::Bool(match sign {
                    "<" => order == Ordering::Less,
                    "<=" => order != Ordering::Greater,
                    ">" => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }));
            }
            _ => {}
        }
        match (one, other) {
            (CelValue::Int(one), CelValue::Int(other)) => whole_numbers(sign, *one, *other),
            (CelValue::Double(one), CelValue::Double(other)) => {
                let value = match sign {
                    "+" => one + other,
                    "-" => one - other,
                    "*" => one * other,
                    "/" => one / other,
                    _ => return Err(wrong()),
                };
                Ok(CelValue::Double(value))
            }
            (CelValue::String(one), CelValue::String(other)) if sign == "+" => {
                self.spend((one.len() + other.len()) / 16)?;
                Ok(CelValue::from(format!("{one}{other}")))
            }
            (CelValue::List(one), CelValue::List(other)) if sign == "+" => {
                self.spend(one.len() + other.len())?;
                Ok(CelValue::list(one.iter().chain(&**other).cloned()))
            }
            _ => Err(wrong()),
        }
    }

    fn call(&self, name: &str, arguments: &[CelValue]) -> Result<CelValue, CelError> {
        let length = arguments.iter().map(|argument| match argument {
            CelValue::String(text) => text.len() / 16,
            _ => 0,
        });
        self.spend(length.sum())?;
        match (name, arguments) {
            ("size", [CelValue::String(text)]) => Ok(count(text.chars().count())),
            ("size", [CelValue::List(list)]) => Ok(count(list.len())),
            ("size", [CelValue::Map(fields)]) => Ok(count(fields.len())),
            ("startsWith", [CelValue::String(text), CelValue::String(part)]) => {
                Ok(CelValue::Bool(text.starts_with(&**part)))
            }
            ("endsWith", [CelValue::String(text), CelValue::String(part)]) => {
                Ok(CelValue::Bool(text.ends_with(&**part)))
            }
            ("contains", [CelValue::String(text), CelValue::String(part)]) => {
                Ok(CelValue::Bool(text.contains(&**part)))
            }
            ("lowerAscii", [CelValue::String(text)]) => {
                Ok(CelValue::from(text.to_ascii_lowercase()))
            }
            ("upperAscii", [CelValue::String(text)]) => {
                Ok(CelValue::from(text.to_ascii_uppercase()))
            }
            (
                "string",
                [
                    value @ (CelValue::Bool(_)
                    | CelValue::Int(_)
                    | CelValue::Double(_)
                    | CelValue::String(_)),
                ],
            ) => Ok(CelValue::from(value.shown())),
            ("int", [CelValue::Int(int)]) => Ok(CelValue::Int(*int)),
            ("int", [CelValue::Double(double)]) => whole(double.trunc())
                .map(CelValue::Int)
                .ok_or_else(too_large),
            ("int", [CelValue::String(text)]) => {
                let number = text.parse().map(CelValue::Int);
                number.map_err(|_| CelError::new(format!("`{text}` is no number")))
            }
            _ => {
                let kinds: Vec<&str> = arguments.iter().map(CelValue::kind).collect();
                Err(CelError::new(format!(
                    "there is no `{name}` of {}",
                    kinds.join(", ")
                )))
            }
        }
    }

    fn each(&self, each: &Comprehension, locals: &Locals) -> Result<CelValue, CelError> {
        let list: Vec<CelValue> = match self.value(&each.list, locals)? {
            CelValue::List(list) => list.to_vec(),
            CelValue::Map(fields) => fields
                .keys()
                .map(|key| CelValue::from(key.as_str()))
                .collect(),
            other => return Err(CelError::new(format!("a {} has no elements", other.kind()))),
        };
        self.spend(list.len())?;
        let mut kept = Vec::new();
        let mut failed = None;
        for element in list {
            let inner = Locals::One(&each.name, element.clone(), locals);
            let fits = match &each.test {
                Some(test) => self.value(test, &inner).and_then(truth),
                None => Ok(true),
            };
            match (each.kind, fits) {
                (Each::All, Ok(false)) => return Ok(CelValue::Bool(false)),
                (Each::Exists, Ok(true)) => return Ok(CelValue::Bool(true)),
                // Another element may decide it.
                (Each::All | Each::Exists, Err(error)) if self.left.get() > 0 => {
                    failed = Some(error);
                }
                (_, Err(error)) => return Err(error),
                (_, Ok(false)) => {}
                (_, Ok(true)) => kept.push(match &each.value {
                    Some(value) => self.value(value, &inner)?,
                    None => element,
                }),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        Ok(match each.kind {
            Each::All => CelValue::Bool(true),
            Each::Exists => CelValue::Bool(false),
            Each::ExistsOne => CelValue::Bool(kept.len() == 1),
            Each::Filter | Each::Map => CelValue::List(Arc::new(kept)),
        })
    }
}

fn truth(value: CelValue) -> Result<bool, CelError> {
    match value {
        CelValue::Bool(value) => Ok(value),
        other => Err(CelError::new(format!(
            "expected true or false, not {}",
            other.kind()
        ))),
    }
}

fn count(count: usize) -> CelValue {
    CelValue::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn too_large() -> CelError {
    CelError::new("a number that is too large")
}

fn whole_numbers(sign: &str, one: i64, other: i64) -> Result<CelValue, CelError> {
    if matches!(sign, "/" | "%") && other == 0 {
        return Err(CelError::new("a division by zero"));
    }
    let value = match sign {
        "+" => one.checked_add(other),
        "-" => one.checked_sub(other),
        "*" => one.checked_mul(other),
        "/" => one.checked_div(other),
        _ => one.checked_rem(other),
    };
    value.map(CelValue::Int).ok_or_else(too_large)
}

/// How two values are ordered, where they are.
fn order(one: &CelValue, other: &CelValue) -> Option<Ordering> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "CEL compares numbers of both kinds"
    )]
    let double = |int: i64| int as f64;
    match (one, other) {
        (CelValue::Int(one), CelValue::Int(other)) => Some(one.cmp(other)),
        (CelValue::Double(one), CelValue::Double(other)) => one.partial_cmp(other),
        (CelValue::Int(one), CelValue::Double(other)) => double(*one).partial_cmp(other),
        (CelValue::Double(one), CelValue::Int(other)) => one.partial_cmp(&double(*other)),
        (CelValue::String(one), CelValue::String(other)) => Some(one.cmp(other)),
        (CelValue::Bool(one), CelValue::Bool(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// A field of a map; `None` where it has none of that name.
fn field(value: &CelValue, name: &str) -> Result<Option<CelValue>, CelError> {
    match value {
        CelValue::Map(fields) => Ok(fields.get(name).cloned()),
        other => Err(CelError::new(format!("a {} has no `{name}`", other.kind()))),
    }
}

fn element(value: &CelValue, index: &CelValue) -> Result<CelValue, CelError> {
    match (value, index) {
        (CelValue::List(list), CelValue::Int(at)) => {
            let found = usize::try_from(*at).ok().and_then(|at| list.get(at));
            let found = found.cloned();
            found.ok_or_else(|| CelError::new(format!("the list has no element {at}")))
        }
        (CelValue::Map(fields), CelValue::String(key)) => {
            let found = fields.get(&**key).cloned();
            found.ok_or_else(|| CelError::new(format!("there is no `{key}`")))
        }
        _ => Err(CelError::new(format!(
            "a {} is not indexed by {}",
            value.kind(),
            index.kind()
        ))),
    }
}
