#!/usr/bin/env bash
# Puts Debian's promtool into a folder, without installing the server that it comes with.
set -euo pipefail
folder=$1
if command -v promtool >/dev/null || [ -x "$folder/promtool" ]; then exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "promtool is not here: install it, as it comes with Prometheus" >&2
  exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder"
(
  cd "$scratch"
  apt-get -qq download prometheus 2>/dev/null || { apt-get -qq update && apt-get -qq download prometheus; }
  dpkg -x prometheus_*.deb .
) || { echo "promtool cannot be fetched from Debian's packages: install it, as it comes with Prometheus" >&2; exit 1; }
mv "$scratch/usr/bin/promtool" "$folder/promtool"
