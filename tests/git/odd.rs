//! Repositories of an odd kind: formats, filters, partial clones, owners, line endings.

use std::fs;
use std::process::Command;

use driftlint::project::git::{Hook, Repository};
use driftlint::project::tree::Tree as _;

use super::{Read as _, complaint, shown};
use crate::repository::Repo;

#[test]
fn renames_deletions_links_and_odd_names() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::new();
    repo.write(
        "m/long.sql",
        "a text\nthat is long\nenough to be\nknown again\n",
    );
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "x"]);
    repo.git(&["mv", "m/long.sql", "m/lang é.sql"]);
    repo.git(&["rm", "-q", "m/1.sql"]);
    repo.write("shared/a.sql", "shared");
    for (target, name) in [
        ("../shared/a.sql", "m/link.sql"),
        ("../gone.sql", "m/gone.sql"),
        ("/a.sql", "m/root.sql"),
    ] {
        std::os::unix::fs::symlink(target, repo.path().join(name)).expect("a link can be made");
    }
    let odd = std::ffi::OsStr::from_bytes(b"m/odd\xff.sql");
    fs::write(repo.path().join(odd), "odd").expect("a file can be written");
    repo.git(&["add", "."]);
    let text = "a text\nthat is long\nenough to be\nknown again";
    assert_eq!(
        repo.staged(),
        format!(
            "D m/1.sql [one] [-]\nA m/gone.sql [-] [-]\nR m/long.sql -> m/lang é.sql [{text}] [{text}]\nA m/link.sql [-] [shared]\nA m/odd\\xFF.sql [-] [odd]\nA m/root.sql [-] [-]\nA shared/a.sql [-] [shared]\n"
        )
    );
}

#[test]
fn line_endings_are_those_of_the_blob() {
    let repo = Repo::new();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("m/3.sql", "a\r\nb\r\n");
    repo.git(&["add", "."]);
    assert_eq!(repo.staged(), "A m/3.sql [-] [a\nb]\n");
    assert_eq!(
        shown(&repo.open().since("HEAD").expect("HEAD is here")),
        "A m/3.sql [-] [a\r\nb]\n"
    );
}

#[test]
fn indexes_that_libgit2_cannot_read() {
    let repo = Repo::new();
    repo.write("other/big.txt", "x");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "x"]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "m"]);
    repo.write("m/1.sql", "sparse");
    repo.git(&["add", "m"]);
    assert_eq!(repo.staged(), "M m/1.sql [one] [sparse]\n");
    let index = repo.open().index().expect("the index can be read");
    assert_eq!(index.tree_read("other/big.txt"), Some(b"x".to_vec()));

    let repo = Repo::new();
    repo.git(&["update-index", "--split-index"]);
    repo.write("m/1.sql", "split");
    repo.git(&["add", "m"]);
    assert_eq!(repo.staged(), "M m/1.sql [one] [split]\n");
}

#[test]
fn formats_that_libgit2_cannot_open() {
    for option in ["--object-format=sha256", "--ref-format=reftable"] {
        let Some(repo) = Repo::empty(&[option]) else {
            skipped(&format!("this git knows no {option}"));
            continue;
        };
        repo.first_commit();
        repo.write("m/1.sql", "new");
        repo.write("ignored/1.sql", "x");
        repo.write(".gitignore", "ignored\n");
        repo.git(&["add", "m"]);
        assert_eq!(repo.staged(), "M m/1.sql [one] [new]\n", "{option}");
        let found = repo.open().since("HEAD").expect("HEAD is here");
        assert_eq!(
            shown(&found),
            "A .gitignore [-] [ignored]\nM m/1.sql [one] [new]\n",
            "{option}"
        );
        let files = found.head.files().expect("the working tree can be listed");
        assert_eq!(files, [".gitignore", "m/1.sql", "m/2.sql"], "{option}");
    }
}

#[test]
fn partial_clones_fetch_what_they_read() {
    let origin = Repo::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let clone = Repo::unmade();
    let url = format!("file://{}", origin.path().display());
    clone.git(&[
        "clone",
        "-q",
        "--filter=blob:none",
        "--no-checkout",
        &url,
        ".",
    ]);
    let tree = clone.open().commit("HEAD").expect("HEAD is here");
    assert_eq!(tree.tree_read("m/2.sql"), Some(b"two".to_vec()));
}

#[test]
fn what_a_partial_clone_names_is_not_run() {
    let origin = Repo::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", origin.path().display());
    let clone = Repo::unmade();
    let filter = "--filter=blob:none";
    clone.git(&["clone", "-q", filter, "--no-checkout", &url, "."]);
    let ran = clone.path().join("ran");
    let program = format!("touch '{}'; git-upload-pack", ran.display());
    clone.git(&["config", "remote.origin.uploadpack", &program]);
    let tree = clone.open().commit("HEAD").expect("HEAD is here");
    let error = tree.read("m/2.sql").expect_err("nobody was asked for it");
    assert!(!ran.exists(), "{}", complaint(&error));
}

#[test]
fn filters_that_a_repository_brings_are_not_run() {
    let repo = Repo::new();
    let ran = repo.path().join(".git/ran");
    let program = format!("touch '{}'; cat", ran.display());
    repo.write(".gitattributes", "*.sql filter=evil diff=evil\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "attributes"]);
    let filters = [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
    ];
    let others = ["diff.evil.textconv", "diff.evil.command", "core.fsmonitor"];
    for key in filters.into_iter().chain(others) {
        repo.git(&["config", key, &program]);
        // git asks only where a file looks changed.
        repo.write("m/1.sql", key);
        let opened = repo.open();
        let since = opened.since("HEAD").expect("HEAD is here");
        assert!(shown(&since).contains(key), "{key}: {}", shown(&since));
        opened.staged(&Hook::from_env()).expect("the index is here");
        let matters = opened.staged_matters(&Hook::from_env(), &|_| false, Some("one"));
        matters.expect("the index is here");
        assert!(!ran.exists(), "{key}");
        repo.git(&["config", "--unset", key]);
    }
}

#[test]
fn a_repository_of_somebody_else_is_refused_with_gits_advice() {
    let repo = Repo::new();
    let chown = Command::new("chown")
        .args(["-R", "12345"])
        .arg(repo.path())
        .output()
        .expect("chown is installed");
    if !chown.status.success() {
        skipped("only root can give files away");
        return;
    }
    let said = repo.staged_with(repo.path(), &[]);
    assert!(
        said.contains("dubious ownership") && said.contains("safe.directory"),
        "{said}"
    );
    let trust = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ];
    assert_eq!(repo.staged_with(repo.path(), &trust), "");
}

#[test]
fn outside_of_a_repository() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    assert!(
        Repository::discover(folder.path())
            .expect("that is no error")
            .is_none()
    );
}

/// Says aloud that something was not tested: the standard error stream is shown by `cargo test --
/// --nocapture`.
fn skipped(why: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}
