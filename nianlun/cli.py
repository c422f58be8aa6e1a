"""The `nianlun` command: names its sub-commands and imports the one that is called, so that each starts fast."""

import signal
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from typing import Annotated, Any

import typer
from typer._click.exceptions import UsageError
from typer.core import TyperGroup
from typer.main import get_command

from deploy.local.home import StackError
from nianlun.options import with_stack

COMMANDS = {
    "demo": "nianlun.demo",
    "up": "nianlun.up",
    "status": "nianlun.status",
    "down": "nianlun.down",
    "backup": "nianlun.backup",
    "restore": "nianlun.restore",
    "reconcile": "nianlun.reconcile",
    "rebuild": "nianlun.rebuild",
    "parked": "nianlun.parked",
    "vault": "nianlun.vault",
    "secrets": "nianlun.secrets",  # pragma: allowlist secret
    "files": "nianlun.files",
    "clock": "nianlun.clock",
    "audit": "nianlun.audit",
    "archive": "nianlun.archive",
    "integrator": "nianlun.integrator",
    "eligibility": "nianlun.eligibility",
    "coverage": "nianlun.coverage",
}
"""Sub-command to the module whose `app` it is."""


class LazyCommands(TyperGroup):
    """Imports a sub-command's module only when it is called, or listed by --help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """Names in the order in which they are shown."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """The sub-command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = with_stack(get_command(import_module(COMMANDS[cmd_name]).app))
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command.name = cmd_name
        return command


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(f"nianlun {metadata.version('nianlun')}")
        raise typer.Exit


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="年轮 Nianlun: Shanghai's annual round of SME service organizations, as one log that can be proved.",
)


@app.callback()
def _nianlun(
    version: Annotated[  # noqa: FBT002 - a command line's flag
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    del version


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command, by default the process's; what the operator has to know is one line and exit code 1 or 2."""
    try:
        sys.exit(app(arguments, prog_name="nianlun", standalone_mode=False) or 0)
    except UsageError as error:
        help_option = f"; `{error.ctx.command_path} --help`" if error.ctx else ""
        sys.stderr.write(f"nianlun: {error.format_message().removesuffix('.')}{help_option}\n")
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(130)
    except StackError as error:
        sys.stderr.write(f"nianlun: {error}\n")
        sys.exit(1)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        sys.stderr.write(f"nianlun: {error.strerror or error}{place}\n")
        sys.exit(1)
