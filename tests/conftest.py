"""Plugins of all tests, and what holds for all of them."""

import structlog
from hypothesis import settings

pytest_plugins = ["shared.testing.postgres", "shared.testing.kafka", "tests.journeys.lived"]

settings.register_profile("untimed", deadline=None)  # no verdict hangs on how busy the machine is
settings.load_profile("untimed")

# Unconfigured, structlog draws the locals of every frame: seconds for each failure that a test provokes.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
