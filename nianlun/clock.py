"""`nianlun clock`: the rehearsal's clock, which stands still until it is moved."""

import typer

from deploy.local import clock
from deploy.local.home import Home
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.kernel.instants import Instant, local_text

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The rehearsal's clock, which stands still until it is moved."
)


@app.command("advance-to")
def advance_to(instant: str, home: HomeOption = DEFAULT_HOME) -> None:
    """Move the whole stack's clock forward to INSTANT, such as 2017-09-20T17:00:00+08:00."""
    _print(clock.advance_to(Home(home), instant))


@app.command()
def show(home: HomeOption = DEFAULT_HOME) -> None:
    """Print what the clock says."""
    _print(clock.show(Home(home)))


def _print(now: Instant) -> None:
    typer.echo(f"{local_text(now)} Asia/Shanghai ({now})")
