//! Markdown for a pull request: what a change does to the schema object by object, what it locks,
//! what cannot be undone, and what is wrong with it.
//!
//! Names and SQL are other people's text: they stand in code spans that nothing in them can end, and
//! what stands outside of one is escaped, so that no mention, link or image comes out of a name.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::effects::{self, Markup};
use super::plural;
use crate::check::{Impact, Locked, Report, SetImpact};
use crate::diagnostic::{Diagnostic, Severity};

/// How many rows of a kind are listed: GitHub takes 65,536 characters in a comment.
const SHOWN: usize = 60;

/// A page about a change. What it says first is how it ended.
pub(super) fn render(report: &Report, impact: &Impact) -> String {
    let mut text = format!("### driftlint: {}\n", super::found(report, "no problems"));
    findings(report, &mut text);
    let ledger = &report.summary.ledger;
    if !ledger.entries().is_empty() {
        text.push_str("\n#### Not judged\n\n");
        for entry in ledger.entries().iter().take(SHOWN) {
            let _ = writeln!(text, "* {}: {}", code(&entry.path), plain(&entry.reason));
        }
        more(ledger.entries().len(), &mut text);
    }
    let changed =
        |set: &&SetImpact| !(set.effect.changes.is_empty() && set.effect.renames.is_empty());
    if impact.sets.iter().any(|set| changed(&set)) {
        text.push_str("\n#### What it does to the schema\n");
    }
    for set in impact.sets.iter().filter(changed) {
        schema(set, impact.sets.len() > 1, &mut text);
    }
    locks(&impact.locks, &mut text);
    undone(&impact.sets, &mut text);
    text
}

/// The page of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    format!("### driftlint could not judge\n\n{}\n", plain(message))
}

fn findings(report: &Report, text: &mut String) {
    if report.diagnostics.is_empty() {
        return;
    }
    let mut sorted: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    text.push_str("\n| | where | what |\n|---|---|---|\n");
    for diagnostic in sorted.iter().take(SHOWN) {
        let line = diagnostic.source.position(diagnostic.span.start).line;
        let place = format!("{}:{line}", diagnostic.source.path());
        let rule = match super::url(diagnostic.rule) {
            Some(url) => format!("[`{}`]({url})", diagnostic.rule),
            None => code(diagnostic.rule),
        };
        let mut said = plain(&diagnostic.message);
        if let Some(help) = &diagnostic.help {
            let _ = write!(said, "<br>_help:_ {}", plain(help));
        }
        let sign = match diagnostic.severity {
            Severity::Error => "❌",
            Severity::Warning => "⚠️",
            Severity::Note => "ℹ️",
        };
        let _ = writeln!(text, "| {sign} {rule} | {} | {said} |", cell(&place));
    }
    more(sorted.len(), text);
}

/// That a list goes on.
fn more(all: usize, text: &mut String) {
    if all > SHOWN {
        let _ = writeln!(text, "\nand {} more", all - SHOWN);
    }
}

/// Whose migrations come next, where there are several sets.
fn heading(set: &SetImpact, text: &mut String) {
    let folder = match set.folder.as_str() {
        "" => ".",
        folder => folder,
    };
    let _ = writeln!(text, "\nmigrations of {}", code(folder));
}

fn schema(set: &SetImpact, named: bool, text: &mut String) {
    if named {
        heading(set, text);
    }
    text.push('\n');
    for line in effects::renames(&set.effect, &PullRequestMarks) {
        let _ = writeln!(text, "* {line}");
    }
    let objects = effects::objects(&set.effect, &PullRequestMarks);
    for object in objects.iter().take(SHOWN) {
        let _ = writeln!(text, "* {}", object.line);
        for part in &object.parts {
            let _ = writeln!(text, "  * {part}");
        }
    }
    more(objects.len(), text);
}

/// How Markdown marks words.
struct PullRequestMarks;

impl Markup for PullRequestMarks {
    fn code(&self, text: &str) -> String {
        code(text)
    }

    fn strong(&self, word: &'static str) -> String {
        format!("**{word}**")
    }

    fn plain(&self, text: &str) -> String {
        plain(text)
    }
}

/// The locks that others wait for, the heaviest first.
fn locks(locked: &[Locked], text: &mut String) {
    let rows = effects::waited_for(locked);
    if rows.is_empty() {
        return;
    }
    let count = plural(rows.len(), "lock");
    let _ = write!(
        text,
        "\n#### Locks\n\n{count} that others wait for, the heaviest first:\n\n| where | lock | blocks | held |\n|---|---|---|---|\n"
    );
    for row in rows.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "| {} | {} on {} | {} | {} |",
            cell(&row.place),
            plain(&row.mode),
            cell(&row.relation),
            row.blocks.name(),
            row.work.held()
        );
    }
    more(rows.len(), text);
}

fn undone(sets: &[SetImpact], text: &mut String) {
    if sets.iter().all(|set| set.effect.lost.is_empty()) {
        return;
    }
    text.push_str("\n#### What cannot be undone\n");
    for set in sets.iter().filter(|set| !set.effect.lost.is_empty()) {
        if sets.len() > 1 {
            heading(set, text);
        }
        text.push('\n');
        // Several statements may lose the same.
        let lost: BTreeSet<&String> = set.effect.lost.iter().collect();
        for sentence in lost.iter().take(SHOWN) {
            let _ = writeln!(text, "* {}", plain(sentence));
        }
        more(lost.len(), text);
    }
}

/// A code span that nothing in the text can end, in one line.
fn code(text: &str) -> String {
    let text = super::look::clean(text);
    let mut longest = 0;
    let mut run = 0;
    for sign in text.chars() {
        run = if sign == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same within a table, where a bar would end the cell even in a code span.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text outside of code spans. Messages mark names with backquotes, and these stay code.
pub(super) fn plain(text: &str) -> String {
    let text = super::look::clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    for (index, part) in parts.iter().enumerate() {
        if paired && index % 2 == 1 {
            out.push_str(&cell(part));
            continue;
        }
        if index > 0 && !paired {
            out.push_str("\\`");
        }
        for sign in part.chars() {
            match sign {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                // Neither a mention nor a link: the zero width joiner is seen by nobody.
                '@' => out.push_str("@\u{200d}"),
                '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                    out.push('\\');
                    out.push(sign);
                }
                sign => out.push(sign),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_code_span() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(cell("a|b\nc"), "`a\\|b\u{fffd}c`");
        assert_eq!(
            plain("drops `a|b` of @me <img> [x](y)"),
            "drops `a\\|b` of @\u{200d}me &lt;img> \\[x\\](y)"
        );
        assert_eq!(plain("one ` only"), "one \\` only");
    }
}
