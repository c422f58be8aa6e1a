"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from deploy.composed import COMPOSED

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="NIANLUN_HOME", help="Folder of the stack's data.", file_okay=False, metavar="DIR"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DEFAULT_HOME = Path(".nianlun")


class Stack(StrEnum):
    """The kinds of stacks, each with a home of its own unless `--home` names one."""

    LOCAL = "local"
    COMPOSE = "compose"


HOMES = {Stack.LOCAL: DEFAULT_HOME, Stack.COMPOSE: COMPOSED}


def with_stack(command: Any) -> Any:
    """The command, and each below it, with `--stack` where it has a `--home`."""
    for inner in getattr(command, "commands", {}).values():
        with_stack(inner)
    if any(one.name == "home" for one in command.params):
        command.params.extend(_stack_option())
    return command


def _default_home(context: typer.Context, stack: Stack | None) -> None:
    if stack is not None:
        context.default_map = {**(context.default_map or {}), "home": HOMES[stack]}


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
