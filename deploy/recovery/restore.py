"""A stack put back from its backup: databases beside the present ones, what was sent since, and then all at once."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from audit.verify import Proven
from audit.verify.archive import examine
from audit.verify.log import Partition
from audit.verify.verdict import sentence
from deploy.local.databases import RESTORED, Databases, in_one_line
from deploy.local.home import Home, StackError, read
from deploy.local.part import Notice
from deploy.local.provision import STATISTICS
from deploy.local.services import POSTGRES
from deploy.local.stack import Tell
from deploy.local.vault_keys import VAULT_MASTER_KEY
from deploy.recovery.backup import Backup
from deploy.recovery.bare import bare
from deploy.recovery.brokers_log import BrokersLog, brokers_log, goes_on
from deploy.recovery.dumps import connected, restore_beside, taking_their_place
from deploy.recovery.kept_files import copy_in, elsewhere, hashes, kept, names
from deploy.recovery.lost import Found, bring_back
from deploy.recovery.missing import Missing, missing_files, missing_values
from deploy.recovery.places import require_order, set_places
from deploy.recovery.reach import begin
from deploy.recovery.sent import sent
from deploy.recovery.taking_up import bring_clock, has_data, life, take_up
from shared.contracts.topics import SERVICES
from shared.kernel.instants import Instant, from_datetime
from shared.vault.master import MasterKeyUnusable, master_keys

_HEAD = "SELECT position, hash FROM log.log_head"
_LAST = "SELECT recorded_at FROM log.events ORDER BY position DESC LIMIT 1"
_EVENT = "SELECT body FROM log.events WHERE position = $1"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was found, and what no longer is anywhere."""

    found: Sequence[Found]
    missing: Sequence[Missing]


async def restore(backup: Backup, home: Home, tell: Tell, *, dry_run: bool, discard: bool) -> Restored:
    """Put everything back, or only tell what would be found; raise `StackError`: databases and clock are as before.

    The caller holds the home's lease. `discard` gives up what only the present databases have. A home without data
    lives as what was backed up from the beginning on, also where this fails.
    """
    proven, archive = _archive(backup)
    last = max(head.time for head in proven.heads.values())
    its = life(backup, last, rehearsal=proven.rehearsal)
    take_up(home, its, tell, data=await has_data(home), dry_run=dry_run)
    async with bare(home, tell) as ground, brokers_log(ground.broker) as log:
        databases, same = ground.databases, goes_on(log, archive)
        try:
            found = [await _beside(databases, backup, service, log, archive, same=same) for service in SERVICES]
            if not discard:
                for one in found:
                    await _nothing_is_lost(databases, one.service)
            missing = await _missing(databases, backup, found, tell)
            stood = max(its.clock, await _last_time(databases))
            if not dry_run:
                async with taking_their_place(databases, SERVICES):
                    _files(backup, home)
                    if not same:
                        shutil.rmtree(home.root / STATISTICS, ignore_errors=True)
                    if its.rehearsal:
                        bring_clock(home, stood)
        finally:
            await _sweep(databases, tell)
    return Restored(found, missing)


def keys_are_there(backup: Backup, home: Home) -> None:
    """Raise `StackError` unless the secrets that are kept apart were put where the services look for them."""
    if not (home.secrets_of("registration") / "administrator_password").exists():
        raise StackError(f"put the secrets that were kept apart into {home.root / 'secrets'} first: it has none")
    for service, dumped in backup.dumps.items():
        path = home.secrets_of(service) / VAULT_MASTER_KEY
        try:
            known = {key.id for key in master_keys(read(path))} if path.exists() else set()
        except MasterKeyUnusable as error:
            raise StackError(f"{path} cannot be used: {error}") from error
        if missing := sorted(set(dumped.masters) - known):
            raise StackError(
                f"{path} lacks master key {missing[0]}: without it the vault of {service} stays shut; "
                "add its line from the secrets that were kept apart when the backup was taken"
            )


def _archive(backup: Backup) -> tuple[Proven, Sequence[Partition]]:
    verdict, files = examine(backup.log)
    if not isinstance(verdict, Proven):
        raise StackError(f"the log in the backup cannot be used: {sentence(verdict)}")
    return verdict, files


async def _beside(
    databases: Databases, backup: Backup, service: str, log: BrokersLog, archive: Sequence[Partition], *, same: bool
) -> Found:
    """Restore one service's database beside the present one, with all that was sent since."""
    name = await restore_beside(databases, service, backup.dump(service))
    async with connected(databases, name) as connection:
        found = await bring_back(connection, service, sent((*log, *archive), service))
        await require_order(connection, service, log)
        await set_places(connection, service, log, same=same)
    return found


async def _sweep(databases: Databases, tell: Tell) -> None:
    """Drop what stands beside the present databases; what cannot be dropped now is at the next start."""
    try:
        with in_one_line(databases.home):
            await databases.sweep()
    except StackError as error:
        tell(Notice(POSTGRES, "warning", f"what stands beside the databases is dropped at the next start: {error}"))


async def _nothing_is_lost(databases: Databases, service: str) -> None:
    """Raise `StackError` when the present database has events that the restored one will not have."""
    async with connected(databases, service) as present, connected(databases, f"{service}{RESTORED}") as restored:
        head = await present.fetchrow(_HEAD)
        assert head is not None, "the migrations put one row there"
        body = await restored.fetchval(_EVENT, head["position"])
    if head["position"] and (body is None or sha256(body).hexdigest() != head["hash"]):
        raise StackError(
            f"the present database of {service} has events up to {head['position']} that neither the broker nor the "
            f"backup has; `{begin(databases.home)}` sends them, --discard gives them up; nothing was changed"
        )


async def _missing(databases: Databases, backup: Backup, found: Sequence[Found], tell: Tell) -> Sequence[Missing]:
    """What the restored logs name and neither backup nor home has."""
    home, missing = databases.home, list[Missing]()
    if store := elsewhere(home):
        tell(Notice("files", "warning", f"they are in {store}, which is not looked at"))
    for one in found:
        async with connected(databases, f"{one.service}{RESTORED}") as connection:
            missing += await missing_values(connection, one.service, one.stored)
            if not store:
                there = kept(home, one.service) | hashes(names(backup.files_of(one.service)))
                missing += await missing_files(connection, one.service, there)
    return missing


async def _last_time(databases: Databases) -> Instant:
    """When the last event happened that the restored databases have."""
    times = [Instant("")]
    for service in SERVICES:
        async with connected(databases, f"{service}{RESTORED}") as connection:
            if (at := await connection.fetchval(_LAST)) is not None:
                times.append(from_datetime(at))
    return max(times)


def _files(backup: Backup, home: Home) -> None:
    """Add the files that are not there."""
    for service in SERVICES:
        if backup.files_of(service).is_dir():
            copy_in(home, service, backup.files_of(service))
