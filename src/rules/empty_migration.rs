//! A migration that does nothing, and does not say why.

use super::{Check, Context, Run};
use crate::project::tree::parent;
use crate::source::Span;

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    let parts = &run.migration.up;
    let blank = run.statements.is_empty()
        && !parts.is_empty()
        && parts
            .iter()
            .all(|part| part.is_blank() && part.reason().is_none());
    if !blank || keeps_in_step(run, context) {
        return;
    }
    context
        .report(Span::default(), "this migration holds no statement")
        .help("write it, delete it, or say in a comment what it is for");
}

/// Whether the same migration is there for another server, beside this folder: a project that keeps
/// one folder for each leaves a number empty where a server has nothing to do.
fn keeps_in_step(run: &Run, context: &Context) -> bool {
    let set = context.set;
    let mut others = context.project.sets.iter();
    others.any(|other| {
        other.dialect != set.dialect
            && parent(&other.folder) == parent(&set.folder)
            && other.migrations.iter().any(|it| it.id == run.migration.id)
    })
}
