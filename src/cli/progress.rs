//! What is being done, for a person who has waited for more than a second. Nothing is written
//! where standard error is no terminal, nor by a run that is over before.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use super::Session;
use crate::schema::input::Input;

/// How long somebody waits without asking.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written again.
const PACE: Duration = Duration::from_millis(500);

/// A line on standard error that goes away with it.
pub(super) struct WaitMessage {
    message: Arc<Mutex<String>>,
    running: Option<Running>,
}

struct Running {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl WaitMessage {
    /// Begins to wait.
    pub(super) fn new(session: &Session, message: &str) -> Self {
        let message = Arc::new(Mutex::new(message.to_owned()));
        let global = &session.global;
        let shows = session.stderr.is_terminal && !global.quiet && global.verbose == 0;
        let running = shows.then(|| {
            let (stop, stopped) = channel();
            let shared = Arc::clone(&message);
            let thread = spawn(move || {
                let start = Instant::now();
                let mut pause = PATIENCE;
                let mut width = 0;
                while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    let said = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    let line = format!("{said}, {} s", start.elapsed().as_secs());
                    // A shorter message is filled up to the longest so far, or the end of that one
                    // would stay.
                    width = width.max(line.chars().count());
                    write(&format!("\r{line:width$}"));
                    pause = PACE;
                }
                // Written over, not erased: a dumb terminal knows no sequence for it.
                if width > 0 {
                    write(&format!("\r{:width$}\r", ""));
                }
            });
            Running { stop, thread }
        });
        Self { message, running }
    }

    /// What is done from now on.
    pub(super) fn say(&self, message: String) {
        *self.message.lock().unwrap_or_else(PoisonError::into_inner) = message;
    }
}

impl Drop for WaitMessage {
    fn drop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

/// That the migrations of a project are checked.
pub(super) fn checking(input: &Input) -> String {
    let sets = input.sets();
    let count: usize = sets.map(|beside| beside.set.migrations.len()).sum();
    format!("checking {count} migrations")
}

fn write(text: &str) {
    let mut stream = std::io::stderr().lock();
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
}
