//! A command that is not waited for without an end.

use std::io::{Error, ErrorKind, Read, Result};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// All that a command prints.
///
/// # Errors
/// Where it cannot be started, and [`ErrorKind::TimedOut`] where it is not done in time. It and
/// what it has started are ended then.
pub(super) fn output(mut command: Command, patience: Duration) -> Result<Output> {
    let end = Instant::now() + patience;
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    let streams = [read(child.stdout.take()), read(child.stderr.take())];
    let mut texts = Vec::new();
    for stream in streams {
        let rest = end.saturating_duration_since(Instant::now());
        let Ok(text) = stream.recv_timeout(rest) else {
            stop(&mut child);
            return Err(Error::from(ErrorKind::TimedOut));
        };
        texts.push(text);
    }
    let status = child.wait()?;
    let mut texts = texts.into_iter();
    Ok(Output {
        status,
        stdout: texts.next().unwrap_or_default(),
        stderr: texts.next().unwrap_or_default(),
    })
}

fn read(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut text);
        }
        let _ = sender.send(text);
    });
    receiver
}

/// git has the program that speaks to the remote as a child, which would go on waiting.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", child.id())])
        .stderr(Stdio::null())
        .status();
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_ended() {
        let started = Instant::now();
        let mut sleep = Command::new("sh");
        sleep.args(["-c", "sleep 30 & wait"]);
        let error = output(sleep, Duration::from_millis(50)).expect_err("it sleeps longer");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(10));
        let mut echo = Command::new("echo");
        echo.arg("a");
        let said = output(echo, Duration::from_secs(10)).expect("it ends");
        assert_eq!(said.stdout, b"a\n");
    }
}
