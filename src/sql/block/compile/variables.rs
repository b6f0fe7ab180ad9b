//! Variables and labels of a PL/pgSQL body.

use super::{BodyChecker, Reading, ReadingEnd};
use crate::sql::change::BodyFaultKind;
use crate::sql::lex::TokenKind;

/// A variable in sight.
pub(super) struct BodyVariable {
    name: String,
    kind: VariableKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VariableKind {
    Plain,
    Constant,
    Cursor,
}

/// A block or a loop around, with its name where it has one.
pub(super) struct BlockLabel {
    pub(super) name: Option<String>,
    pub(super) is_loop: bool,
}

impl BodyChecker<'_> {
    pub(super) fn declare(&mut self, name: String, kind: VariableKind) {
        self.names.push(name.clone());
        self.variables.push(BodyVariable { name, kind });
    }

    pub(super) fn kind_of(&self, name: &str) -> Option<VariableKind> {
        let mut variables = self.variables.iter().rev();
        let found = variables.find(|one| one.name == name);
        found.map(|one| one.kind)
    }

    /// Goes into a block or loop.
    pub(super) fn enter(&mut self, name: Option<String>, is_loop: bool) {
        self.names.extend(name.clone());
        self.labels.push(BlockLabel { name, is_loop });
    }

    /// Leaves it; its name may stand after its end, and no other.
    pub(super) fn leave(&mut self) -> Reading {
        let label = self.labels.pop();
        let Some(name) = self.name(self.at) else {
            return Ok(());
        };
        if label.and_then(|label| label.name).as_ref() != Some(&name) {
            return self.wrong(self.at, format!("what ends here is not called `{name}`"));
        }
        self.at += 1;
        Ok(())
    }

    /// Whether a name begins that of a variable: its own, a block's or the routine's.
    fn is_known(&self, name: &str, qualified: bool) -> bool {
        let labels = || {
            let mut labels = self.labels.iter();
            labels.any(|label| label.name.as_deref() == Some(name))
        };
        self.kind_of(name).is_some() || (qualified && (self.routine.name == Some(name) || labels()))
    }

    /// A name that must be a variable's, which is read with its fields.
    pub(super) fn target(&mut self) -> Reading {
        let first = self.at;
        // A parameter by its number.
        if self.is_symbol(first, b'$') || self.kind(first) == Some(TokenKind::Dollar) {
            return Err(ReadingEnd::Unsure);
        }
        let Some(name) = self.name(first) else {
            return Err(ReadingEnd::Unsure);
        };
        self.at += 1;
        let mut qualified = false;
        while self.is_symbol(self.at, b'.') && self.name(self.at + 1).is_some() {
            self.at += 2;
            qualified = true;
        }
        if !self.is_known(&name, qualified) {
            return self.wrong(first, format!("`{name}` is no variable that is declared"));
        }
        if !qualified && self.kind_of(&name) == Some(VariableKind::Constant) {
            let message = format!("`{name}` is a constant, and gets no other value");
            return self.wrong_as(BodyFaultKind::Constant, first, message);
        }
        Ok(())
    }

    /// Variables with commas between them.
    pub(super) fn targets(&mut self) -> Reading {
        self.target()?;
        while self.is_symbol(self.at, b',') {
            self.at += 1;
            self.target()?;
        }
        Ok(())
    }

    /// `<<label>>`, if one stands here.
    pub(super) fn label(&mut self) -> Option<String> {
        let open = self.is_symbol(self.at, b'<') && self.is_symbol(self.at + 1, b'<');
        let close = self.is_symbol(self.at + 3, b'>') && self.is_symbol(self.at + 4, b'>');
        if !open || !close {
            return None;
        }
        let name = self.name(self.at + 2)?;
        self.at += 5;
        Some(name)
    }

    /// The variables between `DECLARE` and `BEGIN`.
    pub(super) fn declarations(&mut self) -> Reading {
        let first = self.variables.len();
        while !self.is(self.at, "BEGIN") {
            if self.take("DECLARE") {
                continue;
            }
            let at = self.at;
            let Some(name) = self.name(at) else {
                return Err(ReadingEnd::Unsure);
            };
            self.at += 1;
            let kind = self.declaration(&name)?;
            let mut own = self.variables[first..].iter();
            if own.any(|one| one.name == name) {
                return self.wrong(at, format!("`{name}` is declared twice"));
            }
            self.declare(name, kind);
        }
        Ok(())
    }

    /// What follows the name of a variable.
    fn declaration(&mut self, name: &str) -> Reading<VariableKind> {
        let constant = self.take("CONSTANT");
        if self.is(self.at, "ALIAS") && self.is(self.at + 1, "FOR") {
            self.piece()?;
            return Ok(VariableKind::Plain);
        }
        let start = self.at;
        let piece = self.piece()?;
        if self.is_one_of(start, &["CURSOR", "SCROLL"])
            || (self.is(start, "NO") && self.is(start + 1, "SCROLL"))
        {
            return Ok(VariableKind::Cursor);
        }
        let default = |at: &usize| {
            self.is_symbol(*at, b'=') || self.is_one_of(*at, &["DEFAULT", "COLLATE", "NOT"])
        };
        let end = piece.clone().find(default).unwrap_or(piece.end);
        if start == end || self.is_symbol(start, b':') {
            return self.wrong(start, format!("`{name}` has no type"));
        }
        if let Some(at) = (start..end).find(|&at| self.is(at, "BEGIN")) {
            return self.wrong(at, format!("no `;` stands after the type of `{name}`"));
        }
        if piece.end == end + 1 && self.is_symbol(end, b'=') {
            return self.wrong(piece.end, format!("the value of `{name}` is missing"));
        }
        if self.is(start, "REFCURSOR") {
            return Ok(VariableKind::Cursor);
        }
        Ok(if constant {
            VariableKind::Constant
        } else {
            VariableKind::Plain
        })
    }
}
