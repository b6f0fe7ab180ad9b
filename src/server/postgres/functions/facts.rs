//! The server's own types, casts, functions and operators, read from the tables that
//! `tests/servers/functions.sh` writes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use super::sorted::lines_from;

/// A type of the server's own, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(u16);

/// What the server knows of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeFact {
    /// As `pg_type` has it: `int4`, `_int4`.
    pub(crate) name: &'static str,
    /// As `format_type` prints it.
    pub(crate) printed: &'static str,
    pub(crate) category: TypeCategory,
    /// `typispreferred` of `pg_type`: whether its category prefers it.
    pub(crate) preferred: bool,
    /// The type of its elements, where it is an array.
    pub(crate) element: Option<TypeId>,
    /// Whether reading a value of it from text depends on settings, in every version.
    pub(crate) mutable_input: bool,
    /// Whether printing a value of it does, in every version: `interval` did not before 14.
    pub(crate) mutable_output: bool,
}

/// `typcategory`: types of one category become each other, the preferred one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeCategory(u8);

impl TypeCategory {
    pub(crate) const ARRAY: Self = Self(b'A');
    pub(crate) const ENUM: Self = Self(b'E');
    pub(crate) const RANGE: Self = Self(b'R');
    pub(crate) const STRING: Self = Self(b'S');
    pub(crate) const UNKNOWN: Self = Self(b'X');
}

/// `prokind`, without procedures, which no expression calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    Function,
    Aggregate,
    Window,
}

/// `provolatile`: whether a function gives the same value for the same arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Volatility {
    /// Always.
    Immutable,
    /// Within a statement.
    Stable,
    /// Never surely.
    Volatile,
    /// As what it calls does: it is written in SQL, and the server puts that in its place.
    Inlined,
}

impl Volatility {
    fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'i' => Self::Immutable,
            b's' => Self::Stable,
            b'v' => Self::Volatile,
            b'q' => Self::Inlined,
            _ => return None,
        })
    }
}

/// Where a value becomes one of another type. What may be done in one context may be done in those
/// after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CastContext {
    /// In any expression.
    Implicit,
    /// Where it is stored in a column.
    Assignment,
    /// Where the cast is written.
    Explicit,
}

/// A function, aggregate or window function; an operator is one of its operands.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) kind: CallKind,
    pub(crate) volatility: Volatility,
    /// Whether it yields rows.
    pub(crate) set: bool,
    /// Whether its last argument may come any number of times.
    pub(crate) variadic: bool,
    /// How many arguments may be left out.
    pub(crate) defaults: usize,
    pub(crate) args: Vec<TypeId>,
    pub(crate) result: TypeId,
}

/// A function or operator that a version may have.
#[derive(Debug)]
pub(crate) struct Possible {
    pub(crate) candidate: Cow<'static, Candidate>,
    /// Whether every version that may be meant has it.
    pub(crate) certain: bool,
}

/// How one type becomes another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CastFact {
    /// The first context that does it.
    pub(crate) context: CastContext,
    pub(crate) volatility: Volatility,
}

/// The versions that were asked, in order.
const ASKED: [u16; 3] = [12, 15, 18];

struct Types {
    all: Vec<TypeFact>,
    by_name: HashMap<&'static str, TypeId>,
    by_print: HashMap<&'static str, TypeId>,
}

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let rows: Vec<Vec<&'static str>> = include_str!("types.txt")
        .lines()
        .map(|line| line.split('|').collect())
        .collect();
    let ids = || (0..).map(TypeId);
    let by_name: HashMap<_, _> = rows.iter().map(|row| row[0]).zip(ids()).collect();
    let by_print = rows.iter().map(|row| row[1]).zip(ids()).collect();
    // A type has a row for each way in which versions treat it.
    let steady: HashSet<(&str, usize)> = rows
        .iter()
        .flat_map(|row| {
            let ways = row[6].char_indices().filter(|(_, way)| *way == 'i');
            ways.map(|(at, _)| (row[0], at))
        })
        .collect();
    Types {
        all: rows
            .iter()
            .map(|row| TypeFact {
                name: row[0],
                printed: row[1],
                category: TypeCategory(first(row[2])),
                preferred: !row[3].is_empty(),
                // `oidvector` and its like have elements, and are no arrays.
                element: by_name
                    .get(row[5])
                    .copied()
                    .filter(|_| row[0].starts_with('_')),
                mutable_input: !steady.contains(&(row[0], 0)),
                mutable_output: !steady.contains(&(row[0], 1)),
            })
            .collect(),
        by_name,
        by_print,
    }
});

fn first(text: &str) -> u8 {
    text.bytes().next().unwrap_or(b' ')
}

impl TypeId {
    /// The type that `pg_type` calls so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TYPES.by_name.get(name).copied()
    }

    /// The type that `format_type` prints so.
    pub(crate) fn printed(text: &str) -> Option<Self> {
        TYPES.by_print.get(text).copied()
    }

    pub(crate) fn fact(self) -> &'static TypeFact {
        &TYPES.all[usize::from(self.0)]
    }

    /// The type of its arrays.
    pub(crate) fn array(self) -> Option<Self> {
        Self::named(&format!("_{}", self.fact().name))
    }
}

/// The place of a version among those that were asked: it may have what its neighbours have, and
/// certainly has what both have. Where nobody says the version, it may be any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskedVersion {
    pub(crate) version: u16,
    pub(crate) said: bool,
}

/// Whether a row is in the server's own catalog.
struct RowPresence {
    /// It may be.
    possible: bool,
    /// It certainly is.
    certain: bool,
}

impl AskedVersion {
    /// Whether a row of these versions is in the server's catalog.
    fn has(self, versions: &str) -> RowPresence {
        if versions.is_empty() {
            return RowPresence {
                possible: true,
                certain: true,
            };
        }
        let of = |asked: u16| versions.split(',').any(|one| one.parse() == Ok(asked));
        if !self.said {
            return RowPresence {
                possible: true,
                certain: false,
            };
        }
        let below = ASKED.iter().rev().find(|asked| **asked <= self.version);
        let above = ASKED.iter().find(|asked| **asked >= self.version);
        let neighbours = [below, above].into_iter().flatten();
        let mut found = RowPresence {
            possible: false,
            certain: true,
        };
        for asked in neighbours {
            found.possible |= of(*asked);
            found.certain &= of(*asked);
        }
        found
    }

    /// Every version that may be meant, as one that was said.
    pub(crate) fn each(self) -> impl Iterator<Item = Self> {
        let only = self.said.then_some(self.version);
        let any = ASKED.into_iter().filter(move |_| !self.said);
        only.into_iter().chain(any).map(|version| Self {
            version,
            said: true,
        })
    }

    /// Whether the server may have what none of those that were asked has.
    pub(crate) fn may_be_newer(self) -> bool {
        self.said && ASKED.last().is_some_and(|newest| self.version > *newest)
    }
}

const SIGNATURES: &str = include_str!("signatures.txt");

/// The functions of that name.
pub(crate) fn functions(name: &str, asked: AskedVersion) -> Vec<Possible> {
    let start = format!("{name}|");
    let lines = lines_from(SIGNATURES, &start);
    let lines = lines.take_while(|line| line.starts_with(&start));
    lines.filter_map(|line| function(line, asked)).collect()
}

/// Whether a function of that name is an aggregate.
pub(crate) fn is_aggregate(name: &str, _arguments: usize) -> bool {
    let start = format!("{name}|");
    let line = lines_from(SIGNATURES, &start).next();
    let flags = line.and_then(|line| line.strip_prefix(start.as_str()));
    flags.is_some_and(|flags| flags.starts_with('a'))
}

fn function(line: &str, asked: AskedVersion) -> Option<Possible> {
    let mut fields = line.split('|').skip(1);
    let flags = fields.next()?.as_bytes();
    let args = fields.next()?;
    let result = TypeId::named(fields.next()?)?;
    let RowPresence { possible, certain } = asked.has(fields.next()?);
    let args: Option<Vec<TypeId>> = if args.is_empty() {
        Some(Vec::new())
    } else {
        args.split(',').map(TypeId::named).collect()
    };
    let digits = flags.iter().filter(|flag| flag.is_ascii_digit());
    let candidate = Candidate {
        kind: match flags.first()? {
            b'a' => CallKind::Aggregate,
            b'w' => CallKind::Window,
            _ => CallKind::Function,
        },
        volatility: if flags.contains(&b'q') {
            Volatility::Inlined
        } else {
            Volatility::of(*flags.get(1)?)?
        },
        set: flags.contains(&b'r'),
        variadic: flags.contains(&b'+'),
        defaults: digits.fold(0, |sum, digit| 10 * sum + usize::from(digit - b'0')),
        args: args?,
        result,
    };
    possible.then_some(Possible {
        candidate: Cow::Owned(candidate),
        certain,
    })
}

/// An operator of one name, for operands of some types.
struct OperatorFact {
    candidate: Candidate,
    versions: &'static str,
}

/// The operators of one name. A history uses few, and reads the lines of those alone.
#[derive(Default)]
struct OperatorRows {
    lines: Vec<&'static str>,
    read: OnceLock<Vec<OperatorFact>>,
}

impl OperatorRows {
    fn facts(&self) -> &[OperatorFact] {
        self.read.get_or_init(|| {
            let facts = self.lines.iter().copied().filter_map(operator_fact);
            facts.collect()
        })
    }
}

static OPERATORS: LazyLock<HashMap<&'static str, OperatorRows>> = LazyLock::new(|| {
    let mut all: HashMap<&str, OperatorRows> = HashMap::new();
    for line in include_str!("operators.txt").lines() {
        // `|` is an operator, too.
        if let Some(name) = line.rsplitn(6, '|').nth(5) {
            all.entry(name).or_default().lines.push(line);
        }
    }
    all
});

fn operator_fact(line: &'static str) -> Option<OperatorFact> {
    let mut fields = line.rsplitn(6, '|');
    let (versions, result) = (fields.next()?, fields.next()?);
    let (right, left) = (fields.next()?, fields.next()?);
    let volatility = Volatility::of(first(fields.next()?))?;
    let sides = [left, right].into_iter().filter(|side| !side.is_empty());
    let args: Option<Vec<TypeId>> = sides.map(TypeId::named).collect();
    Some(OperatorFact {
        candidate: Candidate {
            kind: CallKind::Function,
            volatility,
            set: false,
            variadic: false,
            defaults: 0,
            args: args?,
            result: TypeId::named(result)?,
        },
        versions,
    })
}

/// The operators of that name with so many operands.
pub(crate) fn operators(
    name: &str,
    operands: usize,
    asked: AskedVersion,
) -> impl Iterator<Item = Possible> + use<> {
    let all: &'static [OperatorFact] = match OPERATORS.get(name) {
        Some(rows) => rows.facts(),
        None => &[],
    };
    let fitting = all
        .iter()
        .filter(move |fact| fact.candidate.args.len() == operands);
    fitting.filter_map(move |fact| {
        let RowPresence { possible, certain } = asked.has(fact.versions);
        possible.then_some(Possible {
            candidate: Cow::Borrowed(&fact.candidate),
            certain,
        })
    })
}

static CASTS: LazyLock<HashMap<(TypeId, TypeId), CastFact>> = LazyLock::new(|| {
    include_str!("casts.txt")
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split('|').collect();
            let [from, to, how, volatility, _] = fields[..] else {
                return None;
            };
            let fact = CastFact {
                context: match first(how) {
                    b'i' => CastContext::Implicit,
                    b'a' => CastContext::Assignment,
                    _ => CastContext::Explicit,
                },
                volatility: Volatility::of(first(volatility))?,
            };
            Some(((TypeId::named(from)?, TypeId::named(to)?), fact))
        })
        .collect()
});

/// The cast that the server has by itself.
pub(crate) fn cast(from: TypeId, to: TypeId) -> Option<CastFact> {
    CASTS.get(&(from, to)).copied()
}
