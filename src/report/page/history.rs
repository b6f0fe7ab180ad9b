//! The schema of one set, migration by migration: what each changes and locks, the picture, and
//! every table in full.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::html::{Html, escape, prose};
use super::layout::{PictureNode, PicturePlan, layout};
use super::spans::{TimedPiece, TimedPlace};
use super::{lock_table, picture, schema};
use crate::catalog::{Catalog, QName, Table};
use crate::check::{Report, Timeline, TimelineStep};
use crate::report::effects::{self, Markup as _, waited_for};

/// A table that was there at any time.
#[derive(Default)]
struct Drawn {
    node_height: usize,
    parents: BTreeSet<QName>,
    gone: bool,
    details: TimedPlace,
    boxed: TimedPlace,
    lines: TimedPlace,
}

/// Writes the section of a set. Findings are linked from the migrations that they are in.
pub(super) fn section(
    number: usize,
    timeline: &Timeline,
    report: Option<&Report>,
    open: bool,
    body: &mut String,
) {
    let folder = match timeline.folder.as_str() {
        "" => "this folder",
        folder => folder,
    };
    let count = timeline.steps.len();
    let open = if open { " open=\"\"" } else { "" };
    let _ = writeln!(
        body,
        "<section class=\"set\" id=\"s{number}\">\n<details class=\"whole\"{open}><summary><h2>Schema of {}</h2></summary>",
        Html.code(folder)
    );
    if count > 0 {
        controls(number, timeline, body);
        body.push_str("<div class=\"steps\">\n");
        for (at, step) in timeline.steps.iter().enumerate() {
            let hidden = if at + 1 == count { "" } else { " hidden=\"\"" };
            let _ = writeln!(
                body,
                "<article class=\"step\" id=\"s{number}-m{at}\" data-step=\"{}\"{hidden}>",
                at + 1
            );
            one_step(
                step,
                report,
                |path| step.files.iter().any(|file| file == path),
                body,
            );
            body.push_str("</article>\n");
        }
        body.push_str("</div>\n");
    }
    let mut tables = collect(timeline);
    let drawn: Vec<&QName> = tables.keys().copied().collect();
    let index: BTreeMap<&QName, usize> = drawn.iter().copied().zip(0..).collect();
    let nodes: Vec<PictureNode> = tables.values().map(|table| node(table, &index)).collect();
    let places = layout(&nodes);
    fill(timeline, &mut tables, &index, &places);
    draw(number, &tables, &places, body);
    list(number, &tables, body);
    others(timeline, body);
    body.push_str("</details>\n</section>\n");
}

/// The slider, and a button on either side of it.
fn controls(number: usize, timeline: &Timeline, body: &mut String) {
    let count = timeline.steps.len();
    let last = timeline.steps.last().map_or("", |step| step.id.as_str());
    let _ = write!(
        body,
        "<div class=\"controls slider\">\n<label for=\"s{number}-at\">Migration</label>\n\
         <button type=\"button\" class=\"back\" aria-label=\"One migration back\">‹</button>\n\
         <input type=\"range\" id=\"s{number}-at\" min=\"0\" max=\"{count}\" value=\"{count}\"/>\n\
         <button type=\"button\" class=\"on\" aria-label=\"One migration on\">›</button>\n\
         <output for=\"s{number}-at\">{count} of {count}: {}</output>\n</div>\n",
        escape(last)
    );
}

/// What a migration does.
fn one_step(
    step: &TimelineStep,
    report: Option<&Report>,
    is_own: impl Fn(&str) -> bool,
    body: &mut String,
) {
    let _ = writeln!(body, "<h3>{}</h3>", Html.code(&step.id));
    let files: Vec<String> = step.files.iter().map(|file| Html.code(file)).collect();
    let _ = writeln!(body, "<p class=\"place\">{}</p>", files.join(", "));
    let renames = effects::renames(&step.effect, &Html);
    let objects = effects::objects(&step.effect, &Html);
    if renames.is_empty() && objects.is_empty() {
        body.push_str("<p>Changes nothing of tables, types and views.</p>\n");
    } else {
        body.push_str("<ul class=\"changes\">\n");
        for line in renames {
            let _ = writeln!(body, "<li>{line}</li>");
        }
        for object in objects {
            let _ = write!(body, "<li>{}", object.line);
            if !object.parts.is_empty() {
                let _ = write!(body, "<ul><li>{}</li></ul>", object.parts.join("</li><li>"));
            }
            body.push_str("</li>\n");
        }
        body.push_str("</ul>\n");
    }
    let lost: BTreeSet<&String> = step.effect.lost.iter().collect();
    if !lost.is_empty() {
        let lost: Vec<String> = lost.into_iter().map(|text| prose(text)).collect();
        let _ = writeln!(
            body,
            "<p><strong>Cannot be undone:</strong> {}</p>",
            lost.join("; ")
        );
    }
    let rows = waited_for(&step.locks);
    if !rows.is_empty() {
        lock_table(&rows, body);
    }
    let diagnostics = report.iter().flat_map(|report| &report.diagnostics);
    let own: Vec<String> = diagnostics
        .enumerate()
        .filter(|(_, diagnostic)| is_own(diagnostic.source.path()))
        .map(|(at, diagnostic)| {
            let (severity, rule) = (diagnostic.severity.name(), escape(diagnostic.rule));
            format!("<a href=\"#f{at}\">{severity}: {rule}</a>")
        })
        .collect();
    if !own.is_empty() {
        let _ = writeln!(body, "<p>Findings: {}</p>", own.join(", "));
    }
}

/// The schemas of a history, the first one before any migration.
fn states(timeline: &Timeline) -> impl Iterator<Item = &Catalog> {
    let after = timeline.steps.iter().map(|step| &step.after);
    std::iter::once(&timeline.start).chain(after)
}

/// Every table that was there at any time, as high as it ever was, with all that it referred to.
fn collect(timeline: &Timeline) -> BTreeMap<&QName, Drawn> {
    let mut tables: BTreeMap<&QName, Drawn> = BTreeMap::new();
    let mut last: BTreeMap<&QName, &Table> = BTreeMap::new();
    for catalog in states(timeline) {
        for drawn in tables.values_mut() {
            drawn.gone = true;
        }
        for table in catalog.lasting_tables() {
            tables.entry(&table.name).or_default().gone = false;
            let known = last.insert(&table.name, table);
            if known.is_some_and(|known| std::ptr::eq(known, table)) {
                continue;
            }
            let drawn = tables.entry(&table.name).or_default();
            drawn.node_height = drawn.node_height.max(picture::height(table));
            let parents = table.foreign_keys.iter().map(|key| key.table.clone());
            drawn.parents.extend(parents);
        }
    }
    tables
}

fn node(table: &Drawn, index: &BTreeMap<&QName, usize>) -> PictureNode {
    let parents = table.parents.iter();
    PictureNode {
        height: table.node_height,
        gone: table.gone,
        parents: parents
            .filter_map(|name| index.get(name).copied())
            .collect(),
    }
}

/// Writes down each state of each table, at the step where it begins.
fn fill<'t>(
    timeline: &'t Timeline,
    tables: &mut BTreeMap<&'t QName, Drawn>,
    index: &BTreeMap<&QName, usize>,
    places: &PicturePlan,
) {
    let mut last: BTreeMap<&QName, &Table> = BTreeMap::new();
    for (step, catalog) in states(timeline).enumerate() {
        let now: BTreeMap<&QName, &Table> = catalog
            .lasting_tables()
            .map(|table| (&table.name, table))
            .collect();
        for name in last.keys().filter(|name| !now.contains_key(*name)) {
            if let Some(drawn) = tables.get_mut(*name) {
                for place in [&mut drawn.details, &mut drawn.boxed, &mut drawn.lines] {
                    place.set(step, String::new());
                }
            }
        }
        for (name, table) in &now {
            let before = last.get(name).copied();
            let Some(drawn) = tables.get_mut(name) else {
                continue;
            };
            if before.is_some_and(|before| std::ptr::eq(before, *table)) {
                continue;
            }
            let own = places.corners[index[name]];
            let lines = table.foreign_keys.iter().filter_map(|key| {
                let other = index.get(&key.table)?;
                let corner = places.corners[*other];
                Some(picture::line(table, key, own, corner, *other))
            });
            let lines: String = lines.collect();
            drawn
                .details
                .set(step, schema::table(catalog, table, before));
            drawn
                .boxed
                .set(step, picture::table_box(catalog, table, own));
            drawn.lines.set(step, lines);
        }
        last = now;
    }
}

/// The picture, in a frame of its own that scrolls.
fn draw(number: usize, tables: &BTreeMap<&QName, Drawn>, places: &PicturePlan, body: &mut String) {
    const MARGIN: usize = 12;
    // Lines within a column bend out to the right.
    let (width, height) = (places.width + 40 + MARGIN, places.height + MARGIN);
    let (full_width, full_height) = (width + MARGIN, height + MARGIN);
    let _ = writeln!(
        body,
        "<div class=\"picture\">\n<p class=\"zoom\"><button type=\"button\" class=\"smaller\" aria-label=\"Smaller\">−</button> \
         <button type=\"button\" class=\"larger\" aria-label=\"Larger\">+</button> \
         <button type=\"button\" class=\"fit\">Fit</button></p>\n\
         <div class=\"frame\" role=\"region\" tabindex=\"0\" aria-label=\"Picture of the tables and their relations\">\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{full_width}\" height=\"{full_height}\" viewBox=\"-{MARGIN} -{MARGIN} {full_width} {full_height}\" role=\"group\">"
    );
    for (at, table) in tables.values().enumerate() {
        for piece in &table.lines.pieces {
            let _ = writeln!(
                body,
                "<g class=\"line\" data-of=\"{at}\" {}>{}</g>",
                piece.attributes(),
                piece.html
            );
        }
    }
    for (at, table) in tables.values().enumerate() {
        for piece in &table.boxed.pieces {
            let _ = writeln!(
                body,
                "<a class=\"box\" href=\"#s{number}-t{at}\" data-table=\"{at}\" {}>{}</a>",
                piece.attributes(),
                piece.html
            );
        }
    }
    body.push_str("</svg>\n</div>\n</div>\n");
}

/// Every table in full.
fn list(number: usize, tables: &BTreeMap<&QName, Drawn>, body: &mut String) {
    let _ = writeln!(
        body,
        "<h3>Tables</h3>\n<p class=\"controls\"><label for=\"s{number}-filter\">Filter</label> <input type=\"search\" class=\"filter\" id=\"s{number}-filter\"/></p>\n<div class=\"tables\">"
    );
    for (at, (name, table)) in tables.iter().enumerate() {
        let shown = if name.is_at_home() {
            name.name.clone()
        } else {
            name.to_string()
        };
        let gone = table.details.pieces.iter().all(|piece| piece.to.is_some());
        let hidden = if gone { " hidden=\"\"" } else { "" };
        let _ = writeln!(
            body,
            "<details class=\"table\" id=\"s{number}-t{at}\"{hidden}><summary>{}</summary>",
            Html.code(&shown)
        );
        pieces(&table.details.pieces, body);
        body.push_str("</details>\n");
    }
    body.push_str("</div>\n");
}

fn pieces(pieces: &[TimedPiece], body: &mut String) {
    for piece in pieces {
        let _ = writeln!(body, "<div {}>\n{}</div>", piece.attributes(), piece.html);
    }
}

/// Types, views, functions and extensions.
fn others(timeline: &Timeline, body: &mut String) {
    let mut place = TimedPlace::default();
    for (step, catalog) in states(timeline).enumerate() {
        place.set(step, schema::others(catalog));
    }
    if !place.pieces.is_empty() {
        body.push_str("<h3>Types, views and functions</h3>\n<div class=\"others\">\n");
        pieces(&place.pieces, body);
        body.push_str("</div>\n");
    }
}
