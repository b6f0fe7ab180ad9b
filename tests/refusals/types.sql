-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TYPE mood AS ENUM ('x'); -- 42710
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'a', ms mood[], s text);
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'z'; -- 22P02
ALTER TYPE mood ADD VALUE 'c'; -- 42710
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c';
ALTER TYPE mood ADD VALUE 'd' BEFORE 'z'; -- 22023
ALTER TYPE mood ADD VALUE 'd' BEFORE 'b';
ALTER TYPE mood RENAME VALUE 'z' TO 'y'; -- 22023
ALTER TYPE mood RENAME VALUE 'a' TO 'b'; -- 42710
ALTER TYPE mood RENAME VALUE 'a' TO 'aa';
INSERT INTO t (id, m) VALUES (1, 'a'); -- 22P02
INSERT INTO t (id, m) VALUES (1, 'aa');
UPDATE t SET m = 'a'; -- 22P02
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'a'; -- 22P02
DROP TYPE mood; -- 2BP01
CREATE TYPE mood_new AS ENUM ('aa', 'b');
ALTER TABLE t ALTER COLUMN m TYPE mood_new; -- 42804
ALTER TABLE t ALTER COLUMN m DROP DEFAULT;
ALTER TABLE t ALTER COLUMN m TYPE mood_new USING m::mood_new; -- 42846
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'b';
ALTER TABLE t ALTER COLUMN m TYPE mood_new USING m::text::mood_new; -- 42804
ALTER TABLE t ALTER COLUMN m DROP DEFAULT, ALTER COLUMN m TYPE mood_new USING m::text::mood_new, ALTER COLUMN m SET DEFAULT 'aa';
ALTER TYPE mood RENAME TO mood_new; -- 42710
ALTER TYPE mood RENAME TO mood_old;
ALTER TYPE mood_new RENAME TO mood;
DROP TYPE mood_old; -- 2BP01
ALTER TABLE t DROP COLUMN ms;
DROP TYPE mood_old;
DROP TYPE mood_old; -- 42704
DROP TYPE IF EXISTS mood_old;
ALTER TABLE t ALTER COLUMN m TYPE text;
DROP TYPE mood; -- 2BP01
ALTER TABLE t ALTER COLUMN m DROP DEFAULT;
DROP TYPE mood;
ALTER TABLE t ALTER COLUMN s TYPE int; -- 42804
ALTER TABLE t ALTER COLUMN s TYPE int USING s::int;
ALTER TABLE t ALTER COLUMN s TYPE bigint;
ALTER TABLE t ALTER COLUMN s TYPE text;
ALTER TABLE t ALTER COLUMN s TYPE uuid; -- 42804
ALTER TABLE t ALTER COLUMN s SET DEFAULT 'x';
ALTER TABLE t ALTER COLUMN s TYPE jsonb USING s::jsonb; -- 42804
ALTER TABLE t ALTER COLUMN s TYPE nothing; -- 42704
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TABLE checked (c color, d color, CHECK (c <> 'red'));
CREATE INDEX checked_blue ON checked (c) WHERE d = 'blue';
CREATE TYPE color_new AS ENUM ('red');
ALTER TABLE checked ALTER COLUMN c TYPE color_new USING c::text::color_new; -- 42883
ALTER TABLE checked ALTER COLUMN d TYPE color_new USING d::text::color_new; -- 42883
ALTER TABLE checked DROP CONSTRAINT checked_c_check;
ALTER TABLE checked ALTER COLUMN c TYPE color_new USING c::text::color_new;
DROP TYPE color; -- 2BP01
DROP TYPE color CASCADE;
ALTER TABLE checked DROP COLUMN d; -- 42703
DROP INDEX checked_blue; -- 42704
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN positive AS int; -- 42710
CREATE TABLE counted (n positive);
DROP DOMAIN positive; -- 2BP01
ALTER DOMAIN positive DROP CONSTRAINT nothing; -- 42704
ALTER DOMAIN positive DROP CONSTRAINT positive_check;
DROP TABLE counted;
DROP DOMAIN positive;
CREATE TYPE pair AS (one int, two text);
CREATE TABLE paired (p pair);
DROP TYPE pair; -- 2BP01
ALTER TYPE pair RENAME ATTRIBUTE three TO four; -- 42703
CREATE FUNCTION of_color(c color_new) RETURNS text LANGUAGE sql AS 'SELECT c::text';
ALTER TABLE checked DROP COLUMN c;
DROP TYPE color_new; -- 2BP01
DROP FUNCTION of_color(color_new);
DROP TYPE color_new;
CREATE DOMAIN word AS text;
CREATE TABLE words (id int PRIMARY KEY, w word[]);
ALTER DOMAIN word ADD CHECK (VALUE <> ''); -- 0A000
ALTER DOMAIN word SET NOT NULL; -- 0A000
ALTER DOMAIN word ADD CONSTRAINT filled CHECK (VALUE <> '') NOT VALID;
ALTER DOMAIN word VALIDATE CONSTRAINT filled; -- 0A000
ALTER DOMAIN word DROP NOT NULL;
ALTER TABLE words DROP COLUMN w;
ALTER DOMAIN word VALIDATE CONSTRAINT filled;
