-- What statements take for granted: answered by PostgreSQL 15.
CREATE TABLE t (id int PRIMARY KEY, a int, b text, c numeric);
CREATE TABLE u (id int, t_id int, v int);

BEGIN;
SELECT * FROM t, generate_series(1, t.a) g;
ROLLBACK;
BEGIN;
SELECT * FROM t JOIN u ON t.id = u.t_id JOIN t ON true; -- 42712
ROLLBACK;
BEGIN;
SELECT * FROM t a JOIN u a ON true; -- 42712
ROLLBACK;
BEGIN;
SELECT * FROM t JOIN u USING (id);
ROLLBACK;
