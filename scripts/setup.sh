#!/bin/bash
# Put on the machine what the other commands need: Debian packages, .venv from the lock file, compiled messages.
# usage: scripts/setup.sh run|dev|test
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."
purpose=$1

refuse() {
    echo "$*" >&2
    exit 1
}

# Two commands begun at once in the same folder wait for each other here.
{ mkdir -p var && touch var/setup.lock; } 2>/dev/null ||
    refuse "$PWD/var is not yours to write in: use the account that ran this command first."
exec 9>var/setup.lock
flock 9

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

missing=()
need() { # need PACKAGE COMMAND...: the package is missing unless the command succeeds
    "${@:2}" >/dev/null 2>&1 || missing+=("$1")
}
need postgresql-postgis compgen -G '/usr/share/postgresql/*/extension/postgis.control'
need redis-server type redis-server
need gettext type msgfmt
need python3-venv find_python
# What reports are set with as PDF.
need libpangoft2-1.0-0 compgen -G '/usr/lib/*/libpangoft2-1.0.so.0'
need fonts-noto-cjk compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*'
[ "$purpose" != test ] || need chromium type chromium

if [ ${#missing[@]} -gt 0 ]; then
    type apt-get >/dev/null 2>&1 || refuse "These packages are missing and this is no Debian system to install them on: ${missing[*]}."
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo --non-interactive)
    type sudo >/dev/null 2>&1 || as_root=(false)
    [ "$(id -u)" != 0 ] || as_root=()
    echo "Installing Debian packages: ${missing[*]}"
    "${as_root[@]}" scripts/install_packages.sh "${missing[@]}" ||
        refuse "Could not install the Debian packages; somebody who may has to: apt-get install ${missing[*]}"
fi
python=$(find_python) || refuse "Python 3.11 or newer is needed."

lock=requirements-dev.txt
[ "$purpose" = run ] && lock=requirements.txt
# In a folder that was moved or copied the programs of .venv point elsewhere; after an upgrade its Python is another.
if ! grep -qsF "$PWD/.venv" .venv/bin/activate || ! .venv/bin/python -c 'import honcho' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# What was installed is remembered as a copy of its lock file; the development lock contains the other.
if ! cmp -s $lock .venv/$lock; then
    echo "Installing Python packages from $lock"
    .venv/bin/pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $lock ||
        refuse "Could not install the Python packages of $lock."
    cp $lock .venv/
    [ "$purpose" = run ] || cp requirements.txt .venv/
fi

for messages in locale/*/LC_MESSAGES/*.po; do
    compiled=${messages%.po}.mo
    [ "$compiled" -nt "$messages" ] || msgfmt --output-file="$compiled" "$messages"
done
