-- What the current MariaDB database (10.5 or later) holds, in the shape of `driftlint schema --format json`.
-- Needs `group_concat_max_len` to be large: it cuts JSON_ARRAYAGG short too.
WITH
relation AS (
  SELECT table_name AS name, table_type AS type FROM information_schema.tables WHERE table_schema = DATABASE()
),
column_list AS (
  SELECT table_name AS relation, JSON_ARRAYAGG(JSON_OBJECT(
    'name', column_name, 'type', column_type, 'nullable', JSON_COMPACT(IF(is_nullable = 'YES', 'true', 'false')),
    'default', IF(column_default = 'NULL', NULL, column_default), 'identity', NULL,
    'generated', IF(generation_expression <> '', generation_expression, NULL),
    'extra', extra, 'collation', collation_name) ORDER BY ordinal_position) AS list
  FROM information_schema.columns WHERE table_schema = DATABASE() GROUP BY table_name
),
reference AS (
  SELECT k.table_name AS relation, k.constraint_name AS name, MIN(k.referenced_table_name) AS target,
    JSON_ARRAYAGG(k.column_name ORDER BY k.ordinal_position) AS columns,
    JSON_ARRAYAGG(k.referenced_column_name ORDER BY k.ordinal_position) AS referenced
  FROM information_schema.key_column_usage k
  WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL GROUP BY k.table_name, k.constraint_name
),
foreign_keys AS (
  SELECT reference.relation, JSON_ARRAYAGG(JSON_OBJECT(
    'name', reference.name, 'columns', JSON_COMPACT(reference.columns), 'references', reference.target, 'referenced_columns', JSON_COMPACT(reference.referenced),
    'on_delete', r.delete_rule, 'on_update', r.update_rule) ORDER BY reference.name) AS list
  FROM reference JOIN information_schema.referential_constraints r
    ON r.constraint_schema = DATABASE() AND r.table_name = reference.relation AND r.constraint_name = reference.name
  GROUP BY reference.relation
),
index_list AS (
  SELECT table_name AS relation, index_name AS name, LOWER(MIN(index_type)) AS method, MIN(non_unique) = 0 AS is_unique,
    JSON_ARRAYAGG(column_name ORDER BY seq_in_index) AS columns, JSON_ARRAYAGG(sub_part ORDER BY seq_in_index) AS lengths,
    JSON_ARRAYAGG(IF(collation = 'D', 'DESC', NULL) ORDER BY seq_in_index) AS orders
  FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name
),
indexes AS (
  SELECT relation, JSON_ARRAYAGG(JSON_OBJECT('name', name, 'method', method, 'unique', JSON_COMPACT(IF(is_unique, 'true', 'false')),
    'columns', JSON_COMPACT(columns), 'lengths', JSON_COMPACT(lengths), 'orders', JSON_COMPACT(orders), 'where', NULL) ORDER BY name) AS list
  FROM index_list WHERE name <> 'PRIMARY' GROUP BY relation
),
checks AS (
  SELECT table_name AS relation, JSON_ARRAYAGG(JSON_OBJECT('name', constraint_name, 'expression', check_clause) ORDER BY constraint_name) AS list
  FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() GROUP BY table_name
)
SELECT JSON_OBJECT(
  'version', 1,
  'dialect', 'mysql',
  'tables', (SELECT JSON_COMPACT(COALESCE(JSON_OBJECTAGG(r.name, JSON_OBJECT(
    'columns', JSON_COMPACT(column_list.list),
    'primary_key', JSON_COMPACT(p.columns),
    'uniques', JSON_ARRAY(),
    'foreign_keys', JSON_COMPACT(COALESCE(foreign_keys.list, '[]')),
    'checks', JSON_COMPACT(COALESCE(checks.list, '[]')),
    'indexes', JSON_COMPACT(COALESCE(indexes.list, '[]')))), '{}'))
    FROM relation r JOIN column_list ON column_list.relation = r.name
    LEFT JOIN index_list p ON p.relation = r.name AND p.name = 'PRIMARY'
    LEFT JOIN foreign_keys ON foreign_keys.relation = r.name
    LEFT JOIN checks ON checks.relation = r.name
    LEFT JOIN indexes ON indexes.relation = r.name
    WHERE r.type = 'BASE TABLE'),
  'enums', JSON_OBJECT(),
  'sequences', (SELECT JSON_COMPACT(COALESCE(JSON_ARRAYAGG(name), '[]')) FROM relation WHERE type = 'SEQUENCE'),
  'views', (SELECT JSON_COMPACT(COALESCE(JSON_ARRAYAGG(name), '[]')) FROM relation WHERE type = 'VIEW'),
  'materialized_views', JSON_ARRAY(),
  'functions', (SELECT JSON_COMPACT(COALESCE(JSON_ARRAYAGG(routine_name), '[]')) FROM information_schema.routines WHERE routine_schema = DATABASE()),
  'triggers', (SELECT JSON_COMPACT(COALESCE(JSON_ARRAYAGG(JSON_OBJECT('table', event_object_table, 'name', trigger_name)), '[]'))
               FROM information_schema.triggers WHERE trigger_schema = DATABASE()),
  'extensions', JSON_ARRAY(),
  'domains', JSON_ARRAY());
