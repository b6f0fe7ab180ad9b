//! The Prisma schema language, and the database that `prisma migrate` makes of it.
//!
//! The grammar and the mapping are those of Prisma 7; where an older version made something else
//! (join tables before version 6), both are accepted by the comparison.

mod builder;
mod database;
mod default;
mod index;
mod name;
mod relation;
mod settle;
#[cfg(test)]
mod tests;
mod types;

use crate::catalog::{Catalog, Knowledge, QName};
use crate::error::Result;
use crate::project::External;
use crate::project::Unjudged;
use crate::project::tree::{Tree, ending};
use crate::schema::load::{Beside, sources};
use crate::schema::{Declared, LateReading};
use crate::source::{Source, Span};
use crate::sql::Dialect;
use crate::tool::prisma::syntax::parse;

/// Reads a schema of one or more files. `fallback` is the dialect to assume when the provider is
/// not written out; without either there is no telling what the schema means.
pub fn read(files: &[Source], fallback: Option<Dialect>) -> Option<Declared> {
    let files: Vec<_> = files.iter().map(parse).collect();
    let database = database::database(&files, fallback)?;
    Some(builder::build(&files, database))
}

/// Reads the schema beside a set.
pub(crate) fn beside(
    beside: &Beside,
    files: Vec<Source>,
    unread: &mut Vec<Unjudged>,
) -> Result<Vec<Declared>> {
    let Some(mut schema) = read(&files, Some(beside.set.dialect)) else {
        let first = files.first().map_or("", Source::path);
        unread.push(Unjudged::foreign(
            first,
            "driftlint does not know its `provider`",
        ));
        return Ok(Vec::new());
    };
    match &beside.set.external {
        Some(external) if external.computed.is_empty() => leave_out(&mut schema, external, None),
        Some(external) => {
            let external = external.clone();
            schema.late = Some(LateReading::new(move |schema, migrated| {
                leave_out(schema, &external, Some(migrated));
            }));
        }
        None => {}
    }
    Ok(vec![Declared { files, ..schema }])
}

/// Reads the schema that a path stands for: a file, or a folder of them.
pub(crate) fn at(
    tree: &dyn Tree,
    path: &str,
    dialect: Option<Dialect>,
) -> Result<Option<Declared>> {
    let files = if tree.read(path)?.is_some() {
        vec![path.to_owned()]
    } else {
        tree.files_under(path)?
    };
    let files: Vec<String> = files
        .into_iter()
        .filter(|file| ending(file) == "prisma")
        .collect();
    if files.is_empty() {
        return Ok(None);
    }
    Ok(read(&sources(tree, &files)?, dialect))
}

/// Leaves to others what the configuration says that they manage: it may be declared and migrated,
/// and neither is compared. Where a name is computed, that may be all that the other side lacks.
fn leave_out(declared: &mut Declared, config: &External, migrated: Option<&Catalog>) {
    let dialect = declared.catalog.dialect;
    let named = |names: &[String]| {
        names
            .iter()
            .map(|name| QName::of_text(name, dialect))
            .collect::<Vec<_>>()
    };
    let mut tables = named(&config.tables);
    let mut enums = named(&config.enums);
    if let Some(migrated) = migrated {
        let keys = config.computed.join("` and `");
        let message = format!("`{keys}` is computed: what only one side has may be left to others");
        declared.note(
            &Source::new(&config.path, ""),
            Span::default(),
            message.clone(),
        );
        declared.catalog.knowledge = Knowledge::Unknown(message);
        tables.extend(
            declared
                .catalog
                .tables
                .keys()
                .filter(|name| !migrated.tables.contains_key(name))
                .cloned(),
        );
        enums.extend(
            declared
                .catalog
                .enums
                .keys()
                .filter(|name| !migrated.enums.contains_key(name))
                .cloned(),
        );
    }
    for name in tables {
        declared.catalog.tables.remove(&name);
        declared.catalog.sequences.retain(|_, sequence| {
            let owner = sequence.owner.as_ref();
            owner.is_none_or(|owner| owner.table != name)
        });
        declared.foreign.insert(name);
    }
    for name in enums {
        declared.catalog.enums.remove(&name);
        declared.foreign.insert(name);
    }
}
