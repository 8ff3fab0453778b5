#!/usr/bin/env bash
# What this machine must have before we can install ourselves: `machine.sh run` for the zone, `machine.sh tests` for its tests.
# Root on Debian: missing packages are installed. Anybody else: one line says what to type, and we stop.
set -euo pipefail

what_for=${1:-run}
python=${PYTHON:-python3}
missing=()

stop() { echo "$1" >&2; exit 1; }

has_thai_font() {
  if command -v fc-list >/dev/null; then [ -n "$(fc-list :lang=th family)" ]; else [ -d /usr/share/fonts/truetype/tlwg ]; fi
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || stop "Python 3.11 or newer is needed; if it has another name, type: make PYTHON=python3.12"
node_major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
{ [ "${node_major:-0}" -ge 20 ] && command -v npm >/dev/null; } \
  || stop "Node 20 or newer with npm is needed to build the screens from source (a wheel of ours needs none)."

# Debian's Python comes without ensurepip, and a small image comes without time zones.
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
[ -e /usr/share/zoneinfo/Asia/Bangkok ] || missing+=(tzdata)
if [ "$what_for" = tests ]; then
  command -v chromium >/dev/null || missing+=(chromium)
  compgen -G '/usr/lib*/*/libatomic.so.1' >/dev/null || compgen -G '/usr/lib*/libatomic.so.1' >/dev/null || missing+=(libatomic1)  # the browser driver's own Node needs it
  has_thai_font || missing+=(fonts-thai-tlwg fontconfig)  # screenshots without it show boxes
fi
[ ${#missing[@]} -gt 0 ] || exit 0

by_hand="apt-get install -y ${missing[*]}"
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || stop "Some of Debian's packages are missing. Type: sudo $by_hand"
echo "Installing Debian's ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } \
  || stop "Debian's packages could not be installed. With a network, type: $by_hand"
