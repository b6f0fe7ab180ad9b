//! What stands in a call beside its arguments, and windows.

use super::NameResolver;
use super::calls::CallKind;
use super::place::{ClausePlace, names_of};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::source::Span;
use crate::sql::change::Ident;
use crate::sql::change::tree::{
    CallTree, FrameBound, FrameUnits, NamedWindow, SelectTree, Term, WindowFrameTree, WindowTree,
};

impl NameResolver<'_> {
    /// The terms of a call beside its arguments.
    pub(super) fn beside_arguments(&mut self, call: &CallTree) -> Outcome {
        let clauses = &call.clauses;
        let own = &call.rest[..clauses.window_from.min(call.rest.len())];
        for (at, term) in own.iter().enumerate() {
            if clauses.filter == Some(at) {
                self.terms_in(ClausePlace::Filter, [term])?;
            } else if clauses.within {
                self.term(term)?;
            } else {
                self.one_in(ClausePlace::Aggregate, term)?;
            }
        }
        self.terms_in(ClausePlace::Window, &call.rest[own.len()..])?;
        match &clauses.window {
            Some(window) => self.refuse_window(window, None, call.name.span()),
            None => Ok(()),
        }
    }

    /// `OVER` belongs to aggregates and window functions, and those of windows need it; what picks
    /// and sorts rows belongs to aggregates alone.
    pub(super) fn refuse_kind(&self, call: &CallTree, kind: CallKind) -> Outcome {
        let name = &call.name.name.value;
        let clauses = &call.clauses;
        let written = [
            (clauses.differs, "DISTINCT"),
            (clauses.sorted > 0, "ORDER BY"),
            (clauses.filter.is_some(), "FILTER"),
        ];
        let written = written.into_iter().find(|(is_written, _)| *is_written);
        let (wrong, unsupported) = (sqlstate::WRONG_OBJECT_TYPE, sqlstate::FEATURE_NOT_SUPPORTED);
        let (code, message) = match (kind, call.over, written) {
            (CallKind::Function, true, _) => {
                let message = format!("`{name}` is no window function, and no aggregate");
                (wrong, message)
            }
            (CallKind::Window, false, _) => {
                (wrong, format!("window function `{name}` needs `OVER`"))
            }
            (CallKind::Function, false, Some((_, word))) => (
                wrong,
                format!("`{name}` is no aggregate, so it takes no `{word}`"),
            ),
            (CallKind::Window, true, Some((_, word)))
            | (CallKind::Aggregate, true, Some((_, word @ ("DISTINCT" | "ORDER BY")))) => (
                unsupported,
                format!("`{name}` takes no `{word}` over a window"),
            ),
            _ => return Ok(()),
        };
        Err(Rejection::new(
            code,
            self.span_or_own(call.name.span()),
            message,
        ))
    }

    /// Refuses to sort the different values of an aggregate by what is not among them.
    pub(super) fn refuse_sorted_apart(&self, call: &CallTree) -> Outcome {
        let sorted = call.rest.iter().take(call.clauses.sorted);
        if !call.clauses.differs || !self.catalog.dialect.expressions_have_types() {
            return Ok(());
        }
        for term in sorted {
            if self.is_settled(term)
                && term.names_something()
                && call.args.iter().all(|arg| self.is_settled(arg))
                && !call.args.iter().any(|arg| self.same_term(arg, term))
            {
                let message =
                    "an aggregate of different values is sorted by what is not among them";
                let span = term.span().unwrap_or(self.span);
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                return Err(Rejection::new(code, span, message));
            }
        }
        Ok(())
    }

    /// Whether every name in a term is certainly a column in sight.
    pub(super) fn is_settled(&self, term: &Term) -> bool {
        let mut names = Vec::new();
        names_of(term, &mut names) && names.iter().all(|name| self.spot(name).is_some())
    }

    /// The `WINDOW` clause.
    pub(super) fn named_windows(&mut self, select: &SelectTree) -> Outcome {
        self.terms_in(ClausePlace::Window, &select.windows)?;
        let repeats = self.catalog.dialect.repeats_windows();
        for (at, one) in select.named_windows.iter().enumerate() {
            let before = &select.named_windows[..at];
            if !repeats && self.window_of(before, &one.name).is_some() {
                let message = format!("two windows are called `{}`", one.name.value);
                let code = sqlstate::WINDOWING_ERROR;
                return Err(Rejection::new(code, one.name.span, message));
            }
            self.refuse_window(&one.window, Some(&one.name), one.name.span)?;
        }
        Ok(())
    }

    fn window_of<'w>(&self, windows: &'w [NamedWindow], name: &Ident) -> Option<&'w NamedWindow> {
        let mut windows = windows.iter();
        windows.find(|one| self.catalog.same(&one.name.value, &name.value))
    }

    /// Refuses a window that begins with one that is not there or says the same, and a frame that
    /// cannot be. `own` is the name of the window itself.
    fn refuse_window(&self, window: &WindowTree, own: Option<&Ident>, span: Span) -> Outcome {
        let Some(scope) = self.scopes.last() else {
            return Ok(());
        };
        let span = self.span_or_own(span);
        let mut sorted = Some(window.sorted);
        if let Some(base) = &window.base {
            let Some(found) = self.window_of(&scope.windows, base) else {
                let message = format!("there is no window `{}`", base.value);
                return Err(Rejection::new(
                    sqlstate::UNDEFINED_OBJECT,
                    base.span,
                    message,
                ));
            };
            if window.is_base || own.is_some() {
                // What it is made of is looked at where it is made.
                sorted = None;
            } else {
                refuse_copy(window, &found.window, base)?;
                let inner = &found.window;
                sorted = inner.base.is_none().then_some(window.sorted + inner.sorted);
            }
        }
        match &window.frame {
            Some(frame) => self.refuse_frame(*frame, sorted, span),
            None => Ok(()),
        }
    }

    fn refuse_frame(&self, frame: WindowFrameTree, sorted: Option<usize>, span: Span) -> Outcome {
        let (start, end) = (frame.start, frame.end);
        let numbered = |bound| matches!(bound, FrameBound::Before | FrameBound::After);
        let unknown = self.variables || !self.words.is_empty();
        let typed = self.catalog.dialect.expressions_have_types();
        let (code, message) =
            if start > end || start == FrameBound::Last || end == FrameBound::First {
                (sqlstate::WINDOWING_ERROR, "a frame ends before it begins")
            } else if frame.units == FrameUnits::Range
                && (numbered(start) || numbered(end))
                && sorted.is_some_and(|sorted| sorted != 1)
            {
                let message = "`RANGE` with a number needs `ORDER BY` with one value";
                (sqlstate::WINDOWING_ERROR, message)
            } else if typed && frame.units == FrameUnits::Groups && sorted == Some(0) {
                (sqlstate::WINDOWING_ERROR, "`GROUPS` needs `ORDER BY`")
            } else if typed && frame.names_something && !unknown {
                let message = "a column cannot say how many rows a frame has";
                (sqlstate::INVALID_COLUMN_REFERENCE, message)
            } else {
                return Ok(());
            };
        Err(Rejection::new(code, span, message))
    }

    /// A place, or that of the statement where it is not known.
    pub(super) fn span_or_own(&self, span: Span) -> Span {
        if span.is_empty() { self.span } else { span }
    }
}

fn refuse_copy(window: &WindowTree, found: &WindowTree, base: &Ident) -> Outcome {
    let what = if window.parts {
        "`PARTITION BY` cannot follow"
    } else if window.sorted > 0 && found.sorted > 0 {
        "`ORDER BY` cannot follow a window that has one:"
    } else if found.frame.is_some() {
        "a window with a frame cannot be copied:"
    } else {
        return Ok(());
    };
    let message = format!("{what} `{}`", base.value);
    Err(Rejection::new(
        sqlstate::WINDOWING_ERROR,
        base.span,
        message,
    ))
}
