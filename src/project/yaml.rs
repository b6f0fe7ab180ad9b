//! Whether a YAML file can be loaded at all.
//!
//! An alias stands for all that its anchor holds, so that ten lines may stand for more than there
//! is memory, and the loader calls itself once for each level.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser};

/// Collections in collections, at most; people write ten.
const MAX_DEPTH: usize = 100;
/// Values, at most, with every alias written out.
const MAX_NODES: usize = 200_000;

/// A collection that is being read.
struct OpenNode {
    anchor: usize,
    /// The values before it.
    before: usize,
}

/// Why a text is not to be loaded. One that is no YAML is left to the loader, which says where.
pub(crate) fn refused(text: &str) -> Option<&'static str> {
    let mut weights: HashMap<usize, usize> = HashMap::new();
    let mut open: Vec<OpenNode> = Vec::new();
    let mut nodes = 0_usize;
    for event in Parser::new_from_str(text) {
        match event.ok()?.0 {
            Event::Alias(anchor) => nodes += weights.get(&anchor).copied().unwrap_or(1),
            Event::Scalar(_, _, anchor, _) => {
                nodes += 1;
                weights.insert(anchor, 1);
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                open.push(OpenNode {
                    anchor,
                    before: nodes,
                });
                nodes += 1;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(OpenNode { anchor, before }) = open.pop() {
                    weights.insert(anchor, nodes - before);
                }
            }
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            return Some("it is nested too deeply");
        }
        if nodes > MAX_NODES {
            return Some("it is too large with its anchors written out");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_memory_holds_is_not_loaded() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            laughs += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 8].join(", "));
        }
        assert!(refused(&laughs).is_some_and(|why| why.contains("anchors")));
        let steps = |sign: &str| -> String {
            let line = |level| format!("{}{sign}\n", " ".repeat(level));
            (0..3000).map(line).collect()
        };
        let pairs = ["[]", "{}"].map(|pair| {
            let (open, close) = pair.split_at(1);
            open.repeat(200) + &close.repeat(200)
        });
        let steps = [steps("-"), steps("a:"), "- ".repeat(100_000)];
        for deep in pairs.into_iter().chain(steps) {
            let why = refused(&deep);
            assert_eq!(why, Some("it is nested too deeply"), "{deep:.20}");
        }
        // The parser itself gives up, and the loader says where.
        for endless in ["[", "{a: "] {
            refused(&endless.repeat(100_000));
        }
        assert_eq!(refused("a: &a {b: 1}\nc: [*a, *a]\n"), None);
        assert_eq!(refused("a: [\nb: {"), None);
    }
}
