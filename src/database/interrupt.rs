//! Ctrl-C while a server works for us: the run ends as any failing one does, so that all that was
//! made for it is taken away.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether what was made is being taken away, which goes on after Ctrl-C.
static CLEANING: AtomicBool = AtomicBool::new(false);

/// Has the first signal that asks for the end be noticed instead of obeyed; the second one ends the
/// process, in case a server does not answer.
pub fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    for signal in [SIGINT, SIGTERM] {
        // Where a handler cannot be had, the signal does what it always does.
        let flag = || Arc::clone(&INTERRUPTED);
        let _ = signal_hook::flag::register_conditional_default(signal, flag());
        let _ = signal_hook::flag::register(signal, flag());
    }
}

/// Whether somebody has asked for the end.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed) && !CLEANING.load(Ordering::Relaxed)
}

/// Does what has to be done even after Ctrl-C.
pub(crate) fn regardless<T>(work: impl FnOnce() -> T) -> T {
    CLEANING.store(true, Ordering::Relaxed);
    let done = work();
    CLEANING.store(false, Ordering::Relaxed);
    done
}
