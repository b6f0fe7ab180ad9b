-- What statements take for granted: answered by PostgreSQL 15.
CREATE TABLE t (id int PRIMARY KEY, a int, b text, owner name);
CREATE TABLE u (id int, t_id int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE POLICY p ON t FOR SELECT USING (a > 1);
CREATE POLICY pi ON t FOR INSERT WITH CHECK (a > 1);
CREATE POLICY pall ON t USING (a > 1) WITH CHECK (a > 2);
CREATE POLICY sub ON t USING (id IN (SELECT t_id FROM u));

BEGIN;
ALTER POLICY p ON t USING (a > 3);
ROLLBACK;
BEGIN;
ALTER POLICY p ON t RENAME TO pi; -- 42710
ROLLBACK;
BEGIN;
ALTER POLICY p ON t RENAME TO pj;
ROLLBACK;
