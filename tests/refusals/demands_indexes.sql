-- What statements take for granted: answered by PostgreSQL 15.
CREATE TABLE t (id int PRIMARY KEY, a int, b text, j json, jb jsonb, p point, ts timestamptz, tn timestamp, d date, arr int[], r int4range, tv tsvector, ip inet, x xml, u uuid);
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION vol(x int) RETURNS int LANGUAGE sql AS $$ SELECT x $$;
CREATE FUNCTION imm(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x $$;
CREATE INDEX ex ON t (a);

BEGIN;
REINDEX INDEX ex;
ROLLBACK;
BEGIN;
REINDEX INDEX nope; -- 42P01
ROLLBACK;
BEGIN;
REINDEX TABLE t;
ROLLBACK;
BEGIN;
REINDEX TABLE nope; -- 42P01
ROLLBACK;
BEGIN;
REINDEX INDEX t; -- 42809
ROLLBACK;
BEGIN;
ANALYZE t;
ROLLBACK;
BEGIN;
ANALYZE nope; -- 42P01
ROLLBACK;
BEGIN;
ANALYZE t (a);
ROLLBACK;
BEGIN;
CLUSTER t USING ex;
ROLLBACK;
BEGIN;
CLUSTER t USING nope; -- 42704
ROLLBACK;
BEGIN;
CLUSTER t USING t_pkey;
ROLLBACK;
BEGIN;
ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&);
ROLLBACK;
BEGIN;
ALTER TABLE t ADD EXCLUDE (a WITH =);
ROLLBACK;
BEGIN;
ALTER TABLE t ADD EXCLUDE USING hash (a WITH =);
ROLLBACK;
CREATE TABLE twice (a int);
CREATE INDEX twice_one ON twice (a);
CREATE INDEX twice_two ON twice (a);
CREATE TABLE twice_copied (LIKE twice INCLUDING INDEXES);
ALTER INDEX twice_copied_a_idx1 RENAME TO twice_last;
ALTER INDEX twice_copied_a_idx2 RENAME TO twice_more; -- 42P01
