-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE of_system (xmin int); -- 42701
CREATE TABLE of_system (oid int);
ALTER TABLE of_system ADD COLUMN ctid text; -- 42701
ALTER TABLE of_system ADD COLUMN name text NOT NULL;
ALTER TABLE of_system ALTER COLUMN name ADD GENERATED ALWAYS AS IDENTITY; -- 22023
CREATE UNLOGGED TABLE of_short (id int PRIMARY KEY);
CREATE TABLE of_long (short_id int REFERENCES of_short); -- 42P16
CREATE UNLOGGED TABLE of_short_too (short_id int REFERENCES of_short);
CREATE TEMP TABLE of_session (short_id int REFERENCES of_short); -- 42P16
TRUNCATE of_short; -- 0A000
TRUNCATE of_short, of_short_too;
TRUNCATE of_short CASCADE;
TRUNCATE of_short_too;
CREATE TABLE filled (name varchar(3), tags text[], document jsonb, at timestamptz);
INSERT INTO filled (name) VALUES ('abcd'); -- 22001
INSERT INTO filled (name) VALUES ('abc   ');
INSERT INTO filled (tags) VALUES ('a,b'); -- 22P02
INSERT INTO filled (tags) VALUES ('{a,b}');
INSERT INTO filled (document) VALUES ('{a: 1}'); -- 22P02
INSERT INTO filled (document) VALUES ('{"a": 1}');
INSERT INTO filled (at) VALUES ('soon'); -- 22007
INSERT INTO filled (at) VALUES ('tomorrow');
CREATE FUNCTION counts() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER counted BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION counts(); -- 42P17
CREATE PUBLICATION doubled FOR TABLE filled, filled;
ALTER PUBLICATION doubled ADD TABLE filled; -- 42710
CREATE TYPE held AS (x int, y text);
CREATE TABLE holding (z held);
ALTER TYPE held ALTER ATTRIBUTE x TYPE bigint; -- 0A000
ALTER TYPE held ADD ATTRIBUTE w int;
DROP TABLE holding;
ALTER TYPE held ALTER ATTRIBUTE x TYPE bigint;
