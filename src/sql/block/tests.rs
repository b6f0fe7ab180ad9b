use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::*;
use crate::sql::{self, Dialect, Understood, Versions};

fn block(text: &str) -> Block {
    let source = Source::new("a.sql", text);
    let mut script = sql::script(
        &source,
        Span::new(0, text.len()),
        Dialect::Postgres,
        Versions::default(),
        Unit::File,
    );
    assert_eq!(script.statements.len(), 1, "{text}");
    let statement = script.statements.remove(0);
    assert_eq!(statement.understood, Understood::Recognised);
    let [
        Change {
            kind: ChangeKind::Block(block),
            ..
        },
    ] = <[_; 1]>::try_from(statement.changes).expect("a block is one change")
    else {
        panic!("{text} is no block")
    };
    *block
}

/// The items of a body, in short: `A` alters, `S` selects, `D` drops, `?` is unknown.
fn items(list: &[BlockItem]) -> String {
    let of = |item: &BlockItem| match item {
        BlockItem::Changes(changes) => changes.iter().map(|change| kind(&change.kind)).collect(),
        BlockItem::If(branches) => {
            let branches = branches
                .iter()
                .map(|(condition, inner)| format!("{}:{}", name(condition), items(inner)));
            format!("if[{}]", branches.collect::<Vec<_>>().join("|"))
        }
        BlockItem::Loop(inner) => format!("loop[{}]", items(inner)),
        BlockItem::Block(inner) => format!("{{{}}}", whole(inner)),
        BlockItem::Refused(fault) => format!("refused: {}", fault.message),
        BlockItem::Raise => "raise".to_owned(),
        BlockItem::Leave => "leave".to_owned(),
        BlockItem::Unknown(..) => "?".to_owned(),
    };
    list.iter().map(of).collect::<Vec<_>>().join(" ")
}

fn whole(block: &Block) -> String {
    let handlers = block.handlers.iter().map(|handler| {
        format!(
            " !{}:{}",
            handler.conditions.join(","),
            items(&handler.items)
        )
    });
    format!("{}{}", items(&block.items), handlers.collect::<String>())
}

fn kind(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::AlterTable(_) => "A",
        ChangeKind::CreateEnum { .. } => "E",
        ChangeKind::DropTable { .. } => "D",
        ChangeKind::Select(_) => "S",
        ChangeKind::Update { .. } => "U",
        ChangeKind::Block(_) => "B",
        _ => "x",
    }
}

fn name(condition: &Condition) -> String {
    let all = |conditions: &[Condition], by: &str| {
        conditions.iter().map(name).collect::<Vec<_>>().join(by)
    };
    match condition {
        Condition::Always => "else".to_owned(),
        Condition::Not(inner) => format!("!{}", name(inner)),
        Condition::All(inner) => format!("({})", all(inner, "&")),
        Condition::Any(inner) => format!("({})", all(inner, "/")),
        Condition::TableExists(table) => format!("table {table}"),
        Condition::ColumnExists { table, column } => format!("column {table}.{}", column.value),
        Condition::ColumnHasType {
            table,
            column,
            data_type,
        } => format!("{table}.{} is {data_type}", column.value),
        Condition::ColumnNullable { table, column } => format!("{table}.{} null", column.value),
        Condition::ConstraintExists { table, name } => {
            format!(
                "constraint {}{}",
                table
                    .as_ref()
                    .map(|table| format!("{table}."))
                    .unwrap_or_default(),
                name.value
            )
        }
        Condition::IndexOfTable { table, name } => format!("index {table}.{}", name.value),
        Condition::IndexExists(index) => format!("index {index}"),
        Condition::TypeExists(name) => format!("type {name}"),
        Condition::EnumValueExists { name, value } => format!("label {name}.{value}"),
        Condition::SchemaExists(name) => format!("schema {}", name.value),
        Condition::ExtensionExists(name) => format!("extension {}", name.value),
        Condition::FunctionExists(name) => format!("function {name}"),
        Condition::ViewExists {
            name,
            materialized: true,
        } => format!("materialized view {name}"),
        Condition::ViewExists {
            name,
            materialized: false,
        } => format!("view {name}"),
        Condition::TriggerExists { name, .. } => format!("trigger {}", name.value),
        Condition::Unknown => "?".to_owned(),
    }
}

fn body(text: &str) -> String {
    whole(&block(&format!("DO $$ BEGIN {text} END $$")))
}

fn condition(text: &str) -> String {
    let text = body(&format!("IF {text} THEN NULL; END IF;"));
    // A condition with a query reads it first.
    text.trim_start_matches("S ")
        .trim_start_matches("if[")
        .trim_end_matches(":]")
        .to_owned()
}

fn exists(query: &str) -> String {
    condition(&format!("EXISTS (SELECT 1 FROM {query})"))
}

#[test]
fn the_guard_of_an_older_generator_is_a_block_with_a_handler() {
    let text = "DO $$ BEGIN\n ALTER TABLE \"a\" ADD CONSTRAINT \"é\" FOREIGN KEY (\"b\") REFERENCES \"c\"(\"d\");\nEXCEPTION\n WHEN duplicate_object OR others THEN null;\nEND $$;";
    let block = block(text);
    assert_eq!(whole(&block), "A !duplicate_object,others:");
    let BlockItem::Changes(changes) = &block.items[0] else {
        panic!("the first item is a statement")
    };
    assert!(
        text[changes[0].span.range()].starts_with("ALTER TABLE")
            && text[changes[0].span.range()].ends_with(')')
    );
    let ChangeKind::AlterTable(alter) = &changes[0].kind else {
        panic!("it alters a table")
    };
    assert_eq!(&text[alter.table.span().range()], "\"a\"");
}

#[test]
fn control_words_are_followed() {
    assert_eq!(
        body("IF a > 1 THEN DROP TABLE t; ELSIF b THEN UPDATE t SET a = 1; ELSE NULL; END IF;"),
        "if[?:D|?:U|else:]"
    );
    assert_eq!(
        body(
            "FOR r IN SELECT 1 LOOP DROP TABLE t; END LOOP x; WHILE a LOOP EXIT WHEN b; END LOOP;"
        ),
        "S loop[D] loop[if[?:leave]]"
    );
    assert_eq!(
        body("BEGIN DROP TABLE t; EXCEPTION WHEN others THEN RAISE; END; DROP TABLE u;"),
        "{D !others:raise} D"
    );
    assert_eq!(
        body("CASE a WHEN 1 THEN DROP TABLE t; ELSE RETURN; END CASE; DROP TABLE u;"),
        "if[?:D|else:leave] D"
    );
    assert_eq!(
        body("IF CASE WHEN a THEN b END THEN DROP TABLE t; END IF;"),
        "if[?:D]"
    );
    assert_eq!(
        body("RAISE NOTICE 'a; %', b; RAISE EXCEPTION 'x'; RAISE 'y';"),
        "raise raise"
    );
    assert_eq!(
        body("a := 1; b.c = 2; d[1] := 3; GET DIAGNOSTICS a = ROW_COUNT; NULL;"),
        ""
    );
    assert_eq!(
        body(
            "PERFORM f(1); SELECT a INTO STRICT b, c FROM t; UPDATE t SET a = 1 RETURNING a INTO b;"
        ),
        "S S U"
    );
    assert_eq!(body("<<l>> LOOP CONTINUE l; END LOOP l;"), "loop[leave]");
}

#[test]
fn declarations_and_labels_come_before_the_block() {
    let block = block(
        "DO LANGUAGE plpgsql $x$ <<outer>> DECLARE a int := 1; c CURSOR FOR SELECT 1; BEGIN DROP TABLE t; END outer $x$",
    );
    assert_eq!(whole(&block), "D");
}

#[test]
fn what_is_not_understood_is_unknown() {
    assert_eq!(body("FROBNICATE t; DROP TABLE t;"), "? D");
    assert_eq!(
        whole(&block(
            "DO LANGUAGE plpython3u $$ BEGIN DROP TABLE t; END $$"
        )),
        "?"
    );
    assert!(whole(&block("DO $$ BEGIN DROP TABLE t; $$")).starts_with("D ?"));
    assert_eq!(whole(&block("DO $$ DROP TABLE t; $$")), "?");
    assert_eq!(whole(&block("DO 'BEGIN DROP TABLE t; END'")), "D");
    assert_eq!(whole(&block("DO 'BEGIN EXECUTE ''x''; END'")), "?");
}

#[test]
fn constant_strings_are_executed() {
    assert_eq!(body("EXECUTE 'DROP TABLE a; DROP TABLE b';"), "DD");
    assert_eq!(body("EXECUTE $x$DROP TABLE a$x$;"), "D");
    assert_eq!(body("EXECUTE 'CREATE TYPE m AS ENUM (''a'', ''b'')';"), "E");
    assert_eq!(
        body(
            "EXECUTE format('ALTER TABLE %I.%I ADD COLUMN %s int DEFAULT %L', 'S', 'b', 'c', '1');"
        ),
        "A"
    );
    assert_eq!(
        body("EXECUTE 'DROP TABLE ' || quote_ident('a') || ' CASCADE';"),
        "D"
    );
    assert_eq!(
        body("EXECUTE 'DROP TABLE ' || a; EXECUTE format('DROP TABLE %I', a); EXECUTE a USING b;"),
        "? ? ?"
    );
    let text = "DO $$ BEGIN EXECUTE 'ALTER TABLE t ALTER m SET DEFAULT ''x'''; END $$";
    let block = block(text);
    let BlockItem::Changes(changes) = &block.items[0] else {
        panic!("the string is constant")
    };
    let ChangeKind::AlterTable(alter) = &changes[0].kind else {
        panic!("it alters a table")
    };
    let TableAction::SetDefault { column, default } = &alter.actions[0].0 else {
        panic!("it sets a default")
    };
    assert_eq!(&text[column.span.range()], "m");
    assert_eq!(default.kind, ExprKind::String("x".to_owned()));
    assert!(text[default.literals[0].span.range()].contains('x'));
}

#[test]
fn questions_to_the_catalogs_are_understood() {
    assert_eq!(exists("pg_type WHERE typname = 'mood'"), "type mood");
    assert_eq!(
        exists(
            "pg_catalog.pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'm' AND n.nspname = 's'"
        ),
        "type s.m"
    );
    assert_eq!(
        exists(
            "pg_enum e JOIN pg_type t ON e.enumtypid = t.oid WHERE t.typname = 'm' AND e.enumlabel = 'A'"
        ),
        "label m.A"
    );
    assert_eq!(
        exists("pg_enum WHERE enumlabel = 'a' AND enumtypid = 'public.m'::regtype"),
        "label public.m.a"
    );
    assert_eq!(exists("pg_constraint WHERE conname = 'c'"), "constraint c");
    assert_eq!(
        exists("pg_constraint WHERE conname = 'c' AND conrelid = 't'::regclass"),
        "constraint t.c"
    );
    assert_eq!(
        exists(
            "information_schema.table_constraints WHERE constraint_name = 'c' AND table_name = 't' AND table_schema = 'public'"
        ),
        "constraint public.t.c"
    );
    assert_eq!(
        exists("information_schema.columns WHERE table_name = 'T' AND column_name = 'c'"),
        "column T.c"
    );
    assert_eq!(
        exists(
            "information_schema.columns WHERE table_schema = current_schema() AND table_name = 't' AND column_name = 'c' AND udt_name = '_int4'"
        ),
        "(column t.c&t.c is integer[])"
    );
    assert_eq!(
        exists(
            "information_schema.columns WHERE table_name = 't' AND column_name = 'c' AND data_type <> 'text' AND is_nullable = 'NO'"
        ),
        "(column t.c&!t.c is text&!t.c null)"
    );
    assert_eq!(
        exists(
            "pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c' AND NOT attisdropped AND attnum > 0"
        ),
        "column t.c"
    );
    assert_eq!(
        exists("information_schema.tables WHERE table_schema = 's' AND table_name = 't'"),
        "table s.t"
    );
    assert_eq!(exists("pg_tables WHERE tablename = 't'"), "table t");
    assert_eq!(
        exists("pg_matviews WHERE schemaname = 's' AND matviewname = 'v'"),
        "materialized view s.v"
    );
    assert_eq!(exists("pg_views WHERE viewname = 'v'"), "view v");
    assert_eq!(
        exists("information_schema.views WHERE table_name = 'v'"),
        "view v"
    );
    assert_eq!(
        exists("pg_class WHERE relname = 't' AND relkind = 'r'"),
        "table t"
    );
    assert_eq!(
        exists(
            "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'i' AND c.relkind = 'i' AND n.nspname = 's'"
        ),
        "index s.i"
    );
    assert_eq!(
        exists("pg_indexes WHERE indexname = 'i' AND tablename = 't'"),
        "index i"
    );
    assert_eq!(exists("pg_extension WHERE extname = 'e'"), "extension e");
    assert_eq!(exists("pg_proc WHERE proname = 'f'"), "function f");
    assert_eq!(
        exists("pg_trigger WHERE tgname = 'g' AND NOT tgisinternal"),
        "trigger g"
    );
    assert_eq!(exists("pg_trigger WHERE tgname = 'g'"), "trigger g");
    assert_eq!(
        exists("information_schema.schemata WHERE schema_name = 's'"),
        "schema s"
    );
}

#[test]
fn questions_that_depend_on_more_are_unknown() {
    assert_eq!(exists("users WHERE name = 'x'"), "?");
    assert_eq!(exists("pg_type WHERE typname = a"), "?");
    assert_eq!(exists("pg_type WHERE typname LIKE 'a%'"), "?");
    assert_eq!(
        exists("pg_class WHERE relname = 's' AND relkind = 'S'"),
        "?"
    );
    assert_eq!(
        exists("pg_type WHERE typname = 'm' AND typowner = 'x'"),
        "?"
    );
    assert_eq!(
        exists("pg_type t LEFT JOIN pg_enum e ON true WHERE t.typname = 'm'"),
        "?"
    );
    assert_eq!(exists("pg_type WHERE typname = 'a' OR typname = 'b'"), "?");
}

#[test]
fn conditions_combine() {
    let query = "SELECT 1 FROM pg_type WHERE typname = 'm'";
    assert_eq!(condition(&format!("NOT EXISTS ({query})")), "!type m");
    assert_eq!(
        condition(&format!("EXISTS ({query}) AND NOT (x > 1)")),
        "(type m&?)"
    );
    assert_eq!(
        condition(&format!(
            "EXISTS ({query}) OR to_regclass('public.t') IS NOT NULL"
        )),
        "(type m/table public.t)"
    );
    assert_eq!(condition("to_regclass('t') IS NULL"), "!table t");
    assert_eq!(
        condition("(SELECT count(*) FROM pg_type WHERE typname = 'm') = 0"),
        "!type m"
    );
    assert_eq!(
        condition("(SELECT count(*) FROM pg_type WHERE typname = 'm') > 0"),
        "type m"
    );
    assert_eq!(
        condition("(SELECT max(oid) FROM pg_type WHERE typname = 'm') > 0"),
        "?"
    );
}
