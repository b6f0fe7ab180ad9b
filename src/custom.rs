//! Rules that a project writes itself, in `[[rule]]` of driftlint.toml: an expression over each
//! change, and what to say where it holds.

mod values;

use std::fmt::Write as _;

use crate::catalog::QName;
use crate::cel::{CelError, CelValue, Expression, Variables};
use crate::context::Context;
use crate::diagnostic::Severity;
use crate::replay::Replay;
use crate::source::Span;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;
use crate::sql::{Dialect, Statement};

/// A rule of a project's own.
#[derive(Clone, Debug)]
pub struct CustomRule {
    /// `name`; kept for as long as the process runs, as the names of all rules are.
    pub name: &'static str,
    /// `when`: what holds for a change that is reported.
    pub when: Expression,
    /// What is said where the rule holds.
    pub message: Message,
    /// How bad that is, unless `[rules]` says otherwise.
    pub severity: Severity,
    /// What to do about it.
    pub help: Option<String>,
    /// `dialect`: that of its tests; PostgreSQL where it says none.
    pub dialect: Option<Dialect>,
    /// `good`: migrations of which it says nothing.
    pub good: Vec<String>,
    /// `bad`: migrations that it reports.
    pub bad: Vec<String>,
}

/// A text with expressions in braces.
#[derive(Clone, Debug, Default)]
pub struct Message(Vec<MessagePart>);

#[derive(Clone, Debug)]
enum MessagePart {
    Text(String),
    Value(Expression),
}

impl Message {
    /// Reads `drops {change.table}`; a doubled brace is one.
    ///
    /// # Errors
    /// Where a brace is never closed, or what is between them is no expression.
    pub fn parse(text: &str) -> Result<Self, CelError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            let sign = &from[..1];
            if from[1..].starts_with(sign) {
                plain.push_str(sign);
                rest = &from[2..];
                continue;
            }
            let end = from.find('}').filter(|_| sign == "{");
            let end = end.ok_or(CelError {
                message: "a brace in it has no other side".to_owned(),
                at: None,
            })?;
            pieces.push(MessagePart::Text(std::mem::take(&mut plain)));
            pieces.push(MessagePart::Value(Expression::parse(&from[1..end])?));
            rest = &from[end + 1..];
        }
        plain.push_str(rest);
        pieces.push(MessagePart::Text(plain));
        Ok(Self(pieces))
    }

    fn value(&self, scope: &Variables) -> Result<String, CelError> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                MessagePart::Text(plain) => text.push_str(plain),
                MessagePart::Value(expression) => {
                    let _ = write!(text, "{}", expression.value(scope)?.shown());
                }
            }
        }
        Ok(text)
    }

    fn mentions(&self, name: &str) -> bool {
        self.0.iter().any(|piece| match piece {
            MessagePart::Text(_) => false,
            MessagePart::Value(expression) => expression.mentions(name),
        })
    }
}

/// Reports what a rule says of a statement.
///
/// # Errors
/// Where the expression has no value: then nobody knows what the rule would have said.
pub(crate) fn check(
    rule: &CustomRule,
    statement: &Statement,
    context: &mut Context,
) -> Result<(), CelError> {
    let asks_after = rule.when.mentions("after") || rule.message.mentions("after");
    let after = asks_after.then(|| {
        let mut replay = Replay::from(context.catalog.clone());
        replay.statement(0, statement);
        replay
    });
    for asked in asked(statement) {
        let table = asked.table.as_ref().map(|name| context.qualified(name));
        let before = table
            .as_ref()
            .and_then(|name| context.catalog.tables.get(name));
        let now = table.as_ref().zip(after.as_ref());
        let now = now.and_then(|(name, replay)| {
            let renamed = asked.renamed.as_deref();
            let new = renamed.map(|to| QName::new(name.schema.clone(), to));
            let catalog = replay.catalog();
            catalog
                .tables
                .get(new.as_ref().unwrap_or(name))
                .map(|table| (catalog, table))
        });
        let scope = Variables::new([
            ("change", asked.value),
            (
                "before",
                before.map_or(CelValue::Null, |table| {
                    values::table(context.catalog, table)
                }),
            ),
            (
                "after",
                now.map_or(CelValue::Null, |(catalog, table)| {
                    values::table(catalog, table)
                }),
            ),
            ("file", values::file(context)),
            ("facts", values::facts(context, table.as_ref())),
        ]);
        match rule.when.value(&scope)? {
            CelValue::Bool(false) => continue,
            CelValue::Bool(true) => {}
            other => {
                return Err(CelError {
                    message: format!("`when` must be true or false, not {}", other.kind()),
                    at: None,
                });
            }
        }
        let message = rule.message.value(&scope)?;
        let reported = context.report(asked.span, message);
        if let Some(help) = &rule.help {
            reported.help(help.clone());
        }
    }
    Ok(())
}

/// What a rule is asked about: a change, or one action of an `ALTER TABLE`.
struct Asked {
    value: CelValue,
    table: Option<crate::sql::change::ObjectName>,
    /// The table's name afterwards, where it gets another one.
    renamed: Option<String>,
    span: Span,
}

fn asked(statement: &Statement) -> Vec<Asked> {
    let mut all = Vec::new();
    for reached in changes(&statement.changes) {
        match &reached.change.kind {
            ChangeKind::AlterTable(alter) => {
                for (action, span) in &alter.actions {
                    all.push(Asked {
                        value: values::action(alter, action),
                        table: Some(alter.table.clone()),
                        renamed: values::renamed(action),
                        span: *span,
                    });
                }
            }
            kind => all.push(Asked {
                value: values::change(kind),
                table: values::table_of(kind).cloned(),
                renamed: None,
                span: reached.change.span,
            }),
        }
    }
    all
}
