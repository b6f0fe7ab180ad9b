//! Which Prisma schema a folder of migrations belongs to: `prisma.config.ts`, `package.json`, or
//! what lies beside it.

mod places;

use crate::error::Result;
use crate::project::declared::{DeclaredEvidence, External, SchemaFile, Search};
use crate::project::dialect::{Decision, from_tool};
use crate::project::discover::{Listing, ancestors};
use crate::project::script::{ScriptValues, values};
use crate::project::tree::{Tree, ending, file_name, is_under, join, parent, resolve};
use crate::project::unmigrated::Unmigrated;
use crate::project::{Project, Unjudged};
use crate::source::Source;
use crate::tool::Tool;
use crate::tool::prisma::syntax::{BlockKind, FieldType, File, parse, parse_settings};

/// Finds the schema of a folder of migrations.
pub(crate) fn find(search: &Search<'_>) -> Result<DeclaredEvidence> {
    let mut found = DeclaredEvidence::default();
    let mut asked = Vec::new();
    if let Some(said) = search.config()? {
        found.related.push(said.config.path.clone());
        asked = search.files(&said.schemas);
        found.external = Some(said.config);
    }
    if asked.is_empty()
        && let Some(said) = search.package()?
    {
        found.related.push(said.config.path);
        asked = search.files(&said.schemas);
    }
    let files = if asked.is_empty() {
        search.beside()?
    } else {
        asked
    };
    found.declared = files
        .into_iter()
        .map(|path| SchemaFile::new(path, Tool::Prisma))
        .collect();
    Ok(found)
}

/// The schema files that migrations in `folder` may belong to, where only the neighbourhood was
/// listed.
pub(crate) fn near(tree: &dyn Tree, listed: &[String], folder: &str) -> Result<Vec<String>> {
    if !listed
        .iter()
        .any(|file| file_name(file) == "migration.sql" && is_under(file, folder))
    {
        return Ok(Vec::new());
    }
    let listing = Listing::new(listed.to_vec());
    let search = Search {
        tree,
        listing: &listing,
        folder,
    };
    let mut places: Vec<String> = Vec::new();
    for above in ancestors(parent(folder)) {
        for path in configs_in(&listing, above) {
            places.extend(
                search
                    .said(&path, above)?
                    .into_iter()
                    .flat_map(|said| said.schemas),
            );
        }
        places.extend(
            search
                .package_in(above)?
                .into_iter()
                .flat_map(|said| said.schemas),
        );
    }
    places.push(parent(folder).to_owned());
    let mut files = Vec::new();
    for place in places.iter().filter(|place| !place.is_empty()) {
        let inside = if is_schema(place) {
            tree.files_in(parent(place))?
        } else {
            tree.files_under(place)?
        };
        files.extend(inside.into_iter().filter(|path| is_schema(path)));
    }
    Ok(files)
}

/// Whether a file in `.config`, or beside the package, configures Prisma: `prisma.config.ts`,
/// `prisma7.config.ts`, `.config/prisma.ts`.
pub(crate) fn is_config(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with("prisma")
        && matches!(ending(name), "ts" | "mts" | "cts" | "js" | "mjs" | "cjs")
        && (name.contains("config") || file_name(parent(path)) == ".config")
}

fn is_schema(path: &str) -> bool {
    ending(path) == "prisma"
}

/// The configurations that apply where the tool is run in `above`, the one that the tool would take
/// first.
fn configs_in(listing: &Listing, above: &str) -> Vec<String> {
    let hidden = join(above, ".config");
    let mut paths: Vec<&str> = listing
        .children(above)
        .chain(listing.children(&hidden))
        .collect();
    paths.retain(|path| is_config(path));
    paths.sort_by_key(|path| {
        let stem = file_name(path).split('.').next().unwrap_or_default();
        (stem != "prisma7", parent(path) != above, stem != "prisma")
    });
    paths.into_iter().map(str::to_owned).collect()
}

/// What one configuration says about places, each as it could be meant.
struct Said {
    config: External,
    schemas: Vec<String>,
    migrations: Vec<String>,
}

impl Search<'_> {
    /// The configuration that leads here, or else the nearest one that leads nowhere else.
    fn config(&self) -> Result<Option<Said>> {
        let mut nearest = None;
        let mut inside = true;
        for above in ancestors(parent(self.folder)) {
            for path in configs_in(self.listing, above) {
                let Some(said) = self.said(&path, above)? else {
                    continue;
                };
                match self.leads_here(&said) {
                    Some(true) => return Ok(Some(said)),
                    None if inside && nearest.is_none() => nearest = Some(said),
                    _ => {}
                }
            }
            // The nearest package is the one that the tool runs in.
            inside = inside && !self.listing.has(&join(above, "package.json"));
        }
        for path in self.listing.files().iter().filter(|path| is_config(path)) {
            let above = if file_name(parent(path)) == ".config" {
                parent(parent(path))
            } else {
                parent(path)
            };
            if let Some(said) = self
                .said(path, above)?
                .filter(|said| self.leads_here(said) == Some(true))
            {
                return Ok(Some(said));
            }
        }
        Ok(nearest)
    }

    /// `prisma.schema` in `package.json`, found in the same way.
    fn package(&self) -> Result<Option<Said>> {
        let mut nearest = None;
        let mut inside = true;
        for above in ancestors(parent(self.folder)) {
            if let Some(said) = self.package_in(above)? {
                match self.leads_here(&said) {
                    Some(true) => return Ok(Some(said)),
                    None if inside && nearest.is_none() => nearest = Some(said),
                    _ => {}
                }
            }
            inside = inside && !self.listing.has(&join(above, "package.json"));
        }
        Ok(nearest)
    }

    fn package_in(&self, above: &str) -> Result<Option<Said>> {
        let path = join(above, "package.json");
        let schema = self.text(&path)?.and_then(|text| {
            let json: serde_json::Value = serde_json::from_str(&text).ok()?;
            Some(json.get("prisma")?.get("schema")?.as_str()?.to_owned())
        });
        Ok(schema.map(|schema| Said {
            config: External {
                path,
                ..External::default()
            },
            schemas: vec![resolve(above, &schema)],
            migrations: Vec::new(),
        }))
    }

    /// Reads a configuration. Its paths start at its own folder, or where the tool is run.
    fn said(&self, path: &str, above: &str) -> Result<Option<Said>> {
        let Some(text) = self.text(path)? else {
            return Ok(None);
        };
        let values = values(&text);
        let resolved = |key: &str| {
            let said = values.one(key);
            let mut paths: Vec<String> = [parent(path), above]
                .iter()
                .filter_map(|base| Some(said?.located(path, base)))
                .collect();
            paths.dedup();
            paths
        };
        let (schemas, migrations) = (resolved("schema"), resolved("migrations.path"));
        Ok(Some(Said {
            config: external(path, &values),
            schemas,
            migrations,
        }))
    }

    /// Whether the migrations of a configuration are these; `None` when it names none that exist.
    /// Without a path, they lie beside the schema, in a folder of schemas beside the file that
    /// holds the datasource.
    fn leads_here(&self, said: &Said) -> Option<bool> {
        let holds = |folder: &str| {
            self.listing
                .under(folder)
                .iter()
                .any(|path| file_name(path) == "migration.sql")
        };
        if !said.migrations.is_empty() {
            return said
                .migrations
                .iter()
                .any(|path| path == self.folder)
                .then_some(true)
                .or_else(|| {
                    said.migrations
                        .iter()
                        .any(|path| holds(path))
                        .then_some(false)
                });
        }
        let home = parent(self.folder);
        let here = said.schemas.iter().any(|schema| {
            if is_schema(schema) {
                parent(schema) == home
            } else {
                is_under(home, schema) && !self.under(schema).is_empty()
            }
        });
        if here {
            return Some(true);
        }
        let elsewhere = said.schemas.iter().any(|schema| {
            let beside = if is_schema(schema) {
                parent(schema)
            } else {
                schema
            };
            holds(&join(beside, "migrations"))
        });
        elsewhere.then_some(false)
    }

    /// The files of the first of these places that has any.
    fn files(&self, places: &[String]) -> Vec<String> {
        let mut files = places.iter().map(|place| {
            if self.listing.has(place) {
                vec![place.clone()]
            } else {
                self.under(place)
            }
        });
        files.find(|files| !files.is_empty()).unwrap_or_default()
    }

    fn under(&self, folder: &str) -> Vec<String> {
        self.listing
            .under(folder)
            .iter()
            .filter(|path| is_schema(path))
            .cloned()
            .collect()
    }

    /// The schema that lies beside the migrations.
    fn beside(&self) -> Result<Vec<String>> {
        let home = parent(self.folder);
        let main = join(home, "schema.prisma");
        let mut files = Vec::new();
        for path in self.under(home) {
            let text = self.text(&path)?.unwrap_or_default();
            files.push(parse_settings(&Source::new(path, text)));
        }
        let roots: Vec<&File> = files
            .iter()
            .filter(|file| file.datasource().is_some())
            .collect();
        let lock = self.text(&join(self.folder, LOCK))?;
        let server = lock.as_deref().and_then(lock_provider);
        let serves =
            |file: &File| server.is_none() || file.provider().map(canonical) == server.as_deref();
        let path = |file: &File| file.source.path().to_owned();
        let main = files.iter().find(|file| file.source.path() == main);
        if let Some(main) =
            main.filter(|main| serves(main) || !roots.iter().any(|root| serves(root)))
        {
            // All of `prisma/schema` is the schema. Elsewhere, files that it cannot do without are
            // parts of it; others may be anything.
            let parts = files.iter().filter(|part| {
                part.source.path() != main.source.path() && part.datasource().is_none()
            });
            let whole = file_name(home) == "schema" && file_name(parent(home)) == "prisma";
            let needed = whole || {
                let parts: Vec<File> = parts.clone().map(|part| parse(&part.source)).collect();
                !parts.is_empty() && needs(&parse(&main.source), parts.iter())
            };
            let parts = parts.filter(|_| needed).map(path);
            return Ok(std::iter::once(path(main)).chain(parts).collect());
        }
        if roots.len() < 2 {
            return Ok(files.iter().map(path).collect());
        }
        // Schemas for several databases: the name says which, or else the server.
        let named: Vec<&&File> = roots
            .iter()
            .filter(|root| words(root.source.path()) == words(self.folder))
            .collect();
        let served: Vec<&&File> = roots.iter().filter(|root| serves(root)).collect();
        let chosen = [named, served].into_iter().find(|these| these.len() == 1);
        Ok(match chosen.as_deref() {
            Some([one]) if parent(one.source.path()) == home => vec![path(one)],
            Some([one]) => self.under(parent(one.source.path())),
            _ => Vec::new(),
        })
    }
}

/// The file beside migrations in which Prisma keeps the provider that they are written for.
pub(crate) const LOCK: &str = "migration_lock.toml";

/// The `provider` of a lock file.
pub(crate) fn lock_provider(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let provider = table.get("provider")?.as_str()?;
    Some(canonical(provider).to_owned())
}

/// A provider by the one name that its aliases stand for.
fn canonical(provider: &str) -> &str {
    if provider == "postgres" {
        "postgresql"
    } else {
        provider
    }
}

/// The dialect that the datasource of a schema says.
pub(crate) fn dialect(tree: &dyn Tree, declared: &[SchemaFile]) -> Result<Option<Decision>> {
    for file in declared {
        if let Some(bytes) = tree.read(&file.path)?
            && let Some(provider) =
                parse_settings(&Source::from_bytes(&file.path, bytes)).provider()
            && let Some(decision) = from_tool(provider, format!("`provider` in {}", file.path))
        {
            return Ok(Some(decision));
        }
    }
    Ok(None)
}

/// What a configuration says about objects that others manage.
fn external(path: &str, values: &ScriptValues) -> External {
    let texts = |key: &str| {
        let texts = values.list(key).iter();
        texts.map(|value| value.text.clone()).collect()
    };
    External {
        path: path.to_owned(),
        tables: texts("tables.external"),
        enums: texts("enums.external"),
        computed: ["tables.external", "enums.external"]
            .into_iter()
            .filter(|key| values.is_computed(key))
            .collect(),
    }
}

/// The words of a name that are not about Prisma: `mysql` of `mysql-schema.prisma` and of
/// `mysql-migrations`.
fn words(path: &str) -> Vec<String> {
    let name = file_name(path).to_ascii_lowercase();
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_owned)
        .collect();
    words.retain(|word| {
        !matches!(
            word.as_str(),
            "" | "prisma" | "schema" | "migration" | "migrations"
        )
    });
    words
}

/// Whether a schema declares no models of its own, or names some that only these parts declare.
fn needs<'a>(schema: &File, parts: impl Iterator<Item = &'a File>) -> bool {
    let own: Vec<&str> = declared(schema).collect();
    parts.flat_map(declared).any(|name| {
        let mut fields = schema.blocks.iter().flat_map(|block| &block.fields);
        own.is_empty()
            || (!own.contains(&name)
                && fields.any(|it| matches!(&it.kind, FieldType::Named(kind) if kind == name)))
    })
}

/// The names of the models, views, types and enums of a schema.
fn declared(file: &File) -> impl Iterator<Item = &str> {
    let blocks = file.blocks.iter().filter(|block| {
        matches!(
            block.kind,
            BlockKind::Model | BlockKind::View | BlockKind::Type | BlockKind::Enum
        )
    });
    blocks.map(|block| block.name.text.as_str())
}

/// Why a schema belongs to no migrations; its datasource says so.
pub(crate) fn unmigrated(
    tree: &dyn Tree,
    project: &Project,
    path: &str,
) -> Result<Option<Unmigrated>> {
    if !is_schema(path) {
        return Ok(None);
    }
    let mut declared = project.sets.iter().flat_map(|set| &set.declared);
    let refused = project
        .unsupported
        .iter()
        .any(|other| is_under(&other.folder, parent(path)));
    if refused || declared.any(|declared| declared.path == *path) {
        return Ok(None);
    }
    let Some(bytes) = tree.read(path)? else {
        return Ok(None);
    };
    let file = parse_settings(&Source::from_bytes(path, bytes.clone()));
    if file.datasource().is_none() {
        return Ok(None);
    }
    // The generated client keeps a copy of its schema.
    for file in project
        .sets
        .iter()
        .flat_map(|set| &set.declared)
        .filter(|file| ending(&file.path) == "prisma")
    {
        if tree.read(&file.path)?.as_ref() == Some(&bytes) {
            return Ok(None);
        }
    }
    let written_for = file.provider().and_then(|name| from_tool(name, ""));
    if let Some(Decision::Unsupported(server)) = written_for {
        let other = Unjudged::foreign(path, format!("written for {server}"));
        return Ok(Some(Unmigrated::Unknown(other)));
    }
    let mut sets = project.sets.iter();
    let others = sets.any(|set| set.runner == Tool::Prisma && !set.migrations.is_empty());
    if others && !places::is_run(tree, path)? {
        let other = Unjudged::idle(path, "no configuration and no script of Prisma's names it");
        return Ok(Some(Unmigrated::Unknown(other)));
    }
    Ok(Some(Unmigrated::Never {
        folder: join(parent(path), "migrations"),
        runner: Tool::Prisma,
        path: path.to_owned(),
    }))
}
