#!/bin/sh
# Makes the image $1 (debian:trixie-slim) from the distribution's packages, in the cache folder $2.
set -eu
image=${1:?"which image? debian.sh NAME:TAG FOLDER"}; cache=${2:?"which folder? debian.sh NAME:TAG FOLDER"}
docker() { command "${DOCKER:-docker}" "$@"; }

tree=$cache/debian.draft
rm -rf "$tree"
debootstrap --variant=minbase --include=ca-certificates trixie "$tree" >"$cache/debootstrap.log" 2>&1 || {
    echo "airgap: debootstrap failed: $(tail -n 1 "$cache/debootstrap.log") ($cache/debootstrap.log)" >&2
    exit 1
}
# What a slim image leaves out: caches, lists, manuals, translations, logs; licences stay.
rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/log/* "$tree"/var/cache/ldconfig \
    "$tree"/usr/share/man/* "$tree"/usr/share/info/* "$tree"/usr/share/locale/* \
    "$tree"/tmp/* "$tree"/etc/machine-id "$tree"/etc/hostname "$tree"/etc/resolv.conf
find "$tree"/usr/share/doc -type f ! -name copyright -delete
find "$tree"/usr/share/doc -type d -empty -delete
tar -C "$tree" --sort=name --numeric-owner --one-file-system -c . |
    docker import --change 'CMD ["bash"]' --change 'LABEL nianlun.stand-in=true' - "$image" >/dev/null
rm -rf "$tree"
