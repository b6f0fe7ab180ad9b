//! JSON with places, as `package.json` and the configurations beside it are written.

use super::{DataValue, Member, Shape};
use crate::source::Span;

/// Deeper nesting than any configuration has.
const MAX_DEPTH: usize = 100;

pub(super) fn read(text: &str) -> Result<DataValue, String> {
    let mut reader = JsonReader {
        text,
        at: text.len() - text.trim_start_matches('\u{feff}').len(),
        depth: 0,
    };
    let value = reader.value()?;
    reader.blank();
    if reader.at < text.len() {
        return Err(reader.wrong("the end"));
    }
    Ok(value)
}

struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> JsonReader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn wrong(&self, wanted: &str) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        format!("line {line} is no JSON: {wanted} was expected")
    }

    /// Passes white space and comments.
    fn blank(&mut self) {
        loop {
            let trimmed = self.rest().trim_start();
            let start = self.text.len() - trimmed.len();
            let length = if trimmed.starts_with("//") {
                trimmed.find('\n')
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map(|end| end + 2)
            } else {
                self.at = start;
                return;
            };
            self.at = start + length.unwrap_or(trimmed.len());
        }
    }

    fn value(&mut self) -> Result<DataValue, String> {
        self.blank();
        let start = self.at;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let kind = match self.rest().bytes().next() {
            Some(b'{') => self.map()?,
            Some(b'[') => self.list()?,
            Some(b'"') => Shape::Text(self.string()?),
            _ => self.plain()?,
        };
        self.depth -= 1;
        Ok(DataValue {
            span: Span::new(start, self.at),
            kind,
        })
    }

    fn map(&mut self) -> Result<Shape, String> {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.closes('}')? {
            let start = self.at;
            if !self.rest().starts_with('"') {
                return Err(self.wrong("a key in quotes"));
            }
            let name = self.string()?;
            let span = Span::new(start, self.at);
            self.blank();
            if !self.rest().starts_with(':') {
                return Err(self.wrong("`:`"));
            }
            self.at += 1;
            let value = self.value()?;
            entries.push(Member { name, span, value });
            self.comma('}')?;
        }
        Ok(Shape::Map(entries))
    }

    fn list(&mut self) -> Result<Shape, String> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.closes(']')? {
            items.push(self.value()?);
            self.comma(']')?;
        }
        Ok(Shape::List(items))
    }

    fn closes(&mut self, bracket: char) -> Result<bool, String> {
        self.blank();
        if self.rest().is_empty() {
            return Err(self.wrong(&format!("`{bracket}`")));
        }
        let closed = self.rest().starts_with(bracket);
        self.at += usize::from(closed);
        Ok(closed)
    }

    fn comma(&mut self, bracket: char) -> Result<(), String> {
        self.blank();
        match self.rest().chars().next() {
            Some(',') => self.at += 1,
            Some(sign) if sign == bracket => {}
            _ => return Err(self.wrong("`,`")),
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let Some(stop) = rest.find(['"', '\\', '\n']) else {
                return Err(self.wrong("`\"`"));
            };
            value.push_str(&rest[..stop]);
            let sign = rest.as_bytes()[stop];
            let escaped = rest[stop + 1..].chars().next();
            let after = rest.get(stop + 2..stop + 6);
            self.at += stop + 1;
            match (sign, escaped) {
                (b'"', _) => return Ok(value),
                (b'\n', _) | (_, None) => return Err(self.wrong("`\"`")),
                (_, Some('u')) => {
                    let code = after.and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    let code = code.ok_or_else(|| self.wrong("four hexadecimal digits"))?;
                    // Half of a pair is never part of a command.
                    value.push(char::from_u32(code).unwrap_or('?'));
                    self.at += 5;
                }
                (_, Some(escaped)) => {
                    value.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' | 'f' => ' ',
                        other => other,
                    });
                    self.at += escaped.len_utf8();
                }
            }
        }
    }

    fn plain(&mut self) -> Result<Shape, String> {
        let rest = self.rest();
        let end = rest
            .find(|sign: char| !sign.is_ascii_alphanumeric() && !"+-.".contains(sign))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let known = matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok();
        if !known {
            return Err(self.wrong("a value"));
        }
        let kind = if word == "null" {
            Shape::Nothing
        } else {
            Shape::Text(word.to_owned())
        };
        self.at += end;
        Ok(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_places() {
        let text =
            "{\n // a\n\"scripts\": {\"a\": \"x \\\"y\\\" \\u0041\", \"b\": [1, true, null],},}";
        let value = read(text).expect("it is JSON");
        let a = value.at(&["scripts", "a"]).expect("it is there");
        assert_eq!(a.text(), Some("x \"y\" A"));
        assert_eq!(&text[a.span.range()], r#""x \"y\" \u0041""#);
        assert_eq!(
            value.at(&["scripts", "b"]).map(DataValue::texts),
            Some(vec!["1", "true"])
        );
    }

    #[test]
    fn what_is_no_json_is_said() {
        for text in [
            "",
            "{",
            "[1",
            "{\"a\" 1}",
            "{\"a\": \"",
            "x",
            "{} {}",
            "\"\\u12\"",
            "{'a': 1}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
