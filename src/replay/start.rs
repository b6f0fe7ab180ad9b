//! A history that begins with a dump of the schema.

use super::{Replay, Rows};
use crate::catalog::{Catalog, HistoryStart};
use crate::source::{Source, Span};
use crate::sql::{Unit, script};

/// The number of what stands before every migration: that of none, so that nobody takes what it
/// makes for new, or points at it.
const BEFORE_ALL: u32 = u32::MAX;

impl Replay {
    /// Lets the history begin with what a dump makes, of which no migration is the maker. A
    /// statement that needs what comes later waits for it.
    pub(super) fn start_from(&mut self, dump: &Source) {
        let Catalog {
            dialect, versions, ..
        } = self.catalog;
        let whole = Span::new(0, dump.text().len());
        let mut waiting = script(dump, whole, dialect, versions, Unit::Statement).statements;
        self.number = BEFORE_ALL;
        self.catalog.history_start = HistoryStart::Missing;
        loop {
            let left = waiting.len();
            let mut late = Vec::new();
            for statement in waiting {
                // A refused statement may have been applied in part.
                let before = self.clone();
                if !self.statement(0, &statement).is_empty() {
                    *self = before;
                    late.push(statement);
                }
            }
            if late.is_empty() || late.len() == left {
                // What cannot be made at all is another matter than what comes too early.
                for statement in &late {
                    self.statement(0, statement);
                }
                break;
            }
            waiting = late;
        }
        self.number = 0;
        self.ran = 0;
        self.rows = Rows::default();
        self.scopes.clear();
        self.committed();
        self.catalog.end_session();
    }
}
