//! The documentation hangs together: every link leads to a file and a heading that are there, every
//! page can be reached from the first one, and the commands that are shown run.

#[path = "common/folder.rs"]
mod folder;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use folder::project;
use serde_json::Value;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page for people, by its path in the repository.
fn pages() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut add = |path: PathBuf| {
        // A list of the others for a site, which shows it at the side of each page.
        let contents = path.ends_with("SUMMARY.md");
        if path.extension().is_some_and(|end| end == "md") && !contents {
            let name = path.strip_prefix(root()).expect("inside");
            let name = name.to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).expect("a page"));
        }
    };
    for folder in ["", "docs", "docs/guides", "rules", "editors/vscode"] {
        for entry in fs::read_dir(root().join(folder))
            .expect("a folder")
            .flatten()
        {
            add(entry.path());
        }
    }
    found
}

/// A page without its code: what is shown there is no link and no heading.
fn prose(page: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// What the links of a page lead to.
fn links(page: &str) -> Vec<String> {
    let prose = prose(page);
    let mut found = Vec::new();
    for (at, _) in prose.match_indices("](") {
        let target = &prose[at + 2..];
        let end = target.find([')', ' ', '\n']).expect("the end of a link");
        found.push(target[..end].to_owned());
    }
    found
}

/// The anchors that GitHub gives a page's headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let prose = prose(page);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = |sign: &char| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_');
        text.chars()
            .filter(kept)
            .collect::<String>()
            .replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// A path of the repository, from the page that names it.
fn resolve(page: &str, target: &str) -> String {
    let folder = Path::new(page).parent().expect("a folder");
    let mut parts: Vec<String> = Vec::new();
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => assert!(parts.pop().is_some(), "{page}: {target}"),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// The file of the repository that a link of a page leads to. Links that leave `docs/` are whole, so
/// that GitHub follows them and so does a site that is built of that folder.
fn target(page: &str, link: &str) -> Option<String> {
    if let Some(path) = link.strip_prefix("https://github.com/driftlint/driftlint/blob/main/") {
        return Some(path.to_owned());
    }
    if link.starts_with("https://") {
        return None;
    }
    Some(if link.is_empty() {
        page.to_owned()
    } else {
        resolve(page, link)
    })
}

#[test]
fn the_pages_can_be_a_site() {
    let contents = fs::read_to_string(root().join("docs/SUMMARY.md")).expect("a page");
    let listed: BTreeSet<String> = links(&contents)
        .iter()
        .filter_map(|link| target("docs/SUMMARY.md", link))
        .collect();
    let pages = pages();
    let gone = listed.iter().find(|name| !pages.contains_key(*name));
    assert!(gone.is_none(), "docs/SUMMARY.md lists {gone:?}");
    for (name, page) in &pages {
        let Some(inside) = name.strip_prefix("docs/") else {
            continue;
        };
        assert!(listed.contains(name), "docs/SUMMARY.md lacks {inside}");
        for link in links(page)
            .iter()
            .filter(|link| !link.starts_with("https://"))
        {
            let path = link.split('#').next().unwrap_or_default();
            let leads = target(name, path).expect("a file of the repository");
            assert!(
                leads.starts_with("docs/"),
                "{name}: {link} leaves the folder"
            );
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, page) in &pages {
        for link in links(page) {
            seen += 1;
            let (path, anchor) = match link.split_once('#') {
                Some((path, anchor)) => (path, Some(anchor)),
                None => (link.as_str(), None),
            };
            let Some(target) = target(name, path) else {
                continue;
            };
            let there = root().join(&target).exists();
            let has = |anchor: &str| {
                pages
                    .get(&target)
                    .is_some_and(|page| anchors(page).contains(anchor))
            };
            if !there || !anchor.is_none_or(has) {
                wrong.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(seen > 150, "{seen} links");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_page_can_be_reached() {
    let pages = pages();
    let mut reached = BTreeSet::new();
    let mut next = vec!["docs/README.md".to_owned()];
    while let Some(name) = next.pop() {
        if let Some(page) = pages.get(&name).filter(|_| reached.insert(name.clone())) {
            next.extend(links(page).iter().filter_map(|link| {
                let path = link.split('#').next().unwrap_or_default();
                target(&name, path)
            }));
        }
    }
    let lost: Vec<&String> = pages
        .keys()
        .filter(|name| !reached.contains(*name))
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

/// A copy of a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file");
        }
    }
}

/// Runs the commands that a page shows, in a copy of the demonstration; those that print JSON do.
fn execute(page: &str, at_least: usize) -> TempDir {
    let text = fs::read_to_string(root().join(page)).expect("the page");
    let folder = project(&[]);
    copy(&root().join("fixtures/demo"), folder.path());
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("$ driftlint "));
    let mut executed = 0;
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .args(&words)
            .current_dir(folder.path())
            .env_remove("DRIFTLINT_FORMAT")
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(code.is_some_and(|code| code < 2), "{line}: {said}");
        if words.contains(&"json") {
            let parsed = serde_json::from_slice::<Value>(&output.stdout);
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
        executed += 1;
    }
    assert!(executed >= at_least, "{page}: {executed} commands");
    folder
}

#[test]
fn the_page_for_agents_is_executed() {
    execute("docs/agents.md", 9);
}

#[test]
fn the_formats_are_executed() {
    let folder = execute("docs/formats.md", 6);
    for file in [
        "driftlint.sarif",
        "driftlint.xml",
        "driftlint.md",
        "driftlint.html",
    ] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}
