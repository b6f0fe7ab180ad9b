//! Which names of a written statement are others now.

use crate::catalog::rewrite::ColumnRename;
use crate::catalog::{QName, View};
use crate::sql::change::{ObjectName, Query};

/// Whether a name that was written is that of a relation.
pub(super) fn is(written: &ObjectName, now: &QName) -> bool {
    written.name.value == now.name
        && written
            .schema
            .as_ref()
            .is_none_or(|schema| schema.value == now.schema)
}

/// The relations that a query reads and that are called otherwise now, as (written, now). `None`
/// when they cannot be distinguished.
pub(super) fn moved<'q>(
    now: &'q [QName],
    written: &'q [ObjectName],
) -> Option<Vec<(&'q ObjectName, &'q QName)>> {
    let new: Vec<&QName> = now
        .iter()
        .filter(|now| !written.iter().any(|written| is(written, now)))
        .collect();
    if new.is_empty() {
        return Some(Vec::new());
    }
    let old: Vec<&ObjectName> = written
        .iter()
        .filter(|written| !now.iter().any(|now| is(written, now)))
        .collect();
    (old.len() == new.len()).then(|| old.into_iter().zip(new).collect())
}

/// The columns that a view reads and that are called otherwise now. `None` when
/// they cannot be distinguished.
pub(super) fn renamed_columns(
    view: &View,
    query: &Query,
    moved: &[(&ObjectName, &QName)],
) -> Option<Vec<ColumnRename>> {
    let mut renamed = Vec::new();
    for relation in &view.relations {
        let used: Vec<&str> = view
            .uses
            .iter()
            .filter(|used| used.table == *relation)
            .map(|used| used.name.as_str())
            .collect();
        let means = |written: &ObjectName| {
            is(written, relation)
                || moved
                    .iter()
                    .any(|(old, now)| *old == written && *now == relation)
        };
        let mut written: Vec<&str> = query
            .columns
            .iter()
            .filter(|reference| match &reference.relation {
                Some(written) => means(written),
                None => !view
                    .uses
                    .iter()
                    .any(|used| used.name == reference.column.value),
            })
            .map(|reference| reference.column.value.as_str())
            .collect();
        written.dedup();
        let now: Vec<&str> = used
            .iter()
            .copied()
            .filter(|column| !written.contains(column))
            .collect();
        let now: Vec<&str> = now
            .into_iter()
            .filter(|column| {
                !query.columns.iter().any(|reference| {
                    reference.relation.is_none() && reference.column.value == **column
                })
            })
            .collect();
        if query.stars.iter().any(means) || now.is_empty() {
            continue;
        }
        let gone: Vec<&str> = written
            .into_iter()
            .filter(|column| !used.contains(column))
            .collect();
        // The same word elsewhere may be a column of another table.
        let mut others = view.uses.iter().filter(|used| used.table != *relation);
        let ambiguous = others.any(|used| gone.contains(&used.name.as_str()));
        if gone.len() != now.len() || ambiguous {
            return None;
        }
        renamed.extend(gone.into_iter().zip(now).map(|(from, to)| ColumnRename {
            from: from.to_owned(),
            to: to.to_owned(),
        }));
    }
    Some(renamed)
}
