//! YAML, as far as memory allows.
//!
//! An alias stands for all that its anchor holds, so that ten lines may stand for more than there
//! is memory, and the parser's own loop calls itself once for each level. So the events are weighed
//! one by one on their way to the loader.

use std::collections::HashMap;

use saphyr::{LoadableYamlNode, YamlLoader};
use saphyr_parser::{Event, Parser, SpannedEventReceiver};

/// Collections in collections, at most; people write ten.
const MAX_DEPTH: usize = 100;
/// Values, at most, with every alias written out.
const MAX_NODES: usize = 200_000;

/// The documents of a text.
///
/// # Errors
/// What is wrong with the text, or why it is not to be loaded.
pub(crate) fn load<'t, Node: LoadableYamlNode<'t>>(text: &'t str) -> Result<Vec<Node>, String> {
    let mut loader = YamlLoader::<Node>::default();
    let mut scale = Scale::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        scale.add(&event)?;
        loader.on_event(event, span);
        if let Some(error) = loader.error() {
            return Err(error.to_string());
        }
    }
    Ok(loader.into_documents())
}

/// Weighs what is read.
#[derive(Default)]
struct Scale {
    /// The values of each anchor.
    weights: HashMap<usize, usize>,
    open: Vec<OpenNode>,
    nodes: usize,
}

/// A collection that is being read.
struct OpenNode {
    anchor: usize,
    /// The values before it.
    before: usize,
}

impl Scale {
    fn add(&mut self, event: &Event) -> Result<(), String> {
        match *event {
            Event::Alias(anchor) => self.nodes += self.weights.get(&anchor).copied().unwrap_or(1),
            Event::Scalar(_, _, anchor, _) => {
                self.nodes += 1;
                self.weights.insert(anchor, 1);
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                self.open.push(OpenNode {
                    anchor,
                    before: self.nodes,
                });
                self.nodes += 1;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(OpenNode { anchor, before }) = self.open.pop() {
                    self.weights.insert(anchor, self.nodes - before);
                }
            }
            _ => {}
        }
        if self.open.len() > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        if self.nodes > MAX_NODES {
            return Err("it is too large with its anchors written out".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saphyr::Yaml;

    fn refused(text: &str) -> Option<String> {
        load::<Yaml>(text).err()
    }

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
            assert_eq!(
                why.as_deref(),
                Some("it is nested too deeply"),
                "{deep:.20}"
            );
        }
        // The parser itself gives up, and says where.
        for endless in ["[", "{a: "] {
            assert!(refused(&endless.repeat(100_000)).is_some());
        }
        assert_eq!(refused("a: &a {b: 1}\nc: [*a, *a]\n"), None);
        assert!(refused("a: [\nb: {").is_some_and(|why| why.contains("line 2")));
    }
}
