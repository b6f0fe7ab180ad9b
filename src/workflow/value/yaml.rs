//! YAML with places, built from the parser's events as they come: a tree of its own in between was a
//! third of what reading takes. Merges (`<<`) are done here, for the parser leaves them to its
//! callers.

mod keys;
mod place;

use std::collections::HashMap;
use std::ops::Range;

use saphyr::{Scalar, ScalarStyle};
use saphyr_parser::{Event, Marker, Parser, ScanError, Span as Marked, Tag};

use super::{DataValue, Member, Shape};
use crate::source::Span;
use keys::KeyNames;
use place::Places;

/// Collections in collections, at most; no configuration has ten.
const MAX_DEPTH: usize = 100;

/// What aliases may stand for in one file, in values: a few lines can stand for more than there is
/// memory.
const MAX_ALIASED: usize = 100_000;

const TOO_DEEP: &str = "it is nested too deeply";

pub(super) fn read(text: &str) -> Result<DataValue, String> {
    build(text, Places::of(text))
}

/// Reads some parts of a text, in order, as if there was nothing else in it. A collection that goes
/// on after a gap ends there, as far as its place is concerned.
pub(super) fn read_parts(text: &str, parts: &[Range<usize>]) -> Result<DataValue, String> {
    let kept: String = parts.iter().map(|part| &text[part.clone()]).collect();
    // An error says where in the text it is.
    build(&kept, Places::of_parts(&kept, parts)).or_else(|_| read(text))
}

fn build(text: &str, places: Places) -> Result<DataValue, String> {
    let mut builder = YamlBuilder {
        places,
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
        first: None,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        builder.event(event, span)?;
    }
    Ok(builder.first.unwrap_or(DataValue {
        span: Span::default(),
        kind: Shape::Nothing,
    }))
}

struct YamlBuilder<'a> {
    places: Places<'a>,
    /// The collections that have not ended, the outermost first.
    open: Vec<OpenCollection>,
    /// By the parser's numbers.
    anchors: HashMap<usize, DataValue>,
    /// How many values aliases stand for so far.
    aliased: usize,
    /// The first document; others are only read for their errors.
    first: Option<DataValue>,
}

struct OpenCollection {
    start: Marker,
    /// The parser's number of its anchor, or zero.
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<DataValue>),
    Map(OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Member>,
    names: KeyNames,
    /// What `<<` stands before.
    merged: Vec<DataValue>,
    /// The key whose value comes next.
    key: Option<OpenKey>,
}

struct OpenKey {
    /// `None` for a key that is no text, whose value nobody asks for.
    name: Option<String>,
    /// Whether it was written as a number or the like: `1` and `"1"` are two keys.
    typed: bool,
    span: Span,
    mark: Marker,
}

impl YamlBuilder<'_> {
    fn event(&mut self, event: Event, span: Marked) -> Result<(), String> {
        match event {
            Event::SequenceStart(anchor, _) => {
                self.enter(OpenKind::List(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(anchor, _) => {
                self.enter(OpenKind::Map(OpenMap::default()), anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(done) = self.open.pop() else {
                    return Ok(());
                };
                let value = DataValue {
                    span: self.places.between(done.start, span.start),
                    kind: match done.kind {
                        OpenKind::List(items) => Shape::List(items),
                        OpenKind::Map(map) => Shape::Map(map.merge()),
                    },
                };
                self.add(value, done.anchor, false, span.start)?;
            }
            Event::Scalar(text, style, anchor, tag) => {
                // Tags of others say nothing about the type.
                let tag = tag.filter(|tag| Tag::is_yaml_core_schema(tag));
                let scalar = Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref());
                let typed = !matches!(scalar, Some(Scalar::String(_)));
                let value = DataValue {
                    span: self.places.between(span.start, span.end),
                    kind: scalar.map_or(Shape::Nothing, shape),
                };
                self.add(
                    value,
                    anchor,
                    typed && style == ScalarStyle::Plain,
                    span.start,
                )?;
            }
            Event::Alias(anchor) => {
                let value = DataValue {
                    span: self.places.between(span.start, span.end),
                    kind: self.aliased(anchor, span.start)?,
                };
                self.add(value, 0, false, span.start)?;
            }
            Event::DocumentEnd => {
                let span = self.places.between(span.start, span.end);
                let kind = Shape::Nothing;
                self.first.get_or_insert(DataValue { span, kind });
            }
            Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn enter(&mut self, kind: OpenKind, anchor: usize, span: Marked) -> Result<(), String> {
        self.open.push(OpenCollection {
            start: span.start,
            anchor,
            kind,
        });
        if self.open.len() > MAX_DEPTH {
            return Err(TOO_DEEP.to_owned());
        }
        Ok(())
    }

    /// What an alias stands for.
    fn aliased(&mut self, anchor: usize, mark: Marker) -> Result<Shape, String> {
        let Some(known) = self.anchors.get(&anchor) else {
            return Ok(Shape::Nothing);
        };
        if self.open.len() + height(known) > MAX_DEPTH {
            return Err(TOO_DEEP.to_owned());
        }
        self.aliased += size(known);
        if self.aliased > MAX_ALIASED {
            let why = "alias expansion exceeded the maximum node budget";
            return Err(ScanError::new_str(mark, why).to_string());
        }
        Ok(known.kind.clone())
    }

    /// Puts a value where it belongs: it is an item, a key, the value of a key, or a document.
    fn add(
        &mut self,
        value: DataValue,
        anchor: usize,
        typed: bool,
        mark: Marker,
    ) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => _ = self.first.get_or_insert(value),
            Some(OpenKind::List(items)) => items.push(value),
            Some(OpenKind::Map(map)) => {
                if let Some(key) = map.key.take() {
                    return map.set(key, value);
                }
                let name = match value.kind {
                    Shape::Text(name) => Some(name),
                    _ => None,
                };
                let span = value.span;
                map.key = Some(OpenKey {
                    name,
                    typed,
                    span,
                    mark,
                });
            }
        }
        Ok(())
    }
}

impl OpenMap {
    fn set(&mut self, key: OpenKey, value: DataValue) -> Result<(), String> {
        let Some(name) = key.name else { return Ok(()) };
        if !self.names.add(&name, key.typed) {
            let why = "duplicated key in mapping";
            return Err(ScanError::new_str(key.mark, why).to_string());
        }
        if name == "<<" {
            self.merged.push(value);
        } else {
            let span = key.span;
            self.entries.push(Member { name, span, value });
        }
        Ok(())
    }

    /// Adds what a mapping does not say itself from those that it is merged with.
    fn merge(self) -> Vec<Member> {
        let mut entries = self.entries;
        for value in self.merged {
            let maps = match value.kind {
                Shape::List(items) => items,
                _ => vec![value],
            };
            for map in maps {
                let Shape::Map(others) = map.kind else {
                    continue;
                };
                for other in others {
                    if entries.iter().all(|entry| entry.name != other.name) {
                        entries.push(other);
                    }
                }
            }
        }
        entries
    }
}

fn shape(scalar: Scalar) -> Shape {
    match scalar {
        Scalar::Null => Shape::Nothing,
        Scalar::Boolean(value) => Shape::Text(value.to_string()),
        Scalar::Integer(value) => Shape::Text(value.to_string()),
        Scalar::FloatingPoint(value) => Shape::Text(value.to_string()),
        Scalar::String(value) => Shape::Text(value.into_owned()),
    }
}

/// The values below one, itself and its keys included.
fn size(value: &DataValue) -> usize {
    let below: usize = match &value.kind {
        Shape::Map(entries) => entries.iter().map(|entry| 1 + size(&entry.value)).sum(),
        Shape::List(items) => items.iter().map(size).sum(),
        Shape::Text(_) | Shape::Nothing => 0,
    };
    1 + below
}

/// How many collections a value is deep: none for a text.
fn height(value: &DataValue) -> usize {
    let below = match &value.kind {
        Shape::Map(entries) => entries.iter().map(|entry| height(&entry.value)).max(),
        Shape::List(items) => items.iter().map(height).max(),
        Shape::Text(_) | Shape::Nothing => return 0,
    };
    1 + below.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_merged_and_places_are_bytes() {
        let text = "# é\nx: &base\n  a: 1\n  b: yes\nservices:\n  web:\n    <<: *base\n    a: \"é two\"\n    c: !reset null\n";
        let value = read(text).expect("it is YAML");
        let web = value.at(&["services", "web"]).expect("it is there");
        assert_eq!(web.text_at("b"), Some("yes"));
        let a = web.get("a").expect("it is there");
        assert_eq!(a.text(), Some("é two"));
        assert_eq!(&text[a.span.range()], "\"é two\"");
        let entry = value.entry("services").expect("it is there");
        assert_eq!(&text[entry.span.range()], "services");
    }

    #[test]
    fn what_is_no_yaml_is_said() {
        assert!(read("a: [\nb: {").is_err());
        assert_eq!(read("").expect("an empty file").kind, Shape::Nothing);
        let twice = "a: 1\nb: {c: 1, c: 2}\n";
        let why = read(twice).expect_err("a key stands there twice");
        assert!(
            why.starts_with("duplicated key") && why.contains("line 2"),
            "{why}"
        );
        assert!(read("1: a\n\"1\": b\n").is_ok());
        assert!(read(&"- ".repeat(1000)).is_err());
    }

    #[test]
    fn what_no_memory_holds_is_not_built() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            laughs += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 8].join(", "));
        }
        let why = read(&laughs).expect_err("it is too large");
        assert!(why.contains("alias"), "{why}");
        let mut deep = "a0: &a0 [x]\n".to_owned();
        for level in 1..200 {
            deep += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        assert_eq!(read(&deep).expect_err("it is too deep"), TOO_DEEP);
    }

    #[test]
    fn what_is_typed_is_text() {
        let value = read("a: 0x10\nb: 1.50\nc: ~\nd:\ne: !!str 12\nf: True\n").expect("YAML");
        let texts = ["a", "b", "c", "d", "e", "f"].map(|key| value.text_at(key));
        let expected = [
            Some("16"),
            Some("1.5"),
            None,
            None,
            Some("12"),
            Some("true"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn parts_are_read_in_their_places() {
        let text = "é: 1\na:\n  x: 1\nb:\n  y: 2\nc:\n  z: |\n    é 3\n";
        let [b, c] = ["b:", "c:"].map(|key| text.find(key).expect("it is there"));
        let value = read_parts(text, &[0..b, c..text.len()]).expect("it is YAML");
        assert!(value.get("b").is_none());
        let z = value.at(&["c", "z"]).expect("it is there");
        assert_eq!(z.text(), Some("é 3\n"));
        assert!(text[z.span.range()].contains("é 3"));
        let a = value.get("a").expect("it is there");
        assert_eq!(text[a.span.range()].trim(), "x: 1");
    }
}
