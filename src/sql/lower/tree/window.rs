//! Windows, and what else stands in a call beside its arguments.

use sqlparser::ast::{
    self, DuplicateTreatment, FunctionArgumentClause, FunctionArguments, NamedWindowDefinition,
    NamedWindowExpr, WindowType,
};

use super::super::{Cx, name};
use super::{term, terms};
use crate::sql::change::tree::{
    CallClauses, FrameBound, FrameUnits, NamedWindow, NamedWindows, Term, WindowFrameTree,
    WindowTree,
};

/// The terms of a call beside its arguments, and which is what.
pub(super) fn beside_arguments(function: &ast::Function, cx: &Cx) -> (Vec<Term>, CallClauses) {
    let (mut rest, mut clauses) = (Vec::new(), CallClauses::default());
    if let FunctionArguments::List(list) = &function.args {
        clauses.differs = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        for clause in &list.clauses {
            if let FunctionArgumentClause::OrderBy(order) = clause {
                rest.extend(terms(order.iter().map(|by| &by.expr), cx));
            }
        }
        clauses.sorted = rest.len();
        for clause in &list.clauses {
            if let FunctionArgumentClause::Where(expr) | FunctionArgumentClause::Limit(expr) =
                clause
            {
                rest.push(term(expr, cx));
            }
        }
    }
    clauses.within = !function.within_group.is_empty();
    rest.extend(terms(function.within_group.iter().map(|by| &by.expr), cx));
    if let Some(filter) = &function.filter {
        clauses.filter = Some(rest.len());
        rest.push(term(filter, cx));
    }
    clauses.window_from = rest.len();
    clauses.window = function.over.as_ref().map(|over| match over {
        WindowType::NamedWindow(base) => of_name(base, cx),
        WindowType::WindowSpec(window) => {
            rest.extend(window_terms(window, cx));
            of_spec(window, cx)
        }
    });
    (rest, clauses)
}

/// The windows of a `WINDOW` clause: their terms, and the windows themselves.
pub(super) fn named(written: &[NamedWindowDefinition], cx: &Cx) -> (Vec<Term>, NamedWindows) {
    let mut terms = Vec::new();
    let windows = written.iter().map(|NamedWindowDefinition(own, window)| {
        let window = match window {
            NamedWindowExpr::NamedWindow(base) => of_name(base, cx),
            NamedWindowExpr::WindowSpec(spec) => {
                terms.extend(window_terms(spec, cx));
                of_spec(spec, cx)
            }
        };
        NamedWindow {
            name: name::ident(own, cx),
            window,
        }
    });
    let windows = windows.collect();
    (terms, windows)
}

fn window_terms(window: &ast::WindowSpec, cx: &Cx) -> Vec<Term> {
    let order = window.order_by.iter().map(|by| &by.expr);
    terms(window.partition_by.iter().chain(order), cx)
}

fn of_name(base: &ast::Ident, cx: &Cx) -> WindowTree {
    WindowTree {
        base: Some(name::ident(base, cx)),
        is_base: true,
        ..WindowTree::default()
    }
}

fn of_spec(window: &ast::WindowSpec, cx: &Cx) -> WindowTree {
    let base = window.window_name.as_ref();
    WindowTree {
        base: base.map(|base| name::ident(base, cx)),
        is_base: false,
        parts: !window.partition_by.is_empty(),
        sorted: window.order_by.len(),
        frame: window
            .window_frame
            .as_ref()
            .map(|frame| of_frame(frame, cx)),
    }
}

fn of_frame(frame: &ast::WindowFrame, cx: &Cx) -> WindowFrameTree {
    use ast::WindowFrameBound::{CurrentRow, Following, Preceding};
    let bound = |bound: &ast::WindowFrameBound| match bound {
        CurrentRow => FrameBound::Current,
        Preceding(None) => FrameBound::First,
        Preceding(Some(_)) => FrameBound::Before,
        Following(Some(_)) => FrameBound::After,
        Following(None) => FrameBound::Last,
    };
    let names = |bound: &ast::WindowFrameBound| match bound {
        Preceding(Some(count)) | Following(Some(count)) => term(count, cx).names_something(),
        _ => false,
    };
    let end = frame.end_bound.as_ref();
    WindowFrameTree {
        units: match frame.units {
            ast::WindowFrameUnits::Rows => FrameUnits::Rows,
            ast::WindowFrameUnits::Range => FrameUnits::Range,
            ast::WindowFrameUnits::Groups => FrameUnits::Groups,
        },
        start: bound(&frame.start_bound),
        end: end.map_or(FrameBound::Current, bound),
        names_something: names(&frame.start_bound) || end.is_some_and(names),
    }
}
