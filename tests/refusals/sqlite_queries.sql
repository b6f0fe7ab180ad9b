-- Every statement stands with the SQLSTATE of the meaning of what SQLite 3.40 and 3.54 answer; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, user_id INT);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO posts (id, title) SELECT id, name FROM users ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT u.id, x.name FROM users u, users x ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT id, name FROM users UNION SELECT id, name FROM users ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT id, name FROM users WHERE true ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT u.id, u.name FROM users u JOIN users x ON x.id = u.id ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT id, name FROM users LIMIT 1 ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT 1, 'a' ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET (title, body) = ('x', 'y', 'z'); -- 42601
INSERT INTO posts (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET (title, body) = ('x', 'y');
UPDATE posts SET (title, body) = (SELECT name FROM users); -- 42601
UPDATE posts SET (body, user_id) = (SELECT name, id FROM users);
UPDATE posts SET title = u.name FROM users u WHERE u.id = posts.user_id RETURNING u.name; -- 42P01
UPDATE posts SET title = u.name FROM users u WHERE u.id = posts.user_id RETURNING title;
UPDATE posts AS p SET p.title = 'a'; -- 42601
UPDATE posts AS p SET body = p.title;
SELECT (1, 2); -- 42601
SELECT id FROM posts WHERE (id, title) = (1, 'a', 2); -- 42601
SELECT id FROM posts WHERE id IN ((1, 2)); -- 42601
SELECT id FROM posts WHERE (id, title) IN (SELECT id FROM posts); -- 42601
SELECT id FROM posts WHERE (id, title) IN (SELECT id, title FROM posts) AND (id, title) = (1, 'a');
CREATE TABLE strict (a INT, b BLOB, c TEXT, d ANY) STRICT;
INSERT INTO strict (a) VALUES ('abc'); -- 42804
INSERT INTO strict (a) VALUES ('1.5'); -- 42804
INSERT INTO strict (b) VALUES ('abc'); -- 42804
INSERT INTO strict VALUES (' 12 ', NULL, 1, 'abc');
ALTER TABLE strict ADD COLUMN e VARCHAR(3); -- 42P16
ALTER TABLE strict ADD COLUMN f TEXT;
CREATE TABLE w (id INTEGER PRIMARY KEY, a INT, b TEXT);
SELECT a, rank() OVER w FROM w; -- 42704
SELECT a, rank() OVER ww FROM w WINDOW ww AS (ORDER BY a);
SELECT a, rank() OVER (ww ORDER BY b) FROM w WINDOW ww AS (ORDER BY a); -- 42P20
SELECT a, rank() OVER (ww ORDER BY b) FROM w WINDOW ww AS (PARTITION BY a);
SELECT a, sum(a) OVER (ww PARTITION BY b) FROM w WINDOW ww AS (ORDER BY a); -- 42P20
SELECT a, sum(a) OVER (ww) FROM w WINDOW ww AS (ORDER BY a ROWS 1 PRECEDING); -- 42P20
SELECT a FROM w WINDOW ww AS (ORDER BY a), ww AS (ORDER BY b);
SELECT a, row_number() OVER (ORDER BY row_number() OVER ()) FROM w; -- 42P20
SELECT count(*) FILTER (WHERE count(*) > 1) FROM w; -- 42803
SELECT count(*) FILTER (WHERE a > 1), sum(a) FILTER (WHERE b IS NOT NULL) OVER (ORDER BY id) FROM w;
SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM w; -- 42P20
SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING), sum(a) OVER (ORDER BY a, b RANGE UNBOUNDED PRECEDING) FROM w;
SELECT sum(a) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w; -- 42P20
SELECT sum(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w;
SELECT sum(sum(a)) OVER (ORDER BY a) FROM w GROUP BY a;
SELECT group_concat(b, ', '), sum(count(*)) OVER () FROM w GROUP BY a;
WITH x AS (SELECT 1 AS n), x AS (SELECT 2 AS n) SELECT n FROM x; -- 42712
SELECT a FROM (SELECT a FROM w);
CREATE TABLE seen (id int, at text);
UPDATE seen SET at = 'now' WHERE at ISNULL AND id NOTNULL;
