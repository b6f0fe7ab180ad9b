//! One HTML page that needs nothing else: no network, no script of others. What it shows is written
//! as text and hidden or shown by a slider, so that it is also read where scripts are not run.
//!
//! The page forbids itself all loading, and every script but the one in it, whose digest it names:
//! should a name ever get out of where it is written, it still does nothing.

mod findings;
mod history;
mod html;
mod layout;
mod picture;
mod schema;
mod spans;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::effects::{Markup as _, Wait, waited_for};
use super::{fold, plural};
use crate::check::{Impact, Report, Timeline};
use html::{Html, base64, escape, prose};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// So many locks are listed at once.
const LOCKS: usize = 20;

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub struct PageContent<'a> {
    /// Its heading: what was looked at.
    pub title: &'a str,
    /// What was found there, where that was asked.
    pub judged: Option<PageReport<'a>>,
    /// The schema of each set, migration by migration.
    pub timelines: &'a [Timeline],
}

/// What a check found, and what the migrations in its scope do.
#[derive(Clone, Copy, Debug)]
pub struct PageReport<'a> {
    /// What was found.
    pub report: &'a Report,
    /// What new migrations do.
    pub impact: &'a Impact,
}

/// The page. The same content gives the same page, byte for byte.
pub fn page(content: &PageContent) -> String {
    let folded = content.judged.map(|judged| fold::folded(judged.report));
    let report = folded.as_ref();
    let mut body = String::new();
    let mut links = Vec::new();
    if let (Some(report), Some(judged)) = (report, content.judged) {
        findings::sections(report, &mut links, &mut body);
        locks(judged.impact, &mut links, &mut body);
        undone(judged.impact, &mut links, &mut body);
    }
    for (number, timeline) in content.timelines.iter().enumerate() {
        links.push(Link {
            anchor: format!("s{number}"),
            label: match timeline.folder.as_str() {
                "" => "Schema".to_owned(),
                folder => format!("Schema of {folder}"),
            },
            count: None,
        });
        let open = number == 0;
        history::section(number, timeline, report, open, &mut body);
    }
    let verdict = match report {
        Some(report) => super::summary(report),
        None => String::new(),
    };
    let title = escape(content.title);
    let digest = base64(&Sha256::digest(SCRIPT.as_bytes()));
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta name=\"generator\" content=\"driftlint {version}\"/>\n<title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <noscript><style>.step[hidden] {{ display: block !important; }} .controls {{ display: none; }}</style></noscript>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n"
    );
    if !verdict.is_empty() {
        let _ = writeln!(text, "<p>{}</p>", escape(verdict.trim_end()));
    }
    text.push_str("<nav aria-label=\"Sections\"><ul>\n");
    for link in &links {
        let count = link.count.map(|count| format!(" <span>{count}</span>"));
        let _ = writeln!(
            text,
            "<li><a href=\"#{}\">{}{}</a></li>",
            link.anchor,
            escape(&link.label),
            count.unwrap_or_default()
        );
    }
    let _ = write!(
        text,
        "</ul></nav>\n</header>\n<main>\n{body}</main>\n<footer><p>driftlint {version}</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    text
}

/// An entry of the page's table of contents.
struct Link {
    anchor: String,
    label: String,
    /// How many there are of what the section lists.
    count: Option<usize>,
}

/// What new migrations lock.
fn locks(impact: &Impact, links: &mut Vec<Link>, body: &mut String) {
    let rows = waited_for(&impact.locks);
    links.push(Link {
        anchor: "locks".to_owned(),
        label: "Locks".to_owned(),
        count: Some(rows.len()),
    });
    body.push_str("<section id=\"locks\">\n<h2>Locks</h2>\n");
    if rows.is_empty() {
        body.push_str("<p>Nobody waits for a migration that is not merged yet.</p>\n");
    } else {
        let count = plural(rows.len(), "lock");
        let _ = writeln!(
            body,
            "<p>{count} that others wait for, of migrations that are not merged yet; the heaviest first.</p>"
        );
        let (first, rest) = rows.split_at(rows.len().min(LOCKS));
        lock_table(first, body);
        if !rest.is_empty() {
            let _ = writeln!(body, "<details>\n<summary>{} more</summary>", rest.len());
            lock_table(rest, body);
            body.push_str("</details>\n");
        }
    }
    body.push_str("</section>\n");
}

fn lock_table(rows: &[Wait], body: &mut String) {
    body.push_str("<table class=\"locks\">\n<thead><tr><th scope=\"col\">Where</th><th scope=\"col\">Lock</th><th scope=\"col\">Blocks</th><th scope=\"col\">Held</th></tr></thead>\n<tbody>\n");
    for row in rows {
        let _ = writeln!(
            body,
            "<tr><td>{}</td><td>{} on {}</td><td>{}</td><td>{}</td></tr>",
            Html.code(&row.place),
            escape(&row.mode),
            Html.code(&row.relation),
            row.blocks.name(),
            row.work.held()
        );
    }
    body.push_str("</tbody>\n</table>\n");
}

/// What no way back restores.
fn undone(impact: &Impact, links: &mut Vec<Link>, body: &mut String) {
    let all = impact.sets.iter().flat_map(|set| &set.effect.lost);
    let lost: std::collections::BTreeSet<&String> = all.collect();
    if lost.is_empty() {
        return;
    }
    links.push(Link {
        anchor: "undone".to_owned(),
        label: "Cannot be undone".to_owned(),
        count: Some(lost.len()),
    });
    body.push_str("<section id=\"undone\">\n<h2>What cannot be undone</h2>\n<ul>\n");
    for sentence in lost {
        let _ = writeln!(body, "<li>{}</li>", prose(sentence));
    }
    body.push_str("</ul>\n</section>\n");
}
