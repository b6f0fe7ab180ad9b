//! Spellings of types; the right-hand sides are what servers print.

use super::*;

fn check(dialect: Dialect, rows: &[(&str, &str)]) {
    for (written, printed) in rows {
        let data_type =
            DataType::parse(written, dialect).unwrap_or_else(|| panic!("no type: {written}"));
        assert_eq!(data_type.sql(dialect), *printed, "{written}");
        let again =
            DataType::parse(printed, dialect).unwrap_or_else(|| panic!("no type: {printed}"));
        assert_eq!(again, data_type, "{printed} is canonical");
    }
}

#[test]
fn postgres_prints_types_as_format_type_does() {
    check(
        Dialect::Postgres,
        &[
            ("INT4", "integer"),
            ("\"int4\"", "integer"),
            ("\"timestamptz\"(3)", "timestamp(3) with time zone"),
            ("Serial", "integer"),
            ("BIGSERIAL", "bigint"),
            ("varchar(255)", "character varying(255)"),
            ("VARCHAR", "character varying"),
            ("char", "character(1)"),
            ("\"char\"", "\"char\""),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "character(3)"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            (
                "TIMESTAMP (6) WITH TIME ZONE",
                "timestamp(6) with time zone",
            ),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(3)", "timestamp(3) without time zone"),
            ("timetz", "time with time zone"),
            ("float", "double precision"),
            ("float(24)", "real"),
            ("DECIMAL(65,30)", "numeric(65,30)"),
            ("numeric( 10 )", "numeric(10,0)"),
            ("dec", "numeric"),
            ("bit", "bit(1)"),
            ("varbit(8)", "bit varying(8)"),
            ("interval day to second(3)", "interval day to second(3)"),
            ("text[][3]", "text[]"),
            ("int ARRAY[4]", "integer[]"),
            ("_int4", "integer[]"),
            ("pg_catalog.int8", "bigint"),
            ("timestamptz[]", "timestamp with time zone[]"),
            ("\"Role\"[]", "\"Role\"[]"),
            ("public.\"Role\"", "public.\"Role\""),
            ("Mood", "mood"),
            ("app.mood", "app.mood"),
            ("geometry(Point,4326)", "geometry(Point,4326)"),
            ("\"my type\"", "\"my type\""),
        ],
    );
}

#[test]
fn mysql_drops_widths_and_folds_synonyms() {
    check(
        Dialect::MySql,
        &[
            ("INT(11)", "int"),
            ("INTEGER UNSIGNED", "int unsigned"),
            ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
            ("tinyint(1)", "tinyint(1)"),
            ("TINYINT(4)", "tinyint"),
            ("BOOLEAN", "tinyint(1)"),
            ("serial", "bigint unsigned"),
            ("numeric", "decimal(10,0)"),
            ("DECIMAL(8, 2)", "decimal(8,2)"),
            ("double precision", "double"),
            ("float(53)", "double"),
            ("real", "double"),
            (
                "VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_bin",
                "varchar(10) character set latin1 collate latin1_bin",
            ),
            ("nvarchar(10)", "varchar(10) character set utf8mb3"),
            ("char", "char(1)"),
            ("ENUM('a', 'it''s')", "enum('a','it''s')"),
            ("text(100)", "text"),
            ("blob(100)", "tinyblob"),
            ("long varchar", "mediumtext"),
            ("datetime(0)", "datetime"),
            ("datetime(3)", "datetime(3)"),
            ("year(4)", "year"),
            ("json", "json"),
        ],
    );
}

#[test]
fn sqlite_keeps_what_was_declared() {
    let declared = DataType::parse(" VARCHAR(255) ", Dialect::Sqlite)
        .map(|data_type| data_type.sql(Dialect::Sqlite));
    assert_eq!(declared.as_deref(), Some("VARCHAR(255)"));
    let rows = [
        ("BIGINT", Affinity::Integer),
        ("CHARINT", Affinity::Integer),
        ("varchar(9)", Affinity::Text),
        ("", Affinity::Blob),
        ("double precision", Affinity::Real),
        ("BOOLEAN", Affinity::Numeric),
        ("DATETIME", Affinity::Numeric),
    ];
    for (declared, expected) in rows {
        assert_eq!(affinity(declared), expected, "{declared}");
    }
}

#[test]
fn what_is_no_type_gives_none() {
    for text in ["", "(3)", "int(", "a[", "+"] {
        assert_eq!(DataType::parse(text, Dialect::Postgres), None, "{text}");
    }
}

#[test]
fn people_see_no_quotes_and_no_public() {
    let role = DataType {
        schema: Some("public".to_owned()),
        array: true,
        ..DataType::named("Role")
    };
    assert_eq!(role.to_string(), "Role[]");
}
