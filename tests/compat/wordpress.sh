#!/usr/bin/env bash
# Puts Debian's WordPress, with the Akismet plugin in it, into the folder given, and installs PHP and MariaDB to run it.
# Usage: wordpress.sh FOLDER. Does nothing where all is there; exit status 3: this system does not have the packages.
set -euo pipefail
mkdir -p "$1"
folder="$(cd "$1" && pwd)"
exec 9>"$folder/.lock"
flock 9

needed=(php-cli php-mysql mariadb-server-core mariadb-client-core)  # -core: no server that starts by itself
if ! dpkg-query -W "${needed[@]}" >/dev/null 2>&1; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "WordPress is tried out where Debian's packages ${needed[*]} are: sudo apt-get install them." >&2
        exit 3
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
fi

[ -e "$folder/wordpress/.whole" ] && exit 0
rm -rf "$folder/wordpress" "$folder/unpacked"
mkdir "$folder/unpacked"
(cd "$folder/unpacked" && apt-get download -qq wordpress 2>/dev/null && dpkg -x wordpress_*.deb .)  # not installed: it wants Apache
mv "$folder/unpacked/usr/share/wordpress" "$folder/wordpress"
rm -rf "$folder/unpacked"
touch "$folder/wordpress/.whole"
