//! Every key of `driftlint.toml`, with what it takes and does: `docs/configuration.md` is made of
//! this, and what is unknown is compared with it.

/// A table of the file.
#[derive(Clone, Copy, Debug)]
pub struct ConfigTable {
    /// Its heading: empty for what stands above all headings.
    pub heading: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys, those that people need first.
    pub keys: &'static [ConfigKey],
}

/// A key, and what may stand after it.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// As it is written.
    pub name: &'static str,
    /// An example of a value, as it is written.
    pub example: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// What it does, and what holds without it.
    pub about: &'static str,
}

impl ConfigTable {
    /// The names of its keys.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

const fn key(
    name: &'static str,
    example: &'static str,
    takes: &'static str,
    about: &'static str,
) -> ConfigKey {
    ConfigKey {
        name,
        example,
        takes,
        about,
    }
}

/// Every table, in the order of the page.
pub const TABLES: [&ConfigTable; 7] = [&ROOT, &SETS, &VERSIONS, &SIZES, &RULES, &OVERRIDES, &ALLOW];

/// What stands above all headings.
pub(super) const ROOT: ConfigTable = ConfigTable {
    heading: "",
    about: "What stands above all headings.",
    keys: &[
        key(
            "baseline",
            "\"0042_last_applied\"",
            "the name of a migration",
            "Older migrations, and this one, are replayed and not reported, in every set that has it. `driftlint baseline` writes it.",
        ),
        key(
            "base",
            "\"origin/develop\"",
            "a branch or another revision",
            "What is on it is merged. Without it: `origin/HEAD`, else `origin/main` or `origin/master`, else `HEAD`.",
        ),
        key(
            "dialect",
            "\"mysql\"",
            "`postgres`, `mysql`, `mariadb` or `sqlite`",
            "Of every set that says nothing itself. Without it, the tool's configuration, drivers, folders and the SQL tell.",
        ),
        key(
            "pushed",
            "[\"apps/demo/schema\"]",
            "paths and patterns",
            "Schemas that are only ever pushed to the database, so that no migrations are missed.",
        ),
        key(
            "max-file-size",
            "\"64 MB\"",
            "a size: `kB`, `MB`, `GB`, or bytes",
            "What is larger, or has more than 200,000 statements, is not read, and is said to be not judged. Without it: 32 MB.",
        ),
        key(
            "require-reason",
            "true",
            "`true` or `false`",
            "Whether a comment that allows a rule must say why. Without it: no.",
        ),
        key(
            "migrations",
            "[]",
            "tables, see below",
            "Sets of migrations that are not found, or whose schema is not.",
        ),
        key("versions", "{}", "a table, see below", "Of the servers."),
        key(
            "tables",
            "{}",
            "a table, see below",
            "How many rows tables have.",
        ),
        key(
            "rule",
            "[]",
            "tables, see docs/custom-rules.md",
            "Rules of one's own.",
        ),
        key(
            "rules",
            "{}",
            "a table, see below",
            "Which rules report, and how bad that is.",
        ),
        key(
            "overrides",
            "[]",
            "tables, see below",
            "Other rules for some files.",
        ),
        key(
            "allow",
            "[]",
            "tables, see below",
            "Differences between schemas that are meant to be.",
        ),
    ],
};

/// `[[migrations]]`.
pub(super) const SETS: ConfigTable = ConfigTable {
    heading: "[[migrations]]",
    about: "A set of migrations that is not found, or whose schema is not; one such table for each.",
    keys: &[
        key(
            "folder",
            "\"db/migrations\"",
            "a folder",
            "Where the migrations lie. It must be there and hold some.",
        ),
        key(
            "schema",
            "[\"db/tables/*.sql\"]",
            "a path or pattern, or several",
            "The files that declare the schema. Without it, what the tool's configuration names, or what lies beside the migrations.",
        ),
        key(
            "models",
            "[\"app/models/**/*.py\"]",
            "a path or pattern, or several",
            "Files that declare the schema in a language that driftlint does not read: changing one asks for a migration all the same.",
        ),
        key(
            "runner",
            "\"golang-migrate\"",
            "the name of a tool",
            "Who applies them. Without it, the names of the files and the tool's configuration tell.",
        ),
        key(
            "transaction",
            "\"each\"",
            "`each`, `all` or `none`",
            "How a runner of one's own sends the files: each in a transaction, all in one, or in none.",
        ),
        key("dialect", "\"sqlite\"", "as above", "Of this set."),
        key(
            "baseline",
            "\"0042_last_applied\"",
            "the name of a migration",
            "Of this set.",
        ),
        key(
            "start",
            "\"db/baseline.sql\"",
            "a file",
            "A dump of the schema that the first migration finds, where the history does not start at the beginning: `pg_dump --schema-only --no-owner`, `mysqldump --no-data`, or `.schema` of SQLite.",
        ),
    ],
};

/// `[tables]`, whose other keys are tables.
pub(super) const SIZES: ConfigTable = ConfigTable {
    heading: "[tables]",
    about: "How many rows tables have: `\"public.events\" = 120_000_000`. What reads or writes every row is an error from ten million on, and not worth a word up to ten thousand. A query writes them to the file: `psql -AtF, -c \"SELECT n.nspname || '.' || c.relname, c.reltuples::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')\"`, or `mysql -BNe \"SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = database()\"`.",
    keys: &[key(
        "file",
        "\"db/rows.csv\"",
        "a file",
        "A table and a number in each line, with a comma, a tab or `|` between them. What stands here wins over it.",
    )],
};

/// `[versions]`.
pub(super) const VERSIONS: ConfigTable = ConfigTable {
    heading: "[versions]",
    about: "What runs in production: some statements wait longer, or are refused, on older servers.",
    keys: &[
        key(
            "postgres",
            "17",
            "a major version",
            "Of PostgreSQL. Without it, one that is still supported.",
        ),
        key(
            "mariadb",
            "\"10.11\"",
            "a release, or `true` or `false`",
            "Of MariaDB; or whether servers of the MySQL dialect are that. Without it, what else says so, and a new one.",
        ),
        key(
            "mysql",
            "\"8.0.28\"",
            "a release",
            "Of MySQL. What is left out is the newest. Without it, a new one.",
        ),
        key(
            "sqlite",
            "\"3.45\"",
            "a release",
            "Of SQLite. Without it, a new one.",
        ),
    ],
};

/// `[rules]`, whose keys are the rules.
const RULES: ConfigTable = ConfigTable {
    heading: "[rules]",
    about: "A rule, a group of rules or `all`, and `off`, `note`, `warning` or `error`. A rule that is named wins over its group, and that over `all`. `driftlint rules` lists them.",
    keys: &[],
};

/// `[[overrides]]`.
pub(super) const OVERRIDES: ConfigTable = ConfigTable {
    heading: "[[overrides]]",
    about: "Other rules for some files. Later tables win.",
    keys: &[
        key(
            "paths",
            "[\"legacy/**\"]",
            "a path or pattern, or several",
            "Which files. A folder means all that lies in it.",
        ),
        key(
            "rules",
            "{ all = \"off\" }",
            "as `[rules]`",
            "What holds for them.",
        ),
    ],
};

/// `[[allow]]`.
pub(super) const ALLOW: ConfigTable = ConfigTable {
    heading: "[[allow]]",
    about: "Differences between schemas that are meant to be. One that allows nothing is reported.",
    keys: &[
        key(
            "objects",
            "[\"public.audit_*\", \"public.users.legacy_id\"]",
            "a name or pattern, or several",
            "Which objects. A table covers its columns, keys and indexes.",
        ),
        key(
            "reason",
            "\"owned by the billing service\"",
            "a text",
            "Why, for whoever reads it next. It must be given.",
        ),
        key(
            "rules",
            "[\"migrated-not-declared\"]",
            "rules about drift",
            "Which of them are allowed. Without it, all.",
        ),
    ],
};
