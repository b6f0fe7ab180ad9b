//! Which function or operator a call means, as the server chooses (`func_get_detail` and
//! `func_select_candidate` in its source).

use super::facts::{AskedVersion, Candidate, Possible, TypeId, cast, functions, operators};
use super::laid::{Laid, laid_out};
use super::polymorphic::{Polymorphic, consistent};

/// What is known of an argument's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArgType {
    /// Nothing is known of the argument's type.
    Unknown,
    /// A string or `NULL`, which takes the type that is asked for.
    Untyped,
    /// A type of the server's own.
    Own(TypeId),
    /// An enum of the user's, by its full name.
    Enum(String),
    /// An array of one.
    Enums(String),
}

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
    /// `i`, `s` or `v`; `q` where nobody knows.
    pub(crate) volatility: u8,
    /// `f`, `a` or `w`.
    pub(crate) kind: u8,
    /// Whether it yields rows.
    pub(crate) set: bool,
}

/// The category and preference of a type.
fn category(data_type: &ArgType) -> (u8, bool) {
    match data_type {
        ArgType::Own(id) => (id.fact().category, id.fact().preferred),
        ArgType::Enum(_) => (b'E', false),
        ArgType::Enums(_) => (b'A', false),
        ArgType::Untyped | ArgType::Unknown => (b'X', false),
    }
}

pub(super) fn name(id: TypeId) -> &'static str {
    id.fact().name
}

impl ArgType {
    pub(crate) fn is_text(&self) -> bool {
        *self == Self::Untyped || category(self).0 == b'S'
    }

    /// The type of its elements.
    pub(crate) fn element(&self) -> Option<Self> {
        match self {
            Self::Own(id) => id.fact().element.map(Self::Own),
            Self::Enums(of) => Some(Self::Enum(of.clone())),
            _ => None,
        }
    }

    pub(crate) fn array(&self) -> Option<Self> {
        match self {
            Self::Own(id) => id.array().map(Self::Own),
            Self::Enum(of) => Some(Self::Enums(of.clone())),
            _ => None,
        }
    }

    fn own(&self) -> Option<TypeId> {
        match self {
            Self::Own(id) => Some(*id),
            _ => None,
        }
    }

    fn is_range(&self) -> bool {
        category(self).0 == b'R'
    }

    /// Whether it may stand where a parameter of that type is, by itself.
    pub(crate) fn becomes(&self, wanted: TypeId) -> bool {
        if matches!(self, Self::Untyped | Self::Unknown) {
            return true;
        }
        match name(wanted) {
            "any" | "anyelement" | "anycompatible" => true,
            "anyarray" | "anycompatiblearray" => self.element().is_some(),
            "anynonarray" | "anycompatiblenonarray" => self.element().is_none(),
            "anyenum" => matches!(self, Self::Enum(_)),
            "anyrange" | "anycompatiblerange" => {
                matches!(self, Self::Own(id) if !name(*id).ends_with("multirange"))
                    && self.is_range()
            }
            "anymultirange" | "anycompatiblemultirange" => {
                matches!(self, Self::Own(id) if name(*id).ends_with("multirange"))
            }
            _ => converts(self, &Self::Own(wanted), b'i'),
        }
    }
}

/// Whether a value of one type becomes one of another in a context: `i` by itself, `a` when it is
/// stored, `e` where a cast is written.
pub(crate) fn converts(from: &ArgType, to: &ArgType, context: u8) -> bool {
    use ArgType::{Own, Unknown, Untyped};
    if from == to || matches!(from, Unknown | Untyped) || *to == Unknown {
        return true;
    }
    if let (Own(from), Own(to)) = (from, to)
        && let Some(cast) = cast(*from, *to)
    {
        return match cast.context {
            b'i' => true,
            b'a' => context != b'i',
            _ => context == b'e',
        };
    }
    if let (Some(one), Some(other)) = (from.element(), to.element()) {
        // `int2vector` and `oidvector` are no arrays that casts go through.
        return converts(&one, &other, context);
    }
    let text = |data_type: &ArgType| category(data_type).0 == b'S';
    match context {
        b'a' => text(to),
        b'e' => text(to) || text(from),
        _ => false,
    }
}

/// Whether a conversion depends on settings, which no index may.
pub(crate) fn conversion_is_mutable(from: &ArgType, to: &ArgType) -> bool {
    let (ArgType::Own(from), ArgType::Own(to)) = (from, to) else {
        // An enum's text is read from a catalog.
        return matches!(from, ArgType::Enum(_)) != matches!(to, ArgType::Enum(_));
    };
    if from == to {
        return false;
    }
    if let Some(cast) = cast(*from, *to) {
        return cast.volatility != b'i';
    }
    if let (Some(one), Some(other)) = (from.fact().element, to.fact().element) {
        return conversion_is_mutable(&ArgType::Own(one), &ArgType::Own(other));
    }
    from.fact().mutable_output || to.fact().mutable_input
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
    let fits = |one: &Laid| {
        let each = || one.params.iter().zip(args);
        each().all(|(param, arg)| arg.becomes(*param)) && consistent(&one.params, args)
    };
    let mut fitting: Vec<&Laid> = laid.iter().filter(|one| fits(one)).collect();
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
            let same = |other: &&Laid| {
                !plain(other) && written.iter().any(|one| one.params == other.params)
            };
            fitting.retain(|other| !same(other));
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
    let preferred = |param: &TypeId, arg: &ArgType| {
        let fact = param.fact();
        exact(param, arg) || (fact.preferred && fact.category == category(arg).0)
    };
    let mut left = keep_best(&left, |one| {
        let pairs = one.params.iter().zip(args);
        let pairs = pairs.filter(|(_, arg)| **arg != ArgType::Untyped);
        pairs.filter(|(param, arg)| preferred(param, arg)).count()
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
        let fits = |one: &&Laid| {
            let mut pairs = untyped.iter().zip(&slots);
            pairs.all(|(at, (category, preferred))| {
                let fact = one.params[*at].fact();
                fact.category == *category && (!*preferred || fact.preferred)
            })
        };
        let kept: Vec<&Laid> = left.iter().copied().filter(fits).collect();
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
    let takes = |one: &&&Laid| {
        let mut params = one.params.iter();
        params.all(|param| first.becomes(*param)) && consistent(&one.params, &all_known)
    };
    let mut taking = left.iter().filter(takes);
    match (taking.next(), taking.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// For each string, the category that the candidates agree on, and whether a preferred type is
/// among them.
fn slots(left: &[&Laid], untyped: &[usize]) -> Option<Vec<(u8, bool)>> {
    let mut slots = Vec::with_capacity(untyped.len());
    for at in untyped {
        let mut slot: Option<(u8, bool)> = None;
        let mut conflict = false;
        for one in left {
            let fact = one.params[*at].fact();
            slot = Some(match slot {
                None => (fact.category, fact.preferred),
                Some((category, preferred)) if category == fact.category => {
                    (category, preferred || fact.preferred)
                }
                Some(_) if fact.category == b'S' => (b'S', fact.preferred),
                Some(known) => {
                    conflict = true;
                    known
                }
            });
        }
        let slot = slot?;
        if conflict && slot.0 != b'S' {
            return None;
        }
        slots.push(slot);
    }
    Some(slots)
}

/// How far the value depends on more than the arguments: their conversions count too.
fn volatility(candidate: &Candidate, params: &[TypeId], args: &[ArgType]) -> u8 {
    let mut pairs = params.iter().zip(args);
    let own = |arg: &ArgType| matches!(arg, ArgType::Own(_));
    let polymorphic = |param: TypeId| name(param).starts_with("any");
    let converted = pairs.any(|(param, arg)| {
        own(arg) && !polymorphic(*param) && conversion_is_mutable(arg, &ArgType::Own(*param))
    });
    if converted && candidate.volatility == b'i' {
        b's'
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

/// One type for several values.
#[derive(Clone, Debug)]
pub(crate) enum CommonType {
    One(ArgType),
    /// These two have none.
    Different(ArgType, ArgType),
    Unsure,
}

/// The type that `UNION`, `CASE`, `COALESCE` and the like give to values (`select_common_type`).
pub(crate) fn common(values: &[ArgType]) -> CommonType {
    if values.contains(&ArgType::Unknown) {
        return CommonType::Unsure;
    }
    let mut chosen: Option<&ArgType> = None;
    for value in values.iter().filter(|value| **value != ArgType::Untyped) {
        let Some(so_far) = chosen else {
            chosen = Some(value);
            continue;
        };
        if value == so_far {
            continue;
        }
        let ((one, preferred), (other, _)) = (category(so_far), category(value));
        if one != other {
            return CommonType::Different(so_far.clone(), value.clone());
        }
        let by_itself = |from: &ArgType, to: &ArgType| converts(from, to, b'i');
        if !preferred && by_itself(so_far, value) && !by_itself(value, so_far) {
            chosen = Some(value);
        }
    }
    let Some(chosen) = chosen else {
        return CommonType::One(TypeId::named("text").map_or(ArgType::Unknown, ArgType::Own));
    };
    match values.iter().find(|value| !converts(value, chosen, b'i')) {
        Some(other) => CommonType::Different(chosen.clone(), other.clone()),
        None => CommonType::One(chosen.clone()),
    }
}
