//! What another thread works out of texts before it is asked for.
//!
//! A promise is made for a part of a text, kept by whichever thread comes first, and asked about
//! once. Who asks for what nobody has begun works it out without waiting.

use std::any::Any;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What was worked out, with what it was worked out from.
type WorkedOut = Box<dyn Any + Send>;

/// Something that will be asked for.
#[derive(Debug)]
pub(crate) struct Promise {
    state: Mutex<PromiseState>,
    done: Condvar,
    /// How many bytes of text it is about.
    bytes: usize,
    window: Arc<Window>,
}

#[derive(Debug)]
enum PromiseState {
    /// Nobody has begun to work it out.
    Open,
    /// A thread is at it.
    Running,
    Kept(WorkedOut),
    /// It was asked for.
    Over,
}

/// How far ahead other threads may be: what they have worked out is many times as large as its text,
/// and waits in memory.
#[derive(Debug)]
pub(crate) struct Window {
    state: Mutex<WindowState>,
    changed: Condvar,
    /// How many bytes of text may be worked out ahead.
    size: usize,
}

#[derive(Debug, Default)]
struct WindowState {
    used: usize,
    closed: bool,
}

impl Window {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            size,
        }
    }

    /// Waits until so many bytes fit; what is larger than all of it is worked on alone. False once
    /// nobody will ask any more.
    fn enter(&self, bytes: usize) -> bool {
        let state = self.changed.wait_while(lock(&self.state), |state| {
            !state.closed && state.used > 0 && state.used + bytes > self.size
        });
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.used += bytes;
        !state.closed
    }

    fn leave(&self, bytes: usize) {
        lock(&self.state).used -= bytes;
        self.changed.notify_all();
    }

    /// Lets every thread that waits go home.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.changed.notify_all();
    }
}

impl Promise {
    pub(crate) fn new(bytes: usize, window: Arc<Window>) -> Self {
        Self {
            state: Mutex::new(PromiseState::Open),
            done: Condvar::new(),
            bytes,
            window,
        }
    }

    /// Keeps it, unless somebody else does. False once nobody will ask any more.
    pub(crate) fn keep(&self, make: impl FnOnce() -> WorkedOut) -> bool {
        if !matches!(*lock(&self.state), PromiseState::Open) {
            return true;
        }
        let goes_on = self.window.enter(self.bytes);
        let begun = {
            let mut state = lock(&self.state);
            let open = goes_on && matches!(*state, PromiseState::Open);
            if open {
                *state = PromiseState::Running;
            }
            open
        };
        if begun {
            // Whoever waits must not do so for ever if this panics.
            let mut end = PromiseEnd(self, PromiseState::Over);
            end.1 = PromiseState::Kept(make());
        } else {
            self.window.leave(self.bytes);
        }
        goes_on
    }

    /// What came of it; `None` if it was asked for before, or nobody has begun, so that the asker
    /// does it.
    pub(super) fn take(&self) -> Option<WorkedOut> {
        let state = self.done.wait_while(lock(&self.state), |state| {
            matches!(state, PromiseState::Running)
        });
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, PromiseState::Over) {
            PromiseState::Kept(outcome) => {
                drop(state);
                self.window.leave(self.bytes);
                Some(outcome)
            }
            _ => None,
        }
    }
}

/// Ends the work on a promise, whatever happens, in this state.
struct PromiseEnd<'a>(&'a Promise, PromiseState);

impl Drop for PromiseEnd<'_> {
    fn drop(&mut self) {
        let state = std::mem::replace(&mut self.1, PromiseState::Over);
        if matches!(state, PromiseState::Over) {
            self.0.window.leave(self.0.bytes);
        }
        *lock(&self.0.state) = state;
        self.0.done.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_kept_once_by_whoever_comes_first() {
        let window = Arc::new(Window::new(10));
        let [first, second] = [4, 8].map(|bytes| Promise::new(bytes, Arc::clone(&window)));
        assert!(first.keep(|| Box::new(1)));
        // The second does not fit beside it.
        std::thread::scope(|scope| {
            scope.spawn(|| second.keep(|| Box::new(2)));
            let taken = first.take().and_then(|it| it.downcast::<i32>().ok());
            assert_eq!(taken.as_deref(), Some(&1));
        });
        assert!(first.take().is_none());
        assert!(second.take().is_some());
        let third = Promise::new(1, window);
        assert!(third.take().is_none());
        assert!(third.keep(|| Box::new(3)) && third.take().is_none());
    }

    #[test]
    fn nobody_waits_for_what_failed_or_is_not_wanted() {
        let window = Arc::new(Window::new(1));
        let [first, second] = [1, 1].map(|bytes| Promise::new(bytes, Arc::clone(&window)));
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            first.keep(|| std::panic::resume_unwind(Box::new("no")));
        }));
        assert!(failed.is_err() && first.take().is_none());
        window.close();
        assert!(!second.keep(|| Box::new(2)) && second.take().is_none());
    }
}
