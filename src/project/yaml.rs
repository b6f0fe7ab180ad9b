//! YAML, as deep as people write it.
//!
//! The parser's own loop calls itself once for each level, so the events are counted one by one on
//! their way to the loader. What aliases stand for, which may be more than there is memory, the
//! loader limits itself.

use saphyr::{LoadableYamlNode, YamlLoader};
use saphyr_parser::{Event, Parser, SpannedEventReceiver};

/// Collections in collections, at most; people write ten.
const MAX_DEPTH: usize = 100;

/// The documents of a text.
///
/// # Errors
/// What is wrong with the text, or why it is not to be loaded.
pub(crate) fn load<'t, Node: LoadableYamlNode<'t>>(text: &'t str) -> Result<Vec<Node>, String> {
    let mut loader = YamlLoader::<Node>::default();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        loader.on_event(event, span);
        if let Some(error) = loader.error() {
            return Err(error.to_string());
        }
    }
    Ok(loader.into_documents())
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
        let why = refused(&laughs);
        assert!(
            why.as_ref().is_some_and(|why| why.contains("alias")),
            "{why:?}"
        );
        let steps = |sign: &str| -> String {
            (0..3000)
                .map(|level| format!("{}{sign}\n", " ".repeat(level)))
                .collect()
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
