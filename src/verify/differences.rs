//! What a server holds after all migrations, against what driftlint says: each difference is a
//! fault of driftlint.

use std::collections::BTreeSet;

use super::send::Trial;
use crate::catalog::Catalog;
use crate::compare::{Difference, Presence, Side, diff};
use crate::error::Result;

/// Every difference, a line each.
pub(super) fn of(trial: &mut Trial) -> Result<Vec<String>> {
    let read = trial.introspect()?;
    let mut found: Vec<String> = read
        .unread
        .iter()
        .map(|line| format!("what the server prints is not understood: {line}"))
        .collect();
    let replayed = trial.replay.catalog();
    let both = diff(Side::migrated(&read.catalog), Side::migrated(replayed));
    found.extend(both.iter().map(line));
    // What driftlint could not read may have made any of them.
    if replayed.knowledge.is_exact() && replayed.doubted.is_none() && !trial.ran_functions {
        for (kind, names) in KINDS {
            let (held, said) = (names(&read.catalog), names(replayed));
            let only = |name: &String, who: &str| format!("{kind} {name}: only {who} has it");
            found.extend(held.difference(&said).map(|name| only(name, "the server")));
            found.extend(said.difference(&held).map(|name| only(name, "driftlint")));
        }
    }
    Ok(found)
}

/// A kind of object that is only compared by name, and the names.
type NamesOfKind = (&'static str, fn(&Catalog) -> BTreeSet<String>);

const KINDS: [NamesOfKind; 3] = [
    ("function", |catalog| {
        catalog.functions.keys().map(ToString::to_string).collect()
    }),
    ("sequence", |catalog| {
        let all = catalog.sequences.keys();
        all.map(ToString::to_string).collect()
    }),
    ("trigger", |catalog| {
        let tables = catalog.tables.values();
        let of_tables = tables.flat_map(|table| {
            let name = &table.name;
            table
                .triggers
                .iter()
                .map(move |it| format!("{} on {name}", it.name))
        });
        of_tables.collect()
    }),
];

fn line(difference: &Difference) -> String {
    let kind = difference.slot.part.kind();
    let relation = &difference.slot.owner;
    let name = if difference.name == relation.name {
        relation.to_string()
    } else {
        format!("{relation}.{}", difference.name)
    };
    let says = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    match difference.direction {
        Presence::LeftOnly => format!("{kind} {name}: only the server has it"),
        Presence::RightOnly => format!("{kind} {name}: only driftlint has it"),
        Presence::Differs => format!(
            "{kind} {name}: the server says {}, driftlint says {}",
            says(&difference.left),
            says(&difference.right)
        ),
    }
}
