"""`nianlun up`: the whole stack in the foreground."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from deploy.composed import COMPOSED
from deploy.composed.place import is_composed
from deploy.local.home import Home, StackError
from deploy.local.part import Notice
from deploy.local.services import KAFKA, POSTGRES, process_names
from deploy.local.stack import run
from deploy.local.state import REPLICAS_MAX, Wish, load
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import SERVICES

app = typer.Typer(add_completion=False)
STYLES = {"info": "", "warning": "yellow", "error": "bold red", "critical": "bold red"}
PORT = typer.Option(min=1, max=65_535, metavar="PORT")


@app.command()
def up(  # noqa: PLR0913 - the command line's options
    *,
    home: HomeOption = DEFAULT_HOME,
    replicas: Annotated[int | None, typer.Option(min=1, max=REPLICAS_MAX, help="Processes of each service.")] = None,
    production: Annotated[
        bool | None, typer.Option("--production/--rehearsal", help="Live by the real clock; fixed for ever.")
    ] = None,
    rehearsal_from: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="Where a new rehearsal's clock stands.")
    ] = None,
    http_port: Annotated[int | None, PORT] = None,
    kafka_port: Annotated[int | None, PORT] = None,
    postgres_port: Annotated[int | None, PORT] = None,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only these services; may be given again.")
    ] = None,
) -> None:
    """Start database, broker and services; stop them with Ctrl-C or `nianlun down`."""
    place = Home(home)
    if is_composed(place) or place.root == Home(COMPOSED).root:
        raise StackError(f"{place.root} is the home of the composed stack; `make compose` starts it")
    chosen = _chosen(service)
    count = replicas or (load(place).replicas if place.state.exists() else 1)
    fixed = {KAFKA: kafka_port, POSTGRES: postgres_port} | _http_ports(http_port, chosen, count)
    wish = Wish(
        production=production,
        rehearsal_from=rehearsal_from,
        replicas=replicas,
        fixed={name: port for name, port in fixed.items() if port is not None},
    )
    asyncio.run(run(place, wish, _teller(), chosen))


def _chosen(names: list[str] | None) -> tuple[str, ...]:
    if unknown := sorted(set(names or ()) - set(SERVICES)):
        raise StackError(f"there is no service {unknown[0]}; there are {', '.join(SERVICES)}")
    return tuple(name for name in SERVICES if not names or name in names)


def _http_ports(first: int | None, services: tuple[str, ...], replicas: int) -> dict[str, int | None]:
    if first is None:
        return {}
    return {name: first + n for n, name in enumerate(process_names(services, replicas)[3:])}


def _teller() -> "Teller":
    return Teller(Console(stderr=False, highlight=False, soft_wrap=True))


class Teller:
    """Prints the supervisor's notices, aligned by process."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, notice: Notice) -> None:
        """Print one notice."""
        style = STYLES.get(notice.level, "")
        line = f"{notice.part:<16}{'' if notice.level == 'info' else notice.level + ': '}{escape(notice.text)}"
        self._console.print(line, style=style)
