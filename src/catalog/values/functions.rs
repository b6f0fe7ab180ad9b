//! What functions and operators return.

use super::{Catalog, Typed, plain, same_type};
use crate::server::postgres::functions::arg::ArgType;
use crate::server::postgres::functions::choose::{CallChoice, function, operator, shared};
use crate::server::postgres::functions::of_grammar;
use crate::sql::change::DataType;

fn is(data_type: &DataType, names: &[&str]) -> bool {
    data_type.schema.is_none() && !data_type.array && names.contains(&data_type.name.as_str())
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
        let Some(found) = self.called_functions(name) else {
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

    /// What the server's own function or operator returns: the one that it chooses, or what all of
    /// that name return.
    fn server_result(&self, name: &str, args: &[Typed]) -> Option<DataType> {
        if let Some(found) = of_grammar(name, self.versions.postgres) {
            return Some(DataType::named(found));
        }
        match (name, args) {
            ("nullif", [one, other]) => return null_if(one, other),
            ("greatest" | "least", _) => return self.common(args).known().cloned(),
            ("array", _) => return self.array_of(args),
            ("[]", [one, ..]) => return element_of(one.known()?),
            _ => {}
        }
        let args: Vec<ArgType> = args.iter().map(|arg| self.arg_of(arg)).collect();
        let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let choose = |asked| {
            let choice = if is_word {
                function(name, &args, asked)
            } else {
                operator(name, &args, asked)
            };
            match choice {
                CallChoice::One(chosen) => Some(chosen.result),
                _ if is_word => shared(name, args.len(), asked),
                _ => None,
            }
        };
        let asked = self.asked();
        let found = choose(asked).or_else(|| {
            // Nobody says the version: what each of them returns is certain, too.
            let mut each = asked.each().map(choose);
            let first = each.next()??;
            each.all(|one| one.as_ref() == Some(&first))
                .then_some(first)
        })?;
        self.data_type_of(&found).known().cloned()
    }

    /// `ARRAY[…]`.
    fn array_of(&self, elements: &[Typed]) -> Option<DataType> {
        let element = match self.common(elements) {
            Typed::Known(element) => Some(element).filter(|element| !element.array)?,
            Typed::Untyped => DataType::named("text"),
            Typed::Unknown | Typed::Absent => return None,
        };
        Some(DataType {
            array: true,
            ..element
        })
    }
}

/// What an index into an array yields.
fn element_of(array: &DataType) -> Option<DataType> {
    array.array.then(|| DataType {
        array: false,
        ..array.clone()
    })
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
