-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, mood mood, tags text[], low text GENERATED ALWAYS AS (lower(name)) STORED);
CREATE TABLE posts (id int PRIMARY KEY, user_id int, title varchar(10));
CREATE VIEW names AS SELECT id, name FROM users;
INSERT INTO users (id, name, mood) SELECT DISTINCT 1, 'a', 'sad'; -- 42804
INSERT INTO users (id, name, mood) SELECT 1, 'a', 'sad' ORDER BY 3; -- 42804
INSERT INTO users (id, name, mood) SELECT 1, 'a', 'sad' FROM posts GROUP BY 3; -- 42804
INSERT INTO users (id, name, mood) SELECT 1, 'a', 'sad' UNION SELECT 2, 'b', 'ok'; -- 42804
INSERT INTO users (id, name, mood) SELECT 1, 'a', 'sad' FROM posts ORDER BY 1;
INSERT INTO users (id, name, mood) SELECT DISTINCT 1, 'a', 'sad'::mood FROM posts;
INSERT INTO users (id, name, mood) SELECT * FROM (VALUES (1, 'a', 'sad')) x; -- 42804
INSERT INTO users (id, name, mood) SELECT x.a, 'a', x.b::mood FROM (VALUES (10, 'sad')) x (a, b);
SELECT 1 UNION SELECT 'a'; -- 22P02
SELECT 'a' UNION ALL SELECT 1; -- 22P02
SELECT 1 UNION SELECT '2';
SELECT mood FROM users UNION SELECT 'happy'; -- 22P02
SELECT mood FROM users UNION SELECT 'ok';
SELECT 1 FROM users WHERE mood = ANY (ARRAY['sad', 'ok']); -- 42883
SELECT 1 FROM users WHERE mood = ANY (ARRAY['sad']::mood[]) OR mood::text = ANY (ARRAY['sad']) OR mood = ANY ('{sad}');
SELECT 1 FROM users WHERE 1 = ANY (tags); -- 42883
SELECT 1 FROM users WHERE 'a' = ANY (tags) AND id = ANY (ARRAY[1, 2]) AND id <> ALL (SELECT user_id FROM posts);
SELECT 1 FROM users WHERE 'a' = ANY (name); -- 42809
SELECT DISTINCT title FROM posts ORDER BY id; -- 42P10
SELECT DISTINCT title FROM posts ORDER BY lower(title); -- 42P10
SELECT DISTINCT title, id AS x FROM posts ORDER BY x, title, posts.id, 1;
SELECT DISTINCT lower(title) FROM posts ORDER BY lower(title);
SELECT id FROM posts LIMIT id; -- 42P10
SELECT (SELECT p.id FROM posts p LIMIT 1) FROM users;
ALTER TABLE users ADD CHECK (mood <> 'happy'); -- 22P02
ALTER TABLE users ADD CHECK (mood IN ('sad', 'happy')); -- 22P02
CREATE INDEX on_mood ON users (id) WHERE mood = 'happy'; -- 22P02
CREATE POLICY of_mood ON users USING (CASE WHEN id > 1 THEN mood ELSE 'happy' END = 'ok'); -- 22P02
ALTER TABLE users ADD CHECK (mood <> 'ok');
SELECT 1 FROM posts WHERE (id, title) = (1, 'a', 2); -- 42601
SELECT 1 FROM posts WHERE (id, title) IN (SELECT 1); -- 42601
SELECT 1 FROM posts WHERE (id, title) IN (SELECT id, title FROM posts) OR (id, title) = (1, 'a');
UPDATE users SET (name, id) = (SELECT 'a'); -- 42601
UPDATE users SET (name, id) = (SELECT 'a', 1 WHERE false) WHERE false;
UPDATE users AS u SET u.name = 'a'; -- 42703
UPDATE names SET mood = 'ok'; -- 42703
UPDATE names SET name = 'a' WHERE mood = 'ok'; -- 42703
UPDATE names SET name = 'a' WHERE id = 1;
INSERT INTO names (id, nothing) VALUES (1, 'a'); -- 42703
CREATE VIEW wide (a, b, c) AS SELECT id, name FROM users; -- 42601
CREATE VIEW wide (a) AS SELECT id, name FROM users;
CREATE TABLE copied AS SELECT p.id, u.id FROM posts p, users u; -- 42701
CREATE TABLE copied (a, b) AS SELECT p.id, u.id FROM posts p, users u;
CREATE OR REPLACE VIEW names AS SELECT id::bigint, name FROM users; -- 42P16
CREATE OR REPLACE VIEW names AS SELECT id, name::varchar FROM users; -- 42P16
CREATE OR REPLACE VIEW names AS SELECT id, name, title FROM users JOIN posts USING (id);
CREATE RECURSIVE VIEW counted (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3;
CREATE DOMAIN small AS int CHECK (VALUE < 'a'); -- 22P02
CREATE DOMAIN small AS int CHECK (nothing < 1); -- 42703
CREATE DOMAIN small AS int CHECK (VALUE); -- 42804
CREATE DOMAIN small AS int DEFAULT 'a'; -- 22P02
CREATE DOMAIN small AS int CHECK (VALUE IN (SELECT 1)); -- 0A000
CREATE DOMAIN small AS int DEFAULT 5 CONSTRAINT low CHECK (VALUE < 10);
ALTER DOMAIN small ADD CONSTRAINT low CHECK (VALUE < 9); -- 42710
ALTER DOMAIN small ADD CONSTRAINT high CHECK (VALUE ~ 'a'); -- 42883
ALTER DOMAIN small SET DEFAULT 'a'; -- 22P02
ALTER DOMAIN small ADD CONSTRAINT high CHECK (VALUE > 0);
SELECT 'a'::small; -- 22P02
ALTER TABLE users ADD COLUMN twice text GENERATED ALWAYS AS (low || 'a') STORED; -- 42P17
CREATE FUNCTION doubled(a int, a text) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- 42P13
CREATE FUNCTION doubled(a int DEFAULT 1, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- 42P13
CREATE FUNCTION doubled(a int, OUT b int) LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN version AS bigint DEFAULT 1 NOT NULL CHECK (VALUE > 0);
