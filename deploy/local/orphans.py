"""Processes that outlived a killed supervisor, known by pid and creation time."""

import contextlib

import psutil

from deploy.local.home import Home, StackError, read_json

STOP_SECONDS_MAX = 10.0


def leftovers(home: Home) -> dict[str, psutil.Process]:
    """Processes of the last run that are still alive, by name, the last started first."""
    try:
        rows = read_json(home.status).get("processes") if home.status.exists() else None
    except StackError:  # written while power failed; then nothing of it is alive
        return {}
    found = {}
    for row in reversed(rows if isinstance(rows, list) else []):
        with contextlib.suppress(psutil.NoSuchProcess, KeyError, TypeError):
            process = psutil.Process(row["pid"])
            if process.create_time() == row["created"]:
                found[str(row["name"])] = process
    return found


def sweep(home: Home) -> list[str]:
    """End them, politely first; return their names."""
    found = leftovers(home)
    for process in found.values():
        children = process.children(recursive=True)
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
        _, alive = psutil.wait_procs([process], STOP_SECONDS_MAX)
        for one in alive:
            one.kill()
        _, left = psutil.wait_procs([process, *children], STOP_SECONDS_MAX)
        if left:
            raise StackError(f"process {left[0].pid} of an earlier run does not end")
    return list(found)
