//! Which drizzle-kit a project uses: 1.0 makes other names and other defaults.

use super::resolve::{Resolver, ancestors};
use crate::project::catalogs;
use crate::project::tree::join as child;

const PACKAGES: [&str; 2] = ["drizzle-kit", "drizzle-orm"];

impl Resolver<'_> {
    /// Whether the package that holds a file depends on drizzle-kit or drizzle-orm 1.0 or later.
    pub(super) fn drizzle_since_v1(&self, from: &str) -> bool {
        ancestors(from)
            .find_map(|folder| self.drizzle_version(folder, from))
            .is_some_and(|version| {
                version
                    .trim_start_matches(['^', '~', '=', 'v', '>'])
                    .starts_with("1.")
                    || matches!(version.as_str(), "beta" | "rc")
            })
    }

    /// The version that the package in a folder asks for.
    fn drizzle_version(&self, folder: &str, from: &str) -> Option<String> {
        let manifest = self.manifest(folder)?;
        ["dependencies", "devDependencies"]
            .iter()
            .find_map(|group| {
                let group = manifest.get(group)?;
                let (package, version) = PACKAGES
                    .iter()
                    .find_map(|&package| Some((package, group.get(package)?)))?;
                let version = version.as_str()?;
                match version.strip_prefix("catalog:") {
                    Some(catalog) => self.catalogued(from, catalog, package),
                    None => Some(version.to_owned()),
                }
            })
    }

    /// The version that a workspace keeps for its packages: in a file of pnpm or Yarn, or in a
    /// manifest as Bun has it.
    fn catalogued(&self, from: &str, catalog: &str, package: &str) -> Option<String> {
        let path: &[&str] = if matches!(catalog, "" | "default") {
            &["catalog", package]
        } else {
            &["catalogs", catalog, package]
        };
        ancestors(from).find_map(|folder| {
            let files = ["pnpm-workspace.yaml", ".yarnrc.yml"].into_iter();
            let found = files
                .filter_map(|name| self.read(&child(folder, name)).ok().flatten())
                .find_map(|bytes| catalogs::in_yaml(&bytes, path));
            found.or_else(|| {
                let manifest = self.manifest(folder)?;
                let roots = [Some(&manifest), manifest.get("workspaces")];
                roots
                    .into_iter()
                    .flatten()
                    .find_map(|root| catalogs::in_json(root, path))
            })
        })
    }
}
