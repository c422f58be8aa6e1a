"""`nianlun audit`: prove, replay, explain; exit code 0 says proven, 1 disproved, 2 cannot decide."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from audit.events import NotOfTheCatalogue, disproved, events_of
from audit.explain import explain
from audit.record import Contradiction, Incomplete
from audit.replay import replay
from audit.verify import Proven, Undecided, Verdict
from audit.verify.log import Partition
from audit.verify.verdict import exit_code, sentence
from nianlun import tables
from nianlun.explaining import explanation
from nianlun.log import ArchiveOption, RunOption, examined
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.kernel.instants import Instant, NotAnInstant, last_of

AS_OF = "A day, to its end in Shanghai, or an instant with an offset."
BELIEVE = "Take the word of who ran a service that dates before it were wrong."
app = typer.Typer(add_completion=False, no_args_is_help=True, help="Prove a log, replay a round, explain an outcome.")


@app.command("verify")
def verify_command(
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Check every byte, hash, sequence and order of the log."""
    with _proven(home, archive, run, as_json=as_json) as (proof, _):
        if as_json:
            _print(_members(proof))
        else:
            tables.heads(tables.console(), proof)


@app.command("replay")
def replay_command(  # noqa: PLR0913, PLR0917 - a command line's options
    round_id: Annotated[str, typer.Option("--round", metavar="ROUND")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="INSTANT", help=AS_OF)] = None,
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
    only_list: Annotated[bool, typer.Option("--list", help="Write exactly the list's bytes.")] = False,  # noqa: FBT002
    believe_clocks: Annotated[bool, typer.Option("--believe-clocks", help=BELIEVE)] = False,  # noqa: FBT002
) -> None:
    """Make every decision of a round again from the log's own facts, and compare."""
    moment = _moment(as_of, as_json=as_json)
    with _proven(home, archive, run, as_json=as_json) as (proof, partitions):
        if round_id not in proof.rounds:
            held = ", ".join(proof.rounds) or "none"
            _end(Undecided(f"the log holds no round {round_id}; its rounds: {held}"), as_json=as_json)
        with _meaning(partitions, as_json=as_json):
            done = replay(events_of(partitions), round_id, moment, believing_clocks=believe_clocks)
    if only_list and not done.published:
        _end(Undecided(f"round {round_id} has no published list as of {done.as_of}"), as_json=as_json)
    if only_list:
        sys.stdout.buffer.write(done.list)
    elif as_json:
        _print({"verdict": "proven", **asdict(done), "list": json.loads(done.list) if done.published else None})
    else:
        tables.replay(tables.console(), done)


@app.command("explain")
def explain_command(
    application: Annotated[
        str, typer.Argument(metavar="APPLICATION", help="Its id, or its organization's name or code.")
    ],
    home: HomeOption = DEFAULT_HOME,
    archive: ArchiveOption = None,
    run: RunOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
    whole: Annotated[bool, typer.Option("--all", help="Every event, one by one.")] = False,  # noqa: FBT002
) -> None:
    """What made one application's outcome: its story, rules and scores, and with --all every event and person."""
    with _proven(home, archive, run, as_json=as_json) as (_, partitions), _meaning(partitions, as_json=as_json):
        found = explain(events_of(partitions), application)
    if found is None:
        _end(Undecided(f"the log knows no application {application}"), as_json=as_json)
    if as_json:
        _print(asdict(found))
    else:
        explanation(tables.console(), found, whole=whole)


@contextmanager
def _proven(
    home: Path, archive: Path | None, run: Path | None, *, as_json: bool
) -> Iterator[tuple[Proven, Sequence[Partition]]]:
    with examined(home, archive, run) as (verdict, partitions):
        if not isinstance(verdict, Proven):
            _end(verdict, as_json=as_json)
        yield verdict, partitions


@contextmanager
def _meaning(partitions: Sequence[Partition], *, as_json: bool) -> Iterator[None]:
    """What goes wrong with a log's meaning, as the verdict that it is."""
    try:
        yield
    except Contradiction as found:
        _end(disproved(partitions, found.recorded, found.reason), as_json=as_json)
    except NotOfTheCatalogue as found:
        _end(found.verdict, as_json=as_json)
    except Incomplete as error:
        _end(Undecided(str(error)), as_json=as_json)


def _moment(text: str | None, *, as_json: bool) -> Instant | None:
    try:
        return None if text is None else last_of(text)
    except NotAnInstant:
        said = f"--as-of {text!r} is neither a day nor an instant with an offset, such as 2001-02-03T04:05:06+08:00"
        _end(Undecided(said), as_json=as_json)


def _end(verdict: Verdict, *, as_json: bool) -> NoReturn:
    if as_json:
        _print(_members(verdict))
    sys.stderr.write(f"nianlun: {sentence(verdict)}\n")
    raise typer.Exit(exit_code(verdict))


def _members(verdict: Verdict) -> dict[str, object]:
    return {"verdict": type(verdict).__name__.lower(), **asdict(verdict)}


def _print(members: dict[str, object]) -> None:
    typer.echo(json.dumps(members, ensure_ascii=False))
