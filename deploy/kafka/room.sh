#!/bin/bash
# Ends when FOLDER has room for MIB mebibytes, and says why it waits. A broker that starts on a full disk cannot read its
# log of the cluster whole, takes it for damaged, and goes on with an empty one: without topics, users and rights.
set -euo pipefail
folder=$1 needed=$2

left() { df -Pk "$folder" | { read -r _; read -r _ _ _ kib _; echo "$((kib / 1024))"; }; }
until [ "$(left)" -ge "$needed" ]; do
    echo "the disk of $folder has $(left) MiB left; the broker starts when it has $needed" >&2
    sleep "${PAUSE_SECONDS:-5}"
done
