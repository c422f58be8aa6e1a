"""Options that several commands share."""

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from deploy.composed import COMPOSED
from deploy.local.home import Home, StackError


def _found(context: typer.Context, home: Path) -> Path:
    """The home; a composed stack's says how to connect while that is up, also where another command started it."""
    place = Home(home)
    asked, composed = context.meta.get(STACK), place.composed.exists()
    if asked is Stack.COMPOSE and not composed and place.root != Home(COMPOSED).root:
        raise StackError(f"{place.root} is no composed stack's home; `make compose-prepare` makes one")
    if composed:
        import_module("deploy.composed.found").find(place)
    return home


HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="NIANLUN_HOME",
        help="Folder of the stack's data.",
        file_okay=False,
        metavar="DIR",
        callback=_found,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DEFAULT_HOME = Path(".nianlun")
STACK = "nianlun.stack"
"""Where a command's context has the kind of stack that was asked for."""


class Stack(StrEnum):
    """The kinds of stacks, each with a home of its own unless `--home` names one."""

    LOCAL = "local"
    COMPOSE = "compose"


def _home_of(stack: Stack) -> Path:
    """Of a composed one the nearest from here upwards, so that in deploy/ it is the one that Compose means there."""
    if stack is Stack.LOCAL:
        return DEFAULT_HOME
    near = (folder / COMPOSED for folder in (Path(), *Path.cwd().parents))
    return next((one for one in near if Home(one).composed.exists()), COMPOSED)


def with_stack(command: Any) -> Any:
    """The command, and each below it, with `--stack` where it has a `--home`."""
    for inner in getattr(command, "commands", {}).values():
        with_stack(inner)
    if any(one.name == "home" for one in command.params):
        command.params.extend(_stack_option())
    return command


def _default_home(context: typer.Context, stack: Stack | None) -> None:
    if stack is not None:
        context.meta[STACK] = stack
        context.default_map = {**(context.default_map or {}), "home": _home_of(stack)}


def _stack_option() -> list[Any]:
    carrier = typer.Typer(add_completion=False)

    @carrier.command()
    def _carrier(
        stack: Annotated[
            Stack | None,
            typer.Option(
                is_eager=True,
                expose_value=False,
                callback=_default_home,
                help="The stack without containers, or the composed one.",
            ),
        ] = None,
    ) -> None:
        del stack

    return [one for one in get_command(carrier).params if one.name == "stack"]
