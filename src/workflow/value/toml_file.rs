//! TOML with places.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Kind, Value};
use crate::source::Span;

pub(super) fn read(text: &str) -> Result<Value, String> {
    let root = DeTable::parse(text).map_err(|error| error.message().trim_end().to_owned())?;
    Ok(Value {
        span: Span::new(root.span().start, root.span().end),
        kind: table(root.get_ref()),
    })
}

fn table(table: &DeTable) -> Kind {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<str>>, &Spanned<DeValue>)| Entry {
        name: key.get_ref().to_string(),
        span: Span::new(key.span().start, key.span().end),
        value: read_value(value),
    };
    Kind::Map(table.iter().map(entry).collect())
}

fn read_value(value: &Spanned<DeValue>) -> Value {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(value) => Kind::Text(value.to_string()),
        DeValue::Integer(value) => Kind::Text(value.as_str().to_owned()),
        DeValue::Float(value) => Kind::Text(value.as_str().to_owned()),
        DeValue::Datetime(value) => Kind::Text(value.to_string()),
        DeValue::Array(items) => Kind::List(items.iter().map(read_value).collect()),
        DeValue::Table(inner) => table(inner),
    };
    Value {
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
