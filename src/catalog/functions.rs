//! Functions, procedures and aggregates, by name and argument types.

mod body;
mod overloads;
mod parameters;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::absence::Absence;
use super::apply::{Apply, Outcome};
use super::depend::Droppable;
use super::later::MadeKind;
use super::model::FunctionResult;
use super::rejection::sqlstate;
use super::{Catalog, Function, Mention, QName, Rejection, Site, Table};
use crate::server::postgres::functions::inline::inlined;
use crate::server::postgres::functions::is_own as is_own_function;
use crate::sql::change::{
    ChangeKind, DataType, DropMode, FunctionKind, Ident, ObjectName, Signature,
};

/// A hash of a text, to see that it changed.
pub(crate) fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether a body has words that change a schema, or runs text that may.
fn may_change_schema(body: &str) -> bool {
    const MAKES: [&str; 2] = ["create", "execute"];
    words(body)
        .any(|word| MAKES.iter().any(|makes| word.eq_ignore_ascii_case(makes)) || takes_away(word))
}

/// Whether a body makes what later statements may name.
fn makes(body: &str) -> bool {
    let words: Vec<String> = words(body)
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let between = [
        "or",
        "replace",
        "temp",
        "temporary",
        "unlogged",
        "materialized",
        "foreign",
    ];
    words.iter().enumerate().any(|(at, word)| {
        let mut object = words[at + 1..].iter();
        word == "create"
            && object
                .find(|word| !between.contains(&word.as_str()))
                .is_some_and(|made| {
                    matches!(
                        made.as_str(),
                        "table" | "type" | "view" | "schema" | "domain"
                    )
                })
    })
}

/// The words of a body, each once, up to some hundred.
fn names(body: &str) -> Vec<String> {
    const MOST: usize = 512;
    let distinct: std::collections::BTreeSet<&str> = words(body).collect();
    distinct.into_iter().take(MOST).map(str::to_owned).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
}

/// Whether a word changes or drops what is there.
pub(crate) fn takes_away(word: &str) -> bool {
    ["alter", "drop", "rename"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

impl Catalog {
    /// The refusal of a function that is not there and that a later statement makes.
    pub(crate) fn function_made_later(&self, name: &ObjectName, site: Site) -> Option<Rejection> {
        let there = self.find_function(name).is_some();
        if there || !self.dialect.routines_have_signatures() {
            return None;
        }
        if is_own_function(&name.name.value.to_lowercase()) {
            return None;
        }
        let making = self.made_later(MadeKind::Function, name, site, || {
            matches!(self.absence(name, site.migration), Absence::Never)
                && self.extensions.keys().all(|name| brings_no_function(name))
        })?;
        let message = format!("function `{name}` does not exist");
        Some(Rejection::new(sqlstate::UNDEFINED_FUNCTION, name.span(), message).before(making))
    }
}

/// Whether an extension of PostgreSQL's has no function that somebody would also make by hand.
fn brings_no_function(extension: &str) -> bool {
    matches!(
        extension,
        "pgcrypto" | "citext" | "plpgsql" | "btree_gist" | "btree_gin"
    )
}

/// `CREATE OR REPLACE` may give a function another body and more defaults, and nothing else.
fn refuse_replacement(old: &Function, new: &Function, name: &ObjectName) -> Outcome {
    let refusal = |what: String| {
        let message = format!("function `{name}` cannot be replaced: {what}");
        let code = sqlstate::INVALID_FUNCTION_DEFINITION;
        Err(Rejection::new(code, name.span(), message)
            .because(old.origin.changed, "the function was last made here"))
    };
    if differ(&old.result, &new.result) {
        return refusal("its result would be of another type".to_owned());
    }
    let mut names = old.argument_names.iter().zip(&new.argument_names);
    if let Some((old, new)) = names.find(|(old, new)| !old.is_empty() && old != new) {
        return refusal(format!("its parameter `{old}` would be called `{new}`"));
    }
    if new.defaults < old.defaults {
        return refusal("a parameter would lose its default".to_owned());
    }
    Ok(())
}

/// Whether two results certainly are not of one type.
fn differ(old: &FunctionResult, new: &FunctionResult) -> bool {
    use FunctionResult::{Row, Unknown, Value};
    match (old, new) {
        (Unknown, _) | (_, Unknown) => false,
        (
            Value { set, data_type },
            Value {
                set: also,
                data_type: other,
            },
        ) => set != also || other_type(data_type, other),
        (
            Row { set, columns },
            Row {
                set: also,
                columns: others,
            },
        ) => {
            let pairs = columns.iter().zip(others);
            set != also
                || columns.len() != others.len()
                || pairs
                    .into_iter()
                    .any(|((name, one), (twin, other))| name != twin || other_type(one, other))
        }
        (Value { .. }, Row { .. }) | (Row { .. }, Value { .. }) => true,
    }
}

/// Whether two types certainly are two. A copied type (`t.a%TYPE`) is not known, and a schema may
/// be left out.
fn other_type(one: &DataType, other: &DataType) -> bool {
    let sure = |data_type: &DataType| {
        !data_type.name.contains(['%', '.', '"', ' ']) || PHRASES.contains(&data_type.name.as_str())
    };
    let two_schemas = one.schema.is_some() && other.schema.is_some() && one.schema != other.schema;
    sure(one) && sure(other) && (one.name != other.name || one.array != other.array || two_schemas)
}

/// Types whose names are more than one word.
const PHRASES: [&str; 7] = [
    "bit varying",
    "character varying",
    "double precision",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
];

impl Apply<'_> {
    /// What a function yields, in types that can be compared.
    fn result_of(
        &self,
        signature: &Signature,
        returns: Option<&DataType>,
        kind: FunctionKind,
    ) -> FunctionResult {
        let settle = |data_type: &DataType| self.signature(std::slice::from_ref(data_type)).pop();
        let set = signature.returns_set;
        if kind != FunctionKind::Function {
            return FunctionResult::Unknown;
        }
        let mut columns = Vec::new();
        for output in signature.outputs() {
            let Some(data_type) = settle(&output.data_type) else {
                return FunctionResult::Unknown;
            };
            let name = output.name.as_ref().map_or("", |name| &name.value);
            columns.push((name.to_owned(), data_type));
        }
        match (columns.len(), returns.and_then(settle)) {
            (0, None) => FunctionResult::Unknown,
            (0, Some(data_type)) => FunctionResult::Value { set, data_type },
            (1, _) => FunctionResult::Value {
                set,
                data_type: columns.remove(0).1,
            },
            _ => FunctionResult::Row { set, columns },
        }
    }

    /// Argument types as a function is found by: without lengths and precisions.
    pub(super) fn signature(&self, arguments: &[DataType]) -> Vec<DataType> {
        arguments
            .iter()
            .map(|data_type| {
                let settled = self.settle_type(data_type, crate::source::Span::default());
                DataType {
                    args: Vec::new(),
                    ..settled.unwrap_or_else(|_| data_type.clone())
                }
            })
            .collect()
    }

    pub(crate) fn create_function(&mut self, kind: &ChangeKind) -> Outcome {
        let ChangeKind::CreateFunction {
            name,
            arguments,
            signature,
            returns,
            language,
            body,
            or_replace,
            kind: routine,
            fault,
        } = kind
        else {
            return Ok(());
        };
        let qname = self.place(name)?;
        self.refuse_parameters(signature)?;
        let value = returns
            .as_ref()
            .filter(|_| *routine == FunctionKind::Function);
        let value = value.filter(|_| signature.outputs().next().is_none());
        if matches!(language.as_str(), "sql" | "plpgsql") {
            self.refuse_results(returns.as_ref(), signature, name)?;
        }
        if let Some(fault) = fault.as_deref().filter(|_| self.checks_bodies()) {
            return Err(Rejection::of_body(fault));
        }
        self.resolve_body(body.as_ref(), language, signature, value, name)?;
        let arguments = self.signature(arguments);
        let text = body.as_ref().map_or("", |body| body.sql.as_str());
        let changes_schema = may_change_schema(text);
        let mut made = Function {
            name: qname.clone(),
            returns: returns.as_ref().map(|returns| {
                self.settle_type(returns, name.span())
                    .unwrap_or_else(|_| returns.clone())
            }),
            argument_names: signature
                .inputs()
                .map(|one| one.name.as_ref().map_or("", |name| &name.value).to_owned())
                .collect(),
            defaults: signature.inputs().filter(|one| one.has_default).count(),
            result: self.result_of(signature, returns.as_ref(), *routine),
            is_volatile: signature.is_volatile,
            inlined: body
                .as_ref()
                .filter(|_| language == "sql" && !signature.is_set_apart)
                .and_then(inlined),
            kind: *routine,
            language: language.clone(),
            digest: digest(text),
            changes_schema,
            takes_away: words(text).any(takes_away),
            makes: makes(text),
            words: if changes_schema {
                names(text).into()
            } else {
                Arc::default()
            },
            written: Some(self.site),
            origin: self.origin(),
            arguments,
        };
        let overloads = self.catalog.functions.get_or_default(&qname);
        match overloads
            .iter_mut()
            .find(|other| other.arguments == made.arguments)
        {
            Some(old) if *or_replace => {
                refuse_replacement(old, &made, name)?;
                made.origin.made = old.origin.made;
                *old = Arc::new(made);
            }
            Some(old) => {
                let message = format!("function `{name}` with these arguments already exists");
                return Err(
                    Rejection::new(sqlstate::DUPLICATE_FUNCTION, name.span(), message)
                        .because(old.origin.made, "made here"),
                );
            }
            None => overloads.push(Arc::new(made)),
        }
        Ok(())
    }

    /// Refuses a function that is made only later.
    pub(crate) fn refuse_function_made_later(&self, name: &ObjectName) -> Outcome {
        match self.catalog.function_made_later(name, self.site) {
            Some(rejection) => Err(rejection),
            None => Ok(()),
        }
    }

    /// Refuses a function that several may be meant by.
    pub(crate) fn need_one_function(&self, name: &ObjectName) -> Outcome {
        self.overload_of(name, None).map(|_| ())
    }

    pub(crate) fn drop_functions(
        &mut self,
        names: &[(ObjectName, Option<Vec<DataType>>)],
        _kind: FunctionKind,
        mode: DropMode,
    ) -> Outcome {
        let mut targets = Vec::new();
        for (name, arguments) in names {
            match self.overload_of(name, arguments.as_deref()) {
                Ok(found) => targets
                    .extend(found.map(|(name, arguments)| Droppable::Function(name, arguments))),
                Err(rejection)
                    if mode.if_exists && rejection.code == sqlstate::UNDEFINED_FUNCTION => {}
                Err(rejection) => return Err(rejection),
            }
        }
        let span = names
            .iter()
            .map(|(name, _)| name.span())
            .reduce(crate::source::Span::to)
            .unwrap_or_default();
        if targets.is_empty() {
            return Ok(());
        }
        let dropped: Vec<QName> = targets
            .iter()
            .filter_map(|target| {
                if let Droppable::Function(name, _) = target {
                    Some(name.clone())
                } else {
                    None
                }
            })
            .collect();
        self.drop_objects(&targets, mode.cascade, span)?;
        for name in dropped
            .into_iter()
            .filter(|name| !self.catalog.functions.contains_key(name))
            .collect::<Vec<_>>()
        {
            self.gone(name, None, "dropped here");
        }
        Ok(())
    }

    pub(crate) fn rename_function(
        &mut self,
        name: &ObjectName,
        arguments: Option<&[DataType]>,
        to: &Ident,
    ) -> Outcome {
        let Some((old, arguments)) = self.overload_of(name, arguments)? else {
            return Ok(());
        };
        let new = QName::new(old.schema.clone(), self.catalog.keep(&to.value));
        self.move_function(&old, &arguments, &new);
        Ok(())
    }

    pub(crate) fn set_function_schema(
        &mut self,
        name: &ObjectName,
        arguments: Option<&[DataType]>,
        schema: &Ident,
    ) -> Outcome {
        let Some((old, arguments)) = self.overload_of(name, arguments)? else {
            return Ok(());
        };
        self.need_schema(schema)?;
        let new = QName::new(schema.value.clone(), old.name.clone());
        self.move_function(&old, &arguments, &new);
        Ok(())
    }

    /// Gives one overload another name or schema; triggers that call it follow.
    pub(crate) fn move_function(&mut self, from: &QName, arguments: &[DataType], to: &QName) {
        let Some(overloads) = self.catalog.functions.get_mut(from) else {
            return;
        };
        let Some(at) = overloads
            .iter()
            .position(|function| function.arguments == arguments)
        else {
            return;
        };
        let mut moved = overloads.remove(at);
        if overloads.is_empty() {
            self.catalog.functions.remove(from);
        }
        let function = Arc::make_mut(&mut moved);
        function.name = to.clone();
        function.origin.changed = Some(self.site);
        self.catalog.functions.get_or_default(to).push(moved);
        if arguments.is_empty() {
            self.each_table(
                Mention::Function(&from.name),
                |table| is_run_by(from, table),
                |table| {
                    let calls = table
                        .triggers
                        .iter_mut()
                        .filter_map(|trigger| trigger.function.as_mut());
                    calls
                        .filter(|function| *function == from)
                        .for_each(|function| *function = to.clone());
                },
            );
        }
    }
}

/// Whether a trigger of the table runs the function.
fn is_run_by(function: &QName, table: &Table) -> bool {
    table
        .triggers
        .iter()
        .any(|trigger| trigger.function.as_ref() == Some(function))
}
