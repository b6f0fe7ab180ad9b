//! What PostgreSQL refuses of a PL/pgSQL body when it reads it, before it runs any of it.
//!
//! The server cuts a body into control words and pieces of SQL, and looks up each variable that gets
//! a value; names in the SQL are found only when it runs. Here the cuts are the server's. What is not
//! certain ends the reading without a word.

mod control;
mod simple;
mod variables;

use std::ops::Range;

use variables::{BlockLabel, BodyVariable};

use crate::source::Span;
use crate::sql::change::{BodyFault, BodyFaultKind, DataType, FunctionKind, ObjectName, Signature};
use crate::sql::lex::{Lexer, Token, TokenKind};
use crate::sql::lower::Cx;

/// How deep control structures are followed into each other.
const DEEPEST: usize = 64;

/// What a routine yields, as far as `RETURN` depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoutineYield {
    /// Not known.
    Unknown,
    /// A procedure.
    Procedure,
    /// `void`, a `DO` block, an event trigger.
    Nothing,
    /// One value, a trigger's row among them.
    Value,
    /// Its parameters that come out.
    Outputs,
    /// Rows, each given to `RETURN NEXT`.
    Rows,
    /// Rows of its parameters that come out.
    OutputRows,
}

/// What is known of a routine before its body is read.
pub(crate) struct ReadRoutine<'a> {
    /// Its name, which stands for its parameters; `None` for a `DO` block.
    name: Option<&'a str>,
    yields: RoutineYield,
    /// The names of its parameters, and those that the server gives it.
    names: Vec<String>,
}

impl<'a> ReadRoutine<'a> {
    /// A `DO` block.
    pub(super) fn block() -> Self {
        Self {
            name: None,
            yields: RoutineYield::Nothing,
            names: Vec::new(),
        }
    }

    /// A function or procedure.
    pub(crate) fn of(
        name: &'a ObjectName,
        signature: &Signature,
        returns: Option<&DataType>,
        kind: FunctionKind,
    ) -> Self {
        let names = signature.parameters.iter();
        let names = names.filter_map(|one| one.name.as_ref());
        let mut names: Vec<String> = names.map(|name| name.value.clone()).collect();
        let returned = returns.map(|returned| returned.name.as_str());
        let own: &[&str] = match returned {
            Some("trigger") => &TRIGGER,
            Some("event_trigger") => &["tg_event", "tg_tag"],
            _ => &[],
        };
        names.extend(own.iter().map(|&name| name.to_owned()));
        let outputs = signature.outputs().next().is_some();
        let yields = match (kind, returned) {
            (FunctionKind::Procedure, _) => RoutineYield::Procedure,
            (FunctionKind::Function, _) if signature.returns_set && outputs => {
                RoutineYield::OutputRows
            }
            (FunctionKind::Function, Some(_)) if signature.returns_set => RoutineYield::Rows,
            (FunctionKind::Function, _) if outputs => RoutineYield::Outputs,
            (FunctionKind::Function, Some("void" | "event_trigger")) => RoutineYield::Nothing,
            (FunctionKind::Function, Some(_)) => RoutineYield::Value,
            _ => RoutineYield::Unknown,
        };
        Self {
            name: Some(&name.name.value),
            yields,
            names,
        }
    }
}

/// The variables of a trigger.
const TRIGGER: [&str; 12] = [
    "new",
    "old",
    "tg_argv",
    "tg_level",
    "tg_name",
    "tg_nargs",
    "tg_op",
    "tg_relid",
    "tg_relname",
    "tg_table_name",
    "tg_table_schema",
    "tg_when",
];

/// What the server makes of a body when it reads it.
#[derive(Default)]
pub(super) struct BodyReading {
    /// Why it refuses the body.
    pub(super) fault: Option<Box<BodyFault>>,
    /// The variables and labels of all of it, where all are known.
    pub(super) names: Option<Vec<String>>,
}

/// What the server makes of the body whose text stands at `body`.
pub(super) fn read(cx: &Cx, body: Span, routine: &ReadRoutine) -> BodyReading {
    let text = cx.slice(body);
    // What a tool puts in place of a word may be anything.
    if ["${", "{{", "<%", "#{"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        return BodyReading::default();
    }
    let tokens: Vec<Token> = Lexer::new(cx.text, body, cx.dialect, cx.versions)
        .filter(Token::is_code)
        .collect();
    let foreign = |token: &Token| {
        let kinds = [TokenKind::Breakpoint, TokenKind::Delimiter, TokenKind::Meta];
        !token.closed || kinds.contains(&token.kind)
    };
    if tokens.iter().any(foreign) {
        return BodyReading::default();
    }
    let mut reader = BodyChecker {
        tokens,
        at: 0,
        cx,
        body,
        routine,
        variables: Vec::new(),
        labels: Vec::new(),
        names: Vec::new(),
    };
    match reader.whole() {
        Err(ReadingEnd::Wrong(fault)) => BodyReading {
            fault: Some(fault),
            names: None,
        },
        Err(ReadingEnd::Unsure) => BodyReading::default(),
        Ok(()) => BodyReading {
            fault: None,
            names: Some(reader.names),
        },
    }
}

/// What ends the reading.
enum ReadingEnd {
    /// The server refuses the body.
    Wrong(Box<BodyFault>),
    /// Something is there of which nobody knows what the server makes of it.
    Unsure,
}

type Reading<T = ()> = Result<T, ReadingEnd>;

struct BodyChecker<'a> {
    tokens: Vec<Token>,
    at: usize,
    cx: &'a Cx<'a>,
    body: Span,
    routine: &'a ReadRoutine<'a>,
    /// What is in sight; the innermost last.
    variables: Vec<BodyVariable>,
    /// The blocks and loops around.
    labels: Vec<BlockLabel>,
    /// Every name that a variable or label has had.
    names: Vec<String>,
}

impl<'a> BodyChecker<'a> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The word at a place, unless it is quoted; nothing for anything else.
    fn text(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) if token.kind == TokenKind::Word => self.cx.slice(token.span),
            _ => "",
        }
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.text(at).eq_ignore_ascii_case(word)
    }

    fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    fn is_symbol(&self, at: usize, symbol: u8) -> bool {
        self.kind(at) == Some(TokenKind::Symbol(symbol))
    }

    fn is_terminator(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Terminator)
    }

    /// The name at a place, as the server keeps it.
    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let text = self.cx.slice(token.span);
        match token.kind {
            TokenKind::Word => Some(text.to_lowercase()),
            TokenKind::Quoted => {
                let inner = text.strip_prefix('"')?.strip_suffix('"')?;
                Some(inner.replace("\"\"", "\""))
            }
            _ => None,
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let sees = self.is(self.at, word);
        self.at += usize::from(sees);
        sees
    }

    /// The place of a token, or the end of the body.
    fn place(&self, at: usize) -> Span {
        match self.tokens.get(at).or(self.tokens.last()) {
            Some(token) => token.span,
            None => self.body,
        }
    }

    fn wrong<T>(&self, at: usize, message: impl Into<String>) -> Reading<T> {
        self.wrong_as(BodyFaultKind::Syntax, at, message)
    }

    fn wrong_as<T>(
        &self,
        kind: BodyFaultKind,
        at: usize,
        message: impl Into<String>,
    ) -> Reading<T> {
        Err(ReadingEnd::Wrong(Box::new(BodyFault {
            span: self.place(at),
            message: message.into(),
            kind,
        })))
    }

    /// Everything up to the next `;`, which is read too.
    fn piece(&mut self) -> Reading<Range<usize>> {
        let start = self.at;
        let ends = (start..self.tokens.len()).find(|&at| self.is_terminator(at));
        let Some(end) = ends else {
            return self.wrong(
                self.tokens.len(),
                "no `;` ends the last statement of the body",
            );
        };
        // A body within the body, with terminators of its own.
        if (start..end).any(|at| self.is(at, "ATOMIC")) {
            return Err(ReadingEnd::Unsure);
        }
        self.at = end + 1;
        Ok(start..end)
    }

    /// Everything up to a word outside of brackets and `CASE … END`; the word is read too.
    fn until(&mut self, word: &str) -> Reading<Range<usize>> {
        let start = self.at;
        let (mut brackets, mut cases) = (0_usize, 0_usize);
        while self.at < self.tokens.len() {
            let at = self.at;
            match self.kind(at) {
                Some(TokenKind::Symbol(b'(' | b'[')) => brackets += 1,
                Some(TokenKind::Symbol(b')' | b']')) => brackets = brackets.saturating_sub(1),
                Some(TokenKind::Terminator) => break,
                _ if brackets == 0 && cases == 0 && self.is(at, word) => {
                    self.at += 1;
                    return Ok(start..at);
                }
                _ if self.is(at, "CASE") => cases += 1,
                _ if self.is(at, "END") => cases = cases.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        self.wrong(self.at, format!("`{word}` is missing before this"))
    }

    /// A `;` that must stand here.
    fn terminator(&mut self, after: &str) -> Reading {
        if !self.is_terminator(self.at) {
            return self.wrong(self.at, format!("no `;` stands after `{after}`"));
        }
        self.at += 1;
        Ok(())
    }
}
