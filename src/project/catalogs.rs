//! The versions that a workspace keeps for all its packages, which ask for `catalog:`: pnpm and
//! Yarn have them in YAML, Bun in a manifest.

use saphyr::Yaml;
use serde_json::Value as Json;

use super::yaml::load;

/// The text that some keys lead to.
pub(crate) fn in_yaml(bytes: &[u8], path: &[&str]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let documents: Vec<Yaml> = load(text).ok()?;
    let value = path
        .iter()
        .try_fold(documents.first()?, |value, key| value.as_mapping_get(key))?;
    value.as_str().map(str::to_owned)
}

/// The text that some keys lead to.
pub(crate) fn in_json(start: &Json, path: &[&str]) -> Option<String> {
    path.iter()
        .try_fold(start, |value, key| value.get(key))?
        .as_str()
        .map(str::to_owned)
}
