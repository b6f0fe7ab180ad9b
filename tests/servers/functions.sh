#!/bin/sh
# Writes src/server/postgres/functions/names.txt: the names of the functions that PostgreSQL has by itself, read from the
# catalogs of running servers. Each argument is a connection string of psql: one for each version, so that no version's are missing.
#   tests/servers/functions.sh 'host=/tmp/pg12 user=postgres' 'host=/tmp/pg18 user=postgres'
set -eu
cd "$(dirname "$0")/../.."
target=src/server/postgres/functions/names.txt
for connection in "$@"; do
    psql "$connection" -X -At -c "SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
done | LC_ALL=C sort -u >"$target.part"
[ -s "$target.part" ] && mv "$target.part" "$target"
