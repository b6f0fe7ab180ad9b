//! What is particular to one migration tool stands in its room, and nothing else names it.

use std::fmt::Write as _;

use super::{assert_none, files};

/// Tools with a schema language or a journal of their own, and the only place that may name them.
const TOOLS: &[&str] = &["drizzle", "prisma", "diesel"];

/// Files outside of the rooms that may name tools, or folders of them, and why. One that names none
/// fails.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("src/tool.rs", "the list of the tools"),
    (
        "src/compare/tests",
        "one table of cases asks what each language leaves out of a comparison",
    ),
];

#[test]
fn a_tool_is_named_in_its_room_alone() {
    let mut failures = String::new();
    let mut needed = vec![false; EXCEPTIONS.len()];
    for (path, text) in files("src", ".rs") {
        let text = text.to_ascii_lowercase();
        for tool in TOOLS {
            let room = format!("src/tool/{tool}");
            if path.starts_with(&room) || !text.contains(tool) {
                continue;
            }
            match EXCEPTIONS
                .iter()
                .position(|(file, _)| path.starts_with(file))
            {
                Some(at) => needed[at] = true,
                None => {
                    let _ = writeln!(
                        failures,
                        "{path} names {tool}: ask a question of src/tool.rs, and answer it in {room}/"
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
