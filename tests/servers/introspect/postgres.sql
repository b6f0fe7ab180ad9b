-- What a PostgreSQL database (12 or later) holds, in the shape of `driftlint schema --format json`.
WITH
relation AS (
  SELECT c.oid, c.relkind, c.relispartition, n.nspname || '.' || c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
class AS (
  SELECT t.oid, t.typtype, n.nspname || '.' || t.typname AS name
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
),
-- The columns of a constraint or index, in its own order.
keys AS (
  SELECT k.oid, jsonb_agg(a.attname ORDER BY u.position) AS columns
  FROM pg_constraint k CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY u(attnum, position)
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum GROUP BY k.oid
),
foreign_keys AS (
  SELECT k.oid, jsonb_agg(a.attname ORDER BY u.position) AS columns
  FROM pg_constraint k CROSS JOIN LATERAL unnest(k.confkey) WITH ORDINALITY u(attnum, position)
  JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum WHERE k.contype = 'f' GROUP BY k.oid
),
action(code, name) AS (VALUES ('a'::"char", 'NO ACTION'), ('r', 'RESTRICT'), ('c', 'CASCADE'), ('n', 'SET NULL'), ('d', 'SET DEFAULT')),
columns AS (
  SELECT a.attrelid AS oid, jsonb_agg(jsonb_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'nullable', NOT a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
    'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END) ORDER BY a.attnum) AS list
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped GROUP BY a.attrelid
),
indexes AS (
  SELECT i.indrelid AS oid, jsonb_agg(jsonb_build_object(
    'name', c.relname,
    'method', m.amname,
    'unique', i.indisunique,
    'columns', (SELECT jsonb_agg(coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, p, true)) ORDER BY p)
                FROM generate_series(1, i.indnkeyatts) p
                LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p - 1] AND a.attnum > 0),
    'orders', (SELECT jsonb_agg(CASE i.indoption[p - 1] WHEN 1 THEN 'DESC NULLS LAST' WHEN 2 THEN 'NULLS FIRST' WHEN 3 THEN 'DESC' END ORDER BY p)
               FROM generate_series(1, i.indnkeyatts) p),
    'where', pg_get_expr(i.indpred, i.indrelid)) ORDER BY c.relname) AS list
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  GROUP BY i.indrelid
),
tables AS (
  SELECT r.oid, r.name, jsonb_build_object(
    'columns', coalesce((SELECT list FROM columns WHERE oid = r.oid), '[]'),
    'primary_key', (SELECT columns FROM pg_constraint k JOIN keys USING (oid) WHERE k.conrelid = r.oid AND k.contype = 'p'),
    'uniques', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'columns', columns) ORDER BY k.conname), '[]')
                FROM pg_constraint k JOIN keys USING (oid) WHERE k.conrelid = r.oid AND k.contype = 'u'),
    'foreign_keys', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'name', k.conname, 'columns', keys.columns,
                       'references', (SELECT name FROM relation WHERE oid = k.confrelid), 'referenced_columns', foreign_keys.columns,
                       'on_delete', (SELECT name FROM action WHERE code = k.confdeltype),
                       'on_update', (SELECT name FROM action WHERE code = k.confupdtype)) ORDER BY k.conname), '[]')
                     FROM pg_constraint k JOIN keys USING (oid) JOIN foreign_keys USING (oid)
                     WHERE k.conrelid = r.oid AND k.contype = 'f'),
    'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, k.conrelid)) ORDER BY k.conname), '[]')
               FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'c'),
    'indexes', coalesce((SELECT list FROM indexes WHERE oid = r.oid), '[]'))
    || CASE WHEN r.relispartition THEN jsonb_build_object('partition_of',
         (SELECT name FROM relation JOIN pg_inherits ON inhparent = oid WHERE inhrelid = r.oid)) ELSE '{}' END AS json
  FROM relation r WHERE r.relkind IN ('r', 'p', 'f')
)
SELECT jsonb_build_object(
  'version', 1,
  'dialect', 'postgres',
  'tables', (SELECT coalesce(jsonb_object_agg(name, json), '{}') FROM tables),
  'enums', (SELECT coalesce(jsonb_object_agg(name, (
              SELECT coalesce(jsonb_agg(enumlabel ORDER BY enumsortorder), '[]') FROM pg_enum WHERE enumtypid = class.oid)), '{}')
            FROM class WHERE typtype = 'e'),
  'sequences', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM relation WHERE relkind = 'S'),
  'views', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM relation WHERE relkind = 'v'),
  'materialized_views', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM relation WHERE relkind = 'm'),
  'functions', (SELECT coalesce(jsonb_agg(n.nspname || '.' || p.proname ORDER BY n.nspname, p.proname), '[]')
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')),
  'triggers', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', relation.name, 'name', t.tgname) ORDER BY relation.name, t.tgname), '[]')
               FROM pg_trigger t JOIN relation ON relation.oid = t.tgrelid WHERE NOT t.tgisinternal),
  'extensions', (SELECT coalesce(jsonb_agg(extname ORDER BY extname), '[]') FROM pg_extension WHERE extname <> 'plpgsql'),
  'domains', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM class WHERE typtype = 'd'));
