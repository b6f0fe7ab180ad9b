//! Options of sequences that exclude each other.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use crate::source::Span;
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// What a sequence is made with, as far as it is written.
#[derive(Default)]
struct SequenceLimits {
    data_type: Option<&'static str>,
    increment: Option<i128>,
    least: Option<i128>,
    most: Option<i128>,
    start: Option<i128>,
    restart: Option<i128>,
    cache: Option<i128>,
    /// The first option that stands there twice.
    twice: Option<&'static str>,
}

/// The options of every identity column among the tokens.
pub(super) fn of_identities(at: Cursor, demands: &mut Demands) {
    let tokens = at.rest();
    for (place, token) in tokens.iter().enumerate() {
        if let Token::Word(word) = &token.token
            && word.keyword == Keyword::IDENTITY
            && word.quote_style.is_none()
            && let Some(group) = at.over(&tokens[place + 1..]).group()
        {
            let _: Option<()> = options(group, true, demands);
        }
    }
}

/// `at` stands at the options; `None` where one is not known.
pub(super) fn options(mut at: Cursor, made: bool, demands: &mut Demands) -> Option<()> {
    let whole = at;
    let mut found = SequenceLimits::default();
    while !at.done() {
        found.read(&mut at, demands)?;
    }
    if let Some((code, message)) = found.refused(made) {
        demands.never(code, whole.span(), message);
    }
    Some(())
}

fn number(at: &mut Cursor) -> Option<i128> {
    let sign = if at.symbol(&Token::Minus) { -1 } else { 1 };
    at.symbol(&Token::Plus);
    match &at.next()?.token {
        Token::Number(digits, _) => Some(sign * digits.parse::<i128>().ok()?),
        _ => None,
    }
}

impl SequenceLimits {
    fn read(&mut self, at: &mut Cursor, demands: &mut Demands) -> Option<()> {
        let mut set = |slot: &mut Option<i128>, word: &'static str, value: i128| {
            if slot.replace(value).is_some() {
                self.twice.get_or_insert(word);
            }
        };
        match at.keyword()?.as_str() {
            "AS" => {
                let span = at.span();
                let word = at.keyword()?;
                let name = match word.as_str() {
                    "SMALLINT" | "INT2" => "smallint",
                    "INTEGER" | "INT" | "INT4" => "integer",
                    "BIGINT" | "INT8" => "bigint",
                    _ => {
                        let message = "a sequence is `smallint`, `integer` or `bigint`";
                        let start = Span::new(span.start, span.start + word.len());
                        demands.never("22023", start, message);
                        return None;
                    }
                };
                self.data_type = Some(name);
            }
            "INCREMENT" => {
                at.take("BY");
                let value = number(at)?;
                set(&mut self.increment, "INCREMENT", value);
            }
            "MINVALUE" => {
                let value = number(at)?;
                set(&mut self.least, "MINVALUE", value);
            }
            "MAXVALUE" => {
                let value = number(at)?;
                set(&mut self.most, "MAXVALUE", value);
            }
            "START" => {
                at.take("WITH");
                let value = number(at)?;
                set(&mut self.start, "START", value);
            }
            "RESTART" => {
                at.take("WITH");
                if matches!(at.peek(), Some(Token::Number(..) | Token::Minus)) {
                    let value = number(at)?;
                    set(&mut self.restart, "RESTART", value);
                }
            }
            "CACHE" => {
                let value = number(at)?;
                set(&mut self.cache, "CACHE", value);
            }
            "CYCLE" => {}
            "NO" => {
                at.take_any(&["MINVALUE", "MAXVALUE", "CYCLE"])?;
            }
            "OWNED" => {
                at.take("BY");
                at.name()?;
                // A schema, a table and a column are three names.
            }
            _ => return None,
        }
        Some(())
    }

    /// The code and the words of the refusal.
    fn refused(&self, made: bool) -> Option<(&'static str, String)> {
        const WRONG: &str = "22023";
        if let Some(word) = self.twice {
            return Some(("42601", format!("`{word}` stands here twice")));
        }
        if self.increment == Some(0) {
            return Some((WRONG, "`INCREMENT` must not be zero".to_owned()));
        }
        if let Some(cache) = self.cache.filter(|cache| *cache <= 0) {
            return Some((
                WRONG,
                format!("`CACHE` ({cache}) must be greater than zero"),
            ));
        }
        let up = self.increment.unwrap_or(1) > 0;
        let (lowest, highest) = match self.data_type {
            Some("smallint") => (i128::from(i16::MIN), i128::from(i16::MAX)),
            Some("integer") => (i128::from(i32::MIN), i128::from(i32::MAX)),
            _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
        };
        if made || self.data_type.is_some() {
            for (word, value) in [("MINVALUE", self.least), ("MAXVALUE", self.most)] {
                if let Some(value) = value.filter(|value| !(lowest..=highest).contains(value)) {
                    let message = format!("`{word}` ({value}) is out of the range of the type");
                    return Some((WRONG, message));
                }
            }
        }
        // What a sequence that is there already has is not known.
        let least = self
            .least
            .or_else(|| made.then_some(if up { 1 } else { lowest }));
        let most = self
            .most
            .or_else(|| made.then_some(if up { highest } else { -1 }));
        if let (Some(least), Some(most)) = (least, most)
            && least >= most
        {
            let message = format!("`MINVALUE` ({least}) must be less than `MAXVALUE` ({most})");
            return Some((WRONG, message));
        }
        for (word, value) in [("START", self.start), ("RESTART", self.restart)] {
            let Some(value) = value else { continue };
            if let Some(least) = least.filter(|least| value < *least) {
                let message = format!("`{word}` ({value}) is less than `MINVALUE` ({least})");
                return Some((WRONG, message));
            }
            if let Some(most) = most.filter(|most| value > *most) {
                let message = format!("`{word}` ({value}) is greater than `MAXVALUE` ({most})");
                return Some((WRONG, message));
            }
        }
        None
    }
}
