"""`nianlun vault`: the master keys of the services' vaults."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import httpx
import typer

from deploy.local import vault_keys
from deploy.local.home import Home, StackError
from deploy.local.lease import renewing, require_up
from nianlun.administrator import administrator, asked, unanswered
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import SERVICES

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The master keys of the services' vaults.")


@app.callback()
def _vault() -> None:
    """Keep `rotate` a word of its own while it is the only one."""


@app.command("rotate")
def rotate_command(
    home: HomeOption = DEFAULT_HOME,
    *,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; may be repeated.")] = None,
    forget_retired: Annotated[
        bool, typer.Option("--forget-retired", help="Give up the keys that only earlier backups need, and so these.")
    ] = False,
) -> None:
    """Make a new master key for every service and wrap its subjects' keys with it, now or at its next start."""
    place = Home(home)
    chosen = service or list(SERVICES)
    if unknown := set(chosen) - set(SERVICES):
        raise typer.BadParameter(f"there is no service {', '.join(sorted(unknown))}")
    if forget_retired:
        require_up(place)
    with renewing(place):
        if place.run.exists():
            _in_a_running_stack(place, chosen, forget_retired=forget_retired)
        else:
            _for_the_next_start(place, chosen)


def _for_the_next_start(place: Home, chosen: Sequence[str]) -> None:
    for name in chosen:
        vault_keys.rotate(place, name)
    typer.echo(f"{len(chosen)} new master keys; each service wraps with its own when it next starts")


def _in_a_running_stack(place: Home, chosen: Sequence[str], *, forget_retired: bool) -> None:
    """One service after the other; raise `StackError` with those that did not do it when all were asked."""
    silent: dict[str, str] = {}
    with administrator(place) as (client, urls):
        for name in chosen:
            vault_keys.rotate(place, name)
            if name not in urls:
                typer.echo(f"{name}: a new master key, with which it wraps when it next starts")
                continue
            try:
                done = asked(client, "POST", f"{urls[name]}/vault/rewrapping")
            except httpx.HTTPError as error:
                silent[name] = unanswered(error)
            else:
                _tell(place, name, done, forget_retired=forget_retired)
    if silent:
        why = "; ".join(f"{name} {did}" for name, did in silent.items())
        again = " ".join((*(f"--service {name}" for name in silent), *(["--forget-retired"] if forget_retired else [])))
        raise StackError(f"{why}; keys there may be wrapped as before: `nianlun vault rotate {again}` wraps them")


def _tell(place: Home, name: str, done: Mapping[str, Any], *, forget_retired: bool) -> None:
    gone = vault_keys.retire(place, name, done["masters"]) if forget_retired else ()
    kept = vault_keys.count(place, name)
    typer.echo(f"{name}: {done['rewrapped']} keys are wrapped anew, {kept} master keys stay in the file")
    for key_id in gone:
        typer.echo(f"{name}: {key_id} is gone; no backup whose manifest.json names it can be restored")
