//! PL/pgSQL by its control words.

use super::{condition, execute};
use crate::source::Span;
use crate::sql::change::{
    Block, BlockItem, BodyFault, BodyFaultKind, Change, ChangeKind, Condition, Handler,
};
use crate::sql::lex::{Token, TokenKind};
use crate::sql::lower::Cx;
use crate::sql::recognise::Cursor;
use crate::sql::{Understood, parse};

/// How deep control structures are followed into each other; what is deeper is unknown.
const DEEPEST: usize = 64;

/// Reads a body.
pub(super) struct BlockReader<'a> {
    tokens: Vec<Token>,
    at: usize,
    cx: &'a Cx<'a>,
    body: Span,
    depth: usize,
    /// What the item at hand reads before it is done.
    read: Option<Vec<Change>>,
}

/// What ends a list of items.
const ENDS: &[&str] = &["END", "EXCEPTION", "ELSIF", "ELSEIF", "ELSE", "WHEN"];

impl<'a> BlockReader<'a> {
    /// A reader of code tokens that stand in `body`.
    pub(super) fn new(tokens: Vec<Token>, cx: &'a Cx<'a>, body: Span, depth: usize) -> Self {
        Self {
            tokens,
            at: 0,
            cx,
            body,
            depth,
            read: None,
        }
    }

    /// The body's own block. A body that breaks off, or continues after its end, holds something
    /// unknown.
    pub(super) fn outermost(mut self) -> Block {
        self.label();
        let mut block = self.block(0).unwrap_or_default();
        self.terminator();
        if self.at < self.tokens.len() || self.tokens.is_empty() {
            block.items.push(execute::unknown(self.cx, self.body));
        }
        block
    }

    fn text(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) if token.kind == TokenKind::Word => self.cx.slice(token.span),
            _ => "",
        }
    }

    fn sees(&self, word: &str) -> bool {
        self.text(self.at).eq_ignore_ascii_case(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let sees = self.sees(word);
        self.at += usize::from(sees);
        sees
    }

    fn terminator(&mut self) -> bool {
        let sees = self
            .tokens
            .get(self.at)
            .is_some_and(|token| token.kind == TokenKind::Terminator);
        self.at += usize::from(sees);
        sees
    }

    /// `<<label>>`.
    fn label(&mut self) {
        let symbol = |at: usize| self.tokens.get(at).map(|token| token.kind);
        let (open, close) = (Some(TokenKind::Symbol(b'<')), Some(TokenKind::Symbol(b'>')));
        if symbol(self.at) == open
            && symbol(self.at + 1) == open
            && symbol(self.at + 3) == close
            && symbol(self.at + 4) == close
        {
            self.at += 5;
        }
    }

    /// Everything up to one of these words outside of `CASE … END`, or to the end; the word is not
    /// read.
    fn until(&mut self, words: &[&str]) -> Span {
        let start = self.at;
        let mut cases = 0_usize;
        while self.at < self.tokens.len() {
            if cases == 0 && words.iter().any(|word| self.sees(word)) {
                break;
            }
            if self.sees("CASE") {
                cases += 1;
            } else if self.sees("END") {
                cases = cases.saturating_sub(1);
            }
            self.at += 1;
        }
        self.span(start, self.at)
    }

    /// Everything up to the next `;`, which is read.
    fn statement(&mut self) -> Span {
        let start = self.at;
        while self.at < self.tokens.len() && self.tokens[self.at].kind != TokenKind::Terminator {
            self.at += 1;
        }
        let span = self.span(start, self.at);
        self.terminator();
        span
    }

    fn span(&self, start: usize, end: usize) -> Span {
        match (
            self.tokens.get(start),
            end.checked_sub(1).and_then(|last| self.tokens.get(last)),
        ) {
            (Some(first), Some(last)) if start < end => first.span.to(last.span),
            _ => Span::new(self.body.end, self.body.end),
        }
    }

    /// `[DECLARE …] BEGIN … [EXCEPTION …] END [label]`; none when no block starts here.
    fn block(&mut self, nest: usize) -> Option<Block> {
        if self.take("DECLARE") {
            self.until(&["BEGIN"]);
        }
        if !self.take("BEGIN") {
            return None;
        }
        let mut block = Block {
            items: self.items(nest + 1),
            handlers: Vec::new(),
            fault: None,
            names: None,
        };
        if self.take("EXCEPTION") {
            while self.take("WHEN") {
                let conditions = self.until(&["THEN"]);
                self.take("THEN");
                let conditions = self.cx.slice(conditions).to_lowercase();
                let conditions = conditions
                    .split(" or ")
                    .map(|name| name.trim().to_owned())
                    .collect();
                block.handlers.push(Handler {
                    conditions,
                    items: self.items(nest + 1),
                });
            }
        }
        if self.take("END") {
            if !self
                .tokens
                .get(self.at)
                .is_some_and(|token| token.kind == TokenKind::Terminator)
            {
                self.at += usize::from(!self.text(self.at).is_empty());
            }
        } else {
            block.items.push(execute::unknown(self.cx, self.body));
        }
        Some(block)
    }

    fn items(&mut self, nest: usize) -> Vec<BlockItem> {
        let mut items = Vec::new();
        if nest > DEEPEST {
            items.push(execute::unknown(self.cx, self.body));
            self.at = self.tokens.len();
            return items;
        }
        while self.at < self.tokens.len() && !ENDS.iter().any(|word| self.sees(word)) {
            let before = self.at;
            let item = self.item(nest);
            items.extend(self.read.take().map(BlockItem::Changes));
            items.extend(item);
            if self.at == before {
                self.at += 1;
            }
        }
        items
    }

    fn item(&mut self, nest: usize) -> Option<BlockItem> {
        if self.terminator() {
            return None;
        }
        self.label();
        if self.sees("DECLARE") || self.sees("BEGIN") {
            let block = self.block(nest).map(BlockItem::Block);
            self.terminator();
            return block;
        }
        match self.text(self.at).to_ascii_uppercase().as_str() {
            "IF" => Some(self.branches(nest)),
            "CASE" => Some(self.cases(nest)),
            "LOOP" | "FOR" | "FOREACH" | "WHILE" => {
                let head = self.until(&["LOOP"]);
                let read = self.looped_over(head);
                self.take("LOOP");
                let items = self.items(nest + 1);
                self.end();
                self.read = read;
                Some(BlockItem::Loop(items))
            }
            "RAISE" => {
                let span = self.statement();
                let level = self
                    .cx
                    .slice(span)
                    .split_whitespace()
                    .nth(1)
                    .unwrap_or_default()
                    .to_ascii_uppercase();
                let goes_on =
                    ["NOTICE", "WARNING", "INFO", "LOG", "DEBUG"].contains(&level.as_str());
                (!goes_on).then_some(BlockItem::Raise)
            }
            "RETURN" | "EXIT" | "CONTINUE" => {
                let span = self.statement();
                let sometimes = self.cx.slice(span).to_ascii_uppercase().contains(" WHEN ");
                Some(if sometimes {
                    BlockItem::If(vec![(Condition::Unknown, vec![BlockItem::Leave])])
                } else {
                    BlockItem::Leave
                })
            }
            "NULL" | "GET" | "OPEN" | "FETCH" | "MOVE" | "CLOSE" | "ASSERT" => {
                self.statement();
                None
            }
            "EXECUTE" => {
                let span = self.statement();
                Some(self.execute(span))
            }
            _ => self.sql(),
        }
    }

    /// What an `EXECUTE` does. Where its text comes out of a variable, the rest of the body has the
    /// words that may be in it.
    fn execute(&self, span: Span) -> BlockItem {
        let done = execute::constant(self.cx, span, self.depth);
        let verbs = ["create", "alter", "drop", "rename"];
        match done {
            BlockItem::Unknown(span, words)
                if !words
                    .iter()
                    .any(|word| verbs.iter().any(|verb| word.eq_ignore_ascii_case(verb))) =>
            {
                match execute::unknown(self.cx, self.body) {
                    BlockItem::Unknown(_, words) => BlockItem::Unknown(span, words),
                    other => other,
                }
            }
            done => done,
        }
    }

    /// `END IF;`, `END LOOP label;`, `END CASE;`.
    fn end(&mut self) {
        if self.take("END") {
            self.statement();
        }
    }

    fn branches(&mut self, nest: usize) -> BlockItem {
        let mut branches = Vec::new();
        self.at += 1;
        let mut read = None;
        loop {
            let span = self.until(&["THEN"]);
            let condition = condition::recognise(self.cx, span);
            if branches.is_empty() {
                read = value(self.cx, span);
            }
            self.take("THEN");
            branches.push((condition, self.items(nest + 1)));
            if !self.take("ELSIF") && !self.take("ELSEIF") {
                break;
            }
        }
        if self.take("ELSE") {
            branches.push((Condition::Always, self.items(nest + 1)));
        }
        self.end();
        self.read = read;
        BlockItem::If(branches)
    }

    /// `CASE [x] WHEN … THEN … ELSE … END CASE`: no branch that a catalog could decide.
    fn cases(&mut self, nest: usize) -> BlockItem {
        let mut branches = Vec::new();
        self.at += 1;
        while self.at < self.tokens.len() && !self.sees("WHEN") && !self.sees("END") {
            self.at += 1;
        }
        while self.take("WHEN") {
            self.until(&["THEN"]);
            self.take("THEN");
            branches.push((Condition::Unknown, self.items(nest + 1)));
        }
        if self.take("ELSE") {
            branches.push((Condition::Always, self.items(nest + 1)));
        }
        self.end();
        BlockItem::If(branches)
    }

    /// A SQL statement, `PERFORM`, or an assignment.
    fn sql(&mut self) -> Option<BlockItem> {
        let start = self.at;
        let assigned = self.assigned();
        let span = self.statement();
        if self.at == start || span.is_empty() {
            return None;
        }
        if let Some(from) = assigned {
            let place = Span::new(from.min(span.end), span.end);
            return value(self.cx, place).map(BlockItem::Changes);
        }
        if let Some(fault) = without_destination(self.cx, span) {
            self.read = statement(self.cx, span, self.depth);
            return Some(BlockItem::Refused(Box::new(fault)));
        }
        let changes = statement(self.cx, span, self.depth);
        Some(changes.map_or_else(|| execute::unknown(self.cx, span), BlockItem::Changes))
    }

    /// The query that `FOR x IN` runs through.
    fn looped_over(&self, head: Span) -> Option<Vec<Change>> {
        let text = self.cx.slice(head);
        let (before, query) = text
            .split_once(" IN ")
            .or_else(|| text.split_once(" in "))?;
        let first = query.split_whitespace().next()?;
        let queries = ["SELECT", "WITH"];
        if before.contains('(') || !queries.iter().any(|word| first.eq_ignore_ascii_case(word)) {
            return None;
        }
        let start = head.start + before.len() + " IN ".len();
        let start = start + (query.len() - query.trim_start().len());
        statement(self.cx, Span::new(start, head.end), self.depth)
    }

    /// Where the value begins if `name[.field][[subscript]] :=` or `=` follows.
    fn assigned(&self) -> Option<usize> {
        let kind = |at: usize| self.tokens.get(at).map(|token| token.kind);
        let end = |at: usize| self.tokens.get(at).map(|token| token.span.end);
        let mut at = self.at;
        if !matches!(kind(at), Some(TokenKind::Word | TokenKind::Quoted)) {
            return None;
        }
        let mut brackets = 0_usize;
        loop {
            at += 1;
            match kind(at) {
                Some(TokenKind::Symbol(b'[')) => brackets += 1,
                Some(TokenKind::Symbol(b']')) => brackets = brackets.saturating_sub(1),
                Some(TokenKind::Symbol(b'=')) if brackets == 0 => return end(at),
                Some(TokenKind::Symbol(b':')) if brackets == 0 => {
                    let assigns = kind(at + 1) == Some(TokenKind::Symbol(b'='));
                    return end(at + 1).filter(|_| assigns);
                }
                Some(TokenKind::Symbol(b'.')) if brackets == 0 => at += 1,
                Some(_) if brackets > 0 => {}
                _ => return None,
            }
        }
    }
}

/// What a value reads that has a query in it.
fn value(cx: &Cx, span: Span) -> Option<Vec<Change>> {
    let cx = Cx { span, ..*cx };
    let text = cx.slice(span);
    let queries = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case("select"));
    if !queries || text.len() > parse::LONGEST {
        return None;
    }
    let mut tokens = parse::tokenize(&cx).ok()?;
    let mut select = tokens.first()?.clone();
    select.token = sqlparser::tokenizer::Token::make_keyword("SELECT");
    tokens.insert(0, select);
    let changes = parse::statement(tokens, &cx).ok()?;
    let reads = |change: &Change| matches!(change.kind, ChangeKind::Select(_));
    changes.iter().all(reads).then_some(changes)
}

/// Why a query whose rows go nowhere is refused.
fn without_destination(cx: &Cx, span: Span) -> Option<BodyFault> {
    let mut words = cx
        .slice(span)
        .split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .filter(|word| !word.is_empty());
    let first = words.next()?;
    let goes = |word: &str| word.eq_ignore_ascii_case("into");
    if !first.eq_ignore_ascii_case("select") || words.any(goes) {
        return None;
    }
    Some(BodyFault {
        span,
        message: "the rows of this query go nowhere: `PERFORM` throws them away".to_owned(),
        kind: BodyFaultKind::Syntax,
    })
}

/// A statement of a body, which may be `PERFORM`, or put its result `INTO` variables.
pub(super) fn statement(cx: &Cx, span: Span, depth: usize) -> Option<Vec<Change>> {
    let cx = Cx { span, ..*cx };
    if span.end - span.start > parse::LONGEST {
        return understood(&cx, depth);
    }
    let mut tokens = parse::tokenize(&cx).ok()?;
    let cursor = Cursor::new(&tokens, &cx);
    let performs = cursor.sees("PERFORM");
    match cursor.into_clause() {
        None if !performs => return understood(&cx, depth),
        into => {
            if let Some(into) = into {
                tokens.drain(into);
            }
        }
    }
    if performs {
        tokens[0].token = sqlparser::tokenizer::Token::make_keyword("SELECT");
    }
    parse::statement(tokens, &cx).ok()
}

fn understood(cx: &Cx, depth: usize) -> Option<Vec<Change>> {
    match parse::understand(cx, depth + 1) {
        (_, Understood::Opaque { .. }) => None,
        (changes, _) => Some(changes),
    }
}
