//! Privileges, comments and owners, taken back to what the history says.

use super::back::check;
use crate::Folder;

#[test]
fn privileges_comments_and_owners_go_back_to_what_the_history_says() {
    check(&[
        (
            "GRANT SELECT ON users TO reader;",
            "GRANT SELECT, INSERT ON users TO reader, writer;",
            "REVOKE INSERT ON TABLE \"users\" FROM reader;
REVOKE INSERT, SELECT ON TABLE \"users\" FROM writer;",
        ),
        (
            "GRANT SELECT ON users TO reader;",
            "GRANT ALL ON users TO reader;",
            "REVOKE ALL ON TABLE \"users\" FROM reader;\nGRANT SELECT ON TABLE \"users\" TO reader;",
        ),
        (
            "GRANT SELECT, UPDATE (email) ON users TO reader;",
            "REVOKE ALL ON users FROM reader;",
            "GRANT SELECT, UPDATE (\"email\") ON TABLE \"users\" TO reader;",
        ),
        // It was granted under the name that the table had.
        (
            "CREATE TABLE old (id int);\nGRANT SELECT ON old TO reader;\nALTER TABLE old RENAME TO new;",
            "GRANT SELECT, DELETE ON new TO reader;",
            "REVOKE DELETE ON TABLE \"new\" FROM reader;",
        ),
        (
            "",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA \"public\" GRANT SELECT ON TABLES TO reader;",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA \"public\" REVOKE SELECT ON TABLES FROM reader;",
        ),
        // Of functions alone they say nothing of tables.
        (
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
            "GRANT SELECT ON users TO reader;",
            "REVOKE SELECT ON TABLE \"users\" FROM reader;",
        ),
        // A variable of psql may be any role.
        (
            "",
            "GRANT SELECT ON users TO :reader;",
            "-- `GRANT SELECT ON users TO :reader` is not taken back here: add by hand what undoes it",
        ),
        // Who made a table may have had it since.
        (
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;",
            "GRANT SELECT ON users TO reader;",
            "-- `GRANT SELECT ON users TO reader` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            "REVOKE ALL ON users FROM somebody;",
            "-- `REVOKE ALL ON users FROM somebody` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            "GRANT USAGE ON SCHEMA public TO reader;",
            "-- `GRANT USAGE ON SCHEMA public TO reader` is not taken back here: add by hand what undoes it",
        ),
        (
            "COMMENT ON VIEW names IS 'old';",
            "COMMENT ON VIEW names IS 'new';\nCOMMENT ON TRIGGER touched ON users IS 'it';",
            "COMMENT ON TRIGGER \"touched\" ON \"users\" IS NULL;\nCOMMENT ON VIEW \"names\" IS 'old';",
        ),
        (
            "ALTER TABLE users OWNER TO app;",
            "ALTER TABLE users OWNER TO root;\nALTER VIEW names OWNER TO root;",
            "-- `ALTER VIEW names OWNER TO root` is not taken back here: add by hand what undoes it
ALTER TABLE \"users\" OWNER TO app;",
        ),
        // What the migration made goes with it.
        (
            "",
            "CREATE VIEW v AS SELECT id FROM users;
GRANT SELECT ON v TO reader;
COMMENT ON VIEW v IS 'x';
ALTER VIEW v OWNER TO app;
CREATE TRIGGER more BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TRIGGER more ON users IS 'x';",
            "DROP TRIGGER \"more\" ON \"users\";\nDROP VIEW \"v\";",
        ),
    ]);
}

#[test]
fn a_role_of_the_platform_keeps_what_the_platform_gave() {
    let folder = Folder::new(&[
        (
            "supabase/migrations/20240101000000_a.sql",
            "create table t (id int);\ncreate schema s;\ncreate table s.u (id int);",
        ),
        (
            "supabase/migrations/20240102000000_b.sql",
            "grant select on t to anon;
grant select on t to reader;
revoke all on t from authenticated;
grant select on s.u to anon;",
        ),
    ]);
    assert_eq!(
        folder.says(&["rollback", "20240102000000_b"]).trim_end(),
        "-- `grant select on t to anon` is not taken back here: add by hand what undoes it
-- `revoke all on t from authenticated` is not taken back here: add by hand what undoes it
REVOKE SELECT ON TABLE \"s\".\"u\" FROM anon;
REVOKE SELECT ON TABLE \"t\" FROM reader;"
    );
}
