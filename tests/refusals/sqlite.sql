-- Every statement stands with the SQLSTATE of the meaning of what SQLite answers (checked on 3.40 and 3.54); without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE authors (id integer PRIMARY KEY, name text NOT NULL, born date);
CREATE TABLE books (id integer PRIMARY KEY, author_id int, title text, price numeric);
CREATE VIEW titles AS SELECT b.id, title AS called, count(*) AS many FROM books b GROUP BY b.id, title;
CREATE VIEW everything (a, b, c) AS SELECT * FROM authors;
CREATE VIEW both AS SELECT t.*, e.b FROM titles t JOIN everything e ON e.a = t.id;
-- A view is read when something reads it.
SELECT called FROM titles;
SELECT title FROM titles; -- 42703
SELECT t.title FROM titles t; -- 42703
SELECT called, many, b FROM both;
SELECT both.c FROM both; -- 42703
SELECT name FROM everything; -- 42703
SELECT b.id FROM books b JOIN titles t ON id = called; -- 42702
SELECT rowid FROM titles;
SELECT a FROM everything JOIN authors USING (id); -- 42703
CREATE VIEW broken AS SELECT nope FROM books;
SELECT 1 FROM broken; -- 42703
INSERT INTO books (id) SELECT id FROM broken; -- 42703
CREATE VIEW round_one AS SELECT * FROM round_two;
CREATE VIEW round_two AS SELECT * FROM round_one;
DROP VIEW broken;
DROP VIEW round_one;
DROP VIEW round_two;
CREATE VIEW grows AS SELECT * FROM books;
ALTER TABLE books ADD COLUMN isbn text;
SELECT isbn FROM grows;
ALTER TABLE books RENAME COLUMN isbn TO number;
SELECT number FROM grows;
-- Conditions of joins see all of `FROM`, and the names that outputs are given.
SELECT 1 FROM authors a JOIN books b ON title = a.name JOIN books c ON c.id = b.id; -- 42702
SELECT 1 FROM authors a JOIN books b ON title = a.name JOIN authors c ON c.id = b.id;
SELECT a.name AS called FROM authors a JOIN books b ON called = b.title;
SELECT 1 FROM authors a JOIN books b ON b.title = c.title JOIN books c ON c.id = b.id;
-- What is `AND 0` is gone before names are looked for; what is `AND 1`, `OR 0` or `AND -0` is not.
SELECT 1 FROM books WHERE nope AND 0;
SELECT 1 FROM books WHERE (nope AND 0) AND other;
SELECT 1 FROM books WHERE nope IN ();
SELECT 1 FROM books WHERE nope AND 1; -- 42703
SELECT 1 FROM books WHERE nope OR 0; -- 42703
SELECT 1 FROM books WHERE nope AND -0; -- 42703
SELECT 1 FROM books WHERE NOT nope; -- 42703
SELECT 1 FROM authors JOIN books b ON nope = 1 JOIN books c ON 0;
SELECT 1 FROM authors JOIN books b ON 0 WHERE 'a' IN (SELECT 'a' FROM nowhere);
SELECT 1 FROM authors LEFT JOIN books b ON 0 WHERE 'a' IN (SELECT 'a' FROM books);
ALTER TABLE authors ADD COLUMN thrown integer CHECK (CASE WHEN (0 AND authors.nope) THEN 1 ELSE 1 END);
SELECT 1 FROM authors JOIN books b ON nope = 1 WHERE 0;
SELECT 1 FROM authors JOIN books b ON nope = 1 WHERE 1; -- 42703
-- Functions.
SELECT lower(title), substr(title, 1), substr(title, 1, 2), max(price, 1), coalesce(title, '') FROM books;
SELECT lower(title, 1) FROM books; -- 42883
SELECT replace(title) FROM books; -- 42883
SELECT ifnull(title) FROM books; -- 42883
SELECT coalesce(title) FROM books; -- 42883
SELECT max() FROM books; -- 42883
SELECT iif(price, 1) FROM books;
SELECT made_by_the_program(title) FROM books;
SELECT count(*), count(), group_concat(title, ',') FROM books;
SELECT lower(title) OVER () FROM books; -- 42809
SELECT row_number() FROM books; -- 42809
SELECT row_number() OVER (ORDER BY id), sum(price) OVER () FROM books;
CREATE TABLE checked (a text CHECK (length() > 1)); -- 42883
-- Defaults.
ALTER TABLE books ADD COLUMN made text DEFAULT (lower(title)); -- 42P16
ALTER TABLE books ADD COLUMN made text DEFAULT ((SELECT 1)); -- 42P16
CREATE TABLE u (a int, b text DEFAULT (a || 'x')); -- 42P16
CREATE TABLE w (a text DEFAULT word, b text DEFAULT "word", c text DEFAULT (lower('X')), d text DEFAULT CURRENT_TIMESTAMP, e int DEFAULT true, f int DEFAULT (1 + 2));
-- Rows of literals.
CREATE TABLE roles (id integer PRIMARY KEY, name text NOT NULL UNIQUE, rank int NOT NULL DEFAULT 0);
INSERT INTO roles (name) VALUES ('admin');
INSERT INTO roles (id, name) VALUES (NULL, 'user'), (5, 'guest');
INSERT INTO roles (id) VALUES (6); -- 23502
INSERT INTO roles (name) VALUES (NULL); -- 23502
INSERT INTO roles DEFAULT VALUES; -- 23502
INSERT OR IGNORE INTO roles (name) VALUES (NULL);
INSERT OR REPLACE INTO roles (id, name) VALUES (5, 'host');
BEGIN;
INSERT INTO roles (name) VALUES ('owner');
INSERT INTO roles (name) VALUES ('owner'); -- 23505
COMMIT;
INSERT INTO roles (id, name) VALUES (7, 'x'), (7, 'y'); -- 23505
INSERT INTO roles (name) VALUES ('admin') ON CONFLICT DO NOTHING;
INSERT INTO roles (id, name) VALUES ('six', 'z'); -- 42804
INSERT INTO roles (id, name) VALUES (' 8 ', 'z');
CREATE TABLE keyed (id text PRIMARY KEY, a text) WITHOUT ROWID;
INSERT INTO keyed VALUES (NULL, 'a'); -- 23502
CREATE TABLE passing (id integer PRIMARY KEY ON CONFLICT REPLACE, a text NOT NULL ON CONFLICT IGNORE);
INSERT INTO passing VALUES (1, NULL), (1, NULL);
CREATE TABLE doubled (id text PRIMARY KEY, a text);
CREATE UNIQUE INDEX doubled_id ON doubled (id);
INSERT INTO doubled VALUES ('a', 'b');
CREATE TABLE loose (id text PRIMARY KEY, a text);
INSERT INTO loose VALUES (NULL, 'a'), (NULL, 'b');
CREATE TABLE passing_too (id integer, a text, PRIMARY KEY (id) ON CONFLICT IGNORE, UNIQUE (a) ON CONFLICT REPLACE);
INSERT INTO passing_too VALUES (1, 'a'), (1, 'a');
-- A temporary table hides one of its name.
CREATE TABLE hidden (a int);
CREATE TEMP TABLE hidden (z int);
SELECT z FROM hidden;
-- Counts of columns.
SELECT (SELECT id, name FROM roles); -- 42601
SELECT 1 FROM roles WHERE id IN (SELECT id, name FROM roles); -- 42601
SELECT 1 FROM roles WHERE (id, name) IN (SELECT id, name FROM roles) AND EXISTS (SELECT 1, 2);
UPDATE roles SET rank = (SELECT id, rank FROM roles); -- 42601
UPDATE roles SET (rank, name) = (SELECT id, name FROM roles) WHERE 0;
WITH c (x) AS (SELECT id, name FROM roles) SELECT x FROM c; -- 42P10
WITH c (x, y) AS (SELECT id, name FROM roles) SELECT x, y FROM c;
CREATE VIEW few (x) AS SELECT id, name FROM roles;
SELECT x FROM few; -- 42P10
SELECT id FROM roles HAVING id > 1; -- 42803
SELECT id FROM roles GROUP BY id HAVING id > 1;
SELECT id FROM roles UNION SELECT rank FROM roles ORDER BY rank;
SELECT id FROM roles UNION SELECT rank FROM roles ORDER BY name; -- 42703
SELECT id FROM roles UNION SELECT rank FROM roles ORDER BY 2; -- 42P10
-- What SQLite makes itself, and what it writes to.
CREATE TABLE sums (a int, b int, c int AS (a + b));
INSERT INTO sums VALUES (1, 2);
INSERT INTO sums (a, c) VALUES (1, 2); -- 428C9
UPDATE sums SET c = 1; -- 428C9
CREATE TABLE all_made (a AS (1)); -- 42P16
CREATE TABLE typed (a varchar(20)) STRICT; -- 42P16
CREATE TABLE typed (a text, b any, c int) STRICT;
CREATE VIEW rank_of AS SELECT id, rank FROM roles;
INSERT INTO rank_of VALUES (1, 2); -- 42809
CREATE TRIGGER writes_rank INSTEAD OF INSERT ON rank_of BEGIN UPDATE roles SET rank = NEW.rank WHERE id = NEW.id; END;
INSERT INTO rank_of VALUES (1, 2);
CREATE VIRTUAL TABLE words USING fts5(a, b);
CREATE INDEX words_a ON words (a); -- 42809
ALTER TABLE words ADD COLUMN c; -- 42809
ALTER TABLE sums RENAME TO Sums; -- 42P07
-- Renames and dropped columns look at every view and trigger.
CREATE TABLE people (id integer PRIMARY KEY, first text, last text, note text);
CREATE TABLE log (what text);
CREATE VIEW names AS SELECT p.first || l.what AS full FROM people p, log l WHERE note IS NULL;
ALTER TABLE people DROP COLUMN note; -- 42703
CREATE TRIGGER logs AFTER UPDATE ON people WHEN NEW.last IS NOT OLD.last BEGIN INSERT INTO log (what) VALUES (NEW.last); END;
ALTER TABLE people DROP COLUMN last; -- 42703
DROP TRIGGER logs;
ALTER TABLE people DROP COLUMN last;
CREATE VIEW wrong AS SELECT nope FROM log;
ALTER TABLE log RENAME TO logged; -- 42703
ALTER TABLE log ADD COLUMN at text;
DROP VIEW wrong;
CREATE TRIGGER free AFTER INSERT ON log BEGIN INSERT INTO people (nope) VALUES (lower()); END;
ALTER TABLE log RENAME TO logged;
