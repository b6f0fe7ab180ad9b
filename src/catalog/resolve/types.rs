//! Types that certainly do not go together.

use super::{Columns, InSight, NameResolver};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::catalog::{Catalog, Column, ColumnName, Enum, Rejection, Table, format_type};
use crate::server::postgres::apply::extensions;
use crate::server::postgres::functions::facts::CastContext;
use crate::server::postgres::types;
use crate::source::Span;
use crate::sql::change::tree::Term;
use crate::sql::change::{DataType, Ident, ObjectName};

impl NameResolver<'_> {
    /// Whether the types of values are looked at.
    pub(super) fn looks_at_types(&self) -> bool {
        self.catalog.dialect.expressions_have_types() && !self.catalog.has_own_conversions()
    }

    /// A cast that there is not, or of a text that certainly is not a value of the type.
    pub(super) fn cast(&self, term: &Term, from: &Typed, to: &DataType) -> Outcome {
        if !self.looks_at_types() {
            return Ok(());
        }
        self.refuse_unknown_type(to, term.span())?;
        if let Term::Text(text, span) = term {
            return self.catalog.refuse_text(text, to, *span);
        }
        let Typed::Known(from) = from else {
            return Ok(());
        };
        if !self.catalog.cannot_cast(from, to)
            && !self.catalog.never_becomes(from, to, CastContext::Explicit)
        {
            return Ok(());
        }
        let message = format!(
            "type `{}` cannot be cast to `{}`",
            self.shown(from),
            self.shown(to)
        );
        Err(Rejection::new(
            sqlstate::CANNOT_COERCE,
            term.span().unwrap_or(self.span),
            message,
        ))
    }

    /// A type that certainly does not exist.
    fn refuse_unknown_type(&self, to: &DataType, span: Option<Span>) -> Outcome {
        let Some(site) = self.site.filter(|_| !self.variables) else {
            return Ok(());
        };
        let name = to.name.as_str();
        if types::is_own(name) || extensions::brings_type(name) || name.starts_with('_') {
            return Ok(());
        }
        let written = ObjectName {
            schema: to.schema.clone().map(Ident::synthetic),
            name: Ident {
                span: span.unwrap_or(self.span),
                ..Ident::synthetic(name)
            },
        };
        if self.catalog.find_type(&written).is_some()
            || self.catalog.find_any_relation(&written).is_some()
        {
            return Ok(());
        }
        self.catalog
            .missing_type(&written, site)
            .map_or(Ok(()), Err)
    }

    /// A comparison of types that are not compared.
    pub(super) fn compared(&self, op: &str, terms: &[Term], types: &[Typed]) -> Outcome {
        if !self.looks_at_types() || !EQUALITIES.contains(&op) {
            return Ok(());
        }
        if let ([Term::Text(text, span), _], [_, other])
        | ([_, Term::Text(text, span)], [other, _]) = (terms, types)
        {
            return self.text_beside(text, *span, other);
        }
        let [Typed::Known(one), Typed::Known(other)] = types else {
            return Ok(());
        };
        let (one, other) = (self.catalog.base(one), self.catalog.base(other));
        if one.array || other.array || !self.catalog.cannot_compare(&one, &other) {
            return Ok(());
        }
        let message = format!(
            "there is no operator `{} {op} {}`",
            self.shown(&one),
            self.shown(&other)
        );
        let span = terms.iter().filter_map(Term::span).reduce(Span::to);
        Err(Rejection::new(
            sqlstate::UNDEFINED_FUNCTION,
            span.unwrap_or(self.span),
            message,
        ))
    }

    /// A text that takes the type of what stands beside it.
    pub(super) fn text_beside(&self, text: &str, span: Span, other: &Typed) -> Outcome {
        match other {
            Typed::Known(other) if self.looks_at_types() => {
                self.catalog.refuse_text(text, other, span)
            }
            _ => Ok(()),
        }
    }

    /// A value that certainly does not go into a column.
    pub(super) fn stored(
        &self,
        column: &Typed,
        name: &str,
        term: Option<&Term>,
        value: &Typed,
        place: Span,
    ) -> Outcome {
        let Typed::Known(column) = column else {
            return Ok(());
        };
        if !self.looks_at_types() {
            return Ok(());
        }
        let span = term.and_then(Term::span).unwrap_or(place);
        if let Some(Term::Text(text, span)) = term {
            self.catalog.refuse_text(text, column, *span)?;
            return self.catalog.refuse_long(text, column, *span);
        }
        let Typed::Known(value) = value else {
            return Ok(());
        };
        if !self.catalog.cannot_assign(value, column)
            && !self
                .catalog
                .never_becomes(value, column, CastContext::Assignment)
        {
            return Ok(());
        }
        let message = format!(
            "column `{name}` is of type `{}`, and the value is of type `{}`",
            self.shown(column),
            self.shown(value)
        );
        Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, span, message))
    }

    pub(super) fn shown(&self, data_type: &DataType) -> String {
        format_type(data_type, self.catalog.dialect)
    }

    /// Names and types of the columns that an `INSERT` fills, in order.
    pub(super) fn filled(&self, target: &InSight, listed: &[Ident]) -> Vec<(String, Typed)> {
        let Columns::Table(table) = &target.columns else {
            return Vec::new();
        };
        let of = |column: &Column| {
            let data_type = self.catalog.certain_type(table, column);
            (column.name.clone(), data_type)
        };
        if listed.is_empty() {
            return table.columns.iter().map(of).collect();
        }
        let at = |name: &Ident| self.catalog.column_at(table, &name.value);
        let each = listed.iter().map(|name| match at(name) {
            Some(at) => of(&table.columns[at]),
            None => (name.value.clone(), Typed::Unknown),
        });
        each.collect()
    }
}

/// Whether a text certainly is no JSON.
fn is_no_document(text: &str) -> bool {
    // Escapes are read in more than one way, and deep nesting is the parser's own limit.
    let is_filled_in = text.contains("${") || text.contains("{{");
    let is_plain = !is_filled_in && !text.contains("\\u") && text.matches(['[', '{']).count() < 100;
    is_plain && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
}

/// Operators that two types have to share.
const EQUALITIES: [&str; 7] = ["=", "<>", "!=", "<", "<=", ">", ">="];

impl Catalog {
    /// Refuses a text that certainly is no value of a type of the server's own.
    pub(crate) fn refuse_text(&self, text: &str, to: &DataType, span: Span) -> Outcome {
        if !to.array && self.type_of(to).is_some() {
            return self.refuse_named_type(text, to, span);
        }
        if to.schema.is_some() {
            return Ok(());
        }
        if to.array {
            return self.refuse_array(text, to, span);
        }
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let first = unsigned.chars().next();
        let digit = first.is_some_and(|c| c.is_ascii_digit());
        let bad = match to.name.as_str() {
            "smallint" | "integer" | "bigint" => {
                // PostgreSQL 16 takes `0x1F`, `0b1`, `0o7` and `1_000`.
                !digit
                    || !unsigned
                        .chars()
                        .all(|c| c.is_ascii_hexdigit() || "xXoO_".contains(c))
            }
            "numeric" | "real" | "double precision" => {
                let words = ["nan", "inf", "infinity"];
                let unsigned = unsigned.to_ascii_lowercase();
                !digit && first != Some('.') && !words.contains(&unsigned.as_str())
            }
            "boolean" => {
                let lower = text.to_ascii_lowercase();
                let known = ["true", "false", "yes", "no"]
                    .into_iter()
                    .any(|word| word.starts_with(&lower))
                    || ["on", "of", "off", "1", "0"].contains(&lower.as_str());
                lower.is_empty() || !known
            }
            "uuid" => {
                let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                digits != 32
                    || !text
                        .chars()
                        .all(|c| c.is_ascii_hexdigit() || "-{}".contains(c))
            }
            "json" | "jsonb" => is_no_document(text),
            "date" | "timestamp without time zone" | "timestamp with time zone" => {
                let known = [
                    "now",
                    "today",
                    "tomorrow",
                    "yesterday",
                    "epoch",
                    "infinity",
                    "-infinity",
                    "allballs",
                ];
                let lower = text.to_ascii_lowercase();
                !text.contains(|c: char| c.is_ascii_digit())
                    && !known
                        .iter()
                        .any(|word| lower.contains(word.trim_start_matches('-')))
            }
            "interval" => {
                let lower = text.to_ascii_lowercase();
                !text.contains(|c: char| c.is_ascii_digit()) && !lower.contains("infinity")
            }
            _ => false,
        };
        if !bad {
            return Ok(());
        }
        let message = format!("`{text}` is no value of type `{}`", to.name);
        let code = match to.name.as_str() {
            "interval" => sqlstate::INVALID_DATETIME_FORMAT,
            name if name == "date" || name.starts_with("timestamp") => {
                sqlstate::INVALID_DATETIME_FORMAT
            }
            _ => sqlstate::INVALID_TEXT_REPRESENTATION,
        };
        Err(Rejection::new(code, span, message))
    }

    /// Refuses a text that certainly is no value of an enum, or of what a domain is made of.
    fn refuse_named_type(&self, text: &str, to: &DataType, span: Span) -> Outcome {
        match self.enum_of(to) {
            Some(found) if found.knowledge.is_exact() => self.refuse_label(found, text, span),
            Some(_) => Ok(()),
            None => match self.base(to) {
                base if base != *to => self.refuse_text(text, &base, span),
                _ => Ok(()),
            },
        }
    }

    /// Refuses a text that is no label of an enum of which all are known.
    pub(in crate::catalog) fn refuse_label(&self, of: &Enum, text: &str, span: Span) -> Outcome {
        if of.has_label(text) {
            return Ok(());
        }
        let message = format!(
            "invalid input value for enum `{}`: `{text}`",
            self.shown(&of.name)
        );
        let code = sqlstate::INVALID_TEXT_REPRESENTATION;
        Err(Rejection::new(code, span, message)
            .because(of.origin.changed, "the enum was last changed here"))
    }

    /// Refuses a text that has no form of an array.
    fn refuse_array(&self, text: &str, to: &DataType, span: Span) -> Outcome {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        // `[0:1]={1,2}` says where it begins.
        let has_bounds = text.starts_with('[') && text.contains('=');
        if has_bounds || (text.starts_with('{') && text.ends_with('}')) {
            return Ok(());
        }
        let message = format!(
            "`{text}` is no value of type `{}`: an array is written `{{…}}`",
            format_type(to, self.dialect)
        );
        let code = sqlstate::INVALID_TEXT_REPRESENTATION;
        Err(Rejection::new(code, span, message))
    }

    /// Refuses a text that is longer than its column, blanks at its end not counted.
    fn refuse_long(&self, text: &str, to: &DataType, span: Span) -> Outcome {
        let sized = ["character varying", "character"].contains(&to.name.as_str());
        let [length] = to.args.as_slice() else {
            return Ok(());
        };
        let length = length.parse::<usize>().ok();
        let has = text.trim_end_matches(' ').chars().count();
        match length.filter(|_| sized && to.schema.is_none() && !to.array) {
            Some(length) if has > length => {
                let message = format!(
                    "the value has {has} characters, and `{}` takes {length}",
                    format_type(to, self.dialect)
                );
                Err(Rejection::new(sqlstate::STRING_TOO_LONG, span, message))
            }
            _ => Ok(()),
        }
    }

    /// The type of a column, where that is certain.
    pub(super) fn certain_type(&self, table: &Table, column: &Column) -> Typed {
        let contested = !self.contested.is_empty() && {
            let key = ColumnName::new(table.name.clone(), column.name.clone());
            self.contested.contains_key(&key)
        };
        let known = column.knowledge.is_exact() && !contested;
        Typed::of(known.then(|| column.data_type.clone()))
    }

    /// Whether somebody made casts or operators, so that nothing is certain of what types do.
    pub(crate) fn has_own_conversions(&self) -> bool {
        self.settings.contains_key(OWN_CONVERSIONS)
    }
}

/// Under which a catalog notes that it has casts or operators of its own.
pub(crate) const OWN_CONVERSIONS: &str = "\u{0}own conversions";
