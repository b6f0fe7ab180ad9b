//! Statements of a PL/pgSQL body that hold no others.

use std::ops::Range;

use super::{BodyChecker, Reading, ReadingEnd, RoutineYield};
use crate::sql::change::BodyFaultKind;
use crate::sql::fault::begins_statement;
use crate::sql::lex::TokenKind;

/// How loud `RAISE` may be.
const LEVELS: [&str; 6] = ["EXCEPTION", "WARNING", "NOTICE", "INFO", "LOG", "DEBUG"];

/// What `RAISE` may say after `USING`.
const OPTIONS: [&str; 9] = [
    "MESSAGE",
    "DETAIL",
    "HINT",
    "ERRCODE",
    "COLUMN",
    "CONSTRAINT",
    "DATATYPE",
    "TABLE",
    "SCHEMA",
];

/// What `GET DIAGNOSTICS` can ask for.
const DIAGNOSTICS: [&str; 14] = [
    "ROW_COUNT",
    "RESULT_OID",
    "PG_CONTEXT",
    "PG_ROUTINE_OID",
    "RETURNED_SQLSTATE",
    "COLUMN_NAME",
    "CONSTRAINT_NAME",
    "PG_DATATYPE_NAME",
    "MESSAGE_TEXT",
    "TABLE_NAME",
    "SCHEMA_NAME",
    "PG_EXCEPTION_DETAIL",
    "PG_EXCEPTION_HINT",
    "PG_EXCEPTION_CONTEXT",
];

impl BodyChecker<'_> {
    /// Where the value of an assignment begins, if one stands here: `x := 1`, `r.a[2] = 1`.
    pub(super) fn assigned_at(&self) -> Option<usize> {
        self.name(self.at)?;
        let (mut at, mut brackets) = (self.at + 1, 0_usize);
        loop {
            match self.kind(at)? {
                TokenKind::Symbol(b'[') => brackets += 1,
                TokenKind::Symbol(b']') => brackets = brackets.checked_sub(1)?,
                TokenKind::Symbol(b'=') if brackets == 0 => return Some(at + 1),
                TokenKind::Symbol(b':') if brackets == 0 => {
                    return self.is_symbol(at + 1, b'=').then_some(at + 2);
                }
                TokenKind::Symbol(b'.') if brackets == 0 => {
                    self.name(at + 1)?;
                    at += 1;
                }
                TokenKind::Terminator => return None,
                _ if brackets > 0 => {}
                _ => return None,
            }
            at += 1;
        }
    }

    pub(super) fn assignment(&mut self) -> Reading {
        let Some(value) = self.assigned_at() else {
            return Err(ReadingEnd::Unsure);
        };
        self.target()?;
        self.at = value;
        let piece = self.piece()?;
        if piece.is_empty() {
            return self.wrong(piece.end, "the value that is assigned is missing");
        }
        self.value(&piece)
    }

    /// Refuses a value that is a query without brackets, or into which the next statement runs.
    fn value(&self, piece: &Range<usize>) -> Reading {
        if self.is(piece.start, "SELECT") {
            return self.wrong(
                piece.start,
                "a query in the place of a value needs brackets",
            );
        }
        let mut cases = 0_usize;
        for at in piece.clone() {
            if self.is(at, "CASE") {
                cases += 1;
            } else if self.is(at, "END") {
                cases = cases.saturating_sub(1);
            } else if cases == 0 && self.is_one_of(at, &["THEN", "LOOP"]) {
                return self.wrong(at, "no `;` ends the statement before this");
            }
        }
        self.runs_on(piece)
    }

    /// Refuses a statement that `RETURN NEW` follows without a `;`.
    fn runs_on(&self, piece: &Range<usize>) -> Reading {
        let returned = ["NEW", "OLD", "NULL", "QUERY", "NEXT"];
        let mut inner = piece.clone().skip(1);
        match inner.find(|&at| self.is(at, "RETURN") && self.is_one_of(at + 1, &returned)) {
            Some(at) => self.wrong(at, "no `;` ends the statement before this"),
            None => Ok(()),
        }
    }

    /// A statement by its first word.
    pub(super) fn simple(&mut self, word: &str) -> Reading {
        let at = self.at;
        match word {
            "NULL" => {
                self.at += 1;
                self.terminator("NULL")
            }
            "RETURN" => self.returned(),
            "RAISE" => self.raised(),
            "EXIT" | "CONTINUE" => self.left(word),
            "GET" => self.diagnostics(),
            "PERFORM" => {
                self.at += 1;
                let piece = self.piece()?;
                if self.is(piece.start, "SELECT") {
                    return self.wrong(piece.start, "`PERFORM` stands in the place of `SELECT`");
                }
                self.runs_on(&piece)
            }
            "OPEN" | "CLOSE" => {
                self.at += 1;
                self.target()?;
                self.piece().map(|_| ())
            }
            "ASSERT" | "MOVE" | "COMMIT" | "ROLLBACK" => self.piece().map(|_| ()),
            "EXECUTE" | "FETCH" | "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH" | "MERGE" => {
                let piece = self.piece()?;
                self.runs_on(&piece)?;
                self.into(piece)
            }
            "" => Err(ReadingEnd::Unsure),
            word if !begins_statement(word) => {
                let message = format!("`{}` begins no statement", self.text(at));
                self.wrong(at, message)
            }
            _ => self.piece().map(|_| ()),
        }
    }

    /// `INTO` and the variables after it.
    fn into(&mut self, piece: Range<usize>) -> Reading {
        let after = self.at;
        for at in piece.start + 1..piece.end {
            if !self.is(at, "INTO") || self.is_one_of(at - 1, &["INSERT", "MERGE"]) {
                continue;
            }
            self.at = at + 1;
            self.take("STRICT");
            self.targets()?;
        }
        self.at = after;
        Ok(())
    }

    fn returned(&mut self) -> Reading {
        let at = self.at;
        self.at += 1;
        let (rows, result) = (self.routine.yields, BodyFaultKind::Result);
        let yields_rows = matches!(rows, RoutineYield::Rows | RoutineYield::OutputRows);
        if self.is_one_of(self.at, &["NEXT", "QUERY"]) {
            let next = self.is(self.at, "NEXT");
            self.at += 1;
            let piece = self.piece()?;
            if !yields_rows && rows != RoutineYield::Unknown {
                let message = "a routine that yields no rows returns no next one";
                return self.wrong_as(result, at, message);
            }
            if next && rows == RoutineYield::OutputRows && !piece.is_empty() {
                let message = "the next row is that of the parameters that come out";
                return self.wrong_as(result, piece.start, message);
            }
            if piece.is_empty() && (!next || rows == RoutineYield::Rows) {
                return self.wrong(piece.end, "what is returned is missing");
            }
            return Ok(());
        }
        let piece = self.piece()?;
        let message = match rows {
            RoutineYield::Unknown => return Ok(()),
            RoutineYield::Value if piece.is_empty() => {
                return self.wrong(piece.end, "what is returned is missing");
            }
            RoutineYield::Value => return self.value(&piece),
            _ if piece.is_empty() => return Ok(()),
            RoutineYield::Procedure => {
                return self.wrong(piece.start, "a procedure returns no value");
            }
            RoutineYield::Nothing => "a routine of type `void` returns no value",
            RoutineYield::Outputs => "the parameters that come out are what is returned",
            RoutineYield::Rows | RoutineYield::OutputRows => {
                "a function that yields rows gives them to `RETURN NEXT` or `RETURN QUERY`"
            }
        };
        self.wrong_as(result, piece.start, message)
    }

    /// `EXIT` and `CONTINUE`.
    fn left(&mut self, word: &str) -> Reading {
        let at = self.at;
        self.at += 1;
        let labelled = !self.is_terminator(self.at) && !self.is(self.at, "WHEN");
        let name = self.name(self.at).filter(|_| labelled);
        self.piece()?;
        let found = match &name {
            _ if labelled && name.is_none() => return Err(ReadingEnd::Unsure),
            Some(name) if self.routine.name == Some(name.as_str()) => {
                return Err(ReadingEnd::Unsure);
            }
            Some(name) => {
                let mut labels = self.labels.iter();
                labels.any(|label| label.name.as_ref() == Some(name))
            }
            None => self.labels.iter().any(|label| label.is_loop),
        };
        if found {
            return Ok(());
        }
        match name {
            Some(name) => self.wrong(
                at + 1,
                format!("no block or loop around is called `{name}`"),
            ),
            None => self.wrong(at, format!("`{word}` stands outside of a loop")),
        }
    }

    /// `GET DIAGNOSTICS x = ROW_COUNT`.
    fn diagnostics(&mut self) -> Reading {
        self.at += 1;
        let _ = self.take("CURRENT") || self.take("STACKED");
        if !self.take("DIAGNOSTICS") {
            return self.wrong(self.at, "`DIAGNOSTICS` is missing after `GET`");
        }
        loop {
            self.target()?;
            while self.is_symbol(self.at, b':') || self.is_symbol(self.at, b'=') {
                self.at += 1;
            }
            if !self.is_one_of(self.at, &DIAGNOSTICS) {
                let message = format!("`GET DIAGNOSTICS` knows no `{}`", self.text(self.at));
                return self.wrong(self.at, message);
            }
            self.at += 1;
            if !self.is_symbol(self.at, b',') {
                break;
            }
            self.at += 1;
        }
        self.terminator("GET DIAGNOSTICS")
    }

    fn raised(&mut self) -> Reading {
        self.at += 1;
        if self.is_one_of(self.at, &LEVELS) {
            self.at += 1;
        }
        let at = self.at;
        match self.kind(at) {
            Some(TokenKind::Terminator) => {}
            Some(TokenKind::Text | TokenKind::Dollar) => return self.formatted(),
            Some(TokenKind::Word) if self.is(at, "USING") => {}
            Some(TokenKind::Word) => {
                self.condition()?;
                if !self.is_terminator(self.at) && !self.is(self.at, "USING") {
                    return Err(ReadingEnd::Unsure);
                }
            }
            _ => return Err(ReadingEnd::Unsure),
        }
        let piece = self.piece()?;
        self.options(&piece)
    }

    /// A text with a `%` for each value that follows.
    fn formatted(&mut self) -> Reading {
        let at = self.at;
        let wanted = placeholders(self.cx.slice(self.place(at)));
        let piece = self.piece()?;
        let mut brackets = 0_usize;
        let (mut given, mut end) = (0_usize, piece.end);
        for next in at + 1..piece.end {
            match self.kind(next) {
                // Two strings on two lines are one.
                Some(TokenKind::Text | TokenKind::Dollar) if next == at + 1 => {
                    return Err(ReadingEnd::Unsure);
                }
                Some(TokenKind::Symbol(b'(' | b'[' | b'{')) => brackets += 1,
                Some(TokenKind::Symbol(b')' | b']' | b'}')) => {
                    brackets = brackets.saturating_sub(1);
                }
                Some(TokenKind::Symbol(b',')) if brackets == 0 => given += 1,
                _ if brackets == 0 && self.is(next, "USING") => {
                    end = next;
                    break;
                }
                _ if next == at + 1 => {
                    let message = "a comma must stand after the text of `RAISE`";
                    return self.wrong(next, message);
                }
                _ => {}
            }
        }
        if given != wanted {
            let message = format!("the text has {wanted} `%`, and {given} values follow");
            return self.wrong(at, message);
        }
        self.options(&(end..piece.end))
    }

    /// What follows `USING`.
    fn options(&self, piece: &Range<usize>) -> Reading {
        let mut brackets = 0_usize;
        for at in piece.clone() {
            let begins = match self.kind(at) {
                Some(TokenKind::Symbol(b'(' | b'[')) => {
                    brackets += 1;
                    false
                }
                Some(TokenKind::Symbol(b')' | b']')) => {
                    brackets = brackets.saturating_sub(1);
                    false
                }
                Some(TokenKind::Symbol(b',')) => brackets == 0,
                _ => at == piece.start && self.is(at, "USING"),
            };
            if begins && !self.is_one_of(at + 1, &OPTIONS) {
                let message = format!("`RAISE` knows no option `{}`", self.text(at + 1));
                return self.wrong(at + 1, message);
            }
        }
        Ok(())
    }
}

/// How many values a text of `RAISE` asks for.
fn placeholders(text: &str) -> usize {
    text.replace("%%", "").matches('%').count()
}
