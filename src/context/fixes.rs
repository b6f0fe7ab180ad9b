//! Fixes: what they replace, and the migration that a second step goes to.

use super::Context;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::project::MigrationPart;
use crate::source::Span;
use crate::sql::change::{ChangeKind, ObjectName};
use crate::sql::{Dialect, Statement, Unit, edit};
use crate::write::{self, MigrationText};

impl Context<'_> {
    /// An edit of the current statement's file.
    pub fn edit(&self, span: Span, text: impl Into<String>) -> Option<Edit> {
        Some(Edit {
            source: self.current()?.source.clone(),
            span,
            text: text.into(),
        })
    }

    /// A fix of edits to the current statement's file; `None` where nobody runs it just as it
    /// stands there, as in a block.
    pub fn fix(
        &self,
        title: &str,
        applicability: Applicability,
        edits: impl IntoIterator<Item = Option<Edit>>,
    ) -> Option<Fix> {
        Some(Fix {
            title: title.to_owned(),
            applicability,
            edits: edits.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The statement that is being looked at.
    pub fn current(&self) -> Option<&Statement> {
        self.run.statements.get(self.index)
    }

    /// A name as the migration spells it.
    pub fn written(&self, name: &ObjectName) -> &str {
        self.current()
            .map_or("", |statement| statement.source.slice(name.span()))
    }

    /// Whether the statement itself asks for the change, and no block around it.
    pub fn is_plain(&self, change: Span) -> bool {
        let Some(statement) = self.current() else {
            return false;
        };
        let mut changes = statement.changes.iter();
        changes
            .any(|known| !matches!(known.kind, ChangeKind::Block(_)) && known.span.contains(change))
    }

    /// Whether the current migration is the last one, so that one which follows it is the next to
    /// run.
    fn is_last(&self) -> bool {
        self.run.number + 1 == self.set.migrations.len()
    }

    /// The part of the migration that the current statement stands in.
    fn part(&self) -> Option<&MigrationPart> {
        let statement = self.current()?;
        self.run.migration.up.iter().find(|part| {
            part.source.path() == statement.source.path() && part.span.contains(statement.span)
        })
    }

    /// A fix that makes the current statement one which no transaction may hold: by an edit of its
    /// text, and by the runner's mark or a migration of its own where a transaction is open.
    pub fn fix_outside_transaction(&self, change: Span, own: Edit) -> Option<Fix> {
        let statement = self.current()?;
        if !self.is_plain(change) {
            return None;
        }
        let title = format!("write `{}`", own.text.trim());
        if !self.transaction.open {
            return self.fix(&title, Applicability::Safe, [Some(own)]);
        }
        let part = self.part();
        if self.run.statements.len() == 1 {
            let mark = self.set.runner.take_out(part?)?;
            return self.fix(&title, Applicability::Unsafe, [Some(mark), Some(own)]);
        }
        if self.set.sending.unit == Unit::Statement
            && let Some(others) = self.concurrent_indexes()
        {
            let mark = self.set.runner.take_out(part?)?;
            let edits = std::iter::once(Some(mark)).chain(others.into_iter().map(Some));
            return self.fix(&title, Applicability::Unsafe, edits);
        }
        let ChangeKind::CreateIndex { table, index } = &statement.changes.first()?.kind else {
            return None;
        };
        // What comes later may need the index, and what goes back may drop it.
        let table = self.qualified(table);
        let own_name = index.name.as_ref()?.value.as_str();
        let used_later = self.later().iter().any(|later| {
            let mut names = edit::words(&later.source, later.span, self.dialect());
            names.any(|name| self.same(&name, &table.name) || self.same(&name, own_name))
        });
        if used_later || self.run.migration.down.is_some() {
            return None;
        }
        let words = format!("index_{own_name}");
        let start = statement.span.start;
        let mut text = statement.text().to_owned();
        let at = own.span.start.checked_sub(start)?;
        text.replace_range(at..own.span.end.checked_sub(start)?, &own.text);
        let moved = self.edit(edit::whole(&statement.source, statement.span), "");
        let mut edits = vec![moved?];
        edits.extend(self.next_migration(&words, &[text], true)?);
        Some(Fix {
            title: format!("{title} in a migration of its own"),
            applicability: Applicability::Unsafe,
            edits,
        })
    }

    /// The edits that have every statement of a migration that only makes indexes do it
    /// `CONCURRENTLY`; `None` for other migrations.
    fn concurrent_indexes(&self) -> Option<Vec<Edit>> {
        let edits: Option<Vec<Vec<Edit>>> = self
            .run
            .statements
            .iter()
            .map(|statement| concurrently(statement, self.dialect()))
            .collect();
        Some(edits?.concat())
    }

    /// A statement at the start of the migration's down, if it has one.
    pub fn first_in_down(&self, statement: &str) -> Vec<Edit> {
        let down = self
            .run
            .migration
            .down
            .as_ref()
            .and_then(|parts| parts.first());
        down.map(|part| Edit {
            source: part.source.clone(),
            span: Span::new(part.span.start, part.span.start),
            text: format!("{statement};\n"),
        })
        .into_iter()
        .collect()
    }

    /// The edits that give statements a migration after the current one; `alone` takes it out of
    /// the runner's transaction. `None` where the current one is not the last, or nobody can tell
    /// how the next one would be named.
    pub fn next_migration(
        &self,
        words: &str,
        statements: &[String],
        alone: bool,
    ) -> Option<Vec<Edit>> {
        if !self.is_last() {
            return None;
        }
        let breaks = match self.set.sending.unit {
            Unit::Breakpoint => ";\n--> statement-breakpoint\n",
            Unit::File | Unit::Statement => ";\n",
        };
        let text = MigrationText {
            up: statements.join(breaks) + ";\n",
            down: None,
            alone,
        };
        write::edits(self.set, words, &text, None)
    }

    /// The edits that run statements in a second step: right after the current one where it runs by
    /// itself, else in the next migration.
    pub fn second_step_edits(&self, words: &str, statements: &[String]) -> Option<Vec<Edit>> {
        // Two statements that are sent as one string are one transaction.
        if self.transaction.open || self.set.sending.unit != Unit::Statement {
            return self.next_migration(words, statements, false);
        }
        let statement = self.current()?;
        let at = edit::after(&statement.source, statement.span);
        let missing = if at == statement.span.end { ";" } else { "" };
        let text = format!("{missing}\n{};", statements.join(";\n"));
        Some(vec![self.edit(Span::new(at, at), text)?])
    }

    /// A statement before the current one, on a line of its own.
    pub fn before_current(&self, statements: &[String]) -> Option<Edit> {
        let statement = self.current()?;
        let breaks = match self.set.sending.unit {
            Unit::Breakpoint => ";\n--> statement-breakpoint\n",
            Unit::File | Unit::Statement => ";\n",
        };
        let text: String = statements
            .iter()
            .map(|statement| format!("{statement}{breaks}"))
            .collect();
        self.edit(Span::new(statement.span.start, statement.span.start), text)
    }
}

/// What makes a statement `CREATE INDEX CONCURRENTLY`; `None` where it is something else.
fn concurrently(statement: &Statement, dialect: Dialect) -> Option<Vec<Edit>> {
    let [change] = statement.changes.as_slice() else {
        return None;
    };
    let ChangeKind::CreateIndex { index, .. } = &change.kind else {
        return None;
    };
    let word = edit::keyword(&statement.source, change.span, dialect, "INDEX")?;
    let end = if index.concurrently {
        Vec::new()
    } else {
        vec![Edit {
            source: statement.source.clone(),
            span: Span::new(word.end, word.end),
            text: " CONCURRENTLY".to_owned(),
        }]
    };
    Some(end)
}
