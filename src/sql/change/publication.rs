//! Publications (PostgreSQL): which tables others may subscribe to.

use super::{Ident, ObjectName};

/// What becomes of a publication.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicationAction {
    /// It is made, for these tables.
    Create(Vec<ObjectName>),
    /// These tables are published from now on, too.
    Add(Vec<ObjectName>),
    /// Tables are taken out.
    Drop(Vec<ObjectName>),
    /// These tables take the place of those that it had.
    Set(Vec<ObjectName>),
    /// It is called otherwise.
    Rename(Ident),
    /// It goes, and its tables stay.
    Remove {
        /// Whether it is no error that it is not there.
        if_exists: bool,
    },
    /// Its tables are others, in a way that is not followed.
    Unknown,
}
