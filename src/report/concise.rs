//! One line for each diagnostic, which editors, `grep` and problem matchers read:
//! `path:line:column: severity[rule] message`.

use std::fmt::Write as _;

use super::look::{Look, clean};
use crate::diagnostic::Diagnostic;

pub(super) fn render(diagnostics: &[Diagnostic], look: Look) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let at = diagnostic.source.position(diagnostic.span.start);
        let label = look.severity(
            &format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule),
            diagnostic.severity,
        );
        let (path, message) = (clean(diagnostic.source.path()), clean(&diagnostic.message));
        let _ = writeln!(text, "{path}:{}:{}: {label} {message}", at.line, at.column);
    }
    text
}
