//! A statement that the server would refuse.

use std::collections::HashSet;

use super::{Check, Context, Run, suppose};
use crate::catalog::sqlstate;
use crate::diagnostic::Severity;
use crate::project::runner::Wrap;
use crate::project::{Direction, MigrationSet};
use crate::sql::Unit;

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    report(run, "so the migration fails here", context);
}

/// Reports what the server refuses, in either direction.
pub(super) fn report(run: &Run, consequence: &str, context: &mut Context) {
    let set = context.set;
    let mut said = HashSet::new();
    for (file, rejection) in run.rejections {
        let Some(source) = run.file(*file).cloned() else {
            continue;
        };
        // Generators write the way back of a dropped column as several statements that all need
        // it: in seventy such files one mistake was reported two or three times.
        let is_new = said.insert((rejection.code, rejection.message.as_str()));
        if run.direction == Direction::Down && !is_new {
            continue;
        }
        // Who raises an exception on the way down says that there is none, and means it.
        if run.direction == Direction::Down && rejection.code == sqlstate::RAISE_EXCEPTION {
            continue;
        }
        let supposed = if rejection.supposed {
            " where it is sent as one string"
        } else {
            ""
        };
        let unless = rejection.without.map_or(String::new(), |extension| {
            format!(" unless extension `{extension}` is there, which no migration creates")
        });
        let message = format!("{}, {consequence}{supposed}{unless}", rejection.message);
        let mut reported = context.report_in(&source, rejection.span, message);
        // Who writes what no transaction may hold beside other statements, has it sent one by one,
        // as `psql -f` does, or is mistaken.
        if rejection.supposed || rejection.without.is_some() {
            reported = reported.severity(Severity::Warning);
        }
        if let Some(related) = &rejection.related {
            reported = reported.label_site(related.site, related.why.clone());
        }
        if rejection.code == sqlstate::ACTIVE_SQL_TRANSACTION {
            let way_out = way_out(set, run);
            reported.help(if rejection.supposed {
                suppose(way_out)
            } else {
                way_out
            });
        }
    }
}

/// How a statement gets out of the transaction that refuses it.
fn way_out(set: &MigrationSet, run: &Run) -> String {
    let alone = set.sending.unit == Unit::File;
    let wrapped = run.migration.wrap(set.sending, run.direction) != Wrap::Nothing;
    match (wrapped, set.runner.no_transaction_mark()) {
        (true, Some(mark)) if alone => format!("put it in a migration of its own, with {mark}"),
        (true, Some(mark)) => format!("take the migration out of its transaction with {mark}"),
        (true, None) => format!(
            "{} has no way to run a migration outside a transaction: run it by hand before, and write it with IF NOT EXISTS or IF EXISTS",
            set.runner.name()
        ),
        (false, _) if alone => {
            "put it in a migration of its own: PostgreSQL runs several statements in one string as one transaction"
                .to_owned()
        }
        (false, _) => "run it before `BEGIN` or after `COMMIT`".to_owned(),
    }
}
