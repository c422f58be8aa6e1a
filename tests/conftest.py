"""Plugins of all tests, and what holds for all of them."""

from hypothesis import settings

pytest_plugins = ["shared.testing.postgres", "shared.testing.kafka", "tests.journeys.lived"]

settings.register_profile("untimed", deadline=None)  # no verdict hangs on how busy the machine is
settings.load_profile("untimed")
