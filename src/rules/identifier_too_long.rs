//! A name that is longer than the server keeps.

use super::{Check, Context, Run};
use crate::catalog::{Rejection, sqlstate};
use crate::diagnostic::Severity;
use crate::sql::given::{self, Given};
use crate::sql::limit::TooLong;
use crate::sql::walk::changes;

const MYSQL_HELP: &str = "give it a name of at most 64 characters";
const POSTGRES_HELP: &str =
    "give it a name of at most 63 bytes, so that it has the same name everywhere";

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    let dialect = context.dialect();
    for statement in run.statements {
        for reached in changes(&statement.changes) {
            for given in given::names(reached.change) {
                let Some(long) = TooLong::of_ident(given.name, dialect) else {
                    continue;
                };
                let Given { what, name } = given;
                let fact = format!("the name of this {what} has {long}");
                let clash = run
                    .rejections
                    .iter()
                    .map(|(_, rejection)| rejection)
                    .find(|it| is_clash(it, given));
                // A name that is only cut works, and is found under another name later: of 81 public
                // projects 7 have 21 such names. That is a warning; what the server refuses is not.
                if dialect.refuses_long_names() {
                    let message = format!("{fact}, so the migration fails here");
                    context
                        .report_in(&statement.source, name.span, message)
                        .help(MYSQL_HELP);
                } else if let Some(clash) = clash {
                    let message = format!(
                        "{fact}: `{}`, which is taken, so the migration fails here",
                        name.value
                    );
                    context
                        .report_in(&statement.source, clash.span, message)
                        .label_site(clash.related.as_ref().map(|it| it.site), "it is taken here")
                        .help("give it a name that differs in its first 63 bytes");
                } else if !context.set.runner.makes_long_names() {
                    let message = format!("{fact}: `{}`", name.value);
                    context
                        .report_in(&statement.source, name.span, message)
                        .severity(Severity::Warning)
                        .help(POSTGRES_HELP);
                }
            }
        }
    }
}

/// Whether a statement was refused because what the server keeps of a name is the name of something
/// else.
fn is_clash(rejection: &Rejection, given: Given) -> bool {
    let taken = [
        sqlstate::DUPLICATE_TABLE,
        sqlstate::DUPLICATE_COLUMN,
        sqlstate::DUPLICATE_OBJECT,
        sqlstate::DUPLICATE_SCHEMA,
        sqlstate::DUPLICATE_FUNCTION,
    ];
    taken.contains(&rejection.code)
        && rejection.span.contains(given.name.span)
        && rejection.message.contains(&given.name.value)
}
