"""An engine that is played: it knows whose its volumes and containers are, and tells what it is to load and to run.

What it runs makes the settings of a home that has none.
"""

from pathlib import Path

_DOCKER = """#!/bin/sh
set -eu
last() { for last; do :; done; }
cd "$(dirname "$0")/engine"
last "$@"
case "$1 ${2:-}" in
"load "*) echo "engine loads" >&2 ;;
"run "*)
    echo "engine runs $*" >&2
    home="$*" && home=${home#*--home } && home=${home%% *}
    [ -e "$home/compose.env" ] ||
        printf 'COMPOSE_PROJECT_NAME=nianlun\nNIANLUN_COMPOSED=%s\n' "$home" >"$home/compose.env" ;;
"ps "*) for one in containers/*; do case "$*" in *"project=$(basename "$one") "*) basename "$one" ;; esac; done ;;
"inspect "*) cat "containers/$last" ;;
"volume ls") ls volumes ;;
"volume inspect") cat "volumes/$last" ;;
"volume rm") rm -f "volumes/$last" ;;
"volume create")
    for one; do case "$one" in *nianlun.home=*) echo "${one##*nianlun.home=}" >"volumes/$last" ;; esac; done ;;
esac
"""


def played(folder: Path) -> Path:
    """The command of an engine that has nothing yet."""
    for name in ("volumes", "containers"):
        (folder / "engine" / name).mkdir(parents=True, exist_ok=True)
    docker = folder / "docker"
    docker.write_text(_DOCKER)
    docker.chmod(0o755)
    return docker


def has_volumes(docker: Path, *names: str, home: Path | str = "") -> None:
    """Let the engine have volumes, all of which say the home."""
    for name in names:
        (docker.parent / "engine" / "volumes" / name).write_text(f"{home}\n")


def marked(docker: Path, name: str) -> str:
    """The home that a volume says."""
    return (docker.parent / "engine" / "volumes" / name).read_text().strip()


def has_container(docker: Path, project: str, home: Path | str) -> None:
    """Let the engine have the database's container of a stack."""
    (docker.parent / "engine" / "containers" / project).write_text(f"{home}\n")
