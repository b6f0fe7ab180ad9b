-- Names and types in statements about rows. Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL, born date, tags text[], alive boolean, ref uuid);
CREATE TABLE books (id int PRIMARY KEY, author_id int, title text, price numeric, meta jsonb, isbn varchar(13));
SELECT nope FROM books; -- 42703
SELECT b.nope FROM books b; -- 42703
SELECT books.title FROM books b; -- 42P01
SELECT title FROM books b, authors a WHERE id = 1; -- 42702
SELECT title, b.id FROM books b JOIN authors a ON a.id = b.author_id WHERE born IS NULL;
SELECT id, title FROM books JOIN authors USING (id);
SELECT id FROM books JOIN authors USING (title); -- 42703
SELECT ctid, tableoid, xmin FROM books;
SELECT books FROM books WHERE books IS NOT NULL;
SELECT to_jsonb(b), (b).title, b.* FROM books b;
SELECT x.* FROM books b; -- 42P01
UPDATE books SET title = nope; -- 42703
UPDATE books SET title = a.name FROM authors a WHERE a.id = books.author_id AND alive;
UPDATE books SET title = a.name FROM authors a WHERE a.key = books.author_id; -- 42703
UPDATE books SET price = title; -- 42804
UPDATE books SET title = 'a', title = 'b'; -- 42601
INSERT INTO books (id, id) VALUES (1, 2); -- 42701
INSERT INTO books (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET title = 'a', title = 'b'; -- 42601
UPDATE books SET title = price;
UPDATE books SET price = 'cheap'; -- 22P02
UPDATE books SET price = '12.5', id = '7';
DELETE FROM books USING authors a WHERE a.id = author_id AND a.name = 'x';
DELETE FROM books WHERE author = 1; -- 42703
DELETE FROM books WHERE author_id IN (SELECT id FROM authors WHERE price > 1);
DELETE FROM books WHERE author_id IN (SELECT id FROM authors WHERE pages > 1); -- 42703
INSERT INTO books (id, title) SELECT id, name FROM authors;
INSERT INTO books (id, title) SELECT id, name, born FROM authors; -- 42601
INSERT INTO books (id, title) SELECT id FROM authors; -- 42601
INSERT INTO books SELECT id FROM authors;
INSERT INTO books VALUES (1, 2, 'a', 3, '{}', 'b', 4); -- 42601
INSERT INTO books (id, title) VALUES (2, 'a'), (3); -- 42601
INSERT INTO books (id, title) VALUES ('two', 'a'); -- 22P02
INSERT INTO books (id, price) VALUES (4, true); -- 42804
INSERT INTO books (id, title) SELECT name, name FROM authors; -- 42804
INSERT INTO books (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET title = excluded.title || books.title;
INSERT INTO books (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET title = title || 'b'; -- 42702
INSERT INTO books (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET titel = 'b'; -- 42703
INSERT INTO books AS mine (id) VALUES (9) ON CONFLICT (id) DO UPDATE SET title = mine.title RETURNING mine.id, title;
INSERT INTO books (id) VALUES (10) RETURNING pages; -- 42703
WITH new AS (INSERT INTO authors (id, name) VALUES (77, 'n') RETURNING id, name) INSERT INTO books (id, title) SELECT id, name FROM new;
WITH new AS (INSERT INTO authors (id, name) VALUES (78, 'n') RETURNING id) INSERT INTO books (id, title) SELECT id, name FROM new; -- 42703
WITH t (n) AS (SELECT name FROM authors) SELECT n FROM t;
WITH t (n) AS (SELECT name FROM authors) SELECT name FROM t; -- 42703
WITH RECURSIVE up AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM up WHERE n < 3) SELECT n FROM up;
SELECT id FROM books UNION SELECT id, name FROM authors; -- 42601
SELECT s.n FROM (SELECT count(*) AS n FROM books) s WHERE s.n > 0;
SELECT s.m FROM (SELECT count(*) AS n FROM books) s; -- 42703
SELECT count FROM (SELECT count(*) FROM books) s;
SELECT lower(title) AS low FROM books GROUP BY low ORDER BY low;
SELECT lower(title) AS low FROM books WHERE low = 'a'; -- 42703
SELECT a.id, l.title FROM authors a CROSS JOIN LATERAL (SELECT title FROM books WHERE author_id = a.id LIMIT 1) l;
SELECT a.id, l.title FROM authors a CROSS JOIN (SELECT title FROM books WHERE author_id = a.id LIMIT 1) l; -- 42P01
SELECT t FROM authors a, unnest(a.tags) AS t;
SELECT v, g, key FROM authors, generate_series(1, 2) g, jsonb_each('{}') e, unnest(tags) v;
SELECT one, column2 FROM (VALUES (1, 'a')) AS v (one);
SELECT current_user, CURRENT_DATE, localtimestamp, session_user FROM books;
SELECT * FROM books WHERE title = 1; -- 42883
SELECT * FROM books WHERE title = '1' AND id = '1' AND price > 1;
SELECT * FROM books b JOIN authors a ON a.ref = b.isbn; -- 42883
SELECT * FROM books WHERE id = 'one'; -- 22P02
SELECT * FROM authors WHERE alive = 1; -- 42883
SELECT meta::uuid FROM books; -- 42846
SELECT title::uuid, id::text, price::int, meta::text, isbn::int FROM books WHERE false;
SELECT id::boolean, alive::int, born::timestamptz FROM authors, LATERAL (SELECT 1) x;
SELECT 'a'::int; -- 22P02
SELECT ' 12 '::int, '1e3'::numeric, 'nan'::float8, 'yes'::boolean, 'T'::boolean;
MERGE INTO books b USING authors a ON a.id = b.author_id WHEN MATCHED THEN UPDATE SET title = a.name WHEN NOT MATCHED THEN DO NOTHING;
MERGE INTO books b USING authors a ON a.id = b.author_id WHEN MATCHED THEN UPDATE SET title = a.title; -- 42703
CREATE VIEW titles AS SELECT title, author_id AS author FROM books;
SELECT author FROM titles;
SELECT author_id FROM titles; -- 42703
CREATE VIEW wrong AS SELECT pages FROM books; -- 42703
CREATE TABLE copied AS SELECT id, title FROM books;
CREATE TABLE copied2 AS SELECT id, pages FROM books; -- 42703
UPDATE copied SET title = id WHERE price = 1; -- 42703
CREATE INDEX ON books (lower(title)) WHERE pages > 1; -- 42703
CREATE INDEX ON books ((price * pages)); -- 42703
CREATE INDEX ON books (lower(title)) WHERE price > 1 AND books.id > 0;
ALTER TABLE books ALTER COLUMN isbn TYPE int USING nope::int; -- 42703
ALTER TABLE books DROP COLUMN isbn, ALTER COLUMN price TYPE numeric USING isbn::numeric;
ALTER TABLE books ADD COLUMN double numeric GENERATED ALWAYS AS (price * 2) STORED;
ALTER TABLE books ADD COLUMN triple numeric GENERATED ALWAYS AS (cost * 3) STORED; -- 42703
CREATE TABLE made (a int, b int GENERATED ALWAYS AS (a + c) STORED); -- 42703
CREATE TABLE wrongs (a int DEFAULT b, b int); -- 0A000
ALTER TABLE books ADD COLUMN sold boolean DEFAULT 0; -- 42804
ALTER TABLE books ADD COLUMN resold boolean DEFAULT '0';
ALTER TABLE books ADD COLUMN at timestamptz DEFAULT now(), ADD COLUMN key uuid DEFAULT gen_random_uuid(), ADD COLUMN who text DEFAULT current_user;
ALTER TABLE books ALTER COLUMN at SET DEFAULT 'soon'::text; -- 42804
ALTER TABLE books ALTER COLUMN price SET DEFAULT 'soon'; -- 22P02
DO $$ DECLARE pages int := 1; BEGIN UPDATE books SET price = pages; END $$;
CREATE TABLE seen (id int, at timestamptz, CHECK (at ISNULL OR at > '2000-01-01'));
CREATE UNIQUE INDEX seen_once ON seen (id) WHERE at ISNULL;
UPDATE seen SET at = now() WHERE at isnull AND id notnull;
UPDATE seen SET at = now() WHERE later isnull; -- 42703
