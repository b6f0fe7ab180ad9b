//! What SQLite alone does: it throws away parts of a statement before it looks for names, reads the
//! text of a view whenever something reads the view, and knows its functions by name and number of
//! arguments.

use std::rc::Rc;

use super::from::renamed;
use super::place::ClausePlace;
use super::{Columns, InSight, NameResolver, NameScope, Outputs, ReadView};
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Mention, QName, Rejection, Table, Trigger, View};
use crate::server::sqlite::functions::{OwnFunction, OwnFunctionKind};
use crate::source::Span;
use crate::sql::change::ObjectName;
use crate::sql::change::tree::{CallTree, FromItem, Item, JoinOn, SelectTree, Term};

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

/// Whether a view has names for more or fewer columns than its query yields.
fn miscounted(outputs: &Outputs, named: usize) -> bool {
    named > 0 && !outputs.open && named != outputs.columns.len()
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
            Ok(outputs) if miscounted(&outputs, text.columns.len()) => {
                let given = outputs.columns.len();
                let message = format!("it names {} columns for {given}", text.columns.len());
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                Err(Rc::new(Rejection::new(code, self.span, message)))
            }
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

    /// Refuses `HAVING` where nothing makes one row of many. A function that is not SQLite's own
    /// may do so.
    pub(super) fn refuse_lone_having(&self, select: &SelectTree) -> Outcome {
        fn calls_others(term: &Term) -> bool {
            let own = |call: &CallTree| OwnFunction::named(&call.name.name.value.to_lowercase());
            matches!(term, Term::Call(call) if own(call).is_none())
                || term.parts().any(calls_others)
        }
        let Some(having) = &select.having else {
            return Ok(());
        };
        let values = select.items.iter().filter_map(|item| match item {
            Item::Value(_, term) => Some(term),
            Item::All(_) => None,
        });
        let mut all = values.chain([having]);
        if !self.catalog.dialect.words_can_be_strings()
            || !select.group.is_empty()
            || all.any(|term| calls_others(term) || self.has_aggregate(term))
        {
            return Ok(());
        }
        let message = "`HAVING` stands in a query that neither groups nor aggregates";
        let span = having.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::GROUPING_ERROR, span, message))
    }

    /// Looks at a trigger as whenever the schema around it changes.
    fn trigger(&mut self, table: &'c Table, trigger: &'c Trigger) -> Outcome {
        let row = |name: &str| InSight {
            name: name.to_owned(),
            relation: Some(&table.name),
            columns: Columns::Table(table),
            qualified: true,
            broken: None,
        };
        self.scopes.push(NameScope {
            visible: vec![row("new"), row("old")],
            ..NameScope::default()
        });
        if let Some(when) = trigger.when.tree.get() {
            self.one_in(ClausePlace::When, when)?;
        }
        for step in &trigger.body {
            if let Some(step) = step.get() {
                self.query(step)?;
            }
        }
        self.scopes.pop();
        Ok(())
    }
}

impl Apply<'_> {
    /// Refuses a change of a table with which a view or a trigger cannot be read. SQLite looks at all
    /// of them when it renames something or drops a column; those that do not use the table are not
    /// looked at here, since each change would cost as much as the schema is big.
    pub(crate) fn refuse_unreadable(&self, of: &QName, span: Span) -> Outcome {
        let catalog = &*self.catalog;
        let mention = Mention::Relation(&of.name);
        let own = catalog.tables.get(of).map(|table| &**table);
        let others = catalog.tables.with(mention).map(|(_, table)| table);
        let refusal = |kind: &str, name: &str, why: &Rejection, made| {
            let message = format!("{kind} `{name}` cannot be read: {}", why.message);
            Err(Rejection::new(why.code, span, message).because(made, "made here"))
        };
        // Arguments and values are not counted then, and aggregates may stand anywhere.
        let is_seen = |why: &Rejection| {
            [
                sqlstate::UNDEFINED_COLUMN,
                sqlstate::UNDEFINED_TABLE,
                sqlstate::AMBIGUOUS_COLUMN,
            ]
            .contains(&why.code)
        };
        let mut resolver = NameResolver::new(catalog, span);
        for (_, view) in catalog.views.with(mention) {
            if let Some(Err(why)) = resolver.reread(view)
                && is_seen(&why)
            {
                return refusal("view", &view.name.name, &why, view.origin.made);
            }
        }
        for table in own.into_iter().chain(others) {
            for trigger in &table.triggers {
                let mut reader = NameResolver::new(catalog, span);
                reader.targets_are_free = true;
                if let Err(why) = reader.trigger(table, trigger)
                    && is_seen(&why)
                {
                    return refusal("trigger", &trigger.name, &why, trigger.origin.made);
                }
            }
        }
        Ok(())
    }
}
