-- Functions, operators and types in expressions, and what may stand where. As in `queries.sql`, each with the SQLSTATE of PostgreSQL 15.
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE shirts (id int PRIMARY KEY, name text NOT NULL, size size, price numeric, made date, seen timestamptz, tags text[], meta jsonb, raw json, sold boolean);
CREATE TABLE orders (id int PRIMARY KEY, shirt_id int, amount int, note varchar(40));
SELECT lower(name), upper(note) FROM shirts, orders;
SELECT substr(name) FROM shirts; -- 42883
SELECT replace(name, 'a') FROM shirts; -- 42883
SELECT sum(name) FROM shirts; -- 42883
SELECT sum(price), avg(id), max(name), min(made) FROM shirts;
SELECT max(sold) FROM shirts; -- 42883
SELECT coalesce(name, 'x'), coalesce(price, 0) FROM shirts;
SELECT coalesce(name, price) FROM shirts; -- 42804
SELECT CASE WHEN sold THEN 1 ELSE 'x' END FROM shirts; -- 22P02
SELECT CASE WHEN sold THEN name ELSE made END FROM shirts; -- 42804
SELECT CASE WHEN price THEN 1 END FROM shirts; -- 42804
SELECT CASE size WHEN 'small' THEN 1 WHEN 'large' THEN 2 END FROM shirts;
SELECT CASE id WHEN name THEN 1 END FROM shirts; -- 42883
SELECT name + 1 FROM shirts; -- 42883
SELECT name || id, id || name, tags || name, meta || '{}' FROM shirts;
SELECT id || price FROM shirts; -- 42883
SELECT tags || '{new}', '{old}' || tags, ARRAY[1, 2] || '{3}' FROM shirts;
UPDATE shirts SET tags = tags || '{new}';
SELECT raw || raw FROM shirts; -- 42883
SELECT meta -> 'a' ->> 'b', raw -> 0, tags[1] FROM shirts;
SELECT made - made, made + 1, seen - interval '1 day', seen + '1 day' FROM shirts;
SELECT seen + 1 FROM shirts; -- 42883
SELECT name FROM shirts WHERE id; -- 42804
SELECT name FROM shirts WHERE sold AND size; -- 42804
SELECT name FROM shirts WHERE NOT price; -- 42804
SELECT name FROM shirts WHERE id IN (1, 2) AND name LIKE 'a%' AND price BETWEEN 1 AND 2.5;
SELECT name FROM shirts WHERE id IN (name); -- 42883
SELECT name FROM shirts WHERE id LIKE 'a%'; -- 42883
SELECT name FROM shirts WHERE id IN (SELECT note FROM orders); -- 42883
SELECT s.name FROM shirts s JOIN orders o ON o.shirt_id; -- 42804
SELECT s.name FROM shirts s, orders o JOIN shirts t ON t.id = s.id; -- 42P01
SELECT name FROM shirts WHERE count(*) > 1; -- 42803
SELECT name, count(*) FROM shirts; -- 42803
SELECT name, count(*) FROM shirts GROUP BY name HAVING count(*) > 1 ORDER BY count(*);
SELECT name, price, count(o.id) FROM shirts s JOIN orders o ON o.shirt_id = s.id GROUP BY s.id;
SELECT name, amount FROM shirts s JOIN orders o ON o.shirt_id = s.id GROUP BY s.id; -- 42803
SELECT lower(name), count(*) FROM shirts GROUP BY lower(name);
SELECT lower(name) AS low, count(*) FROM shirts GROUP BY low;
SELECT name, count(*) FROM shirts GROUP BY 1;
SELECT upper(name), count(*) FROM shirts GROUP BY lower(name); -- 42803
SELECT name, (SELECT count(*) FROM orders WHERE shirt_id = shirts.id) FROM shirts;
SELECT name FROM shirts GROUP BY name ORDER BY price; -- 42803
SELECT sum(count(*)) FROM shirts; -- 42803
SELECT sum(count(*)) OVER () FROM shirts GROUP BY name;
SELECT name, row_number() OVER (ORDER BY id) FROM shirts;
SELECT name FROM shirts WHERE row_number() OVER (ORDER BY id) = 1; -- 42P20
SELECT row_number() FROM shirts; -- 42809
SELECT lower(name) OVER () FROM shirts; -- 42809
SELECT name FROM shirts WHERE unnest(tags) = 'a'; -- 0A000
SELECT DISTINCT raw FROM shirts; -- 42883
SELECT raw FROM shirts UNION SELECT raw FROM shirts; -- 42883
SELECT raw FROM shirts UNION ALL SELECT raw FROM shirts;
SELECT id FROM shirts UNION SELECT name FROM shirts; -- 42804
SELECT name FROM shirts ORDER BY 2; -- 42P10
SELECT name FROM shirts UNION SELECT note FROM orders ORDER BY id; -- 42703
SELECT x.a FROM (SELECT id AS a, name AS a FROM shirts) x; -- 42702
SELECT CAST(made AS integer) FROM shirts; -- 42846
SELECT seen::date, id::text, name::int, meta::text, size::text, name::size FROM shirts;
UPDATE shirts SET made = seen, price = id, name = id;
UPDATE shirts SET made = id; -- 42804
UPDATE shirts SET price = count(*); -- 42803
UPDATE shirts SET tags = array_append(tags, 'new'), meta = jsonb_set(meta, '{a}', '1');
UPDATE shirts SET tags = array_append(tags, 1); -- 42883
UPDATE shirts SET meta = jsonb_set(meta, 'a', '1'); -- 22P02
INSERT INTO orders (id, amount) SELECT id, name FROM shirts; -- 42804
INSERT INTO orders (id, note) SELECT id, price FROM shirts;
MERGE INTO orders o USING shirts s ON s.id = o.id WHEN NOT MATCHED THEN INSERT (id, note) VALUES (id, name);
MERGE INTO orders o USING shirts s ON s.id = o.id WHEN MATCHED THEN UPDATE SET amount = made; -- 42804
CREATE VIEW twins AS SELECT s.id, o.id FROM shirts s JOIN orders o ON o.shirt_id = s.id; -- 42701
CREATE VIEW named (one, two) AS SELECT s.id, o.id FROM shirts s JOIN orders o ON o.shirt_id = s.id;
ALTER TABLE orders ADD CHECK (amount); -- 42804
ALTER TABLE orders ADD CHECK (sum(amount) > 1); -- 42803
ALTER TABLE orders ADD CHECK (amount < (SELECT max(id) FROM shirts)); -- 0A000
ALTER TABLE orders ADD CHECK (length(note) > 2 AND amount > 0);
CREATE INDEX ON shirts ((seen::date)); -- 42P17
CREATE INDEX ON shirts (date_trunc('day', seen)); -- 42P17
CREATE INDEX ON shirts ((made + 1), lower(name), (price * 2));
CREATE INDEX ON shirts (id) WHERE seen > now(); -- 42P17
CREATE INDEX ON shirts (id) WHERE sold AND made > '2024-01-01';
ALTER TABLE shirts ADD COLUMN label text GENERATED ALWAYS AS (concat(name, id)) STORED; -- 42P17
ALTER TABLE shirts ADD COLUMN twice int GENERATED ALWAYS AS (made) STORED; -- 42804
ALTER TABLE shirts ADD COLUMN double int GENERATED ALWAYS AS (id * 2) STORED;
ALTER TABLE shirts ALTER COLUMN price SET DEFAULT now(); -- 42804
ALTER TABLE shirts ALTER COLUMN price SET DEFAULT (1 + 2) * 3;
CREATE POLICY own ON orders USING (amount); -- 42804
CREATE POLICY own ON orders USING (amount IN (SELECT name FROM shirts)); -- 42883
CREATE POLICY own ON orders USING (shirt_id IN (SELECT id FROM shirts WHERE sold));
CREATE FUNCTION doubled(x int, y int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT x * y';
SELECT doubled(id), doubled(id, amount) FROM orders;
SELECT doubled() FROM orders; -- 42883
SELECT doubled(1, 2, 3) FROM orders; -- 42883
SELECT doubled(note) FROM orders; -- 42883
CREATE FUNCTION named_size() RETURNS size LANGUAGE sql AS 'SELECT name FROM shirts'; -- 42P13
CREATE FUNCTION first_name() RETURNS text LANGUAGE sql RETURN (SELECT max(name) FROM shirts);
CREATE FUNCTION first_price() RETURNS int LANGUAGE sql RETURN (SELECT max(cost) FROM shirts); -- 42703
CREATE FUNCTION atomic() RETURNS int LANGUAGE sql BEGIN ATOMIC UPDATE orders SET amount = 1; SELECT max(cost) FROM shirts; END; -- 42703
CREATE FUNCTION atomic() RETURNS int LANGUAGE sql BEGIN ATOMIC UPDATE orders SET amount = 1; SELECT max(id) FROM shirts; END;
ALTER TABLE orders ADD COLUMN made jsonb GENERATED ALWAYS AS (('{}'::jsonb -> '') -> array_to_string('{a}'::text[], 'a')) STORED;
