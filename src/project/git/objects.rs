//! Contents of files by their ids: libgit2 in this process, the `git` command for what libgit2
//! cannot read.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::rc::Rc;

use super::command::{Git, cannot_start};
use super::tracked::Tracked;
use crate::error::{Error, Result};
use crate::project::tree::{parent, path_text};
use crate::project::worktree::Ignored;

/// The repository's object database, opened when the first content is read.
pub(super) struct Objects {
    git: Git,
    library: OnceCell<Option<git2::Repository>>,
    batch: RefCell<Option<Batch>>,
    /// What was made of contents, by the path that they have and their id.
    kept: RefCell<HashMap<(String, String), Rc<dyn Any>>>,
}

/// libgit2 computes the SHA-1 of all that it reads; git does that when it receives objects, and in
/// `fsck`. It was 41 % of a check of a repository with large snapshots.
fn read_as_git_does() {
    git2::opts::strict_hash_verification(false);
}

impl Objects {
    pub(super) fn new(git: Git) -> Self {
        Self {
            git,
            library: OnceCell::new(),
            batch: RefCell::new(None),
            kept: RefCell::default(),
        }
    }

    /// Those of the repository at `root`, if libgit2 can open it and `root` is the top of its
    /// working tree.
    pub(super) fn open(root: &Path) -> Option<Self> {
        read_as_git_does();
        let repository = git2::Repository::open(root).ok()?;
        if repository.workdir()?.canonicalize().ok()? != root.canonicalize().ok()? {
            return None;
        }
        let objects = Self::new(Git::new(root.to_owned()));
        objects.library.get_or_init(|| Some(repository));
        Some(objects)
    }

    /// The content of a blob.
    pub(super) fn read(&self, id: &str) -> Result<Vec<u8>> {
        if let Some(repository) = self.library()
            && let Ok(oid) = git2::Oid::from_str(id)
            && let Ok(blob) = repository.find_blob(oid)
        {
            return Ok(blob.content().to_vec());
        }
        // SHA-256, reftable, another owner; or a partial clone, where the command fetches what is
        // missing.
        self.read_by_command(id)
    }

    /// What was made of the content that a path has.
    pub(super) fn kept(&self, path: &str, id: &str) -> Option<Rc<dyn Any>> {
        let key = (path.to_owned(), id.to_owned());
        self.kept.borrow().get(&key).cloned()
    }

    /// Keeps what was made of the content that a path has.
    pub(super) fn keep(&self, path: &str, id: &str, made: Rc<dyn Any>) {
        let key = (path.to_owned(), id.to_owned());
        self.kept.borrow_mut().insert(key, made);
    }

    /// The length of a blob, where libgit2 knows it: it reads no more than the head.
    pub(super) fn length(&self, id: &str) -> Option<u64> {
        let objects = self.library()?.odb().ok()?;
        let (length, _) = objects.read_header(git2::Oid::from_str(id).ok()?).ok()?;
        u64::try_from(length).ok()
    }

    /// The paths in some folders of the newest commit that `HEAD` shares with a revision, or with
    /// the first of some references that is there; of `HEAD` where there is none. `None` where
    /// libgit2 cannot say. The `git` command takes five processes for it, which was a fifth of a
    /// whole check.
    pub(super) fn shared_paths(
        &self,
        revision: Option<&str>,
        references: &[&str],
        folders: &BTreeSet<&str>,
    ) -> Option<BTreeSet<String>> {
        let repository = self.library()?;
        if repository.is_shallow() {
            return None;
        }
        let head = repository.head().ok()?.peel_to_commit().ok()?.id();
        let branch = match revision {
            Some(revision) => {
                let object = repository.revparse_single(revision).ok()?;
                Some(object.peel_to_commit().ok()?.id())
            }
            None => references
                .iter()
                .find_map(|name| repository.find_reference(name).ok())
                .map(|found| found.peel_to_commit().map(|commit| commit.id()))
                .transpose()
                .ok()?,
        };
        let shared = match branch.map(|branch| repository.merge_base(head, branch)) {
            Some(Ok(shared)) => shared,
            Some(Err(error)) if error.code() != git2::ErrorCode::NotFound => return None,
            Some(Err(_)) | None => head,
        };
        let mut paths = BTreeSet::new();
        let tree = repository.find_commit(shared).ok()?.tree().ok()?;
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            let path = format!("{folder}{}", path_text(entry.name_bytes()));
            if entry.kind() == Some(git2::ObjectType::Blob) {
                paths.insert(path);
            } else if !folders.contains(path.as_str()) {
                return git2::TreeWalkResult::Skip;
            }
            git2::TreeWalkResult::Ok
        })
        .ok()?;
        Some(paths)
    }

    fn library(&self) -> Option<&git2::Repository> {
        self.library
            .get_or_init(|| {
                read_as_git_does();
                if std::env::var_os("GIT_DIR").is_some() {
                    git2::Repository::open_from_env().ok()
                } else {
                    git2::Repository::discover(self.git.cwd()).ok()
                }
            })
            .as_ref()
    }

    fn read_by_command(&self, id: &str) -> Result<Vec<u8>> {
        // A pipe that is kept open would be waited for without an end, and git fetches object by
        // object anyway.
        if self.git.is_partial() {
            return self.git.run(&["cat-file", "blob", id]);
        }
        let mut slot = self.batch.borrow_mut();
        let batch = match slot.as_mut() {
            Some(batch) => batch,
            None => slot.insert(Batch::start(&self.git)?),
        };
        match batch.read(id) {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Err(Error::Git {
                message: format!("git has no object {id}"),
                help: "the clone is incomplete: `git fetch` what is missing, or clone again"
                    .to_owned(),
            }),
            Err(source) => Err(Error::Io {
                action: "read",
                path: format!("object {id} from `git cat-file`"),
                source,
            }),
        }
    }

    /// Says which paths git ignores.
    pub(super) fn ignored(self: &Rc<Self>) -> Ignored {
        let objects = Rc::clone(self);
        let by_command: OnceCell<HashSet<String>> = OnceCell::new();
        let tracked: OnceCell<Option<Tracked>> = OnceCell::new();
        Box::new(move |path, folder| {
            if let Some(repository) = objects.library() {
                // What is tracked is never ignored, whatever the patterns say. Nearly all is, and
                // trying each pattern of each `.gitignore` above on every folder and SQL file was
                // 40 % of the instructions of a run over a repository of 1,500 folders.
                if tracked
                    .get_or_init(|| tracked_by(repository))
                    .as_ref()
                    .is_some_and(|all| all.holds(path, folder))
                {
                    return false;
                }
                // Where our reader does not understand the index (split, damaged, a later version),
                // libgit2's own is asked, path by path.
                return repository.is_path_ignored(path).unwrap_or(false)
                    && !is_tracked(repository, path, folder);
            }
            let known = by_command.get_or_init(|| objects.ignored_by_command());
            std::iter::successors(Some(path), |path| {
                Some(parent(path)).filter(|above| !above.is_empty())
            })
            .any(|path| known.contains(path))
        })
    }

    fn ignored_by_command(&self) -> HashSet<String> {
        let arguments = [
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--directory",
            "--full-name",
            "--",
            ":/",
        ];
        let listed = self.git.run(&arguments).unwrap_or_default();
        listed
            .split(|&byte| byte == 0)
            .map(|path| path_text(path.strip_suffix(b"/").unwrap_or(path)))
            .collect()
    }
}

/// The names in a repository's own index.
fn tracked_by(repository: &git2::Repository) -> Option<Tracked> {
    let elsewhere =
        std::env::var_os("GIT_DIR").is_some() && std::env::var_os("GIT_INDEX_FILE").is_some();
    if elsewhere {
        None
    } else {
        Tracked::read(&repository.path().join("index"))
    }
}

fn is_tracked(repository: &git2::Repository, path: &str, folder: bool) -> bool {
    let Ok(index) = repository.index() else {
        return false;
    };
    if folder {
        index.find_prefix(format!("{path}/")).is_ok()
    } else {
        index.get_path(Path::new(path), 0).is_some()
    }
}

/// `git cat-file --batch`: one process for any number of objects.
struct Batch {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Batch {
    fn start(git: &Git) -> Result<Self> {
        let mut command = git.command(&["cat-file", "--batch"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| cannot_start(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = output.expect("the output was asked to be a pipe");
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
        })
    }

    /// `None` if git has no such object. The answer is `id type size`, the content, and a line
    /// break.
    fn read(&mut self, id: &str) -> std::io::Result<Option<Vec<u8>>> {
        if let Some(input) = &mut self.input {
            writeln!(input, "{id}")?;
            input.flush()?;
        }
        let mut head = String::new();
        self.output.read_line(&mut head)?;
        let Some(size) = head
            .trim_end()
            .rsplit_once(' ')
            .and_then(|(_, size)| size.parse::<usize>().ok())
        else {
            return Ok(None);
        };
        let mut content = vec![0; size + 1];
        self.output.read_exact(&mut content)?;
        content.pop();
        Ok(Some(content))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // The end of its input ends the process.
        self.input = None;
        let _ = self.child.wait();
    }
}
