"""`nianlun rebuild`: a service's read models built anew from the log, while it goes on serving the present ones."""

import json
import signal
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local.home import Home, StackError
from deploy.recovery.rebuilding import rebuilding
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption

app = typer.Typer(add_completion=False)
DIGEST_SHOWN = 16


@app.command("rebuild")
def rebuild_command(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Whose views.")],
    views: Annotated[
        list[str] | None, typer.Argument(metavar="[VIEW]...", help="Which, with those built together; all by default.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare, and keep the present views.")] = False,
    rows: Annotated[int, typer.Option(help="Show so many documents that differ, member by member.", min=0)] = 0,
    as_json: JsonOption = False,
) -> None:
    """Build views anew beside the present ones, compare, and switch; exit code 1 when a dry run finds a fault."""
    if options := [one for one in views or [] if one.startswith("-")]:
        raise StackError(f"{options[0]} is no view")
    arguments = ["--rebuild", *(views or []), "--rows", str(rows), *(["--compare"] if dry_run else [])]
    done = _followed(Home(home), service, arguments)
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        _show(service, done)
    if dry_run and any(_differences(one) for one in done["views"]):
        raise typer.Exit(1)


def _followed(home: Home, service: str, arguments: list[str]) -> dict[str, Any]:
    """What came of it, under a bar on the terminal; who ends this ends the rebuild."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    done: Mapping[str, Any] = {}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    terminal = Console(stderr=True)
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        bar = progress.add_task(f"{service}: events", total=None)
        for told in rebuilding(home, service, arguments):
            if told.get("event") == "rebuilding":
                progress.update(bar, completed=told["events"], total=told["of"])
            elif told.get("event") == "laying":
                described = f"{service}: documents"
                progress.update(bar, description=described, completed=told["documents"], total=told["of"])
            elif told.get("event") == "rebuilt":
                done = told
    if not done:
        raise StackError(f"the rebuild of {service} ended without a word")
    return {name: done[name] for name in ("service", "views", "rows", "replaced", "events", "still_milliseconds")}


def _differences(view: Mapping[str, int]) -> int:
    return view["missing"] + view["surplus"] + view["changed"]


def _show(service: str, done: Mapping[str, Any]) -> None:
    table = tables.plain(
        f"views of {service}", "view", "#documents", "#built anew", "#missing", "#surplus", "#changed", "|SHA-256"
    )
    for one in done["views"]:
        counts = (str(one[name]) for name in ("present", "drafted", "missing", "surplus", "changed"))
        table.add_row(one["view"], *counts, _digests(one))
    tables.console().print(table)
    for row in done["rows"]:
        typer.echo("\n".join((f"{row['view']} {row['key']}", *_members(row))))
    differing = sum(_differences(one) for one in done["views"])
    what = "replaced" if done["replaced"] else "not what the log says, and left so"
    said = f"documents {what}: {differing}" if differing else "every document is what the log says"
    typer.echo(f"{said}; {done['events']} events, and the views stood still for {done['still_milliseconds']} ms")


def _digests(view: Mapping[str, str]) -> str:
    present, drafted = view["digest"][:DIGEST_SHOWN], view["drafted_digest"][:DIGEST_SHOWN]
    return present if present == drafted else f"{present} → {drafted}"


def _members(row: Mapping[str, str | None]) -> list[str]:
    """Each member that differs, as it is and as it was built."""
    present, drafted = (json.loads(row[name] or "{}") for name in ("present", "drafted"))
    names = [name for name in sorted({*present, *drafted}) if present.get(name) != drafted.get(name)]
    return [f"  {name}: {_text(present, name)} → {_text(drafted, name)}" for name in names]


def _text(doc: Mapping[str, object], name: str) -> str:
    return json.dumps(doc[name], ensure_ascii=False) if name in doc else "–"
