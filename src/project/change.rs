//! What git says happened to a file.

/// How a file differs from what it was at the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// It was not there before.
    Added,
    /// It was there with another text.
    Modified,
    /// It is not there any more.
    Deleted,
    /// It had another path; its text may differ too.
    Renamed {
        /// The path it had.
        from: String,
    },
}
