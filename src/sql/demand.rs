//! What a statement takes for granted beside what its changes say, read from its tokens.

use sqlparser::tokenizer::TokenWithSpan;

use super::change::{Change, ChangeKind, Demand};
use super::lower::Cx;
use super::recognise::Cursor;
use crate::server::on_server;
use crate::source::Span;

/// What is demanded, and where.
#[derive(Debug)]
pub(crate) struct Demands {
    found: Vec<Change>,
}

impl Demands {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { found: Vec::new() }
    }

    /// One more.
    pub(crate) fn add(&mut self, span: Span, demand: Demand) {
        self.found.push(Change {
            span,
            kind: ChangeKind::Demand(Box::new(demand)),
        });
    }

    /// What no server takes.
    pub(crate) fn never(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.add(span, Demand::Never { code, message });
    }
}

/// The demands of a statement, in the order in which the server meets them.
pub(super) fn read(tokens: &[TokenWithSpan], cx: &Cx) -> Vec<Change> {
    let mut demands = Demands::new();
    let at = Cursor::new(tokens, cx);
    // What does not have the form that is looked for is left to others.
    let _: Option<()> = on_server!(cx.dialect => demand::read(at, &mut demands));
    demands.found
}
