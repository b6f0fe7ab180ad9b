//! Markdown for a pull request: what a change does to the schema object by object, what it locks,
//! what cannot be undone, and what is wrong with it.
//!
//! Names and SQL are other people's text: they stand in code spans that nothing in them can end, and
//! what stands outside of one is escaped, so that no mention, link or image comes out of a name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::plural;
use crate::catalog::Part;
use crate::check::{Impact, Locked, Report, SchemaChange, SetImpact};
use crate::compare::{Difference, Presence};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lock::Blocks;

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
    let changed = |set: &&SetImpact| !(set.changes.is_empty() && set.renames.is_empty());
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
    for renamed in &set.renames {
        let (from, to) = (code(&renamed.from), code(&renamed.to));
        let _ = writeln!(text, "* {} {from} is now {to}", renamed.kind);
    }
    let mut owners: BTreeMap<String, Vec<&SchemaChange>> = BTreeMap::new();
    for change in &set.changes {
        let owner = &change.difference.slot.owner;
        let shown = if owner.is_at_home() {
            owner.name.clone()
        } else {
            owner.to_string()
        };
        owners.entry(shown).or_default().push(change);
    }
    let count = owners.len();
    for (owner, changes) in owners.into_iter().take(SHOWN) {
        let whole = |change: &&SchemaChange| {
            matches!(
                change.difference.slot.part,
                Part::Table | Part::Enum | Part::View
            )
        };
        if let Some(change) = changes.iter().copied().find(whole) {
            of_whole(&owner, change, text);
            continue;
        }
        let _ = writeln!(text, "* {}", code(&owner));
        for change in changes {
            let _ = writeln!(text, "  * {}", part(&change.difference));
        }
    }
    more(count, text);
}

/// A table, type or view that comes or goes.
fn of_whole(owner: &str, change: &SchemaChange, text: &mut String) {
    let kind = change.difference.slot.part.kind();
    let verb = match change.difference.direction {
        Presence::LeftOnly => "dropped",
        Presence::RightOnly => "new",
        Presence::Differs => "changed",
    };
    let _ = write!(text, "* {} **{verb}** {kind}", code(owner));
    if !change.columns.is_empty() {
        let columns: Vec<String> = change.columns.iter().map(|column| code(column)).collect();
        let _ = write!(text, ": {}", columns.join(", "));
    }
    if change.difference.direction == Presence::Differs {
        text.push_str(&sides(&change.difference));
    }
    text.push('\n');
}

/// A part of a table or type that comes, goes or changes.
fn part(difference: &Difference) -> String {
    let kind = match difference.slot.part.kind() {
        "nullable" => "column",
        "enum_value" => "value",
        kind => kind,
    };
    let kind = kind.replace('_', " ");
    let name = code(&difference.name);
    match (difference.direction, &difference.slot.part) {
        (_, Part::Nullable(_)) => {
            let now = difference.right.as_deref().unwrap_or_default();
            format!("column {name} is now {}", plain(now))
        }
        (Presence::Differs, Part::Type(_) | Part::Default(_)) => {
            format!("{kind} of {name}{}", sides(difference))
        }
        (Presence::LeftOnly, _) => format!("**dropped** {kind} {name}{}", sides(difference)),
        (Presence::RightOnly, _) => format!("**new** {kind} {name}{}", sides(difference)),
        (Presence::Differs, _) => format!("{kind} {name}{}", sides(difference)),
    }
}

/// What was said before and is said now.
fn sides(difference: &Difference) -> String {
    let other = |side: &Option<String>| {
        side.as_ref()
            .filter(|text| !text.is_empty() && **text != difference.name)
            .map(|text| code(text))
    };
    match (other(&difference.left), other(&difference.right)) {
        (Some(before), Some(now)) => format!(": {before} → {now}"),
        (Some(only), None) if difference.direction == Presence::Differs => {
            format!(": {only} → none")
        }
        (None, Some(only)) if difference.direction == Presence::Differs => {
            format!(": none → {only}")
        }
        (Some(only), None) | (None, Some(only)) => format!(": {only}"),
        (None, None) => String::new(),
    }
}

/// One lock that somebody waits for.
struct LockLine {
    blocks: Blocks,
    text: String,
}

/// The locks that others wait for, the heaviest first. Those of tables that the same migration made
/// keep nobody waiting.
fn locks(locked: &[Locked], text: &mut String) {
    let mut rows: Vec<LockLine> = Vec::new();
    for statement in locked {
        let line = statement.source.position(statement.span.start).line;
        let place = format!("{}:{line}", statement.source.path());
        for effect in &statement.effects {
            for lock in &effect.locks {
                let blocks = lock.mode.blocks();
                if blocks == Blocks::Nothing || statement.new.contains(&lock.relation) {
                    continue;
                }
                let row = format!(
                    "| {} | {} on {} | {} | {} |\n",
                    cell(&place),
                    plain(&lock.mode.to_string()),
                    cell(&lock.relation.to_string()),
                    blocks.name(),
                    effect.work().held(),
                );
                if rows.iter().all(|known| known.text != row) {
                    rows.push(LockLine { blocks, text: row });
                }
            }
        }
    }
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.blocks));
    let count = plural(rows.len(), "lock");
    let _ = write!(
        text,
        "\n#### Locks\n\n{count} that others wait for, the heaviest first:\n\n| where | lock | blocks | held |\n|---|---|---|---|\n"
    );
    for row in rows.iter().take(SHOWN) {
        text.push_str(&row.text);
    }
    more(rows.len(), text);
}

fn undone(sets: &[SetImpact], text: &mut String) {
    if sets.iter().all(|set| set.lost.is_empty()) {
        return;
    }
    text.push_str("\n#### What cannot be undone\n");
    for set in sets.iter().filter(|set| !set.lost.is_empty()) {
        if sets.len() > 1 {
            heading(set, text);
        }
        text.push('\n');
        // Several statements may lose the same.
        let lost: BTreeSet<&String> = set.lost.iter().collect();
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
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text outside of code spans. Messages mark names with backquotes, and these stay code.
fn plain(text: &str) -> String {
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
