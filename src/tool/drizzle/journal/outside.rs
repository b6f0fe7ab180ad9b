//! Files that no entry of a journal names, by their names: each entry without a file asks for one.

use std::collections::HashMap;

use super::{number, stem};
use crate::source::Source;

/// The first file of each name, by its place.
#[derive(Clone, Debug, Default)]
pub(super) struct OutsideNames {
    by_number: HashMap<Option<i64>, usize>,
    by_rest: HashMap<Option<String>, usize>,
}

impl OutsideNames {
    pub(super) fn of(files: &[Source]) -> Self {
        let mut names = Self::default();
        for (at, file) in files.iter().enumerate() {
            let name = stem(file.path());
            names.by_number.entry(number(name)).or_insert(at);
            names.by_rest.entry(rest(name)).or_insert(at);
        }
        names
    }

    /// The first file with the number of a migration, or with the rest of its name.
    pub(super) fn alike(&self, tag: &str) -> Option<usize> {
        let numbered = self.by_number.get(&number(tag));
        let called = self.by_rest.get(&rest(tag));
        numbered.into_iter().chain(called).min().copied()
    }
}

/// What follows the number in a name.
fn rest(name: &str) -> Option<String> {
    name.split_once('_').map(|(_, rest)| rest.to_owned())
}
