-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE, age int CHECK (age > 0), CHECK (age < 200), UNIQUE (email, age));
CREATE TABLE users (id int); -- 42P07
CREATE TABLE IF NOT EXISTS users (other int);
CREATE TABLE users_id_seq (id int); -- 42P07
CREATE VIEW users AS SELECT 1 AS one; -- 42P07
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE mood (id int); -- 42710
CREATE TABLE twice (a int, a text); -- 42701
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note varchar(20) DEFAULT 'x');
ALTER TABLE nobody ADD COLUMN a int; -- 42P01
ALTER TABLE IF EXISTS nobody ADD COLUMN a int;
ALTER TABLE users ADD COLUMN email text; -- 42701
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text;
ALTER TABLE users DROP COLUMN nothing; -- 42703
ALTER TABLE users DROP COLUMN IF EXISTS nothing;
ALTER TABLE users RENAME COLUMN nothing TO something; -- 42703
ALTER TABLE users RENAME COLUMN age TO email; -- 42701
ALTER TABLE users ALTER COLUMN nothing SET NOT NULL; -- 42703
ALTER TABLE users ALTER COLUMN id DROP NOT NULL; -- 42P16
ALTER TABLE orders ADD COLUMN other nothing; -- 42704
ALTER TABLE users DROP COLUMN id; -- 2BP01
DROP TABLE users; -- 2BP01
DROP VIEW users; -- 42809
DROP TABLE IF EXISTS nobody;
DROP TABLE nobody; -- 42P01
ALTER TABLE users RENAME TO orders; -- 42P07
ALTER TABLE users RENAME TO people;
DROP TABLE users; -- 42P01
ALTER TABLE people RENAME COLUMN email TO mail;
ALTER TABLE people DROP COLUMN email; -- 42703
DROP TABLE people CASCADE;
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; -- 42704
INSERT INTO people (id) VALUES (1); -- 42P01
INSERT INTO orders (id, nothing) VALUES (1, 2); -- 42703
UPDATE orders SET nothing = 1; -- 42703
DELETE FROM people; -- 42P01
CREATE TABLE sized (id int GENERATED ALWAYS AS IDENTITY, total int GENERATED ALWAYS AS (1 + 1) STORED);
ALTER TABLE sized ALTER COLUMN id SET DEFAULT 4; -- 42601
ALTER TABLE sized ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY; -- 55000
ALTER TABLE sized ALTER COLUMN id DROP IDENTITY;
ALTER TABLE sized ALTER COLUMN id DROP IDENTITY; -- 55000
ALTER TABLE sized ALTER COLUMN id DROP IDENTITY IF EXISTS;
CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (a + 1) STORED);
ALTER TABLE computed DROP COLUMN a; -- 2BP01
ALTER TABLE computed ALTER COLUMN a TYPE bigint; -- 0A000
ALTER TABLE computed DROP COLUMN a CASCADE;
ALTER TABLE computed DROP COLUMN b; -- 42703
CREATE TABLE itself (id int);
ALTER TABLE itself RENAME TO itself; -- 42P07
ALTER TABLE itself RENAME COLUMN id TO id; -- 42701
