//! Whether SQL that makes tables is the schema of some migrations, judged by the names of the
//! tables alone.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::runner::is_bookkeeping;

const NAME: &str = r#"(?:[\w$]+|"[^"]+"|`[^`]+`|\[[^\]]+\])"#;

static STEPS: LazyLock<Regex> = LazyLock::new(|| {
    let name = format!(r"(?:{NAME}\s*\.\s*)*{NAME}");
    let made = r"create\s+(?:(?:unlogged|foreign|virtual)\s+)?table\s+(?:if\s+not\s+exists\s+)?";
    let altered = r"alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?";
    let pattern = format!(
        r"\b(?:(?i-u:{made})(?<made>{name})|(?i-u:{altered})(?<from>{name})\s+(?i-u:rename\s+to)\s+(?<to>{name})|(?i-u:drop\s+table\s+(?:if\s+exists\s+)?)(?<gone>{name}(?:\s*,\s*{name})*))"
    );
    Regex::new(&pattern).expect("the pattern is a constant")
});

/// The tables that are there after texts that make, rename and drop some, in lower case and without
/// their schemas.
pub(crate) fn tables<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let plain = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or_default();
        name.trim()
            .trim_matches(['"', '`', '[', ']'])
            .to_lowercase()
    };
    let mut names = BTreeSet::new();
    for text in texts {
        for step in STEPS.captures_iter(text) {
            let named = |group: &str| step.name(group).map(|name| name.as_str());
            let gone = named("gone").into_iter().flat_map(|list| list.split(','));
            for name in gone.chain(named("from")) {
                names.remove(&plain(name));
            }
            names.extend(named("made").or_else(|| named("to")).map(plain));
        }
    }
    names.retain(|name| !is_bookkeeping(name) && !name.starts_with("sqlite_"));
    names
}

/// What says that a tool has written a dump, from a database that migrations have made.
pub(crate) fn is_generated(text: &str) -> bool {
    const MARKS: [&str; 8] = [
        "PostgreSQL database dump",
        "pg_catalog.set_config('search_path'",
        "-- MySQL dump",
        "-- MariaDB dump",
        "-- Dumped from",
        "/*!40101 SET",
        "INTO schema_migrations",
        "INTO \"schema_migrations\"",
    ];
    MARKS.iter().any(|mark| text.contains(mark)) || text.contains("INTO `schema_migrations`")
}

/// Whether a text holds rows: then it is a backup, not a schema. The versions that a migration tool
/// has applied are no rows.
pub(crate) fn holds_rows(text: &str) -> bool {
    static ROWS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?m)^(?i-u:insert\s+into|copy)\s+((?:{NAME}\s*\.\s*)*{NAME})"
        ))
        .expect("the pattern is a constant")
    });
    ROWS.captures_iter(text).any(|found| {
        let name = found[1].rsplit('.').next().unwrap_or_default();
        !is_bookkeeping(name.trim().trim_matches(['"', '`', '[', ']']))
    })
}

/// Why a schema is not that of a history, by the tables that each makes; `None` if it may be. A
/// tool's dump is old at worst, and shares some; what people have written may be of another
/// database, and must share half.
pub(crate) fn stranger(
    schema: &BTreeSet<String>,
    history: &BTreeSet<String>,
    generated: bool,
) -> Option<String> {
    let shared = schema.intersection(history).count();
    let (few, many) = (
        schema.len().min(history.len()),
        schema.len().max(history.len()),
    );
    if shared > 0 && shared * 2 >= if generated { few } else { many } {
        return None;
    }
    let (theirs, ours) = (schema.len(), history.len());
    Some(format!(
        "{shared} of its {theirs} tables are among the {ours} of the migrations beside it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_by_their_names() {
        let sql = "CREATE TABLE IF NOT EXISTS public.\"Users\" (id int);\ncreate unlogged table\n  `logs`(a int);\n\
                   ALTER TABLE logs RENAME TO events; ALTER TABLE a RENAME COLUMN b TO c; CREATE TABLE schema_migrations (v int);\n\
                   CREATE TABLE __new_a (id int); DROP TABLE IF EXISTS a, b; ALTER TABLE \"__new_a\" RENAME TO a;";
        assert_eq!(
            tables([sql]).into_iter().collect::<Vec<_>>(),
            ["a", "events", "users"]
        );
    }

    #[test]
    fn versions_are_no_rows() {
        assert!(!holds_rows(
            "INSERT INTO \"schema_migrations\" (version) VALUES ('1');"
        ));
        assert!(!holds_rows(
            "INSERT INTO public.schema_migrations VALUES ('1');"
        ));
        assert!(holds_rows("COPY public.users (id) FROM stdin;\n1\n\\.\n"));
    }

    #[test]
    fn strangers_share_less_than_half() {
        let set = |names: &str| names.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(stranger(&set("a b c"), &set("a b"), false), None);
        let three = stranger(&set("a b c"), &set("a"), false);
        assert_eq!(
            three.as_deref(),
            Some("1 of its 3 tables are among the 1 of the migrations beside it")
        );
        assert_eq!(stranger(&set("a b c"), &set("a"), true), None);
        assert!(stranger(&set("a"), &set("b"), true).is_some());
    }
}
