//! Which version of a tool a package uses.

use super::files::Files;
use super::packages::Packages;
use crate::project::catalogs;
use crate::project::tree::{join, parent};

/// The two first numbers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The 7 of `7.8.0`.
    pub major: u32,
    /// The 8 of `7.8.0`.
    pub minor: u32,
}

impl Version {
    /// Whether it is not before this one.
    pub fn at_least(self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// For people; the second number counts where the first is 0.
    pub fn text(self, whole: bool) -> String {
        if whole {
            format!("{}.{}", self.major, self.minor)
        } else {
            self.major.to_string()
        }
    }
}

/// The lowest version of a tool that a folder's package, or one above it, allows. `None` if that
/// cannot be known: `latest`, `*`, a branch.
pub(crate) fn of(files: &Files, packages: &Packages, folder: &str, name: &str) -> Option<Version> {
    let mut above = Some(folder);
    while let Some(here) = above {
        let asked = packages.at(here).and_then(|it| it.dependency(name));
        if let Some(asked) = asked {
            return match asked.strip_prefix("catalog:") {
                Some(catalog) => number(&catalogued(files, packages, here, catalog, name)?),
                None => number(asked).or_else(|| locked(files, here, name)),
            };
        }
        above = (!here.is_empty()).then(|| parent(here));
    }
    None
}

/// The lowest version of a range.
pub(crate) fn number(range: &str) -> Option<Version> {
    let range = range.split("||").next()?.trim();
    let range = range
        .strip_prefix("npm:")
        .map_or(range, |it| it.rsplit('@').next().unwrap_or(it));
    if range.starts_with('<') {
        return None;
    }
    let version = range.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    let mut numbers = version.split(['.', '-', ' ', '+']);
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next().and_then(|it| it.parse().ok()).unwrap_or(0);
    Some(Version { major, minor })
}

/// The version that a workspace keeps for all its packages.
fn catalogued(
    files: &Files,
    packages: &Packages,
    folder: &str,
    catalog: &str,
    name: &str,
) -> Option<String> {
    let path: &[&str] = if matches!(catalog, "" | "default") {
        &["catalog", name]
    } else {
        &["catalogs", catalog, name]
    };
    let mut above = Some(folder);
    while let Some(here) = above {
        let in_yaml = ["pnpm-workspace.yaml", ".yarnrc.yml"]
            .iter()
            .find_map(|file| {
                let source = files.source(&join(here, file))?;
                catalogs::in_yaml(source.text().as_bytes(), path)
            });
        let found = in_yaml.or_else(|| {
            let manifest = &packages.at(here)?.manifest;
            let roots = [Some(manifest), manifest.get("workspaces")];
            let found = roots.into_iter().flatten().find_map(|root| root.at(path));
            found.and_then(|value| value.text()).map(str::to_owned)
        });
        if let Some(found) = found {
            return Some(found);
        }
        above = (!here.is_empty()).then(|| parent(here));
    }
    None
}

/// What npm's lock file settled on, where the range does not say.
fn locked(files: &Files, folder: &str, name: &str) -> Option<Version> {
    let mut above = Some(folder);
    while let Some(here) = above {
        if let Some(source) = files.source(&join(here, "package-lock.json")) {
            let key = format!("\"node_modules/{name}\": {{");
            let at = source.text().find(&key)?;
            let rest = source.text()[at..].split("\"version\": \"").nth(1)?;
            return number(rest.split('"').next()?);
        }
        above = (!here.is_empty()).then(|| parent(here));
    }
    None
}

#[cfg(test)]
mod tests {
    fn number(range: &str) -> Option<(u32, u32)> {
        super::number(range).map(|it| (it.major, it.minor))
    }

    #[test]
    fn the_lowest_version_of_a_range_is_taken() {
        assert_eq!(number("^0.20.14"), Some((0, 20)));
        assert_eq!(number(">=7.1 <8"), Some((7, 1)));
        assert_eq!(number("5.x || 6.x"), Some((5, 0)));
        assert_eq!(number("1.0.0-rc.5"), Some((1, 0)));
        for open in ["latest", "*", "workspace:*", "<7", "github:a/b"] {
            assert_eq!(number(open), None, "{open}");
        }
    }
}
