//! Right-hand sides are what the servers print.

use super::*;

#[test]
fn postgres_prints_as_pg_get_expr_does() {
    let rows = [
        ("NOW()", "now()"),
        ("Current_Timestamp", "CURRENT_TIMESTAMP"),
        ("CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP(3)"),
        ("TRUE", "true"),
        ("'d'::\"Mood\"", "'d'::\"Mood\""),
        ("CAST('d' AS public.mood)", "'d'::public.mood"),
        ("array[]::TEXT[]", "ARRAY[]::text[]"),
        (
            "now() - random() * interval '1 year'",
            "(now() - (random() * '1 year'::interval))",
        ),
        ("Login = LOWER(login)", "(login = lower(login))"),
        ("a > 0 and b < 1 AND c", "((a > 0) AND (b < 1) AND c)"),
        ("not Deleted", "(NOT deleted)"),
        ("(((x IS NOT NULL)))", "(x IS NOT NULL)"),
        ("m IN ('a','b')", "(m = ANY (ARRAY['a', 'b']))"),
        ("m NOT IN (1)", "(m <> 1)"),
        ("a BETWEEN 1 AND 2", "((a >= 1) AND (a <= 2))"),
        ("a LIKE 'x%'", "(a ~~ 'x%')"),
        ("a != -1", "(a <> -1)"),
        ("name::text", "(name)::text"),
        ("COALESCE(a, '')", "COALESCE(a, '')"),
        ("Substring(a, 0, 10)", "substring(a, 0, 10)"),
        ("SUBSTR(a, 2)", "substr(a, 2)"),
        ("substring(a from 2 for 3)", "SUBSTRING(a FROM 2 FOR 3)"),
        ("substring(a for 3)", "SUBSTRING(a FROM 1 FOR 3)"),
        ("F(a, b => 1)", "f(a, b => 1)"),
        ("f(a, variadic array[b])", "f(a, VARIADIC ARRAY[b])"),
        (
            "case when a then 1 else 2 end",
            "CASE WHEN a THEN 1 ELSE 2 END",
        ),
        ("timezone('utc', now())", "timezone('utc', now())"),
        ("pg_catalog.now()", "now()"),
        ("data ->> 'k'", "(data ->> 'k')"),
    ];
    for (written, printed) in rows {
        let expr =
            parse(written, Dialect::Postgres).unwrap_or_else(|| panic!("no expression: {written}"));
        assert_eq!(print(&expr, Dialect::Postgres), printed, "{written}");
        let again =
            parse(printed, Dialect::Postgres).unwrap_or_else(|| panic!("no expression: {printed}"));
        assert_eq!(
            print(&again, Dialect::Postgres),
            printed,
            "printing is stable"
        );
    }
}

#[test]
fn mysql_and_sqlite_keep_what_was_written() {
    let rows = [
        (Dialect::MySql, "now(3)", "CURRENT_TIMESTAMP(3)"),
        (Dialect::MySql, "CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP"),
        (Dialect::MySql, "(UUID())", "uuid()"),
        (Dialect::MySql, "true", "1"),
        (Dialect::MySql, "\"x\"", "'x'"),
        (Dialect::MySql, "`a`>0 and (b)!=1", "a > 0 AND (b) <> 1"),
        (
            Dialect::Sqlite,
            "(Unixepoch() * 1000)",
            "unixepoch() * 1000",
        ),
        (Dialect::Sqlite, "false", "FALSE"),
        (Dialect::Sqlite, "\"order\" IN (1,2)", "\"order\" IN (1, 2)"),
    ];
    for (dialect, written, printed) in rows {
        let expr = parse(written, dialect).unwrap_or_else(|| panic!("no expression: {written}"));
        assert_eq!(print(&expr, dialect), printed, "{written}");
    }
}

#[test]
fn spellings_of_one_expression_are_the_same() {
    let rows = [
        ("now()", "CURRENT_TIMESTAMP"),
        (
            "(login)::text = lower((login)::text)",
            "login = LOWER(\"login\")",
        ),
        (
            "m IN ('a', 'b')",
            "(m = ANY (ARRAY['a'::mood, 'b'::public.mood]))",
        ),
        (
            "m NOT IN ('a', 'b')",
            "(m <> ALL (ARRAY['a'::text, 'b'::text]))",
        ),
        ("a != 1", "(a <> 1)"),
        ("hot_rank <> (0)::double precision", "hot_rank <> 0"),
        (
            "x IS NOT NULL AND (y > 1.0 AND z)",
            "((x IS NOT NULL) AND (y > 1) AND z)",
        ),
        ("'-1'::integer", "-1"),
        ("a LIKE 'b%'", "(a ~~ 'b%'::text)"),
        ("public.f(t.a)", "f(a)"),
        ("a BETWEEN 1 AND 2", "((a >= 1) AND (a <= 2))"),
        ("now() AT TIME ZONE 'utc'", "timezone('utc'::text, now())"),
        ("interval '1 day'", "'1 day'::interval"),
        ("ARRAY['USER'::\"Role\"]", "ARRAY['USER']::\"Role\"[]"),
        (
            "v #>> '{state, current}'",
            "(v #>> '{state,current}'::text[])",
        ),
        ("'{\"a\", b}'::text[]", "'{a,b}'::text[]"),
        ("'{ }'::integer[]", "'{}'::integer[]"),
    ];
    for (a, b) in rows {
        assert!(same_sql(a, b, Dialect::Postgres), "{a} = {b}");
    }
    assert!(same_sql("_utf8mb4'x'", "'x'", Dialect::MySql));
    assert!(same_sql("current_timestamp(3)", "NOW(3)", Dialect::MySql));
    assert!(same_sql("`A` > 0", "(a>0)", Dialect::MySql));
    assert!(same_sql("\"Order\" = 1", "([order] = 1)", Dialect::Sqlite));
}

#[test]
fn different_expressions_differ() {
    let rows = [
        ("a > 0", "a >= 0"),
        ("'a'", "'b'"),
        ("a AND b", "a OR b"),
        ("lower(a)", "upper(a)"),
        ("a::date", "b::date"),
        ("a::date", "a"),
        ("\"A\"", "a"),
        ("x IS NULL", "x IS NOT NULL"),
        ("m IN ('a', 'b')", "m IN ('a', 'c')"),
        ("a + (b - c)", "a - (b + c)"),
        ("v #>> '{a,b}'", "v #>> '{a,c}'::text[]"),
        ("'{\"a b\"}'::text[]", "'{a,b}'::text[]"),
        ("'{a, b}'", "'{a,b}'"),
        ("'{null}'::text[]", "'{\"null\"}'::text[]"),
        ("substring(a from 1 for 2)", "substring(a from 1 for 3)"),
    ];
    for (a, b) in rows {
        assert!(!same_sql(a, b, Dialect::Postgres), "{a} is not {b}");
    }
}
