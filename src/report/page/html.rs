//! Text as HTML takes it, and the few pieces that several sections write.

use crate::report::effects::Markup;
use crate::report::{look, xml};

/// How the page marks words.
pub(super) struct Html;

impl Markup for Html {
    fn code(&self, text: &str) -> String {
        format!("<code>{}</code>", escape(text))
    }

    fn strong(&self, word: &'static str) -> String {
        format!("<strong>{word}</strong>")
    }

    fn plain(&self, text: &str) -> String {
        prose(text)
    }
}

/// Text between tags or in an attribute. A control character, or one that turns the direction of
/// what follows, is seen and not obeyed.
pub(super) fn escape(text: &str) -> String {
    xml::escape(&look::clean(text))
}

/// A sentence in which names stand in backquotes.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            0 => out.push_str(&escape(part)),
            _ => out.push_str(&format!("<code>{}</code>", escape(part))),
        }
    }
    out
}

/// The text in at most that many columns, and whether it was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let text = look::clean(text);
    if look::columns(&text) <= columns {
        return text;
    }
    let mut out = String::new();
    let mut used = 1;
    for sign in text.chars() {
        used += look::width(sign);
        if used > columns {
            break;
        }
        out.push(sign);
    }
    out + "…"
}

/// RFC 4648, as a Content-Security-Policy spells a digest.
pub(super) fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sign = SIGNS[(all >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= chunk.len() {
                char::from(sign)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_spelled_as_browsers_do() {
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"Man\xff"), "TWFu/w==");
    }

    #[test]
    fn names_stay_text() {
        assert_eq!(
            prose("drops `</script>\u{202e}` & `\"`"),
            "drops <code>&lt;/script&gt;\u{fffd}</code> &amp; <code>&quot;</code>"
        );
        assert_eq!(prose("one ` only"), "one ` only");
        assert_eq!(cut("表表表表", 5), "表表…");
    }
}
