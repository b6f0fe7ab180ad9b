//! What git says happened to a file.

/// How a file differs from what it was at the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// It is new.
    Added,
    /// Its text differs.
    Modified,
    /// It is gone.
    Deleted,
    /// It had another path; its text may differ too.
    Renamed {
        /// The path it had.
        from: String,
    },
}
