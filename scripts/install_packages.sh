#!/bin/bash
# Install Debian packages, as root, without letting them start services or make a database cluster of their own.
# usage: scripts/install_packages.sh PACKAGE...
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/gridgov.conf
temporary=("$cluster")
[ -e $policy ] || temporary+=("$policy")
trap 'rm -f "${temporary[@]}"' EXIT

mkdir -p "$(dirname $cluster)"
echo 'create_main_cluster = false' >$cluster
[ -e $policy ] || install --mode=755 /dev/stdin $policy <<<$'#!/bin/sh\nexit 101'

# A source that can't be reached need not concern these packages; the installation tells.
apt-get -qq update 2>/dev/null || true
if ! said=$(apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" 2>&1); then
    echo "$said" >&2
    exit 1
fi

# Ours is a private one; Debian's would come up at the next boot.
if [[ " $* " == *" redis-server "* ]] && [ -d /run/systemd/system ]; then
    systemctl --quiet disable redis-server
fi
