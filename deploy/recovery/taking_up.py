"""The home that a backup is put into: it lives as what was backed up, and is made so while it has no data yet."""

from dataclasses import dataclass, replace

from deploy.composed import inside, place, stack, volumes
from deploy.composed.place import is_composed
from deploy.local import clock, state
from deploy.local.home import Home, StackError
from deploy.local.part import Notice
from deploy.local.postgres import Cluster
from deploy.local.stack import Tell
from deploy.recovery.backup import Backup
from shared.kernel.instants import Instant

MODES = {True: state.REHEARSAL, False: state.PRODUCTION}
ELSEWHERE = "restore it into another home, without data; nothing was changed"
BEGUN = ("postgres", "kafka")


@dataclass(frozen=True, slots=True)
class Life:
    """What stays for ever of a stack, as its backup tells it."""

    rehearsal: bool
    """As its events say."""
    brokers: int | None
    """None where the backup is of a stack without containers, which has one and no choice."""
    clock: Instant
    """Where a rehearsal's stood, never before its last event."""
    settings: state.State | None
    """Of a stack without containers."""

    @property
    def mode(self) -> str:
        """As people call it."""
        return MODES[self.rehearsal]


def life(backup: Backup, last_event: str, *, rehearsal: bool) -> Life:
    """How the stack of a backup lived, whose log says the two last; raise `StackError` where a file is damaged."""
    clocks, settings = backup.folder / "clock.json", backup.folder / "stack.json"
    told = clock.told(clocks) if clocks.exists() else ""
    kept = state.told(settings) if settings.exists() else None
    return Life(rehearsal, backup.brokers, Instant(max(told, last_event)), kept)


async def has_data(home: Home) -> bool:
    """Whether a database or a broker of the home holds something."""
    if inside.here():
        return await inside.has_data(home)
    if is_composed(home):
        return volumes.exist(place.variables(home)["COMPOSE_PROJECT_NAME"], BEGUN)
    return home.state.exists() and (Cluster(home, 0).data.exists() or (home.root / "kafka" / "data").exists())


def take_up(home: Home, its: Life, tell: Tell, *, data: bool, dry_run: bool) -> None:
    """Raise `StackError` where a home with `data` lives otherwise; without, let it live as what was backed up."""
    present = _present(home)
    if its.brokers and its.brokers > 1 and not is_composed(home):
        tell(Notice("kafka", "warning", f"{home.root} has one broker; what was backed up had {its.brokers}"))
    if data:
        _require_mode(home, its, present)
    if data or inside.here():
        _require_brokers(home, its)
    if data:
        return
    if dry_run:
        raise StackError(f"there is no data in {home.root} to compare the backup with; a restore makes it")
    if present not in {None, its.mode}:
        tell(Notice("settings", "warning", f"{home.root} has no data yet and becomes a {its.mode} stack"))
    _become(home, its)


def bring_clock(home: Home, at: Instant) -> None:
    """Let a rehearsal's clock stand where it stood, or where it stands by now."""
    clock.no_earlier(home, at)
    if is_composed(home):
        place.hand_over(home)


def _present(home: Home) -> str | None:
    if is_composed(home):
        return place.MODES[place.variables(home)["NIANLUN_CLOCK"]]
    return state.load(home).mode if home.state.exists() else None


def _require_mode(home: Home, its: Life, present: str | None) -> None:
    if present != its.mode:
        raise StackError(f"the backup is of a {its.mode} stack, and {home.root} is a {present} one: {ELSEWHERE}")


def _require_brokers(home: Home, its: Life) -> None:
    """Inside a container the brokers that are there are up already, and settle how many there are."""
    count = len(place.brokers(place.variables(home))) if is_composed(home) else None
    if count and its.brokers and count < its.brokers:
        raise StackError(
            f"the backup is of a stack with {its.brokers} brokers, and {home.root} has {count}: {ELSEWHERE}"
        )


def _become(home: Home, its: Life) -> None:
    if is_composed(home):
        place.settle(home, production=not its.rehearsal, at_least=its.brokers or 1)
        if home.run.exists():
            stack.connect(home)
    else:
        state.save(home, _state(home, its))
    if its.rehearsal:
        bring_clock(home, its.clock)
    else:
        home.clock.unlink(missing_ok=True)


def _state(home: Home, its: Life) -> state.State:
    if home.state.exists():
        return replace(state.load(home), mode=its.mode)
    return replace(its.settings, mode=its.mode) if its.settings else state.State(its.mode, 1, {})
