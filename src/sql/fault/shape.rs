//! What must stand in a statement, whatever else does: the words without which no server takes it.
//! It is asked of every statement, since recognisers and sqlparser read of some no more than a head.
//!
//! A shape is written in words: `_` stands for something, `~` for something or nothing, `A|B` for
//! one of them, `[A]` for a word that may be left out, `()` for a bracket with all that is in it,
//! and `-A` for something without the word `A`. What follows a shape is not looked at.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;
use crate::sql::Dialect;

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

/// One part of a shape, with the words that may stand for it.
#[derive(Debug)]
enum ShapePart {
    /// `_`, at least one element, or `~`, any number.
    Gap { least: usize },
    /// Something without such a word.
    Without(Vec<&'static str>),
    /// A word that may be left out.
    Optional(Vec<&'static str>),
    /// Such a word or sign.
    OneOf(Vec<&'static str>),
}

impl ShapePart {
    fn read(text: &'static str) -> Self {
        let words = |text: &'static str| text.split('|').collect();
        let optional = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        match (text, text.strip_prefix('-'), optional) {
            ("_", ..) => Self::Gap { least: 1 },
            ("~", ..) => Self::Gap { least: 0 },
            (_, Some(without), _) => Self::Without(words(without)),
            (.., Some(optional)) => Self::Optional(words(optional)),
            _ => Self::OneOf(words(text)),
        }
    }
}

/// A [`StatementShape`] in its parts.
#[derive(Debug)]
struct ReadShape {
    shape: &'static StatementShape,
    head: Vec<ShapePart>,
    bodies: Vec<Vec<ShapePart>>,
}

fn parts(text: &'static str) -> Vec<ShapePart> {
    text.split(' ').map(ShapePart::read).collect()
}

/// A server's shapes by the first word of the statement, in lower case. Every statement is asked:
/// taking the shapes apart each time was a twelfth of a check.
static SHAPES: LazyLock<HashMap<(Dialect, String), Vec<ReadShape>>> = LazyLock::new(|| {
    let mut shapes: HashMap<_, Vec<ReadShape>> = HashMap::new();
    for &dialect in Dialect::ALL {
        let all: &'static [StatementShape] = on_server!(dialect => shapes::all());
        for shape in all {
            let first = shape.head.split(' ').next().unwrap_or_default();
            for word in first.split('|') {
                let key = (dialect, word.to_ascii_lowercase());
                shapes.entry(key).or_default().push(ReadShape {
                    shape,
                    head: parts(shape.head),
                    bodies: shape.bodies.iter().map(|body| parts(body)).collect(),
                });
            }
        }
    }
    shapes
});

/// A token, or a bracket with what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShapeElement<'t> {
    Word(&'t str),
    Bracket,
    Sign(&'static str),
    Other,
}

impl FaultReader<'_> {
    /// What a statement lacks.
    pub(super) fn misshapen(&self) -> Option<Fault> {
        let key = (self.cx.dialect, self.word(0)?.to_ascii_lowercase());
        let alike = SHAPES.get(&key)?;
        let all = self.elements()?;
        let elements = plain_head(&all);
        let found = alike.iter().find(|it| {
            let mut head = it.head.iter().zip(&elements);
            it.head.len() <= elements.len() && head.all(|(part, element)| stands(part, element))
        })?;
        let rest = &elements[found.head.len()..];
        if found.bodies.iter().any(|body| fits(body, rest)) {
            return None;
        }
        let body = found.bodies.first()?;
        let read = (0..body.len()).rev().find(|&end| fits(&body[..end], rest));
        let missing = body[read.unwrap_or_default()..].iter().find_map(|part| {
            let ShapePart::OneOf(words) = part else {
                return None;
            };
            Some(words)
        });
        let Some(words) = missing else {
            return self.ends_early();
        };
        let kind = FaultKind::Lacks {
            head: self.written_head(found.shape.head),
            word: words.join("` or `"),
        };
        let last = self.tokens.len() - 1;
        self.fault(last, last, kind)
    }

    /// The head of a shape, with the words that the statement has of each choice.
    fn written_head(&self, head: &str) -> String {
        let parts = head.split(' ').map(|part| {
            let mut words = part.split('|');
            let found = words.find(|word| (0..self.tokens.len()).any(|at| self.is(at, word)));
            found.unwrap_or(part)
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The elements of a statement; none where brackets have no other half, or there are too many.
    fn elements(&self) -> Option<Vec<ShapeElement<'_>>> {
        let mut elements = Vec::new();
        let mut depth = 0_usize;
        for token in self.tokens {
            let element = match &token.token {
                Token::LParen => {
                    depth += 1;
                    continue;
                }
                Token::RParen if depth > 1 => {
                    depth -= 1;
                    continue;
                }
                _ if depth > 0 && token.token != Token::RParen => continue,
                Token::RParen => {
                    depth = depth.checked_sub(1)?;
                    ShapeElement::Bracket
                }
                Token::Word(word) if word.quote_style.is_none() => ShapeElement::Word(&word.value),
                Token::Eq => ShapeElement::Sign("="),
                Token::Assignment => ShapeElement::Sign(":="),
                Token::SemiColon => ShapeElement::Sign(";"),
                Token::Comma => ShapeElement::Sign(","),
                _ => ShapeElement::Other,
            };
            elements.push(element);
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
        let word = |element: Option<&ShapeElement>, words: &[&str]| {
            element.is_some_and(|element| is_one_of(words, element))
        };
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

    pub(super) fn follows_dot(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.tokens[before].token == Token::Period)
    }
}

/// Without the words between `CREATE` and what is created.
fn plain_head<'t>(elements: &[ShapeElement<'t>]) -> Vec<ShapeElement<'t>> {
    let word = |at: usize, words: &[&str]| {
        let element = elements.get(at);
        element.is_some_and(|element| is_one_of(words, element))
    };
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

/// Whether an element is one of some words or signs.
fn is_one_of(words: &[&str], element: &ShapeElement) -> bool {
    match element {
        ShapeElement::Word(word) => words.iter().any(|known| known.eq_ignore_ascii_case(word)),
        ShapeElement::Bracket => words.contains(&"()"),
        ShapeElement::Sign(sign) => words.contains(sign),
        ShapeElement::Other => false,
    }
}

/// Whether an element is what a part of a head names.
fn stands(part: &ShapePart, element: &ShapeElement) -> bool {
    matches!(part, ShapePart::OneOf(words) if is_one_of(words, element))
}

fn fits(body: &[ShapePart], elements: &[ShapeElement]) -> bool {
    let Some((part, rest)) = body.split_first() else {
        return true;
    };
    match part {
        ShapePart::Gap { least } if rest.is_empty() => elements.len() >= *least,
        ShapePart::Gap { least } => (*least..=elements.len()).any(|at| fits(rest, &elements[at..])),
        ShapePart::Without(words) => {
            !elements.is_empty() && !elements.iter().any(|element| is_one_of(words, element))
        }
        ShapePart::Optional(words) => match elements.split_first() {
            Some((first, after)) if is_one_of(words, first) => fits(rest, after),
            _ => fits(rest, elements),
        },
        ShapePart::OneOf(words) => elements
            .split_first()
            .is_some_and(|(first, after)| is_one_of(words, first) && fits(rest, after)),
    }
}

#[cfg(test)]
mod tests {
    use super::{ShapeElement, fits, parts};

    #[test]
    fn a_shape_fits_what_it_says() {
        let elements = |text: &'static str| -> Vec<ShapeElement> {
            let element = |word: &'static str| match word {
                "()" => ShapeElement::Bracket,
                "." => ShapeElement::Other,
                _ => ShapeElement::Word(word),
            };
            text.split_whitespace().map(element).collect()
        };
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
                assert!(fits(&parts(shape), &elements(text)), "{shape}: {text}");
            }
            for text in refused {
                assert!(!fits(&parts(shape), &elements(text)), "{shape}: {text}");
            }
        }
    }
}
