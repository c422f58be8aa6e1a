"""`nianlun parked`: events that a service could not handle: they wait until the fault is mended, or are given up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import typer

from deploy.local.home import Home, StackError
from nianlun import tables
from nianlun.administrator import administrator, said
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.contracts.topics import consumed_by
from shared.messaging.dead_letters import ALLOWED_MAX

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Events that a service could not handle: what waits, redrive, and discard.",
)

Service = Annotated[str, typer.Argument(metavar="SERVICE", help="The service that could not handle it.")]
TopicOption = Annotated[str, typer.Option(metavar="TOPIC", help="Of this topic.")]
FaultOption = Annotated[str, typer.Option(metavar="TEXT", help="Whose reasons begin so.")]


@dataclass(slots=True)
class Houses:
    """The services that hear others, and which of them did not answer."""

    client: httpx.Client
    urls: dict[str, str]
    silent: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **asked: Any) -> Iterator[tuple[str, Any]]:
        """Each with its answer; who does not answer is told in the end."""
        for name, url in self.urls.items():
            try:
                answer = self.client.request(method, f"{url}/{path}", **asked)
            except httpx.HTTPError as error:
                self.silent[name] = f"does not answer: {str(error) or type(error).__name__}"
                continue
            if answer.is_error:
                self.silent[name] = f"refuses: {said(answer)}"
            else:
                yield name, answer.json()

    def tell(self) -> None:
        """Say who did not answer, or refused; raise `Exit` of 1 when somebody did."""
        for name, why in self.silent.items():
            typer.echo(f"{name} {why}", err=True)
        if self.silent:
            raise typer.Exit(1)


@contextmanager
def houses(home: Home, service: str = "") -> Iterator[Houses]:
    """Those that hear others, or the one; raise `StackError`."""
    with administrator(home) as (client, urls):
        hearing = {name: url for name, url in urls.items() if consumed_by(name)}
        if service and service not in hearing:
            raise StackError(f"{service} hears nobody or is not up; there are {', '.join(hearing) or 'none'}")
        yield Houses(client, {service: hearing[service]} if service else hearing)


@app.command("list")
def list_command(home: HomeOption = DEFAULT_HOME, *, as_json: JsonOption = False) -> None:
    """Show the streams that wait behind a parked event, and what is of no stream; exit code 1 when there is some."""
    with houses(Home(home)) as asking:
        streams = [{"service": name, **one} for name, rows in asking.ask("GET", "parked") for one in rows]
        others = [{"service": name, **one} for name, rows in asking.ask("GET", "parked/streamless") for one in rows]
    if as_json:
        typer.echo(json.dumps([*streams, *others], indent=2, ensure_ascii=False))
    elif streams or others:
        tables.parked(tables.console(), streams, others)
    elif not asking.silent:
        typer.echo("nothing is parked")
    asking.tell()
    if streams or others:
        raise typer.Exit(1)


@app.command("show")
def show_command(
    home: HomeOption = DEFAULT_HOME,
    *,
    service: Annotated[str, typer.Option(metavar="SERVICE", help="Of this service alone.")] = "",
    topic: TopicOption = "",
    fault: FaultOption = "",
    after: Annotated[str, typer.Option(metavar="RECORD", help="Behind this one, with --service.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show parked records, also those that are no event, 1,000 of a service; exit code 1 when there are some."""
    if after and not service:
        raise StackError("--after needs the --service that the record is parked in")
    chosen = {"topic": topic, "fault": fault} | ({"after": after} if after else {})
    with houses(Home(home), service) as asking:
        pages = dict(asking.ask("GET", "parked/records", params=chosen))
    waiting = [{"service": name, **one} for name, page in pages.items() for one in page["records"]]
    if as_json:
        typer.echo(json.dumps(waiting, indent=2, ensure_ascii=False))
    elif waiting:
        tables.parked_records(tables.console(), waiting)
    elif not asking.silent:
        typer.echo("nothing is parked")
    for name, page in pages.items():
        if page["more"]:
            last = page["records"][-1]["record"]
            typer.echo(f"{page['more']} more of {name}: --service {name} --after {last}", err=True)
    asking.tell()
    if waiting:
        raise typer.Exit(1)


@app.command("discard")
def discard_command(
    service: Service,
    record: Annotated[str, typer.Argument(metavar="[RECORD]", help="As `nianlun parked show` names it.")] = "",
    *,
    reason: Annotated[str, typer.Option(help="Why it may be given up; the log keeps it for ever, so no names.")],
    topic: TopicOption = "",
    fault: FaultOption = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Give a record up, or all of a topic with the same fault; each on record: it counts as heard, changing nothing."""
    if bool(record) == bool(topic) or bool(topic) != bool(fault):
        raise StackError("name a RECORD, or a --topic and a --fault for all that are alike")
    which = {"record": record} if record else {"topic": topic, "fault": fault}
    with houses(Home(home), service) as asking:
        given_up, refused = _give_up(asking.client, asking.urls[service], {**which, "reason": reason})
    if record and given_up:
        told = given_up[0]
        where = f"version {told['version']} of {told['stream']}" if told.get("stream") else "no event that can be read"
        typer.echo(f"{record} is given up: {where}, SHA-256 {told['sha256']}")
    elif given_up:
        typer.echo(f"{len(given_up)} records are given up")
    if refused:
        raise StackError(refused)


def _give_up(client: httpx.Client, url: str, body: dict[str, str]) -> tuple[list[Any], str]:
    """What was given up, and why no more was."""
    given_up: list[Any] = []
    left = 1
    while left:
        answer = client.post(f"{url}/parked/discard", json=body)
        if answer.status_code == httpx.codes.NOT_FOUND and given_up:
            return given_up, f"{left} wait behind an earlier event of their stream"
        if answer.is_error:
            return given_up, said(answer)
        given_up += answer.json()["records"]
        left = answer.json()["left"]
    return given_up, ""


@app.command("allow")
def allow_command(
    service: Service,
    records: Annotated[int, typer.Argument(min=0, max=ALLOWED_MAX, help="How many more it may set aside.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Let a service set so many more aside before its inbox stops; one that has stopped goes on."""
    with houses(Home(home), service) as asking:
        for name, done in asking.ask("POST", "parked/allowance", json={"records": records}):
            typer.echo(f"{name} may set {done['records']} more aside")
    asking.tell()


@app.command("redrive")
def redrive_command(home: HomeOption = DEFAULT_HOME) -> None:
    """Handle every parked stream again, in its order, all of its events or none; exit code 1 when a record stays."""
    with houses(Home(home)) as asking:
        done = dict(asking.ask("POST", "parked/redrive"))
        others = [(service, one) for service, rows in asking.ask("GET", "parked/streamless") for one in rows]
    for service, one in done.items():
        for stream, reason in one["failed"].items():
            typer.echo(f"{service}: {stream} stays parked: {reason}", err=True)
    for service, one in others:
        typer.echo(f"{service}: {one['records']} of {one['topic']} stay parked: {one['reason']}", err=True)
    typer.echo(f"{sum(one['handled'] for one in done.values())} events are handled")
    asking.tell()
    if others or any(one["failed"] for one in done.values()):
        raise typer.Exit(1)
