"""The inputs: each a function that writes a project of a given size into a folder, the same one each time."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Callable

CHECK = ["check", "--exit-zero", "--format", "json"]
DRIFT = ["drift", "--format", "sql"]


@dataclass(eq=False)
class Row:
    """An input that grows from the first size to the second."""

    name: str
    what: str
    make: Callable
    sizes: tuple = (1000, 4000)
    command: list = field(default_factory=lambda: CHECK)


@dataclass(eq=False)
class Pair:
    """Two inputs of one size, of which the first may take little longer than the second."""

    name: str
    what: str
    more: Callable
    less: Callable
    size: int
    command: list
    other_command: list


def write(folder, path, text):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def git(folder, *arguments):
    names = ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def committed(folder):
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")


def sqlx(folder, number, text):
    write(folder, f"migrations/{20200101000000 + number}_m{number}.sql", text)


def each(text):
    """One migration for each number, which stands for `N` in the text."""

    def make(folder, size):
        for number in range(size):
            sqlx(folder, number, text(number) if callable(text) else text.replace("#", str(number)))

    return make


def one_file(text, before="", after=""):
    """One migration in which the text stands for each number."""

    def make(folder, size):
        lines = [before, *(text(number) if callable(text) else text.replace("#", str(number)) for number in range(size)), after]
        sqlx(folder, 0, "\n".join(lines))

    return make


def after_table(text):
    """A table, and one migration for each number."""

    def make(folder, size):
        sqlx(folder, 0, "CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b text);\n")
        for number in range(size):
            sqlx(folder, number + 1, text.replace("#", str(number)))

    return make


def with_downs(folder, size):
    for number in range(size):
        name = f"migrations/{20200101000000 + number}_m{number}"
        write(folder, f"{name}.up.sql", f"CREATE TABLE t{number} (id bigint PRIMARY KEY, a int NOT NULL);\n")
        write(folder, f"{name}.down.sql", f"DROP TABLE t{number};\n")


def alters_with_downs(folder, size):
    for number in range(size):
        name = f"migrations/{20200101000000 + number}_m{number}"
        write(folder, f"{name}.up.sql", f"CREATE TABLE t{number} (id bigint PRIMARY KEY);\nALTER TABLE t{number // 2} ADD COLUMN c{number} int;\n")
        write(folder, f"{name}.down.sql", f"ALTER TABLE t{number // 2} DROP COLUMN c{number};\nDROP TABLE t{number};\n")


def enum_types(folder, size):
    for number in range(size):
        sqlx(folder, number, f"CREATE TYPE e{number} AS ENUM ('a', 'b');\n")


def enums_in_use(folder, size):
    for number in range(size):
        sqlx(folder, number, f"CREATE TYPE e{number} AS ENUM ('a', 'b');\nCREATE TABLE t{number} (id bigint PRIMARY KEY, e e{number} NOT NULL);\n")


def hub(folder, size):
    sqlx(folder, 0, "CREATE TABLE hub (id bigint PRIMARY KEY);\n")
    for number in range(size):
        text = f"CREATE TABLE t{number} (id bigint PRIMARY KEY, hub_id bigint NOT NULL REFERENCES hub (id));\n"
        sqlx(folder, number + 1, text + f"ALTER TABLE hub ADD COLUMN c{number} int;\n")


def hub_dropped(folder, size):
    sqlx(folder, 0, "CREATE TABLE hub (id bigint PRIMARY KEY);\n")
    for number in range(size):
        text = f"CREATE TABLE t{number} (id bigint PRIMARY KEY, hub_id bigint NOT NULL REFERENCES hub (id));\n"
        sqlx(folder, number + 1, text + "ALTER TABLE hub ADD COLUMN c int;\nALTER TABLE hub ALTER COLUMN c TYPE bigint;\nALTER TABLE hub DROP COLUMN c;\n")


def journal(entries):
    listed = [{"idx": at, "version": "7", "when": 1700000000000 + at * 1000, "tag": tag, "breakpoints": True} for at, tag in enumerate(entries)]
    return json.dumps({"version": "7", "dialect": "postgresql", "entries": listed}, indent=2)


def drizzle_config(folder):
    write(folder, "drizzle.config.ts", 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };\n')


def journal_without_files(folder, size):
    drizzle_config(folder)
    write(folder, "drizzle/0000_m.sql", "CREATE TABLE t (id int);\n")
    write(folder, "drizzle/meta/_journal.json", journal([f"{at:04}_m" for at in range(size)]))


def files_outside_journal(folder, size):
    drizzle_config(folder)
    for number in range(size):
        write(folder, f"drizzle/{number:04}_m.sql", f"CREATE TABLE t{number} (id int);\n")
    write(folder, "drizzle/meta/_journal.json", journal([f"{at + size:04}_n" for at in range(size)]))


def wide_drizzle(folder, size):
    drizzle_config(folder)
    columns = "".join(f'  c{at}: integer("c{at}"),\n' for at in range(size))
    text = 'import { pgTable, integer } from "drizzle-orm/pg-core";\nexport const t = pgTable("t", {\n' + columns + "});\n"
    write(folder, "schema.ts", text)
    made = ",\n".join(f'"c{at}" integer' for at in range(size // 2))
    write(folder, "drizzle/0000_m.sql", f'CREATE TABLE "t" (\n{made}\n);\n')
    write(folder, "drizzle/meta/_journal.json", journal(["0000_m"]))


def many_drizzle(folder, size):
    drizzle_config(folder)
    tables = "".join(f'export const t{at} = pgTable("t{at}", {{ id: integer("id").primaryKey(), a: text("a").notNull() }});\n' for at in range(size))
    write(folder, "schema.ts", 'import { pgTable, integer, text } from "drizzle-orm/pg-core";\n' + tables)
    write(folder, "drizzle/0000_m.sql", 'CREATE TABLE "t0" ("id" integer PRIMARY KEY, "a" text NOT NULL);\n')
    write(folder, "drizzle/meta/_journal.json", journal(["0000_m"]))


PRISMA = 'datasource db {\n  provider = "postgresql"\n  url = env("U")\n}\n'


def prisma(folder, schema, first):
    write(folder, "prisma/schema.prisma", PRISMA + schema)
    write(folder, "prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    write(folder, "prisma/migrations/20200101000000_m/migration.sql", first)


def wide_prisma(folder, size):
    fields = "".join(f"  c{at} Int?\n" for at in range(size))
    made = "".join(f',\n"c{at}" INTEGER' for at in range(size // 2))
    prisma(folder, f"model t {{\n  id Int @id\n{fields}}}\n", f'CREATE TABLE "t" ("id" INTEGER NOT NULL{made},\nCONSTRAINT "t_pkey" PRIMARY KEY ("id"));\n')


def many_models(folder, size):
    models = "".join(f"model M{at} {{\n  id Int @id\n  a String\n  p M{max(at - 1, 0)}? @relation(\"r{at}\", fields: [pid], references: [id])\n  pid Int?\n  c M{min(at + 1, size - 1)}[] @relation(\"r{min(at + 1, size - 1)}\")\n}}\n" if 0 < at < size - 1 else f"model M{at} {{\n  id Int @id\n" + ('  c M1[] @relation("r1")\n' if at == 0 else f'  p M{at - 1}? @relation("r{at}", fields: [pid], references: [id])\n  pid Int?\n') + "}\n" for at in range(size))
    prisma(folder, models, 'CREATE TABLE "x" ("id" INTEGER NOT NULL);\n')


def prisma_history(folder, size, config):
    write(folder, "prisma/schema.prisma", PRISMA + "".join(f"model M{at} {{\n  id Int @id\n  a String\n}}\n" for at in range(size)))
    write(folder, "prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    for at in range(size):
        text = f'CREATE TABLE "M{at}" ("id" INTEGER NOT NULL, "a" TEXT NOT NULL,\nCONSTRAINT "M{at}_pkey" PRIMARY KEY ("id"));\n'
        write(folder, f"prisma/migrations/{20200101000000 + at}_m/migration.sql", text)
    if config:
        write(folder, "prisma.config.ts", 'import { defineConfig } from "prisma/config";\nexport default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" }, tables: { external: [process.env.OTHER] } });\n')


def diesel(folder, size, config):
    tables = ""
    for at in range(size):
        write(folder, f"migrations/{20200101000000 + at}_m/up.sql", f"CREATE TABLE t{at} (id INTEGER NOT NULL PRIMARY KEY, a TEXT NOT NULL);\n")
        write(folder, f"migrations/{20200101000000 + at}_m/down.sql", f"DROP TABLE t{at};\n")
        tables += f"diesel::table! {{\n    t{at} (id) {{\n        id -> Int4,\n        a -> Text,\n    }}\n}}\n\n"
    if config:
        write(folder, "diesel.toml", '[print_schema]\nfile = "src/schema.rs"\nfilter = { except_tables = ["other"] }\n')
        write(folder, "src/schema.rs", tables)


def sqlc(folder, size, config):
    for at in range(size):
        write(folder, f"migrations/{at + 1:06}_m.up.sql", f"CREATE TABLE t{at} (id bigint PRIMARY KEY, a text NOT NULL);\n")
    if config:
        write(folder, "sqlc.yaml", 'version: "2"\nsql:\n  - engine: postgresql\n    queries: queries\n    schema: schema.sql\n    gen: { go: { package: db, out: db } }\n')
        write(folder, "schema.sql", "".join(f"CREATE TABLE t{at} (id bigint PRIMARY KEY, a text NOT NULL);\n" for at in range(size)))
        write(folder, "queries/q.sql", "-- name: One :one\nSELECT id FROM t0;\n")


def snapshot(at, tables):
    """What drizzle-kit remembers after a migration."""
    def table(name):
        def column(of, kind, key):
            return {"name": of, "type": kind, "primaryKey": key, "notNull": True}

        columns = {"id": column("id", "integer", True), "a": column("a", "text", False)}
        empty = {"indexes": {}, "foreignKeys": {}, "compositePrimaryKeys": {}, "uniqueConstraints": {}, "policies": {}, "checkConstraints": {}}
        return {"name": name, "schema": "", "columns": columns, **empty, "isRLSEnabled": False}

    identity = "00000000-0000-4000-8000-{:012}"
    head = {"id": identity.format(at + 1), "prevId": identity.format(at), "version": "7", "dialect": "postgresql"}
    rest = {"enums": {}, "schemas": {}, "sequences": {}, "roles": {}, "policies": {}, "views": {}, "_meta": {"columns": {}, "schemas": {}, "tables": {}}}
    return json.dumps({**head, "tables": {f"public.t{number}": table(f"t{number}") for number in range(tables)}, **rest}, indent=2)


def drizzle_history(folder, size, kept):
    """A history of which the last `kept` migrations have a snapshot, all committed but the last."""
    drizzle_config(folder)
    tables = "".join(f'export const t{at} = pgTable("t{at}", {{ id: integer("id").primaryKey(), a: text("a").notNull() }});\n' for at in range(size))
    write(folder, "schema.ts", 'import { pgTable, integer, text } from "drizzle-orm/pg-core";\n' + tables)

    def migration(at):
        write(folder, f"drizzle/{at:04}_m.sql", f'CREATE TABLE "t{at}" (\n\t"id" integer PRIMARY KEY NOT NULL,\n\t"a" text NOT NULL\n);\n')
        if at >= size - kept:
            write(folder, f"drizzle/meta/{at:04}_snapshot.json", snapshot(at, at + 1))

    for at in range(size - 1):
        migration(at)
    write(folder, "drizzle/meta/_journal.json", journal([f"{at:04}_m" for at in range(size - 1)]))
    committed(folder)
    migration(size - 1)
    write(folder, "drizzle/meta/_journal.json", journal([f"{at:04}_m" for at in range(size)]))
    git(folder, "add", "-A")


def beside_a_tree(folder, size, files):
    """A small set in a repository of so many other files, all of which have moved since the base."""
    for at in range(100):
        sqlx(folder, at, f"CREATE TABLE t{at} (id bigint PRIMARY KEY);\n")
    for at in range(files):
        write(folder, f"src/old{at % 50}/f{at}.txt", f"{at}\n" * 50)
    committed(folder)
    if files:
        for at in range(min(50, files)):
            os.rename(os.path.join(folder, f"src/old{at}"), os.path.join(folder, f"src/new{at}"))
        for at in range(0, files, 2):
            write(folder, f"src/new{at % 50}/f{at}.txt", f"{at}\n" * 50 + "more\n")
    sqlx(folder, 100, "CREATE TABLE t100 (id bigint PRIMARY KEY);\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "moved")


def many_sets(folder, size):
    for number in range(size):
        write(folder, f"s{number}/migrations/20200101000000_m.sql", f"CREATE TABLE t{number} (id bigint PRIMARY KEY);\n")


def deep_folder(folder, size):
    write(folder, "d/" * min(size, 900) + "migrations/20200101000000_m.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n")


def overrides(folder, size):
    text = "".join(f'[[overrides]]\npaths = ["migrations/{20200101000000 + at}_*"]\nrules = {{ drop-table = "warning" }}\n\n' for at in range(size))
    write(folder, "driftlint.toml", text)
    each("CREATE TABLE t# (id bigint PRIMARY KEY);\n")(folder, size)


def dump_of_tables(folder, size):
    sqlx(folder, 0, "\n".join(f"CREATE TABLE t{at} (\n    id bigint NOT NULL,\n    name character varying(255),\n    made timestamp with time zone NOT NULL DEFAULT now()\n);\nALTER TABLE ONLY t{at} ADD CONSTRAINT t{at}_pkey PRIMARY KEY (id);\nCREATE INDEX t{at}_name ON t{at} USING btree (name);\n" for at in range(size)))


ROWS = [
    Row("tables", "a migration for each table", each("CREATE TABLE t# (id bigint PRIMARY KEY, a int NOT NULL);\n")),
    Row("tables-with-downs", "the same, each with its way back", with_downs),
    Row("alters-with-downs", "older tables altered, and back", alters_with_downs),
    Row("enum-types", "a migration for each enum type", enum_types),
    Row("enum-types-in-use", "each with a table", enums_in_use),
    Row("enum-labels", "labels added to one type", lambda folder, size: (sqlx(folder, 0, "CREATE TYPE e AS ENUM ('a');\n"), [sqlx(folder, at + 1, f"ALTER TYPE e ADD VALUE 'v{at}';\n") for at in range(size)])),
    Row("domains", "a migration for each domain", each("CREATE DOMAIN d# AS int CHECK (VALUE > 0);\nCREATE TABLE t# (id d#);\n")),
    Row("functions", "a migration for each function", each("CREATE FUNCTION f#(a int) RETURNS int LANGUAGE sql AS 'SELECT a + #';\n")),
    Row("functions-and-triggers", "each called by a trigger", each("CREATE TABLE t# (id bigint PRIMARY KEY);\nCREATE FUNCTION f#() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER g# BEFORE INSERT ON t# FOR EACH ROW EXECUTE FUNCTION f#();\n")),
    Row("hub", "tables refer to one, which gets a column each time", hub),
    Row("hub-altered", "the same, and the column changes and goes", hub_dropped),
    Row("columns-of-one-table", "a migration for each column", after_table("ALTER TABLE t ADD COLUMN c# int;\n")),
    Row("wide-table-altered", "a table of 500 columns, altered each time", lambda folder, size: (one_file("c# int,", "CREATE TABLE t (", "id bigint PRIMARY KEY);")(folder, 500), [sqlx(folder, at + 1, f"ALTER TABLE t ALTER COLUMN c{at % 500} SET DEFAULT {at};\n") for at in range(size)])),
    Row("indexes-on-one-table", "a migration for each index", after_table("CREATE INDEX i# ON t (a, b);\n")),
    Row("checks-on-one-table", "a migration for each check", after_table("ALTER TABLE t ADD CONSTRAINT k# CHECK (a > #);\n")),
    Row("policies-on-one-table", "a migration for each policy", after_table("CREATE POLICY p# ON t USING (a = #);\n")),
    Row("triggers-on-one-table", "a migration for each trigger", after_table("CREATE TRIGGER g# BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n")),
    Row("views-on-one-table", "a migration for each view", after_table("CREATE VIEW v# AS SELECT id, a FROM t WHERE a > #;\n")),
    Row("chain-of-views", "each reads the one before", lambda folder, size: (sqlx(folder, 0, "CREATE VIEW v0 AS SELECT 1 AS a;\n"), [sqlx(folder, at + 1, f"CREATE VIEW v{at + 1} AS SELECT a FROM v{at};\n") for at in range(size)])),
    Row("renames", "one table renamed again and again", lambda folder, size: (sqlx(folder, 0, "CREATE TABLE t0 (id bigint PRIMARY KEY);\n"), [sqlx(folder, at + 1, f"ALTER TABLE t{at} RENAME TO t{at + 1};\n") for at in range(size)])),
    Row("made-and-dropped", "tables that come and go", each("CREATE TABLE t# (id bigint PRIMARY KEY);\nDROP TABLE t#;\n")),
    Row("same-made-and-dropped", "one table that comes and goes", each("CREATE TABLE t (id bigint PRIMARY KEY);\nDROP TABLE t;\n")),
    Row("schemas", "a migration for each schema", each("CREATE SCHEMA s#;\nCREATE TABLE s#.t (id bigint PRIMARY KEY);\n")),
    Row("sequences", "a migration for each sequence", each("CREATE SEQUENCE q#;\n")),
    Row("partitions", "a migration for each partition", lambda folder, size: (sqlx(folder, 0, "CREATE TABLE p (id bigint NOT NULL) PARTITION BY RANGE (id);\n"), [sqlx(folder, at + 1, f"CREATE TABLE p{at} PARTITION OF p FOR VALUES FROM ({at}) TO ({at + 1});\n") for at in range(size)])),
    Row("comments-on", "a comment for each column", one_file("COMMENT ON COLUMN t.c IS 'it #';", "CREATE TABLE t (c int);")),
    Row("blocks", "a DO block in each migration", after_table("DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'e#') THEN CREATE TYPE e# AS ENUM ('a'); END IF; END $$;\n")),
    Row("backfills", "an UPDATE in each migration", after_table("ALTER TABLE t ADD COLUMN c# int;\nUPDATE t SET c# = 1;\nALTER TABLE t ALTER COLUMN c# SET NOT NULL;\n")),
    Row("large-file", "one file of many tables", dump_of_tables),
    Row("large-file-of-alters", "one file of many columns", one_file("ALTER TABLE t ADD COLUMN c# int;", "CREATE TABLE t (id bigint);")),
    Row("large-file-of-findings", "a finding on each line", one_file("DROP TABLE t#;")),
    Row("large-file-of-allows", "each of them allowed", one_file("-- driftlint: allow(drop-table)\nDROP TABLE t#;")),
    Row("large-file-of-labels", "labels added in one file", one_file("ALTER TYPE e ADD VALUE 'v#';", "CREATE TYPE e AS ENUM ('a');")),
    Row("large-file-of-enums", "types made and used in one file", one_file("CREATE TYPE e# AS ENUM ('a');\nCREATE TABLE t# (e e# DEFAULT 'a');")),
    Row("large-file-of-inserts", "an INSERT on each line", one_file("INSERT INTO t (id, a) VALUES (#, '#');", "CREATE TABLE t (id bigint, a text);")),
    Row("large-insert", "one INSERT of many rows", one_file("(#, 'some text'),", "CREATE TABLE t (id bigint, a text);\nINSERT INTO t (id, a) VALUES", "(-1, 'last');"), (4000, 16000)),
    Row("wide-table", "one table of many columns", one_file("c# int,", "CREATE TABLE t (", "id bigint PRIMARY KEY);")),
    Row("wide-enum", "one type of many labels", one_file("'v#',", "CREATE TYPE e AS ENUM (", "'last');")),
    Row("broken-statements", "text that cannot be read", one_file("CREATE TABEL t# (id int);")),
    Row("savepoints", "savepoints and the way back", one_file("SAVEPOINT s#;\nCREATE TABLE t# (id int);\nROLLBACK TO s#;", "BEGIN;", "COMMIT;")),
    Row("transactions", "BEGIN and ROLLBACK", one_file("BEGIN;\nCREATE TABLE t# (id int);\nROLLBACK;")),
    Row("journal-without-files", "entries of a journal", journal_without_files, (2000, 8000)),
    Row("files-outside-journal", "and files that it does not name", files_outside_journal, (500, 2000)),
    Row("wide-drizzle", "one Drizzle table of many columns", wide_drizzle, (2000, 8000), DRIFT),
    Row("many-drizzle", "many Drizzle tables", many_drizzle, (1000, 4000), DRIFT),
    Row("wide-prisma", "one Prisma model of many fields", wide_prisma, (2000, 8000), DRIFT),
    Row("many-models", "many Prisma models", many_models, (2500, 10000), DRIFT),
    Row("many-models-checked", "the same, for `check`", many_models, (1000, 4000)),
    Row("drizzle-history", "a Drizzle project with a snapshot each", lambda folder, size: drizzle_history(folder, size, size), (50, 200), ["check", "--staged", "--exit-zero"]),
    Row("sets", "many folders of migrations", many_sets, (200, 800)),
    Row("deep-folder", "a folder in a folder in a folder", deep_folder, (100, 400)),
    Row("overrides", "a part of the configuration for each file", overrides),
]

PAIRS = [
    Pair("staged-drizzle", "a snapshot of each migration, or the last one", lambda f, n: drizzle_history(f, n, n), lambda f, n: drizzle_history(f, n, 1), 300, ["check", "--staged", "--exit-zero"], ["check", "--staged", "--exit-zero"]),
    Pair("diesel", "with its schema, or without", lambda f, n: diesel(f, n, True), lambda f, n: diesel(f, n, False), 1000, CHECK, CHECK),
    Pair("sqlc", "with its configuration, or without", lambda f, n: sqlc(f, n, True), lambda f, n: sqlc(f, n, False), 1000, CHECK, CHECK),
    Pair("prisma", "with a configuration, or without", lambda f, n: prisma_history(f, n, True), lambda f, n: prisma_history(f, n, False), 1000, CHECK, CHECK),
    Pair("since", "beside many files that moved, or none", lambda f, n: beside_a_tree(f, n, n), lambda f, n: beside_a_tree(f, n, 0), 2000, ["check", "--since", "HEAD~1", "--exit-zero"], ["check", "--since", "HEAD~1", "--exit-zero"]),
    Pair("path", "a folder that is named, or none", each("CREATE TABLE t# (id bigint PRIMARY KEY);\n"), each("CREATE TABLE t# (id bigint PRIMARY KEY);\n"), 2000, [*CHECK, "migrations"], CHECK),
]
