//! The functions that configurations make paths with. The root of the tree stands for the root of
//! the disk.

use super::value::JsValue;
use crate::project::tree::parent;

/// `process.cwd()`: a path from wherever drizzle-kit is run, which the caller tries out.
pub(super) const WORKING: &str = ".";

/// A function of `node:path`, `node:url` or `node:process`; `None` for what is not known.
pub(super) fn function<'a>(name: &str, arguments: &[JsValue<'a>]) -> Option<JsValue<'a>> {
    let texts: Option<Vec<&str>> = arguments
        .iter()
        .map(|part| part.as_str().map(|text| &**text))
        .collect();
    let texts = texts?;
    Some(JsValue::string(match (name, texts.as_slice()) {
        ("cwd", []) => WORKING.to_owned(),
        ("join", parts) => parts.join("/"),
        // The last absolute path wins.
        ("resolve", parts) => {
            let from = parts
                .iter()
                .rposition(|part| part.starts_with('/'))
                .unwrap_or(0);
            parts[from..].join("/")
        }
        ("relative", [WORKING, path]) | ("normalize", [path]) => (*path).to_owned(),
        ("dirname", [path]) => match parent(path) {
            "" if path.starts_with('/') => "/".to_owned(),
            folder => folder.to_owned(),
        },
        ("fileURLToPath", [url]) => url.strip_prefix("file://")?.to_owned(),
        ("pathToFileURL", [path]) if path.starts_with('/') => format!("file://{path}"),
        _ => return None,
    }))
}

/// `new URL(path, base)` as the text that it stands for.
pub(super) fn url<'a>(path: &JsValue<'a>, base: &JsValue<'a>) -> Option<JsValue<'a>> {
    let (path, base) = (path.as_str()?, base.as_str()?);
    let folder = parent(base.strip_prefix("file://")?);
    Some(JsValue::string(match path.strip_prefix('/') {
        Some(rooted) => format!("file:///{rooted}"),
        None => format!("file://{folder}/{path}"),
    }))
}
