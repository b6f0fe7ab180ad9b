-- Every statement stands with the SQLSTATE of the meaning of what MariaDB 10.11 answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE roles (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL, kind enum('a', 'b') NOT NULL, made timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, UNIQUE KEY name_key (name));
INSERT INTO roles (name) VALUES ('admin');
INSERT INTO roles (id, name) VALUES (0, 'b'), (0, 'c'), (NULL, 'd');
INSERT INTO roles (id) VALUES (9); -- 23502
INSERT INTO roles (name) VALUES (NULL); -- 23502
INSERT INTO roles SET name = NULL; -- 23502
BEGIN;
INSERT INTO roles (name) VALUES ('owner');
INSERT INTO roles (name) VALUES ('owner'); -- 23505
COMMIT;
INSERT IGNORE INTO roles (name) VALUES ('admin');
REPLACE INTO roles (name) VALUES ('b');
INSERT INTO roles (name) VALUES ('c') ON DUPLICATE KEY UPDATE kind = 'b';
INSERT INTO roles (id) VALUES (9) ON DUPLICATE KEY UPDATE name = 'e';
CREATE TABLE filled (id int PRIMARY KEY, at datetime NOT NULL);
CREATE TRIGGER g BEFORE INSERT ON filled FOR EACH ROW SET NEW.at = NOW();
INSERT INTO filled (id, at) VALUES (1, NULL);
SET sql_mode = '';
CREATE TABLE lenient (id int PRIMARY KEY, a int NOT NULL);
INSERT INTO lenient (id) VALUES (1);
CREATE TABLE posts (id int PRIMARY KEY, b text, total int);
CREATE TABLE items (id int PRIMARY KEY, b text, total int);
INSERT INTO items (b, id) SELECT count(*), max(total) FROM posts ON DUPLICATE KEY UPDATE b = b;
INSERT INTO items (b, id) SELECT b, id FROM posts ON DUPLICATE KEY UPDATE b = b; -- 42702
ALTER TABLE items ADD COLUMN made double GENERATED ALWAYS AS (CAST(1e3 AS date) * 2) STORED;
SELECT p.b AS b, count(*) OVER (PARTITION BY b) AS n FROM posts p JOIN items i ON i.id = p.id;
SELECT p.b AS x, count(*) OVER (PARTITION BY x) AS n FROM posts p;
SELECT count(b) OVER () AS n FROM posts p JOIN items i ON i.id = p.id; -- 42702
DELETE FROM p USING posts p JOIN items i ON i.id = p.id;
DELETE FROM p, i USING posts p JOIN items i ON i.id = p.id WHERE p.b = 'a';
DELETE FROM posts USING posts JOIN items i ON i.id = posts.nothing; -- 42703
CREATE TABLE spread (id int NOT NULL, y int NOT NULL, z int NOT NULL, PRIMARY KEY (id, y));
ALTER TABLE spread PARTITION BY HASH (z); -- 42P16
ALTER TABLE spread PARTITION BY HASH (y) PARTITIONS 4;
ALTER TABLE spread ADD UNIQUE (z); -- 42P16
ALTER TABLE spread ADD UNIQUE (z, y);
ALTER TABLE spread DROP PRIMARY KEY, ADD PRIMARY KEY (id); -- 42P16
ALTER TABLE spread PARTITION BY RANGE (y) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE);
ALTER TABLE spread DROP PRIMARY KEY, ADD PRIMARY KEY (id); -- 42P16
ALTER TABLE spread REMOVE PARTITIONING;
ALTER TABLE spread DROP PRIMARY KEY, ADD PRIMARY KEY (id);
ALTER TABLE spread ADD SYSTEM VERSIONING;
SELECT `SYSTEM` FROM spread; -- 42703
