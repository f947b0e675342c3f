#!/usr/bin/env bash
# Runs the suite's database tests on Debian's PostgreSQL 15, in a cluster of its own that goes away.
set -euo pipefail
python=$(realpath -s "$1")
shift
bin=/usr/lib/postgresql/15/bin
if [ ! -x "$bin/initdb" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PostgreSQL 15 is not here: install it with 'sudo apt-get install postgresql-15'" >&2
    exit 1
  fi
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql-15 >/dev/null
fi
folder=$(mktemp -d)
chmod 711 "$folder"
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as_server() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi
stop() {
  as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
as_server "$bin/initdb" -D data -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
as_server "$bin/pg_ctl" -D data -w -s -l "$folder/log" -o "-c listen_addresses='' -c fsync=off -k $folder" start
cd - >/dev/null
TEST_DATABASE_URL="postgresql://postgres@/postgres?host=$folder" "$python" -m pytest "$@"
