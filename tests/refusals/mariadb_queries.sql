-- Every statement stands with the SQLSTATE of the meaning of what MariaDB 10.11 answers; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE posts (id int PRIMARY KEY AUTO_INCREMENT, title varchar(20) NOT NULL, body text, user_id int, made datetime, total decimal(8, 2) DEFAULT 0);
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(20) NOT NULL UNIQUE);
CREATE TABLE tags (post_id int, tag varchar(20), PRIMARY KEY (post_id, tag));
CREATE VIEW titles AS SELECT id, title AS t FROM posts;
INSERT INTO tags SELECT id, lower(title, 1) FROM posts; -- 42883
INSERT INTO tags SELECT id, concat() FROM posts; -- 42883
INSERT INTO tags SELECT id, round(1, 2, 3) FROM posts; -- 42883
INSERT INTO tags SELECT id, coalesce() FROM posts; -- 42883
INSERT INTO tags SELECT id, if(title = 'a', 1) FROM posts; -- 42883
INSERT INTO tags SELECT id, json_extract(body) FROM posts; -- 42883
INSERT INTO tags SELECT id, concat_ws(',', title, body, left(title, 2), if(true, 1, 2), json_set(body, '$.a', 1)) FROM posts;
INSERT INTO tags SELECT id, date_format(made, '%Y') FROM posts WHERE unix_timestamp() > 1 OR regexp_replace(title, 'a', 'b') = 'b';
INSERT INTO tags SELECT id, row_number() FROM posts; -- 42809
INSERT INTO tags SELECT id, lower(title) OVER () FROM posts; -- 42809
INSERT INTO tags SELECT id, row_number() OVER (ORDER BY nothing) FROM posts; -- 42703
INSERT INTO tags SELECT id AS n, row_number() OVER (ORDER BY n) FROM posts;
SELECT * FROM (SELECT id, id FROM posts) x; -- 42701
SELECT * FROM (SELECT p.id, u.ID FROM posts p, users u) x; -- 42701
SELECT * FROM (SELECT p.*, u.* FROM posts p, users u) x; -- 42701
WITH c AS (SELECT id, id FROM posts) SELECT 1; -- 42701
SELECT 1 WHERE EXISTS (SELECT id, id FROM posts);
SELECT * FROM (SELECT * FROM posts p JOIN users u USING (id)) x;
INSERT INTO tags SELECT id, id FROM posts;
SELECT 1 FROM posts p, users p; -- 42712
SELECT 1 FROM posts JOIN posts ON 1; -- 42712
SELECT 1 FROM posts p JOIN posts q ON 1;
SELECT 1 FROM posts, (SELECT 1 AS a) posts;
SELECT id FROM posts ORDER BY 3; -- 42P10
SELECT * FROM posts ORDER BY 6;
SELECT id FROM posts GROUP BY 0; -- 42P10
SELECT id FROM posts UNION SELECT id FROM users ORDER BY 2; -- 42P10
SELECT count(*) FROM posts ORDER BY nothing; -- 42703
SELECT 'a' FROM posts ORDER BY a;
SELECT count(*) AS n FROM posts GROUP BY n; -- 42803
SELECT count(*) FROM posts GROUP BY 1; -- 42803
SELECT title, count(*) AS title FROM posts GROUP BY title;
SELECT id FROM posts HAVING title = 'a'; -- 42703
SELECT id + 1 AS x FROM posts HAVING id = 1; -- 42703
SELECT count(*) FROM posts HAVING user_id = 1; -- 42703
SELECT id FROM posts GROUP BY id HAVING max(title) = 'a';
SELECT id FROM posts GROUP BY title HAVING title = 'a' AND posts.id = 1;
SELECT * FROM posts HAVING title = 'a';
SELECT (id, title) FROM posts; -- 42601
SELECT 1 FROM posts WHERE (id, title) = (1, 'a', 2); -- 42601
SELECT 1 FROM posts WHERE (id, title) IN ((1, 'a', 2)); -- 42601
SELECT 1 FROM posts WHERE id IN ((1, 2)); -- 42601
SELECT 1 FROM posts WHERE (id, title) IN (SELECT 1); -- 42601
SELECT 1 FROM posts WHERE (id, title) = 1; -- 42601
SELECT 1 FROM posts WHERE (id, title) IN ((1, 'a'), (2, 'b')) OR (id, title) = (SELECT 1, 2) OR ((id, title), 1) = ((1, 'a'), 1);
SELECT count(DISTINCT id, title) FROM posts;
CREATE VIEW named (a) AS SELECT id, title FROM posts; -- 42601
CREATE VIEW named (a, b) AS SELECT id, title FROM posts;
INSERT INTO users (id, name) VALUES (1, 'a') ON DUPLICATE KEY UPDATE name = VALUES(nick); -- 42703
INSERT INTO posts (title) SELECT name FROM users ON DUPLICATE KEY UPDATE body = concat(VALUES(name), 'a'); -- 42703
INSERT INTO posts (title) SELECT name FROM users ON DUPLICATE KEY UPDATE body = concat(VALUES(title), name);
INSERT INTO titles (id, title) VALUES (1, 'a'); -- 42703
UPDATE titles SET title = 'a'; -- 42703
UPDATE titles SET t = 'a' WHERE body = 'a'; -- 42703
UPDATE titles SET t = 'a' WHERE id = 1;
UPDATE posts p, users u SET p.nothing = 'a' WHERE u.id = p.user_id; -- 42703
UPDATE posts p, users u SET p.title = u.nothing WHERE u.id = p.user_id; -- 42703
UPDATE posts p, users u SET id = 1; -- 42702
UPDATE posts p, users u SET p.title = u.name, u.name = 'a', body = name WHERE u.id = p.user_id;
UPDATE posts p JOIN users u ON u.id = p.user_id SET u.name = 'a', name = 'b', p.title = u.name;
UPDATE posts p JOIN users u ON u.id = p.user_id SET p.name = 'a'; -- 42703
DELETE posts FROM posts p JOIN users u ON u.id = p.user_id; -- 42P01
DELETE p, x FROM posts p JOIN users u ON u.id = p.user_id; -- 42P01
DELETE FROM x USING posts p JOIN users u ON u.id = p.user_id; -- 42P01
DELETE p, u FROM posts p JOIN users u ON u.id = p.user_id;
DELETE FROM p USING posts p JOIN users u ON u.id = p.user_id;
INSERT INTO posts (id, title) SELECT id, 'a' FROM posts WHERE 1 = 0 ON DUPLICATE KEY UPDATE title = VALUES(title);
CREATE TABLE copied AS SELECT p.id, u.id FROM posts p, users u; -- 42701
CREATE TABLE copied AS SELECT id, title FROM posts;
SELECT id FROM posts LIMIT id; -- 42P10
CREATE TABLE w (id int PRIMARY KEY, a int, b varchar(9));
SELECT a, rank() OVER w FROM w; -- 42704
SELECT a, rank() OVER ww FROM w WINDOW ww AS (ORDER BY a);
SELECT a, rank() OVER (ww ORDER BY b) FROM w WINDOW ww AS (ORDER BY a); -- 42P20
SELECT a, rank() OVER (ww ORDER BY b) FROM w WINDOW ww AS (PARTITION BY a);
SELECT a, sum(a) OVER (ww PARTITION BY b) FROM w WINDOW ww AS (ORDER BY a); -- 42P20
SELECT a, sum(a) OVER (ww) FROM w WINDOW ww AS (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW); -- 42P20
SELECT a FROM w WINDOW ww AS (ORDER BY a), ww AS (ORDER BY b); -- 42P20
SELECT a, row_number() OVER (ORDER BY row_number() OVER ()) FROM w; -- 42P20
SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM w; -- 42P20
SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING), sum(a) OVER (ORDER BY a, b RANGE UNBOUNDED PRECEDING) FROM w;
SELECT sum(a) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w; -- 42P20
SELECT sum(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM w;
SELECT sum(sum(a)) OVER (ORDER BY a) FROM w GROUP BY a;
SELECT group_concat(b ORDER BY a SEPARATOR ', '), sum(count(*)) OVER () FROM w GROUP BY a;
WITH x AS (SELECT 1 AS n), x AS (SELECT 2 AS n) SELECT n FROM x; -- 42712
SELECT a FROM (SELECT a FROM w); -- 42601
SELECT a FROM (SELECT a FROM w) s;
SELECT a FROM ((SELECT a FROM w)) s;
SELECT a FROM (SELECT a FROM w UNION SELECT id FROM w) AS s;
SELECT p.id FROM posts p JOIN (SELECT 1 AS n UNION ALL SELECT 2) q INNER JOIN users u ON u.id = p.user_id;
SELECT p.id FROM posts p JOIN users u JOIN users v ON v.id = p.user_id ON u.id = v.id; -- 42P01
