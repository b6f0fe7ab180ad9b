//! What must stand in a statement, whatever else does: the words without which no server takes it.
//! It is asked of every statement, since recognisers and sqlparser read of some no more than a head.
//!
//! A shape is written in words: `_` stands for something, `~` for something or nothing, `A|B` for
//! one of them, `[A]` for a word that may be left out, `()` for a bracket with all that is in it,
//! and `-A` for something without the word `A`. What follows a shape is not looked at.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;

/// Statements that begin alike, and the shapes of which they must have one.
#[derive(Debug)]
pub(crate) struct StatementShape {
    /// The words at their start.
    pub(crate) head: &'static str,
    /// What follows.
    pub(crate) bodies: &'static [&'static str],
}

/// Statements with more elements than this outside of brackets are not asked: only a list that
/// never ends has them, and each gap of a shape is tried at each of them.
const MOST: usize = 2_000;

/// A token, or a bracket with what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ShapeElement {
    Word(String),
    Bracket,
    Sign(&'static str),
    Other,
}

impl FaultReader<'_> {
    /// What a statement lacks.
    pub(super) fn misshapen(&self) -> Option<Fault> {
        let first = self.word(0)?;
        let shapes: &[StatementShape] = on_server!(self.cx.dialect => shapes::all());
        let mut alike = shapes.iter().filter(|shape| {
            let word = shape.head.split(' ').next().unwrap_or_default();
            is_one_of(word, first)
        });
        let _ = alike.clone().next()?;
        let all = self.elements()?;
        let elements = plain_head(&all);
        let (shape, rest) = alike.find_map(|shape| {
            let head: Vec<&str> = shape.head.split(' ').collect();
            let fits = head.len() <= elements.len()
                && head.iter().zip(&elements).all(|(part, it)| is(part, it));
            fits.then(|| (shape, &elements[head.len()..]))
        })?;
        let bodies: Vec<Vec<&str>> = shape
            .bodies
            .iter()
            .map(|body| body.split(' ').collect())
            .collect();
        if bodies.iter().any(|body| fits(body, rest)) {
            return None;
        }
        let body = bodies.first()?;
        let read = (0..body.len()).rev().find(|&end| fits(&body[..end], rest));
        let missing = body[read.unwrap_or_default()..]
            .iter()
            .find(|part| !matches!(**part, "_" | "~") && !part.starts_with(['[', '-']));
        let Some(part) = missing else {
            return self.ends_early();
        };
        let kind = FaultKind::Lacks {
            head: self.written_head(shape.head),
            word: part.replace('|', "` or `"),
        };
        let last = self.tokens.len() - 1;
        self.fault(last, last, kind)
    }

    /// The head of a shape, with the words that the statement has of each choice.
    fn written_head(&self, head: &str) -> String {
        let chosen = |part: &str| {
            let mut words = part.split('|');
            let found = words.find(|word| (0..self.tokens.len()).any(|at| self.is(at, word)));
            found.unwrap_or(part).to_owned()
        };
        head.split(' ').map(chosen).collect::<Vec<_>>().join(" ")
    }

    /// The elements of a statement; none where brackets have no other half, or there are too many.
    fn elements(&self) -> Option<Vec<ShapeElement>> {
        let mut elements = Vec::new();
        let mut depth = 0_usize;
        for token in self.tokens {
            let element = match &token.token {
                Token::LParen => {
                    depth += 1;
                    continue;
                }
                Token::RParen => {
                    depth = depth.checked_sub(1)?;
                    ShapeElement::Bracket
                }
                Token::Word(word) if word.quote_style.is_none() => {
                    ShapeElement::Word(word.value.to_ascii_uppercase())
                }
                Token::Eq => ShapeElement::Sign("="),
                Token::Assignment => ShapeElement::Sign(":="),
                Token::SemiColon => ShapeElement::Sign(";"),
                Token::Comma => ShapeElement::Sign(","),
                _ => ShapeElement::Other,
            };
            if depth == 0 {
                elements.push(element);
            }
            if elements.len() > MOST {
                return None;
            }
        }
        (depth == 0).then_some(elements)
    }

    /// An action of `ALTER TABLE` that says too little.
    pub(super) fn unfinished_action(&self) -> Option<Fault> {
        if !(self.is(0, "ALTER") && self.is(1, "TABLE")) {
            return None;
        }
        let elements = self.elements()?;
        let word = |element: Option<&ShapeElement>, words: &[&str]| matches!(element, Some(ShapeElement::Word(it)) if words.contains(&it.as_str()));
        // Only MySQL has these words for itself; elsewhere a column may be called `key`.
        let own_words = self.cx.dialect.has_executable_comments();
        let of_index: &[&str] = if own_words {
            &["UNIQUE", "PRIMARY", "FULLTEXT", "SPATIAL", "INDEX", "KEY"]
        } else {
            &["UNIQUE", "PRIMARY"]
        };
        let mut actions = elements.split(|element| *element == ShapeElement::Sign(","));
        let first = actions.next().unwrap_or_default();
        let verb = (3..first.len()).find(|&at| word(first.get(at), &["ADD", "DROP"]));
        let first = &first[verb.unwrap_or(first.len())..];
        let said_too_little = |action: &[ShapeElement]| {
            let adds = word(action.first(), &["ADD"]);
            let drops = own_words && word(action.first(), &["DROP"]);
            let is_named = action.len() > 1;
            let columns = action.contains(&ShapeElement::Bracket)
                || action.iter().any(|element| word(Some(element), &["USING"]));
            (adds && !is_named)
                || (adds && word(action.get(1), of_index) && !columns)
                || (drops
                    && word(action.get(1), &["PRIMARY", "FOREIGN"])
                    && !word(action.get(2), &["KEY"]))
        };
        // Of a name after `TO` nothing is known: it may be called `add`.
        let renames = elements
            .iter()
            .any(|element| word(Some(element), &["RENAME", "TO"]));
        let found = !renames && std::iter::once(first).chain(actions).any(said_too_little);
        found.then(|| self.ends_early()).flatten()
    }

    /// `SELECT` with nothing after it, where a query must yield something.
    pub(super) fn empty_select(&self) -> Option<Fault> {
        let last = self.tokens.len().checked_sub(1)?;
        let empty = self.is(last, "SELECT") && !self.cx.dialect.select_may_be_empty();
        empty.then(|| self.ends_early()).flatten()
    }

    fn ends_early(&self) -> Option<Fault> {
        let last = self.tokens.len().checked_sub(1)?;
        let text = self.cx.slice(self.cx.span(self.tokens[last].span));
        self.fault(last, last, FaultKind::BreaksOff(text.to_owned()))
    }

    /// A keyword twice, which no name is without quotes: `FROM FROM`.
    pub(super) fn repeated(&self) -> Option<Fault> {
        let never_names = [
            Keyword::FROM,
            Keyword::SELECT,
            Keyword::WHERE,
            Keyword::INTO,
        ];
        let keyword = |at: usize| match &self.tokens.get(at)?.token {
            Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
            _ => None,
        };
        let found = (1..self.tokens.len()).find(|&at| {
            let Some(word) = keyword(at).filter(|word| never_names.contains(word)) else {
                return false;
            };
            // PostgreSQL takes any word after `AS`, and after a dot.
            let named = at > 1 && (self.is(at - 2, "AS") || self.follows_dot(at - 1));
            keyword(at - 1) == Some(word) && !named
        })?;
        let text = self.cx.slice(self.cx.span(self.tokens[found].span));
        self.fault(found, found, FaultKind::Twice(text.to_owned()))
    }

    fn follows_dot(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.tokens[before].token == Token::Period)
    }
}

/// Without the words between `CREATE` and what is created.
fn plain_head(elements: &[ShapeElement]) -> Vec<ShapeElement> {
    let word = |at: usize, words: &[&str]| matches!(elements.get(at), Some(ShapeElement::Word(it)) if words.contains(&it.as_str()));
    if !word(0, &["CREATE"]) {
        return elements.to_vec();
    }
    let mut at = 1;
    loop {
        if word(at, &["OR"]) && word(at + 1, &["REPLACE"]) {
            at += 2;
        } else if word(at, &["TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED"])
            || word(at, &["CONSTRAINT"]) && word(at + 1, &["TRIGGER"])
        {
            at += 1;
        } else if word(at, &["DEFINER"]) {
            let kinds = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "VIEW", "SQL"];
            let Some(kind) = (at..elements.len()).find(|&kind| word(kind, &kinds)) else {
                break;
            };
            at = kind;
        } else {
            break;
        }
    }
    let rest = elements.get(at..).unwrap_or_default();
    [&elements[..1], rest].concat()
}

fn is_one_of(part: &str, word: &str) -> bool {
    part.split('|')
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether an element is what a part of a shape names.
fn is(part: &str, element: &ShapeElement) -> bool {
    match element {
        ShapeElement::Word(word) => is_one_of(part, word),
        ShapeElement::Bracket => part.split('|').any(|known| known == "()"),
        ShapeElement::Sign(sign) => part.split('|').any(|known| known == *sign),
        ShapeElement::Other => false,
    }
}

fn fits(body: &[&str], elements: &[ShapeElement]) -> bool {
    let Some((&part, rest)) = body.split_first() else {
        return true;
    };
    match part {
        "_" | "~" => {
            let least = usize::from(part == "_");
            if rest.is_empty() {
                return elements.len() >= least;
            }
            (least..=elements.len()).any(|at| fits(rest, &elements[at..]))
        }
        _ => {
            if let Some(word) = part.strip_prefix('-') {
                return !elements.is_empty() && !elements.iter().any(|element| is(word, element));
            }
            let optional = part
                .strip_prefix('[')
                .and_then(|part| part.strip_suffix(']'));
            match (optional, elements.split_first()) {
                (Some(word), Some((first, after))) if is(word, first) => fits(rest, after),
                (Some(_), _) => fits(rest, elements),
                (None, Some((first, after))) => is(part, first) && fits(rest, after),
                (None, None) => false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ShapeElement, fits};

    #[test]
    fn a_shape_fits_what_it_says() {
        let elements = |text: &str| -> Vec<ShapeElement> {
            let element = |word: &str| match word {
                "()" => ShapeElement::Bracket,
                "." => ShapeElement::Other,
                _ => ShapeElement::Word(word.to_owned()),
            };
            text.split_whitespace().map(element).collect()
        };
        let body = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        for (shape, taken, refused) in [
            (
                "_ TO _",
                &["A TO B", "A . TO TO"][..],
                &["A TO", "TO B", ""][..],
            ),
            ("~ TO|IN _", &["TO B", "A IN B"], &["A TO", "B"]),
            ("[TABLE] _", &["TABLE A", "A"], &["TABLE", ""]),
            ("_ ()", &["A ()", "A . B () C"], &["A", "()"]),
            ("[TABLE] -IN", &["TABLE A", "A"], &["A IN", "TABLE"]),
        ] {
            for text in taken {
                assert!(fits(&body(shape), &elements(text)), "{shape}: {text}");
            }
            for text in refused {
                assert!(!fits(&body(shape), &elements(text)), "{shape}: {text}");
            }
        }
    }
}
