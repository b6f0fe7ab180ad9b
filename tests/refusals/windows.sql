-- Windows, groups and sorted rows of queries: answered by PostgreSQL 15.
CREATE TABLE t (id int PRIMARY KEY, a int, b text NOT NULL, c numeric, d timestamptz DEFAULT now(), arr int[], j jsonb);
CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t (id), v int, w text);
CREATE VIEW vt AS SELECT id, a FROM t;
SELECT a, count(*) FROM t GROUP BY GROUPING SETS ((a), ());
SELECT a, b, count(*) FROM t GROUP BY GROUPING SETS ((a), ()); -- 42803
SELECT a, b, sum(c) FROM t GROUP BY ROLLUP (a, b);
SELECT a, b, c FROM t GROUP BY ROLLUP (a, b); -- 42803
SELECT a, b, GROUPING(a, b) AS g FROM t GROUP BY CUBE (a, b);
SELECT a, b, GROUPING(c) AS g FROM t GROUP BY CUBE (a, b); -- 42803
SELECT id, b FROM t GROUP BY id;
SELECT a, lower(b) FROM t GROUP BY a, ROLLUP (lower(b));
SELECT a, rank() OVER w FROM t WINDOW w AS (PARTITION BY a ORDER BY id);
SELECT a, rank() OVER w2 FROM t WINDOW w AS (PARTITION BY a ORDER BY id); -- 42704
SELECT a, rank() OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY a);
SELECT a, rank() OVER (w PARTITION BY b) FROM t WINDOW w AS (PARTITION BY a); -- 42P20
SELECT a, rank() OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY a ORDER BY id); -- 42P20
SELECT a, sum(c) OVER (w) FROM t WINDOW w AS (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW); -- 42P20
SELECT a FROM t WINDOW w AS (ORDER BY a), w AS (ORDER BY b); -- 42P20
SELECT a, sum(c) OVER (ORDER BY nope) FROM t; -- 42703
SELECT a, sum(c) OVER (PARTITION BY b ORDER BY sum(a)) FROM t; -- 42803
SELECT a, sum(sum(c)) OVER (ORDER BY a) FROM t GROUP BY a;
SELECT a, sum(c) OVER (ORDER BY a) FROM t GROUP BY a; -- 42803
SELECT a, sum(sum(c)) FROM t GROUP BY a; -- 42803
SELECT a, sum(rank() OVER (ORDER BY a)) FROM t GROUP BY a; -- 42803
SELECT a, rank() OVER (ORDER BY sum(c)) FROM t GROUP BY a;
SELECT a, rank() OVER (ORDER BY b) FROM t GROUP BY a; -- 42803
SELECT a, row_number() OVER (ORDER BY row_number() OVER ()) FROM t; -- 42P20
UPDATE t SET a = 1 WHERE row_number() OVER (ORDER BY id) > 1; -- 42P20
UPDATE t SET a = row_number() OVER (ORDER BY id); -- 42P20
UPDATE t SET a = s.rn FROM (SELECT id, row_number() OVER (PARTITION BY b ORDER BY id) AS rn FROM t) s WHERE s.id = t.id;
DELETE FROM t WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY b ORDER BY id) rn FROM t) x WHERE rn > 1);
DELETE FROM t WHERE count(*) > 1; -- 42803
DELETE FROM t WHERE rank() OVER (ORDER BY id) > 1; -- 42P20
SELECT a FROM t WHERE count(*) > 1; -- 42803
SELECT a FROM t WHERE rank() OVER (ORDER BY a) = 1; -- 42P20
SELECT a FROM t GROUP BY count(*); -- 42803
SELECT a FROM t GROUP BY a HAVING count(*) > 1;
SELECT a FROM t GROUP BY a HAVING rank() OVER (ORDER BY a) > 1; -- 42P20
SELECT a FROM t GROUP BY a HAVING b = 'x'; -- 42803
SELECT a FROM t HAVING count(*) > 1; -- 42803
SELECT 1 AS one FROM t HAVING count(*) > 1;
SELECT t.a FROM t JOIN u ON count(*) > 1; -- 42803
SELECT t.a, u.v FROM t JOIN u ON rank() OVER () = 1; -- 42P20
SELECT a, rank() FROM t; -- 42809
SELECT a, row_number() FROM t; -- 42809
SELECT a, lower(b) OVER () FROM t; -- 42809
SELECT a, count(DISTINCT b) OVER () FROM t; -- 0A000
SELECT a, sum(c) FILTER (WHERE a > 1) OVER (ORDER BY a) FROM t;
SELECT a, rank() FILTER (WHERE a > 1) OVER (ORDER BY a) FROM t; -- 0A000
SELECT lower(b) FILTER (WHERE a > 1) FROM t; -- 42809
SELECT count(*) FILTER (WHERE count(*) > 1) FROM t; -- 42803
SELECT count(*) FILTER (WHERE rank() OVER () > 1) FROM t; -- 42P20
SELECT string_agg(b, ',' ORDER BY a) FROM t;
SELECT string_agg(DISTINCT b, ',' ORDER BY b) FROM t;
SELECT string_agg(DISTINCT b, ',' ORDER BY a) FROM t; -- 42P10
SELECT lower(b ORDER BY a) FROM t; -- 42809
SELECT lower(DISTINCT b) FROM t; -- 42809
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c) FROM t;
SELECT percentile_cont(0.5) FROM t; -- 42883
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c::float8) AS m, b FROM t; -- 42803
SELECT DISTINCT a FROM t ORDER BY b; -- 42P10
SELECT DISTINCT a FROM t ORDER BY a;
SELECT DISTINCT a AS x FROM t ORDER BY x;
SELECT DISTINCT a AS x FROM t ORDER BY x + 1; -- 42703
SELECT DISTINCT a AS x FROM t ORDER BY t.a;
SELECT DISTINCT lower(b) FROM t ORDER BY lower(b);
SELECT DISTINCT lower(b) FROM t ORDER BY b; -- 42P10
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b;
SELECT DISTINCT ON (a) a, b FROM t ORDER BY b, a; -- 42P10
SELECT DISTINCT ON (a) b FROM t ORDER BY a, d DESC;
SELECT DISTINCT ON (a, b) c FROM t ORDER BY b, a, d;
SELECT DISTINCT ON (a, b) c FROM t ORDER BY a, d, b; -- 42P10
SELECT DISTINCT ON (nope) c FROM t; -- 42703
SELECT DISTINCT ON (1) a, b FROM t ORDER BY 1;
SELECT DISTINCT ON (3) a, b FROM t; -- 42P10
SELECT a, b FROM t ORDER BY 3; -- 42P10
SELECT a, b FROM t ORDER BY 2 DESC, 1;
SELECT a, b FROM t ORDER BY 'x'; -- 42601
SELECT a, count(*) FROM t GROUP BY 1;
SELECT a, count(*) FROM t GROUP BY 2; -- 42803
SELECT a, count(*) FROM t GROUP BY 3; -- 42P10
SELECT a AS x, count(*) FROM t GROUP BY x ORDER BY x;
SELECT a AS x, count(*) AS n FROM t GROUP BY x HAVING n > 1; -- 42703
SELECT a, count(*) FROM t GROUP BY a ORDER BY b; -- 42803
SELECT a, count(*) FROM t GROUP BY a ORDER BY count(*) DESC, max(b);
SELECT a FROM t UNION SELECT v FROM u ORDER BY a;
SELECT a FROM t UNION SELECT v FROM u ORDER BY v; -- 42703
SELECT a FROM t UNION SELECT v FROM u ORDER BY a + 1; -- 0A000
SELECT a FROM t UNION ALL SELECT v FROM u ORDER BY t.a; -- 42P01
SELECT a FROM t LIMIT 10 OFFSET 5;
SELECT a FROM t LIMIT a; -- 42P10
SELECT a FROM t LIMIT (SELECT max(v) FROM u);
SELECT a FROM t OFFSET a; -- 42P10
SELECT a FROM t LIMIT count(*); -- 42803
SELECT a FROM t LIMIT 'x'; -- 22P02
SELECT a FROM t LIMIT '5';
SELECT a FROM t LIMIT true; -- 42804
SELECT a FROM t WHERE generate_series(1, 3) = a; -- 0A000
SELECT a FROM t WHERE unnest(arr) = 1; -- 0A000
SELECT a FROM t WHERE 1 = ANY (arr);
SELECT a, unnest(arr) AS x FROM t;
SELECT CASE WHEN a > 1 THEN unnest(arr) END AS x FROM t; -- 0A000
SELECT coalesce(unnest(arr), 0) AS x FROM t; -- 0A000
SELECT sum(unnest(arr)) AS x FROM t; -- 0A000
SELECT a FROM t HAVING unnest(array[1]) = 1; -- 0A000
SELECT count(*) FROM t GROUP BY unnest(arr);
SELECT a FROM t ORDER BY unnest(arr);
SELECT a FROM t LIMIT generate_series(1,2); -- 0A000
UPDATE t SET a = unnest(arr); -- 0A000
UPDATE t SET a = generate_series(1, 3); -- 0A000
INSERT INTO u (id, v) SELECT generate_series(120, 129), 1;
INSERT INTO u (id, v) VALUES (generate_series(140, 149), 1);
INSERT INTO u (id, v) VALUES (1, count(*)); -- 42803
INSERT INTO u (id, v) VALUES (160, (SELECT count(*) FROM t));
INSERT INTO u (id, v) VALUES (180, 2) RETURNING id, v;
INSERT INTO u (id, v) VALUES (1, 2) RETURNING nope; -- 42703
INSERT INTO u (id, v) VALUES (1, 2) RETURNING count(*); -- 42803
INSERT INTO u (id, v) VALUES (1, 2) RETURNING rank() OVER (); -- 42P20
INSERT INTO u (id, v) VALUES (200, 2) RETURNING (SELECT count(*) FROM t);
INSERT INTO u (id, v) VALUES (220, 2) RETURNING u.*;
INSERT INTO u (id, v) VALUES (1, 2) RETURNING t.id; -- 42P01
INSERT INTO u AS x (id, v) VALUES (240, 2) RETURNING x.id;
INSERT INTO u AS x (id, v) VALUES (1, 2) RETURNING u.id; -- 42P01
UPDATE t SET a = 1 FROM u WHERE u.t_id = t.id RETURNING t.id, u.v;
UPDATE t SET a = 1 FROM u WHERE u.t_id = t.id RETURNING id; -- 42702
DELETE FROM t USING u WHERE u.t_id = t.id RETURNING u.v;
DELETE FROM t RETURNING u.v; -- 42P01
UPDATE t SET a = max(c) FROM u; -- 42803
UPDATE t SET a = (SELECT max(v) FROM u WHERE u.t_id = t.id);
UPDATE t SET a = count(*); -- 42803
SELECT id, (SELECT count(*) FROM u WHERE u.t_id = t.id AND t.a = 1) FROM t GROUP BY id;
SELECT a, (SELECT sum(v) FROM u WHERE u.v = t.a) FROM t GROUP BY a;
SELECT * FROM t GROUP BY id;
SELECT * FROM t GROUP BY a; -- 42803
SELECT t.*, count(u.id) AS n FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.id;
SELECT t.*, u.w, count(u.id) AS n FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.id; -- 42803
SELECT vt.id, vt.a FROM vt GROUP BY vt.id; -- 42803
SELECT t, count(*) FROM t GROUP BY t;
SELECT t.b, count(*) FROM t GROUP BY t; -- 42803
SELECT count(*), max(a) + b FROM t GROUP BY lower(b); -- 42883
SELECT lower(b), count(*) FROM t GROUP BY lower(b);
SELECT upper(b), count(*) FROM t GROUP BY lower(b); -- 42803
SELECT date_trunc('day', d) AS day, count(*) FROM t GROUP BY day;
SELECT date_trunc('day', d), count(*) FROM t GROUP BY date_trunc('day', d) ORDER BY date_trunc('day', d);
SELECT d::date, count(*) FROM t GROUP BY d::date;
SELECT a, array_agg(b ORDER BY c) FROM t; -- 42803
SELECT array_agg(b ORDER BY c), a + 0 FROM t GROUP BY a + 0;
SELECT a FROM t FOR UPDATE;
WITH RECURSIVE r AS (SELECT 260 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 265) INSERT INTO u (id) SELECT n FROM r;
WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) INSERT INTO u (id) SELECT n FROM r; -- 42P01
WITH RECURSIVE r (n, m) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) INSERT INTO u (id) SELECT n FROM r; -- 42P10
WITH x (p, q, z) AS (SELECT id, a FROM t) INSERT INTO u (id) SELECT p FROM x; -- 42P10
WITH x AS (SELECT 1 AS n), x AS (SELECT 2 AS n) INSERT INTO u (id) SELECT n FROM x; -- 42712
VALUES (1, 2), (3); -- 42601
INSERT INTO u (id, v) VALUES (1, 2), (3); -- 42601
SELECT a FROM t UNION SELECT id, v FROM u; -- 42601
SELECT a FROM t UNION SELECT w FROM u; -- 42804
SELECT a FROM t UNION SELECT NULL;
SELECT a FROM t UNION SELECT 'x'; -- 22P02
SELECT DISTINCT j::json FROM t; -- 42883
SELECT DISTINCT j FROM t;
SELECT j::json, count(*) FROM t GROUP BY j::json; -- 42883
SELECT a FROM t ORDER BY j::json; -- 42883
SELECT a FROM (SELECT a, b FROM t) s (x, y); -- 42703
SELECT x FROM (SELECT a, b FROM t) s (x, y);
SELECT x FROM (SELECT a, b FROM t) s (x, y, z); -- 42P10
SELECT * FROM t JOIN u USING (id);
SELECT * FROM t JOIN u ON t.id = u.t_id;
SELECT t.*, u.* FROM t, u;
SELECT lag(a) OVER (ORDER BY id) FROM t;
SELECT lag(a, 1, 0) OVER (PARTITION BY b ORDER BY id) AS prev, ntile(4) OVER (ORDER BY c) FROM t;
SELECT sum(c) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM t; -- 42P20
SELECT sum(c) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM t; -- 42P20
SELECT sum(c) OVER (ROWS BETWEEN a PRECEDING AND CURRENT ROW) FROM t; -- 42P10
SELECT sum(c) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t; -- 42P20
SELECT sum(c) OVER (ORDER BY a, b RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t; -- 42P20
SELECT sum(c) OVER (GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t; -- 42P20
SELECT sum(c) OVER (ORDER BY d RANGE BETWEEN '7 days' PRECEDING AND CURRENT ROW) FROM t;
