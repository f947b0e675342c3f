#!/usr/bin/env bash
# Runs the suite's database tests on Debian's PostgreSQL 15, in a cluster of its own that goes away.
# With TEST_POOLER, a PgBouncer that pools by transaction stands before it; see pgbouncer.sh.
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
folder=$(mktemp -d -p "$("$python" -m tests.support.place)" comments_XXXXXX)
chmod 711 "$folder"
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as_server() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
fi
pooler=
stop() {
  if [ -n "$pooler" ]; then kill "$pooler" || true; fi
  as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
as_server "$bin/initdb" -D data -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
as_server "$bin/pg_ctl" -D data -w -s -l "$folder/log" -o "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -k $folder -c max_connections=200" start
cd - >/dev/null
export TEST_DATABASE_URL="postgresql://postgres@/postgres?host=$folder"
if [ -n "${TEST_POOLER:-}" ]; then
  cat >"$folder/pgbouncer.ini" <<INI
[databases]
* = host=$folder user=postgres
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr =
unix_socket_dir = $folder
listen_port = 6432
logfile = $folder/pgbouncer.log
default_pool_size = 4
max_client_conn = 1000
server_idle_timeout = 5
INI
  # Not by the function: what is in the background must be the pooler itself, to be ended by its id.
  drop=()
  if [ "$(id -u)" = 0 ]; then drop=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
  ${drop[@]+"${drop[@]}"} "$TEST_POOLER" -q "$folder/pgbouncer.ini" >/dev/null 2>&1 </dev/null &
  pooler=$!
  for _ in $(seq 100); do [ -S "$folder/.s.PGSQL.6432" ] && break; sleep 0.1; done
  export TEST_DIRECT_URL="$TEST_DATABASE_URL"
  export TEST_DATABASE_URL="$TEST_DATABASE_URL&port=6432"
fi
"$python" -m pytest "$@"
