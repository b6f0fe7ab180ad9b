-- What statements take for granted: answered by PostgreSQL 15.
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, g int GENERATED ALWAYS AS (a + 1) STORED, k int UNIQUE, CONSTRAINT ck CHECK (a > 0));
CREATE TABLE u (id int, t_id int REFERENCES t (id), v varchar(3));
CREATE UNIQUE INDEX ul ON u (lower(v)); CREATE UNIQUE INDEX up ON u (id) WHERE t_id IS NULL;
CREATE TABLE e (id serial PRIMARY KEY, s text DEFAULT 'x', c char(2), n numeric(3, 1));
INSERT INTO t (id, a) VALUES (1, 1);

BEGIN;
INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = excluded.a;
ROLLBACK;
BEGIN;
INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT DO UPDATE SET a = excluded.a; -- 42601
ROLLBACK;
BEGIN;
INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = t.a + 1;
ROLLBACK;
BEGIN;
DELETE FROM t USING u WHERE u.t_id = t.id;
ROLLBACK;
BEGIN;
DELETE FROM t USING t WHERE true; -- 42712
ROLLBACK;
BEGIN;
DELETE FROM t WHERE id IN (SELECT t_id FROM u GROUP BY 1 HAVING count(*) > 1);
ROLLBACK;
