//! What only one tool knows of a migration set.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Values of types that only a tool's own room knows, at most one of each: a generator's journal is
/// one.
///
/// A field of [`MigrationSet`](super::MigrationSet) for each of them would have every tool know of
/// all others; asked for by type, a value is seen by those that import its type and by nobody else.
#[derive(Clone, Default)]
pub struct Extras(Vec<Arc<dyn Any + Send + Sync>>);

impl Extras {
    /// Adds a value of a type that only the tool's room knows.
    pub fn put<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.push(Arc::new(value));
    }

    /// The value of a type, if the set's tool has put one here.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|value| value.downcast_ref())
    }
}

impl fmt::Debug for Extras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extras({})", self.0.len())
    }
}
