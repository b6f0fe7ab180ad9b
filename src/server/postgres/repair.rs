//! How a table of PostgreSQL becomes the one that is declared.

use crate::drift::repair::Steps;
use crate::sql::Versions;

/// Whether a generated column can become an ordinary one that keeps its values: since version 13,
/// where there are values to keep. Version 18 refuses `DROP EXPRESSION` for virtual columns.
pub(crate) fn drops_expression(stored: bool, versions: Versions) -> bool {
    stored && versions.postgres >= 13
}

/// Plans everything that differs.
pub(crate) fn close(steps: &mut Steps<'_>) {
    steps.in_place();
}
