"""`python -m deploy.composed up | prepare | down | destroy`: what `make compose` and its companions run."""

import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from pathlib import Path

from deploy.composed import COMPOSED, stack
from deploy.composed.place import COUNTS, PROFILES, Wish
from deploy.local.home import Home, StackError

REPLICAS_MAX = 4


def main() -> None:
    """Do what the arguments say; what the operator has to know is one line and exit code 1."""
    told = _arguments()
    try:
        _do(told, Home(told.home))
    except (StackError, OSError) as error:
        sys.exit(f"nianlun: {error}")


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m deploy.composed", description=__doc__)
    parser.add_argument("--home", type=Path, default=COMPOSED, metavar="DIR")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="build, start, wait until all are ready")
    _wishes(up)
    prepare = commands.add_parser("prepare", help="make secrets and settings; start nothing")
    _wishes(prepare)
    commands.add_parser("down", help="stop; the data stays")
    destroy = commands.add_parser("destroy", help="stop, and remove volumes and secrets")
    destroy.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args()


def _wishes(up: ArgumentParser) -> None:
    up.add_argument("--production", action=BooleanOptionalAction, help="by the real clock; fixed for ever")
    up.add_argument("--rehearsal-from", metavar="INSTANT", help="where a new rehearsal's clock stands")
    up.add_argument("--first-port", type=int, metavar="PORT", help="the broker's; services take the ports after it")
    up.add_argument("--brokers", type=int, choices=COUNTS, help="fixed for ever")
    up.add_argument("--replicas", type=int, choices=range(1, REPLICAS_MAX + 1), help="of every service, from now on")
    up.add_argument(
        "--with", dest="added", choices=PROFILES, nargs="+", action="extend", default=[], help="from now on"
    )
    up.add_argument("--without", choices=PROFILES, nargs="+", action="extend", default=[], help="no longer")
    up.add_argument("--domain", metavar="NAME", help="under which the edge has its names; localhost unless given")
    up.add_argument("--project", metavar="NAME", help="what Compose calls the stack")
    up.add_argument(
        "--take-volumes", action="store_true", help="the volumes of that name are this home's, whatever they say"
    )


def _do(told: Namespace, home: Home) -> None:
    if told.command == "up":
        stack.up(home, _wish(told), _tell)
    elif told.command == "prepare":
        stack.prepare_own(home, _wish(told))
        _tell(f"{home.root} has its secrets and settings")
    elif told.command == "down":
        stack.down(home)
        _tell(f"the stack of {home.root} is down; its data stays")
    else:
        if not told.yes:
            _sure(home)
        stack.destroy(home)
        _tell(f"the stack of {home.root} is gone, with its data and secrets")


def _wish(told: Namespace) -> Wish:
    return Wish(
        production=told.production,
        rehearsal_from=told.rehearsal_from,
        first_port=told.first_port,
        project=told.project,
        brokers=told.brokers,
        replicas=told.replicas,
        profiles={**dict.fromkeys(told.added, True), **dict.fromkeys(told.without, False)},
        domain=told.domain,
        take_volumes=told.take_volumes,
    )


def _sure(home: Home) -> None:
    sys.stdout.write(f"Every event, file and secret of {home.root} will be gone for ever. Type destroy to go on: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "destroy":
        raise StackError("nothing was destroyed")


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
