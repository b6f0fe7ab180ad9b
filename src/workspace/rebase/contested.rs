//! What two branches both changed. Such migrations apply one after the other, and the second one
//! undoes what the first one was made for.

use std::fmt;

use crate::catalog::{Catalog, Part, Slot};
use crate::compare::{Difference, Presence, Side, diff};
use crate::drift::{say, subject};

/// Something that both branches changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Contested {
    /// What the other branch did.
    theirs: Difference,
    /// What this branch does after it.
    ours: Difference,
}

impl fmt::Display for Contested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = subject(&self.ours);
        if self.theirs.slot != self.ours.slot {
            let theirs = subject(&self.theirs);
            return write!(
                f,
                "drops {ours}, although the other branch changed {theirs}"
            );
        }
        let (there, here) = (self.theirs.right.as_deref(), self.ours.right.as_deref());
        write!(
            f,
            "changes {ours} to {}, and the other branch changed it to {}",
            say(here),
            say(there)
        )
    }
}

/// What changed on the way from `shared` to `theirs`, and again from there to `ours`.
pub(super) fn between(shared: &Catalog, theirs: &Catalog, ours: &Catalog) -> Vec<Contested> {
    let changes = |from, to| diff(Side::migrated(from), Side::migrated(to));
    let their_changes = changes(shared, theirs);
    let mut found = Vec::new();
    for ours in changes(theirs, ours) {
        let is_drop = ours.direction == Presence::LeftOnly;
        let meant = their_changes.iter().find(|theirs| {
            theirs.slot == ours.slot || (is_drop && covers(&ours.slot, &theirs.slot))
        });
        if let Some(theirs) = meant {
            found.push(Contested {
                theirs: theirs.clone(),
                ours,
            });
        }
    }
    found
}

/// Whether one thing goes with another.
fn covers(outer: &Slot, inner: &Slot) -> bool {
    let is_inside = match (&outer.part, &inner.part) {
        (Part::Table | Part::Enum | Part::View, _) => true,
        (Part::Column(name), Part::Type(of) | Part::Nullable(of) | Part::Default(of)) => name == of,
        _ => false,
    };
    outer.owner == inner.owner && is_inside
}
