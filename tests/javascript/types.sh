#!/usr/bin/env bash
# Checks the types of the pages' JavaScript; the checker, by its lock, goes into the folder given.
# Usage: types.sh FOLDER [PROJECT]. The pages themselves need no build step, and none of this.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$1"
folder="$(cd "$1" && pwd)"

exec 9>"$folder/.lock"
flock 9
wanted="$(sha256sum <"$here/package-lock.json")"
if [ "$(cat "$folder/.installed" 2>/dev/null)" != "$wanted" ]; then
    if ! command -v npm >/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
        else
            echo "The pages' JavaScript is checked by TypeScript: install nodejs and npm." >&2
            exit 1
        fi
    fi
    cp "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$folder/"
    (cd "$folder" && npm ci --ignore-scripts --silent)
    echo "$wanted" >"$folder/.installed"
fi
exec "$folder/node_modules/.bin/tsc" --project "${2:-$here}"
