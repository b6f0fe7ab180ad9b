//! Packages of JavaScript and Deno, their scripts and which versions they ask for.

use super::UnparsedFile;
use super::files::Files;
use super::text::Text;
use super::value::DataValue;
use crate::glob::Glob;
use crate::project::tree::{file_name, is_under, parent, resolve};
use crate::source::Source;

/// A folder with `package.json` or `deno.json`.
pub(crate) struct Package {
    pub(crate) folder: String,
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) scripts: Vec<PackageScript>,
    /// Everything that it says, for versions.
    pub(crate) manifest: DataValue,
}

/// A named command of a package.
pub(crate) struct PackageScript {
    pub(crate) name: String,
    pub(crate) text: Text,
}

impl Package {
    pub(crate) fn script(&self, name: &str) -> Option<&PackageScript> {
        self.scripts.iter().find(|script| script.name == name)
    }

    /// The version that it asks for, as written.
    pub(crate) fn dependency(&self, name: &str) -> Option<&str> {
        let groups = [
            "dependencies",
            "devDependencies",
            "optionalDependencies",
            "peerDependencies",
        ];
        groups
            .iter()
            .find_map(|group| self.manifest.get(group)?.text_at(name))
    }

    /// Whether it depends on anything that begins so.
    pub(crate) fn depends_on(&self, prefix: &str) -> bool {
        let groups = ["dependencies", "devDependencies"];
        groups.iter().any(|group| {
            self.manifest
                .get(group)
                .is_some_and(|group| group.entries().iter().any(|it| it.name.starts_with(prefix)))
        })
    }
}

/// Every package of a tree, by folder.
#[derive(Default)]
pub(crate) struct Packages {
    all: Vec<Package>,
    /// Manifests that cannot be read, and why.
    pub(crate) unread: Vec<UnparsedFile>,
    /// The tasks of `turbo.json`.
    turbo: Vec<TurboTask>,
}

/// A task of turbo.
struct TurboTask {
    name: String,
    /// The tasks that it needs first.
    needs: Vec<String>,
}

const MANIFESTS: [&str; 3] = ["package.json", "deno.json", "deno.jsonc"];

impl Packages {
    pub(crate) fn read(files: &Files) -> Self {
        let mut packages = Self::default();
        for path in files.candidates() {
            if file_name(path) == "turbo.json" {
                packages.read_turbo(files, path);
            }
            if !MANIFESTS.contains(&file_name(path)) || path.contains("node_modules/") {
                continue;
            }
            let Some(source) = files.source(path) else {
                continue;
            };
            match DataValue::json(source.text()) {
                Ok(manifest) => packages.all.push(package(source, manifest)),
                Err(reason) => packages.unread.push(UnparsedFile::new(path, reason)),
            }
        }
        packages
    }

    fn read_turbo(&mut self, files: &Files, path: &str) {
        let read = files
            .source(path)
            .and_then(|source| DataValue::json(source.text()).ok());
        let Some(value) = read else { return };
        let tasks = value.get("tasks").or_else(|| value.get("pipeline"));
        for task in tasks.map(DataValue::entries).unwrap_or_default() {
            let needs = task
                .value
                .get("dependsOn")
                .map(DataValue::texts)
                .unwrap_or_default();
            self.turbo.push(TurboTask {
                name: task.name.clone(),
                needs: needs.into_iter().map(str::to_owned).collect(),
            });
        }
    }

    pub(crate) fn all(&self) -> &[Package] {
        &self.all
    }

    /// The package in a folder itself.
    pub(crate) fn at(&self, folder: &str) -> Option<&Package> {
        self.all.iter().find(|package| package.folder == folder)
    }

    /// The package that a folder belongs to.
    pub(crate) fn around(&self, folder: &str) -> Option<&Package> {
        let above = self.all.iter().filter(|it| is_under(folder, &it.folder));
        above.max_by_key(|package| package.folder.len())
    }

    /// The packages that a filter names: by name, by folder or by a pattern of either.
    pub(crate) fn named(&self, filter: &str, from: &str) -> Vec<&Package> {
        let filter = filter
            .trim_start_matches("...")
            .trim_end_matches("...")
            .trim_start_matches('^')
            .trim_matches(['{', '}']);
        if filter.is_empty() || filter.starts_with('!') || filter.starts_with('[') {
            return Vec::new();
        }
        let folder = resolve(from, filter);
        let fitting = self.all.iter().filter(|package| {
            let short = package.name.rsplit('/').next().unwrap_or_default();
            package.name == filter
                || package.folder == folder
                || (filter.contains('*') && Glob::new(filter).matches(&package.name))
                || (!filter.contains(['/', '.', '@'])
                    && (short == filter || file_name(&package.folder) == filter))
        });
        fitting.collect()
    }

    /// What a task of turbo needs before it, in the same package.
    pub(crate) fn needs(&self, task: &str) -> impl Iterator<Item = &str> {
        let found = self.turbo.iter().filter(move |it| it.name == task);
        found.flat_map(|it| &it.needs).map(String::as_str)
    }
}

fn package(source: Source, manifest: DataValue) -> Package {
    let mut scripts = Vec::new();
    for key in ["scripts", "tasks"] {
        for entry in manifest
            .get(key)
            .map(DataValue::entries)
            .unwrap_or_default()
        {
            // Deno's tasks may be objects.
            let value = entry.value.get("command").unwrap_or(&entry.value);
            if let Some(text) = value.script(&source) {
                let name = entry.name.clone();
                scripts.push(PackageScript { name, text });
            }
        }
    }
    Package {
        folder: parent(source.path()).to_owned(),
        name: manifest.text_at("name").unwrap_or_default().to_owned(),
        source,
        scripts,
        manifest,
    }
}
