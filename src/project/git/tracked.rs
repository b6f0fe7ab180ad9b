//! The names in git's index, read without libgit2: a listing asks about every folder, and needs
//! neither ids nor checksums.

use std::fs;
use std::path::Path;

/// Every tracked file, in the order of the index: by bytes.
pub(super) struct Tracked {
    names: Vec<u8>,
    /// Where each name ends; it starts where the one before ends.
    ends: Vec<usize>,
}

impl Tracked {
    /// Reads an index; `None` where it is not one that can be understood alone (split, damaged, or
    /// of a later version).
    pub(super) fn read(path: &Path) -> Option<Self> {
        Self::parse(&fs::read(path).ok()?)
    }

    fn parse(index: &[u8]) -> Option<Self> {
        let mut at = IndexCursor { bytes: index };
        let magic = at.take(4)?;
        let version = at.number()?;
        let count = usize::try_from(at.number()?).ok()?;
        if magic != b"DIRC" || !(2..=4).contains(&version) || count > index.len() / ENTRY {
            return None;
        }
        let mut found = Self {
            names: Vec::with_capacity(index.len() / 2),
            ends: Vec::with_capacity(count),
        };
        let mut name = Vec::new();
        for _ in 0..count {
            let before = at.bytes.len();
            let mode = at.take(24).and(at.number())?;
            let extended = at.take(ENTRY - 30).and(at.take(2))?[0] & 0x40 != 0;
            if extended {
                at.take(2)?;
            }
            // Version 4 says how many bytes of the name before are not its own.
            let shared = if version == 4 {
                name.len().checked_sub(at.varint()?)?
            } else {
                0
            };
            name.truncate(shared);
            let length = memchr::memchr(0, at.bytes)?;
            name.extend_from_slice(at.take(length)?);
            at.take(1)?;
            if version != 4 {
                let long = before - at.bytes.len();
                at.take(long.next_multiple_of(8) - long)?;
            }
            match mode >> 12 {
                // Files, links, and the folders of a sparse index, which end with a slash.
                0o10 | 0o12 | 0o04 => {
                    found.names.extend_from_slice(&name);
                    found.ends.push(found.names.len());
                }
                // Another repository: what it tracks, this one does not.
                0o16 => {}
                _ => return None,
            }
        }
        // The extensions, which end with the checksum.
        while at.bytes.len() > CHECKSUM {
            let name = at.take(4)?;
            // Whoever does not know an extension in lower case must not read the index: `link` has
            // entries elsewhere.
            if name[0].is_ascii_lowercase() && name != b"sdir" {
                return None;
            }
            let length = at.number()?;
            at.take(usize::try_from(length).ok()?)?;
        }
        (at.bytes.len() == CHECKSUM
            && (1..found.ends.len()).all(|at| found.name(at - 1) <= found.name(at)))
        .then_some(found)
    }

    /// Whether a file is tracked, or anything in a folder.
    pub(super) fn holds(&self, path: &str, folder: bool) -> bool {
        if !folder {
            return self
                .first(path.as_bytes())
                .is_some_and(|name| name == path.as_bytes());
        }
        let prefix = format!("{path}/");
        self.first(prefix.as_bytes())
            .is_some_and(|name| name.starts_with(prefix.as_bytes()))
    }

    fn name(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start..self.ends[at]]
    }

    /// The first name that is not before this one.
    fn first(&self, wanted: &[u8]) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.name(middle) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.ends.len()).then(|| self.name(low))
    }
}

/// The bytes of an entry before its name: what `stat` said, the id, flags.
const ENTRY: usize = 62;
/// The bytes of a SHA-1.
const CHECKSUM: usize = 20;

struct IndexCursor<'a> {
    bytes: &'a [u8],
}

impl<'a> IndexCursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// git's number of seven bits a byte, the highest first.
    fn varint(&mut self) -> Option<usize> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 0x7f);
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::process::Command;

    use super::*;

    fn git(root: &Path, arguments: &[&str]) {
        let mut command = Command::new("git");
        let done = command
            .args(arguments)
            .current_dir(root)
            .output()
            .expect("git can be run");
        assert!(
            done.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn names(tracked: &Tracked) -> String {
        (0..tracked.ends.len()).fold(String::new(), |mut all, at| {
            writeln!(all, "{}", String::from_utf8_lossy(tracked.name(at)))
                .expect("a String takes any text");
            all
        })
    }

    #[test]
    fn every_version_of_the_index_tells_the_same() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        git(root, &["init", "-q"]);
        let long = format!("a/{}", "x".repeat(200));
        for file in ["a/b.sql", "a-b/c.sql", "a.sql", "later.sql", &long] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
            fs::write(path, "x").expect("a file can be written");
        }
        git(root, &["add", "a", "a-b", "a.sql"]);
        for version in ["2", "3", "4"] {
            git(root, &["update-index", "--index-version", version]);
            if version == "3" {
                // Without such an entry git writes version 2.
                git(root, &["add", "-N", "later.sql"]);
            }
            let tracked = Tracked::read(&root.join(".git/index")).expect("git's index can be read");
            let later = if version == "2" { "" } else { "later.sql\n" };
            assert_eq!(
                names(&tracked),
                format!("a-b/c.sql\na.sql\na/b.sql\n{long}\n{later}"),
                "version {version}"
            );
            assert!(
                tracked.holds("a", true)
                    && tracked.holds("a/b.sql", false)
                    && tracked.holds("a-b", true)
            );
            assert!(
                !tracked.holds("a", false)
                    && !tracked.holds("a/b", true)
                    && !tracked.holds("z", true)
            );
        }
        git(root, &["update-index", "--split-index"]);
        assert!(
            Tracked::read(&root.join(".git/index")).is_none(),
            "a split index is not understood alone"
        );
    }

    #[test]
    fn what_is_no_index_is_not_believed() {
        assert!(Tracked::parse(b"").is_none());
        assert!(Tracked::parse(b"DIRC\0\0\0\x02\xff\xff\xff\xff").is_none());
        let mut empty = b"DIRC\0\0\0\x02\0\0\0\0".to_vec();
        empty.extend([0; CHECKSUM]);
        assert!(
            !Tracked::parse(&empty)
                .expect("an empty index")
                .holds("a", true)
        );
        empty.pop();
        assert!(Tracked::parse(&empty).is_none());
    }
}
