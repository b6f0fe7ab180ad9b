//! What a person has to see to, each thing once.

use std::collections::BTreeSet;
use std::ops::Deref;

/// Remarks in the order in which they were first made, none of them twice.
///
/// Every step of a repair may have the same to say, and a schema of thousands of tables makes
/// thousands of steps, so what is known is looked up and not searched for.
#[derive(Debug, Default)]
pub struct Remarks {
    made: Vec<String>,
    known: BTreeSet<String>,
}

impl Remarks {
    /// Adds a remark, unless it has been made.
    pub(crate) fn add(&mut self, remark: String) {
        if self.known.insert(remark.clone()) {
            self.made.push(remark);
        }
    }

    /// Them alone.
    pub fn into_vec(self) -> Vec<String> {
        self.made
    }
}

impl IntoIterator for Remarks {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.made.into_iter()
    }
}

impl Deref for Remarks {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.made
    }
}
