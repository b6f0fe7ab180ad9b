-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE t (id int PRIMARY KEY);
DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;
DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;
DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN undefined_table THEN null; END $$; -- 42710
DO $$ BEGIN ALTER TABLE t ADD COLUMN a int; CREATE TABLE t (id int); EXCEPTION WHEN duplicate_table THEN null; END $$;
ALTER TABLE t DROP COLUMN a; -- 42703
DO $$ BEGIN CREATE TABLE t (id int); EXCEPTION WHEN OTHERS THEN ALTER TABLE t ADD COLUMN b int; END $$;
ALTER TABLE t DROP COLUMN b;
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') THEN
    ALTER TABLE t ADD COLUMN c int;
  END IF;
END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') THEN
    ALTER TABLE t ADD COLUMN c int;
  END IF;
END $$;
ALTER TABLE t ADD COLUMN c int; -- 42701
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
    CREATE TYPE mood AS ENUM ('a');
  END IF;
END $$;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM t) THEN
    RAISE EXCEPTION 'the table is not empty';
  END IF;
END $$;
BEGIN;
CREATE TABLE later (id int);
SAVEPOINT s;
ALTER TABLE later ADD COLUMN a int;
ROLLBACK TO SAVEPOINT s;
ALTER TABLE later ADD COLUMN a int;
ROLLBACK;
CREATE TABLE later (id int);
BEGIN;
DROP TABLE later;
COMMIT;
DROP TABLE later; -- 42P01
