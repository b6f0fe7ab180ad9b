//! Triggers that are not there.

use crate::catalog::Rejection;
use crate::catalog::absence::Absence;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::sql::change::{DropMode, ObjectName};

impl Apply<'_> {
    /// Refuses to drop a trigger that no table has, where all of them are known.
    pub(super) fn refuse_no_trigger(&self, name: &ObjectName, mode: DropMode) -> Outcome {
        let catalog = &self.catalog;
        let whole = matches!(catalog.absence(name, self.site.migration), Absence::Never);
        if mode.if_exists
            || catalog.dialect.triggers_belong_to_tables()
            || !whole
            || !catalog.tables_are_known()
        {
            return Ok(());
        }
        let message = format!("trigger `{name}` does not exist");
        let code = sqlstate::UNDEFINED_OBJECT;
        Err(Rejection::new(code, name.span(), message))
    }
}
