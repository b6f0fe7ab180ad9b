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
CREATE TABLE bound_range (x int, y int) PARTITION BY RANGE (y);
CREATE TABLE bound_by_nothing (x int) PARTITION BY RANGE (z); -- 42703
CREATE TABLE bound_by_two (x int, y int) PARTITION BY LIST (x, y); -- 42P17
CREATE TABLE bound_one PARTITION OF bound_range FOR VALUES IN (1); -- 42P16
CREATE TABLE bound_one PARTITION OF bound_range FOR VALUES FROM (10) TO (1); -- 42P17
CREATE TABLE bound_one PARTITION OF bound_range FOR VALUES FROM (1) TO (10);
CREATE TABLE bound_two PARTITION OF bound_range FOR VALUES FROM (9) TO (20); -- 42P17
CREATE TABLE bound_two PARTITION OF bound_range FOR VALUES FROM (10) TO (20);
CREATE TABLE bound_rest PARTITION OF bound_range DEFAULT;
CREATE TABLE bound_more PARTITION OF bound_range DEFAULT; -- 42P17
CREATE TABLE bound_list (x int NOT NULL, y text) PARTITION BY LIST (y);
CREATE TABLE bound_ab PARTITION OF bound_list FOR VALUES IN ('a', 'b');
CREATE TABLE bound_bc PARTITION OF bound_list FOR VALUES IN ('b', 'c'); -- 42P17
CREATE TABLE bound_free (x int, y text, z int);
ALTER TABLE bound_list ATTACH PARTITION bound_free FOR VALUES IN ('d'); -- 42804
ALTER TABLE bound_free DROP COLUMN z;
ALTER TABLE bound_list ATTACH PARTITION bound_free FOR VALUES IN ('d'); -- 42804
ALTER TABLE bound_free ALTER COLUMN x SET NOT NULL;
ALTER TABLE bound_list ATTACH PARTITION bound_free FOR VALUES IN ('a'); -- 42P17
ALTER TABLE bound_list ATTACH PARTITION bound_free FOR VALUES IN ('d');
ALTER TABLE bound_free ADD COLUMN z int; -- 42809
CREATE TABLE bound_hash (x int) PARTITION BY HASH (x);
CREATE TABLE bound_hashed PARTITION OF bound_hash DEFAULT; -- 42P16
