"""`nianlun vault rotate` against services that answer by rote: who was done and who was not is told in one line."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local import vault_keys
from deploy.local.home import Home
from deploy.local.ports import free_ports
from nianlun.cli import main
from tests.nianlun.test_parked import Answers, answering

ASKED = ("registration", "application", "review")
DONE = (200, {"rewrapped": 7, "masters": []})
NOT_NOW = (503, {"title": "The database does not answer", "detail": "try again"})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    for service in ASKED:
        vault_keys.make(made, service)
    (made.secrets_of("registration") / "administrator_password").write_text("long enough")
    return made


@pytest.fixture
def services() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def begun(home: Home, services: ExitStack, registration: Answers) -> None:
    """Registration answers so, application is away, review wraps anew."""
    (closed,) = free_ports(1)
    urls = {
        "registration": services.enter_context(answering(registration, [])),
        "application": f"http://127.0.0.1:{closed}",
        "review": services.enter_context(answering({"/vault/rewrapping": [DONE]}, [])),
    }
    home.run.write_text(json.dumps({"services": {name: {"url": url} for name, url in urls.items()}}))


def rotated(home: Home, *more: str) -> int:
    options = [word for name in (*ASKED, *more) for word in ("--service", name)]
    with pytest.raises(SystemExit) as ended:
        main(["vault", "rotate", *options, "--home", str(home.root)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_who_does_not_answer_is_named_and_the_rest_is_done(
    home: Home, services: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(home, services, {"/tokens": [(200, {"token": "t"})], "/vault/rewrapping": [NOT_NOW]})
    assert rotated(home) == 1
    said = capsys.readouterr()
    assert said.out == "review: 7 keys are wrapped anew, 2 master keys stay in the file\n"
    assert said.err == (
        "nianlun: registration refuses: The database does not answer: try again; application does not answer: "
        "[Errno 111] Connection refused; keys there may be wrapped as before: "
        "`nianlun vault rotate --service registration --service application` wraps them\n"
    )


def test_where_nobody_signs_in_no_file_is_touched(
    home: Home, services: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(home, services, {"/tokens": [NOT_NOW]})
    assert rotated(home) == 1
    assert capsys.readouterr().err == "nianlun: registration refuses: The database does not answer: try again\n"
    assert [vault_keys.count(home, name) for name in ASKED] == [1, 1, 1]


def test_a_service_that_is_not_up_wraps_when_it_starts(
    home: Home, services: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(home, services, {"/tokens": [(200, {"token": "t"})], "/vault/rewrapping": [DONE]})
    vault_keys.make(home, "publication")
    assert rotated(home, "publication") == 1
    assert "publication: a new master key, with which it wraps when it next starts\n" in capsys.readouterr().out
