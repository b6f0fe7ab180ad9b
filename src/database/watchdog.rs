//! Ends what was started for this process and clears its folder, even when this process is killed.
//!
//! A shell waits for the end of its input, which comes with the end of this process. It knows which
//! process group to end: each program waits at a gate until that has been said, so that there is no
//! moment in which a killed driftlint leaves a program that nobody knows of.

use std::fs::File;
use std::io::{Result, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// Reads `GROUP SIGNAL` lines, of which the last counts; then ends that group, says farewell and
/// clears the folder. Ten seconds are enough for a server to end by itself.
const GUARD: &str = r#"folder=$1; shift; group=
while read -r next how; do group=$next signal=$how; done
if [ -n "$group" ]; then
    kill -s "$signal" -- "-$group" 2>/dev/null
    tries=0
    while kill -s 0 -- "-$group" 2>/dev/null && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
    kill -s KILL -- "-$group" 2>/dev/null
fi
[ $# -eq 0 ] || "$@" >/dev/null 2>&1
rm -rf "$folder"
# What had a file open a moment ago may have made another.
[ ! -e "$folder" ] || { sleep 0.2; rm -rf "$folder"; }"#;

/// Lets a program start once its name is known to the guard; at the end of the input, never.
const GATE: &str = r#"read -r _ || exit 1; exec "$@" </dev/null"#;

/// See the module.
#[derive(Debug)]
pub(super) struct Watchdog {
    guard: Child,
    running: Option<Child>,
}

impl Watchdog {
    /// Takes care of a folder; `farewell` is run after what was started has ended.
    pub(super) fn over(folder: &Path, farewell: Option<&Command>) -> Result<Self> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(folder);
        if let Some(farewell) = farewell {
            guard.arg(farewell.get_program()).args(farewell.get_args());
        }
        guard
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        own_group(&mut guard);
        Ok(Self {
            guard: guard.spawn()?,
            running: None,
        })
    }

    /// Starts a program, whose words go to a log. The signal is what ends it.
    pub(super) fn start(&mut self, command: &Command, signal: &str, log: &Path) -> Result<()> {
        let log = File::create(log)?;
        let mut gate = Command::new("sh");
        gate.args(["-c", GATE, "sh"])
            .arg(command.get_program())
            .args(command.get_args())
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => gate.env(name, value),
                None => gate.env_remove(name),
            };
        }
        own_group(&mut gate);
        let mut child = gate.spawn()?;
        if let Some(input) = &mut self.guard.stdin {
            writeln!(input, "{} {signal}", child.id())?;
        }
        if let Some(mut input) = child.stdin.take() {
            writeln!(input)?;
        }
        self.running = Some(child);
        Ok(())
    }

    /// How the program ended that was started last, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.running.as_mut()?.try_wait().ok()?
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Nobody else takes note of its end, without which it counts as running.
        if let Some(running) = &mut self.running {
            let _ = running.wait();
        }
        // Until the folder is gone.
        let _ = self.guard.wait();
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}
