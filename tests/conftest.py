"""Plugins of all tests."""

pytest_plugins = ["shared.testing.postgres", "shared.testing.kafka", "tests.journeys.lived"]
