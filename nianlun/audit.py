"""`nianlun audit`: prove a log, replay a round, explain an outcome; by exit code 0 proven, 1 disproved, 2 cannot decide."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

from audit.archive import ArchiveError, check_heads
from audit.explain import explain
from audit.replay import Contradiction, Incomplete, Replay, replay
from audit.sources import Partition, decoded
from audit.verify import Disproved, Proven, Undecided, verify
from deploy.local.home import StackError
from nianlun import tables
from nianlun.log import ArchiveOption, RunOption, partitions_of
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.kernel.instants import Instant, NotAnInstant, instant

PROVEN, DISPROVED, UNDECIDED = 0, 1, 2
LIVE_ATTEMPTS = 5
"""A live log is read again when an event seems to be missing: it may be on its way."""

ReadT = TypeVar("ReadT")

app = typer.Typer(no_args_is_help=True, help="Prove a log, replay a round, explain an outcome.")


@app.command("verify")
def verify_command(
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Check every byte, hash, sequence and order of the log."""
    partitions, proof = _proved(home, archive, run)
    del partitions
    if as_json:
        typer.echo(json.dumps({"verdict": "proven", **asdict(proof)}, ensure_ascii=False))
    else:
        tables.heads(Console(), proof)


@app.command("replay")
def replay_command(  # noqa: PLR0913 - the command line's options
    round_id: Annotated[str, typer.Option("--round", metavar="ROUND")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="INSTANT", help="With an offset.")] = None,
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
    only_list: Annotated[bool, typer.Option("--list", help="Write exactly the list's bytes.")] = False,  # noqa: FBT002
) -> None:
    """Make every decision of a round again from the log's own facts, and compare."""
    partitions, _ = _proved(home, archive, run)
    moment = _moment(as_of)
    done = _replayed(partitions, round_id, moment)
    if only_list:
        sys.stdout.buffer.write(done.list)
    elif as_json:
        members = {**asdict(done), "list": json.loads(done.list) if done.published else None}
        typer.echo(json.dumps(members, ensure_ascii=False))
    else:
        tables.replay(Console(), done)


@app.command("explain")
def explain_command(
    application: Annotated[str, typer.Argument(metavar="APPLICATION")],
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """The chain of events, rules and people that made one application's outcome."""
    partitions, _ = _proved(home, archive, run)
    explanation = explain(decoded(partitions), application)
    if explanation is None:
        _end(UNDECIDED, f"the log knows no application {application}")
    if as_json:
        typer.echo(json.dumps(asdict(explanation), ensure_ascii=False))
    else:
        tables.explanation(Console(), explanation)


def _proved(home: Path, archive: Path | None, run: Path | None) -> tuple[list[Partition], Proven]:
    for attempt in range(1, LIVE_ATTEMPTS + 1):
        partitions = _read(lambda: partitions_of(home, archive, run))
        match verify(partitions):
            case Proven() as proof:
                if archive is not None:
                    folder = archive
                    _read(lambda: check_heads(folder, partitions))
                return partitions, proof
            case Disproved() as found:
                place = f"{found.topic}/{found.partition}@{found.offset}"
                _end(DISPROVED, f"disproved: {place}, sequence {found.sequence} of {found.source}: {found.reason}")
            case Undecided(reason):
                if archive is not None:
                    _end(DISPROVED, f"disproved: an archive is complete, and here {reason}")
                if attempt == LIVE_ATTEMPTS:
                    _end(UNDECIDED, f"cannot decide: {reason}")
    raise AssertionError("the last attempt ended the command")


def _read(work: Callable[[], ReadT]) -> ReadT:
    try:
        return work()
    except ArchiveError as error:
        _end(UNDECIDED if error.undecided else DISPROVED, str(error))
    except StackError as error:
        _end(UNDECIDED, str(error))


def _replayed(partitions: list[Partition], round_id: str, as_of: Instant | None) -> Replay:
    try:
        return replay(decoded(partitions), round_id, as_of)
    except Contradiction as found:
        envelope = found.recorded.envelope
        place = f"sequence {int(envelope.sequence)} of {envelope.source}, {envelope.type}"
        _end(DISPROVED, f"disproved: {place}: {found.reason}")
    except Incomplete as error:
        _end(UNDECIDED, f"cannot decide: {error}")


def _moment(text: str | None) -> Instant | None:
    try:
        return None if text is None else instant(text)
    except NotAnInstant:
        _end(UNDECIDED, f"--as-of {text!r} is not an instant with an offset, such as 2017-09-20T17:00:00+08:00")


def _end(code: int, text: str) -> NoReturn:
    sys.stderr.write(f"nianlun: {text}\n")
    raise typer.Exit(code)
