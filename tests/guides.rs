//! The guides do what they say: their files are written, their commands run, and what is shown
//! below a command is what it prints. `BLESS=1` writes that into the page; read the difference.

#[expect(dead_code, reason = "guides bring their own files")]
#[path = "common/repository.rs"]
mod repository;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use driftlint::source::{Source, Span};
use driftlint::sql::{Dialect, Understood, Unit, Versions, script};
use repository::Repo;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides")
}

fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = fs::read_dir(folder())
        .expect("the guides")
        .flatten()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(entry.path()).expect("a page"))
        })
        .collect();
    pages.sort();
    assert!(pages.len() >= 10);
    pages
}

/// A fenced block: its info string, how far it is indented, its lines.
struct Block {
    info: String,
    indent: String,
    lines: Vec<String>,
}

/// A page as text and blocks, in order.
enum Part {
    Text(String),
    Block(Block),
}

fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        let bare = line.trim_start();
        match (&mut open, bare.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.to_owned(),
                    indent: line[..line.len() - bare.len()].to_owned(),
                    lines: Vec::new(),
                });
            }
            (Some(_), Some("")) => parts.extend(open.take().map(Part::Block)),
            (Some(block), _) => {
                let inside = line.strip_prefix(&block.indent).unwrap_or(bare);
                block.lines.push(inside.to_owned());
            }
            (None, None) => parts.push(Part::Text(line.to_owned())),
        }
    }
    assert!(open.is_none(), "a block is not closed");
    parts
}

#[test]
fn each_block_is_what_it_says() {
    for (name, page) in pages() {
        let repo = Repo::empty(&[]).expect("git can make a repository");
        let mut out = String::new();
        for part in parts(&page) {
            let mut block = match part {
                Part::Text(line) => {
                    out += &format!("{line}\n");
                    continue;
                }
                Part::Block(block) => block,
            };
            let text = block.lines.join("\n") + "\n";
            match block.info.split_once(' ') {
                Some((_, path)) => repo.write(path, &text),
                None if block.info == "console" => block.lines = run(&repo, &block.lines, &name),
                None if block.info == "sql" => understood(&text, &name),
                None => {}
            }
            let Block {
                info,
                indent,
                lines,
            } = block;
            writeln!(out, "{indent}```{info}").expect("a String takes any text");
            for line in lines {
                let line = format!("{indent}{line}");
                writeln!(out, "{}", line.trim_end()).expect("a String takes any text");
            }
            writeln!(out, "{indent}```").expect("a String takes any text");
        }
        if out == page {
            continue;
        }
        assert!(
            std::env::var_os("BLESS").is_some(),
            "{name} is out of date, run BLESS=1 cargo test --test guides:\n{out}"
        );
        fs::write(folder().join(&name), out).expect("the page can be written");
    }
}

/// Runs the commands of a block, and puts below each what it prints.
fn run(repo: &Repo, lines: &[String], page: &str) -> Vec<String> {
    let mut shown = Vec::new();
    for line in lines {
        let Some(command) = line.strip_prefix("$ ") else {
            continue;
        };
        shown.push(line.clone());
        let mut words = words(command).into_iter();
        let program = match words.next().as_deref() {
            Some("driftlint") => env!("CARGO_BIN_EXE_driftlint"),
            Some("git") => "git",
            other => panic!("{page}: {other:?} is not run"),
        };
        let words: Vec<String> = words.collect();
        if program == "git" {
            repo.git(&words.iter().map(String::as_str).collect::<Vec<_>>());
            continue;
        }
        let output = Command::new(program)
            .args(&words)
            .current_dir(repo.path())
            .env_remove("NO_COLOR")
            .envs([("COLUMNS", "100"), ("LC_ALL", "C.UTF-8")])
            .output()
            .expect("driftlint runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(2), "{page}: {command}: {error}");
        let text = String::from_utf8(output.stdout).expect("output is UTF-8");
        shown.extend(text.trim_end().lines().map(str::to_owned));
    }
    shown
}

/// The words of a command line, quotes taken off.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, c) => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words
}

fn understood(text: &str, page: &str) {
    let source = Source::new("guide.sql", text);
    let whole = Span::new(0, text.len());
    let read = script(
        &source,
        whole,
        Dialect::Postgres,
        Versions::default(),
        Unit::Statement,
    );
    for statement in read.statements {
        let known = !matches!(statement.understood, Understood::Opaque { .. });
        assert!(known, "{page}: {}", statement.text());
    }
}

#[test]
fn each_guide_is_in_the_terminal() {
    for (name, page) in pages() {
        let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .args(["guide", name.trim_end_matches(".md")])
            .output()
            .expect("driftlint runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), page, "{name}");
    }
}
