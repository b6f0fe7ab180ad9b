//! Which function or operator a call means, as the server chooses (`func_get_detail` and
//! `func_select_candidate` in its source).

use super::arg::{ArgType, category, conversion_is_mutable, name};
use super::common::{CommonType, common};
use super::facts::{
    AskedVersion, CallKind, Candidate, Possible, TypeCategory, TypeId, Volatility, functions,
    operators,
};
use super::laid::{Laid, laid_out};
use super::polymorphic::{Polymorphic, consistent};

/// What a call means.
#[derive(Clone, Debug)]
pub(crate) enum CallChoice {
    /// Nothing that there is.
    Nothing,
    /// It cannot be known which one.
    Several,
    /// A function whose type nothing says: a polymorphic one of strings alone.
    Undetermined,
    /// This one, and no other.
    One(Chosen),
    /// Nobody can know.
    Unsure,
}

/// The function that a call means.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// The type that it yields.
    pub(crate) result: ArgType,
    /// What its parameters are.
    pub(crate) params: Vec<TypeId>,
    pub(crate) volatility: Volatility,
    pub(crate) kind: CallKind,
    /// Whether it yields rows.
    pub(crate) set: bool,
}

/// What a call of a function of the server's own means.
pub(crate) fn function(name: &str, args: &[ArgType], asked: AskedVersion) -> CallChoice {
    choose(&functions(name, asked), args)
}

/// What every function of that name with so many arguments yields, whatever these are.
pub(crate) fn shared(name: &str, count: usize, asked: AskedVersion) -> Option<ArgType> {
    let all = functions(name, asked);
    let mut results = all
        .iter()
        .filter(|one| laid_out(&one.candidate, count).is_some())
        .map(|one| one.candidate.result);
    let first = results.next()?;
    (results.all(|other| other == first) && is_value(first)).then_some(ArgType::Own(first))
}

/// Whether a result is a type by itself: not one that follows from the arguments, nor a row.
fn is_value(result: TypeId) -> bool {
    let own = name(result);
    !own.starts_with("any") && !["record", "internal", "void", "cstring"].contains(&own)
}

/// What an operator between these means.
pub(crate) fn operator(op: &str, args: &[ArgType], asked: AskedVersion) -> CallChoice {
    let op = if op == "!=" { "<>" } else { op };
    // A string beside a value is first taken for one of its type.
    let exact: Option<Vec<TypeId>> = match args {
        [ArgType::Untyped, ArgType::Own(id)] | [ArgType::Own(id), ArgType::Untyped] => {
            Some(vec![*id, *id])
        }
        args => args.iter().map(ArgType::own).collect(),
    };
    if let Some(types) = exact
        && let Some(one) = operators(op, args.len(), asked).find(|one| one.candidate.args == types)
    {
        return chosen(&one, &types, args);
    }
    let all: Vec<Possible> = operators(op, args.len(), asked).collect();
    if all.is_empty() {
        return CallChoice::Unsure;
    }
    choose(&all, args)
}

fn choose(all: &[Possible], args: &[ArgType]) -> CallChoice {
    let laid = all.iter().filter_map(|one| Laid::of(one, args.len()));
    let laid: Vec<Laid> = laid.collect();
    let exact = laid.iter().find(|one| {
        let mut pairs = one.params.iter().zip(args);
        pairs.all(|(param, arg)| *arg == ArgType::Own(*param))
    });
    if let Some(exact) = exact {
        return chosen(exact.possible, &exact.params, args);
    }
    let fitting = laid.iter().filter(|one| {
        let mut pairs = one.params.iter().zip(args);
        pairs.all(|(param, arg)| arg.becomes(*param)) && consistent(&one.params, args)
    });
    let mut fitting: Vec<&Laid> = fitting.collect();
    if args.contains(&ArgType::Unknown) {
        return if fitting.is_empty() {
            CallChoice::Nothing
        } else {
            CallChoice::Unsure
        };
    }
    if fitting.len() > 1 {
        // One that was written out comes before one that is variadic or has defaults.
        let plain = |one: &&Laid| {
            let candidate = &one.possible.candidate;
            !candidate.variadic && candidate.args.len() == args.len()
        };
        let written: Vec<&Laid> = fitting.iter().copied().filter(plain).collect();
        if !written.is_empty() {
            fitting.retain(|other| {
                plain(other) || !written.iter().any(|one| one.params == other.params)
            });
        }
    }
    match fitting.as_slice() {
        [] => CallChoice::Nothing,
        [only] => chosen(only.possible, &only.params, args),
        _ => match best(&fitting, args) {
            Some(one) => {
                let unsure = fitting.iter().any(|one| !one.possible.certain);
                if unsure {
                    CallChoice::Unsure
                } else {
                    chosen(one.possible, &one.params, args)
                }
            }
            None if fitting.iter().all(|one| one.possible.certain) => CallChoice::Several,
            None => CallChoice::Unsure,
        },
    }
}

fn keep_best<'l, 'c>(
    all: &[&'l Laid<'c>],
    count: impl Fn(&Laid<'c>) -> usize,
) -> Vec<&'l Laid<'c>> {
    let most = all.iter().map(|one| count(one)).max().unwrap_or(0);
    let each = all.iter().copied();
    each.filter(|one| count(one) == most).collect()
}

/// PostgreSQL's `func_select_candidate`: which of several that fit needs the fewest conversions.
fn best<'l, 'c>(fitting: &[&'l Laid<'c>], args: &[ArgType]) -> Option<&'l Laid<'c>> {
    let exact = |param: &TypeId, arg: &ArgType| *arg == ArgType::Own(*param);
    let left = keep_best(fitting, |one| {
        let pairs = one.params.iter().zip(args);
        pairs.filter(|(param, arg)| exact(param, arg)).count()
    });
    if let [only] = left.as_slice() {
        return Some(only);
    }
    let mut left = keep_best(&left, |one| {
        let pairs = one.params.iter().zip(args);
        let pairs = pairs.filter(|(_, arg)| **arg != ArgType::Untyped);
        let preferred = pairs.filter(|(param, arg)| {
            let fact = param.fact();
            exact(param, arg) || (fact.preferred && fact.category == category(arg))
        });
        preferred.count()
    });
    if let [only] = left.as_slice() {
        return Some(only);
    }
    let untyped: Vec<usize> = (0..args.len())
        .filter(|at| args[*at] == ArgType::Untyped)
        .collect();
    if untyped.is_empty() {
        return None;
    }
    if let Some(slots) = slots(&left, &untyped) {
        let fitting = left.iter().copied().filter(|one| {
            let mut pairs = untyped.iter().zip(&slots);
            pairs.all(|(at, slot)| {
                let fact = one.params[*at].fact();
                fact.category == slot.category && (!slot.preferred || fact.preferred)
            })
        });
        let kept: Vec<&Laid> = fitting.collect();
        if let [only] = kept.as_slice() {
            return Some(only);
        }
        if !kept.is_empty() {
            left = kept;
        }
    }
    // Strings beside values of one type are taken for values of that type.
    let mut known = args.iter().filter(|arg| **arg != ArgType::Untyped);
    let first = known.next()?;
    if known.any(|other| other != first) {
        return None;
    }
    let all_known = vec![first.clone(); args.len()];
    let mut taking = left.iter().filter(|one| {
        let mut params = one.params.iter();
        params.all(|param| first.becomes(*param)) && consistent(&one.params, &all_known)
    });
    match (taking.next(), taking.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// What the candidates agree on for a string.
#[derive(Clone, Copy)]
struct StringSlot {
    category: TypeCategory,
    /// Whether a preferred type is among them.
    preferred: bool,
}

/// One for each string.
fn slots(left: &[&Laid], untyped: &[usize]) -> Option<Vec<StringSlot>> {
    let mut slots = Vec::with_capacity(untyped.len());
    for at in untyped {
        let mut slot: Option<StringSlot> = None;
        let mut conflict = false;
        for one in left {
            let fact = one.params[*at].fact();
            let own = StringSlot {
                category: fact.category,
                preferred: fact.preferred,
            };
            slot = Some(match slot {
                None => own,
                Some(known) if known.category == own.category => StringSlot {
                    preferred: known.preferred || own.preferred,
                    ..known
                },
                Some(_) if own.category == TypeCategory::STRING => own,
                Some(known) => {
                    conflict = true;
                    known
                }
            });
        }
        let slot = slot?;
        if conflict && slot.category != TypeCategory::STRING {
            return None;
        }
        slots.push(slot);
    }
    Some(slots)
}

/// How far the value depends on more than the arguments: their conversions count too.
fn volatility(candidate: &Candidate, params: &[TypeId], args: &[ArgType]) -> Volatility {
    let mut pairs = params.iter().zip(args);
    let converted = pairs.any(|(param, arg)| {
        let polymorphic = name(*param).starts_with("any");
        matches!(arg, ArgType::Own(_))
            && !polymorphic
            && conversion_is_mutable(arg, &ArgType::Own(*param))
    });
    if converted && candidate.volatility == Volatility::Immutable {
        Volatility::Stable
    } else {
        candidate.volatility
    }
}

fn chosen(possible: &Possible, params: &[TypeId], args: &[ArgType]) -> CallChoice {
    if !possible.certain {
        return CallChoice::Unsure;
    }
    let candidate = &possible.candidate;
    let own = name(candidate.result);
    let one = |result| {
        CallChoice::One(Chosen {
            result,
            params: params.to_vec(),
            volatility: volatility(candidate, params, args),
            kind: candidate.kind,
            set: candidate.set,
        })
    };
    let old = Polymorphic::of(params, args, "any");
    if old.any && old.element.is_none() && !old.unknown && old.ranges.is_empty() {
        return CallChoice::Undetermined;
    }
    if !own.starts_with("any") {
        return one(if is_value(candidate.result) {
            ArgType::Own(candidate.result)
        } else {
            ArgType::Unknown
        });
    }
    let (family, kind) = match own.strip_prefix("anycompatible") {
        Some(kind) => {
            let elements: Vec<ArgType> = params
                .iter()
                .zip(args)
                .filter_map(|(param, arg)| match name(*param) {
                    "anycompatible" | "anycompatiblenonarray" => Some(arg.clone()),
                    "anycompatiblearray" => Some(arg.element().unwrap_or_else(|| arg.clone())),
                    _ => None,
                })
                .collect();
            let element = match common(&elements) {
                CommonType::One(one) => Some(one),
                CommonType::Different(..) | CommonType::Unsure => None,
            };
            (element, kind)
        }
        None => (old.element, own.strip_prefix("any").unwrap_or_default()),
    };
    let result = match (family, kind) {
        (Some(element), "array") => element.array(),
        (Some(element), "" | "element" | "nonarray" | "enum") => Some(element),
        _ => None,
    };
    one(result.unwrap_or(ArgType::Unknown))
}
