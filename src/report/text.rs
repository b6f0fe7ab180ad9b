//! For people: a headline, the places, what to do.

use super::look::Look;
use super::snippet::{self, Mark};
use crate::diagnostic::Diagnostic;

/// Every diagnostic, an empty line after each.
pub(super) fn render(diagnostics: &[Diagnostic], look: Look) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        one(diagnostic, look, &mut text);
        text.push('\n');
    }
    text
}

fn one(diagnostic: &Diagnostic, look: Look, text: &mut String) {
    let label = format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule);
    text.push_str(&look.headline(&label, diagnostic.severity, &diagnostic.message));
    let primary = Mark { source: &diagnostic.source, span: diagnostic.span, message: None };
    let others = diagnostic.related.iter().map(|label| Mark {
        source: &label.source,
        span: label.span,
        message: Some(&label.message),
    });
    let marks: Vec<Mark> = std::iter::once(primary).chain(others).collect();
    text.push_str(&snippet::render(&marks, diagnostic.severity, look));
    if let Some(help) = &diagnostic.help {
        text.push_str(&look.help(help));
    }
}
