//! Questions to texts that are written down with their answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What was asked, in order, shared by all copies; by default nothing is written down.
#[derive(Debug)]
pub(crate) struct AskedLog<Q>(Option<Arc<Mutex<Vec<Q>>>>);

impl<Q> Clone for AskedLog<Q> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q> Default for AskedLog<Q> {
    fn default() -> Self {
        Self(None)
    }
}

impl<Q> AskedLog<Q> {
    /// One that writes down.
    pub(crate) fn keeping() -> Self {
        Self(Some(Arc::default()))
    }

    fn questions(&self) -> Option<MutexGuard<'_, Vec<Q>>> {
        let log = self.0.as_ref()?;
        Some(log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes a question down.
    pub(crate) fn note(&self, question: impl FnOnce() -> Q) {
        if let Some(mut questions) = self.questions() {
            questions.push(question());
        }
    }

    /// How many were asked.
    pub(crate) fn len(&self) -> usize {
        self.questions().map_or(0, |questions| questions.len())
    }

    /// Forgets all but the first ones.
    pub(crate) fn truncate(&self, count: usize) {
        if let Some(mut questions) = self.questions() {
            questions.truncate(count);
        }
    }

    /// How many of the first ones hold.
    pub(crate) fn held(&self, holds: impl FnMut(&&Q) -> bool) -> usize {
        let questions = self.questions();
        questions.map_or(0, |questions| questions.iter().take_while(holds).count())
    }
}
