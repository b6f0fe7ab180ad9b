-- Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE parent (id int PRIMARY KEY, code text, kind text, UNIQUE (code, kind));
CREATE TABLE child (id int PRIMARY KEY, parent_id int, code text, kind text, key uuid);
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent;
ALTER TABLE child ADD CONSTRAINT child_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES parent; -- 42710
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id);
ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey1;
ALTER TABLE child ADD FOREIGN KEY (code) REFERENCES parent (code); -- 42830
ALTER TABLE child ADD FOREIGN KEY (kind, code) REFERENCES parent (kind, code);
ALTER TABLE child DROP CONSTRAINT child_kind_code_fkey;
ALTER TABLE child ADD FOREIGN KEY (key) REFERENCES parent; -- 42804
ALTER TABLE child ADD FOREIGN KEY (nothing) REFERENCES parent; -- 42703
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (nothing); -- 42703
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES nobody; -- 42P01
ALTER TABLE parent DROP CONSTRAINT parent_pkey; -- 2BP01
CREATE UNIQUE INDEX parent_id ON parent (id);
ALTER TABLE parent DROP CONSTRAINT parent_pkey; -- 2BP01
ALTER TABLE parent ADD PRIMARY KEY (code); -- 42P16
ALTER TABLE parent DROP CONSTRAINT nothing; -- 42704
ALTER TABLE parent DROP CONSTRAINT IF EXISTS nothing;
ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE;
ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey; -- 42704
ALTER TABLE parent DROP CONSTRAINT parent_id; -- 42704
ALTER TABLE parent ADD CONSTRAINT parent_main PRIMARY KEY USING INDEX parent_id;
ALTER TABLE parent ADD UNIQUE USING INDEX parent_id; -- 42704
DROP INDEX parent_main; -- 2BP01
ALTER TABLE parent RENAME CONSTRAINT parent_main TO parent_first;
ALTER INDEX parent_first RENAME TO parent_pkey;
ALTER TABLE parent DROP CONSTRAINT parent_first; -- 42704
ALTER TABLE parent ALTER COLUMN id DROP NOT NULL; -- 42P16
ALTER TABLE parent DROP CONSTRAINT parent_pkey;
ALTER TABLE parent ALTER COLUMN id DROP NOT NULL;
ALTER TABLE parent ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
ALTER TABLE parent ADD CONSTRAINT positive CHECK (id > 1); -- 42710
ALTER TABLE parent VALIDATE CONSTRAINT positive;
ALTER TABLE parent VALIDATE CONSTRAINT nothing; -- 42704
ALTER TABLE parent ADD CHECK (nothing > 0); -- 42703
ALTER TABLE parent RENAME CONSTRAINT nothing TO something; -- 42704
ALTER TABLE parent ADD CONSTRAINT child_pkey UNIQUE (id); -- 42P07
ALTER TABLE parent DROP COLUMN code;
ALTER TABLE parent DROP CONSTRAINT parent_code_kind_key; -- 42704
CREATE INDEX parent_kind_idx ON parent (kind);
CREATE INDEX parent_kind_idx ON parent (kind); -- 42P07
CREATE INDEX IF NOT EXISTS parent_kind_idx ON parent (kind);
CREATE INDEX ON parent (kind);
DROP INDEX parent_kind_idx1;
DROP INDEX parent_kind_idx1; -- 42704
DROP INDEX IF EXISTS parent_kind_idx1;
DROP INDEX parent; -- 42809
CREATE INDEX ON parent (nothing); -- 42703
CREATE INDEX ON nobody (id); -- 42P01
ALTER INDEX parent_kind_idx RENAME TO child; -- 42P07
ALTER INDEX parent_kind_idx RENAME TO parent_by_kind;
DROP INDEX parent_kind_idx; -- 42704
