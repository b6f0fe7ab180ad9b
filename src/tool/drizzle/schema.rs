//! Drizzle schemas: TypeScript and JavaScript, evaluated without running anything.
//!
//! ```text
//! files ─▶ module graph ─▶ values ─▶ Drizzle's own model ─▶ the DDL that drizzle-kit would generate ─▶ Catalog
//!          module,resolve  eval,orm   assemble ▶ kit          ddl                                      declare
//! ```
//!
//! What cannot be evaluated is `Unknown` for the smallest slot that holds it: a default, a type, a
//! table. Code from npm packages is never read, and need not be: it makes no DDL.

mod assemble;
mod builder;
mod builtins;
mod chain;
mod changes;
mod columns;
mod config;
pub(crate) mod date;
mod ddl;
mod declare;
mod defaults;
mod effect;
mod eval;
mod function;
mod keys;
pub(crate) mod kit;
mod literal;
mod loops;
mod member;
mod module;
mod modules;
mod names;
mod naming;
mod orm;
mod paths;
mod resolve;
mod sql;
mod strings;
#[cfg(test)]
mod tests;
mod tsconfig;
mod value;
mod versions;

pub use config::{KitConfig, config, configs, is_config};
pub(crate) use declare::declare;
pub use naming::Casing;
pub(super) use naming::{foreign_key_name, unique_name};

use oxc_allocator::Allocator;

use crate::error::Result;
use crate::project::Unjudged;
use crate::project::tree::Tree;
use crate::schema::load::Beside;
use crate::schema::{Declared, Language};
use crate::source::Source;
use crate::sql::Dialect;
use crate::tool::Tool;
use assemble::{Assembler, doubt};
use eval::Evaluator;
use kit::Kit;
use naming::SchemaNaming;
use resolve::Resolver;
use value::Unknown;

/// Reads the schema that `files` declare. Call it where the stack is deep: see
/// [`crate::sql::on_big_stack`]. `config` is the drizzle-kit configuration that names them, if
/// there is one.
pub fn read(
    tree: &dyn Tree,
    files: &[String],
    dialect: Dialect,
    config: Option<&KitConfig>,
) -> Declared {
    let resolver = Resolver::new(tree);
    let (casing, uncertain) = match config.map_or(&Ok(None), |config| &config.casing) {
        Ok(casing) => (*casing, None),
        Err(doubt) => (
            None,
            Some(Unknown::new(
                &doubt.place.source,
                doubt.place.span,
                doubt.reason.as_str(),
            )),
        ),
    };
    let decided = uncertain.is_none();
    let since_v1 = files
        .first()
        .is_some_and(|file| resolver.drizzle_since_v1(file));
    let (kit, cased) = evaluate(
        &resolver,
        files,
        dialect,
        SchemaNaming {
            casing,
            uncertain,
            since_v1,
        },
    );
    let mut declared = declare(&kit, Language::of(Tool::Drizzle));
    // Only worth a look when a name depends on it.
    if cased
        && decided
        && let Some(schema) = files.first()
        && let Some(runtime) = config::runtime_casing(&resolver, schema)
        && Some(runtime.casing) != casing
        && let Ok(Some(bytes)) = resolver.read(&runtime.path)
    {
        let casing_name = casing.map_or("no casing at all", Casing::name);
        let message = format!(
            "the program names columns in `{}`, drizzle-kit is configured with {casing_name}: generated migrations will not fit the queries",
            runtime.casing.name()
        );
        declared.note(
            &Source::from_bytes(&runtime.path, bytes),
            runtime.span,
            message,
        );
    }
    declared
}

/// Reads the schema beside a set.
pub(crate) fn beside(
    beside: &Beside,
    files: Vec<Source>,
    _: &mut Vec<Unjudged>,
) -> Result<Vec<Declared>> {
    // The project reads a configuration from its tokens; here it is evaluated, so that imported
    // constants are known.
    let config = beside
        .set
        .config
        .as_ref()
        .and_then(|named| config(beside.tree, &named.path));
    let paths: Vec<String> = files
        .iter()
        .map(|source| source.path().to_owned())
        .collect();
    let schema = read(beside.tree, &paths, beside.set.dialect, config.as_ref());
    Ok(vec![Declared { files, ..schema }])
}

/// Reads the schema that belongs to `path`: a schema file, a folder, or a configuration. `None`
/// when there is no schema in Drizzle there.
pub fn read_at(tree: &dyn Tree, path: &str, dialect: Option<Dialect>) -> Option<Declared> {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let path = if path == "." { "" } else { path };
    let inside =
        |file: &str| file == path || path.is_empty() || file.starts_with(&format!("{path}/"));
    let mut all = configs(tree);
    all.retain(|config| dialect.is_none() || config.dialect.is_none() || config.dialect == dialect);
    let owner = all
        .iter()
        .find(|config| config.files.iter().any(|file| file == path));
    let owner = owner.or_else(|| all.iter().find(|config| inside(&config.path)));
    let owner = owner.or_else(|| {
        all.iter()
            .find(|config| config.files.iter().any(|file| inside(file)))
    });
    let resolver = Resolver::new(tree);
    let files = match owner {
        Some(owner) => owner.files.clone(),
        None if resolver
            .files()
            .binary_search_by(|file| file.as_str().cmp(path))
            .is_ok() =>
        {
            vec![path.to_owned()]
        }
        None => resolver.file(path).into_iter().collect(),
    };
    let dialect = dialect
        .or_else(|| owner?.dialect)
        .or_else(|| files.iter().find_map(|file| guess(tree, file)))?;
    (!files.is_empty()).then(|| read(tree, &files, dialect, owner))
}

/// The dialect whose package a schema file imports.
fn guess(tree: &dyn Tree, file: &str) -> Option<Dialect> {
    let bytes = tree.read(file).ok()??;
    let text = String::from_utf8_lossy(&bytes);
    let packages = [
        ("drizzle-orm/pg-core", Dialect::Postgres),
        ("drizzle-orm/mysql-core", Dialect::MySql),
        ("drizzle-orm/sqlite-core", Dialect::Sqlite),
    ];
    packages
        .into_iter()
        .find(|(package, _)| text.contains(package))
        .map(|(_, dialect)| dialect)
}

/// Evaluates schema files into Drizzle's model, and says whether a column's name depends on the
/// casing.
fn evaluate(
    resolver: &Resolver<'_>,
    files: &[String],
    dialect: Dialect,
    naming: SchemaNaming,
) -> (Kit, bool) {
    let arena = Allocator::default();
    let evaluator = Evaluator::new(&arena, resolver);
    let mut assembler = Assembler::new(&evaluator, naming, dialect);
    for file in files {
        match evaluator.load(file) {
            Ok(module) => {
                for (_, value) in evaluator.namespace(module) {
                    assembler.add(&value);
                }
                let mut unread = Vec::new();
                evaluator.unread_stars(module, &mut Vec::new(), &mut unread);
                assembler.kit.open.extend(unread.iter().map(doubt));
            }
            Err(unknown) => assembler.kit.open.push(doubt(&unknown)),
        }
    }
    assembler.kit.broken = evaluator.broken().iter().map(doubt).collect();
    (assembler.kit, assembler.cased)
}
