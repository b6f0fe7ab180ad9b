//! What PostgreSQL's own functions and operators return. Measured on PostgreSQL 12, 15 and 18.

use super::{Catalog, MOMENTS, NUMBERS, Typed, plain, rank, same_type, widest};
use crate::server::postgres::functions::{ALWAYS, OF_TEXT, ORDERED};
use crate::sql::change::{DataType, Ident, ObjectName};

fn is(data_type: &DataType, names: &[&str]) -> bool {
    data_type.schema.is_none() && !data_type.array && names.contains(&data_type.name.as_str())
}

fn is_moment(value: &Typed) -> bool {
    value
        .known()
        .is_some_and(|known| rank(MOMENTS, known).is_some())
}

fn is_text(value: &Typed) -> bool {
    match value {
        Typed::Untyped => true,
        Typed::Known(data_type) => is(
            data_type,
            &["text", "character varying", "character", "bpchar", "name"],
        ),
        Typed::Unknown | Typed::Absent => false,
    }
}

impl Catalog {
    /// What a function or operator returns.
    pub(in crate::catalog) fn result(&self, name: &str, args: &[Typed]) -> Option<DataType> {
        let args: Vec<Typed> = args
            .iter()
            .map(|arg| match arg {
                Typed::Known(data_type) if name != "array" => Typed::Known(self.base(data_type)),
                other => other.clone(),
            })
            .collect();
        let server = self.server_result(name, &args);
        match self.own_function(name) {
            Typed::Known(own) if server.is_none() => Some(own),
            Typed::Absent => server,
            // The user's function of the same name may be the one that is meant.
            _ => None,
        }
    }

    /// What the only function of that name among the user's returns.
    fn own_function(&self, name: &str) -> Typed {
        let (schema, name) = name.split_once('.').map_or((None, name), |(schema, name)| {
            (Some(Ident::synthetic(schema)), name)
        });
        let Some(found) = self.find_function(&ObjectName {
            schema,
            name: Ident::synthetic(name),
        }) else {
            return Typed::Absent;
        };
        let [only] = self.functions[&found].as_slice() else {
            return Typed::Unknown;
        };
        let returns = only.returns.clone().filter(|returns| {
            let polymorphic = returns.name.starts_with("any")
                || matches!(returns.name.as_str(), "record" | "void");
            let rows = self
                .type_of(returns)
                .is_some_and(|name| self.relation_kind(&name).is_some());
            !polymorphic && !rows
        });
        // A function's result has no length.
        Typed::of(returns.map(|returns| plain(&returns)))
    }

    fn server_result(&self, name: &str, args: &[Typed]) -> Option<DataType> {
        if let Some((data_type, _)) = ALWAYS.iter().find(|(_, names)| names.contains(&name)) {
            return Some(DataType::named(*data_type));
        }
        let first = args.first();
        if OF_TEXT.contains(&name) {
            return Some(DataType::named("text")).filter(|_| first.is_some_and(is_text));
        }
        match (name, args) {
            ("age", [one, ..]) if is_moment(one) => Some(DataType::named("interval")),
            ("random", []) => Some(DataType::named("double precision")),
            ("extract", []) => Some(DataType::named(if self.versions.postgres >= 14 {
                "numeric"
            } else {
                "double precision"
            })),
            ("date_trunc", [_, moment]) => {
                let moment = moment.known()?;
                match rank(MOMENTS, moment) {
                    Some(0) => Some(DataType::named(MOMENTS[2])),
                    Some(_) => Some(plain(moment)),
                    None => Some(plain(moment)).filter(|moment| is(moment, &["interval"])),
                }
            }
            ("length", [text]) => Some(DataType::named("integer")).filter(|_| is_text(text)),
            ("string_agg", [text, _]) => Some(DataType::named("text")).filter(|_| is_text(text)),
            (
                "string_to_array" | "regexp_split_to_array" | "regexp_match" | "regexp_matches",
                _,
            ) => Some(array_of(&DataType::named("text"))),
            ("nullif", [one, other]) => null_if(one, other),
            ("greatest" | "least", _) => self.common(args).known().cloned(),
            ("array", _) => match self.common(args) {
                Typed::Known(element) if !element.array => Some(DataType {
                    array: true,
                    ..element
                }),
                Typed::Untyped => Some(array_of(&DataType::named("text"))),
                _ => None,
            },
            ("+" | "-" | "*" | "/" | "%" | "mod", [one, other]) => arithmetic(name, one, other),
            ("||", [one, other]) => concatenated(one, other),
            ("->" | "#>", [one, _]) => one
                .known()
                .filter(|json| is(json, &["json", "jsonb"]))
                .cloned(),
            ("->>" | "#>>", [one, _]) => one
                .known()
                .filter(|json| is(json, &["json", "jsonb"]))
                .map(|_| DataType::named("text")),
            ("#-", [one, _]) => one.known().filter(|json| is(json, &["jsonb"])).cloned(),
            _ => {
                let one = first?.known()?;
                self.of_one(name, one, args.get(1))
            }
        }
    }

    /// Functions whose result follows from the type of their first argument.
    fn of_one(&self, name: &str, one: &DataType, second: Option<&Typed>) -> Option<DataType> {
        let bare = plain(one);
        let number = rank(NUMBERS, one).is_some();
        match name {
            "max" | "min" if one.array || is(one, ORDERED) || self.enum_of(one).is_some() => {
                Some(bare)
            }
            "max" | "min" if is(one, &["character varying", "name"]) => {
                Some(DataType::named("text"))
            }
            "sum" if is(one, &["smallint", "integer"]) => Some(DataType::named("bigint")),
            "sum" if is(one, &["bigint", "numeric"]) => Some(DataType::named("numeric")),
            "sum" if is(one, &["real", "double precision", "interval", "money"]) => Some(bare),
            "avg" if is(one, &["smallint", "integer", "bigint", "numeric"]) => {
                Some(DataType::named("numeric"))
            }
            "avg" if is(one, &["real", "double precision"]) => {
                Some(DataType::named("double precision"))
            }
            "array_agg" => Some(array_of(&bare)),
            "unnest" | "[]" if one.array => {
                let element = DataType {
                    array: false,
                    ..one.clone()
                };
                Some(if name == "[]" {
                    element
                } else {
                    plain(&element)
                })
            }
            "array_append" | "array_remove" | "array_replace" if one.array => {
                let element = DataType {
                    array: false,
                    ..bare.clone()
                };
                let fits = second.is_some_and(|value| match value {
                    Typed::Known(other) => same_type(&element, other),
                    other => *other == Typed::Untyped,
                });
                Some(bare).filter(|_| fits)
            }
            "first_value" | "last_value" | "nth_value" | "lag" | "lead" => Some(bare),
            "generate_series" if number || is(one, &MOMENTS[1..]) => {
                let fits = second?.known().is_some_and(|other| same_type(one, other));
                Some(bare).filter(|_| fits || is(one, &MOMENTS[1..]))
            }
            "-" | "abs" if number => Some(bare),
            "avg" | "-" if is(one, &["interval"]) => Some(bare),
            "round" | "trunc" | "ceil" | "ceiling" | "floor" | "sign" | "sqrt" | "power"
                if number =>
            {
                let exact = is(one, &["numeric"]) && second.is_none_or(is_exact);
                Some(DataType::named(if exact {
                    "numeric"
                } else {
                    "double precision"
                }))
            }
            "timezone" if is(one, &["timestamp with time zone"]) => {
                Some(DataType::named("timestamp without time zone"))
            }
            "timezone" if is(one, &["timestamp without time zone"]) => {
                Some(DataType::named("timestamp with time zone"))
            }
            _ => None,
        }
    }
}

fn arithmetic(op: &str, one: &Typed, other: &Typed) -> Option<DataType> {
    let (left, right) = match (one, other) {
        (Typed::Known(one), Typed::Known(other)) => (one, other),
        // A string beside a number is one of the same type.
        (Typed::Known(only), Typed::Untyped) | (Typed::Untyped, Typed::Known(only)) => {
            return Some(plain(only)).filter(|only| rank(NUMBERS, only).is_some());
        }
        _ => return None,
    };
    if let (Some(one), Some(other)) = (rank(NUMBERS, left), rank(NUMBERS, right)) {
        let fractions = rank(NUMBERS, &DataType::named("real"));
        let mixed = Some(one) >= fractions || Some(other) >= fractions;
        return if mixed && one != other {
            Some(DataType::named("double precision")).filter(|_| op != "%" && op != "mod")
        } else {
            widest(NUMBERS, &[left.clone(), right.clone()])
        };
    }
    let moment = |data_type: &DataType| rank(MOMENTS, data_type);
    let interval = |data_type: &DataType| is(data_type, &["interval"]);
    match (op, moment(left), moment(right)) {
        ("-", Some(0), Some(0)) => Some(DataType::named("integer")),
        ("-", Some(one), Some(other)) if one > 0 && one == other => {
            Some(DataType::named("interval"))
        }
        ("+" | "-", Some(0), None) if interval(right) => {
            Some(DataType::named("timestamp without time zone"))
        }
        ("+" | "-", Some(0), None) if is(right, &["integer"]) => Some(DataType::named("date")),
        ("+" | "-", Some(_), None) if interval(right) => Some(plain(left)),
        ("+", None, Some(at)) if at > 0 && interval(left) => Some(plain(right)),
        ("+" | "-", None, None) if interval(left) && interval(right) => {
            Some(DataType::named("interval"))
        }
        ("*" | "/", None, None) if interval(left) && rank(NUMBERS, right).is_some() => {
            Some(DataType::named("interval"))
        }
        ("*", None, None) if interval(right) && rank(NUMBERS, left).is_some() => {
            Some(DataType::named("interval"))
        }
        _ => None,
    }
}

/// Whether a value is an exact number or would be taken for one.
fn is_exact(value: &Typed) -> bool {
    value
        .known()
        .is_some_and(|data_type| is(data_type, &["smallint", "integer", "bigint", "numeric"]))
}

fn array_of(element: &DataType) -> DataType {
    DataType {
        array: true,
        ..element.clone()
    }
}

/// `NULLIF` gives the left operand of the comparison that it makes.
fn null_if(one: &Typed, other: &Typed) -> Option<DataType> {
    let one = one.known()?;
    let whole = ["smallint", "integer", "bigint"];
    let alike = match other {
        Typed::Untyped => true,
        Typed::Known(other) => same_type(one, other) || is(one, &whole) && is(other, &whole),
        Typed::Unknown | Typed::Absent => false,
    };
    let left = if is(one, &["character varying"]) {
        DataType::named("text")
    } else {
        one.clone()
    };
    Some(left).filter(|_| alike)
}

fn concatenated(one: &Typed, other: &Typed) -> Option<DataType> {
    match (one, other) {
        (Typed::Known(left), Typed::Known(right))
            if same_type(left, right) && is(left, &["jsonb", "tsvector", "bytea"]) =>
        {
            Some(left.clone())
        }
        (Typed::Known(left), Typed::Known(right)) if left.array || right.array => {
            let element = |data_type: &DataType| DataType {
                array: false,
                ..plain(data_type)
            };
            Some(array_of(&element(left))).filter(|_| element(left) == element(right))
        }
        (Typed::Known(json), Typed::Untyped) | (Typed::Untyped, Typed::Known(json))
            if is(json, &["jsonb"]) =>
        {
            Some(json.clone())
        }
        // One text is enough; what stands beside it is printed.
        (text, Typed::Known(other)) | (Typed::Known(other), text)
            if is_text(text) && !other.array =>
        {
            let printed = is(
                other,
                &["text", "character varying", "name", "uuid", "boolean"],
            ) || rank(NUMBERS, other).is_some()
                || rank(MOMENTS, other).is_some();
            Some(DataType::named("text")).filter(|_| printed)
        }
        _ => None,
    }
}
