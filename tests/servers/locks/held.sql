WITH ranked (mode, strength, name) AS (
  VALUES ('AccessShareLock', 1, 'ACCESS SHARE'), ('RowShareLock', 2, 'ROW SHARE'), ('RowExclusiveLock', 3, 'ROW EXCLUSIVE'),
         ('ShareUpdateExclusiveLock', 4, 'SHARE UPDATE EXCLUSIVE'), ('ShareLock', 5, 'SHARE'),
         ('ShareRowExclusiveLock', 6, 'SHARE ROW EXCLUSIVE'), ('ExclusiveLock', 7, 'EXCLUSIVE'), ('AccessExclusiveLock', 8, 'ACCESS EXCLUSIVE')
), held AS (
  SELECT DISTINCT ON (before.oid) before.relname, ranked.name
  FROM pg_locks JOIN ranked USING (mode) JOIN before ON before.oid = pg_locks.relation
  WHERE pid = pg_backend_pid() AND granted AND before.relkind IN ('r', 'p', 'v', 'm', 'S')
  ORDER BY before.oid, ranked.strength DESC
)
SELECT relname || ': ' || name FROM held
