//! Runs the targets of `fuzz/` on the stable compiler: the first inputs that are kept there, and a
//! number of texts made of them, the same in every run.
//!
//! `DRIFTLINT_FUZZ_SECONDS=60 cargo test --test fuzz` gives each target a minute and other texts;
//! `DRIFTLINT_FUZZ_SEED` says which. An input that does harm is kept in `target/fuzz/`, the last
//! one of each target too, for one that ends the process.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use targets::{TARGETS, Target};

/// Texts made for each target, unless a time is given: a few seconds in a debug build.
const RUNS: usize = 60;
/// One text takes milliseconds. A debug build on a busy machine is slow, and what is not linear is
/// slower.
const PATIENCE: Duration = Duration::from_secs(30);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder of the repository");
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The first inputs of a target: those that are kept for it, and fixtures of its kind.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let read = |path: &PathBuf| fs::read(path).expect("a file of the repository");
    let corpus = root().join("fuzz/corpus").join(target.name);
    let mut seeds: Vec<Vec<u8>> = files(&corpus).iter().map(read).collect();
    let fixtures = |folder: &str, end: &str| -> Vec<Vec<u8>> {
        let all = files(&root().join("fixtures").join(folder));
        let wanted = all
            .iter()
            .filter(|path| path.to_string_lossy().ends_with(end));
        wanted.map(read).collect()
    };
    match target.name {
        "split" | "nesting" | "replay" => seeds.extend(fixtures("rules", ".sql")),
        "typescript" => seeds.extend(fixtures("projects", ".ts")),
        "prisma" => seeds.extend(fixtures("projects", ".prisma")),
        "snapshot" => seeds.extend(fixtures("projects", "snapshot.json")),
        "project" => {
            for folder in ["workflow", "projects", "demo"] {
                seeds.extend(packed(&root().join("fixtures").join(folder)));
            }
        }
        _ => {}
    }
    assert!(!seeds.is_empty(), "{} has no first input", target.name);
    seeds
}

/// The projects in a folder, each as one text.
fn packed(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    let mut projects: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    let pack = |project: &PathBuf| {
        let mut text = Vec::new();
        for path in files(project) {
            let name = path.strip_prefix(project).expect("it lies there");
            let _ = writeln!(text, "=== {}", name.display());
            text.extend(fs::read(&path).expect("a file of the repository"));
            text.push(b'\n');
        }
        text
    };
    projects.iter().map(pack).collect()
}

/// A small xorshift generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % end.max(1)
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(most)).min(length)
    }
}

/// What has meaning for one reader or another.
const WORDS: &[&str] = &[
    "'",
    "\"",
    "`",
    "$$",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    "--",
    "/*",
    "*/",
    "\\",
    "\0",
    "é",
    "\u{1b}[31m",
    "\u{202e}",
    "\r",
    "\n",
    "\n::set-output name=a::b\n",
    "##[error]",
    "BEGIN",
    "END",
    "COMMIT",
    "ROLLBACK",
    ",",
    "IS",
    "AS",
    "NOT",
    "NULL",
    " ",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> x\n",
    "\u{feff}",
    "%",
    "**/",
    "{a,b}",
    "=== migrations/0002_b.sql\n",
    "-- file\n",
    "DROP TABLE",
    "CASCADE",
    "RENAME TO",
    "CREATE TABLE",
    "ALTER TABLE",
    "IF EXISTS",
    "PRIMARY KEY",
    "REFERENCES",
    "DEFAULT",
    "UNIQUE",
    "CHECK",
    "18446744073709551616",
    "-1",
    "0",
    "1e999",
    "=>",
    "...",
    "${",
    "?.",
    "??",
    "@@",
    "@db.",
    "&a",
    "*a",
    "|\n",
    "- ",
    ": ",
];

/// A text made of others.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = random.one(seeds).clone();
    for _ in 0..=random.below(12) {
        let length = text.len();
        match random.below(9) {
            0 => text.truncate(random.below(length + 1)),
            1 => drop(text.drain(random.range(length, 200))),
            2 => {
                let piece = text[random.range(length, 200)].to_vec();
                let at = random.below(length + 1);
                text.splice(at..at, piece);
            }
            3 => {
                let other = random.one(seeds);
                let piece = other[random.range(other.len(), 2000)].to_vec();
                text.splice(random.range(length, 100), piece);
            }
            4 => {
                let piece = text[random.range(length, 20)].to_vec();
                let at = random.below(length + 1);
                text.splice(at..at, piece.repeat(random.below(400)));
            }
            5 if length > 0 => {
                let at = random.below(length);
                text[at] = u8::try_from(random.below(256)).unwrap_or_default();
            }
            6 => {
                // A word in the place of another: most texts stay readable.
                let words: Vec<&[u8]> = text
                    .split(|byte| !byte.is_ascii_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .collect();
                if words.len() > 1 {
                    let (old, new) = (random.one(&words).to_vec(), random.one(&words).to_vec());
                    if let Some(at) = text.windows(old.len()).position(|part| part == old) {
                        text.splice(at..at + old.len(), new);
                    }
                }
            }
            _ => {
                let at = random.below(length + 1);
                text.splice(at..at, random.one(WORDS).bytes());
            }
        }
        text.truncate(60_000);
    }
    text
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Keeps an input, and says where.
fn keep(name: &str, kind: &str, bytes: &[u8]) -> PathBuf {
    let folder = root().join("target/fuzz");
    let path = folder.join(format!("{name}-{kind}"));
    let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
    path
}

/// One input; the error says where it was kept.
fn survives(target: &Target, bytes: &[u8], number: usize) -> Result<(), String> {
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| targets::run(target.name, bytes)));
    let took = started.elapsed();
    let harm = match outcome {
        Err(_) => "panic",
        Ok(()) if took > PATIENCE => "slow",
        Ok(()) => return Ok(()),
    };
    let kept = keep(target.name, &format!("{harm}-{number}"), bytes);
    Err(format!("{harm} ({took:?}): {}", kept.display()))
}

fn fuzz(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("a target of that name");
    let seeds = seeds(target);
    let seconds = number("DRIFTLINT_FUZZ_SECONDS").map(Duration::from_secs);
    let seed = number("DRIFTLINT_FUZZ_SEED").unwrap_or(20_261_129);
    let started = Instant::now();
    let mut harm = Vec::new();
    let mut runs = 0;
    for bytes in &seeds {
        harm.extend(survives(target, bytes, runs).err());
        runs += 1;
    }
    let mut random = Random(seed);
    let last = seeds.len() + RUNS;
    while seconds.map_or(runs < last, |seconds| started.elapsed() < seconds) && harm.len() < 20 {
        let bytes = mutated(&seeds, &mut random);
        if seconds.is_some() {
            keep(name, "last", &bytes);
        }
        harm.extend(survives(target, &bytes, runs).err());
        runs += 1;
    }

    let took = started.elapsed().as_secs();
    let _ = writeln!(std::io::stderr(), "{name}: {runs} inputs in {took} s");
    assert!(harm.is_empty(), "{name}:\n{}", harm.join("\n"));
}

macro_rules! fuzz {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            fuzz(stringify!($name));
        }
    )*};
}

fuzz! { split nesting replay typescript prisma snapshot repair globs config project }
