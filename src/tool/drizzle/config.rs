//! What `drizzle.config.ts` says, read to find migrations and schemas fast.
//! `schema/config.rs` evaluates the same file when its
//! schema is read.

mod find;

pub(crate) use find::unmigrated;

use crate::error::Result;
use crate::glob::{Glob, SPECIAL};
use crate::project::MigrationSet;
use crate::project::declared::is_script;
use crate::project::script::{ScriptValues, readings};
use crate::project::tree::{Tree, ending, parent, resolve};
use crate::sql::Dialect;

/// Whether a file configures drizzle-kit, by its name.
pub(crate) fn is_config(name: &str) -> bool {
    name.starts_with("drizzle") && name.contains("config") && is_script(name)
}

/// What drizzle-kit is configured to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrizzleConfig {
    /// The path of the configuration.
    pub path: String,
    /// Files, folders or patterns of the schema, relative to the repository's root.
    pub schema: Vec<String>,
    /// Where migrations go, relative to the repository's root.
    pub out: String,
    /// `dialect` as written: `postgresql`, `mysql`, `sqlite`, `turso` …; older files say `driver`.
    pub dialect: Option<String>,
    /// Whether `out` is written, and not left at its default.
    pub names_out: bool,
}

impl DrizzleConfig {
    /// Makes sense of the values of `path`, whose relative paths start at `base`.
    pub(crate) fn from_values(path: &str, base: &str, values: &ScriptValues) -> Self {
        let one = |key: &str| values.one(key).map(|value| value.text.clone());
        Self {
            path: path.to_owned(),
            schema: values
                .list("schema")
                .iter()
                .map(|schema| schema.located(path, base))
                .collect(),
            out: values
                .one("out")
                .map_or_else(|| resolve(base, "drizzle"), |out| out.located(path, base)),
            dialect: one("dialect").or_else(|| one("driver")),
            names_out: values.has("out"),
        }
    }

    /// Whether migrations in this dialect can be this configuration's; either may be left open.
    pub(crate) fn speaks(&self, dialect: Option<&str>) -> bool {
        match (
            self.dialect.as_deref().and_then(Dialect::from_name),
            dialect.and_then(Dialect::from_name),
        ) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }
}

/// The table that `migrations` of a set's configuration names, in its schema.
pub(crate) fn bookkeeping(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<String>> {
    let Some(config) = &set.config else {
        return Ok(None);
    };
    let bytes = tree.read(&config.path)?.unwrap_or_default();
    let read = readings(&String::from_utf8_lossy(&bytes));
    let named = read.iter().find_map(|values| {
        let of = |key: &str| values.one(key).map(|value| value.text.clone());
        let (schema, table) = (of("migrations.schema"), of("migrations.table"));
        (schema.is_some() || table.is_some()).then(|| {
            format!(
                "{}.{}",
                schema.as_deref().unwrap_or("drizzle"),
                table.as_deref().unwrap_or("__drizzle_migrations")
            )
        })
    });
    Ok(named)
}

/// The files of `files` that drizzle-kit loads for one entry of `schema`: a file, the files in a
/// folder (not those in folders below it), or what a pattern names.
pub(crate) fn schema_files(files: &[String], pattern: &str) -> Vec<String> {
    if files.iter().any(|file| file == pattern) {
        return vec![pattern.to_owned()];
    }
    let glob = Glob::new(pattern);
    let named = |path: &str| {
        if pattern.contains(SPECIAL) {
            glob.matches(path)
        } else {
            path == pattern
        }
    };
    files
        .iter()
        .filter(|path| is_loaded(path) && (named(path) || named(parent(path))))
        .cloned()
        .collect()
}

/// Whether drizzle-kit loads a file of that name.
fn is_loaded(path: &str) -> bool {
    let written = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"].contains(&ending(path));
    written && !path.ends_with(".d.ts")
}

/// The patterns that may name the sources of what `pattern` names, where that is the output of a
/// build and so in no repository: `dist/schema.js` is written from `src/schema.ts` or from
/// `schema.ts`.
pub(crate) fn sources(pattern: &str) -> Vec<String> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let Some(at) = parts
        .iter()
        .position(|part| matches!(*part, "dist" | "build" | "lib" | "out"))
    else {
        return Vec::new();
    };
    let moved = |to: &[&str]| [&parts[..at], to, &parts[at + 1..]].concat().join("/");
    [moved(&["src"]), moved(&[])]
        .into_iter()
        .flat_map(written)
        .collect()
}

/// The files that a compiled one may be made of, and itself.
fn written(path: String) -> impl Iterator<Item = String> {
    let compiled = [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts")];
    let typed = compiled
        .iter()
        .find_map(|(from, to)| Some(format!("{}{to}", path.strip_suffix(from)?)));
    typed.into_iter().chain([path])
}

/// The folder that everything lies in which a pattern names.
pub(crate) fn fixed_part(pattern: &str) -> &str {
    match pattern.find(SPECIAL) {
        Some(special) => pattern[..special]
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder),
        None => pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::script::values;

    fn read(text: &str) -> DrizzleConfig {
        DrizzleConfig::from_values(
            "packages/db/drizzle.config.ts",
            "packages/db",
            &values(text),
        )
    }

    #[test]
    fn reads_the_object_that_is_exported() {
        let config = read(
            "import { defineConfig } from 'drizzle-kit'; // out: \"x\"\n\
             export default defineConfig({ schema: [\"./src/a.ts\", '../b/*.ts'], out: `./drizzle/pg`,\n\
             migrations: { schema: 'other', table: 't' }, dialect: 'postgresql', casing: process.env.C, });",
        );
        assert_eq!(config.schema, ["packages/db/src/a.ts", "packages/b/*.ts"]);
        assert_eq!(config.out, "packages/db/drizzle/pg");
        assert_eq!(config.dialect.as_deref(), Some("postgresql"));
    }

    #[test]
    fn reads_names_of_constants_and_older_forms() {
        let config = read(
            "const schema = './s.ts'; const out = \"m\";\nconst config: Config = { schema, out, driver: 'pg' };\n\
             export default config;",
        );
        assert_eq!(
            (config.schema, config.out),
            (
                vec!["packages/db/s.ts".to_owned()],
                "packages/db/m".to_owned()
            )
        );
        assert_eq!(config.dialect.as_deref(), Some("pg"));
        let config = read("export default { schema: 'a.ts', dialect: 'sqlite' } satisfies Config;");
        assert_eq!(
            (config.schema, config.out),
            (
                vec!["packages/db/a.ts".to_owned()],
                "packages/db/drizzle".to_owned()
            )
        );
        assert_eq!(
            read("{\"schema\": \"a.ts\", \"out\": \"o\"}").out,
            "packages/db/o"
        );
    }

    #[test]
    fn reads_both_sides_of_a_choice() {
        let text = "const dialect = process.env.F ? 'sqlite' : 'postgresql';\nconst url = process.env?.U ?? 'u';\n\
                    const out = process.env.F === 'true'\n  ? './m/lite'\n  : './m/pg'\n\
                    export default defineConfig({ schema: process.env.F ? './lite.ts' : './pg.ts', out, dialect });";
        let configs: Vec<DrizzleConfig> = readings(text)
            .iter()
            .map(|values| DrizzleConfig::from_values("drizzle.config.ts", "", values))
            .collect();
        let said: Vec<_> = configs
            .iter()
            .map(|it| {
                (
                    it.schema[0].as_str(),
                    it.out.as_str(),
                    it.dialect.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("lite.ts", "m/lite", Some("sqlite")),
                ("pg.ts", "m/pg", Some("postgresql"))
            ]
        );
    }

    #[test]
    fn a_path_made_from_the_file_s_own_folder_starts_there() {
        for schema in [
            r"path.join(__dirname, 'schema.ts').replace(/\\/g, '/')",
            "path.resolve(import.meta.dirname, './schema.ts')",
            "path.join(path.dirname(fileURLToPath(import.meta.url)), 'schema.ts')",
            "join(here, `schema.ts`)",
            "`${__dirname}/schema.ts`",
            "`${here}/schema.ts`",
            "new URL('./schema.ts', import.meta.url).pathname",
        ] {
            let text = format!(
                "const here = path.dirname(fileURLToPath(import.meta.url));\n\
                 export default defineConfig({{ schema: {schema}, out: path.join('src', 'db', 'migrations') }});"
            );
            let config = DrizzleConfig::from_values(
                "common/src/db/drizzle.config.ts",
                "common",
                &values(&text),
            );
            let found = (config.schema, config.out);
            assert_eq!(
                found,
                (
                    vec!["common/src/db/schema.ts".to_owned()],
                    "common/src/db/migrations".to_owned()
                ),
                "{schema}"
            );
        }
    }

    #[test]
    fn what_a_build_writes_is_made_from_sources() {
        assert_eq!(
            sources("db/dist/src/schema"),
            ["db/src/src/schema", "db/src/schema"]
        );
        assert_eq!(
            sources("dist/a/*.js"),
            ["src/a/*.ts", "src/a/*.js", "a/*.ts", "a/*.js"]
        );
        assert_eq!(sources("db/schema.ts"), [""; 0]);
    }

    #[test]
    fn survives_anything() {
        for text in [
            "",
            "{",
            "defineConfig(",
            "export default",
            "export default {a",
            "const x = [",
            "'",
            "/*",
            "`\\",
        ] {
            let _ = (
                read(text),
                readings(&format!("{text}?")),
                readings(&format!("const a = b ? {text}")),
            );
        }
        assert_eq!(resolve("a", "../../../b"), "b");
    }
}
