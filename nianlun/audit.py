"""`nianlun audit`: prove, replay, explain; exit code 0 says proven, 1 disproved, 2 cannot decide."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from audit.events import events_of
from audit.explain import explain
from audit.replay import Contradiction, Incomplete, Replay, replay
from audit.sources import SourceUnreachable
from audit.verify import Proven
from audit.verify.archive import Damaged, Unreadable
from audit.verify.log import Partition
from audit.verify.verdict import exit_code, sentence
from nianlun import tables
from nianlun.log import ArchiveOption, RunOption, examined
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.kernel.instants import Instant, NotAnInstant, instant

DISPROVED, UNDECIDED = 1, 2

app = typer.Typer(no_args_is_help=True, help="Prove a log, replay a round, explain an outcome.")


@app.command("verify")
def verify_command(
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Check every byte, hash, sequence and order of the log."""
    _, proof = _proved(home, archive, run)
    if as_json:
        typer.echo(json.dumps({"verdict": "proven", **asdict(proof)}, ensure_ascii=False))
    else:
        tables.heads(tables.console(), proof)


@app.command("replay")
def replay_command(
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
        tables.replay(tables.console(), done)


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
    explanation = explain(events_of(partitions), application)
    if explanation is None:
        _end(UNDECIDED, f"the log knows no application {application}")
    if as_json:
        typer.echo(json.dumps(asdict(explanation), ensure_ascii=False))
    else:
        tables.explanation(tables.console(), explanation)


def _proved(home: Path, archive: Path | None, run: Path | None) -> tuple[Sequence[Partition], Proven]:
    try:
        verdict, partitions = examined(home, archive, run)
    except Damaged as error:
        _end(DISPROVED, f"disproved: {error}")
    except (SourceUnreachable, Unreadable) as error:
        _end(UNDECIDED, f"cannot decide: {error}")
    if not isinstance(verdict, Proven):
        _end(exit_code(verdict), sentence(verdict))
    return partitions, verdict


def _replayed(partitions: Sequence[Partition], round_id: str, as_of: Instant | None) -> Replay:
    try:
        return replay(events_of(partitions), round_id, as_of)
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
