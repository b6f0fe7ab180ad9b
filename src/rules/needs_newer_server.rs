//! What the configured server is too old for.

use super::{Check, Context};
use crate::server::on_server;
use crate::sql::Statement;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    let versions = context.versions();
    for reached in changes(&statement.changes) {
        let dialect = context.dialect();
        let Some(need) = on_server!(dialect => needs::need(reached.change, versions)) else {
            continue;
        };
        let message = format!(
            "{} needs {} {}, and the server is {}",
            need.what, need.product, need.since, need.server
        );
        context
            .report(reached.change.span, message)
            .help("write it as the server takes it, or say in driftlint.toml which server it is");
    }
}
