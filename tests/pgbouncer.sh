#!/usr/bin/env bash
# Runs tests through Debian's PgBouncer in transaction mode, before Debian's PostgreSQL 15.
# Each transaction may get another session of the server, and there are few of them.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
if ! command -v pgbouncer >/dev/null && [ ! -x /usr/sbin/pgbouncer ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PgBouncer is not here: install it with 'sudo apt-get install pgbouncer'" >&2
    exit 1
  fi
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends pgbouncer >/dev/null
fi
TEST_POOLER=$(command -v pgbouncer || echo /usr/sbin/pgbouncer) exec "$here/postgres15.sh" "$@"
