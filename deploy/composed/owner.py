"""Whose a project of the engine is: two clones on one engine take nothing from each other."""

from pathlib import Path

from deploy.composed import volumes
from deploy.composed.engine import LABEL, asked
from deploy.composed.place import Wish, is_composed, project, variables
from deploy.local.administrator import ADMIN
from deploy.local.home import Home, StackError
from shared.contracts.topics import SERVICES

HOME = "nianlun.home"
"""The label with the home of the stack, on the container of its database and on the volume `MARKER`."""
MARKER = "home"
"""The volume that holds nothing; a label cannot be changed, so it is made anew when the home is another."""
DATA = ("postgres", "kafka", "kafka-2", "kafka-3", *(f"files-{service}" for service in SERVICES))
ANOTHER_NAME = 'give this one a name and ports of its own: ARGS="--project second --first-port 18200"'
TAKE = "`make compose-prepare ARGS=--take-volumes`"


def require_own(home: Home, wish: Wish) -> None:
    """Raise `StackError` when the project that `home` uses, or is to use, is another home's, by containers or data.

    Volumes that do not say whose they are, or name a home that is gone, are taken when the wish says so.
    """
    name = project(variables(home) if is_composed(home) else {}, wish)
    container, marked = _of_container(name), _of_volumes(name)
    if container not in {"", str(home.root)}:
        raise StackError(f"the stack {name} on this engine is that of {container}; {ANOTHER_NAME}")
    if (marked or container) == str(home.root):
        return
    if volumes.exist(name, DATA):
        _require_free(home, name, marked)
        _require_taken(home, name, marked, wish)
        _mark(home, name)
    elif marked:
        _unmark(name)


def _require_taken(home: Home, name: str, marked: str, wish: Wish) -> None:
    if not wish.take_volumes:
        whose = f"name {marked}, where no home is now" if marked else "do not say whose they are"
        raise StackError(
            f"the volumes of the stack {name} on this engine {whose}: if they are those of {home.root}, say so once "
            f"with {TAKE}; if not, {ANOTHER_NAME}"
        )


def _require_free(home: Home, name: str, marked: str) -> None:
    """Raise `StackError` where the home that is marked is there, or this one lacks what opens the data."""
    if marked and _lives(Home(Path(marked)), name):
        raise StackError(f"the volumes of the stack {name} on this engine are those of {marked}; {ANOTHER_NAME}")
    if not (home.secrets_of(ADMIN) / "postgres_password").exists():
        raise StackError(
            f"the engine holds data of a stack {name} whose secrets are not in {home.root}: "
            f"bring them there, or {ANOTHER_NAME}"
        )


def _lives(other: Home, name: str) -> bool:
    return is_composed(other) and project(variables(other), Wish()) == name


def _of_container(name: str) -> str:
    """The home of the project's database, or nothing where there is none that says it."""
    filters = (f"label={LABEL}.project={name}", f"label={LABEL}.service=postgres")
    ids = asked("ps", "--all", "--quiet", *(word for one in filters for word in ("--filter", one))).split()
    return asked("inspect", "--format", f'{{{{index .Config.Labels "{HOME}"}}}}', ids[0]).strip() if ids else ""


def _of_volumes(name: str) -> str:
    """The home that the project's volumes say, or nothing."""
    if not volumes.exist(name, (MARKER,)):
        return ""
    return asked("volume", "inspect", "--format", f'{{{{index .Labels "{HOME}"}}}}', f"{name}_{MARKER}").strip()


def _unmark(name: str) -> None:
    asked("volume", "rm", "--force", f"{name}_{MARKER}")


def _mark(home: Home, name: str) -> None:
    """Let the project's volumes say this home, as Compose would have made the one that says it."""
    labels = {HOME: str(home.root), f"{LABEL}.project": name, f"{LABEL}.volume": MARKER}
    _unmark(name)
    asked("volume", "create", *(f"--label={key}={value}" for key, value in labels.items()), f"{name}_{MARKER}")
