-- Every statement stands with the SQLSTATE of the meaning of what SQLite 3.40 and 3.54 answer; without one it is taken. `tests/refusals.rs` runs this file.
CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, user_id INT);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO posts (id, title) SELECT id, name FROM users ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT u.id, x.name FROM users u, users x ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT id, name FROM users UNION SELECT id, name FROM users ON CONFLICT (id) DO NOTHING; -- 42601
INSERT INTO posts (id, title) SELECT id, name FROM users WHERE true ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT u.id, u.name FROM users u JOIN users x ON x.id = u.id ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT id, name FROM users LIMIT 1 ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) SELECT 1, 'a' ON CONFLICT (id) DO NOTHING;
INSERT INTO posts (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET (title, body) = ('x', 'y', 'z'); -- 42601
INSERT INTO posts (id, title) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET (title, body) = ('x', 'y');
UPDATE posts SET (title, body) = (SELECT name FROM users); -- 42601
UPDATE posts SET (body, user_id) = (SELECT name, id FROM users);
UPDATE posts SET title = u.name FROM users u WHERE u.id = posts.user_id RETURNING u.name; -- 42P01
UPDATE posts SET title = u.name FROM users u WHERE u.id = posts.user_id RETURNING title;
UPDATE posts AS p SET p.title = 'a'; -- 42601
UPDATE posts AS p SET body = p.title;
SELECT (1, 2); -- 42601
SELECT id FROM posts WHERE (id, title) = (1, 'a', 2); -- 42601
SELECT id FROM posts WHERE id IN ((1, 2)); -- 42601
SELECT id FROM posts WHERE (id, title) IN (SELECT id FROM posts); -- 42601
SELECT id FROM posts WHERE (id, title) IN (SELECT id, title FROM posts) AND (id, title) = (1, 'a');
CREATE TABLE strict (a INT, b BLOB, c TEXT, d ANY) STRICT;
INSERT INTO strict (a) VALUES ('abc'); -- 42804
INSERT INTO strict (a) VALUES ('1.5'); -- 42804
INSERT INTO strict (b) VALUES ('abc'); -- 42804
INSERT INTO strict VALUES (' 12 ', NULL, 1, 'abc');
ALTER TABLE strict ADD COLUMN e VARCHAR(3); -- 42P16
ALTER TABLE strict ADD COLUMN f TEXT;
