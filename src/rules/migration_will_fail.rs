//! A statement that the server would refuse.

use super::{Check, Context, Run};

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    for (file, rejection) in run.rejections {
        let Some(source) = run.file(*file).cloned() else { continue };
        let reported =
            context.report_in(&source, rejection.span, format!("{}, so the migration fails here", rejection.message));
        if let Some((site, why)) = &rejection.related {
            reported.label_site(*site, why.clone());
        }
    }
}
