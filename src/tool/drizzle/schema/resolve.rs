//! Which file an import names: relative paths, tsconfig `paths`, `imports` of package.json,
//! packages of the same workspace.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use serde_json::Value as Json;

use super::tsconfig::TsConfig;
use crate::project::tree::{Tree, join as child, parent};

/// Tried in this order after a path without one.
const EXTENSIONS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/// What an import names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ResolvedImport {
    /// A file of the tree.
    File(String),
    /// A package that is not in the tree.
    External,
    /// A file that should be in the tree.
    Missing,
}

/// Resolves imports over one tree, remembering what it read.
pub(super) struct Resolver<'t> {
    tree: &'t dyn Tree,
    files: OnceCell<Vec<String>>,
    folders: RefCell<HashMap<String, Vec<String>>>,
    packages: OnceCell<HashMap<String, String>>,
    manifests: RefCell<HashMap<String, Option<Json>>>,
    configs: RefCell<HashMap<String, Option<std::rc::Rc<TsConfig>>>>,
}

impl<'t> Resolver<'t> {
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self {
            tree,
            files: OnceCell::new(),
            folders: RefCell::default(),
            packages: OnceCell::new(),
            manifests: RefCell::default(),
            configs: RefCell::default(),
        }
    }

    pub(super) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.tree.read(path).map_err(|error| error.to_string())
    }

    /// Why there is no reading a file.
    pub(super) fn refusal(&self, path: &str) -> String {
        self.tree
            .refusal(path)
            .unwrap_or_else(|| "the file does not exist".to_owned())
    }

    /// Every file of the tree; none where it cannot be listed.
    pub(super) fn files(&self) -> &[String] {
        self.files
            .get_or_init(|| self.tree.files().unwrap_or_default())
    }

    /// Every file below a folder; none where it cannot be listed.
    pub(super) fn under(&self, folder: &str) -> Vec<String> {
        self.tree.files_under(folder).unwrap_or_default()
    }

    /// Whether the tree has a file. Folders are listed one by one: a schema needs few of them.
    fn exists(&self, path: &str) -> bool {
        let folder = parent(path);
        let mut folders = self.folders.borrow_mut();
        if !folders.contains_key(folder) {
            folders.insert(
                folder.to_owned(),
                self.tree.files_in(folder).unwrap_or_default(),
            );
        }
        folders[folder]
            .binary_search_by(|file| file.as_str().cmp(path))
            .is_ok()
    }

    /// The file that `specifier` names when `from` imports it.
    pub(super) fn resolve(&self, from: &str, specifier: &str) -> ResolvedImport {
        if specifier.starts_with("./")
            || specifier.starts_with("../")
            || specifier == "."
            || specifier == ".."
        {
            let path = join(parent(from), specifier);
            return path
                .and_then(|path| self.file(&path))
                .map_or(ResolvedImport::Missing, ResolvedImport::File);
        }
        if let Some(found) = self.through_tsconfig(from, specifier) {
            return ResolvedImport::File(found);
        }
        if specifier.starts_with('#') {
            let found = self.through_imports(from, specifier);
            return found.map_or(ResolvedImport::Missing, ResolvedImport::File);
        }
        if let Some(found) = self.through_workspace(specifier) {
            return ResolvedImport::File(found);
        }
        // `@/` and `~/` stand for the project's root or its `src` by a convention that some
        // frameworks configure elsewhere.
        if let Some(rest) = specifier
            .strip_prefix("@/")
            .or_else(|| specifier.strip_prefix("~/"))
        {
            let root = self.package_root(from).unwrap_or_default();
            for base in [join(&root, &format!("src/{rest}")), join(&root, rest)] {
                if let Some(found) = base.and_then(|base| self.file(&base)) {
                    return ResolvedImport::File(found);
                }
            }
            return ResolvedImport::Missing;
        }
        ResolvedImport::External
    }

    /// A path with its extension, or the index of a folder.
    pub(super) fn file(&self, path: &str) -> Option<String> {
        if is_code(path) && self.exists(path) {
            return Some(path.to_owned());
        }
        // Compiled names stand for their sources: `./users.js` is written in `users.ts`.
        for (compiled, written) in [
            (".js", [".ts", ".tsx"]),
            (".mjs", [".mts", ".ts"]),
            (".cjs", [".cts", ".ts"]),
        ] {
            if let Some(stem) = path.strip_suffix(compiled) {
                let found = written
                    .iter()
                    .map(|extension| format!("{stem}{extension}"))
                    .find(|path| self.exists(path));
                if found.is_some() {
                    return found;
                }
            }
        }
        let with = |base: &str| {
            EXTENSIONS
                .iter()
                .map(|end| format!("{base}{end}"))
                .find(|path| self.exists(path))
        };
        let index = if path.is_empty() {
            "index".to_owned()
        } else {
            format!("{path}/index")
        };
        with(path).or_else(|| with(&index))
    }

    /// The folder of the nearest package.json.
    pub(super) fn package_root(&self, from: &str) -> Option<String> {
        ancestors(from)
            .find(|folder| self.exists(&child(folder, "package.json")))
            .map(str::to_owned)
    }

    fn through_tsconfig(&self, from: &str, specifier: &str) -> Option<String> {
        let config = ancestors(from).find_map(|folder| {
            self.tsconfig(&child(folder, "tsconfig.json"))
                .or_else(|| self.tsconfig(&child(folder, "jsconfig.json")))
        })?;
        config
            .targets(specifier)
            .into_iter()
            .find_map(|target| self.file(&target))
    }

    /// A tsconfig with what it extends.
    pub(super) fn tsconfig(&self, path: &str) -> Option<std::rc::Rc<TsConfig>> {
        if let Some(known) = self.configs.borrow().get(path) {
            return known.clone();
        }
        // Entered first, so that a config that extends itself ends.
        self.configs.borrow_mut().insert(path.to_owned(), None);
        let bytes = if self.exists(path) {
            self.read(path).ok().flatten()
        } else {
            None
        };
        let config = bytes.map(|bytes| {
            std::rc::Rc::new(TsConfig::read(self, path, &String::from_utf8_lossy(&bytes)))
        });
        self.configs
            .borrow_mut()
            .insert(path.to_owned(), config.clone());
        config
    }

    /// The config that `extends` names.
    pub(super) fn extended(&self, from: &str, name: &str) -> Option<std::rc::Rc<TsConfig>> {
        let path = if name.starts_with('.') {
            join(parent(from), name)?
        } else {
            let (package, rest) = split_package(name)?;
            let folder = self.packages().get(package)?;
            if rest.is_empty() {
                child(folder, "tsconfig.json")
            } else {
                join(folder, rest)?
            }
        };
        self.tsconfig(&path)
            .or_else(|| self.tsconfig(&format!("{path}.json")))
    }

    fn through_imports(&self, from: &str, specifier: &str) -> Option<String> {
        let root = self.package_root(from)?;
        let manifest = self.manifest(&root)?;
        self.subpath(&root, manifest.get("imports")?, specifier)
    }

    fn through_workspace(&self, specifier: &str) -> Option<String> {
        let (package, rest) = split_package(specifier)?;
        let folder = self.packages().get(package)?;
        let manifest = self.manifest(folder)?;
        if let Some(exports) = manifest.get("exports") {
            let subpath = if rest.is_empty() {
                ".".to_owned()
            } else {
                format!("./{rest}")
            };
            if let Some(found) = self.subpath(folder, exports, &subpath) {
                return Some(found);
            }
        }
        if rest.is_empty() {
            let mut main = ["source", "module", "main", "types"]
                .into_iter()
                .filter_map(|field| manifest.get(field)?.as_str());
            if let Some(found) = main.find_map(|target| self.target(folder, target)) {
                return Some(found);
            }
            return self
                .file(folder)
                .or_else(|| self.file(&child(folder, "src")));
        }
        self.file(&join(folder, rest)?)
            .or_else(|| self.file(&join(folder, &format!("src/{rest}"))?))
    }

    /// Looks a subpath up in a map of `exports` or `imports`.
    fn subpath(&self, folder: &str, map: &Json, subpath: &str) -> Option<String> {
        let keyed = map
            .as_object()
            .is_some_and(|map| map.keys().any(|key| key.starts_with(['.', '#'])));
        if !keyed {
            return if subpath == "." {
                self.condition(folder, map, "")
            } else {
                None
            };
        }
        let map = map.as_object()?;
        if let Some(target) = map.get(subpath) {
            return self.condition(folder, target, "");
        }
        let mut patterns: Vec<_> = map
            .iter()
            .filter_map(|(key, target)| {
                let (before, after) = key.split_once('*')?;
                let rest = subpath.strip_prefix(before)?;
                Some((before.len(), rest.strip_suffix(after)?, target))
            })
            .collect();
        patterns.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
        patterns
            .into_iter()
            .find_map(|(_, star, target)| self.condition(folder, target, star))
    }

    /// The first target of a conditional export that is a source file of the tree.
    fn condition(&self, folder: &str, target: &Json, star: &str) -> Option<String> {
        match target {
            Json::String(target) => self.target(folder, &target.replace('*', star)),
            Json::Array(targets) => targets
                .iter()
                .find_map(|target| self.condition(folder, target, star)),
            Json::Object(conditions) => conditions
                .values()
                .find_map(|target| self.condition(folder, target, star)),
            _ => None,
        }
    }

    /// A target of a manifest: itself, or the source that a build makes it from.
    fn target(&self, folder: &str, target: &str) -> Option<String> {
        let path = join(folder, target)?;
        if !path.ends_with(".d.ts")
            && let Some(found) = self.file(&path)
        {
            return Some(found);
        }
        let inside = target.trim_start_matches("./");
        let rest = ["dist/", "build/", "lib/", "out/"]
            .iter()
            .find_map(|built| inside.strip_prefix(built))?;
        let stem = rest
            .trim_end_matches(".d.ts")
            .trim_end_matches(".mjs")
            .trim_end_matches(".cjs")
            .trim_end_matches(".js");
        self.file(&join(folder, &format!("src/{stem}"))?)
            .or_else(|| self.file(&join(folder, stem)?))
    }

    /// Names of the packages in the tree and their folders.
    fn packages(&self) -> &HashMap<String, String> {
        self.packages.get_or_init(|| {
            let mut packages = HashMap::new();
            for file in self.files() {
                let Some(folder) = file.strip_suffix("package.json") else {
                    continue;
                };
                if (!folder.is_empty() && !folder.ends_with('/')) || file.contains("node_modules/")
                {
                    continue;
                }
                let folder = folder.trim_end_matches('/');
                let name = self
                    .manifest(folder)
                    .and_then(|manifest| Some(manifest.get("name")?.as_str()?.to_owned()));
                if let Some(name) = name {
                    packages.entry(name).or_insert_with(|| folder.to_owned());
                }
            }
            packages
        })
    }

    pub(super) fn manifest(&self, folder: &str) -> Option<Json> {
        if let Some(known) = self.manifests.borrow().get(folder) {
            return known.clone();
        }
        let bytes = self.read(&child(folder, "package.json")).ok().flatten();
        let manifest: Option<Json> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        self.manifests
            .borrow_mut()
            .insert(folder.to_owned(), manifest.clone());
        manifest
    }
}

/// Whether a file is one that an import can name.
pub(super) fn is_code(path: &str) -> bool {
    is_json(path) || EXTENSIONS.iter().any(|extension| path.ends_with(extension))
}

/// Whether a file holds data rather than code.
pub(super) fn is_json(path: &str) -> bool {
    path.rsplit('.').next() == Some("json")
}

/// `@scope/name/rest` and `name/rest` in two.
fn split_package(specifier: &str) -> Option<(&str, &str)> {
    let slash = if specifier.starts_with('@') {
        let scope = specifier.find('/')?;
        specifier[scope + 1..].find('/').map(|at| at + scope + 1)
    } else {
        specifier.find('/')
    };
    Some(slash.map_or((specifier, ""), |at| {
        (&specifier[..at], &specifier[at + 1..])
    }))
}

/// The folders that hold a file, from its own up to the root.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(path)), |folder| {
        if folder.is_empty() {
            None
        } else {
            Some(parent(folder))
        }
    })
}

/// A relative path from a folder, with `.` and `..` taken out; `None` when it leaves the tree.
pub(super) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
