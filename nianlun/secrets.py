"""`nianlun secrets`: passwords and keys are replaced while everything runs."""

from typing import Annotated

import typer

from deploy.local.home import Home
from deploy.local.lease import renewing
from deploy.local.provision import STATISTICS
from nianlun import operators, renewal
from nianlun.administrator import administrator, asked
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import SERVICES

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Passwords and keys of a running stack.")
rotate = typer.Typer(no_args_is_help=True, help="Replace them; nothing that was acknowledged is lost.")
app.add_typer(rotate, name="rotate")
USERS = (*SERVICES, STATISTICS)
"""Who has a password of its own in the database, and at the broker."""
LEAKED = "密钥泄露 (the key leaked)"
ServiceOption = Annotated[list[str] | None, typer.Option("--service", help="Only this one; may be repeated.")]


@rotate.command("database")
def database(
    home: HomeOption = DEFAULT_HOME,
    *,
    service: ServiceOption = None,
    leaked: Annotated[bool, typer.Option("--leaked", help="Also cut every session of the old password.")] = False,
) -> None:
    """Give each service, and the statistics, a new password for the database; nothing is started again."""
    place = Home(home)
    chosen = renewal.known(service or USERS, USERS)
    with renewing(place):
        renewal.database_passwords(place, chosen, typer.echo, leaked=leaked)
    cut = "; the sessions of the old ones are cut" if leaked else ""
    typer.echo(f"new database passwords: {', '.join(chosen)}{cut}")


@rotate.command("kafka")
def kafka(home: HomeOption = DEFAULT_HOME, *, service: ServiceOption = None) -> None:
    """Give each service a new password for the broker; its processes start again one after the other."""
    place = Home(home)
    chosen = renewal.known(service or USERS, USERS)
    with renewing(place):
        renewal.broker_passwords(place, chosen, typer.echo)
    typer.echo(f"new broker passwords: {', '.join(chosen)}")


@rotate.command("operators")
def operators_(
    home: HomeOption = DEFAULT_HOME,
    *,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="Also cut every session of the old ones in the database.")
    ] = False,
) -> None:
    """Replace what operators hold: passwords of PostgreSQL's superuser and owners, the auditor, the broker's admin."""
    place = Home(home)
    with renewing(place):
        operators.operator_passwords(place, typer.echo, leaked=leaked)


@rotate.command("tokens")
def tokens(
    home: HomeOption = DEFAULT_HOME,
    *,
    leaked: Annotated[bool, typer.Option("--leaked", help="Let no token of the keys before be good any more.")] = False,
) -> None:
    """Publish a new key that signs tokens; those signed before are good until they run out, fifteen minutes at most."""
    place = Home(home)
    with renewing(place), administrator(place) as (client, urls):
        keys = f"{urls['registration']}/signing-keys"
        before = asked(client, "GET", f"{urls['registration']}/.well-known/jwks.json")["keys"]
        made = asked(client, "POST", keys)["kid"]
        typer.echo(f"tokens are signed with {made} from now on")
        if leaked:
            for kid in (one["kid"] for one in before if one["kid"] != made):
                client.post(f"{keys}/{kid}/retirement", json={"ground": LEAKED}).raise_for_status()
            typer.echo("everybody has to sign in again: no earlier token is good any more")
