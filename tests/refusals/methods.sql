-- Indexes and publications. Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE docs (id int PRIMARY KEY, title text, tags text[], data json, meta jsonb, loc point, ip inet, during tstzrange, vec tsvector, m mood);
CREATE INDEX ON docs USING hash (id, title); -- 0A000
CREATE UNIQUE INDEX ON docs USING hash (id); -- 0A000
CREATE UNIQUE INDEX ON docs USING gin (meta); -- 0A000
CREATE INDEX ON docs USING hash (id) INCLUDE (title); -- 0A000
CREATE INDEX ON docs (data); -- 42704
CREATE INDEX ON docs ((data -> 'a')); -- 42704
CREATE INDEX ON docs ((data ->> 'a'));
CREATE INDEX ON docs (loc); -- 42704
ALTER TABLE docs ADD UNIQUE (loc); -- 42704
CREATE TABLE placed (at point PRIMARY KEY); -- 42704
CREATE INDEX ON docs (meta, tags, ip, during, vec, m);
CREATE INDEX ON docs USING hash (meta);
CREATE INDEX ON docs USING gin (meta, tags, vec);
CREATE INDEX ON docs USING gin (data); -- 42704
CREATE INDEX ON docs USING gin (title); -- 42704
CREATE INDEX ON docs USING gin (to_tsvector('english', title));
CREATE INDEX ON docs USING gin (lower(title)); -- 42704
CREATE INDEX ON docs USING gin (lower(title) gin_trgm_ops); -- 42704
CREATE INDEX ON docs USING gist (during, loc, vec);
CREATE INDEX ON docs USING gist (id); -- 42704
CREATE INDEX ON docs USING gist (ip inet_ops);
CREATE INDEX ON docs USING spgist (title);
CREATE INDEX ON docs USING brin (id, title);
CREATE INDEX ON docs USING brin (meta); -- 42704
INSERT INTO docs (id, title) VALUES (1, 'a') ON CONFLICT (id) DO NOTHING;
INSERT INTO docs (id, title) VALUES (1, 'a') ON CONFLICT (title) DO NOTHING; -- 42P10
INSERT INTO docs (id, title) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT docs_pkey DO NOTHING;
INSERT INTO docs (id, title) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT docs_title DO NOTHING; -- 42704
ALTER TABLE docs ADD EXCLUDE USING gist (id WITH =, during WITH &&); -- 42704
ALTER TABLE docs ADD EXCLUDE USING gist (during WITH &&);
CREATE TABLE keyed (a int, b int, c int UNIQUE, PRIMARY KEY (a, b));
INSERT INTO keyed VALUES (1, 2, 3) ON CONFLICT (b, a) DO UPDATE SET c = excluded.c;
INSERT INTO keyed VALUES (1, 2, 3) ON CONFLICT (a) DO NOTHING; -- 42P10
CREATE UNIQUE INDEX partial ON keyed (b) WHERE c > 0;
INSERT INTO keyed VALUES (1, 2, 3) ON CONFLICT (b) DO NOTHING; -- 42P10
CREATE UNIQUE INDEX every ON keyed (b);
INSERT INTO keyed VALUES (1, 2, 3) ON CONFLICT (b) DO NOTHING;
CREATE PUBLICATION news FOR TABLE docs;
CREATE PUBLICATION news FOR ALL TABLES; -- 42710
ALTER PUBLICATION news ADD TABLE docs; -- 42710
ALTER PUBLICATION news ADD TABLE ONLY keyed;
ALTER PUBLICATION news DROP TABLE keyed;
ALTER PUBLICATION news DROP TABLE keyed; -- 42704
ALTER PUBLICATION news SET TABLE keyed, docs;
ALTER TABLE keyed RENAME TO locked;
ALTER PUBLICATION news ADD TABLE locked; -- 42710
DROP TABLE locked;
CREATE TABLE locked (a int PRIMARY KEY);
ALTER PUBLICATION news ADD TABLE locked;
DROP PUBLICATION news;
CREATE PUBLICATION news FOR TABLE docs, locked WITH (publish = 'insert');
