#!/usr/bin/env bash
# Installs the clients of the compatibility APIs, as published and by their locks, into the folder given.
# Usage: clients.sh PYTHON FOLDER. Does nothing where the folder holds these very versions.
set -euo pipefail
here="$(cd "$(dirname "$0")/clients" && pwd)"
python="$1"
mkdir -p "$2"
folder="$(cd "$2" && pwd)"

exec 9>"$folder/.lock"
flock 9
wanted="$(cat "$here"/requirements-*.lock "$here"/node/package-lock.json | sha256sum | cut -d' ' -f1) $("$python" -V)"
[ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && exit 0
rm -f "$folder/.installed"  # what is installed by halves must not look whole

if ! command -v npm >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
    else
        echo "The compatibility APIs are tested with clients for Node: install nodejs and npm." >&2
        exit 1
    fi
fi

for group in a b c; do
    rm -rf "${folder:?}/$group"
    "$python" -m venv "$folder/$group"
    "$folder/$group/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$here/requirements-$group.lock"
done
mkdir -p "$folder/node"
cp "$here"/node/package.json "$here"/node/package-lock.json "$here"/node/.npmrc "$folder/node/"
(cd "$folder/node" && npm ci --ignore-scripts --silent)
echo "$wanted" >"$folder/.installed"
