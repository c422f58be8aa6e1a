"""`nianlun down`: stop the stack from another shell."""

import typer

from deploy.composed import stack
from deploy.composed.place import is_composed
from deploy.local import lease, orphans
from deploy.local.home import Home, StackError
from nianlun.options import DEFAULT_HOME, HomeOption

app = typer.Typer(add_completion=False)
STOP_SECONDS_MAX = 90.0


@app.command()
def down(home: HomeOption = DEFAULT_HOME) -> None:
    """Stop the stack; its data stays for the next `nianlun up`."""
    place = Home(home)
    if is_composed(place):
        stack.down(place)
        typer.echo(f"the stack of {home} is down; its data stays for the next `make compose`")
        return
    if lease.end(place, STOP_SECONDS_MAX):
        typer.echo(f"the stack of {home} is down")
        return
    left = orphans.sweep(place)
    place.run.unlink(missing_ok=True)
    if left:
        typer.echo(f"the supervisor of {home} had been killed; stopped what it left: {', '.join(left)}")
    else:
        raise StackError(f"no stack is up in {home}")
