-- Functions, policies and triggers. Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE parts (id int PRIMARY KEY, name text, kind varchar(10), maker int);
CREATE TABLE makers (id int PRIMARY KEY, country text, kind varchar(10));
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM parts WHERE gone $$; -- 42703
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM parts WHERE id > 0 $$;
CREATE FUNCTION of_kind(wanted text, OUT n bigint) LANGUAGE sql AS $$ SELECT count(*) FROM parts WHERE kind = wanted OR kind = of_kind.wanted OR kind = $1 $$;
CREATE FUNCTION lost() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM nowhere $$; -- 42P01
CREATE FUNCTION late() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM nowhere WHERE gone); END $$;
CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; -- 42P13
CREATE OR REPLACE FUNCTION total() RETURNS SETOF bigint LANGUAGE sql AS $$ SELECT 1::bigint $$; -- 42P13
CREATE OR REPLACE FUNCTION total() RETURNS int8 LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION tax(amount numeric, rate numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS $$ SELECT amount * rate $$;
CREATE OR REPLACE FUNCTION tax(price numeric, rate numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS $$ SELECT price * rate $$; -- 42P13
CREATE OR REPLACE FUNCTION tax(amount numeric, rate numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT amount * rate $$; -- 42P13
CREATE OR REPLACE FUNCTION tax(amount numeric DEFAULT 1, rate numeric DEFAULT 2) RETURNS numeric LANGUAGE sql AS $$ SELECT amount * rate $$;
CREATE FUNCTION near(x int) RETURNS TABLE (id int, name text) LANGUAGE sql AS $$ SELECT p.id, p.name FROM parts p WHERE p.id > x $$;
CREATE OR REPLACE FUNCTION near(x int) RETURNS TABLE (id int, name text, kind text) LANGUAGE sql AS $$ SELECT p.id, p.name, p.kind FROM parts p $$; -- 42P13
CREATE OR REPLACE FUNCTION near(x int) RETURNS TABLE (id int, title text) LANGUAGE sql AS $$ SELECT p.id, p.name FROM parts p $$; -- 42P13
CREATE OR REPLACE FUNCTION near(x integer) RETURNS TABLE (id int4, name text) LANGUAGE sql AS $$ SELECT p.id, p.name FROM parts p $$;
CREATE FUNCTION two(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 * 2 $$;
CREATE OR REPLACE FUNCTION two(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 2 $$;
COMMENT ON FUNCTION two IS 'doubles';
CREATE FUNCTION two(n text) RETURNS text LANGUAGE sql AS $$ SELECT n || n $$;
COMMENT ON FUNCTION two IS 'doubles'; -- 42725
COMMENT ON FUNCTION two(int) IS 'doubles';
CREATE POLICY own ON parts USING (owner = 1); -- 42703
CREATE POLICY adds ON parts FOR INSERT USING (true); -- 42601
CREATE POLICY adds ON parts AS PERMISSIVE FOR INSERT TO public WITH CHECK (id > 0);
CREATE POLICY sees ON parts FOR SELECT USING (true) WITH CHECK (true); -- 42601
CREATE POLICY sees ON parts FOR SELECT USING (maker IN (SELECT m.id FROM makers m WHERE m.country = 'x'));
CREATE POLICY drops ON parts FOR DELETE WITH CHECK (true); -- 42601
ALTER POLICY adds ON parts USING (true); -- 42601
ALTER POLICY sees ON parts WITH CHECK (true); -- 42601
ALTER TABLE makers ALTER COLUMN country TYPE varchar(5); -- 0A000
ALTER TABLE makers DROP COLUMN country; -- 2BP01
ALTER TABLE makers ALTER COLUMN kind TYPE text;
DROP TABLE makers; -- 2BP01
ALTER TABLE makers RENAME COLUMN country TO land;
ALTER TABLE makers RENAME TO firms;
ALTER TABLE firms DROP COLUMN land; -- 2BP01
ALTER POLICY sees ON parts USING (true);
ALTER TABLE firms DROP COLUMN land;
CREATE FUNCTION fits(k text) RETURNS boolean LANGUAGE sql AS $$ SELECT k <> '' $$;
CREATE POLICY fitting ON parts FOR UPDATE USING (fits(kind));
DROP FUNCTION fits(text); -- 2BP01
DROP POLICY fitting ON parts;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touching BEFORE UPDATE ON parts FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.sort) EXECUTE FUNCTION touch(); -- 42703
CREATE TRIGGER touching BEFORE UPDATE ON parts FOR EACH ROW WHEN (fits(NEW.kind)) EXECUTE FUNCTION touch();
DROP FUNCTION fits; -- 2BP01
ALTER TABLE parts DROP COLUMN kind; -- 2BP01
DROP TRIGGER touching ON parts;
DROP FUNCTION fits;
ALTER TABLE parts DROP COLUMN kind;
CREATE TABLE sizes (id int PRIMARY KEY, code varchar(5) UNIQUE);
CREATE TABLE sized (id int, size int REFERENCES sizes, code varchar(5) REFERENCES sizes (code));
ALTER TABLE sizes ALTER COLUMN id TYPE text; -- 42804
ALTER TABLE sized ALTER COLUMN size TYPE numeric; -- 42804
ALTER TABLE sized ALTER COLUMN size TYPE bigint;
ALTER TABLE sizes ALTER COLUMN code TYPE text, ALTER COLUMN id TYPE numeric;
BEGIN;
SET check_function_bodies = off;
CREATE FUNCTION unseen() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM nowhere $$;
COMMIT;
