//! `TRUNCATE`.

use super::pointing_at;
use crate::catalog::Rejection;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::sql::change::ObjectName;

/// No table is emptied so that a foreign key of another one points at, whether or not it has rows.
pub(super) fn truncate(apply: &mut Apply<'_>, tables: &[ObjectName]) -> Outcome {
    apply.need_tables(tables)?;
    if !apply.catalog.checks_foreign_keys() {
        return Ok(());
    }
    for written in tables {
        let Some(name) = apply.catalog.find_table(written) else {
            continue;
        };
        let mut pointing = pointing_at(apply, &name);
        pointing.retain(|other| *other != name);
        let other = pointing.first().and_then(|it| apply.catalog.tables.get(it));
        if let Some(other) = other.filter(|it| it.knowledge.is_exact()) {
            let key = other.foreign_keys.iter().find(|key| key.table == name);
            let message = format!(
                "table `{name}` cannot be truncated: foreign key `{}` of table `{}` points at it",
                key.map_or("", |key| &key.name),
                other.name
            );
            let code = sqlstate::FEATURE_NOT_SUPPORTED;
            return Err(Rejection::new(code, written.span(), message)
                .because(key.and_then(|key| key.origin.made), "made here"));
        }
    }
    Ok(())
}
