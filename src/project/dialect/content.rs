//! What the spellings of the SQL itself say.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Decision, from_tool};
use crate::sql::Dialect;

/// A spelling, and how much it says: 1 where others take it too, 4 where nobody else does.
type Spelling = (&'static str, usize);

/// What one server writes, in lower case.
struct Telling {
    /// As tools call it.
    server: &'static str,
    /// Anywhere in the code.
    words: &'static [Spelling],
    /// Where a column's type stands: as names they say nothing.
    types: &'static [Spelling],
}

const TELLING: &[Telling] = &[
    Telling {
        server: "clickhouse",
        words: &[
            ("mergetree", 5),
            ("replacingmergetree", 5),
            ("summingmergetree", 5),
            ("aggregatingmergetree", 5),
            ("collapsingmergetree", 5),
            ("replicatedmergetree", 5),
            ("on cluster", 3),
            ("lowcardinality(", 3),
            ("engine = null", 4),
            ("materialize column", 3),
        ],
        types: &[],
    },
    Telling {
        server: "sqlserver",
        words: &[
            ("[dbo].", 4),
            ("dbo.", 2),
            ("nvarchar(max)", 4),
            ("varchar(max)", 3),
            ("identity(1,1)", 4),
            ("identity (1, 1)", 4),
            ("\ngo\n", 2),
            ("use [", 3),
            ("sp_rename", 4),
            ("getdate()", 2),
        ],
        types: &[("uniqueidentifier", 3), ("datetime2", 3)],
    },
    Telling {
        server: "oracle",
        words: &[
            ("varchar2", 4),
            ("nvarchar2", 4),
            ("from dual", 3),
            ("sysdate", 2),
        ],
        types: &[],
    },
    Telling {
        server: "h2",
        words: &[("varchar_ignorecase", 4)],
        types: &[],
    },
    Telling {
        server: "hsqldb",
        words: &[],
        types: &[("longvarchar", 3)],
    },
    Telling {
        server: "mysql",
        words: &[
            ("engine=", 4),
            ("engine =", 3),
            ("auto_increment", 3),
            ("unsigned", 1),
            ("character set", 2),
            ("modify column", 1),
            ("utf8mb4", 4),
            ("tinyint(1)", 2),
            ("\nuse ", 2),
            ("on update current_timestamp", 4),
            ("`", 1),
        ],
        types: &[],
    },
    Telling {
        server: "sqlite",
        words: &[
            ("autoincrement", 4),
            ("pragma", 3),
            ("without rowid", 4),
            ("sqlite_", 3),
            ("strftime(", 4),
            ("strftime (", 4),
            ("julianday(", 4),
            ("unixepoch(", 4),
            ("datetime('now'", 4),
            ("randomblob(", 4),
            ("create virtual table", 4),
            ("insert or replace", 3),
            ("insert or ignore", 3),
        ],
        types: &[],
    },
    Telling {
        server: "postgres",
        words: &[
            ("$$", 3),
            ("timestamp with time zone", 2),
            ("plpgsql", 4),
            ("create extension", 4),
            ("using gin", 4),
            ("using btree", 1),
            ("::", 3),
            ("create type", 2),
            ("concurrently", 4),
            ("uuid_generate_v4", 3),
            ("gen_random_uuid", 3),
            ("text[]", 4),
            ("timestamp(3)", 1),
            ("double precision", 1),
            ("public.", 1),
        ],
        types: &[
            ("serial", 3),
            ("bigserial", 4),
            ("smallserial", 4),
            ("jsonb", 4),
            ("timestamptz", 4),
            ("bytea", 4),
            ("tsvector", 4),
            ("citext", 4),
        ],
    },
];

/// How many of them stand first and are for servers that driftlint does not know.
const FOREIGN: usize = 5;
const MYSQL: usize = 5;
const SQLITE: usize = 6;

/// From this weight on, the SQL is worth more than what a folder or a build file says.
const STRONG: usize = 4;

/// Types that MySQL has and SQLite takes like any word, and PostgreSQL does not know.
const FOREIGN_TYPES: &[&str] = &[
    "blob",
    "mediumblob",
    "longblob",
    "mediumtext",
    "longtext",
    "datetime",
    "tinyint",
    "mediumint",
    "string",
];

/// Where a spelling has to stand.
#[derive(Clone, Copy)]
enum SpellingPlace {
    Anywhere,
    Type,
}

/// A spelling and what it says.
struct Spelled {
    /// Of [`TELLING`].
    server: usize,
    weight: usize,
    place: SpellingPlace,
}

/// All spellings, looked for in one pass: one search for each was a sixth of a whole check.
struct Spellings {
    all: Vec<Spelled>,
    automaton: AhoCorasick,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let mut texts = Vec::new();
    let mut all = Vec::new();
    for (server, telling) in TELLING.iter().enumerate() {
        let loose: &[&str] = if matches!(server, MYSQL | SQLITE) {
            FOREIGN_TYPES
        } else {
            &[]
        };
        let words = telling
            .words
            .iter()
            .map(|one| (one, SpellingPlace::Anywhere));
        let types = telling.types.iter().map(|one| (one, SpellingPlace::Type));
        let known = words
            .chain(types)
            .map(|(&(text, weight), place)| (text, weight, place));
        for (text, weight, place) in
            known.chain(loose.iter().map(|name| (*name, 1, SpellingPlace::Type)))
        {
            texts.push(text);
            all.push(Spelled {
                server,
                weight,
                place,
            });
        }
    }
    // Making the faster automaton takes longer than the slower one searches.
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(texts)
        .expect("a hundred short texts fit");
    Spellings { all, automaton }
});

/// What the SQL of a set's migrations says about the server, for each of [`TELLING`].
#[derive(Debug)]
pub(crate) struct DialectEvidence {
    weights: [usize; TELLING.len()],
}

/// How many files of a long set are weighed where they tell anything.
const MOST: usize = 64;

impl DialectEvidence {
    /// Weighs the first files of a set, and the others until one of them tells.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self {
            weights: [0; TELLING.len()],
        };
        for (number, text) in texts.enumerate() {
            if number >= MOST && found.best().is_some() {
                break;
            }
            let mut end = text.len().min(16_384);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let text = code_of(&text[..end]).to_ascii_lowercase();
            let mut seen = vec![false; SPELLINGS.all.len()];
            for spelled in SPELLINGS.automaton.find_overlapping_iter(&text) {
                let at = spelled.pattern().as_usize();
                let spelling = &SPELLINGS.all[at];
                let stands = match spelling.place {
                    SpellingPlace::Anywhere => is_word(&text, spelled.range()),
                    SpellingPlace::Type => is_type(&text, spelled.range()),
                };
                if stands && !std::mem::replace(&mut seen[at], true) {
                    found.weights[spelling.server] += spelling.weight;
                }
            }
            if alters_as_mysql(&text) {
                found.weights[MYSQL] += 4;
            }
        }
        found
    }

    /// The server that it is written for, if anything in it tells.
    pub(crate) fn decision(&self) -> Option<Decision> {
        from_tool(TELLING[self.best()?].server, "the migrations' SQL")
    }

    /// Whether it is certainly not written for this dialect, but for another one.
    pub(super) fn contradicts(&self, dialect: Dialect) -> bool {
        self.best().is_some_and(|best| {
            let is_it = |at: usize| Dialect::from_name(TELLING[at].server) == Some(dialect);
            let own = (0..TELLING.len()).find(|&at| is_it(at));
            !is_it(best)
                && self.weights[best] >= STRONG
                && own.is_none_or(|at| self.weights[at] == 0)
        })
    }

    /// Whether it is certainly written for a server that driftlint knows.
    pub(super) fn is_ours(&self) -> bool {
        let foreign: usize = self.weights[..FOREIGN].iter().sum();
        foreign == 0
            && self.weights[FOREIGN..]
                .iter()
                .any(|&weight| weight >= STRONG)
    }

    fn best(&self) -> Option<usize> {
        let ours = self.weights[FOREIGN..].iter().copied().max().unwrap_or(0);
        // Foreign servers borrow common words, but nobody borrows theirs.
        let foreign = (0..FOREIGN)
            .filter(|&at| self.weights[at] > 0 && self.weights[at] * 2 >= ours)
            .max_by_key(|&at| self.weights[at]);
        foreign.or_else(|| {
            (FOREIGN..TELLING.len())
                .filter(|&at| self.weights[at] > 0)
                .max_by_key(|&at| (self.weights[at], at))
        })
    }
}

/// The text with comments and the insides of strings blanked out: what they mention is not used.
/// Bodies between dollars stay, for they are code.
fn code_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr3(b'-', b'/', b'\'', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") && !rest.starts_with("/*!") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(text) = rest.strip_prefix('\'') {
            out.push('?');
            rest = text.find('\'').map_or("", |end| &text[end + 1..]);
            continue;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
            continue;
        };
        out.push(' ');
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Whether a statement alters a table in a way that is only MySQL's.
fn alters_as_mysql(text: &str) -> bool {
    text.split(';').any(|statement| {
        let mut words = statement.split_whitespace();
        match (words.next(), words.next()) {
            (Some("alter"), Some("table")) => {
                let rest: Vec<&str> = words.skip(1).collect();
                let has = |one: &str| rest.contains(&one);
                let adds = |what: &str| {
                    rest.windows(2)
                        .any(|pair| pair[0] == "add" && pair[1] == what)
                };
                adds("index")
                    || adds("key")
                    || adds("fulltext")
                    || (has("add") && has("after"))
                    || matches!(rest[..], ["modify" | "change", _, _, ..])
            }
            (Some("drop"), Some("index")) => {
                let rest: Vec<&str> = words.take(4).collect();
                matches!(rest[..], [_, "on", _])
            }
            _ => false,
        }
    })
}

/// Whether what stands there is no part of a longer name.
fn is_word(text: &str, place: Range<usize>) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let word = &text[place.clone()];
    let before = word.starts_with(is_name) && text[..place.start].ends_with(is_name);
    let after = word.ends_with(char::is_alphanumeric) && text[place.end..].starts_with(is_name);
    !before && !after
}

/// Whether a word stands where a column's type does: after a name, before the column's end or what
/// else is said of it.
fn is_type(text: &str, place: Range<usize>) -> bool {
    /// What a name may follow that is not a name itself.
    const KEYWORDS: &[&str] = &[
        "select",
        "distinct",
        "by",
        "returning",
        "and",
        "or",
        "on",
        "where",
        "not",
        "as",
        "from",
        "join",
        "into",
        "update",
        "table",
        "index",
        "column",
        "key",
        "unique",
        "set",
        "exists",
    ];
    const SAID: &[&str] = &[
        "not null",
        "null",
        "primary key",
        "unique",
        "default",
        "check",
        "references",
        "generated",
        "using",
        "[",
    ];
    if !text[..place.start].ends_with([' ', '\t']) {
        return false;
    }
    let before = text[..place.start].trim_end();
    let name = before
        .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    let named =
        before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '`' | ']'));
    let rest = &text[place.end..];
    let next = rest.trim_start();
    let ends = (next.starts_with([',', ')', ';']) || next.is_empty())
        && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let said =
        rest.starts_with([' ', '\t', '\n', '[']) && SAID.iter().any(|said| next.starts_with(said));
    named && !KEYWORDS.contains(&name) && (ends || said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(dialect: Dialect, from: &str) -> Option<Decision> {
        Some(Decision::Known(dialect, from.to_owned()))
    }

    #[test]
    fn the_servers_stand_where_they_are_expected() {
        assert_eq!(TELLING[MYSQL].server, "mysql");
        assert_eq!(TELLING[SQLITE].server, "sqlite");
        assert!(Dialect::from_name(TELLING[FOREIGN].server).is_some());
    }

    #[test]
    fn sql_speaks_last() {
        let of = |text| DialectEvidence::of(std::iter::once(text)).decision();
        assert_eq!(
            of("CREATE TABLE `a` (id INT) ENGINE=InnoDB;"),
            known(Dialect::MySql, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);"),
            known(Dialect::Sqlite, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id BIGSERIAL, b jsonb);"),
            known(Dialect::Postgres, "the migrations' SQL")
        );
        assert_eq!(
            of("CREATE TABLE a (id UUID) ENGINE = ReplacingMergeTree()"),
            Some(Decision::Unsupported("ClickHouse".into()))
        );
        assert_eq!(
            of("-- see `a`\nCREATE TABLE a (id serial);"),
            known(Dialect::Postgres, "the migrations' SQL")
        );
        let blob = "CREATE TABLE a (id string PRIMARY KEY, b BLOB NOT NULL, c timestamp)";
        assert_eq!(of(blob), known(Dialect::Sqlite, "the migrations' SQL"));
        let column = "CREATE TABLE a (datetime timestamptz, string text, blob bytea)";
        assert_eq!(of(column), known(Dialect::Postgres, "the migrations' SQL"));
        assert_eq!(of("SELECT 1"), None);
        let names = "CREATE TABLE serial_ports (id INTEGER PRIMARY KEY AUTOINCREMENT,\n  serial TEXT, jsonb TEXT);\n\
                     SELECT id, serial, jsonb FROM serial_ports; -- no jsonb, '{}'::jsonb";
        assert_eq!(of(names), known(Dialect::Sqlite, "the migrations' SQL"));
        for altered in [
            "alter table a add column b varchar(9) default null after c;",
            "select 1;\nalter table a add index a_b(b);",
            "ALTER TABLE a MODIFY b decimal(18, 9) NOT NULL",
            "drop index a_b on a;",
        ] {
            let mysql = known(Dialect::MySql, "the migrations' SQL");
            assert_eq!(of(altered), mysql, "{altered}");
        }
        let trigger =
            "CREATE TRIGGER a AFTER INSERT ON b EXECUTE FUNCTION c(); ALTER TABLE b ADD c int;";
        assert_eq!(of(trigger), None);
        for said in [
            "CREATE VIRTUAL TABLE a USING fts5(b, c);",
            "INSERT OR IGNORE INTO a VALUES (1);",
        ] {
            let sqlite = known(Dialect::Sqlite, "the migrations' SQL");
            assert_eq!(of(said), sqlite, "{said}");
        }
        let neutral = std::iter::repeat_n("CREATE TABLE a (b int);", 2 * MOST);
        let late = neutral.chain(["CREATE VIRTUAL TABLE c USING fts5(d);"]);
        let sqlite = known(Dialect::Sqlite, "the migrations' SQL");
        assert_eq!(DialectEvidence::of(late).decision(), sqlite);
        let h2 = "CREATE TABLE a (id BIGINT AUTO_INCREMENT, b VARCHAR_IGNORECASE(8))";
        assert_eq!(of(h2), Some(Decision::Unsupported("H2".into())));
    }
}
