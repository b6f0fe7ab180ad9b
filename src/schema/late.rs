//! What a schema says only beside the migrations: which of their tables it leaves to others, or
//! whether it shows them all.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Declared;
use super::load::Schemas;
use crate::catalog::Catalog;

/// The part of a reading that waits for what the migrations make.
///
/// A reader that replayed them itself to know had every set of three tools replayed twice, a third of
/// such a check: whoever compares has replayed them anyway.
#[derive(Clone)]
pub(crate) struct LateReading(Arc<dyn Fn(&mut Declared, &Catalog) + Send + Sync>);

impl LateReading {
    /// What is to be done with a schema once it is known what the migrations make.
    pub(crate) fn new(read: impl Fn(&mut Declared, &Catalog) + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for LateReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LateReading")
    }
}

impl Schemas {
    /// The schemas as they are to be compared with what the migrations make.
    pub fn settled(&self, migrated: &Catalog) -> Cow<'_, Self> {
        if self.declared.iter().all(|side| side.late.is_none()) {
            return Cow::Borrowed(self);
        }
        let mut schemas = self.clone();
        for side in &mut schemas.declared {
            if let Some(LateReading(read)) = side.late.take() {
                read(side, migrated);
            }
        }
        Cow::Owned(schemas)
    }
}
