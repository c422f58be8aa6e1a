#!/bin/sh
# Builds the image $1 from this clone's commit. With STEADY=1 the same commit on the same base image gives the same
# digest, whenever and wherever it is built; it takes a while longer.
set -eu
cd "$(dirname "$0")/.."
image=${1:?"which image? deploy/build.sh NAME:TAG"}
docker() { command "${DOCKER:-docker}" "$@"; }

revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain 2>/dev/null)" ] || revision=$revision-and-changes
epoch=$(git log -1 --format=%ct 2>/dev/null || echo 0)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
ca=/etc/ssl/certs/ca-certificates.crt
[ -r "$ca" ] && set -- --secret "id=ca,src=$ca" || set --

DOCKER_BUILDKIT=1 docker build --file deploy/Dockerfile --tag "$image" --progress "${PROGRESS:-auto}" "$@" \
    --build-arg "REVISION=$revision" --build-arg "VERSION=$version" \
    ${PYTHON_IMAGE:+--build-arg "PYTHON_IMAGE=$PYTHON_IMAGE"} .

if [ "${STEADY:-0}" = 1 ]; then
    base=$(docker image inspect --format '{{len .RootFS.Layers}}' "${PYTHON_IMAGE:-python:3.13-slim-trixie}")
    docker save "$image" | python3 deploy/steady.py --base-layers "$base" --epoch "$epoch" | docker load --quiet
    docker image inspect --format '{{.Id}} {{.Size}}' "$image"
fi
