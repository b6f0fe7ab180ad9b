//! How a table of MySQL becomes the one that is declared.

use crate::drift::repair::Steps;
use crate::sql::Versions;

/// Whether a generated column can become an ordinary one that keeps its values.
pub(crate) fn drops_expression(stored: bool, _: Versions) -> bool {
    stored
}

/// Plans everything that differs.
pub(crate) fn close(steps: &mut Steps<'_>) {
    steps.in_place();
}
