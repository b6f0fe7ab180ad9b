//! The values of string literals.

use sqlparser::ast::Value;

/// The text of a string literal.
pub(crate) fn string_value(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(text)
        | Value::DoubleQuotedString(text)
        | Value::EscapedStringLiteral(text)
        | Value::UnicodeStringLiteral(text)
        | Value::NationalStringLiteral(text) => Some(text),
        Value::DollarQuotedString(text) => Some(&text.value),
        _ => None,
    }
}

/// The elements of `{a,"b c",NULL}`; `None` when it is nested or no array.
pub(super) fn array_elements(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    let (mut elements, mut current, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = inner.chars();
    let mut was_quoted = false;
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                quoted = !quoted;
                was_quoted = true;
            }
            '\\' => current.extend(chars.next()),
            '{' | '}' if !quoted => return None,
            ',' if !quoted => elements.push(element(&mut current, &mut was_quoted)),
            _ => current.push(char),
        }
    }
    elements.push(element(&mut current, &mut was_quoted));
    Some(elements.into_iter().flatten().collect())
}

/// One element; `None` for an unquoted NULL.
fn element(current: &mut String, was_quoted: &mut bool) -> Option<String> {
    let text = std::mem::take(current);
    if std::mem::take(was_quoted) {
        return Some(text);
    }
    let text = text.trim();
    (!text.eq_ignore_ascii_case("null")).then(|| text.to_owned())
}
