-- Views and their indexes, rules, triggers and policies.
WITH relation AS (
  SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT ddl FROM (
  SELECT 0 AS rank, r.oid, 'CREATE ' || CASE r.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || 'VIEW ' || r.name || E' AS\n'
    || rtrim(pg_get_viewdef(r.oid), ';') || CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN ' WITH NO DATA' ELSE '' END AS ddl
  FROM relation r WHERE r.relkind IN ('v', 'm')
  UNION ALL
  SELECT 1, i.indexrelid, pg_get_indexdef(i.indexrelid) FROM relation r JOIN pg_index i ON i.indrelid = r.oid WHERE r.relkind = 'm'
  UNION ALL
  SELECT 2, w.oid, pg_get_ruledef(w.oid) FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
  UNION ALL
  SELECT 3, t.oid, pg_get_triggerdef(t.oid) FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid
  WHERE NOT t.tgisinternal AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
  UNION ALL
  SELECT 4, p.oid, 'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || r.name || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
    || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
    || ' TO ' || (SELECT string_agg(CASE WHEN m.role = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(m.role)) END, ', ') FROM unnest(p.polroles) m(role))
    || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
  FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
) statements ORDER BY rank, oid
