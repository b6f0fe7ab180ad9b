//! Which function or operator a call means, and what it yields, where that is certain.

use super::NameResolver;
use crate::catalog::absence::Absence;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::catalog::{Catalog, Rejection};
pub(super) use crate::server::postgres::functions::arg::ArgType;
use crate::server::postgres::functions::arg::{conversion_is_mutable, converts};
use crate::server::postgres::functions::choose::{CallChoice, Chosen, function, operator};
use crate::server::postgres::functions::common::{CommonType, common};
pub(super) use crate::server::postgres::functions::facts::CallKind;
use crate::server::postgres::functions::facts::{AskedVersion, CastContext, TypeId, Volatility};
use crate::server::postgres::functions::{
    KNOWN_EXTENSIONS, OWN_OPERATORS, is_of_extension, is_of_grammar, is_own,
};
use crate::server::{is_home_schema, on_server};
use crate::source::Span;
use crate::sql::change::DataType;
use crate::sql::change::tree::{CallTree, Term};

impl Catalog {
    /// A type as the server's tables know it; `Unknown` for one that they do not.
    pub(crate) fn arg_type(&self, data_type: &DataType) -> ArgType {
        let base = self.base(data_type);
        let plain = base.schema.as_deref().is_none_or(|it| it == "pg_catalog");
        if plain && self.type_of(&base).is_none() {
            let element = match base.name.as_str() {
                "bpchar" => TypeId::named("bpchar"),
                // One byte, with operators and functions of its own.
                "char" => None,
                name => TypeId::printed(name),
            };
            let found = element.and_then(|id| if base.array { id.array() } else { Some(id) });
            return found.map_or(ArgType::Unknown, ArgType::Own);
        }
        match self.type_of(&base) {
            Some(name) if self.enums.contains_key(&name) && !self.enums[&name].is_stub() => {
                let name = name.to_string();
                if base.array {
                    ArgType::Enums(name)
                } else {
                    ArgType::Enum(name)
                }
            }
            _ => ArgType::Unknown,
        }
    }

    pub(in crate::catalog) fn arg_of(&self, typed: &Typed) -> ArgType {
        match typed {
            Typed::Known(data_type) => self.arg_type(data_type),
            Typed::Untyped => ArgType::Untyped,
            Typed::Unknown | Typed::Absent => ArgType::Unknown,
        }
    }

    /// The type that the server's tables mean.
    pub(in crate::catalog) fn data_type_of(&self, arg: &ArgType) -> Typed {
        match arg {
            ArgType::Unknown => Typed::Unknown,
            ArgType::Untyped => Typed::Untyped,
            ArgType::Own(id) => {
                let printed = id.fact().printed;
                let (name, array) = match printed.strip_suffix("[]") {
                    Some(element) => (element, true),
                    None => (printed, false),
                };
                let name = if id.fact().name.ends_with("bpchar") {
                    "bpchar"
                } else {
                    name
                };
                Typed::Known(DataType {
                    array,
                    ..DataType::named(name)
                })
            }
            ArgType::Enum(name) | ArgType::Enums(name) => {
                let mut enums = self.enums.keys();
                let found = enums.find(|key| key.to_string() == *name);
                Typed::of(found.map(|key| DataType {
                    schema: Some(key.schema.clone()).filter(|schema| !is_home_schema(schema)),
                    array: matches!(arg, ArgType::Enums(_)),
                    ..DataType::named(key.name.clone())
                }))
            }
        }
    }

    pub(in crate::catalog) fn asked(&self) -> AskedVersion {
        AskedVersion {
            version: self.versions.postgres,
            said: self.versions.postgres_is_said,
        }
    }

    /// Whether nothing but what the server has by itself can be meant: an extension brings
    /// functions and operators of its own for the server's types.
    fn has_only_known_extensions(&self) -> bool {
        self.extensions
            .keys()
            .all(|name| KNOWN_EXTENSIONS.contains(&name.as_str()))
    }

    /// The type that several values share, or the two that share none.
    pub(super) fn common_type(&self, types: &[Typed]) -> Result<Typed, Box<[Typed; 2]>> {
        let args: Vec<ArgType> = types.iter().map(|one| self.arg_of(one)).collect();
        match common(&args) {
            CommonType::One(_) => Ok(self.common(types)),
            CommonType::Different(one, other) => {
                Err(Box::new([&one, &other].map(|arg| self.data_type_of(arg))))
            }
            CommonType::Unsure => Ok(Typed::Unknown),
        }
    }

    /// Whether it is certain that a value does not become one of another type in a context.
    pub(crate) fn never_becomes(
        &self,
        from: &DataType,
        to: &DataType,
        context: CastContext,
    ) -> bool {
        let (from, to) = (self.arg_type(from), self.arg_type(to));
        let known = |arg: &ArgType| !matches!(arg, ArgType::Unknown | ArgType::Untyped);
        known(&from) && known(&to) && !converts(&from, &to, context)
    }
}

impl NameResolver<'_> {
    pub(super) fn arg_type(&self, data_type: &DataType) -> ArgType {
        self.catalog.arg_type(data_type)
    }

    fn args_of(&self, types: &[Typed]) -> Vec<ArgType> {
        types.iter().map(|one| self.catalog.arg_of(one)).collect()
    }

    fn written(&self, args: &[ArgType]) -> String {
        let all: Vec<String> = args
            .iter()
            .map(|arg| match self.catalog.data_type_of(arg) {
                Typed::Known(data_type) => self.shown(&data_type),
                _ => "unknown".to_owned(),
            })
            .collect();
        all.join(", ")
    }

    /// Takes note of what does not give the same value at all times.
    fn note_mutable(&mut self, what: &str, volatility: Volatility) {
        let changes = matches!(volatility, Volatility::Stable | Volatility::Volatile);
        if changes && self.mutable.is_none() {
            self.mutable = Some(what.to_owned());
        }
    }

    /// Takes note of a function that gives another value each time. What PostgreSQL calls so, its
    /// own tables say.
    pub(super) fn note_call(&mut self, name: &str) {
        let dialect = self.catalog.dialect;
        if on_server!(dialect => names::changes_each_time(name)) {
            self.note_mutable(name, Volatility::Volatile);
        }
    }

    /// The function of the server's own that a call means. `None` where nobody knows.
    pub(super) fn own_call(
        &mut self,
        call: &CallTree,
        name: &str,
        types: &[Typed],
    ) -> Outcome<Option<Chosen>> {
        if !self.looks_at_types() || !call.plain {
            return Ok(None);
        }
        self.refuse_unknown_sequence(call, name)?;
        if self.catalog.find_function(&call.name).is_some() {
            return self.users_call(call, name, types).map(|()| None);
        }
        if name.contains('.') || !is_own(name) {
            return self.missing_function(call).map(|()| None);
        }
        if name == "nullif" && types.len() == 2 {
            let terms: Vec<&Term> = call.args.iter().collect();
            self.own_operator("=", &terms, types)?;
        }
        if is_of_grammar(name) {
            return Ok(None);
        }
        let args = self.args_of(types);
        let asked = self.catalog.asked();
        let choice = function(name, &args, asked);
        let span = self.call_span(call);
        let refusal = |code, message| Err(Rejection::new(code, span, message));
        match choice {
            CallChoice::One(chosen) => {
                self.note_mutable(name, chosen.volatility);
                self.refuse_kind(call, chosen.kind)?;
                self.refuse_sorted_apart(call)?;
                self.refuse_rows(call, chosen.set)?;
                self.refuse_texts(call.args.iter(), &chosen)?;
                Ok(Some(chosen))
            }
            CallChoice::Unsure => Ok(None),
            // `date(x)` is a cast, and so may be what else is called like a type; `t.f` and `f(t)`
            // are one.
            _ if types.len() == 1
                && (TypeId::named(name).is_some() || args == [ArgType::Unknown]) =>
            {
                Ok(None)
            }
            _ if asked.may_be_newer() || !self.catalog.has_only_known_extensions() => Ok(None),
            CallChoice::Nothing if GRAMMAR_CALLS.contains(&name) => Ok(None),
            CallChoice::Nothing => refusal(
                sqlstate::UNDEFINED_FUNCTION,
                format!("function `{name}({})` does not exist", self.written(&args)),
            ),
            CallChoice::Several => refusal(
                sqlstate::AMBIGUOUS_FUNCTION,
                format!("function `{name}({})` is not unique", self.written(&args)),
            ),
            CallChoice::Undetermined => refusal(
                sqlstate::DATATYPE_MISMATCH,
                format!("nothing says which type `{name}` is to work on"),
            ),
        }
    }

    /// Refuses a call that fits none of the user's functions of that name.
    fn users_call(&self, call: &CallTree, name: &str, types: &[Typed]) -> Outcome {
        let Some(site) = self.site else { return Ok(()) };
        let own = &call.name.name.value;
        let named = self.catalog.functions.iter();
        let mut named = named.filter(|(key, _)| self.catalog.same(&key.name, own));
        let (Some((_, overloads)), None) = (named.next(), named.next()) else {
            return Ok(());
        };
        let absent = self.catalog.absence(&call.name, site.migration);
        let whole = matches!(absent, Absence::Never | Absence::Gone(..));
        if self.variables || !whole || is_own(name) || self.catalog.find_type(&call.name).is_some()
        {
            return Ok(());
        }
        let args = self.args_of(types);
        if overloads.iter().any(|function| self.takes(function, &args)) {
            return Ok(());
        }
        let made = overloads.first().and_then(|function| function.origin.made);
        let message = format!("function `{own}({})` does not exist", self.written(&args));
        let code = sqlstate::UNDEFINED_FUNCTION;
        Err(Rejection::new(code, self.call_span(call), message)
            .because(made, "one of that name is made here"))
    }

    /// Whether a function takes these arguments, as far as that can be known.
    fn takes(&self, function: &crate::catalog::Function, args: &[ArgType]) -> bool {
        let params = &function.arguments;
        let least = params.len().saturating_sub(function.defaults);
        let variadic = params.last().is_some_and(|last| last.array);
        if function.returns.is_none() || variadic {
            return true;
        }
        let counted = (least..=params.len()).contains(&args.len());
        let mut pairs = params.iter().zip(args);
        counted
            && pairs.all(|(param, arg)| match self.arg_type(param) {
                ArgType::Own(id) => arg.becomes(id),
                _ => true,
            })
    }

    fn call_span(&self, call: &CallTree) -> Span {
        self.span_or_own(call.name.span())
    }

    /// Refuses a function that nobody made.
    fn missing_function(&self, call: &CallTree) -> Outcome {
        let Some(site) = self.site else { return Ok(()) };
        let name = &call.name.name.value;
        let is_type = {
            TypeId::named(name).is_some()
                || self.catalog.find_type(&call.name).is_some()
                || is_own(&name.to_lowercase())
        };
        let whole = matches!(
            self.catalog.absence(&call.name, site.migration),
            Absence::Never
        );
        if self.variables || !whole || !self.catalog.extensions.is_empty() || is_type {
            return Ok(());
        }
        let lower = name.to_lowercase();
        if call.name.schema.is_some() || is_of_extension(&lower) || is_of_grammar(&lower) {
            return Ok(());
        }
        let message = format!("function `{name}` does not exist");
        let code = sqlstate::UNDEFINED_FUNCTION;
        Err(Rejection::new(code, self.call_span(call), message))
    }

    /// What a choice yields.
    pub(super) fn yielded(&self, chosen: &Chosen) -> Typed {
        self.catalog.data_type_of(&chosen.result)
    }

    /// An operator between values; `None` where nobody knows what it yields.
    pub(super) fn own_operator(
        &mut self,
        op: &str,
        terms: &[&Term],
        types: &[Typed],
    ) -> Outcome<Option<Typed>> {
        if !self.looks_at_types() {
            return Ok(None);
        }
        let args = self.args_of(types);
        let whole_numbers = TypeId::named("_int4").map(ArgType::Own);
        let arrays = args.iter().any(|arg| Some(arg) == whole_numbers.as_ref());
        let what = match operator(op, &args, self.catalog.asked()) {
            CallChoice::One(chosen) => {
                self.note_mutable(op, chosen.volatility);
                self.refuse_texts(terms.iter().copied(), &chosen)?;
                return Ok(Some(self.yielded(&chosen)));
            }
            CallChoice::Nothing => "there is no operator",
            CallChoice::Several => "it cannot be known which operator is meant by",
            CallChoice::Undetermined | CallChoice::Unsure => return Ok(None),
        };
        // Extensions make some for arrays of numbers, and `%` for texts. What has a side of which
        // nothing is known may be one of a type of theirs.
        let of_arrays = arrays && matches!(op, "+" | "-" | "|" | "&" | "#");
        let of_texts = op == "%" && args.iter().any(ArgType::is_text);
        let own = OWN_OPERATORS.contains(&op) && !of_arrays && !of_texts;
        if !own || args.contains(&ArgType::Unknown) {
            return Ok(None);
        }
        let shown: Vec<String> = args
            .iter()
            .map(|arg| self.written(std::slice::from_ref(arg)))
            .collect();
        let message = match shown.as_slice() {
            [one, other] => format!("{what} `{one} {op} {other}`"),
            _ => format!("{what} `{op} {}`", shown.join(" ")),
        };
        let span = terms.iter().filter_map(|term| term.span()).reduce(Span::to);
        let code = if what == "there is no operator" {
            sqlstate::UNDEFINED_FUNCTION
        } else {
            sqlstate::AMBIGUOUS_FUNCTION
        };
        Err(Rejection::new(code, span.unwrap_or(self.span), message))
    }

    /// Refuses a string that is no value of the type that its place asks for.
    fn refuse_texts<'t>(&self, terms: impl Iterator<Item = &'t Term>, chosen: &Chosen) -> Outcome {
        for (term, param) in terms.zip(&chosen.params) {
            if let Term::Text(text, span) = term
                && let Typed::Known(wanted) = self.catalog.data_type_of(&ArgType::Own(*param))
            {
                self.catalog.refuse_text(text, &wanted, *span)?;
            }
        }
        Ok(())
    }

    /// Takes note of a conversion that depends on settings.
    pub(super) fn note_conversion(&mut self, from: &Typed, to: &DataType) {
        if let Typed::Known(from) = from
            && self.catalog.dialect.expressions_have_types()
        {
            let (one, other) = (self.arg_type(from), self.arg_type(to));
            let known = !matches!(one, ArgType::Unknown) && !matches!(other, ArgType::Unknown);
            if known && conversion_is_mutable(&one, &other) {
                let what = format!("a cast to `{}`", self.shown(to));
                self.note_mutable(&what, Volatility::Stable);
            }
        }
    }

    /// A value of the server's own.
    pub(super) fn word(&mut self, word: &str) -> Typed {
        if !self.catalog.dialect.expressions_have_types() {
            self.note_mutable(word, Volatility::Volatile);
            return Typed::Unknown;
        }
        self.note_mutable(word, Volatility::Stable);
        Typed::of(self.catalog.result(word, &[]))
    }

    /// Refuses values that certainly have no type in common.
    pub(super) fn shared<'t>(
        &mut self,
        word: &str,
        terms: impl IntoIterator<Item = &'t Term> + Clone,
        types: &[Typed],
    ) -> Outcome<Typed> {
        if !self.looks_at_types() {
            return Ok(self.catalog.common(types));
        }
        match self.catalog.common_type(types) {
            Ok(Typed::Known(known)) => {
                for term in terms {
                    if let Term::Text(text, span) = term {
                        self.catalog.refuse_text(text, &known, *span)?;
                    }
                }
                Ok(Typed::Known(known))
            }
            // Strings alone are text.
            Ok(Typed::Untyped) => Ok(Typed::Known(DataType::named("text"))),
            Ok(typed) => Ok(typed),
            Err(two) => {
                let [one, other] = &*two;
                let span = terms.into_iter().filter_map(Term::span).reduce(Span::to);
                Err(self.no_common(word, one, other, span))
            }
        }
    }

    pub(super) fn no_common(
        &self,
        word: &str,
        one: &Typed,
        other: &Typed,
        span: Option<Span>,
    ) -> Rejection {
        let print = |typed: &Typed| {
            let known = typed.known();
            known.map_or_else(|| "unknown".to_owned(), |known| self.shown(known))
        };
        let message = format!(
            "`{word}` cannot make one type of `{}` and `{}`",
            print(one),
            print(other)
        );
        let code = sqlstate::DATATYPE_MISMATCH;
        Rejection::new(code, span.unwrap_or(self.span), message)
    }
}

/// Names that the grammar gives arguments of its own.
const GRAMMAR_CALLS: [&str; 8] = [
    "collation",
    "extract",
    "normalize",
    "overlay",
    "position",
    "substring",
    "treat",
    "trim",
];
