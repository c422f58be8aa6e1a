"""New passwords for what operators hold: the database's superuser and owners, the auditor, the broker's administrator.

The broker starts again with them; what is sent meanwhile waits in the logs.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.composed import inside, place
from deploy.composed.place import is_composed, variables
from deploy.local import state
from deploy.local.administrator import ADMIN, KAFKA_PASSWORD
from deploy.local.databases import SUPERUSER, SUPERUSER_PASSWORD, set_password
from deploy.local.home import Home, read_json, write_json
from deploy.local.kafka import Broker
from deploy.local.provision import AUDITOR, replace_users, set_users, users
from deploy.local.services import CONTROLLER, KAFKA
from nianlun.renewal import CUT, Tell, broker_administrator_of, require_supervisor, restart_brokers, superuser
from shared.contracts.topics import SERVICES


def operator_passwords(home: Home, tell: Tell, *, leaked: bool) -> None:
    """Replace all of them; with `leaked`, also cut what the old ones opened in the database.

    Nothing is changed unless database and broker answer. Wherever it is killed the next who comes as superuser or as
    the broker's administrator finishes what was begun, and doing it again does the rest.
    """
    users(broker_administrator_of(home))
    require_supervisor(home)
    asyncio.run(_in_the_database(home, leaked=leaked))
    tell("PostgreSQL's superuser and the owner of each service's database have new passwords")
    _auditor(home)
    tell(f"the auditor has a new password, which {home.run.name} says")
    names = _brokers(home)
    replace_users(broker_administrator_of(home), {ADMIN: home.renewed_secret(ADMIN, KAFKA_PASSWORD)})
    users(broker_administrator_of(home))
    if inside.here():
        tell(f"the broker's administrator has a new password; give `docker compose restart {' '.join(names)}` now")
        return
    if not is_composed(home):
        _broker(home).initialise()
    restart_brokers(home, names)
    tell(f"the broker's administrator has a new password, with which {', '.join(names)} started again")


async def _in_the_database(home: Home, *, leaked: bool) -> None:
    async with superuser(home) as connection:
        await set_password(connection, SUPERUSER, home.renewed_secret(ADMIN, SUPERUSER_PASSWORD))
        owners = [f"{service}_owner" for service in SERVICES]
        for owner in owners:
            await set_password(connection, owner, home.fresh_secret(ADMIN, f"{owner}_password"))
        for role in (SUPERUSER, *owners) if leaked else ():
            await connection.execute(CUT, role)


def _auditor(home: Home) -> None:
    """Whoever has an earlier run.json is let in no more: the present one is rewritten."""
    admin = broker_administrator_of(home)
    set_users(admin, {AUDITOR: home.secret(AUDITOR, KAFKA_PASSWORD)})
    password = home.renewed_secret(AUDITOR, KAFKA_PASSWORD)
    _tell_readers(home, {"password": password, "previous": home.previous_secret(AUDITOR, KAFKA_PASSWORD)})
    set_users(admin, {AUDITOR: password})
    _tell_readers(home, {"password": password})
    home.forget_previous(AUDITOR, KAFKA_PASSWORD)


def _tell_readers(home: Home, passwords: Mapping[str, str | None]) -> None:
    """Have run.json say these, and no others, while it is there."""
    if home.run.exists():
        told: Any = read_json(home.run)
        told["kafka"]["sasl"].pop("previous", None)
        told["kafka"]["sasl"].update(passwords)
        write_json(home.run, told, 0o600)


def _brokers(home: Home) -> Sequence[str]:
    return place.brokers(variables(home)) if is_composed(home) else (KAFKA,)


def _broker(home: Home) -> Broker:
    ports = state.load(home).ports
    return Broker(home, ports[KAFKA], ports[CONTROLLER])
