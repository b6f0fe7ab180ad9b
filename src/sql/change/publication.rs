//! Publications (PostgreSQL): which tables others may subscribe to.

use super::{Ident, ObjectName};

/// What becomes of a publication.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicationAction {
    /// It is made, for these tables.
    Create(Vec<ObjectName>),
    /// Tables are added.
    Add(Vec<ObjectName>),
    /// Tables are taken out.
    Drop(Vec<ObjectName>),
    /// These tables take the place of those that it had.
    Set(Vec<ObjectName>),
    /// It is called otherwise.
    Rename(Ident),
    /// It is dropped.
    Remove {
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// Its tables are others, in a way that is not followed.
    Unknown,
}
