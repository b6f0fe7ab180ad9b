-- Identity, defaults, keys and indexes.
WITH relation AS (
  SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
own AS (
  SELECT s.oid, s.name AS sequence, r.oid AS relation, r.name, a.attname, d.deptype
  FROM relation s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN relation r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
  WHERE s.relkind = 'S'
)
SELECT ddl FROM (
  SELECT 0 AS rank, o.oid, 'ALTER SEQUENCE ' || o.sequence || ' OWNED BY ' || o.name || '.' || quote_ident(o.attname) AS ddl FROM own o WHERE o.deptype = 'a'
  UNION ALL
  SELECT 1, o.oid, 'ALTER TABLE ' || o.name || ' ALTER COLUMN ' || quote_ident(o.attname) || ' ADD GENERATED '
    || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (SEQUENCE NAME ' || o.sequence || ')'
  FROM own o JOIN pg_attribute a ON a.attrelid = o.relation AND a.attname = o.attname WHERE o.deptype = 'i' AND a.attidentity <> ''
  UNION ALL
  SELECT 2, d.oid, 'ALTER TABLE ONLY ' || r.name || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
  FROM relation r JOIN pg_attrdef d ON d.adrelid = r.oid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.adnum
  WHERE r.relkind IN ('r', 'p', 'f', 'v') AND a.attgenerated = '' AND NOT a.attisdropped
  UNION ALL
  SELECT 3, k.oid, 'ALTER TABLE ONLY ' || r.name || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE k.contype IN ('p', 'u', 'x')
  UNION ALL
  SELECT 4, i.indexrelid, pg_get_indexdef(i.indexrelid)
  FROM relation r JOIN pg_index i ON i.indrelid = r.oid
  WHERE r.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT 5, c.oid, 'ALTER INDEX ' || p.name || ' ATTACH PARTITION ' || c.name
  FROM relation c JOIN pg_inherits h ON h.inhrelid = c.oid JOIN relation p ON p.oid = h.inhparent WHERE c.relkind IN ('i', 'I')
  UNION ALL
  SELECT 6, k.oid, 'ALTER TABLE ' || CASE WHEN r.relkind = 'p' THEN '' ELSE 'ONLY ' END || r.name || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE k.contype = 'f' AND k.conparentid = 0
  UNION ALL
  SELECT 7, r.oid, 'ALTER TABLE ' || r.name || ' ' || word || ' ROW LEVEL SECURITY'
  FROM relation r CROSS JOIN LATERAL (VALUES (r.relrowsecurity, 'ENABLE'), (r.relforcerowsecurity, 'FORCE')) security(set, word) WHERE set
  UNION ALL
  -- An identity's sequence keeps its name when its table gets another, and the words above make one called after the table.
  SELECT 8, o.oid, 'ALTER SEQUENCE ' || quote_ident(n.nspname) || '.' || quote_ident(r.relname || '_' || o.attname || '_seq') || ' RENAME TO ' || quote_ident(s.relname)
  FROM own o JOIN pg_class r ON r.oid = o.relation JOIN pg_class s ON s.oid = o.oid JOIN pg_namespace n ON n.oid = r.relnamespace
  WHERE o.deptype = 'i' AND s.relname <> r.relname || '_' || o.attname || '_seq' AND octet_length(r.relname || '_' || o.attname || '_seq') <= 63
) statements ORDER BY rank, oid
