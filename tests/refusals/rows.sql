-- Rows of literals. Every statement stands with the SQLSTATE that PostgreSQL answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE roles (id int PRIMARY KEY, name text NOT NULL UNIQUE, rank int NOT NULL DEFAULT 0, note text);
INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'user');
INSERT INTO roles (id, name) VALUES (3, NULL); -- 23502
INSERT INTO roles (id) VALUES (3); -- 23502
INSERT INTO roles VALUES (3); -- 23502
INSERT INTO roles DEFAULT VALUES; -- 23502
INSERT INTO roles (id, name, rank) VALUES (3, 'guest', NULL); -- 23502
INSERT INTO roles (id, name, rank) VALUES (3, 'guest', DEFAULT);
INSERT INTO roles (id, name) SELECT 4, NULL; -- 23502
INSERT INTO roles (id, name) SELECT 4, NULL WHERE false;
INSERT INTO roles (id, name) SELECT 4, NULL::text LIMIT 0;
INSERT INTO roles (id, name) VALUES (4, NULL) ON CONFLICT DO NOTHING; -- 23502
INSERT INTO roles (id, name) VALUES (4, 'a'), (4, 'b'); -- 23505
INSERT INTO roles (id, name) VALUES (-1, 'less'), (+1, 'more') ON CONFLICT DO NOTHING;
-- Of one file.
BEGIN;
INSERT INTO roles (id, name) VALUES (11, 'one');
INSERT INTO roles (id, name) VALUES (11, 'owner') ON CONFLICT DO NOTHING;
INSERT INTO roles (id, name) VALUES (11, 'owner'); -- 23505
ROLLBACK;
BEGIN;
INSERT INTO roles (id, name) VALUES (11, 'one');
INSERT INTO roles (id, name) VALUES (12, 'one'); -- 23505
ROLLBACK;
-- What may have removed a row makes silence.
BEGIN;
INSERT INTO roles (id, name) VALUES (13, 'three');
DELETE FROM roles WHERE id = 13;
INSERT INTO roles (id, name) VALUES (13, 'three');
COMMIT;
-- So does whatever changes a row on its way.
CREATE TABLE logged (id int PRIMARY KEY, at timestamptz NOT NULL);
CREATE FUNCTION now_it_is() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON logged FOR EACH ROW EXECUTE FUNCTION now_it_is();
INSERT INTO logged (id) VALUES (1);
CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial_id serial NOT NULL, code text NOT NULL);
INSERT INTO kinds (code) VALUES ('a'), ('b');
CREATE DOMAIN filled AS text DEFAULT 'x';
CREATE TABLE of_domain (id int, a filled NOT NULL, UNIQUE (a) DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO of_domain (id, a) VALUES (1, 'same');
INSERT INTO of_domain (id, a) VALUES (2, 'same');
DELETE FROM of_domain WHERE id = 1;
COMMIT;
INSERT INTO of_domain (id) VALUES (1);
CREATE TABLE doubled (id uuid PRIMARY KEY, a text UNIQUE);
CREATE UNIQUE INDEX doubled_id ON doubled (id);
INSERT INTO doubled VALUES ('41e2b680-648e-4b09-bcd7-3e2b10c06264', 'admin');
CREATE TABLE times (at timestamptz PRIMARY KEY);
BEGIN;
INSERT INTO times VALUES ('2024-01-01');
INSERT INTO times VALUES ('yesterday');
COMMIT;
