//! `--watch`: again whenever a file of the project changes.
//!
//! It looks at sizes and times twice a second. A library that is notified would need another way on
//! each system, and a second look at whatever was missed.

use std::collections::BTreeMap;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::{Arguments, Session, Status};
use crate::cli::{note, print, workspace};
use crate::error::Result;
use crate::project::relevance::{Relevance, relevance};
use crate::project::tree::{Tree, file_name};

const PAUSE: Duration = Duration::from_millis(500);

/// How a file was: when it was written, and its length.
type Stamps = BTreeMap<String, (Option<SystemTime>, u64)>;

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut known = None;
    loop {
        let now = stamps(arguments, session)?;
        if known.as_ref() != Some(&now) {
            if session.stdout.is_terminal {
                // The screen, and what was scrolled out of it.
                clear()?;
            }
            if let Err(error) = super::once(arguments, session) {
                note(&session.stderr.error(&error));
            }
            known = Some(now);
        }
        sleep(PAUSE);
    }
}

fn clear() -> Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(b"\x1b[2J\x1b[3J\x1b[H");
    drop(out);
    print("")
}

/// Every file that driftlint may read.
fn stamps(arguments: &Arguments, session: &Session) -> Result<Stamps> {
    let workspace = workspace::open(session, &arguments.paths)?;
    let tree = workspace.worktree();
    let mut found = Stamps::new();
    for path in tree.files()? {
        let name = file_name(&path);
        if relevance(&path) == Relevance::None && !name.ends_with("driftlint.toml") {
            continue;
        }
        if let Ok(file) = fs::metadata(tree.locate(&path)) {
            found.insert(path, (file.modified().ok(), file.len()));
        }
    }
    Ok(found)
}
