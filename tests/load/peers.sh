#!/usr/bin/env bash
# Installs the comment systems that `make bench` measures beside the service, by their lock, into the folder given.
# Usage: peers.sh PYTHON FOLDER. Does nothing where the folder holds these very versions.
set -euo pipefail
lock="$(cd "$(dirname "$0")/peer_systems" && pwd)/requirements.lock"
wanted="$(sha256sum <"$lock" | cut -d' ' -f1) $("$1" -V)"
[ "$(cat "$2/.installed" 2>/dev/null)" = "$wanted" ] && exit 0
rm -rf "${2:?}"  # what is installed by halves must not look whole
"$1" -m venv "$2"
"$2/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
echo "$wanted" >"$2/.installed"
