//! Comments that a migration runner obeys.

/// What such a comment does to the statement before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// A section starts: `-- +goose Down`, `-- +migrate Up`, `-- migrate:down`. The statement
    /// before it may lack its `;`.
    Section,
    /// `-- +goose StatementBegin`: what follows is sent as one string.
    BlockBegin,
    /// `-- +goose StatementEnd`: each statement is sent by itself again.
    BlockEnd,
}

impl Directive {
    /// From the text after the dashes. goose and sql-migrate do not mind the case.
    pub(super) fn of(comment: &str) -> Option<Self> {
        let comment = comment.trim();
        if let Some(dbmate) = comment.strip_prefix("migrate:") {
            return matches!(dbmate.split_whitespace().next(), Some("up" | "down"))
                .then_some(Self::Section);
        }
        let comment = comment.strip_prefix('+')?.to_ascii_lowercase();
        let mut words = comment.split_whitespace();
        if !matches!(words.next(), Some("goose" | "migrate")) {
            return None;
        }
        match words.next()? {
            "up" | "down" => Some(Self::Section),
            "statementbegin" => Some(Self::BlockBegin),
            "statementend" => Some(Self::BlockEnd),
            _ => None,
        }
    }
}
