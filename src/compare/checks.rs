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
        // An ORM prints expressions in its own way; what is written in SQL on both sides means what
        // it says.
        if self.left.capabilities.own_checks && self.right.capabilities.own_checks {
            for check in &left.checks {
                self.check_differs(left, check, &right.checks);
            }
        }
        for (table, other, direction) in [
            (left, right, Presence::LeftOnly),
            (right, left, Presence::RightOnly),
        ] {
            if !other.knowledge.is_exact() {
                continue;
            }
            for check in &table.checks {
                self.lone_check(table, check, &other.checks, direction);
            }
        }
    }

    /// A check whose namesake on the other side says something else. SQLite takes a name twice, so
    /// that any of several may be the same.
    fn check_differs(
        &mut self,
        table: &Table,
        check: &CheckConstraint,
        others: &[CheckConstraint],
    ) {
        let dialect = self.dialect();
        let (same, different): (Vec<_>, Vec<_>) = others
            .iter()
            .filter(|other| are_namesakes(check, other))
            .partition(|other| same_expr(&other.expr, &check.expr, dialect));
        let (true, Some(other)) = (same.is_empty(), different.first()) else {
            return;
        };
        let slot = Slot::new(&table.name, Part::Check(check.name.clone()));
        let texts = [check, other].map(|check| Some(check.expr.sql.clone()));
        let sites = (check.origin.made, other.origin.made);
        self.differs(slot, &check.name, texts, Severity::Error, sites);
    }

    /// A check that has neither a namesake on the other side nor one that says the same.
    fn lone_check(
        &mut self,
        table: &Table,
        check: &CheckConstraint,
        others: &[CheckConstraint],
        direction: Presence,
    ) {
        let dialect = self.dialect();
        let is_known = others.iter().any(|other| {
            are_namesakes(check, other) || same_expr(&other.expr, &check.expr, dialect)
        });
        if !is_known {
            let slot = Slot::new(&table.name, Part::Check(check.name.clone()));
            let (text, made) = (check.expr.sql.clone(), check.origin.made);
            self.one_sided(slot, &check.name, text, direction, made);
        }
    }
}

fn are_namesakes(check: &CheckConstraint, other: &CheckConstraint) -> bool {
    !other.name.is_empty() && other.name == check.name
}
