-- What a SQLite database (3.38 or later) holds, in the shape of `driftlint schema --format json`.
WITH
relation AS (
  SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
),
foreign_key AS (
  SELECT r.name AS relation, f.id, f."table" AS target, f.on_delete, f.on_update, f.seq, f."from" AS source, f."to" AS referenced
  FROM relation r, pragma_foreign_key_list(r.name) f WHERE r.type = 'table' ORDER BY r.name, f.id, f.seq
),
foreign_keys AS (
  SELECT relation, id, json_object('name', '', 'columns', json_group_array(source), 'references', target,
    'referenced_columns', json_group_array(referenced) FILTER (WHERE referenced IS NOT NULL), 'on_delete', on_delete, 'on_update', on_update) AS json
  FROM foreign_key GROUP BY relation, id
),
index_column AS (
  SELECT r.name AS relation, i.name, i."unique", i.origin, i.partial, k.seqno, coalesce(k.name, 'an expression') AS "column", iif(k."desc", 'DESC', NULL) AS "order"
  FROM relation r, pragma_index_list(r.name) i, pragma_index_xinfo(i.name) k
  WHERE r.type = 'table' AND k.key ORDER BY r.name, i.name, k.seqno
),
indexes AS (
  SELECT relation, name, "unique", origin, partial, json_group_array("column") AS columns, json_group_array("order") AS orders
  FROM index_column GROUP BY relation, name
),
key AS (
  SELECT relation, json_group_array(name) AS columns
  FROM (SELECT r.name AS relation, c.name FROM relation r, pragma_table_xinfo(r.name) c WHERE r.type = 'table' AND c.pk > 0 ORDER BY r.name, c.pk)
  GROUP BY relation
)
SELECT json_object(
  'version', 1,
  'dialect', 'sqlite',
  'tables', (SELECT json_group_object(r.name, json_object(
    'columns', (SELECT json_group_array(json_object('name', c.name, 'type', c.type, 'nullable', json(iif(c."notnull", 'false', 'true')),
                  'default', c.dflt_value, 'identity', NULL, 'generated', iif(c.hidden IN (2, 3), '', NULL)))
                FROM pragma_table_xinfo(r.name) c WHERE c.hidden <> 1),
    'primary_key', (SELECT json(k.columns) FROM key k WHERE k.relation = r.name),
    'uniques', (SELECT json_group_array(json_object('name', '', 'columns', json(i.columns))) FROM indexes i WHERE i.relation = r.name AND i.origin IN ('u', 'pk')),
    'foreign_keys', (SELECT json_group_array(json(f.json)) FROM foreign_keys f WHERE f.relation = r.name),
    'checks', json('[]'),
    'indexes', (SELECT json_group_array(json_object('name', i.name, 'method', 'btree', 'unique', json(iif(i."unique", 'true', 'false')),
                  'columns', json(i.columns), 'orders', json(i.orders), 'where', iif(i.partial, '', NULL)))
                FROM indexes i WHERE i.relation = r.name AND i.origin = 'c')))
    FROM relation r WHERE r.type = 'table'),
  'enums', json('{}'),
  'sequences', json('[]'),
  'views', (SELECT json_group_array(name) FROM relation WHERE type = 'view'),
  'materialized_views', json('[]'),
  'functions', json('[]'),
  'triggers', (SELECT json_group_array(json_object('table', tbl_name, 'name', name)) FROM sqlite_schema WHERE type = 'trigger'),
  'extensions', json('[]'),
  'domains', json('[]'));
