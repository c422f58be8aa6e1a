#!/bin/sh
# Sees to it that a container engine with Compose answers: the one that runs, else Debian's, installed and started here.
# Ends with 0 when one answers; otherwise it says why not in one line and ends with 1.
# DOCKER_DATA: where a daemon that is started here keeps its data (/var/lib/docker); it runs on when this has ended.
set -eu

fail() { echo "engine: $1" >&2; exit 1; }
docker() { command "$DOCKER" "$@"; }

DOCKER=/usr/bin/docker
[ -x "$DOCKER" ] || DOCKER=$(command -v docker || echo /usr/bin/docker)
plugins=/usr/libexec/docker/cli-plugins
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

answers() { docker info >/dev/null 2>&1; }

install_engine() {
    [ "$(id -u)" = 0 ] || fail "no container engine answers, and only root can install one"
    command -v apt-get >/dev/null || fail "no container engine answers, and there is no apt to install one"
    [ -x /usr/sbin/dockerd ] && [ -x /usr/sbin/debootstrap ] && return
    { apt-get update && DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends docker.io debootstrap iptables; } >"$work/log" 2>&1 ||
        fail "apt cannot install docker.io: $(tail -n 1 "$work/log")"
    DOCKER=/usr/bin/docker
}

start_engine() {
    data=${DOCKER_DATA:-/var/lib/docker}
    mkdir -p "$data"
    setsid /usr/sbin/dockerd --data-root "$data" >"$data/dockerd.log" 2>&1 </dev/null &
    for _ in $(seq 150); do
        answers && return
        sleep 0.2
    done
    fail "the daemon does not start: $(tail -n 1 "$data/dockerd.log")"
}

# Compose and buildx of Debian's next release; a source list of its own leaves the machine's as it is.
install_plugins() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "docker has no Compose, and only root with apt can add it"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
    [ -n "$mirror" ] || fail "docker has no Compose, and apt knows no mirror of Debian"
    mkdir -p "$work/lists" "$plugins"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/sources.list"
    (
        cd "$work"
        set -- -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
            -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root
        apt-get "$@" update && apt-get "$@" download docker-compose docker-buildx
    ) >"$work/log" 2>&1 || fail "apt cannot fetch docker-compose: $(tail -n 1 "$work/log")"
    for package in "$work"/docker-*.deb; do dpkg -x "$package" "$work/unpacked"; done
    cp "$work"/unpacked/usr/libexec/docker/cli-plugins/* "$plugins/"
}

if ! answers; then
    install_engine
    answers || start_engine
fi
docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1 || install_plugins
echo "engine: $(docker version --format '{{.Server.Version}}'), compose $(docker compose version --short)"
