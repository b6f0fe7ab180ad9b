//! A small reader of XML that takes nothing but what is well-formed.

use std::collections::BTreeMap;

/// An element with what is in it.
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Element>,
}

/// The root element of a document.
pub(crate) fn read(text: &str) -> Element {
    let body = text
        .strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>")
        .expect("a declaration");
    let mut reader = Reader { rest: body.trim() };
    let root = reader.element();
    assert!(reader.rest.is_empty(), "after the root: {}", reader.rest);
    root
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn until(&mut self, end: &str) -> &'a str {
        let at = self
            .rest
            .find(end)
            .unwrap_or_else(|| panic!("no `{end}` in {}", self.rest));
        let found = &self.rest[..at];
        self.rest = &self.rest[at + end.len()..];
        found
    }

    fn element(&mut self) -> Element {
        self.rest = self.rest.strip_prefix('<').expect("a tag");
        // No attribute holds a bare `>`: the writer must have escaped it.
        let tag = self.until(">");
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = BTreeMap::new();
        while !rest.trim().is_empty() {
            let (key, after) = rest.trim_start().split_once("=\"").expect("key=\"value\"");
            let (value, after) = after.split_once('"').expect("the end of a value");
            assert!(!value.contains(['<', '\n']), "{value}");
            assert!(
                attributes.insert(key.to_owned(), unescape(value)).is_none(),
                "{key} twice"
            );
            rest = after;
        }
        let mut element = Element {
            name: name.to_owned(),
            attributes,
            children: Vec::new(),
        };
        while self.rest.contains('<') && !closed {
            let at = self.rest.find('<').expect("the end of an element");
            unescape(&self.rest[..at]);
            self.rest = &self.rest[at..];
            if let Some(rest) = self.rest.strip_prefix("</") {
                self.rest = rest;
                assert_eq!(self.until(">"), element.name);
                break;
            }
            element.children.push(self.element());
        }
        element
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (name, after) = rest[at + 1..]
            .split_once(';')
            .expect("the end of a reference");
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "#9" => '\t',
            "#10" => '\n',
            "#13" => '\r',
            other => panic!("&{other};"),
        });
        rest = after;
    }
    assert!(
        !rest
            .chars()
            .any(|sign| sign < ' ' && !matches!(sign, '\n' | '\t')),
        "XML has no place for control characters"
    );
    out + rest
}
