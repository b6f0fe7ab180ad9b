//! What a server does only outside a transaction block.

use super::rejection::sqlstate;
use super::{Catalog, Rejection};
use crate::server::on_server;
use crate::sql::change::Change;
use crate::sql::walk::changes;
use crate::sql::{Dialect, Statement};

impl Catalog {
    /// What the server refuses of a change because a transaction is open: the implicit one around
    /// several statements in one string counts, and so does the one in which a block runs.
    pub(crate) fn refused_in_transaction(&self, change: &Change) -> Vec<Rejection> {
        let refused = changes(std::slice::from_ref(change))
            .into_iter()
            .filter_map(|reached| {
                let kind = &reached.change.kind;
                let what = on_server!(self.dialect => apply::outside_only_here(self, kind))?;
                if reached.conditional || reached.swallows("active_sql_transaction") {
                    return None;
                }
                let message = format!("`{what}` cannot run inside a transaction block");
                Some(Rejection::new(
                    sqlstate::ACTIVE_SQL_TRANSACTION,
                    reached.change.span,
                    message,
                ))
            });
        refused.collect()
    }
}

/// Whether the server runs none of these statements inside a transaction block.
pub(crate) fn all_outside_only(statements: &[Statement], dialect: Dialect) -> bool {
    !statements.is_empty()
        && statements.iter().all(|statement| {
            statement
                .changes
                .iter()
                .any(|change| on_server!(dialect => apply::outside_only(&change.kind)).is_some())
        })
}
