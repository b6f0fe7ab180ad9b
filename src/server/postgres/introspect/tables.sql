-- Tables with their columns and checks, then how they hang together.
WITH relation AS (
  SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'f')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
parents AS (
  SELECT i.inhrelid AS oid, string_agg(quote_ident(n.nspname) || '.' || quote_ident(p.relname), ', ' ORDER BY i.inhseqno) AS names
  FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace GROUP BY i.inhrelid
),
items AS (
  SELECT r.oid, a.attnum::int AS place, quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
            THEN (SELECT ' COLLATE ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                  FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END
    || CASE a.attgenerated WHEN 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                           WHEN 'v' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') VIRTUAL' ELSE '' END
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS text
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR r.relispartition)
  UNION ALL
  SELECT r.oid, 100000 + row_number() OVER (PARTITION BY r.oid ORDER BY k.oid)::int, 'CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
  WHERE k.contype = 'c' AND k.convalidated AND (k.conislocal OR r.relispartition)
)
SELECT ddl FROM (
  SELECT 0 AS rank, r.oid, 'CREATE ' || CASE WHEN r.relkind = 'f' THEN 'FOREIGN ' WHEN r.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END
    || 'TABLE ' || r.name || E' (\n    '
    || coalesce((SELECT string_agg(i.text, E',\n    ' ORDER BY i.place) FROM items i WHERE i.oid = r.oid), '') || E'\n)'
    || CASE WHEN NOT r.relispartition THEN coalesce(' INHERITS (' || p.names || ')', '') ELSE '' END
    || CASE WHEN r.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(r.oid) ELSE '' END
    || CASE WHEN r.relkind = 'f' THEN ' SERVER ' || (SELECT quote_ident(s.srvname) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid) ELSE '' END AS ddl
  FROM relation r LEFT JOIN parents p ON p.oid = r.oid
  UNION ALL
  SELECT 1, r.oid, 'ALTER TABLE ONLY ' || p.names || ' ATTACH PARTITION ' || r.name || ' ' || pg_get_expr(r.relpartbound, r.oid)
  FROM relation r JOIN parents p ON p.oid = r.oid WHERE r.relispartition
  UNION ALL
  SELECT 2, r.oid, 'ALTER TABLE ' || r.name || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
  WHERE k.contype = 'c' AND NOT k.convalidated AND (k.conislocal OR r.relispartition)
) statements ORDER BY rank, oid
