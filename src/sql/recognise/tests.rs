use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::*;
use crate::sql::{self, Dialect, Understood, Versions};

fn understood(text: &str, dialect: Dialect) -> (Vec<ChangeKind>, Understood) {
    let source = Source::new("a.sql", text);
    let span = Span::new(0, text.len());
    let mut script = sql::script(&source, span, dialect, Versions::default(), Unit::File);
    assert_eq!(script.statements.len(), 1, "{text}");
    let statement = script.statements.remove(0);
    (
        statement
            .changes
            .into_iter()
            .map(|change| change.kind)
            .collect(),
        statement.understood,
    )
}

/// What the recognisers make of a statement.
fn all(text: &str, dialect: Dialect) -> Vec<ChangeKind> {
    let (kinds, understood) = understood(text, dialect);
    assert_eq!(understood, Understood::Recognised, "{text}");
    kinds
}

fn one(text: &str, dialect: Dialect) -> ChangeKind {
    let mut kinds = all(text, dialect);
    assert_eq!(kinds.len(), 1, "{text}");
    kinds.remove(0)
}

fn postgres(text: &str) -> ChangeKind {
    one(text, Dialect::Postgres)
}

fn mysql(text: &str) -> ChangeKind {
    one(text, Dialect::MySql)
}

fn sqlite(text: &str) -> ChangeKind {
    one(text, Dialect::Sqlite)
}

fn actions(kind: ChangeKind) -> Vec<TableAction> {
    let ChangeKind::AlterTable(alter) = kind else {
        panic!("{kind:?} is no ALTER TABLE")
    };
    alter
        .actions
        .into_iter()
        .map(|(action, _)| action)
        .collect()
}

fn action(text: &str, dialect: Dialect) -> TableAction {
    let mut actions = actions(one(&format!("ALTER TABLE t {text}"), dialect));
    assert_eq!(actions.len(), 1, "{text}");
    actions.remove(0)
}

fn table(kind: ChangeKind) -> CreateTable {
    let ChangeKind::CreateTable(table) = kind else {
        panic!("{kind:?} is no CREATE TABLE")
    };
    *table
}

fn inert(text: &str, dialect: Dialect) -> String {
    match one(text, dialect) {
        ChangeKind::Inert(words) => words,
        other => panic!("{other:?} is not inert"),
    }
}

#[test]
fn drop_index_concurrently_is_no_index_of_that_name() {
    let ChangeKind::DropIndex {
        names,
        concurrently,
        mode,
        on,
    } = postgres("DROP INDEX CONCURRENTLY IF EXISTS s.i, \"J\" CASCADE")
    else {
        panic!("it drops an index")
    };
    assert_eq!(
        names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["s.i", "J"]
    );
    assert!(concurrently && mode.if_exists && mode.cascade && on.is_none());
    assert!(matches!(
        postgres("DROP INDEX i"),
        ChangeKind::DropIndex {
            concurrently: false,
            ..
        }
    ));
    assert!(matches!(
        mysql("DROP INDEX i ON t ALGORITHM = INPLACE LOCK=NONE"),
        ChangeKind::DropIndex { on: Some(table), .. } if table.name.value == "t"
    ));
}

#[test]
fn storage_commands_say_whether_a_transaction_may_hold_them() {
    let maintained = |text: &str, dialect| match one(text, dialect) {
        ChangeKind::Maintenance {
            name,
            table,
            in_transaction,
        } => (
            name,
            table.map(|table| table.to_string()).unwrap_or_default(),
            in_transaction,
        ),
        other => panic!("{other:?} is no maintenance"),
    };
    let of = |name: &str, table: &str, inside| (name.to_owned(), table.to_owned(), inside);
    assert_eq!(
        maintained("VACUUM (ANALYZE, FULL) t (a, b)", Dialect::Postgres),
        of("VACUUM FULL", "t", false)
    );
    assert_eq!(
        maintained("VACUUM (FULL false)", Dialect::Postgres),
        of("VACUUM", "", false)
    );
    assert_eq!(
        maintained("VACUUM ANALYZE t", Dialect::Postgres),
        of("VACUUM", "t", false)
    );
    assert_eq!(
        maintained("ANALYZE VERBOSE", Dialect::Postgres),
        of("ANALYZE", "", true)
    );
    assert_eq!(
        maintained("CLUSTER", Dialect::Postgres),
        of("CLUSTER", "", false)
    );
    assert_eq!(
        maintained("CLUSTER t USING i", Dialect::Postgres),
        of("CLUSTER", "t", true)
    );
    assert_eq!(
        maintained("OPTIMIZE TABLE t", Dialect::MySql),
        of("OPTIMIZE TABLE", "t", true)
    );
    assert_eq!(
        maintained("CREATE DATABASE d TEMPLATE x STRATEGY y", Dialect::Postgres),
        of("CREATE DATABASE", "", false)
    );
    assert_eq!(all("ANALYZE a, b (c)", Dialect::Postgres).len(), 2);
    assert!(matches!(
        postgres("REINDEX (VERBOSE, CONCURRENTLY) TABLE s.t"),
        ChangeKind::Reindex { concurrently: true, name: Some(_), ref target } if target == "TABLE"
    ));
    assert!(matches!(
        postgres("REINDEX INDEX CONCURRENTLY i"),
        ChangeKind::Reindex {
            concurrently: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("REFRESH MATERIALIZED VIEW CONCURRENTLY v WITH DATA"),
        ChangeKind::RefreshView {
            concurrently: true,
            ..
        }
    ));
}

#[test]
fn one_unknown_action_does_not_hide_the_others() {
    let kind = postgres(
        "ALTER TABLE ONLY s.t ADD CONSTRAINT n NOT NULL a NOT VALID, FROBNICATE (1, 2), DROP COLUMN b, SET SCHEMA x",
    );
    let ChangeKind::AlterTable(alter) = &kind else {
        panic!("{kind:?} is no ALTER TABLE")
    };
    assert!(alter.only && !alter.if_exists && alter.table.to_string() == "s.t");
    let actions = actions(kind);
    assert!(matches!(&actions[0], TableAction::AddConstraint(constraint)
        if constraint.not_valid && matches!(&constraint.kind, ConstraintKind::NotNull { column } if column.value == "a")));
    assert_eq!(
        actions[1],
        TableAction::Unknown("FROBNICATE (1, 2)".to_owned())
    );
    assert!(matches!(&actions[2], TableAction::DropColumn { name, .. } if name.value == "b"));
    assert!(matches!(&actions[3], TableAction::SetSchema(schema) if schema.value == "x"));
    assert!(matches!(
        understood("ALTER TABLE t FROBNICATE", Dialect::Postgres).1,
        Understood::Opaque { ddl: true, .. }
    ));
}

#[test]
fn actions_of_postgres() {
    let action = |text: &str| action(text, Dialect::Postgres);
    assert!(
        matches!(action("ATTACH PARTITION p FOR VALUES FROM (1) TO (2)"),
        TableAction::AttachPartition { bound, .. } if bound.sql == "FOR VALUES FROM (1) TO (2)")
    );
    assert!(matches!(
        action("DETACH PARTITION p CONCURRENTLY"),
        TableAction::DetachPartition {
            concurrently: true,
            ..
        }
    ));
    // It completes a detachment that was begun before.
    assert!(matches!(
        action("DETACH PARTITION p FINALIZE"),
        TableAction::Inert(_)
    ));
    assert!(matches!(
        action("ALTER CONSTRAINT c DEFERRABLE INITIALLY DEFERRED"),
        TableAction::AlterConstraint {
            deferrable: Some(true),
            initially_deferred: Some(true),
            ..
        }
    ));
    assert!(matches!(
        action("ALTER c SET GENERATED BY DEFAULT SET START WITH 5 RESTART"),
        TableAction::SetIdentity {
            identity: Identity::ByDefault,
            ..
        }
    ));
    assert!(matches!(
        action("ALTER c DROP IDENTITY IF EXISTS"),
        TableAction::DropIdentity {
            if_exists: true,
            ..
        }
    ));
    assert!(matches!(
        action("ALTER c DROP EXPRESSION"),
        TableAction::DropExpression {
            if_exists: false,
            ..
        }
    ));
    assert!(matches!(
        action("ALTER c SET EXPRESSION AS (a + 1)"),
        TableAction::SetExpression { .. }
    ));
    assert!(
        matches!(action("ALTER c TYPE varchar(20) COLLATE \"C\" USING c::varchar(20)"),
        TableAction::SetType { collation: Some(_), using: Some(_), data_type, .. } if data_type.args == ["20"])
    );
    assert!(matches!(action("INHERIT p"), TableAction::Inherit(_)));
    assert!(matches!(action("NO INHERIT p"), TableAction::NoInherit(_)));
    for text in [
        "ALTER c SET STATISTICS 5",
        "ALTER c SET (n_distinct = 1)",
        "ALTER c SET STORAGE plain",
        "CLUSTER ON i",
        "SET WITHOUT CLUSTER",
        "RESET (fillfactor)",
        "NOT OF",
    ] {
        assert!(matches!(action(text), TableAction::Inert(_)), "{text}");
    }
    // They copy the table, which the lock table must see.
    for text in ["SET TABLESPACE x", "SET ACCESS METHOD heap"] {
        assert!(!matches!(action(text), TableAction::Inert(_)), "{text}");
    }
}

#[test]
fn actions_of_mysql() {
    let action = |text: &str| action(text, Dialect::MySql);
    assert_eq!(
        action("ENGINE = InnoDB"),
        TableAction::Option {
            name: "engine".to_owned(),
            value: "InnoDB".to_owned()
        }
    );
    assert_eq!(
        action("COMMENT 'it''s'"),
        TableAction::Option {
            name: "comment".to_owned(),
            value: "it's".to_owned()
        }
    );
    assert_eq!(
        action("CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
        TableAction::ConvertCharset {
            charset: "utf8mb4".to_owned(),
            collation: Some("utf8mb4_bin".to_owned())
        }
    );
    assert!(
        matches!(action("DROP KEY k"), TableAction::DropIndex { name, .. } if name.value == "k")
    );
    assert!(matches!(
        action("DROP CHECK c"),
        TableAction::DropConstraint { .. }
    ));
    assert!(matches!(action("RENAME u"), TableAction::RenameTo(name) if name.name.value == "u"));
    assert!(matches!(
        action("RENAME INDEX a TO b"),
        TableAction::RenameIndex { .. }
    ));
    assert!(matches!(
        action("ALTER INDEX i INVISIBLE"),
        TableAction::Inert(_)
    ));
    assert!(matches!(
        action("REORGANIZE PARTITION p, q INTO (PARTITION r VALUES LESS THAN (9))"),
        TableAction::Inert(_)
    ));
    assert!(
        matches!(action("MODIFY c VARCHAR(9) BINARY NOT NULL AFTER d"),
        TableAction::Modify { column, position: Some(ColumnPosition::After(_)), .. } if column.not_null == Some(true))
    );
    let actions = actions(mysql(
        "ALTER TABLE t ADD COLUMN (a int, b int), ADD FULLTEXT KEY f (a) WITH PARSER ngram, ALGORITHM=INPLACE, LOCK=NONE",
    ));
    assert!(matches!(&actions[..], [
        TableAction::AddColumn { .. }, TableAction::AddColumn { .. }, TableAction::AddIndex(index), TableAction::OnlineMode { .. },
        TableAction::OnlineMode { .. }
    ] if index.method.as_deref() == Some("fulltext")));
}

#[test]
fn elements_of_a_table_are_understood_one_by_one() {
    let table = table(postgres(
        "CREATE UNLOGGED TABLE IF NOT EXISTS s.t (id int GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 2), a text COMPRESSION lz4, \
         b int GENERATED ALWAYS AS (id + 1) VIRTUAL, c int REFERENCES u ON DELETE SET NULL, CONSTRAINT n NOT NULL a, \
         FOREIGN KEY (a, c) REFERENCES w ON DELETE SET NULL (c), LIKE v INCLUDING ALL EXCLUDING INDEXES) \
         PARTITION BY RANGE (lower(a) text_ops, b) WITH (fillfactor = 70) TABLESPACE x",
    ));
    assert!(
        table.if_not_exists
            && table.persistence == Persistence::Unlogged
            && table.name.to_string() == "s.t"
    );
    assert_eq!(
        table
            .columns
            .iter()
            .map(|column| column.name.value.as_str())
            .collect::<Vec<_>>(),
        ["id", "a", "b", "c"]
    );
    assert!(table.columns[0].identity == Some(Identity::Always));
    assert!(
        table.columns[2]
            .generated
            .as_ref()
            .is_some_and(|generated| !generated.stored)
    );
    assert!(
        matches!(&table.constraints[0].kind, ConstraintKind::NotNull { column } if column.value == "a")
    );
    assert!(
        matches!(&table.constraints[1].kind, ConstraintKind::ForeignKey(key) if key.on_delete == ReferentialAction::SetNull)
    );
    assert!(
        table.like[0].including.contains(&"DEFAULTS".to_owned())
            && !table.like[0].including.contains(&"INDEXES".to_owned())
    );
    assert!(
        table
            .partition_by
            .is_some_and(|(method, keys)| method == "range" && keys.len() == 2)
    );
}

#[test]
fn tables_of_the_other_dialects() {
    let sqlite = table(sqlite(
        "CREATE TABLE t (a UNSIGNED BIG INT NOT NULL, b text, UNIQUE (b) ON CONFLICT REPLACE, FOREIGN KEY (a) REFERENCES u (id) CHECK (a > 1)) \
         STRICT, WITHOUT ROWID",
    ));
    assert_eq!((sqlite.columns.len(), sqlite.constraints.len()), (2, 3));
    assert_eq!(sqlite.columns[0].data_type.name, "UNSIGNED BIG INT");
    assert_eq!(sqlite.options.len(), 2);
    let mysql = table(mysql(
        "CREATE TABLE t (a int AUTO_INCREMENT PRIMARY KEY, b varchar(9) BINARY, FULLTEXT KEY f (b) WITH PARSER ngram, KEY k (a, b(5)) COMMENT 'x') \
         ENGINE=InnoDB DEFAULT CHARSET = utf8mb4 PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1))",
    ));
    assert_eq!(
        mysql
            .indexes
            .iter()
            .filter_map(|index| index.name.as_ref())
            .map(|name| name.value.as_str())
            .collect::<Vec<_>>(),
        ["f", "k"]
    );
    assert!(
        mysql
            .options
            .contains(&("charset".to_owned(), "utf8mb4".to_owned()))
    );
    assert!(mysql.partition_by.is_some());
}

#[test]
fn indexes_keep_what_sqlparser_does_not_know() {
    let ChangeKind::CreateIndex { table, index } = postgres(
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING gist (a gist_trgm_ops (siglen = 32), lower(b)) TABLESPACE x WHERE a > 1",
    ) else {
        panic!("it creates an index")
    };
    assert!(index.only && index.unique && index.concurrently && index.condition.is_some());
    assert_eq!(
        (table.to_string(), index.columns.len()),
        ("t".to_owned(), 2)
    );
    assert!(
        matches!(mysql("CREATE FULLTEXT INDEX i ON t (a) COMMENT 'x'"),
        ChangeKind::CreateIndex { index, .. } if index.method.as_deref() == Some("fulltext"))
    );
    assert!(matches!(
        postgres("ALTER INDEX IF EXISTS i RENAME TO j"),
        ChangeKind::RenameIndex {
            if_exists: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER INDEX i ATTACH PARTITION j"),
        ChangeKind::AttachIndex { .. }
    ));
}

#[test]
fn types_and_domains() {
    let attributes = all(
        "ALTER TYPE c ADD ATTRIBUTE a varchar(5) COLLATE \"C\" CASCADE, DROP ATTRIBUTE IF EXISTS b, ALTER ATTRIBUTE d TYPE int",
        Dialect::Postgres,
    );
    assert!(matches!(
        &attributes[..],
        [
            ChangeKind::AlterType {
                action: TypeAction::AddAttribute(..),
                ..
            },
            ChangeKind::AlterType {
                action: TypeAction::DropAttribute(_),
                ..
            },
            ChangeKind::AlterType {
                action: TypeAction::AlterAttribute(..),
                ..
            },
        ]
    ));
    assert!(matches!(
        postgres("ALTER TYPE c SET SCHEMA s"),
        ChangeKind::AlterType {
            action: TypeAction::SetSchema(_),
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 1) NOT VALID"),
        ChangeKind::AlterDomain {
            action: DomainAction::AddConstraint {
                not_valid: true,
                ..
            },
            ..
        }
    ));
    assert!(
        matches!(postgres("CREATE DOMAIN d AS varchar(5) NOT NULL DEFAULT 'x' CHECK (value <> '')"),
        ChangeKind::CreateDomain { not_null: true, default: Some(_), checks, .. } if checks.len() == 1)
    );
}

#[test]
fn sequences_take_their_options_in_any_order() {
    let ChangeKind::CreateSequence {
        owned_by: Some(owner),
        ..
    } = postgres(
        "CREATE SEQUENCE s OWNED BY a.t.c CACHE 1 NO CYCLE INCREMENT BY -1 START 5 AS integer",
    )
    else {
        panic!("it creates an owned sequence")
    };
    assert_eq!(
        owner.relation.map(|table| table.to_string()),
        Some("a.t".to_owned())
    );
    assert!(matches!(
        postgres("ALTER SEQUENCE IF EXISTS s OWNED BY NONE"),
        ChangeKind::AlterSequence {
            owned_by: Some(None),
            if_exists: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER SEQUENCE s RESTART WITH 1 MINVALUE -5"),
        ChangeKind::AlterSequence { owned_by: None, .. }
    ));
    assert!(matches!(
        postgres("ALTER SEQUENCE s RENAME TO u"),
        ChangeKind::AlterSequence {
            rename: Some(_),
            ..
        }
    ));
}

#[test]
fn views_extensions_and_schemas() {
    assert!(matches!(
        postgres("ALTER VIEW v RENAME COLUMN a TO b"),
        ChangeKind::RenameViewColumn { .. }
    ));
    assert!(matches!(
        postgres("ALTER MATERIALIZED VIEW v SET SCHEMA s"),
        ChangeKind::SetViewSchema {
            materialized: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("CREATE VIEW v AS SELECT 1 AS a WITH LOCAL CHECK OPTION"),
        ChangeKind::CreateView {
            materialized: false,
            ..
        }
    ));
    assert!(matches!(
        postgres("CREATE EXTENSION x SCHEMA s VERSION '1' CASCADE"),
        ChangeKind::CreateExtension {
            schema: Some(_),
            ..
        }
    ));
}

#[test]
fn routines_keep_their_signature() {
    let ChangeKind::CreateFunction {
        arguments,
        returns: Some(returns),
        language,
        body: Some(_),
        kind,
        ..
    } = postgres(
        "CREATE FUNCTION f(a integer DEFAULT 1, OUT b text, double precision, VARIADIC c numeric(5, 2)[] = '{}') RETURNS SETOF text COST 5 LANGUAGE plpgsql AS $$ x $$",
    )
    else {
        panic!("it creates a function with a body")
    };
    assert_eq!(
        arguments
            .iter()
            .map(|argument| argument.name.as_str())
            .collect::<Vec<_>>(),
        ["integer", "double precision", "numeric"]
    );
    assert_eq!(
        (returns.name.as_str(), language.as_str(), kind),
        ("text", "plpgsql", FunctionKind::Function)
    );
    assert!(matches!(
        postgres("CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$"),
        ChangeKind::CreateFunction {
            kind: FunctionKind::Procedure,
            ..
        }
    ));
    assert!(matches!(postgres("DROP AGGREGATE a(int, text)"),
        ChangeKind::DropFunction { names, kind: FunctionKind::Aggregate, .. } if names[0].1.as_ref().is_some_and(|list| list.len() == 2)));
    assert!(matches!(
        postgres("ALTER PROCEDURE f(int) RENAME TO g"),
        ChangeKind::RenameFunction {
            arguments: Some(_),
            ..
        }
    ));
}

#[test]
fn triggers_rules_and_comments() {
    assert!(
        matches!(postgres("CREATE TRIGGER g BEFORE INSERT OR UPDATE OF a, b ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.f('x', 1)"),
        ChangeKind::CreateTrigger { columns, when: Some(_), function: Some(f), .. } if columns.len() == 2 && f.to_string() == "s.f")
    );
    assert!(
        matches!(sqlite("CREATE TRIGGER IF NOT EXISTS g AFTER DELETE ON t BEGIN DELETE FROM u; INSERT INTO w VALUES (1); END"),
        ChangeKind::CreateTrigger { if_not_exists: true, body: Some(body), .. } if body.relations.len() == 2)
    );
    assert!(
        matches!(postgres("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM w)"),
        ChangeKind::CreateRule { query, .. } if query.relations.len() == 2)
    );
    assert!(
        matches!(postgres("COMMENT ON CONSTRAINT c ON s.t IS 'it''s'"),
        ChangeKind::Comment { object, text: Some(text), .. } if object == "CONSTRAINT" && text == "it's")
    );
    assert!(matches!(
        postgres("COMMENT ON FUNCTION f(int, text) IS NULL"),
        ChangeKind::Comment { text: None, .. }
    ));
    assert!(matches!(
        postgres("ALTER TRIGGER g ON t RENAME TO h"),
        ChangeKind::RenameTrigger { .. }
    ));
}

#[test]
fn settings() {
    assert!(
        matches!(sqlite("PRAGMA main.foreign_keys = OFF"), ChangeKind::Pragma { name, value: Some(value) } if name == "foreign_keys" && value == "OFF")
    );
    assert!(matches!(
        sqlite("PRAGMA foreign_key_check"),
        ChangeKind::Pragma { value: None, .. }
    ));
    assert_eq!(
        inert("SET CONSTRAINTS ALL DEFERRED", Dialect::Postgres),
        "SET CONSTRAINTS"
    );
    assert!(matches!(
        postgres("PREPARE TRANSACTION 'x'"),
        ChangeKind::Maintenance { .. }
    ));
    assert_eq!(
        inert(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO u",
            Dialect::Postgres
        ),
        "ALTER DEFAULT PRIVILEGES"
    );
    assert_eq!(
        inert("CREATE STATISTICS s ON a, b FROM t", Dialect::Postgres),
        "CREATE STATISTICS"
    );
}

#[test]
fn libsql_replaces_a_column() {
    assert!(
        matches!(action("ALTER COLUMN a TO a text NOT NULL DEFAULT 'x'", Dialect::Sqlite),
        TableAction::Modify { from, column, .. } if from.value == "a" && column.not_null == Some(true))
    );
}

#[test]
fn unique_columns_with_equal_nulls() {
    let ChangeKind::CreateTable(table) = postgres(
        "CREATE TABLE t (a text CONSTRAINT u UNIQUE NULLS NOT DISTINCT NOT NULL, b int UNIQUE NULLS DISTINCT, CONSTRAINT v UNIQUE NULLS NOT DISTINCT (a, b))",
    ) else {
        panic!("a table")
    };
    let of = |constraint: &ConstraintDef| {
        matches!(
            constraint.kind,
            ConstraintKind::Unique {
                nulls_not_distinct: true,
                ..
            }
        )
    };
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.constraints.iter().map(of).collect::<Vec<_>>())
        .collect();
    assert_eq!(
        (
            columns,
            table.constraints.iter().map(of).collect::<Vec<_>>()
        ),
        (vec![vec![true], vec![false]], vec![true])
    );
    assert_eq!(table.columns[0].not_null, Some(true));
}

#[test]
fn mysql_reals_with_digits() {
    let ChangeKind::CreateTable(table) = mysql("CREATE TABLE t (a real(6, 2) NOT NULL, real int)")
    else {
        panic!("a table")
    };
    let types: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.data_type.sql(Dialect::MySql))
        .collect();
    assert_eq!(types, ["double(6,2)", "int"]);
}

#[test]
fn constraints_of_a_new_table_that_are_not_valid() {
    let ChangeKind::CreateTable(table) = postgres(
        "CREATE TABLE IF NOT EXISTS t (a int, b boolean DEFAULT (NOT true), CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id) MATCH SIMPLE
         ON UPDATE NO ACTION ON DELETE NO ACTION NOT VALID, CONSTRAINT c CHECK (a > 0) NOT VALID, FOREIGN KEY (a) REFERENCES v NOT VALID, CHECK (NOT b) NOT VALID)",
    ) else {
        panic!("a table")
    };
    let kinds: Vec<_> = table
        .constraints
        .iter()
        .map(|it| matches!(it.kind, ConstraintKind::ForeignKey { .. }))
        .collect();
    assert_eq!(
        (
            table.columns.len(),
            kinds,
            table.columns[1].default.is_some()
        ),
        (2, vec![true, false, true, false], true)
    );
}
