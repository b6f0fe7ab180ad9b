#!/bin/sh
# Writes what PostgreSQL has by itself, read from the catalogs of running servers, into src/server/postgres/functions/:
#   names.txt       the names of its functions, procedures included
#   signatures.txt  NAME|KIND VOLATILITY|ARGUMENTS|RESULT|VERSIONS: its functions, aggregates and window functions
#   operators.txt   NAME|VOLATILITY|LEFT|RIGHT|RESULT|VERSIONS
#   casts.txt       SOURCE|TARGET|CONTEXT AND METHOD|VOLATILITY|VERSIONS
#   extensions.txt  the names of the functions of the extensions that were created in those databases: of all that are available
#   types.txt       NAME|AS PRINTED|CATEGORY|PREFERRED|KIND|ELEMENT|VOLATILITY OF INPUT AND OUTPUT|VERSIONS
# Each argument is a connection string of psql: the oldest version that driftlint knows, the newest, and one between.
#   tests/servers/functions.sh 'host=/tmp/pg12 user=postgres' 'host=/tmp/pg15 user=postgres' 'host=/tmp/pg18 user=postgres'
set -eu
cd "$(dirname "$0")/../.."
folder=src/server/postgres/functions

# A function that takes `internal` cannot be called. Of the versions each line names those that have it.
signatures="SELECT p.proname, p.prokind::text || p.provolatile::text || CASE WHEN p.proretset THEN 'r' ELSE '' END
        || CASE WHEN p.prolang = 14 THEN 'q' ELSE '' END
        || CASE WHEN p.provariadic <> 0 THEN '+' ELSE '' END || CASE WHEN p.pronargdefaults > 0 THEN p.pronargdefaults::text ELSE '' END,
    coalesce((SELECT string_agg(t.typname, ',' ORDER BY at) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, at)
        JOIN pg_type t ON t.oid = a.type), ''), r.typname
    FROM pg_proc p JOIN pg_type r ON r.oid = p.prorettype
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind <> 'p' AND NOT p.proargtypes::oid[] @> ARRAY['internal'::regtype::oid]"
operators="SELECT o.oprname, CASE WHEN p.prolang = 14 THEN 'q' ELSE p.provolatile::text END, coalesce(l.typname, ''), r.typname, t.typname
    FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode LEFT JOIN pg_type l ON l.oid = o.oprleft
    JOIN pg_type r ON r.oid = o.oprright JOIN pg_type t ON t.oid = o.oprresult WHERE o.oprnamespace = 'pg_catalog'::regnamespace"
casts="SELECT s.typname, t.typname, c.castcontext::text || c.castmethod::text, coalesce(p.provolatile::text, 'i')
    FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget LEFT JOIN pg_proc p ON p.oid = c.castfunc
    WHERE s.typnamespace = 'pg_catalog'::regnamespace AND t.typnamespace = 'pg_catalog'::regnamespace"
types="SELECT t.typname, format_type(t.oid, NULL), t.typcategory::text, CASE WHEN t.typispreferred THEN 'p' ELSE '' END, t.typtype::text,
    coalesce(e.typname, ''), i.provolatile::text || o.provolatile::text
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' JOIN pg_proc i ON i.oid = t.typinput
    JOIN pg_proc o ON o.oid = t.typoutput WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typrelid = 0
        AND NOT EXISTS (SELECT FROM pg_type r WHERE r.oid = t.typelem AND r.typrelid <> 0)"

# The lines of every version, each once, followed by the versions that have it, or by nothing where all have it.
merged() {
    for connection in "$@"; do
        version=$(psql "$connection" -X -At -c "SELECT current_setting('server_version_num')::int / 10000")
        psql "$connection" -X -At -c "$query" | sed "s/\$/|$version/"
    done | LC_ALL=C sort -u | awk -F'|' '{
        version = $NF; line = substr($0, 1, length($0) - length(version) - 1)
        if (!(line in versions)) { order[++count] = line }
        versions[line] = versions[line] (versions[line] == "" ? "" : ",") version
        seen[version]
    } END { for (at = 1; at <= count; at++) {
        line = order[at]; print line "|" (split(versions[line], v, ",") == length(seen) ? "" : versions[line]) } }' | LC_ALL=C sort
}

write() {
    cat >"$folder/$1.part"
    [ -s "$folder/$1.part" ] && mv "$folder/$1.part" "$folder/$1"
}

query="SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
for connection in "$@"; do psql "$connection" -X -At -c "$query"; done | LC_ALL=C sort -u | write names.txt
query="SELECT DISTINCT p.proname::text FROM pg_proc p
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'"
for connection in "$@"; do psql "$connection" -X -At -c "$query"; done | LC_ALL=C sort -u | write extensions.txt
query=$signatures; merged "$@" | write signatures.txt
query=$operators; merged "$@" | write operators.txt
query=$casts; merged "$@" | write casts.txt
query=$types; merged "$@" | write types.txt
