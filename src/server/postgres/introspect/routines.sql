-- Functions, procedures and aggregates.
WITH routine AS (
  SELECT p.*, quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
)
SELECT ddl FROM (
  SELECT 0 AS rank, p.oid, pg_get_functiondef(p.oid) AS ddl FROM routine p WHERE p.prokind IN ('f', 'p', 'w')
  UNION ALL
  SELECT 1, p.oid, 'CREATE AGGREGATE ' || p.name || '(' || pg_get_function_arguments(p.oid) || ') (SFUNC = ' || a.aggtransfn::text
    || ', STYPE = ' || format_type(a.aggtranstype, NULL) || ')'
  FROM routine p JOIN pg_aggregate a ON a.aggfnoid = p.oid WHERE p.prokind = 'a'
) statements ORDER BY rank, oid
