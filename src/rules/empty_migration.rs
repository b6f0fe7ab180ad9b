//! A migration that does nothing, and does not say why.

use super::{Check, Context, Run};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    let parts = &run.migration.up;
    let blank = run.statements.is_empty()
        && !parts.is_empty()
        && parts
            .iter()
            .all(|part| part.is_blank() && part.reason().is_none());
    if !blank {
        return;
    }
    context
        .report(Span::default(), "this migration holds no statement")
        .help("write it, delete it, or say in a comment what it is for");
}
