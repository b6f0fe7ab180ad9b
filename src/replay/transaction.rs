//! What is open and not yet committed.

use crate::catalog::{QName, Site};

/// The transaction that a statement runs in, as the runner and the migration itself opened it.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    /// Whether there is one: a `BEGIN`, the runner's, or the implicit one around several statements
    /// in one string.
    pub open: bool,
    /// Whether that is only supposed, since nobody knows what runs the folder: that a file reaches
    /// the server as one string.
    pub supposed: bool,
    /// The index, among the migration's statements, of the first that runs in it.
    pub first: usize,
    /// Enum labels added in it and not yet committed.
    pub labels: Vec<(QName, String, Site)>,
    /// Types created in it and not yet committed.
    pub types: Vec<(QName, Site)>,
}

impl Transaction {
    /// Where a label was added, if that is not committed yet.
    pub fn added_label(&self, name: &QName, label: &str) -> Option<Site> {
        self.labels
            .iter()
            .find(|(of, value, _)| of == name && value == label)
            .map(|&(.., site)| site)
    }

    /// Where a type was created, if that is not committed yet.
    pub fn created_type(&self, name: &QName) -> Option<Site> {
        self.types
            .iter()
            .find(|(of, _)| of == name)
            .map(|&(_, site)| site)
    }
}
