//! CHECK constraints, by name where both sides write SQL, and by what they say.

use super::{Comparison, Presence};
use crate::catalog::{CheckConstraint, Part, Slot, Table};
use crate::diagnostic::Severity;
use crate::sql::canonical::same_expr;

impl Comparison<'_> {
    pub(super) fn checks(&mut self, left: &Table, right: &Table) {
        if !(self.left.capabilities.checks && self.right.capabilities.checks) {
            return;
        }
        let dialect = self.dialect();
        // An ORM prints expressions in its own way; what is written in SQL on both sides means what
        // it says.
        if self.left.capabilities.own_checks && self.right.capabilities.own_checks {
            for check in &left.checks {
                let named = |it: &&CheckConstraint| it.name == check.name && !it.name.is_empty();
                let differs =
                    |it: &&CheckConstraint| named(it) && !same_expr(&it.expr, &check.expr, dialect);
                // SQLite takes a name twice.
                let known = right.checks.iter().any(|it| named(&it) && !differs(&it));
                if let Some(other) = right.checks.iter().find(differs).filter(|_| !known) {
                    let key = Slot::new(&left.name, Part::Check(check.name.clone()));
                    let texts = [Some(check.expr.sql.clone()), Some(other.expr.sql.clone())];
                    let sites = (check.origin.made, other.origin.made);
                    self.differs(key, &check.name, texts, Severity::Error, sites);
                }
            }
        }
        for (table, other, direction) in [
            (left, right, Presence::LeftOnly),
            (right, left, Presence::RightOnly),
        ] {
            for check in &table.checks {
                let known = other.checks.iter().any(|it| {
                    (it.name == check.name && !it.name.is_empty())
                        || same_expr(&it.expr, &check.expr, dialect)
                });
                if !known && other.knowledge.is_exact() {
                    let key = Slot::new(&table.name, Part::Check(check.name.clone()));
                    self.one_sided(
                        key,
                        &check.name,
                        check.expr.sql.clone(),
                        direction,
                        check.origin.made,
                    );
                }
            }
        }
    }
}
