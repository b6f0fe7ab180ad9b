//! Functions, procedures and aggregates: their heads; bodies stay text.

use sqlparser::tokenizer::Token;

use super::{Cursor, drop_mode};
use crate::sql::block::ReadRoutine;
use crate::sql::change::{
    Change, ChangeKind, DataType, Expr, ExprKind, FunctionKind, Parameter, ParameterMode, Signature,
};
use crate::sql::lower::{fault_of, with_literals};

const KINDS: &[&str] = &["FUNCTION", "PROCEDURE", "AGGREGATE", "ROUTINE", "EVENT"];

fn kind_of(word: &str) -> FunctionKind {
    match word {
        "PROCEDURE" => FunctionKind::Procedure,
        "AGGREGATE" => FunctionKind::Aggregate,
        "ROUTINE" => FunctionKind::Routine,
        _ => FunctionKind::Function,
    }
}

/// The parameters of `(a integer, OUT b text, VARIADIC c text[] = '{}')`.
fn parameters(group: Cursor) -> Option<Vec<Parameter>> {
    let mut parameters = Vec::new();
    if group.done() || group.rest().len() == 1 && group.peek() == Some(&Token::Mul) {
        return Some(parameters);
    }
    for mut argument in group.split_commas() {
        // `ORDER BY` splits the direct from the aggregated arguments of an ordered-set aggregate.
        argument.take("ORDER BY");
        let mut mode = argument.take_any(MODES);
        let declared = default_cut(argument);
        let has_default = declared.rest().len() < argument.rest().len();
        let mut typed = declared;
        let mut name = None;
        let data_type = typed.data_type(&[]).or_else(|| {
            let mut typed = declared;
            name = Some(typed.ident()?);
            // A mode may stand after the name: `a OUT integer`.
            mode = mode.or(typed.take_any(MODES));
            let rest = typed;
            typed.data_type(&[]).or_else(|| named(rest))
        });
        parameters.push(Parameter {
            name,
            mode: match mode {
                Some("OUT") => ParameterMode::Out,
                Some("INOUT" | "IN OUT") => ParameterMode::InOut,
                Some("VARIADIC") => ParameterMode::Variadic,
                _ => ParameterMode::In,
            },
            data_type: data_type.or_else(|| named(declared))?,
            has_default,
        });
    }
    Some(parameters)
}

const MODES: &[&str] = &["INOUT", "IN OUT", "IN", "OUT", "VARIADIC"];

/// The input arguments' types.
pub(crate) fn arguments(group: Cursor) -> Option<Vec<DataType>> {
    let signature = Signature {
        parameters: parameters(group)?,
        ..Signature::default()
    };
    Some(types(&signature))
}

fn types(signature: &Signature) -> Vec<DataType> {
    let inputs = signature.inputs();
    inputs
        .map(|parameter| parameter.data_type.clone())
        .collect()
}

/// The argument without its default.
fn default_cut(argument: Cursor) -> Cursor {
    let mut at = argument;
    let declared = at.until(&["DEFAULT"]);
    let cut = declared
        .rest()
        .iter()
        .position(|token| matches!(token.token, Token::Eq | Token::Assignment));
    match cut {
        Some(cut) => declared.over(&declared.rest()[..cut]),
        None => declared,
    }
}

/// A type that sqlparser cannot read, such as `t.c%TYPE`, by its text.
fn named(at: Cursor) -> Option<DataType> {
    let text = at.text();
    (!at.done()).then(|| {
        DataType::parse(text, at.cx.dialect).unwrap_or_else(|| DataType::named(text.to_lowercase()))
    })
}

/// What may follow a result type.
const CLAUSES: &[&str] = &[
    "LANGUAGE",
    "AS",
    "IMMUTABLE",
    "STABLE",
    "VOLATILE",
    "STRICT",
    "CALLED",
    "RETURNS NULL",
    "SECURITY",
    "EXTERNAL",
    "PARALLEL",
    "COST",
    "ROWS",
    "SUPPORT",
    "SET",
    "WINDOW",
    "TRANSFORM",
    "LEAKPROOF",
    "NOT LEAKPROOF",
    "BEGIN",
    "RETURN",
    "DETERMINISTIC",
    "NOT DETERMINISTIC",
    "READS SQL",
    "MODIFIES SQL",
    "CONTAINS SQL",
    "NO SQL",
    "SQL SECURITY",
    "COMMENT",
];

/// `at` stands after `CREATE [OR REPLACE]`.
pub(crate) fn create(mut at: Cursor, or_replace: bool) -> Option<Vec<Change>> {
    if at.take("DEFINER") {
        at.until(KINDS);
    }
    let word = at.take_any(KINDS)?;
    at.take("IF NOT EXISTS");
    let name = at.name()?;
    if word == "EVENT" {
        return Some(at.whole(ChangeKind::Inert("CREATE EVENT".to_owned())));
    }
    let mut signature = Signature {
        parameters: parameters(at.group()?)?,
        returns_set: false,
        is_volatile: true,
        is_set_apart: false,
    };
    let arguments = types(&signature);
    let mut returns = None;
    if at.take("RETURNS") {
        returns = if at.take("TABLE") {
            let columns = parameters(at.group()?).unwrap_or_default();
            signature.returns_set = true;
            signature
                .parameters
                .extend(columns.into_iter().map(|column| Parameter {
                    mode: ParameterMode::Out,
                    ..column
                }));
            Some(DataType::named("record"))
        } else {
            signature.returns_set = at.take("SETOF");
            let mut written = at.until(CLAUSES);
            let text = written;
            written.data_type(&[]).or_else(|| named(text))
        };
    }
    let clauses = clauses(at);
    signature.is_volatile = clauses.is_volatile;
    signature.is_set_apart = clauses.is_set_apart;
    let language = clauses.language.unwrap_or_else(|| "sql".to_owned());
    let body = clauses
        .body
        .map(|body| with_literals(body, &language, at.cx));
    let kind = kind_of(word);
    let routine = ReadRoutine::of(&name, &signature, returns.as_ref(), kind);
    let fault = fault_of(body.as_ref(), &language, &routine, at.cx);
    Some(at.whole(ChangeKind::CreateFunction {
        name,
        arguments,
        signature,
        returns,
        language,
        body,
        or_replace,
        kind,
        fault,
    }))
}

/// What follows the result type of a routine, in any order.
struct RoutineClauses {
    language: Option<String>,
    is_volatile: bool,
    is_set_apart: bool,
    body: Option<Expr>,
}

fn clauses(mut at: Cursor) -> RoutineClauses {
    let mut found = RoutineClauses {
        language: None,
        is_volatile: true,
        is_set_apart: false,
        body: None,
    };
    while !at.done() {
        if at.take("LANGUAGE") {
            found.language = at.ident().map(|name| name.value.to_lowercase());
        } else if at.take_any(&["IMMUTABLE", "STABLE"]).is_some() {
            found.is_volatile = false;
        } else if at.take_any(&["SECURITY DEFINER", "SET"]).is_some() {
            found.is_set_apart = true;
        } else if at.take("AS") {
            let start = at;
            if let Some(value) = at.string() {
                let span = at.span_of(at.since(start));
                found.body = Some(Expr {
                    span,
                    sql: value.clone(),
                    kind: ExprKind::String(value),
                    ..Expr::default()
                });
            }
        } else if at.sees("BEGIN") || at.sees("RETURN") {
            let whole = Expr {
                span: at.span(),
                sql: at.text().to_owned(),
                ..Expr::default()
            };
            found.body = Some(crate::sql::block::with_atomic(at.cx, whole));
            break;
        } else {
            at.next();
        }
    }
    found
}

/// `at` stands after `DROP`.
pub(crate) fn drop(mut at: Cursor) -> Option<Vec<Change>> {
    let word = at.take_any(KINDS)?;
    if word == "EVENT" {
        return Some(at.whole(ChangeKind::Inert("DROP EVENT".to_owned())));
    }
    let if_exists = at.if_exists();
    let mut names = Vec::new();
    loop {
        let name = at.name()?;
        let list = match at.group() {
            Some(group) => Some(arguments(group)?),
            None => None,
        };
        names.push((name, list));
        if !at.symbol(&Token::Comma) {
            break;
        }
    }
    let mode = drop_mode(&mut at, if_exists);
    at.finish(ChangeKind::DropFunction {
        names,
        kind: kind_of(word),
        mode,
    })
}

/// `at` stands after `ALTER FUNCTION` or a relative.
pub(crate) fn alter(mut at: Cursor) -> Option<Vec<Change>> {
    if !at.cx.dialect.routines_have_signatures() {
        return Some(at.whole(ChangeKind::Inert("ALTER FUNCTION".to_owned())));
    }
    let name = at.name()?;
    let arguments = match at.group() {
        Some(group) => Some(arguments(group)?),
        None => None,
    };
    if at.take("RENAME TO") {
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameFunction {
            name,
            arguments,
            to,
        });
    }
    if at.take("SET SCHEMA") {
        let schema = at.ident()?;
        return at.finish(ChangeKind::SetFunctionSchema {
            name,
            arguments,
            schema,
        });
    }
    Some(at.whole(ChangeKind::Inert("ALTER FUNCTION".to_owned())))
}
