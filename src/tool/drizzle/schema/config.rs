//! `drizzle.config.ts` and its relatives: where the schema is, and how its columns are cased.

use oxc_allocator::Allocator;

use super::assemble::doubt;
use super::eval::Evaluator;
use super::kit::{Doubt, Evaluated};
use super::naming::Casing;
use super::resolve::{Resolver, is_code, is_json, join};
use super::value::JsValue;
use crate::project::tree::{Tree, parent};
use crate::source::Span;
use crate::sql::Dialect;
use crate::tool::drizzle::config::{schema_files, sources};

/// What a configuration says. A value that only the running program knows is left out.
#[derive(Clone, Debug)]
pub struct KitConfig {
    /// The path of the configuration.
    pub path: String,
    /// The files of the schema that exist, in order; none where the setting could not be evaluated.
    pub files: Vec<String>,
    /// What `dialect` says, where it is one that driftlint knows.
    pub dialect: Option<Dialect>,
    /// How keys become column names, or why that is not known. An unknown casing is not the
    /// default one: taken for it, a configuration that imports its casing from a package made 916
    /// differences in one project, all of them false.
    pub(crate) casing: Evaluated<Option<Casing>>,
}

/// Every configuration of a tree that names a schema.
pub fn configs(tree: &dyn Tree) -> Vec<KitConfig> {
    let Ok(files) = tree.files() else {
        return Vec::new();
    };
    let configs = files
        .iter()
        .filter(|path| is_config(path))
        .filter_map(|path| config(tree, path));
    configs.filter(|config| !config.files.is_empty()).collect()
}

/// Whether a file may configure drizzle-kit, by its name.
pub fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let folder = parent(path).rsplit('/').next().unwrap_or_default();
    let by_name = name.starts_with("drizzle") && name.contains("config");
    let by_folder =
        matches!(folder, "config" | "configs" | "drizzle" | ".config") && name.contains(".config.");
    is_code(path) && (by_name || by_folder)
}

/// Reads one configuration; `None` for a file that exports none.
pub fn config(tree: &dyn Tree, path: &str) -> Option<KitConfig> {
    let arena = Allocator::default();
    let resolver = Resolver::new(tree);
    let evaluator = Evaluator::new(&arena, &resolver);
    let value = exported(&evaluator, path)?;
    let text = |key: &str| value.property(key).as_str().map(ToString::to_string);
    let patterns: Vec<String> = match value.property("schema") {
        JsValue::String(pattern) => vec![pattern.to_string()],
        JsValue::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(ToString::to_string))
            .collect(),
        _ => Vec::new(),
    };
    // drizzle-kit resolves paths from where it is run: beside the file, or in a folder above it.
    let mut bases = std::iter::successors(Some(parent(path)), |base| {
        (!base.is_empty()).then(|| parent(base))
    });
    let files = bases.find_map(|base| {
        let all = evaluator.resolver.files();
        let patterns = patterns.iter().filter_map(|pattern| rooted(base, pattern));
        let matching = patterns.flat_map(|pattern| {
            let tried = std::iter::once(pattern.clone()).chain(sources(&pattern));
            let mut found = tried.map(|pattern| schema_files(all, &pattern));
            found.find(|files| !files.is_empty()).unwrap_or_default()
        });
        let files: Vec<String> = matching.collect();
        (!files.is_empty()).then_some(files)
    });
    let dialect = text("dialect")
        .or_else(|| text("driver"))
        .and_then(|name| match name.as_str() {
            "mysql2" => Some(Dialect::MySql),
            "better-sqlite" | "expo" | "d1-http" | "durable-sqlite" => Some(Dialect::Sqlite),
            name => Dialect::from_name(name),
        });
    // NuxtHub's settings are a part of Nuxt's.
    let casing = match value.property("hub") {
        JsValue::Undefined => value.property("casing"),
        hub => hub.property("db").property("casing"),
    };
    let casing = match casing {
        JsValue::Unknown(unknown) => {
            let reason = format!(
                "which `casing` names the columns is not known: {}",
                unknown.reason()
            );
            Err(Doubt {
                reason,
                ..doubt(&unknown)
            })
        }
        value => Ok(value.as_str().and_then(|name| Casing::from_name(name))),
    };
    Some(KitConfig {
        path: path.to_owned(),
        files: files.unwrap_or_default(),
        dialect,
        casing,
    })
}

/// What a configuration file exports.
fn exported<'a>(evaluator: &Evaluator<'a, '_>, path: &str) -> Option<JsValue<'a>> {
    if is_json(path) {
        return evaluator.json(path);
    }
    match evaluator.load(path) {
        Ok(module) => evaluator
            .export(module, "default")
            .or_else(|| evaluator.export(module, "module.exports")),
        Err(unknown) => Some(JsValue::Unknown(unknown)),
    }
}

/// A path of a configuration from the root of the tree. `__dirname` makes it start with a slash.
fn rooted(base: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        join("", path)
    } else {
        join(base, path)
    }
}

/// A casing that `drizzle(…, { casing })` gives the running program, and where.
pub(super) struct Runtime {
    pub(super) path: String,
    pub(super) span: Span,
    pub(super) casing: Casing,
}

/// Files looked at for the call, at most.
const MAX_SCANNED: usize = 400;

/// Looks for `drizzle(…, { casing: "…" })` in the package that holds a schema file.
pub(super) fn runtime_casing(resolver: &Resolver<'_>, schema: &str) -> Option<Runtime> {
    let root = resolver.package_root(schema)?;
    let files = resolver.under(&root);
    let candidates = files.iter().filter(|path| {
        is_code(path)
            && !is_json(path)
            && !path.ends_with(".d.ts")
            && !is_config(path)
            && !["node_modules/", "/test", ".test.", ".spec."]
                .iter()
                .any(|part| path.contains(part))
    });
    let setting = regex::Regex::new(r#"casing\s*:\s*["'`](snake_case|camelCase)["'`]"#).ok()?;
    candidates.take(MAX_SCANNED).find_map(|path| {
        let bytes = resolver.read(path).ok()??;
        let text = std::str::from_utf8(&bytes).ok()?;
        if !text.contains("drizzle(") {
            return None;
        }
        let found = setting.captures(text)?;
        let (whole, name) = (found.get(0)?, found.get(1)?);
        Some(Runtime {
            path: path.clone(),
            span: Span::new(whole.start(), whole.end()),
            casing: Casing::from_name(name.as_str())?,
        })
    })
}
