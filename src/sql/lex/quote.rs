//! Strings, quoted names and block comments.

use super::{Lexer, TokenKind, is_word_part, is_word_start};
use crate::server::questions::Backslashes;

impl Lexer<'_> {
    /// A string whose quote stands after a prefix of that many bytes.
    pub(super) fn string(&self, prefix: usize) -> (TokenKind, usize, bool) {
        let rest = self.rest();
        let quote = rest[prefix];
        let escapes = match self.dialect.backslashes() {
            Backslashes::AfterE => prefix == 1 && rest[0].eq_ignore_ascii_case(&b'e'),
            Backslashes::Escape => true,
            Backslashes::Plain => false,
        };
        let (length, closed) = close(rest, prefix + 1, quote, escapes);
        (TokenKind::Text, length, closed)
    }

    /// A quoted name whose quote stands after a prefix of that many bytes.
    pub(super) fn quoted(&self, prefix: usize, quote: u8) -> (TokenKind, usize, bool) {
        let (length, closed) = close(self.rest(), prefix + 1, quote, false);
        (TokenKind::Quoted, length, closed)
    }

    /// `$tag$ … $tag$`, or a parameter.
    pub(super) fn dollar(&self) -> (TokenKind, usize, bool) {
        let rest = self.rest();
        let tag = self.run(1, |byte| !is_word_part(byte) || byte == b'$');
        let is_tag = rest.get(tag) == Some(&b'$') && (tag == 1 || is_word_start(rest[1]));
        if !is_tag {
            return (TokenKind::Symbol(b'$'), 1, true);
        }
        let tag = &rest[..=tag];
        let mut at = tag.len();
        while let Some(next) = rest[at..].iter().position(|&byte| byte == b'$') {
            at += next;
            if rest[at..].starts_with(tag) {
                return (TokenKind::Dollar, at + tag.len(), true);
            }
            at += 1;
        }
        (TokenKind::Dollar, rest.len(), false)
    }

    /// `/* … */`, nested on PostgreSQL; on MySQL the frame of `/*! … */` is blank and its inside
    /// code.
    pub(super) fn block_comment(&mut self) -> (TokenKind, usize, bool) {
        let rest = self.rest();
        if self.dialect.has_executable_comments()
            && let Some(length) = self.hint(rest)
        {
            self.hints += 1;
            return (TokenKind::Space, length, true);
        }
        let nests = self.dialect.comments_nest();
        let mut depth = 1;
        let mut at = 2;
        while at < rest.len() {
            match (rest[at], rest.get(at + 1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return (TokenKind::BlockComment, at, true);
                    }
                }
                (b'/', Some(b'*')) if nests => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        // SQLite takes the end of the text for the end of the comment.
        (
            TokenKind::BlockComment,
            rest.len(),
            self.dialect.comments_may_stay_open(),
        )
    }

    /// The length of `/*!50100` or, on MariaDB, `/*M!100100`, when this server runs what stands
    /// inside.
    fn hint(&self, rest: &[u8]) -> Option<usize> {
        let mark = match (rest.get(2), rest.get(3)) {
            (Some(b'!'), _) => 3,
            (Some(b'M'), Some(b'!')) if self.mariadb => 4,
            _ => return None,
        };
        let digits = rest[mark..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        // Dumps write `/*!999999` for "no server runs this".
        let never = digits >= 5 && rest[mark..mark + digits].iter().all(|&digit| digit == b'9');
        (!never).then_some(mark + digits)
    }
}

/// Where a quoted run that starts at `from` ends, its quote doubled or escaped inside; false when
/// it never does.
fn close(rest: &[u8], from: usize, quote: u8, escapes: bool) -> (usize, bool) {
    let mut at = from;
    while at < rest.len() {
        match rest[at] {
            b'\\' if escapes => at += 2,
            byte if byte == quote => {
                if rest.get(at + 1) == Some(&quote) {
                    at += 2;
                } else {
                    return (at + 1, true);
                }
            }
            _ => at += 1,
        }
    }
    (rest.len(), false)
}
