//! `sqitch.conf`, which is written as git's configuration is.

use crate::project::tree::resolve;

/// The server that the scripts below `home` are for, as the configuration in `folder` says: the one
/// whose scripts lie there, or else the one that is used where none is asked for.
pub(super) fn engine(text: &str, folder: &str, home: &str) -> Option<String> {
    let mut section = (String::new(), String::new());
    let mut engines: Vec<String> = Vec::new();
    let mut usual = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let header = header.split(']').next().unwrap_or_default();
            let (name, rest) = header
                .split_once(char::is_whitespace)
                .unwrap_or((header, ""));
            let name = name.to_ascii_lowercase();
            let rest = rest.trim().trim_matches('"').to_owned();
            // Before 0.99 engines were sections of the core.
            if (name == "engine" || name == "core") && !rest.is_empty() {
                engines.push(rest.clone());
            }
            section = (name, rest);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches('"').trim();
        let of = (section.0.as_str(), section.1.as_str());
        match (of, key.trim().to_ascii_lowercase().as_str()) {
            (("core", ""), "engine") => usual = Some(value.to_owned()),
            (("engine" | "core", engine), "top_dir")
                if !engine.is_empty() && resolve(folder, value) == home =>
            {
                return Some(engine.to_owned());
            }
            _ => {}
        }
    }
    usual.or_else(|| {
        engines.dedup();
        engines.pop().filter(|_| engines.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_of_a_folder() {
        let several = "[core]\n\tengine = pg\n\t# plan_file = sqitch.plan\n[engine \"pg\"]\n\ttop_dir = db/pg\n\
                       [engine \"sqlite\"]\n\ttop_dir = ./db/lite\n";
        assert_eq!(engine(several, "", "db/pg").as_deref(), Some("pg"));
        assert_eq!(engine(several, "", "db/lite").as_deref(), Some("sqlite"));
        assert_eq!(engine(several, "", "db/other").as_deref(), Some("pg"));
        let one = "[engine \"mysql\"]\n\ttarget = db:mysql://root@/shop\n";
        assert_eq!(engine(one, "a", "a").as_deref(), Some("mysql"));
        assert_eq!(engine("[deploy]\n\tverify = true\n", "", ""), None);
    }
}
