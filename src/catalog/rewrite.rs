//! Renames inside expressions.
//!
//! A server stores expressions as trees that point at columns, types and labels, so that a rename
//! shows in them at once. Here they are texts in canonical spelling, and a rename rewrites the
//! words that mean the object.

use super::{CheckConstraint, Column, DefaultValue, Generation, Index, QName, Table};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::Dialect;
use crate::sql::change::{DataType, Expr, ExprKind, Ident, LiteralTarget};
use crate::sql::limit::clip;
use crate::sql::quote::quote;

/// A column that is called otherwise now.
#[derive(Clone, Debug)]
pub(crate) struct ColumnRename {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// What a word of an expression means, from its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Column,
    Type,
    Function,
    Literal,
}

/// Rewrites words: `change` gets the meaning, the schema before it (if any) and the word, and gives
/// what to write instead.
fn rewrite(sql: &str, change: impl Fn(Meaning, Option<&str>, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    let mut qualifier: Option<String> = None;
    let mut cast = false;
    while let Some(first) = rest.chars().next() {
        let length = word_length(rest, first);
        let (word, after) = rest.split_at(length);
        rest = after;
        match first {
            '\'' => {
                let value = word[1..].trim_end_matches('\'').replace("''", "'");
                out.push_str(&change(Meaning::Literal, None, &value).map_or_else(
                    || word.to_owned(),
                    |new| format!("'{}'", new.replace('\'', "''")),
                ));
                (qualifier, cast) = (None, false);
            }
            _ if matches!(first, '"' | '`' | '_') || first.is_alphabetic() => {
                let value = match first {
                    '"' | '`' => word
                        .trim_matches(first)
                        .replace(&format!("{first}{first}"), &first.to_string()),
                    _ => word.to_owned(),
                };
                let next = after.chars().next();
                if next == Some('.') {
                    qualifier = Some(value);
                    out.push_str(word);
                    continue;
                }
                let meaning = match next {
                    _ if cast => Meaning::Type,
                    Some('(') => Meaning::Function,
                    _ => Meaning::Column,
                };
                match change(meaning, qualifier.as_deref(), &value) {
                    Some(new) => out.push_str(&new),
                    None => out.push_str(word),
                }
                (qualifier, cast) = (None, false);
            }
            '.' => out.push('.'),
            _ => {
                out.push_str(word);
                (qualifier, cast) = (None, word == "::");
            }
        }
    }
    out
}

/// An expression without the name of its own table before the columns, which a table of another
/// name could not take.
pub(crate) fn without_table(sql: &str, table: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (word, after) = rest.split_at(word_length(rest, first));
        let name = if matches!(first, '"' | '`') {
            word.trim_matches(first)
        } else {
            word
        };
        let qualifies = first != '\'' && name.eq_ignore_ascii_case(table) && !out.ends_with('.');
        if let Some(column) = after.strip_prefix('.').filter(|_| qualifies) {
            rest = column;
        } else {
            out.push_str(word);
            rest = after;
        }
    }
    out
}

/// Rewrites string constants that are cast: `change` gets the value and the type's name.
pub(crate) fn rewrite_typed(sql: &str, change: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (word, after) = rest.split_at(word_length(rest, first));
        rest = after;
        let cast = (first == '\'').then(|| after.strip_prefix("::")).flatten();
        let new = cast.and_then(|cast| {
            let end = cast
                .find(|next: char| !(next.is_ascii_alphanumeric() || matches!(next, '_' | ' ')))
                .unwrap_or(cast.len());
            let name = cast[..end].trim_end();
            let value = word[1..].trim_end_matches('\'').replace("''", "'");
            change(&value, name)
        });
        match new {
            Some(new) => out.extend(["'", &new.replace('\'', "''"), "'"]),
            None => out.push_str(word),
        }
    }
    out
}

/// Bytes of the word, string or sign at the start.
fn word_length(text: &str, first: char) -> usize {
    match first {
        '\'' | '"' | '`' => {
            let mut from = 1;
            while let Some(at) = text[from..].find(first) {
                let end = from + at + 1;
                if !text[end..].starts_with(first) {
                    return end;
                }
                from = end + 1;
            }
            text.len()
        }
        _ if first == '_' || first.is_alphabetic() => text
            .find(|next: char| !(next.is_alphanumeric() || next == '_' || next == '$'))
            .unwrap_or(text.len()),
        ':' if text.starts_with("::") => 2,
        _ => first.len_utf8(),
    }
}

/// A column of the expression's table has a new name. Case counts on PostgreSQL only.
pub(crate) fn rename_column(expr: &mut Expr, from: &str, to: &str, dialect: Dialect) {
    let same =
        |name: &str| name == from || (!dialect.folds_case() && name.eq_ignore_ascii_case(from));
    if !expr.columns.iter().any(|column| same(&column.value)) {
        return;
    }
    let new = match quote(to) {
        name if dialect.name_quote() == '`' && name != to => format!("`{}`", to.replace('`', "``")),
        name => name.into_owned(),
    };
    expr.sql = rewrite(&expr.sql, |meaning, _, word| {
        (meaning == Meaning::Column && same(word)).then(|| new.clone())
    });
    let rename = |column: &mut Ident| {
        if same(&column.value) {
            to.clone_into(&mut column.value);
        }
    };
    expr.columns.iter_mut().for_each(rename);
    expr.proves_not_null.iter_mut().for_each(rename);
    for literal in &mut expr.literals {
        if let LiteralTarget::Column(_, column) = &mut literal.target {
            rename(column);
        }
    }
    if let ExprKind::Column(column) = &mut expr.kind {
        rename(column);
    }
}

/// What reads as a column of this name is a text.
pub(crate) fn column_as_text(expr: &mut Expr, name: &str) {
    expr.sql = rewrite(&expr.sql, |meaning, _, word| {
        (meaning == Meaning::Column && word == name)
            .then(|| format!("'{}'", name.replace('\'', "''")))
    });
    expr.columns.retain(|column| column.value != name);
}

/// An enum label has a new name. Only call this for expressions that compare with that enum.
pub(crate) fn rename_label(expr: &mut Expr, from: &str, to: &str) {
    expr.sql = rewrite(&expr.sql, |meaning, _, word| {
        (meaning == Meaning::Literal && word == from).then(|| to.to_owned())
    });
    for literal in expr
        .literals
        .iter_mut()
        .filter(|literal| literal.value == from)
    {
        to.clone_into(&mut literal.value);
    }
    if let ExprKind::String(value) = &mut expr.kind
        && value == from
    {
        to.clone_into(value);
    }
}

/// A text constant that names a sequence follows it.
pub(crate) fn rename_sequence(expr: &mut Expr, from: &QName, to: &QName) {
    let new = sequence_text(to);
    let names_it = |text: &str| sequence_name(text).is_some_and(|name| is_same(&name, from));
    expr.sql = rewrite(&expr.sql, |meaning, _, word| {
        (meaning == Meaning::Literal && names_it(word)).then(|| new.clone())
    });
    for literal in expr
        .literals
        .iter_mut()
        .filter(|literal| names_it(&literal.value))
    {
        literal.value.clone_from(&new);
    }
}

fn is_same(written: &QName, name: &QName) -> bool {
    written.name == name.name
        && (written.schema == name.schema || (written.schema.is_empty() && name.is_at_home()))
}

/// How a `regclass` constant prints.
pub(crate) fn sequence_text(name: &QName) -> String {
    match name.other_schema() {
        None => quote(&name.name).into_owned(),
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
    }
}

/// The relation that a `regclass` constant names; the schema is empty where none is written.
pub(crate) fn sequence_name(text: &str) -> Option<QName> {
    let kept = |name: &str| clip(name, POSTGRES_BYTES).to_owned();
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let (word, after) = rest.split_at(word_length(rest, first));
        match first {
            '.' => {}
            '"' => parts.push(kept(&word.trim_matches('"').replace("\"\"", "\""))),
            _ if first == '_' || first.is_alphabetic() => parts.push(kept(&word.to_lowercase())),
            _ => return None,
        }
        rest = after;
    }
    let name = parts.pop()?;
    Some(QName::new(parts.pop().unwrap_or_default(), name))
}

/// A type has a new name or schema.
pub(crate) fn rename_type_in(expr: &mut Expr, from: &QName, to: &QName) {
    if !expr.casts.iter().any(|cast| is_type(cast, from)) && !expr.sql.contains("::") {
        return;
    }
    let same_schema = from.other_schema() == to.other_schema();
    expr.sql = rewrite(&expr.sql, |meaning, qualifier, word| {
        let here = meaning == Meaning::Type
            && word == from.name
            && qualifier.is_none_or(|qualifier| qualifier == from.schema);
        here.then(|| match to.other_schema() {
            Some(schema) if qualifier.is_none() && !same_schema => {
                format!("{}.{}", quote(schema), quote(&to.name))
            }
            _ => quote(&to.name).into_owned(),
        })
    });
    for cast in expr.casts.iter_mut().filter(|cast| is_type(cast, from)) {
        set_type(cast, to);
    }
    for literal in &mut expr.literals {
        if let LiteralTarget::Cast(cast) = &mut literal.target
            && is_type(cast, from)
        {
            set_type(cast, to);
        }
    }
}

/// Whether a data type, or its elements, is the user's type of that name. A type without a schema
/// is one of the home schema.
pub(crate) fn is_type(data_type: &DataType, name: &QName) -> bool {
    data_type.name == name.name
        && match &data_type.schema {
            Some(schema) => *schema == name.schema,
            None => name.is_at_home(),
        }
}

/// Makes a data type name another user's type.
pub(crate) fn set_type(data_type: &mut DataType, name: &QName) {
    data_type.name.clone_from(&name.name);
    data_type.schema = name.other_schema().map(str::to_owned);
}

/// Every expression of a table.
pub(crate) fn each_expr(table: &mut Table, change: &mut dyn FnMut(&mut Expr)) {
    for column in &mut table.columns {
        if let Some(DefaultValue { expr, .. }) = &mut column.default {
            change(expr);
        }
        if let Some(Generation { expr, .. }) = &mut column.generated {
            change(expr);
        }
        if let Some(expr) = &mut column.on_update {
            change(expr);
        }
    }
    for CheckConstraint { expr, .. } in &mut table.checks {
        change(expr);
    }
    for index in &mut table.indexes {
        each_index_expr(index, change);
    }
    for exclusion in &mut table.exclusions {
        exclusion
            .elements
            .iter_mut()
            .for_each(|(expr, _)| change(expr));
        if let Some(condition) = &mut exclusion.condition {
            change(condition);
        }
    }
    if let Some(partition) = &mut table.partition_by {
        let old = partition.keys.clone();
        partition.keys.iter_mut().for_each(change);
        if partition.keys != old {
            partition.written = None;
        }
    }
}

/// Whether any expression of a table is such a one.
pub(crate) fn any_expr(table: &Table, is: &dyn Fn(&Expr) -> bool) -> bool {
    table.columns.iter().any(|column| any_of_column(column, is))
        || table.checks.iter().any(|check| is(&check.expr))
        || table.indexes.iter().any(|index| {
            let keys = index.keys.iter().map(|key| &key.expr);
            keys.chain(&index.condition).any(is)
        })
        || table.exclusions.iter().any(|one| {
            one.elements
                .iter()
                .map(|(expr, _)| expr)
                .chain(&one.condition)
                .any(is)
        })
        || table
            .partition_by
            .as_ref()
            .is_some_and(|partition| partition.keys.iter().any(is))
}

fn any_of_column(column: &Column, is: &dyn Fn(&Expr) -> bool) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|default| is(&default.expr))
        || column
            .generated
            .as_ref()
            .is_some_and(|generated| is(&generated.expr))
        || column.on_update.as_ref().is_some_and(is)
}

/// Whether a column of a table, or a constant that is its default, is of a user's type.
pub(crate) fn has_type(table: &Table, name: &QName) -> bool {
    table.columns.iter().any(|column| {
        let literal = column
            .default
            .as_ref()
            .and_then(|default| default.literal_type.as_ref());
        is_type(&column.data_type, name) || literal.is_some_and(|literal| is_type(literal, name))
    })
}

/// Whether [`rename_type_in`] could have anything to do.
pub(crate) fn may_name_type(expr: &Expr, name: &QName) -> bool {
    expr.casts.iter().any(|cast| is_type(cast, name))
        || expr.literals.iter().any(|literal| match &literal.target {
            LiteralTarget::Cast(cast) => is_type(cast, name),
            _ => false,
        })
        || (expr.sql.contains("::") && may_contain(&expr.sql, &name.name))
}

/// Whether [`rename_sequence`] could have anything to do.
pub(crate) fn may_name_sequence(expr: &Expr, name: &QName) -> bool {
    let literals = expr.literals.iter();
    let mut written = literals.filter_map(|literal| sequence_name(&literal.value));
    written.any(|written| is_same(&written, name))
        || (expr.sql.contains('\'')
            && may_contain(&expr.sql.to_lowercase(), &name.name.to_lowercase()))
}

/// Whether a text may contain a name, which has its quotes doubled there.
fn may_contain(text: &str, name: &str) -> bool {
    name.contains(['"', '`', '\'']) || text.contains(name)
}

/// Every expression of an index.
pub(crate) fn each_index_expr(index: &mut Index, change: &mut dyn FnMut(&mut Expr)) {
    index.keys.iter_mut().for_each(|key| change(&mut key.expr));
    if let Some(condition) = &mut index.condition {
        change(condition);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expr(sql: &str, columns: &[&str]) -> Expr {
        Expr {
            sql: sql.to_owned(),
            columns: columns
                .iter()
                .map(|column| Ident::synthetic(*column))
                .collect(),
            ..Expr::default()
        }
    }

    #[test]
    fn a_table_s_own_name_is_left_out() {
        for (sql, expected) in [
            (
                "users.age > 18 AND \"users\".\"role\" <> 'users.x'",
                "age > 18 AND \"role\" <> 'users.x'",
            ),
            ("users > others.age", "users > others.age"),
            ("main.users.age > `Users`.`a`", "main.users.age > `a`"),
        ] {
            assert_eq!(without_table(sql, "users"), expected);
        }
    }

    #[test]
    fn a_column_is_renamed_but_not_a_string_function_or_type_of_that_name() {
        let mut check = expr(
            "((name <> 'name') AND (name('x') = name) AND (a::name = \"name\"))",
            &["name"],
        );
        rename_column(&mut check, "name", "Full Name", Dialect::Postgres);
        assert_eq!(
            check.sql,
            "((\"Full Name\" <> 'name') AND (name('x') = \"Full Name\") AND (a::name = \"Full Name\"))"
        );
    }

    #[test]
    fn mysql_quotes_with_backticks_and_minds_no_case() {
        let mut check = expr("(`a b` > Total)", &["a b", "Total"]);
        rename_column(&mut check, "a b", "c d", Dialect::MySql);
        rename_column(&mut check, "total", "sum", Dialect::MySql);
        assert_eq!(check.sql, "(`c d` > sum)");
    }

    #[test]
    fn a_cast_follows_its_type_and_a_literal_its_label() {
        let mut check = expr("(mood = 'sad'::mood)", &["mood"]);
        rename_type_in(
            &mut check,
            &QName::new("public", "mood"),
            &QName::new("public", "feeling"),
        );
        rename_label(&mut check, "sad", "it's sad");
        assert_eq!(check.sql, "(mood = 'it''s sad'::feeling)");
    }

    #[test]
    fn a_default_follows_its_sequence() {
        let mut default = expr("nextval('\"User_id_seq\"'::regclass)", &[]);
        rename_sequence(
            &mut default,
            &QName::new("public", "User_id_seq"),
            &QName::new("app", "users_id_seq"),
        );
        assert_eq!(default.sql, "nextval('app.users_id_seq'::regclass)");
    }
}
