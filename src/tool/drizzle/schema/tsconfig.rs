//! `paths` and `baseUrl` of a tsconfig, with what it extends.

use serde_json::Value as Json;

use super::resolve::{Resolver, join};
use crate::project::tree::parent;

/// Where a tsconfig sends imports that are not relative.
#[derive(Clone, Debug, Default)]
pub(super) struct TsConfig {
    /// The folder of `baseUrl`.
    base: Option<String>,
    paths: Vec<PathAlias>,
}

/// An entry of `paths`.
#[derive(Clone, Debug)]
struct PathAlias {
    /// With one `*` at most.
    pattern: String,
    /// From the tree's root.
    targets: Vec<String>,
}

impl TsConfig {
    pub(super) fn read(resolver: &Resolver<'_>, path: &str, text: &str) -> Self {
        let json: Json = serde_json::from_str(&strip_comments(text)).unwrap_or_default();
        let mut config = Self::default();
        let bases: Vec<&str> = match json.get("extends") {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        for base in bases {
            if let Some(extended) = resolver.extended(path, base) {
                config.base = extended.base.clone().or(config.base);
                if !extended.paths.is_empty() {
                    config.paths.clone_from(&extended.paths);
                }
            }
        }
        let Some(options) = json.get("compilerOptions") else {
            return config;
        };
        if let Some(base) = options.get("baseUrl").and_then(Json::as_str) {
            config.base = join(parent(path), base);
        }
        if let Some(paths) = options.get("paths").and_then(Json::as_object) {
            let folder = config
                .base
                .clone()
                .unwrap_or_else(|| parent(path).to_owned());
            let paths = paths.iter().map(|(pattern, targets)| {
                let targets = targets.as_array().into_iter().flatten();
                let targets = targets.filter_map(Json::as_str);
                let joined = targets.filter_map(|target| join(&folder, target));
                PathAlias {
                    pattern: pattern.clone(),
                    targets: joined.collect(),
                }
            });
            config.paths = paths.collect();
        }
        config
    }

    /// Paths to try for an import, best first.
    pub(super) fn targets(&self, specifier: &str) -> Vec<String> {
        let mut exact: Vec<String> = Vec::new();
        let mut matches: Vec<(usize, Vec<String>)> = Vec::new();
        for PathAlias { pattern, targets } in &self.paths {
            match pattern.split_once('*') {
                None if pattern == specifier => exact.extend(targets.iter().cloned()),
                None => {}
                Some((before, after)) => {
                    let star = specifier
                        .strip_prefix(before)
                        .and_then(|rest| rest.strip_suffix(after));
                    if let Some(star) = star {
                        matches.push((
                            before.len(),
                            targets
                                .iter()
                                .map(|target| target.replace('*', star))
                                .collect(),
                        ));
                    }
                }
            }
        }
        matches.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        let mut all = exact;
        all.extend(matches.into_iter().flat_map(|(_, targets)| targets));
        all.extend(self.base.as_ref().and_then(|base| join(base, specifier)));
        all
    }
}

/// JSON without comments and trailing commas, which tsconfig files may have.
fn strip_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if next == '"' {
            let mut end = 1;
            let bytes = rest.as_bytes();
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = (end + 1).min(rest.len());
            let (literal, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            out.push_str(literal);
            rest = after;
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |newline| &rest[newline..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else {
            if matches!(next, '}' | ']') {
                let kept = out.trim_end().trim_end_matches(',').len();
                if out[..].trim_end().ends_with(',') {
                    out.truncate(kept);
                }
            }
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_go() {
        let text = "{ // a\n \"a\": \"//x,\", /* b */ \"b\": [1, 2,],\n}";
        let json: Json = serde_json::from_str(&strip_comments(text)).expect("this is JSON now");
        assert_eq!(json, serde_json::json!({"a": "//x,", "b": [1, 2]}));
    }
}
