-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE plain (id int, at timestamptz);
CREATE TABLE events (id int NOT NULL, at timestamptz NOT NULL, note text, PRIMARY KEY (id, at), CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE other PARTITION OF plain FOR VALUES FROM ('2024-01-01') TO ('2024-02-01'); -- 42P17
CREATE INDEX events_note ON events (note);
DROP INDEX events_1_note_idx; -- 2BP01
ALTER TABLE events_1 DROP COLUMN note; -- 42P16
ALTER TABLE events DROP COLUMN at; -- 42P16
ALTER TABLE events ALTER COLUMN at TYPE date; -- 42P16
ALTER TABLE events ADD COLUMN more text;
ALTER TABLE events_1 ALTER COLUMN more SET DEFAULT 'x';
ALTER TABLE events RENAME COLUMN more TO extra;
ALTER TABLE events_1 ALTER COLUMN more SET DEFAULT 'x'; -- 42703
DROP INDEX events_note;
DROP INDEX events_1_note_idx; -- 42704
ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01'); -- 42809
ALTER TABLE plain ATTACH PARTITION events_1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01'); -- 42P17
ALTER TABLE events DETACH PARTITION plain; -- 42P01
ALTER TABLE events DETACH PARTITION events_1;
DROP TABLE events;
INSERT INTO events_1 (id) SELECT 1 WHERE false;
DROP TABLE events_1;
CREATE TABLE base (id int, a int);
CREATE TABLE derived (b int) INHERITS (base);
DROP TABLE base; -- 2BP01
ALTER TABLE base DROP COLUMN a;
ALTER TABLE derived DROP COLUMN a; -- 42703
DROP TABLE base CASCADE;
DROP TABLE derived; -- 42P01
CREATE TABLE logs (id int, at date, note text) PARTITION BY RANGE (at);
ALTER TABLE logs ADD PRIMARY KEY (id); -- 0A000
ALTER TABLE logs ADD PRIMARY KEY (id, at);
CREATE UNIQUE INDEX logs_note ON logs (note); -- 0A000
CREATE UNIQUE INDEX logs_note ON logs (note, at);
CREATE INDEX CONCURRENTLY logs_id ON logs (id); -- 0A000
CREATE TABLE hashed (id int PRIMARY KEY, at date) PARTITION BY RANGE (at); -- 0A000
CREATE TABLE by_month (id int UNIQUE, at date) PARTITION BY RANGE ((at + 1)); -- 0A000
