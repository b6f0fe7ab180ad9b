//! For people: a headline, the places, what to do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use super::plural;
use super::snippet::{self, SnippetMark};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::name;

/// Every diagnostic, an empty line after each.
pub(super) fn render(diagnostics: &[Diagnostic], look: Look) -> String {
    let mut text = String::new();
    let mut reported: BTreeSet<(&str, Severity)> = BTreeSet::new();
    for diagnostic in diagnostics {
        match unmigrated(diagnostic) {
            Some(folder)
                if of_folder(diagnostics, folder, diagnostic.severity)
                    .nth(1)
                    .is_some() =>
            {
                if reported.insert((folder, diagnostic.severity)) {
                    one(&together(diagnostics, folder, diagnostic), look, &mut text);
                    text.push('\n');
                }
            }
            _ => {
                one(diagnostic, look, &mut text);
                text.push('\n');
            }
        }
    }
    text
}

/// The folder without migrations that a diagnostic comes from.
fn unmigrated(diagnostic: &Diagnostic) -> Option<&str> {
    diagnostic
        .object
        .as_ref()
        .filter(|_| diagnostic.rule == name::declared_not_migrated)?
        .unmigrated
        .as_deref()
}

fn of_folder<'d>(
    diagnostics: &'d [Diagnostic],
    folder: &str,
    severity: Severity,
) -> impl Iterator<Item = &'d Diagnostic> {
    diagnostics
        .iter()
        .filter(move |it| unmigrated(it) == Some(folder) && it.severity == severity)
}

/// A schema that has never been migrated is one thing to say, not one for each of its tables.
fn together(diagnostics: &[Diagnostic], folder: &str, first: &Diagnostic) -> Diagnostic {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in of_folder(diagnostics, folder, first.severity).filter_map(|it| it.object.as_ref())
    {
        *counts.entry(object.kind).or_default() += 1;
    }
    let mut kinds: Vec<_> = counts.into_iter().collect();
    let single = matches!(kinds[..], [(_, 1)]);
    kinds.sort_by_key(|&(kind, count)| (Reverse(count), kind));
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| plural(count, kind))
        .collect();
    let folder = if folder.is_empty() {
        "this folder".to_owned()
    } else {
        format!("`{folder}`")
    };
    let help = first
        .help
        .as_ref()
        .map(|help| format!("{help}; `--format json` lists each"));
    Diagnostic {
        message: format!(
            "{} {} declared, and {folder} holds no migration that is run",
            kinds.join(" and "),
            if single { "is" } else { "are" }
        ),
        help,
        related: Vec::new(),
        object: None,
        lock: None,
        ..first.clone()
    }
}

fn one(diagnostic: &Diagnostic, look: Look, text: &mut String) {
    let label = format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule);
    text.push_str(&look.headline(&label, diagnostic.severity, &diagnostic.message));
    let primary = SnippetMark {
        source: &diagnostic.source,
        span: diagnostic.span,
        message: None,
    };
    let others = diagnostic.related.iter().map(|label| SnippetMark {
        source: &label.source,
        span: label.span,
        message: Some(&label.message),
    });
    let marks: Vec<SnippetMark> = std::iter::once(primary).chain(others).collect();
    text.push_str(&snippet::render(&marks, diagnostic.severity, look));
    if let Some(help) = &diagnostic.help {
        text.push_str(&look.help(help));
    }
}
