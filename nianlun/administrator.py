"""A client that speaks to a running stack as its administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from deploy.local.home import Home, StackError, read_json
from deploy.local.lease import require_up

ANSWER_SECONDS_MAX = 30.0


@contextmanager
def administrator(home: Home) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A client with the administrator's token, and the address of every service; raise `StackError`."""
    require_up(home)
    services: Any = read_json(home.run)["services"]
    urls = {name: str(one["url"]) for name, one in services.items()}
    password = home.secret("registration", "administrator_password")
    try:
        with httpx.Client(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
            signing_in = {"username": "administrator", "password": password}
            answer = client.post(f"{urls['registration']}/tokens", json=signing_in).raise_for_status()
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
