"""Settings stay few enough to be read: what belongs together is one field of them."""

from importlib import import_module

import pytest
from pydantic import create_model

from shared.contracts.topics import SERVICES
from shared.runtime.settings import ServiceSettings

FIELDS_MAX = 20


def too_many(settings: type[ServiceSettings]) -> bool:
    return len(settings.model_fields) > FIELDS_MAX


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_few_settings(service: str) -> None:
    settings = import_module(f"services.{service}.settings").Settings
    assert not too_many(settings)
    assert settings.model_config["frozen"]


def test_one_too_many_is_caught() -> None:
    more = {f"field_{number}": (int, number) for number in range(FIELDS_MAX)}
    assert too_many(create_model("Settings", __base__=ServiceSettings, **more))  # type: ignore[call-overload]
