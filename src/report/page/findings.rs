//! What was found, what disagrees, and what could not be judged.

use std::fmt::Write as _;

use super::Link;
use super::html::{Html, cut, escape, prose};
use crate::check::Report;
use crate::diagnostic::{Diagnostic, Object};
use crate::report::effects::Markup as _;
use crate::report::{plural, url};
use crate::source::Source;

/// How many lines of a file a finding shows.
const LINES: usize = 4;

/// So many findings are shown in full at once.
const OPEN: usize = 12;

/// The columns of a line that are shown: what is longer is data more often than SQL.
const COLUMNS: usize = 400;

/// Findings, differences and what was left out, each with its entry in the table of contents.
pub(super) fn sections(report: &Report, links: &mut Vec<Link>, body: &mut String) {
    let mut order: Vec<usize> = (0..report.diagnostics.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(report.diagnostics[at].severity));
    let (drift, others): (Vec<usize>, Vec<usize>) = order
        .into_iter()
        .partition(|&at| report.diagnostics[at].object.is_some());
    list(report, &others, &FINDINGS, links, body);
    list(report, &drift, &DRIFT, links, body);
    let entries = report.summary.ledger.entries();
    if entries.is_empty() {
        return;
    }
    links.push(Link {
        anchor: "unjudged".to_owned(),
        label: "Not judged".to_owned(),
        count: Some(entries.len()),
    });
    body.push_str("<section id=\"unjudged\">\n<h2>Not judged</h2>\n<ul>\n");
    for entry in entries {
        let path = Html.code(&entry.path);
        let _ = writeln!(body, "<li>{path}: {}</li>", prose(&entry.reason));
    }
    body.push_str("</ul>\n</section>\n");
}

/// The words of a section.
struct Words {
    anchor: &'static str,
    label: &'static str,
    none: &'static str,
}

const FINDINGS: Words = Words {
    anchor: "findings",
    label: "Findings",
    none: "No problems.",
};

const DRIFT: Words = Words {
    anchor: "drift",
    label: "Drift",
    none: "No differences.",
};

fn list(report: &Report, shown: &[usize], words: &Words, links: &mut Vec<Link>, body: &mut String) {
    let Words {
        anchor,
        label,
        none,
    } = words;
    links.push(Link {
        anchor: (*anchor).to_owned(),
        label: (*label).to_owned(),
        count: Some(shown.len()),
    });
    let _ = writeln!(body, "<section id=\"{anchor}\">\n<h2>{label}</h2>");
    let is_drift = *anchor == DRIFT.anchor;
    if is_drift {
        compared(report, body);
    }
    // Of what was not compared, nothing is known.
    let is_judged = !is_drift || !report.summary.compared.is_empty();
    if shown.is_empty() && is_judged {
        let _ = writeln!(body, "<p>{none}</p>");
    }
    for &at in shown {
        finding(at, &report.diagnostics[at], shown.len() <= OPEN, body);
    }
    body.push_str("</section>\n");
}

/// What was held against what.
fn compared(report: &Report, body: &mut String) {
    if report.summary.compared.is_empty() {
        body.push_str("<p>No migrations were compared with a schema.</p>\n");
        return;
    }
    body.push_str("<ul>\n");
    for one in &report.summary.compared {
        let with: Vec<&str> = one.with.iter().map(|language| language.name()).collect();
        let folder = if one.folder.is_empty() {
            "."
        } else {
            &one.folder
        };
        let _ = writeln!(
            body,
            "<li>{}: {} against {}</li>",
            Html.code(folder),
            plural(one.migrations, "migration"),
            escape(&with.join(" and "))
        );
    }
    body.push_str("</ul>\n");
}

/// A finding; folded to its message where there are many.
fn finding(at: usize, diagnostic: &Diagnostic, open: bool, body: &mut String) {
    let severity = diagnostic.severity.name();
    let rule = escape(diagnostic.rule);
    let place = Html.code(&place(&diagnostic.source, diagnostic.span.start));
    let open = if open { " open=\"\"" } else { "" };
    let _ = writeln!(
        body,
        "<details class=\"finding {severity}\" id=\"f{at}\"{open}>\n<summary><h3><span class=\"badge\">{severity}</span> {rule}</h3>\n<p>{}</p>\n<p class=\"place\">{place}</p></summary>",
        prose(&diagnostic.message)
    );
    excerpt(diagnostic, body);
    if let Some(object) = &diagnostic.object {
        sides(object, body);
    }
    if let Some(lock) = &diagnostic.lock {
        let _ = writeln!(
            body,
            "<p>Lock: {}, blocks {}, held {}</p>",
            escape(&lock.mode),
            lock.blocks,
            lock.held
        );
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(
            body,
            "<p class=\"help\"><strong>help</strong> {}</p>",
            prose(help)
        );
    }
    if !diagnostic.related.is_empty() {
        body.push_str("<ul class=\"related\">\n");
        for label in &diagnostic.related {
            let place = Html.code(&self::place(&label.source, label.span.start));
            let _ = writeln!(body, "<li>{place}: {}</li>", prose(&label.message));
        }
        body.push_str("</ul>\n");
    }
    if let Some(url) = url(diagnostic.rule) {
        let _ = writeln!(body, "<p><a href=\"{}\">About {rule}</a></p>", escape(&url));
    }
    body.push_str("</details>\n");
}

/// `path:line:column`.
fn place(source: &Source, offset: usize) -> String {
    let at = source.position(offset);
    format!("{}:{}:{}", source.path(), at.line, at.column)
}

/// The lines that a finding is about, the marked words in them marked.
fn excerpt(diagnostic: &Diagnostic, body: &mut String) {
    let source = &diagnostic.source;
    let first = source.position(diagnostic.span.start).line;
    let last = source.position(diagnostic.span.end).line;
    if source.slice(source.line_span(first)).trim().is_empty() {
        return;
    }
    body.push_str("<pre tabindex=\"0\">");
    for line in (first..=last).take(LINES) {
        let span = source.line_span(line);
        let start = diagnostic.span.start.clamp(span.start, span.end);
        let end = diagnostic.span.end.clamp(span.start, span.end);
        let text = source.text();
        let shown =
            |from: usize, to: usize| escape(&cut(&text[from..to].replace('\t', "  "), COLUMNS));
        let _ = writeln!(
            body,
            "<span class=\"line\">{line}</span>{}<mark>{}</mark>{}",
            shown(span.start, start),
            shown(start, end),
            shown(end, span.end)
        );
    }
    if last - first >= LINES {
        body.push_str("…\n");
    }
    body.push_str("</pre>\n");
}

/// What either side of a difference says.
fn sides(object: &Object, body: &mut String) {
    body.push_str("<dl>\n");
    for (side, value) in object.sides.iter().zip(&object.values) {
        let value = match value {
            Some(value) => Html.code(value),
            None => "nothing".to_owned(),
        };
        let _ = writeln!(body, "<div><dt>{}</dt><dd>{value}</dd></div>", escape(side));
    }
    body.push_str("</dl>\n");
}
