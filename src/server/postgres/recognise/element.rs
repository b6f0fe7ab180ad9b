//! Elements of PostgreSQL's tables that the parser does not know.

use crate::sql::change::Deferral;
use sqlparser::tokenizer::Span as TokenSpan;

use crate::sql::change::{ConstraintDef, ConstraintKind, Like};
use crate::sql::recognise::element::{Clean, Element};
use crate::sql::recognise::{Cursor, word_at};

/// An element that the parser takes for something else.
pub(crate) fn element(at: Cursor) -> Option<Element> {
    like(at).or_else(|| not_null(at))
}

/// `LIKE other INCLUDING ALL EXCLUDING INDEXES`.
fn like(mut at: Cursor) -> Option<Element> {
    if !at.take("LIKE") {
        return None;
    }
    let table = at.name()?;
    let mut including: Vec<String> = Vec::new();
    while let Some(verb) = at.take_any(&["INCLUDING", "EXCLUDING"]) {
        let what = at.keyword()?;
        if verb == "INCLUDING" {
            including.push(what);
        } else {
            if including.iter().any(|word| word == "ALL") {
                let every = [
                    "COMMENTS",
                    "COMPRESSION",
                    "CONSTRAINTS",
                    "DEFAULTS",
                    "GENERATED",
                    "IDENTITY",
                    "INDEXES",
                    "STATISTICS",
                    "STORAGE",
                ];
                including = every.map(str::to_owned).to_vec();
            }
            including.retain(|word| *word != what && what != "ALL");
        }
    }
    at.done()
        .then_some(Element::Like(Like { table, including }))
}

/// `[CONSTRAINT name] NOT NULL column [NO INHERIT] [NOT VALID]`.
pub(crate) fn not_null(mut at: Cursor) -> Option<Element> {
    let span = at.span();
    let name = if at.take("CONSTRAINT") {
        Some(at.ident()?)
    } else {
        None
    };
    if !at.take("NOT NULL") {
        return None;
    }
    let column = at.ident()?;
    at.take("NO INHERIT");
    let not_valid = at.take("NOT VALID");
    let kind = ConstraintKind::NotNull { column };
    let constraint = ConstraintDef {
        name,
        span,
        kind,
        not_valid,
        deferral: Deferral::Never,
    };
    at.done().then(|| Element::Constraint(Box::new(constraint)))
}

/// Takes what the parser does not know, and whether there was any.
pub(crate) fn clean(clean: &mut Clean, at: &mut Cursor) -> bool {
    if clean.tokens.len() > 1 && at.take_any(&["COMPRESSION", "STORAGE"]).is_some() {
        at.next();
    } else if clean.kept(at, "AS IDENTITY") {
        at.group();
    } else if !at.sees("GENERATED ALWAYS AS IDENTITY") && clean.kept(at, "GENERATED ALWAYS AS") {
        let span = at
            .rest()
            .first()
            .map_or_else(TokenSpan::empty, |token| token.span);
        clean.keep(at);
        if !at.take("STORED") {
            at.take("VIRTUAL");
            clean.computed = true;
        }
        clean.tokens.push(word_at("STORED", span));
    } else if ["ON DELETE SET NULL", "ON DELETE SET DEFAULT"]
        .iter()
        .any(|action| clean.kept(at, action))
    {
        at.group();
    } else if clean.kept(at, "NOT NULL") {
        at.take("NO INHERIT");
    } else if clean.tokens.len() > 1 && at.sees("NULLS") && clean.ends_with_column_unique() {
        clean.not_distinct |= at.take("NULLS NOT DISTINCT");
        return clean.not_distinct || at.take("NULLS DISTINCT");
    } else if clean.is_checked_constraint() && at.take("NOT VALID") {
        // A new table has no rows that could break it, so the server takes it for valid.
    } else if at.take("OPTIONS") {
        at.group();
    } else if at.take("USING INDEX TABLESPACE") {
        at.next();
    } else if at.sees("WITH") {
        let mut options = *at;
        options.take("WITH");
        if options.group().is_none() {
            return false;
        }
        *at = options;
    } else {
        return false;
    }
    true
}
