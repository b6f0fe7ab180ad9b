//! YAML with places. Merges (`<<`) are done here: the parser leaves them to its callers.

use saphyr::{MarkedYaml, Scalar, YamlData};

use super::{DataValue, Member, Shape};
use crate::project::yaml::load;
use crate::source::Span;

/// Deeper nesting than any configuration has.
const MAX_DEPTH: usize = 100;

pub(super) fn read(text: &str) -> Result<DataValue, String> {
    let documents: Vec<MarkedYaml> = load(text)?;
    let Some(first) = documents.first() else {
        return Ok(DataValue {
            span: Span::default(),
            kind: Shape::Nothing,
        });
    };
    // The parser counts characters.
    let bytes = (!text.is_ascii()).then(|| {
        let ends = std::iter::once(text.len());
        text.char_indices().map(|(at, _)| at).chain(ends).collect()
    });
    let reader = YamlReader { text, bytes };
    reader.value(first, 0)
}

struct YamlReader<'a> {
    text: &'a str,
    /// The byte of each character.
    bytes: Option<Vec<usize>>,
}

impl YamlReader<'_> {
    fn byte(&self, index: usize) -> usize {
        match &self.bytes {
            Some(bytes) => bytes.get(index).copied().unwrap_or(self.text.len()),
            None => index.min(self.text.len()),
        }
    }

    fn value(&self, node: &MarkedYaml, depth: usize) -> Result<DataValue, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let span = Span::new(
            self.byte(node.span.start.index()),
            self.byte(node.span.end.index()),
        );
        let kind = match &node.data {
            YamlData::Tagged(_, inner) => return self.value(inner, depth + 1),
            YamlData::Sequence(items) => Shape::List(
                items
                    .iter()
                    .map(|item| self.value(item, depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            YamlData::Mapping(map) => {
                let mut entries: Vec<Member> = Vec::new();
                let mut merged: Vec<DataValue> = Vec::new();
                for (key, item) in map {
                    let key = self.value(key, depth + 1)?;
                    let value = self.value(item, depth + 1)?;
                    let Shape::Text(name) = key.kind else {
                        continue;
                    };
                    if name == "<<" {
                        merged.push(value);
                    } else {
                        let span = key.span;
                        entries.push(Member { name, span, value });
                    }
                }
                merge(&mut entries, merged);
                Shape::Map(entries)
            }
            YamlData::Value(scalar) => match scalar {
                Scalar::Null => Shape::Nothing,
                Scalar::Boolean(value) => Shape::Text(value.to_string()),
                Scalar::Integer(value) => Shape::Text(value.to_string()),
                Scalar::FloatingPoint(value) => Shape::Text(value.to_string()),
                Scalar::String(value) => Shape::Text(value.to_string()),
            },
            YamlData::Representation(text, ..) => Shape::Text(text.to_string()),
            YamlData::Alias(_) | YamlData::BadValue => Shape::Nothing,
        };
        Ok(DataValue { span, kind })
    }
}

/// Adds what a mapping does not say itself from those that it is merged with.
fn merge(entries: &mut Vec<Member>, merged: Vec<DataValue>) {
    for value in merged {
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
    }
}
