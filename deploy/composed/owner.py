"""Whose a project of the engine is: two clones on one engine take nothing from each other."""

from deploy.composed import volumes
from deploy.composed.engine import LABEL, asked
from deploy.composed.place import Wish, is_composed, project, variables
from deploy.local.administrator import ADMIN
from deploy.local.home import Home, StackError

HOME = "nianlun.home"
"""The label with the home of the stack's database."""
ANOTHER_NAME = 'give this one a name and ports of its own: ARGS="--project second --first-port 18200"'


def require_own(home: Home, wish: Wish) -> None:
    """Raise `StackError` when the project that `home` uses, or is to use, is another home's, by containers or data."""
    known = variables(home) if is_composed(home) else {}
    name = project(known, wish)
    other = _home(name)
    if other not in {"", str(home.root)}:
        raise StackError(f"the stack {name} on this engine is that of {other}; {ANOTHER_NAME}")
    if not known and volumes.exist(name, ("postgres",)) and not (home.secrets_of(ADMIN) / "postgres_password").exists():
        raise StackError(
            f"the engine holds data of a stack {name} whose secrets are not in {home.root}: "
            f"bring them there, or {ANOTHER_NAME}"
        )


def _home(name: str) -> str:
    """The home of the project's database, or nothing where there is none that says it."""
    filters = (f"label={LABEL}.project={name}", f"label={LABEL}.service=postgres")
    ids = asked("ps", "--all", "--quiet", *(word for one in filters for word in ("--filter", one))).split()
    return asked("inspect", "--format", f'{{{{index .Config.Labels "{HOME}"}}}}', ids[0]).strip() if ids else ""
