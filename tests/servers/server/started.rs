//! Where servers are found and how one is started and ended.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use driftlint::database::unprivileged;
use tempfile::TempDir;

/// Debian keeps daemons where an ordinary user's PATH does not look.
pub(super) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")]);
    folders
        .map(|folder| folder.join(program))
        .find(|file| file.exists())
}

/// A temporary folder that the unprivileged user may write, with a path short enough for a socket.
pub(super) fn public_folder() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("driftlint-")
        .tempdir_in("/tmp")
        .expect("/tmp can be written");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))
        .expect("the folder is ours");
    folder
}

/// `bin`, or a copy of its installation if the unprivileged user cannot reach it, as under /root.
pub(super) fn readable(bin: &Path, folder: &TempDir) -> PathBuf {
    let reachable = unprivileged(Path::new("test"))
        .arg("-x")
        .arg(bin.join("postgres"))
        .status();
    if reachable.is_ok_and(|status| status.success()) {
        return bin.to_owned();
    }
    let home = bin.parent().expect("bin is in a folder");
    let copy = folder.path().join("server");
    let copied = Command::new("cp")
        .arg("-R")
        .arg(home)
        .arg(&copy)
        .status()
        .expect("cp can be run");
    assert!(copied.success(), "{} cannot be copied", home.display());
    copy.join("bin")
}

/// Runs the command under a shell that waits for the end of its input, then stops the server and
/// clears its folder. A server that crashes is started again: MariaDB 10.11 does so on some of the
/// random queries.
pub(super) fn watched(command: &Command, folder: &Path, signal: &str) -> Child {
    let log = std::fs::File::create(folder.join("log")).expect("the folder is ours");
    // A program that a signal ends has a status of more than 128.
    let script = r#"folder=$1 signal=$2; shift 2
{ while "$@" </dev/null & echo $! >"$folder/running"; wait $!; [ $? -gt 128 ] && [ ! -e "$folder/over" ]; do :; done; } &
read -r _; touch "$folder/over"; kill -s "$signal" "$(cat "$folder/running")"; wait; rm -rf "$folder""#;
    Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(folder)
        .arg(signal)
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("a file can be cloned"))
        .stderr(log)
        .spawn()
        .expect("sh can be run")
}
