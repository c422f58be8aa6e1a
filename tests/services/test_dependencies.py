"""What a request needs is asked on the loop: a plain function would send each request through a thread first."""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import _IncludedRouter

from shared.contracts.topics import SERVICES
from tests.services.opened import Opened


def through_a_thread(app: FastAPI) -> set[str]:
    """The dependencies and endpoints of an application that are plain functions; a class holds parameters together."""
    calls = [call for route in _routes(app) for call in _calls(route.dependant)]
    assert calls
    return {getattr(call, "__qualname__", repr(call)) for call in calls if not _on_the_loop(call)}


def _routes(app: FastAPI) -> Iterator[Any]:
    """What stands behind each address, with what is asked of its whole router."""
    included = [one for one in app.routes if isinstance(one, _IncludedRouter)]
    return (context for one in included for context in one.effective_route_contexts())


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    if dependant.call is not None:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def _on_the_loop(call: Callable[..., Any]) -> bool:
    own = getattr(call, "__call__", call)  # noqa: B004 - what is called of an object
    return inspect.isclass(call) or inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(own)


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_goes_through_a_thread(service: str) -> None:
    assert through_a_thread(Opened(service).app) == set()


def test_one_that_does_is_seen() -> None:
    router = APIRouter()

    def plain() -> int:
        return 1

    @router.get("/")
    async def asked(one: Annotated[int, Depends(plain)]) -> int:
        return one

    app = FastAPI()
    app.include_router(router)
    assert [name.rpartition(".")[2] for name in through_a_thread(app)] == ["plain"]
