//! Blocks, branches and loops of a PL/pgSQL body.

use super::variables::VariableKind;
use super::{BodyChecker, DEEPEST, Reading, ReadingEnd};
use crate::server::postgres::names::is_condition;
use crate::sql::change::BodyFaultKind;
use crate::sql::lex::TokenKind;

/// What ends a list of statements.
const ENDS: [&str; 6] = ["END", "EXCEPTION", "ELSIF", "ELSEIF", "ELSE", "WHEN"];

impl BodyChecker<'_> {
    /// The whole body.
    pub(super) fn whole(&mut self) -> Reading {
        // `#variable_conflict use_column`
        while self.is_symbol(self.at, b'#') {
            self.at += 3;
        }
        for name in self.routine.names.clone() {
            self.declare(name, VariableKind::Plain);
        }
        self.declare("found".to_owned(), VariableKind::Plain);
        let label = self.label();
        self.block(label, 0)?;
        if self.is_terminator(self.at) {
            self.at += 1;
        }
        if self.at < self.tokens.len() {
            return self.wrong(self.at, "the body goes on after its last `END`");
        }
        Ok(())
    }

    /// `[DECLARE …] BEGIN … [EXCEPTION …] END [label]`.
    fn block(&mut self, label: Option<String>, nest: usize) -> Reading {
        if nest > DEEPEST {
            return Err(ReadingEnd::Unsure);
        }
        let known = self.variables.len();
        self.enter(label, false);
        if self.is(self.at, "DECLARE") {
            self.declarations()?;
        }
        if !self.take("BEGIN") {
            return self.wrong(self.at, "`BEGIN` is missing before this");
        }
        self.statements(nest)?;
        if self.take("EXCEPTION") {
            self.handlers(nest)?;
        }
        if !self.take("END") {
            return self.wrong(self.at, "`END` is missing before this");
        }
        self.leave()?;
        self.variables.truncate(known);
        Ok(())
    }

    /// `WHEN … THEN …`, as often as it comes.
    fn handlers(&mut self, nest: usize) -> Reading {
        let known = self.variables.len();
        for name in ["sqlstate", "sqlerrm"] {
            self.declare(name.to_owned(), VariableKind::Plain);
        }
        if !self.is(self.at, "WHEN") {
            return self.wrong(self.at, "`WHEN` is missing after `EXCEPTION`");
        }
        while self.take("WHEN") {
            loop {
                self.condition()?;
                if !self.take("OR") {
                    break;
                }
            }
            if !self.take("THEN") {
                return self.wrong(self.at, "`THEN` is missing before this");
            }
            self.statements(nest)?;
        }
        self.variables.truncate(known);
        Ok(())
    }

    /// A condition of errors by its name or code.
    pub(super) fn condition(&mut self) -> Reading {
        let at = self.at;
        if self.is(at, "SQLSTATE") && self.kind(at + 1) == Some(TokenKind::Text) {
            let text = self.cx.slice(self.place(at + 1));
            let code = text.trim_matches('\'');
            let digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
            if text.starts_with('\'') && (code.len() != 5 || !code.bytes().all(digit)) {
                return self.wrong(at + 1, format!("`{code}` is no code of an error"));
            }
            self.at += 2;
            return Ok(());
        }
        let Some(name) = self.name(at) else {
            return Err(ReadingEnd::Unsure);
        };
        if name != "others" && !is_condition(&name) {
            let message = format!("no error is called `{name}`");
            return self.wrong_as(BodyFaultKind::Condition, at, message);
        }
        self.at += 1;
        Ok(())
    }

    fn statements(&mut self, nest: usize) -> Reading {
        loop {
            if self.at >= self.tokens.len() {
                return self.wrong(self.at, "the body ends before its `END`");
            }
            if self.is_one_of(self.at, &ENDS) {
                return Ok(());
            }
            if self.is_terminator(self.at) {
                return self.wrong(self.at, "no statement stands before this `;`");
            }
            self.statement(nest)?;
        }
    }

    fn statement(&mut self, nest: usize) -> Reading {
        if nest > DEEPEST {
            return Err(ReadingEnd::Unsure);
        }
        let label = self.label();
        let at = self.at;
        if self.is_one_of(at, &["DECLARE", "BEGIN"]) {
            self.block(label, nest + 1)?;
            return self.terminator("END");
        }
        if self.assigned_at().is_some() {
            return self.assignment();
        }
        match self.text(at).to_ascii_uppercase().as_str() {
            "IF" => self.branches(nest),
            "CASE" => self.cases(nest),
            "LOOP" => {
                self.at += 1;
                self.repeated(label, nest)
            }
            "WHILE" => {
                self.at += 1;
                self.until("LOOP")?;
                self.repeated(label, nest)
            }
            "FOR" => self.for_each(label, nest),
            "FOREACH" => {
                self.at += 1;
                self.targets()?;
                self.until("LOOP")?;
                self.repeated(label, nest)
            }
            word => self.simple(word),
        }
    }

    /// What is repeated, from after `LOOP` on.
    fn repeated(&mut self, name: Option<String>, nest: usize) -> Reading {
        self.enter(name, true);
        self.statements(nest + 1)?;
        self.end_of("LOOP")
    }

    /// `END IF;` and its like.
    fn end_of(&mut self, word: &str) -> Reading {
        if !self.take("END") || !self.take(word) {
            return self.wrong(self.at, format!("`END {word}` is missing before this"));
        }
        if word == "LOOP" {
            self.leave()?;
        }
        self.terminator(&format!("END {word}"))
    }

    fn branches(&mut self, nest: usize) -> Reading {
        self.at += 1;
        loop {
            self.until("THEN")?;
            self.statements(nest + 1)?;
            if !self.take("ELSIF") && !self.take("ELSEIF") {
                break;
            }
        }
        if self.take("ELSE") {
            self.statements(nest + 1)?;
        }
        self.end_of("IF")
    }

    fn cases(&mut self, nest: usize) -> Reading {
        self.at += 1;
        self.until("WHEN")?;
        loop {
            self.until("THEN")?;
            self.statements(nest + 1)?;
            if !self.take("WHEN") {
                break;
            }
        }
        if self.take("ELSE") {
            self.statements(nest + 1)?;
        }
        self.end_of("CASE")
    }

    /// `FOR x IN … LOOP`: over numbers or a cursor, the variable is a new one.
    fn for_each(&mut self, label: Option<String>, nest: usize) -> Reading {
        self.at += 1;
        let first = self.at;
        let Some(at) = (first..self.tokens.len()).find(|&at| self.is(at, "IN")) else {
            return Err(ReadingEnd::Unsure);
        };
        self.at = at + 1;
        let range = self.until("LOOP")?;
        let after = self.at;
        let known = self.variables.len();
        let of = self.name(range.start);
        let kind = of.as_deref().and_then(|name| self.kind_of(name));
        let numbers = range
            .clone()
            .any(|at| self.is_symbol(at, b'.') && self.is_symbol(at + 1, b'.'));
        let queries = [
            "SELECT", "WITH", "EXECUTE", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE",
        ];
        if numbers || kind == Some(VariableKind::Cursor) {
            match self.name(first) {
                Some(name) if at == first + 1 => self.declare(name, VariableKind::Plain),
                _ => return Err(ReadingEnd::Unsure),
            }
        } else if kind.is_none() && self.is_one_of(range.start, &queries) {
            self.at = first;
            self.targets()?;
        } else {
            return Err(ReadingEnd::Unsure);
        }
        self.at = after;
        self.repeated(label, nest)?;
        self.variables.truncate(known);
        Ok(())
    }
}
