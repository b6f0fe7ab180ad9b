//! What is particular to one migration tool stands in its room, and nothing else names it.

use std::fmt::Write as _;

use driftlint::tool::Tool;

use super::{assert_none, files, is_test};

/// Words that are a tool's name and an English one, or a method's: these tools are only looked for
/// by their room's paths.
const COMMON: &[&str] = &["plain", "pop"];

/// Files outside of the rooms that may name tools, and why. One that names none fails.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("src/tool.rs", "the list of the tools"),
    (
        "src/config/keys.rs",
        "an example of a value, in the documentation of a key",
    ),
    (
        "src/project/dialect.rs",
        "a word in the names of folders that says nothing of the server",
    ),
    (
        "src/server/postgres/apply/extensions.rs",
        "the extensions of a server, one of which is called after a tool",
    ),
    (
        "src/sql/split/directive.rs",
        "marks that end a statement: whoever runs the file, they are no SQL",
    ),
    (
        "src/workflow/compose.rs",
        "an image that is called after a tool and holds a server",
    ),
    (
        "src/workflow/expand/note.rs",
        "a program of a framework, which does more than migrate",
    ),
    (
        "src/workflow/read/unseen.rs",
        "words that let code pass which cannot be read: most are of tools without a room",
    ),
];

#[test]
fn a_tool_is_named_in_its_room_alone() {
    let mut failures = String::new();
    let mut needed = vec![false; EXCEPTIONS.len()];
    let names: Vec<&str> = Tool::all()
        .map(Tool::name)
        .filter(|name| !COMMON.contains(name))
        .collect();
    for (path, text) in files("src", ".rs") {
        // A test may ask about any tool.
        if is_test(&path) {
            continue;
        }
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        for name in &names {
            let room = format!("src/tool/{}", name.replace('-', "_"));
            let is_own = path
                .strip_prefix(&room)
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
            if is_own || !is_named(&text, name) {
                continue;
            }
            match EXCEPTIONS.iter().position(|(file, _)| *file == path) {
                Some(at) => needed[at] = true,
                None => {
                    let _ = writeln!(
                        failures,
                        "{path} names {name}: ask a question of src/tool.rs, and answer it in {room}/"
                    );
                }
            }
        }
    }
    for ((file, why), needed) in EXCEPTIONS.iter().zip(needed) {
        if !needed {
            let _ = writeln!(failures, "{file} needs no exception any more ({why})");
        }
    }
    assert_none(&failures);
}

/// Whether a text in small letters has a tool's name. Short names are parts of other words.
fn is_named(text: &str, name: &str) -> bool {
    let spellings = [
        name.to_owned(),
        name.replace('-', "_"),
        name.replace('-', ""),
    ];
    spellings.iter().any(|spelling| {
        text.match_indices(spelling.as_str()).any(|(at, _)| {
            let letter = |c: char| c.is_alphanumeric();
            let alone =
                !text[..at].ends_with(letter) && !text[at + spelling.len()..].starts_with(letter);
            alone || spelling.len() > 5
        })
    })
}
