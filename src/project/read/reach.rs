//! What a script that nobody reads may change, as far as its text tells.

use std::collections::BTreeSet;

use crate::catalog::takes_away;

/// What may be different after a file that the runner applies and that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Rows, and nothing of the schema.
    Rows,
    /// What is called by a word of the text that it gives to the server.
    Named {
        /// The words, as they are written.
        words: Vec<String>,
        /// Whether it may also make tables, types or views.
        makes: bool,
        /// Whether it may change or drop what is there.
        takes_away: bool,
    },
    /// Whatever is there, and what is not: nothing in the file says which.
    Anything,
}

/// Verbs of statements that change the schema.
const VERBS: [&str; 4] = ["create", "alter", "drop", "rename"];

/// Words between such a verb and what it changes.
const BETWEEN: [&str; 8] = [
    "or",
    "replace",
    "unique",
    "temp",
    "temporary",
    "unlogged",
    "materialized",
    "foreign",
];

/// What they make or change: first what may be missing afterwards where it is not known.
const OBJECTS: [&str; 15] = [
    "table",
    "type",
    "view",
    "schema",
    "extension",
    "domain",
    "index",
    "column",
    "constraint",
    "sequence",
    "function",
    "procedure",
    "trigger",
    "policy",
    "to",
];

/// How many of [`OBJECTS`] are named by what comes later.
const MADE: usize = 6;

/// Functions of libraries that change the schema, without `_` and in lower case.
const CALLS: [&str; 11] = [
    "createtable(",
    "altertable(",
    "droptable(",
    "renametable(",
    "addcolumn(",
    "dropcolumn(",
    "removecolumn(",
    "renamecolumn(",
    "changecolumn(",
    "createindex(",
    "schema.",
];

/// What shows that text for the server comes from elsewhere.
const ELSEWHERE: [&str; 5] = [
    "readfile",
    "include_str",
    "go:embed",
    "getresource",
    "open(",
];

impl Reach {
    /// Of a script. One that gives no text to the server may call what does, which is seen in some
    /// languages: there it is `quiet` that it does not.
    pub(super) fn of(text: &str, quiet: bool) -> Self {
        let lower = text.to_lowercase();
        if ELSEWHERE.iter().any(|word| lower.contains(word)) {
            return Self::Anything;
        }
        let code = lower.replace('_', "");
        let calls = CALLS.iter().any(|call| code.contains(call));
        let strings = strings(text);
        let statements = strings
            .iter()
            .filter(|text| changed(text, &VERBS).next().is_some());
        let statements: Vec<&str> = statements.copied().collect();
        if statements.is_empty() && !calls {
            const MOVES: [&str; 5] = ["select", "insert", "update", "delete", "with"];
            let mut firsts = strings.iter().filter_map(|text| words(text).next());
            let rows = quiet || firsts.any(|word| MOVES.contains(&word.to_lowercase().as_str()));
            return if rows { Self::Rows } else { Self::Anything };
        }
        // A name that is put into a statement stands in another string.
        let apart = calls || statements.iter().any(|text| has_hole(text));
        let given = if apart { &strings } else { &statements };
        let named: BTreeSet<&str> = given.iter().flat_map(|text| words(text)).collect();
        Self::Named {
            words: named.into_iter().map(str::to_owned).collect(),
            makes: code.contains("createtable(")
                || statements.iter().any(|text| {
                    changed(text, &["create"]).any(|object| OBJECTS[..MADE].contains(&object))
                        || changed(text, &["rename"]).any(|object| object == "to")
                }),
            takes_away: calls || statements.iter().any(|text| words(text).any(takes_away)),
        }
    }
}

/// What the statements of a text that have one of those verbs make or change: `table`, `index`.
fn changed(text: &str, verbs: &[&str]) -> impl Iterator<Item = &'static str> {
    let lower: Vec<String> = words(text).map(str::to_lowercase).collect();
    let at = (0..lower.len()).filter(|&at| verbs.contains(&lower[at].as_str()));
    let objects: Vec<&'static str> = at
        .filter_map(|at| {
            let mut rest = lower[at + 1..].iter();
            let object = rest.find(|word| !BETWEEN.contains(&word.as_str()))?;
            OBJECTS.into_iter().find(|known| known == object)
        })
        .collect();
    objects.into_iter()
}

/// Whether something is put into a text before the server sees it, or added to its end.
fn has_hole(text: &str) -> bool {
    let marks = ["%s", "%v", "%q", "%d", "${", "{}", "{0}", "#{", "?"];
    let last = words(text).last().unwrap_or_default().to_lowercase();
    marks.iter().any(|mark| text.contains(mark))
        || OBJECTS.contains(&last.as_str())
        || matches!(last.as_str(), "on" | "exists" | "only" | "concurrently")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
        .filter(|word| !word.is_empty())
}

/// The strings of a program in a language with `"`, `'`, `` ` `` and `"""`, without its comments.
fn strings(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let line = rest.find('\n').unwrap_or(rest.len());
        at += match c {
            '/' if rest.starts_with("//") => line,
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '#' if rest.starts_with("# ") => line,
            '"' | '\'' | '`' => {
                let mark = ["\"\"\"", "'''"]
                    .into_iter()
                    .find(|mark| rest.starts_with(mark));
                let mark = mark.unwrap_or(&rest[..1]);
                let inside = &rest[mark.len()..];
                let longest = if mark.len() == 3 || c == '`' {
                    inside.len()
                } else {
                    line.saturating_sub(1)
                };
                match end_of_string(inside, mark).filter(|&end| end <= longest) {
                    Some(end) => {
                        found.push(&inside[..end]);
                        end + 2 * mark.len()
                    }
                    None => mark.len(),
                }
            }
            _ => c.len_utf8(),
        };
    }
    found
}

/// Where a string ends that begins with this mark.
fn end_of_string(inside: &str, mark: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let end = from + inside[from..].find(mark)?;
        let escapes = inside[..end]
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'\\')
            .count();
        if escapes % 2 == 0 {
            return Some(end);
        }
        from = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, quiet: bool) -> (String, bool) {
        match Reach::of(text, quiet) {
            Reach::Named { words, makes, .. } => (words.join(" "), makes),
            other => (format!("{other:?}"), false),
        }
    }

    #[test]
    fn a_statement_reaches_what_it_names() {
        let go = "// It's old: ALTER TABLE a DROP b\n_, err := tx.Exec(\"ALTER TABLE users ADD COLUMN age int\")\nlog(\"done\")";
        assert_eq!(
            named(go, false),
            ("ADD ALTER COLUMN TABLE age int users".to_owned(), false)
        );
        let made = "await sql`CREATE TABLE\n  plans (id int)`;";
        assert_eq!(
            named(made, true),
            ("CREATE TABLE id int plans".to_owned(), true)
        );
    }

    #[test]
    fn a_name_that_is_put_in_stands_in_another_string() {
        for text in [
            "const t = 'users'; run(`DROP INDEX ${i} ON ${t}`)",
            "t = \"users\"\nrun(\"ALTER TABLE \" + t + \" ADD x int\")",
            "t := \"users\"; run(fmt.Sprintf(\"CREATE INDEX ON %s (a)\", t))",
            "knex.schema.alterTable('users', (t) => t.string('x'))",
            "op.add_column('users', x)",
        ] {
            let (words, _) = named(text, true);
            assert!(
                words.split(' ').any(|word| word == "users"),
                "{text}: {words}"
            );
        }
    }

    #[test]
    fn rows_alone_change_no_schema() {
        for text in [
            "tx.$executeRaw`UPDATE users SET a = ${1}`; // drop table later",
            "throw new Error('cannot create user')",
        ] {
            assert_eq!(Reach::of(text, true), Reach::Rows, "{text}");
        }
        assert_eq!(
            Reach::of("tx.Exec(`UPDATE users SET a = 1`)", false),
            Reach::Rows
        );
        assert_eq!(Reach::of("package migrations", false), Reach::Anything);
        assert_eq!(
            Reach::of("run(readFileSync('x.sql'))", true),
            Reach::Anything
        );
    }
}
