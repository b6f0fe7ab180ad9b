-- Schemas, extensions, types and sequences.
WITH namespace AS (
  SELECT n.oid, n.nspname, quote_ident(n.nspname) AS name FROM pg_namespace n
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
),
member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
class AS (
  SELECT t.*, n.name || '.' || quote_ident(t.typname) AS name FROM pg_type t JOIN namespace n ON n.oid = t.typnamespace
  WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
)
SELECT ddl FROM (
  SELECT 0 AS rank, n.oid, 'CREATE SCHEMA ' || n.name AS ddl FROM namespace n
  WHERE n.nspname <> 'public' AND NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
  UNION ALL
  SELECT 1, e.oid, 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) || ' WITH SCHEMA ' || quote_ident(n.nspname)
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'
  UNION ALL
  SELECT 2, t.oid, 'CREATE TYPE ' || t.name || ' AS ENUM (' || coalesce(
    (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid), '') || ')'
  FROM class t WHERE t.typtype = 'e'
  UNION ALL
  SELECT 3, t.oid, 'CREATE DOMAIN ' || t.name || ' AS ' || format_type(t.typbasetype, t.typtypmod)
    || CASE WHEN t.typdefault IS NOT NULL THEN ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) ELSE '' END
    || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                 FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')
  FROM class t WHERE t.typtype = 'd'
  UNION ALL
  SELECT 3, t.oid, 'ALTER DOMAIN ' || t.name || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  FROM class t JOIN pg_constraint k ON k.contypid = t.oid WHERE t.typtype = 'd' AND k.contype = 'c' AND NOT k.convalidated
  UNION ALL
  SELECT 3, t.oid, 'CREATE TYPE ' || t.name || ' AS (' || coalesce(
    (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
  FROM class t JOIN pg_class c ON c.oid = t.typrelid WHERE t.typtype = 'c' AND c.relkind = 'c'
  UNION ALL
  SELECT 3, t.oid, 'CREATE TYPE ' || t.name || ' AS RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL) || ')'
  FROM class t JOIN pg_range r ON r.rngtypid = t.oid WHERE t.typtype = 'r'
  UNION ALL
  SELECT 4, c.oid, 'CREATE SEQUENCE ' || n.name || '.' || quote_ident(c.relname) || ' AS ' || format_type(s.seqtypid, NULL)
    || ' INCREMENT BY ' || s.seqincrement || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax || ' START WITH ' || s.seqstart
    || ' CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END
  FROM pg_class c JOIN namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
  WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('i', 'e'))
) statements ORDER BY rank, oid
