//! What SQLite alone does: it throws away parts of a statement before it looks for names, reads the
//! text of a view whenever something reads the view, and knows its functions by name and number of
//! arguments.

use std::rc::Rc;

use super::from::renamed;
use super::place::ClausePlace;
use super::{NameResolver, Outputs, ReadView};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Rejection, View};
use crate::server::sqlite::functions::{OwnFunction, OwnFunctionKind};
use crate::sql::change::ObjectName;
use crate::sql::change::tree::{CallTree, FromItem, JoinOn, Term};

/// Whether a term is gone before names are looked for: `a IN ()`, and an `AND` with the number 0.
pub(crate) fn is_thrown_away(term: &Term) -> bool {
    match term {
        Term::And(parts) => parts.iter().any(is_false),
        Term::Held { against, .. } => against.is_empty(),
        _ => false,
    }
}

/// Whether a term may be the number 0 once it is read. With a sign or a point it is not (checked on
/// 3.40). What is not read may be `0x0`.
fn is_false(term: &Term) -> bool {
    match term {
        Term::Number(number) => number.bytes().all(|digit| digit == b'0'),
        Term::Opaque => true,
        term => is_thrown_away(term),
    }
}

/// Conditions of the joins in one item of `FROM`.
fn conditions_of<'t>(item: &'t FromItem, found: &mut Vec<&'t Term>) {
    if let FromItem::Join { left, right, on } = item {
        conditions_of(left, found);
        conditions_of(right, found);
        if let JoinOn::Condition(condition) = on {
            found.push(condition);
        }
    }
}

/// Why a statement fails that reads a broken view.
pub(super) fn broken_view(view: &View, name: &ObjectName, why: &Rejection) -> Rejection {
    let message = format!("view `{}` cannot be read: {}", view.name, why.message);
    Rejection::new(why.code, name.span(), message)
        .because(view.origin.made, "the view is made here")
}

impl<'c> NameResolver<'c> {
    /// The conditions of a statement. Those of joins are parts of `WHERE` in SQLite.
    pub(super) fn conditions<'t>(
        &mut self,
        from: impl IntoIterator<Item = &'t FromItem>,
        conditions: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome {
        if !self.catalog.dialect.words_can_be_strings() {
            return self.terms_in(ClausePlace::Where, conditions).map(|_| ());
        }
        let mut all = Vec::new();
        from.into_iter()
            .for_each(|item| conditions_of(item, &mut all));
        all.extend(conditions);
        if all.iter().any(|condition| is_false(condition)) {
            return Ok(());
        }
        self.terms_in(ClausePlace::Where, all).map(|_| ())
    }

    /// What a view yields whose text is read again; `None` where that is not done, or not known.
    pub(super) fn reread(&mut self, view: &'c View) -> Option<ReadView> {
        let text = view.text.as_ref()?;
        let tree = text.tree.get()?;
        if let Some((_, read)) = self.views.iter().find(|(name, _)| **name == view.name) {
            return Some(read.clone());
        }
        // One that reads itself finds this.
        let at = self.views.len();
        self.views.push((&view.name, Ok(Rc::new(Outputs::any()))));
        let mut reader = NameResolver::new(self.catalog, self.span);
        reader.views = std::mem::take(&mut self.views);
        let outputs = reader.query(tree);
        self.views = std::mem::take(&mut reader.views);
        let read = match outputs {
            Ok(outputs) => Ok(Rc::new(renamed(outputs, &text.columns))),
            Err(why) => Err(Rc::new(why)),
        };
        if let Some((_, slot)) = self.views.get_mut(at) {
            slot.clone_from(&read);
        }
        Some(read)
    }

    /// Refuses a call of one of SQLite's own functions that it cannot mean. A name that is not in
    /// its list may be a function of the program that runs the statement.
    pub(super) fn lite_call(&self, call: &CallTree, name: &str) -> Outcome {
        if !self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let Some(own) = OwnFunction::named(name) else {
            return Ok(());
        };
        let span = Some(call.name.span()).filter(|span| !span.is_empty());
        let refusal = |code, message| Err(Rejection::new(code, span.unwrap_or(self.span), message));
        if call.plain && !own.takes(call.args.len()) {
            let message = format!("`{name}` does not take {} arguments", call.args.len());
            return refusal(sqlstate::UNDEFINED_FUNCTION, message);
        }
        match (own.kind, call.over) {
            (OwnFunctionKind::Scalar, true) => refusal(
                sqlstate::WRONG_OBJECT_TYPE,
                format!("`{name}` is no window function, and no aggregate"),
            ),
            (OwnFunctionKind::Window, false) => refusal(
                sqlstate::WRONG_OBJECT_TYPE,
                format!("window function `{name}` needs `OVER`"),
            ),
            _ => Ok(()),
        }
    }

    /// The same for what is read as a choice among values: `coalesce`, `ifnull`.
    pub(super) fn counted(&self, word: &str, given: usize) -> Outcome {
        let own = OwnFunction::named(word).filter(|own| !own.takes(given));
        if own.is_none() || !self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let message = format!("`{word}` does not take {given} arguments");
        Err(Rejection::new(
            sqlstate::UNDEFINED_FUNCTION,
            self.span,
            message,
        ))
    }
}
