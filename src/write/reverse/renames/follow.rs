//! One rename after another.

use super::RenamedObject;

/// Adds a rename to those before it: what was renamed twice was renamed once, and what is in a
/// table that was renamed is in the table of the old name.
pub(super) fn follow(found: &mut Vec<RenamedObject>, next: RenamedObject) {
    for known in found.iter_mut() {
        match (known, &next) {
            (
                RenamedObject::Table { to, .. },
                RenamedObject::Table {
                    from, to: newer, ..
                },
            )
            | (
                RenamedObject::Index { to, .. },
                RenamedObject::Index {
                    from, to: newer, ..
                },
            )
            | (
                RenamedObject::Type { to, .. },
                RenamedObject::Type {
                    from, to: newer, ..
                },
            )
            | (
                RenamedObject::View { to, .. },
                RenamedObject::View {
                    from, to: newer, ..
                },
            ) if to == from => {
                *to = newer.clone();
                return;
            }
            (
                RenamedObject::Column { table, to, .. },
                RenamedObject::Column {
                    table: of,
                    from,
                    to: newer,
                },
            )
            | (
                RenamedObject::Label { of: table, to, .. },
                RenamedObject::Label {
                    of,
                    from,
                    to: newer,
                },
            ) if table == of && to == from => {
                to.clone_from(newer);
                return;
            }
            _ => {}
        }
    }
    found.push(next);
}
