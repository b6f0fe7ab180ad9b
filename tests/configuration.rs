//! `docs/configuration.md` names every key of `driftlint.toml`. `BLESS=1` writes it; read the
//! difference.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use driftlint::config::Config;
use driftlint::config::keys::{ConfigKey, ConfigTable, TABLES};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

const HEAD: &str = "# driftlint.toml\n\n\
    None is needed. driftlint reads the `driftlint.toml` or `.driftlint.toml` that it finds first, from the folder that it checks up to the root of the git\n\
    repository; `--config FILE` names another, `--no-config` reads none. Paths and patterns are relative to the file. A pattern knows `*` and `?` within a\n\
    name, `**` across folders, `{a,b}`, `(a|b)` and `[ab]`; a folder means all that lies in it. An unknown key or value is an error, with the nearest one that is known.\n\
    The command line wins over the file.\n\n\
    This page is written by a test from the keys that the program knows.\n";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for table in TABLES {
        let ConfigTable {
            heading,
            about,
            keys,
        } = table;
        if !heading.is_empty() {
            let _ = write!(page, "\n## `{heading}`\n");
        }
        let _ = writeln!(page, "\n{about}");
        if keys.is_empty() {
            continue;
        }
        page.push_str("\n| key | takes | what it does |\n|---|---|---|\n");
        for ConfigKey {
            name, takes, about, ..
        } in *keys
        {
            let _ = writeln!(page, "| `{name}` | {takes} | {about} |");
        }
        let _ = write!(page, "\n```toml\n{}```\n", example(table));
    }
    page
}

/// A table with all of its keys, but those that are tables themselves.
fn example(table: &ConfigTable) -> String {
    let mut text = String::new();
    if !table.heading.is_empty() {
        let _ = writeln!(text, "{}", table.heading);
    }
    let plain = |key: &&ConfigKey| !matches!(key.example, "[]" | "{}");
    for key in table.keys.iter().filter(plain) {
        let _ = writeln!(text, "{} = {}", key.name, key.example);
    }
    text
}

#[test]
fn the_page_names_every_key() {
    let path = root().join("docs/configuration.md");
    let page = page();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).expect("the page can be read");
    assert!(
        written == page,
        "docs/configuration.md is out of date: BLESS=1 cargo test --test configuration"
    );
}

#[test]
fn every_key_that_is_named_is_read() {
    let all: String = TABLES.iter().map(|table| example(table)).collect();
    let config = Config::parse("driftlint.toml", &all).expect("the page's examples are sound");
    assert_eq!(config.max_file_size, Some(64 << 20));
    assert_eq!((config.sets.len(), config.allow.len()), (1, 1));
    for key in TABLES[0].keys {
        let text = format!("{} = {}\n", key.name, key.example);
        Config::parse("driftlint.toml", &text).expect(key.name);
    }
}

/// Each key is an arm of a `match`: one that the tables lack would be read and named nowhere.
#[test]
fn every_key_that_is_read_is_named() {
    let source = fs::read_to_string(root().join("src/config/read.rs")).expect("a source");
    let named = |name: &str| {
        let mut keys = TABLES.iter().flat_map(|table| table.keys);
        keys.any(|key| key.name == name)
    };
    let mut arms = 0;
    for line in source.lines().map(str::trim) {
        let Some((name, _)) = line
            .strip_prefix('"')
            .and_then(|rest| rest.split_once("\" =>"))
        else {
            continue;
        };
        arms += 1;
        assert!(named(name), "src/config/keys.rs lacks `{name}`");
    }
    assert!(arms > 20, "only {arms} keys were found in the source");
}

#[test]
fn sizes_that_are_none_are_errors() {
    for value in ["\"much\"", "true", "-1", "\"1 TB\""] {
        let text = format!("max-file-size = {value}\n");
        assert!(Config::parse("driftlint.toml", &text).is_err(), "{value}");
    }
}
