//! TOML with places.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{DataValue, Member, Shape};
use crate::source::Span;

pub(super) fn read(text: &str) -> Result<DataValue, String> {
    let root = DeTable::parse(text).map_err(|error| error.message().trim_end().to_owned())?;
    Ok(DataValue {
        span: Span::new(root.span().start, root.span().end),
        kind: table(root.get_ref()),
    })
}

fn table(table: &DeTable) -> Shape {
    let entries = table.iter().map(|(key, value)| Member {
        name: key.get_ref().to_string(),
        span: Span::new(key.span().start, key.span().end),
        value: read_value(value),
    });
    Shape::Map(entries.collect())
}

fn read_value(value: &Spanned<DeValue>) -> DataValue {
    let kind = match value.get_ref() {
        DeValue::String(text) => Shape::Text(text.to_string()),
        DeValue::Boolean(value) => Shape::Text(value.to_string()),
        DeValue::Integer(value) => Shape::Text(value.as_str().to_owned()),
        DeValue::Float(value) => Shape::Text(value.as_str().to_owned()),
        DeValue::Datetime(value) => Shape::Text(value.to_string()),
        DeValue::Array(items) => Shape::List(items.iter().map(read_value).collect()),
        DeValue::Table(inner) => table(inner),
    };
    DataValue {
        span: Span::new(value.span().start, value.span().end),
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_places() {
        let text = "[deploy]\nrelease_command = \"x y\"\n[phases.setup]\ncmds = ['a', 'b']\n";
        let value = read(text).expect("it is TOML");
        let command = value
            .at(&["deploy", "release_command"])
            .expect("it is there");
        assert_eq!(
            (command.text(), &text[command.span.range()]),
            (Some("x y"), "\"x y\"")
        );
        let cmds = value.at(&["phases", "setup", "cmds"]).expect("it is there");
        assert_eq!(cmds.texts(), ["a", "b"]);
        assert!(read("a = ").is_err());
    }
}
