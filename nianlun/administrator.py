"""A client that speaks to a running stack as its administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from deploy.local import run_file
from deploy.local.home import Home, StackError
from deploy.local.lease import require_up

ANSWER_SECONDS_MAX = 30.0
SIGNS_IN: Final = "registration"


@contextmanager
def administrator(home: Home) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A client with the administrator's token, and the address of every service; raise `StackError`."""
    require_up(home)
    urls = run_file.urls(home, SIGNS_IN)
    password = home.secret(SIGNS_IN, "administrator_password")
    try:
        with httpx.Client(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
            signing_in = {"username": "administrator", "password": password}
            answer = client.post(f"{urls[SIGNS_IN]}/tokens", json=signing_in).raise_for_status()
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield client, urls
    except httpx.HTTPError as error:
        at = str(error.request.url)
        name = next((name for name, url in urls.items() if at.startswith(f"{url}/")), at)
        raise StackError(f"{name} {unanswered(error)}") from error


def asked(client: httpx.Client, method: str, url: str) -> Any:
    """The JSON answer of a route that takes no body; raise `httpx.HTTPError` when it is refused."""
    return client.request(method, url).raise_for_status().json()


def unanswered(error: httpx.HTTPError) -> str:
    """What a service did instead of what it was asked, in one line."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"refuses: {said(error.response)}"
    return f"does not answer: {str(error) or type(error).__name__}"


def said(answer: httpx.Response) -> str:
    """What a refusal says, in one line."""
    try:
        told = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    return f"{told.get('title', 'refused')}: {told.get('detail', answer.status_code)}"
